//! One lag of all sweeps: a mean that forgives foreign potentials.

use crate::dsp::turns::quantile;

/// Robust SD about `middle`: 1.4826 times the median distance. 0 without values.
pub(super) fn spread(values: &[f64], middle: f64, scratch: &mut Vec<f64>) -> f64 {
    scratch.clear();
    scratch.extend(values.iter().map(|v| (v - middle).abs()));
    if scratch.is_empty() { 0.0 } else { 1.4826 * quantile(scratch, 0.5) }
}

/// Median-trimmed mean: values within 2.5 robust SD of the median, weighted; and that SD. Zeros without values.
pub(super) fn robust_mean(values: &[f64], weights: &[f64], scratch: &mut Vec<f64>) -> (f64, f64) {
    if values.is_empty() {
        return (0.0, 0.0);
    }
    scratch.clear();
    scratch.extend_from_slice(values);
    let middle = quantile(scratch, 0.5);
    let sd = spread(values, middle, scratch);
    let (mut sum, mut total) = (0.0, 0.0);
    for (v, w) in values.iter().zip(weights) {
        if (v - middle).abs() <= 2.5 * sd {
            sum += w * v;
            total += w;
        }
    }
    (if total > 0.0 { sum / total } else { middle }, sd)
}
