//! The usual tests for each question, with how often each is chosen. Ours, after common practice.

use super::condition::Question;

/// Tests for a question.
#[derive(Debug)]
pub(super) struct Pool {
    /// Study, how often, how many sites.
    pub(super) motor: &'static [(&'static str, f64, usize)],
    /// Study, how often, how often on both sides.
    pub(super) sensory: &'static [(&'static str, f64, f64)],
    pub(super) f_waves: &'static [(&'static str, f64)],
    /// How often H reflexes, on both sides.
    pub(super) reflex: f64,
    pub(super) trains: &'static [(&'static str, f64)],
    /// How often each comparison of the median nerve.
    pub(super) comparisons: f64,
    /// Muscles with their weight.
    pub(super) muscles: &'static [(&'static str, f64)],
    /// Limb muscles: least, most.
    pub(super) count: (usize, usize),
    /// How often there is no needle examination.
    pub(super) no_needle: f64,
    /// How often paraspinals; the region, and single levels.
    pub(super) paraspinals: (f64, &'static str, &'static [&'static str]),
    /// How often a test is done on both sides.
    pub(super) both_sides: f64,
}

const CERVICAL: &[&str] = &["paraspinal_c5", "paraspinal_c6", "paraspinal_c7", "paraspinal_c8"];
const LUMBAR: &[&str] = &["paraspinal_l4", "paraspinal_l5", "paraspinal_s1"];

const EMPTY: Pool = Pool {
    motor: &[],
    sensory: &[],
    f_waves: &[],
    reflex: 0.0,
    trains: &[],
    comparisons: 0.0,
    muscles: &[],
    count: (0, 0),
    no_needle: 0.0,
    paraspinals: (0.0, "paraspinal_lumbosacral", LUMBAR),
    both_sides: 0.0,
};

static ARM: Pool = Pool {
    motor: &[("median_motor_apb", 1.0, 2), ("ulnar_motor_adm", 0.95, 3)],
    sensory: &[
        ("median_sensory_d2", 0.95, 0.0),
        ("ulnar_sensory_d5", 0.95, 0.0),
        ("radial_sensory_snuffbox", 0.6, 0.0),
        ("lac_sensory", 0.25, 0.5),
        ("median_sensory_d1", 0.15, 0.3),
        ("median_sensory_d3", 0.15, 0.0),
        ("mac_sensory", 0.15, 0.5),
    ],
    f_waves: &[("median_motor_apb", 0.4), ("ulnar_motor_adm", 0.5)],
    comparisons: 0.12,
    muscles: &[
        ("deltoid", 9.0),
        ("triceps_brachii", 9.0),
        ("pronator_teres", 8.0),
        ("biceps_brachii", 8.0),
        ("first_dorsal_interosseous", 9.0),
        ("extensor_digitorum_communis", 5.0),
        ("abductor_pollicis_brevis", 5.0),
        ("extensor_indicis_proprius", 4.0),
        ("flexor_carpi_radialis", 5.0),
        ("infraspinatus", 4.0),
        ("brachioradialis", 4.0),
        ("flexor_pollicis_longus", 2.0),
        ("flexor_carpi_ulnaris", 2.0),
        ("extensor_carpi_radialis_longus", 2.0),
        ("extensor_carpi_radialis_brevis", 1.0),
        ("abductor_digiti_minimi", 1.5),
        ("rhomboid_major", 1.5),
        ("serratus_anterior", 0.7),
        ("anconeus", 1.0),
    ],
    count: (5, 9),
    no_needle: 0.02,
    paraspinals: (0.75, "paraspinal_cervical", CERVICAL),
    both_sides: 0.04,
    ..EMPTY
};

static LEG: Pool = Pool {
    motor: &[
        ("fibular_motor_edb", 0.97, 3),
        ("tibial_motor_ah", 0.95, 2),
        ("fibular_motor_ta", 0.10, 2),
        ("femoral_motor_rf", 0.06, 1),
    ],
    sensory: &[
        ("sural_sensory", 0.97, 0.15),
        ("superficial_fibular_sensory", 0.65, 0.10),
        ("saphenous_sensory", 0.08, 0.7),
    ],
    f_waves: &[("fibular_motor_edb", 0.4), ("tibial_motor_ah", 0.6)],
    reflex: 0.65,
    muscles: &[
        ("tibialis_anterior", 10.0),
        ("gastrocnemius_medial", 9.0),
        ("vastus_lateralis", 6.0),
        ("vastus_medialis", 4.0),
        ("peroneus_longus", 7.0),
        ("tibialis_posterior", 5.0),
        ("biceps_femoris_short", 5.0),
        ("tensor_fasciae_latae", 4.0),
        ("gluteus_medius", 5.0),
        ("gluteus_maximus", 4.0),
        ("adductor_longus", 4.0),
        ("iliopsoas", 3.0),
        ("semitendinosus", 2.5),
        ("extensor_hallucis_longus", 3.0),
        ("extensor_digitorum_brevis", 1.0),
        ("abductor_hallucis", 1.0),
        ("flexor_digitorum_longus", 1.5),
        ("rectus_femoris", 2.0),
        ("gastrocnemius_lateral", 2.0),
        ("soleus", 1.0),
        ("biceps_femoris_long", 1.5),
    ],
    count: (5, 9),
    no_needle: 0.02,
    paraspinals: (0.75, "paraspinal_lumbosacral", LUMBAR),
    both_sides: 0.05,
    ..EMPTY
};

static HAND: Pool = Pool {
    motor: &[
        ("median_motor_apb", 1.0, 2),
        ("ulnar_motor_adm", 0.98, 3),
        ("ulnar_motor_fdi", 0.15, 3),
        ("median_motor_lumbrical_2", 0.08, 1),
        ("ulnar_motor_interosseous", 0.08, 1),
    ],
    sensory: &[
        ("median_sensory_d2", 0.98, 0.25),
        ("ulnar_sensory_d5", 0.98, 0.15),
        ("radial_sensory_snuffbox", 0.35, 0.0),
        ("dorsal_ulnar_sensory", 0.10, 0.3),
        ("mac_sensory", 0.12, 0.7),
    ],
    f_waves: &[("median_motor_apb", 0.15), ("ulnar_motor_adm", 0.25)],
    comparisons: 0.6,
    muscles: &[
        ("abductor_pollicis_brevis", 10.0),
        ("first_dorsal_interosseous", 10.0),
        ("abductor_digiti_minimi", 4.0),
        ("pronator_teres", 5.0),
        ("flexor_pollicis_longus", 4.0),
        ("flexor_digitorum_profundus_ulnar", 4.0),
        ("flexor_carpi_ulnaris", 4.0),
        ("extensor_indicis_proprius", 4.0),
        ("triceps_brachii", 4.0),
        ("biceps_brachii", 3.0),
        ("deltoid", 3.0),
        ("extensor_digitorum_communis", 2.0),
        ("flexor_carpi_radialis", 2.0),
        ("pronator_quadratus", 1.0),
    ],
    count: (2, 7),
    no_needle: 0.30,
    paraspinals: (0.15, "paraspinal_cervical", CERVICAL),
    both_sides: 0.12,
    ..EMPTY
};

static SHOULDER: Pool = Pool {
    motor: &[
        ("median_motor_apb", 0.9, 2),
        ("ulnar_motor_adm", 0.9, 3),
        ("axillary_motor_deltoid", 0.5, 1),
        ("musculocutaneous_motor_biceps", 0.45, 1),
        ("accessory_motor_trapezius", 0.3, 1),
    ],
    sensory: &[
        ("median_sensory_d2", 0.7, 0.2),
        ("median_sensory_d1", 0.6, 0.7),
        ("median_sensory_d3", 0.4, 0.4),
        ("ulnar_sensory_d5", 0.85, 0.4),
        ("radial_sensory_snuffbox", 0.8, 0.6),
        ("lac_sensory", 0.85, 0.85),
        ("mac_sensory", 0.6, 0.7),
    ],
    f_waves: &[("ulnar_motor_adm", 0.3)],
    muscles: &[
        ("deltoid", 10.0),
        ("infraspinatus", 8.0),
        ("biceps_brachii", 9.0),
        ("triceps_brachii", 8.0),
        ("serratus_anterior", 5.0),
        ("rhomboid_major", 5.0),
        ("supraspinatus", 4.0),
        ("brachioradialis", 5.0),
        ("trapezius_upper", 3.0),
        ("pronator_teres", 5.0),
        ("first_dorsal_interosseous", 6.0),
        ("teres_minor", 2.0),
        ("latissimus_dorsi", 2.0),
        ("flexor_pollicis_longus", 3.0),
        ("extensor_indicis_proprius", 3.0),
        ("extensor_digitorum_communis", 3.0),
        ("flexor_carpi_radialis", 3.0),
        ("abductor_pollicis_brevis", 3.0),
        ("brachialis", 1.0),
    ],
    count: (7, 12),
    paraspinals: (0.6, "paraspinal_cervical", CERVICAL),
    both_sides: 0.12,
    ..EMPTY
};

static WRIST: Pool = Pool {
    motor: &[("radial_motor_eip", 1.0, 4), ("median_motor_apb", 0.8, 2), ("ulnar_motor_adm", 0.8, 3)],
    sensory: &[
        ("radial_sensory_snuffbox", 1.0, 0.8),
        ("median_sensory_d2", 0.8, 0.0),
        ("ulnar_sensory_d5", 0.8, 0.0),
    ],
    muscles: &[
        ("extensor_indicis_proprius", 9.0),
        ("extensor_digitorum_communis", 9.0),
        ("brachioradialis", 9.0),
        ("triceps_brachii", 9.0),
        ("extensor_carpi_radialis_longus", 5.0),
        ("extensor_carpi_ulnaris", 4.0),
        ("deltoid", 7.0),
        ("pronator_teres", 5.0),
        ("flexor_carpi_radialis", 4.0),
        ("first_dorsal_interosseous", 5.0),
        ("supinator", 2.0),
        ("latissimus_dorsi", 2.0),
        ("anconeus", 1.0),
    ],
    count: (6, 10),
    paraspinals: (0.45, "paraspinal_cervical", CERVICAL),
    both_sides: 0.08,
    ..EMPTY
};

static FOOT: Pool = Pool {
    motor: &[("fibular_motor_edb", 1.0, 3), ("fibular_motor_ta", 0.65, 2), ("tibial_motor_ah", 0.95, 2)],
    sensory: &[("superficial_fibular_sensory", 0.95, 0.5), ("sural_sensory", 0.95, 0.4)],
    f_waves: &[("tibial_motor_ah", 0.35), ("fibular_motor_edb", 0.2)],
    reflex: 0.35,
    muscles: &[
        ("tibialis_anterior", 11.0),
        ("peroneus_longus", 9.0),
        ("tibialis_posterior", 8.0),
        ("biceps_femoris_short", 7.0),
        ("gastrocnemius_medial", 7.0),
        ("gluteus_medius", 5.0),
        ("tensor_fasciae_latae", 4.0),
        ("extensor_hallucis_longus", 3.0),
        ("extensor_digitorum_brevis", 2.0),
        ("vastus_lateralis", 5.0),
        ("semitendinosus", 3.0),
        ("gluteus_maximus", 3.0),
        ("flexor_digitorum_longus", 1.0),
    ],
    count: (5, 9),
    paraspinals: (0.55, "paraspinal_lumbosacral", LUMBAR),
    both_sides: 0.12,
    ..EMPTY
};

static THIGH: Pool = Pool {
    motor: &[("femoral_motor_rf", 0.7, 1), ("fibular_motor_edb", 0.8, 3), ("tibial_motor_ah", 0.8, 2)],
    sensory: &[("saphenous_sensory", 0.75, 0.95), ("lfcn_sensory", 0.65, 0.97), ("sural_sensory", 0.9, 0.1)],
    reflex: 0.15,
    muscles: &[
        ("vastus_lateralis", 10.0),
        ("iliopsoas", 8.0),
        ("adductor_longus", 8.0),
        ("rectus_femoris", 5.0),
        ("vastus_medialis", 5.0),
        ("tibialis_anterior", 7.0),
        ("gracilis", 2.0),
        ("gastrocnemius_medial", 5.0),
        ("tensor_fasciae_latae", 3.0),
        ("sartorius", 1.0),
    ],
    count: (4, 8),
    paraspinals: (0.6, "paraspinal_lumbosacral", &["paraspinal_l2", "paraspinal_l3", "paraspinal_l4"]),
    both_sides: 0.15,
    ..EMPTY
};

static SOLE: Pool = Pool {
    motor: &[("tibial_motor_ah", 1.0, 2), ("tibial_motor_fdmb", 0.7, 1), ("fibular_motor_edb", 0.8, 3)],
    sensory: &[
        ("medial_plantar_mixed", 0.85, 0.9),
        ("lateral_plantar_mixed", 0.75, 0.9),
        ("sural_sensory", 1.0, 0.4),
    ],
    reflex: 0.2,
    muscles: &[
        ("abductor_hallucis", 6.0),
        ("abductor_digiti_quinti_pedis", 4.0),
        ("gastrocnemius_medial", 5.0),
        ("tibialis_anterior", 5.0),
        ("first_dorsal_interosseous_pedis", 1.0),
    ],
    count: (1, 4),
    no_needle: 0.3,
    both_sides: 0.4,
    ..EMPTY
};

static NEUROPATHY: Pool = Pool {
    motor: &[
        ("fibular_motor_edb", 1.0, 3),
        ("tibial_motor_ah", 0.95, 2),
        ("ulnar_motor_adm", 0.85, 4),
        ("median_motor_apb", 0.75, 3),
    ],
    sensory: &[
        ("sural_sensory", 1.0, 0.8),
        ("superficial_fibular_sensory", 0.5, 0.3),
        ("radial_sensory_snuffbox", 0.55, 0.1),
        ("ulnar_sensory_d5", 0.75, 0.2),
        ("median_sensory_d2", 0.65, 0.2),
        ("dorsal_sural_sensory", 0.1, 0.3),
        ("medial_plantar_mixed", 0.1, 0.5),
    ],
    f_waves: &[
        ("tibial_motor_ah", 0.6),
        ("ulnar_motor_adm", 0.5),
        ("fibular_motor_edb", 0.3),
        ("median_motor_apb", 0.3),
    ],
    reflex: 0.3,
    muscles: &[
        ("tibialis_anterior", 10.0),
        ("gastrocnemius_medial", 8.0),
        ("vastus_lateralis", 6.0),
        ("first_dorsal_interosseous", 4.0),
        ("extensor_digitorum_brevis", 2.0),
        ("abductor_hallucis", 2.0),
        ("gluteus_medius", 1.0),
        ("deltoid", 1.5),
    ],
    count: (1, 5),
    no_needle: 0.25,
    paraspinals: (0.1, "paraspinal_lumbosacral", LUMBAR),
    both_sides: 0.35,
    ..EMPTY
};

static WEAKNESS: Pool = Pool {
    motor: &[
        ("median_motor_apb", 1.0, 4),
        ("ulnar_motor_adm", 1.0, 5),
        ("ulnar_motor_fdi", 0.35, 1),
        ("fibular_motor_edb", 0.95, 3),
        ("tibial_motor_ah", 0.95, 2),
    ],
    sensory: &[
        ("sural_sensory", 1.0, 0.3),
        ("ulnar_sensory_d5", 0.9, 0.1),
        ("median_sensory_d2", 0.75, 0.1),
        ("radial_sensory_snuffbox", 0.3, 0.0),
    ],
    f_waves: &[("ulnar_motor_adm", 0.6), ("tibial_motor_ah", 0.7), ("median_motor_apb", 0.4)],
    reflex: 0.1,
    trains: &[("ulnar_motor_adm", 0.25), ("accessory_motor_trapezius", 0.25)],
    muscles: &[
        ("deltoid", 8.0),
        ("biceps_brachii", 8.0),
        ("first_dorsal_interosseous", 8.0),
        ("triceps_brachii", 5.0),
        ("vastus_lateralis", 8.0),
        ("tibialis_anterior", 8.0),
        ("gastrocnemius_medial", 6.0),
        ("iliopsoas", 6.0),
        ("genioglossus", 4.0),
        ("rectus_abdominis", 2.0),
        ("abductor_pollicis_brevis", 4.0),
        ("gluteus_medius", 3.0),
        ("masseter", 1.0),
    ],
    count: (7, 13),
    paraspinals: (0.75, "paraspinal_thoracic", &["paraspinal_t6", "paraspinal_t10"]),
    both_sides: 0.35,
    ..EMPTY
};

static JUNCTION: Pool = Pool {
    motor: &[("ulnar_motor_adm", 1.0, 2), ("median_motor_apb", 0.8, 2), ("tibial_motor_ah", 0.5, 2)],
    sensory: &[("ulnar_sensory_d5", 0.9, 0.0), ("sural_sensory", 0.7, 0.0), ("median_sensory_d2", 0.4, 0.0)],
    trains: &[("ulnar_motor_adm", 0.95), ("accessory_motor_trapezius", 0.85), ("facial_motor_nasalis", 0.7)],
    muscles: &[
        ("deltoid", 8.0),
        ("biceps_brachii", 7.0),
        ("vastus_lateralis", 6.0),
        ("tibialis_anterior", 3.0),
        ("iliopsoas", 2.0),
    ],
    count: (1, 4),
    no_needle: 0.15,
    ..EMPTY
};

/// The tests for a question.
pub(super) fn pool(question: Question) -> &'static Pool {
    match question {
        Question::Arm => &ARM,
        Question::Leg => &LEG,
        Question::Hand => &HAND,
        Question::Shoulder => &SHOULDER,
        Question::Wrist => &WRIST,
        Question::Foot => &FOOT,
        Question::Thigh => &THIGH,
        Question::Sole => &SOLE,
        Question::Neuropathy => &NEUROPATHY,
        Question::Weakness => &WEAKNESS,
        Question::Junction => &JUNCTION,
    }
}

/// How usual a muscle is; small for those that few examine.
pub(super) fn usual(muscle: &str) -> f64 {
    let in_pool = |p: &Pool| p.muscles.iter().find(|m| m.0 == muscle).map(|m| m.1);
    [&ARM, &LEG, &SHOULDER, &HAND, &FOOT, &WRIST, &THIGH].into_iter().filter_map(in_pool).fold(0.15, f64::max)
}

#[cfg(test)]
mod tests {
    use super::super::conduction::{motor_row, sensory_row};
    use super::super::healthy::F_WAVES;
    use super::*;
    use crate::norms::MUSCLES;

    #[test]
    fn sets_name_studies_and_muscles_that_are_simulated() {
        for p in
            [&ARM, &LEG, &HAND, &SHOULDER, &WRIST, &FOOT, &THIGH, &SOLE, &NEUROPATHY, &WEAKNESS, &JUNCTION]
        {
            assert!(p.motor.iter().all(|m| motor_row(m.0).is_some_and(|r| m.2 >= 1 && m.2 <= r.sites.len())));
            assert!(p.sensory.iter().all(|s| sensory_row(s.0).is_some()));
            assert!(p.f_waves.iter().all(|f| F_WAVES.iter().any(|k| k.study == f.0)));
            assert!(p.trains.iter().all(|t| motor_row(t.0).is_some()));
            let muscles = p.muscles.iter().map(|m| m.0).chain(p.paraspinals.2.iter().copied());
            for m in muscles.chain([p.paraspinals.1]) {
                assert!(MUSCLES.iter().any(|k| k.id == m), "{m}");
            }
            assert!(p.count.0 <= p.count.1 && p.count.1 <= p.muscles.len());
        }
    }
}
