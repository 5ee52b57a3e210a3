//! What is asked of an F-wave measurement, and the checks.

use super::FWavePlan;
use crate::units::{Hertz, Seconds};
use crate::{Error, Result};

/// Where the muscle lies: how late its F waves come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limb {
    /// Hand or forearm muscles, stimulated at the wrist.
    Arm,
    /// Foot or leg muscles, stimulated at the ankle.
    Leg,
}

impl Limb {
    /// Usual shortest F latency per metre of height, s/m: the means of 100 healthy subjects, 26.5 ms (ulnar) and
    /// 47.0 ms (tibial; FW2004 in the clinical tables), over a mean height taken as 1.70 m (ours).
    fn latency_per_metre(self) -> f64 {
        match self {
            Limb::Arm => 0.0265 / 1.70,
            Limb::Leg => 0.0470 / 1.70,
        }
    }
}

/// What the caller asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FWaveOptions {
    /// Window in which an F wave may start, s from the stimulus. `None`: from the expected latency where limb or
    /// `expected_minimum` are known, else from the end of the M response to the end of the sweep.
    pub window: Option<(Seconds, Seconds)>,
    /// Expected shortest latency, 5 to 200 ms; goes before limb and height.
    pub expected_minimum: Option<Seconds>,
    /// Limb, for the expected latency.
    pub limb: Option<Limb>,
    /// Height, 0.4 to 2.6 m; 1.70 m is taken for a known limb without it, with wider limits.
    pub height_m: Option<f64>,
    /// The M response is not looked for later than this, s from the stimulus; above 2 ms. Default 20 ms.
    pub m_latest: Seconds,
    /// Least peak-to-peak amplitude of an F wave, V; 0 or above. Default 20 µV (20 to 40 µV are usual).
    pub least_amplitude: f64,
    /// Least peak-to-peak amplitude in noise SDs of the smoothed sweep, 3 to 20. Default 7: noise over a 30-ms
    /// window reaches about 5 peak to peak.
    pub least_noise_ratio: f64,
    /// Share of the sweeps from which on a constant response is an A wave, above 0 to 1. Default 0.4: 8 of 20.
    pub a_wave_share: f64,
    /// Largest SD of an A wave's latency, s. Default 0.3 ms.
    pub a_wave_latency_sd: Seconds,
    /// Stimuli wanted; fewer are a doubt. Default 10, the least number for the shortest latency within 1 ms (20:
    /// 0.5 ms; 50 for chronodispersion; 100 for repeaters; FW_N in the clinical tables).
    pub stimuli_wanted: usize,
}

impl Default for FWaveOptions {
    fn default() -> Self {
        FWaveOptions {
            window: None,
            expected_minimum: None,
            limb: None,
            height_m: None,
            m_latest: Seconds(0.020),
            least_amplitude: 20e-6,
            least_noise_ratio: 7.0,
            a_wave_share: 0.4,
            a_wave_latency_sd: Seconds(0.0003),
            stimuli_wanted: 10,
        }
    }
}

/// The options' numbers as the steps use them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Thresholds {
    /// Onset window asked for or expected, s; what is `None` comes from the sweeps.
    pub(super) earliest: Option<f64>,
    pub(super) latest: Option<f64>,
    /// A sweep that shows onsets to this time is not cut short, s.
    pub(super) usual_latest: Option<f64>,
    /// The M response's tail must have begun by then, s.
    pub(super) tail_latest: f64,
}

/// Onsets are looked for this much before the expected shortest latency, s and share, whichever is more: 6 ms
/// are some three SDs in the arm. Ours.
const BEFORE_S: f64 = 0.006;
const BEFORE_SHARE: f64 = 0.2;
/// Latest onset: this many times the expected shortest latency, and 12 ms: where nerves have lost their myelin F waves come
/// at up to three times the usual latency. A sweep to twice the usual one is long enough: demyelination is called at 120
/// to 150 % of the limit. Ours.
const LATEST_FACTOR: f64 = 3.5;
const USUAL_LATEST_FACTOR: f64 = 2.0;
const AFTER_S: f64 = 0.012;
/// Without a height the expected latency may be off by as much as heights differ. Ours.
const UNKNOWN_HEIGHT_SHARE: f64 = 0.15;

impl FWaveOptions {
    /// Makes the plan.
    ///
    /// # Errors
    /// An option out of its range; a sampling frequency below 2 kHz, which cannot show an onset.
    pub fn design(&self, sampling_frequency: Hertz) -> Result<FWavePlan> {
        let fs = Hertz::sampling_frequency(sampling_frequency.0)?.0;
        let need = |ok: bool, name: &str, why: String| {
            if ok { Ok(()) } else { Err(Error::option(name, why)) }
        };
        need(fs >= 2000.0, "sampling frequency", format!("{fs} Hz; F waves need 2000 Hz or more"))?;
        if let Some((a, b)) = self.window {
            let ok = a.0 > 0.0 && b.0 > a.0 && b.0 <= 1.0;
            need(ok, "F window", format!("{} to {} s; above 0 and rising to at most 1 s", a.0, b.0))?;
        }
        if let Some(e) = self.expected_minimum {
            let why = format!("{} s; 0.005 to 0.2 s are possible", e.0);
            need((0.005..=0.2).contains(&e.0), "expected F latency", why)?;
        }
        if let Some(h) = self.height_m {
            need((0.4..=2.6).contains(&h), "height", format!("{h} m; 0.4 to 2.6 m are possible"))?;
        }
        let m = self.m_latest.0;
        need(m > 0.002 && m <= 0.1, "latest M response", format!("{m} s; above 2 ms to 0.1 s"))?;
        let a = self.least_amplitude;
        need((0.0..=1.0).contains(&a), "least F amplitude", format!("{a} V; 0 or above"))?;
        let k = self.least_noise_ratio;
        need((3.0..=20.0).contains(&k), "least F to noise ratio", format!("{k}; 3 to 20 are possible"))?;
        let s = self.a_wave_share;
        need(s > 0.0 && s <= 1.0, "A wave share", format!("{s}; above 0 to 1"))?;
        let sd = self.a_wave_latency_sd.0;
        need(sd > 0.0 && sd <= 0.005, "A wave latency SD", format!("{sd} s; above 0 to 5 ms"))?;
        Ok(FWavePlan { options: *self, limits: self.window(), fs })
    }

    fn window(&self) -> Thresholds {
        if let Some((a, b)) = self.window {
            let tail_latest = self.m_latest.0.min((a.0 - 0.001).max(0.002));
            let latest = Some(b.0);
            return Thresholds { earliest: Some(a.0), latest, usual_latest: latest, tail_latest };
        }
        let spread = if self.expected_minimum.is_none() && self.height_m.is_none() {
            UNKNOWN_HEIGHT_SHARE
        } else {
            0.0
        };
        let by_height = self.limb.map(|l| l.latency_per_metre() * self.height_m.unwrap_or(1.70));
        match self.expected_minimum.map(|s| s.0).or(by_height) {
            Some(expected) => {
                let low = expected * (1.0 - spread);
                let earliest = low - BEFORE_S.max(BEFORE_SHARE * low);
                let latest = |factor: f64| Some(factor * expected * (1.0 + spread) + AFTER_S);
                Thresholds {
                    earliest: Some(earliest.max(0.003)),
                    latest: latest(LATEST_FACTOR),
                    usual_latest: latest(USUAL_LATEST_FACTOR),
                    tail_latest: self.m_latest.0.min((earliest - 0.001).max(0.002)),
                }
            }
            None => {
                Thresholds { earliest: None, latest: None, usual_latest: None, tail_latest: self.m_latest.0 }
            }
        }
    }
}
