//! `myotome evaluate model` and `analyze --model` from the command line.

#![expect(clippy::unwrap_used, reason = "a test may stop where its ground gives way")]

mod model_support;
mod shared;

use model_support::{Leak, Temporary, table, temporary};
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

fn myotome(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_myotome")).args(arguments).output().expect("it starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A table in a folder of its own.
fn written(text: &str) -> (Temporary, String) {
    let folder = temporary();
    let path = folder.0.join("features.csv");
    std::fs::write(&path, text).unwrap();
    let path = path.display().to_string();
    (folder, path)
}

const ROLES: [&str; 4] = ["--label", "group", "--subject", "patient"];

fn evaluate(path: &str, more: &[&str]) -> Output {
    let arguments: Vec<&str> = ["evaluate", "model", path].into_iter().chain(more.iter().copied()).collect();
    myotome(&arguments)
}

#[test]
fn what_would_mislead_is_refused_with_the_reason() {
    let good = table(Leak::None, 12, 4);
    let one_class = good.replace("lesion", "healthy");
    let two_labels = good.replacen(",healthy,P0\n", ",lesion,P0\n", 1);
    let nobody = good.replacen(",P0\n", ",\n", 1);
    let word = good.replacen(",emg,0,0.25,", ",emg,0,0.25,many", 1);
    for (what, table, more, said) in [
        (
            "no such subject column",
            &good,
            vec!["--label", "group", "--subject", "person"],
            "windows of one person are alike",
        ),
        (
            "an empty subject column",
            &good,
            vec!["--label", "group", "--subject", ""],
            "windows of one person are alike",
        ),
        ("no such label column", &good, vec!["--label", "grup", "--subject", "patient"], "`group`"),
        (
            "a subject with two labels",
            &two_labels,
            ROLES.to_vec(),
            "subject `P0` has the labels healthy and lesion",
        ),
        ("one class", &one_class, ROLES.to_vec(), "at least 2 are needed"),
        ("a window of nobody", &nobody, ROLES.to_vec(), "line 2 has none"),
        ("a word among the features", &word, ROLES.to_vec(), "is no number"),
        (
            "more folds than subjects",
            &good,
            [&ROLES[..], &["--folds", "7"]].concat(),
            "class `healthy` has 6 subjects; 7 are needed",
        ),
        ("one fold", &good, [&ROLES[..], &["--folds", "1"]].concat(), "at least 2"),
        ("an unknown learner", &good, [&ROLES[..], &["--model", "forrest"]].concat(), "`forest`"),
        ("an unknown feature", &good, [&ROLES[..], &["--features", "zcc"]].concat(), "`zc`"),
        (
            "the label as a feature",
            &good,
            [&ROLES[..], &["--features", "group"]].concat(),
            "it is no feature",
        ),
        ("an impossible error", &good, [&ROLES[..], &["--miss", "0"]].concat(), "--miss"),
        (
            "another window",
            &good,
            [&ROLES[..], &["--save", "never.json", "--window", "100"]].concat(),
            "made with 250 ms",
        ),
    ] {
        let (_folder, path) = written(table);
        let output = evaluate(&path, &more);
        assert_eq!(output.status.code(), Some(2), "{what}: {}", text(&output.stderr));
        assert!(
            output.stdout.is_empty() && text(&output.stderr).contains(said),
            "{what}: {}",
            text(&output.stderr)
        );
    }
    assert!(!Path::new("never.json").exists());
}

#[test]
fn there_is_no_way_to_split_windows_at_random() {
    let help = text(&myotome(&["evaluate", "model", "--help"]).stdout);
    assert!(
        help.contains("--subject") && !help.contains("--split") && !help.contains("random window"),
        "{help}"
    );
    let (_folder, path) = written(&table(Leak::None, 12, 4));
    let output = evaluate(&path, &["--label", "group"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("--subject"), "{}", text(&output.stderr));
}

#[test]
fn figures_alarms_and_files_are_written() {
    let (folder, path) = written(&table(Leak::Amplitude, 24, 5));
    let out = folder.0.join("out").display().to_string();
    let more = ["--trees", "20", "--permutations", "20", "--model", "lda", "--out", &out, "--quiet"];
    let output = evaluate(&path, &[&ROLES[..], &more].concat());
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    for part in [
        "balanced accuracy",
        "95 % interval",
        "LEAK ALARMS",
        "amplitude alone",
        "cannot be judged",
        "healthy",
        "Reliability",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let json: Value =
        serde_json::from_slice(&std::fs::read(folder.0.join("out/evaluation.json")).unwrap()).unwrap();
    assert_eq!(json["schema"], "myotome.model_evaluation/1");
    assert_eq!(json["subjects"].as_array().unwrap().len(), 24);
    let rows = |name: &str| std::fs::read_to_string(folder.0.join("out").join(name)).unwrap().lines().count();
    assert_eq!((rows("subjects.csv"), rows("windows.csv")), (25, 121));
    assert!(std::fs::read_to_string(folder.0.join("out/reliability.svg")).unwrap().starts_with("<svg"));
    let again = evaluate(&path, &[&ROLES[..], &more, &["--jobs", "1"]].concat());
    assert_eq!(said, text(&again.stdout), "the same on one thread");
}

#[test]
fn a_second_table_can_say_whose_a_file_is() {
    let whole = table(Leak::None, 14, 4);
    // Without the last two columns.
    let bare = |line: &str| line.rsplitn(3, ',').last().unwrap().to_owned() + "\n";
    let features: String = whole.lines().map(bare).collect();
    let (folder, path) = written(&features);
    let mut map = "file,group,patient\n".to_owned();
    (0..14).for_each(|s| map += &format!("elsewhere/r{s}.edf,{},P{s}\n", ["healthy", "lesion"][s % 2]));
    let who = folder.0.join("who.csv");
    std::fs::write(&who, &map).unwrap();
    let who = who.display().to_string();
    let more = ["--subjects", &who, "--permutations", "0", "--importance", "0", "--json", "--quiet"];
    let output = evaluate(&path, &[&ROLES[..], &more].concat());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let (_other, inside) = written(&whole);
    let direct = evaluate(
        &inside,
        &[&ROLES[..], &["--permutations", "0", "--importance", "0", "--json", "--quiet"]].concat(),
    );
    let figures = |o: &Output| serde_json::from_slice::<Value>(&o.stdout).unwrap()["cross_validated"].clone();
    assert_eq!(figures(&output), figures(&direct), "the same people, the same figures");
    std::fs::write(&who, map.replace("r5.edf", "other.edf")).unwrap();
    let output = evaluate(&path, &[&ROLES[..], &more].concat());
    assert!(text(&output.stderr).contains("no row for `r5.edf`"), "{}", text(&output.stderr));
}

/// Recordings of two groups that differ in frequency: a model of them, used on one of them and on something else.
#[test]
fn a_model_is_trained_on_recordings_and_asked_by_analyze() {
    let folder = temporary();
    let recordings = folder.0.join("recordings");
    std::fs::create_dir_all(&recordings).unwrap();
    let mut map = "file,group,patient\n".to_owned();
    for s in 0..24_u32 {
        let (name, slow) = (format!("s{s}.csv"), s % 2 == 0);
        std::fs::write(recordings.join(&name), recording(s, if slow { 60.0 } else { 130.0 }, 1.0)).unwrap();
        map += &format!("{name},{},P{s}\n", if slow { "slow" } else { "fast" });
    }
    std::fs::write(folder.0.join("who.csv"), map).unwrap();
    let at = |name: &str| folder.0.join(name).display().to_string();
    let recipe = ["--bandpass", "20-450", "--window", "200", "--step", "100"];
    let table = at("features.parquet");
    let made = myotome(
        &[
            &["features", &at("recordings"), "--out", &table, "--select", "mnf,zc,rms", "--quiet"],
            &recipe[..],
        ]
        .concat(),
    );
    assert_eq!(made.status.code(), Some(0), "{}", text(&made.stderr));
    let (who, model, out) = (at("who.csv"), at("model.json"), at("reports"));
    let more = ["--subjects", &who, "--save", &model, "--permutations", "0", "--importance", "0"];
    let trained = evaluate(&table, &[&ROLES[..], &more, &recipe].concat());
    assert_eq!(trained.status.code(), Some(0), "{}", text(&trained.stderr));
    assert!(
        text(&trained.stdout).contains("too good"),
        "such tones are told apart without error, and that is an alarm"
    );

    let asked = |file: &str| -> Value {
        let kind = ["--kind", "surface", "--json", "--quiet"];
        let output = myotome(&[&["analyze", file, "--model", &model, "--out", &out], &kind[..]].concat());
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        serde_json::from_slice::<Value>(&output.stdout).unwrap()["models"][0].clone()
    };
    let row = asked(&at("recordings/s3.csv"));
    assert_eq!(row["answer"], "fast", "{row}");
    assert!(
        row["class_probabilities"]["fast"].as_f64().unwrap() > 0.8
            && row["set"] == serde_json::json!(["fast"])
    );
    assert!(row["model"]["table"] == "features.parquet" && row["model"]["subjects"]["slow"] == 12);
    assert!(row["cross_validated"]["figures"]["balanced_accuracy"]["value"].as_f64().unwrap() > 0.9);
    assert!(row["model"]["alarms"].as_array().unwrap().iter().any(|a| a == "too_good"));
    let page = std::fs::read_to_string(folder.0.join("reports/s3/report.html")).unwrap();
    assert!(page.contains("Statistical models") && page.contains("mixed into no other finding"));
    assert!(page.contains("Leak alarms were raised"));

    // A thousand times as large: nothing like it was trained on.
    std::fs::write(folder.0.join("loud.csv"), recording(77, 130.0, 1000.0)).unwrap();
    let row = asked(&at("loud.csv"));
    assert!(row["abstained"] == true && row["answer"].is_null(), "{row}");
    assert!(row["why"][0].as_str().unwrap().contains("outside"), "{row}");

    let broken = at("broken.json");
    std::fs::write(&broken, "{\"schema\":\"myotome.model/1\"}").unwrap();
    let output = myotome(&["analyze", &at("loud.csv"), "--model", &broken, "--out", &out]);
    assert!(
        output.status.code() != Some(0) && text(&output.stderr).contains("broken.json"),
        "{}",
        text(&output.stderr)
    );
}

/// 4 s at 1 kHz of a tone that wanders about `hz`, of some 100 µV, with noise.
fn recording(seed: u32, hz: f64, gain: f64) -> String {
    let mut out = "time_s,emg [uV]\n".to_owned();
    let mut random = seed.wrapping_mul(2_654_435_761).wrapping_add(12_345);
    let mut phase = f64::from(seed);
    let own = 1.0 + 0.02 * f64::from(seed % 7);
    for i in 0..4000 {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = f64::from(random >> 8) / f64::from(1 << 24) - 0.5;
        phase += 2.0 * std::f64::consts::PI * (hz * own + 20.0 * noise) / 1000.0;
        let slow = 1.0 + 0.3 * (f64::from(i) * 0.004 + f64::from(seed)).sin();
        out += &format!(
            "{:.3},{:.4}\n",
            f64::from(i) / 1000.0,
            gain * (100.0 * slow * phase.sin() + 40.0 * noise)
        );
    }
    out
}

#[test]
fn three_subjects_of_three_classes_say_nothing() {
    let Some(data) = shared::data() else { return };
    let folder = temporary();
    let at = |name: &str| folder.0.join(name).display().to_string();
    let table = at("features.csv");
    let made = myotome(&["features", &data.join("emgdb").display().to_string(), "--out", &table, "--quiet"]);
    assert_eq!(made.status.code(), Some(0), "{}", text(&made.stderr));
    let files: std::collections::BTreeSet<String> = std::fs::read_to_string(&table)
        .unwrap()
        .lines()
        .skip(1)
        .map(|l| l.split(',').next().unwrap().to_owned())
        .collect();
    let mut map = "file,group,patient\n".to_owned();
    files.iter().enumerate().for_each(|(i, f)| map += &format!("{f},g{i},P{i}\n"));
    assert!(files.len() >= 3, "{files:?}");
    std::fs::write(folder.0.join("who.csv"), map).unwrap();
    for folds in ["5", "leave-one-out"] {
        let output =
            evaluate(&table, &[&ROLES[..], &["--subjects", &at("who.csv"), "--folds", folds]].concat());
        assert_eq!(output.status.code(), Some(2));
        let said = text(&output.stderr);
        assert!(
            output.stdout.is_empty()
                && said.contains("has 1 subject")
                && said.contains("nothing can be said"),
            "{said}"
        );
    }
}

#[test]
fn cut_and_flipped_tables_are_refused_or_read_but_never_panic() {
    let folder = temporary();
    let at = |name: &str| folder.0.join(name);
    for s in 0..4 {
        std::fs::write(at(&format!("s{s}.csv")), recording(s, 100.0, 1.0)).unwrap();
    }
    let names: Vec<String> = (0..4).map(|s| at(&format!("s{s}.csv")).display().to_string()).collect();
    let columns = myotome::evaluate::model::Columns {
        label: "file".into(),
        subject: "channel".into(),
        ..Default::default()
    };
    for extension in ["parquet", "csv"] {
        let path = at(&format!("whole.{extension}"));
        let shown = path.display().to_string();
        let more = ["--out", &shown, "--select", "mav,zc,mnf", "--step", "1000", "--quiet"];
        let made = myotome(
            &["features"].into_iter().chain(names.iter().map(String::as_str)).chain(more).collect::<Vec<_>>(),
        );
        assert_eq!(made.status.code(), Some(0), "{}", text(&made.stderr));
        let whole = std::fs::read(&path).unwrap();
        let broken = at(&format!("broken.{extension}"));
        for k in 0..400 {
            let mut bytes = whole.clone();
            let i = k * whole.len() / 400;
            if k % 2 == 0 {
                bytes.truncate(i);
            } else {
                bytes[i] ^= 1 << (k % 8);
            }
            std::fs::write(&broken, bytes).unwrap();
            // Any answer will do.
            let _ = myotome::evaluate::model::read(&broken, &columns);
        }
        // The whole table is read: one channel has several files, which is two labels of one subject.
        let whole = myotome::evaluate::model::read(&path, &columns).unwrap_err().to_string();
        assert!(whole.contains("has the labels"), "{whole}");
    }
}
