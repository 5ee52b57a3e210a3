//! Repetitive stimulation.

use super::marker::negative_peak;
use super::motor::store;
use super::options::Degenerate;
use super::pathology::Junctions;
use super::pool::{Pool, Unit};
use super::record::{Layout, Setting, record};
use super::waveform::Grid;
use super::{Made, Plan};
use crate::simulate::draw::Draw;
use crate::truth::ncs::RepetitiveTruth;
use std::fmt::Write as _;

/// Quanta released by each stimulus of a slow train over the first (reference text 7.5), with the slow recovery of
/// mobilisation behind it.
const DEPLETION: [f64; 10] = [1.0, 0.85, 0.75, 0.72, 0.72, 0.735, 0.75, 0.765, 0.775, 0.785];
/// Hz.
const FREQUENCY: f64 = 3.0;
/// Facilitation by exercise fades with this time constant, s.
const FADING: f64 = 25.0;
/// Exhaustion is there from this time after exercise, s.
const EXHAUSTED_FROM: f64 = 60.0;
/// Exercise and time after it of each train, s.
const TRAINS: [Option<(f64, f64)>; 3] = [None, Some((10.0, 2.0)), Some((60.0, 120.0))];

/// Standard normal distribution function; Abramowitz and Stegun 26.2.17, error below 1e-7.
pub(super) fn phi(x: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * x.abs());
    let poly = t
        * (0.319_381_530
            + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
    let tail = (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt() * poly;
    if x >= 0.0 { 1.0 - tail } else { tail }
}

/// Share of a unit's junctions that transmit where the release is `release` times that at rest.
pub(super) fn transmitted(junctions: &Junctions, unit: &Unit, release: f64) -> f64 {
    phi((junctions.margin.0 * unit.margin * release).max(1e-6).ln() / junctions.margin.1)
}

/// Factor on the release some time after exercise.
fn exercised(junctions: &Junctions, after: Option<(f64, f64)>) -> f64 {
    let Some((_, seconds)) = after else { return 1.0 };
    let tired = if seconds >= EXHAUSTED_FROM { junctions.exhaustion } else { 1.0 };
    (1.0 + (junctions.facilitation - 1.0) * (-seconds / FADING).exp()) * tired
}

/// Makes the trains of the pool's nerve, at the first site.
pub(super) fn study(plan: &Plan, pool: &Pool, draw: &mut Draw) -> Made<Vec<RepetitiveTruth>> {
    let mut made = Made { files: Vec::new(), toml: String::new(), truth: Vec::new() };
    let mut rest = None;
    for (k, after) in TRAINS.iter().enumerate() {
        let mut own = Draw::new(draw.bits(), 0);
        let mut one = train(plan, pool, k, *after, &mut own);
        let first = one.truth.junction_amplitudes_uv[0];
        if let Some(rest) = rest
            && rest > 0.0
        {
            one.truth.increment_percent = Some(100.0 * (first / rest - 1.0));
        }
        rest = rest.or(Some(first));
        made.files.extend(one.files);
        made.toml += &one.toml;
        made.truth.push(one.truth);
    }
    made
}

fn train(
    plan: &Plan,
    pool: &Pool,
    number: usize,
    after: Option<(f64, f64)>,
    draw: &mut Draw,
) -> Made<RepetitiveTruth> {
    let nerve = pool.anatomy;
    let junctions = plan.pathology.junctions;
    let layout = Layout::of(plan.options.source, draw);
    let n = DEPLETION.len();
    let exercise = exercised(&junctions, after);
    let release: Vec<f64> =
        DEPLETION.iter().map(|d| exercise * (1.0 - (1.0 - d) * junctions.depletion)).collect();
    let moves = plan.options.spoilt(Degenerate::Movement);
    let recruited = if plan.options.spoilt(Degenerate::Submaximal) { draw.uniform(0.25, 0.8) } else { 1.0 };
    let absent = plan.options.spoilt(Degenerate::Absent);
    let place = gains(moves, n, draw);
    let answers = |u: &Unit, k: usize| {
        if absent || u.threshold >= recruited { 0.0 } else { transmitted(&junctions, u, release[k]) }
    };
    let end = (((pool.end(0) + 0.008) * 200.0).ceil() / 200.0).max(0.030);
    let mut setting = Setting::motor(&plan.options, &plan.subject, layout, end, draw);
    (setting.sweeps, setting.interval, setting.moves) = (n, 1.0 / FREQUENCY, false);
    let mut recorded = record(&setting, draw, |k, grid, x| {
        let mut own = vec![0.0; grid.len];
        pool.respond(0, &mut own, grid, |u| answers(u, k));
        x.iter_mut().zip(&own).for_each(|(x, v)| *x += place[k] * v);
    });
    plan.spoil_gain(&mut recorded, draw);
    let grid = Grid::fine(end);
    let junction: Vec<f64> = (0..n)
        .map(|k| {
            let mut x = vec![0.0; grid.len];
            pool.respond(0, &mut x, grid, |u| answers(u, k));
            negative_peak(&x) * 1e6
        })
        .collect();
    let fall = |a: f64| if junction[0] > 0.0 { 100.0 * (1.0 - a / junction[0]) } else { 0.0 };
    let decrements: Vec<f64> = junction.iter().map(|a| fall(*a)).collect();
    let temperature = plan.subject.temperature(nerve.arm);
    let noise = recorded.noise * 1e6;
    let files = store(
        &format!("{}_rns_{}", nerve.nerve, number + 1),
        layout,
        vec![("response".to_owned(), recorded)],
        0,
    );
    let mut toml = format!(
        "\n[[repetitive_stimulation]]\nnerve = \"{}\"\nside = \"right\"\nmuscle = \"{}\"\nsite = \"{}\"\n\
         frequency_hz = {FREQUENCY:?}\nskin_temperature_c = {temperature:?}\n",
        nerve.nerve, nerve.muscle, nerve.sites[0].name
    );
    if let Some((exercise, seconds)) = after {
        let _ = writeln!(toml, "exercise_s = {exercise:?}\nseconds_after_exercise = {seconds:?}");
    }
    let _ = writeln!(toml, "recording = {}", files[0].reference(None));
    let truth = RepetitiveTruth {
        nerve: nerve.nerve.into(),
        side: "right".into(),
        muscle: nerve.muscle.into(),
        file: files[0].name.clone(),
        frequency_hz: FREQUENCY,
        exercise_s: after.map(|a| a.0),
        seconds_after_exercise: after.map(|a| a.1),
        amplitudes_uv: junction.iter().zip(&place).map(|(a, g)| a * g).collect(),
        decrement_percent: decrements[3],
        decrements_percent: decrements,
        junction_amplitudes_uv: junction,
        increment_percent: None,
        artefact: moves.then(|| "movement".to_owned()),
        noise_rms_uv: noise,
    };
    Made { files, toml, truth }
}

/// What the electrode's place does to each response: next to nothing, or steps where it moves.
fn gains(moves: bool, n: usize, draw: &mut Draw) -> Vec<f64> {
    let mut place = 1.0_f64;
    (0..n)
        .map(|k| {
            let (step, jump, still) =
                (draw.normal(0.0, 0.14), draw.chance(0.5) || k == 2, draw.normal(1.0, 0.001));
            if moves && jump && k > 0 {
                let step = if step.abs() < 0.06 { 0.1_f64.copysign(step) } else { step };
                place = (place * (1.0 + step)).clamp(0.5, 1.6);
            }
            place * still
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distribution_function_is_right_where_it_is_known() {
        for (x, p) in [(0.0, 0.5), (1.0, 0.841_344_7), (-1.959_964, 0.025), (3.0, 0.998_650_1)] {
            assert!((phi(x) - p).abs() < 2e-7, "{x}: {}", phi(x));
        }
    }
}
