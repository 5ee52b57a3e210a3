//! WFDB: every record of the test data against values of another implementation.

#![allow(clippy::unwrap_used, reason = "what fails in a test is a failed test")]

mod shared;

use myotome::format::{self, ReadOptions};
use myotome::measure::Severity;
use myotome::recording::{ChannelKind, Recording};
use serde_json::Value;
use shared::data;
use std::path::Path;

fn read(path: &Path) -> Recording {
    format::read(path, &ReadOptions::default()).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn numbers(value: &Value) -> Vec<Option<f64>> {
    value.as_array().unwrap().iter().map(Value::as_f64).collect()
}

/// Holds one record against one entry of an `expected.json`.
fn compare(recording: &Recording, expected: &Value, name: &str) {
    let channels = expected["channels"].as_array().unwrap();
    assert_eq!(recording.channels.len(), channels.len(), "{name}");
    for (got, want) in recording.channels.iter().zip(channels) {
        let name = format!("{name}, {}", got.label);
        assert_eq!(got.label, want["name"].as_str().unwrap(), "{name}");
        assert_eq!(got.unit.text, want["unit"].as_str().unwrap(), "{name}");
        assert_eq!(got.sampling_frequency.0, want["fs_hz"].as_f64().unwrap(), "{name}");
        assert_eq!(got.len() as u64, want["n_samples"].as_u64().unwrap(), "{name}");
        assert_eq!(got.missing_count() as u64, want["n_missing"].as_u64().unwrap_or(0), "{name}");
        assert!(got.uncalibrated.is_none() && got.samples.is_integer(), "{name}");
        let stored: Vec<f64> = (0..got.len()).map(|i| got.samples.get(i)).collect();
        let first: Vec<_> = stored[..5].iter().copied().map(Some).collect();
        assert_eq!(first, numbers(&want["first5_raw"]), "{name}");
        // Integers far below 2^53: the sum is exact, whatever its order. Missing samples count with the
        // value that marks them, as in the header's checksum.
        assert_eq!(stored.iter().sum::<f64>(), want["sum_raw"].as_f64().unwrap(), "{name}");
        let physical = got.physical();
        let first: Vec<_> = physical[..5].iter().copied().map(Some).collect();
        assert_eq!(first, numbers(&want["first5"]), "{name}");
        let there = || physical.iter().filter(|x| !x.is_nan());
        let (sum, size) = (there().sum::<f64>(), there().map(|x| x.abs()).sum::<f64>());
        assert!((sum - want["sum"].as_f64().unwrap()).abs() <= 1e-9 * size, "{name}: {sum}");
    }
    if let Some(comments) = expected["comments"].as_array() {
        let comments: Vec<_> = comments.iter().map(|c| c.as_str().unwrap()).collect();
        assert_eq!(recording.comments, comments, "{name}");
    }
    if let (Some(date), Some(time)) = (expected["base_date"].as_str(), expected["base_time"].as_str()) {
        assert_eq!(recording.start.as_deref(), Some(format!("{date}T{time}").as_str()), "{name}");
    }
    let warnings: Vec<_> = recording.findings.iter().filter(|f| f.severity >= Severity::Warning).collect();
    assert!(warnings.is_empty(), "{name}: {warnings:?}");
}

#[test]
fn records_decode_to_the_values_of_another_implementation() {
    let Some(data) = data() else { return };
    let mut compared = 0;
    for folder in ["emgdb", "formats/wfdb"] {
        let text = std::fs::read_to_string(data.join(folder).join("expected.json")).unwrap();
        let expected: Value = serde_json::from_str(&text).unwrap();
        for (name, expected) in expected["files"].as_object().unwrap() {
            let path = data.join(folder).join(format!("{name}.hea"));
            if expected["channels"][0]["format"] == "516" {
                let error = format::read(&path, &ReadOptions::default()).unwrap_err().to_string();
                assert!(error.contains("516") && error.contains("FLAC"), "{error}");
                continue;
            }
            compare(&read(&path), expected, name);
            compared += 1;
        }
    }
    assert!(compared > 0, "no record was compared");
}

#[test]
fn a_record_opens_by_its_signal_file_too_and_tells_who_and_what_was_recorded() {
    let Some(data) = data() else { return };
    let by_header = read(&data.join("emgdb/emg_neuropathy.hea"));
    let by_signal = read(&data.join("emgdb/emg_neuropathy.dat"));
    assert_eq!(by_header.channels, by_signal.channels);
    assert_eq!(by_header.subject, by_signal.subject);
    assert_eq!(by_header.subject.age_years, Some(62.0));
    assert_eq!(by_header.subject.sex.as_deref(), Some("male"));
    let channel = &by_header.channels[0];
    assert_eq!(channel.kind, ChannelKind::Needle);
    assert_eq!(channel.target_muscle.as_deref(), Some("tibialis anterior"));
    assert_eq!(read(&data.join("formats/wfdb/a103l.mat")).format, "wfdb");
}
