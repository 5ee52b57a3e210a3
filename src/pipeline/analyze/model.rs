//! Statistical models beside the rules: what each says of every EMG channel, by the recipe it was trained with.

use super::Options;
use crate::classify::learn::Rows;
use crate::classify::learn::file::Loaded;
use crate::error::At;
use crate::feature::{FEATURES, Feature};
use crate::pipeline::features::{self, ChannelRows, Table};
use crate::pipeline::recipe::Recipe;
use crate::quality;
use crate::recording::{ChannelKind, Recording};
use crate::result::{ModelName, ModelRow};
use crate::{Error, Result};

/// A model file with its recipe understood.
#[derive(Debug, Clone)]
pub struct ReadyModel {
    loaded: Loaded,
    recipe: Recipe,
    features: Vec<&'static Feature>,
}

impl ReadyModel {
    /// Understands the recipe of a model file. Errors: a recipe that this version does not know or that is out of
    /// range.
    pub fn new(loaded: Loaded) -> Result<Self> {
        let wrong =
            |what: String| Error::malformed("model", At::Field("recipe".into()), what).in_file(&loaded.path);
        let recipe: Recipe =
            serde_json::from_value(loaded.file.recipe.clone()).map_err(|e| wrong(e.to_string()))?;
        recipe.check().map_err(|e| wrong(e.to_string()))?;
        let find = |id: &str| FEATURES.iter().find(|f| f.id == id);
        let features =
            loaded.file.model.features.iter().map(|f| {
                find(&f.id).ok_or_else(|| wrong(format!("`{}` is no feature of this version", f.id)))
            });
        let features = features.collect::<Result<Vec<_>>>()?;
        Ok(ReadyModel { loaded, recipe, features })
    }

    fn name(&self) -> ModelName {
        let file = &self.loaded.file;
        let subjects =
            file.model.classes.iter().cloned().zip(file.training.subjects_per_class.iter().copied());
        ModelName {
            name: file.name.clone(),
            file: self.loaded.path.clone(),
            sha256: self.loaded.sha256.clone(),
            table: file.training.table.clone(),
            subjects: subjects.collect(),
            alarms: file.training.alarms.clone(),
        }
    }

    /// A row about a channel, from its windows or from why there are none.
    fn row(&self, file: &str, channel: &str, windows: std::result::Result<Vec<f64>, String>) -> ModelRow {
        let model = &self.loaded.file.model;
        let width = self.features.len();
        let mut row = ModelRow {
            model: self.name(),
            file: file.to_owned(),
            channel: channel.to_owned(),
            windows: 0,
            class_probabilities: None,
            set: Vec::new(),
            answer: None,
            abstained: true,
            why: Vec::new(),
            cross_validated: self.loaded.file.cross_validated.clone(),
        };
        let values = match windows {
            Ok(values) => values,
            Err(why) => {
                row.why.push(why);
                return row;
            }
        };
        row.windows = values.len() / width;
        let Some(said) = model.predict(Rows { values: &values, width }) else {
            row.why.push("no window in which any of its features can be measured".into());
            return row;
        };
        row.class_probabilities =
            Some(model.classes.iter().cloned().zip(said.probabilities.iter().copied()).collect());
        row.set = said.set.iter().zip(&model.classes).filter(|s| *s.0).map(|s| s.1.clone()).collect();
        row.answer = said.told().map(|k| model.classes[k].clone());
        row.abstained = row.answer.is_none();
        row.why = said.why;
        row
    }
}

/// What every model says of every EMG channel of a recording whose kinds are settled.
pub(super) fn rows(recording: &Recording, name: &str, options: &Options) -> Vec<ModelRow> {
    let mut out = Vec::new();
    for model in &options.models {
        let table = features::of_recording(recording, &model.recipe, &model.features, &options.quality);
        for (i, channel) in recording.channels.iter().enumerate() {
            if !matches!(channel.kind, ChannelKind::Needle | ChannelKind::Surface) {
                continue;
            }
            let windows = match &table {
                Err(e) => Err(format!("not measured: {e}")),
                Ok(table) => quality::interpretable(&table.findings, &channel.label)
                    .map(|()| table.channels.get(i).map_or_else(Vec::new, |rows| measured(table, rows))),
            };
            out.push(model.row(name, &channel.label, windows));
        }
    }
    out
}

/// The windows of a channel in which something was measured; what was not is NaN.
fn measured(table: &Table, rows: &ChannelRows) -> Vec<f64> {
    let mut out = Vec::with_capacity(rows.times.len() * table.width);
    for i in 0..rows.times.len() {
        if table.row(rows, i).any(|v| v.is_some()) {
            out.extend(table.row(rows, i).map(|v| v.unwrap_or(f64::NAN)));
        }
    }
    out
}
