//! The only input of `dsp`, `feature` and `needle`: SI samples with their sampling frequency.

use crate::units::Hertz;
use crate::{Error, Result};

/// Samples in SI units (volts for EMG), all finite, evenly spaced, without a gap.
#[derive(Debug, Clone, Copy)]
pub struct Trace<'a> {
    samples: &'a [f64],
    sampling_frequency: Hertz,
}

impl<'a> Trace<'a> {
    /// Refuses samples that are not finite and a sampling frequency that is none. O(n).
    pub fn new(samples: &'a [f64], sampling_frequency: Hertz) -> Result<Self> {
        Hertz::sampling_frequency(sampling_frequency.0)?;
        if let Some(i) = samples.iter().position(|x| !x.is_finite()) {
            return Err(Error::Signal(format!(
                "sample {i} is {}; a trace holds finite numbers only",
                samples[i]
            )));
        }
        Ok(Trace { samples, sampling_frequency })
    }
    /// The samples, SI.
    pub fn samples(&self) -> &'a [f64] {
        self.samples
    }
    /// Sampling frequency.
    pub fn sampling_frequency(&self) -> Hertz {
        self.sampling_frequency
    }
    /// Length, s.
    #[expect(clippy::cast_precision_loss, reason = "lengths stay far below 2^52")]
    pub fn duration_s(&self) -> f64 {
        self.samples.len() as f64 / self.sampling_frequency.0
    }
}
