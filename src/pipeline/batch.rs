//! Many files in parallel, results in order, memory bounded.

use rayon::prelude::*;

/// Calls `work` on every item in parallel and `take` on each result in input order, on the calling thread,
/// while later items are being worked on. At most sixteen results per thread wait at any time.
///
/// `take` returns false to stop early; items not yet begun are then left out.
pub fn ordered<I: Sync, R: Send>(
    items: &[I],
    work: impl Fn(&I) -> R + Sync,
    mut take: impl FnMut(usize, R) -> bool,
) {
    // Threads wait for each other at the end of a block: several items for each make that rare.
    let block = 8 * rayon::current_num_threads().max(1);
    let mut blocks = items.chunks(block).enumerate();
    let Some((_, head)) = blocks.next() else { return };
    let mut ready: Vec<R> = head.par_iter().map(&work).collect();
    let mut first = 0;
    let mut stop = false;
    while !ready.is_empty() {
        let results = std::mem::take(&mut ready);
        let n = results.len();
        let next = blocks.next();
        std::thread::scope(|scope| {
            let work = &work;
            let following =
                scope.spawn(move || next.map_or_else(Vec::new, |(_, b)| b.par_iter().map(work).collect()));
            for (i, result) in results.into_iter().enumerate() {
                stop = stop || !take(first + i, result);
            }
            match following.join() {
                Ok(following) => ready = following,
                Err(panic) => std::panic::resume_unwind(panic),
            }
        });
        first += n;
        if stop {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_and_none_is_lost() {
        for n in [0, 1, 3, 4, 5, 100] {
            let items: Vec<usize> = (0..n).collect();
            let mut seen = Vec::new();
            ordered(
                &items,
                |i| i * 2,
                |i, r| {
                    assert_eq!(r, 2 * i);
                    seen.push(i);
                    true
                },
            );
            assert_eq!(seen, items);
        }
    }

    #[test]
    fn stopping_leaves_the_rest_out() {
        let items: Vec<usize> = (0..1000).collect();
        let mut taken = 0;
        ordered(
            &items,
            |i| *i,
            |_, _| {
                taken += 1;
                taken < 3
            },
        );
        assert_eq!(taken, 3);
    }
}
