//! WFDB: each storage format, frames, skew, layouts and annotation files against files that
//! `golden/make_wfdb.py` made and wfdb-python read.

#![allow(clippy::unwrap_used, reason = "what fails in a test is a failed test")]

use myotome::format::{self, ReadOptions};
use myotome::measure::Severity;
use myotome::recording::Recording;
use serde_json::Value;
use std::path::{Path, PathBuf};

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/wfdb").join(name)
}

fn read(name: &str) -> Recording {
    format::read(&golden(name), &ReadOptions::default()).unwrap_or_else(|e| panic!("{name}: {e}"))
}

fn expected() -> Value {
    serde_json::from_str(&std::fs::read_to_string(golden("expected.json")).unwrap()).unwrap()
}

fn optional(values: &[f64]) -> Vec<Option<f64>> {
    values.iter().map(|v| Some(*v).filter(|v| !v.is_nan())).collect()
}

fn listed(value: &Value) -> Vec<Option<f64>> {
    value.as_array().unwrap().iter().map(Value::as_f64).collect()
}

#[test]
fn every_storage_format_gives_the_stored_integers_and_the_same_physical_bits() {
    let expected = expected();
    let mut compared = 0;
    for (name, expected) in expected.as_object().unwrap() {
        let Some(channels) = expected["channels"].as_array() else { continue };
        let recording = read(&format!("{name}.hea"));
        let warnings = recording.findings.iter().filter(|f| f.severity >= Severity::Warning);
        assert_eq!(warnings.count(), 0, "{name}: {:?}", recording.findings);
        assert_eq!(recording.channels.len(), channels.len(), "{name}");
        for (got, want) in recording.channels.iter().zip(channels) {
            assert_eq!(got.label, want["name"].as_str().unwrap());
            assert_eq!(got.sampling_frequency.0, want["fs_hz"].as_f64().unwrap(), "{name}");
            let raw = listed(&want["raw"]);
            let stored: Vec<_> = (0..raw.len()).map(|i| Some(got.samples.get(i))).collect();
            assert_eq!(stored, raw, "{name}, {}", got.label);
            assert_eq!(optional(&got.physical()), listed(&want["physical"]), "{name}, {}", got.label);
            compared += 1;
        }
    }
    assert!(compared > 0, "nothing was compared");
}

#[test]
fn a_variable_layout_joins_by_name_and_scales_each_segment_by_its_own_header() {
    let expected = &expected()["variable"];
    let recording = read("variable.hea");
    assert_eq!(recording.start.as_deref(), expected["start"].as_str());
    assert_eq!(recording.subject.age_years, Some(50.0));
    assert_eq!(recording.channels.len(), 2);
    for channel in &recording.channels {
        let want = listed(&expected["physical"][&channel.label]);
        assert_eq!(optional(&channel.physical()), want, "{}", channel.label);
    }
    assert!(recording.channels[0].samples.is_integer(), "one scale: digital values are kept");
    assert!(!recording.channels[1].samples.is_integer(), "two scales: values are physical");
}

#[test]
fn annotations_have_times_symbols_words_and_channels() {
    let of = |name: &str| {
        let rows = read(name).annotations.into_iter().map(|a| (a.onset_s, a.text, a.channel));
        rows.collect::<Vec<_>>()
    };
    let row = |onset: f64, text: &str| (onset, text.to_owned(), None::<String>);
    // 1000 frames a second; the last onset needs a long interval.
    let want = [
        row(0.0, "N"),
        row(0.005, "V"),
        row(0.005, "stimulus 0.1 ms"),
        row(2.0, "+ (AFIB"),
        row(70.0, "odd"),
    ];
    assert_eq!(of("f16.hea"), want);
    // The file states its own resolution of 2500 Hz.
    assert_eq!(of("f61.hea"), [row(0.0012, "N"), row(0.004, "A"), row(4.938, "N")]);
    let channels: Vec<_> = of("f24m.hea").into_iter().map(|a| a.2).collect();
    assert_eq!(channels, [None, Some("channel 1".to_owned())]);
}

#[test]
fn annotations_belong_to_the_record_opened_by_its_signal_file_too() {
    assert_eq!(read("f16.dat").annotations, read("f16.hea").annotations);
}
