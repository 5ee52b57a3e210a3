//! What a train is judged by.

use super::regularity::{Regularity, regularity};
use super::shape::Shape;
use super::stats::{mean, quantile};

/// A train with its measures.
#[derive(Debug, Clone)]
pub(super) struct Features {
    /// s; rising.
    pub(super) times: Vec<f64>,
    pub(super) regularity: Regularity,
    pub(super) shape: Shape,
    /// Usual rate while it fires, 1/s; count over the trace's length for a single discharge.
    pub(super) rate: f64,
    /// Ninety-fifth over fifth centile of the sizes, each the mean of five neighbours.
    pub(super) size_range: f64,
    /// Amplitude over the wide band's noise.
    pub(super) snr: f64,
}

/// Measures a train of a trace of `seconds`.
pub(super) fn features(times: Vec<f64>, gain: &[f64], shape: Shape, noise: f64, seconds: f64) -> Features {
    let regularity = regularity(&times);
    let rate = match regularity.interval {
        Some(i) if i > 0.0 => 1.0 / i,
        _ => times.len() as f64 / seconds.max(1e-3),
    };
    let mut smooth: Vec<f64> = gain.windows(5).filter_map(mean).collect();
    let low = quantile(&mut smooth, 0.05).unwrap_or(1.0);
    let high = quantile(&mut smooth, 0.95).unwrap_or(1.0);
    let size_range = if low > 0.0 { (high / low).max(1.0) } else { 1.0 };
    let snr = shape.amplitude / noise.max(f64::MIN_POSITIVE);
    Features { times, regularity, rate, size_range, snr, shape }
}
