//! Sets of classes that hold the true one with a stated frequency.
//!
//! Source: split conformal prediction, Vovk, Gammerman and Shafer 2005; score 1 − p of the true class after Sadinle,
//! Lei and Wasserman 2019, doi:10.1080/01621459.2017.1395341. Here the scores come from cross-validation inside the
//! training subjects, and the map to probabilities was fitted on the same ones: the stated frequency is then
//! approximate (Barber et al. 2021, doi:10.1214/20-AOS1965).

use super::calibrate::Seen;
use serde::{Deserialize, Serialize};

/// The rule for a set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conformal {
    /// Share of subjects whose class the set may miss, 0 to 1.
    pub miss: f64,
    /// A class is in the set when 1 − p is at most this; `None` when too few subjects were there, and then
    /// every class is in the set.
    pub threshold: Option<f64>,
    /// Subjects that it rests on.
    pub subjects: usize,
}

impl Conformal {
    /// From subjects that the model had not seen, with their final probabilities.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "counts"
    )]
    pub fn fit(miss: f64, cases: &[Seen]) -> Self {
        let mut scores: Vec<f64> = cases.iter().map(|c| 1.0 - c.probabilities[c.class]).collect();
        scores.sort_unstable_by(f64::total_cmp);
        let rank = ((1.0 - miss) * (scores.len() + 1) as f64 - 1e-9).ceil() as usize;
        let threshold = rank.checked_sub(1).and_then(|i| scores.get(i)).copied();
        Conformal { miss, threshold, subjects: cases.len() }
    }

    /// Whether each class is in the set.
    pub fn set(&self, p: &[f64]) -> Vec<bool> {
        p.iter().map(|p| self.threshold.is_none_or(|t| 1.0 - p <= t + 1e-12)).collect()
    }

    pub(super) fn check(&self) -> Result<(), String> {
        let good =
            self.miss > 0.0 && self.miss < 1.0 && self.threshold.is_none_or(|t| (0.0..=1.0).contains(&t));
        if good { Ok(()) } else { Err("numbers out of 0 to 1".into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(p: f64) -> Seen {
        Seen { probabilities: vec![1.0 - p, p], class: 1 }
    }

    #[test]
    fn the_threshold_is_the_order_statistic_of_the_definition() {
        // 19 scores 0.05, 0.10, … 0.95: ⌈0.9 · 20⌉ = 18th.
        let cases: Vec<Seen> = (1..=19).map(|i| seen(1.0 - 0.05 * f64::from(i))).collect();
        let c = Conformal::fit(0.1, &cases);
        assert!((c.threshold.unwrap() - 0.9).abs() < 1e-9, "{c:?}");
        assert_eq!(c.set(&[0.95, 0.05]), [true, false]);
        assert_eq!(c.set(&[0.5, 0.5]), [true, true]);
    }

    #[test]
    fn too_few_subjects_leave_every_class_possible() {
        let cases: Vec<Seen> = (0..8).map(|_| seen(0.99)).collect();
        let c = Conformal::fit(0.1, &cases);
        assert_eq!((c.threshold, c.set(&[0.999, 0.001])), (None, vec![true, true]));
        assert!(Conformal::fit(0.1, &[seen(0.9), seen(0.8)]).check().is_ok());
        assert!(Conformal { miss: 0.1, threshold: Some(f64::NAN), subjects: 3 }.check().is_err());
    }

    /// The property that the method is for: new cases of the same kind are missed as often as was said.
    #[test]
    fn the_truth_is_missed_as_often_as_was_allowed() {
        let p = |i: u64| ((i * 2_654_435_761) % 1000) as f64 / 1000.0;
        let cases: Vec<Seen> = (0..499).map(|i| seen(p(i))).collect();
        let c = Conformal::fit(0.2, &cases);
        let missed = (1000..3000).filter(|i| !c.set(&[1.0 - p(*i), p(*i)])[1]).count();
        assert!((missed as f64 / 2000.0 - 0.2).abs() < 0.03, "{missed} of 2000");
    }
}
