//! What a lesion shows when: spontaneous activity, remodelled potentials, fallen responses.
//!
//! Days from `data/reference` (DENERVATION: denervation timeline, PRESTON and CCJM2020, mostly recalled); the course
//! between the named days is ours.

use crate::norms::rows;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Where on the body a muscle lies; the further from the spine, the later activity comes and the longer it stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Paraspinal,
    Trunk,
    Cranial,
    Shoulder,
    Arm,
    Forearm,
    Hand,
    Hip,
    Thigh,
    Leg,
    Foot,
}

impl Place {
    /// Length of the nerve to it, the longest 1. Ours, from typical lengths.
    pub(super) fn length(self) -> f64 {
        match self {
            Place::Paraspinal => 0.05,
            Place::Trunk | Place::Cranial => 0.15,
            Place::Shoulder => 0.2,
            Place::Arm => 0.3,
            Place::Forearm => 0.42,
            Place::Hand => 0.6,
            Place::Hip => 0.28,
            Place::Thigh => 0.42,
            Place::Leg => 0.72,
            Place::Foot => 0.94,
        }
    }
    /// A muscle of the limb girdle, the arm or the thigh.
    pub(super) fn is_proximal(self) -> bool {
        matches!(self, Place::Shoulder | Place::Arm | Place::Hip | Place::Thigh)
    }
    /// Days in which activity appears.
    fn appears(self) -> (f64, f64) {
        match self {
            Place::Paraspinal => (6.0, 12.0),
            Place::Shoulder | Place::Arm | Place::Hip | Place::Thigh | Place::Trunk | Place::Cranial => {
                (10.0, 21.0)
            }
            Place::Forearm | Place::Leg => (14.0, 28.0),
            Place::Hand | Place::Foot => (16.0, 35.0),
        }
    }
    /// Share of it that is left after years.
    fn stays(self) -> f64 {
        match self {
            Place::Paraspinal => 0.35,
            p if p.is_proximal() => 0.4,
            Place::Forearm | Place::Leg => 0.55,
            _ => 0.65,
        }
    }
}

static PLACES: LazyLock<BTreeMap<&'static str, Place>> = LazyLock::new(|| {
    let place = |word: &str| match word {
        "paraspinal" => Place::Paraspinal,
        "cranial" => Place::Cranial,
        "shoulder" => Place::Shoulder,
        "arm" => Place::Arm,
        "forearm" => Place::Forearm,
        "hand" => Place::Hand,
        "hip" => Place::Hip,
        "thigh" => Place::Thigh,
        "leg" => Place::Leg,
        "foot" => Place::Foot,
        _ => Place::Trunk,
    };
    let row = |[muscle, word, _, _]: [&'static str; 4]| (muscle, place(word));
    rows(include_str!("../../../data/reference/muscle_place.csv")).map(row).collect()
});

/// Where a muscle lies.
pub(super) fn place(muscle: &str) -> Place {
    PLACES.get(muscle).copied().unwrap_or(Place::Trunk)
}

/// Times since onset that stand for the course, days, with their share where nothing is known.
const COURSE: [(f64, f64); 4] = [(12.0, 0.08), (45.0, 0.32), (140.0, 0.35), (600.0, 0.25)];
/// How much a stated onset is believed. The rest goes to the whole course: symptom duration does not track what
/// the needle sees (DILLDUR), so no finding may be impossible because of a date.
const BELIEVED: f64 = 0.8;
/// Number of nodes.
pub(super) const TIMES: usize = COURSE.len() + 1;

/// Times since onset with their probabilities.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Times(pub(super) [(f64, f64); TIMES]);

impl Times {
    pub(super) fn new(days_since_onset: Option<f64>) -> Times {
        let (known, share) = match days_since_onset {
            Some(days) => (days, BELIEVED),
            None => (0.0, 0.0),
        };
        let mut out = [(known, share); TIMES];
        for (node, (days, p)) in out[1..].iter_mut().zip(COURSE) {
            *node = (days, p * (1.0 - share));
        }
        Times(out)
    }
}

/// From 0 at `from` to 1 at `to`.
fn ramp(day: f64, (from, to): (f64, f64)) -> f64 {
    ((day - from) / (to - from)).clamp(0.0, 1.0)
}

/// Share of its greatest frequency that spontaneous activity has on a day.
pub(super) fn activity(place: Place, day: f64) -> f64 {
    let left = 1.0 - (1.0 - place.stays()) * ramp(day, (120.0, 540.0));
    ramp(day, place.appears()) * left
}
/// The same of large potentials.
pub(super) fn large(day: f64) -> f64 {
    0.1 + 0.3 * ramp(day, (42.0, 84.0)) + 0.6 * ramp(day, (84.0, 200.0))
}
/// The same of polyphasia.
pub(super) fn polyphasia(day: f64) -> f64 {
    (0.2 + 0.8 * ramp(day, (28.0, 60.0))) * (1.0 - 0.25 * ramp(day, (200.0, 600.0)))
}
/// The same of a fallen sensory response.
pub(super) fn snap(day: f64) -> f64 {
    0.05 + 0.95 * ramp(day, (6.0, 11.0))
}
/// The same of a fallen motor response.
pub(super) fn cmap(day: f64) -> f64 {
    0.05 + 0.95 * ramp(day, (3.0, 7.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::norms::MUSCLES;

    #[test]
    fn every_muscle_has_a_place() {
        assert!(MUSCLES.iter().all(|m| PLACES.contains_key(m.id)));
        assert_eq!(PLACES.len(), MUSCLES.len());
    }

    #[test]
    fn activity_comes_near_the_spine_first_and_fades_there_first() {
        assert!(activity(Place::Paraspinal, 9.0) > 0.0);
        assert!(activity(Place::Foot, 9.0) == 0.0);
        assert!(activity(Place::Hip, 25.0) > activity(Place::Foot, 25.0));
        assert!(activity(Place::Hip, 700.0) < activity(Place::Foot, 700.0));
        assert!((activity(Place::Leg, 90.0) - 1.0).abs() < 1e-12);
        assert!(large(20.0) < 0.2 && large(300.0) > 0.99);
    }

    #[test]
    fn times_are_a_distribution() {
        for days in [None, Some(0.0), Some(60.0), Some(5000.0)] {
            let sum: f64 = Times::new(days).0.iter().map(|t| t.1).sum();
            assert!((sum - 1.0).abs() < 1e-12);
        }
    }
}
