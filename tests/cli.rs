//! The program as a whole: what it prints, where, and how it ends.

#![expect(clippy::unwrap_used, reason = "a test may stop where its ground gives way")]
#![expect(clippy::cast_possible_truncation, reason = "numbers of a test are in range")]

mod shared;

use std::path::Path;
use std::process::{Command, Output};

fn myotome(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_myotome")).args(arguments).output().expect("it starts")
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A headerless sine of 1 mV at 100 Hz, 2 s at 1 kHz, as 16-bit numbers of 0.1 µV.
fn raw_file(folder: &Path) -> String {
    let samples = (0..2000).map(|i| (f64::from(i) * 0.2 * std::f64::consts::PI).sin() * 1e4);
    let bytes: Vec<u8> = samples.flat_map(|v| (v.round() as i16).to_le_bytes()).collect();
    let path = folder.join("sine.bin");
    std::fs::write(&path, bytes).unwrap();
    path.display().to_string()
}

const RAW: [&str; 8] = ["--raw", "i16le", "--sampling-frequency", "1000", "--unit", "uV", "--gain", "10"];

fn with_raw<'a>(start: &[&'a str]) -> Vec<&'a str> {
    start.iter().copied().chain(RAW).collect()
}

#[test]
fn alone_it_prints_what_to_try_first() {
    let output = myotome(&[]);
    assert_eq!(output.status.code(), Some(0));
    assert!(out(&output).contains("myotome analyze") && out(&output).contains("Not a medical device"));
}

#[test]
fn an_unknown_feature_is_a_usage_error_that_names_the_nearest() {
    let folder = shared::temporary("unknown-feature");
    let output = myotome(&with_raw(&["features", &raw_file(&folder), "--select", "mavv"]));
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty(), "standard output is for results only");
    assert!(err(&output).contains("`mavv`") && err(&output).contains("`mav`"), "{}", err(&output));
}

#[test]
fn a_table_has_a_row_a_window_and_times_that_add_up() {
    let folder = shared::temporary("table");
    let output = myotome(&with_raw(&["features", &raw_file(&folder), "--select", "mav,rms,zc", "--quiet"]));
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let text = out(&output);
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("file,channel,start_s,end_s,mav_uv,rms_uv,zc,quality"));
    let rows: Vec<Vec<&str>> = lines.map(|l| l.split(',').collect()).collect();
    assert_eq!(rows.len(), 15, "250 ms every 125 ms of 2 s");
    for (i, row) in rows.iter().enumerate() {
        let number = |column: usize| row[column].parse::<f64>().unwrap();
        assert_eq!(number(2), i as f64 * 0.125);
        assert_eq!(number(3), i as f64 * 0.125 + 0.25);
        assert!((number(5) - 1000.0 / 2f64.sqrt()).abs() < 0.1, "RMS of a sine: {}", row[5]);
    }
}

#[test]
fn the_bytes_do_not_depend_on_the_number_of_threads() {
    let folder = shared::temporary("jobs");
    let file = raw_file(&folder);
    let table = |jobs: &str, name: &str| {
        let path = folder.join(name).display().to_string();
        let start = ["features", &file, "--out", &path, "--jobs", jobs, "--quiet"];
        let output = myotome(&with_raw(&start));
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        std::fs::read(path).unwrap()
    };
    for extension in ["csv", "parquet"] {
        let (one, eight) = (table("1", &format!("1.{extension}")), table("8", &format!("8.{extension}")));
        assert!(one.len() > 500 && one == eight, "{extension}");
    }
}

#[test]
fn a_failing_input_is_told_and_the_rest_is_done() {
    let folder = shared::temporary("failing");
    let (good, missing) = (raw_file(&folder), folder.join("missing.edf").display().to_string());
    let some = myotome(&with_raw(&["features", &missing, &good]));
    assert_eq!(some.status.code(), Some(3));
    assert!(err(&some).contains("missing.edf") && out(&some).lines().count() == 16);
    let all = myotome(&["features", &missing]);
    assert_eq!(all.status.code(), Some(4));
    let bad = folder.join("bad.edf").display().to_string();
    std::fs::write(&bad, "this is no recording at all").unwrap();
    let refused = myotome(&["info", &bad]);
    assert_eq!(refused.status.code(), Some(4));
    assert!(err(&refused).contains("bad.edf"), "{}", err(&refused));
}

#[test]
fn nothing_the_user_has_is_overwritten() {
    let folder = shared::temporary("overwrite");
    let file = raw_file(&folder);
    let kept = folder.join("kept.csv");
    std::fs::write(&kept, "mine").unwrap();
    let kept_name = kept.display().to_string();
    for start in [vec!["convert", &file, &kept_name], vec!["features", &file, "--out", &kept_name]] {
        let output = myotome(&with_raw(&start));
        assert_eq!(output.status.code(), Some(2), "{start:?}");
        assert!(err(&output).contains("--force"), "{}", err(&output));
        assert_eq!(std::fs::read(&kept).unwrap(), b"mine");
    }
    let same = myotome(&with_raw(&["convert", &file, &file, "--force"]));
    assert_eq!(same.status.code(), Some(2));
}

#[test]
fn converting_there_and_back_gives_the_same_samples() {
    let folder = shared::temporary("convert");
    let file = raw_file(&folder);
    let path = |name: &str| folder.join(name).display().to_string();
    let run = |arguments: &[&str]| {
        let output = myotome(arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", err(&output));
    };
    run(&with_raw(&["convert", &file, &path("a.csv"), "--quiet"]));
    for name in ["b.edf", "b.bdf", "b.hea"] {
        run(&["convert", &path("a.csv"), &path(name), "--quiet", "--force"]);
    }
    run(&with_raw(&["convert", &file, &path("c.edf"), "--quiet"]));
    run(&["convert", &path("c.edf"), &path("d.csv"), "--quiet"]);
    let samples = |name: &str| -> Vec<f64> {
        let text = std::fs::read_to_string(path(name)).unwrap();
        text.lines().skip(1).map(|l| l.split(',').nth(1).unwrap().parse().unwrap()).collect()
    };
    let (before, after) = (samples("a.csv"), samples("d.csv"));
    assert_eq!((before.len(), after.len()), (2000, 2000));
    for (i, (a, b)) in before.iter().zip(&after).enumerate() {
        // EDF holds a scale as two decimals of eight characters: the last bit of a product may differ.
        assert!((a - b).abs() <= 4.0 * f64::EPSILON * a.abs(), "sample {i}: {a} became {b}");
    }
}

#[test]
fn info_gives_one_object_a_file() {
    let folder = shared::temporary("info");
    let file = raw_file(&folder);
    let output = myotome(&with_raw(&["info", &file, &file, "--json"]));
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let text = out(&output);
    let objects: Vec<serde_json::Value> = text.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(objects.len(), 2);
    let channel = &objects[0]["channels"][0];
    assert_eq!(channel["samples"], 2000);
    assert_eq!(channel["sampling_frequency_hz"], 1000.0);
    assert_eq!(channel["unit"], "uV");
}

#[test]
fn check_is_strict_only_when_asked() {
    let folder = shared::temporary("check");
    let file = raw_file(&folder);
    std::fs::write(&file, vec![0; 4000]).unwrap();
    let lenient = myotome(&with_raw(&["check", &file, "--json"]));
    assert_eq!(lenient.status.code(), Some(0), "{}", err(&lenient));
    let rows: serde_json::Value = serde_json::from_str(&out(&lenient)).unwrap();
    let flat =
        rows.as_array().unwrap().iter().find(|r| r["check"] == "near_silent").expect("a flat signal is told");
    assert_eq!(flat["severity"], "refuse");
    assert_eq!(myotome(&with_raw(&["check", &file, "--strict"])).status.code(), Some(1));
}

#[test]
fn analyze_writes_a_page_that_fetches_nothing_and_escapes_what_files_say() {
    let folder = shared::temporary("analyze");
    let name = folder.join("evil.csv").display().to_string();
    let mut text = String::from("time_s,<script>alert(1)</script> [uV]\n");
    for i in 0..4000 {
        text += &format!("{},{}\n", f64::from(i) / 2000.0, (f64::from(i * i % 97) - 48.0) * 3.0);
    }
    std::fs::write(&name, text).unwrap();
    let reports = folder.join("reports").display().to_string();
    let output = myotome(&["analyze", &name, "--out", &reports, "--kind", "surface"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let page = std::fs::read_to_string(folder.join("reports/evil/report.html")).unwrap();
    assert!(!page.contains("<script"), "text from files is escaped");
    assert!(page.contains("&lt;script"), "and shown");
    assert!(page.contains("default-src 'none'") && page.contains("Not a medical device"));
    for fetch in ["src=\"http", "href=\"http", "url(http", "@import"] {
        assert!(!page.contains(fetch), "{fetch}");
    }
    let report: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.join("reports/evil/report.json")).unwrap()).unwrap();
    assert_eq!(report["schema"], "myotome.report/1");
    assert_eq!(report["provenance"]["inputs"][0]["sha256"].as_str().unwrap().len(), 64);
}

#[test]
fn every_table_can_be_listed() {
    for table in [
        "formats", "features", "checks", "measures", "patterns", "muscles", "nerves", "norms", "learners",
        "alarms",
    ] {
        let text = myotome(&["list", table]);
        assert!(out(&text).lines().count() > 2, "{table}");
        let json = myotome(&["list", table, "--json"]);
        let rows: serde_json::Value = serde_json::from_str(&out(&json)).unwrap();
        assert!(rows.as_array().unwrap().len() > 1, "{table}");
    }
}

#[test]
fn completions_and_the_manual_page_are_made() {
    assert!(out(&myotome(&["completions", "bash"])).contains("_myotome"));
    assert!(out(&myotome(&["man"])).contains(".TH"));
}
