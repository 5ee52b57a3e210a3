//! NPY and headerless numbers: fixtures, hostile headers, and the way back through the writer.

#![expect(clippy::unwrap_used, reason = "a failed helper is a failed test")]
#![expect(clippy::single_range_in_vec_init, reason = "a list of missing ranges may hold one")]
#![expect(clippy::cast_possible_truncation, reason = "small numbers made here")]

mod shared;

use myotome::format::{self, RawEncoding, ReadOptions, Source, WriteOptions};
use myotome::recording::{Channel, Recording, Samples, Scaling};
use myotome::units::{Hertz, SignalUnit};
use shared::data;

fn options() -> ReadOptions {
    ReadOptions { sampling_frequency: Some(4000.0), ..ReadOptions::default() }
}

fn read(bytes: Vec<u8>) -> myotome::Result<Recording> {
    format::read_source(&Source::from_bytes("test.npy", bytes), &options())
}

fn npy(header: &str, data: &[u8]) -> Vec<u8> {
    let mut out = b"\x93NUMPY\x01\x00".to_vec();
    out.extend_from_slice(&u16::try_from(header.len()).unwrap().to_le_bytes());
    out.extend_from_slice(header.as_bytes());
    out.extend_from_slice(data);
    out
}

fn array(descr: &str, fortran: bool, shape: &str, data: &[u8]) -> Vec<u8> {
    let order = if fortran { "True" } else { "False" };
    npy(&format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}\n"), data)
}

#[test]
fn fixtures_equal_their_expected_values() {
    let Some(root) = data() else { return };
    let text = std::fs::read_to_string(root.join("fixtures/expected.json")).unwrap();
    let expected: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut tested = 0;
    for (file, want) in expected["files"].as_object().unwrap().iter().filter(|(f, _)| f.ends_with(".npy")) {
        let path = root.join("fixtures").join(file);
        assert!(format::read(&path, &ReadOptions::default()).unwrap_err().is_usage(), "{file}: no rate");
        let got = format::read(&path, &options()).unwrap();
        let channels = want["channels"].as_array().unwrap();
        assert_eq!(got.channels.len(), channels.len(), "{file}");
        for (c, want) in got.channels.iter().zip(channels) {
            assert_eq!(c.label, want["name"].as_str().unwrap());
            assert_eq!(c.len() as u64, want["n_samples"].as_u64().unwrap());
            assert!(c.uncalibrated.is_some());
            let values = c.physical();
            for (i, x) in want["first5"].as_array().unwrap().iter().enumerate() {
                assert_eq!(values[i], x.as_f64().unwrap(), "{file}[{i}]");
            }
            assert!((values.iter().sum::<f64>() - want["sum"].as_f64().unwrap()).abs() < 1e-9, "{file}");
            tested += 1;
        }
    }
    assert_eq!(tested, 4);
    let sweeps = format::read(&root.join("mep_dimep/examples.npy"), &options()).unwrap();
    assert_eq!((sweeps.channels.len(), sweeps.channels[0].len()), (5, 2000));
}

/// Every number type, byte order, memory order and both axes.
#[test]
fn every_number_type_and_order_reads_to_the_same_samples() {
    let value = |c: usize, i: usize| (c * 40 + i) as f64;
    let mut tested = 0;
    for (kind, width) in
        [('i', 1), ('u', 1), ('i', 2), ('u', 2), ('i', 4), ('u', 4), ('i', 8), ('u', 8), ('f', 4), ('f', 8)]
    {
        for big in [false, true] {
            for fortran in [false, true] {
                for transposed in [false, true] {
                    let (rows, columns) = if transposed { (10, 3) } else { (3, 10) };
                    let mut bytes = Vec::new();
                    for k in 0..30 {
                        let (r, c) = if fortran { (k % rows, k / rows) } else { (k / columns, k % columns) };
                        let x = if transposed { value(c, r) } else { value(r, c) };
                        let mut word: Vec<u8> = match (kind, width) {
                            ('f', 4) => (x as f32).to_le_bytes().to_vec(),
                            ('f', _) => x.to_le_bytes().to_vec(),
                            _ => (x as i64).to_le_bytes()[..width].to_vec(),
                        };
                        if big {
                            word.reverse();
                        }
                        bytes.extend(word);
                    }
                    let order = if width == 1 {
                        '|'
                    } else if big {
                        '>'
                    } else {
                        '<'
                    };
                    let file = array(
                        &format!("{order}{kind}{width}"),
                        fortran,
                        &format!("({rows}, {columns})"),
                        &bytes,
                    );
                    let got = read(file).unwrap();
                    assert_eq!(got.channels.len(), 3);
                    for (c, channel) in got.channels.iter().enumerate() {
                        let want: Vec<f64> = (0..10).map(|i| value(c, i)).collect();
                        assert_eq!(
                            channel.physical(),
                            want,
                            "{kind}{width} big {big} fortran {fortran} {transposed}"
                        );
                    }
                    tested += 1;
                }
            }
        }
    }
    assert_eq!(tested, 80);
}

#[test]
fn headers_that_lie_are_refused_without_allocation() {
    for shape in [
        "(1000000000000000000,)",
        "(18446744073709551615, 18446744073709551615)",
        "(0, 5)",
        "()",
        "(2, 2, 2)",
        "(-1,)",
        "(1e3,)",
        "(99999999999999999999,)",
    ] {
        assert!(read(array("<f8", false, shape, &[])).is_err(), "{shape}");
        assert!(read(array("<f8", true, shape, &[0; 4])).is_err(), "{shape}");
    }
    for descr in ["|O", "<f2", "<c16", "<U5", "<M8[s]", "f8", "", "|i2", "<f16", "é8"] {
        assert!(read(array(descr, false, "(2,)", &[0; 64])).is_err(), "{descr}");
    }
    for header in [
        "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), 'x': 1}",
        "{'descr': '<f8', 'fortran_order': False}",
        "{'descr': '<f8', 'fortran_order': 0, 'shape': (2,)}",
        "{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (2,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (2,)} or __import__('os')",
        "{'shape': (2,), 'shape': (2,), 'descr': '<f8', 'fortran_order': False}",
        "",
    ] {
        assert!(read(npy(header, &[0; 64])).is_err(), "{header}");
    }
    let beyond = array("<i8", false, "(2,)", &[1u8, 0, 0, 0, 0, 0, 0x20, 0, 9, 0, 0, 0, 0, 0, 0, 0]);
    assert!(read(beyond).unwrap_err().to_string().contains("2^53"));
    let o = ReadOptions { max_memory: 100, ..options() };
    let big = array("<f8", false, "(20,)", &[0; 160]);
    assert!(format::read_source(&Source::from_bytes("x", big), &o).is_err());
}

#[test]
fn a_cut_array_gives_its_whole_samples_where_they_are_in_order() {
    let bytes: Vec<u8> = (0..20i16).flat_map(i16::to_le_bytes).collect();
    let got = read(array("<i2", false, "(10, 2)", &bytes[..31])).unwrap();
    assert_eq!((got.channels.len(), got.channels[0].len()), (2, 7));
    assert_eq!(got.channels[1].physical(), [1.0, 3.0, 5.0, 7.0, 9.0, 11.0, 13.0]);
    assert_eq!(got.findings[0].check, "truncated");
    assert!(read(array("<i2", true, "(10, 2)", &bytes[..31])).is_err(), "a channel is cut, the other gone");
    assert!(read(array("<i2", false, "(2, 10)", &bytes[..31])).is_err());
    assert_eq!(read(array("<i2", false, "(20,)", &bytes[..31])).unwrap().channels[0].len(), 15);
}

#[test]
fn cut_and_flipped_arrays_never_panic() {
    let whole = array("<f4", false, "(3, 2)", &[0x3f; 24]);
    for end in 0..whole.len() {
        let _ = read(whole[..end].to_vec());
    }
    for bit in 0..8 * whole.len() {
        let mut flipped = whole.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let _ = read(flipped);
    }
    assert!(read(whole).is_ok());
}

#[test]
fn what_is_written_reads_back_in_si() {
    let mut a = Channel::new("a", Hertz(4000.0), SignalUnit::parse("uV"), Samples::I16((0..100).collect()));
    a.scaling = Scaling::Divide { baseline: 3.0, gain: 7.0 };
    a.missing = vec![5..8];
    let b = Channel::new("b", Hertz(4000.0), SignalUnit::parse("mV"), Samples::F64(vec![0.1; 100]));
    let mut recording = Recording { channels: vec![a, b], ..Recording::default() };
    let path = std::env::temp_dir().join(format!("myotome-npy-{}.npy", std::process::id()));
    let told = format::write(&recording, &path, &WriteOptions::default()).unwrap();
    assert!(told[0].detail.contains("--sampling-frequency 4000 --unit V"), "{}", told[0].detail);
    let back = format::read(&path, &ReadOptions { unit: Some(SignalUnit::parse("V")), ..options() }).unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().len() % 64, (2 * 100 * 8) % 64);
    std::fs::remove_file(&path).unwrap();
    for (x, y) in recording.channels.iter().zip(&back.channels) {
        let bits = |c: &Channel| c.si().iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert_eq!((bits(x), &x.missing), (bits(y), &y.missing));
    }
    recording.channels[1].sampling_frequency = Hertz(2000.0);
    let refused = format::write(&recording, &path, &WriteOptions::default()).unwrap_err();
    assert!(refused.is_usage() && refused.to_string().contains(".csv") && !path.exists());
}

#[test]
fn headerless_numbers_are_read_as_told() {
    let raw = |encoding, channels, bytes: Vec<u8>| {
        let o = ReadOptions { raw: Some(encoding), channels, sampling_frequency: Some(23437.5), ..options() };
        format::read_source(&Source::from_bytes("x.csv", bytes), &o)
    };
    let values = [1i16, -2, 300, -400, 5];
    let le: Vec<u8> = values.iter().flat_map(|x| x.to_le_bytes()).collect();
    let be: Vec<u8> = values.iter().flat_map(|x| x.to_be_bytes()).collect();
    for (encoding, bytes) in [(RawEncoding::I16Le, le.clone()), (RawEncoding::I16Be, be)] {
        let got = raw(encoding, 2, bytes).unwrap();
        assert_eq!(got.channels[0].samples, Samples::I16(vec![1, 300]));
        assert_eq!(got.channels[1].samples, Samples::I16(vec![-2, -400]));
        assert_eq!((got.findings[0].check, got.findings[0].count), ("truncated", 2));
        assert_eq!(got.format, "raw");
        assert_eq!(got.channels[0].sampling_frequency.0, 23437.5);
    }
    let floats: Vec<u8> = [1.5f32, f32::NAN].iter().flat_map(|x| x.to_le_bytes()).collect();
    let got = raw(RawEncoding::F32Le, 1, floats).unwrap();
    assert_eq!(got.channels[0].missing, [1..2]);
    let doubles: Vec<u8> = [0.1f64, 2.0].iter().flat_map(|x| x.to_le_bytes()).collect();
    assert_eq!(raw(RawEncoding::F64Le, 1, doubles).unwrap().channels[0].physical(), [0.1, 2.0]);
    let ints: Vec<u8> = [i32::MIN, 7].iter().flat_map(|x| x.to_le_bytes()).collect();
    assert_eq!(
        raw(RawEncoding::I32Le, 1, ints).unwrap().channels[0].samples,
        Samples::I32(vec![i32::MIN, 7])
    );
    assert!(raw(RawEncoding::I16Le, 0, le.clone()).unwrap_err().is_usage());
    assert!(raw(RawEncoding::I16Le, usize::MAX, le).unwrap_err().is_usage());
    assert!(raw(RawEncoding::I16Le, 1, vec![]).is_err());
    let e = format::read_source(&Source::from_bytes("x.raw", vec![0; 64]), &options()).unwrap_err();
    assert!(e.to_string().contains("--raw"), "{e}");
}
