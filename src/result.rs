//! The result file, schema `myotome.report/1`: what `analyze` writes as `report.json`.
//!
//! A contract with other programs: fields may be added, none renamed. Field units stand in the names.

mod context;
mod model;
mod needle;
mod pattern;
mod previous;

pub use context::*;
pub use model::*;
pub use needle::*;
pub use pattern::*;
pub use previous::*;

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
    /// Every explanation that was weighed, the most probable first; then what cannot be judged.
    pub patterns: Vec<PatternRow>,
    /// The most telling first.
    pub next_tests: Vec<NextTest>,
    /// What statistical models say, where some were given; mixed into nothing else.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub models: Vec<ModelRow>,
    /// What was not looked at, each with the reason.
    pub not_assessed: Vec<String>,
    /// Abnormal results that chance alone gives; null where nothing was held against a limit.
    pub by_chance: Option<ByChance>,
    /// Circumstances that can mislead.
    pub pitfalls: Vec<Pitfall>,
    /// Where the criteria and the probabilities do not agree, and why.
    pub disagreements: Vec<String>,
    /// How tests were set up, where a study says it; left out where it says nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub setup: Vec<SetupRow>,
    /// Clinical context, entered: no part of the electrodiagnostic result. Left out where nothing was entered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<Context>,
    /// Comparison with an earlier study of the same subject, where one was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<Previous>,
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
#[derive(Debug, Clone, PartialEq, Serialize)]
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
    /// Recording site of a sensory or mixed study.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recording_site: Option<String>,
    /// When it was recorded, where that matters: `rest`, `60 s after 10 s of exercise`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// Id of the motor unit of that channel; left out where a number is of no unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub motor_unit: Option<usize>,
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
    /// Standard deviations from the mean of healthy persons, where their distribution is known; `note` says whose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub z: Option<f64>,
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
    /// Why the number is to be taken with care.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<String>,
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
            doubts: Vec::new(),
            place,
            marker_ms: None,
            method,
            origin: "auto",
            limit: Limit { note: "no limit is applied to this number".into(), ..Limit::default() },
        }
    }
}
