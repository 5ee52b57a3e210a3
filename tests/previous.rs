//! Comparison with an earlier study of the same subject.

#![expect(clippy::unwrap_used, reason = "a test may stop where its ground gives way")]

mod shared;

use myotome::pipeline::analyze::previous::Earlier;
use myotome::pipeline::analyze::{self, Options};
use myotome::report;
use myotome::result::Previous;
use std::path::{Path, PathBuf};
use std::process::Command;

const STUDY: &str = r#"
schema = "myotome.study/1"
id = "one"
[subject]
age_years = 54
[[motor]]
nerve = "tibial"
side = "left"
muscle = "abductor_hallucis"
skin_temperature_c = 32
[[motor.stimulation]]
site = "ankle"
distance_mm = 80
values = { onset_latency_ms = 4.0, amplitude_mv = 10.0, negative_peak_duration_ms = 5 }
[[motor.stimulation]]
site = "popliteal_fossa"
distance_mm = 400
values = { onset_latency_ms = 12.0, amplitude_mv = 8.0, conduction_velocity_m_s = 50 }
[[sensory]]
nerve = "sural"
side = "left"
recording_site = "lateral_malleolus"
technique = "antidromic"
[[sensory.stimulation]]
site = "calf"
distance_mm = 140
values = { peak_latency_ms = 3.6, amplitude_uv = 12.0 }
[[needle]]
muscle = "tibialis_anterior"
side = "left"
findings = { fibrillation = 2, positive_sharp_wave = 1, recruitment = "reduced" }
"#;

fn folder(name: &str, text: &str) -> PathBuf {
    let folder = shared::temporary(&format!("previous-{name}"));
    std::fs::write(folder.join("study.toml"), text).unwrap();
    folder
}

/// What the comparison of two studies says.
fn compare(name: &str, old: &str, new: &str) -> Previous {
    let (old, new) = (folder(&format!("{name}-old"), old), folder(&format!("{name}-new"), new));
    against(&old, &new)
}

fn against(old: &Path, new: &Path) -> Previous {
    let options = Options::default();
    let mut analysis = analyze::run(new, &options).unwrap();
    analysis.compare(&Earlier::read(old, &options).unwrap()).unwrap();
    analysis.report.previous.unwrap()
}

/// Verdict and reason of a number.
fn verdict(previous: &Previous, id: &str, site: &str) -> (&'static str, String) {
    let row = previous
        .measures
        .iter()
        .find(|m| m.id == id && m.place.site.as_deref().or(m.place.segment.as_deref()) == Some(site))
        .unwrap_or_else(|| panic!("no {id} at {site}"));
    (row.verdict, row.why.clone())
}

const AMPLITUDE: &str = "amplitude_baseline_to_negative_peak";

#[test]
fn numbers_of_one_place_are_held_against_the_variation_between_visits() {
    let new = STUDY
        .replace("onset_latency_ms = 4.0, amplitude_mv = 10.0", "onset_latency_ms = 6.0, amplitude_mv = 7.0")
        .replace("amplitude_uv = 12.0", "amplitude_uv = 2.0");
    let previous = compare("moved", STUDY, &new);
    let row = previous.measures.iter().find(|m| m.id == "onset_latency").unwrap();
    assert_eq!((row.change, row.change_percent, row.verdict), (Some(2.0), Some(50.0), "changed"));
    // 1.96 √2 × 4.2 and 9.8 % of 5 ms.
    assert!(
        (row.within.unwrap() - 0.582).abs() < 1e-3 && (row.beyond.unwrap() - 1.358).abs() < 1e-3,
        "{row:?}"
    );
    assert!(row.source.contains("KONG2009"), "{}", row.source);
    assert_eq!(verdict(&previous, AMPLITUDE, "ankle").0, "within_repeatability");
    assert_eq!(verdict(&previous, AMPLITUDE, "popliteal_fossa").0, "within_repeatability");
    assert_eq!(verdict(&previous, AMPLITUDE, "calf").0, "changed");
    assert_eq!(verdict(&previous, "negative_peak_duration", "ankle").0, "cannot_be_judged");
    assert!(previous.only_before.is_empty() && previous.only_now.is_empty() && previous.notes.is_empty());
    // A study against itself has not changed.
    let same = compare("same", STUDY, STUDY);
    assert!(same.measures.len() > 5 && same.measures.iter().all(|m| m.verdict != "changed"));
    assert!(same.needle.iter().all(|g| g.verdict == "same") && same.needle.len() == 3);
}

#[test]
fn what_is_set_up_otherwise_is_not_compared() {
    let far = compare("far", STUDY, &STUDY.replace("distance_mm = 80", "distance_mm = 100"));
    for site in ["ankle", "popliteal_fossa"] {
        let (verdict, why) = verdict(&far, "onset_latency", site);
        assert!(verdict == "cannot_be_judged" && why.contains("mm now"), "{site}: {why}");
    }
    assert_eq!(verdict(&far, AMPLITUDE, "ankle").0, "within_repeatability");
    let open = compare("open", &STUDY.replace("distance_mm = 80\n", ""), STUDY);
    assert!(verdict(&open, "onset_latency", "ankle").1.contains("earlier study does not state the distance"));
    let turned = compare("turned", STUDY, &STUDY.replace("antidromic", "orthodromic"));
    let (said, why) = verdict(&turned, AMPLITUDE, "calf");
    assert!(said == "cannot_be_judged" && why.contains("antidromic then, orthodromic now"), "{why}");
    let cold = compare("cold", STUDY, &STUDY.replace("skin_temperature_c = 32", "skin_temperature_c = 28"));
    assert!(verdict(&cold, "onset_latency", "ankle").1.contains("28 °C"));
    // At the site of the limit cold casts doubt on the size as well.
    assert_eq!(verdict(&cold, AMPLITUDE, "popliteal_fossa").0, "within_repeatability");
    let other = compare("other", STUDY, &STUDY.replace("side = \"left\"", "side = \"right\""));
    assert!(other.measures.is_empty() && other.needle.is_empty());
    assert_eq!((other.only_before.len(), other.only_now.len()), (3, 3));
    assert!(other.notes.iter().any(|n| n.contains("one side then")), "{:?}", other.notes);
}

#[test]
fn grades_absences_and_what_was_tested_once_are_shown() {
    let new = STUDY
        .replace("fibrillation = 2, positive_sharp_wave = 1", "fibrillation = 0")
        .replace("values = { peak_latency_ms = 3.6, amplitude_uv = 12.0 }", "response = \"absent\"")
        + "[[needle]]\nmuscle = \"vastus_medialis\"\nside = \"left\"\nfindings = { fibrillation = 1 }\n";
    let previous = compare("grades", STUDY, &new);
    let grade = |finding: &str| previous.needle.iter().find(|g| g.finding == finding).unwrap();
    let fibrillation = grade("fibrillation");
    assert_eq!(
        (fibrillation.old.as_deref(), fibrillation.new.as_deref(), fibrillation.verdict),
        (Some("2"), Some("0"), "differs")
    );
    assert_eq!(
        (grade("positive_sharp_wave").new.as_deref(), grade("positive_sharp_wave").verdict),
        (None, "cannot_be_judged")
    );
    assert_eq!(grade("recruitment").verdict, "same");
    let gone = previous.measures.iter().find(|m| m.id == AMPLITUDE && m.place.test == "sensory").unwrap();
    assert_eq!((gone.new.status.as_str(), gone.change), ("absent", None));
    assert!(gone.why.contains("none now"), "{}", gone.why);
    assert_eq!(previous.only_now.len(), 1);
    assert_eq!(previous.only_now[0].muscle, "vastus_medialis");
}

#[test]
fn an_earlier_result_file_says_the_same_as_its_study() {
    let (old, new) = (folder("file-old", STUDY), folder("file-new", &STUDY.replace("uv = 12.0", "uv = 2.0")));
    let analysis = analyze::run(&old, &Options::default()).unwrap();
    let out = shared::temporary("previous-file-out");
    report::write(&analysis, &out).unwrap();
    let by_study = against(&old, &new);
    for path in [out.join("report.json"), out.clone()] {
        let by_file = against(&path, &new);
        assert_eq!(by_file.measures, by_study.measures);
        assert_eq!(by_file.needle, by_study.needle);
    }
    assert!(by_study.measures.iter().any(|m| m.verdict == "changed"));
}

#[test]
fn the_result_itself_is_the_same_with_and_without_an_earlier_study() {
    let (old, new) =
        (folder("beside-old", STUDY), folder("beside-new", &STUDY.replace("uv = 12.0", "uv = 2.0")));
    let options = Options::default();
    let plain = analyze::run(&new, &options).unwrap();
    let mut compared = plain.clone();
    compared.compare(&Earlier::read(&old, &options).unwrap()).unwrap();
    let mut value = serde_json::to_value(&compared.report).unwrap();
    assert!(value.as_object_mut().unwrap().remove("previous").is_some());
    assert_eq!(value, serde_json::to_value(&plain.report).unwrap());
}

#[test]
fn a_result_that_is_none_is_refused_with_the_reason() {
    let folder = shared::temporary("previous-bad");
    let path = folder.join("report.json");
    for (text, wanted) in [
        ("", "line"),
        ("{", "line 1"),
        ("[]", "line 1"),
        ("{}", "myotome.report/1"),
        ("{\"schema\": \"myotome.report/2\"}", "myotome.report/2"),
        ("{\"schema\": 3}", "line 1"),
        ("{\"schema\": \"myotome.report/1\"}", "measures"),
        ("{\"schema\": \"myotome.report/1\",\n \"measures\": [{\"id\": 3}]}", "line 2"),
        ("{\"schema\": \"myotome.report/1\", \"measures\": [], \"needle\": 3}", "line 1"),
    ] {
        std::fs::write(&path, text).unwrap();
        let said = Earlier::read(&path, &Options::default()).unwrap_err().to_string();
        assert!(said.contains(wanted) && said.contains("report.json"), "{text}: {said}");
    }
    let deep = format!("{{\"schema\": \"myotome.report/1\", \"x\": {}", "[".repeat(100_000));
    std::fs::write(&path, deep).unwrap();
    assert!(Earlier::read(&path, &Options::default()).is_err());
}

#[test]
fn the_command_line_compares_and_refuses() {
    let (old, new) = (folder("cli-old", STUDY), folder("cli-new", &STUDY.replace("uv = 12.0", "uv = 2.0")));
    let out = shared::temporary("previous-cli-out");
    let run = |args: &[&str]| Command::new(env!("CARGO_BIN_EXE_myotome")).args(args).output().unwrap();
    let [old, new, out] = [&old, &new, &out].map(|p| p.to_str().unwrap());
    let done = run(&["analyze", new, "--previous", old, "--out", out]);
    let text = String::from_utf8_lossy(&done.stdout).into_owned();
    assert_eq!(done.status.code(), Some(0));
    assert!(text.contains("compared with one:") && text.contains("changed: sensory, left, sural"), "{text}");
    let name = Path::new(new).file_name().unwrap();
    let page = std::fs::read_to_string(Path::new(out).join(name).join("report.html")).unwrap();
    assert!(page.contains("Compared with an earlier study") && page.contains("▲ changed"));
    let two = run(&["analyze", new, old, "--previous", old, "--out", out]);
    assert_eq!(two.status.code(), Some(2));
    for earlier in ["/nowhere", "README.md"] {
        let bad = run(&["analyze", new, "--previous", earlier, "--out", out]);
        assert_eq!(bad.status.code(), Some(2), "{earlier}");
        assert!(String::from_utf8_lossy(&bad.stderr).contains("report.json"), "{earlier}");
    }
}
