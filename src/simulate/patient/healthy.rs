//! Healthy conduction: means and spreads of every study that is done.
//!
//! Published means and SDs: `ncs_means.csv` (Buschbacher's series, Benatar et al. 2009 and the Czech ulnar series, Falck et
//! al. 1991, lateral antebrachial nerve, dorsal sural regression by Kroigard et al.) and `late_responses.csv`. Where only a
//! limit is published, the mean lies about two SDs inside it; such rows are ours.

/// Where a motor study is stimulated.
#[derive(Debug)]
pub(super) struct At {
    pub(super) site: &'static str,
    /// To the electrode (first) or to the previous site; mm, at 170 cm.
    pub(super) mm: f64,
    /// Whether the distance grows with the body.
    pub(super) grows: bool,
    /// Usual fall of the amplitude from the site before, share: mean, SD.
    pub(super) fall: (f64, f64),
    /// Velocity over that of the first piece.
    pub(super) speed: f64,
}

/// A motor study.
#[derive(Debug)]
pub(super) struct Motor {
    pub(super) study: &'static str,
    pub(super) nerve: &'static str,
    pub(super) muscle: &'static str,
    pub(super) arm: bool,
    pub(super) sites: &'static [At],
    /// Distal latency, ms: mean, SD.
    pub(super) latency: (f64, f64),
    /// Amplitude, mV: median at 40 years, SD of the logarithm, fall per year above 40.
    pub(super) amplitude: (f64, f64, f64),
    /// m/s: mean, SD.
    pub(super) velocity: (f64, f64),
    /// Negative peak's duration, ms.
    pub(super) duration: (f64, f64),
}

/// A sensory or mixed study.
#[derive(Debug)]
pub(super) struct Sensory {
    pub(super) study: &'static str,
    pub(super) nerve: &'static str,
    pub(super) recording: &'static str,
    pub(super) site: &'static str,
    pub(super) orthodromic: bool,
    pub(super) arm: bool,
    pub(super) mm: f64,
    /// By onset, m/s: mean, SD.
    pub(super) velocity: (f64, f64),
    /// From onset to peak, ms.
    pub(super) rise: f64,
    /// Baseline to peak, µV: median at 40 years, SD of the logarithm, fall of the logarithm per year above 40.
    pub(super) amplitude: (f64, f64, f64),
    /// Share of healthy persons without it: at 40 years, at 75.
    pub(super) absent: (f64, f64),
}

/// F waves of a motor study.
#[derive(Debug)]
pub(super) struct FWave {
    pub(super) study: &'static str,
    /// ms at 170 cm: mean, SD between persons of one height; ms per cm.
    pub(super) least: (f64, f64, f64),
    /// From the least to the mean and to the greatest latency, ms.
    pub(super) to_mean: f64,
    pub(super) to_most: (f64, f64),
    /// %: mean, SD.
    pub(super) persistence: (f64, f64),
}

const fn at(site: &'static str, mm: f64, grows: bool, fall: (f64, f64), speed: f64) -> At {
    At { site, mm, grows, fall, speed }
}

/// Motor studies.
pub(super) static MOTOR: &[Motor] = &[
    Motor {
        study: "median_motor_apb",
        nerve: "median",
        muscle: "abductor_pollicis_brevis",
        arm: true,
        sites: &[
            at("wrist", 80.0, false, (0.0, 0.0), 1.0),
            at("elbow", 228.0, true, (0.04, 0.03), 1.0),
            at("axilla", 120.0, true, (0.04, 0.03), 1.08),
            at("erb", 195.0, true, (0.08, 0.06), 1.12),
        ],
        latency: (3.65, 0.42),
        amplitude: (9.6, 0.33, 0.004),
        velocity: (57.2, 4.6),
        duration: (5.6, 0.7),
    },
    Motor {
        study: "ulnar_motor_adm",
        nerve: "ulnar",
        muscle: "abductor_digiti_minimi",
        arm: true,
        sites: &[
            at("wrist", 80.0, false, (0.0, 0.0), 1.0),
            at("below_elbow", 208.0, true, (0.03, 0.03), 1.0),
            at("above_elbow", 100.0, false, (0.03, 0.03), 0.95),
            at("axilla", 95.0, true, (0.03, 0.03), 1.05),
            at("erb", 195.0, true, (0.08, 0.06), 1.10),
        ],
        latency: (2.95, 0.30),
        amplitude: (11.2, 0.20, 0.003),
        velocity: (60.5, 4.8),
        duration: (5.6, 0.7),
    },
    Motor {
        study: "ulnar_motor_fdi",
        nerve: "ulnar",
        muscle: "first_dorsal_interosseous",
        arm: true,
        sites: &[
            at("wrist", 130.0, false, (0.0, 0.0), 1.0),
            at("below_elbow", 208.0, true, (0.03, 0.03), 1.0),
            at("above_elbow", 100.0, false, (0.03, 0.03), 0.94),
        ],
        latency: (3.6, 0.38),
        amplitude: (12.2, 0.28, 0.003),
        velocity: (60.0, 4.8),
        duration: (5.2, 0.6),
    },
    Motor {
        study: "median_motor_lumbrical_2",
        nerve: "median",
        muscle: "lumbrical_2",
        arm: true,
        sites: &[at("wrist", 100.0, false, (0.0, 0.0), 1.0)],
        latency: (3.35, 0.30),
        amplitude: (2.2, 0.45, 0.003),
        velocity: (57.0, 4.6),
        duration: (5.0, 0.7),
    },
    Motor {
        study: "ulnar_motor_interosseous",
        nerve: "ulnar",
        muscle: "palmar_interosseous_1",
        arm: true,
        sites: &[at("wrist", 100.0, false, (0.0, 0.0), 1.0)],
        latency: (3.25, 0.30),
        amplitude: (5.0, 0.35, 0.003),
        velocity: (60.0, 4.8),
        duration: (5.0, 0.7),
    },
    Motor {
        study: "radial_motor_eip",
        nerve: "radial",
        muscle: "extensor_indicis_proprius",
        arm: true,
        sites: &[
            at("forearm", 50.0, false, (0.0, 0.0), 1.0),
            at("elbow", 150.0, true, (0.05, 0.04), 1.0),
            at("below_spiral_groove", 90.0, false, (0.04, 0.03), 1.05),
            at("above_spiral_groove", 80.0, false, (0.04, 0.03), 1.05),
        ],
        latency: (2.1, 0.30),
        amplitude: (5.0, 0.35, 0.003),
        velocity: (61.5, 5.0),
        duration: (6.0, 0.9),
    },
    Motor {
        study: "axillary_motor_deltoid",
        nerve: "axillary",
        muscle: "deltoid",
        arm: true,
        sites: &[at("erb", 160.0, true, (0.0, 0.0), 1.0)],
        latency: (3.9, 0.45),
        amplitude: (10.0, 0.35, 0.004),
        velocity: (60.0, 5.0),
        duration: (9.0, 1.3),
    },
    Motor {
        study: "musculocutaneous_motor_biceps",
        nerve: "musculocutaneous",
        muscle: "biceps_brachii",
        arm: true,
        sites: &[at("erb", 230.0, true, (0.0, 0.0), 1.0)],
        latency: (4.6, 0.5),
        amplitude: (9.0, 0.35, 0.004),
        velocity: (60.0, 5.0),
        duration: (9.0, 1.3),
    },
    Motor {
        study: "accessory_motor_trapezius",
        nerve: "spinal_accessory",
        muscle: "trapezius_upper",
        arm: true,
        sites: &[at("neck", 70.0, false, (0.0, 0.0), 1.0)],
        latency: (2.2, 0.35),
        amplitude: (7.0, 0.35, 0.003),
        velocity: (60.0, 5.0),
        duration: (10.0, 1.5),
    },
    Motor {
        study: "femoral_motor_rf",
        nerve: "femoral",
        muscle: "rectus_femoris",
        arm: false,
        sites: &[at("groin", 140.0, true, (0.0, 0.0), 1.0)],
        latency: (4.4, 0.6),
        amplitude: (7.5, 0.38, 0.005),
        velocity: (58.0, 5.0),
        duration: (10.0, 1.5),
    },
    Motor {
        study: "fibular_motor_edb",
        nerve: "fibular",
        muscle: "extensor_digitorum_brevis",
        arm: false,
        sites: &[
            at("ankle", 80.0, false, (0.0, 0.0), 1.0),
            at("below_fibular_head", 312.0, true, (0.06, 0.05), 1.0),
            at("above_fibular_head", 100.0, false, (0.03, 0.04), 1.02),
        ],
        latency: (4.8, 0.70),
        amplitude: (5.6, 0.42, 0.008),
        velocity: (47.2, 3.9),
        duration: (5.4, 0.8),
    },
    Motor {
        study: "fibular_motor_ta",
        nerve: "fibular",
        muscle: "tibialis_anterior",
        arm: false,
        sites: &[
            at("below_fibular_head", 80.0, false, (0.0, 0.0), 1.0),
            at("above_fibular_head", 100.0, false, (0.03, 0.04), 1.0),
        ],
        latency: (3.6, 0.6),
        amplitude: (6.5, 0.35, 0.004),
        velocity: (58.0, 5.0),
        duration: (11.0, 1.5),
    },
    Motor {
        study: "tibial_motor_ah",
        nerve: "tibial",
        muscle: "abductor_hallucis",
        arm: false,
        sites: &[
            at("ankle", 80.0, false, (0.0, 0.0), 1.0),
            at("popliteal_fossa", 388.0, true, (0.18, 0.10), 1.0),
        ],
        latency: (4.45, 0.70),
        amplitude: (12.8, 0.36, 0.010),
        velocity: (47.2, 4.2),
        duration: (5.6, 0.9),
    },
    Motor {
        study: "tibial_motor_fdmb",
        nerve: "tibial",
        muscle: "flexor_digiti_minimi_brevis_pedis",
        arm: false,
        sites: &[at("ankle", 140.0, false, (0.0, 0.0), 1.0)],
        latency: (6.3, 0.85),
        amplitude: (6.0, 0.45, 0.010),
        velocity: (47.0, 4.2),
        duration: (5.5, 0.9),
    },
    Motor {
        study: "facial_motor_nasalis",
        nerve: "facial",
        muscle: "nasalis",
        arm: true,
        sites: &[at("tragus", 90.0, false, (0.0, 0.0), 1.0)],
        latency: (3.4, 0.4),
        amplitude: (2.6, 0.35, 0.004),
        velocity: (55.0, 4.0),
        duration: (5.0, 0.8),
    },
];

#[expect(clippy::too_many_arguments, reason = "a row of the table")]
const fn snap(
    study: &'static str,
    nerve: &'static str,
    recording: &'static str,
    site: &'static str,
    arm: bool,
    mm: f64,
    velocity: (f64, f64),
    amplitude: (f64, f64),
) -> Sensory {
    Sensory {
        study,
        nerve,
        recording,
        site,
        orthodromic: false,
        arm,
        mm,
        velocity,
        rise: 0.75,
        amplitude: (amplitude.0, amplitude.1, if arm { 0.007 } else { 0.013 }),
        absent: (0.0, 0.0),
    }
}

const ARM: bool = true;
const LEG: bool = false;

/// Sensory and mixed studies. Absent in the old: sural (4 % of healthy persons above 60), plantar, dorsal sural,
/// saphenous and lateral femoral cutaneous responses more often.
pub(super) static SENSORY: &[Sensory] = &[
    snap("median_sensory_d1", "median", "digit_1", "wrist", ARM, 100.0, (55.0, 4.3), (30.0, 0.40)),
    snap("median_sensory_d2", "median", "digit_2", "wrist", ARM, 140.0, (56.0, 4.4), (25.0, 0.42)),
    snap("median_sensory_d3", "median", "digit_3", "wrist", ARM, 140.0, (56.0, 4.4), (26.0, 0.42)),
    snap("median_sensory_d4", "median", "digit_4", "wrist", ARM, 140.0, (56.0, 4.2), (17.0, 0.42)),
    snap("ulnar_sensory_d4", "ulnar", "digit_4", "wrist", ARM, 140.0, (56.5, 4.2), (16.5, 0.42)),
    snap("ulnar_sensory_d5", "ulnar", "digit_5", "wrist", ARM, 140.0, (56.0, 4.5), (22.0, 0.40)),
    Sensory {
        rise: 0.6,
        ..snap(
            "radial_sensory_d1",
            "superficial_radial",
            "digit_1",
            "forearm",
            ARM,
            100.0,
            (56.5, 4.3),
            (11.0, 0.40),
        )
    },
    Sensory {
        rise: 0.6,
        ..snap(
            "radial_sensory_snuffbox",
            "superficial_radial",
            "snuffbox",
            "forearm",
            ARM,
            100.0,
            (60.0, 4.9),
            (25.5, 0.42),
        )
    },
    Sensory {
        rise: 0.55,
        ..snap(
            "dorsal_ulnar_sensory",
            "dorsal_ulnar_cutaneous",
            "dorsal_hand",
            "forearm",
            ARM,
            80.0,
            (58.0, 4.5),
            (20.0, 0.42),
        )
    },
    Sensory {
        rise: 0.5,
        ..snap(
            "lac_sensory",
            "lateral_antebrachial_cutaneous",
            "lateral_forearm",
            "elbow",
            ARM,
            100.0,
            (59.5, 5.0),
            (16.5, 0.45),
        )
    },
    Sensory {
        rise: 0.55,
        ..snap(
            "mac_sensory",
            "medial_antebrachial_cutaneous",
            "medial_forearm",
            "elbow",
            ARM,
            100.0,
            (58.5, 5.0),
            (11.0, 0.42),
        )
    },
    Sensory {
        rise: 0.4,
        orthodromic: true,
        ..snap("median_mixed_palm", "median", "wrist", "palm", ARM, 80.0, (57.5, 3.8), (95.0, 0.32))
    },
    Sensory {
        rise: 0.4,
        orthodromic: true,
        ..snap("ulnar_mixed_palm", "ulnar", "wrist", "palm", ARM, 80.0, (57.5, 3.8), (33.0, 0.38))
    },
    Sensory {
        absent: (0.08, 0.30),
        ..snap(
            "lfcn_sensory",
            "lateral_femoral_cutaneous",
            "anterolateral_thigh",
            "inguinal",
            LEG,
            140.0,
            (55.0, 5.0),
            (9.0, 0.50),
        )
    },
    Sensory {
        absent: (0.03, 0.15),
        ..snap(
            "saphenous_sensory",
            "saphenous",
            "medial_ankle",
            "medial_leg",
            LEG,
            140.0,
            (50.5, 4.6),
            (10.0, 0.42),
        )
    },
    Sensory {
        absent: (0.005, 0.06),
        ..snap(
            "superficial_fibular_sensory",
            "superficial_fibular",
            "lateral_ankle",
            "lateral_leg",
            LEG,
            140.0,
            (50.0, 4.4),
            (15.5, 0.44),
        )
    },
    Sensory {
        absent: (0.002, 0.07),
        ..snap("sural_sensory", "sural", "lateral_malleolus", "calf", LEG, 140.0, (50.1, 4.7), (17.5, 0.48))
    },
    Sensory {
        absent: (0.02, 0.30),
        ..snap(
            "dorsal_sural_sensory",
            "sural",
            "dorsum_foot",
            "lateral_malleolus",
            LEG,
            120.0,
            (47.0, 5.0),
            (4.8, 0.51),
        )
    },
    Sensory {
        absent: (0.02, 0.30),
        orthodromic: true,
        ..snap(
            "medial_plantar_mixed",
            "medial_plantar",
            "ankle",
            "sole",
            LEG,
            140.0,
            (47.0, 4.0),
            (12.0, 0.50),
        )
    },
    Sensory {
        absent: (0.06, 0.45),
        orthodromic: true,
        ..snap(
            "lateral_plantar_mixed",
            "lateral_plantar",
            "ankle",
            "sole",
            LEG,
            140.0,
            (46.0, 4.0),
            (5.5, 0.55),
        )
    },
];

/// F waves.
pub(super) static F_WAVES: &[FWave] = &[
    FWave {
        study: "median_motor_apb",
        least: (26.2, 1.4, 0.14),
        to_mean: 1.5,
        to_most: (3.8, 0.9),
        persistence: (82.0, 15.0),
    },
    FWave {
        study: "ulnar_motor_adm",
        least: (26.5, 1.5, 0.14),
        to_mean: 1.6,
        to_most: (3.9, 0.9),
        persistence: (84.0, 15.0),
    },
    FWave {
        study: "fibular_motor_edb",
        least: (47.0, 2.6, 0.30),
        to_mean: 2.6,
        to_most: (5.5, 1.4),
        persistence: (83.0, 16.0),
    },
    FWave {
        study: "tibial_motor_ah",
        least: (47.0, 2.6, 0.30),
        to_mean: 2.6,
        to_most: (5.5, 1.4),
        persistence: (97.0, 4.0),
    },
];

/// H reflex of the soleus, ms at 170 cm and 50 years: mean, SD; ms per cm, per year (30.8 ± 2.6 ms at 60 to 88 years).
pub(super) const H_REFLEX: (f64, f64, f64, f64) = (29.7, 1.4, 0.14, 0.03);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::norms::ncs::{NCS_STUDIES, StudyKind};

    #[test]
    fn studies_are_those_of_the_table_with_its_sites() {
        for m in MOTOR {
            let row = NCS_STUDIES.iter().find(|s| s.id == m.study).unwrap();
            assert_eq!((row.nerve, row.recording), (m.nerve, m.muscle));
            assert!(m.sites.iter().all(|s| row.sites.contains(&s.site)), "{}", m.study);
            assert_eq!(row.sites[0], m.sites[0].site, "{}", m.study);
        }
        for s in SENSORY {
            let row = NCS_STUDIES.iter().find(|r| r.id == s.study).unwrap();
            assert_eq!((row.nerve, row.recording), (s.nerve, s.recording));
            assert_eq!(row.sites[0], s.site, "{}", s.study);
            assert_eq!(s.orthodromic, row.kind == StudyKind::Mixed, "{}", s.study);
        }
        assert!(F_WAVES.iter().all(|f| MOTOR.iter().any(|m| m.study == f.study)));
    }
}
