//! What a program says of a study: the needle rows of a `report.json`, read leniently, so that any program
//! that writes the contract can be scored.

use crate::{Error, Result};
use serde_json::Value;
use std::path::Path;

/// One motor unit as found.
#[derive(Debug, Clone, Default, PartialEq)]
#[expect(missing_docs, reason = "the fields of the result file")]
pub struct FoundUnit {
    pub id: u64,
    /// Rising.
    pub times_s: Vec<f64>,
    pub amplitude_uv: Option<f64>,
    pub duration_ms: Option<f64>,
    pub phases: Option<f64>,
    pub turns: Option<f64>,
    pub rate_hz: Option<f64>,
    pub interval_cv: Option<f64>,
    /// True where the report does not say.
    pub quantifiable: bool,
    /// The averaged potential and the index of its reference point, where the program gives it, µV.
    pub average: Option<(Vec<f64>, usize)>,
}

/// One train of spontaneous discharges as found.
#[derive(Debug, Clone, Default, PartialEq)]
#[expect(missing_docs, reason = "the fields of the result file")]
pub struct FoundDischarge {
    pub kind: String,
    /// Rising; may be empty for a stretch of end-plate noise.
    pub times_s: Vec<f64>,
    /// From the first to the last discharge where the report does not say.
    pub span_s: Option<(f64, f64)>,
}

/// What is said of one recording.
#[derive(Debug, Clone, Default, PartialEq)]
#[expect(missing_docs, reason = "the fields of the result file")]
pub struct FoundRecording {
    /// Name without its folders.
    pub file: String,
    pub units: Vec<FoundUnit>,
    pub spontaneous: Vec<FoundDischarge>,
    pub impression: String,
    pub probabilities: Option<[f64; 3]>,
}

/// What is said of a study.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// One for each recording; rows of several channels of one file are joined.
    pub recordings: Vec<FoundRecording>,
    /// Impression of the muscle as a whole: `normal`, `neurogenic`, `myopathic`, or anything else.
    pub impression: String,
    /// Of normal, neurogenic and myopathic.
    pub probabilities: Option<[f64; 3]>,
}

impl Found {
    /// Reads a `report.json`.
    pub fn read(path: &Path) -> Result<Found> {
        let bytes = std::fs::read(path).map_err(|e| Error::io(path, e))?;
        let wrong = |what: String| {
            Error::malformed("report.json", crate::error::At::File, what).in_file(&path.display().to_string())
        };
        let value: Value = serde_json::from_slice(&bytes).map_err(|e| wrong(e.to_string()))?;
        let Some(rows) = value.get("needle").and_then(Value::as_array) else {
            return Err(wrong(format!("no list `needle`; it must be of schema {}", crate::result::SCHEMA)));
        };
        Ok(Found::from_rows(rows))
    }

    /// From the list `needle` of a result file.
    pub fn from_rows(rows: &[Value]) -> Found {
        let mut found = Found::default();
        for row in rows {
            let recording = recording(row);
            if recording.file.is_empty() {
                // A row of findings that a person entered has no probabilities: it does not overrule.
                if found.probabilities.is_none() {
                    found.impression.clone_from(&recording.impression);
                    found.probabilities = recording.probabilities;
                }
                continue;
            }
            match found.recordings.iter_mut().find(|r| r.file == recording.file) {
                Some(same) => {
                    same.units.extend(recording.units);
                    same.spontaneous.extend(recording.spontaneous);
                }
                None => found.recordings.push(recording),
            }
        }
        if let (true, [only]) = (found.impression.is_empty(), found.recordings.as_slice()) {
            found.impression.clone_from(&only.impression);
            found.probabilities = only.probabilities;
        }
        found
    }
}

fn recording(row: &Value) -> FoundRecording {
    let list = |key: &str| row.get(key).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let p = |key: &str| row.get("probabilities").and_then(|p| number(p, key));
    let probabilities = match (p("normal"), p("neurogenic"), p("myopathic")) {
        (Some(a), Some(b), Some(c)) => Some([a, b, c]),
        _ => None,
    };
    FoundRecording {
        file: file_name(text(row, "file")),
        units: list("motor_units").iter().enumerate().map(|(i, u)| unit(i, u)).collect(),
        spontaneous: list("spontaneous").iter().map(discharge).collect(),
        impression: text(row, "impression").to_owned(),
        probabilities,
    }
}

fn unit(place: usize, value: &Value) -> FoundUnit {
    let none = Value::Null;
    let muap = value.get("muap").unwrap_or(&none);
    FoundUnit {
        id: value.get("id").and_then(Value::as_u64).unwrap_or(place as u64 + 1),
        times_s: times(value),
        amplitude_uv: number(muap, "amplitude_uv"),
        duration_ms: number(muap, "duration_ms"),
        phases: number(muap, "phases"),
        turns: number(muap, "turns"),
        rate_hz: number(value, "rate_hz"),
        interval_cv: number(value, "interval_cv"),
        quantifiable: value.get("quantifiable").and_then(Value::as_bool).unwrap_or(true),
        average: None,
    }
}

fn discharge(value: &Value) -> FoundDischarge {
    let times_s = times(value);
    let span_s = match (number(value, "start_s"), number(value, "end_s")) {
        (Some(start), Some(end)) => Some((start, end)),
        _ => times_s.first().copied().zip(times_s.last().copied()),
    };
    FoundDischarge { kind: text(value, "kind").to_owned(), times_s, span_s }
}

/// The list `discharge_times_s`, rising.
fn times(value: &Value) -> Vec<f64> {
    let list = value.get("discharge_times_s").and_then(Value::as_array);
    let mut out: Vec<f64> = list.into_iter().flatten().filter_map(Value::as_f64).collect();
    out.sort_unstable_by(f64::total_cmp);
    out
}

fn number(value: &Value, key: &str) -> Option<f64> {
    value.get(key).and_then(Value::as_f64)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or("")
}

/// Without folders: the truth names files inside the study, a report as the program saw them.
pub(super) fn file_name(path: &str) -> String {
    path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn rows_of_one_file_are_joined_and_the_row_without_a_file_speaks_for_the_muscle() {
        let rows = json!([
            { "file": "a/b/x.wav", "motor_units": [{ "id": 4, "discharge_times_s": [2.0, 1.0, null],
              "muap": { "amplitude_uv": 300, "duration_ms": null }, "quantifiable": false }], "impression": "normal" },
            { "file": "x.wav", "motor_units": [{ "discharge_times_s": [] }],
              "spontaneous": [{ "kind": "end_plate_noise", "start_s": 1.0, "end_s": 2.0 }] },
            { "file": "", "impression": "neurogenic", "probabilities": { "normal": 0.1, "neurogenic": 0.8, "myopathic": 0.1 } },
            { "file": "", "impression": "indeterminate", "probabilities": null },
        ]);
        let found = Found::from_rows(rows.as_array().unwrap());
        assert_eq!((found.impression.as_str(), found.probabilities), ("neurogenic", Some([0.1, 0.8, 0.1])));
        let [x] = found.recordings.as_slice() else { panic!("{found:?}") };
        assert_eq!(x.units.len(), 2);
        assert_eq!((x.units[0].id, x.units[0].times_s.as_slice()), (4, &[1.0, 2.0][..]));
        assert_eq!((x.units[0].amplitude_uv, x.units[0].duration_ms), (Some(300.0), None));
        assert!(!x.units[0].quantifiable && x.units[1].quantifiable);
        assert_eq!(x.spontaneous[0].span_s, Some((1.0, 2.0)));
    }

    #[test]
    fn a_file_that_is_no_report_is_named() {
        let path = std::env::temp_dir().join(format!("myotome-found-{}.json", std::process::id()));
        std::fs::write(&path, "{\"schema\": \"other\"}").unwrap();
        let message = Found::read(&path).unwrap_err().to_string();
        std::fs::remove_file(&path).unwrap();
        assert!(message.contains("myotome-found-") && message.contains("needle"), "{message}");
    }
}
