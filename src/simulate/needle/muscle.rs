//! Muscles and what disease makes of them: reference text 7.3 and 7.4.

use super::draw::Draw;
use super::options::State;
use crate::{Error, Result};

/// A muscle as the simulator knows it. Lengths in mm.
#[derive(Debug, Clone, Copy)]
pub(super) struct Anatomy {
    /// Muscle id.
    pub(super) id: &'static str,
    /// Fibres of one unit a mm² of its territory, first and last unit of the pool (text: 3.5 to 7).
    pub(super) density: (f64, f64),
    /// Radius of a territory, first and last unit of the pool (text: 2.5 to 5).
    pub(super) radius: (f64, f64),
    /// Mean fibre diameter of the first and the last unit, µm (text: 46 to 64).
    pub(super) diameter: (f64, f64),
    /// From the end-plate zone to the needle, least and most.
    pub(super) end_plate: (f64, f64),
    /// SD of a unit's end-plates (text: 1 to 2.5).
    pub(super) end_plate_sd: f64,
    /// From the end-plates to the tendons.
    pub(super) lengths: (f64, f64),
}

/// SD of diameters within a unit, µm: the text's 9 over all fibres holds the spread of ±9 between units, whose
/// SD is 5.2.
pub(super) const WITHIN_UNIT: f64 = 7.3;

/// Muscles with published norms. Diameters, end-plates and what the text gives a range for are ours, chosen so
/// that the mean of normal units lies inside the muscle's published mean ± 2 SD (`tests/simulate_needle.rs`).
pub(super) const MUSCLES: &[Anatomy] = &[
    Anatomy {
        id: "tibialis_anterior",
        density: (3.6, 5.6),
        radius: (2.6, 3.6),
        diameter: (38.0, 52.0),
        end_plate: (9.0, 17.0),
        end_plate_sd: 1.0,
        lengths: (45.0, 60.0),
    },
    Anatomy {
        id: "biceps_brachii",
        density: (3.5, 5.2),
        radius: (2.6, 3.6),
        diameter: (32.0, 44.0),
        end_plate: (8.0, 16.0),
        end_plate_sd: 0.9,
        lengths: (60.0, 75.0),
    },
    Anatomy {
        id: "deltoid",
        density: (3.6, 5.4),
        radius: (2.6, 3.6),
        diameter: (35.0, 48.0),
        end_plate: (8.0, 16.0),
        end_plate_sd: 1.1,
        lengths: (50.0, 65.0),
    },
    Anatomy {
        id: "first_dorsal_interosseous",
        density: (4.5, 6.5),
        radius: (2.2, 3.2),
        diameter: (44.0, 60.0),
        end_plate: (6.0, 11.0),
        end_plate_sd: 0.9,
        lengths: (22.0, 32.0),
    },
    Anatomy {
        id: "vastus_lateralis",
        density: (3.8, 5.8),
        radius: (2.8, 3.8),
        diameter: (43.0, 59.0),
        end_plate: (11.0, 20.0),
        end_plate_sd: 1.3,
        lengths: (50.0, 70.0),
    },
];

/// The anatomy of a muscle id.
pub(super) fn anatomy(muscle: &str) -> Result<&'static Anatomy> {
    let id = crate::norms::muscle_id(muscle)?;
    MUSCLES.iter().find(|m| m.id == id).ok_or_else(|| {
        let known: Vec<_> = MUSCLES.iter().map(|m| m.id).collect();
        Error::option("muscle", format!("`{id}` is not simulated; {} are", known.join(", ")))
    })
}

/// What a state at a severity changes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pathology {
    /// Share of units that are lost.
    pub(super) loss: f64,
    /// Fibres a unit, in multiples of normal.
    pub(super) fibres: f64,
    /// Adopted fibres lie so far from one of the unit's own, SD, mm.
    pub(super) grouping_mm: f64,
    /// Mean diameter in multiples of normal, and added SD, µm.
    pub(super) diameter: f64,
    pub(super) diameter_sd: f64,
    /// SD of a junction, s, of own and of adopted fibres.
    pub(super) jitter: f64,
    pub(super) jitter_adopted: f64,
    /// Share of blocked discharges, own and adopted fibres.
    pub(super) block: f64,
    pub(super) block_adopted: f64,
    /// Mean delay of new branches, s.
    pub(super) branch_delay: f64,
    /// End-plates of adopted fibres scatter so much more, mm.
    pub(super) branch_spread: f64,
    /// Drive in multiples of what the normal muscle needs for the same contraction, slight and maximal alike.
    pub(super) effort: f64,
    /// Added rate of a unit a unit of drive, in multiples of normal: fewer units fire faster.
    pub(super) gain: f64,
}

impl Pathology {
    /// By the table of text 7.4; severity 0, ½, 1 is a loss of 25, 50 and 75 % of the units.
    pub(super) fn new(state: State, severity: f64, draw: &mut Draw) -> Self {
        // A normal pair shows 1.6 times this: 19 to 29 µs (text 7.3).
        let jitter = draw.uniform(12e-6, 18e-6);
        let normal = Pathology {
            loss: 0.0,
            fibres: 1.0,
            grouping_mm: 0.0,
            diameter: 1.0,
            diameter_sd: 0.0,
            jitter,
            jitter_adopted: jitter,
            block: 0.0,
            block_adopted: 0.0,
            branch_delay: 0.0,
            branch_spread: 0.0,
            effort: 1.0,
            gain: 1.0,
        };
        let loss = 0.25 + 0.5 * severity;
        // Recruitment ratios of 10 to 15 (text 7.4); the form is ours.
        let neurogenic = Pathology { loss, effort: 1.0 + 0.2 * loss, gain: 1.0 + 16.0 * loss, ..normal };
        let pair = |draw: &mut Draw, low: f64, high: f64| draw.uniform(low, high) * 1e-6 / 1.6;
        match state {
            State::Normal => normal,
            State::Acute => neurogenic,
            State::Subacute => {
                let fibres = 1.2 + 0.8 * severity;
                Pathology {
                    fibres,
                    grouping_mm: 0.16,
                    diameter_sd: 2.0,
                    jitter_adopted: pair(draw, 80.0, 120.0),
                    block_adopted: draw.uniform(0.1, 0.2),
                    branch_delay: 1.6e-3,
                    branch_spread: 2.0,
                    ..neurogenic
                }
            }
            State::Chronic => {
                let fibres = 2.0 + 2.0 * severity;
                Pathology {
                    fibres,
                    grouping_mm: 0.16,
                    diameter_sd: 4.0,
                    jitter: pair(draw, 35.0, 50.0),
                    jitter_adopted: pair(draw, 35.0, 50.0),
                    // Mature branches conduct nearly as the unit's own.
                    branch_delay: 0.2e-3,
                    branch_spread: 0.5,
                    ..neurogenic
                }
            }
            State::Myopathic => Pathology {
                // At most 0.35 shortens potentials (text 7.3): reached at a severity of ½.
                fibres: 0.50 - 0.25 * severity,
                loss: if severity > 0.8 { 0.2 * (severity - 0.8) / 0.2 } else { 0.0 },
                diameter: 0.90 - 0.2 * severity,
                diameter_sd: 4.0 + 8.0 * severity,
                jitter: pair(draw, 35.0, 60.0),
                jitter_adopted: pair(draw, 35.0, 60.0),
                effort: 1.3 + 0.5 * severity,
                ..normal
            },
            State::NeuromuscularJunction => {
                let jitter = pair(draw, 60.0 + 40.0 * severity, 100.0 + 100.0 * severity);
                let block = 0.03 + 0.3 * severity;
                Pathology {
                    jitter,
                    jitter_adopted: jitter,
                    block,
                    block_adopted: block,
                    effort: 1.0 + 0.5 * block,
                    ..normal
                }
            }
        }
    }
}
