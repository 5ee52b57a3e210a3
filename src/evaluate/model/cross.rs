//! Cross-validation over subjects, nested: a held-out subject is seen by nothing that was learned.

use super::data::Data;
use super::figure::Case;
use super::folds::{assign, random};
use super::importance::{self, Drop};
use super::options::Options;
use super::train::train;
use crate::Result;
use crate::classify::learn::most_probable;
use rayon::prelude::*;

/// Least probability in the windows' log-loss.
const LEAST: f64 = 1e-15;

/// What cross-validation gave.
#[derive(Debug, Clone)]
pub struct Crossed {
    /// One a subject, in the subjects' order.
    pub cases: Vec<Case>,
    /// Probabilities of every window before calibration, in the data's order.
    pub windows: Vec<f64>,
    /// Value of the learner's tuned number in each fold.
    pub tuned: Vec<f64>,
    /// Name of the calibration in each fold.
    pub calibrations: Vec<&'static str>,
    /// For each feature, what replacing it did to held-out subjects; empty when not asked for.
    pub importance: Vec<Vec<Drop>>,
    /// What a fold could not do, each once.
    pub notes: Vec<String>,
}

struct Part {
    cases: Vec<(Case, Vec<f64>)>,
    tuned: f64,
    calibration: &'static str,
    drops: Vec<Vec<Drop>>,
    notes: Vec<String>,
}

/// Holds out each fold in turn.
pub fn cross_validate(data: &Data, options: &Options) -> Result<Crossed> {
    let fold = assign(&data.class_of, options.folds, options.seed);
    let parts = fold.iter().max().map_or(0, |f| f + 1);
    let parts: Vec<Part> =
        (0..parts).into_par_iter().map(|part| one(data, &fold, part, options)).collect::<Result<_>>()?;
    let mut out = Crossed {
        cases: Vec::new(),
        windows: Vec::new(),
        tuned: Vec::new(),
        calibrations: Vec::new(),
        importance: vec![Vec::new(); if options.importance > 0 { data.width() } else { 0 }],
        notes: Vec::new(),
    };
    let mut cases = Vec::new();
    for part in parts {
        cases.extend(part.cases);
        out.tuned.push(part.tuned);
        out.calibrations.push(part.calibration);
        out.importance.iter_mut().zip(part.drops).for_each(|(all, own)| all.extend(own));
        for note in part.notes {
            if !out.notes.contains(&note) {
                out.notes.push(note);
            }
        }
    }
    cases.sort_by_key(|(c, _)| c.subject);
    for (case, windows) in cases {
        out.cases.push(case);
        out.windows.extend(windows);
    }
    Ok(out)
}

fn one(data: &Data, fold: &[usize], part: usize, options: &Options) -> Result<Part> {
    let (held, train_on): (Vec<usize>, Vec<usize>) = (0..fold.len()).partition(|s| fold[*s] == part);
    let trained = train(data, &train_on, options)?;
    let classes = data.classes.len();
    let case = |&s: &usize| {
        let (rows, class) = (data.rows_of(s), data.class_of[s]);
        let windows = trained.model.windows(rows);
        let said = trained.model.conclude(rows, &windows);
        let each = || windows.chunks_exact(classes);
        #[expect(clippy::cast_precision_loss, reason = "a count of windows")]
        let loss = each().map(|p| -p[class].max(LEAST).ln()).sum::<f64>() / rows.len() as f64;
        let case = Case {
            subject: s,
            class,
            fold: part,
            probabilities: said.probabilities,
            set: said.set,
            why: said.why,
            windows: rows.len(),
            windows_right: each().filter(|p| most_probable(p) == class).count(),
            windows_log_loss: loss,
        };
        (case, windows)
    };
    let mut draw = random(options.seed, 1000 + part as u64);
    Ok(Part {
        cases: held.iter().map(case).collect(),
        tuned: trained.tuned,
        calibration: trained.model.calibration.name(),
        drops: importance::of_fold(data, &trained.model, &held, options.importance, &mut draw),
        notes: trained.notes,
    })
}
