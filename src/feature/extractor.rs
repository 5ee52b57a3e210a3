//! Options → [`Extractor`] → one reading per feature and window.

use super::spectrum::SpectrumPlan;
use super::window::{Window, Work};
use super::{Feature, pass};
use crate::measure::Reading;
use crate::units::Hertz;
use crate::{Error, Result};

/// Which spectrum a window gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PsdRule {
    /// Periodogram under 0.5 s, Welch from there on.
    #[default]
    ByLength,
    /// Periodogram at any length.
    Periodogram,
    /// Welch at any length.
    Welch,
}

/// What the features may be told. Voltages in V, frequencies in Hz.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FeatureOptions {
    /// Threshold of `zc ssc wamp myop fzc`. Default 10 µV, our choice; 0 and above.
    pub threshold_v: f64,
    /// Smallest change between turns. Default 100 µV (Willison 1964); above 0.
    pub turn_threshold_v: f64,
    /// The step of the analogue-to-digital converter, for the floor of `log`. Default unknown.
    pub lsb_v: Option<f64>,
    /// Power of `vorder`. Default 3 (2 is the RMS), our choice; 1 to 8.
    pub v_order: i32,
    /// Which spectrum. Default by length; numbers of different rules do not compare.
    pub psd: PsdRule,
    /// Lower end of the spectral band, included. Default 5 Hz; DC is never in it.
    pub band_low_hz: f64,
    /// Upper end of the spectral band as a share of the sampling frequency, included. Default 0.45; up to 0.5.
    pub band_high_share: f64,
    /// Template length of the regularity entropies. Default 2 (Richman and Moorman 2000); 1 to 8.
    pub entropy_m: usize,
    /// Their tolerance as a share of the population standard deviation. Default 0.2 (same); above 0.
    pub entropy_r: f64,
}

impl Default for FeatureOptions {
    fn default() -> Self {
        FeatureOptions {
            threshold_v: 10e-6,
            turn_threshold_v: 100e-6,
            lsb_v: None,
            v_order: 3,
            psd: PsdRule::ByLength,
            band_low_hz: 5.0,
            band_high_share: 0.45,
            entropy_m: 2,
            entropy_r: 0.2,
        }
    }
}

impl FeatureOptions {
    /// Makes the plan for windows of `samples` samples. Errors: no feature, no sample, a sampling frequency
    /// that is none, or an option out of its range.
    pub fn design(&self, features: Vec<&'static Feature>, fs: Hertz, samples: usize) -> Result<Extractor> {
        let fs = Hertz::sampling_frequency(fs.0)?;
        let check = |ok: bool, name: &str, why: &str| if ok { Ok(()) } else { Err(Error::option(name, why)) };
        check(!features.is_empty(), "features", "none selected; at least one is needed")?;
        check((1..=1 << 40).contains(&samples), "window", "at least one sample is needed")?;
        let finite = |v: f64| v.is_finite() && v >= 0.0;
        check(finite(self.threshold_v), "threshold", "0 V or more is needed")?;
        check(
            finite(self.turn_threshold_v) && self.turn_threshold_v > 0.0,
            "turn threshold",
            "more than 0 V is needed",
        )?;
        check(self.lsb_v.is_none_or(|v| v.is_finite() && v > 0.0), "lsb", "more than 0 V is needed")?;
        check((1..=8).contains(&self.v_order), "v order", "1 to 8 is possible")?;
        check(finite(self.band_low_hz), "band", "the lower end must be 0 Hz or more")?;
        check(
            self.band_high_share > 0.0 && self.band_high_share <= 0.5,
            "band",
            "the upper end must be above 0 and at most half the sampling frequency",
        )?;
        check((1..=8).contains(&self.entropy_m), "entropy m", "1 to 8 is possible")?;
        check(self.entropy_r.is_finite() && self.entropy_r > 0.0, "entropy r", "above 0 is needed")?;
        Ok(Extractor { plan: Plan::new(*self, fs, samples), features })
    }
}

/// What is the same for every window.
#[derive(Clone)]
pub(super) struct Plan {
    pub(super) fs: Hertz,
    pub(super) samples: usize,
    pub(super) options: FeatureOptions,
    /// Weights of MMAV1 and MMAV2.
    pub(super) modified: [Vec<f64>; 2],
    pub(super) spectrum: SpectrumPlan,
}

impl Plan {
    fn new(options: FeatureOptions, fs: Hertz, samples: usize) -> Self {
        let spectrum = SpectrumPlan::new(&options, fs, samples);
        Plan { fs, samples, options, modified: pass::modified_weights(samples), spectrum }
    }
}

/// The plan: checked, immutable, shared between threads by `&`.
#[derive(Clone)]
pub struct Extractor {
    plan: Plan,
    features: Vec<&'static Feature>,
}

/// Memory that [`Extractor::apply`] works in, one per thread; may hold anything before.
#[derive(Default)]
pub struct Scratch {
    work: Work,
}

impl Extractor {
    /// The features, in the order of the readings.
    pub fn features(&self) -> &[&'static Feature] {
        &self.features
    }
    /// Samples a window must have.
    pub fn samples(&self) -> usize {
        self.plan.samples
    }
    /// Writes one reading per feature to `out` (emptied first).
    ///
    /// A window of another length than designed, or one that holds a sample that is not finite, has no
    /// features. Allocates nothing once the scratch has grown.
    pub fn apply(&self, window: &[f64], scratch: &mut Scratch, out: &mut Vec<Reading>) {
        out.clear();
        let refused = if window.len() != self.plan.samples {
            Some("window of another length than designed")
        } else if !pass::all_finite(window) {
            Some("missing samples")
        } else {
            None
        };
        if let Some(why) = refused {
            out.resize(self.features.len(), Reading::Undefined(why));
            return;
        }
        scratch.work.reset();
        let window = Window::new(window, &self.plan, &scratch.work);
        out.extend(self.features.iter().map(|f| {
            if window.samples().len() < f.min_samples {
                return Reading::Undefined("too few samples");
            }
            match (f.compute)(&window) {
                Reading::Value(v) => Reading::finite(v, "not a finite number"),
                other => other,
            }
        }));
    }
}
