//! What a measurement can say.

use serde::Serialize;

/// The outcome of one measurement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reading {
    /// A finite number in SI units (or the pure number that the measure's unit says).
    Value(f64),
    /// Looked for and not there: a clinical result, not an error.
    Absent,
    /// Cannot be said, and why.
    Undefined(&'static str),
}

impl Reading {
    /// `Value` if finite, else `Undefined(why)`.
    pub fn finite(value: f64, why: &'static str) -> Self {
        if value.is_finite() { Reading::Value(value) } else { Reading::Undefined(why) }
    }
    /// The number, if there is one.
    pub fn value(self) -> Option<f64> {
        match self {
            Reading::Value(v) => Some(v),
            _ => None,
        }
    }
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; no number suffers.
    Note,
    /// Numbers suffer, or the file breaks a rule that could be mended.
    Warning,
    /// What the finding names must not be measured here.
    Refuse,
}

/// One finding about a file or a channel: of a reader, or of a signal-quality check.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// Id of a row of `quality::CHECKS`.
    pub check: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// Channel label; `None` when it concerns the file.
    pub channel: Option<String>,
    /// How often, in the check's own unit (samples, rows, records, …).
    pub count: u64,
    /// Share of the samples, rows or power concerned, 0 to 1.
    pub share: f64,
    /// In words, with the place and the values seen.
    pub detail: String,
}

impl Finding {
    /// A finding about the file as a whole.
    pub fn file(
        check: &'static str,
        severity: Severity,
        count: u64,
        share: f64,
        detail: impl Into<String>,
    ) -> Self {
        Finding { check, severity, channel: None, count, share, detail: detail.into() }
    }
    /// The same about one channel.
    #[must_use]
    pub fn on(mut self, channel: &str) -> Self {
        self.channel = Some(channel.to_owned());
        self
    }
}
