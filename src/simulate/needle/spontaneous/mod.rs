//! Activity at rest: reference text 2.1 and the project's table of spontaneous activity.

mod bench;
mod complex;
mod end_plate;
mod fibre_train;
mod insertional;
mod kind;
mod unit_train;

pub use kind::Activity;

use super::Plan;
use super::draw::Draw;
use super::options::State;
use super::source::Workshop;
use crate::truth::RecordingTruth;
use bench::Bench;

/// Adds what a rest recording holds to `signal` (before the amplifier's high-pass) and tells it.
pub(super) fn rest(
    plan: &Plan,
    signal: &mut [f64],
    workshop: &mut Workshop,
    truth: &mut RecordingTruth,
    draw: &mut Draw,
) {
    let asked = &plan.options.spontaneous;
    let (activities, by_state) =
        if asked.is_empty() { (usual(plan, draw), true) } else { (asked.clone(), false) };
    let mut bench = Bench::new(plan, signal, workshop, truth, draw);
    for activity in activities {
        match activity {
            Activity::Fibrillation | Activity::PositiveSharpWave => {
                let trains = if by_state { 1 } else { 1 + bench.draw.below(4) };
                for _ in 0..trains {
                    fibre_train::denervated(&mut bench, activity);
                }
            }
            Activity::Myotonic => {
                for _ in 0..1 + bench.draw.below(2) {
                    fibre_train::myotonic(&mut bench);
                }
            }
            Activity::EndPlateNoise => end_plate::noise(&mut bench),
            Activity::EndPlateSpike => end_plate::spikes(&mut bench),
            Activity::Fasciculation => unit_train::fasciculations(&mut bench),
            Activity::ComplexRepetitive => complex::discharge(&mut bench),
            Activity::Myokymic => unit_train::myokymia(&mut bench),
            Activity::Neuromyotonic => unit_train::neuromyotonia(&mut bench),
            Activity::Cramp => unit_train::cramp(&mut bench),
            Activity::ContinuousUnit => unit_train::continuous(&mut bench),
            Activity::Voluntary => unit_train::voluntary(&mut bench),
            Activity::Insertional => insertional::burst(&mut bench, plan.state),
            Activity::Nothing => {}
        }
    }
}

/// What rest shows when nobody asks for anything: by the state (text 7.4), and what normal muscles show as
/// well. The shares are ours.
fn usual(plan: &Plan, draw: &mut Draw) -> Vec<Activity> {
    let mut out = Vec::new();
    match draw.below(10) {
        0 => out.push(Activity::EndPlateNoise),
        1 => out.extend([Activity::EndPlateNoise, Activity::EndPlateSpike]),
        2 => out.push(Activity::Voluntary),
        3 | 4 => out.push(Activity::Insertional),
        _ => {}
    }
    let severity = plan.severity;
    let trains = match plan.state {
        State::Subacute => 2.0 + 4.0 * severity,
        State::Chronic => 1.6 * severity,
        State::Myopathic if severity > 0.5 => 2.0 * severity,
        _ => return out,
    };
    // End-plate activity would hide what the state is about.
    out.retain(|a| *a == Activity::Insertional);
    for _ in 0..draw.poisson(trains) {
        out.push(if draw.chance(0.55) { Activity::Fibrillation } else { Activity::PositiveSharpWave });
    }
    out
}
