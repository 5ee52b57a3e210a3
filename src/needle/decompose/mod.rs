//! Decomposition of a single-channel needle recording into the trains of its motor units.

mod cluster;
pub(super) mod condition;
mod discover;
mod drift;
mod family;
mod finish;
mod group;
mod matching;
mod merge;
mod overlap;
mod search;
mod shift;
mod template;
mod timing;

use self::search::Search;
use super::train::Train;
use crate::trace::Trace;
use crate::units::Hertz;
use crate::{Error, Result};

/// What the caller asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DecomposeOptions {
    /// Most trains that are kept, tallest first.
    pub most_units: usize,
}

impl Default for DecomposeOptions {
    fn default() -> Self {
        DecomposeOptions { most_units: 24 }
    }
}

/// The plan: checked, immutable.
#[derive(Debug, Clone)]
pub struct Decompose {
    options: DecomposeOptions,
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Decomposition {
    /// Tallest first.
    pub trains: Vec<Train>,
    /// Noise of the unfiltered trace where no unit is near, robust SD, V.
    pub noise: f64,
    /// The trace minus all trains, V.
    pub residual: Vec<f64>,
    /// Share of the trace's power above the noise that the trains explain, 0 to 1.
    pub explained: f64,
}

impl DecomposeOptions {
    /// Makes the plan.
    pub fn design(&self, sampling_frequency: Hertz) -> Result<Decompose> {
        if sampling_frequency.0 < 2000.0 {
            return Err(Error::option("sampling frequency", "below 2 kHz no unit can be told from another"));
        }
        Ok(Decompose { options: *self })
    }
}

impl Decompose {
    /// Decomposes a trace.
    pub fn apply(&self, trace: Trace<'_>) -> Decomposition {
        let x = trace.samples();
        let Ok(steep) = condition::steep(x, trace.sampling_frequency().0) else {
            return Decomposition { residual: x.to_vec(), ..Decomposition::default() };
        };
        let mut search = Search::new(&steep, rms(x));
        search.run();
        let mut found = finish::finish(x, trace.sampling_frequency().0, steep.step, &search.units);
        found.trains.truncate(self.options.most_units);
        found
    }
}

#[expect(clippy::cast_precision_loss, reason = "a count of samples")]
fn rms(x: &[f64]) -> f64 {
    (x.iter().map(|v| v * v).sum::<f64>() / x.len().max(1) as f64).sqrt()
}
