//! What a statistical model says of a channel.

use serde::Serialize;
use std::collections::BTreeMap;

/// Which model.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the contract names the fields")]
pub struct ModelName {
    pub name: String,
    pub file: String,
    pub sha256: String,
    /// The table that it was trained on.
    pub table: String,
    /// Subjects of each class there.
    pub subjects: BTreeMap<String, usize>,
    /// Leak alarms that were raised when it was tested.
    pub alarms: Vec<String>,
}

/// One row of `models`: a model and a channel of a recording.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the contract names the fields")]
pub struct ModelRow {
    pub model: ModelName,
    pub file: String,
    pub channel: String,
    /// Windows that were looked at.
    pub windows: usize,
    /// For classes that are equally likely beforehand; null where nothing can be computed.
    pub class_probabilities: Option<BTreeMap<String, f64>>,
    /// Classes that are possible.
    pub set: Vec<String>,
    /// The one class that is told; null where the model abstains.
    pub answer: Option<String>,
    pub abstained: bool,
    /// Why it abstains.
    pub why: Vec<String>,
    /// Figures of subjects that the model had not seen, from its file.
    pub cross_validated: serde_json::Value,
}
