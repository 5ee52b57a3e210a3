//! What the trace is looked at through: a wide band for shapes and a spike band for finding and matching.

use super::hum;
use super::stats::{median, quantile};
use crate::dsp::iir::{FilterOptions, FilterScratch};
use crate::dsp::resample::ResampleOptions;
use crate::trace::Trace;
use crate::units::Hertz;

/// Least working rate, Hz: potentials of the muscle hold little above 3 kHz, and times are found between samples.
const LEAST_RATE: f64 = 10_000.0;
/// Lower end of the wide band, Hz: the reference's 20 Hz, below which needle and cable move.
const WIDE_FROM: f64 = 20.0;
/// Spike band, Hz. Ours: the slow tails go, and the noise that a potential of 1 ms does not need.
const SPIKE: (f64, f64) = (100.0, 3000.0);
/// Windows of the noise level, s, and which share of them is taken as quiet (reference 1.1).
const WINDOW_S: f64 = 0.05;
const QUIET_SHARE: f64 = 0.2;

/// A trace made ready. Samples lie at `index / rate` s from the trace's start.
#[derive(Debug)]
pub(super) struct Bands {
    /// Working rate, Hz.
    pub(super) rate: f64,
    /// From 20 Hz up, mains taken out, V.
    pub(super) wide: Vec<f64>,
    /// Below 20 Hz, mains taken out, V: where the needle and the cable move.
    pub(super) slow: Vec<f64>,
    /// 100 Hz to 3 kHz, V.
    pub(super) spike: Vec<f64>,
    /// Robust SD of the quiet part of `spike`, V.
    pub(super) noise: f64,
    /// The same of `wide`, V.
    pub(super) wide_noise: f64,
    /// Power line frequency whose amplitude exceeds the noise, Hz.
    pub(super) mains: Option<f64>,
}

impl Bands {
    /// `None` when there is nothing to look at: too short, flat, or beyond what filters can take.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small ratio of rates")]
    pub(super) fn new(trace: Trace<'_>) -> Option<Bands> {
        let fs = trace.sampling_frequency().0;
        let mut x = trace.samples().to_vec();
        let middle = median(&mut x.clone())?;
        x.iter_mut().for_each(|v| *v -= middle);
        // Beyond a kilovolt squares lose their meaning; nothing of the kind was recorded.
        if x.iter().all(|v| *v == 0.0) || x.iter().any(|v| v.abs() > 1e3) {
            return None;
        }
        let down = ((fs / LEAST_RATE).floor() as usize).max(1);
        if down > 1 {
            let plan = ResampleOptions { up: 1, down: u32::try_from(down).ok()? }.design().ok()?;
            let mut out = Vec::new();
            plan.apply(&x, &mut out);
            x = out;
        }
        let rate = fs / down as f64;
        let mains = hum::subtract(&mut x, rate);
        let mut scratch = FilterScratch::default();
        let wide_filter = FilterOptions::highpass(2, Hertz(WIDE_FROM)).design(Hertz(rate)).ok()?;
        let mut wide = x.clone();
        wide_filter.apply_zero_phase(&mut wide, &mut scratch).ok()?;
        let slow: Vec<f64> = x.iter().zip(&wide).map(|(a, b)| a - b).collect();
        let mut spike = wide.clone();
        let from = FilterOptions::highpass(2, Hertz(SPIKE.0)).design(Hertz(rate)).ok()?;
        from.apply_zero_phase(&mut spike, &mut scratch).ok()?;
        if SPIKE.1 < 0.45 * rate {
            let to = FilterOptions::lowpass(2, Hertz(SPIKE.1)).design(Hertz(rate)).ok()?;
            to.apply_zero_phase(&mut spike, &mut scratch).ok()?;
        }
        let (noise, wide_noise) = (level(&spike, rate), level(&wide, rate));
        let mains = mains.filter(|m| m.1 > noise).map(|m| m.0);
        Some(Bands { rate, wide, slow, spike, noise, wide_noise, mains })
    }

    /// Samples of a span, at least one.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "milliseconds in samples")]
    pub(super) fn samples(&self, seconds: f64) -> usize {
        ((seconds * self.rate).round() as usize).max(1)
    }
}

/// SD of the noise: that of the quiet windows or, where activity leaves no quiet window, that of the gaps
/// between potentials.
fn level(x: &[f64], rate: f64) -> f64 {
    let (windows, gaps) = (windows(x, rate), gaps(x, rate));
    // Coloured noise makes gaps look quieter than they are by a tenth or two; activity by far more.
    if gaps < 0.75 * windows { gaps } else { windows }
}

/// Robust SD of the quiet windows (reference 1.1).
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of samples")]
fn windows(x: &[f64], rate: f64) -> f64 {
    let window = ((WINDOW_S * rate) as usize).clamp(8, x.len().max(8));
    let mut levels: Vec<f64> = x
        .chunks_exact(window)
        .filter_map(|w| median(&mut w.iter().map(|v| v.abs()).collect::<Vec<_>>()))
        .map(|m| 1.4826 * m)
        .collect();
    quantile(&mut levels, QUIET_SHARE).unwrap_or(0.0)
}

/// From the RMS of stretches of 2 ms: their tenth centile, over that of the RMS of Gaussian noise with as many
/// degrees of freedom (Wilson and Hilferty 1931), 2·bandwidth·time.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of samples")]
fn gaps(x: &[f64], rate: f64) -> f64 {
    const STRETCH_S: f64 = 2.0e-3;
    const Z: f64 = -1.2816;
    let window = ((STRETCH_S * rate) as usize).max(4);
    let mut levels: Vec<f64> = x
        .chunks_exact(window)
        .map(|w| (w.iter().map(|v| v * v).sum::<f64>() / window as f64).sqrt())
        .collect();
    let freedom = 2.0 * SPIKE.1.min(0.5 * rate) * window as f64 / rate;
    let part = 2.0 / (9.0 * freedom);
    let expected = (1.0 - part + Z * part.sqrt()).powi(3).max(0.05).sqrt();
    quantile(&mut levels, 0.1).unwrap_or(0.0) / expected
}
