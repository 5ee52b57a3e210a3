//! Delimited text: fixtures, dialects, damage, and the way back through the writer.

#![expect(clippy::single_range_in_vec_init, reason = "a list of missing ranges may hold one")]

mod shared;

use myotome::format::{self, ReadOptions, Source};
use myotome::recording::{ChannelKind, Recording};
use shared::data;

fn options(fs: Option<f64>) -> ReadOptions {
    ReadOptions { sampling_frequency: fs, ..ReadOptions::default() }
}

fn read(bytes: impl Into<Vec<u8>>, options: &ReadOptions) -> myotome::Result<Recording> {
    format::read_source(&Source::from_bytes("test.csv", bytes.into()), options)
}

fn has(recording: &Recording, check: &str) -> bool {
    recording.findings.iter().any(|f| f.check == check)
}

/// Every channel of every listed file against values made by another implementation.
#[test]
fn fixtures_equal_their_expected_values() {
    let Some(root) = data() else { return };
    let sets = [
        ("fixtures", ".csv", None),
        ("delsys_trigno_csv", ".csv", None),
        ("formats/opensignals_txt", ".txt", None),
        ("formats/c3d_vicon", "analogs.csv", None),
        ("feature_reference_libemg", "emg_data_myo.csv", Some(1000.0)),
    ];
    let mut tested = 0;
    for (folder, suffix, fs) in sets {
        let text = std::fs::read_to_string(root.join(folder).join("expected.json")).unwrap();
        let expected: serde_json::Value = serde_json::from_str(&text).unwrap();
        for (file, want) in expected["files"].as_object().unwrap() {
            if !file.ends_with(suffix) {
                continue;
            }
            let path = root.join(folder).join(file);
            let got = format::read(&path, &options(fs)).unwrap_or_else(|e| panic!("{file}: {e}"));
            assert_eq!(got.format, "text");
            // The column of times is no channel here.
            let channels: Vec<_> =
                want["channels"].as_array().unwrap().iter().filter(|c| c["unit"] != "s").collect();
            assert_eq!(got.channels.len(), channels.len(), "{file}");
            for (c, want) in got.channels.iter().zip(channels) {
                let name = want["name"].as_str().unwrap();
                assert!(
                    name == c.label
                        || name.starts_with(&format!("{} (", c.label))
                        || name.starts_with(&format!("{} [", c.label)),
                    "{file}: {name} {}",
                    c.label
                );
                let unit = want["unit"].as_str().unwrap();
                // Where the file has no unit, the expected one describes the numbers.
                let counts = unit.contains("count");
                assert_eq!(c.unit.text, if counts { "" } else { unit }, "{file}: {name}");
                assert_eq!(c.uncalibrated.is_some(), counts, "{file}: {name}");
                assert_eq!(c.sampling_frequency.0, want["fs_hz"].as_f64().unwrap(), "{file}: {name}");
                assert_eq!(c.len() as u64, want["n_samples"].as_u64().unwrap(), "{file}: {name}");
                let values = c.physical();
                for (i, first) in want["first5"].as_array().unwrap().iter().enumerate() {
                    assert_eq!(values[i], first.as_f64().unwrap(), "{file}: {name}[{i}]");
                }
                let present = || values.iter().filter(|x| !x.is_nan());
                let (sum, size): (f64, f64) = (present().sum(), present().map(|x| x.abs()).sum());
                let want_sum = want["sum"].as_f64().unwrap();
                assert!((sum - want_sum).abs() <= 1e-9 * size, "{file}: {name}: {sum} {want_sum}");
                let missing = want.get("n_missing").and_then(serde_json::Value::as_u64).unwrap_or(0);
                assert_eq!(c.missing_count() as u64, missing, "{file}: {name}");
                if let Some(points) = want.get("header_points").and_then(serde_json::Value::as_u64) {
                    let told = got
                        .findings
                        .iter()
                        .find(|f| f.check == "truncated" && f.channel.as_deref() == Some(name));
                    assert_eq!(told.map(|f| f.count), Some(points - c.len() as u64), "{file}: {name}");
                }
                tested += 1;
            }
        }
    }
    assert!(tested > 60, "{tested}");
}

/// Delimiter × decimal mark × line end × encoding × header × column of times, with exact values.
#[test]
fn every_dialect_reads_to_the_same_numbers() {
    let n = 60;
    let value = |i: usize, c: usize| ((i * 37 + c * 11) % 101) as f64 * 0.125 - 5.0;
    let mut tested = 0;
    for (delimiter, decimal) in
        [(",", '.'), (";", '.'), (";", ','), ("\t", '.'), ("\t", ','), ("  ", '.'), (" ", ','), (", ", '.')]
    {
        for end in ["\n", "\r\n", "\r"] {
            for header in [None, Some("[uV]"), Some("(µV)")] {
                for time in [false, true] {
                    let mut lines = Vec::new();
                    if let Some(unit) = header {
                        let mut names = vec![format!("left {unit}"), format!("right {unit}")];
                        if time {
                            names.insert(0, "Time [s]".into());
                        }
                        lines.push(names.join(if delimiter == " " { "  " } else { delimiter }));
                    }
                    for i in 0..n {
                        let mut row: Vec<String> = (0..2).map(|c| format!("{:.3}", value(i, c))).collect();
                        if time {
                            row.insert(0, format!("{:.4}", i as f64 / 2000.0));
                        }
                        lines.push(row.join(delimiter).replace('.', &decimal.to_string()));
                    }
                    let text = lines.join(end) + if end == "\n" { "" } else { end };
                    let mut encodings: Vec<(&str, Vec<u8>)> = vec![
                        ("utf-8", text.clone().into_bytes()),
                        ("utf-8 with mark", [b"\xef\xbb\xbf", text.as_bytes()].concat()),
                        ("windows-1252", encoding_rs::WINDOWS_1252.encode(&text).0.into_owned()),
                    ];
                    let (le, be): (Vec<u8>, Vec<u8>) = (
                        text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
                        text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
                    );
                    encodings.push(("utf-16le with mark", [b"\xff\xfe", &le[..]].concat()));
                    encodings.push(("utf-16be with mark", [b"\xfe\xff", &be[..]].concat()));
                    encodings.push(("utf-16le", le));
                    encodings.push(("utf-16be", be));
                    for (encoding, bytes) in encodings {
                        let case =
                            format!("{delimiter:?} {decimal} {end:?} {header:?} time {time} {encoding}");
                        let fs = (!time).then_some(2000.0);
                        let got = read(bytes, &options(fs)).unwrap_or_else(|e| panic!("{case}: {e}"));
                        assert_eq!(got.channels.len(), 2, "{case}");
                        for (c, channel) in got.channels.iter().enumerate() {
                            let label = match header {
                                Some(_) => ["left", "right"][c].to_owned(),
                                None => format!("ch{}", c + 1),
                            };
                            assert_eq!(channel.label, label, "{case}");
                            assert_eq!(channel.unit.text, if header.is_some() { "uV" } else { "" }, "{case}");
                            assert_eq!(channel.sampling_frequency.0, 2000.0, "{case}");
                            let want: Vec<f64> = (0..n).map(|i| value(i, c)).collect();
                            assert_eq!(channel.physical(), want, "{case}");
                        }
                        assert!(got.findings.is_empty(), "{case}: {:?}", got.findings);
                        tested += 1;
                    }
                }
            }
        }
    }
    assert_eq!(tested, 8 * 3 * 3 * 2 * 7);
}

/// The PhysioNet style: two columns parted by blanks, ragged digits, a stray CR, a byte that is no text.
#[test]
fn damaged_rows_are_told_by_line_and_keep_their_place() {
    let mut text: Vec<u8> = Vec::new();
    for i in 1..=400 {
        if i == 200 {
            text.extend_from_slice(b"0.05 0.1716\xec0.1950\n");
        } else {
            text.extend_from_slice(
                format!("{} {}", f64::from(i) / 4000.0, -0.5 + f64::from(i) / 1000.0).as_bytes(),
            );
            text.extend_from_slice(if i % 100 == 0 { b"\r\n" } else { b"\n" });
        }
    }
    let got = read(text, &options(None)).unwrap();
    let c = &got.channels[0];
    assert_eq!((c.len(), c.sampling_frequency.0), (400, 4000.0));
    assert_eq!((c.missing.clone(), c.segments.len()), (vec![199..200], 1));
    assert_eq!(c.physical()[200], -0.5 + 0.201);
    let told = got.findings.iter().find(|f| f.check == "corrupt_rows").unwrap();
    assert_eq!(told.count, 1);
    assert!(told.detail.contains("line 200"), "{}", told.detail);
    // Ragged and wordy rows of a comma file, by line (the header is line 1).
    let text = "a [mV],b [mV]\n1,2\n3\n5,6\n7,8,9\n10,x\n11,\n,12\nNaN,n/a\n13,14\n";
    let got = read(text, &options(Some(10.0))).unwrap();
    let told = got.findings.iter().find(|f| f.check == "corrupt_rows").unwrap();
    assert_eq!(told.count, 3);
    assert!(told.detail.contains("line 3, 5, 6"), "{}", told.detail);
    assert_eq!(got.channels[0].missing, [1..2, 3..5, 6..8]);
    assert_eq!(got.channels[1].missing, [1..2, 3..6, 7..8]);
}

#[test]
fn a_file_without_a_rate_needs_one() {
    let e = read("1,2\n3,5\n5,6\n", &options(None)).unwrap_err();
    assert!(e.is_usage() && e.to_string().contains("--sampling-frequency"), "{e}");
}

#[test]
fn a_single_column_may_not_be_guessed_into_two() {
    let e = read("1,25\n3,17\n2,99\n", &options(Some(10.0))).unwrap_err();
    assert!(e.to_string().contains("--decimal"), "{e}");
    let mut o = options(Some(10.0));
    o.decimal = Some(',');
    assert_eq!(read("1,25\n3,17\n2,99\n", &o).unwrap().channels[0].physical(), [1.25, 3.17, 2.99]);
    o.decimal = Some('.');
    assert_eq!(read("1,25\n3,17\n2,99\n", &o).unwrap().channels.len(), 2);
    let e = read("1.234,5;2.345,6\n1.234,5;2.345,6\n", &options(Some(10.0))).unwrap_err();
    assert!(e.to_string().contains("thousands"), "{e}");
}

/// 11-character fields, right-aligned, some overflowing and touching, all in one line.
#[test]
fn one_line_of_fixed_width_is_one_channel() {
    let value = |i: i64| match i % 50_000 {
        7 => -12_345_678.9,
        8 => -98_765_432.1,
        _ => ((i * 7919) % 20_001 - 10_000) as f64 / 10.0,
    };
    let n = 163_841;
    let text: String = (0..n).map(|i| format!("{:>11.1}", value(i))).collect();
    assert!(!text.contains('\n') && text.len() > 1_800_000);
    let source = Source::from_bytes("x.asc", text.into_bytes());
    let got = format::read_source(&source, &options(Some(10_000.0))).unwrap();
    assert_eq!(got.channels.len(), 1);
    let want: Vec<f64> = (0..n).map(value).collect();
    assert!(got.channels[0].physical() == want);
}

#[test]
fn a_long_line_is_read_in_time_linear_in_its_length() {
    for delimiter in [",", ";", "\t", " "] {
        let text = vec!["0.125"; 1_000_000].join(delimiter);
        let got = read(text, &options(Some(1000.0))).unwrap();
        assert_eq!((got.channels.len(), got.channels[0].len()), (1, 1_000_000), "{delimiter:?}");
    }
    // No end of line and no number either.
    assert!(read("a".repeat(5_000_000), &options(Some(1.0))).is_err());
}

#[test]
fn other_texts_and_binary_are_not_taken_for_tables() {
    for text in [
        "The patient walked 3 km.\nHe was 54 years old.\n1 of 2 said no.\n",
        "{\n\"a\": [\n1,\n2,\n3\n]\n}\n",
        "<html><body>\n1,2\n3,4\n</body></html>\n",
        "[\n  1,\n  2,\n  3\n]\n",
        "fn main() {\n    let x = 1;\n    println!(\"{}\", x + 2);\n}\n",
        "#include <stdio.h>\nint main() { return 0; }\n",
        "name,muscle\nleft,tibialis\nright,soleus\n",
        "",
        "\n\n\n",
        "MIT License\n\nCopyright (c) 2020\n",
    ] {
        let source = Source::from_bytes("x", text.as_bytes().to_vec());
        assert!(format::detect(&source).is_err(), "{text}");
    }
    let binary: Vec<u8> = (0..4096u32).map(|i| (i * 7919 % 251) as u8).collect();
    assert!(format::detect(&Source::from_bytes("x", binary)).is_err());
    let e =
        format::read_source(&Source::from_bytes("x.dat", b"1,2\n2,3\n3,5\n".to_vec()), &options(Some(1.0)));
    assert!(e.unwrap_err().to_string().contains(".dat"));
}

#[test]
fn sweeps_begin_before_the_stimulus() {
    let mut text = String::from("time_ms,s1 [uV],s2 [uV]\n");
    for i in 0..200 {
        text.push_str(&format!("{},{i},{}\n", -5.0 + f64::from(i) * 0.05, -i));
    }
    let got = read(text, &options(None)).unwrap();
    assert_eq!(got.channels.len(), 2);
    for c in &got.channels {
        assert_eq!((c.kind, c.sampling_frequency.0, c.len()), (ChannelKind::Evoked, 20_000.0, 200));
        assert_eq!(c.segments[0].onset_s, -0.005);
        assert_eq!(c.unit.text, "uV");
    }
}

#[test]
fn gaps_in_time_part_the_segments_and_a_wrong_header_is_told() {
    let mut text = String::from("fs = 500 Hz\ntime_s,emg [mV]\n");
    for i in 0..100 {
        let t = if i < 30 { f64::from(i) } else { f64::from(i) + 70.0 } / 1000.0;
        text.push_str(&format!("{t},{i}\n"));
    }
    let got = read(text, &options(None)).unwrap();
    let c = &got.channels[0];
    assert_eq!(c.sampling_frequency.0, 1000.0);
    assert_eq!(
        c.segments.iter().map(|s| (s.first, s.len, s.onset_s)).collect::<Vec<_>>(),
        [(0, 30, 0.0), (30, 70, 0.1)]
    );
    assert!(has(&got, "gap") && has(&got, "header"), "{:?}", got.findings);
}

#[test]
fn physionet_headers_of_both_kinds_are_read() {
    let clock = "'Elapsed time','EMG'\n'hh:mm:ss.mmm','mV'\n'0:00.000',-0.066\n'0:00.001',-0.054\n'0:00.002',0.01\n'0:00.003',0.02\n";
    let got = read(clock, &options(None)).unwrap();
    let c = &got.channels[0];
    assert_eq!(
        (c.label.as_str(), c.unit.text.as_str(), c.sampling_frequency.0, c.len()),
        ("EMG", "mV", 1000.0, 4)
    );
    let counted = "'sample #','EMG'\n0,-0.066\n1,-0.054\n2,0.01\n3,0.02\n";
    assert!(read(counted, &options(None)).unwrap_err().is_usage());
    let got = read(counted, &options(Some(4000.0))).unwrap();
    assert_eq!((got.channels.len(), got.channels[0].label.as_str()), (1, "EMG"));
}

#[test]
fn counters_and_no_break_spaces_are_not_in_the_way() {
    let mut text = String::from("# {\"x\": {\"sampling rate\": 1000, \"column\": [\"nSeq\", \"A1\"]}}\n");
    (0..40).for_each(|i| text.push_str(&format!("{}\t{}\t\n", i % 16, 32_000 + i * 7 % 13)));
    let got = read(text, &options(None)).unwrap();
    assert_eq!((got.channels.len(), got.channels[0].label.as_str(), got.channels[0].len()), (1, "A1", 40));
    let text = "t [s];x [mV]\n0,0;\u{a0}1,5\n0,5;2,5\u{a0}\n1,0;\u{a0}3,5\n";
    assert_eq!(read(text, &options(None)).unwrap().channels[0].physical(), [1.5, 2.5, 3.5]);
}

#[test]
fn columns_are_chosen_by_label_or_index() {
    let text = "time_s,a [mV],b [mV]\n0,1,2\n0.001,3,4\n0.002,5,6\n";
    let labels = |asked: &[&str]| {
        let o = ReadOptions { columns: asked.iter().map(|s| (*s).to_owned()).collect(), ..options(None) };
        read(text, &o).map(|r| r.channels.iter().map(|c| c.label.clone()).collect::<Vec<_>>())
    };
    assert_eq!(labels(&["b"]).unwrap(), ["b"]);
    assert_eq!(labels(&["1"]).unwrap(), ["a"]);
    assert_eq!(labels(&["a [mV]", "2"]).unwrap(), ["a", "b"]);
    assert!(labels(&["c"]).unwrap_err().is_usage());
    assert!(labels(&["9"]).unwrap_err().is_usage());
}

#[test]
fn an_empty_tail_ends_a_channel_early_and_a_cut_line_is_told() {
    let got = read("a [mV],b [mV]\n1,2\n3,4\n,5\n,6\n,7.", &options(Some(10.0))).unwrap();
    assert_eq!((got.channels[0].len(), got.channels[1].len()), (2, 5));
    let got = read("a [mV],b [mV]\n1,2\n3,4\n5,6\n7", &options(Some(10.0))).unwrap();
    assert_eq!((got.channels[0].len(), got.channels[1].len()), (3, 3));
    assert!(has(&got, "truncated"));
}

#[test]
fn the_memory_limit_holds() {
    let text: String = (0..200_000).map(|i| format!("{}\n", i % 7)).collect();
    let o = ReadOptions { max_memory: 500_000, ..options(Some(1000.0)) };
    assert!(read(text, &o).unwrap_err().to_string().contains("--max-memory"));
}

mod hostile {
    use super::*;

    #[test]
    fn cut_and_flipped_texts_never_panic() {
        let delsys = "Label: S 1: EMG 1 Sampling frequency: 1.2e+003 Number of points: 9 start: 0 Unit: V Domain Unit: s\n\nX[s],\"S 1: EMG 1\"\n0.0,1\n0.001,2\n0.002,3\n";
        let samples = [
            delsys.as_bytes().to_vec(),
            b"time_s,emg [mV]\r\n0,1.5\r\n0.5,-2e-3\r\n1,\r\n".to_vec(),
            b"# Sampling Rate (Hz):= 1000.00\n# Resolution:= 12\n# Labels:= EMG\n1\n2\n3\n".to_vec(),
            b"Devices,,\n2000,,\n,,A\nFrame,Sub Frame,1\n,,V\n1,0,0.5\n1,1,0.25\n".to_vec(),
            "\u{feff}t;x\n0,1;2,5\n0,2;3,5\n".encode_utf16().flat_map(u16::to_le_bytes).collect(),
            b"'a' 'b'\n0:01.5 2\n0:02.5 3\n".to_vec(),
        ];
        let mut tried = 0;
        for whole in &samples {
            for fs in [None, Some(100.0)] {
                for end in 0..=whole.len() {
                    let _ = read(&whole[..end], &options(fs));
                    tried += 1;
                }
                for bit in 0..8 * whole.len() {
                    let mut flipped = whole.clone();
                    flipped[bit / 8] ^= 1 << (bit % 8);
                    if let Ok(r) = read(flipped, &options(fs)) {
                        for c in &r.channels {
                            assert!(
                                c.segments
                                    .iter()
                                    .all(|s| s.first + s.len <= c.len() && s.onset_s.is_finite())
                            );
                            assert_eq!(
                                c.physical().iter().filter(|x| !x.is_finite()).count(),
                                c.missing_count()
                            );
                        }
                    }
                    tried += 1;
                }
            }
        }
        assert!(tried > 1000);
    }
}
