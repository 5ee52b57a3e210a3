//! What a train is judged by.

use super::regularity::{Regularity, regularity};
use super::shape::Shape;
use super::stats::{correlation, mean, quantile};

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
    /// Correlation of size and time within runs.
    pub(super) size_trend: Option<f64>,
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
    let size_trend = within_runs(&times, gain, &regularity);
    let snr = shape.amplitude / noise.max(f64::MIN_POSITIVE);
    Features { times, regularity, rate, size_range, size_trend, snr, shape }
}

/// Correlation of size and time, each run's mean taken out: what repeats at each run.
fn within_runs(times: &[f64], gain: &[f64], r: &Regularity) -> Option<f64> {
    let limit = 3.0 * r.interval?;
    if gain.len() != times.len() {
        return None;
    }
    let (mut t, mut g) = (Vec::new(), Vec::new());
    let mut from = 0;
    for k in 1..=times.len() {
        if k == times.len() || times[k] - times[k - 1] > limit {
            if k - from >= 8 {
                let (mt, mg) = (mean(&times[from..k])?, mean(&gain[from..k])?);
                t.extend(times[from..k].iter().map(|v| v - mt));
                g.extend(gain[from..k].iter().map(|v| v - mg));
            }
            from = k;
        }
    }
    correlation(&t, &g)
}
