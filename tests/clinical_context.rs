//! Clinical context stands beside the result and never in it.

#![expect(clippy::unwrap_used, reason = "a test may stop where its ground gives way")]

mod shared;

use myotome::pipeline::analyze::{self, Analysis, Options};
use myotome::report;
use std::process::Command;

const STUDY: &str = r#"
schema = "myotome.study/1"
id = "one"
[subject]
age_years = 54
complaint_region = "lumbosacral"
SUBJECT
SCORES
[[motor]]
nerve = "tibial"
side = "left"
muscle = "abductor_hallucis"
[[motor.stimulation]]
site = "ankle"
distance_mm = 80
values = { onset_latency_ms = 6.9, amplitude_mv = 1.6 }
[[needle]]
muscle = "tibialis_anterior"
side = "left"
findings = { fibrillation = 2, recruitment = "reduced" }
"#;

fn analyse(name: &str, subject: &str, scores: &str) -> Analysis {
    let folder = shared::temporary(&format!("context-{name}"));
    std::fs::write(folder.join("study.toml"), STUDY.replace("SUBJECT", subject).replace("SCORES", scores))
        .unwrap();
    analyze::run(&folder, &Options::default()).unwrap()
}

const SCORES: &str =
    "[scores]\nstart_back_total = 6\nstart_back_psychosocial = 4\ndn4 = 5\nid_pain = 2\npain_detect = 15";

#[test]
fn a_score_changes_no_electrodiagnostic_number() {
    let without = analyse("without", "days_since_onset = 60", "");
    assert!(analyse("nothing", "", "").report.context.is_none());
    let high = analyse("high", "days_since_onset = 60", SCORES);
    let low = analyse("low", "days_since_onset = 60", "[scores]\nstart_back_total = 0\ndn4 = 0");
    let json = |a: &Analysis| serde_json::to_value(&a.report).unwrap();
    let (none, high_json, low_json) = (json(&without), json(&high), json(&low));
    for field in [
        "measures",
        "needle",
        "patterns",
        "next_tests",
        "pitfalls",
        "by_chance",
        "disagreements",
        "quality",
        "not_assessed",
        "setup",
    ] {
        let text = none[field].to_string();
        assert_eq!(text, high_json[field].to_string(), "{field}");
        assert_eq!(text, low_json[field].to_string(), "{field}");
    }
    assert!(!none["measures"].as_array().unwrap().is_empty());
    assert_ne!(high_json["context"], low_json["context"]);
}

#[test]
fn the_report_shows_the_bands_and_both_sides_of_a_contradiction() {
    let analysis = analyse("shown", "days_since_onset = 60\ndiabetes = true", SCORES);
    let json: serde_json::Value = serde_json::from_str(&report::json(&analysis).unwrap()).unwrap();
    let context = &json["context"];
    let band = |key: &str| {
        let all = context["questionnaires"].as_array().unwrap();
        all.iter().find(|q| q["key"] == key).unwrap()["band"].clone()
    };
    assert_eq!(band("start_back_total"), "high");
    assert_eq!(band("dn4"), "at_or_above");
    assert_eq!(band("pain_detect"), "unclear");
    assert_eq!(band("id_pain"), "likely");
    let frames = context["time_frames"].as_array().unwrap();
    let position = |id: &str| frames.iter().find(|f| f["id"] == id).unwrap()["position"].clone();
    assert_eq!(position("chronic"), "not_reached");
    assert_eq!(position("start_back_stratify"), "past");
    assert_eq!(position("less_severe"), "cannot_be_judged");
    assert_eq!(position("minimum_14_weeks"), "not_reached");
    let page = report::html(&analysis).unwrap();
    for text in [
        "not part of the electrodiagnostic result",
        "within 3 months at the latest",
        "14 weeks as the least time",
        "Contradicts",
        "diabetes: yes",
        "recalled, not verified",
    ] {
        assert!(page.contains(text), "{text}");
    }
}

#[test]
fn what_is_missing_or_of_another_region_is_not_filled_in() {
    let open = analyse("open", "", "[scores]\nstart_back_total = 6");
    let context = open.report.context.unwrap();
    assert_eq!(context.questionnaires[0].band, None);
    assert!(context.time_frames.iter().all(|f| f.position == "cannot_be_judged"));
    let folder = shared::temporary("context-other");
    let text = STUDY
        .replace("\"lumbosacral\"", "\"other\"")
        .replace("SUBJECT", "days_since_onset = 3")
        .replace("SCORES", "");
    std::fs::write(folder.join("study.toml"), text).unwrap();
    let other = analyze::run(&folder, &Options::default()).unwrap();
    assert!(other.report.context.is_none(), "time frames of back complaints do not hold for another region");
    let page = report::html(&other).unwrap();
    assert!(!page.contains("id=\"context\""));
}

#[test]
fn an_earlier_operation_says_which_cautions_are_given() {
    let needle = "[[needle]]\nmuscle = \"paraspinal_l5\"\nside = \"left\"\nfindings = { fibrillation = 2 }\n";
    let guards = |surgery: &str| {
        let analysis = analyse("surgery", surgery, needle);
        serde_json::to_string(&analysis.report.pitfalls).unwrap()
    };
    assert_ne!(guards("previous_back_surgery = \"lumbosacral\""), guards("previous_back_surgery = \"none\""));
}

#[test]
fn aetiologies_are_listed() {
    let done =
        Command::new(env!("CARGO_BIN_EXE_myotome")).args(["list", "etiologies", "--json"]).output().unwrap();
    let rows: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
    let rows = rows.as_array().unwrap();
    assert_eq!(rows.len(), myotome::norms::context::ETIOLOGIES.len());
    assert!(
        rows.iter()
            .all(|r| !r["role"].as_str().unwrap().is_empty() && !r["patterns"].as_str().unwrap().is_empty())
    );
}

#[test]
fn every_source_of_the_tables_is_told_in_full() {
    use myotome::norms;
    use myotome::norms::context::{BANDS, ETIOLOGIES, TIME_FRAMES, TOOLS};
    let told = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/data/SOURCES.md")).unwrap();
    let all = TOOLS.iter().map(|t| t.source);
    let all = all.chain(BANDS.iter().flat_map(|b| [b.source, b.next_step_source]));
    let all = all.chain(TIME_FRAMES.iter().map(|f| f.source)).chain(ETIOLOGIES.iter().map(|e| e.source));
    let all = all.chain(norms::REPEATABILITY.iter().map(|r| r.source));
    let mut seen = 0;
    for id in all.flat_map(|s| s.split(';')).filter(|s| !s.is_empty()) {
        assert!(told.contains(&format!("\n| {id} | ")), "{id}");
        seen += 1;
    }
    assert!(seen > 100, "{seen}");
}
