//! Cutting a continuous recording of a train into sweeps.

use crate::ncs::Sweeps;
use crate::ncs::late::{median, quantile};
use crate::units::{Hertz, Seconds};
use crate::{Error, Result};

/// Where the stimuli are.
#[derive(Debug, Clone, PartialEq)]
pub enum TrainTimes {
    /// Known, s from the recording's first sample.
    Given(Vec<f64>),
    /// By their artefacts, the largest jumps that come at this rate, 0.2 to 100 Hz. The rate may be off by a twentieth.
    Detect {
        /// Nominal rate.
        frequency: Hertz,
    },
}

/// What the caller asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct CutOptions {
    /// Where the stimuli are.
    pub times: TrainTimes,
    /// A sweep's time from its stimulus; −5 to 45 ms by default, shortened to what lies between two stimuli.
    pub window: (Seconds, Seconds),
}

impl CutOptions {
    /// The default window around the stimuli.
    pub fn new(times: TrainTimes) -> Self {
        CutOptions { times, window: (Seconds(-0.005), Seconds(0.045)) }
    }
}

/// The sweeps of a train.
#[derive(Debug, Clone, PartialEq)]
pub struct CutTrain {
    /// One a stimulus, negative up.
    pub sweeps: Sweeps,
    /// Times of their stimuli, s from the recording's first sample.
    pub times: Vec<f64>,
}

/// A stimulus artefact's jump within two samples stands out of all other jumps by this factor. Ours.
const STANDS_OUT: f64 = 4.0;
/// Intervals may differ from the common one by this share. Ours.
const INTERVAL_TOLERANCE: f64 = 0.05;
/// Most stimuli of a train: a bound on the work.
const MOST_STIMULI: usize = 10_000;

impl CutOptions {
    /// Cuts `recorded` (V, active minus reference).
    ///
    /// # Errors
    /// Options out of their range; no stimulus found; no stimulus whose window lies within the recording; samples
    /// that are not finite.
    pub fn apply(&self, recorded: &[f64], sampling_frequency: Hertz) -> Result<CutTrain> {
        let fs = Hertz::sampling_frequency(sampling_frequency.0)?.0;
        let (a, b) = (self.window.0.0, self.window.1.0);
        if !(a.is_finite() && b.is_finite() && a <= 0.0 && b > 0.0 && b - a <= 10.0) {
            let why = format!("{a} to {b} s; from 0 or before to after 0, at most 10 s");
            return Err(Error::option("sweep window", why));
        }
        if let Some(i) = recorded.iter().position(|x| !x.is_finite()) {
            return Err(Error::Signal(format!("sample {i} of the train is {}", recorded[i])));
        }
        let times = match &self.times {
            TrainTimes::Given(times) => {
                if times.is_empty() || times.len() > MOST_STIMULI || times.iter().any(|t| !t.is_finite()) {
                    let why = format!("{} times; 1 to {MOST_STIMULI} finite ones are possible", times.len());
                    return Err(Error::option("stimulus times", why));
                }
                times.clone()
            }
            TrainTimes::Detect { frequency } => detect(recorded, fs, frequency.0)?,
        };
        let shortest = times.windows(2).map(|w| w[1] - w[0]).fold(f64::MAX, f64::min);
        if shortest <= 0.0 {
            return Err(Error::option("stimulus times", "not rising"));
        }
        let first = (a * fs).ceil();
        // The next stimulus's own stretch before it begins there.
        let last = (b.min(shortest + a) * fs).floor();
        let count = last - first;
        if count < 8.0 {
            let why = format!("stimuli {:.1} ms apart leave no room for a sweep", 1e3 * shortest);
            return Err(Error::Signal(why));
        }
        let (mut sweeps, mut kept) = (Vec::new(), Vec::new());
        for t in times {
            let begin = (t * fs).round() + first;
            if begin < 0.0 || begin + count > recorded.len() as f64 {
                continue;
            }
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "within the recording"
            )]
            let (begin, count) = (begin as usize, count as usize);
            sweeps.push(recorded[begin..begin + count].to_vec());
            kept.push(t);
        }
        if sweeps.is_empty() {
            return Err(Error::Signal("no stimulus with its whole sweep in the recording".into()));
        }
        let sweeps = Sweeps::from_recorded(sweeps, Seconds(first / fs), Hertz(fs))?;
        Ok(CutTrain { sweeps, times: kept })
    }
}

/// Stimulus times from their artefacts: jumps that stand out and come at the rate.
#[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the recording")]
fn detect(x: &[f64], fs: f64, frequency: f64) -> Result<Vec<f64>> {
    if !(0.2..=100.0).contains(&frequency) {
        return Err(Error::option("stimulation frequency", format!("{frequency} Hz; 0.2 to 100 Hz")));
    }
    let none = || Error::Signal("no stimulus artefacts found; give the stimulus times".into());
    let period = fs / frequency;
    if x.len() < 16 || period < 16.0 {
        return Err(none());
    }
    let jump: Vec<f64> = x.windows(2).map(|w| (w[1] - w[0]).abs()).collect();
    // The largest jump of each period-long stretch; the artefacts are alike, so their median is one of them.
    let stretch = (period as usize).max(1);
    let mut tops: Vec<f64> = jump.chunks(stretch).map(|c| c.iter().copied().fold(0.0, f64::max)).collect();
    let artefact = quantile(&mut tops, 0.75);
    let threshold = 0.4 * artefact;
    let mut peaks: Vec<usize> = Vec::new();
    let dead = (0.3 * period) as usize;
    for (i, j) in jump.iter().enumerate() {
        if *j >= threshold && *j > 0.0 && peaks.last().is_none_or(|p| i - p > dead) {
            peaks.push(i);
        }
    }
    // Jumps elsewhere, away from the few milliseconds in which artefact and response lie.
    let away = ((0.02 * fs) as usize).min(stretch / 2);
    let mut others: Vec<f64> = jump
        .iter()
        .enumerate()
        .filter(|(i, _)| {
            let k = peaks.partition_point(|p| p <= i);
            k == 0 || i - peaks[k - 1] > away
        })
        .map(|(_, j)| *j)
        .collect();
    if quantile(&mut others, 0.999) * STANDS_OUT > artefact || peaks.is_empty() || peaks.len() > MOST_STIMULI
    {
        return Err(none());
    }
    let mut gaps: Vec<f64> = peaks.windows(2).map(|w| (w[1] - w[0]) as f64).collect();
    if !gaps.is_empty() {
        let common = median(&mut gaps.clone());
        let off = |gap: &f64| {
            let steps = (gap / common).round().max(1.0);
            (gap / steps / common - 1.0).abs() > INTERVAL_TOLERANCE
        };
        gaps.retain(off);
        if !gaps.is_empty() || (common / period - 1.0).abs() > INTERVAL_TOLERANCE {
            let why = format!(
                "jumps come every {:.1} ms, irregularly or not at {frequency} Hz; give the stimulus times",
                1e3 * common / fs
            );
            return Err(Error::Signal(why));
        }
    }
    Ok(peaks.into_iter().map(|p| (p + 1) as f64 / fs).collect())
}
