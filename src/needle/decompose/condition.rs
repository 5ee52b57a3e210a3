//! The signal that units are told apart in: steep parts only, at a rate that suits the work.

use crate::Result;
use crate::dsp::iir::{FilterOptions, FilterScratch};
use crate::dsp::turns::quantile;
use crate::units::Hertz;

/// Corners of the band, Hz. Ours: below, the slow parts of all units overlap and far units add a
/// background; above, there is more noise than potential.
const LOW: f64 = 200.0;
const HIGH: f64 = 5000.0;
/// The work is done at this rate or a little above, Hz. Ours: four samples to the shortest period of the band.
const RATE: f64 = 20_000.0;

/// The steep part of a trace.
pub(super) struct Steep {
    /// V.
    pub(super) samples: Vec<f64>,
    /// Samples a second.
    pub(super) fs: f64,
    /// Samples of the trace for one of these.
    pub(super) step: usize,
    /// Noise where nothing happens, V.
    pub(super) noise: f64,
}

/// Filters (zero phase) and takes every n-th sample.
pub(super) fn steep(x: &[f64], fs: f64) -> Result<Steep> {
    let mut samples = x.to_vec();
    let high = HIGH.min(0.42 * fs);
    let plan = FilterOptions::bandpass(2, Hertz(LOW), Hertz(high)).design(Hertz(fs))?;
    plan.apply_zero_phase(&mut samples, &mut FilterScratch::default())?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive ratio")]
    let step = ((fs / RATE) as usize).max(1);
    let samples: Vec<f64> = samples.into_iter().step_by(step).collect();
    #[expect(clippy::cast_precision_loss, reason = "a small count")]
    let fs = fs / step as f64;
    let noise = noise(&samples, fs);
    Ok(Steep { samples, fs, step, noise })
}

/// The 20th percentile over windows of 50 ms of the robust SD: voluntary activity is no noise.
pub(in crate::needle) fn noise(x: &[f64], fs: f64) -> f64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of samples")]
    let window = ((0.05 * fs) as usize).max(8);
    let level = |w: &[f64]| 1.4826 * quantile(&mut w.iter().map(|v| v.abs()).collect::<Vec<_>>(), 0.5);
    let mut levels: Vec<f64> = x.chunks_exact(window).map(level).collect();
    let noise = quantile(&mut levels, 0.2);
    if noise.is_finite() { noise } else { 0.0 }
}
