//! Passes over a window's samples; each gathers all sums that need the same loads.

use crate::dsp::simd::{LANES, widest};

/// Running sums in fixed lanes: the order of additions, and so the result, is the same on every processor.
pub(super) type Lanes = [f64; LANES];

/// The sum over lanes, in a fixed order.
#[inline(always)]
pub(super) fn total(l: &Lanes) -> f64 {
    ((l[0] + l[4]) + (l[2] + l[6])) + ((l[1] + l[5]) + (l[3] + l[7]))
}

/// Calls `f(lane, value)` for every value.
#[inline(always)]
pub(super) fn each(x: &[f64], mut f: impl FnMut(usize, f64)) {
    let (chunks, rest) = x.as_chunks::<LANES>();
    for chunk in chunks {
        for l in 0..LANES {
            f(l, chunk[l]);
        }
    }
    for (l, &v) in rest.iter().enumerate() {
        f(l, v);
    }
}

/// Whether all are finite.
pub(super) fn all_finite(x: &[f64]) -> bool {
    widest(
        #[inline(always)]
        || {
            let mut sum = [0.0; LANES];
            // 0·v is 0 for a finite v and NaN for any other.
            each(x, |l, v| sum[l] += v * 0.0);
            total(&sum) == 0.0
        },
    )
}

/// Sums and extremes of the samples.
#[derive(Debug, Clone, Copy)]
pub(super) struct Basic {
    pub(super) sum: f64,
    pub(super) abs: f64,
    pub(super) square: f64,
    pub(super) max: f64,
    pub(super) min: f64,
    pub(super) min_abs: f64,
}

/// One pass.
pub(super) fn basic(x: &[f64]) -> Basic {
    widest(
        #[inline(always)]
        || {
            let (mut sum, mut abs, mut square) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
            let (mut max, mut min, mut min_abs) =
                ([f64::NEG_INFINITY; LANES], [f64::INFINITY; LANES], [f64::INFINITY; LANES]);
            each(x, |l, v| {
                let a = v.abs();
                sum[l] += v;
                abs[l] += a;
                square[l] += v * v;
                max[l] = if v > max[l] { v } else { max[l] };
                min[l] = if v < min[l] { v } else { min[l] };
                min_abs[l] = if a < min_abs[l] { a } else { min_abs[l] };
            });
            Basic {
                sum: total(&sum),
                abs: total(&abs),
                square: total(&square),
                max: max.iter().copied().fold(f64::NEG_INFINITY, f64::max),
                min: min.iter().copied().fold(f64::INFINITY, f64::min),
                min_abs: min_abs.iter().copied().fold(f64::INFINITY, f64::min),
            }
        },
    )
}

/// The weights of MMAV1 and MMAV2 over `n` samples; limits in whole numbers, so that no rounding moves them.
#[expect(clippy::cast_precision_loss, reason = "window lengths stay far below 2^52")]
pub(super) fn modified_weights(n: usize) -> [Vec<f64>; 2] {
    let middle = |i: usize| 4 * i >= n && 4 * i <= 3 * n;
    let taper = |i: usize| {
        let share = |k: usize| 4.0 * k as f64 / n as f64;
        if middle(i) {
            1.0
        } else if 4 * i < n {
            share(i)
        } else {
            share(n - i)
        }
    };
    [(1..=n).map(|i| if middle(i) { 1.0 } else { 0.5 }).collect(), (1..=n).map(taper).collect()]
}
