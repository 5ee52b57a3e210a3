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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_values_are_left_out_and_weights_count() {
        let mut values: Vec<f64> = (0..21).map(|i| f64::from(i) - 10.0).collect();
        let weights = vec![1.0; 22];
        let (mean, sd) = robust_mean(&values, &weights, &mut Vec::new());
        assert!(mean.abs() < 1e-12 && (sd - 1.4826 * 5.0).abs() < 1e-12, "{mean} {sd}");
        values.push(1000.0);
        let (mean, _) = robust_mean(&values, &weights, &mut Vec::new());
        assert!(mean.abs() < 1e-12, "{mean}");
        let (mean, _) = robust_mean(&[1.0, 2.0, 3.0], &[0.0, 1.0, 3.0], &mut Vec::new());
        assert!((mean - 2.75).abs() < 1e-12);
        assert_eq!(robust_mean(&[], &[], &mut Vec::new()), (0.0, 0.0));
        assert_eq!(robust_mean(&[2.0; 5], &[1.0; 5], &mut Vec::new()), (2.0, 0.0));
    }
}
