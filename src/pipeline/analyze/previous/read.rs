//! What is compared of a result, read from its JSON: an earlier one and the new one come in the same way.

use super::super::{Options, of_study, recording};
use super::Earlier;
use crate::error::At;
use crate::result::{Input, Place, Report, SCHEMA, SetupRow};
use crate::study::FILE_NAME;
use crate::{Error, Result};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::Path;

/// Longest result that is read, bytes. Ours: one of hours of needle recordings has a tenth of them.
const MAX_BYTES: u64 = 256 << 20;
/// A result's name inside its folder.
const REPORT: &str = "report.json";

/// What is compared of a result.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Measured {
    schema: String,
    pub(super) measures: Vec<Number>,
    #[serde(default)]
    pub(super) needle: Vec<Muscle>,
    #[serde(default)]
    pub(super) setup: Vec<SetupRow>,
}

/// A row of `measures`.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Number {
    pub(super) id: String,
    pub(super) status: String,
    pub(super) value: Option<f64>,
    pub(super) unit: String,
    #[serde(default)]
    pub(super) uncertainty: Option<f64>,
    #[serde(default)]
    pub(super) reason: Option<String>,
    #[serde(default)]
    pub(super) doubts: Vec<String>,
    #[serde(default)]
    pub(super) origin: String,
    #[serde(rename = "where")]
    pub(super) place: Spot,
}

/// `where`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Spot {
    test: String,
    nerve: String,
    side: String,
    muscle: String,
    site: String,
    segment: Option<String>,
    file: String,
    sweep: Option<u64>,
    recording_site: String,
    pub(super) condition: String,
    motor_unit: Option<u64>,
}

/// A row of `needle`.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Muscle {
    pub(super) muscle: String,
    pub(super) side: String,
    #[serde(default)]
    pub(super) file: String,
    #[serde(default)]
    pub(super) grades: Grades,
    #[serde(default)]
    pub(super) impression: String,
}

/// Its grades.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Grades {
    pub(super) fibrillation: Option<u8>,
    pub(super) positive_sharp_wave: Option<u8>,
    pub(super) fasciculation: Option<u8>,
    pub(super) recruitment: String,
}

impl Number {
    pub(super) fn place(&self) -> Place {
        let at = &self.place;
        Place {
            test: at.test.clone(),
            nerve: at.nerve.clone(),
            side: at.side.clone(),
            muscle: at.muscle.clone(),
            recording_site: at.recording_site.clone(),
            site: at.site.clone(),
            segment: at.segment.clone().unwrap_or_default(),
        }
    }
}

impl Measured {
    /// What of a result is compared.
    pub(super) fn of_report(report: &Report) -> Result<Measured> {
        let broken = |e: serde_json::Error| Error::Signal(e.to_string());
        serde_json::from_slice(&serde_json::to_vec(report).map_err(broken)?).map_err(broken)
    }

    /// Numbers that have one place in a study: none of single sweeps, units or needle recordings, and no grades,
    /// which stand with their muscle.
    pub(super) fn comparable(&self) -> impl Iterator<Item = &Number> {
        self.measures.iter().filter(|n| {
            let at = &n.place;
            let of_recording = at.test == "needle" && !at.file.is_empty();
            !at.test.is_empty()
                && at.sweep.is_none()
                && at.motor_unit.is_none()
                && !of_recording
                && !n.id.ends_with("_grade")
        })
    }

    /// Muscles as a whole.
    pub(super) fn muscles(&self) -> impl Iterator<Item = &Muscle> {
        self.needle.iter().filter(|m| m.file.is_empty() && !m.muscle.is_empty())
    }

    /// Everything that was tested and gave a number, an absence or a grade.
    pub(super) fn places(&self) -> BTreeSet<Place> {
        let numbers = self.comparable().filter(|n| n.status != "undefined").map(Number::place);
        let muscles = self.muscles().map(|m| Place {
            test: "needle".into(),
            side: m.side.clone(),
            muscle: m.muscle.clone(),
            ..Place::default()
        });
        numbers.chain(muscles).collect()
    }
}

/// Reads or analyses what `path` says.
pub(super) fn earlier(path: &Path, options: &Options) -> Result<Earlier> {
    let report = path.join(REPORT);
    let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase());
    match ending.as_deref() {
        _ if path.is_dir() && path.join(FILE_NAME).is_file() => of_path(path, options),
        _ if path.is_dir() && report.is_file() => of_result(&report),
        Some("toml") => of_path(path, options),
        Some("json") => of_result(path),
        _ => {
            let why =
                format!("`{}`; a study's folder, a study.toml or a report.json belongs here", path.display());
            Err(Error::option("--previous", why))
        }
    }
}

fn of_path(path: &Path, options: &Options) -> Result<Earlier> {
    let analysis = of_study::run(path, options)?;
    let measured = Measured::of_report(&analysis.report)?;
    let unread = analysis.failed.iter().map(|why| format!("of the earlier study, not read: {why}"));
    let input = analysis.report.provenance.inputs.first().cloned();
    Ok(Earlier {
        title: analysis.title,
        notes: unread.collect(),
        measured,
        input: input.unwrap_or_else(|| Input {
            file: path.display().to_string(),
            sha256: String::new(),
            format: String::new(),
        }),
    })
}

fn of_result(path: &Path) -> Result<Earlier> {
    let name = path.display().to_string();
    let io = |e| Error::io(path, e);
    let size = std::fs::metadata(path).map_err(io)?.len();
    if size > MAX_BYTES {
        return Err(
            Error::Limit { name: "bytes of a result", asked: size, allowed: MAX_BYTES }.in_file(&name)
        );
    }
    let bytes = std::fs::read(path).map_err(io)?;
    let measured = parse(&bytes).map_err(|e| e.in_file(&name))?;
    let input = Input { file: name.clone(), sha256: recording::sha256(&bytes), format: SCHEMA.into() };
    Ok(Earlier { input, title: name, notes: Vec::new(), measured })
}

fn parse(bytes: &[u8]) -> Result<Measured> {
    #[derive(Deserialize)]
    struct Head {
        schema: Option<String>,
    }
    let wrong = |e: &serde_json::Error| {
        Error::malformed("report", At::Line(e.line() as u64), format!("column {}: {e}", e.column()))
    };
    // Another schema has other fields: say so before complaining about one of them.
    let head: Head = serde_json::from_slice(bytes).map_err(|e| wrong(&e))?;
    if head.schema.as_deref() != Some(SCHEMA) {
        let found: String = head.schema.unwrap_or_default().chars().take(60).collect();
        let what = format!("schema `{found}`; an earlier result of schema `{SCHEMA}` is read");
        return Err(Error::malformed("report", At::Field("schema".into()), what));
    }
    let measured: Measured = serde_json::from_slice(bytes).map_err(|e| wrong(&e))?;
    debug_assert_eq!(measured.schema, SCHEMA);
    Ok(measured)
}
