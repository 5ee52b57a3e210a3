//! Passes over stored values, on vectors.

use crate::dsp::simd::{LANES, widest};

/// Samples looked at before the next pass over them: they stay in the nearest cache, and 32-bit sums of
/// 16-bit numbers do not overflow.
const BLOCK: usize = 4096;

/// What one pass tells; extremes, sums and steps of several stretches add up in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Figures {
    pub(super) min: f64,
    pub(super) max: f64,
    /// Sums count from here: squares of numbers far from zero would cancel.
    pivot: f64,
    pub(super) sum: f64,
    pub(super) squares: f64,
    /// Greatest |step| between neighbours.
    pub(super) step: f64,
    /// Greatest |2b - a - c| of three neighbours.
    pub(super) bend: f64,
}

impl Figures {
    pub(super) fn new(pivot: f64) -> Self {
        Figures {
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
            pivot,
            sum: 0.0,
            squares: 0.0,
            step: 0.0,
            bend: 0.0,
        }
    }
}

/// A stored value.
pub(super) trait Number: Copy + PartialEq + PartialOrd + Send + Sync {
    /// As a real number, exactly.
    fn value(self) -> f64;
    /// The stored value that is `value`, one of those that occur.
    fn of(value: f64) -> Self;
    /// Adds finite values, neighbours in time, to `all`.
    fn figures(x: &[Self], all: &mut Figures) {
        widest(
            #[inline(always)]
            || real_figures(x, all),
        );
    }
    /// Their sum.
    fn sum(x: &[Self]) -> f64 {
        widest(
            #[inline(always)]
            || lanes(x, |v| v.value()),
        )
    }
    /// How many are `target`.
    fn occurrences(x: &[Self], target: Self) -> usize {
        widest(
            #[inline(always)]
            || x.chunks(128).map(|b| usize::from(b.iter().map(|v| u8::from(*v == target)).sum::<u8>())).sum(),
        )
    }
    /// Sum of squared steps between neighbours; steps that are no finite number are left out.
    fn step_energy(x: &[Self]) -> f64 {
        widest(
            #[inline(always)]
            || {
                let mut sums = [0.0; LANES];
                let next = x.get(1..).unwrap_or(&[]);
                for (a, b) in x.chunks(LANES).zip(next.chunks(LANES)) {
                    for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
                        let d = b.value() - a.value();
                        *sum += if (d * d).is_finite() { d * d } else { 0.0 };
                    }
                }
                sums.iter().sum()
            },
        )
    }
}

/// Sum of `f` over all values, in lanes.
#[inline(always)]
fn lanes<T: Copy>(x: &[T], f: impl Fn(T) -> f64) -> f64 {
    let mut sums = [0.0; LANES];
    let (chunks, rest) = x.as_chunks::<LANES>();
    for chunk in chunks {
        for (sum, &v) in sums.iter_mut().zip(chunk) {
            *sum += f(v);
        }
    }
    sums.iter().sum::<f64>() + rest.iter().map(|&v| f(v)).sum::<f64>()
}

#[inline(always)]
fn real_figures<T: Number>(x: &[T], all: &mut Figures) {
    let pivot = all.pivot;
    let larger = |a: f64, b: f64| if b > a { b } else { a };
    for from in (0..x.len()).step_by(BLOCK) {
        let block = &x[from..(from + BLOCK).min(x.len())];
        all.sum += lanes(block, |v| v.value() - pivot);
        all.squares += lanes(block, |v| (v.value() - pivot).powi(2));
        let (mut min, mut max, mut steps, mut bends) =
            ([f64::INFINITY; LANES], [f64::NEG_INFINITY; LANES], [0.0; LANES], [0.0; LANES]);
        for chunk in block.chunks(LANES) {
            for ((lo, hi), v) in min.iter_mut().zip(&mut max).zip(chunk) {
                let v = v.value();
                *lo = if v < *lo { v } else { *lo };
                *hi = larger(*hi, v);
            }
        }
        // Neighbours reach two samples into the next block.
        let near = &x[from..(from + BLOCK + 2).min(x.len())];
        let at = |k: usize| near.get(k..).unwrap_or(&[]).chunks(LANES);
        for (a, b) in at(0).zip(at(1)) {
            for ((most, a), b) in steps.iter_mut().zip(a).zip(b) {
                *most = larger(*most, (b.value() - a.value()).abs());
            }
        }
        for ((a, b), c) in at(0).zip(at(1)).zip(at(2)) {
            for (((most, a), b), c) in bends.iter_mut().zip(a).zip(b).zip(c) {
                *most = larger(*most, (2.0 * b.value() - a.value() - c.value()).abs());
            }
        }
        all.min = min.into_iter().fold(all.min, f64::min);
        all.max = max.into_iter().fold(all.max, f64::max);
        all.step = steps.into_iter().fold(all.step, f64::max);
        all.bend = bends.into_iter().fold(all.bend, f64::max);
    }
}

macro_rules! number {
    ($($t:ty),*) => {$(impl Number for $t {
        #[inline(always)]
        fn value(self) -> f64 {
            f64::from(self)
        }
        #[inline]
        #[allow(clippy::cast_possible_truncation, reason = "a value that was of this type")]
        fn of(value: f64) -> Self {
            value as $t
        }
    })*};
}
number!(i32, f32, f64);

impl Number for i16 {
    #[inline(always)]
    fn value(self) -> f64 {
        f64::from(self)
    }
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "a value that was of this type")]
    fn of(value: f64) -> Self {
        value as i16
    }
    fn sum(x: &[i16]) -> f64 {
        let sum = |b: &[i16]| f64::from(b.iter().map(|&v| i32::from(v)).sum::<i32>());
        widest(
            #[inline(always)]
            || x.chunks(BLOCK).map(sum).sum(),
        )
    }
    fn figures(x: &[i16], all: &mut Figures) {
        widest(
            #[inline(always)]
            || whole_figures(x, all),
        );
    }
    fn step_energy(x: &[i16]) -> f64 {
        widest(
            #[inline(always)]
            || {
                let steps = x.iter().zip(x.get(1..).unwrap_or(&[]));
                // Below 2^32 each, so 64 bits hold as many as fit into memory.
                let squares = steps.map(|(&a, &b)| u64::from(a.abs_diff(b)).pow(2));
                #[expect(clippy::cast_precision_loss, reason = "a sum of energies")]
                let sum = squares.sum::<u64>() as f64;
                sum
            },
        )
    }
}

/// As [`real_figures`], in whole numbers: exact, and several times as fast.
#[inline(always)]
#[expect(clippy::cast_precision_loss, reason = "sums of a block are below 2^43")]
fn whole_figures(x: &[i16], all: &mut Figures) {
    let (mut lo, mut hi, mut step, mut bend) = (i16::MAX, i16::MIN, 0u16, 0i32);
    let (mut sum, mut squares) = (0i64, 0i64);
    for from in (0..x.len()).step_by(BLOCK) {
        let block = &x[from..(from + BLOCK).min(x.len())];
        for &v in block {
            lo = lo.min(v);
            hi = hi.max(v);
        }
        sum += i64::from(block.iter().map(|&v| i32::from(v)).sum::<i32>());
        squares += block.iter().map(|&v| i64::from(i32::from(v) * i32::from(v))).sum::<i64>();
        // Neighbours reach two samples into the next block.
        let near = &x[from..(from + BLOCK + 2).min(x.len())];
        let at = |k: usize| near.get(k..).unwrap_or(&[]).iter();
        step = at(0).zip(at(1)).fold(step, |m, (a, &b)| m.max(a.abs_diff(b)));
        bend = at(0)
            .zip(at(1))
            .zip(at(2))
            .fold(bend, |m, ((&a, &b), &c)| m.max((2 * i32::from(b) - i32::from(a) - i32::from(c)).abs()));
    }
    if x.is_empty() {
        return;
    }
    all.min = all.min.min(f64::from(lo));
    all.max = all.max.max(f64::from(hi));
    all.step = all.step.max(f64::from(step));
    all.bend = all.bend.max(f64::from(bend));
    // Moved to the pivot in whole numbers, where nothing cancels.
    let (n, pivot) = (x.len() as i128, i128::from(i16::of(all.pivot)));
    let (sum, squares) = (i128::from(sum), i128::from(squares));
    all.sum += (sum - n * pivot) as f64;
    all.squares += (squares - 2 * pivot * sum + n * pivot * pivot) as f64;
}
