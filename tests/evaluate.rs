//! `myotome evaluate needle`: reports scored against a truth written by hand, and docs/ACCURACY.md.

#![expect(clippy::unwrap_used, reason = "a test may stop where its ground gives way")]

use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn myotome(folder: &Path, args: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_myotome"));
    command.current_dir(folder).args(args.split(' ')).output().expect("it starts")
}

/// Two studies, one normal, one chronic, and the reports of a program that found nearly all.
fn made(name: &str) -> PathBuf {
    let root = std::env::temp_dir().join(format!("myotome-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&root);
    let train = |rate: f64, first: f64, n: usize| -> Vec<f64> {
        (0..n).map(|i| first + (i as f64 + 0.3 * ((i * i * 7) % 11) as f64 / 11.0) / rate).collect()
    };
    let potential = |a: f64| -> Vec<f64> {
        (0..60).map(|i| -a * (-0.5 * ((f64::from(i) - 30.0) / 5.0).powi(2)).exp()).collect()
    };
    for (name, class, state) in [("one", "normal", "normal"), ("two", "neurogenic", "chronic")] {
        let muap = |a: f64| {
            json!({ "amplitude_uv": a, "duration_ms": 9.0, "area_uvms": 1.0, "thickness_ms": 1.0, "size_index": 0.1,
                    "rise_time_ms": 0.2, "phases": 3, "turns": 3, "junction_sd_us": 15.0 })
        };
        let unit = |id: u32, a: f64, times: Vec<f64>| {
            json!({ "id": id, "fibres": 100, "discharge_times_s": times, "muap": muap(a),
                    "potential_uv": potential(a), "potential_reference": 30 })
        };
        let (a, b) = (train(9.0, 0.2, 80), train(11.0, 0.3, 90));
        let fib = train(6.0, 0.4, 50);
        let spontaneous: Vec<Value> = if class == "normal" {
            vec![]
        } else {
            vec![
                json!({ "kind": "fibrillation_potential", "discharge_times_s": fib, "amplitude_uv": 90.0, "duration_ms": 3.0 }),
            ]
        };
        let recording = |file: &str, level: &str, units: Vec<Value>, spontaneous: &[Value]| {
            json!({ "file": file, "level": level, "sampling_frequency_hz": 20000.0, "duration_s": 10.0, "rms_uv": 100.0,
                    "noise_rms_uv": 4.0, "motor_units": units, "spontaneous": spontaneous, "artefacts": [] })
        };
        let truth = json!({
            "schema": "myotome.needle-truth/1", "version": "0", "seed": 1, "note": "by hand", "muscle": "tibialis_anterior",
            "class": class, "state": state, "severity": 0.0,
            "recordings": [
                recording("rest.wav", "rest", vec![], &spontaneous),
                recording("slight.hea", "slight", vec![unit(1, 300.0, a.clone()), unit(2, 160.0, b.clone())], &[]),
            ],
        });
        let folder = root.join("studies").join(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("truth.json"), truth.to_string()).unwrap();
        let late: Vec<f64> = a.iter().take(76).map(|t| t + 0.002).collect();
        let report = json!({
            "schema": "myotome.report/1",
            "needle": [
                { "muscle": "", "file": "", "impression": class,
                  "probabilities": { "normal": 0.5, "neurogenic": 0.5, "myopathic": 0.0 } },
                { "file": "x/rest.wav", "motor_units": [],
                  "spontaneous": [{ "kind": "fibrillation_potential", "discharge_times_s": fib, "confidence": 1.0 }] },
                { "file": "x/slight.hea", "motor_units": [
                    { "id": 1, "discharge_times_s": late, "muap": { "amplitude_uv": 303.0, "duration_ms": 9.5, "phases": 3, "turns": 4 } },
                    { "id": 2, "discharge_times_s": train(23.0, 0.1, 40), "muap": {}, "quantifiable": false },
                ] },
            ],
        });
        let folder = root.join("reports").join(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("report.json"), report.to_string()).unwrap();
    }
    root
}

#[test]
fn reports_are_scored_against_the_truth_and_every_figure_follows_by_hand() {
    let root = made("evaluate-json");
    let output = myotome(&root, "evaluate needle studies --reports reports --json --per-unit");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let value: Value = serde_json::from_slice(&output.stdout).unwrap();
    let figure = |id: &str| {
        let all = value["figures"].as_array().unwrap();
        all.iter().find(|f| f["id"] == id).unwrap_or_else(|| panic!("no figure {id}"))["value"].as_f64()
    };
    let near = |id: &str, want: f64| {
        let got = figure(id).unwrap();
        assert!((got - want).abs() < 1e-9, "{id}: {got}, by hand {want}");
    };
    // Only the first unit is tall: 76 of 80 discharges found, none extra.
    near("tall_sensitivity", 0.95);
    near("tall_precision", 1.0);
    // Both are detectable; the train that was given to the second is noise.
    near("detectable_found", 0.5);
    near("detectable_found_tall", 1.0);
    near("detectable_found_tall_10", 1.0);
    near("false_trains", 0.5);
    near("amplitude_error", 0.01);
    near("duration_error", 0.5);
    near("phases_right", 1.0);
    near("turns_right", 0.0);
    // The fibrillation potentials were found in both studies and are in one.
    near("class_right", 0.5);
    near("false_alarms", 1.0);
    near("event_f1", 2.0 * 50.0 / (2.0 * 50.0 + 50.0));
    near("balanced_accuracy", 1.0);
    near("brier", 0.5);
    assert_eq!(value["schema"], "myotome.evaluation/1");
    assert_eq!(value["studies"][1]["recordings"][1]["units"][0]["train"]["id"], 1);
    fs::remove_dir_all(&root).unwrap();
}

#[test]
fn tables_are_printed_as_text_and_as_markdown() {
    let root = made("evaluate-text");
    let output = myotome(&root, "evaluate needle studies/one studies/two --reports reports --per-unit");
    let text = String::from_utf8(output.stdout).unwrap();
    for part in ["sensitivity, units ≥ 2.5 RMS", "95.0 %", "≥ 97 %", "NO", "False trains", "tall detectable"]
    {
        assert!(text.contains(part), "no {part} in\n{text}");
    }
    let output = myotome(&root, "evaluate needle studies --reports reports --markdown");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("| --- |") && !text.contains("False trains"), "{text}");
    fs::remove_dir_all(&root).unwrap();
}

#[test]
fn a_report_that_is_missing_is_named_and_the_others_are_scored() {
    let root = made("evaluate-missing");
    fs::remove_file(root.join("reports/two/report.json")).unwrap();
    let output = myotome(&root, "evaluate needle studies --reports reports");
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8(output.stdout).unwrap().starts_with("1 studies"));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("two") && message.contains("report.json"), "{message}");
    fs::write(root.join("studies/one/truth.json"), "{").unwrap();
    let output = myotome(&root, "evaluate needle studies --reports reports");
    assert_eq!(output.status.code(), Some(4));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("one") && message.contains("truth.json"), "{message}");
    let output = myotome(&root, "evaluate needle reports");
    assert_eq!(output.status.code(), Some(4), "{}", String::from_utf8_lossy(&output.stderr));
    let output = myotome(&root, "evaluate needle");
    assert_eq!(output.status.code(), Some(2));
    fs::remove_dir_all(&root).unwrap();
}

/// docs/ACCURACY.md is written by the command that it names; figures change with the machine's rounding and with
/// the methods, so that only what the generator fixes is compared.
#[test]
fn the_page_of_accuracy_is_as_the_generator_writes_it() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/ACCURACY.md");
    let page = fs::read_to_string(&path).expect("docs/ACCURACY.md is there");
    let command = page.lines().find(|l| l.starts_with("myotome evaluate needle --simulate ")).unwrap();
    let words: Vec<&str> = command.split(' ').collect();
    assert!(
        matches!(words[4..], [seed, "--count", n, "--markdown"]
        if seed.parse::<u64>().is_ok() && n.parse::<u64>().is_ok_and(|n| n >= 10)),
        "{command}"
    );
    let (page, conduction) =
        page.split_at(page.find(myotome::evaluate::ncs::TITLE).expect("the part on nerve conduction"));
    let made = myotome::evaluate::document(command, &[]);
    // Without studies there are no rows; the text around them, with every definition, is the same.
    let after = |text: &str| text[text.find(myotome::evaluate::HEADINGS[1]).unwrap()..].to_owned();
    assert_eq!(
        after(page).trim_end(),
        after(&made).trim_end(),
        "made by another version: run the command that the page names"
    );
    assert_eq!(page.lines().next(), made.lines().next());
    assert!(page.contains(&format!("Version {},", env!("CARGO_PKG_VERSION"))));
    let rows = page.lines().filter(|l| l.starts_with("| ")).count();
    assert!(rows > 30, "only {rows} rows of tables");
    let (conduction, reasoning) = conduction
        .split_at(conduction.find(myotome::evaluate::patterns::TITLE).expect("the part on patterns"));
    let command = conduction.lines().find(|l| l.starts_with("myotome evaluate ncs --simulate ")).unwrap();
    let made = myotome::evaluate::ncs::document(command, &[]);
    let after = |text: &str| text[text.find(myotome::evaluate::ncs::HEADINGS[1]).unwrap()..].to_owned();
    assert_eq!(
        after(conduction).trim_end(),
        after(&made).trim_end(),
        "made by another version: run the command that the page names"
    );
    let command = reasoning.lines().find(|l| l.starts_with("myotome evaluate patterns --simulate ")).unwrap();
    let made = myotome::evaluate::patterns::document(command, &[], &[]);
    assert_eq!(
        after(reasoning),
        after(&made),
        "made by another version: run the command that the page names"
    );
    for part in [conduction, reasoning] {
        assert!(part.contains(&format!("Version {},", env!("CARGO_PKG_VERSION"))));
        let rows = part.lines().filter(|l| l.starts_with("| ")).count();
        assert!(rows > 30, "only {rows} rows of tables");
    }
}
