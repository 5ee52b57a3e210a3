//! Damaged and unusual EDF and BDF headers: what is mended is told by number, what cannot be is refused.

#![expect(clippy::unwrap_used, reason = "a step that fails is a failed test")]

use myotome::format::{self, ReadOptions, Source};
use myotome::measure::Severity;
use myotome::recording::Recording;
use myotome::{Error, Result};

/// One signal of a file made here: label, dimension, physical and digital limits, samples a record.
type Signal = (&'static str, &'static str, [&'static str; 4], usize);
const LIMITS: [&str; 4] = ["-3276.8", "3276.7", "-32768", "32767"];
const EMG: Signal = ("EMG TA", "uV", LIMITS, 10);
const NOTES: Signal = ("EDF Annotations", "", ["-1", "1", "-32768", "32767"], 400);

/// Builds a file field by field, without any code of the library. `records` are the annotation bytes of
/// each; EMG sample `i` of record `r` is 100·r + i.
fn build(reserved: &str, duration: &str, signals: &[Signal], records: &[&[u8]]) -> Vec<u8> {
    let mut out = format!(
        "{:<8}{:<80}{:<80}02.03.0211.25.00{:<8}{reserved:<44}{:<8}{duration:<8}{:<4}",
        "0",
        "X F 20-JAN-1998 Jane_Doe",
        "Startdate 02-MAR-2002 X X X",
        256 * (signals.len() + 1),
        records.len(),
        signals.len()
    )
    .into_bytes();
    let mut column = |width: usize, text: &dyn Fn(&Signal) -> String| {
        signals.iter().for_each(|s| out.extend_from_slice(format!("{:<width$}", text(s)).as_bytes()));
    };
    column(16, &|s| s.0.into());
    column(80, &|_| "AgAgCl".into());
    column(8, &|s| s.1.into());
    for k in 0..4 {
        column(8, &|s| s.2[k].into());
    }
    column(80, &|_| "HP:20Hz".into());
    column(8, &|s| s.3.to_string());
    column(32, &|_| String::new());
    for (r, notes) in records.iter().enumerate() {
        for signal in signals {
            if signal.0.ends_with("Annotations") {
                let mut bytes = notes.to_vec();
                bytes.resize(2 * signal.3, 0);
                out.extend_from_slice(&bytes);
            } else {
                (0..signal.3).for_each(|i| {
                    out.extend_from_slice(&i16::try_from(100 * r + i).unwrap().to_le_bytes());
                });
            }
        }
    }
    out
}

fn plus() -> Vec<u8> {
    build("EDF+C", "0.01", &[EMG, NOTES], &[b"+0\x14\x14\0", b"+0.01\x14\x14\0"])
}

fn read(bytes: &[u8]) -> Result<Recording> {
    format::read_source(&Source::from_bytes("x.edf", bytes.to_vec()), &ReadOptions::default())
}

fn edited(mut bytes: Vec<u8>, at: usize, text: &[u8]) -> Vec<u8> {
    bytes[at..at + text.len()].copy_from_slice(text);
    bytes
}

/// Codes of all findings.
fn codes(recording: &Recording) -> Vec<String> {
    recording.findings.iter().map(|f| f.detail[1..6].to_owned()).collect()
}

/// Offset of a field of the first of two signals, by the bytes before it in a signal's 256.
fn field(before: usize) -> usize {
    256 + 2 * before
}

#[test]
fn a_sound_file_has_nothing_to_tell() {
    let recording = read(&plus()).unwrap();
    assert!(recording.findings.is_empty(), "{:?}", recording.findings);
    let c = &recording.channels[0];
    assert_eq!((c.len(), c.sampling_frequency.0, c.unit.text.as_str()), (20, 1000.0, "uV"));
    assert_eq!((recording.subject.age_years, recording.subject.sex.as_deref()), (Some(4.0), Some("female")));
    assert!(!format!("{recording:?}").contains("Jane"), "no names");
}

#[test]
fn what_can_be_mended_is_read_and_numbered() {
    let cases: &[(&str, usize, &[u8])] = &[
        ("EDF01", 1, b"\0\0\0\0\0\0\0"),
        ("EDF02", 88 + 22, "é".as_bytes()),
        ("EDF03", field(16) + 6, b"\0\0"),
        ("EDF04", field(104), b" -3276.8"),
        ("EDF05", field(104), b"-3276,8 "),
        ("EDF06", 184, b"9999    "),
        ("EDF06", 184, b"nonsense"),
        ("EDF07", 176, b"11:25:00"),
        ("EDF07", 168, b"02/03/02"),
        ("EDF09", 168, b"17.04.01"),
        ("EDF10", field(216), b"10.0    "),
        ("EDF11", 192, b"BDF+C"),
        ("EDF14", field(96), b"\xb5V      "),
        ("EDF14", field(96), "µV     ".as_bytes()),
        ("EDF15", field(120), b"-32769  "),
        ("EDF16", 8, b"XFX                                                                             "),
        ("EDF20", 236, b"-1      "),
        ("EDF20", 236, b"        "),
        ("EDF20", 236, b"0       "),
        ("EDF21", 236, b"1000    "),
        ("EDF21", 236, b"99999999"),
        ("EDF22", 236, b"1       "),
        ("EDF30", field(104), b"3276.7  "),
        ("EDF30", field(104), b"        "),
        ("EDF30", field(104), b"-1e309  "),
        ("EDF31", field(120), b"32767   "),
        ("EDF31", field(128), b"-32768  "),
        ("EDF32", field(96), b"        "),
    ];
    for (code, at, text) in cases {
        let recording = read(&edited(plus(), *at, text)).unwrap_or_else(|e| panic!("{code} at {at}: {e}"));
        let got = codes(&recording);
        assert!(got.iter().any(|c| c == code), "{code} at {at}: {got:?}");
        let c = &recording.channels[0];
        assert_eq!((c.len(), c.samples.get(13)), (20, 103.0), "{code}");
        let uncalibrated = matches!(*code, "EDF30" | "EDF31" | "EDF32");
        assert_eq!(c.uncalibrated.is_some(), uncalibrated, "{code}");
        assert!(c.physical().iter().all(|x| x.is_finite()), "{code}");
        if matches!(*code, "EDF30" | "EDF31") {
            assert_eq!(c.physical()[13], 103.0, "{code}: stored numbers, no invented volt");
        }
        if *code == "EDF14" {
            assert_eq!((c.unit.text.as_str(), c.unit.volts_per_unit), ("uV", Some(1e-6)));
        }
        let strict = ReadOptions { strict: true, ..ReadOptions::default() };
        let source = Source::from_bytes("x.edf", edited(plus(), *at, text));
        let refused = recording.findings.iter().any(|f| f.severity >= Severity::Warning);
        assert_eq!(format::read_source(&source, &strict).is_err(), refused, "{code}");
    }
}

#[test]
fn what_cannot_be_mended_is_refused_with_field_and_offset() {
    let cases: &[(&str, usize, &[u8])] = &[
        ("number of signals", 252, b"0   "),
        ("number of signals", 252, b"-1  "),
        ("number of signals", 252, b"x   "),
        ("inside the header", 252, b"9999"),
        ("duration", 244, b"-1      "),
        ("duration", 244, b"        "),
        ("duration", 244, b"1e-30   "),
        ("samples per record of signal 1", field(216), b"-10     "),
        ("samples per record of signal 1", field(216), b"10    60"),
        ("samples per record of signal 1", field(216), b"        "),
        ("data record", field(216), b"99999999"),
        ("data record", field(216), b"4e9     "),
        ("data record", field(216), b"9e15    "),
        ("physical minimum of signal 1", field(104), b"uV      "),
        ("digital maximum of signal 1", field(128), b"327 67  "),
    ];
    for (what, at, text) in cases {
        match read(&edited(plus(), *at, text)) {
            Err(e) => assert!(e.to_string().contains(what), "{what}: {e}"),
            Ok(r) => panic!("{what} at {at} was read: {:?}", r.findings),
        }
    }
    // Two bytes of a header lost: every later field is shifted.
    for cut in [100, 260, 400, 700] {
        let mut bytes = plus();
        bytes.drain(cut..cut + 2);
        let error = read(&bytes).expect_err("shifted").to_string();
        assert!(error.contains("byte"), "{cut}: {error}");
    }
    assert!(matches!(read(b""), Err(Error::In { .. })));
}

#[test]
fn labels_and_empty_signals() {
    let twice = build("EDF", "0.01", &[EMG, EMG, ("none", "uV", LIMITS, 0)], &[b"", b""]);
    let recording = read(&twice).unwrap();
    assert_eq!(
        (recording.channels.len(), codes(&recording)),
        (2, vec!["EDF12".to_owned(), "EDF13".to_owned()])
    );
    assert_eq!(recording.channels[1].samples.get(19), 109.0);
    let no_time = build("", "0", &[EMG], &[b""]);
    assert!(read(&no_time).unwrap_err().is_usage(), "the sampling frequency is asked for");
    let told = ReadOptions { sampling_frequency: Some(5000.0), ..ReadOptions::default() };
    let recording = format::read_source(&Source::from_bytes("x.edf", no_time), &told).unwrap();
    assert_eq!(recording.channels[0].sampling_frequency.0, 5000.0);
    let only_notes = build("EDF+C", "0", &[NOTES], &[b"+0\x14\x14\0+3\x14x\x14\0"]);
    let recording = read(&only_notes).unwrap();
    assert_eq!((recording.channels.len(), recording.annotations.len()), (0, 1));
    assert!(recording.findings.is_empty(), "{:?}", recording.findings);
}

#[test]
fn years_dates_and_unknown_starts() {
    let start = |at: usize, text: &[u8]| read(&edited(plus(), at, text)).unwrap().start;
    assert_eq!(start(168, b"02.03.yy").as_deref(), Some("2002-03-02T11:25:00"));
    assert_eq!(start(88, b"Startdate X           ").as_deref(), Some("2002-03-02T11:25:00"));
    assert_eq!(start(176, b"99.99.99"), None);
    let old = edited(plus(), 168, b"31.12.85");
    assert_eq!(
        read(&edited(old, 88, b"Startdate X           ")).unwrap().start.unwrap(),
        "1985-12-31T11:25:00"
    );
}

#[test]
fn annotations_of_every_kind() {
    let long = "x".repeat(652);
    let first = format!("+0.25\x14\x14\0+0.5\x151.5\x14{long}\x14second\x14\0-3.75\x14before\x14\0");
    let second: &[u8] = b"+0.26\x14\x14\0\0\0+0.5\x14over@@EMG TA\x14\0+0.123456789012\x14caf\xe9\x14\0junk\x14\0+1\x15x\x14d\x14\0 2,5\x14no sign";
    let recording = read(&build("EDF+C", "0.01", &[EMG, NOTES], &[first.as_bytes(), second])).unwrap();
    let got: Vec<_> = recording
        .annotations
        .iter()
        .map(|a| (a.onset_s, a.duration_s, a.text.as_str(), a.channel.as_deref()))
        .collect();
    let expected = [
        (-4.0, None, "before", None),
        (-0.126543210988, None, "caf\u{fffd}", None),
        (0.25, Some(1.5), long.as_str(), None),
        (0.25, Some(1.5), "second", None),
        (0.25, None, "over", Some("EMG TA")),
        (0.75, None, "d", None),
        (2.25, None, "no sign", None),
    ];
    assert_eq!(got, expected);
    assert_eq!(recording.start.as_deref(), Some("2002-03-02T11:25:00.25"));
    for code in ["EDF05", "EDF41", "EDF42", "EDF43", "EDF44", "EDF46"] {
        assert!(codes(&recording).contains(&code.to_owned()), "{code}: {:?}", codes(&recording));
    }
}

#[test]
fn records_of_a_discontinuous_file_join_only_when_they_follow() {
    let at = |onsets: &[&[u8]]| read(&build("EDF+D", "0.01", &[EMG, NOTES], onsets)).unwrap();
    let recording = at(&[b"+0\x14\x14\0", b"+0.01\x14\x14\0", b"+0.0204\x14\x14\0", b"+0.0311\x14\x14\0"]);
    let runs: Vec<_> = recording.channels[0].segments.iter().map(|s| (s.first, s.len, s.onset_s)).collect();
    assert_eq!(runs, [(0, 30, 0.0), (30, 10, 0.0311)], "0.4 samples off joins, 0.7 does not");
    assert_eq!(codes(&recording), ["EDF50"]);
    let recording = at(&[b"+5\x14\x14\0", b"+4\x14\x14\0", b"x\0"]);
    assert_eq!(recording.channels[0].segments.len(), 2, "the last has no onset and follows");
    assert_eq!(recording.start.as_deref(), Some("2002-03-02T11:25:05"));
    for code in ["EDF40", "EDF42", "EDF45", "EDF52"] {
        assert!(codes(&recording).contains(&code.to_owned()), "{code}: {:?}", codes(&recording));
    }
    let jump = read(&build("EDF+C", "0.01", &[EMG, NOTES], &[b"+0\x14\x14\0", b"+9\x14\x14\0"])).unwrap();
    assert_eq!((jump.channels[0].segments.len(), codes(&jump)), (1, vec!["EDF51".to_owned()]));
}

#[test]
fn cut_and_flipped_files_are_refused_or_read_but_never_panic() {
    let whole = build("EDF+D", "0.01", &[EMG, NOTES], &[b"+0\x14\x14\0", b"+1\x14\x14\0", b"+2\x14a\x14\0"]);
    let record = 2 * (10 + 400);
    for end in 0..whole.len() {
        match read(&whole[..end]) {
            Ok(r) => {
                let records = (end - 768) / record;
                assert_eq!(r.channels[0].len(), 10 * records, "cut at {end}");
                assert!(codes(&r).contains(&"EDF21".to_owned()), "cut at {end}");
                assert_eq!(
                    codes(&r).contains(&"EDF23".to_owned()),
                    (end - 768) % record != 0,
                    "cut at {end}"
                );
            }
            Err(_) => assert!(end < 768 + record, "cut at {end} still holds a record"),
        }
    }
    for bit in 0..8 * whole.len() {
        let mut flipped = whole.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let _ = read(&flipped); // any answer will do
    }
    let huge: [&[u8]; 6] = [b"99999999", b"4294967", b"1e15", b"9e15", b"-1e15", b"1e308"];
    for at in (168..256).step_by(4).chain((256..768).step_by(8)) {
        for text in huge {
            let _ = read(&edited(whole.clone(), at, text));
        }
    }
    let small = ReadOptions { max_memory: 100, ..ReadOptions::default() };
    let refused = format::read_source(&Source::from_bytes("x.edf", whole), &small);
    assert!(matches!(refused, Err(Error::In { source, .. }) if matches!(*source, Error::Limit { .. })));
}
