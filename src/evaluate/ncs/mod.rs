//! Scores of measured nerve conduction studies against the truth of simulated ones.
//!
//! Every metric has one implementation, here; what each one is stands in its row of [`FIGURES`].

mod document;
mod figure;
mod found;
mod score;
mod select;
mod simulated;
mod table;

pub use document::{HEADINGS, TITLE, document};
pub use figure::{FIGURES, Figure};
pub use found::{Row, from_values, read};
pub use score::{
    FWaveScore, HReflexScore, Pair, ResponseScore, Score, SegmentScore, TrainScore, VISIBLE_SNR, score,
};
pub use simulated::make_studies;
pub use table::{SCHEMA, tables, to_json};

use crate::error::At;
use crate::pipeline::analyze;
use crate::truth::FILE_NAME;
use crate::truth::ncs::{self, Truth};
use crate::{Error, Result};
use std::path::Path;

/// Analyses the simulated study in `folder` and scores what was found.
pub fn of_study(folder: &Path, options: &analyze::Options) -> Result<Score> {
    let truth = read_truth(folder)?;
    let name = folder.display().to_string();
    let analysis = analyze::run(folder, options).map_err(|e| e.in_file(&name))?;
    let rows: std::result::Result<Vec<_>, _> =
        analysis.report.measures.iter().map(serde_json::to_value).collect();
    let rows = rows.map_err(|e| Error::Signal(format!("measures: {e}")).in_file(&name))?;
    Ok(score(&super::short(folder), &truth, &from_values(&rows)))
}

/// Scores `<reports>/<the study's folder name>/report.json` against the truth in `folder`.
pub fn of_report(folder: &Path, reports: &Path) -> Result<Score> {
    let truth = read_truth(folder)?;
    let name = super::short(folder);
    let rows = read(&reports.join(&name).join("report.json"))?;
    Ok(score(&name, &truth, &rows))
}

/// Reads the truth of the study in `folder`.
pub fn read_truth(folder: &Path) -> Result<Truth> {
    let path = folder.join(FILE_NAME);
    let bytes = std::fs::read(&path).map_err(|e| Error::io(&path, e))?;
    let wrong =
        |what: String| Error::malformed("truth.json", At::File, what).in_file(&path.display().to_string());
    let value: serde_json::Value = serde_json::from_slice(&bytes).map_err(|e| wrong(e.to_string()))?;
    let schema = value.get("schema").and_then(serde_json::Value::as_str).unwrap_or("");
    if schema != ncs::SCHEMA {
        return Err(wrong(format!("schema `{schema}`; `{}` is read", ncs::SCHEMA)));
    }
    serde_json::from_value(value).map_err(|e| wrong(e.to_string()))
}
