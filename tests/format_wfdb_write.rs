//! WFDB: what is written comes back, to the last bit where the format can hold it.

#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    reason = "what fails in a test is a failed test"
)]

use myotome::format::{self, ReadOptions, WriteOptions};
use myotome::measure::{Finding, Severity};
use myotome::recording::{Annotation, Channel, Recording, Samples, Scaling, Segment};
use myotome::units::{Hertz, SignalUnit};
use std::path::PathBuf;

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("myotome-wfdb-write-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }
    /// Writes `x.hea` and reads it back, which must find nothing wrong.
    fn round(&self, recording: &Recording) -> (Recording, Vec<Finding>) {
        let path = self.0.join("x.hea");
        let findings = format::write(recording, &path, &WriteOptions::default()).unwrap();
        let back = format::read(&path, &ReadOptions::default()).unwrap();
        let wrong: Vec<_> = back.findings.iter().filter(|f| f.severity >= Severity::Warning).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
        (back, findings)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn channel(label: &str, fs: f64, samples: Samples, scaling: Scaling) -> Channel {
    let mut c = Channel::new(label, Hertz(fs), SignalUnit::parse("uV"), samples);
    c.scaling = scaling;
    c
}

fn recording(channels: Vec<Channel>) -> Recording {
    Recording { channels, ..Recording::default() }
}

/// Bits of all values, so that missing samples compare too.
fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|v| v.to_bits()).collect()
}

fn noise(n: usize) -> impl Iterator<Item = i32> {
    let mut state = 12345u32;
    (0..n).map(move |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) as i32 - 32768
    })
}

#[test]
fn integers_keep_their_values_gain_and_baseline() {
    let folder = Folder::new("integers");
    let small: Vec<i16> = noise(1000).map(|v| v.max(-32767) as i16).collect();
    let mut a = channel("EMG 1", 1000.0, Samples::I16(small), Scaling::Divide { baseline: 12.0, gain: 9.7 });
    a.missing = vec![3..7, 998..1000];
    let (back, findings) = folder.round(&recording(vec![a.clone()]));
    assert!(findings.is_empty(), "{findings:?}");
    let b = &back.channels[0];
    assert_eq!((b.scaling, b.storage_bits, &b.unit, &b.label), (a.scaling, Some(16), &a.unit, &a.label));
    assert_eq!(b.missing, a.missing);
    assert_eq!(bits(&b.physical()), bits(&a.physical()));
    // The least 16-bit value is a sample here, so the type that keeps it apart is taken; then wider ones.
    for (value, bits_needed) in [(-32768, 24), (1 << 22, 24), (1 << 23, 32), (i32::MAX, 32)] {
        let samples = Samples::I32(vec![0, value, 5]);
        let c = channel("wide", 1000.0, samples, Scaling::Divide { baseline: -3.0, gain: -0.1 });
        let back = folder.round(&recording(vec![c.clone()])).0;
        assert_eq!(back.channels[0].storage_bits, Some(bits_needed), "{value}");
        assert_eq!(bits(&back.channels[0].physical()), bits(&c.physical()), "{value}");
    }
}

#[test]
fn edf_scales_come_back_with_integer_and_half_offsets() {
    let folder = Folder::new("edf");
    // Ranges ±3276.7 and −3276.8 to 3276.7 on 16 bits, and a 12-bit one: offsets 0.5, 0 and a fraction.
    for (low, high, least, greatest) in [
        (-3276.7, 3276.7, -32768.0, 32767.0),
        (-3276.8, 3276.7, -32768.0, 32767.0),
        (-500.0, 500.0, -2048.0, 2047.0),
    ] {
        let factor = (high - low) / (greatest - least);
        let offset = high / factor - greatest;
        let samples: Vec<i16> = noise(500).map(|v| (f64::from(v) * greatest / 32768.0) as i16).collect();
        let c = channel("EMG", 2000.0, Samples::I16(samples), Scaling::Multiply { offset, factor });
        let (back, findings) = folder.round(&recording(vec![c.clone()]));
        let (wrote, read) = (c.physical(), back.channels[0].physical());
        let worst = wrote.iter().zip(&read).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        // At most rounding in the last bits, and then the writer says how much.
        assert!(worst <= 1e-12 * high, "offset {offset}: {worst:e}");
        assert_eq!(worst > 0.0, !findings.is_empty(), "{findings:?}");
    }
}

#[test]
fn floats_on_a_grid_are_exact_and_others_come_within_the_stated_step() {
    let folder = Folder::new("floats");
    let grid: Vec<f64> = noise(300).map(|v| f64::from(v) / 1000.0).collect();
    let c = channel("EMG", 1000.0, Samples::F64(grid), Scaling::Identity);
    let (back, findings) = folder.round(&recording(vec![c.clone()]));
    assert!(findings.is_empty(), "{findings:?}");
    assert_eq!(bits(&back.channels[0].physical()), bits(&c.physical()));
    for far in [0.0, 1e6] {
        let real: Vec<f64> = (0..300).map(|i| (f64::from(i) * 0.37).sin() * 123.456 + far).collect();
        let mut c = channel("EMG", 1000.0, Samples::F64(real), Scaling::Identity);
        c.missing = vec![5..6, 8..9];
        let (back, findings) = folder.round(&recording(vec![c.clone()]));
        let b = &back.channels[0];
        assert!(findings.len() == 1 && findings[0].detail.contains("steps of"), "{findings:?}");
        assert_eq!((b.storage_bits, &b.missing), (Some(16), &c.missing));
        let step = b.scaling.step();
        assert!(step < 123.456 / 32000.0, "{step}: 16 bits are used");
        for (x, y) in c.physical().iter().zip(b.physical()).filter(|(x, _)| !x.is_nan()) {
            // Half a step, and a little for the rounded centre.
            assert!((x - y).abs() <= 0.51 * step + 1e-9 * far, "{x} {y}");
        }
    }
    for value in [0.0, 1e-300, 1e300, f64::MAX, 5e-324] {
        let c = channel("EMG", 1000.0, Samples::F64(vec![value, 0.0, -value / 3.0]), Scaling::Identity);
        let path = folder.0.join("x.hea");
        format::write(&recording(vec![c]), &path, &WriteOptions::default()).unwrap();
        if let Ok(back) = format::read(&path, &ReadOptions::default()) {
            assert!(back.channels[0].physical().iter().all(|v| v.is_finite()), "{value:e}");
        }
    }
}

#[test]
fn channels_of_different_frequency_share_frames_or_are_refused() {
    let folder = Folder::new("rates");
    let of = |fs: f64, n: usize| {
        channel("EMG", fs, Samples::I16(noise(n).map(|v| v as i16 / 2).collect()), Scaling::Identity)
    };
    let original = recording(vec![of(2000.0, 400), of(1500.0, 300), of(487.5, 97)]);
    let (back, findings) = folder.round(&original);
    for (a, b) in original.channels.iter().zip(&back.channels) {
        assert_eq!(a.sampling_frequency, b.sampling_frequency);
        assert_eq!(a.physical(), b.physical()[..a.len()]);
    }
    assert!(findings.iter().any(|f| f.detail.contains("missing samples are added")), "{findings:?}");
    let path = folder.0.join("x.hea");
    let uneven = recording(vec![of(1259.259, 10), of(148.1481, 10)]);
    let error = format::write(&uneven, &path, &WriteOptions::default()).unwrap_err();
    assert!(error.is_usage() && error.to_string().contains("1259.259"), "{error}");
}

#[test]
fn gaps_become_missing_samples_and_overlaps_are_refused() {
    let folder = Folder::new("gaps");
    let mut c = channel("EMG", 1000.0, Samples::I16(vec![1; 40]), Scaling::Identity);
    let segment = |first, onset_s| Segment { first, len: 20, onset_s };
    c.segments = vec![segment(0, 0.01), segment(20, 0.05)];
    let back = folder.round(&recording(vec![c.clone()])).0;
    assert_eq!(back.channels[0].missing, [0..10, 30..50]);
    assert_eq!(back.channels[0].len(), 70);
    let path = folder.0.join("x.hea");
    for onset in [0.02, -1.0, 1e12, f64::NAN] {
        c.segments[1] = segment(20, onset);
        let error = format::write(&recording(vec![c.clone()]), &path, &WriteOptions::default());
        assert!(error.is_err_and(|e| e.is_usage()), "{onset}");
    }
}

#[test]
fn texts_stay_on_their_lines_and_facts_come_back() {
    let folder = Folder::new("texts");
    let mut c = channel("a\n# evil\r\nx.dat 16", 1000.0, Samples::I16(vec![1, -2, 3]), Scaling::Identity);
    c.unit = SignalUnit::parse("°/s (raw)");
    let mut raw = channel("raw", 1000.0, Samples::I16(vec![5, 6, 7]), Scaling::Identity);
    raw.unit = SignalUnit::unknown();
    raw.uncalibrated = Some("no unit".into());
    let mut original = recording(vec![c, raw]);
    original.start = Some("2001-02-03T04:05:06.25".into());
    original.comments = vec!["one\ntwo".into()];
    original.subject.age_years = Some(44.0);
    original.subject.sex = Some("female".into());
    let note = |onset_s, text: &str, channel: Option<&str>| Annotation {
        onset_s,
        duration_s: None,
        text: text.into(),
        channel: channel.map(str::to_owned),
    };
    original.annotations = vec![
        note(-1.5, "before", None),
        note(0.001, "N", Some("raw")),
        note(123_456.789, "Reiz am Kn\u{f6}chel", Some("raw")),
    ];
    original.annotations.push(note(123_456.79, "of no channel", None));
    let (back, _) = folder.round(&original);
    assert_eq!(back.channels[0].label, "a # evil  x.dat 16");
    assert_eq!(back.channels[0].unit.text, "deg/s__raw_");
    assert!(back.channels[1].uncalibrated.is_some());
    assert_eq!((&back.start, &back.subject), (&original.start, &original.subject));
    assert!(back.comments.contains(&"one two".to_owned()));
    assert_eq!(back.annotations, original.annotations);
    // A second round keeps all of it.
    let again = Folder::new("texts2").round(&back).0;
    assert_eq!(again.annotations, back.annotations);
    assert_eq!(again.comments, back.comments);
    assert_eq!(again.channels, back.channels);
}

#[test]
fn nothing_is_replaced_that_is_no_record_of_this_name() {
    let folder = Folder::new("replace");
    let original = recording(vec![channel("EMG", 1000.0, Samples::I16(vec![1, 2]), Scaling::Identity)]);
    std::fs::write(folder.0.join("kept.dat"), b"mine").unwrap();
    for name in ["kept.hea", "a b.hea", "\u{fc}.hea", ".hea"] {
        let result = format::write(&original, &folder.0.join(name), &WriteOptions::default());
        assert!(result.is_err_and(|e| e.is_usage()), "{name}");
    }
    assert_eq!(std::fs::read(folder.0.join("kept.dat")).unwrap(), b"mine");
    let (back, _) = folder.round(&original);
    let path = folder.0.join("x.hea");
    assert!(format::write(&back, &path, &WriteOptions::default()).is_err(), "the input stays as it is");
}
