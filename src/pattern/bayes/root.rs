//! Lesions of roots: which muscles, how often.
//!
//! Shares of the surgically proven series (`myotome_evidence.csv`), drawn towards what the anatomy alone says where few
//! were tested; where none was, the anatomy alone. Sensory responses stay: the ganglion lies beyond the lesion.

use super::key::Key;
use super::lesion::{Part, recorded};
use super::state::{Curve, State};
use crate::norms::{MYOTOME_EVIDENCE, Root, Weight, roots_of, weight};

/// Share of a severe lesion's muscles that are involved: a main root among one, two or more main ones, and a minor one.
/// Ours, near the mean of the series.
const MAJOR: [f64; 3] = [0.88, 0.82, 0.36];
const MINOR: f64 = 0.20;
/// The same of paraspinal muscles (TSAO2003: 12 of 26, 3 of 12, 4 of 5).
const MAJOR_SPINE: f64 = 0.65;
const MINOR_SPINE: f64 = 0.35;
/// A series counts as many persons as it has, the anatomy as many as this.
const ANATOMY_COUNTS: f64 = 2.0;
/// An involved muscle shows it that often (`pattern_emission.csv`, activity); the series counted what was seen.
const SEEN: f64 = 0.9;
/// No involvement is certain.
const MOST: f64 = 0.97;
/// Of a muscle's response in a severe lesion of its root: other roots supply it too (R8).
const CMAP: f64 = 0.55;
/// A ganglion that lies inside the canal lets the sensory response fall (`l5_ganglion_inside_canal`, recalled).
const GANGLION_INSIDE: [(&str, &str, f64); 3] = [
    ("L5", "superficial_fibular_sensory", 0.15),
    ("S1", "sural_sensory", 0.06),
    ("L5", "sural_sensory", 0.03),
];
/// H reflex of the soleus by root (R9; H_KR).
const H_REFLEX: [(&str, f64); 3] = [("S1", 0.85), ("S2", 0.3), ("L5", 0.08)];

/// How this person's myotomes lie against the table's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Myotomes {
    /// As in the table.
    Usual,
    /// Half a root higher or lower (PHILLIPS1991, LONDON: in about 28 % of legs).
    Shifted(i8),
    /// As those of another root: C6 has no pattern of its own (LEVIN1996).
    Like(Root),
}

/// One or more roots.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RootLesion {
    pub(super) roots: Vec<Root>,
    pub(super) myotomes: Myotomes,
    /// All axons torn, whatever the severity: avulsion.
    pub(super) torn: bool,
}

/// Share of the lesions of a root in which a muscle is involved, 0 to 1.
pub(super) fn share(muscle: &str, spine: bool, root: Root) -> f64 {
    let anatomy = match weight(muscle, root) {
        Some(Weight::Major) if spine => MAJOR_SPINE,
        Some(Weight::Minor) if spine => MINOR_SPINE,
        Some(Weight::Major) => {
            let mains = roots_of(muscle).filter(|(_, w)| *w == Weight::Major).count();
            MAJOR[mains.clamp(1, 3) - 1]
        }
        Some(Weight::Minor) => MINOR,
        None => 0.0,
    };
    let series = MYOTOME_EVIDENCE.iter().find(|e| e.root == root && e.muscle == muscle);
    match series {
        Some(e) => {
            let (k, n) = (f64::from(e.abnormal), f64::from(e.tested));
            ((k + ANATOMY_COUNTS * anatomy * SEEN) / (n + ANATOMY_COUNTS) / SEEN).min(MOST)
        }
        None => anatomy,
    }
}

impl RootLesion {
    pub(super) fn of(roots: &[Root], myotomes: Myotomes) -> Self {
        RootLesion { roots: roots.to_vec(), myotomes, torn: false }
    }

    pub(super) fn torn(roots: &[Root]) -> Self {
        RootLesion { roots: roots.to_vec(), myotomes: Myotomes::Usual, torn: true }
    }

    /// Probability that none of the roots' loss reaches the muscle, taken from 1.
    fn share(&self, muscle: &str, spine: bool) -> f64 {
        let one = |root: Root| match self.myotomes {
            Myotomes::Usual => share(muscle, spine, root),
            Myotomes::Shifted(by) => {
                let shifted = root.below(by).map_or(0.0, |r| share(muscle, spine, r));
                0.5 * (share(muscle, spine, root) + shifted)
            }
            Myotomes::Like(other) => share(muscle, spine, other),
        };
        let spared: f64 = self.roots.iter().map(|r| 1.0 - one(*r)).product();
        (1.0 - spared).min(MOST)
    }

    pub(super) fn parts(&self, key: Key) -> Vec<Part> {
        if self.torn {
            return self.torn_parts(key);
        }
        let has = |name: &str| self.roots.iter().any(|r| r.name() == name);
        match key {
            Key::Needle(m, _) => {
                let w = self.share(m.id, m.region == "paraspinal");
                if w > 0.0 { vec![Part::new(State::AxonLoss, w, Curve::Broad)] } else { Vec::new() }
            }
            Key::Snap(study, _) => GANGLION_INSIDE
                .iter()
                .filter(|(root, of, _)| has(root) && *of == study.id)
                .map(|(_, _, w)| Part::new(State::AxonLoss, *w, Curve::Full))
                .collect(),
            Key::Cmap(study, _) | Key::Dml(study, _) | Key::Velocity(study, _, _) | Key::FWave(study, _) => {
                recorded(key, self.share(study.recording, false), CMAP)
            }
            Key::HReflex(_) => {
                let w = H_REFLEX.iter().filter(|(root, _)| has(root)).map(|(_, w)| *w).fold(0.0, f64::max);
                if w > 0.0 { vec![Part::new(State::Proximal, w, Curve::Full)] } else { Vec::new() }
            }
            _ => Vec::new(),
        }
    }

    /// Nothing is left of the roots' motor axons, and sensory responses stay.
    fn torn_parts(&self, key: Key) -> Vec<Part> {
        let all = |w: f64, state| vec![Part::new(state, w, Curve::Const)];
        match key {
            Key::Needle(m, _) => match self.share(m.id, m.region == "paraspinal") {
                w if w > 0.5 => all(if m.region == "paraspinal" { 0.85 } else { MOST }, State::Torn),
                w if w > 0.0 => all(0.6, State::Torn),
                _ => Vec::new(),
            },
            Key::Cmap(study, _) if self.share(study.recording, false) > 0.5 => all(0.93, State::Torn),
            Key::FWave(study, _) if self.share(study.recording, false) > 0.5 => all(0.93, State::Torn),
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::norms;
    use crate::study::Side;

    fn root(name: &str) -> Root {
        Root::named(name).unwrap()
    }

    #[test]
    fn proven_series_move_the_anatomy() {
        // 0 of 13 in L5, 8 of 9 in S1; the anatomy says minor and major.
        assert!(share("biceps_femoris_short", false, root("L5")) < 0.05);
        assert!(share("biceps_femoris_short", false, root("S1")) > 0.85);
        assert!(share("peroneus_longus", false, root("L5")) > 0.9);
        assert!((share("gluteus_medius", false, root("L5")) - MAJOR[0]).abs() < 1e-12);
        assert!(share("deltoid", false, root("L5")) < 1e-12);
    }

    #[test]
    fn a_root_spares_sensory_responses_but_for_a_ganglion_in_the_canal() {
        let l5 = RootLesion::of(&[root("L5")], Myotomes::Usual);
        let study = |id: &str| norms::ncs::NCS_STUDIES.iter().find(|s| s.id == id).unwrap();
        assert!(l5.parts(Key::Snap(study("median_sensory_d2"), Side::Left)).is_empty());
        let fibular = l5.parts(Key::Snap(study("superficial_fibular_sensory"), Side::Left));
        assert!(fibular.iter().all(|p| p.weight < 0.2) && !fibular.is_empty());
    }

    #[test]
    fn two_roots_reach_more_than_one() {
        let ta = norms::muscle("tibialis_anterior").unwrap();
        let weight = |roots: &[Root]| {
            RootLesion::of(roots, Myotomes::Usual).parts(Key::Needle(ta, Side::Left))[0].weight
        };
        assert!(weight(&[root("L4"), root("L5")]) > weight(&[root("L5")]));
    }
}
