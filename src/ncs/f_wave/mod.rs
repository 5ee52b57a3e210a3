//! F waves: late responses of single motor units, sweep by sweep, and what a set of sweeps says.
//!
//! 1. The tail of the M response, which all sweeps share, is fitted by decaying exponentials and subtracted; so
//!    are each sweep's offset, trend and mains, from what is quiet in it. Both are fitted again without
//!    the responses found.
//! 2. A response stands out of the sweep's own noise and above the least amplitude.
//! 3. What comes at one time with one shape in two of five sweeps or more is an A wave: taken out, and never
//!    counted as an F wave, nor as the shortest latency.
//! 4. Of the rest, equal shapes at equal latencies are repeaters.
//!
//! Latencies are onsets of the first deflection of either polarity. No F wave at all is a result: persistence 0 and
//! latencies `Absent`.
//!
//! Sources: US patent 8078273 B2 (A waves by constancy, F waves by change from sweep to sweep); Chroni et al. 2012
//! (indices of repeaters); FW_N in the clinical tables (numbers of stimuli). Thresholds are ours where nothing else is said.

mod a_wave;
mod event;
mod m_response;
mod options;
mod residual;
mod shape;
mod summary;

pub use options::{FWaveOptions, Limb};

use super::{Doubt, Measured, Sweeps};
use crate::units::Hertz;
use options::Thresholds;

/// What a sweep shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FClass {
    /// An F wave unlike all others.
    F,
    /// An F wave with the shape and latency of others; the number of its cluster, from 0.
    Repeater(usize),
    /// No F wave, but an A wave; its number in [`FWaves::a_waves`].
    AWave(usize),
    /// Neither.
    Nothing,
}

/// One sweep.
#[derive(Debug, Clone, PartialEq)]
pub struct FSweep {
    /// What it shows.
    pub class: FClass,
    /// Onset latency of the F wave, s; `Absent` without one, `Undefined` in a rejected sweep.
    pub latency: Measured,
    /// Peak-to-peak amplitude of the F wave, V; as the latency.
    pub amplitude_peak_to_peak: Measured,
    /// Numbers of the A waves it shows, beside an F wave or alone.
    pub a_waves: Vec<usize>,
    /// Why the sweep is left out of every count.
    pub rejected: Option<&'static str>,
}

impl FSweep {
    /// Whether an F wave is there.
    pub fn present(&self) -> bool {
        matches!(self.class, FClass::F | FClass::Repeater(_))
    }
}

/// A response of constant shape and latency.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AWave {
    /// Mean onset latency, s.
    pub latency: Measured,
    /// Sweeps that show it.
    pub count: usize,
    /// SD of its latency over the sweeps, s.
    pub latency_sd: f64,
    /// Mean peak-to-peak amplitude, V.
    pub amplitude_peak_to_peak: f64,
}

/// What a set of sweeps says. Uncertainties of latencies and amplitudes are those of measuring these sweeps' F waves;
/// how far other stimuli would have given others is said by the number of sweeps and the doubts.
#[derive(Debug, Clone, PartialEq)]
pub struct FWaves {
    /// Each sweep, in the order of the stimuli.
    pub sweeps: Vec<FSweep>,
    /// Sweeps counted: all but the rejected ones.
    pub counted: usize,
    /// Sweeps with an F wave.
    pub with_f: usize,
    /// Sweeps with an F wave, % of those counted; uncertainty: half of Wilson's 95 % interval.
    pub persistence_percent: Measured,
    /// Shortest latency, s.
    pub min_latency: Measured,
    /// Mean latency, s.
    pub mean_latency: Measured,
    /// Median latency, s.
    pub median_latency: Measured,
    /// Longest latency, s.
    pub max_latency: Measured,
    /// Longest less shortest latency, s; of [`FWaves::with_f`] F waves, two at least.
    pub chronodispersion: Measured,
    /// Mean peak-to-peak amplitude, V.
    pub mean_amplitude: Measured,
    /// Peak-to-peak amplitude of the M response of the same sweeps, V.
    pub m_amplitude: Measured,
    /// Mean F over M amplitude, both peak to peak, %.
    pub f_m_ratio_percent: Measured,
    /// A waves, by latency.
    pub a_waves: Vec<AWave>,
    /// Sizes of the clusters of repeaters.
    pub repeaters: Vec<usize>,
    /// Index RN: repeating neurons of the different ones seen, % (Chroni et al. 2012).
    pub repeating_neurons_percent: Measured,
    /// Index Freps: sweeps with a repeater of those with an F wave, % (Chroni et al. 2012).
    pub repeater_sweeps_percent: Measured,
    /// Window in which an onset was looked for, s from the stimulus.
    pub window: (f64, f64),
    /// Noise SD of a sample, median over the sweeps, V.
    pub noise: f64,
    /// What makes this doubtful.
    pub doubts: Vec<Doubt>,
}

/// The plan: checked, immutable, shared between threads by `&`.
#[derive(Debug, Clone, PartialEq)]
pub struct FWavePlan {
    options: FWaveOptions,
    limits: Thresholds,
    fs: f64,
}

impl FWavePlan {
    /// Measures the sweeps of one site.
    ///
    /// # Errors
    /// Another sampling frequency than the plan's; sweeps that end before the window begins.
    pub fn apply(&self, sweeps: &Sweeps) -> crate::Result<FWaves> {
        let residual = residual::Residual::new(self, sweeps)?;
        let found = shape::classify(self, &residual);
        Ok(summary::summarise(self, sweeps, &residual, found))
    }
    /// Sampling frequency it was made for.
    pub fn sampling_frequency(&self) -> Hertz {
        Hertz(self.fs)
    }
}
