//! H reflex: a response of constant shape and latency that rises, then falls while the M response still rises.
//!
//! The stimulus goes through the sensory fibres first: H appears below or near the threshold of M, and is
//! lost at stronger stimuli, whose own impulses run up the motor axons and collide with it. F waves grow there
//! instead, small and of changing shape. Both are told apart by shape, latency and course.
//!
//! Amplitudes are baseline to negative peak. H/M is the largest H over the largest M. No H reflex is a result:
//! latency `Absent`, ratio 0.
//!
//! Sources: Burke 2016, Clin Neurophysiol Pract 1:9 (course of the recruitment curves); thresholds are ours where
//! nothing else is said.

mod judge;
mod options;
mod sweep;

pub use options::HReflexOptions;

use super::{Doubt, Measured, Sweeps};

/// One sweep.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HSweep {
    /// Stimulus, mA, where it is known.
    pub stimulus_ma: Option<f64>,
    /// M response, baseline to negative peak, V; `Absent` where none stands out.
    pub m_amplitude: Measured,
    /// Response in the H window, baseline to negative peak, V; `Absent` where none stands out.
    pub h_amplitude: Measured,
    /// Its onset latency, s.
    pub h_latency: Measured,
    /// Correlation of its shape with that of the largest, −1 to 1; `None` without a response.
    pub correlation: Option<f64>,
    /// Whether it counts as an H reflex: the shape and latency of the others.
    pub h: bool,
}

/// What the sweeps say.
#[derive(Debug, Clone, PartialEq)]
pub struct HReflex {
    /// Each sweep, in the order given: the recruitment curves.
    pub sweeps: Vec<HSweep>,
    /// Whether there is an H reflex.
    pub present: bool,
    /// Why not, where responses were seen in the window and do not count; `None` else.
    pub rejected: Option<&'static str>,
    /// Onset latency of the largest H reflex, s.
    pub latency: Measured,
    /// SD of the onset latencies of the reflexes of at least half the largest amplitude, s; `None` for fewer than two.
    pub latency_sd: Option<f64>,
    /// Largest H, V.
    pub h_max: Measured,
    /// Largest M, V.
    pub m_max: Measured,
    /// Largest H over largest M, %.
    pub h_m_ratio_percent: Measured,
    /// M in the sweep of the largest H over the largest M, %.
    pub m_at_h_max_percent: Measured,
    /// Stimulus of the largest H, mA.
    pub stimulus_at_h_max_ma: Option<f64>,
    /// What makes this doubtful.
    pub doubts: Vec<Doubt>,
}

/// The plan: checked, immutable, shared between threads by `&`.
#[derive(Debug, Clone, PartialEq)]
pub struct HReflexPlan {
    options: HReflexOptions,
    fs: f64,
}

impl HReflexPlan {
    /// Measures the sweeps, given in the order of the stimuli, with the current of each where it is known.
    ///
    /// # Errors
    /// Another sampling frequency than the plan's; currents of another number than the sweeps, or not finite;
    /// sweeps that do not hold the windows.
    pub fn apply(&self, sweeps: &Sweeps, stimulus_ma: Option<&[f64]>) -> crate::Result<HReflex> {
        if let Some(currents) = stimulus_ma
            && (currents.len() != sweeps.len() || currents.iter().any(|c| !c.is_finite()))
        {
            let why = format!("{} currents for {} sweeps; a finite one each", currents.len(), sweeps.len());
            return Err(crate::Error::option("stimulus_ma", why));
        }
        let measured = sweep::measure(self, sweeps)?;
        Ok(judge::judge(&self.options, measured, stimulus_ma))
    }
}
