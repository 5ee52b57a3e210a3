//! Qtrac listings: every file of the test data against values of another reading, and hostile ones.

#![allow(clippy::unwrap_used, reason = "what fails in a test is a failed test")]
#![expect(clippy::cast_precision_loss, reason = "small numbers")]

mod shared;

use myotome::error::At;
use myotome::format::{ReadOptions, Source, detect, qtrac, read_source, read_table};
use myotome::{Error, Result};
use serde_json::Value;
use std::path::Path;

fn expected(folder: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(folder.join("expected.json")).unwrap()).unwrap()
}

fn open(path: &Path) -> (Source, qtrac::Mem) {
    let source = Source::open(path, 1 << 24).unwrap();
    let mem =
        qtrac::read(&source, &ReadOptions::default()).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    assert_eq!(detect(&source).unwrap().id, "qtrac", "{}", path.display());
    (source, mem)
}

fn near(got: f64, want: &Value, what: &str) {
    let want = want.as_f64().unwrap();
    assert!((got - want).abs() <= 1e-9 * want.abs().max(1.0), "{what}: {got}, not {want}");
}

#[test]
fn scans_read_as_another_reading_has_them() {
    let Some(data) = shared::data() else { return };
    let folder = data.join("cmap_scan_mem");
    let mut files = 0;
    for (file, want) in expected(&folder)["files"].as_object().unwrap() {
        if !file.ends_with(".MEM") {
            continue;
        }
        files += 1;
        let (_, mem) = open(&folder.join(file));
        assert!(mem.findings.is_empty(), "{file}: {:?}", mem.findings);
        assert_eq!(mem.name.as_deref(), want["name"].as_str(), "{file}");
        assert_eq!(mem.subject.age_years, want["age"].as_f64(), "{file}");
        let sex = if want["sex"] == "M" { "male" } else { "female" };
        assert_eq!(mem.subject.sex.as_deref(), Some(sex), "{file}");
        assert_eq!(mem.temperature_c, want["temperature_c"].as_f64(), "{file}");
        assert_eq!(mem.sites.as_deref(), want["site"].as_str(), "{file}");
        let written = want["date_as_written"].as_str().unwrap();
        let parts: Vec<u32> = written.split('/').map(|p| p.parse().unwrap()).collect();
        let date = format!("20{:02}-{:02}-{:02}", parts[2], parts[1], parts[0]);
        assert_eq!(mem.date.as_deref(), Some(date.as_str()), "{file}");
        let scan = mem.scan().unwrap();
        assert_eq!(scan.rows() as u64, want["n_stimuli"].as_u64().unwrap(), "{file}");
        let points: Vec<u64> = mem.scan_points.unwrap().iter().map(|p| *p as u64).collect();
        let wanted: Vec<u64> =
            want["scanpts"].as_array().unwrap().iter().map(|p| p.as_u64().unwrap()).collect();
        assert_eq!(points, wanted, "{file}");
        near(scan.column(0).iter().sum(), &want["sum_stim_ma"], file);
        near(scan.column(1).iter().sum(), &want["sum_amp_mv"], file);
        for (i, first) in want["first5_amp_mv"].as_array().unwrap().iter().enumerate() {
            assert_eq!(Some(scan.row(i)[1]), first.as_f64(), "{file}");
        }
        for (name, value) in want["qtrac"].as_object().unwrap() {
            assert_eq!(mem.extra(name), value.as_f64(), "{file}: {name}");
        }
        assert_eq!(Some(mem.model.len() as f64), mem.extra("MSFNUnits"), "{file}");
        let whole: f64 = mem.model.iter().map(|u| u.size).sum();
        assert!((whole - 1.0).abs() < 0.05, "{file}: the model's units make {whole} of the response");
    }
    assert_eq!(files, 30);
}

#[test]
fn excitability_tests_read_as_another_reading_has_them() {
    let Some(data) = shared::data() else { return };
    let folder = data.join("nerve_excitability_mem");
    let all = expected(&folder);
    for file in ["FESB70821A.MEM", "short_test.MEM"] {
        let (_, mem) = open(&folder.join(file));
        let want = &all["files"][file];
        let sections = want["sections"].as_object().unwrap();
        assert_eq!(mem.tables.len(), sections.len(), "{file}");
        for (code, section) in sections {
            let what = format!("{file} {code}");
            let table = mem.table(code).unwrap_or_else(|| panic!("{what}"));
            assert_eq!(table.rows() as u64, section["rows"].as_u64().unwrap(), "{what}");
            assert_eq!(table.width as u64, section["columns"].as_u64().unwrap(), "{what}");
            assert_eq!(table.columns.len(), table.width, "{what}: {:?}", table.columns);
            for i in 0..table.width {
                near(table.row(0)[i], &section["first_row"][i], &what);
                near(table.row(table.rows() - 1)[i], &section["last_row"][i], &what);
                near(table.column(i).iter().sum(), &section["column_sums"][i], &what);
            }
        }
        let derived = want["derived"].as_object().unwrap();
        assert_eq!(mem.derived.len(), derived.len(), "{file}");
        for (id, value) in derived {
            assert_eq!(mem.derived(id.parse().unwrap()), value.as_f64(), "{file}: {id}");
        }
        let max = want["max_cmap"].as_array().unwrap();
        assert_eq!(mem.max_cmap.len(), max.len(), "{file}");
        for (got, text) in mem.max_cmap.iter().zip(max) {
            let (value, unit) = text.as_str().unwrap().split_once(' ').unwrap();
            let volts = value.parse::<f64>().unwrap() * if unit == "mV" { 1e-3 } else { 1e-6 };
            assert!((got.amplitude_v / volts - 1.0).abs() < 1e-12, "{file}");
        }
        assert_eq!(mem.extra("TEd40"), Some(if file.starts_with('F') { 19.6 } else { 28.2 }), "{file}");
        assert!(mem.scan().is_none() && mem.findings.is_empty(), "{file}: {:?}", mem.findings);
    }
}

#[test]
fn lists_name_files_of_their_own_folder_only() {
    let Some(data) = shared::data() else { return };
    let folder = data.join("cmap_scan_mem");
    let mut lists = 0;
    for entry in std::fs::read_dir(&folder).unwrap().flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|e| e == "MEF") {
            lists += 1;
            let list = Source::open(&path, 1 << 20).unwrap();
            let names = qtrac::read_list(&list).unwrap();
            assert_eq!(names.len(), 5, "{}", path.display());
            for name in names {
                assert!(open(&qtrac::locate(&list, &name).unwrap()).1.scan().is_some(), "{name}");
            }
        }
    }
    assert_eq!(lists, 6);
    let own = shared::temporary("mef");
    std::fs::write(own.join("Mixed.mEm"), "x").unwrap();
    let list = Source { name: "l.MEF".into(), bytes: b"mixed\r\n\r\n\x1a".to_vec(), folder: Some(own) };
    assert_eq!(qtrac::read_list(&list).unwrap(), ["mixed"]);
    assert!(qtrac::locate(&list, "mixed").is_ok());
    for bad in ["../mixed", "/etc/passwd", "absent", "a\0b", ""] {
        assert!(qtrac::locate(&list, bad).is_err(), "{bad:?}");
    }
    for bad in ["a/b", "..\\a", "c:a", "", "a\tb"] {
        let list = Source::from_bytes("l.MEF", bad.as_bytes().to_vec());
        assert!(qtrac::read_list(&list).is_err(), "{bad:?}");
    }
}

fn of(text: &str) -> Result<qtrac::Mem> {
    qtrac::read(&Source::from_bytes("x.MEM", text.as_bytes().to_vec()), &ReadOptions::default())
}

const HEAD: &str = "File:\tC:\\x\\y.QZD\r\nName:\tAB\r\nProtocol:\tMSCAN-R2\r\nDate:\t3/4/99\r\nAge:\t50\r\n";

#[test]
fn damage_is_told_by_its_line() {
    let scan = format!("{HEAD}M-SCAN DATA (1-2m)\r\nScanpts: 0, 0, 2, 2\r\nStim. (mA)\tAmp. (mV)\r\n");
    let good = of(&format!("{scan}MS.1\t 2 \t 1.5\r\nMS.2\t1\t.2\r\n")).unwrap();
    assert_eq!(good.scan().unwrap().values, [2.0, 1.5, 1.0, 0.2]);
    assert_eq!(good.scan().unwrap().columns, ["Stim. (mA)", "Amp. (mV)"]);
    assert_eq!((good.scan_points, good.date.as_deref()), (Some([0, 0, 2, 2]), Some("1999-04-03")));
    for (rows, line) in [
        ("MS.1\t2\tx\r\n", 9),
        ("MS.1\t2\t1\r\nMS.2\t2\r\n", 10),
        ("MS.1\t2\t1\r\nMS.2\t2\t\t1\r\n", 10),
        ("MS.1\t2\tNaN\r\n", 9),
        ("MS.1\t2\tinf\r\n", 9),
        ("MS.1\r\n", 9),
        ("MS.1\t2\t1\r\nMS.2 MS.3\t2\t1\r\n", 10),
        ("MS.1\t2\t1e999\r\n", 9),
    ] {
        match of(&format!("{scan}{rows}")) {
            Err(Error::Malformed { at: At::Line(at), .. }) => assert_eq!(at, line, "{rows:?}"),
            other => panic!("{rows:?}: {other:?}"),
        }
    }
    let rows = "MS.1\t2\t1\r\nMS.2\t1\t0\r\n";
    for points in ["0, 0, 3, 3", "2, 1, 2, 2", "0, 2, 2, 2", "a, b", "0, 0, 99999999999999999999, 3"] {
        let mem = of(&scan.replace("0, 0, 2, 2", points))
            .unwrap_or_else(|_| of(&format!("{}{rows}", scan.replace("0, 0, 2, 2", points))).unwrap());
        assert!(mem.scan_points.is_none() && mem.findings.len() == 1, "{points}: {:?}", mem.findings);
    }
    let gap = of(&format!("{scan}MS.1\t2\t1\r\nMS.3\t1\t0\r\nMS.5\t1\t0\r\n")).unwrap();
    assert_eq!(gap.findings.len(), 1, "{:?}", gap.findings);
    assert!(gap.findings[0].detail.contains("line 10"), "{:?}", gap.findings);
    assert!(of("").is_err() && of(HEAD).is_err() && of("\0\0\0").is_err());
    let model = format!("{scan}{rows}!MScan Model\r\n!999999999999\r\n\t1\t5\t50\t2\r\n");
    let mem = of(&model).unwrap();
    assert_eq!((mem.model.len(), mem.findings.len()), (1, 1));
    assert!(of(&format!("{model}\t2\tx\t1\t1\r\n")).is_err());
}

#[test]
fn such_a_file_is_no_recording_and_names_stay_inside() {
    let text = format!("{HEAD}M-SCAN DATA\r\nMS.1\t2\t1\r\nMS.2\t1\t0\r\n");
    let source = Source::from_bytes("x.mem", text.clone().into_bytes());
    let error = read_source(&source, &ReadOptions::default()).unwrap_err();
    assert!(error.is_no_recording() && error.to_string().contains("no samples in time"), "{error}");
    assert!(read_table(&source, &ReadOptions::default()).unwrap().is_ok());
    let csv = Source::from_bytes("x.csv", b"a,b\n1,2\n3,4\n5,6\n".to_vec());
    assert!(read_table(&csv, &ReadOptions::default()).is_none());
    let strict = ReadOptions { strict: true, ..ReadOptions::default() };
    let doubted = text.replace("M-SCAN DATA\r\n", "M-SCAN DATA\r\nScanpts: 9, 9, 9, 9\r\n");
    let doubted = Source::from_bytes("x.mem", doubted.into_bytes());
    assert!(read_table(&doubted, &strict).unwrap().is_err());
    assert!(read_table(&doubted, &ReadOptions::default()).unwrap().is_ok());
    // Windows-1252, UTF-8 with a mark, and UTF-16 say the same.
    let with = text.replace("AB", "\u{f8}");
    let utf16: Vec<u8> =
        std::iter::once(0xfeffu16).chain(with.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let latin: Vec<u8> = with.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let marked = [b"\xef\xbb\xbf".to_vec(), with.clone().into_bytes()].concat();
    for bytes in [utf16, latin, marked, with.into_bytes()] {
        let source = Source::from_bytes("x.mem", bytes);
        let mem = read_table(&source, &ReadOptions::default()).unwrap().unwrap();
        assert_eq!((mem.name.as_deref(), mem.scan().unwrap().rows()), (Some("\u{f8}"), 2));
    }
}

#[test]
fn cut_and_flipped_listings_answer() {
    let Some(data) = shared::data() else { return };
    let mut state = 5u64;
    let mut draw = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    let (mut read, mut refused) = (0, 0);
    for file in ["cmap_scan_mem/MSCC00226B_OM2.MEM", "nerve_excitability_mem/FESB70821A.MEM"] {
        let whole = std::fs::read(data.join(file)).unwrap();
        for _ in 0..300 {
            let mut bytes = whole[..whole.len() - draw(whole.len() / 2)].to_vec();
            for _ in 0..1 + draw(3) {
                let at = draw(bytes.len());
                bytes[at] ^= 1 << draw(8);
            }
            match qtrac::read(&Source::from_bytes("x.MEM", bytes), &ReadOptions::default()) {
                Ok(mem) => {
                    read += 1;
                    assert!(mem.tables.iter().all(|t| t.values.iter().all(|v| v.is_finite())));
                    if let Ok(scan) = myotome::ncs::scan::Scan::from_qtrac(&mem) {
                        let _ = (scan.step_index(), scan.levels(), scan.steps(), scan.unit_number());
                    }
                }
                Err(_) => refused += 1,
            }
        }
    }
    assert!(read > 20 && refused > 50, "{read} read, {refused} refused");
}
