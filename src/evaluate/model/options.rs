//! What an evaluation of a model is told, and what is refused before anything is trained.

use super::data::Data;
use super::folds::Folds;
use crate::classify::learn::calibrate::Method;
use crate::classify::learn::{LEARNERS, Learner};
use crate::{Error, Result};

/// How a model is trained and tested.
#[derive(Debug, Clone)]
pub struct Options {
    /// What learns.
    pub learner: &'static Learner,
    /// How subjects are held out.
    pub folds: Folds,
    /// Seed of every random number.
    pub seed: u64,
    /// Trees of a forest.
    pub trees: usize,
    /// How probabilities are calibrated.
    pub calibration: Method,
    /// Share of subjects whose class a set may miss, 0 to 1.
    pub miss: f64,
    /// The model abstains where no class is at least this probable; 0 for no such rule.
    pub least_probability: f64,
    /// How often labels are shuffled; 0 for no baseline.
    pub permutations: usize,
    /// How often each feature of a held-out subject is replaced by another subject's; 0 for no importance.
    pub importance: usize,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            learner: &LEARNERS[0],
            folds: Folds::Parts(5),
            seed: 1,
            trees: 200,
            calibration: Method::Auto,
            miss: 0.1,
            least_probability: 0.0,
            permutations: 100,
            importance: 3,
        }
    }
}

impl Options {
    /// Trees while tuning. Ours: a quarter shows which value is better.
    pub(super) fn tuning_trees(&self) -> usize {
        (self.trees / 4).max(50).min(self.trees)
    }

    /// Checks the options against the subjects there are.
    ///
    /// Errors: numbers out of range, fewer subjects of a class than folds, a class with fewer than two subjects.
    pub fn check(&self, data: &Data) -> Result<()> {
        if !(self.miss > 0.0 && self.miss < 1.0) {
            return Err(Error::option("--miss", format!("{}; above 0 and below 1 is possible", self.miss)));
        }
        if !(0.0..=1.0).contains(&self.least_probability) {
            return Err(Error::option(
                "--least-probability",
                format!("{}; 0 to 1 is possible", self.least_probability),
            ));
        }
        if self.calibration == Method::Platt && data.classes.len() > 2 {
            let n = data.classes.len();
            return Err(Error::option(
                "--calibration",
                format!("platt is for two classes, and there are {n}; temperature works"),
            ));
        }
        let needed = match self.folds {
            Folds::Parts(k) if k < 2 => {
                return Err(Error::option("--folds", format!("{k}; at least 2 are needed")));
            }
            Folds::Parts(k) => k,
            Folds::LeaveOneOut => 2,
        };
        let counts = data.per_class();
        if let Some(k) = counts.iter().position(|n| *n < needed) {
            let told: Vec<String> =
                data.classes.iter().zip(&counts).map(|(c, n)| format!("{c} {n}")).collect();
            let people = if counts[k] == 1 { "subject" } else { "subjects" };
            let remedy = if counts.iter().all(|n| *n >= 2) {
                "; fewer --folds, or --folds leave-one-out, is possible"
            } else {
                "; a class of one subject cannot be told from that subject, so nothing can be said"
            };
            let why = format!(
                "class `{}` has {} {people}; {needed} are needed, one for each fold (subjects a class: {}){remedy}",
                data.classes[k],
                counts[k],
                told.join(", ")
            );
            return Err(Error::option("--folds", why));
        }
        Ok(())
    }
}
