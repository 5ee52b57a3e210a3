//! Interference pattern: turns and amplitude, and measures of the segments between turns.
//!
//! Convention: a trace is cut into epochs that follow each other; each epoch stands for itself, so a turn at
//! its edge is none. The trace is taken as it is: no filter.
//!
//! Sources: turns: Willison 1964; turns and amplitude: Stålberg et al. 1983; small segments, activity,
//! envelope and upper centile amplitude: Nandedkar et al. 1986, whose constants were recalled and not checked
//! against the papers, so these are shown and never held against a limit.

use crate::dsp::turns::{Turn, quantile, turns};
use crate::measure::Reading;
use crate::trace::Trace;
use crate::units::{Hertz, Seconds, Volts};
use crate::{Error, Result};

/// What the caller asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InterferenceOptions {
    /// Length of an epoch. Default 1 s; 0.25 to 1 s is possible.
    pub epoch: Seconds,
    /// Smallest change at a turn. Default 100 µV (not strict).
    pub threshold: Volts,
}

impl Default for InterferenceOptions {
    fn default() -> Self {
        InterferenceOptions { epoch: Seconds(1.0), threshold: Volts(100e-6) }
    }
}

/// The plan: checked, immutable.
#[derive(Debug, Clone, Copy)]
pub struct Interference {
    samples: usize,
    least: usize,
    threshold: f64,
    sampling_frequency: Hertz,
}

/// One epoch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pattern {
    /// First sample.
    pub first: usize,
    /// Number of samples.
    pub len: usize,
    /// Start from the trace's start, s.
    pub start_s: f64,
    /// End, s: start + samples / rate.
    pub end_s: f64,
    /// Turns per second, 1/s.
    pub turns_per_s: f64,
    /// Mean absolute difference of successive turns, V. Undefined with fewer than two turns.
    pub mean_amplitude: Reading,
    /// Segments between successive turns that are shorter than 3 ms and smaller than 2 mV (both strict),
    /// per second.
    pub small_segments_per_s: f64,
    /// Share of the epoch that lies in steep segments: shorter than 3 ms (strict), 0 to 1.
    ///
    /// Our reading of "time with sharp activity"; the original's slope limit is not known to us.
    pub activity: f64,
    /// 99th percentile of the segments' amplitudes, V. Undefined with fewer than two turns.
    pub upper_centile_amplitude: Reading,
    /// From the 1st percentile of the minima to the 99th of the maxima among the turns, V. Undefined with
    /// fewer than two turns.
    pub envelope: Reading,
}

impl InterferenceOptions {
    /// Makes the plan.
    ///
    /// # Errors
    /// [`Error::Option`] when a value is out of its range.
    pub fn design(&self, sampling_frequency: Hertz) -> Result<Interference> {
        let fs = Hertz::sampling_frequency(sampling_frequency.0)?.0;
        if !(0.25..=1.0).contains(&self.epoch.0) {
            return Err(Error::option("epoch", format!("{} s; 0.25 to 1 s is possible", self.epoch.0)));
        }
        if !(self.threshold.0.is_finite() && self.threshold.0 > 0.0) {
            return Err(Error::option(
                "turn threshold",
                format!("{} V; above 0 is possible", self.threshold.0),
            ));
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1e9 at most")]
        let samples = |seconds: f64| (seconds * fs).round() as usize;
        // Four samples: below that no epoch can hold a turn with both its neighbours.
        if samples(0.25) < 4 {
            return Err(Error::option(
                "sampling frequency",
                format!("{fs} Hz is too low for epochs of 0.25 s"),
            ));
        }
        Ok(Interference {
            samples: samples(self.epoch.0),
            least: samples(0.25),
            threshold: self.threshold.0,
            sampling_frequency,
        })
    }
}

impl Interference {
    /// The epochs of a trace in volts. An incomplete last epoch is left out; a trace shorter than one epoch is
    /// one epoch when it has 0.25 s, else none.
    pub fn apply(&self, trace: Trace<'_>) -> Vec<Pattern> {
        let all = trace.samples();
        let len = if all.len() >= self.samples { self.samples } else { all.len() };
        if len < self.least {
            return Vec::new();
        }
        let mut scratch = Vec::new();
        let each = |(k, epoch): (usize, &[f64])| self.epoch(k * len, epoch, &mut scratch);
        all.chunks_exact(len).enumerate().map(each).collect()
    }

    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    fn epoch(&self, first: usize, samples: &[f64], found: &mut Vec<Turn>) -> Pattern {
        const FEW: &str = "fewer than two turns";
        /// Nandedkar et al. 1986: a small segment.
        const SHORT_S: f64 = 3e-3;
        const SMALL_V: f64 = 2e-3;
        let fs = self.sampling_frequency.0;
        turns(samples, self.threshold, found);
        let duration = samples.len() as f64 / fs;
        let segments = || {
            found.windows(2).map(|p| ((p[1].value - p[0].value).abs(), (p[1].index - p[0].index) as f64 / fs))
        };
        let mut amplitudes: Vec<f64> = segments().map(|(a, _)| a).collect();
        let mean = amplitudes.iter().sum::<f64>() / amplitudes.len() as f64;
        let short = segments().filter(|&(a, d)| d < SHORT_S && a < SMALL_V).count();
        let steep: f64 = segments().filter(|&(_, d)| d < SHORT_S).map(|(_, d)| d).sum();
        let mut values: Vec<f64> = found.iter().map(|t| t.value).collect();
        let envelope = quantile(&mut values, 0.99) - quantile(&mut values, 0.01);
        Pattern {
            first,
            len: samples.len(),
            start_s: first as f64 / fs,
            end_s: (first + samples.len()) as f64 / fs,
            turns_per_s: found.len() as f64 / duration,
            mean_amplitude: Reading::finite(mean, FEW),
            small_segments_per_s: short as f64 / duration,
            activity: steep / duration,
            upper_centile_amplitude: Reading::finite(quantile(&mut amplitudes, 0.99), FEW),
            envelope: if found.len() < 2 { Reading::Undefined(FEW) } else { Reading::finite(envelope, FEW) },
        }
    }
}

/// Peak ratio: the greatest ratio of turns a second to mean amplitude over the epochs, 1/(s·V). Undefined when
/// no epoch has a mean amplitude. High with many small units, low with few large ones; no limit is published
/// that would hold for another device and needle.
///
/// Source: Fuglsang-Frederiksen; order of muscles by Liguori et al. 1992.
pub fn peak_ratio(patterns: &[Pattern]) -> Reading {
    let ratios = patterns.iter().filter_map(|p| Some(p.turns_per_s / p.mean_amplitude.value()?));
    let greatest = ratios.fold(f64::NEG_INFINITY, f64::max);
    Reading::finite(greatest, "no epoch with two turns")
}

/// The result file's row of an epoch.
impl From<&Pattern> for crate::result::Epoch {
    fn from(p: &Pattern) -> Self {
        crate::result::Epoch {
            start_s: p.start_s,
            end_s: p.end_s,
            turns_per_s: p.turns_per_s,
            mean_amplitude_uv: p.mean_amplitude.value().map(|v| v * 1e6),
            small_segments_per_s: p.small_segments_per_s,
            activity: p.activity,
            envelope_uv: p.envelope.value().map(|v| v * 1e6),
            upper_centile_amplitude_uv: p.upper_centile_amplitude.value().map(|v| v * 1e6),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sine_of_frequency_f_has_two_turns_a_period_and_twice_its_amplitude() {
        let fs = 10_000.0;
        for (f, a) in [(50.0, 300e-6), (200.0, 150e-6), (80.0, 2e-3)] {
            let x: Vec<f64> =
                (0..30_500).map(|i| a * (std::f64::consts::TAU * f * f64::from(i) / fs).sin()).collect();
            let plan = InterferenceOptions::default().design(Hertz(fs)).unwrap();
            let epochs = plan.apply(Trace::new(&x, Hertz(fs)).unwrap());
            assert_eq!(epochs.len(), 3);
            for e in epochs {
                assert_eq!(e.turns_per_s, 2.0 * f);
                let ma = e.mean_amplitude.value().unwrap();
                assert!((ma / (2.0 * a) - 1.0).abs() < 2e-3, "{ma}");
                assert_eq!(e.end_s - e.start_s, 1.0);
            }
        }
    }

    #[test]
    fn quiet_short_and_bad_input_are_said() {
        let plan = InterferenceOptions::default().design(Hertz(1000.0)).unwrap();
        let quiet = plan.apply(Trace::new(&[0.0; 1500], Hertz(1000.0)).unwrap());
        assert_eq!((quiet.len(), quiet[0].turns_per_s), (1, 0.0));
        assert_eq!(quiet[0].mean_amplitude, Reading::Undefined("fewer than two turns"));
        assert_eq!(plan.apply(Trace::new(&[0.0; 249], Hertz(1000.0)).unwrap()).len(), 0);
        assert_eq!(plan.apply(Trace::new(&[0.0; 400], Hertz(1000.0)).unwrap())[0].end_s, 0.4);
        let bad = |epoch, threshold| {
            InterferenceOptions { epoch: Seconds(epoch), threshold: Volts(threshold) }.design(Hertz(1000.0))
        };
        assert!(bad(0.2, 1e-4).is_err() && bad(1.1, 1e-4).is_err() && bad(f64::NAN, 1e-4).is_err());
        assert!(bad(1.0, 0.0).is_err() && bad(1.0, f64::NAN).is_err());
        assert!(InterferenceOptions::default().design(Hertz(2.0)).is_err());
    }
}
