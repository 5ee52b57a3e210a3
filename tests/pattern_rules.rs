//! Published criteria: each rule both ways and open, the two-muscle rule against a naive reading, and what may never
//! follow from a missing test.

#![expect(clippy::unwrap_used, reason = "a test may stop where its ground gives way")]

mod rule_support;

use myotome::norms::ncs::{NCS_STUDIES, StudyKind};
use myotome::norms::{MUSCLES, MYOTOMES, NERVES, Weight};
use myotome::pattern::rules::{Judged, Truth, criteria, joined, two_levels};
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
    for (want, case) in [(Truth::Met, met), (Truth::NotMet, not), (Truth::Indeterminate, open)] {
        let judged = case.right(id);
        let required: Vec<String> = judged
            .verdict
            .criteria
            .iter()
            .filter(|c| c.role == "required")
            .map(|c| format!("{} {}: {}", c.id, c.verdict, c.why))
            .collect();
        assert_eq!(truth(&judged), want, "{id}\n{}", required.join("\n"));
        assert!(
            want != Truth::Indeterminate || !judged.missing.is_empty(),
            "{id}: nothing is named as missing"
        );
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

#[test]
fn plexus_elements() {
    let upper = "right deltoid neurogenic, right biceps_brachii neurogenic, right infraspinatus neurogenic";
    three(
        "plexopathy_upper_trunk",
        muscles(upper).muscles("right rhomboid_major normal").nerves("right lac_sensory low"),
        muscles(upper)
            .muscles("right rhomboid_major neurogenic, right serratus_anterior neurogenic")
            .nerves("right lac_sensory low"),
        muscles(upper).muscles("right rhomboid_major normal"),
    );
    let middle = "right triceps_brachii neurogenic, right flexor_carpi_radialis neurogenic";
    three(
        "plexopathy_middle_trunk",
        muscles(middle).nerves("right median_sensory_d3 low"),
        muscles(middle).nerves("right median_sensory_d3 normal, right median_sensory_d2 normal"),
        muscles(middle),
    );
    let hand = "right first_dorsal_interosseous neurogenic, right abductor_pollicis_brevis neurogenic";
    let medial = "right ulnar_sensory_d5 low, right mac_sensory absent";
    three(
        "plexopathy_lower_trunk",
        muscles(hand)
            .muscles("right extensor_indicis_proprius neurogenic, right flexor_pollicis_longus neurogenic")
            .nerves(medial),
        muscles(hand)
            .muscles("right extensor_indicis_proprius neurogenic")
            .nerves("right ulnar_sensory_d5 normal, right mac_sensory normal"),
        muscles(hand).nerves(medial),
    );
    three(
        "plexopathy_medial_cord",
        muscles(hand).muscles("right extensor_indicis_proprius normal, right flexor_carpi_ulnaris neurogenic, right palmaris_longus neurogenic").nerves(medial),
        muscles(hand).muscles("right extensor_indicis_proprius neurogenic").nerves(medial),
        muscles(hand).nerves(medial),
    );
    let lateral = "right biceps_brachii neurogenic, right pronator_teres neurogenic, right flexor_carpi_radialis neurogenic";
    let low = "right lac_sensory low, right median_sensory_d2 low";
    three(
        "plexopathy_lateral_cord",
        muscles(lateral).muscles("right deltoid normal").nerves(low),
        muscles(lateral).muscles("right deltoid neurogenic").nerves(low),
        muscles(lateral).nerves(low),
    );
    let posterior = "right deltoid neurogenic, right triceps_brachii neurogenic, right extensor_digitorum_communis neurogenic";
    three(
        "plexopathy_posterior_cord",
        muscles(posterior).nerves("right radial_sensory_snuffbox low"),
        muscles(posterior).nerves("right radial_sensory_snuffbox normal"),
        muscles(posterior),
    );
    let lumbar =
        "right vastus_lateralis neurogenic, right iliopsoas neurogenic, right adductor_longus neurogenic";
    three(
        "plexopathy_lumbar",
        muscles(lumbar).muscles("right paraspinal_l3 normal").nerves("right saphenous_sensory absent"),
        muscles(lumbar).muscles("right paraspinal_l3 normal").nerves("right saphenous_sensory normal"),
        muscles(lumbar).nerves("right saphenous_sensory absent"),
    );
    let sacral = "right gluteus_maximus neurogenic, right gluteus_medius neurogenic, right tibialis_anterior neurogenic";
    three(
        "plexopathy_sacral",
        muscles(sacral)
            .muscles("right paraspinal_l5 normal")
            .nerves("right sural_sensory low, right superficial_fibular_sensory low"),
        muscles(sacral).muscles("right paraspinal_l5 normal").nerves(LEG_SNAPS),
        muscles(sacral).nerves("right sural_sensory low, right superficial_fibular_sensory low"),
    );
    let ratio = |study, value, verdict| {
        number(study, Some("right"), None, SIZE, Some(value), verdict, (Some(4.0), None))
    };
    three(
        "thoracic_outlet_neurogenic",
        muscles("").nerves(medial).row(ratio("median_motor_apb", 1.0, "abnormal")).row(ratio(
            "ulnar_motor_adm",
            8.0,
            "normal",
        )),
        muscles("").nerves(medial).row(ratio("median_motor_apb", 8.0, "normal")).row(ratio(
            "ulnar_motor_adm",
            1.0,
            "abnormal",
        )),
        muscles("").nerves(medial).row(ratio("median_motor_apb", 1.0, "abnormal")),
    );
    three(
        "neuralgic_amyotrophy",
        muscles(
            "right serratus_anterior neurogenic, right flexor_pollicis_longus neurogenic, right deltoid normal",
        ),
        muscles(
            "right serratus_anterior normal, right flexor_pollicis_longus neurogenic, right supraspinatus normal, right infraspinatus normal",
        ),
        muscles("right serratus_anterior neurogenic, right deltoid normal"),
    );
    let flail = "right deltoid dense, right infraspinatus dense, right paraspinal_c5 fibrillating";
    let judged = muscles(flail)
        .muscles("right biceps_brachii dense, right paraspinal_c6 fibrillating")
        .nerves("right lac_sensory normal");
    assert_eq!(
        judged.right("root_avulsion").verdict.verdict,
        "indeterminate",
        "LAC is C6, the flail muscles are C5"
    );
    let c6 = "right extensor_carpi_radialis_brevis dense, right pronator_teres dense, right paraspinal_c6 fibrillating";
    assert_eq!(muscles(c6).nerves("right lac_sensory normal").right("root_avulsion").verdict.verdict, "met");
    assert_ne!(
        muscles(c6)
            .nerves("right lac_sensory low, right median_sensory_d1 low, right radial_sensory_snuffbox low")
            .right("root_avulsion")
            .verdict
            .verdict,
        "met"
    );
}

#[test]
fn median_and_ulnar_nerves() {
    let difference = |value, verdict| {
        number(
            "median_mixed_palm",
            Some("right"),
            None,
            "median_ulnar_palm_difference",
            Some(value),
            verdict,
            (None, Some(0.4)),
        )
    };
    three(
        "carpal_tunnel",
        muscles("").nerves("right median_motor_apb long, right ulnar_motor_adm normal").row(difference(1.1, "abnormal")),
        muscles("")
            .nerves("right median_motor_apb normal, right ulnar_motor_adm normal, right median_sensory_d1 normal, right median_sensory_d2 normal, right median_sensory_d3 normal, right median_sensory_d4 normal")
            .row(difference(0.1, "normal"))
            .row(number("median_sensory_d4", Some("right"), None, "median_ulnar_ring_difference", Some(0.1), "normal", (None, Some(0.5))))
            .row(number("median_sensory_d1", Some("right"), None, "median_radial_thumb_difference", Some(0.1), "normal", (None, Some(0.7))))
            .row(number("median_motor_lumbrical_2", Some("right"), None, "lumbrical_interosseous_difference", Some(0.1), "normal", (None, Some(0.5)))),
        muscles("").nerves("right median_motor_apb long"),
    );
    let elbow = |v: f64, r: f64| {
        let (fast, kept) = (v >= 50.0, r >= 0.8);
        muscles("")
            .row(piece(
                "ulnar_motor_adm",
                "below_elbow-above_elbow",
                "conduction_velocity",
                v,
                if fast { "normal" } else { "abnormal" },
            ))
            .row(piece(
                "ulnar_motor_adm",
                "below_elbow-above_elbow",
                "velocity_drop",
                if fast { 2.0 } else { 20.0 },
                if fast { "normal" } else { "abnormal" },
            ))
            .row(piece("ulnar_motor_adm", "below_elbow-above_elbow", "amplitude_ratio", r, "no_limit"))
            .row(piece(
                "ulnar_motor_adm",
                "below_elbow-above_elbow",
                "temporal_dispersion",
                5.0,
                if kept { "normal" } else { "abnormal" },
            ))
    };
    let fdi = |case: Case| {
        let at = "below_elbow-above_elbow";
        case.row(piece("ulnar_motor_fdi", at, "conduction_velocity", 58.0, "normal"))
            .row(piece("ulnar_motor_fdi", at, "velocity_drop", 2.0, "normal"))
            .row(piece("ulnar_motor_fdi", at, "amplitude_ratio", 0.95, "no_limit"))
            .row(piece("ulnar_motor_fdi", at, "temporal_dispersion", 2.0, "normal"))
    };
    three(
        "ulnar_elbow",
        elbow(33.0, 0.6),
        fdi(elbow(56.0, 0.98)),
        muscles("").row(piece(
            "ulnar_motor_adm",
            "below_elbow-above_elbow",
            "conduction_velocity",
            45.0,
            "normal",
        )),
    );
    let wrist = "right ulnar_motor_fdi long, right dorsal_ulnar_sensory normal";
    three(
        "ulnar_wrist",
        elbow(56.0, 0.98).nerves(wrist),
        fdi(elbow(56.0, 0.98)).nerves("right ulnar_motor_fdi normal, right dorsal_ulnar_sensory normal"),
        muscles("").nerves(wrist),
    );
    let ain = "right flexor_pollicis_longus neurogenic, right pronator_quadratus neurogenic, right abductor_pollicis_brevis normal";
    three(
        "anterior_interosseous",
        muscles(ain).muscles("right pronator_teres normal").nerves("right median_sensory_d2 normal"),
        muscles(ain).muscles("right pronator_teres neurogenic").nerves("right median_sensory_d2 normal"),
        muscles(ain).muscles("right pronator_teres normal"),
    );
    let high = "right pronator_teres neurogenic, right flexor_pollicis_longus neurogenic, right abductor_pollicis_brevis neurogenic, \
                right triceps_brachii normal, right first_dorsal_interosseous normal";
    three(
        "median_elbow",
        muscles(high).nerves("right median_sensory_d2 low, right median_motor_apb normal"),
        muscles(high).nerves("right median_sensory_d2 low, right median_motor_apb long"),
        muscles(high).nerves("right median_motor_apb normal"),
    );
}

#[test]
fn radial_and_shoulder_nerves() {
    let pin = "right extensor_digitorum_communis neurogenic, right extensor_indicis_proprius neurogenic, right triceps_brachii normal";
    three(
        "posterior_interosseous",
        muscles(pin).muscles("right brachioradialis normal").nerves("right radial_sensory_snuffbox normal"),
        muscles(pin)
            .muscles("right brachioradialis neurogenic")
            .nerves("right radial_sensory_snuffbox normal"),
        muscles(pin).muscles("right brachioradialis normal"),
    );
    let groove = "right brachioradialis neurogenic, right extensor_digitorum_communis neurogenic";
    three(
        "radial_spiral_groove",
        muscles(groove).muscles("right triceps_brachii normal"),
        muscles(groove).muscles("right triceps_brachii neurogenic"),
        muscles(groove),
    );
    let axilla = "right triceps_brachii neurogenic, right brachioradialis neurogenic, right extensor_digitorum_communis neurogenic, right deltoid normal";
    three(
        "radial_axilla",
        muscles(axilla).muscles("right latissimus_dorsi normal"),
        muscles(axilla).muscles("right latissimus_dorsi neurogenic"),
        muscles(axilla),
    );
    let axillary = "right deltoid neurogenic, right teres_minor neurogenic, right infraspinatus normal, right triceps_brachii normal";
    three(
        "axillary_neuropathy",
        muscles(axillary).muscles("right brachioradialis normal"),
        muscles(axillary).muscles("right brachioradialis neurogenic"),
        muscles(axillary),
    );
    three(
        "suprascapular_neuropathy",
        muscles("right infraspinatus neurogenic, right deltoid normal"),
        muscles("right infraspinatus neurogenic, right deltoid neurogenic"),
        muscles("right infraspinatus neurogenic"),
    );
    three(
        "long_thoracic_neuropathy",
        muscles("right serratus_anterior neurogenic, right deltoid normal, right rhomboid_major normal"),
        muscles("right serratus_anterior normal, right deltoid normal, right rhomboid_major normal"),
        muscles("right serratus_anterior neurogenic, right deltoid normal"),
    );
    three(
        "accessory_neuropathy",
        muscles("right trapezius_upper neurogenic, right deltoid normal, right levator_scapulae normal"),
        muscles(
            "right trapezius_upper normal, right trapezius_middle normal, right deltoid normal, right levator_scapulae normal",
        ),
        muscles("right trapezius_upper neurogenic"),
    );
    let mcn = "right biceps_brachii neurogenic, right brachialis neurogenic, right deltoid normal, right brachioradialis normal";
    three(
        "musculocutaneous_neuropathy",
        muscles(mcn).nerves("right lac_sensory low"),
        muscles(mcn).nerves("right lac_sensory normal"),
        muscles(mcn),
    );
}

#[test]
fn nerves_of_the_leg() {
    let spared = "right tibialis_posterior normal, right gluteus_medius normal";
    three(
        "fibular_head",
        muscles("right tibialis_anterior neurogenic, right biceps_femoris_short normal").muscles(spared),
        muscles("right tibialis_anterior neurogenic, right biceps_femoris_short neurogenic")
            .row(piece(
                "fibular_motor_edb",
                "below_fibular_head-above_fibular_head",
                "velocity_drop",
                1.0,
                "normal",
            ))
            .row(piece(
                "fibular_motor_edb",
                "below_fibular_head-above_fibular_head",
                "amplitude_ratio",
                0.97,
                "no_limit",
            ))
            .row(piece(
                "fibular_motor_ta",
                "below_fibular_head-above_fibular_head",
                "amplitude_ratio",
                0.97,
                "no_limit",
            )),
        muscles("right tibialis_anterior neurogenic").muscles(spared),
    );
    // By block alone.
    let block = piece(
        "fibular_motor_edb",
        "below_fibular_head-above_fibular_head",
        "amplitude_ratio",
        0.5,
        "no_limit",
    );
    assert_eq!(muscles("").row(block).right("fibular_head").verdict.verdict, "met");
    three(
        "tarsal_tunnel",
        muscles("").nerves(
            "right medial_plantar_mixed low, left medial_plantar_mixed normal, right sural_sensory normal",
        ),
        muscles("").nerves(
            "right medial_plantar_mixed low, left medial_plantar_mixed normal, right sural_sensory low",
        ),
        muscles("").nerves("right medial_plantar_mixed low, right sural_sensory normal"),
    );
    let difference = |value, verdict| {
        number(
            "lfcn_sensory",
            None,
            None,
            "amplitude_side_difference",
            Some(value),
            verdict,
            (None, Some(50.0)),
        )
    };
    let lfcn =
        |side, value| number("lfcn_sensory", Some(side), None, SIZE, Some(value), "no_limit", (None, None));
    let thigh = "right iliopsoas normal, right vastus_lateralis normal, right adductor_longus normal";
    three(
        "meralgia",
        muscles(thigh).row(lfcn("right", 2.0)).row(lfcn("left", 10.0)).row(difference(80.0, "abnormal")),
        muscles(thigh).row(lfcn("right", 9.0)).row(lfcn("left", 10.0)).row(difference(10.0, "normal")),
        muscles(thigh).row(lfcn("right", 2.0)),
    );
    let femoral =
        "right vastus_lateralis neurogenic, right adductor_longus normal, right tibialis_anterior normal";
    three(
        "femoral_neuropathy",
        muscles(femoral).muscles("right paraspinal_l3 normal").nerves("right saphenous_sensory low"),
        muscles(femoral).muscles("right paraspinal_l3 normal").nerves("right saphenous_sensory normal"),
        muscles(femoral).nerves("right saphenous_sensory low"),
    );
    let sciatic = "right biceps_femoris_short neurogenic, right tibialis_anterior neurogenic, right gastrocnemius_medial neurogenic, \
                   right paraspinal_s1 normal";
    three(
        "sciatic_neuropathy",
        muscles(sciatic).muscles("right gluteus_maximus normal").nerves("right sural_sensory low"),
        muscles(sciatic).muscles("right gluteus_maximus normal").nerves(LEG_SNAPS),
        muscles(sciatic).nerves("right sural_sensory low"),
    );
}

#[test]
fn diffuse_diseases() {
    let legs = "right sural_sensory low, left sural_sensory low, right fibular_motor_edb low, left fibular_motor_edb low";
    three(
        "axonal_polyneuropathy",
        muscles("").nerves(legs),
        muscles("").nerves("right sural_sensory normal, right fibular_motor_edb normal"),
        muscles("").nerves("right sural_sensory low"),
    );
    let apart = "right fibular_motor_edb low, left fibular_motor_edb normal, left ulnar_motor_adm low, right ulnar_motor_adm normal";
    three(
        "mononeuropathy_multiplex",
        muscles("").nerves(apart),
        muscles("").nerves(legs),
        muscles("").nerves("right fibular_motor_edb low, left fibular_motor_edb normal"),
    );
    let ganglia = "right median_sensory_d2 absent, right ulnar_sensory_d5 absent, right sural_sensory low";
    three(
        "sensory_ganglionopathy",
        muscles("").nerves(ganglia).nerves("right ulnar_motor_adm normal, right tibial_motor_ah normal"),
        muscles("")
            .nerves(ganglia)
            .nerves("right ulnar_motor_adm low, right median_motor_apb low, right tibial_motor_ah normal"),
        muscles("").nerves(ganglia),
    );
    let slow = |study: &'static str, at: &str, v: f64, ratio: f64| {
        vec![
            piece(study, at, "conduction_velocity", v, if v < 50.0 { "abnormal" } else { "normal" }),
            piece(study, at, "amplitude_ratio", ratio, "no_limit"),
        ]
    };
    let with =
        |rows: Vec<Vec<myotome::result::MeasureRow>>| rows.into_iter().flatten().fold(muscles(""), Case::row);
    let (arm, elbow) = ("wrist-elbow", "wrist-below_elbow");
    three(
        "hereditary_demyelinating",
        with(vec![slow("median_motor_apb", arm, 24.0, 0.95), slow("ulnar_motor_adm", elbow, 23.0, 0.95)]),
        with(vec![slow("median_motor_apb", arm, 24.0, 0.4), slow("ulnar_motor_adm", elbow, 56.0, 0.95)]),
        with(vec![slow("median_motor_apb", arm, 24.0, 0.95)]),
    );
    let blocked = |verdict| {
        muscles("").row(number(
            "median_motor_apb",
            Some("right"),
            Some(arm),
            "conduction_block",
            Some(60.0),
            verdict,
            (None, None),
        ))
    };
    three(
        "multifocal_motor_block",
        blocked("abnormal").nerves("right median_sensory_d2 normal, right sural_sensory normal"),
        blocked("normal").nerves("right median_sensory_d2 normal, right sural_sensory normal"),
        blocked("abnormal").nerves("right sural_sensory normal"),
    );
    let acute = |days: &str| {
        Case::default().subject(days).nerves("right ulnar_motor_adm low, right tibial_motor_ah low")
    };
    three("gbs_axonal", acute("days_since_onset = 10"), acute("days_since_onset = 100"), acute(""));
    let weak = "right first_dorsal_interosseous fasciculating, right biceps_brachii fasciculating, right tibialis_anterior fasciculating, \
                right vastus_lateralis fasciculating";
    three(
        "motor_neuron_disease",
        muscles(weak).nerves("right median_sensory_d2 normal, right sural_sensory normal"),
        muscles(weak).nerves("right median_sensory_d2 low, right sural_sensory low"),
        muscles("right first_dorsal_interosseous fasciculating")
            .nerves("right median_sensory_d2 normal, right sural_sensory normal"),
    );
    three(
        "myopathy",
        muscles("right deltoid small, right iliopsoas small").nerves("right sural_sensory normal"),
        muscles("right deltoid normal, right iliopsoas normal, right vastus_lateralis normal, left deltoid normal").nerves("right sural_sensory normal"),
        muscles("right deltoid small").nerves("right sural_sensory normal"),
    );
    let train = |id: &str, value, verdict| {
        number("ulnar_motor_adm", Some("right"), None, id, Some(value), verdict, (None, Some(10.0)))
    };
    three(
        "nmj_postsynaptic",
        muscles("").row(train("decrement", 24.0, "abnormal")),
        muscles("").row(train("decrement", 2.0, "normal")),
        muscles("").row(train("decrement", 2.0, "not_assessable")),
    );
    three(
        "nmj_presynaptic",
        muscles("").row(train("increment", 200.0, "abnormal")),
        muscles("").row(train("increment", 5.0, "normal")),
        muscles(""),
    );
    let leg = "right tibialis_anterior normal, right tibialis_posterior normal, right vastus_lateralis normal, right gluteus_medius normal";
    three(
        "normal",
        muscles(leg).nerves("right sural_sensory normal, right tibial_motor_ah normal"),
        muscles(leg).nerves("right sural_sensory low, right tibial_motor_ah normal"),
        muscles(leg).nerves("right sural_sensory normal"),
    );
    let many = muscles(
        "right vastus_lateralis neurogenic, right adductor_longus neurogenic, right tibialis_posterior neurogenic, \
         right gluteus_medius neurogenic, left vastus_lateralis neurogenic, left adductor_longus neurogenic",
    );
    three(
        "polyradiculopathy",
        many.clone().nerves("right sural_sensory normal"),
        many.clone().nerves("right sural_sensory low, left sural_sensory low, right superficial_fibular_sensory low, left superficial_fibular_sensory low, \
            right median_sensory_d1 low, left median_sensory_d1 low, right median_sensory_d3 low, right ulnar_sensory_d5 low, right mac_sensory low"),
        many,
    );
}

/// The rule as it is written, by loops over the tables.
fn naive_two_muscles(case: &Case, root: &str) -> bool {
    let study = case.study();
    let counted = |name: &str| -> Option<(&'static str, &'static str)> {
        let m = MUSCLES.iter().find(|m| m.id == name)?;
        let limb = m.region == "upper_limb" || m.region == "lower_limb";
        let major =
            MYOTOMES.iter().any(|r| r.muscle == name && r.root.name() == root && r.weight == Weight::Major);
        (limb && major).then_some((m.id, m.nerve))
    };
    let mut abnormal = Vec::new();
    for n in study.needle.iter().filter(|n| n.side == Some(Side::Right)) {
        let f = n.findings.as_ref().unwrap();
        let big = |c: Option<myotome::study::Change>| c == Some(myotome::study::Change::Increased);
        let little = |c: Option<myotome::study::Change>| c == Some(myotome::study::Change::Decreased);
        let large = big(f.muap_amplitude) || big(f.muap_duration);
        let small = !large && (little(f.muap_amplitude) || little(f.muap_duration));
        let active = f.fibrillation.unwrap_or(0) > 0 || f.positive_sharp_wave.unwrap_or(0) > 0;
        if large || (active && !small) {
            abnormal.extend(counted(n.muscle.as_deref().unwrap()));
        }
    }
    abnormal.iter().any(|a| abnormal.iter().any(|b| a.1 != b.1))
}

fn pick<'t, T: ?Sized>(random: &mut ChaCha8Rng, from: &[&'t T]) -> &'t T {
    let at = (u64::from(random.next_u32()) * from.len() as u64) >> 32;
    from[usize::try_from(at).unwrap()]
}

const FINDINGS: [&str; 9] =
    ["normal", "normal", "normal", "neurogenic", "active", "large", "small", "polyphasic", "fasciculating"];

fn random_case(random: &mut ChaCha8Rng, muscles: usize, studies: usize) -> Case {
    let ids: Vec<&str> = MUSCLES.iter().map(|m| m.id).collect();
    let subject = pick(
        random,
        &[
            "age_years = 40",
            "age_years = 70",
            "days_since_onset = 9",
            "age_years = 55\ndays_since_onset = 90",
        ],
    );
    let mut case = Case::default().subject(subject);
    let mut taken = Vec::new();
    for _ in 0..muscles {
        let (muscle, side) = (pick(random, &ids), pick(random, &["right", "right", "left"]));
        if !taken.contains(&(muscle, side)) {
            taken.push((muscle, side));
            case = case.muscles(&format!("{side} {muscle} {}", pick(random, &FINDINGS)));
        }
    }
    let known: Vec<&str> =
        NCS_STUDIES.iter().filter(|s| s.kind != StudyKind::LateResponse).map(|s| s.id).collect();
    let mut done = Vec::new();
    for _ in 0..studies {
        let (study, side) = (pick(random, &known), pick(random, &["right", "left"]));
        if !done.contains(&(study, side)) {
            done.push((study, side));
            case = case.nerves(&format!(
                "{side} {study} {}",
                pick(random, &["normal", "normal", "low", "absent", "slow"])
            ));
            case = pieces(case, study, side, random);
        }
    }
    // Comparisons between the sides where both are there.
    for study in known {
        if done.contains(&(study, "right")) && done.contains(&(study, "left")) {
            let verdict = pick(random, &["normal", "abnormal"]);
            let verdict = if verdict == "normal" { "normal" } else { "abnormal" };
            let id = "amplitude_side_difference";
            case = case.row(number(study, None, None, id, Some(60.0), verdict, (None, Some(50.0))));
        }
    }
    case
}

/// Numbers over the pieces of a motor study.
fn pieces(mut case: Case, study: &str, side: &str, random: &mut ChaCha8Rng) -> Case {
    let known = NCS_STUDIES.iter().find(|s| s.id == study).unwrap();
    if known.kind != StudyKind::Motor {
        return case;
    }
    for pair in known.sites.windows(2) {
        let at = format!("{}-{}", pair[0], pair[1]);
        let slow = pick(random, &["y", "n", "n"]) == "y";
        let block = pick(random, &["y", "n", "n"]) == "y";
        let word = |bad| if bad { "abnormal" } else { "normal" };
        for (id, value, verdict) in [
            ("conduction_velocity", if slow { 30.0 } else { 55.0 }, word(slow)),
            ("velocity_drop", if slow { 20.0 } else { 2.0 }, word(slow)),
            ("amplitude_ratio", if block { 0.4 } else { 0.95 }, "no_limit"),
            ("conduction_block", if block { 60.0 } else { 5.0 }, word(block)),
        ] {
            case = case.row(number(
                study,
                Some(side),
                Some(&at),
                id,
                Some(value),
                verdict,
                (Some(50.0), Some(10.0)),
            ));
        }
    }
    case
}

#[test]
fn the_two_muscle_rule_equals_its_naive_reading() {
    let mut random = ChaCha8Rng::seed_from_u64(11);
    let roots = ["C5", "C6", "C7", "C8", "T1", "L2", "L3", "L4", "L5", "S1"];
    let (mut met, mut all) = (0, 0);
    for _ in 0..1200 {
        let case = random_case(&mut random, 12, 0);
        let judged = case.judge();
        for root in roots {
            let id = format!("radiculopathy_{}", root.to_lowercase());
            let own = judged.iter().find(|j| j.pattern.id == id && j.side == Some(Side::Right)).unwrap();
            let naive = naive_two_muscles(&case, root);
            assert_eq!(clause(own, "R1").verdict == "met", naive, "{root}: {:?}", case.needles);
            met += usize::from(naive);
            all += 1;
        }
    }
    assert!(met > 300 && met < all / 2, "{met} of {all}: the random studies do not try the rule");
}

/// Every pattern but those that speak of the study as it is.
fn verdicts(case: &Case) -> Vec<(String, Truth)> {
    let of = |j: &Judged| (format!("{} {:?}", j.pattern.id, j.side.map(Side::name)), truth(j));
    case.judge().iter().filter(|j| !["normal", "inconclusive"].contains(&j.pattern.id)).map(of).collect()
}

/// The case without one test: a muscle, or all rows of a study on a side with the comparisons that need it.
fn without(case: &Case, at: usize) -> Case {
    let mut out = case.clone();
    if at < case.needles.len() {
        out.needles.remove(at);
        return out;
    }
    let key = |r: &myotome::result::MeasureRow| {
        (r.place.nerve.clone(), r.place.muscle.clone(), r.place.recording_site.clone())
    };
    let gone = &case.rows[(at - case.needles.len()) % case.rows.len().max(1)];
    out.rows.retain(|r| {
        key(r) != key(gone)
            || (r.place.side.is_some() && gone.place.side.is_some() && r.place.side != gone.place.side)
    });
    out
}

#[test]
fn taking_a_test_away_never_makes_a_criterion_met() {
    let mut random = ChaCha8Rng::seed_from_u64(5);
    let (mut compared, mut met) = (0, 0);
    for round in 0..24 {
        let (muscles, studies) = if round % 2 == 0 { (14, 10) } else { (30, 24) };
        let case = random_case(&mut random, muscles, studies);
        let full = verdicts(&case);
        met += full.iter().filter(|v| v.1 == Truth::Met).count();
        for at in 0..case.needles.len() + case.rows.len() / 3 {
            let less = verdicts(&without(&case, at));
            for (a, b) in full.iter().zip(&less) {
                assert_eq!(a.0, b.0);
                assert!(
                    b.1 != Truth::Met || a.1 == Truth::Met,
                    "{}: {:?} became met without test {at} of {:?} {:?}",
                    a.0,
                    a.1,
                    case.needles,
                    case.rows
                        .iter()
                        .map(|r| (&r.id, &r.place.nerve, &r.place.side, r.verdict))
                        .collect::<Vec<_>>()
                );
                compared += 1;
            }
        }
    }
    assert!(compared > 20_000 && met > 40, "{compared} comparisons, {met} met: nothing was tried");
}

#[test]
fn an_empty_study_meets_nothing_and_names_no_finding() {
    for judged in Case::default().judge() {
        if judged.pattern.id == "inconclusive" {
            assert_eq!(judged.verdict.verdict, "met");
            continue;
        }
        assert_eq!(judged.verdict.verdict, "indeterminate", "{}", judged.pattern.id);
        for c in &judged.verdict.criteria {
            assert!(!c.why.is_empty() && !c.text.is_empty(), "{}", c.id);
            let cites = MUSCLES.iter().any(|m| c.why.contains(&format!("{}:", m.id.replace('_', " "))));
            assert!(!cites, "{}: {}", c.id, c.why);
        }
    }
}

/// A muscle that a clause cites was examined, and stands there with its own findings.
#[test]
fn every_muscle_that_is_cited_was_examined() {
    let mut random = ChaCha8Rng::seed_from_u64(23);
    let mut cited = 0;
    for _ in 0..60 {
        let case = random_case(&mut random, 14, 8);
        let study = case.study();
        let examined: Vec<String> = study
            .needle
            .iter()
            .map(|n| format!("{} {}", n.side.unwrap().name(), n.muscle.as_deref().unwrap().replace('_', " ")))
            .collect();
        for judged in case.judge() {
            for c in &judged.verdict.criteria {
                for side in ["right", "left"] {
                    for m in MUSCLES.iter() {
                        let name = format!("{side} {}", m.id.replace('_', " "));
                        if c.why.contains(&format!("{name}: ")) {
                            cited += 1;
                            assert!(examined.contains(&name), "{} cites {name}: {}", c.id, c.why);
                        }
                    }
                }
            }
        }
    }
    assert!(cited > 1000, "{cited}");
}

/// A met pattern stands although a test is missing, and the test is named.
#[test]
fn a_met_pattern_names_the_kinds_of_test_that_were_not_done() {
    let judged = l5().nerves(LEG_SNAPS).right("radiculopathy_l5");
    assert_eq!(judged.verdict.verdict, "met");
    let wanted = ["motor conduction", "needle examination of paraspinal muscles"];
    assert_eq!(judged.missing, wanted.map(str::to_owned));
}

#[test]
fn every_pattern_is_judged_with_all_its_clauses() {
    assert!(NERVES.len() > 40);
    for judged in muscles("right deltoid neurogenic").judge() {
        let table = criteria(judged.pattern.id).unwrap();
        let count =
            table.required.len() + table.supporting.len() + table.contradicting.len() + table.sets.len();
        assert_eq!(judged.verdict.criteria.len(), count, "{}", judged.pattern.id);
    }
}
