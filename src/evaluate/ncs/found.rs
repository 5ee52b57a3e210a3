//! What a program says of a study: the `measures` of a `report.json`, read leniently, so that any program that
//! writes the contract can be scored.

use crate::error::At;
use crate::{Error, Result};
use serde_json::Value;
use std::path::Path;

/// One row of `measures`.
#[derive(Debug, Clone, Default, PartialEq)]
#[expect(missing_docs, reason = "the fields of the result file")]
pub struct Row {
    pub id: String,
    /// `value`, `absent` or `undefined`.
    pub status: String,
    /// In the row's unit.
    pub value: Option<f64>,
    pub unit: String,
    pub uncertainty: Option<f64>,
    pub verdict: String,
    /// Whether the row says why it is to be taken with care.
    pub doubted: bool,
    /// Whether it says that an artefact is suspected.
    pub artefact: bool,
    pub test: String,
    pub nerve: String,
    pub side: String,
    pub site: String,
    pub segment: String,
    /// Name without its folders.
    pub file: String,
}

impl Row {
    /// A number with the verdict `normal` and not a word of caution.
    pub fn is_plainly_normal(&self) -> bool {
        self.status == "value" && self.verdict == "normal" && !self.doubted
    }
}

/// Reads the rows of a `report.json`.
pub fn read(path: &Path) -> Result<Vec<Row>> {
    let bytes = std::fs::read(path).map_err(|e| Error::io(path, e))?;
    let wrong =
        |what: String| Error::malformed("report.json", At::File, what).in_file(&path.display().to_string());
    let value: Value = serde_json::from_slice(&bytes).map_err(|e| wrong(e.to_string()))?;
    let Some(rows) = value.get("measures").and_then(Value::as_array) else {
        return Err(wrong(format!("no list `measures`; it must be of schema {}", crate::result::SCHEMA)));
    };
    Ok(from_values(rows))
}

/// From the list `measures` of a result file.
pub fn from_values(rows: &[Value]) -> Vec<Row> {
    rows.iter().map(row).collect()
}

fn row(value: &Value) -> Row {
    let text = |v: &Value, key: &str| v.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let number = |key: &str| value.get(key).and_then(Value::as_f64).filter(|v| v.is_finite());
    let place = value.get("where").cloned().unwrap_or_default();
    let doubts = value.get("doubts").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let says = |word: &str| doubts.iter().filter_map(Value::as_str).any(|d| d.contains(word));
    let file = text(&place, "file");
    Row {
        id: text(value, "id"),
        status: text(value, "status"),
        value: number("value"),
        unit: text(value, "unit"),
        uncertainty: number("uncertainty").filter(|u| *u >= 0.0),
        verdict: text(value, "verdict"),
        doubted: !doubts.is_empty(),
        artefact: says("artefact"),
        test: text(&place, "test"),
        nerve: text(&place, "nerve"),
        side: text(&place, "side"),
        site: text(&place, "site"),
        segment: text(&place, "segment"),
        file: file.rsplit(['/', '\\']).next().unwrap_or_default().to_owned(),
    }
}
