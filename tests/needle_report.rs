//! What `analyze` gives of needle recordings: the contract's fields, refusals, pictures, equal bytes for any
//! number of threads.

#![expect(clippy::unwrap_used, reason = "a test may stop where its ground gives way")]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "numbers of a test are in range"
)]

mod shared;

use serde_json::Value;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Uniform numbers from 0 to 1, seeded.
struct Random(u64);

impl Random {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as f64 + 0.5) / f64::from(1_u32 << 31)
    }
    fn normal(&mut self) -> f64 {
        (-2.0 * self.uniform().ln()).sqrt() * (std::f64::consts::TAU * self.uniform()).cos()
    }
}

/// Peak to peak (µV), length of the spike (ms), when a second spike of 0.6 times the height comes (ms), rate (Hz).
type Unit = (f64, f64, f64, f64);

fn at(unit: &Unit, t_ms: f64) -> f64 {
    let spike = |t: f64| {
        let u = t / unit.1;
        -(1.0 - u * u) * (-0.5 * u * u).exp()
    };
    let slow = 0.1 * (-0.5 * ((t_ms - 1.5) / 2.2).powi(2)).exp();
    unit.0 * (0.7 * spike(t_ms) + 0.4 * spike(t_ms - unit.2) + slow)
}

/// Trains with intervals of a CV of 0.12 in white noise of 3 µV, as 16-bit WAV of 0.1 µV a step.
fn record(folder: &Path, name: &str, units: &[Unit], fs: f64, seconds: f64, limit: i16) {
    let mut random = Random(42);
    let mut x: Vec<f64> = (0..(fs * seconds) as usize).map(|_| 3.0 * random.normal()).collect();
    for unit in units {
        let mut t = 0.1 + random.uniform() / unit.3;
        while t < seconds - 0.1 {
            let first = ((t - 0.015) * fs).ceil() as usize;
            for (k, v) in x.iter_mut().enumerate().skip(first).take((0.03 * fs) as usize) {
                *v += at(unit, (k as f64 / fs - t) * 1e3);
            }
            t += ((1.0 + 0.12 * random.normal()) / unit.3).max(0.03);
        }
    }
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: fs as u32,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(folder.join(name), spec).unwrap();
    for v in x {
        let stored = (v * 10.0).round().clamp(-f64::from(limit), f64::from(limit));
        writer.write_sample(stored as i16).unwrap();
    }
    writer.finalize().unwrap();
}

const UNITS: [Unit; 3] = [(900.0, 0.25, 1.1, 8.5), (520.0, 0.35, -1.4, 10.3), (300.0, 0.2, 2.3, 12.1)];

fn entry(files: &[(&str, &str)], more: &str) -> String {
    let list = |level_is_rest: bool| {
        let mut out = String::new();
        for (file, level) in files.iter().filter(|f| (f.1 == "rest") == level_is_rest) {
            let _ = write!(out, "{{ file = \"{file}\", unit = \"uV\", gain_per_unit = 10");
            let _ = write!(
                out,
                "{} }},",
                if level_is_rest { String::new() } else { format!(", level = \"{level}\"") }
            );
        }
        out
    };
    format!(
        "[[needle]]\nmuscle = \"biceps_brachii\"\nside = \"left\"\nrest = [{}]\ncontraction = [{}]\n{more}\n",
        list(true),
        list(false)
    )
}

fn study(folder: &Path, entries: &str) -> PathBuf {
    let path = folder.join("study.toml");
    let text =
        format!("schema = \"myotome.study/1\"\nid = \"made-up\"\n[subject]\nage_years = 40\n{entries}");
    std::fs::write(&path, text).unwrap();
    path
}

/// The page and the result.
fn analyze(input: &Path, out: &Path, more: &[&str]) -> (String, Value) {
    let output = Command::new(env!("CARGO_BIN_EXE_myotome"))
        .arg("analyze")
        .arg(input)
        .arg("--out")
        .arg(out)
        .args(["--quiet", "--select", "rms"])
        .args(more)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let folder = std::fs::read_dir(out).unwrap().next().unwrap().unwrap().path();
    let page = std::fs::read_to_string(folder.join("report.html")).unwrap();
    let report = serde_json::from_slice(&std::fs::read(folder.join("report.json")).unwrap()).unwrap();
    (page, report)
}

fn is_number(v: &Value) -> bool {
    v.is_number() || v.is_null()
}

/// The fields that the contract of the result file names, with their types.
fn holds_the_contract(row: &Value) {
    for text in ["muscle", "side", "file", "channel", "impression"] {
        assert!(row[text].is_string(), "{text}: {row}");
    }
    for list in ["motor_units", "spontaneous", "interference", "evidence", "caveats"] {
        assert!(row[list].is_array(), "{list}");
    }
    for unit in row["motor_units"].as_array().unwrap() {
        assert!(unit["id"].is_u64() && unit["quantifiable"].is_boolean() && is_number(&unit["rate_hz"]));
        let times = unit["discharge_times_s"].as_array().unwrap();
        assert!(times.iter().all(Value::is_number) && times.len() > 1);
        for number in [
            "amplitude_uv",
            "duration_ms",
            "area_uvms",
            "phases",
            "turns",
            "thickness_ms",
            "size_index",
            "rise_time_ms",
        ] {
            assert!(is_number(unit["muap"].get(number).unwrap()), "{number}");
        }
    }
    for train in row["spontaneous"].as_array().unwrap() {
        assert!(train["kind"].is_string() && train["discharge_times_s"].is_array());
        assert!(train["rate_hz"].is_number() && train["amplitude_uv"].is_number());
        assert!((0.0..=1.0).contains(&train["confidence"].as_f64().unwrap()));
    }
    for epoch in row["interference"].as_array().unwrap() {
        assert!(
            epoch["start_s"].is_number() && epoch["end_s"].is_number() && epoch["turns_per_s"].is_number()
        );
        assert!(is_number(epoch.get("mean_amplitude_uv").unwrap()));
    }
    for grade in ["fibrillation", "positive_sharp_wave", "fasciculation"] {
        assert!(is_number(row["grades"].get(grade).unwrap()));
    }
    let recruitment = row["grades"]["recruitment"].as_str().unwrap();
    assert!(["normal", "reduced", "early", "not_assessable"].contains(&recruitment));
    let words = ["normal", "neurogenic", "myopathic", "indeterminate", "not_interpretable"];
    assert!(words.contains(&row["impression"].as_str().unwrap()));
    if !row["probabilities"].is_null() {
        let all = ["normal", "neurogenic", "myopathic"].map(|c| row["probabilities"][c].as_f64().unwrap());
        assert!((all.iter().sum::<f64>() - 1.0).abs() < 1e-9 && all.iter().all(|p| (0.0..=1.0).contains(p)));
    }
}

#[test]
fn a_study_gives_the_contract_and_pictures_with_every_unit() {
    let folder = shared::temporary("needle-study");
    record(&folder, "rest.wav", &[], 20_000.0, 3.0, i16::MAX);
    record(&folder, "slight.wav", &UNITS, 20_000.0, 6.0, i16::MAX);
    let findings = "findings = { fibrillation = 2, recruitment = \"reduced\" }";
    let input = study(&folder, &entry(&[("rest.wav", "rest"), ("slight.wav", "slight")], findings));
    let (page, report) = analyze(&input, &folder.join("one"), &["--jobs", "1"]);
    let rows = report["needle"].as_array().unwrap();
    rows.iter().for_each(holds_the_contract);
    let files: Vec<&str> = rows.iter().map(|r| r["file"].as_str().unwrap()).collect();
    assert_eq!(files, ["", "rest.wav", "slight.wav"], "the muscle as a whole, then its recordings");

    let units = rows[2]["motor_units"].as_array().unwrap();
    assert!(units.len() >= 3, "{} units", units.len());
    for (unit, truth) in units.iter().zip(&UNITS) {
        let shape: Vec<f64> = (-3000..3000).map(|k| at(truth, f64::from(k) * 0.005)).collect();
        let high = shape.iter().copied().fold(f64::MIN, f64::max);
        let size = high - shape.iter().copied().fold(f64::MAX, f64::min);
        let amplitude = unit["muap"]["amplitude_uv"].as_f64().unwrap();
        assert!((amplitude / size - 1.0).abs() < 0.08, "{amplitude} against {size}");
        let rate = unit["rate_hz"].as_f64().unwrap();
        assert!((rate / truth.3 - 1.0).abs() < 0.08, "{rate} against {}", truth.3);
    }
    assert_eq!(rows[2]["interference"].as_array().unwrap().len(), 6);
    assert!(rows[1]["motor_units"].as_array().unwrap().is_empty(), "nothing is decomposed at rest");
    assert!(rows[2]["spontaneous"].as_array().unwrap().is_empty(), "nothing is spontaneous in a contraction");

    // Entered grades stand, are said to be entered, and are rows of their own.
    assert_eq!(rows[0]["grades"]["fibrillation"], 2);
    assert_eq!(rows[0]["grades"]["recruitment"], "reduced");
    assert_eq!(rows[0]["entered"], serde_json::json!(["fibrillation", "recruitment"]));
    let measures = report["measures"].as_array().unwrap();
    assert!(measures.iter().any(|m| m["id"] == "fibrillation_grade" && m["origin"] == "entered"));
    let known: Vec<&str> = myotome::pipeline::analyze::MEASURES.iter().map(|m| m.id).collect();
    for m in measures.iter().filter(|m| m["where"]["test"] == "needle" && m["id"] != "rms") {
        assert!(known.contains(&m["id"].as_str().unwrap()), "{m}");
        assert!(m["status"] == "value" || m["reason"].is_string(), "{m}");
        assert!(m["limit"]["note"].is_string() && m["method"].as_str().unwrap().len() > 5, "{m}");
    }

    // Every printed amplitude and its marks.
    for unit in units {
        let id = unit["id"].as_u64().unwrap();
        let of = |m: &&Value| m["id"] == "muap_amplitude" && m["where"]["motor_unit"] == id;
        let row = measures.iter().find(of).unwrap();
        assert_eq!(row["value"], unit["muap"]["amplitude_uv"]);
        let printed = format!("{:.0} µV, ", row["value"].as_f64().unwrap());
        assert!(page.contains(&printed), "{printed} stands above its potential");
    }
    for said in
        ["unit 1", "residual: trace minus all units", "intervals (ms)", "turns per second", "negative up"]
    {
        assert!(page.contains(said), "{said}");
    }
    for fetch in ["src=\"http", "href=\"http", "url(http", "@import", "<script"] {
        assert!(!page.contains(fetch), "{fetch}");
    }
    assert!(page.len() < 1_500_000, "{} bytes", page.len());

    let (again, same) = analyze(&input, &folder.join("two"), &["--jobs", "2"]);
    assert!(report == same && page == again, "the number of threads changes nothing");
}

#[test]
fn a_lone_recording_is_its_own_muscle() {
    let folder = shared::temporary("needle-lone");
    record(&folder, "lone.wav", &UNITS, 20_000.0, 5.0, i16::MAX);
    let more = ["--kind", "needle", "--unit", "uV", "--gain", "10"];
    let (page, report) = analyze(&folder.join("lone.wav"), &folder.join("out"), &more);
    let rows = report["needle"].as_array().unwrap();
    assert_eq!(rows.len(), 1);
    holds_the_contract(&rows[0]);
    assert!(rows[0]["file"].as_str().unwrap().ends_with("lone.wav"));
    assert!(rows[0]["motor_units"].as_array().unwrap().len() >= 3);
    assert!(page.contains("unknown muscle"));
    for train in rows[0]["spontaneous"].as_array().unwrap() {
        let of_units = ["fasciculation_potential", "myokymic_discharge", "cramp_potential"];
        assert!(
            !of_units.contains(&train["kind"].as_str().unwrap()),
            "a contraction is not spontaneous: {train}"
        );
    }
}

#[test]
fn what_cannot_be_measured_is_refused_with_the_reason() {
    let folder = shared::temporary("needle-refused");
    let level = |x: f64, i: u32| (x * (f64::from(i) * 0.0157).sin()).round();
    let write = |name: &str, fs: u32, n: u32, value: &dyn Fn(u32) -> f64| {
        let mut text = format!("# sampling frequency {fs} Hz\ntime_s,<i>EMG</i> [uV]\n");
        for i in 0..n {
            let _ = writeln!(text, "{:.6},{}", f64::from(i) / f64::from(fs), value(i));
        }
        std::fs::write(folder.join(name), text).unwrap();
    };
    write("flat.csv", 20_000, 40_000, &|_| 0.0);
    write("hum.csv", 20_000, 40_000, &|i| level(300.0, i));
    write("short.csv", 20_000, 9_000, &|i| level(30.0, i * i % 977));
    let files = [("flat.csv", "slight"), ("hum.csv", "slight"), ("short.csv", "slight")];
    let entries: String = files
        .iter()
        .map(|(f, l)| {
            format!(
                "[[needle]]\nmuscle = \"deltoid\"\ncontraction = [{{ file = \"{f}\", level = \"{l}\" }}]\n"
            )
        })
        .collect();
    let (page, report) = analyze(&study(&folder, &entries), &folder.join("out"), &[]);
    let rows = report["needle"].as_array().unwrap();
    for (row, (file, _)) in rows.iter().filter(|r| r["file"] != "").zip(files) {
        assert_eq!(row["impression"], "not_interpretable", "{file}");
        assert!(
            row["motor_units"].as_array().unwrap().is_empty()
                && row["interference"].as_array().unwrap().is_empty()
        );
        assert!(row["caveats"][0].as_str().unwrap().starts_with("not interpreted: "), "{row}");
        let measures = report["measures"].as_array().unwrap();
        let count =
            measures.iter().find(|m| m["id"] == "motor_unit_count" && m["where"]["file"] == file).unwrap();
        assert!(count["status"] == "undefined" && count["reason"].is_string());
    }
    for whole in rows.iter().filter(|r| r["file"] == "") {
        assert!(
            ["indeterminate", "not_interpretable"].contains(&whole["impression"].as_str().unwrap()),
            "{whole}"
        );
    }
    assert!(page.contains("not interpretable"));
    assert!(!page.contains("<i>EMG") && page.contains("&lt;i&gt;EMG"), "labels are escaped");
}

#[test]
fn a_recording_that_cannot_be_read_does_not_stop_the_others() {
    let folder = shared::temporary("needle-unread");
    record(&folder, "good.wav", &UNITS, 20_000.0, 3.0, i16::MAX);
    std::fs::write(folder.join("bad.wav"), b"RIFF but nothing more").unwrap();
    let other = "[[needle]]\nmuscle = \"deltoid\"\nrest = [{ file = \"missing.wav\" }]\n";
    let input = study(&folder, &entry(&[("good.wav", "slight"), ("bad.wav", "slight")], other));
    let out = folder.join("out");
    let output = Command::new(env!("CARGO_BIN_EXE_myotome"))
        .args(["analyze", "--quiet"])
        .args([&input, Path::new("--out"), &out])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "{told}");
    assert!(told.contains("bad.wav") && told.contains("missing.wav"), "{told}");
    let written = std::fs::read_dir(&out).unwrap().next().unwrap().unwrap().path();
    let report: Value = serde_json::from_slice(&std::fs::read(written.join("report.json")).unwrap()).unwrap();
    let rows = report["needle"].as_array().unwrap();
    assert_eq!(rows.len(), 3, "two muscles and the one recording that was read");
    assert!(rows[0]["caveats"].to_string().contains("bad.wav"));
    assert_eq!(rows[2]["impression"], "not_interpretable");
    assert!(report["not_assessed"].to_string().contains("missing.wav"));
}

#[test]
fn slow_sampling_and_clipping_take_away_what_they_must() {
    let folder = shared::temporary("needle-poor");
    record(&folder, "slow.wav", &UNITS, 4000.0, 6.0, i16::MAX);
    // The tallest unit reaches the rail of ±450 µV at nearly every discharge.
    record(&folder, "clipped.wav", &UNITS, 20_000.0, 6.0, 4500);
    let input = study(&folder, &entry(&[("slow.wav", "slight"), ("clipped.wav", "slight")], ""));
    let (page, report) = analyze(&input, &folder.join("out"), &[]);
    let rows = report["needle"].as_array().unwrap();
    let slow = &rows[1];
    assert!(slow["caveats"].to_string().contains("4000 Hz"), "{}", slow["caveats"]);
    for unit in slow["motor_units"].as_array().unwrap() {
        for refused in ["jitter_us", "rise_time_ms", "consecutive_amplitude_difference"] {
            assert!(unit["muap"][refused].is_null(), "{refused}: {unit}");
        }
    }
    let clipped = rows[2]["motor_units"].as_array().unwrap();
    let unfit = clipped.iter().filter(|u| u["unfit"].to_string().contains("clipped")).count();
    assert!(unfit >= 1, "{clipped:?}");
    assert!(
        clipped
            .iter()
            .filter(|u| u["unfit"].to_string().contains("clipped"))
            .all(|u| u["quantifiable"] == false)
    );
    assert!(page.contains("touch the rail"));
}
