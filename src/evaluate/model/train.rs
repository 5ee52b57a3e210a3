//! Training on some subjects: everything that is learned, chosen or fitted is so from them alone.

use super::data::Data;
use super::folds::{Folds, assign};
use super::options::Options;
use crate::Result;
use crate::classify::learn::calibrate::{Calibration, Method, Seen};
use crate::classify::learn::conformal::Conformal;
use crate::classify::learn::{Model, Preparation, Rows, most_probable};
use rayon::prelude::*;

/// Parts of the inner split. Ours: more cost time and change little.
const INNER: usize = 3;

/// A model and how it came about.
#[derive(Debug, Clone)]
pub struct Trained {
    /// The model.
    pub model: Model,
    /// Value of the learner's tuned number.
    pub tuned: f64,
    /// Whether it was tuned, and calibrated, or what was missing for it.
    pub notes: Vec<String>,
}

/// Trains on `subjects` of `data`. Tuning, calibration and the rule for sets rest on a split of these subjects
/// among themselves.
pub fn train(data: &Data, subjects: &[usize], options: &Options) -> Result<Trained> {
    let classes: Vec<usize> = subjects.iter().map(|s| data.class_of[*s]).collect();
    let smallest =
        (0..data.classes.len()).map(|k| classes.iter().filter(|c| **c == k).count()).min().unwrap_or(0);
    let (mut tuned, mut unseen, mut notes) = (options.learner.usual(), Vec::new(), Vec::new());
    if smallest < 2 {
        notes.push(format!(
            "a class has {smallest} training subject: {} not tuned ({tuned}), probabilities not calibrated, no sets",
            options.learner.tuned
        ));
    } else {
        let fold = assign(&classes, Folds::Parts(INNER.min(smallest)), options.seed.wrapping_add(1));
        (tuned, unseen) = tune(data, subjects, &fold, options)?;
    }
    let calibration = Calibration::fit(options.calibration, &unseen)?;
    if calibration == Calibration::None && options.calibration != Method::None && smallest >= 2 {
        notes.push(format!("{} training subjects are too few to calibrate probabilities", subjects.len()));
    }
    unseen.iter_mut().for_each(|c| calibration.apply(&mut c.probabilities));
    let conformal = Conformal::fit(options.miss, &unseen);
    let fitted = fit(data, subjects, &[tuned], options, options.trees)?;
    let Some((preparation, mut fitted)) = fitted else {
        return Err(crate::Error::Signal("no subject to train on".into()));
    };
    let model = Model {
        classes: data.classes.clone(),
        features: data.features.clone(),
        preparation,
        fitted: fitted.remove(0),
        calibration,
        conformal,
        least_probability: options.least_probability,
    };
    Ok(Trained { model, tuned, notes })
}

type Fits = (Preparation, Vec<crate::classify::learn::Fitted>);

/// Fits with each of `values`; `None` without subjects.
fn fit(
    data: &Data,
    subjects: &[usize],
    values: &[f64],
    options: &Options,
    trees: usize,
) -> Result<Option<Fits>> {
    if subjects.is_empty() {
        return Ok(None);
    }
    let subset = data.subset(subjects, &data.class_of);
    let preparation = Preparation::fit(&subset.cases(&subset.values));
    let scaled = preparation.apply(Rows { values: &subset.values, width: data.width() });
    let cases = subset.cases(&scaled);
    let fits = values.iter().map(|v| (options.learner.fit)(&cases, *v, trees, options.seed));
    Ok(Some((preparation, fits.collect::<Result<_>>()?)))
}

/// The value of the grid whose held-out subjects have the least log-loss, and what it said of each subject. The more
/// restrained of equals.
fn tune(data: &Data, subjects: &[usize], fold: &[usize], options: &Options) -> Result<(f64, Vec<Seen>)> {
    let grid = options.learner.grid;
    let parts = fold.iter().max().map_or(0, |f| f + 1);
    let of_part = |part: usize| -> Result<Vec<(usize, Vec<Seen>)>> {
        let (held, train): (Vec<usize>, Vec<usize>) = (0..subjects.len()).partition(|i| fold[*i] == part);
        let train: Vec<usize> = train.iter().map(|i| subjects[*i]).collect();
        let Some((preparation, fits)) = fit(data, &train, grid, options, options.tuning_trees())? else {
            return Ok(Vec::new());
        };
        let of_subject = |i: &usize| {
            let scaled = preparation.apply(data.rows_of(subjects[*i]));
            let rows = Rows { values: &scaled, width: data.width() };
            let seen = fits.iter().map(|f| Seen {
                probabilities: mean(&f.probabilities(rows), data.classes.len()),
                class: data.class_of[subjects[*i]],
            });
            (*i, seen.collect())
        };
        Ok(held.iter().map(of_subject).collect())
    };
    let found: Vec<Vec<(usize, Vec<Seen>)>> =
        (0..parts).into_par_iter().map(of_part).collect::<Result<_>>()?;
    let mut found: Vec<(usize, Vec<Seen>)> = found.into_iter().flatten().collect();
    found.sort_by_key(|f| f.0);
    let loss = |v: usize| -> f64 {
        let cases: Vec<(&[f64], usize)> =
            found.iter().map(|(_, s)| (s[v].probabilities.as_slice(), s[v].class)).collect();
        super::figure::log_loss(&cases, data.classes.len()).unwrap_or(f64::MAX)
    };
    let losses: Vec<f64> = (0..grid.len()).map(|v| -loss(v)).collect();
    let best = most_probable(&losses);
    Ok((grid[best], found.into_iter().map(|(_, mut seen)| seen.swap_remove(best)).collect()))
}

/// Mean of rows of `classes` numbers.
#[expect(clippy::cast_precision_loss, reason = "counts")]
pub(super) fn mean(rows: &[f64], classes: usize) -> Vec<f64> {
    let n = (rows.len() / classes).max(1) as f64;
    (0..classes).map(|k| rows.iter().skip(k).step_by(classes).sum::<f64>() / n).collect()
}
