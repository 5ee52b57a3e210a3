//! Scores of what is suggested over nerves, muscles and roots against the truth of simulated patients.
//!
//! Every metric has one implementation, here; what each one is stands in its row of [`FIGURES`].

mod confusion;
mod curve;
mod document;
mod figure;
mod found;
mod independent;
mod measure;
mod score;
mod simulated;
mod table;
mod versions;

pub use curve::{Curve, Point, curves};
pub use document::{HEADINGS, TITLE, document};
pub use figure::{FIGURES, Figure};
pub use found::{Cited, Found, from_values, is_radicular, read, roots};
pub use independent::{is_in, two_muscles};
pub use measure::{Bin, area_under_curve, brier, calibration, log_loss, reliability, sensitivity_at};
pub use score::{First, Score, family, score};
pub use simulated::make_studies;
pub use table::{SCHEMA, tables, to_json};
pub use versions::{Versions, versions, versions_table};

use crate::error::At;
use crate::pipeline::analyze;
use crate::study::{self, Study};
use crate::truth::FILE_NAME;
use crate::truth::patient::{self, Truth};
use crate::{Error, Result, norms};
use std::path::Path;

/// Analyses the simulated patient in `folder` and scores what was suggested.
///
/// # Errors
/// What reading and analysing meet.
pub fn of_study(folder: &Path, options: &analyze::Options) -> Result<Score> {
    let (truth, study) = read_both(folder)?;
    Ok(score(&super::short(folder), &truth, &study, &analysed(folder, options)?))
}

/// Scores `<reports>/<the study's folder name>/report.json` against the truth in `folder`.
///
/// # Errors
/// What reading meets.
pub fn of_report(folder: &Path, reports: &Path) -> Result<Score> {
    let (truth, study) = read_both(folder)?;
    let name = super::short(folder);
    let found = read(&reports.join(&name).join("report.json"))?;
    Ok(score(&name, &truth, &study, &found))
}

/// The entries of `patterns` for the study in a folder.
fn analysed(folder: &Path, options: &analyze::Options) -> Result<Vec<Found>> {
    let name = folder.display().to_string();
    let analysis = analyze::run(folder, options).map_err(|e| e.in_file(&name))?;
    let rows: std::result::Result<Vec<_>, _> =
        analysis.report.patterns.iter().map(serde_json::to_value).collect();
    let rows = rows.map_err(|e| Error::Signal(format!("patterns: {e}")).in_file(&name))?;
    Ok(from_values(&rows))
}

/// Truth and study file, its ids written out.
fn read_both(folder: &Path) -> Result<(Truth, Study)> {
    let truth = read_truth(folder)?;
    let mut study = study::read(folder)?;
    let name = folder.join(study::FILE_NAME).display().to_string();
    study.resolve_ids(norms::muscle_id, norms::nerve_id).map_err(|e| e.in_file(&name))?;
    Ok((truth, study))
}

/// Reads the truth of the patient in `folder`.
///
/// # Errors
/// [`Error::Io`], [`Error::Malformed`] when it is of another schema.
pub fn read_truth(folder: &Path) -> Result<Truth> {
    let path = folder.join(FILE_NAME);
    let bytes = std::fs::read(&path).map_err(|e| Error::io(&path, e))?;
    let wrong =
        |what: String| Error::malformed("truth.json", At::File, what).in_file(&path.display().to_string());
    let value: serde_json::Value = serde_json::from_slice(&bytes).map_err(|e| wrong(e.to_string()))?;
    let schema = value.get("schema").and_then(serde_json::Value::as_str).unwrap_or("");
    if schema != patient::SCHEMA {
        return Err(wrong(format!("schema `{schema}`; `{}` is read", patient::SCHEMA)));
    }
    serde_json::from_value(value).map_err(|e| wrong(e.to_string()))
}
