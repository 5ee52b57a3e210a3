//! EDF and BDF written and read again.

#![expect(clippy::unwrap_used, reason = "a step that fails is a failed test")]

use myotome::format::{self, ReadOptions, WriteOptions};
use myotome::measure::{Finding, Severity};
use myotome::recording::{Annotation, Channel, Recording, Samples, Scaling, Segment};
use myotome::units::{Hertz, SignalUnit};
use std::path::{Path, PathBuf};

fn target(name: &str) -> PathBuf {
    let folder = std::env::var_os("MYOTOME_KEEP").map_or_else(std::env::temp_dir, PathBuf::from);
    folder.join(format!("myotome-edf-{}-{name}", std::process::id()))
}

/// Writes under a name that no other test uses, reads with every warning counted, removes.
fn round_trip(recording: &Recording, name: &str) -> (Recording, Vec<Finding>) {
    let path = target(name);
    let told = format::write(recording, &path, &WriteOptions {}).unwrap_or_else(|e| panic!("{name}: {e}"));
    let read = format::read(&path, &ReadOptions::default()).unwrap_or_else(|e| panic!("{name}: {e}"));
    if std::env::var_os("MYOTOME_KEEP").is_none() {
        std::fs::remove_file(&path).unwrap();
    }
    let warnings: Vec<_> = read.findings.iter().filter(|f| f.severity > Severity::Note).collect();
    assert!(warnings.is_empty(), "{name}: our own files are sound: {warnings:?}");
    (read, told)
}

fn has(findings: &[Finding], code: &str) -> bool {
    findings.iter().any(|f| f.detail.starts_with(&format!("[{code}]")))
}

/// Pseudo-random integers in −`size`..=`size`; a linear congruence is plenty here.
fn noise(n: usize, size: i64, seed: u64) -> Vec<i64> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(state >> 33).unwrap() % (2 * size + 1) - size
    };
    (0..n).map(|_| next()).collect()
}

fn i16s(n: usize, seed: u64) -> Samples {
    Samples::I16(noise(n, 32_767, seed).into_iter().map(|x| i16::try_from(x).unwrap()).collect())
}

fn channel(label: &str, fs: f64, samples: Samples, scaling: Scaling) -> Channel {
    Channel { scaling, ..Channel::new(label, Hertz(fs), SignalUnit::parse("uV"), samples) }
}

fn of(channels: Vec<Channel>) -> Recording {
    Recording { channels, start: Some("2024-02-29T23:59:58.25".into()), ..Recording::default() }
}

fn note(onset_s: f64, duration_s: Option<f64>, text: &str) -> Annotation {
    Annotation { onset_s, duration_s, text: text.into(), channel: None }
}

/// Largest difference of the physical samples relative to the largest sample.
fn difference(a: &Channel, b: &Channel) -> f64 {
    assert_eq!(a.len(), b.len(), "{}", a.label);
    let (a, b) = (a.si(), b.si());
    let size = a.iter().fold(0.0_f64, |m, x| m.max(x.abs()));
    a.iter().zip(&b).fold(0.0_f64, |m, (x, y)| m.max((x - y).abs())) / size
}

#[test]
fn sixteen_bit_sources_keep_their_numbers_and_their_scaling() {
    let scalings = [
        (Scaling::Multiply { offset: 0.0, factor: 0.1 }, 1e-12),
        (Scaling::Divide { baseline: 0.0, gain: 10_000.0 }, 1e-12),
        (Scaling::Divide { baseline: 1024.0, gain: 200.0 }, 1e-12),
        (Scaling::Multiply { offset: 0.5, factor: 200.0 / 65_535.0 }, 1e-12),
        (Scaling::Divide { baseline: 0.0, gain: 1.052e4 }, 1e-6),
        (Scaling::Multiply { offset: 0.0, factor: -0.25 }, 1e-12),
        (Scaling::Multiply { offset: 3.0, factor: 1e-9 }, 1e-4),
    ];
    for (k, (scaling, tolerance)) in scalings.into_iter().enumerate() {
        let source = of(vec![channel("EMG TA", 4000.0, i16s(50_860, 7), scaling)]);
        for extension in ["edf", "bdf"] {
            let (read, told) = round_trip(&source, &format!("int{k}.{extension}"));
            let (a, b) = (&source.channels[0], &read.channels[0]);
            let same = (0..a.len()).all(|i| a.samples.get(i) == b.samples.get(i));
            assert!(same, "stored numbers stay, {scaling:?}");
            let worst = difference(a, b);
            assert!(worst <= tolerance, "{scaling:?}: {worst}");
            assert_eq!(has(&told, "EDF63"), worst > 1e-12, "{scaling:?} {worst} {told:?}");
            assert_eq!((b.sampling_frequency.0, b.unit.is_voltage()), (4000.0, true));
            assert_eq!(read.start.as_deref(), Some("2024-02-29T23:59:58.25"));
            assert!(!has(&told, "EDF67"), "{told:?}");
        }
    }
}

#[test]
fn any_length_and_rate_is_kept_without_padding_where_it_can_be() {
    for (fs, n) in
        [(23_437.5, 262_144), (487.5, 14_625), (20_000.0, 99_991), (1259.259, 2519), (1000.0, 1), (0.1, 7)]
    {
        let source = of(vec![channel("x", fs, i16s(n, 3), Scaling::Multiply { offset: 0.0, factor: 0.5 })]);
        let (read, told) = round_trip(&source, &format!("rate{fs}-{n}.edf"));
        assert_eq!(read.channels[0].len(), n, "{fs} Hz");
        let error = (read.channels[0].sampling_frequency.0 / fs - 1.0).abs();
        assert!(error < 1e-6, "{fs} Hz: {error}");
        assert_eq!(error == 0.0, !has(&told, "EDF66"), "{fs} Hz: {told:?}");
        assert!(!has(&told, "EDF67"), "{fs} Hz: {told:?}");
    }
}

#[test]
fn channels_of_different_rates_and_lengths_share_a_file() {
    let scaling = Scaling::Multiply { offset: 0.0, factor: 0.5 };
    let source = of(vec![
        channel("EMG TA", 2000.0, i16s(4000, 1), scaling),
        channel("EMG GM", 1000.0, i16s(2000, 2), scaling),
        channel("Force", 100.0, i16s(200, 3), scaling),
    ]);
    let (read, told) = round_trip(&source, "rates.bdf");
    for (a, b) in source.channels.iter().zip(&read.channels) {
        assert_eq!((difference(a, b), a.sampling_frequency), (0.0, b.sampling_frequency), "{}", a.label);
    }
    assert!(told.is_empty(), "{told:?}");
    // Lengths that do not agree: filled up, and told in words and in the file.
    let ragged = of(vec![
        channel("EMG", 1259.259, i16s(2519, 1), scaling),
        channel("ACC X", 148.1481, i16s(297, 2), scaling),
    ]);
    let (read, told) = round_trip(&ragged, "ragged.edf");
    assert!(has(&told, "EDF67"), "{told:?}");
    assert!(read.annotations.iter().any(|a| a.text.contains("padding") && a.channel.is_some()));
    for (a, b) in ragged.channels.iter().zip(&read.channels) {
        assert!((0..a.len()).all(|i| a.samples.get(i) == b.samples.get(i)), "{}", a.label);
        assert!((b.sampling_frequency.0 / a.sampling_frequency.0 - 1.0).abs() < 1e-6);
    }
}

#[test]
fn sweeps_stay_sweeps_at_their_own_times() {
    let mut sweeps = channel("R APB", 20_000.0, i16s(3000, 5), Scaling::Divide { baseline: 0.0, gain: 10.0 });
    let onsets = [0.0, 10.123_456_789, 20.5];
    sweeps.segments = onsets
        .iter()
        .enumerate()
        .map(|(k, &onset_s)| Segment { first: 1000 * k, len: 1000, onset_s })
        .collect();
    let mut source = of(vec![sweeps.clone(), Channel { label: "R ADM".into(), ..sweeps }]);
    source.annotations = vec![note(10.123_456_789, None, "Stimulus right wrist")];
    for name in ["sweeps.edf", "sweeps.bdf"] {
        let (read, _) = round_trip(&source, name);
        for (a, b) in source.channels.iter().zip(&read.channels) {
            assert_eq!(a.segments, b.segments);
            assert!(difference(a, b) < 1e-12);
        }
        assert_eq!(read.annotations, source.annotations);
    }
}

#[test]
fn annotations_keep_every_character_and_digit() {
    let mut source = of(vec![channel("EMG TA", 1000.0, i16s(10_000, 5), Scaling::default())]);
    source.channels[0].unit = SignalUnit::parse("mV");
    source.annotations = vec![
        note(-1.5, None, "before the start"),
        note(0.001_234_567_89, Some(1e-7), "Stimulus left ankle 0.1ms x 21.0mA at 8.0cm from recording site"),
        note(1.0 / 3.0, Some(2.0 / 3.0), "Fußhebung 50 % 中文测试八个字\nnext line"),
        note(2.5, None, &"long ".repeat(1000)),
        Annotation { channel: Some("EMG TA".into()), ..note(7.0, None, "about one channel") },
        note(1e6, Some(0.0), "after the end"),
    ];
    source.annotations.extend((0..200).map(|k| note(9.0 + f64::from(k) * 1e-3, None, "crowd")));
    source.annotations.sort_by(|a, b| a.onset_s.total_cmp(&b.onset_s));
    for name in ["notes.edf", "notes.bdf"] {
        let (read, told) = round_trip(&source, name);
        assert_eq!(read.annotations, source.annotations);
        assert!(!has(&told, "EDF70"));
    }
    source.annotations = vec![note(1.0, None, "a\u{14}b\0c"), note(2.0, None, "")];
    let (read, told) = round_trip(&source, "control.edf");
    assert_eq!(read.annotations, [note(1.0, None, "a b c")]);
    assert!(has(&told, "EDF70"));
    source.channels.clear();
    assert_eq!(round_trip(&source, "alone.edf").0.annotations, [note(1.0, None, "a b c")]);
}

#[test]
fn floats_are_kept_as_integers_where_they_are_decimals_and_else_rounded_with_the_step_told() {
    let decimals: Vec<f64> = noise(5000, 30_000, 9).into_iter().map(|k| k as f64 / 10_000.0).collect();
    let volts: Vec<f64> = noise(5000, 1 << 30, 9).into_iter().map(|k| k as f64 * 1.37e-13).collect();
    let mut source =
        of(vec![Channel::new("d", Hertz(1000.0), SignalUnit::parse("mV"), Samples::F64(decimals))]);
    let (read, told) = round_trip(&source, "decimal.edf");
    assert!(difference(&source.channels[0], &read.channels[0]) < 1e-12);
    assert!(told.is_empty(), "{told:?}");
    source.channels = vec![Channel::new("v", Hertz(1000.0), SignalUnit::parse("V"), Samples::F64(volts))];
    for (name, half_step) in [("volts.edf", 0.51 / 32_768.0), ("volts.bdf", 0.51 / 8_388_608.0)] {
        let (read, told) = round_trip(&source, name);
        assert!(difference(&source.channels[0], &read.channels[0]) <= half_step, "{name}");
        assert!(has(&told, "EDF64") && has(&told, "EDF65"), "{told:?}");
    }
    let odd = [
        vec![0.125; 100],
        vec![0.0; 100],
        vec![f64::NAN, 1.0, f64::NAN, -1.0],
        vec![1e7, -1e6],
        vec![1e-30, 0.0],
    ];
    for (k, values) in odd.into_iter().enumerate() {
        let values = Samples::F64(values);
        source.channels = vec![Channel::new("o", Hertz(100.0), SignalUnit::parse("mV"), values)];
        let (read, told) = round_trip(&source, &format!("odd{k}.edf"));
        assert!(read.channels[0].physical().iter().all(|x| x.is_finite()));
        assert_eq!(has(&told, "EDF68"), k == 2, "{told:?}");
        if k < 2 {
            // Rounded at the size of the limits, about 33 units.
            let (got, want) = (read.channels[0].physical(), source.channels[0].physical());
            assert!(got.iter().zip(&want).all(|(a, b)| (a - b).abs() < 1e-13), "{}", got[0]);
        }
    }
}

#[test]
fn what_the_header_cannot_hold_is_told() {
    let scaling = Scaling::Multiply { offset: 0.0, factor: 0.5 };
    let mut source = of(vec![
        channel("Tibialis anterior links", 1000.0, i16s(1000, 1), scaling),
        channel("Tibialis anterior rechts", 1000.0, i16s(1000, 2), scaling),
        channel("EDF Annotations", 1000.0, i16s(1000, 2), scaling),
        channel("empty", 1000.0, i16s(0, 2), scaling),
        Channel {
            uncalibrated: Some("x".into()),
            ..channel("raw", 1000.0, i16s(1000, 4), Scaling::Identity)
        },
    ]);
    source.subject.age_years = Some(50.0);
    source.subject.sex = Some("male".into());
    source.comments = vec!["Jane Doe".into()];
    source.start = None;
    let (read, told) = round_trip(&source, "told.edf");
    for code in ["EDF60", "EDF61", "EDF69", "EDF72"] {
        assert!(has(&told, code), "{code}: {told:?}");
    }
    assert_eq!((read.channels.len(), read.start.clone()), (4, None));
    assert_eq!(read.subject.sex.as_deref(), Some("male"));
    assert!(read.channels[3].uncalibrated.is_some() && read.channels[2].uncalibrated.is_none());
    assert_eq!(read.channels[3].physical(), source.channels[4].physical());
}

#[test]
fn a_file_written_from_a_file_is_that_file_again() {
    let folder = std::env::var_os("MYOTOME_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    if !folder.is_dir() {
        println!("skipped: no test data at {}", folder.display());
        return;
    }
    for file in [
        "formats/edf_bdf/test_generator.edf",
        "formats/edf_bdf/test_subsecond.edf",
        "formats/edf_bdf/test_utf8.edf",
        "formats/edf_bdf/test_legacy.edf",
        "formats/edf_bdf/test_generator.bdf",
        "formats/edf_bdf/test_generator_datarec_generator_2.bdf",
        "fixtures/mixed_rates_bdfplus.bdf",
        "fixtures/mnc_edfplus_d.edf",
    ] {
        let source = format::read(&folder.join(file), &ReadOptions::default()).unwrap();
        let (read, _) = round_trip(&source, &file.replace('/', "-"));
        assert_eq!((&read.annotations, &read.start), (&source.annotations, &source.start), "{file}");
        for (a, b) in source.channels.iter().zip(&read.channels).filter(|(a, _)| a.label != "EDF Annotations")
        {
            assert_eq!(
                (&a.samples, a.scaling, &a.unit),
                (&b.samples, b.scaling, &b.unit),
                "{file} {}",
                a.label
            );
            assert_eq!((&a.segments, a.sampling_frequency), (&b.segments, b.sampling_frequency), "{file}");
            assert_eq!(
                (&a.hardware_filters, &a.electrode, a.kind),
                (&b.hardware_filters, &b.electrode, b.kind)
            );
        }
    }
}
