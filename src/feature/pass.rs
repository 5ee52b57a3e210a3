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
    /// Samples with |x| above the threshold (strict).
    pub(super) above: f64,
}

/// One pass.
pub(super) fn basic(x: &[f64], threshold: f64) -> Basic {
    widest(
        #[inline(always)]
        || {
            let (mut sum, mut abs, mut square, mut above) =
                ([0.0; LANES], [0.0; LANES], [0.0; LANES], [0.0; LANES]);
            let (mut max, mut min, mut min_abs) =
                ([f64::NEG_INFINITY; LANES], [f64::INFINITY; LANES], [f64::INFINITY; LANES]);
            each(x, |l, v| {
                let a = v.abs();
                sum[l] += v;
                abs[l] += a;
                square[l] += v * v;
                above[l] += if a > threshold { 1.0 } else { 0.0 };
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
                above: total(&above),
            }
        },
    )
}

/// Σ x³, Σ x⁴ and Σ x⁵ of `x - shift`, with Σ x² before them.
pub(super) fn powers(x: &[f64], shift: f64) -> [f64; 4] {
    widest(
        #[inline(always)]
        || {
            let mut sums = [[0.0; LANES]; 4];
            each(x, |l, v| {
                let v = v - shift;
                let v2 = v * v;
                let v3 = v2 * v;
                sums[0][l] += v2;
                sums[1][l] += v3;
                sums[2][l] += v2 * v2;
                sums[3][l] += v2 * v3;
            });
            [total(&sums[0]), total(&sums[1]), total(&sums[2]), total(&sums[3])]
        },
    )
}

/// What is made of D[i] = x[i+1] - x[i] and of its own differences.
#[derive(Debug, Clone, Copy)]
pub(super) struct Differences {
    /// Σ |D|.
    pub(super) abs: f64,
    /// Σ D².
    pub(super) square: f64,
    /// Population variance of D.
    pub(super) variance: f64,
    /// #|D| > threshold.
    pub(super) above: f64,
    /// Changes of sign between neighbours with |D| >= threshold; right when no sample is 0.
    pub(super) crossings: f64,
    /// Σ |D of D|.
    pub(super) abs2: f64,
    /// Σ (D of D)².
    pub(super) square2: f64,
    /// Population variance of the differences of D.
    pub(super) variance2: f64,
    /// Slope sign changes with either slope at or above the threshold.
    pub(super) slopes: f64,
    /// Changes of sign of D between neighbours with |D of D| >= threshold; right when no D is 0.
    pub(super) crossings2: f64,
    /// Least |D|.
    pub(super) min_abs: f64,
    /// Σ x[i]² - x[i-1]x[i+1].
    pub(super) energy: f64,
}

/// One pass over at least two samples; what needs three is 0 when there are but two.
#[expect(clippy::cast_precision_loss, reason = "window lengths stay far below 2^52")]
pub(super) fn differences(x: &[f64], threshold: f64) -> Differences {
    let n = x.len();
    let (count, count2) = ((n - 1) as f64, (n as f64 - 2.0).max(1.0));
    // Means of differences telescope, so the variances need no pass of their own.
    let mean = (x[n - 1] - x[0]) / count;
    let mean2 = if n > 2 { ((x[n - 1] - x[n - 2]) - (x[1] - x[0])) / count2 } else { 0.0 };
    widest(
        #[inline(always)]
        || {
            let mut s = [[0.0; LANES]; 11];
            let mut min_abs = [f64::INFINITY; LANES];
            let mut first = |l: usize, a: f64, b: f64| {
                let d = b - a;
                let m = d.abs();
                s[0][l] += m;
                s[1][l] += d * d;
                s[2][l] += (d - mean) * (d - mean);
                s[3][l] += if m > threshold { 1.0 } else { 0.0 };
                s[4][l] += if ((a < 0.0) != (b < 0.0)) & (m >= threshold) { 1.0 } else { 0.0 };
                min_abs[l] = if m < min_abs[l] { m } else { min_abs[l] };
            };
            let third = n.saturating_sub(2);
            // Two sweeps: the accumulators of both at once do not fit into the registers of AVX2.
            pairs(&x[..n - 1], &x[1..], &mut first);
            let mut second = |l: usize, a: f64, b: f64, c: f64| {
                let (d, e) = (b - a, c - b);
                let dd = e - d;
                let m = dd.abs();
                let turned = ((d < 0.0) & (e > 0.0)) | ((d > 0.0) & (e < 0.0));
                s[5][l] += m;
                s[6][l] += dd * dd;
                s[7][l] += (dd - mean2) * (dd - mean2);
                s[8][l] += if turned & ((d.abs() >= threshold) | (e.abs() >= threshold)) { 1.0 } else { 0.0 };
                s[9][l] += if ((d < 0.0) != (e < 0.0)) & (m >= threshold) { 1.0 } else { 0.0 };
                s[10][l] += b * b - a * c;
            };
            if third > 0 {
                triples(&x[..third], &x[1..=third], &x[2..], &mut second);
            }
            Differences {
                abs: total(&s[0]),
                square: total(&s[1]),
                variance: total(&s[2]) / count,
                above: total(&s[3]),
                crossings: total(&s[4]),
                abs2: total(&s[5]),
                square2: total(&s[6]),
                variance2: total(&s[7]) / count2,
                slopes: total(&s[8]),
                crossings2: total(&s[9]),
                min_abs: min_abs.iter().copied().fold(f64::INFINITY, f64::min),
                energy: total(&s[10]),
            }
        },
    )
}

/// Calls `f(lane, a, b)` for the values of two slices of one length.
#[inline(always)]
pub(super) fn pairs(a: &[f64], b: &[f64], f: &mut impl FnMut(usize, f64, f64)) {
    let ((ac, ar), (bc, br)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    for (a, b) in ac.iter().zip(bc) {
        for l in 0..LANES {
            f(l, a[l], b[l]);
        }
    }
    for (l, (&a, &b)) in ar.iter().zip(br).enumerate() {
        f(l, a, b);
    }
}

/// Calls `f(lane, a, b, c)` for the values of three slices of one length.
#[inline(always)]
fn triples(a: &[f64], b: &[f64], c: &[f64], f: &mut impl FnMut(usize, f64, f64, f64)) {
    let (ac, ar) = a.as_chunks::<LANES>();
    let (bc, br) = b.as_chunks::<LANES>();
    let (cc, cr) = c.as_chunks::<LANES>();
    for ((a, b), c) in ac.iter().zip(bc).zip(cc) {
        for l in 0..LANES {
            f(l, a[l], b[l], c[l]);
        }
    }
    for (l, ((&a, &b), &c)) in ar.iter().zip(br).zip(cr).enumerate() {
        f(l, a, b, c);
    }
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
