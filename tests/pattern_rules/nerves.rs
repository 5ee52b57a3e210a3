//! Plexus elements and single nerves.

use super::*;

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
