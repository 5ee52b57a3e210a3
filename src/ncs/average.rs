//! Averages of several sweeps of one site, and whether a stimulus was strong enough.
//!
//! Stimulus-locked: no alignment. What is joined, weighted and left out is [`crate::dsp::average`]'s business; here is
//! what nerve conduction asks of it: weights 1/σ² of each sweep's own noise, sweeps left out by their RMS and by their
//! likeness to the others, what noise remains, and whether it is little enough to stop.

use super::Sweeps;
use super::marker::{Marker, Presence, Scratch};
pub use crate::dsp::average::Reason;
use crate::dsp::average::{AverageOptions, Averaged, Method, Rejection};
use crate::units::Seconds;
use crate::{Error, Result};

/// What the caller asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SweepAverageOptions {
    /// Part of the sweep by which a sweep is judged, s from the stimulus: behind the artefact. Default 0.8 ms to the
    /// sweep's end.
    pub judged: (Seconds, Option<Seconds>),
    /// A sweep whose RMS is more than (strict) this times the median is left out; at least 1. Default 3.
    pub rms_factor: f64,
    /// A sweep that correlates less than (strict) this with the running median is left out, once more than ten were
    /// accepted; −1 to 1. Default 0.2. Where no response is, sweeps do not correlate: −1 then keeps them.
    pub min_correlation: f64,
}

impl Default for SweepAverageOptions {
    fn default() -> Self {
        SweepAverageOptions { judged: (Seconds(0.0008), None), rms_factor: 3.0, min_correlation: 0.2 }
    }
}

/// Weighting by a noise that few samples show would give a sweep weight by luck. Ours.
const BASELINE_SAMPLES: usize = 20;

/// Correlation is asked for only where that of a good sweep is to be more than this times the limit. Ours: where noise
/// hides the response in single sweeps, or there is none, good sweeps fall below the limit too.
const EXPECTED: f64 = 1.5;

/// An average and how it came about.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepAverage {
    /// The average as a set of one sweep: measure it with a marker.
    pub sweep: Sweeps,
    /// Numbers of the sweeps that were used, ascending.
    pub used: Vec<usize>,
    /// Numbers of the others, ascending, with the reason.
    pub rejected: Vec<(usize, Reason)>,
    /// RMS of the noise in the average, V, by the difference of alternate sweeps; `None` for a single one.
    pub noise: Option<f64>,
}

impl SweepAverageOptions {
    /// Averages. One sweep is its own average.
    ///
    /// # Errors
    /// Options out of range; a judged part outside the sweep; no sweep left.
    pub fn apply(&self, sweeps: &Sweeps) -> Result<SweepAverage> {
        let fs = sweeps.sampling_frequency();
        let first = sweeps.get(0);
        let n = first.samples().len();
        let end = Seconds(first.time(1.0 * index_f64(n)));
        let from = self.judged.0.0.max(sweeps.start().0);
        let judged = (Seconds(from), self.judged.1.unwrap_or(end));
        let all: Vec<&[f64]> = sweeps.iter().map(|s| s.samples()).collect();
        let before = first.index(-1e-4);
        let method = if before >= BASELINE_SAMPLES { Method::InverseVariance } else { Method::Mean };
        let with = |min_correlation: f64| -> Result<Averaged> {
            let options = AverageOptions {
                start: sweeps.start(),
                end,
                method,
                rejection: Some(Rejection {
                    judged: Some(judged),
                    rms_factor: self.rms_factor,
                    min_correlation,
                    ..Rejection::default()
                }),
            };
            Ok(options.design(fs)?.apply_to_sweeps(&all))
        };
        let mut averaged = with(-1.0)?;
        let part = first.index(judged.0.0)..first.index(judged.1.0);
        // What a good sweep's correlation with the average is to be, by the response in it and its noise.
        let n = index_f64(averaged.used.len());
        let expected = averaged.residual_noise.zip(averaged.average.get(part)).map_or(0.0, |(noise, a)| {
            let response = spread(a).powi(2) - noise * noise;
            (response.max(0.0) / (response.max(0.0) + n * noise * noise).max(f64::MIN_POSITIVE)).sqrt()
        });
        if expected > EXPECTED * self.min_correlation {
            averaged = with(self.min_correlation)?;
        }
        if averaged.average.is_empty() {
            return Err(Error::Signal("no sweep is left to average".into()));
        }
        // `Sweeps` turns what was recorded; this is turned already.
        let turned = averaged.average.iter().map(|v| -v).collect();
        Ok(SweepAverage {
            sweep: Sweeps::from_recorded(vec![turned], sweeps.start(), fs)?,
            used: averaged.used,
            rejected: averaged.rejected,
            noise: averaged.residual_noise,
        })
    }
}

/// RMS about the mean.
fn spread(x: &[f64]) -> f64 {
    let n = index_f64(x.len().max(1));
    let mean = x.iter().sum::<f64>() / n;
    (x.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n).sqrt()
}

#[expect(clippy::cast_precision_loss, reason = "counts of samples stay far below 2^52")]
fn index_f64(n: usize) -> f64 {
    n as f64
}

/// Whether a series of stimuli of rising strength reached the whole nerve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Supramaximal {
    /// The last responses are alike within their uncertainty and 5 %: more stimulus adds nothing.
    Yes {
        /// Amplitude of the last, over that of the one before it, minus 1.
        rise: f64,
    },
    /// The last response is larger than the one before it by this share, more than noise explains.
    StillRising {
        /// As above.
        rise: f64,
    },
    /// Cannot be said, and why.
    Undefined(&'static str),
}

/// Rise from one stimulus to the next that still counts as none. Ours: consecutive supramaximal responses differ by up
/// to a few percent with electrode and position (the 5 % of repetitive stimulation's own rule).
const SAME: f64 = 0.05;

/// Judges sweeps whose stimuli rose, the strongest last.
///
/// # Errors
/// As [`Marker::apply`].
pub fn supramaximal(sweeps: &Sweeps, marker: &Marker, scratch: &mut Scratch) -> Result<Supramaximal> {
    if sweeps.len() < 2 {
        return Ok(Supramaximal::Undefined("one stimulus does not tell whether a stronger one adds more"));
    }
    let mut heights = Vec::with_capacity(2);
    for i in [sweeps.len() - 2, sweeps.len() - 1] {
        let response = marker.apply(&sweeps.get(i), scratch)?;
        let height = match response.presence {
            Presence::Present => response.amplitude.value(),
            Presence::Absent => Some(0.0),
            Presence::Undefined(_) => None,
        };
        let Some(height) = height else {
            return Ok(Supramaximal::Undefined("one of the last two responses cannot be measured"));
        };
        heights.push((height, response.amplitude.uncertainty.unwrap_or(0.0)));
    }
    let [(before, before_by), (last, last_by)] = heights[..] else {
        return Ok(Supramaximal::Undefined("one of the last two responses cannot be measured"));
    };
    if last <= 0.0 {
        return Ok(Supramaximal::Undefined("the strongest stimulus gave no response"));
    }
    if before <= 0.0 {
        return Ok(Supramaximal::StillRising { rise: 1.0 });
    }
    let rise = last / before - 1.0;
    let beyond = last - before > (SAME * before).max(before_by.hypot(last_by));
    Ok(if beyond { Supramaximal::StillRising { rise } } else { Supramaximal::Yes { rise } })
}
