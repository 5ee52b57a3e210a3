//! Scores of results against the truth of simulated recordings, and of statistical models ([`model`]).
//!
//! Every metric has one implementation, here; what each one is stands in its row of [`FIGURES`].

mod assignment;
mod confusion;
mod document;
mod figure;
mod found;
mod json;
mod matching;
pub mod model;
mod muscle;
pub mod ncs;
pub mod patterns;
mod per_unit;
mod shape;
mod simulated;
mod spontaneous;
mod statistics;
mod study;
mod table;
mod unit;

pub use assignment::assign;
pub use document::{HEADINGS, TITLE, document};
pub use figure::{FIGURES, Figure, Target, Unit};
pub use found::{Found, FoundDischarge, FoundRecording, FoundUnit};
pub use json::{SCHEMA, to_json};
pub use matching::{MOST_LAG_S, Match, TOLERANCE_S, match_times};
pub use shape::{Shape, aligned_distance};
pub use simulated::make_studies;
pub use spontaneous::{KINDS, SpontaneousScore};
pub use statistics::{bootstrap, calibration_error};
pub use study::{CLASSES, RecordingScore, StudyScore, folders, read_truth, score};
pub use table::{Style, Table, tables};
pub use unit::{PairScore, TrainScore, UnitScore};

use crate::pipeline::analyze;
use crate::{Error, Result};
use std::path::Path;

/// Analyses the simulated study in `folder` and scores what was found.
pub fn of_study(folder: &Path, options: &analyze::Options) -> Result<StudyScore> {
    let truth = read_truth(folder)?;
    let name = folder.display().to_string();
    let analysis = analyze::run(folder, options).map_err(|e| e.in_file(&name))?;
    let rows: std::result::Result<Vec<_>, _> =
        analysis.report.needle.iter().map(serde_json::to_value).collect();
    let rows = rows.map_err(|e| Error::Signal(format!("needle rows: {e}")).in_file(&name))?;
    Ok(score(&short(folder), &truth, &Found::from_rows(&rows)))
}

/// Scores `<reports>/<the study's folder name>/report.json` against the truth in `folder`.
pub fn of_report(folder: &Path, reports: &Path) -> Result<StudyScore> {
    let truth = read_truth(folder)?;
    let name = short(folder);
    let found = Found::read(&reports.join(&name).join("report.json"))?;
    Ok(score(&name, &truth, &found))
}

/// The folder's own name.
fn short(folder: &Path) -> String {
    let real = if folder.file_name().is_none() { folder.canonicalize().ok() } else { None };
    let name = real.as_deref().unwrap_or(folder).file_name();
    name.map_or_else(|| "study".to_owned(), |n| n.to_string_lossy().into_owned())
}
