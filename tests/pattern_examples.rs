//! Textbook studies against the sets of demyelination criteria, the grades, the pitfalls and what is not assessed.

#![expect(clippy::unwrap_used, reason = "a test may stop where its ground gives way")]

mod pattern_support;

use myotome::pattern::demyelination::{self, SetVerdict};
use myotome::pattern::three::Three;
use myotome::pattern::{chance, grade, not_assessed, pitfalls};
use pattern_support::{Analysed, example};

fn sets(a: &Analysed) -> Vec<SetVerdict> {
    demyelination::sets(&a.facts())
}

fn met(sets: &[SetVerdict], disease: &str) -> Vec<&'static str> {
    sets.iter()
        .filter(|s| s.counts && s.disease == disease && s.verdict == Three::Met)
        .map(|s| s.id)
        .collect()
}

fn set<'s>(sets: &'s [SetVerdict], id: &str) -> &'s SetVerdict {
    sets.iter().find(|s| s.id == id).unwrap()
}

#[test]
fn demyelinating_examples_meet_sets_and_say_which() {
    for (pattern, disease) in [("cidp", "CIDP"), ("gbs_aidp", "GBS")] {
        let Some(a) = example(pattern) else { return };
        let all = sets(&a);
        let here = met(&all, disease);
        assert!(here.len() >= 3, "{pattern}: {here:?}");
        for s in all.iter().filter(|s| s.counts) {
            assert_eq!(s.criteria.len(), myotome::norms::demyelination_criteria(s.id).count());
            let row = s.criteria.iter().find(|c| c.verdict == "met");
            if s.verdict == Three::Met {
                let row = row.unwrap();
                assert!(row.why.contains('%') || row.why.contains("absent"), "{}: {}", s.id, row.why);
                assert!(row.role == "criteria_set" && !row.source.is_empty());
            }
        }
        // Sural spared, and the two sensory nerves of the arm abnormal.
        assert_eq!(demyelination::sural_sparing(&a.facts()).0, Three::Met, "{pattern}");
        assert_eq!(set(&all, "EANPNS2021_SENSORY_ADD").verdict, Three::Met, "{pattern}");
        assert_eq!(demyelination::uniform_slowing(&a.facts()).0, Three::NotMet, "{pattern}");
        assert_eq!(demyelination::demyelinating_features(&a.facts()).0, Three::Met, "{pattern}");
    }
    let Some(a) = example("cidp") else { return };
    let all = sets(&a);
    assert_eq!(set(&all, "EANPNS2021").grade, "strong");
    assert_eq!(set(&all, "EFNS2010").grade, "definite");
    // The number, its share of its own limit, and whose limit it is.
    let dml = set(&all, "EANPNS2021").criteria.iter().find(|c| c.id == "DM_EANPNS2021_1").unwrap();
    assert!(dml.why.contains("7 ms, 189 % of 3.7 (NDTF)"), "{}", dml.why);
    assert!(!dml.why.contains("median"), "the wrist is left out: {}", dml.why);
}

#[test]
fn other_examples_meet_none() {
    for pattern in ["normal", "axonal_polyneuropathy", "carpal_tunnel", "motor_neuron_disease"] {
        let Some(a) = example(pattern) else { return };
        let all = sets(&a);
        for s in all.iter().filter(|s| s.counts) {
            assert_ne!(s.verdict, Three::Met, "{pattern}: {} {:?}", s.id, s.criteria);
            assert!(s.criteria.iter().all(|c| c.verdict != "met"), "{pattern}: {} {:?}", s.id, s.criteria);
            assert_eq!(s.grade, "", "{pattern}: {}", s.id);
            // What could not be judged is named.
            assert!(s.verdict == Three::NotMet || !s.missing.is_empty(), "{pattern}: {}", s.id);
        }
    }
    let Some(a) = example("axonal_polyneuropathy") else { return };
    assert_eq!(demyelination::axonal_features(&a.facts()).0, Three::Met);
    assert_eq!(demyelination::demyelinating_features(&a.facts()).0, Three::NotMet);
    assert_eq!(demyelination::acute_axonal(&a.facts()).0, Three::NotMet);
}

#[test]
fn hereditary_slowing_is_uniform_and_multifocal_block_is_block() {
    let Some(a) = example("hereditary_demyelinating") else { return };
    let (verdict, why) = demyelination::uniform_slowing(&a.facts());
    assert_eq!(verdict, Three::Met, "{why}");
    let Some(a) = example("multifocal_motor_block") else { return };
    assert_eq!(demyelination::uniform_slowing(&a.facts()).0, Three::NotMet);
    assert_eq!(set(&sets(&a), "EANPNS2021").verdict, Three::Met);
    // Both nerves fall: crossing fibres explain neither.
    let guarded = pitfalls::guard(&a.facts(), &pitfalls::History::default());
    assert!(guarded.set_aside.iter().all(|(_, id)| *id != "martin_gruber"), "{:?}", guarded.set_aside);
    assert!(guarded.pitfalls.iter().any(|p| p.id == "martin_gruber"));
}

#[test]
fn the_carpal_tunnel_example_is_graded() {
    let Some(a) = example("carpal_tunnel") else { return };
    let grades = grade::carpal_tunnel(&a.facts());
    assert_eq!(grades.len(), 1);
    assert_eq!(grades[0].bland_grade(), Some(3), "{}", grades[0].words());
    assert_eq!(grades[0].words(), "Bland 3 (moderate), Padua moderate");
    let guarded = pitfalls::guard(&a.facts(), &pitfalls::History::default());
    assert!(guarded.pitfalls.iter().any(|p| p.id == "compression_sites"));
    assert!(guarded.pitfalls.iter().all(|p| p.id != "cts_with_pn"));
    assert!(guarded.set_aside.is_empty(), "{:?}", guarded.set_aside);
}

#[test]
fn the_normal_example_says_what_it_cannot_see() {
    let Some(a) = example("normal") else { return };
    let facts = a.facts();
    assert!(not_assessed::is_normal(&facts));
    let said = not_assessed::statements(&facts).join("\n");
    for rule in ["R18", "PN5", "G5", "G6", "the arms were not examined"] {
        assert!(said.contains(rule), "{rule}: {said}");
    }
    assert!(!said.contains("no paraspinal"), "{said}");
    let ids: Vec<String> = not_assessed::patterns(&facts).into_iter().map(|p| p.id).collect();
    assert!(ids.contains(&"not_assessable_small_fibre".to_owned()));
    assert!(!ids.contains(&"not_assessable_too_early".to_owned()), "90 days");
    let chance = chance::by_chance(&facts).unwrap();
    assert_eq!(chance.abnormal, 0);
    assert!(chance.tested > 25 && chance.expected > 0.6 && chance.at_least_one > 0.5, "{chance:?}");
    let guarded = pitfalls::guard(&facts, &pitfalls::History::default());
    assert!(guarded.pitfalls.is_empty(), "{:?}", guarded.pitfalls);
}

#[test]
fn an_axonal_example_has_abnormal_results_beyond_chance() {
    let Some(a) = example("axonal_polyneuropathy") else { return };
    let chance = chance::by_chance(&a.facts()).unwrap();
    assert!(chance.abnormal > 5, "{chance:?}");
    #[expect(clippy::cast_precision_loss, reason = "counts of a small study")]
    let more = chance.abnormal as f64 > 3.0 * chance.expected;
    assert!(more, "{chance:?}");
    assert!(!not_assessed::is_normal(&a.facts()));
}
