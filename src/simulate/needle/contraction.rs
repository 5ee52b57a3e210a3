//! A recording of a voluntary contraction.

use super::Plan;
use super::draw::Draw;
use super::measures::measure;
use super::pool::{self, Firing, UNITS};
use super::site::{self, Layout};
use super::source::{Peak, Source, Workshop};
use crate::study::Level;
use crate::truth::{RecordingTruth, UnitTruth};

/// Units smaller than it are in the recording, not in the truth, V. Ours: no measurement can be held against
/// what is lost in the noise.
const LISTED: f64 = 10e-6;
/// Ends of a listed potential: below this, V, but for a margin, s.
const FLOOR: f64 = 0.5e-6;
const MARGIN: f64 = 3e-3;

/// Adds a contraction to `signal` (before the amplifier's high-pass) and tells what was put in.
#[expect(clippy::cast_precision_loss, reason = "lengths of signals")]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of the pool")]
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
    let recruited = (most.max(1.0).ln() / 30.0_f64.ln() * UNITS as f64) as usize;
    let territories = site::territories(plan.anatomy, pathology, recruited, draw);
    let at = site::place_needle(&territories, draw);
    let at = (at.0 + plan.away_mm, at.1);
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
            truth.motor_units.push(unit(
                &source,
                territory.number,
                territory.fibres.len(),
                times,
                pathology.jitter,
            ));
        }
    }
}

/// A unit's row of the truth.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "inside the potential")]
fn unit(source: &Source, id: usize, fibres: usize, times: Vec<f64>, jitter: f64) -> UnitTruth {
    let peak = (source.peak * source.frequency).round() as usize;
    let mut muap = measure(&source.mean, source.frequency, peak).muap;
    muap.junction_sd_us = jitter * 1e6;
    let (potential, potential_reference) = source.sampled(FLOOR, MARGIN);
    let short = |x: f64, per: f64| (x * per).round() / per;
    UnitTruth {
        id,
        fibres,
        discharge_times_s: times.into_iter().map(|t| short(t, 1e7)).collect(),
        muap,
        potential_uv: potential.into_iter().map(|x| short(x * 1e6, 1e3)).collect(),
        potential_reference,
    }
}
