//! The recipe: the ordered steps from a recording to its numbers, with their options. Comparable, and
//! printed into every result.

use crate::dsp::iir::{Family, FilterOptions, NotchOptions, Response, Sections};
use crate::feature::{self, Feature, FeatureOptions};
use crate::units::Hertz;
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// What is done to every channel, in the order of the fields. Also the format of `--recipe FILE` (TOML).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Recipe {
    /// Butterworth band-pass corners, Hz.
    pub bandpass_hz: Option<(f64, f64)>,
    /// Order of the band-pass prototype; the filter has twice as many poles. Zero-phase application runs it
    /// forwards and backwards, which doubles the attenuation and puts the corners at −6 dB.
    pub bandpass_order: usize,
    /// Notch frequency, Hz.
    pub notch_hz: Option<f64>,
    /// Quality factor of the notch: its frequency over its −3 dB width.
    pub notch_quality: f64,
    /// How many multiples of `notch_hz` to take out, itself among them.
    pub notch_harmonics: usize,
    /// Filter forwards only, from the steady state of the first sample; else zero-phase.
    pub causal: bool,
    /// Analysis window, ms.
    pub window_ms: f64,
    /// From one window's start to the next, ms.
    pub step_ms: f64,
    /// Feature ids; empty for the default selection.
    pub select: Vec<String>,
    /// Feature ids to leave out.
    pub exclude: Vec<String>,
    /// Threshold of zero crossings, slope sign changes, Willison amplitude and myopulse rate, µV.
    pub threshold_uv: f64,
    /// Least reversal that counts as a turn, µV.
    pub turn_threshold_uv: f64,
}

impl Default for Recipe {
    fn default() -> Self {
        let features = FeatureOptions::default();
        Recipe {
            bandpass_hz: None,
            bandpass_order: 4,
            notch_hz: None,
            notch_quality: 30.0,
            notch_harmonics: 1,
            causal: false,
            window_ms: 250.0,
            step_ms: 125.0,
            select: Vec::new(),
            exclude: Vec::new(),
            threshold_uv: features.threshold_v * 1e6,
            turn_threshold_uv: features.turn_threshold_v * 1e6,
        }
    }
}

impl Recipe {
    /// Reads a TOML file of the fields above; fields left out keep their defaults.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|e| Error::io(path, e))?;
        toml::from_str(&text).map_err(|e| Error::option("recipe", format!("{}: {e}", path.display())))
    }

    /// Checks everything that does not depend on the sampling frequency.
    pub fn check(&self) -> Result<Vec<&'static Feature>> {
        for (name, ms) in [("window", self.window_ms), ("step", self.step_ms)] {
            if !(ms.is_finite() && ms > 0.0 && ms <= 86_400_000.0) {
                return Err(Error::option(name, format!("{ms} ms; above 0 and at most a day is possible")));
            }
        }
        if let Some((low, high)) = self.bandpass_hz
            && !(low > 0.0 && low < high && high.is_finite())
        {
            return Err(Error::option(
                "bandpass",
                format!("{low}-{high} Hz; two rising frequencies above 0 are needed"),
            ));
        }
        if let Some(hz) = self.notch_hz
            && !(hz > 0.0 && hz.is_finite())
        {
            return Err(Error::option("notch", format!("{hz} Hz; a frequency above 0 is needed")));
        }
        for (name, uv) in [("threshold", self.threshold_uv), ("turn threshold", self.turn_threshold_uv)] {
            if !(uv.is_finite() && uv >= 0.0) {
                return Err(Error::option(name, format!("{uv} µV; 0 or more is needed")));
            }
        }
        feature::select(&self.select, &self.exclude)
    }

    /// The filters for one sampling frequency, in the order they are applied.
    pub fn filters(&self, sampling_frequency: Hertz) -> Result<Vec<Sections>> {
        let mut out = Vec::new();
        if let Some((low, high)) = self.bandpass_hz {
            let response = Response::Bandpass(Hertz(low), Hertz(high));
            let options = FilterOptions { family: Family::Butterworth, order: self.bandpass_order, response };
            out.push(options.design(sampling_frequency)?);
        }
        if let Some(frequency) = self.notch_hz {
            let options = NotchOptions {
                frequency: Hertz(frequency),
                quality: self.notch_quality,
                harmonics: self.notch_harmonics,
            };
            out.push(options.design(sampling_frequency)?);
        }
        Ok(out)
    }

    /// Window and step in samples: rounded, at least one.
    pub fn samples(&self, sampling_frequency: Hertz) -> (usize, usize) {
        let samples = |ms: f64| {
            let n = (ms * 1e-3 * sampling_frequency.0).round().clamp(1.0, 1e12);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "1 to 1e12, just clamped"
            )]
            let n = n as usize;
            n
        };
        (samples(self.window_ms), samples(self.step_ms))
    }

    /// Options of the features.
    pub fn feature_options(&self) -> FeatureOptions {
        FeatureOptions {
            threshold_v: self.threshold_uv * 1e-6,
            turn_threshold_v: self.turn_threshold_uv * 1e-6,
            ..FeatureOptions::default()
        }
    }
}
