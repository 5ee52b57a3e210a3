//! Needle electrodes as sets of points: the potential is a mean over the active surface minus a mean over the
//! reference. The shaft runs along y with its tip at the origin, the active surface looks towards x, muscle
//! fibres run along z. Lengths in mm.

use std::f64::consts::TAU;

/// Which needle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Electrode {
    /// A core of 0.15 × 0.58 mm against its cannula of 0.45 mm.
    Concentric,
    /// A bared cone against a far reference.
    Monopolar,
    /// A disc of 25 µm in the side of the cannula, against the cannula.
    SingleFibre,
}

impl Electrode {
    /// Every electrode with its word.
    pub const WORDS: &'static [(&'static str, Electrode)] = &[
        ("concentric", Electrode::Concentric),
        ("monopolar", Electrode::Monopolar),
        ("single_fibre", Electrode::SingleFibre),
    ];
    /// The word.
    pub fn name(self) -> &'static str {
        Self::WORDS.iter().find(|(_, e)| *e == self).map_or("concentric", |(word, _)| word)
    }
}

/// A point of an electrode, mm, and its share in the potential: positive for the active surface.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) z: f64,
    pub(super) share: f64,
}

/// An electrode's points: all, and few for fibres so far away that the active surface is one point.
pub(super) struct Points {
    pub(super) near: Vec<Point>,
    pub(super) far: Vec<Point>,
}

/// From this distance on the active surface is one point, mm. Ours: (0.29/2)² over 4 r² is below 1 %.
pub(super) const FAR_MM: f64 = 1.5;

/// Points along the cannula; 0.7 mm apart they reach 12 mm (reference text 7.3).
const CANNULA_POINTS: u32 = 18;

pub(super) fn points(electrode: Electrode) -> Points {
    let mut active = Vec::new();
    match electrode {
        Electrode::Concentric => {
            for ring in [0.5, 0.87] {
                for k in 0..12 {
                    let a = TAU * f64::from(k) / 12.0;
                    active.push((0.0, 0.29 * ring * a.cos(), 0.075 * ring * a.sin()));
                }
            }
        }
        // A cone of 0.5 mm and 0.23 mm across, about 0.2 mm² of surface.
        Electrode::Monopolar => {
            for slice in 0..5 {
                let along = (f64::from(slice) + 0.5) / 5.0;
                for k in 0..6 {
                    let a = TAU * (f64::from(k) + 0.5 * f64::from(slice % 2)) / 6.0;
                    let radius = 0.115 * along;
                    active.push((radius * a.cos(), 0.5 * along, radius * a.sin()));
                }
            }
        }
        Electrode::SingleFibre => active.push((0.0, 0.0, 0.0)),
    }
    // The disc of a single fibre electrode lies 3 mm behind the tip.
    let first = if electrode == Electrode::SingleFibre { -3.0 } else { 0.3 };
    let mut reference = Vec::new();
    if electrode != Electrode::Monopolar {
        for k in 0..CANNULA_POINTS {
            // A golden-angle spiral covers the circumference evenly.
            let a = 2.4 * f64::from(k);
            reference.push((0.225 * a.cos(), first + 0.7 * f64::from(k), 0.225 * a.sin()));
        }
    }
    let centre = mean(&active);
    Points { near: weigh(&active, &reference), far: weigh(&[centre], &reference) }
}

#[expect(clippy::cast_precision_loss, reason = "tens of points")]
fn mean(points: &[(f64, f64, f64)]) -> (f64, f64, f64) {
    let n = points.len().max(1) as f64;
    points.iter().fold((0.0, 0.0, 0.0), |m, p| (m.0 + p.0 / n, m.1 + p.1 / n, m.2 + p.2 / n))
}

#[expect(clippy::cast_precision_loss, reason = "tens of points")]
fn weigh(active: &[(f64, f64, f64)], reference: &[(f64, f64, f64)]) -> Vec<Point> {
    let weighed = |points: &[(f64, f64, f64)], share: f64| {
        let share = share / points.len().max(1) as f64;
        points.iter().map(|&(x, y, z)| Point { x, y, z, share }).collect::<Vec<_>>()
    };
    let mut out = weighed(active, 1.0);
    out.extend(weighed(reference, -1.0));
    out
}
