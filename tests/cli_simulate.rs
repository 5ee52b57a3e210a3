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
