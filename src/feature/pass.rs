//! Passes over a window's samples; each gathers all sums that need the same loads.

use crate::dsp::simd::{LANES, sum_map, sum_map2, widest};

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
        for (l, &v) in chunk.iter().enumerate() {
            f(l, v);
        }
    }
    for (l, &v) in rest.iter().enumerate() {
        f(l, v);
    }
}

/// Two sums, a sweep each: with more accumulators in one loop the compiler gives up on vectors.
#[inline(always)]
fn two(x: &[f64], f: impl Fn(f64) -> (f64, f64)) -> (f64, f64) {
    (sum_map(x, |v| f(v).0), sum_map(x, |v| f(v).1))
}

/// Two sums over pairs, as [`two`].
#[inline(always)]
pub(super) fn two_of_pairs(a: &[f64], b: &[f64], f: impl Fn(f64, f64) -> (f64, f64)) -> (f64, f64) {
    (sum_map2(a, b, |a, b| f(a, b).0), sum_map2(a, b, |a, b| f(a, b).1))
}

/// Two sums over triples, as [`two`].
#[inline(always)]
fn two_of_triples(
    (a, b, c): (&[f64], &[f64], &[f64]),
    f: impl Fn(f64, f64, f64) -> (f64, f64),
) -> (f64, f64) {
    let (mut s, mut t) = ([0.0; LANES], [0.0; LANES]);
    triples(a, b, c, &mut |l, a, b, c| s[l] += f(a, b, c).0);
    triples(a, b, c, &mut |l, a, b, c| t[l] += f(a, b, c).1);
    (total(&s), total(&t))
}

/// The least of `f`; infinite for none.
#[inline(always)]
fn least(x: &[f64], f: impl Fn(f64) -> f64) -> f64 {
    let mut least = [f64::INFINITY; LANES];
    each(x, |l, v| {
        let v = f(v);
        least[l] = if v < least[l] { v } else { least[l] };
    });
    least.iter().copied().fold(f64::INFINITY, f64::min)
}

/// 1 for true.
#[inline(always)]
fn one(b: bool) -> f64 {
    if b { 1.0 } else { 0.0 }
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

/// Several sweeps in the first-level cache.
pub(super) fn basic(x: &[f64], threshold: f64) -> Basic {
    widest(
        #[inline(always)]
        || {
            let (sum, abs) = two(x, |v| (v, v.abs()));
            let (square, above) = two(x, |v| (v * v, one(v.abs() > threshold)));
            Basic {
                sum,
                abs,
                square,
                max: -least(x, |v| -v),
                min: least(x, |v| v),
                min_abs: least(x, f64::abs),
                above,
            }
        },
    )
}

/// Σ x³, Σ x⁴ and Σ x⁵ of `x - shift`, with Σ x² before them.
pub(super) fn powers(x: &[f64], shift: f64) -> [f64; 4] {
    widest(
        #[inline(always)]
        || {
            let (second, third) = two(x, |v| {
                let v = v - shift;
                (v * v, v * v * v)
            });
            let (fourth, fifth) = two(x, |v| {
                let v = v - shift;
                let v2 = v * v;
                (v2 * v2, v2 * (v2 * v))
            });
            [second, third, fourth, fifth]
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
    /// Whether a D is 0.
    pub(super) any_equal: bool,
    /// Σ x[i]² - x[i-1]x[i+1].
    pub(super) energy: f64,
}

/// Several sweeps over at least two samples; what needs three is 0 when there are but two.
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
            let (a, b) = (&x[..n - 1], &x[1..]);
            let (abs, square) = two_of_pairs(a, b, |a, b| ((b - a).abs(), (b - a) * (b - a)));
            let (squares, above) = two_of_pairs(a, b, |a, b| {
                let d = b - a;
                ((d - mean) * (d - mean), one(d.abs() > threshold))
            });
            let (crossings, equal) = two_of_pairs(a, b, |a, b| {
                (one(((a < 0.0) != (b < 0.0)) & ((b - a).abs() >= threshold)), one(a == b))
            });
            let third = n.saturating_sub(2);
            let t =
                if third > 0 { (&x[..third], &x[1..=third], &x[2..]) } else { (&x[..0], &x[..0], &x[..0]) };
            let (abs2, square2) = two_of_triples(t, |a, b, c| {
                let dd = (c - b) - (b - a);
                (dd.abs(), dd * dd)
            });
            let (squares2, energy) = two_of_triples(t, |a, b, c| {
                let dd = (c - b) - (b - a) - mean2;
                (dd * dd, b * b - a * c)
            });
            let (slopes, crossings2) = two_of_triples(t, |a, b, c| {
                let (d, e) = (b - a, c - b);
                let turned = ((d < 0.0) & (e > 0.0)) | ((d > 0.0) & (e < 0.0));
                let large = (d.abs() >= threshold) | (e.abs() >= threshold);
                (one(turned & large), one(((d < 0.0) != (e < 0.0)) & ((e - d).abs() >= threshold)))
            });
            Differences {
                abs,
                square,
                variance: squares / count,
                above,
                crossings,
                abs2,
                square2,
                variance2: squares2 / count2,
                slopes,
                crossings2,
                any_equal: equal > 0.0,
                energy,
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
