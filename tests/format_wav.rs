//! WAV: fixtures, damage of all kinds, and the way back through the writer.

#![expect(clippy::unwrap_used, reason = "a failed helper is a failed test")]
#![expect(clippy::single_range_in_vec_init, reason = "a list of missing ranges may hold one")]

mod shared;

use myotome::format::{self, ReadOptions, Source, WriteOptions};
use myotome::recording::{Channel, Recording, Samples, Scaling};
use myotome::units::{Hertz, SignalUnit};
use shared::data;

fn read(bytes: Vec<u8>) -> myotome::Result<Recording> {
    format::read_source(&Source::from_bytes("test.wav", bytes), &ReadOptions::default())
}

fn fmt(tag: u16, channels: u16, fs: u32, bits: u16) -> Vec<u8> {
    let frame = channels.wrapping_mul(bits.div_ceil(8));
    let mut out = Vec::new();
    out.extend(tag.to_le_bytes());
    out.extend(channels.to_le_bytes());
    out.extend(fs.to_le_bytes());
    out.extend(fs.wrapping_mul(u32::from(frame)).to_le_bytes());
    out.extend(frame.to_le_bytes());
    out.extend(bits.to_le_bytes());
    out
}

/// A file of chunks; a chunk's declared size may differ from its body's.
fn riff(chunks: &[(&[u8; 4], Option<u32>, &[u8])]) -> Vec<u8> {
    let mut out = b"RIFF\xff\xff\xff\x7fWAVE".to_vec();
    for (id, size, body) in chunks {
        out.extend_from_slice(*id);
        out.extend(size.unwrap_or(u32::try_from(body.len()).unwrap()).to_le_bytes());
        out.extend_from_slice(body);
        if body.len() % 2 == 1 {
            out.push(0);
        }
    }
    out
}

#[test]
fn fixtures_equal_their_expected_values() {
    let Some(root) = data() else { return };
    let text = std::fs::read_to_string(root.join("fixtures/expected.json")).unwrap();
    let expected: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut tested = 0;
    for (file, want) in expected["files"].as_object().unwrap().iter().filter(|(f, _)| f.ends_with(".wav")) {
        let got = format::read(&root.join("fixtures").join(file), &ReadOptions::default()).unwrap();
        assert!(got.findings.is_empty(), "{file}: {:?}", got.findings);
        let channels = want["channels"].as_array().unwrap();
        assert_eq!(got.channels.len(), channels.len());
        for (c, want) in got.channels.iter().zip(channels) {
            assert_eq!(c.label, want["name"].as_str().unwrap());
            assert_eq!(c.sampling_frequency.0, want["fs_hz"].as_f64().unwrap());
            assert_eq!(c.len() as u64, want["n_samples"].as_u64().unwrap());
            assert!(c.uncalibrated.as_ref().unwrap().contains("full scale = 1") && c.unit.text.is_empty());
            let values = c.physical();
            for (i, x) in want["first5"].as_array().unwrap().iter().enumerate() {
                assert_eq!(values[i], x.as_f64().unwrap(), "{file}[{i}]");
            }
            let size: f64 = values.iter().map(|x| x.abs()).sum();
            assert!((values.iter().sum::<f64>() - want["sum"].as_f64().unwrap()).abs() <= 1e-9 * size);
            if let Some(raw) = want["first5_raw"].as_array() {
                for (i, x) in raw.iter().enumerate() {
                    assert_eq!(c.samples.get(i), x.as_f64().unwrap());
                }
                let sum: f64 = (0..c.len()).map(|i| c.samples.get(i)).sum();
                assert_eq!(sum, want["sum_raw"].as_f64().unwrap());
            }
            tested += 1;
        }
    }
    assert_eq!(tested, 4);
}

#[test]
fn every_width_reads_as_a_share_of_full_scale() {
    let format_of = |tag, bits, body: &[u8]| {
        read(riff(&[(b"fmt ", None, &fmt(tag, 1, 8000, bits)), (b"data", None, body)]))
    };
    let eight = format_of(1, 8, &[0, 128, 255, 192]).unwrap();
    assert_eq!(eight.channels[0].physical(), [-1.0, 0.0, 127.0 / 128.0, 0.5]);
    assert_eq!(
        (eight.channels[0].storage_bits, eight.channels[0].digital_limits),
        (Some(8), Some((-128, 127)))
    );
    let wide: Vec<u8> = [i32::MIN, 1 << 30].iter().flat_map(|x| x.to_le_bytes()).collect();
    assert_eq!(format_of(1, 32, &wide).unwrap().channels[0].physical(), [-1.0, 0.5]);
    let floats: Vec<u8> =
        [1.5f32, f32::NAN, -7.25, f32::INFINITY].iter().flat_map(|x| x.to_le_bytes()).collect();
    let got = format_of(3, 32, &floats).unwrap();
    assert_eq!((got.channels[0].missing.clone(), got.channels[0].physical()[2]), (vec![1..2, 3..4], -7.25));
    assert_eq!(got.findings[0].count, 2);
    let doubles: Vec<u8> = [0.1f64, 2.0].iter().flat_map(|x| x.to_le_bytes()).collect();
    assert_eq!(format_of(3, 64, &doubles).unwrap().channels[0].physical(), [0.1, 2.0]);
    for tag in [2, 6, 7, 85, 999] {
        assert!(matches!(format_of(tag, 8, &[1, 2]).unwrap_err(), myotome::Error::In { .. }));
    }
}

#[test]
fn sizes_that_were_never_written_or_lie_give_what_is_there() {
    let body: Vec<u8> = (0..100i16).flat_map(i16::to_le_bytes).collect();
    for size in [0, u32::MAX, u32::MAX - 1, 201, 1 << 31] {
        let file = riff(&[
            (b"fmt ", None, &fmt(1, 2, 8000, 16)),
            (b"LIST", None, b"abc"),
            (b"data", Some(size), &body),
        ]);
        let got = read(file).unwrap_or_else(|e| panic!("{size}: {e}"));
        assert_eq!((got.channels.len(), got.channels[1].len()), (2, 50), "{size}");
        assert_eq!(got.channels[1].samples.get(49), 99.0);
        assert_eq!(got.findings[0].check, "truncated", "{size}");
    }
    // Half a sample at the end.
    let file = riff(&[(b"fmt ", None, &fmt(1, 2, 8000, 16)), (b"data", Some(198), &body[..198])]);
    let got = read(file).unwrap();
    assert_eq!((got.channels[0].len(), got.findings[0].count), (49, 2));
    // A chunk behind the samples, and truly no samples.
    let file =
        riff(&[(b"fmt ", None, &fmt(1, 1, 8000, 16)), (b"data", None, &body), (b"LIST", None, b"abcd")]);
    assert_eq!(read(file).unwrap().channels[0].len(), 100);
    assert!(
        read(riff(&[(b"fmt ", None, &fmt(1, 1, 8000, 16)), (b"data", None, b""), (b"LIST", None, b"abcd")]))
            .is_err()
    );
}

#[test]
fn hostile_headers_are_refused() {
    let body = [0u8; 64];
    for (channels, fs, bits) in [
        (0, 8000, 16),
        (1, 0, 16),
        (65535, 8000, 16),
        (65535, 8000, 8),
        (1, 8000, 0),
        (1, 8000, 33),
        (1, 8000, 65535),
        (32768, 8000, 32),
    ] {
        let file = riff(&[(b"fmt ", None, &fmt(1, channels, fs, bits)), (b"data", None, &body)]);
        assert!(read(file).is_err(), "{channels} {fs} {bits}");
    }
    assert!(read(riff(&[(b"data", None, &body)])).is_err(), "no format");
    assert!(read(riff(&[(b"fmt ", None, &fmt(1, 1, 8000, 16))])).is_err(), "no data");
    assert!(read(riff(&[(b"fmt ", None, &fmt(1, 1, 8000, 16)[..14]), (b"data", None, &body)])).is_err());
    assert!(read(riff(&[(b"junk", Some(u32::MAX), &[]), (b"fmt ", None, &fmt(1, 1, 8000, 16))])).is_err());
}

#[test]
fn cut_and_flipped_files_never_panic() {
    let mut extensible = fmt(0xfffe, 2, 10_000, 24);
    extensible
        .extend([22, 0, 24, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71]);
    let samples = [
        riff(&[(b"fmt ", None, &fmt(1, 1, 8000, 16)), (b"LIST", None, b"abc"), (b"data", None, &[7; 20])]),
        riff(&[(b"fmt ", None, &extensible), (b"data", None, &[7; 24])]),
        riff(&[(b"fmt ", None, &fmt(3, 1, 8000, 32)), (b"data", None, &[7; 24])]),
    ];
    for whole in &samples {
        assert!(read(whole.clone()).is_ok());
        for end in 0..whole.len() {
            let _ = read(whole[..end].to_vec());
        }
        for bit in 0..8 * whole.len() {
            let mut flipped = whole.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let _ = read(flipped);
        }
    }
}

/// Writes, reads back with the unit and gain that the writer told.
fn back(recording: &Recording, name: &str) -> (Recording, String) {
    let path = std::env::temp_dir().join(format!("myotome-wav-{}-{name}.wav", std::process::id()));
    let told = format::write(recording, &path, &WriteOptions::default()).unwrap();
    let say = told.iter().map(|f| f.detail.clone()).collect::<Vec<_>>().join("; ");
    let word = |flag: &str| {
        let rest = say.split_once(flag)?.1.trim();
        Some(rest.split([' ', ';']).next().unwrap().to_owned())
    };
    let options = ReadOptions {
        unit: word("--unit").map(|u| SignalUnit::parse(&u)),
        gain: word("--gain").map(|g| g.parse().unwrap()),
        ..ReadOptions::default()
    };
    let got = format::read(&path, &options).unwrap();
    std::fs::remove_file(&path).unwrap();
    (got, say)
}

#[test]
fn written_integers_read_back_to_the_same_samples_with_the_told_gain() {
    let wide: Vec<i32> = (0..100).map(|i| i * 70_000 - 3_000_000).collect();
    let full: Vec<i32> = vec![i32::MIN, i32::MAX, 0, 5];
    for (name, samples, bits) in [
        ("a", Samples::I16(vec![i16::MIN, -1, 0, 1, i16::MAX]), 16),
        ("b", Samples::I32(wide), 24),
        ("c", Samples::I32(full), 32),
    ] {
        let mut c = Channel::new("x", Hertz(4000.0), SignalUnit::parse("uV"), samples);
        c.scaling = Scaling::Divide { baseline: 0.0, gain: 10.3 };
        let recording = Recording { channels: vec![c.clone(), c.clone()], ..Recording::default() };
        let (got, say) = back(&recording, name);
        assert!(say.contains("--unit uV --gain 10.3"), "{say}");
        for g in &got.channels {
            assert_eq!(
                (g.storage_bits, g.physical(), g.unit.text.as_str()),
                (Some(bits), c.physical(), "uV")
            );
            assert_eq!(g.uncalibrated, None);
        }
    }
}

#[test]
fn what_no_gain_can_tell_is_written_as_float_in_one_unit() {
    let mut a = Channel::new("a", Hertz(4000.0), SignalUnit::parse("uV"), Samples::I16((0..50).collect()));
    a.scaling = Scaling::Divide { baseline: 7.0, gain: 3.0 };
    let mut b = Channel::new("b", Hertz(4000.0), SignalUnit::parse("mV"), Samples::F64(vec![0.25; 50]));
    b.missing = vec![3..5];
    let (got, say) = back(&Recording { channels: vec![a.clone(), b], ..Recording::default() }, "f");
    assert!(
        say.contains("--unit uV") && say.contains("rounded to 32-bit float") && !say.contains("--gain"),
        "{say}"
    );
    for (x, y) in a.physical().iter().zip(got.channels[0].physical()) {
        assert!((x - y).abs() <= 1e-6 * x.abs().max(1.0));
    }
    assert_eq!((got.channels[1].physical()[0], got.channels[1].missing.clone()), (250.0, vec![3..5]));
}

#[test]
fn what_wav_cannot_hold_is_refused_with_the_format_that_can() {
    let path = std::env::temp_dir().join(format!("myotome-wav-{}-no.wav", std::process::id()));
    let c = |fs| Channel::new("a", Hertz(fs), SignalUnit::parse("uV"), Samples::I16(vec![1, 2]));
    for channels in [vec![c(23437.5)], vec![c(1000.0), c(2000.0)]] {
        let e =
            format::write(&Recording { channels, ..Recording::default() }, &path, &WriteOptions::default());
        let e = e.unwrap_err();
        assert!(e.is_usage() && e.to_string().contains(".csv") && !path.exists(), "{e}");
    }
}
