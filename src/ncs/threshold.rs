//! Markers by a fixed threshold: the definition that scripts use, for comparisons and for speed.
//!
//! Baseline: mean and standard deviation (population) of the samples before the stimulus. Searched: a window behind
//! it. Peak: first largest sample. Threshold: the larger of 5 standard deviations and 2 % of the peak. Onset: the
//! sample behind the last one at or below the threshold before the peak (the window's first where there is none).
//! End: the first sample at or below 0 from the peak on (the window's last where there is none). Area and duration
//! from the onset to the sample before the end.
//!
//! Its onset moves with the noise and lies late by a quarter of a millisecond; [`super::marker`] does not.

use crate::dsp::simd::widest;
use crate::units::{Hertz, Seconds};
use crate::{Error, Result};
use std::ops::Range;

/// Standard deviations of the baseline, and share of the peak, that the threshold is the larger of.
const LEVEL: (f64, f64) = (5.0, 0.02);

/// What the caller asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ThresholdOptions {
    /// Start of a sweep from the stimulus.
    pub start: Seconds,
    /// Samples in a sweep.
    pub samples: usize,
    /// Baseline from the stimulus; its end is the first sample left out. At least two samples.
    pub baseline: (Seconds, Seconds),
    /// Window that is searched, likewise.
    pub search: (Seconds, Seconds),
}

/// The plan: checked, immutable, shared between threads by `&`.
#[derive(Debug, Clone, PartialEq)]
pub struct Threshold {
    baseline: Range<usize>,
    search: Range<usize>,
}

/// Markers in samples of the sweep, heights in the unit of its numbers, negative up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Marks {
    /// First sample of the response.
    pub onset: usize,
    /// Sample of the negative peak.
    pub peak: usize,
    /// First sample behind the negative phase.
    pub end: usize,
    /// Baseline to negative peak.
    pub amplitude: f64,
    /// Highest to lowest sample of the window.
    pub peak_to_peak: f64,
    /// Sum of the samples from onset to end, baseline subtracted; × time between samples is the area.
    pub sum: f64,
}

/// Numbers of one sweep as they are stored.
pub trait Stored: Copy {
    /// Sum, and number² · population variance, of some numbers.
    fn moments(x: &[Self]) -> (f64, f64);
    /// Lowest and highest.
    fn extremes(x: &[Self]) -> (f64, f64);
    /// Sum.
    fn sum(x: &[Self]) -> f64;
    /// Its value.
    fn value(self) -> f64;
}

/// Two bytes of a little-endian integer: sums are exact, and no copy is made.
impl Stored for [u8; 2] {
    fn moments(x: &[Self]) -> (f64, f64) {
        let (mut sum, mut squares) = (0i64, 0i128);
        // Few enough that neither 32 nor 64 bits overflow.
        for part in x.chunks(1 << 15) {
            let (s, q) = widest(
                #[inline(always)]
                || {
                    let (mut s, mut q) = (0i32, 0i64);
                    for b in part {
                        let v = i32::from(i16::from_le_bytes(*b));
                        s += v;
                        q += i64::from(v * v);
                    }
                    (s, q)
                },
            );
            sum += i64::from(s);
            squares += i128::from(q);
        }
        let spread = squares * x.len() as i128 - i128::from(sum) * i128::from(sum);
        #[expect(clippy::cast_precision_loss, reason = "rounded once")]
        (sum as f64, spread as f64)
    }
    fn extremes(x: &[Self]) -> (f64, f64) {
        let (low, high) = widest(
            #[inline(always)]
            || {
                x.iter().fold((i16::MAX, i16::MIN), |(l, h), b| {
                    let v = i16::from_le_bytes(*b);
                    (l.min(v), h.max(v))
                })
            },
        );
        (f64::from(low), f64::from(high))
    }
    fn sum(x: &[Self]) -> f64 {
        let sum = widest(
            #[inline(always)]
            || {
                x.chunks(1 << 15)
                    .map(|part| {
                        i64::from(part.iter().map(|b| i32::from(i16::from_le_bytes(*b))).sum::<i32>())
                    })
                    .sum::<i64>()
            },
        );
        #[expect(clippy::cast_precision_loss, reason = "sums of fewer than 2^37 samples are exact")]
        (sum as f64)
    }
    fn value(self) -> f64 {
        f64::from(i16::from_le_bytes(self))
    }
}

#[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
impl Stored for f64 {
    fn moments(x: &[Self]) -> (f64, f64) {
        let n = x.len() as f64;
        let sum: f64 = x.iter().sum();
        let mean = sum / n;
        (sum, n * x.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>())
    }
    fn extremes(x: &[Self]) -> (f64, f64) {
        x.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(*v), h.max(*v)))
    }
    fn sum(x: &[Self]) -> f64 {
        x.iter().sum()
    }
    fn value(self) -> f64 {
        self
    }
}

impl ThresholdOptions {
    /// Makes the plan.
    ///
    /// # Errors
    /// A baseline of fewer than two samples, a search window of fewer than three, either of them outside the sweep.
    pub fn design(&self, sampling_frequency: Hertz) -> Result<Threshold> {
        let fs = Hertz::sampling_frequency(sampling_frequency.0)?.0;
        let range = |name: &str, (from, to): (Seconds, Seconds), least: usize| {
            let sample = |t: Seconds| ((t.0 - self.start.0) * fs).round();
            let (a, b) = (sample(from), sample(to));
            #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
            let inside = a >= 0.0 && b <= self.samples as f64 && b - a >= least as f64;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "inside the sweep")]
            if inside {
                Ok(a as usize..b as usize)
            } else {
                let why = format!(
                    "{} to {} ms is not inside the sweep, or holds fewer than {least} samples",
                    1e3 * from.0,
                    1e3 * to.0
                );
                Err(Error::option(name, why))
            }
        };
        let baseline = range("baseline", self.baseline, 2)?;
        let search = range("search window", self.search, 3)?;
        Ok(Threshold { baseline, search })
    }
}

impl Threshold {
    /// Measures a sweep of as many numbers as the options said; `up` is −1 where a negative peak is stored as a
    /// negative number. `None`: no sample is above the threshold, so there is no response.
    #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
    pub fn apply<S: Stored>(&self, sweep: &[S], up: f64) -> Option<Marks> {
        let before = sweep.get(self.baseline.clone())?;
        let searched = sweep.get(self.search.clone())?;
        let n = before.len() as f64;
        let (sum, spread) = S::moments(before);
        let (base, deviation) = (sum / n, spread.max(0.0).sqrt() / n);
        let (low, high) = S::extremes(searched);
        let (top, bottom) = if up < 0.0 { (low, high) } else { (high, low) };
        let height = |stored: f64| up * (stored - base);
        let amplitude = height(top);
        let level = (LEVEL.0 * deviation).max(LEVEL.1 * amplitude);
        // Not above, or no number.
        if amplitude.is_nan() || level.is_nan() || amplitude <= level {
            return None;
        }
        let peak = first(searched, top)?;
        let at = |i: usize| height(searched[i].value());
        let onset = (0..peak).rev().find(|i| at(*i) <= level).map_or(0, |i| i + 1);
        let end = (peak..searched.len()).find(|i| at(*i) <= 0.0).unwrap_or(searched.len() - 1);
        let part = &searched[onset..end.max(onset)];
        let first = self.search.start;
        Some(Marks {
            onset: first + onset,
            peak: first + peak,
            end: first + end,
            amplitude,
            peak_to_peak: amplitude - height(bottom),
            sum: up * (S::sum(part) - part.len() as f64 * base),
        })
    }
}

/// First sample of this value: a block at a time, so that the search runs in vectors.
fn first<S: Stored>(x: &[S], value: f64) -> Option<usize> {
    const BLOCK: usize = 64;
    for (b, block) in x.chunks(BLOCK).enumerate() {
        let any = block.iter().fold(false, |any, v| any | (v.value() - value == 0.0));
        if any {
            return block.iter().position(|v| v.value() - value == 0.0).map(|i| b * BLOCK + i);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_integers_and_doubles_give_the_same_marks() {
        let options = ThresholdOptions {
            start: Seconds(-0.02),
            samples: 4000,
            baseline: (Seconds(-0.02), Seconds(-0.001)),
            search: (Seconds(0.001), Seconds(0.1)),
        };
        let plan = options.design(Hertz(20_000.0)).expect("a plan");
        assert_eq!((plan.baseline.clone(), plan.search.clone()), (0..380, 420..2400));
        for up in [1.0, -1.0] {
            let values: Vec<i16> = (0..4000i32)
                .map(|i| {
                    let k = f64::from(i - 500) / 40.0;
                    let response =
                        if k > 0.0 { 3000.0 * k * (1.0 - k).exp() * (0.75 * k).cos() } else { 0.0 };
                    let noise = f64::from((i * 7919) % 31 - 15);
                    #[expect(clippy::cast_possible_truncation, reason = "a few thousand")]
                    let v = (up * (response + noise + 12.0)) as i16;
                    v
                })
                .collect();
            let stored: Vec<[u8; 2]> = values.iter().map(|v| v.to_le_bytes()).collect();
            let doubles: Vec<f64> = values.iter().map(|v| f64::from(*v)).collect();
            let (a, b) = (plan.apply(&stored, up).expect("marks"), plan.apply(&doubles, up).expect("marks"));
            assert_eq!((a.onset, a.peak, a.end), (b.onset, b.peak, b.end));
            for (a, b) in [(a.amplitude, b.amplitude), (a.peak_to_peak, b.peak_to_peak), (a.sum, b.sum)] {
                assert!((a - b).abs() <= 1e-11 * a.abs(), "{a} {b}");
            }
            assert!(plan.apply(&stored, -up).is_none_or(|m| m.amplitude < 0.5 * a.amplitude));
        }
        assert_eq!(plan.apply(&vec![[0u8; 2]; 4000], 1.0), None, "silence holds no response");
        assert_eq!(plan.apply(&[0.0; 10], 1.0), None, "a short sweep");
    }
}
