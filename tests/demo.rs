//! The bundled demo study, and the list of everything under `data/`.

#![expect(clippy::unwrap_used, reason = "a step that fails is a failed test")]
#![expect(clippy::cast_possible_truncation, reason = "times and sample numbers of short recordings")]

use myotome::format::{self, ReadOptions};
use myotome::measure::Severity;
use myotome::study::{self, RecordingRef, Study};
use myotome::truth::{RecordingTruth, Truth};
use myotome::units::SignalUnit;
use myotome::{norms, recording::ChannelKind};
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

/// Samples in µV, with all that every recording of the demo must have.
fn microvolts(study: &Study, reference: &RecordingRef) -> Vec<f64> {
    let options = ReadOptions {
        unit: reference.unit.as_deref().map(SignalUnit::parse),
        gain: reference.gain_per_unit,
        ..ReadOptions::default()
    };
    let recording = format::read(&study.path_of(reference).unwrap(), &options).unwrap();
    let warnings: Vec<_> = recording.findings.iter().filter(|f| f.severity >= Severity::Warning).collect();
    assert!(warnings.is_empty(), "{}: {warnings:?}", reference.file);
    let [channel] = &recording.channels[..] else { panic!("{}: one channel is wanted", reference.file) };
    assert_eq!(channel.sampling_frequency.0, FS, "{}", reference.file);
    assert!(channel.is_calibrated_voltage(), "{}", reference.file);
    assert!(matches!(channel.kind, ChannelKind::Emg | ChannelKind::Needle), "{}", reference.file);
    assert_eq!(channel.missing_count(), 0, "{}", reference.file);
    channel.si().iter().map(|v| v * 1e6).collect()
}

fn rms(x: &[f64]) -> f64 {
    (x.iter().map(|v| v * v).sum::<f64>() / x.len() as f64).sqrt()
}

fn seconds(x: &[f64], from: f64, to: f64) -> &[f64] {
    &x[(from * FS) as usize..(to * FS) as usize]
}

/// What was put into a recording: `truth.json` lies beside it.
fn truth(file: &str) -> RecordingTruth {
    let (folder, name) = file.split_once('/').unwrap();
    let text = std::fs::read_to_string(data().join("demo").join(folder).join("truth.json")).unwrap();
    let truth: Truth = serde_json::from_str(&text).unwrap();
    assert_eq!(truth.muscle, folder);
    truth.recordings.into_iter().find(|r| r.file == name).unwrap_or_else(|| panic!("{file} has no truth"))
}

fn samples_of(times_s: &[f64]) -> Vec<usize> {
    times_s.iter().map(|t| (t * FS).round() as usize).collect()
}

/// Mean of the stretches around `at`: everything that is not locked to them averages out.
fn average(x: &[f64], at: &[usize], before: usize, after: usize) -> Vec<f64> {
    let whole: Vec<_> = at.iter().filter(|&&i| i >= before && i + after <= x.len()).collect();
    assert!(!whole.is_empty());
    (0..before + after)
        .map(|k| whole.iter().map(|&&i| x[i - before + k]).sum::<f64>() / whole.len() as f64)
        .collect()
}

fn extent(x: &[f64]) -> f64 {
    x.iter().copied().fold(f64::MIN, f64::max) - x.iter().copied().fold(f64::MAX, f64::min)
}

#[test]
fn the_study_holds_what_its_readme_says() {
    let study = demo();
    assert_eq!(study.id.as_deref(), Some("demo-l5"));
    assert_eq!(
        (study.motor.len(), study.sensory.len(), study.f_wave.len(), study.h_reflex.len()),
        (3, 2, 2, 2)
    );
    let muscles: Vec<_> = study.needle.iter().map(|n| n.muscle.as_deref().unwrap()).collect();
    assert_eq!(muscles[..2], ["tibialis_anterior", "vastus_lateralis"]);
    assert_eq!(muscles.len(), 6);
    let readme = std::fs::read_to_string(data().join("demo/README.md")).unwrap();
    assert!(readme.contains("No person was recorded"));
    for needle in &study.needle[..2] {
        assert!(!needle.rest.is_empty());
        let levels: Vec<_> = needle.contraction.iter().map(|c| c.level.unwrap().name()).collect();
        assert_eq!(levels, ["slight", "slight", "moderate", "maximal"]);
    }
    let mut formats: Vec<_> = study.recordings().iter().map(|r| r.file.rsplit('.').next().unwrap()).collect();
    assert_eq!(formats.len(), 11);
    formats.sort_unstable();
    formats.dedup();
    assert_eq!(formats, ["edf", "hea", "wav"], "each reader is shown");
}

#[test]
fn rest_is_quiet_but_for_the_trains_of_the_lesion() {
    let study = demo();
    for (needle, lesion) in study.needle[..2].iter().zip([true, false]) {
        for reference in &needle.rest {
            let x = microvolts(&study, reference);
            assert_eq!(x.len(), 100_000, "{}", reference.file);
            // Median of |x|, over that of a normal distribution: the trains take a small part of the time.
            let mut size: Vec<f64> = x.iter().map(|v| v.abs()).collect();
            size.sort_by(f64::total_cmp);
            let noise = size[size.len() / 2] / 0.6745;
            assert!((1.0..5.0).contains(&noise), "{}: {noise} uV", reference.file);
            let tallest = size[size.len() - 1];
            assert_eq!(tallest > 40.0, lesion, "{}: {tallest} uV", reference.file);

            let trains = truth(&reference.file).spontaneous;
            assert_eq!(!trains.is_empty(), lesion, "{}", reference.file);
            for train in trains {
                let mean = average(&x, &samples_of(&train.discharge_times_s), 60, 60);
                let main = mean[60];
                let positive = train.kind == "positive_sharp_wave";
                assert_eq!(main > 0.0, positive, "{}: {main} uV at the main peak", reference.file);
                // The fibrillation potential begins positive as well, away from the end-plate.
                assert!(mean[..60].iter().copied().fold(f64::MIN, f64::max) > 5.0, "{}", reference.file);
                let amplitude = train.amplitude_uv;
                assert!((20.0..1000.0).contains(&amplitude));
                assert!((extent(&mean) / amplitude - 1.0).abs() < 0.35, "{}: {amplitude}", reference.file);
            }
        }
    }
}

#[test]
fn contractions_hold_the_units_of_the_truth() {
    let study = demo();
    for (needle, lesion) in study.needle[..2].iter().zip([true, false]) {
        for contraction in &needle.contraction {
            let file = &contraction.recording.file;
            let x = microvolts(&study, &contraction.recording);
            let level = contraction.level.unwrap().name();
            assert_eq!(x.len(), 100_000, "{file}");
            let active = rms(seconds(&x, 2.0, 4.9));
            let range = if level == "slight" { 30.0..400.0 } else { 80.0..2000.0 };
            assert!(range.contains(&active), "{file}: {active} uV active");
            let truth = truth(file);
            assert_eq!(truth.level, level);
            assert!((truth.rms_uv / rms(&x) - 1.0).abs() < 1e-6, "{file}: {}", truth.rms_uv);
            if level != "slight" {
                continue;
            }
            let mut tallest = 0.0_f64;
            for unit in &truth.motor_units {
                let at = samples_of(&unit.discharge_times_s);
                let amplitude = unit.muap.amplitude_uv;
                tallest = tallest.max(amplitude);
                if amplitude < 300.0 || at.len() < 30 {
                    continue;
                }
                let mean = average(&x, &at, 100, 100);
                let ratio = extent(&mean) / extent(&unit.potential_uv);
                assert!((ratio - 1.0).abs() < 0.3, "{file}: {amplitude} {ratio}");
                let low = mean.iter().copied().fold(f64::MAX, f64::min);
                assert!(mean[100] < 0.5 * low, "{file}: the negative peak is negative");
            }
            let normal = 300.0..2500.0;
            assert!(lesion || normal.contains(&tallest), "{file}: tallest unit {tallest} uV");
            assert!(tallest > 300.0, "{file}");
        }
    }
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
    assert!(demo <= 4_000_000, "the demo study has {demo} bytes");
}
