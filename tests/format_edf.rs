//! EDF and BDF against values that pyEDFlib computed, and the timing of discontinuous files.

#![expect(clippy::unwrap_used, reason = "a step that fails is a failed test")]

mod shared;

use myotome::format::{self, ReadOptions};
use myotome::measure::Severity;
use myotome::recording::{Channel, ChannelKind, Recording, Samples, Segment};
use serde_json::Value;
use shared::data;
use std::path::Path;

fn read(path: &Path) -> Recording {
    format::read(path, &ReadOptions::default()).unwrap_or_else(|e| panic!("{e}"))
}

fn stored(samples: &Samples) -> Vec<i64> {
    match samples {
        Samples::I16(v) => v.iter().map(|&x| i64::from(x)).collect(),
        Samples::I32(v) => v.iter().map(|&x| i64::from(x)).collect(),
        other => panic!("{other:?} is not stored as integers"),
    }
}

/// Values are equal to the last bit, with two exceptions, in file units.
fn rounding(file: &str) -> f64 {
    if file.contains("IndependentMod") {
        // The reader behind expected.json parses the limit `-1.09963` as -1.0996299999999999.
        2e-18
    } else if file.contains("mnc") {
        // Computed as minimum + step × distance from it: rounded at the size of the limit, 100 mV.
        100.0 * f64::EPSILON
    } else {
        0.0
    }
}

/// Samples `first..` of a channel against one entry of `expected.json`.
fn compare(file: &str, channel: &Channel, range: std::ops::Range<usize>, expected: &Value) {
    let name = expected["name"].as_str().unwrap();
    assert_eq!(channel.label, name, "{file}");
    assert_eq!(channel.unit.text, expected["unit"].as_str().unwrap(), "{file} {name}");
    assert_eq!(channel.sampling_frequency.0, expected["fs_hz"].as_f64().unwrap(), "{file} {name}");
    assert_eq!(range.len() as u64, expected["n_samples"].as_u64().unwrap(), "{file} {name}");
    let raw = &stored(&channel.samples)[range.clone()];
    let first: Vec<i64> =
        expected["first5_raw"].as_array().unwrap().iter().map(|v| v.as_i64().unwrap()).collect();
    assert_eq!(raw[..first.len()], first, "{file} {name}");
    assert_eq!(raw.iter().sum::<i64>(), expected["sum_raw"].as_i64().unwrap(), "{file} {name}");
    let physical = &channel.physical()[range];
    for (got, want) in physical.iter().zip(expected["first5"].as_array().unwrap()) {
        assert!((got - want.as_f64().unwrap()).abs() <= rounding(file), "{file} {name}: {got} is not {want}");
    }
    let (sum, sizes): (f64, f64) = physical.iter().fold((0.0, 0.0), |(s, a), x| (s + x, a + x.abs()));
    assert!((sum - expected["sum"].as_f64().unwrap()).abs() <= 1e-9 * sizes, "{file} {name}: sum {sum}");
}

fn compare_file(folder: &Path, file: &str, expected: &Value) {
    let recording = read(&folder.join(file));
    let channels = expected["channels"].as_array().unwrap();
    assert_eq!(recording.channels.len(), channels.len(), "{file}");
    for (channel, expected) in recording.channels.iter().zip(channels) {
        compare(file, channel, 0..channel.len(), expected);
        let whole = Segment { first: 0, len: channel.len(), onset_s: 0.0 };
        assert_eq!(channel.segments, [whole], "{file}");
    }
    assert_eq!(recording.annotations.len() as u64, expected["n_annotations"].as_u64().unwrap(), "{file}");
    for (got, want) in recording.annotations.iter().zip(expected["annotations_first10"].as_array().unwrap()) {
        assert_eq!(got.onset_s, want["onset_s"].as_f64().unwrap(), "{file}");
        assert_eq!(got.duration_s, want["duration_s"].as_f64(), "{file}");
        assert_eq!(got.text, want["text"].as_str().unwrap(), "{file}");
    }
    let start = recording.start.as_deref().unwrap();
    let want = expected["start"].as_str().unwrap();
    if file.contains("subsecond") || file.contains("utf8") {
        // The first record begins at +0.3945312; the reader behind expected.json divides the fraction by
        // ten once too often.
        assert_eq!((start, want), ("2020-01-24T04:05:56.3945312", "2020-01-24T04:05:56.039453"));
    } else {
        assert_eq!(start, want, "{file}");
    }
    let warnings: Vec<_> = recording.findings.iter().filter(|f| f.severity > Severity::Note).collect();
    assert!(warnings.is_empty(), "{file} is sound: {warnings:?}");
}

#[test]
fn every_file_decodes_to_the_expected_values() {
    let Some(data) = data() else { return };
    let mut tested = 0;
    for set in ["formats/edf_bdf", "formats/bids_emg", "fixtures"] {
        let folder = data.join(set);
        let text = std::fs::read_to_string(folder.join("expected.json")).unwrap();
        let expected: Value = serde_json::from_str(&text).unwrap();
        for (file, entry) in expected["files"].as_object().unwrap() {
            if file.ends_with(".edf") && entry.get("channels").is_some() || file.ends_with(".bdf") {
                compare_file(&folder, file, entry);
                tested += 1;
            }
        }
    }
    assert!(tested >= 16, "{tested}");
}

#[test]
fn a_motor_study_is_two_timed_sweeps_with_all_its_notes() {
    let Some(data) = data() else { return };
    let recording = read(&data.join("fixtures/mnc_edfplus_d.edf"));
    let text = std::fs::read_to_string(data.join("fixtures/expected.json")).unwrap();
    let expected: Value = serde_json::from_str(&text).unwrap();
    let records = expected["files"]["mnc_edfplus_d.edf"]["records"].as_array().unwrap();
    let channel = &recording.channels[0];
    assert_eq!(channel.segments.len(), records.len());
    let mut notes = Vec::new();
    for (segment, record) in channel.segments.iter().zip(records) {
        assert_eq!(segment.onset_s, record["onset_s"].as_f64().unwrap());
        compare(
            "mnc_edfplus_d.edf",
            channel,
            segment.first..segment.first + segment.len,
            &record["channels"][0],
        );
        let texts = record["annotations"].as_array().unwrap().iter();
        notes.extend(texts.map(|t| (segment.onset_s, t.as_str().unwrap().to_owned())));
    }
    let got: Vec<_> = recording.annotations.iter().map(|a| (a.onset_s, a.text.clone())).collect();
    assert_eq!(got, notes);
    assert_eq!(channel.kind, ChannelKind::Evoked);
    assert_eq!(channel.hardware_filters.as_deref(), Some("HP:3Hz LP:20kHz"));
    assert_eq!(channel.electrode.as_deref(), Some("AgAgCl electrodes"));
    assert_eq!((channel.storage_bits, channel.digital_limits), (Some(16), Some((-2048, 2047))));
    assert_eq!(recording.subject.sex.as_deref(), Some("female"));
    let gap = recording.findings.iter().find(|f| f.check == "gap").unwrap();
    assert_eq!((gap.severity, gap.count), (Severity::Note, 1));
    assert!(gap.detail.contains("9.95 s"), "{}", gap.detail);
}

#[test]
fn kinds_subjects_and_details_come_from_the_header() {
    let Some(data) = data() else { return };
    let recording = read(&data.join("fixtures/mixed_rates_bdfplus.bdf"));
    let kinds: Vec<_> = recording.channels.iter().map(|c| c.kind).collect();
    assert_eq!(kinds, [ChannelKind::Emg, ChannelKind::Emg, ChannelKind::Other]);
    assert_eq!(recording.channels[0].target_muscle.as_deref(), Some("TA"));
    assert_eq!(recording.channels[0].storage_bits, Some(24));
    assert_eq!(recording.channels[0].hardware_filters.as_deref(), Some("HP:10Hz LP:900Hz N:50Hz"));
    let recording = read(&data.join("formats/edf_bdf/test_subsecond.edf"));
    assert_eq!(recording.subject.sex.as_deref(), Some("female"));
    assert_eq!(recording.subject.age_years, Some(22.0), "born 20-JAN-1998, recorded 24-JAN-2020");
    let legacy = read(&data.join("formats/edf_bdf/test_legacy.edf"));
    assert_eq!(legacy.channels.len(), 12, "in plain EDF `EDF Annotations` is a label like others");
    assert!(legacy.channels[11].uncalibrated.is_some());
    assert!(!format!("{legacy:?}").contains("description"), "no text of the patient and recording fields");
}
