//! Reading and adding stretches of a trace between its samples.
//!
//! A sinc of 16 points under a Kaiser window (β = 6: flat to about 0.75 of the Nyquist frequency), tabulated at 128
//! fractions of a sample; the nearest fraction is used, so that a time is met within 1/256 of a sample. Our choice:
//! at 20 kHz that is 0.2 µs, far below the jitter of one junction.

use crate::dsp::resample::kaiser_lowpass;
use crate::dsp::simd::widest;

/// Points of one interpolation.
pub(super) const TAPS: usize = 16;
const HALF: usize = TAPS / 2;
const FRACTIONS: usize = 128;

/// The table.
pub(super) struct Shifter {
    table: Vec<[f64; TAPS]>,
}

/// A time as the whole sample before it and the row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    whole: isize,
    row: usize,
}

impl Place {
    /// Of a position in samples, which must be finite and small beside 2^52.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a sample position, checked by callers"
    )]
    #[expect(clippy::cast_precision_loss, reason = "a small constant")]
    pub(super) fn of(position: f64) -> Self {
        let fine = (position * FRACTIONS as f64).round();
        let whole = (fine / FRACTIONS as f64).floor();
        Place { whole: whole as isize, row: (fine - whole * FRACTIONS as f64) as usize % FRACTIONS }
    }
}

impl Shifter {
    /// Makes the table.
    pub(super) fn new() -> Self {
        // One long filter; every row takes each 128th coefficient. Row r reads x at whole + r/128.
        let long = kaiser_lowpass(2 * HALF * FRACTIONS + 1, 1.0 / count(FRACTIONS), 6.0);
        let middle = HALF * FRACTIONS;
        let table = (0..FRACTIONS)
            .map(|r| {
                let mut row = [0.0; TAPS];
                for (j, h) in row.iter_mut().enumerate() {
                    // Sample whole − HALF + 1 + j lies (HALF − 1 − j) + r/128 before the wanted time.
                    let distance = middle + (HALF - 1) * FRACTIONS + r;
                    *h = long[distance - j * FRACTIONS];
                }
                let sum: f64 = row.iter().sum();
                row.iter_mut().for_each(|h| *h /= sum);
                row
            })
            .collect();
        Shifter { table }
    }

    /// Writes x at `place`, `place` + 1, … to `out`; outside of x there are zeros.
    pub(super) fn read(&self, x: &[f64], place: Place, out: &mut [f64]) {
        out.fill(0.0);
        let taps = &self.table[place.row];
        let first = place.whole.saturating_sub_unsigned(HALF - 1);
        for (j, h) in taps.iter().enumerate() {
            let (source, target) = overlap(x.len(), out.len(), first.saturating_add_unsigned(j));
            widest(
                #[inline(always)]
                || out[target].iter_mut().zip(&x[source]).for_each(|(y, v)| *y += h * v),
            );
        }
    }

    /// Adds `shape` to x so that its first sample lies at `place`; what falls outside is dropped.
    pub(super) fn add(&self, x: &mut [f64], place: Place, shape: &[f64]) {
        // The kernel is even, so that adding is the transpose of reading: the same row, source and target swapped.
        let taps = &self.table[place.row];
        let first = place.whole.saturating_sub_unsigned(HALF - 1);
        for (j, h) in taps.iter().enumerate() {
            let (target, source) = overlap(x.len(), shape.len(), first.saturating_add_unsigned(j));
            widest(
                #[inline(always)]
                || x[target].iter_mut().zip(&shape[source]).for_each(|(y, v)| *y += h * v),
            );
        }
    }
}

/// The part of a list of `long` that meets one of `short` whose first item lies at `first`: the ranges in both.
fn overlap(long: usize, short: usize, first: isize) -> (std::ops::Range<usize>, std::ops::Range<usize>) {
    let skip = first.min(0).unsigned_abs().min(short);
    let start = first.max(0).unsigned_abs();
    let len = (short - skip).min(long.saturating_sub(start));
    let start = start.min(long);
    (start..start + len, skip..skip + len)
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
pub(super) fn count(n: usize) -> f64 {
    n as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave(t: f64) -> f64 {
        (0.31 * t).sin() + 0.5 * (1.7 * t + 1.0).cos()
    }

    #[test]
    fn reading_between_samples_equals_the_continuous_wave() {
        // 1.7 rad a sample is 0.54 of the Nyquist frequency.
        let x: Vec<f64> = (0..200).map(|i| wave(f64::from(i))).collect();
        let shifter = Shifter::new();
        for k in 0..40 {
            let at = 50.0 + 0.173 * f64::from(k);
            let mut out = [0.0; 5];
            shifter.read(&x, Place::of(at), &mut out);
            for (j, got) in out.iter().enumerate() {
                let want = wave(at + count(j));
                // The nearest of 128 fractions: at most 1/256 sample beside, slope at most 1.2.
                assert!((got - want).abs() < 6e-3, "{at} + {j}: {got} != {want}");
            }
        }
    }

    #[test]
    fn adding_is_the_transpose_of_reading() {
        let shifter = Shifter::new();
        let shape: Vec<f64> = (0..12).map(|i| wave(3.0 * f64::from(i))).collect();
        let y: Vec<f64> = (0..60).map(|i| wave(0.7 * f64::from(i) + 0.2)).collect();
        for at in [-14.2, -3.5, 0.0, 20.0, 20.37, 55.9, 80.0] {
            let (mut x, mut part) = (vec![0.0; 60], vec![0.0; 12]);
            shifter.add(&mut x, Place::of(at), &shape);
            shifter.read(&y, Place::of(at), &mut part);
            let (left, right): (f64, f64) = (
                x.iter().zip(&y).map(|(a, b)| a * b).sum(),
                shape.iter().zip(&part).map(|(a, b)| a * b).sum(),
            );
            assert!((left - right).abs() < 1e-12, "{at}: {left} != {right}");
        }
    }
}
