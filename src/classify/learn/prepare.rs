//! From a table's cells to what a learner takes: gaps filled, scaled.

use super::{Cases, Rows};
use serde::{Deserialize, Serialize};

/// Standard deviations at which a value is cut off. Ours: one wild window then cannot move a linear model by itself.
const FARTHEST: f64 = 8.0;

/// What was learned of each feature from the training subjects only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preparation {
    /// Stands in for a missing cell: the median over windows; 0 where there was no value at all.
    pub median: Vec<f64>,
    /// Weighted mean.
    pub mean: Vec<f64>,
    /// Weighted standard deviation; 0 where the feature did not vary, which leaves it out.
    pub sd: Vec<f64>,
    /// Range of the windows, least and greatest half percent left out.
    pub range: Vec<(f64, f64)>,
}

impl Preparation {
    /// Learns from `cases`, whose missing cells are NaN.
    pub fn fit(cases: &Cases<'_>) -> Self {
        let (rows, weights) = (cases.rows, cases.weights());
        let mut out = Preparation { median: vec![], mean: vec![], sd: vec![], range: vec![] };
        for j in 0..rows.width {
            let mut sorted: Vec<f64> =
                (0..rows.len()).map(|i| rows.row(i)[j]).filter(|v| v.is_finite()).collect();
            sorted.sort_unstable_by(f64::total_cmp);
            let median = quantile(&sorted, 0.5);
            let value = |i: usize| Some(rows.row(i)[j]).filter(|v| v.is_finite()).unwrap_or(median);
            let mean: f64 = weights.iter().enumerate().map(|(i, w)| w * value(i)).sum();
            let variance: f64 = weights.iter().enumerate().map(|(i, w)| w * (value(i) - mean).powi(2)).sum();
            let sd = variance.sqrt();
            out.median.push(median);
            out.mean.push(mean);
            // Rounding of a constant is no variation.
            out.sd.push(if sd > 1e-12 * mean.abs() && sd.is_finite() { sd } else { 0.0 });
            out.range.push((quantile(&sorted, 0.005), quantile(&sorted, 0.995)));
        }
        out
    }

    /// Fills and scales rows whose missing cells are NaN.
    pub fn apply(&self, rows: Rows<'_>) -> Vec<f64> {
        let mut out = Vec::with_capacity(rows.values.len());
        for i in 0..rows.len() {
            for (j, v) in rows.row(i).iter().enumerate() {
                let v = if v.is_finite() { *v } else { self.median[j] };
                let sd = self.sd[j];
                out.push(if sd > 0.0 { ((v - self.mean[j]) / sd).clamp(-FARTHEST, FARTHEST) } else { 0.0 });
            }
        }
        out
    }

    /// Whether the numbers are of `width` features, finite, and ranges rise.
    pub(super) fn check(&self, width: usize) -> Result<(), String> {
        let lengths = [self.median.len(), self.mean.len(), self.sd.len(), self.range.len()];
        if lengths != [width; 4] {
            return Err(format!("columns of {lengths:?} numbers; {width} each are needed"));
        }
        let numbers = [&self.median, &self.mean, &self.sd].into_iter().flatten();
        if !numbers.chain(self.range.iter().flat_map(|(a, b)| [a, b])).all(|v| v.is_finite()) {
            return Err("a number is not finite".into());
        }
        if self.sd.iter().any(|s| *s < 0.0) || self.range.iter().any(|(low, high)| low > high) {
            return Err("a standard deviation below 0, or a range that falls".into());
        }
        Ok(())
    }
}

/// Quantile of sorted values by linear interpolation (type 7 of Hyndman and Fan 1996); 0 of nothing.
fn quantile(sorted: &[f64], q: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return 0.0 };
    #[expect(clippy::cast_precision_loss, reason = "counts")]
    let at = q * last as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to the last index")]
    let below = (at.floor() as usize).min(last);
    sorted[below] + (at - at.floor()) * (sorted[(below + 1).min(last)] - sorted[below])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_become_the_median_and_constants_nothing() {
        let values = [1.0, 5.0, f64::NAN, 3.0, 5.0, f64::NAN, 2.0, 5.0, f64::NAN, f64::NAN, 5.0, f64::NAN];
        let rows = Rows { values: &values, width: 3 };
        let cases = Cases { rows, class: &[0, 0, 1, 1], subject: &[0, 1, 2, 3], classes: 2 };
        let p = Preparation::fit(&cases);
        assert_eq!((p.median[0], p.mean[0], p.sd[1], p.sd[2], p.median[2]), (2.0, 2.0, 0.0, 0.0, 0.0));
        let out = p.apply(rows);
        assert!(out.iter().all(|v| v.is_finite()) && out[9].abs() < 1e-12, "{out:?}");
        let sd: f64 = (out[0].powi(2) + out[3].powi(2) + out[6].powi(2) + out[9].powi(2)) / 4.0;
        assert!((sd - 1.0).abs() < 1e-12);
        let wild = p.apply(Rows { values: &[1e9, 0.0, 0.0], width: 3 });
        assert_eq!(wild, [FARTHEST, 0.0, 0.0]);
    }
}
