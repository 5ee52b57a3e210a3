//! Interference pattern: turns and amplitude, and measures of the segments between turns.
//!
//! Convention: a trace is cut into epochs that follow each other; each epoch stands for itself, so a turn at
//! its edge is none. The trace is taken as it is: no filter.
//!
//! Sources: turns: Willison 1964; turns and amplitude: Stålberg et al. 1983; small segments, activity,
//! envelope and upper centile amplitude: Nandedkar et al. 1986, whose constants were recalled and not checked
//! against the papers, so these are shown and never held against a limit. Short intervals and the peak ratio:
//! Liguori et al. 1992, Fuglsang-Frederiksen.

mod cloud;
mod ratio;

pub use cloud::{Cloud, Outside, Place};
pub use ratio::{PeakRatio, peak, peak_ratio};

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
    /// Share of the intervals between successive turns that are shorter than 1.5 ms (strict), 0 to 1. Undefined
    /// with fewer than two turns.
    pub short_interval_share: Reading,
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
        /// Fuglsang-Frederiksen (recalled): a short interval.
        const BRIEF_S: f64 = 1.5e-3;
        let fs = self.sampling_frequency.0;
        turns(samples, self.threshold, found);
        let duration = samples.len() as f64 / fs;
        let segments = || {
            found.windows(2).map(|p| ((p[1].value - p[0].value).abs(), (p[1].index - p[0].index) as f64 / fs))
        };
        let mut amplitudes: Vec<f64> = segments().map(|(a, _)| a).collect();
        let mean = amplitudes.iter().sum::<f64>() / amplitudes.len() as f64;
        let short = segments().filter(|&(a, d)| d < SHORT_S && a < SMALL_V).count();
        let brief = segments().filter(|&(_, d)| d < BRIEF_S).count();
        let steep: f64 = segments().filter(|&(_, d)| d < SHORT_S).map(|(_, d)| d).sum();
        let intervals = amplitudes.len() as f64;
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
            short_interval_share: Reading::finite(brief as f64 / intervals, FEW),
            envelope: if found.len() < 2 { Reading::Undefined(FEW) } else { Reading::finite(envelope, FEW) },
        }
    }
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
            short_interval_share: p.short_interval_share.value(),
        }
    }
}

#[cfg(test)]
mod tests;
