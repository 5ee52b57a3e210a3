//! Stretches of samples: found, joined, dropped.

use super::Episode;

/// Runs of samples for which `active` holds.
pub(super) fn runs(n: usize, active: impl Fn(usize) -> bool, out: &mut Vec<Episode>) {
    out.clear();
    let mut start = None;
    for i in 0..n {
        match (active(i), start) {
            (true, None) => start = Some(i),
            (false, Some(s)) => {
                out.push(Episode { start: s, end: i });
                start = None;
            }
            _ => {}
        }
    }
    if let Some(start) = start {
        out.push(Episode { start, end: n });
    }
}

/// Drops runs shorter than `least` samples, then joins those less than `gap` samples apart: in this order,
/// so that brief excursions of noise do not add up to an episode.
pub(super) fn tidy(episodes: &mut Vec<Episode>, least: usize, gap: usize) {
    episodes.retain(|e| e.end - e.start >= least);
    join(episodes, gap);
}

/// Joins neighbours less than `gap` samples apart, and those that touch or overlap.
pub(super) fn join(episodes: &mut Vec<Episode>, gap: usize) {
    episodes.dedup_by(|next, before| {
        let close = next.start <= before.end || next.start - before.end < gap;
        if close {
            before.end = before.end.max(next.end);
        }
        close
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(usize, usize)]) -> Vec<Episode> {
        pairs.iter().map(|&(start, end)| Episode { start, end }).collect()
    }

    #[test]
    fn runs_reach_both_ends() {
        let active = [true, true, false, true, false, false, true];
        let mut out = of(&[(9, 9)]);
        runs(active.len(), |i| active[i], &mut out);
        assert_eq!(out, of(&[(0, 2), (3, 4), (6, 7)]));
        runs(0, |_| true, &mut out);
        assert!(out.is_empty());
    }

    #[test]
    fn short_runs_go_before_gaps_close() {
        let mut e = of(&[(0, 10), (12, 13), (15, 16), (18, 30), (35, 50)]);
        tidy(&mut e, 10, 5);
        // 10 to 18 is a gap of 8 once the two short runs are gone; 30 to 35 is 5, which is not less than 5.
        assert_eq!(e, of(&[(0, 10), (18, 30), (35, 50)]));
        tidy(&mut e, 10, 6);
        assert_eq!(e, of(&[(0, 10), (18, 50)]));
    }
}
