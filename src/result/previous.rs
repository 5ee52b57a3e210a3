//! Comparison with an earlier study in the result file, and what makes two studies comparable.

use super::{Input, Where};
use serde::{Deserialize, Serialize};

/// How a test was set up at one site: what a later study is held against before its numbers are.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the names say it, with their unit; empty where it does not apply")]
pub struct SetupRow {
    pub test: String,
    pub nerve: String,
    pub side: String,
    pub muscle: String,
    pub recording_site: String,
    pub site: String,
    /// Along the nerve, from the site to the active electrode.
    pub distance_to_electrode_mm: Option<f64>,
    /// `antidromic` or `orthodromic`.
    pub technique: Option<String>,
    pub skin_temperature_c: Option<f64>,
}

/// An earlier study of the same subject beside this one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Previous {
    /// The earlier study or result file.
    pub input: Input,
    /// Its title.
    pub title: String,
    /// What a reader of the comparison must know.
    pub notes: Vec<String>,
    /// Numbers of the same place.
    pub measures: Vec<ChangeRow>,
    /// Grades of muscles that were examined in both.
    pub needle: Vec<GradeRow>,
    /// What was tested in the earlier study only.
    pub only_before: Vec<Place>,
    /// What was tested in this study only.
    pub only_now: Vec<Place>,
}

/// A number of one study.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[expect(missing_docs, reason = "as in a row of `measures`")]
pub struct Point {
    /// `value`, `absent` or `undefined`.
    pub status: String,
    pub value: Option<f64>,
    pub uncertainty: Option<f64>,
}

/// One number then and now.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChangeRow {
    /// Id of the measure.
    pub id: String,
    /// Of all numbers of the row but the percentage.
    pub unit: String,
    /// As in this study.
    #[serde(rename = "where")]
    pub place: Where,
    /// In the earlier study.
    pub old: Point,
    /// In this study.
    pub new: Point,
    /// New minus old.
    pub change: Option<f64>,
    /// Of the old value; `None` where that is 0.
    pub change_percent: Option<f64>,
    /// A change up to this size is within repeatability.
    pub within: Option<f64>,
    /// A change beyond this size exceeds what repetition gives. Between the two it cannot be told.
    pub beyond: Option<f64>,
    /// `changed`, `within_repeatability` or `cannot_be_judged`.
    pub verdict: &'static str,
    /// In words.
    pub why: String,
    /// Whose figure of repeatability; empty where none was used.
    pub source: String,
}

/// A grade of a muscle then and now.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct GradeRow {
    pub muscle: String,
    pub side: String,
    /// `fibrillation`, `positive_sharp_wave`, `fasciculation`, `recruitment` or `impression`.
    pub finding: &'static str,
    pub old: Option<String>,
    pub new: Option<String>,
    /// `same`, `differs` or `cannot_be_judged`. No figure of repeatability stands behind it: neighbouring grades of
    /// one muscle may differ between sites and examiners.
    pub verdict: &'static str,
}

/// A test or a part of one.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[expect(
    missing_docs,
    reason = "as in `where`; empty where it does not apply, or where the whole test is meant"
)]
pub struct Place {
    pub test: String,
    pub nerve: String,
    pub side: String,
    pub muscle: String,
    pub recording_site: String,
    pub site: String,
    pub segment: String,
}
