//! Models over feature tables, tested on subjects they have not seen.
//!
//! The subject is the only unit that is split, shuffled or drawn: windows of one person are alike, and a model that
//! has seen some of them knows the others. There is no option for anything else.

mod alarm;
mod cross;
mod data;
mod figure;
mod folds;
mod importance;
mod leak;
mod options;
mod page;
mod quick;
mod read;
mod to_json;
mod train;

pub use alarm::{ALARMS, Alarm, Evidence, Judged, Verdict, judge};
pub use cross::{Crossed, cross_validate};
pub use data::{Data, FormatColumn, Subset};
pub use figure::{
    Bin, Case, FIGURES, Figure, area, confusion, coverage_curve, log_loss, recall, reliability,
};
pub use folds::{Folds, assign};
pub use importance::Drop;
pub use options::Options;
pub use page::{subjects_csv, tables, windows_csv};
pub use quick::{Shuffled, against_shuffles};
pub use read::{Columns, read};
pub use to_json::{SCHEMA, figures_json, to_json};
pub use train::{Trained, train};

use super::statistics::bootstrap;
use crate::Result;
use crate::classify::learn::file::{ModelFile, SCHEMA as MODEL_SCHEMA, Training};

/// A figure with its interval.
#[derive(Debug, Clone, Copy)]
pub struct Value {
    /// Which.
    pub figure: &'static Figure,
    /// Its value, where it can be said.
    pub value: Option<f64>,
    /// 95 % interval, subjects drawn anew.
    pub interval: Option<(f64, f64)>,
}

/// Share of a class that is right, with its interval.
#[derive(Debug, Clone, Copy)]
pub struct Recall {
    /// Share.
    pub value: Option<f64>,
    /// 95 % interval, subjects drawn anew.
    pub interval: Option<(f64, f64)>,
}

/// Everything about a model on a table.
#[derive(Debug, Clone)]
pub struct Evaluation {
    /// The table.
    pub data: Data,
    /// How it was done.
    pub options: Options,
    /// Held-out subjects.
    pub crossed: Crossed,
    /// Figures in the order of [`FIGURES`].
    pub figures: Vec<Value>,
    /// One a class.
    pub recalls: Vec<Recall>,
    /// Labels shuffled by subject.
    pub shuffled: Option<Shuffled>,
    /// Leak alarms in the order of [`ALARMS`].
    pub alarms: Vec<(&'static Alarm, Judged)>,
}

/// Trains and tests by cross-validation over subjects.
///
/// Errors: what [`Options::check`] refuses; features that do not allow the learner.
pub fn evaluate(data: Data, options: Options) -> Result<Evaluation> {
    options.check(&data)?;
    let crossed = cross_validate(&data, &options)?;
    let classes = data.classes.len();
    let all: Vec<&Case> = crossed.cases.iter().collect();
    let figure = |figure: &'static Figure| Value {
        figure,
        value: (figure.compute)(&all, classes),
        interval: bootstrap(&all, |draw| {
            let draw: Vec<&Case> = draw.iter().map(|c| **c).collect();
            (figure.compute)(&draw, classes)
        }),
    };
    let of_class = |k: usize| Recall {
        value: recall(&all, k),
        interval: bootstrap(&all, |draw| recall(&draw.iter().map(|c| **c).collect::<Vec<_>>(), k)),
    };
    let (figures, recalls) = (FIGURES.iter().map(figure).collect(), (0..classes).map(of_class).collect());
    let columns: Vec<usize> = (0..data.width()).collect();
    let shuffled = (options.permutations > 0)
        .then(|| {
            against_shuffles(
                &data,
                &columns,
                options.learner,
                options.folds,
                options.permutations,
                options.seed,
            )
        })
        .transpose()?;
    let evidence =
        Evidence { data: &data, options: &options, cases: &crossed.cases, shuffled: shuffled.as_ref() };
    let alarms = judge(&evidence)?;
    Ok(Evaluation { data, options, crossed, figures, recalls, shuffled, alarms })
}

impl Evaluation {
    /// Trains on all subjects and puts the model into a file with what is known of it. `recipe` says how the table
    /// was made.
    ///
    /// Errors: a feature that no recording gives (a column of the user's own).
    pub fn model_file(&self, recipe: serde_json::Value) -> Result<ModelFile> {
        let data = &self.data;
        if let Some(own) = data.features.iter().find(|f| f.id.is_empty()) {
            let why = format!(
                "`{}` is no feature of this program, so that no recording gives it; leave it out with --exclude",
                own.column
            );
            return Err(crate::Error::option("--save", why));
        }
        let subjects: Vec<usize> = (0..data.subjects.len()).collect();
        let trained = train(data, &subjects, &self.options)?;
        let raised = self.alarms.iter().filter(|a| a.1.verdict == Verdict::Alarm);
        Ok(ModelFile {
            schema: MODEL_SCHEMA.to_owned(),
            name: format!("{} on {}", self.options.learner.id, data.table),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            training: Training {
                table: data.table.clone(),
                table_sha256: data.sha256.clone(),
                windows: data.windows(),
                subjects_per_class: data.per_class(),
                learner: self.options.learner.id.to_owned(),
                tuned: (self.options.learner.tuned.to_owned(), trained.tuned),
                options: to_json::options_json(&self.options),
                seed: self.options.seed,
                alarms: raised.map(|a| a.0.id.to_owned()).collect(),
            },
            recipe,
            cross_validated: figures_json(self),
            model: trained.model,
        })
    }
}
