//! What must hold of the probabilities whatever was found: they are a distribution, they cite only what is there, what
//! was not done weighs nothing, and the order in which a study is written does not matter.

#![expect(clippy::unwrap_used, reason = "a test may stop where its ground gives way")]

mod shared;

use myotome::pipeline::analyze::{self, Options};
use myotome::result::{PatternRow, Report};
use std::fmt::Write;
use std::path::Path;

/// A small generator of our own, so that each seed is the same study everywhere.
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % n
    }
    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

const MUSCLES: [&str; 24] = [
    "deltoid",
    "biceps_brachii",
    "triceps_brachii",
    "pronator_teres",
    "flexor_carpi_radialis",
    "extensor_indicis_proprius",
    "first_dorsal_interosseous",
    "abductor_pollicis_brevis",
    "infraspinatus",
    "rhomboid_major",
    "paraspinal_c7",
    "vastus_lateralis",
    "adductor_longus",
    "tibialis_anterior",
    "tibialis_posterior",
    "peroneus_longus",
    "tensor_fasciae_latae",
    "gastrocnemius_medial",
    "biceps_femoris_short",
    "gluteus_maximus",
    "abductor_hallucis",
    "paraspinal_l5",
    "paraspinal_s1",
    "genioglossus",
];

/// Tables of one study, each a whole entry.
fn entries(draw: &mut Draw) -> Vec<String> {
    let mut out = Vec::new();
    let odd = draw.below(3);
    for muscle in MUSCLES {
        if draw.below(2) == 0 {
            continue;
        }
        let side = draw.one(&["left", "right", "right"]);
        let sick = draw.below(6) < odd;
        let grade = |draw: &mut Draw| if sick { draw.below(4) } else { 0 };
        let mut findings = format!("fibrillation = {}, positive_sharp_wave = {}", grade(draw), grade(draw));
        if draw.below(2) == 0 {
            let word = if sick { draw.one(&["increased", "decreased", "normal"]) } else { "normal" };
            let _ = write!(findings, ", muap_amplitude = \"{word}\", muap_duration = \"{word}\"");
        }
        if draw.below(2) == 0 {
            let word = if sick { draw.one(&["reduced", "early", "normal", "none"]) } else { "normal" };
            let _ = write!(findings, ", recruitment = \"{word}\", fasciculation = {}", grade(draw));
        }
        out.push(format!(
            "[[needle]]\nmuscle = \"{muscle}\"\nside = \"{side}\"\nfindings = {{ {findings} }}\n"
        ));
    }
    for (nerve, site, at) in [
        ("sural", "lateral_malleolus", "calf"),
        ("superficial_fibular", "lateral_ankle", "lateral_leg"),
        ("median", "digit_2", "wrist"),
        ("ulnar", "digit_5", "wrist"),
    ] {
        let amplitude = draw.one(&["1.0", "14.0", "25.0"]);
        let what = if draw.below(6) == 0 {
            "response = \"absent\"".to_owned()
        } else {
            let peak = draw.one(&["3.2", "3.4", "5.0"]);
            format!("values = {{ peak_latency_ms = {peak}, amplitude_uv = {amplitude} }}")
        };
        if draw.below(2) == 0 {
            let side = draw.one(&["left", "right"]);
            out.push(format!(
                "[[sensory]]\nnerve = \"{nerve}\"\nside = \"{side}\"\nrecording_site = \"{site}\"\n\
                 [[sensory.stimulation]]\nsite = \"{at}\"\ndistance_mm = 140\n{what}\n"
            ));
        }
    }
    if draw.below(2) == 0 {
        let (latency, amplitude) = (draw.one(&["3.5", "6.0"]), draw.one(&["8.0", "1.0"]));
        out.push(format!(
            "[[motor]]\nnerve = \"median\"\nside = \"right\"\nmuscle = \"abductor_pollicis_brevis\"\n\
             [[motor.stimulation]]\nsite = \"wrist\"\ndistance_mm = 80\n\
             values = {{ onset_latency_ms = {latency}, amplitude_mv = {amplitude} }}\n\
             [[motor.stimulation]]\nsite = \"elbow\"\ndistance_mm = 220\n\
             values = {{ onset_latency_ms = 10.0, amplitude_mv = {amplitude} }}\n"
        ));
    }
    out
}

fn analyse(folder: &Path, entries: &[String]) -> Report {
    let head = "schema = \"myotome.study/1\"\n[subject]\nage_years = 51\nsex = \"male\"\nheight_cm = 175\n\
                complaint_side = \"right\"\n";
    std::fs::write(folder.join("study.toml"), format!("{head}{}", entries.concat())).unwrap();
    analyze::run(folder, &Options::default()).unwrap().report
}

fn probability(row: &PatternRow) -> f64 {
    row.probability.unwrap_or(0.0)
}

/// Of one explanation, by what names it.
fn of<'a>(report: &'a Report, like: &PatternRow) -> Option<&'a PatternRow> {
    report.patterns.iter().find(|p| p.id == like.id && p.level == like.level && p.side == like.side)
}

#[test]
fn probabilities_are_a_distribution_and_cite_only_what_was_found() {
    let folder = shared::temporary("probabilities");
    let mut judged = 0;
    for seed in 0..150 {
        let entries = entries(&mut Draw(seed));
        let report = analyse(&folder, &entries);
        if report.patterns.is_empty() {
            assert!(entries.is_empty(), "seed {seed}: something was tested and nothing judged");
            continue;
        }
        judged += 1;
        let sum: f64 = report.patterns.iter().map(probability).sum();
        assert!((sum - 1.0).abs() < 1e-9, "seed {seed}: {sum}");
        let given: Vec<f64> = report.patterns.iter().filter_map(|p| p.probability).collect();
        assert!(given.windows(2).all(|w| w[0] >= w[1]), "seed {seed}: not sorted");
        assert!(given.iter().all(|p| p.is_finite() && (0.0..=1.0).contains(p)), "seed {seed}");
        assert!(report.patterns.iter().any(|p| p.id == "normal"));
        for p in &report.patterns {
            for e in &p.evidence {
                assert!(e.weight_db.is_finite() && !e.finding.is_empty());
                let w = &e.place;
                let found = if w.test == "needle" {
                    report
                        .needle
                        .iter()
                        .any(|n| Some(&n.muscle) == w.muscle.as_ref() && Some(&n.side) == w.side.as_ref())
                } else {
                    report.measures.iter().any(|m| m.place == *w)
                };
                assert!(found, "seed {seed}: {} is not in the study", e.finding);
            }
        }
        for next in report.next_tests.iter().filter(|n| n.test == "needle") {
            let done =
                report.needle.iter().any(|n| Some(&n.muscle) == next.muscle.as_ref() && n.side == next.side);
            assert!(!done, "seed {seed}: {next:?} was done");
        }
    }
    assert!(judged > 120);
}

/// The law of total probability: without a test, an explanation is as probable as the mean over the test's results.
#[test]
fn a_test_not_done_leaves_the_probability_between_those_of_its_results() {
    let folder = shared::temporary("missing");
    for seed in 1000..1040 {
        let mut draw = Draw(seed);
        let mut others = entries(&mut draw);
        others.retain(|e| !e.contains("soleus"));
        let with = |grade: u8| {
            let mut all = others.clone();
            all.push(format!(
                "[[needle]]\nmuscle = \"soleus\"\nside = \"right\"\nfindings = {{ fibrillation = {grade} }}\n"
            ));
            analyse(&folder, &all)
        };
        let results = [with(0), with(1), with(2)];
        let without = analyse(&folder, &others);
        if without.patterns.is_empty() {
            continue;
        }
        // The lists differ by what the soleus alone makes testable; then all shares move a little.
        if without.patterns.len() != results[0].patterns.len() {
            continue;
        }
        for p in &without.patterns {
            let each: Vec<f64> = results.iter().map(|r| of(r, p).map_or(0.0, probability)).collect();
            let low = each.iter().copied().fold(f64::INFINITY, f64::min);
            let high = each.iter().copied().fold(0.0, f64::max);
            let own = probability(p);
            assert!(own >= low - 1e-9 && own <= high + 1e-9, "seed {seed} {}: {low} {own} {high}", p.name);
        }
    }
}

#[test]
fn the_order_of_a_study_does_not_matter() {
    let folder = shared::temporary("order");
    for seed in 2000..2010 {
        let entries = entries(&mut Draw(seed));
        let turned: Vec<String> = entries.iter().rev().cloned().collect();
        let (a, b) = (analyse(&folder, &entries), analyse(&folder, &turned));
        for p in &a.patterns {
            let q = of(&b, p).unwrap();
            assert!((probability(p) - probability(q)).abs() < 1e-9, "seed {seed}: {}", p.name);
        }
    }
}

#[test]
fn an_abnormal_finding_that_a_pattern_cannot_make_is_listed_as_unexplained() {
    let folder = shared::temporary("unexplained");
    let muscle = |id: &str, grade: u8| {
        format!("[[needle]]\nmuscle = \"{id}\"\nside = \"right\"\nfindings = {{ fibrillation = {grade} }}\n")
    };
    let report = analyse(
        &folder,
        &[
            muscle("tibialis_anterior", 2),
            muscle("tibialis_posterior", 2),
            muscle("tensor_fasciae_latae", 2),
            muscle("vastus_lateralis", 0),
            muscle("gastrocnemius_medial", 0),
            muscle("deltoid", 1),
        ],
    );
    let l5 =
        report.patterns.iter().find(|p| p.level.as_deref() == Some("L5") && p.id == "radiculopathy").unwrap();
    assert!(l5.unexplained.iter().any(|f| f.contains("deltoid")), "{:?}", l5.unexplained);
    assert!(!l5.unexplained.iter().any(|f| f.contains("tibialis")), "{:?}", l5.unexplained);
}
