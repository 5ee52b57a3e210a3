//! Reading and adding stretches of a trace between its samples.
//!
//! A sinc of 16 points under a Kaiser window (β = 6: flat to about 0.75 of the Nyquist frequency), tabulated at 128
//! fractions of a sample; the nearest fraction is used, so that a time is met within 1/256 of a sample. Our choice:
//! at 20 kHz that is 0.2 µs, far below the jitter of one junction.

use crate::dsp::resample::kaiser_lowpass;

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
            for (y, v) in out[target].iter_mut().zip(&x[source]) {
                *y += h * v;
            }
        }
    }

    /// Adds `shape` to x so that its first sample lies at `place`; what falls outside is dropped.
    pub(super) fn add(&self, x: &mut [f64], place: Place, shape: &[f64]) {
        // The kernel is even, so that adding is the transpose of reading: the same row, source and target swapped.
        let taps = &self.table[place.row];
        let first = place.whole.saturating_sub_unsigned(HALF - 1);
        for (j, h) in taps.iter().enumerate() {
            let (target, source) = overlap(x.len(), shape.len(), first.saturating_add_unsigned(j));
            for (y, v) in x[target].iter_mut().zip(&shape[source]) {
                *y += h * v;
            }
        }
    }

    /// One value of x at a position in samples; x counts as zero outside.
    pub(super) fn at(&self, x: &[f64], position: f64) -> f64 {
        let mut out = [0.0];
        self.read(x, Place::of(position), &mut out);
        out[0]
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
