//! Places where a single nerve is hurt: muscles and sensory responses beyond them, and what slows there.
//!
//! After the tables of muscles and nerves and Preston and Shapiro's chapters; how much slows at which severity is ours,
//! between the published limits for mild lesions and an absent response.

use crate::norms::Muscle;

/// Piece of a motor study.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece {
    /// From the first site to the muscle.
    Distal,
    /// Between this site and the one before.
    To(&'static str),
}

/// What slows in a motor study; the delay is `least` + `most` · severity^`power` ms.
#[derive(Debug)]
pub(super) struct Slowing {
    pub(super) study: &'static str,
    pub(super) piece: Piece,
    pub(super) least: f64,
    pub(super) most: f64,
    pub(super) power: f64,
}

/// A place.
#[derive(Debug)]
pub(super) struct Site {
    pub(super) id: &'static str,
    /// How much of a muscle's axons pass the place, 0 to 1.
    pub(super) muscle: fn(&Muscle) -> f64,
    /// Sensory and mixed studies with the share of their axons that passes the place.
    pub(super) sensory: &'static [(&'static str, f64)],
    pub(super) motor: &'static [Slowing],
    /// Sensory studies across the place; delay as of a motor study.
    pub(super) across: &'static [(&'static str, f64, f64, f64)],
    /// Most that is blocked.
    pub(super) block: f64,
    /// Axons lost at severity 0 and 1.
    pub(super) loss: (f64, f64),
    /// Sensory axons lost over motor ones.
    pub(super) sensory_loss: f64,
}

const NONE: Site = Site {
    id: "",
    muscle: |_| 0.0,
    sensory: &[],
    motor: &[],
    across: &[],
    block: 0.0,
    loss: (0.08, 0.95),
    sensory_loss: 1.0,
};

const fn slow(study: &'static str, piece: Piece, least: f64, most: f64, power: f64) -> Slowing {
    Slowing { study, piece, least, most, power }
}

fn of(muscle: &Muscle, nerve: &str) -> f64 {
    if muscle.nerve == nerve { 1.0 } else { 0.0 }
}
fn branch(muscle: &Muscle, branch: &str) -> f64 {
    if muscle.branch == branch { 1.0 } else { 0.0 }
}
fn among(muscle: &Muscle, ids: &[&str]) -> bool {
    ids.contains(&muscle.id)
}

const MEDIAN_DIGITS: &[(&str, f64)] = &[
    ("median_sensory_d1", 1.0),
    ("median_sensory_d2", 1.0),
    ("median_sensory_d3", 1.0),
    ("median_sensory_d4", 1.0),
    ("median_mixed_palm", 0.8),
];
const RADIAL_SKIN: &[(&str, f64)] = &[("radial_sensory_snuffbox", 1.0), ("radial_sensory_d1", 1.0)];
const FOOT_SOLE: &[(&str, f64)] = &[("medial_plantar_mixed", 1.0), ("lateral_plantar_mixed", 1.0)];

/// Every place.
pub(super) static SITES: &[Site] = &[
    Site {
        id: "carpal_tunnel",
        muscle: |m| {
            let own = m.branch == "median_recurrent" || m.id == "lumbrical_2";
            // The deep head of the short flexor is ulnar.
            f64::from(u8::from(own)) * if m.id == "flexor_pollicis_brevis" { 0.5 } else { 1.0 }
        },
        sensory: MEDIAN_DIGITS,
        motor: &[
            slow("median_motor_apb", Piece::Distal, 0.1, 4.2, 1.8),
            slow("median_motor_lumbrical_2", Piece::Distal, 0.2, 3.6, 1.4),
        ],
        across: &[
            ("median_sensory_d1", 0.35, 2.6, 1.3),
            ("median_sensory_d2", 0.30, 2.6, 1.4),
            ("median_sensory_d3", 0.30, 2.6, 1.4),
            ("median_sensory_d4", 0.38, 2.6, 1.3),
            ("median_mixed_palm", 0.28, 2.2, 1.3),
        ],
        block: 0.25,
        loss: (-0.45, 0.95),
        sensory_loss: 1.0,
    },
    Site {
        id: "ulnar_elbow",
        // Branches to the flexors leave near the elbow and are often spared.
        muscle: |m| {
            let share = if among(m, &["flexor_carpi_ulnaris"]) { 0.35 } else { 1.0 };
            of(m, "ulnar") * if m.id == "flexor_digitorum_profundus_ulnar" { 0.55 } else { share }
        },
        sensory: &[
            ("ulnar_sensory_d5", 1.0),
            ("ulnar_sensory_d4", 1.0),
            ("dorsal_ulnar_sensory", 0.85),
            ("ulnar_mixed_palm", 0.9),
        ],
        motor: &[
            slow("ulnar_motor_adm", Piece::To("above_elbow"), 0.25, 2.2, 1.1),
            slow("ulnar_motor_fdi", Piece::To("above_elbow"), 0.30, 2.3, 1.1),
        ],
        across: &[],
        block: 0.7,
        loss: (-0.12, 0.85),
        sensory_loss: 1.1,
    },
    Site {
        id: "ulnar_wrist",
        muscle: |m| {
            let deep = branch(m, "ulnar_deep");
            if m.id == "abductor_digiti_minimi" { 0.5 } else { deep }
        },
        sensory: &[("ulnar_sensory_d5", 0.6), ("ulnar_sensory_d4", 0.6), ("ulnar_mixed_palm", 0.6)],
        motor: &[
            slow("ulnar_motor_fdi", Piece::Distal, 0.5, 2.6, 1.1),
            slow("ulnar_motor_adm", Piece::Distal, 0.15, 1.4, 1.1),
            slow("ulnar_motor_interosseous", Piece::Distal, 0.5, 2.6, 1.1),
        ],
        block: 0.3,
        sensory_loss: 0.5,
        ..NONE
    },
    Site {
        id: "fibular_head",
        muscle: |m| of(m, "fibular"),
        sensory: &[("superficial_fibular_sensory", 0.9)],
        motor: &[
            slow("fibular_motor_edb", Piece::To("above_fibular_head"), 0.3, 2.2, 1.0),
            slow("fibular_motor_ta", Piece::To("above_fibular_head"), 0.3, 2.2, 1.0),
        ],
        block: 0.95,
        loss: (0.0, 0.8),
        sensory_loss: 0.7,
        ..NONE
    },
    Site {
        id: "tarsal_tunnel",
        muscle: |m| f64::from(u8::from(matches!(m.branch, "medial_plantar" | "lateral_plantar"))),
        sensory: FOOT_SOLE,
        motor: &[
            slow("tibial_motor_ah", Piece::Distal, 0.4, 3.0, 1.1),
            slow("tibial_motor_fdmb", Piece::Distal, 0.4, 3.2, 1.1),
        ],
        across: &[("medial_plantar_mixed", 0.4, 1.8, 1.0), ("lateral_plantar_mixed", 0.4, 1.8, 1.0)],
        ..NONE
    },
    Site {
        id: "radial_spiral_groove",
        muscle: |m| of(m, "radial") * f64::from(u8::from(!among(m, &["triceps_brachii", "anconeus"]))),
        sensory: RADIAL_SKIN,
        motor: &[slow("radial_motor_eip", Piece::To("above_spiral_groove"), 0.3, 1.0, 1.0)],
        block: 0.95,
        loss: (0.0, 0.8),
        ..NONE
    },
    Site {
        id: "posterior_interosseous",
        muscle: |m| {
            let early = among(m, &["supinator", "extensor_carpi_radialis_brevis"]);
            branch(m, "posterior_interosseous") * if early { 0.25 } else { 1.0 }
        },
        motor: &[slow("radial_motor_eip", Piece::To("elbow"), 0.1, 0.8, 1.0)],
        block: 0.4,
        ..NONE
    },
    Site { id: "radial_axilla", muscle: |m| of(m, "radial"), sensory: RADIAL_SKIN, block: 0.5, ..NONE },
    Site {
        id: "meralgia",
        sensory: &[("lfcn_sensory", 1.0)],
        across: &[("lfcn_sensory", 0.1, 0.6, 1.0)],
        loss: (0.25, 1.0),
        ..NONE
    },
    Site {
        id: "femoral_neuropathy",
        muscle: |m| of(m, "femoral"),
        sensory: &[("saphenous_sensory", 1.0)],
        block: 0.4,
        ..NONE
    },
    Site {
        id: "femoral_inguinal",
        muscle: |m| of(m, "femoral") * f64::from(u8::from(m.id != "iliopsoas")),
        sensory: &[("saphenous_sensory", 1.0)],
        block: 0.4,
        ..NONE
    },
    Site {
        id: "sciatic_neuropathy",
        // The fibular division suffers more.
        muscle: |m| match (m.nerve, m.branch) {
            ("fibular", _) | (_, "sciatic_fibular") => 1.0,
            ("tibial" | "sciatic", _) => 0.65,
            _ => 0.0,
        },
        sensory: &[
            ("superficial_fibular_sensory", 1.0),
            ("sural_sensory", 0.8),
            ("dorsal_sural_sensory", 0.8),
            ("medial_plantar_mixed", 0.7),
            ("lateral_plantar_mixed", 0.7),
        ],
        block: 0.3,
        ..NONE
    },
    Site { id: "anterior_interosseous", muscle: |m| branch(m, "anterior_interosseous"), ..NONE },
    Site {
        id: "median_elbow",
        muscle: |m| {
            let early = if among(m, &["pronator_teres"]) { 0.6 } else { 1.0 };
            (of(m, "median")) * early
        },
        sensory: MEDIAN_DIGITS,
        motor: &[slow("median_motor_apb", Piece::To("elbow"), 0.2, 1.2, 1.0)],
        block: 0.4,
        ..NONE
    },
    Site { id: "axillary_neuropathy", muscle: |m| of(m, "axillary"), block: 0.4, ..NONE },
    Site { id: "suprascapular_neuropathy", muscle: |m| of(m, "suprascapular"), block: 0.2, ..NONE },
    Site {
        id: "suprascapular_notch_lower",
        muscle: |m| f64::from(u8::from(m.id == "infraspinatus")),
        block: 0.2,
        ..NONE
    },
    Site {
        id: "musculocutaneous_neuropathy",
        muscle: |m| of(m, "musculocutaneous") * if m.id == "coracobrachialis" { 0.4 } else { 1.0 },
        sensory: &[("lac_sensory", 1.0)],
        ..NONE
    },
    Site { id: "long_thoracic_neuropathy", muscle: |m| of(m, "long_thoracic"), block: 0.3, ..NONE },
    Site {
        id: "accessory_neuropathy",
        // Posterior triangle: the sternocleidomastoid is supplied before it.
        muscle: |m| of(m, "spinal_accessory") * f64::from(u8::from(m.id != "sternocleidomastoid")),
        ..NONE
    },
    // Parts of a mononeuropathy multiplex, which has no place of compression.
    Site { id: "median_trunk", muscle: |m| of(m, "median"), sensory: MEDIAN_DIGITS, ..NONE },
    Site {
        id: "ulnar_trunk",
        muscle: |m| of(m, "ulnar"),
        sensory: &[
            ("ulnar_sensory_d5", 1.0),
            ("ulnar_sensory_d4", 1.0),
            ("dorsal_ulnar_sensory", 1.0),
            ("ulnar_mixed_palm", 1.0),
        ],
        ..NONE
    },
    Site { id: "radial_trunk", muscle: |m| of(m, "radial"), sensory: RADIAL_SKIN, ..NONE },
    Site {
        id: "fibular_trunk",
        muscle: |m| of(m, "fibular"),
        sensory: &[("superficial_fibular_sensory", 1.0), ("sural_sensory", 0.3)],
        ..NONE
    },
    Site { id: "tibial_trunk", muscle: |m| of(m, "tibial"), sensory: FOOT_SOLE, ..NONE },
    Site {
        id: "sural_trunk",
        sensory: &[("sural_sensory", 1.0), ("dorsal_sural_sensory", 1.0)],
        loss: (0.3, 1.0),
        ..NONE
    },
];

/// The place of an id.
pub(super) fn site(id: &str) -> Option<&'static Site> {
    SITES.iter().find(|s| s.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::norms::MUSCLES;
    use crate::norms::ncs::NCS_STUDIES;

    #[test]
    fn places_name_known_studies_and_spare_what_leaves_before() {
        let at = |id: &str, m: &str| (site(id).unwrap().muscle)(MUSCLES.iter().find(|k| k.id == m).unwrap());
        for s in SITES {
            let studies = s.sensory.iter().map(|s| s.0).chain(s.across.iter().map(|s| s.0));
            for study in studies.chain(s.motor.iter().map(|m| m.study)) {
                assert!(NCS_STUDIES.iter().any(|k| k.id == study), "{study} of {}", s.id);
            }
            let any = MUSCLES.iter().any(|m| (s.muscle)(m) > 0.0);
            assert!(any || ["meralgia", "sural_trunk"].contains(&s.id), "{}", s.id);
        }
        assert_eq!(at("fibular_head", "biceps_femoris_short"), 0.0);
        assert_eq!(at("fibular_head", "tibialis_anterior"), 1.0);
        assert_eq!(at("radial_spiral_groove", "triceps_brachii"), 0.0);
        assert_eq!(at("carpal_tunnel", "flexor_pollicis_longus"), 0.0);
        assert_eq!(at("ulnar_wrist", "flexor_carpi_ulnaris"), 0.0);
    }
}
