//! Turns of the interference pattern (Willison 1964).

use crate::dsp::simd::LANES;
use crate::dsp::vector::{self, Kernel, Vector, sweep};

/// What one window's turns say.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Turns {
    /// Number of turns.
    pub(super) count: usize,
    /// Sum of the |differences| of successive turns, V.
    pub(super) amplitude: f64,
}

/// Counts the reversals with a change of at least `threshold` (not strict) before and after them.
///
/// A zig-zag with hysteresis: the running extreme becomes a turn when the trace has come back from it by the
/// threshold. The extreme that the first leg starts from has no such change before it, and what is still
/// running at the end has none after it: neither counts.
///
/// Only the ends and the local extremes can matter, so these are picked out first; `extremes` may hold anything
/// before.
pub(super) fn turns(x: &[f64], threshold: f64, extremes: &mut Vec<f64>) -> Turns {
    if x.len() < 3 {
        return Turns::default();
    }
    extremes.resize(x.len() + LANES, 0.0);
    let n = vector::run(Extremes { x, to: extremes });
    zigzag(&extremes[..n], threshold)
}

/// Writes the ends of `x` and all its local extremes in order, and returns how many; of samples alike, the
/// first or any number.
struct Extremes<'a> {
    /// At least three samples.
    x: &'a [f64],
    /// A vector longer.
    to: &'a mut [f64],
}

impl Kernel for Extremes<'_> {
    type Output = usize;
    #[inline(always)]
    fn run<V: Vector>(self) -> usize {
        let Extremes { x, to } = self;
        let n = x.len();
        to[0] = x[0];
        let mut count = 1;
        sweep(
            [&x[..n - 2], &x[1..n - 1], &x[2..]],
            [0.0; 3],
            #[inline(always)]
            |live, [a, b, c]: [V; 3]| {
                let changes = (a.lt(b) ^ b.lt(c)) & live;
                if let Some(to) = to[count..].first_chunk_mut::<LANES>() {
                    b.pack(changes, to);
                }
                count += changes.count_ones() as usize;
            },
        );
        to[count] = x[n - 1];
        count + 1
    }
}

fn zigzag(x: &[f64], threshold: f64) -> Turns {
    let Some((mut up, mut i)) = first_leg(x, threshold) else { return Turns::default() };
    let mut found = Turns::default();
    let mut last = 0.0;
    let mut extreme = x[i];
    // Upside down when the trace falls, so that one loop serves both directions.
    while i < x.len() {
        let sign = if up { 1.0 } else { -1.0 };
        let mut top = sign * extreme;
        while i < x.len() {
            let v = sign * x[i];
            if top - v >= threshold {
                break;
            }
            top = if v > top { v } else { top };
            i += 1;
        }
        if i == x.len() {
            break;
        }
        let turn = sign * top;
        if found.count > 0 {
            found.amplitude += (turn - last).abs();
        }
        found.count += 1;
        last = turn;
        extreme = x[i];
        up = !up;
    }
    found
}

/// Whether the first change of at least the threshold rises, and the sample that completes it.
fn first_leg(x: &[f64], threshold: f64) -> Option<(bool, usize)> {
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for (i, &v) in x.iter().enumerate() {
        low = low.min(v);
        high = high.max(v);
        if v - low >= threshold {
            return Some((true, i));
        }
        if high - v >= threshold {
            return Some((false, i));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_reversals_with_enough_change_on_both_sides_are_turns() {
        let t = |x: &[f64]| turns(x, 100.0, &mut vec![f64::NAN; 50]);
        assert_eq!(t(&[0.0, 150.0, 0.0]), Turns { count: 1, amplitude: 0.0 });
        assert_eq!(t(&[0.0, 150.0, 51.0]), Turns::default(), "99 back is no reversal");
        assert_eq!(t(&[0.0, 150.0, 50.0]).count, 1, "100 back is one");
        assert_eq!(t(&[0.0, 150.0, 90.0, 160.0, 0.0, 99.0]).count, 1, "a dent is none");
        assert_eq!(t(&[0.0, -60.0, 60.0, -60.0, 60.0]), Turns { count: 2, amplitude: 120.0 });
        assert_eq!(t(&[0.0, 200.0, 0.0, 300.0, 0.0]), Turns { count: 3, amplitude: 500.0 });
        assert_eq!(t(&[]), Turns::default());
    }

    #[test]
    fn extremes_tell_as_much_as_all_samples() {
        let mut extremes = Vec::new();
        let mut found = 0;
        for n in 0..200u32 {
            // Rises, dents and plateaus.
            let x: Vec<f64> = (0..n).map(|i| f64::from(i * i % 37 / 3 + (i / 7) % 4 * 5)).collect();
            for threshold in [1.0, 2.5, 6.0, 11.0, 20.0] {
                let want = zigzag(&x, threshold);
                assert_eq!(turns(&x, threshold, &mut extremes), want, "{n} {threshold}");
                found += want.count;
            }
        }
        assert!(found > 1000, "{found}");
    }
}
