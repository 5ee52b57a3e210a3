//! What patients have: the conditions with their prevalence among those referred, and what each was sent for.
//!
//! Prevalences are ours, for a general laboratory: about a third of the studies are normal and a third are
//! radiculopathies; carpal tunnel syndrome, ulnar neuropathy at the elbow and polyneuropathy follow; the rest is rare.
//! Rare conditions are more frequent here than in a clinic, so that each is met in a thousand patients.

use super::options::{Asked, find};
use crate::Result;
use crate::norms::Root;
use crate::simulate::draw::Draw;

/// What the patient was sent for; it decides what is examined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Question {
    /// Neck and arm pain.
    Arm,
    /// Back and leg pain.
    Leg,
    /// Numb or weak hand.
    Hand,
    /// Foot drop, weakness of a leg.
    Foot,
    /// Weak or painful shoulder and arm, after trauma or not.
    Shoulder,
    /// Wrist or finger drop.
    Wrist,
    /// Numb or weak thigh.
    Thigh,
    /// Burning sole.
    Sole,
    /// Numb feet and hands.
    Neuropathy,
    /// Weakness of several limbs.
    Weakness,
    /// Weakness that comes with effort.
    Junction,
}

impl Question {
    pub(super) fn name(self) -> &'static str {
        match self {
            Question::Arm => "arm_pain",
            Question::Leg => "leg_pain",
            Question::Hand => "hand",
            Question::Foot => "foot_drop",
            Question::Shoulder => "shoulder",
            Question::Wrist => "wrist_drop",
            Question::Thigh => "thigh",
            Question::Sole => "sole",
            Question::Neuropathy => "neuropathy",
            Question::Weakness => "weakness",
            Question::Junction => "fatigue",
        }
    }
    /// `complaint_region` of the study file.
    pub(super) fn region(self) -> &'static str {
        match self {
            Question::Arm => "cervical",
            Question::Leg => "lumbosacral",
            _ => "other",
        }
    }
    /// Whether an arm is examined first.
    pub(super) fn is_arm(self) -> bool {
        matches!(self, Question::Arm | Question::Hand | Question::Shoulder | Question::Wrist)
    }
}

/// One row of [`CONDITIONS`].
#[derive(Debug, PartialEq)]
pub(super) struct Condition {
    pub(super) id: &'static str,
    pub(super) family: &'static str,
    /// Of 1000 or so.
    pub(super) prevalence: f64,
    pub(super) spread: Spread,
    /// Days since onset, drawn evenly by logarithm.
    pub(super) days: (f64, f64),
    pub(super) questions: &'static [(Question, f64)],
}

/// Which sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spread {
    /// One side.
    One,
    /// Both, named so.
    Both,
    /// Has no side.
    Whole,
}

use Question::{Arm, Foot, Hand, Junction, Leg, Neuropathy, Shoulder, Sole, Thigh, Weakness, Wrist};

const fn row(
    id: &'static str,
    family: &'static str,
    prevalence: f64,
    spread: Spread,
    days: (f64, f64),
    questions: &'static [(Question, f64)],
) -> Condition {
    Condition { id, family, prevalence, spread, days, questions }
}

const ROOT: &str = "radiculopathy";
const PLEXUS: &str = "plexopathy";
const MONO: &str = "mononeuropathy";
const POLY: &str = "polyneuropathy";
/// Compression that comes slowly; injury; inflammation.
const SLOW: (f64, f64) = (40.0, 1500.0);
const INJURY: (f64, f64) = (8.0, 400.0);
use Spread::{Both, One, Whole};

/// Every condition that is simulated. Patterns with merged levels (`C8/T1`) are answers, not conditions.
pub(super) static CONDITIONS: &[Condition] = &[
    row(
        "normal",
        "none",
        330.0,
        Whole,
        (10.0, 900.0),
        &[
            (Arm, 0.29),
            (Leg, 0.34),
            (Hand, 0.17),
            (Foot, 0.02),
            (Shoulder, 0.03),
            (Thigh, 0.02),
            (Sole, 0.02),
            (Neuropathy, 0.06),
            (Weakness, 0.04),
            (Junction, 0.01),
        ],
    ),
    row("radiculopathy", ROOT, 300.0, One, (9.0, 900.0), &[(Arm, 0.0), (Leg, 0.0)]),
    row("polyradiculopathy", ROOT, 22.0, Both, (20.0, 1200.0), &[(Leg, 0.8), (Arm, 0.2)]),
    row("plexopathy_upper_trunk", PLEXUS, 6.0, One, INJURY, &[(Shoulder, 0.8), (Arm, 0.2)]),
    row("plexopathy_middle_trunk", PLEXUS, 1.5, One, INJURY, &[(Shoulder, 0.4), (Arm, 0.6)]),
    row("plexopathy_lower_trunk", PLEXUS, 4.0, One, INJURY, &[(Hand, 0.5), (Arm, 0.5)]),
    row("plexopathy_lateral_cord", PLEXUS, 2.0, One, INJURY, &[(Shoulder, 0.6), (Arm, 0.4)]),
    row("plexopathy_posterior_cord", PLEXUS, 2.5, One, INJURY, &[(Shoulder, 0.5), (Wrist, 0.5)]),
    row("plexopathy_medial_cord", PLEXUS, 3.0, One, INJURY, &[(Hand, 0.7), (Arm, 0.3)]),
    row("plexopathy_lumbar", PLEXUS, 5.0, One, (10.0, 400.0), &[(Thigh, 0.7), (Leg, 0.3)]),
    row("plexopathy_sacral", PLEXUS, 6.0, One, (10.0, 400.0), &[(Foot, 0.5), (Leg, 0.5)]),
    row("thoracic_outlet_neurogenic", PLEXUS, 2.5, One, (200.0, 3000.0), &[(Hand, 0.8), (Arm, 0.2)]),
    row("neuralgic_amyotrophy", PLEXUS, 8.0, One, (8.0, 250.0), &[(Shoulder, 0.85), (Arm, 0.15)]),
    row("root_avulsion", PLEXUS, 3.0, One, (20.0, 300.0), &[(Shoulder, 1.0)]),
    row("carpal_tunnel", MONO, 80.0, One, SLOW, &[(Hand, 0.88), (Arm, 0.12)]),
    row("ulnar_elbow", MONO, 36.0, One, SLOW, &[(Hand, 0.88), (Arm, 0.12)]),
    row("ulnar_wrist", MONO, 4.0, One, SLOW, &[(Hand, 1.0)]),
    row("fibular_head", MONO, 20.0, One, (5.0, 300.0), &[(Foot, 0.75), (Leg, 0.25)]),
    row("tarsal_tunnel", MONO, 3.0, One, SLOW, &[(Sole, 1.0)]),
    row("radial_spiral_groove", MONO, 6.0, One, (4.0, 200.0), &[(Wrist, 1.0)]),
    row("posterior_interosseous", MONO, 3.0, One, SLOW, &[(Wrist, 1.0)]),
    row("meralgia", MONO, 5.0, One, SLOW, &[(Thigh, 0.9), (Leg, 0.1)]),
    row("femoral_neuropathy", MONO, 5.0, One, INJURY, &[(Thigh, 0.8), (Leg, 0.2)]),
    row("sciatic_neuropathy", MONO, 5.0, One, INJURY, &[(Foot, 0.8), (Leg, 0.2)]),
    row("anterior_interosseous", MONO, 3.0, One, INJURY, &[(Hand, 1.0)]),
    row("median_elbow", MONO, 3.0, One, INJURY, &[(Hand, 1.0)]),
    row("radial_axilla", MONO, 2.0, One, INJURY, &[(Wrist, 1.0)]),
    row("axillary_neuropathy", MONO, 4.0, One, INJURY, &[(Shoulder, 1.0)]),
    row("suprascapular_neuropathy", MONO, 3.0, One, INJURY, &[(Shoulder, 1.0)]),
    row("musculocutaneous_neuropathy", MONO, 2.5, One, INJURY, &[(Shoulder, 1.0)]),
    row("long_thoracic_neuropathy", MONO, 3.0, One, INJURY, &[(Shoulder, 1.0)]),
    row("accessory_neuropathy", MONO, 3.0, One, INJURY, &[(Shoulder, 1.0)]),
    row("axonal_polyneuropathy", POLY, 70.0, Both, (150.0, 4000.0), &[(Neuropathy, 0.8), (Leg, 0.2)]),
    row("gbs_aidp", POLY, 7.0, Both, (4.0, 28.0), &[(Weakness, 0.6), (Neuropathy, 0.4)]),
    row("gbs_axonal", POLY, 4.0, Both, (5.0, 28.0), &[(Weakness, 0.8), (Neuropathy, 0.2)]),
    row("cidp", POLY, 10.0, Both, (60.0, 1500.0), &[(Neuropathy, 0.6), (Weakness, 0.4)]),
    row("multifocal_motor_block", POLY, 4.0, One, (120.0, 2500.0), &[(Weakness, 0.6), (Hand, 0.4)]),
    row("mononeuropathy_multiplex", POLY, 6.0, Both, (20.0, 300.0), &[(Neuropathy, 0.6), (Foot, 0.4)]),
    row("sensory_ganglionopathy", POLY, 3.5, Both, (60.0, 1500.0), &[(Neuropathy, 1.0)]),
    row("hereditary_demyelinating", POLY, 6.0, Both, (3000.0, 15_000.0), &[(Neuropathy, 0.8), (Foot, 0.2)]),
    row(
        "motor_neuron_disease",
        "motor_neuron",
        12.0,
        Whole,
        (120.0, 900.0),
        &[(Weakness, 0.75), (Foot, 0.1), (Hand, 0.05), (Arm, 0.05), (Leg, 0.05)],
    ),
    row("myopathy", "myopathy", 15.0, Whole, (60.0, 3000.0), &[(Weakness, 1.0)]),
    row("nmj_postsynaptic", "nmj", 10.0, Whole, (20.0, 1000.0), &[(Junction, 0.8), (Weakness, 0.2)]),
    row("nmj_presynaptic", "nmj", 3.0, Whole, (60.0, 700.0), &[(Junction, 0.5), (Weakness, 0.5)]),
];

/// Two lesions together, with what fixes the root of the second, and their prevalence.
static TOGETHER: &[(&str, &str, Option<&str>, f64)] = &[
    ("carpal_tunnel", "radiculopathy", Some("C6"), 12.0),
    ("radiculopathy", "ulnar_elbow", Some("C8"), 5.0),
    ("axonal_polyneuropathy", "radiculopathy", Some("L5"), 12.0),
    ("axonal_polyneuropathy", "carpal_tunnel", None, 12.0),
];

/// Levels of a radiculopathy with their shares: L5, S1 and C7 lead in every series; two levels in one of twelve. Ours.
static LEVELS: &[(&str, Option<&str>, f64)] = &[
    ("C5", None, 4.0),
    ("C6", None, 7.0),
    ("C7", None, 11.0),
    ("C8", None, 4.5),
    ("T1", None, 0.7),
    ("L2", None, 1.0),
    ("L3", None, 2.7),
    ("L4", None, 7.0),
    ("L5", None, 31.0),
    ("S1", None, 24.0),
    ("S2", None, 0.6),
    ("C5", Some("C6"), 1.0),
    ("C6", Some("C7"), 1.5),
    ("C7", Some("C8"), 0.7),
    ("L3", Some("L4"), 0.8),
    ("L4", Some("L5"), 1.5),
    ("L5", Some("S1"), 2.5),
];

/// Ids of the conditions with their prevalence, per mille or so of the patients; combinations joined by `+`.
pub static PREVALENCES: std::sync::LazyLock<Vec<(String, f64)>> = std::sync::LazyLock::new(|| {
    let single = CONDITIONS.iter().map(|c| (c.id.to_owned(), c.prevalence));
    single.chain(TOGETHER.iter().map(|(a, b, _, p)| (format!("{a}+{b}"), *p))).collect()
});

/// Draws the conditions of a patient.
pub(super) fn referred(draw: &mut Draw) -> Result<Vec<Asked>> {
    enum Of {
        One(&'static Condition),
        Two(&'static (&'static str, &'static str, Option<&'static str>, f64)),
    }
    let mut rows: Vec<(Of, f64)> = CONDITIONS.iter().map(|c| (Of::One(c), c.prevalence)).collect();
    rows.extend(TOGETHER.iter().map(|t| (Of::Two(t), t.3)));
    let alone = |condition| Asked { condition, levels: Vec::new() };
    match draw.weighted(&rows, |r| r.1).0 {
        Of::One(condition) => Ok(vec![alone(condition)]),
        Of::Two((a, b, level, _)) => {
            let mut out = vec![alone(find(a)?), alone(find(b)?)];
            for asked in &mut out {
                if asked.condition.id == "radiculopathy" {
                    asked.levels = level.and_then(Root::named).into_iter().collect();
                }
            }
            Ok(out)
        }
    }
}

/// Draws the level of a radiculopathy.
pub(super) fn level(draw: &mut Draw) -> Vec<Root> {
    let (first, second, _) = draw.weighted(LEVELS, |l| l.2);
    [Some(*first), *second].into_iter().flatten().filter_map(Root::named).collect()
}

/// Whether a root is seen in an arm.
pub(super) fn is_cervical(root: Root) -> bool {
    Root::named("T2").is_some_and(|t2| root < t2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::norms::PATTERNS;

    #[test]
    fn every_pattern_that_can_be_assessed_is_a_condition_and_a_third_each_is_normal_and_radicular() {
        for p in PATTERNS.iter().filter(|p| p.role != "not_assessable" && p.id != "inconclusive") {
            let id = if p.id.starts_with("radiculopathy_") { "radiculopathy" } else { p.id };
            let condition = CONDITIONS.iter().find(|c| c.id == id);
            assert_eq!(condition.map(|c| c.family), Some(p.group), "{}", p.id);
        }
        for c in CONDITIONS {
            assert!(c.id == "radiculopathy" || PATTERNS.iter().any(|p| p.id == c.id), "{}", c.id);
            assert!(!c.questions.is_empty() && c.days.0 < c.days.1);
        }
        let all: f64 = PREVALENCES.iter().map(|p| p.1).sum();
        assert!((0.27..0.37).contains(&(330.0 / all)) && (0.25..0.37).contains(&(322.0 / all)), "{all}");
    }
}
