//! A recording of a voluntary contraction.

use super::Plan;
use super::artefact::Artefact;
use super::draw::Draw;
use super::measures::measure;
use super::pool::{self, Firing};
use super::site::{self, Layout};
use super::source::{Peak, Source, Workshop};
use crate::study::Level;
use crate::truth::{RecordingTruth, UnitTruth};

/// Units smaller than it are in the recording, not in the truth, V. Ours: no measurement can be held against
/// what is lost in the noise.
const LISTED: f64 = 10e-6;
/// Ends of a listed potential: below this, V, but for a margin, s.
const FLOOR: f64 = 1e-6;
const MARGIN: f64 = 2e-3;

/// Adds a contraction to `signal` (before the amplifier's high-pass) and tells what was put in.
#[expect(clippy::cast_precision_loss, reason = "lengths of signals")]
pub(super) fn contract(
    plan: &Plan,
    level: Level,
    signal: &mut [f64],
    workshop: &mut Workshop,
    truth: &mut RecordingTruth,
    draw: &mut Draw,
) {
    let seconds = signal.len() as f64 / workshop.sampling_frequency;
    let pathology = &plan.pathology;
    let effort = pool::effort(level, draw) * pathology.effort;
    let gain = if level == Level::Slight { pathology.gain } else { pathology.gain.sqrt() };
    // Half of the recordings begin in the contraction.
    let from = if draw.chance(0.5) { -1.0 } else { draw.uniform(0.3, 1.2).min(0.2 * seconds) };
    let drive = pool::drive(seconds, from, effort, draw);
    let most = drive.iter().copied().fold(0.0, f64::max);
    let territories = site::territories(plan.anatomy, pathology, pool::recruited(most), draw);
    let far = plan.options.artefacts.contains(&Artefact::FarFromFibre);
    let at = if far { site::place_far(&territories, draw) } else { site::place_needle(&territories, draw) };
    let layout = Layout::draw(plan.anatomy, draw);
    let moved = (level == Level::Slight && plan.drift_mm > 0.0).then(|| {
        let (angle, way) = (draw.uniform(0.0, std::f64::consts::TAU), plan.drift_mm * draw.unit());
        (way * angle.cos(), way * angle.sin())
    });
    for territory in &territories {
        let firing = Firing::new(territory.number, gain, draw);
        let mut times = firing.times(&drive, draw);
        times.retain(|t| *t < seconds);
        let members = site::members(territory, at, plan.anatomy, pathology, layout, draw);
        if times.is_empty() || members.is_empty() {
            continue;
        }
        let source = workshop.source(&members, &plan.electrode, moved, Peak::Negative);
        for &t in &times {
            source.add(signal, t, t / seconds, 1.0, draw);
        }
        if source.amplitude >= LISTED {
            let mut row = unit(&source, 1.0, times, pathology.jitter);
            (row.id, row.fibres) = (territory.number, territory.fibres.len());
            truth.motor_units.push(row);
        }
    }
}

/// A unit's row of the truth, its potential times `scale`; id and fibres are the caller's.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "inside the potential")]
pub(super) fn unit(source: &Source, scale: f64, times: Vec<f64>, jitter: f64) -> UnitTruth {
    let peak = (source.peak * source.frequency).round() as usize;
    let mean: Vec<f64> = source.mean.iter().map(|x| x * scale).collect();
    let mut muap = measure(&mean, source.frequency, peak).muap;
    muap.junction_sd_us = jitter * 1e6;
    let (potential, potential_reference) = source.sampled(FLOOR / scale, MARGIN);
    let short = |x: f64, per: f64| (x * per).round() / per;
    UnitTruth {
        discharge_times_s: times.into_iter().map(|t| short(t, 1e6)).collect(),
        muap,
        potential_uv: potential.into_iter().map(|x| short(x * scale * 1e6, 1e2)).collect(),
        potential_reference,
        ..UnitTruth::default()
    }
}
