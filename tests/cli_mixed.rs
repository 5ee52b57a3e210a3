//! Folders and files that hold more than clean EMG, as researchers have them.

#![expect(clippy::unwrap_used, reason = "a test may stop where its ground gives way")]

mod shared;

use std::fmt::Write;
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

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

/// Something like surface EMG: a sum of sines that do not repeat within the file, µV.
fn emg(i: u32) -> f64 {
    let t = f64::from(i);
    (1..40).map(|k| (t * 0.031 * f64::from(k) + f64::from(k * k)).sin()).sum::<f64>() * 10.0
}

/// 2 s of EMG at 1 kHz beside 2 s of motion at 100 Hz.
fn with_motion(folder: &Path) -> String {
    let mut text = String::from("time_s,EMG 1 [uV],time_s,ACC.X [g]\n");
    for i in 0..2000 {
        let _ = write!(text, "{},{},", f64::from(i) / 1000.0, emg(i));
        if i < 200 {
            let _ = writeln!(text, "{},{}", f64::from(i) / 100.0, f64::from(i % 17) * 0.01);
        } else {
            text += ",\n";
        }
    }
    write(folder, "motion.csv", &text)
}

fn plain(folder: &Path, name: &str) -> String {
    let rows: String = (0..1000).map(|i| format!("{},{}\n", f64::from(i) / 1000.0, emg(i))).collect();
    write(folder, name, &format!("time_s,EMG [uV]\n{rows}"))
}

#[test]
fn a_slow_channel_beside_emg_does_not_stop_a_filter() {
    let folder = shared::temporary("slow-channel");
    let file = with_motion(&folder);
    let start = ["features", &file, "--select", "rms,mnf", "--bandpass", "20-450", "--notch", "50"];
    let output = myotome(&start);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let text = out(&output);
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|l| l.split(',').collect()).collect();
    let of = |label: &'static str| rows.iter().filter(move |r| r[1] == label);
    assert!(of("EMG 1").count() > 10 && of("EMG 1").all(|r| r[4].parse::<f64>().unwrap() > 1.0));
    assert!(of("ACC.X").count() > 10);
    assert!(of("ACC.X").all(|r| r[4].is_empty() && r[5].is_empty() && r[6] == "low_sampling_frequency"));
    assert!(err(&output).contains("ACC.X") && err(&output).contains("not measured"), "{}", err(&output));
    let none = myotome(&["features", &file, "--bandpass", "20-600"]);
    assert_eq!(none.status.code(), Some(4), "no channel can be filtered so");
    assert!(err(&none).contains("500 Hz"), "{}", err(&none));
}

#[test]
fn motion_has_its_own_unit_and_is_not_called_uncalibrated() {
    let folder = shared::temporary("own-unit");
    let reports = folder.join("reports").display().to_string();
    let output = myotome(&["analyze", &with_motion(&folder), "--out", &reports]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(out(&output).contains("in g, no voltage") && !out(&output).contains("uncalibrated"));
    let page = std::fs::read_to_string(folder.join("reports/motion/report.html")).unwrap();
    assert!(!page.contains("uncalibrated"));
    let json = std::fs::read(folder.join("reports/motion/report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_slice(&json).unwrap();
    let tests: Vec<&str> = report["measures"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|m| m["where"]["channel"] == "EMG 1")
        .map(|m| m["where"]["test"].as_str().unwrap())
        .collect();
    assert!(tests.len() > 10 && tests.iter().all(|t| *t == "surface"), "{tests:?}");
}

#[test]
fn what_is_no_recording_in_a_folder_is_left_out() {
    let folder = shared::temporary("junk");
    plain(&folder, "a b ü.csv");
    write(&folder, "notes.txt", "Electrode moved after the second trial.\nRepeat next week.\n");
    write(&folder, "participants.tsv", "participant_id\tage\nsub-01\t34\nsub-02\t51\n");
    write(&folder, "sub-01_electrodes.tsv", "name\tx\ty\nE1\t0.1\t0.2\nE2\t0.3\t0.4\n");
    write(&folder, "image.png", "no recording");
    let all = folder.display().to_string();
    for command in ["features", "info", "check"] {
        let output = myotome(&[command, &all]);
        assert_eq!(output.status.code(), Some(0), "{command}: {}", err(&output));
        assert!(out(&output).contains("a b ü.csv") && err(&output).contains("left out"), "{}", err(&output));
    }
    assert!(err(&myotome(&["info", &all, "--quiet"])).is_empty());
    write(&folder, "empty.csv", "");
    let some = myotome(&["features", &all, "--quiet"]);
    assert_eq!(some.status.code(), Some(3), "an empty recording is a failure");
    assert!(err(&some).contains("empty.csv"));
    let notes = folder.join("notes.txt").display().to_string();
    assert_eq!(myotome(&["info", &notes]).status.code(), Some(4), "a file that was named must be one");
    let only = shared::temporary("junk-only");
    write(&only, "notes.txt", "nothing to read here\n");
    assert_eq!(myotome(&["info", &only.display().to_string()]).status.code(), Some(4));
}

#[test]
fn what_cannot_be_is_a_usage_error() {
    let folder = shared::temporary("usage");
    let file = plain(&folder, "a.csv");
    let odd = folder.join("out.xlsx").display().to_string();
    for wrong in [
        ["--notch", "0"],
        ["--notch", "-50"],
        ["--window", "-5"],
        ["--step", "0"],
        ["--sampling-frequency", "-5"],
        ["--sampling-frequency", "nan"],
        ["--gain", "0"],
        ["--channels", "0"],
        ["--out", &odd],
    ] {
        let output = myotome(&["features", &file, wrong[0], wrong[1]]);
        assert_eq!(output.status.code(), Some(2), "{wrong:?}: {}", err(&output));
        assert!(output.stdout.is_empty() && !err(&output).is_empty(), "{wrong:?}");
    }
}

#[test]
fn many_channels_make_a_page_that_can_be_used() {
    let folder = shared::temporary("many");
    let labels: String = (0..40).map(|k| format!(",EMG{k} [uV]")).collect();
    let mut text = format!("time_s{labels}\n");
    for i in 0..500 {
        let _ = write!(text, "{}", f64::from(i) / 2000.0);
        for k in 0..40 {
            let _ = write!(text, ",{:.3}", emg(i * 7 + k * 997));
        }
        text.push('\n');
    }
    let file = write(&folder, "grid.csv", &text);
    let reports = folder.join("reports").display().to_string();
    let output = myotome(&["analyze", &file, "--out", &reports, "--kind", "surface"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(out(&output).contains("EMG0 … EMG39: 40 channels"), "{}", out(&output));
    let page = std::fs::read_to_string(folder.join("reports/grid/report.html")).unwrap();
    assert!(page.contains("the first 16 have pictures") && page.contains("Channel EMG39"));
    let json = std::fs::read(folder.join("reports/grid/report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_slice(&json).unwrap();
    let measured = report["measures"].as_array().unwrap();
    assert!(measured.iter().any(|m| m["where"]["channel"] == "EMG39" && m["id"] == "rms"));
}

#[test]
fn a_repaired_wrap_is_told_beside_its_numbers() {
    let Some(data) = shared::data() else { return };
    let record = data.join("emgdb/emg_neuropathy.hea").display().to_string();
    let folder = shared::temporary("wrap");
    let reports = folder.display().to_string();
    let analysis = myotome(&["analyze", &record, "--out", &reports]);
    assert!(out(&analysis).contains("those of the repaired signal"), "{}", out(&analysis));
    let table = myotome(&["features", &record, "--select", "rms"]);
    assert!(err(&table).contains("those of the repaired signal"), "{}", err(&table));
    let copy = folder.join("copy.csv").display().to_string();
    let stored = myotome(&["convert", &record, &copy]);
    assert!(err(&stored).contains("written as stored"), "{}", err(&stored));
    let repaired = myotome(&["convert", &record, &copy, "--force", "--repair"]);
    assert!(err(&repaired).contains("written repaired"), "{}", err(&repaired));
    let check = myotome(&["check", &record]);
    assert!(out(&check).contains("integer_wrap") && !out(&check).contains("those of the repaired"));
}

#[test]
fn what_must_not_be_measured_has_no_numbers_and_says_why() {
    let folder = shared::temporary("hum");
    let hum = |i: u32| 200.0 * (f64::from(i) * std::f64::consts::PI * 100.0 / 20000.0).sin();
    let rows: String =
        (0..40_000).map(|i| format!("{:.5},{:.4}\n", f64::from(i) / 20000.0, hum(i) + emg(i))).collect();
    let file = write(&folder, "hum.csv", &format!("time_s,needle EMG [uV]\n{rows}"));
    let reports = folder.display().to_string();
    let output = myotome(&["analyze", &file, "--out", &reports, "--kind", "needle"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(out(&output).contains("not interpretable: "), "{}", out(&output));
    let json = std::fs::read(folder.join("hum/report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(report["needle"][0]["impression"], "not_interpretable");
    for m in report["measures"].as_array().unwrap() {
        assert!(m["status"] == "value" || m["verdict"] == "not_assessable", "{m}");
    }
    let rms = report["measures"].as_array().unwrap().iter().find(|m| m["id"] == "rms").unwrap();
    assert_eq!((&rms["status"], &rms["verdict"]), (&"undefined".into(), &"not_assessable".into()));
    let page = std::fs::read_to_string(folder.join("hum/report.html")).unwrap();
    let row = page.split("<code>rms</code>").nth(1).unwrap();
    assert!(row[..row.find("</tr>").unwrap()].contains("undefined"));
}

#[test]
fn entered_values_are_shown_as_they_were_entered() {
    let folder = shared::temporary("entered");
    let study = "schema = \"myotome.study/1\"\nid = \"entered\"\n[[f_wave]]\nnerve = \"tibial\"\nside = \"right\"\n\
                 site = \"ankle\"\nvalues = { min_latency_ms = 50.2, persistence_percent = 95, sweeps = 20 }\n";
    let file = write(&folder, "study.toml", study);
    let reports = folder.join("reports");
    let output = myotome(&["analyze", &file, "--out", &reports.display().to_string()]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let written = std::fs::read_dir(&reports).unwrap().next().unwrap().unwrap().path();
    let page = std::fs::read_to_string(written.join("report.html")).unwrap();
    for cell in ["F waves", "right tibial", ">50.2 (e)<", ">95 (e)<", ">20 (e)<"] {
        assert!(page.contains(cell), "{cell}");
    }
}

#[cfg(unix)]
#[test]
fn a_device_is_written_to_and_not_replaced() {
    use std::os::unix::fs::FileTypeExt;
    let folder = shared::temporary("device");
    let file = plain(&folder, "a.csv");
    let output = myotome(&["features", &file, "--out", "/dev/null"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(std::fs::metadata("/dev/null").unwrap().file_type().is_char_device());
}
