//! The numbers that the impression is made of.
//!
//! Potentials give one value each, everything else one value a muscle. Logarithms are natural, of field units.

use super::Muscle;
use super::grades::Graded;
use super::pattern::{Level, level};
use super::potentials::{Potential, Potentials};
use super::recruitment::Judged;
use crate::needle::muap::Muap;
use crate::needle::recruitment::Recruitment;

/// The values of one feature.
#[derive(Debug, Clone, PartialEq)]
pub struct Feature {
    /// Lower case, words joined by underscores.
    pub id: &'static str,
    /// Finite; none where the feature cannot be had.
    pub values: Vec<f64>,
}

/// A value per potential.
type OfPotential = fn(&Muap) -> Option<f64>;
/// A value per recording with trains.
type OfTrains = fn(&Recruitment) -> Option<f64>;
/// A value per level of effort.
type OfLevel = fn(&Level) -> f64;

#[expect(clippy::cast_precision_loss, reason = "small counts")]
const POTENTIAL: &[(&str, OfPotential)] = &[
    ("amplitude", |m| Some((m.amplitude * 1e6).ln())),
    ("duration", |m| m.duration.value().map(|v| (v * 1e3).ln())),
    ("thickness", |m| m.thickness.value().map(|v| (v * 1e3).ln())),
    ("size_index", |m| m.size_index.value()),
    ("phases", |m| Some((m.phases.max(1) as f64).ln())),
    ("turns", |m| Some((m.turns.max(1) as f64).ln())),
    ("irregularity", |m| m.irregularity.value().map(f64::ln)),
    ("spike_duration", |m| m.spike_duration.value().map(|v| (v * 1e3).ln())),
    ("satellites", |m| Some(m.satellites.len() as f64)),
    // Below 0.02 it is what is left of the noise.
    ("jiggle", |m| m.consecutive_amplitude_difference.value().map(|v| v.max(0.02).ln())),
    ("jitter", |m| m.jitter.value().map(|v| (v * 1e6).max(1.0).ln())),
];

const RECRUITMENT: &[(&str, &str, OfTrains)] = &[
    ("ratio_slight", "slight", |r| r.ratio.value().map(f64::ln)),
    ("fastest_slight", "slight", |r| r.fastest.value().map(f64::ln)),
    ("active_slight", "slight", |r| r.active.value().map(f64::ln)),
    ("ratio_moderate", "moderate", |r| r.ratio.value().map(f64::ln)),
    ("fastest_moderate", "moderate", |r| r.fastest.value().map(f64::ln)),
    ("active_moderate", "moderate", |r| r.active.value().map(f64::ln)),
];

const PATTERN: &[(&str, &str, OfLevel)] = &[
    ("turns_slight", "slight", |l| l.turns_per_s.ln()),
    ("turn_amplitude_slight", "slight", |l| (l.amplitude * 1e6).ln()),
    ("turns_moderate", "moderate", |l| l.turns_per_s.ln()),
    ("turn_amplitude_moderate", "moderate", |l| (l.amplitude * 1e6).ln()),
    ("turns_maximal", "maximal", |l| l.turns_per_s.ln()),
    ("turn_amplitude_maximal", "maximal", |l| (l.amplitude * 1e6).ln()),
    ("envelope_maximal", "maximal", |l| (l.envelope * 1e6).ln()),
    ("small_segments_maximal", "maximal", |l| l.small_segments_per_s.max(1.0).ln()),
    // The time without sharp activity: what the eye sees as gaps of the baseline.
    ("gaps_maximal", "maximal", |l| (1.0 - l.activity).clamp(0.01, 1.0).ln()),
    ("short_intervals_maximal", "maximal", |l| l.short_interval_share.max(1e-3).ln()),
];

/// All features of a muscle, in a fixed order.
pub(super) fn of(
    muscle: &Muscle<'_>,
    chosen: &Potentials<'_>,
    recruited: &Judged,
    graded: &Graded,
) -> Vec<Feature> {
    let mut out = Vec::new();
    let mut add = |id: &'static str, values: Vec<f64>| {
        out.push(Feature { id, values: values.into_iter().filter(|v| v.is_finite()).collect() });
    };
    for (id, f) in POTENTIAL {
        add(id, chosen.used.iter().filter_map(|p: &Potential| f(p.muap)).collect());
    }
    for (id, at, f) in RECRUITMENT {
        let here = recruited.measured.iter().filter(|m| m.0 == Some(*at));
        add(id, mean(here.filter_map(|m| f(&m.1))));
    }
    for (id, at, f) in PATTERN {
        add(id, level(muscle, at).iter().map(f).collect());
    }
    let fibres = graded.fibrillation.zip(graded.positive_sharp_wave).map(|(a, b)| f64::from(a.max(b)));
    add("fibrillation", fibres.into_iter().collect());
    add("fasciculation", graded.fasciculation.map(f64::from).into_iter().collect());
    out
}

/// The mean, as a list of one or none.
#[expect(clippy::cast_precision_loss, reason = "small counts")]
fn mean(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let all: Vec<f64> = values.collect();
    if all.is_empty() { all } else { vec![all.iter().sum::<f64>() / all.len() as f64] }
}
