//! Diseases of no one place: polyneuropathies, motor neuron disease, myopathy, the neuromuscular junction.
//!
//! The numbers are ours, from the usual descriptions (PRESTON and the sources of the rule tables); they say how often
//! an element of a severe case is involved.

use super::key::Key;
use super::lesion::Part;
use super::state::{Curve, State};
use super::time::{self, Place};
use crate::norms::ncs::{NcsStudy, is_lower_limb};
use crate::norms::{Muscle, Root};

/// A disease of no one place.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Diffuse {
    AxonalPolyneuropathy,
    /// Acute or chronic: findings alike, told apart by time.
    AcquiredDemyelination,
    AcuteAxonal,
    Hereditary,
    Ganglionopathy,
    MotorNeuron,
    Myopathy,
    Postsynaptic,
    Presynaptic,
    /// Several roots, both sides.
    Polyradiculopathy(Vec<Root>),
    /// One nerve, in one of many lesions: axonal.
    AnyNerve,
    /// One motor nerve, in one of many lesions: block away from sites of compression.
    AnyMotorNerve,
}

/// Length of the nerve to where a response is recorded or passes, the longest 1. Sensory fibres go first.
fn length(study: &NcsStudy, sensory: bool) -> f64 {
    let place = match study.recording {
        "lateral_malleolus" => 0.97,
        "lateral_ankle" => 0.95,
        "medial_ankle" => 0.85,
        "dorsum_foot" | "ankle" => 1.05,
        "anterolateral_thigh" => 0.45,
        "digit_1" | "digit_2" | "digit_3" | "digit_4" | "digit_5" | "wrist" => 0.68,
        "snuffbox" | "dorsal_hand" => 0.62,
        "lateral_forearm" | "medial_forearm" => 0.5,
        muscle => time::place(muscle).length(),
    };
    if sensory { place } else { place - 0.06 }
}

/// Pieces of nerve where compression slows in many persons: they say nothing of a diffuse disease (PN10).
fn is_entrapment(key: Key) -> bool {
    match key {
        Key::Velocity(_, piece, _) | Key::Block(_, piece, _) | Key::Dispersion(_, piece, _) => {
            matches!(piece, "across_elbow" | "across_fibular_head" | "across_spiral_groove")
        }
        Key::Dml(study, _) => study.nerve == "median",
        _ => false,
    }
}

/// A muscle of an arm or leg: the nerves of the head and trunk are short, and their diseases others.
fn is_limb(m: &Muscle) -> bool {
    matches!(m.region, "upper_limb" | "lower_limb" | "neck")
}

/// Muscles near the trunk.
fn is_proximal(muscle: &str) -> bool {
    let place = time::place(muscle);
    place.is_proximal() || place == Place::Paraspinal
}

impl Diffuse {
    pub(super) fn parts(&self, key: Key) -> Vec<Part> {
        let part = |state, weight, curve| vec![Part::new(state, weight, curve)];
        match self {
            Diffuse::AxonalPolyneuropathy => length_dependent(key),
            Diffuse::AcquiredDemyelination => demyelinating(key),
            Diffuse::AcuteAxonal => match key {
                Key::Cmap(..) => part(State::AxonLoss, 0.85, Curve::Early),
                Key::Snap(..) => part(State::AxonLoss, 0.35, Curve::Full),
                Key::Dml(..) | Key::Velocity(..) => part(State::AxonLoss, 0.4, Curve::Full),
                Key::Block(..) if !is_entrapment(key) => part(State::Focal, 0.15, Curve::Full),
                Key::FWave(..) => part(State::Proximal, 0.9, Curve::Early),
                Key::HReflex(_) => part(State::Proximal, 0.7, Curve::Early),
                Key::Needle(..) => part(State::AxonLoss, 0.75, Curve::Early),
                _ => Vec::new(),
            },
            Diffuse::Hereditary => hereditary(key),
            Diffuse::Ganglionopathy => match key {
                Key::Snap(..) => part(State::AxonLoss, 0.92, Curve::Early),
                Key::HReflex(_) => part(State::Proximal, 0.8, Curve::Early),
                _ => Vec::new(),
            },
            Diffuse::MotorNeuron => motor_neuron(key),
            Diffuse::Myopathy => match key {
                Key::Needle(m, _) => {
                    let w = match time::place(m.id) {
                        Place::Hand | Place::Foot => 0.35,
                        Place::Forearm | Place::Leg | Place::Cranial => 0.6,
                        _ => 0.92,
                    };
                    part(State::Myopathic, w, Curve::Early)
                }
                Key::Cmap(..) => part(State::Myopathic, 0.35, Curve::Axonal),
                Key::Decrement(..) => part(State::Myopathic, 0.5, Curve::Full),
                _ => Vec::new(),
            },
            Diffuse::Postsynaptic => match key {
                Key::Needle(m, _) => {
                    part(State::PostJunction, if is_proximal(m.id) { 0.6 } else { 0.4 }, Curve::Full)
                }
                Key::Decrement(study, _) => {
                    let near = is_proximal(study.recording)
                        || study.nerve == "facial"
                        || study.nerve == "spinal_accessory";
                    part(State::PostJunction, if near { 0.95 } else { 0.8 }, Curve::Early)
                }
                Key::Increment(..) => part(State::PostJunction, 0.8, Curve::Full),
                _ => Vec::new(),
            },
            Diffuse::Presynaptic => match key {
                Key::Needle(..) => part(State::PreJunction, 0.8, Curve::Early),
                Key::Decrement(..) | Key::Increment(..) => part(State::PreJunction, 0.97, Curve::Early),
                Key::Cmap(..) => part(State::PreJunction, 0.95, Curve::Early),
                _ => Vec::new(),
            },
            Diffuse::Polyradiculopathy(roots) => polyradiculopathy(roots, key),
            Diffuse::AnyNerve => match key {
                Key::Needle(m, _) if is_limb(m) => part(State::AxonLoss, 0.92, Curve::Early),
                Key::Snap(..) => part(State::AxonLoss, 0.9, Curve::Early),
                Key::Cmap(..) => part(State::AxonLoss, 0.85, Curve::Early),
                Key::Dml(..) | Key::Velocity(..) => part(State::AxonLoss, 0.4, Curve::Full),
                Key::FWave(..) | Key::HReflex(_) => part(State::Proximal, 0.6, Curve::Full),
                _ => Vec::new(),
            },
            Diffuse::AnyMotorNerve => match key {
                _ if is_entrapment(key) => Vec::new(),
                Key::Block(..) => part(State::Blocked, 0.92, Curve::Early),
                Key::Dispersion(..) => part(State::Demyelinated, 0.3, Curve::Full),
                Key::Velocity(..) => part(State::Focal, 0.35, Curve::Full),
                Key::Cmap(..) => part(State::AxonLoss, 0.45, Curve::Full),
                Key::FWave(..) => part(State::Proximal, 0.8, Curve::Early),
                Key::Needle(m, _) if is_limb(m) => {
                    vec![
                        Part::new(State::AxonLoss, 0.4, Curve::Full),
                        Part::new(State::Blocked, 0.35, Curve::Full),
                        Part::new(State::AnteriorHorn, 0.2, Curve::Full),
                    ]
                }
                _ => Vec::new(),
            },
        }
    }
}

/// Axons die from the far end of the longest nerves.
fn length_dependent(key: Key) -> Vec<Part> {
    let by = |state, weight, l| vec![Part::new(state, weight, Curve::Length(l))];
    match key {
        Key::Snap(study, _) => by(State::AxonLoss, 0.95, length(study, true)),
        Key::Speed(study, _) => by(State::AxonLoss, 0.7, length(study, true)),
        Key::Cmap(study, _) => by(State::AxonLoss, 0.85, length(study, false)),
        Key::Dml(study, _) | Key::Velocity(study, _, _) => by(State::AxonLoss, 0.8, length(study, false)),
        Key::FWave(study, _) => by(State::AxonLoss, 0.9, length(study, false)),
        Key::HReflex(_) => by(State::AxonLoss, 0.9, 0.9),
        Key::Needle(m, _) if is_limb(m) => {
            let length = time::place(m.id).length();
            by(State::AxonLoss, (1.15 * length).min(0.88), length)
        }
        Key::Comparison(_) => by(State::AxonLoss, 0.6, 0.68),
        _ => Vec::new(),
    }
}

/// Patchy demyelination; the sural often spared while arm responses fall (PN11).
fn demyelinating(key: Key) -> Vec<Part> {
    let part = |state, weight, curve| vec![Part::new(state, weight, curve)];
    match key {
        // Severe disease slows as far as a hereditary one does, only not everywhere alike.
        Key::Velocity(..) | Key::Dml(..) => {
            vec![
                Part::new(State::Demyelinated, 0.5, Curve::Early),
                Part::new(State::Uniform, 0.42, Curve::Full),
            ]
        }
        Key::Block(..) | Key::Dispersion(..) => part(State::Demyelinated, 0.7, Curve::Early),
        Key::FWave(..) | Key::HReflex(_) => part(State::Demyelinated, 0.95, Curve::Early),
        Key::Cmap(..) => part(State::Demyelinated, 0.75, Curve::Early),
        Key::Snap(study, _) => {
            let leg = is_lower_limb(study.nerve) == Some(true);
            part(State::Demyelinated, if leg { 0.5 } else { 0.8 }, Curve::Early)
        }
        Key::Speed(..) => {
            vec![
                Part::new(State::Demyelinated, 0.5, Curve::Early),
                Part::new(State::Uniform, 0.35, Curve::Full),
            ]
        }
        Key::Comparison(_) => part(State::Demyelinated, 0.6, Curve::Early),
        Key::Needle(m, _) if is_limb(m) => {
            vec![
                Part::new(State::AxonLoss, 0.45 + 0.35 * time::place(m.id).length(), Curve::Full),
                Part::new(State::Blocked, 0.2, Curve::Full),
            ]
        }
        _ => Vec::new(),
    }
}

/// Uniform slowing; axons lost far out.
fn hereditary(key: Key) -> Vec<Part> {
    let part = |state, weight| vec![Part::new(state, weight, Curve::Const)];
    match key {
        Key::Velocity(..) | Key::Dml(..) => part(State::Uniform, 0.96),
        Key::FWave(..) | Key::HReflex(_) => part(State::Uniform, 0.95),
        Key::Block(..) | Key::Dispersion(..) => part(State::Uniform, 0.95),
        Key::Snap(..) | Key::Speed(..) => part(State::Uniform, 0.9),
        Key::Cmap(study, _) => {
            vec![Part::new(State::Uniform, 0.9, Curve::Length(length(study, false) + 0.1))]
        }
        Key::Comparison(_) => part(State::Uniform, 0.7),
        Key::Needle(m, _) if is_limb(m) => {
            let length = time::place(m.id).length();
            vec![Part::new(State::AxonLoss, 0.9 * length, Curve::Length(length))]
        }
        _ => Vec::new(),
    }
}

/// Motor neurons die over several regions; sensory responses stay (MND7).
fn motor_neuron(key: Key) -> Vec<Part> {
    let part = |state, weight, curve| vec![Part::new(state, weight, curve)];
    match key {
        // The nucleus of the sphincters is spared.
        Key::Needle(m, _) if m.nerve == "pudendal" => Vec::new(),
        Key::Needle(..) => part(State::AnteriorHorn, 0.95, Curve::Early),
        Key::Cmap(..) => part(State::AnteriorHorn, 0.75, Curve::Full),
        Key::Dml(..) | Key::Velocity(..) => part(State::AnteriorHorn, 0.6, Curve::Full),
        Key::FWave(..) | Key::HReflex(_) => part(State::AnteriorHorn, 0.6, Curve::Full),
        Key::Decrement(..) => part(State::AnteriorHorn, 0.6, Curve::Full),
        _ => Vec::new(),
    }
}

/// Roots of a region on both sides, each as far as chance has it.
fn polyradiculopathy(roots: &[Root], key: Key) -> Vec<Part> {
    let reach = |muscle: &str, spine: bool| {
        let spared: f64 = roots.iter().map(|r| 1.0 - 0.85 * super::root::share(muscle, spine, *r)).product();
        1.0 - spared
    };
    let lumbar = roots.iter().any(|r| r.name().starts_with('S') || r.name() == "L5");
    let loss = |w: f64, curve| {
        if w > 0.0 { vec![Part::new(State::AxonLoss, w, curve)] } else { Vec::new() }
    };
    match key {
        Key::Needle(m, _) => loss(reach(m.id, m.region == "paraspinal").min(0.95), Curve::Early),
        Key::Cmap(study, _) => loss(0.6 * reach(study.recording, false), Curve::Axonal),
        Key::Dml(study, _) | Key::Velocity(study, _, _) => {
            loss(0.35 * reach(study.recording, false), Curve::Axonal)
        }
        Key::FWave(study, _) => {
            vec![Part::new(State::Proximal, 0.8 * reach(study.recording, false), Curve::Early)]
        }
        Key::HReflex(_) if lumbar => vec![Part::new(State::Proximal, 0.8, Curve::Early)],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::norms::ncs::NCS_STUDIES;
    use crate::study::Side;

    #[test]
    fn the_longest_nerves_go_first() {
        let study = |id: &str| NCS_STUDIES.iter().find(|s| s.id == id).unwrap();
        let at = |id: &str, s: f64| {
            let p = Diffuse::AxonalPolyneuropathy.parts(Key::Snap(study(id), Side::Left));
            p[0].weight * p[0].curve.at(s)
        };
        assert!(at("sural_sensory", 0.3) > 0.6);
        assert!(at("ulnar_sensory_d5", 0.3) < 0.2);
        assert!(at("ulnar_sensory_d5", 0.7) > 0.6);
    }

    #[test]
    fn compression_sites_say_nothing_of_block_by_immunity() {
        let adm = NCS_STUDIES.iter().find(|s| s.id == "ulnar_motor_adm").unwrap();
        assert!(Diffuse::AnyMotorNerve.parts(Key::Block(adm, "across_elbow", Side::Left)).is_empty());
        assert!(!Diffuse::AnyMotorNerve.parts(Key::Block(adm, "below_elbow_wrist", Side::Left)).is_empty());
    }
}
