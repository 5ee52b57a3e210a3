//! What the signal itself says about its electrode.
//!
//! A needle lies within a millimetre of its fibres: potentials rise within half a millisecond, so a good part
//! of their height lies above 500 Hz, in spikes that stand apart from each other. Skin and distance filter
//! surface potentials: little is left above 500 Hz, and that little is noise-like.

use crate::dsp::turns::quantile;
use crate::trace::Trace;

/// Measures of the content above 500 Hz.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Content {
    /// Height above 500 Hz over height above 20 Hz, both as 99.9th percentiles of the magnitude.
    pub sharp_share: f64,
    /// 99.9th percentile of the magnitude above 500 Hz over its robust SD.
    pub crest: f64,
    /// Excess kurtosis above 500 Hz in the most active quarter of windows of 100 ms, their median: noise of
    /// any strength gives 0, separate spikes give more.
    pub spikiness: f64,
    /// 99.9th percentile of the magnitude above 500 Hz, in the trace's unit.
    pub sharp_height: f64,
    /// 99.9th percentile of the magnitude above 20 Hz, in the trace's unit.
    pub height: f64,
}

impl Content {
    /// Whether this looks like potentials near a needle. The limits are ours: over simulated needle
    /// interference (4 and 20 kHz, 2 to 30 units, three states) the shares were 0.31 to 0.86, over
    /// band-limited noise of surface bandwidth the spikiness stayed below 0.5 whatever the share.
    /// `volts` says whether heights are volts; a needle's spikes stand above 20 µV.
    pub fn is_needle(&self, volts: bool) -> bool {
        self.sharp_share >= 0.2
            && self.crest >= 7.0
            && self.spikiness >= 1.0
            && (!volts || self.sharp_height >= 20e-6)
    }
    /// Whether this looks like surface EMG: activity with hardly anything sharp in it.
    pub fn is_surface(&self) -> bool {
        self.sharp_share < 0.12 || (self.sharp_share < 0.5 && self.spikiness < 0.5)
    }
}

/// Measures a trace; only its first 60 s are looked at. `None` below 2 kHz (no room above 500 Hz), below
/// 0.5 s, and for a constant trace.
pub fn content(trace: Trace<'_>) -> Option<Content> {
    let fs = trace.sampling_frequency().0;
    let x = trace.samples();
    if fs < 2000.0 || trace.duration_s() < 0.5 {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of samples")]
    let (most, window) = ((fs * 60.0) as usize, (fs * 0.1) as usize);
    let x = &x[..x.len().min(most)];
    let wide = high_pass(x, 20.0, fs);
    let sharp = high_pass(x, 500.0, fs);
    let size = |x: &[f64], share| {
        let mut sizes: Vec<f64> = x.iter().map(|v| v.abs()).collect();
        quantile(&mut sizes, share)
    };
    let (height, sharp_height) = (size(&wide, 0.999), size(&sharp, 0.999));
    if !(height > 0.0 && height.is_finite()) {
        return None;
    }
    // 1.4826: from the median magnitude of a normal distribution to its SD.
    let noise = 1.4826 * size(&sharp, 0.5);
    let mut windows: Vec<(f64, f64)> = sharp.chunks_exact(window).map(power_and_kurtosis).collect();
    windows.sort_by(|a, b| b.0.total_cmp(&a.0));
    let active = windows.len().div_ceil(4);
    let mut kurtosis: Vec<f64> = windows[..active].iter().map(|w| w.1).collect();
    Some(Content {
        sharp_share: sharp_height / height,
        // A digital silence has no robust SD; its spikes are then as tall as can be.
        crest: if noise > 0.0 { sharp_height / noise } else { f64::MAX },
        spikiness: quantile(&mut kurtosis, 0.5),
        sharp_height,
        height,
    })
}

#[expect(clippy::cast_precision_loss, reason = "a window's count")]
fn power_and_kurtosis(x: &[f64]) -> (f64, f64) {
    let n = x.len() as f64;
    let square = x.iter().map(|v| v * v).sum::<f64>() / n;
    let fourth = x.iter().map(|v| v.powi(4)).sum::<f64>() / n;
    let kurtosis = if square > 0.0 { fourth / (square * square) - 3.0 } else { 0.0 };
    (square, if kurtosis.is_finite() { kurtosis } else { 0.0 })
}

/// Second-order Butterworth high-pass by the bilinear transform, one way, started at rest at the trace's
/// median so that an offset makes no step. 12 dB an octave are enough for a share of heights.
fn high_pass(x: &[f64], corner: f64, fs: f64) -> Vec<f64> {
    let k = (std::f64::consts::PI * corner / fs).tan();
    let norm = 1.0 / (1.0 + std::f64::consts::SQRT_2 * k + k * k);
    let (a1, a2) = (2.0 * (k * k - 1.0) * norm, (1.0 - std::f64::consts::SQRT_2 * k + k * k) * norm);
    let offset = quantile(&mut x.to_vec(), 0.5);
    let (mut s1, mut s2) = (0.0, 0.0);
    let step = |&v: &f64| {
        let v = v - offset;
        let y = norm * v + s1;
        s1 = -2.0 * norm * v - a1 * y + s2;
        s2 = norm * v - a2 * y;
        y
    };
    x.iter().map(step).collect()
}
