//! Scores of patterns: hand-made reports against hand-made truths, then the whole way once.

#![expect(clippy::unwrap_used, reason = "a step that fails is a failed test")]

use myotome::evaluate::Style;
use myotome::evaluate::patterns::{self, FIGURES, Found, Score};
use myotome::pipeline::analyze;
use myotome::study::{Study, parse};
use myotome::truth::patient::{LesionTruth, Truth};
use serde_json::{Value, json};

/// Pattern, level, side, severity, days.
type Lesion<'a> = (&'a str, Option<&'a str>, Option<&'a str>, f64, f64);

fn truth(lesions: &[Lesion]) -> Truth {
    let lesions: Vec<LesionTruth> = lesions
        .iter()
        .map(|(pattern, level, side, severity, days)| LesionTruth {
            pattern: (*pattern).into(),
            family: patterns::family(pattern),
            level: level.map(str::to_owned),
            side: side.map(str::to_owned),
            severity: *severity,
            days_since_onset: *days,
        })
        .collect();
    let joined = lesions.iter().map(|l| l.pattern.as_str()).collect::<Vec<_>>().join("+");
    let pattern = if lesions.is_empty() { "normal".into() } else { joined };
    Truth { pattern, lesions, limb_muscles: 6, ..Truth::default() }
}

fn entry(id: &str, level: Option<&str>, side: Option<&str>, p: Option<f64>) -> Value {
    json!({ "id": id, "level": level, "side": side, "probability": p, "rule": { "verdict": "not_met", "criteria": [] },
            "evidence": [] })
}

fn found(rows: &[Value]) -> Vec<Found> {
    patterns::from_values(rows)
}

fn leg() -> Study {
    parse(
        "schema = \"myotome.study/1\"\n[[needle]]\nmuscle = \"tibialis_anterior\"\nside = \"right\"\nfindings = { \
         fibrillation = 2 }\n[[needle]]\nmuscle = \"gluteus_medius\"\nside = \"right\"\nfindings = { fibrillation = 1 }\n",
    )
    .unwrap()
}

fn figure(id: &str, scores: &[&Score]) -> Option<f64> {
    (FIGURES.iter().find(|f| f.id == id).unwrap().compute)(scores).map(|v| v.0)
}

#[test]
fn probabilities_of_roots_are_summed_and_the_greatest_is_the_first_suggestion() {
    let t = truth(&[("radiculopathy", Some("L5"), Some("right"), 0.6, 60.0)]);
    let rows = [
        entry("radiculopathy", Some("L5"), Some("right"), Some(0.4)),
        entry("radiculopathy", Some("S1"), Some("right"), Some(0.2)),
        entry("carpal_tunnel+radiculopathy", Some("L5"), Some("right"), Some(0.1)),
        entry("polyradiculopathy", None, Some("bilateral"), Some(0.05)),
        entry("normal", None, None, Some(0.25)),
        entry("not_assessable_small_fibre", None, None, None),
    ];
    let s = patterns::score("one", &t, &leg(), &found(&rows));
    assert!((s.p_radicular.unwrap() - 0.75).abs() < 1e-12);
    assert!((s.p_true.unwrap() - 0.6).abs() < 1e-12, "only what names exactly the true lesions");
    let first = s.first.clone().unwrap();
    assert_eq!((first.id.as_str(), first.right), ("radiculopathy", true));
    assert_eq!((s.level_exact(), s.level_near(), s.side_right()), (Some(true), Some(true), Some(true)));
    assert_eq!(s.family_right(), Some(1.0));
    assert_eq!((s.muscles, s.severity, s.days), (6, 0.6, Some(60.0)));

    let silent = patterns::score("two", &t, &leg(), &[]);
    assert_eq!((silent.p_radicular, silent.first.clone(), silent.level_exact()), (None, None, None));
    assert_eq!(figure("auc", &[&silent]), None);
}

#[test]
fn levels_sides_and_families_are_held_against_the_truth() {
    let of = |t: &Truth, row: Value| patterns::score("x", t, &leg(), &found(&[row]));
    let c8 = truth(&[("radiculopathy", Some("C8"), Some("left"), 0.5, 90.0)]);
    let merged = of(&c8, entry("radiculopathy", Some("C8/T1"), Some("left"), Some(0.9)));
    assert_eq!(
        (merged.level_exact(), merged.level_within(), merged.level_near()),
        (Some(false), Some(true), Some(true))
    );
    let next = of(&c8, entry("radiculopathy", Some("C7"), Some("right"), Some(0.9)));
    assert_eq!(
        (next.level_within(), next.level_near(), next.side_right()),
        (Some(false), Some(true), Some(false))
    );
    let far = of(&c8, entry("radiculopathy", Some("C5"), Some("left"), Some(0.9)));
    assert_eq!(far.level_near(), Some(false));
    let missed = of(&c8, entry("ulnar_elbow", None, Some("left"), Some(0.9)));
    assert_eq!(
        (missed.level_exact(), missed.side_right(), missed.called_radicular()),
        (None, None, Some(false))
    );
    assert_eq!(missed.family_right(), Some(0.0));

    let both = truth(&[
        ("carpal_tunnel", None, Some("left"), 0.4, 300.0),
        ("radiculopathy", Some("C6"), Some("left"), 0.7, 60.0),
    ]);
    assert_eq!(of(&both, entry("carpal_tunnel", None, Some("left"), Some(0.8))).family_right(), Some(0.5));
    let named = of(&both, entry("radiculopathy+carpal_tunnel", Some("C6"), Some("left"), Some(0.8)));
    assert!(named.first.clone().unwrap().right, "in either order");
    assert_eq!((named.family_right(), named.severity), (Some(1.0), 0.7));
    // A second lesion that is not there costs half.
    assert_eq!(
        of(&c8, entry("carpal_tunnel+radiculopathy", Some("C8"), Some("left"), Some(0.8))).family_right(),
        Some(0.5)
    );
    let none = truth(&[]);
    let normal = of(&none, entry("normal", None, None, Some(0.9)));
    assert_eq!((normal.family_right(), normal.radicular, normal.days), (Some(1.0), false, None));
    let poly = truth(&[("polyradiculopathy", None, Some("bilateral"), 0.5, 90.0)]);
    assert!(of(&poly, entry("normal", None, None, Some(0.5))).radicular);
}

#[test]
fn criteria_and_citations_are_checked_against_the_study() {
    let t = truth(&[("radiculopathy", Some("L5"), Some("right"), 0.6, 60.0)]);
    let with = |verdict: &str, muscle: &str| {
        json!({ "id": "radiculopathy", "level": "L5", "side": "right", "probability": 0.9,
                "rule": { "verdict": verdict, "criteria": [{ "id": "R1", "verdict": verdict }, { "id": "R3", "verdict": "met" }] },
                "evidence": [{ "finding": "x", "where": { "test": "needle", "muscle": muscle, "side": "right" } }] })
    };
    let good = patterns::score("x", &t, &leg(), &found(&[with("met", "tibialis_anterior")]));
    assert_eq!((good.clause_met, good.two_muscles, good.criteria_met), (Some(true), Some(true), Some(true)));
    assert_eq!((good.cited, good.invented), (1, 0));
    let bad = patterns::score("x", &t, &leg(), &found(&[with("not_met", "soleus")]));
    assert_eq!((bad.clause_met, bad.two_muscles, bad.invented), (Some(false), Some(true), 1));
    assert_eq!(figure("rule_agreement", &[&good, &bad]), Some(0.5));
    assert_eq!(figure("invented", &[&good, &bad]), Some(0.5));
    assert_eq!(figure("criteria_need_rule", &[&good, &bad]), Some(1.0));
    let open = patterns::score("x", &t, &leg(), &found(&[with("indeterminate", "soleus")]));
    assert_eq!(open.clause_met, None, "what cannot be judged is no disagreement");
}

#[test]
fn figures_are_their_definitions_on_a_made_up_series() {
    let root = truth(&[("radiculopathy", Some("L5"), Some("right"), 0.3, 10.0)]);
    let none = truth(&[]);
    let mut scores = Vec::new();
    for i in 0..200 {
        let p = (f64::from(i) + 0.5) / 200.0;
        // True as often as it says.
        let is = (f64::from(i) * 0.618_034).fract() < p;
        let rows = [
            entry("radiculopathy", Some("L5"), Some("right"), Some(p)),
            entry("normal", None, None, Some(1.0 - p)),
        ];
        scores.push(patterns::score(&format!("{i}"), if is { &root } else { &none }, &leg(), &found(&rows)));
    }
    let all: Vec<&Score> = scores.iter().collect();
    let get = |id: &str| figure(id, &all).unwrap();
    // P uniform and calibrated: area 5/6, Brier 1/6, sensitivity and specificity at 0.5 of 3/4.
    assert!((get("auc") - 5.0 / 6.0).abs() < 0.02, "{}", get("auc"));
    assert!((get("brier_radicular") - 1.0 / 6.0).abs() < 0.01);
    assert!((get("sensitivity") - 0.75).abs() < 0.03 && (get("specificity") - 0.75).abs() < 0.03);
    assert!(get("calibration_radicular") < 0.05 && get("calibration_first") < 0.06);
    // Without a root P has the density 2(1 - p): 90 % lie below 1 - √0.1 = 0.684; above it are 1 - 0.684² of the roots.
    assert!((get("sensitivity_at_90") - 0.532).abs() < 0.06, "{}", get("sensitivity_at_90"));
    assert_eq!(figure("invented", &all), None, "nothing was cited");

    let tables = patterns::tables(&scores);
    let text: String = tables.iter().map(|t| t.render(Style::Markdown)).collect();
    for heading in
        ["Figures", "True families", "Reliability of P(root)", "by severity", "by days", "Every pattern"]
    {
        assert!(text.contains(heading), "{heading}");
    }
    let bins = patterns::reliability(
        &scores.iter().map(|s| (s.p_radicular.unwrap(), s.radicular)).collect::<Vec<_>>(),
    );
    assert!(bins.len() >= 10);
    let value = patterns::to_json(&scores, true);
    assert_eq!(value["schema"], patterns::SCHEMA);
    assert_eq!(value["per_study"].as_array().unwrap().len(), 200);
    assert!(value["figures"][0]["interval_95"][0].as_f64().unwrap() < get("auc"));
    let page = patterns::document("myotome evaluate patterns --simulate 1", &scores, &[]);
    assert!(
        page.contains("simulated patients test the reasoning")
            || page.contains("Simulated patients test the reasoning")
    );
}

#[test]
fn made_patients_are_analysed_and_scored() {
    let root = std::env::temp_dir().join(format!("myotome-evaluate-patterns-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&root);
    let mut scores: Vec<Score> = Vec::new();
    for number in 1..=12 {
        for folder in patterns::make_studies(31, number, &root).unwrap() {
            let score = patterns::of_study(&folder, &analyze::Options::default()).unwrap();
            let truth = patterns::read_truth(&folder).unwrap();
            assert_eq!(score.pattern, truth.pattern);
            scores.push(score);
        }
    }
    assert_eq!(scores.len(), 12);
    assert!(scores.iter().all(|s| s.invented == 0), "cited what is not there");
    let _ = std::fs::remove_dir_all(&root);
}
