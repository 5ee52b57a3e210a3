//! Diseases that no place confines.

use super::*;

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
