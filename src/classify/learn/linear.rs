//! Classes by linear scores.

use super::{Rows, softmax};
use serde::{Deserialize, Serialize};

/// Probabilities are the softmax of `intercept[k] + Σ weight[k·width + j] x[j]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Linear {
    /// One a class.
    pub intercept: Vec<f64>,
    /// Class after class.
    pub weight: Vec<f64>,
}

impl Linear {
    /// Probabilities of each class, row after row.
    pub fn probabilities(&self, rows: Rows<'_>) -> Vec<f64> {
        let classes = self.intercept.len();
        let mut out = vec![0.0; rows.len() * classes];
        for (i, p) in out.chunks_exact_mut(classes).enumerate() {
            let x = rows.row(i);
            for (k, p) in p.iter_mut().enumerate() {
                let weight = &self.weight[k * rows.width..(k + 1) * rows.width];
                *p = self.intercept[k] + weight.iter().zip(x).map(|(w, x)| w * x).sum::<f64>();
            }
            softmax(p);
        }
        out
    }

    /// Whether the numbers fit `classes` classes and `width` features and are finite.
    pub(super) fn check(&self, classes: usize, width: usize) -> Result<(), String> {
        if self.intercept.len() != classes || self.weight.len() != classes * width {
            return Err(format!(
                "{} intercepts and {} weights; {classes} and {} are needed",
                self.intercept.len(),
                self.weight.len(),
                classes * width
            ));
        }
        let finite = self.intercept.iter().chain(&self.weight).all(|v| v.is_finite() && v.abs() < 1e100);
        if finite { Ok(()) } else { Err("a weight is no finite number of sensible size".into()) }
    }
}
