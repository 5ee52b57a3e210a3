//! What a program says of a study: the `patterns` of a `report.json`, read leniently, so that any program that writes the
//! contract can be scored.

use crate::error::At;
use crate::norms::Root;
use crate::{Error, Result};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// One entry of `patterns`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// Two lesions joined by `+`.
    pub id: String,
    /// As the result file writes it.
    pub level: Option<String>,
    /// `left`, `right`, `bilateral`.
    pub side: Option<String>,
    /// `None` for what can have none.
    pub probability: Option<f64>,
    /// `met`, `not_met`, `indeterminate`.
    pub verdict: String,
    /// Clauses: id and verdict.
    pub criteria: Vec<(String, String)>,
    /// Tests that its evidence names.
    pub cited: Vec<Cited>,
}

/// Where a cited finding is said to come from; what does not apply is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the fields of `where`")]
pub struct Cited {
    pub test: String,
    pub nerve: String,
    pub side: String,
    pub muscle: String,
    pub site: String,
    pub recording_site: String,
}

impl Found {
    /// The lesions' ids.
    pub fn parts(&self) -> BTreeSet<&str> {
        self.id.split('+').filter(|p| !p.is_empty()).collect()
    }
    /// Whether one of the lesions is of a root.
    pub fn is_radicular(&self) -> bool {
        is_radicular(&self.id)
    }
    /// Its roots; empty without a level.
    pub fn roots(&self) -> BTreeSet<Root> {
        roots(self.level.as_deref().unwrap_or(""))
    }
}

/// Whether an id, or a part of it, names a lesion of roots.
pub fn is_radicular(id: &str) -> bool {
    id.contains("radiculopathy")
}

/// Roots of a level such as `L5`, `C8/T1`, `L2-L4`.
pub fn roots(level: &str) -> BTreeSet<Root> {
    let mut out = BTreeSet::new();
    for part in level.split(['/', ';', ',', '+']) {
        let ends: Vec<Root> = part.split('-').filter_map(|name| Root::named(name.trim())).collect();
        match ends[..] {
            [one] => drop(out.insert(one)),
            [first, last] if first <= last => out.extend(first.to(last)),
            _ => {}
        }
    }
    out
}

/// Reads the entries of a `report.json`.
///
/// # Errors
/// [`Error::Io`], [`Error::Malformed`] when it is no JSON or has no list `patterns`.
pub fn read(path: &Path) -> Result<Vec<Found>> {
    let bytes = std::fs::read(path).map_err(|e| Error::io(path, e))?;
    let wrong =
        |what: String| Error::malformed("report.json", At::File, what).in_file(&path.display().to_string());
    let value: Value = serde_json::from_slice(&bytes).map_err(|e| wrong(e.to_string()))?;
    let Some(rows) = value.get("patterns").and_then(Value::as_array) else {
        return Err(wrong(format!("no list `patterns`; it must be of schema {}", crate::result::SCHEMA)));
    };
    Ok(from_values(rows))
}

/// From the list `patterns` of a result file.
pub fn from_values(rows: &[Value]) -> Vec<Found> {
    rows.iter().map(entry).collect()
}

fn text(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn entry(value: &Value) -> Found {
    let optional = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let rule = value.get("rule").cloned().unwrap_or_default();
    let cited = |row: &Value| {
        let place = row.get("where").cloned().unwrap_or_default();
        Cited {
            test: text(&place, "test"),
            nerve: text(&place, "nerve"),
            side: text(&place, "side"),
            muscle: text(&place, "muscle"),
            site: text(&place, "site"),
            recording_site: text(&place, "recording_site"),
        }
    };
    Found {
        id: text(value, "id"),
        level: optional("level"),
        side: optional("side"),
        probability: value.get("probability").and_then(Value::as_f64).filter(|p| (0.0..=1.0).contains(p)),
        verdict: text(&rule, "verdict"),
        criteria: list(&rule, "criteria").iter().map(|c| (text(c, "id"), text(c, "verdict"))).collect(),
        cited: list(value, "evidence").iter().map(cited).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_sets_of_roots() {
        let names = |level: &str| roots(level).into_iter().map(Root::name).collect::<Vec<_>>();
        assert_eq!(names("L5"), ["L5"]);
        assert_eq!(names("C8/T1"), ["C8", "T1"]);
        assert_eq!(names("L2-L4"), ["L2", "L3", "L4"]);
        assert!(names("").is_empty() && names("multiple").is_empty() && names("L4-L2").is_empty());
    }

    #[test]
    fn entries_are_read_whatever_is_missing() {
        let rows = serde_json::json!([
            { "id": "radiculopathy", "level": "L5", "side": "right", "probability": 0.7,
              "rule": { "verdict": "met", "criteria": [{ "id": "R1", "verdict": "met" }] },
              "evidence": [{ "finding": "x", "where": { "test": "needle", "muscle": "tibialis_anterior", "side": "right" } }] },
            { "id": "normal", "probability": 7.0 }, 5,
        ]);
        let found = from_values(rows.as_array().unwrap());
        assert_eq!(found.len(), 3);
        assert!(found[0].is_radicular() && found[0].roots().len() == 1);
        assert_eq!(found[0].criteria, [("R1".to_owned(), "met".to_owned())]);
        assert_eq!(found[0].cited[0].muscle, "tibialis_anterior");
        assert_eq!((found[1].probability, found[2].id.as_str()), (None, ""));
    }
}
