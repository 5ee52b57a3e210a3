//! Lesions of the plexus: trunks, cords, the lumbar and the sacral plexus, and the thoracic outlet.
//!
//! A muscle is reached as far as its fibres pass the element (columns of `muscles.csv`, weights of `myotomes.csv`);
//! paraspinal and pre-plexus muscles are not. Sensory responses fall: the ganglion lies upstream.

use super::key::Key;
use super::lesion::{Part, recorded};
use super::state::{Curve, State};
use super::time::{Place, place};
use crate::norms::{Muscle, Root, Weight, muscle, roots_of, snap_roots, weight};

/// Part of a plexus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plexus {
    Trunk(&'static str),
    Cord(&'static str),
    Lumbar,
    Sacral,
    /// The lower trunk over a rib or band: T1 fibres before C8 ones (PX11).
    Outlet,
}

/// Involvement of a muscle whose fibres all, in good part, or in small part pass the element. Ours.
const ALL: f64 = 0.92;
const GOOD_PART: f64 = 0.55;
const SMALL_PART: f64 = 0.2;
/// Of a sensory response whose fibres all pass.
const SNAP: f64 = 0.92;
/// Of a motor response.
const CMAP: f64 = 0.75;

/// Trunk of a root of the brachial plexus.
fn trunk(root: Root) -> &'static str {
    match root.name() {
        "C5" | "C6" => "upper",
        "C7" => "middle",
        "C8" | "T1" => "lower",
        _ => "",
    }
}

/// Share of a muscle's fibres, by its roots' weights, whose root satisfies `is`.
fn portion(id: &str, is: impl Fn(Root) -> bool) -> f64 {
    let size = |w: Weight| if w == Weight::Major { 2.0 } else { 1.0 };
    let all: f64 = roots_of(id).map(|(_, w)| size(w)).sum();
    let own: f64 = roots_of(id).filter(|(r, _)| is(*r)).map(|(_, w)| size(w)).sum();
    if all > 0.0 { own / all } else { 0.0 }
}

fn graded(portion: f64) -> f64 {
    match portion {
        p if p >= 0.66 => ALL,
        p if p >= 0.3 => GOOD_PART,
        p if p > 0.0 => SMALL_PART,
        _ => 0.0,
    }
}

impl Plexus {
    fn muscle(self, m: &Muscle) -> f64 {
        match self {
            Plexus::Trunk(_) | Plexus::Cord(_) | Plexus::Outlet if m.plexus != "brachial" => 0.0,
            Plexus::Trunk(name) => graded(portion(m.id, |r| trunk(r) == name)),
            Plexus::Cord(name) if m.cords.contains(&name) => {
                if m.cords.len() == 1 {
                    ALL
                } else {
                    GOOD_PART
                }
            }
            Plexus::Cord(_) => 0.0,
            Plexus::Outlet => {
                let t1 = Root::named("T1").and_then(|r| weight(m.id, r));
                let hand = place(m.id) == Place::Hand;
                match (t1, m.nerve) {
                    // Thenar more than hypothenar muscles, those more than the forearm's.
                    (Some(Weight::Major), "median") if hand => 0.95,
                    (Some(Weight::Major), _) if hand => 0.75,
                    _ => 0.5 * graded(portion(m.id, |r| trunk(r) == "lower")),
                }
            }
            Plexus::Lumbar if m.plexus == "lumbar" => 0.88,
            Plexus::Sacral if m.plexus == "sacral" && m.nerve != "pudendal" => 0.85,
            Plexus::Lumbar | Plexus::Sacral => 0.0,
        }
    }

    fn snap(self, study: &str) -> f64 {
        let of = |is: &dyn Fn(&crate::norms::SnapRoot) -> bool| -> f64 {
            let rows: Vec<_> = snap_roots(study).collect();
            let share = |r: &crate::norms::SnapRoot| r.share.unwrap_or(1.0 / rows.len().max(1) as f64);
            let passing: f64 = rows.iter().filter(|r| is(r)).map(|r| share(r)).sum();
            // Half of the fibres lost is a response that is low.
            SNAP * (1.6 * passing).min(1.0)
        };
        match self {
            Plexus::Trunk(name) => of(&|r| r.plexus == "brachial" && r.trunk == name),
            Plexus::Cord(name) => of(&|r| r.plexus == "brachial" && r.cord == name),
            Plexus::Lumbar => of(&|r| r.plexus == "lumbar"),
            Plexus::Sacral => of(&|r| r.plexus == "sacral"),
            Plexus::Outlet => match study {
                "mac_sensory" => 0.95,
                "ulnar_sensory_d5" | "ulnar_sensory_d4" => 0.8,
                "dorsal_ulnar_sensory" => 0.6,
                _ => 0.0,
            },
        }
    }

    pub(super) fn parts(self, key: Key) -> Vec<Part> {
        let one = |w: f64, state, curve| {
            if w > 0.0 { vec![Part::new(state, w, curve)] } else { Vec::new() }
        };
        match key {
            Key::Needle(m, _) => one(self.muscle(m), State::AxonLoss, Curve::Early),
            Key::Snap(study, _) => one(self.snap(study.id), State::AxonLoss, Curve::Early),
            Key::Cmap(study, _) | Key::Dml(study, _) | Key::Velocity(study, _, _) | Key::FWave(study, _) => {
                muscle(study.recording).map_or_else(Vec::new, |m| recorded(key, self.muscle(m), CMAP))
            }
            Key::HReflex(_) if self == Plexus::Sacral => one(0.7, State::Proximal, Curve::Full),
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_reach_their_own_muscles_and_responses() {
        let w = |p: Plexus, id: &str| p.muscle(muscle(id).unwrap());
        assert!(w(Plexus::Trunk("upper"), "deltoid") > 0.9);
        assert!(w(Plexus::Trunk("upper"), "rhomboid_major") < 1e-12);
        assert!(w(Plexus::Trunk("upper"), "paraspinal_c5") < 1e-12);
        assert!(w(Plexus::Trunk("lower"), "extensor_indicis_proprius") > 0.5);
        assert!(w(Plexus::Cord("medial"), "extensor_indicis_proprius") < 1e-12);
        assert!(w(Plexus::Outlet, "abductor_pollicis_brevis") > w(Plexus::Outlet, "abductor_digiti_minimi"));
        assert!(w(Plexus::Sacral, "vastus_lateralis") < 1e-12);
        assert!(Plexus::Trunk("upper").snap("lac_sensory") > 0.9);
        assert!(Plexus::Trunk("lower").snap("lac_sensory") < 1e-12);
        assert!(Plexus::Cord("posterior").snap("radial_sensory_snuffbox") > 0.9);
    }
}
