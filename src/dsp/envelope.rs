//! Envelopes of a trace by moving averages, and the Teager–Kaiser energy.
//!
//! Convention: output `k` belongs to input sample `k + margin()`, so nothing here shifts time. Windows are
//! centred and have an odd number of samples. Time grows with the number of samples alone, not with the
//! window. An infinite or missing sample spoils only the outputs whose window holds it.

use crate::units::{Hertz, Seconds};
use crate::{Error, Result};

/// What is averaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Average {
    /// √(mean x²), V.
    Rms,
    /// mean |x|, V: the average rectified value.
    Rectified,
    /// mean x, V: keeps the sign; a baseline.
    Mean,
}

/// What happens where the window reaches over an end of the trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    /// No output there: `margin()` values fewer on each side.
    Drop,
    /// The mean of the part of the window that lies on the trace: one output per sample.
    Shorten,
}

/// What the caller asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EnvelopeOptions {
    /// What is averaged.
    pub average: Average,
    /// Window; at least one sample. Rounded to samples, an even count up to the next odd one.
    pub window: Seconds,
    /// The ends.
    pub ends: Ends,
}

/// The plan: checked, immutable, shared between threads by `&`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    average: Average,
    ends: Ends,
    width: usize,
}

impl EnvelopeOptions {
    /// Makes the plan. Errors: a window of less than one sample or more than 10⁹.
    pub fn design(&self, sampling_frequency: Hertz) -> Result<Envelope> {
        let samples = (self.window.0 * sampling_frequency.0).round();
        if !(1.0..=1e9).contains(&samples) {
            return Err(Error::option(
                "window",
                format!("{} s is {samples} samples; 1 to 1e9 are possible", self.window.0),
            ));
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "1 to 1e9, checked above"
        )]
        let width = samples as usize | 1;
        Ok(Envelope { average: self.average, ends: self.ends, width })
    }
}

impl Envelope {
    /// Samples in the window, odd.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Samples before the first output's: half the window with [`Ends::Drop`], none with [`Ends::Shorten`].
    pub fn margin(&self) -> usize {
        if self.ends == Ends::Drop { self.width / 2 } else { 0 }
    }

    /// Writes the envelope of `x` to `out`. With [`Ends::Drop`] a trace shorter than the window gives none.
    /// `scratch` and `out` may hold anything before.
    pub fn apply(&self, x: &[f64], scratch: &mut Vec<f64>, out: &mut Vec<f64>) {
        match self.average {
            Average::Rms => self.means(x, |v| v * v, scratch, out),
            Average::Rectified => self.means(x, f64::abs, scratch, out),
            Average::Mean => self.means(x, |v| v, scratch, out),
        }
        if self.average == Average::Rms {
            out.iter_mut().for_each(|v| *v = v.sqrt());
        }
    }

    fn means(&self, x: &[f64], f: impl Fn(f64) -> f64 + Copy, scratch: &mut Vec<f64>, out: &mut Vec<f64>) {
        out.clear();
        let (n, half) = (x.len(), self.width / 2);
        if self.ends == Ends::Drop {
            whole_windows(x, self.width, f, scratch, out);
            return;
        }
        #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
        let mean = |sum: f64, count: usize| sum / count as f64;
        // Windows cut at the start: one growing sum. Those that hold the whole trace repeat it.
        let mut sum = x.iter().take(half).map(|&v| f(v)).sum::<f64>();
        for i in 0..half.min(n) {
            sum += x.get(i + half).map_or(0.0, |&v| f(v));
            out.push(mean(sum, (i + half + 1).min(n)));
        }
        if n > half {
            whole_windows(x, self.width, f, scratch, out);
            // Windows cut at the end alone, from the last one backwards, in the same way.
            let first = out.len();
            let mut sum = x[n - half..].iter().rev().map(|&v| f(v)).sum::<f64>();
            for i in (first..n).rev() {
                sum += f(x[i - half]);
                out.push(mean(sum, n - (i - half)));
            }
            out[first..].reverse();
        }
    }
}

/// Appends the mean of f over every whole window.
///
/// Every window is the tail of one stretch of `width` samples and the head of the next; both are summed
/// outward from the border between the two. Nothing is ever subtracted, so a stimulus artefact leaves no
/// rounding error in the quiet that follows it, which a running sum does.
fn whole_windows(x: &[f64], width: usize, f: impl Fn(f64) -> f64, tails: &mut Vec<f64>, out: &mut Vec<f64>) {
    if x.len() < width {
        return;
    }
    #[expect(clippy::cast_precision_loss, reason = "a window has at most 1e9 samples")]
    let count = width as f64;
    let windows = x.len() - width + 1;
    let wanted = out.len() + windows;
    out.reserve(windows);
    tails.clear();
    tails.resize(width, 0.0);
    for border in (width..).step_by(width) {
        let mut sum = 0.0;
        for (tail, &v) in tails.iter_mut().zip(&x[border - width..border]).rev() {
            sum += f(v);
            *tail = sum;
        }
        let here = (wanted - out.len()).min(width);
        let mut head = 0.0;
        for (j, tail) in tails[..here].iter().enumerate() {
            if j > 0 {
                head += f(x[border + j - 1]);
            }
            out.push((tail + head) / count);
        }
        if out.len() == wanted {
            return;
        }
    }
}

/// Samples that [`teager_kaiser`] loses on each side.
pub const TEAGER_KAISER_MARGIN: usize = 1;

/// Writes ψ = x² − (sample before)·(sample after), V², for every sample that has both neighbours: two values
/// fewer than `x`, none for fewer than three samples. May be negative.
///
/// Source: Kaiser 1990, doi:10.1109/ICASSP.1990.115702.
pub fn teager_kaiser(x: &[f64], out: &mut Vec<f64>) {
    out.clear();
    out.extend(x.windows(3).map(|w| w[1] * w[1] - w[0] * w[2]));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition: each window summed by itself.
    fn naive(x: &[f64], plan: &Envelope) -> Vec<f64> {
        let half = plan.width / 2;
        let inside = |i: usize| i >= half && i + half < x.len();
        let value = |i: usize| {
            let window = &x[i.saturating_sub(half)..(i + half + 1).min(x.len())];
            let n = window.len() as f64;
            match plan.average {
                Average::Rms => (window.iter().map(|v| v * v).sum::<f64>() / n).sqrt(),
                Average::Rectified => window.iter().map(|v| v.abs()).sum::<f64>() / n,
                Average::Mean => window.iter().sum::<f64>() / n,
            }
        };
        (0..x.len()).filter(|&i| plan.ends == Ends::Shorten || inside(i)).map(value).collect()
    }

    #[test]
    fn fast_equals_the_definition_at_every_length() {
        let x: Vec<f64> = (0..130).map(|i| f64::from(i * i % 31) * 1e-4 - 1e-3).collect();
        let (mut scratch, mut out) = (vec![f64::NAN; 99], vec![f64::NAN; 99]);
        for average in [Average::Rms, Average::Rectified, Average::Mean] {
            for ends in [Ends::Drop, Ends::Shorten] {
                for width in [1, 2, 3, 7, 51, 129, 301] {
                    let options = EnvelopeOptions { average, window: Seconds(f64::from(width)), ends };
                    let plan = options.design(Hertz(1.0)).unwrap();
                    for n in 0..=x.len() {
                        plan.apply(&x[..n], &mut scratch, &mut out);
                        let want = naive(&x[..n], &plan);
                        assert_eq!(out.len(), want.len(), "{plan:?}, {n} samples");
                        for (a, b) in out.iter().zip(&want) {
                            assert!((a - b).abs() <= 1e-15, "{plan:?}, {n} samples: {a} != {b}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn an_artefact_leaves_nothing_behind() {
        let mut x = vec![1e-6; 400];
        x[100] = 1e6;
        for ends in [Ends::Drop, Ends::Shorten] {
            let options = EnvelopeOptions { average: Average::Rms, window: Seconds(21.0), ends };
            let plan = options.design(Hertz(1.0)).unwrap();
            let mut out = Vec::new();
            plan.apply(&x, &mut Vec::new(), &mut out);
            for (k, v) in out.iter().enumerate() {
                let far = (k + plan.margin()).abs_diff(100) > 10;
                assert_eq!(far, (v - 1e-6).abs() < 1e-20, "{k}: {v}");
            }
        }
    }

    #[test]
    fn impossible_windows_are_refused() {
        for bad in [0.0, 0.4, -1.0, f64::NAN, f64::INFINITY, 1e12] {
            let options = EnvelopeOptions { average: Average::Rms, window: Seconds(bad), ends: Ends::Drop };
            assert!(options.design(Hertz(1.0)).is_err(), "{bad}");
        }
    }

    #[test]
    fn teager_kaiser_of_a_sine_is_constant() {
        let mut out = vec![f64::NAN];
        let x: Vec<f64> = (0..50).map(|i| 2.0 * (f64::from(i) * 0.3).sin()).collect();
        teager_kaiser(&x, &mut out);
        assert_eq!(out.len(), x.len() - 2 * TEAGER_KAISER_MARGIN);
        assert!(out.iter().all(|v| (v - 4.0 * 0.3_f64.sin().powi(2)).abs() < 1e-13));
        for n in 0..3 {
            teager_kaiser(&x[..n], &mut out);
            assert!(out.is_empty());
        }
    }
}
