//! Notch filters for one frequency and its harmonics.
//!
//! Source: Orfanidis 1996, Introduction to Signal Processing, section 11.3; scipy.signal.iirnotch gives the
//! same coefficients.

use super::Sections;
use crate::units::Hertz;
use crate::{Error, Result};
use std::f64::consts::PI;

/// What the caller asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NotchOptions {
    /// What is taken out.
    pub frequency: Hertz,
    /// Frequency over the width at −3 dB (of one pass); above 0. Every harmonic has this quality.
    pub quality: f64,
    /// How many multiples of the frequency, itself among them; those at or above the Nyquist frequency are left
    /// out. At least 1.
    pub harmonics: usize,
}

impl NotchOptions {
    /// Quality 30, the usual value: 1.7 Hz wide at 50 Hz.
    pub const QUALITY: f64 = 30.0;

    /// A notch at `frequency` alone with the usual quality.
    pub fn new(frequency: Hertz) -> Self {
        NotchOptions { frequency, quality: Self::QUALITY, harmonics: 1 }
    }

    /// Makes the sections, one per harmonic from the lowest up. Errors: a frequency that is not between 0 and half
    /// the sampling frequency, a quality that is not positive or too low (a notch as wide as the band), no harmonic.
    pub fn design(&self, sampling_frequency: Hertz) -> Result<Sections> {
        let fs = Hertz::sampling_frequency(sampling_frequency.0)?.0;
        let nyquist = fs / 2.0;
        if !(self.frequency.0 > 0.0 && self.frequency.0 < nyquist) {
            let why = format!(
                "{} Hz; above 0 and below {nyquist} Hz (half the sampling frequency of {fs} Hz) is possible",
                self.frequency.0
            );
            return Err(Error::option("notch frequency", why));
        }
        if !(self.quality > 0.0 && self.quality <= 1e6) {
            let why = format!("{}; above 0 and at most 1e6 is possible, 30 is usual", self.quality);
            return Err(Error::option("notch quality", why));
        }
        if self.harmonics == 0 {
            return Err(Error::option("notch harmonics", "0; at least 1 (the frequency itself) is needed"));
        }
        let mut sos = Vec::new();
        let mut harmonic = 1.0;
        while sos.len() < self.harmonics && harmonic * self.frequency.0 < nyquist {
            let w = harmonic * self.frequency.0 / nyquist;
            if w / self.quality >= 1.0 {
                let why = format!("{}; too low for a notch at {} Hz", self.quality, self.frequency.0);
                return Err(Error::option("notch quality", why));
            }
            sos.push(notch(w, self.quality));
            harmonic += 1.0;
        }
        Sections::new(sos)
    }
}

/// The section for `w` (of Nyquist): zeros on the unit circle, poles at the same angle inside.
fn notch(w: f64, quality: f64) -> [f64; 6] {
    let gain = 1.0 / (1.0 + (PI * (w / quality) / 2.0).tan());
    let cos = (PI * w).cos();
    [gain, gain * (-2.0 * cos), gain, 1.0, -2.0 * gain * cos, 2.0 * gain - 1.0]
}
