//! The bundled demo study, and the list of everything under `data/`.

#![expect(clippy::unwrap_used, reason = "a step that fails is a failed test")]

use myotome::format::{self, ReadOptions};
use myotome::measure::Severity;
use myotome::norms;
use myotome::pipeline::analyze::{self, Options};
use myotome::study::{self, RecordingRef, Study};
use myotome::truth::patient::Truth;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

const FS: f64 = 20_000.0;

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data")
}

fn demo() -> Study {
    let mut study = study::read(&data().join("demo")).unwrap();
    study.resolve_ids(norms::muscle_id, norms::nerve_id).unwrap();
    study
}

/// What was put into the patient.
fn truth() -> Truth {
    let text = std::fs::read_to_string(data().join("demo/truth.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Samples in µV, with all that every needle recording of the demo must have.
fn microvolts(study: &Study, reference: &RecordingRef) -> Vec<f64> {
    let recording = format::read(&study.path_of(reference).unwrap(), &ReadOptions::default()).unwrap();
    let warnings: Vec<_> = recording.findings.iter().filter(|f| f.severity >= Severity::Warning).collect();
    assert!(warnings.is_empty(), "{}: {warnings:?}", reference.file);
    let [channel] = &recording.channels[..] else { panic!("{}: one channel is wanted", reference.file) };
    assert_eq!(channel.sampling_frequency.0, FS, "{}", reference.file);
    assert!(channel.is_calibrated_voltage(), "{}", reference.file);
    assert_eq!(channel.missing_count(), 0, "{}", reference.file);
    channel.si().iter().map(|v| v * 1e6).collect()
}

#[test]
fn the_study_holds_what_its_readme_says() {
    let study = demo();
    assert_eq!(study.id.as_deref(), Some("demo-l5"));
    let readme = std::fs::read_to_string(data().join("demo/README.md")).unwrap();
    assert!(readme.contains("No person was recorded"));
    assert_eq!((study.motor.len(), study.sensory.len(), study.h_reflex.len()), (2, 3, 2));
    assert_eq!(study.needle.len(), 6);
    for needle in &study.needle {
        assert_eq!(needle.rest.len(), 2);
        let levels: Vec<_> = needle.contraction.iter().map(|c| c.level.unwrap().name()).collect();
        let spine = needle.muscle.as_deref() == Some("paraspinal_lumbosacral");
        let all = ["slight", "slight", "maximal"];
        assert_eq!(levels, if spine { &all[..0] } else { &all[..] });
        assert!(needle.findings.is_none(), "everything is measured, nothing entered");
    }
}

#[test]
fn rest_is_quiet_but_for_the_denervated_muscles() {
    let (study, truth) = (demo(), truth());
    for needle in &study.needle {
        let id = needle.muscle.as_deref().unwrap();
        let muscle = truth.muscles.iter().find(|m| m.muscle == id).unwrap();
        let tallest = needle.rest.iter().map(|reference| {
            let x = microvolts(&study, reference);
            assert_eq!(x.len(), 100_000, "{}", reference.file);
            // Median of |x|, over that of a normal distribution: the trains take a small part of the time.
            let mut size: Vec<f64> = x.iter().map(|v| v.abs()).collect();
            size.sort_by(f64::total_cmp);
            let noise = size[size.len() / 2] / 0.6745;
            assert!((0.5..8.0).contains(&noise), "{}: {noise} uV", reference.file);
            size[size.len() - 1]
        });
        let tallest = tallest.fold(0.0, f64::max);
        let limb = needle.contraction.len() > 1;
        assert!(!limb || (tallest > 40.0) == (muscle.denervated > 0.05), "{id}: {tallest} uV");
    }
}

/// The first thing that a new user sees: what was put in is what the findings suggest, and the criteria are met.
#[test]
fn the_analysis_suggests_what_was_put_in() {
    let truth = truth();
    let analysis = analyze::run(&data().join("demo"), &Options::default()).unwrap();
    assert!(analysis.failed.is_empty(), "{:?}", analysis.failed);
    let first = &analysis.report.patterns[0];
    let lesion = &truth.lesions[0];
    assert_eq!(first.id, lesion.pattern);
    assert_eq!((&first.level, &first.side), (&lesion.level, &lesion.side));
    assert!(first.probability.unwrap() > 0.7, "{first:?}");
    assert_eq!(first.rule.verdict, "met");
    let (mut changed, mut seen) = (0, 0);
    for muscle in truth.muscles.iter().filter(|m| !m.muscle.starts_with("paraspinal")) {
        let row =
            analysis.report.needle.iter().find(|n| n.muscle == muscle.muscle && n.file.is_empty()).unwrap();
        let neurogenic = row.impression == "neurogenic";
        assert!(!neurogenic || muscle.lost > 0.2, "{}: {}", muscle.muscle, row.impression);
        changed += usize::from(muscle.lost > 0.2);
        seen += usize::from(neurogenic);
    }
    assert!(seen + 1 >= changed, "{seen} of {changed} muscles that lost axons are called neurogenic");
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().map(Result::unwrap);
    entries.filter(|e| e.file_type().is_file()).map(walkdir::DirEntry::into_path).collect()
}

#[test]
fn every_file_of_data_is_listed_with_its_checksum() {
    let root = data();
    let sources = std::fs::read_to_string(root.join("SOURCES.md")).unwrap();
    let mut seen = 0;
    let mut wrong = Vec::new();
    for path in files_below(&root) {
        let name = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
        if name == "SOURCES.md" || name.rsplit('/').next().unwrap().starts_with('.') {
            continue;
        }
        let digest = Sha256::digest(std::fs::read(&path).unwrap());
        let sum: String = digest.iter().map(|b| format!("{b:02x}")).collect();
        let listed = sources.lines().any(|l| l.contains(&format!("| `{name}` |")) && l.contains(&sum));
        if !listed {
            wrong.push(format!("{name} {sum}"));
        }
        seen += 1;
    }
    assert!(seen > 15, "only {seen} files under data/");
    assert!(wrong.is_empty(), "data/SOURCES.md lacks these, or has another checksum:\n{}", wrong.join("\n"));
    // And no line speaks of a file that is gone.
    let sums = sources.split('`').filter(|w| w.len() == 64 && w.bytes().all(|b| b.is_ascii_hexdigit()));
    let listed = sums.count();
    assert_eq!(listed, seen, "lines and files under data/");
    let demo: u64 = files_below(&root.join("demo")).iter().map(|p| p.metadata().unwrap().len()).sum();
    assert!(demo <= 7_000_000, "the demo study has {demo} bytes");
}
