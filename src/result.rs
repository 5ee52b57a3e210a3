//! The result file, schema `myotome.report/1`: what `analyze` writes as `report.json`.
//!
//! A contract with other programs: fields may be added, none renamed. Field units stand in the names.

use crate::measure::Severity;
use serde::Serialize;

/// The schema's name and version.
pub const SCHEMA: &str = "myotome.report/1";

/// `report.json`.
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "the contract names the fields")]
pub struct Report {
    pub schema: &'static str,
    pub provenance: Provenance,
    pub quality: Vec<QualityRow>,
    pub measures: Vec<MeasureRow>,
    pub needle: Vec<NeedleRow>,
    pub patterns: Vec<serde_json::Value>,
    pub next_tests: Vec<serde_json::Value>,
    /// What was not looked at, each with the reason.
    pub not_assessed: Vec<String>,
    /// Not a medical device; not a diagnosis.
    pub disclaimer: &'static str,
}

/// Where the numbers come from.
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "the contract names the fields")]
pub struct Provenance {
    pub version: &'static str,
    pub inputs: Vec<Input>,
    /// Ordered steps with their options.
    pub recipe: serde_json::Value,
    pub reference_sets: Vec<ReferenceSet>,
}

/// One file that was read.
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "the contract names the fields")]
pub struct Input {
    pub file: String,
    pub sha256: String,
    pub format: String,
}

/// A set of limits that was used.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the contract names the fields")]
pub struct ReferenceSet {
    pub id: String,
    pub version: String,
}

/// One row of `check --json` and of `quality`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the contract names the fields")]
pub struct QualityRow {
    pub file: String,
    pub channel: String,
    pub check: String,
    pub severity: Severity,
    pub count: u64,
    pub share: f64,
    pub detail: String,
}

impl QualityRow {
    /// The row of a finding in `file`.
    pub fn new(file: &str, finding: &crate::measure::Finding) -> Self {
        QualityRow {
            file: file.to_owned(),
            channel: finding.channel.clone().unwrap_or_default(),
            check: finding.check.to_owned(),
            severity: finding.severity,
            count: finding.count,
            share: finding.share,
            detail: finding.detail.clone(),
        }
    }
}

/// Where in a study a number belongs. What does not apply is an empty string, `segment` and `sweep` null.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the contract names the fields")]
pub struct Where {
    pub test: String,
    #[serde(serialize_with = "or_empty")]
    pub nerve: Option<String>,
    #[serde(serialize_with = "or_empty")]
    pub side: Option<String>,
    #[serde(serialize_with = "or_empty")]
    pub muscle: Option<String>,
    #[serde(serialize_with = "or_empty")]
    pub site: Option<String>,
    pub segment: Option<String>,
    #[serde(serialize_with = "or_empty")]
    pub file: Option<String>,
    #[serde(serialize_with = "or_empty")]
    pub channel: Option<String>,
    pub sweep: Option<usize>,
}

fn or_empty<S: serde::Serializer>(text: &Option<String>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text.as_deref().unwrap_or(""))
}

/// The limit that a value was held against.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the contract names the fields")]
pub struct Limit {
    pub set: String,
    pub lower: Option<f64>,
    pub upper: Option<f64>,
    pub note: String,
}

/// One measured, entered or refused number.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the contract names the fields")]
pub struct MeasureRow {
    pub id: String,
    /// `value`, `absent` or `undefined`.
    pub status: &'static str,
    pub value: Option<f64>,
    pub unit: String,
    pub uncertainty: Option<f64>,
    pub reason: Option<String>,
    #[serde(rename = "where")]
    pub place: Where,
    pub marker_ms: Option<f64>,
    pub method: String,
    /// `auto`, `manual` or `entered`.
    pub origin: &'static str,
    pub limit: Limit,
    /// `normal`, `borderline`, `abnormal`, `no_limit` or `not_assessable`.
    pub verdict: &'static str,
}

impl MeasureRow {
    /// A number that was measured without anybody's help and is held against no limit, or why there is none.
    pub fn measured(id: &str, unit: &str, value: Result<f64, String>, place: Where, method: String) -> Self {
        let there = value.is_ok();
        MeasureRow {
            id: id.to_owned(),
            status: if there { "value" } else { "undefined" },
            verdict: if there { "no_limit" } else { "not_assessable" },
            value: value.as_ref().ok().copied(),
            unit: unit.to_owned(),
            uncertainty: None,
            reason: value.err(),
            place,
            marker_ms: None,
            method,
            origin: "auto",
            limit: Limit { note: "no limit is applied to this number".into(), ..Limit::default() },
        }
    }
}

/// One epoch of the interference pattern.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the contract names the fields")]
pub struct Epoch {
    pub start_s: f64,
    pub end_s: f64,
    pub turns_per_s: f64,
    /// `None` with fewer than two turns.
    pub mean_amplitude_uv: Option<f64>,
}

/// Grades of a muscle; `None` where nothing was graded.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the contract names the fields")]
pub struct Grades {
    pub fibrillation: Option<u8>,
    pub positive_sharp_wave: Option<u8>,
    pub fasciculation: Option<u8>,
    pub recruitment: String,
}

/// Probabilities of the impression; they sum to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the contract names the fields")]
pub struct Probabilities {
    pub normal: f64,
    pub neurogenic: f64,
    pub myopathic: f64,
}

/// One piece of evidence behind an impression.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evidence {
    /// What was found, with the value, the limit and its source.
    pub finding: String,
    /// `neurogenic`, `myopathic`, `normal` or `none`: what it speaks for.
    pub speaks_for: &'static str,
    /// `met`, `not met` or `cannot be judged`.
    pub verdict: &'static str,
    /// Whose limit, and whether it was checked against the source.
    pub source: String,
}

/// A potential that the screening found: an average of look-alike discharges, or a single one. No motor unit
/// was decomposed.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields say what they are")]
pub struct Potential {
    pub times_s: Vec<f64>,
    pub amplitude_uv: f64,
    pub duration_ms: Option<f64>,
    pub rise_time_ms: Option<f64>,
    pub area_uvms: Option<f64>,
    pub phases: usize,
    pub turns: usize,
    pub rate_hz: Option<f64>,
}

/// Needle findings of one channel, or of a muscle as a whole when `file` is empty.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the contract names the fields")]
pub struct NeedleRow {
    pub muscle: String,
    pub side: String,
    pub file: String,
    pub channel: String,
    pub motor_units: Vec<serde_json::Value>,
    pub spontaneous: Vec<serde_json::Value>,
    pub potentials: Vec<Potential>,
    pub interference: Vec<Epoch>,
    pub grades: Grades,
    /// `normal`, `neurogenic`, `myopathic`, `indeterminate` or `not_interpretable`.
    pub impression: &'static str,
    /// `None` where no calibrated probability exists.
    pub probabilities: Option<Probabilities>,
    pub evidence: Vec<Evidence>,
    /// What this one recording cannot show.
    pub caveats: Vec<String>,
}
