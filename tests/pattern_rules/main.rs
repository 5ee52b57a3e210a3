//! Published criteria: each rule both ways and open, the two-muscle rule against a naive reading, and what may never
//! follow from a missing test.

#![expect(clippy::unwrap_used, reason = "a test may stop where its ground gives way")]

mod diffuse;
mod nerves;
mod random;
#[path = "../rule_support/mod.rs"]
mod rule_support;

use myotome::norms::ncs::{NCS_STUDIES, StudyKind};
use myotome::norms::{MUSCLES, MYOTOMES, NERVES, Weight};
use myotome::pattern::rules::{Judged, criteria, joined, two_levels};
use myotome::pattern::three::Three;
use myotome::study::Side;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use rule_support::{Case, clause, number, truth};

const SIZE: &str = "amplitude_baseline_to_negative_peak";

/// A row over a piece of nerve.
fn piece(study: &str, at: &str, id: &str, value: f64, verdict: &'static str) -> myotome::result::MeasureRow {
    number(study, Some("right"), Some(at), id, Some(value), verdict, (Some(50.0), None))
}

/// Verdicts of a pattern on the right for three cases: met, not met, open.
fn three(id: &str, met: Case, not: Case, open: Case) {
    for (want, case) in [(Three::Met, met), (Three::NotMet, not), (Three::Unknown, open)] {
        let judged = case.right(id);
        let required: Vec<String> = judged
            .verdict
            .criteria
            .iter()
            .filter(|c| c.role == "required")
            .map(|c| format!("{} {}: {}", c.id, c.verdict, c.why))
            .collect();
        assert_eq!(truth(&judged), want, "{id}\n{}", required.join("\n"));
        assert!(want != Three::Unknown || !judged.missing.is_empty(), "{id}: nothing is named as missing");
    }
}

fn muscles(text: &str) -> Case {
    Case::default().subject("age_years = 50\ndays_since_onset = 60").muscles(text)
}

/// What stays beside a root lesion of the leg: a spared muscle and a kept response.
const LEG_SPARED: &str = "right vastus_lateralis normal, right gastrocnemius_medial normal";
const LEG_SNAPS: &str = "right sural_sensory normal, right superficial_fibular_sensory normal";

fn l5() -> Case {
    muscles("right tibialis_posterior neurogenic, right tensor_fasciae_latae neurogenic").muscles(LEG_SPARED)
}

#[test]
fn a_root_needs_two_muscles_of_different_nerves_and_a_kept_sensory_response() {
    three(
        "radiculopathy_l5",
        l5().nerves(LEG_SNAPS),
        l5().nerves("right sural_sensory low, right superficial_fibular_sensory low"),
        l5(),
    );
    // Both from the sciatic stem: two nerves, and still not outside the stem.
    let one_stem = muscles(
        "right tibialis_posterior neurogenic, right tibialis_anterior neurogenic, right tensor_fasciae_latae normal, \
         right gluteus_medius normal, right paraspinal_l5 normal",
    )
    .muscles(LEG_SPARED)
    .nerves(LEG_SNAPS)
    .right("radiculopathy_l5");
    assert_eq!((clause(&one_stem, "R1").verdict, clause(&one_stem, "R16").verdict), ("met", "not_met"));
    assert_eq!(one_stem.verdict.verdict, "not_met");
    // One nerve only: open while nothing else of the root was examined.
    let one_nerve = |more: &str| {
        let case = muscles("right tibialis_anterior neurogenic, right peroneus_longus neurogenic");
        case.muscles(LEG_SPARED).muscles(more).nerves(LEG_SNAPS).right("radiculopathy_l5")
    };
    assert_eq!(clause(&one_nerve(""), "R1").verdict, "indeterminate");
    assert_eq!(
        clause(&one_nerve("right tibialis_posterior normal, right gluteus_medius normal"), "R1").verdict,
        "not_met"
    );
}

#[test]
fn paraspinals_polyphasia_one_muscle_or_a_late_response_alone_are_not_enough() {
    for (what, case) in [
        ("paraspinals", muscles("right paraspinal_l5 fibrillating")),
        (
            "polyphasia",
            muscles(
                "right tibialis_anterior polyphasic, right tibialis_posterior polyphasic, right gluteus_medius polyphasic",
            ),
        ),
        ("one muscle", muscles("right tibialis_anterior neurogenic")),
    ] {
        let judged = case.muscles(LEG_SPARED).nerves(LEG_SNAPS).right("radiculopathy_l5");
        assert_ne!(judged.verdict.verdict, "met", "{what}");
        assert_eq!(judged.verdict.tier, "not_enough", "{what}");
    }
    let h = |side, value| {
        number("h_reflex_soleus", Some(side), None, "h_latency", value, "no_limit", (None, None))
    };
    let reflex = muscles(LEG_SPARED).nerves(LEG_SNAPS).row(h("right", None)).row(h("left", Some(30.0)));
    let judged = reflex.right("radiculopathy_s1");
    assert_eq!((clause(&judged, "R9").verdict, judged.verdict.tier), ("met", "not_enough"));
    assert_ne!(judged.verdict.verdict, "met");
}

#[test]
fn the_step_follows_activity_time_and_the_place() {
    let of = |case: Case| case.muscles(LEG_SPARED).nerves(LEG_SNAPS).right("radiculopathy_l5");
    let active = of(muscles("right tibialis_posterior active, right tensor_fasciae_latae active"));
    assert_eq!((active.verdict.verdict, active.verdict.tier), ("met", "consistent"));
    assert!(active.remarks.iter().any(|r| r.contains("acute active")), "{:?}", active.remarks);
    let old = of(muscles("right tibialis_posterior large, right tensor_fasciae_latae large"));
    assert_eq!((old.verdict.verdict, old.verdict.tier), ("met", "suggestive"));
    assert!(old.remarks.iter().any(|r| r.contains("chronic inactive")), "{:?}", old.remarks);
    let both = of(muscles("right tibialis_posterior neurogenic, right tensor_fasciae_latae neurogenic"));
    assert!(both.remarks.iter().any(|r| r.contains("chronic active")), "{:?}", both.remarks);
    let one = of(muscles("right tibialis_posterior active, right paraspinal_l5 fibrillating"));
    assert_eq!((one.verdict.tier, clause(&one, "R1").verdict), ("suggestive", "indeterminate"));
    let early = Case::default().subject("age_years = 50\ndays_since_onset = 8");
    let early = of(early.muscles("right tibialis_posterior reduced, right tensor_fasciae_latae reduced"));
    assert_eq!(early.verdict.tier, "too_early");
}

#[test]
fn a_low_superficial_fibular_response_is_a_caution_and_a_low_sural_one_a_veto() {
    let case = |nerves: &str| l5().nerves(nerves).right("radiculopathy_l5");
    let kept = case("right sural_sensory normal, right superficial_fibular_sensory low");
    assert_eq!(clause(&kept, "R3").verdict, "met");
    assert!(kept.remarks.iter().any(|r| r.contains("ganglion")), "{:?}", kept.remarks);
    assert_eq!(clause(&case("right superficial_fibular_sensory low"), "R3").verdict, "indeterminate");
    assert_eq!(
        clause(&case("right sural_sensory low, right superficial_fibular_sensory low"), "R3").verdict,
        "not_met"
    );
}

#[test]
fn small_muscles_of_the_foot_make_nothing_firm_in_the_old() {
    let case = |age: &str| {
        Case::default()
            .subject(age)
            .muscles("right abductor_hallucis neurogenic, right gluteus_maximus neurogenic, right tibialis_anterior normal")
            .nerves(LEG_SNAPS)
            .right("radiculopathy_s1")
    };
    let young = case("age_years = 50");
    assert_eq!((clause(&young, "R1").verdict, young.verdict.tier), ("met", "consistent"));
    for age in ["age_years = 61", ""] {
        let judged = case(age);
        assert_eq!((clause(&judged, "R1").verdict, judged.verdict.tier), ("met", "not_enough"));
        assert!(
            judged.remarks.iter().any(|r| r.contains("small muscles of the foot")),
            "{:?}",
            judged.remarks
        );
    }
}

#[test]
fn a_generalised_disease_explains_what_nothing_confines() {
    let polyneuropathy = "right sural_sensory low, left sural_sensory low, right fibular_motor_edb low, \
                          left fibular_motor_edb low, right superficial_fibular_sensory low";
    let judged = muscles("right tibialis_posterior neurogenic, right tensor_fasciae_latae neurogenic")
        .nerves(polyneuropathy)
        .right("radiculopathy_l5");
    let r5 = clause(&judged, "R5");
    assert_eq!(r5.verdict, "not_met");
    assert!(r5.why.contains("axonal polyneuropathy"), "{}", r5.why);
    // A cervical root beside it: arm responses and an arm muscle are spared.
    let cervical = muscles(
        "right triceps_brachii neurogenic, right flexor_carpi_radialis neurogenic, right deltoid normal",
    )
    .nerves(polyneuropathy)
    .nerves("right median_sensory_d3 normal");
    let judged = cervical.right("radiculopathy_c7");
    assert_eq!(judged.verdict.verdict, "met");
    assert_eq!(judged.verdict.tier, "not_enough", "{:?}", judged.remarks);
    assert!(judged.remarks.iter().any(|r| r.contains("axonal polyneuropathy")));
}

#[test]
fn no_level_is_named_where_a_neighbour_is_abnormal() {
    let judged =
        l5().muscles("right biceps_femoris_short neurogenic").nerves(LEG_SNAPS).right("radiculopathy_l5");
    assert_eq!(clause(&judged, "R2").verdict, "not_met");
    assert!(judged.remarks.iter().any(|r| r.contains("no single level")));
    assert_eq!(judged.verdict.verdict, "met");
    let alone = l5().nerves(LEG_SNAPS).right("radiculopathy_l5");
    assert_eq!(clause(&alone, "R2").verdict, "met", "{}", clause(&alone, "R2").why);
}

#[test]
fn two_patterns_at_once_are_met_where_each_is() {
    let case = l5()
        .muscles("right biceps_femoris_long neurogenic, right gluteus_maximus neurogenic")
        .nerves(LEG_SNAPS);
    let (a, b) = (case.right("radiculopathy_l5"), case.right("radiculopathy_s1"));
    assert_eq!(two_levels(&a, &b).map(|v| v.verdict), Some("met"));
    assert!(two_levels(&a, &case.right("radiculopathy_l3")).is_none());
    let normal = muscles(LEG_SPARED)
        .muscles("right gluteus_maximus normal")
        .nerves(LEG_SNAPS)
        .right("radiculopathy_s1");
    assert_eq!(joined(&[&a.verdict, &normal.verdict]).verdict, "not_met");
    let open = Case::default().right("radiculopathy_s1");
    assert_eq!(joined(&[&a.verdict, &open.verdict]).verdict, "indeterminate");
    assert_eq!(joined(&[]).verdict, "indeterminate");
}
