//! What is asked of an H-reflex measurement, and the checks.

use super::HReflexPlan;
use crate::units::{Hertz, Seconds};
use crate::{Error, Result};

/// What the caller asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HReflexOptions {
    /// Where the M response's negative peak lies, s from the stimulus. Default 2 to 20 ms (soleus, stimulated in the
    /// popliteal fossa).
    pub m_window: (Seconds, Seconds),
    /// Where an H reflex starts, s from the stimulus. Default 22 to 80 ms: soleus latencies are 25 to 38 ms in most,
    /// longer in tall legs, and up to twice as long where nerves have lost their myelin.
    pub h_window: (Seconds, Seconds),
    /// Least amplitude of an H reflex, V. Default 50 µV.
    pub least_amplitude: f64,
    /// The same in noise SDs, 3 to 100. Default 8.
    pub least_noise_ratio: f64,
    /// Least correlation of an H reflex's shape with the largest's, 0 to 1. Default 0.9.
    pub least_correlation: f64,
    /// Largest SD of the latency, s. Default 0.5 ms.
    pub latency_sd: Seconds,
    /// The largest H lies at an M of at most this share of the largest M, where M reaches its largest. Default 0.5
    /// (20 to 50 % are usual).
    pub m_share_at_h_max: f64,
    /// H at the strongest stimuli must have fallen below this share of the largest. Default 0.7.
    pub fallen_share: f64,
}

impl Default for HReflexOptions {
    fn default() -> Self {
        HReflexOptions {
            m_window: (Seconds(0.002), Seconds(0.020)),
            h_window: (Seconds(0.022), Seconds(0.080)),
            least_amplitude: 50e-6,
            least_noise_ratio: 8.0,
            least_correlation: 0.9,
            latency_sd: Seconds(0.0005),
            m_share_at_h_max: 0.5,
            fallen_share: 0.7,
        }
    }
}

impl HReflexOptions {
    /// Makes the plan.
    ///
    /// # Errors
    /// An option out of its range; a sampling frequency below 1 kHz.
    pub fn design(&self, sampling_frequency: Hertz) -> Result<HReflexPlan> {
        let fs = Hertz::sampling_frequency(sampling_frequency.0)?.0;
        let need = |ok: bool, name: &str, why: String| {
            if ok { Ok(()) } else { Err(Error::option(name, why)) }
        };
        need(fs >= 1000.0, "sampling frequency", format!("{fs} Hz; H reflexes need 1000 Hz or more"))?;
        let (m, h) = (self.m_window, self.h_window);
        let ok = m.0.0 >= 0.0 && m.1.0 > m.0.0 && h.0.0 >= m.1.0 && h.1.0 > h.0.0 && h.1.0 <= 0.5;
        let why = format!("{} to {} s, then {} to {} s", m.0.0, m.1.0, h.0.0, h.1.0);
        need(ok, "M and H windows", format!("{why}; rising, one after the other, to at most 0.5 s"))?;
        let a = self.least_amplitude;
        need((0.0..=1.0).contains(&a), "least H amplitude", format!("{a} V; 0 or above"))?;
        let k = self.least_noise_ratio;
        need((3.0..=100.0).contains(&k), "least H to noise ratio", format!("{k}; 3 to 100"))?;
        let sd = self.latency_sd.0;
        need(sd > 0.0 && sd <= 0.01, "H latency SD", format!("{sd} s; above 0 to 10 ms"))?;
        for (name, share) in [
            ("least H correlation", self.least_correlation),
            ("M share at the largest H", self.m_share_at_h_max),
            ("fallen share of H", self.fallen_share),
        ] {
            need((0.0..=1.0).contains(&share), name, format!("{share}; 0 to 1"))?;
        }
        Ok(HReflexPlan { options: *self, fs })
    }
}
