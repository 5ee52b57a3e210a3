//! Lesions of roots, trunks, cords, plexuses and single nerves: which axons of a muscle or a sensory nerve they take.

use super::person::Person;
use super::site::Site;
use super::supply::{Bundle, bundles, cord, trunk};
use crate::norms::{Muscle, Root, SnapRoot, Weight, snap_roots, weight};
use crate::simulate::draw::Draw;
use crate::study::Side;

/// What is hurt.
#[derive(Debug, Clone, Copy)]
pub(super) enum What {
    /// Before the ganglion. `complete`: torn out, nothing is spared.
    Root {
        root: Root,
        complete: bool,
    },
    /// Of the brachial plexus.
    Trunk(&'static str),
    Cord(&'static str),
    /// `lumbar` or `sacral`.
    Plexus(&'static str),
    /// The lower trunk over a rib: T1 before C8.
    Outlet,
    Nerve(&'static Site),
}

/// A lesion.
#[derive(Debug, Clone)]
pub(super) struct Lesion {
    pub(super) what: What,
    pub(super) side: Side,
    pub(super) severity: f64,
    /// Share of the axons lost.
    pub(super) loss: f64,
    /// Share of the rest that is blocked.
    pub(super) block: f64,
    pub(super) days: f64,
    /// Share of the loss that is always fresh, because the lesion goes on.
    pub(super) ongoing: f64,
    /// Stream of its random numbers.
    pub(super) stream: u64,
}

/// A lesion's effect on one muscle or nerve.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Taken {
    pub(super) lost: f64,
    pub(super) blocked: f64,
}

/// How often a root lesion shows in the paraspinal muscles where no series counts it (Tsao 2003 counts L4, L5, S1). Ours.
const PARASPINAL: f64 = 0.55;
/// Share of the axons of a piece of multifidus that come from its root; the rest overlaps. Ours.
const PARASPINAL_SHARE: f64 = 0.6;
/// A fascicle that escapes keeps this much of the loss. Ours.
const SPARED: f64 = 0.04;

impl Lesion {
    pub(super) fn element(&self) -> (&'static str, String) {
        match self.what {
            What::Root { root, .. } => ("root", root.name().to_owned()),
            What::Trunk(t) => ("trunk", t.to_owned()),
            What::Cord(c) => ("cord", c.to_owned()),
            What::Plexus(p) => ("plexus", p.to_owned()),
            What::Outlet => ("trunk", "lower".to_owned()),
            What::Nerve(site) => ("nerve", site.id.to_owned()),
        }
    }

    fn draw(&self, seed: u64, index: u64) -> Draw {
        Draw::new(seed, self.stream + index)
    }

    /// What it does to a muscle; `index`: of the muscle in the table.
    pub(super) fn muscle(
        &self,
        muscle: &Muscle,
        index: u64,
        side: Side,
        person: &Person,
        seed: u64,
    ) -> Taken {
        if side != self.side {
            return Taken::default();
        }
        let mut draw = self.draw(seed, index);
        let vigour = draw.uniform(0.7, 1.1);
        let escapes = draw.unit();
        if muscle.region == "paraspinal" {
            return self.paraspinal(muscle, escapes, vigour, seed);
        }
        // The muscle's supply is the same whatever hurts it.
        let mut own = Draw::new(seed, super::stream::SUPPLY + 2 * index + u64::from(side == Side::Right));
        let bundles = bundles(muscle, side, person, &mut own);
        let (mut lost, mut blocked) = (0.0, 0.0);
        for b in bundles {
            let hit = self.bundle(muscle, &b, escapes) * vigour;
            lost += b.share * (hit * self.loss).clamp(0.0, 0.98);
            blocked += b.share * (hit.min(1.0) * self.block);
        }
        // Muscles without roots in the table (cranial) have only their nerve.
        if let (What::Nerve(site), true) = (self.what, crate::norms::roots_of(muscle.id).next().is_none()) {
            let hit = (site.muscle)(muscle) * vigour;
            (lost, blocked) = ((hit * self.loss).clamp(0.0, 0.98), hit.min(1.0) * self.block);
        }
        Taken { lost, blocked }
    }

    /// How much of a bundle lies in the lesion. `escapes`: of the muscle's fascicles, 0 to 1.
    fn bundle(&self, muscle: &Muscle, b: &Bundle, escapes: f64) -> f64 {
        let most = |inside: bool| f64::from(u8::from(inside)) * if escapes < 0.93 { 1.0 } else { 0.15 };
        let plexus = muscle.plexus == "brachial";
        match self.what {
            What::Root { root, complete } if root == b.root => {
                // A milder lesion leaves more fascicles alone.
                let p = b.involved.powf(1.0 + 2.0 * (1.0 - self.severity).powi(2));
                if complete || escapes < p { 1.0 } else { SPARED }
            }
            What::Root { .. } => 0.0,
            What::Trunk(t) => most(plexus && trunk(b.root) == t),
            What::Cord(c) => most(plexus && cord(muscle, b.root) == c),
            What::Plexus(p) => most(muscle.plexus == p),
            What::Outlet if plexus && b.root.name() == "T1" => most(true),
            What::Outlet if plexus && b.root.name() == "C8" => 0.35 * most(true),
            What::Outlet => 0.0,
            What::Nerve(site) => (site.muscle)(muscle),
        }
    }

    fn paraspinal(&self, muscle: &Muscle, escapes: f64, vigour: f64, seed: u64) -> Taken {
        let What::Root { root, complete } = self.what else { return Taken::default() };
        // One posterior ramus: all pieces of the multifidus share its fate.
        let p = crate::norms::MYOTOME_EVIDENCE
            .iter()
            .find(|e| e.muscle == "paraspinal_lumbosacral" && e.root == root)
            .map_or(PARASPINAL, |e| f64::from(e.abnormal) / f64::from(e.tested));
        let p = p.powf(1.0 + (1.0 - self.severity).powi(2));
        let hit = complete || self.draw(seed, 9000).unit() < p;
        let near = match weight(muscle.id, root) {
            Some(Weight::Major) => escapes < 0.97,
            // A region is recorded at the place that hurts.
            Some(Weight::Minor) => is_region(muscle) || escapes < 0.40,
            None => false,
        };
        let lost = if hit && near { (PARASPINAL_SHARE * vigour * self.loss).clamp(0.0, 0.9) } else { 0.0 };
        Taken { lost, blocked: 0.0 }
    }

    /// What it does to the axons of a sensory or mixed study; `index`: of the study in the table.
    pub(super) fn sensory(&self, study: &str, index: u64, side: Side, seed: u64) -> Taken {
        if side != self.side {
            return Taken::default();
        }
        let mut draw = self.draw(seed, 5000 + index);
        let vigour = draw.uniform(0.75, 1.15);
        let inside = draw.unit();
        let rows: Vec<&SnapRoot> = snap_roots(study).collect();
        let known: f64 = rows.iter().filter_map(|r| r.share).sum();
        #[expect(clippy::cast_precision_loss, reason = "a few rows")]
        let even = 1.0 / rows.len().max(1) as f64;
        let share = |r: &SnapRoot| if known > 0.0 { r.share.unwrap_or(0.0) / known } else { even };
        let passing = |is: &dyn Fn(&SnapRoot) -> f64| rows.iter().map(|r| share(r) * is(r)).sum::<f64>();
        let whole = |yes: bool| f64::from(u8::from(yes));
        let part = match self.what {
            // Distal to the ganglion nothing degenerates; the ganglion of L5 lies inside the canal in some.
            What::Root { root, complete } => {
                let exposed = root.name() == "L5" && study == "superficial_fibular_sensory" && !complete;
                if exposed && inside < 0.12 * self.severity { 0.5 } else { 0.0 }
            }
            What::Trunk(t) => passing(&|r| whole(r.trunk == t)),
            What::Cord(c) => passing(&|r| whole(r.cord == c)),
            What::Plexus(p) => passing(&|r| whole(r.plexus == p)),
            What::Outlet => passing(&|r| match r.root.name() {
                "T1" if r.trunk == "lower" => 1.0,
                "C8" => 0.65,
                _ => 0.0,
            }),
            What::Nerve(site) => {
                let row = site.sensory.iter().find(|s| s.0 == study);
                row.map_or(0.0, |s| s.1) * site.sensory_loss
            }
        };
        Taken { lost: (part * vigour * self.loss).clamp(0.0, 0.99), blocked: 0.0 }
    }
}

/// Paraspinals whose level nobody stated.
fn is_region(muscle: &Muscle) -> bool {
    matches!(muscle.id, "paraspinal_cervical" | "paraspinal_thoracic" | "paraspinal_lumbosacral")
}
