//! Passes over a window's samples; each gathers all sums that need the same loads.

use crate::dsp::simd::{LANES, widest};
use crate::dsp::vector::{self, Kernel, Vector, sweep};

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

/// All in one sweep over at least one sample.
pub(super) fn basic(x: &[f64], threshold: Threshold) -> Basic {
    vector::run(BasicKernel { x, threshold: threshold.above })
}

struct BasicKernel<'a> {
    x: &'a [f64],
    threshold: f64,
}

impl Kernel for BasicKernel<'_> {
    type Output = Basic;
    #[inline(always)]
    fn run<V: Vector>(self) -> Basic {
        let (zero, one) = (V::splat(0.0), V::splat(1.0));
        let (first, threshold) = (V::splat(self.x[0]), V::splat(self.threshold));
        let (mut sum, mut abs, mut square) = (zero, zero, zero);
        let (mut max, mut min, mut min_abs, mut above) = (first, first, first.abs(), zero);
        // What fills up the last vector counts for no sum and no extreme.
        sweep(
            [self.x, self.x],
            [0.0, self.x[0]],
            #[inline(always)]
            |live, [v, w]: [V; 2]| {
                let a = v.abs();
                sum = sum + v;
                abs = abs + a;
                square = square + v * v;
                max = w.max(max);
                min = w.min(min);
                min_abs = w.abs().min(min_abs);
                above = above + one.keep(threshold.lt(a) & live);
            },
        );
        Basic {
            sum: sum.total(),
            abs: abs.total(),
            square: square.total(),
            max: max.lanes().into_iter().fold(f64::NEG_INFINITY, f64::max),
            min: min.lanes().into_iter().fold(f64::INFINITY, f64::min),
            min_abs: min_abs.lanes().into_iter().fold(f64::INFINITY, f64::min),
            above: above.total(),
        }
    }
}

/// Σ x², Σ x³, Σ x⁴ and Σ x⁵ of `x - shift`.
pub(super) fn powers(x: &[f64], shift: f64) -> [f64; 4] {
    vector::run(PowersKernel { x, shift })
}

struct PowersKernel<'a> {
    x: &'a [f64],
    shift: f64,
}

impl Kernel for PowersKernel<'_> {
    type Output = [f64; 4];
    #[inline(always)]
    fn run<V: Vector>(self) -> [f64; 4] {
        let shift = V::splat(self.shift);
        let mut sums = [V::splat(0.0); 4];
        sweep(
            [self.x],
            [self.shift],
            #[inline(always)]
            |_, [v]: [V; 1]| {
                let v = v - shift;
                let v2 = v * v;
                let v3 = v2 * v;
                sums = [sums[0] + v2, sums[1] + v3, sums[2] + v2 * v2, sums[3] + v2 * v3];
            },
        );
        [sums[0].total(), sums[1].total(), sums[2].total(), sums[3].total()]
    }
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

/// A threshold as comparisons use it. Samples of a converter differ by whole steps, so that a difference of
/// exactly the threshold is common, and rounding would decide on which side of it each one falls. What lies
/// within 1e-9 of the threshold counts as equal to it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Threshold {
    /// For `>=`.
    pub(super) at_least: f64,
    /// For `>`.
    pub(super) above: f64,
}

impl Threshold {
    pub(super) fn new(value: f64) -> Self {
        Threshold { at_least: value * (1.0 - 1e-9), above: value * (1.0 + 1e-9) }
    }
}

/// All in one sweep over at least two samples; what needs three is 0 when there are but two.
pub(super) fn differences(x: &[f64], threshold: Threshold) -> Differences {
    vector::run(DifferencesKernel { x, threshold })
}

struct DifferencesKernel<'a> {
    x: &'a [f64],
    threshold: Threshold,
}

impl Kernel for DifferencesKernel<'_> {
    type Output = Differences;
    #[inline(always)]
    #[expect(clippy::cast_precision_loss, reason = "window lengths stay far below 2^52")]
    fn run<V: Vector>(self) -> Differences {
        let (x, n) = (self.x, self.x.len());
        let (count, count2) = ((n - 1) as f64, (n as f64 - 2.0).max(1.0));
        // Means of differences telescope, so the variances need no sweep of their own.
        let mean = (x[n - 1] - x[0]) / count;
        let mean2 = if n > 2 { ((x[n - 1] - x[n - 2]) - (x[1] - x[0])) / count2 } else { 0.0 };
        let (zero, one) = (V::splat(0.0), V::splat(1.0));
        let (threshold, strict) = (V::splat(self.threshold.at_least), V::splat(self.threshold.above));
        let (centre, centre2) = (V::splat(mean), V::splat(mean2));
        let [mut abs, mut square, mut squares, mut abs2, mut square2, mut squares2, mut energy] = [zero; 7];
        let [mut above, mut crossings, mut equal, mut slopes, mut crossings2] = [zero; 5];
        sweep(
            [&x[..n - 2], &x[1..n - 1], &x[2..]],
            [0.0; 3],
            #[inline(always)]
            |live, [a, b, c]: [V; 3]| {
                let (d, e) = (b - a, c - b);
                let (size, dd) = (d.abs(), e - d);
                abs = abs + size;
                square = square + d * d;
                let off = (d - centre).keep(live);
                squares = squares + off * off;
                abs2 = abs2 + dd.abs();
                square2 = square2 + dd * dd;
                let off = (dd - centre2).keep(live);
                squares2 = squares2 + off * off;
                energy = energy + (b * b - a * c);
                let (large, falls, then_falls) = (size.ge(threshold), d.lt(zero), e.lt(zero));
                let turned = falls & zero.lt(e) | zero.lt(d) & then_falls;
                above = above + one.keep(strict.lt(size) & live);
                crossings = crossings + one.keep((a.lt(zero) ^ b.lt(zero)) & large & live);
                equal = equal + one.keep(a.eq(b) & live);
                slopes = slopes + one.keep(turned & (large | e.abs().ge(threshold)) & live);
                crossings2 = crossings2 + one.keep((falls ^ then_falls) & dd.abs().ge(threshold) & live);
            },
        );
        let (a, b) = (x[n - 2], x[n - 1]);
        let d = b - a;
        Differences {
            abs: abs.total() + d.abs(),
            square: square.total() + d * d,
            variance: (squares.total() + (d - mean) * (d - mean)) / count,
            above: above.total() + f64::from(d.abs() > self.threshold.above),
            crossings: crossings.total()
                + f64::from(((a < 0.0) != (b < 0.0)) & (d.abs() >= self.threshold.at_least)),
            abs2: abs2.total(),
            square2: square2.total(),
            variance2: squares2.total() / count2,
            slopes: slopes.total(),
            crossings2: crossings2.total(),
            any_equal: equal.total() > 0.0 || d == 0.0,
            energy: energy.total(),
        }
    }
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
