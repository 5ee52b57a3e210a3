//! A plain cross-validation for baselines and checks: no tuning, no calibration, few windows of each subject.

use super::data::Data;
use super::folds::{Folds, assign, random, shuffle};
use super::train::mean;
use crate::Result;
use crate::classify::learn::{Learner, Preparation, Rows, most_probable};
use rayon::prelude::*;

/// Windows of a subject that are looked at. Ours.
const WINDOWS: usize = 25;
/// Parts where subjects are held out one by one otherwise. Ours.
const MOST_PARTS: usize = 10;
/// Trees of a forest. Ours.
const TREES: usize = 50;

/// How well a learner does on the labels as they are, and shuffled by subject.
#[derive(Debug, Clone, PartialEq)]
pub struct Shuffled {
    /// Balanced accuracy with the true labels.
    pub real: f64,
    /// With each shuffle.
    pub shuffled: Vec<f64>,
    /// 1 / number of classes.
    pub chance: f64,
}

impl Shuffled {
    /// Share of shuffles that do at least as well, the true labels counted among them (Phipson and Smyth 2010,
    /// doi:10.2202/1544-6115.1585).
    #[expect(clippy::cast_precision_loss, reason = "counts")]
    pub fn p(&self) -> f64 {
        let as_good = self.shuffled.iter().filter(|v| **v >= self.real - 1e-12).count();
        (1 + as_good) as f64 / (1 + self.shuffled.len()) as f64
    }
    /// Mean of the shuffles; chance where there is none.
    #[expect(clippy::cast_precision_loss, reason = "counts")]
    pub fn mean(&self) -> f64 {
        if self.shuffled.is_empty() {
            return self.chance;
        }
        self.shuffled.iter().sum::<f64>() / self.shuffled.len() as f64
    }
    /// Standard deviation of the shuffles; 0 of fewer than two.
    #[expect(clippy::cast_precision_loss, reason = "counts")]
    pub fn sd(&self) -> f64 {
        let (mean, n) = (self.mean(), self.shuffled.len());
        if n < 2 {
            return 0.0;
        }
        (self.shuffled.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1) as f64).sqrt()
    }
}

/// Labels as they are and `shuffles` times shuffled by subject, on some of the features. Each shuffle has folds of its
/// own, so that every fold holds every class.
pub fn against_shuffles(
    data: &Data,
    columns: &[usize],
    learner: &Learner,
    folds: Folds,
    shuffles: usize,
    seed: u64,
) -> Result<Shuffled> {
    let thin = data.thinned(WINDOWS, columns);
    // Holding out one by one costs much, and its guesses lean away from the held-out subject's class.
    let smallest = data.per_class().into_iter().min().unwrap_or(0);
    let folds = if folds == Folds::LeaveOneOut { Folds::Parts(smallest.clamp(2, MOST_PARTS)) } else { folds };
    let run = |k: usize| {
        let mut class_of = thin.class_of.clone();
        if k > 0 {
            shuffle(&mut class_of, &mut random(seed, 2000 + k as u64));
        }
        balanced_accuracy(&thin, &class_of, &assign(&class_of, folds, seed), learner, seed)
    };
    let mut all: Vec<f64> = (0..=shuffles).into_par_iter().map(run).collect::<Result<_>>()?;
    #[expect(clippy::cast_precision_loss, reason = "a count of classes")]
    let chance = 1.0 / data.classes.len() as f64;
    Ok(Shuffled { real: all.remove(0), shuffled: all, chance })
}

/// Balanced accuracy over subjects for given classes and folds.
#[expect(clippy::cast_precision_loss, reason = "counts")]
fn balanced_accuracy(
    data: &Data,
    class_of: &[usize],
    fold: &[usize],
    learner: &Learner,
    seed: u64,
) -> Result<f64> {
    let classes = data.classes.len();
    let (mut right, mut all) = (vec![0_usize; classes], vec![0_usize; classes]);
    for part in 0..fold.iter().max().map_or(0, |f| f + 1) {
        let (held, train): (Vec<usize>, Vec<usize>) = (0..fold.len()).partition(|s| fold[*s] == part);
        let subset = data.subset(&train, class_of);
        let preparation = Preparation::fit(&subset.cases(&subset.values));
        let scaled = preparation.apply(Rows { values: &subset.values, width: data.width() });
        let fitted = (learner.fit)(&subset.cases(&scaled), learner.usual(), TREES, seed);
        for s in held {
            all[class_of[s]] += 1;
            let scaled = preparation.apply(data.rows_of(s));
            let rows = Rows { values: &scaled, width: data.width() };
            // Features that do not vary at all say nothing: always the first class, which is chance.
            let guess = fitted.as_ref().map_or(0, |f| most_probable(&mean(&f.probabilities(rows), classes)));
            right[class_of[s]] += usize::from(guess == class_of[s]);
        }
    }
    Ok(right.iter().zip(&all).map(|(r, n)| *r as f64 / (*n).max(1) as f64).sum::<f64>() / classes as f64)
}
