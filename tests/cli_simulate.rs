//! `myotome simulate` as it is typed.

use std::path::PathBuf;
use std::process::{Command, Output};

fn myotome(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_myotome")).args(args).output().expect("it starts")
}

fn folder(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("myotome-cli-simulate-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&path);
    path
}

#[test]
fn the_same_seed_writes_the_same_bytes_and_count_makes_a_folder_each() {
    let (one, two) = (folder("one"), folder("two"));
    for out in [&one, &two] {
        let out = out.to_string_lossy();
        let args =
            ["simulate", "needle", "--seed", "3", "--seconds", "0.5", "--sites", "1", "--levels", "slight"];
        let made = myotome(&[&args[..], &["--rest", "1", "--count", "2", "--out", &out]].concat());
        assert_eq!(made.status.code(), Some(0), "{}", String::from_utf8_lossy(&made.stderr));
    }
    let mut files = 0;
    for entry in walkdir::WalkDir::new(&one).into_iter().map(|e| e.expect("readable")) {
        if entry.file_type().is_file() {
            let other = two.join(entry.path().strip_prefix(&one).expect("below"));
            assert_eq!(std::fs::read(entry.path()).ok(), std::fs::read(&other).ok(), "{}", other.display());
            files += 1;
        }
    }
    // Twice two records of two files, study and truth.
    assert_eq!(files, 12);
    let read = |k: &str| std::fs::read(one.join(k).join("truth.json")).expect("truth");
    assert_ne!(read("001"), read("002"));
    let analysed = myotome(&["check", "--strict", &one.join("001/slight_1.hea").to_string_lossy()]);
    assert_eq!(analysed.status.code(), Some(0), "{}", String::from_utf8_lossy(&analysed.stdout));
    for out in [one, two] {
        std::fs::remove_dir_all(out).expect("ours");
    }
}

#[test]
fn a_wrong_option_is_a_usage_error_and_nothing_is_written() {
    let out = folder("wrong");
    for (option, value, says) in [
        ("--state", "normel", "normal"),
        ("--severity", "2", "0 to 1"),
        ("--seconds", "nan", "0.5 to 120"),
        ("--sampling-frequency", "-1", "2000"),
        ("--muscle", "tibialis", "tibialis"),
        ("--spontaneous", "fibrilation", "fibrillation"),
        ("--artefact", "hum", "hum_only"),
        ("--levels", "light", "slight"),
        ("--count", "0", "1 to"),
        ("--electrode", "surface", "nearest"),
    ] {
        let made =
            myotome(&["simulate", "needle", "--seed", "1", "--out", &out.to_string_lossy(), option, value]);
        let message = String::from_utf8_lossy(&made.stderr).into_owned();
        assert_eq!(made.status.code(), Some(2), "{option} {value}: {message}");
        assert!(message.contains(says), "{option} {value}: {message}");
        assert!(made.stdout.is_empty() && !out.exists());
    }
}

#[test]
fn a_nerve_conduction_study_is_made_analysed_and_scored() {
    let (one, two, reports) = (folder("ncs-one"), folder("ncs-two"), folder("ncs-reports"));
    for out in [&one, &two] {
        let out = out.to_string_lossy();
        let args = ["simulate", "ncs", "--seed", "3", "--state", "carpal_tunnel", "--limbs", "upper"];
        let tests = ["--tests", "motor,sensory", "--source", "mixed", "--count", "2", "--out", &out];
        let made = myotome(&[&args[..], &tests].concat());
        assert_eq!(made.status.code(), Some(0), "{}", String::from_utf8_lossy(&made.stderr));
    }
    for entry in walkdir::WalkDir::new(&one).into_iter().map(|e| e.expect("readable")) {
        if entry.file_type().is_file() {
            let other = two.join(entry.path().strip_prefix(&one).expect("below"));
            assert_eq!(std::fs::read(entry.path()).ok(), std::fs::read(&other).ok(), "{}", other.display());
        }
    }
    let truth = |k: &str| std::fs::read_to_string(one.join(k).join("truth.json")).expect("truth");
    assert!(truth("001") != truth("002") && truth("001").contains("carpal_tunnel"));
    let analysed = myotome(&[
        "analyze",
        "--quiet",
        "--out",
        &reports.to_string_lossy(),
        &one.join("001").to_string_lossy(),
        &one.join("002").to_string_lossy(),
    ]);
    assert_eq!(analysed.status.code(), Some(0), "{}", String::from_utf8_lossy(&analysed.stderr));
    let scored = |more: &[&str]| {
        let made = myotome(&[&["evaluate", "ncs", "--quiet", &one.to_string_lossy()][..], more].concat());
        assert_eq!(made.status.code(), Some(0), "{}", String::from_utf8_lossy(&made.stderr));
        String::from_utf8_lossy(&made.stdout).into_owned()
    };
    // Analysed here or read from the reports: the same scores.
    let json = scored(&["--json"]);
    assert_eq!(json, scored(&["--json", "--reports", &reports.to_string_lossy()]));
    assert!(json.contains("\"myotome.ncs-evaluation/1\"") && json.contains("onset_bias_high"));
    assert!(scored(&["--markdown"]).contains("| bias, SNR ≥ 30 |"));
    for out in [one, two, reports] {
        std::fs::remove_dir_all(out).expect("ours");
    }
}

#[test]
fn a_wrong_option_of_a_nerve_conduction_study_is_a_usage_error() {
    let out = folder("ncs-wrong");
    for (option, value, says) in [
        ("--state", "carpal", "carpal_tunnel"),
        ("--severity", "2", "0 to 1"),
        ("--tests", "motr", "motor"),
        ("--limbs", "arms", "nearest"),
        ("--source", "txt", "text"),
        ("--degenerate", "saturate", "saturated"),
        ("--sampling-frequency", "nan", "5000"),
        ("--f-sweeps", "0", "1 to 200"),
        ("--snr", "0", "1 to"),
        ("--count", "0", "1 to"),
    ] {
        let made =
            myotome(&["simulate", "ncs", "--seed", "1", "--out", &out.to_string_lossy(), option, value]);
        let message = String::from_utf8_lossy(&made.stderr).into_owned();
        assert_eq!(made.status.code(), Some(2), "{option} {value}: {message}");
        assert!(message.contains(says), "{option} {value}: {message}");
        assert!(made.stdout.is_empty() && !out.exists());
    }
}
