//! Clinical context in the result file: what a person entered beside the tests. No part of the electrodiagnostic
//! result, and nothing in that result rests on it.

use serde::Serialize;

/// Questionnaires and time frames, computed from what was entered.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Context {
    /// What of the subject was entered that a reader of the result needs.
    pub stated: Vec<Stated>,
    /// One for each total that was entered.
    pub questionnaires: Vec<Questionnaire>,
    /// Of referral and timing of tests.
    pub time_frames: Vec<TimeFrame>,
}

impl Context {
    /// Whether nothing was entered.
    pub fn is_empty(&self) -> bool {
        self.stated.is_empty() && self.questionnaires.is_empty() && self.time_frames.is_empty()
    }
}

/// A key of the study file's `[subject]` and what stands there.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Stated {
    pub key: &'static str,
    pub value: String,
}

/// A total with the band that it lies in.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Questionnaire {
    /// Key of the study file's `[scores]`.
    pub key: &'static str,
    /// For people.
    pub name: &'static str,
    /// As entered.
    pub total: f64,
    /// Least and greatest possible total.
    pub range: [f64; 2],
    /// The part of the total that the band depends on as well, as entered.
    pub part: Option<f64>,
    /// Id of the band; `None` where it cannot be said, and `reason` why.
    pub band: Option<&'static str>,
    /// What the band means, in words.
    pub meaning: Option<&'static str>,
    /// Why there is no band.
    pub reason: Option<String>,
    /// What usually follows for a person of this band, with its own source: a matter of the local pathway.
    pub next_step: Option<String>,
    /// Every band.
    pub cut_offs: Vec<CutOff>,
    /// How well the questionnaire tells, where that is known.
    pub note: &'static str,
    /// Ids of `data/SOURCES.md`.
    pub source: &'static str,
    /// `published`, `recalled` or `mixed`.
    pub status: &'static str,
}

/// One band; both ends belong to it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct CutOff {
    pub band: &'static str,
    pub low: f64,
    pub high: f64,
    /// Of the part, where the band depends on it.
    pub part: Option<[f64; 2]>,
}

/// When something is due or begins to hold.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TimeFrame {
    /// Of `data/reference/referral_time_frames.csv`.
    pub id: &'static str,
    /// `onset`, `presentation` or `motor_deficit`: the day it is counted from.
    pub counted_from: &'static str,
    /// First day; `None` where there is none.
    pub day_min: Option<f64>,
    /// Last day; `None` where there is none.
    pub day_max: Option<f64>,
    /// In words.
    pub what: &'static str,
    /// `not_reached`, `reached`, `past` or `cannot_be_judged`, at `days_since_onset`.
    pub position: &'static str,
    /// Why it cannot be judged.
    pub reason: Option<&'static str>,
    /// Id of another one that says something else; both are given.
    pub conflicts_with: Option<&'static str>,
    /// Ids of `data/SOURCES.md`.
    pub source: &'static str,
    /// `published`, `recalled`, `project` (ours).
    pub status: &'static str,
    /// `high`, `med` or `low`: how sure the statement is.
    pub confidence: &'static str,
}
