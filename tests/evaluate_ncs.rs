//! Scores of nerve conduction studies: a report that says the truth, one that is off by a known amount, spoilt
//! recordings, the tables.

#![expect(clippy::unwrap_used, reason = "a step that fails is a failed test")]

use myotome::evaluate::Style;
use myotome::evaluate::ncs::{self, FIGURES, Row, Score};
use myotome::simulate::ncs::{Degenerate, Options, State, Test, study};
use myotome::truth::ncs::{ResponseTruth, Truth};
use serde_json::{Value, json};

fn truth(state: State, tests: &[Test], degenerate: Vec<Degenerate>) -> Truth {
    let options = Options {
        seed: 41,
        state: Some(state),
        severity: Some(0.7),
        tests: tests.to_vec(),
        f_sweeps: 20,
        degenerate,
        ..Options::default()
    };
    study(&options).unwrap().truth
}

/// A report row.
fn row(id: &str, value: Option<f64>, status: &str, place: Value) -> Value {
    json!({ "id": id, "status": status, "value": value, "unit": "", "uncertainty": 0.1, "where": place,
            "verdict": "normal" })
}

/// What a program would write that knows the truth; latencies `late` ms later and amplitudes `larger` times.
fn report(t: &Truth, late: f64, larger: f64) -> Vec<Value> {
    let mut rows = Vec::new();
    let mut response = |r: &ResponseTruth, place: &Value, unit: f64| {
        let status = if r.present { "value" } else { "absent" };
        rows.push(row("onset_latency", r.onset_ms.map(|v| v + late), status, place.clone()));
        let amplitude = r.amplitude_uv.map(|a| a / unit * larger);
        rows.push(row("amplitude_baseline_to_negative_peak", amplitude, status, place.clone()));
    };
    for m in &t.motor {
        for s in &m.stimulation {
            let place = json!({ "test": "motor", "nerve": m.nerve, "side": m.side, "site": s.site,
                                "segment": null, "file": format!("folder/{}", s.file) });
            response(&s.response, &place, 1000.0);
        }
    }
    for m in &t.sensory {
        for s in &m.stimulation {
            let place = json!({ "test": "sensory", "nerve": m.nerve, "side": m.side, "site": s.site,
                                "segment": null, "file": s.file });
            response(&s.response, &place, 1.0);
        }
    }
    for m in &t.motor {
        for s in &m.segments {
            let place = json!({ "test": "motor", "nerve": m.nerve, "side": m.side, "site": "",
                                "segment": s.segment, "file": "" });
            let velocity = s.conduction_velocity_m_s;
            rows.push(row("conduction_velocity", velocity, "value", place.clone()));
            let block = s.block_share_percent >= 50.0;
            let mut said = row("conduction_block", s.area_fall_percent, "value", place);
            said["verdict"] = json!(if block { "abnormal" } else { "normal" });
            rows.push(said);
        }
    }
    for f in &t.f_wave {
        let place = json!({ "test": "f_wave", "nerve": f.nerve, "file": f.file });
        rows.push(row("f_min_latency", f.min_latency_ms.map(|v| v + late), "value", place.clone()));
        rows.push(row("f_persistence", Some(f.persistence_percent), "value", place.clone()));
        rows.push(row("a_wave", Some(f.a_waves.len() as f64), "value", place));
    }
    for r in &t.repetitive_stimulation {
        let place = json!({ "test": "repetitive_stimulation", "file": r.file });
        rows.push(row("decrement", Some(r.decrement_percent), "value", place));
    }
    for s in &t.cmap_scan {
        let place = json!({ "test": "cmap_scan", "file": s.file });
        rows.push(row("cmap_scan_units", Some(0.9 * s.units as f64), "value", place));
    }
    rows
}

fn figure(id: &str, scores: &[&Score]) -> Option<f64> {
    let f = FIGURES.iter().find(|f| f.id == id).unwrap_or_else(|| panic!("no figure {id}"));
    (f.compute)(scores).map(|v| v.0)
}

fn near(id: &str, scores: &[&Score], want: f64) {
    let got = figure(id, scores).unwrap_or_else(|| panic!("{id}: nothing"));
    assert!((got - want).abs() < 1e-9, "{id}: {got}, not {want}");
}

const TESTS: &[Test] = &[Test::Motor, Test::Sensory, Test::FWave, Test::Repetitive, Test::Scan];

#[test]
fn who_says_the_truth_reaches_every_goal_but_the_scans() {
    let t = truth(State::ConductionBlock, TESTS, Vec::new());
    let score = ncs::score("one", &t, &ncs::from_values(&report(&t, 0.0, 1.0)));
    let all = [&score];
    for id in ["onset_bias_high", "onset_sd_high", "amplitude_error", "f_persistence_error", "f_min_error"] {
        near(id, &all, 0.0);
    }
    for id in ["presence_right", "a_waves_right", "block_right", "latency_coverage"] {
        near(id, &all, 1.0);
    }
    assert!(figure("decrement_error", &all).unwrap() < 0.5, "the wobble of the electrode alone");
    near("false_alarms", &all, 0.0);
    near("velocity_error_true", &all, 0.0);
    // What the study file states is not the true distance.
    assert!(figure("velocity_error", &all).unwrap() > 0.0);
    near("scan_units_error", &all, 0.1);
    assert!(score.segments.iter().any(|s| s.block == Some(true)), "{:?}", score.segments);
    assert!(score.segments.iter().any(|s| s.block == Some(false)));
}

#[test]
fn known_errors_are_found_as_they_are() {
    let t = truth(State::Normal, TESTS, Vec::new());
    let score = ncs::score("one", &t, &ncs::from_values(&report(&t, 0.25, 1.02)));
    let all = [&score];
    near("onset_bias_high", &all, 0.25);
    near("onset_sd_high", &all, 0.0);
    near("onset_gross", &all, 0.0);
    near("amplitude_error", &all, 0.02);
    near("f_min_error", &all, 0.25);
    near("latency_coverage", &all, 0.0);
    let gross = ncs::score("one", &t, &ncs::from_values(&report(&t, -0.7, 1.0)));
    near("onset_gross", &[&gross], 1.0);
    near("onset_bias_high", &[&gross], -0.7);
}

#[test]
fn what_is_not_said_is_wrong() {
    let t = truth(State::Normal, TESTS, Vec::new());
    let silent = ncs::score("one", &t, &[]);
    near("presence_right", &[&silent], 0.0);
    assert_eq!(figure("onset_bias_high", &[&silent]), None);
    assert_eq!(figure("verdicts_given", &[&silent]), Some(0.0));
    let absent = truth(State::Normal, &[Test::Motor], vec![Degenerate::Absent]);
    assert!(absent.motor.iter().all(|m| m.stimulation.iter().all(|s| !s.response.present)));
}

#[test]
fn a_plain_normal_value_of_a_spoilt_recording_is_counted_and_a_doubted_one_is_not() {
    let t = truth(State::Normal, &[Test::Motor, Test::Repetitive], vec![Degenerate::Saturated]);
    let mut rows: Vec<Row> = ncs::from_values(&report(&t, 0.0, 1.0));
    let plain = ncs::score("one", &t, &rows);
    assert_eq!(plain.plainly_normal.len(), 10, "the amplitudes of ten sites");
    near("plainly_normal", &[&plain], 1.0);
    assert!(plain.responses.is_empty(), "a spoilt study counts in no other figure");
    assert_eq!(figure("decrement_error", &[&plain]), None);
    rows.iter_mut().for_each(|r| r.doubted = true);
    near("plainly_normal", &[&ncs::score("one", &t, &rows)], 0.0);
    let moved = truth(State::Normal, &[Test::Repetitive], vec![Degenerate::Movement]);
    let mut rows = ncs::from_values(&report(&moved, 0.0, 1.0));
    near("artefact_trains", &[&ncs::score("one", &moved, &rows)], 0.0);
    rows.iter_mut().for_each(|r| (r.artefact, r.doubted) = (true, true));
    let flagged = ncs::score("one", &moved, &rows);
    near("artefact_trains", &[&flagged], 1.0);
    near("plainly_normal", &[&flagged], 0.0);
}

#[test]
fn tables_and_json_hold_every_figure_that_can_be_computed() {
    let t = truth(State::Normal, TESTS, Vec::new());
    let scores: Vec<Score> = (0..3)
        .map(|k| ncs::score("one", &t, &ncs::from_values(&report(&t, f64::from(k) * 0.01, 1.0))))
        .collect();
    let tables = ncs::tables(&scores);
    let text = tables[0].render(Style::Text);
    let all: Vec<&Score> = scores.iter().collect();
    for f in FIGURES {
        assert_eq!(text.contains(f.name), (f.compute)(&all).is_some(), "{}", f.id);
        assert!(!f.definition.is_empty() && f.goal.is_none_or(|(low, high)| low <= high));
    }
    let json = ncs::to_json(&scores, true);
    assert_eq!(json["figures"].as_array().unwrap().len(), FIGURES.len());
    assert_eq!(json["studies"][0]["responses"].as_array().unwrap().len(), 21);
}

/// From samples to scores, once: the errors are those of measuring, not of reading another file.
#[test]
fn a_simulated_patient_is_analysed_and_scored() {
    let root = std::env::temp_dir().join(format!("myotome-evaluate-ncs-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&root);
    let folders = ncs::make_studies(77, 1, &root).unwrap();
    let options = myotome::pipeline::analyze::Options::default();
    let scores: Vec<Score> = folders.iter().map(|f| ncs::of_study(f, &options).unwrap()).collect();
    let all: Vec<&Score> = scores.iter().collect();
    assert_eq!((scores.len(), scores[0].responses.len()), (2, 21));
    assert!(figure("onset_bias_high", &all).unwrap().abs() < 0.15);
    assert!(figure("amplitude_error", &all).unwrap() < 0.05);
    assert!(figure("presence_right", &all).unwrap() > 0.9);
    assert!(!scores[1].plainly_normal.is_empty());
    std::fs::remove_dir_all(root).unwrap();
}
