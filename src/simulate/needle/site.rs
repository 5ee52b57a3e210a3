//! A place of the needle in a muscle: which units lie around it and where their fibres are.

use super::draw::Draw;
use super::fibre::{Course, Fibre};
use super::muscle::{Anatomy, Pathology, WITHIN_UNIT};
use super::pool::UNITS;
use super::source::Member;

/// Centres of territories lie so far around the needle's track, mm. Ours: twenty or so of the pool
/// overlap at any one place.
const REGION: f64 = 7.0;
/// What lies further off adds less than a microvolt, mm.
const REACH: f64 = 5.0;
/// Places that the examiner tries, and how far from the first, mm.
const PLACES: usize = 80;
const ROAM: f64 = 2.0;
/// A unit is crisp with its nearest fibre within such a distance, mm. Ours.
const CRISP: f64 = 0.38;

/// A surviving unit's territory.
pub(super) struct Territory {
    /// Place in the order of recruitment, from 1.
    pub(super) number: usize,
    /// Fibres: across, along the needle, and whether it is adopted.
    pub(super) fibres: Vec<(f64, f64, bool)>,
}

/// The surviving units among the first `recruited` of the pool.
#[expect(clippy::cast_precision_loss, reason = "numbers of units")]
pub(super) fn territories(
    anatomy: &Anatomy,
    pathology: &Pathology,
    recruited: usize,
    draw: &mut Draw,
) -> Vec<Territory> {
    let mut out = Vec::new();
    for number in 1..=recruited.min(UNITS) {
        if draw.chance(pathology.loss) {
            continue;
        }
        let part = number as f64 / UNITS as f64;
        let along = |pair: (f64, f64)| pair.0 + (pair.1 - pair.0) * part;
        let radius = along(anatomy.radius) * draw.uniform(0.88, 1.12);
        let own = along(anatomy.density) * std::f64::consts::PI * radius * radius;
        let (cx, cy) = draw.disc(REGION);
        let count = draw.poisson(own * pathology.fibres.min(1.0)).max(3);
        let mut fibres: Vec<(f64, f64, bool)> = (0..count)
            .map(|_| {
                let (x, y) = draw.disc(radius);
                (cx + x, cy + y, false)
            })
            .collect();
        let adopted = draw.poisson(own * (pathology.fibres - 1.0).max(0.0));
        for _ in 0..adopted {
            let (x, y, _) = fibres[draw.below(count)];
            let sd = pathology.grouping_mm;
            fibres.push((draw.normal(x, sd), draw.normal(y, sd), true));
        }
        out.push(Territory { number, fibres });
    }
    out
}

/// Distance from the electrode's surface, taken as a line of 0.4 mm along the needle, mm.
fn distance(x: f64, y: f64) -> f64 {
    x.hypot((y.abs() - 0.2).max(0.0))
}

/// The examiner's small movements: of some places the one where most units are crisp. Across, along, mm.
pub(super) fn place_needle(territories: &[Territory], draw: &mut Draw) -> (f64, f64) {
    let mut best = ((0.0, 0.0), f64::MIN);
    for _ in 0..PLACES {
        let (x, y) = draw.disc(ROAM);
        let score: f64 = territories
            .iter()
            .map(|t| {
                let near = t.fibres.iter().map(|f| distance(f.0 - x, f.1 - y)).fold(f64::MAX, f64::min);
                f64::from(u8::from(near < CRISP))
            })
            .sum();
        if score > best.1 {
            best = ((x, y), score);
        }
    }
    best.0
}

/// Where no active fibre lies within a millimetre or so of the electrode and its shaft: of many places the one
/// whose nearest fibre is nearest to 1.6 mm away. Across, along, mm.
pub(super) fn place_far(territories: &[Territory], draw: &mut Draw) -> (f64, f64) {
    let mut best = ((0.0, 0.0), f64::MAX);
    for _ in 0..20 * PLACES {
        let (x, y) = draw.disc(REGION + 7.0);
        // The cannula lies towards positive y.
        let from = |f: &(f64, f64, bool)| (f.0 - x).hypot((f.1 - y).min(0.0));
        let near = territories.iter().flat_map(|t| &t.fibres).map(from).fold(f64::MAX, f64::min);
        if (near - 1.6).abs() < best.1 {
            best = ((x, y), (near - 1.6).abs());
        }
    }
    best.0
}

/// How the end-plates lie at a site.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    /// From the end-plate zone to the needle, mm.
    pub(super) end_plate: f64,
    /// From the end-plates to the tendons, mm.
    pub(super) lengths: [f64; 2],
}

impl Layout {
    /// A site of a muscle.
    pub(super) fn draw(anatomy: &Anatomy, draw: &mut Draw) -> Self {
        let (low, high) = anatomy.lengths;
        Layout {
            end_plate: draw.uniform(anatomy.end_plate.0, anatomy.end_plate.1),
            lengths: [draw.uniform(low, high), draw.uniform(low, high)],
        }
    }
}

/// A unit's fibres as the needle at `at` sees them.
#[expect(clippy::cast_precision_loss, reason = "numbers of units")]
pub(super) fn members(
    territory: &Territory,
    at: (f64, f64),
    anatomy: &Anatomy,
    pathology: &Pathology,
    site: Layout,
    draw: &mut Draw,
) -> Vec<Member> {
    let part = territory.number as f64 / UNITS as f64;
    let mean = anatomy.diameter.0 + (anatomy.diameter.1 - anatomy.diameter.0) * part;
    let sd = WITHIN_UNIT.hypot(pathology.diameter_sd);
    let mut out = Vec::new();
    for &(x, y, adopted) in &territory.fibres {
        let (x, y) = (x - at.0, y - at.1);
        if x.hypot(y) > REACH {
            continue;
        }
        let spread =
            if adopted { anatomy.end_plate_sd.hypot(pathology.branch_spread) } else { anatomy.end_plate_sd };
        // Two levels of branches, at 5 and 2 m/s (text 7.3); their lengths are ours: JNNP_TA has few polyphasic units.
        let branches = (draw.normal(0.0, 1.1).abs() / 5.0 + draw.normal(0.0, 0.3).abs() / 2.0) * 1e-3;
        let sprout = if adopted { draw.exponential(pathology.branch_delay) } else { 0.0 };
        let shift = draw.normal(0.0, spread);
        out.push(Member {
            fibre: Fibre {
                x,
                y,
                diameter_um: draw.normal(mean * pathology.diameter, sd).clamp(15.0, 110.0),
                end_plate: site.end_plate + shift,
                lengths: [
                    (site.lengths[0] + shift).max(site.end_plate.abs() + 4.0),
                    (site.lengths[1] - shift).max(8.0),
                ],
                delay: 1e-3 + branches + sprout.min(8e-3),
                course: Course::Passes,
            },
            jitter: if adopted { pathology.jitter_adopted } else { pathology.jitter },
            block: if adopted { pathology.block_adopted } else { pathology.block },
        });
    }
    out
}
