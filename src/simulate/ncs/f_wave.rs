//! F waves, A waves among them.

use super::marker;
use super::motor::{at_rest, store};
use super::options::Degenerate;
use super::pool::{Pool, Unit};
use super::record::{Layout, Setting, record};
use super::waveform::{EXTENT, Grid};
use super::{Made, Plan};
use crate::simulate::draw::Draw;
use crate::truth::ncs::{AWaveTruth, FWaveTruth, RepeaterTruth};

/// An F wave counts as present from this peak-to-peak amplitude, V (20 to 40 µV are in use).
pub(super) const THRESHOLD: f64 = 20e-6;
/// Turn-around at the motor neuron, s.
const TURN: f64 = 1.0e-3;
/// SD of a late response's latency from stimulus to stimulus, s. Ours: a motor axon's and junction's jitter.
const JITTER: f64 = 0.03e-3;
/// Sweep of an arm's and of a leg's nerve, s, where nothing is later.
const WINDOW: (f64, f64) = (0.050, 0.095);

/// A response that is no F wave and comes every time.
struct AWave {
    at: f64,
    a: f64,
    tau: f64,
    /// Share of the stimuli that bring it.
    often: f64,
}

/// The units that answer one stimulus, each with its time.
struct Answer {
    units: Vec<(usize, f64)>,
    /// Times of the A waves that came.
    a_waves: Vec<(usize, f64)>,
}

/// When unit `u` answers late, s from a stimulus at the first site; `None` when something blocks it.
fn late(u: &Unit) -> Option<f64> {
    if u.blocked.contains(&true) {
        return None;
    }
    Some(u.arrival(0)? + 2.0 * u.delays[1..].iter().sum::<f64>() + TURN)
}

/// Makes the F-wave study of the pool's nerve.
pub(super) fn study(plan: &Plan, pool: &Pool, draw: &mut Draw) -> Made<FWaveTruth> {
    let nerve = pool.anatomy;
    let layout = Layout::of(plan.options.source, draw);
    let rest = at_rest(plan);
    let answers_m = |u: &Unit| if plan.options.spoilt(Degenerate::Absent) { 0.0 } else { rest(u) };
    let usual = if nerve.arm { WINDOW.0 } else { WINDOW.1 };
    let latest = pool.units.iter().filter_map(late).fold(0.0, f64::max);
    let end = usual.max(((latest + 0.018) * 200.0).ceil() / 200.0).min(0.4);
    let a_waves = a_waves(pool, draw);
    let n = plan.options.f_sweeps;
    let answers: Vec<Answer> = (0..n).map(|_| answer(plan, pool, &a_waves, draw)).collect();

    let mut setting = Setting::motor(&plan.options, &plan.subject, layout, end, draw);
    // An F wave is shown at a high gain: the amplifier is a quiet one.
    setting.noise = plan.options.noise.unwrap_or(0.5 * setting.noise);
    setting.sweeps = n;
    let render = |answer: &Answer, out: &mut [f64], grid: Grid| {
        for (k, at) in &answer.units {
            pool.add(&pool.units[*k], *at, rest(&pool.units[*k]), out, grid);
        }
    };
    let mut m = None;
    let mut recorded = record(&setting, draw, |k, grid, x| {
        // The M response is the same every time; it is computed once where the grids are the same.
        if m.as_ref().is_none_or(|(g, _)| *g != grid) {
            let mut made = vec![0.0; grid.len];
            pool.respond(0, &mut made, grid, answers_m);
            m = Some((grid, made));
        }
        if let Some((_, made)) = &m {
            x.iter_mut().zip(made).for_each(|(x, v)| *x += v);
        }
        render(&answers[k], x, grid);
        for (which, at) in &answers[k].a_waves {
            let wave = &a_waves[*which];
            super::waveform::add_unit(x, grid, *at, wave.a, wave.tau);
        }
    });
    plan.spoil_gain(&mut recorded, draw);
    let mut truth = of(plan, pool, &answers, &a_waves, end, render);
    let grid = Grid::fine(0.06);
    let mut fine = vec![0.0; grid.len];
    pool.respond(0, &mut fine, grid, answers_m);
    truth.m_latency_ms = marker::onset(&fine, grid).map(|t| t * 1e3);
    truth.noise_rms_uv = recorded.noise * 1e6;
    truth.expected_persistence_percent = {
        let units = pool.units.iter().filter(|u| u.extent() * rest(u) > THRESHOLD && late(u).is_some());
        100.0 * (1.0 - units.map(|u| 1.0 - u.backfire).product::<f64>())
    };
    let site = nerve.sites[0].name;
    let files = store(&format!("{}_f", nerve.nerve), layout, vec![("sweep".to_owned(), recorded)], 1);
    truth.file.clone_from(&files[0].name);
    truth.site = site.into();
    let toml = format!(
        "\n[[f_wave]]\nnerve = \"{}\"\nside = \"right\"\nmuscle = \"{}\"\nsite = \"{site}\"\n\
         skin_temperature_c = {:?}\nrecording = {}\n",
        nerve.nerve,
        nerve.muscle,
        truth.skin_temperature_c,
        files[0].reference(None)
    );
    Made { files, toml, truth }
}

/// At most two, between the M response and the F waves.
fn a_waves(pool: &Pool, draw: &mut Draw) -> Vec<AWave> {
    let first = pool.units.iter().filter_map(late).fold(f64::INFINITY, f64::min);
    let m = pool.units.iter().filter_map(|u| u.arrival(0)).fold(0.0, f64::max);
    let tau = pool.units.first().map_or(2e-3, |u| u.tau);
    let mut out = Vec::new();
    for share in [1.0, 0.25] {
        let (is, place) = (draw.chance(pool.a_wave * share), draw.uniform(0.25, 0.85));
        let (size, often) = (draw.log_uniform(60e-6, 500e-6), draw.uniform(0.85, 1.0));
        // Behind the M response's end, before the F waves.
        let low = m + 8e-3;
        if is && first.is_finite() && first > low + 2e-3 {
            out.push(AWave { at: low + place * (first - low), a: size / EXTENT, tau, often });
        }
    }
    out
}

fn answer(plan: &Plan, pool: &Pool, waves: &[AWave], draw: &mut Draw) -> Answer {
    let mut units = Vec::new();
    let absent = plan.options.spoilt(Degenerate::Absent);
    for (k, unit) in pool.units.iter().enumerate() {
        let (fires, jitter) = (draw.chance(unit.backfire), draw.normal(0.0, JITTER));
        if let Some(at) = late(unit)
            && fires
            && !absent
        {
            units.push((k, at + jitter));
        }
    }
    let mut a_waves = Vec::new();
    for (k, wave) in waves.iter().enumerate() {
        let (comes, jitter) = (draw.chance(wave.often), draw.normal(0.0, JITTER));
        if comes && !absent {
            a_waves.push((k, wave.at + jitter));
        }
    }
    Answer { units, a_waves }
}

#[expect(clippy::cast_precision_loss, reason = "counts of sweeps")]
fn of(
    plan: &Plan,
    pool: &Pool,
    answers: &[Answer],
    waves: &[AWave],
    end: f64,
    render: impl Fn(&Answer, &mut [f64], Grid),
) -> FWaveTruth {
    let grid = Grid::fine(end);
    let (mut latencies, mut amplitudes) = (Vec::new(), Vec::new());
    for answer in answers {
        let mut x = vec![0.0; grid.len];
        render(answer, &mut x, grid);
        let (most, least) = x.iter().fold((0.0_f64, 0.0_f64), |(m, l), v| (m.max(*v), l.min(*v)));
        let level = marker::ONSET_SHARE * most.max(-least);
        let begins = x.iter().position(|v| v.abs() >= level && level > 0.0);
        latencies.push(begins.filter(|_| most - least >= THRESHOLD).map(|i| grid.time(i) * 1e3));
        amplitudes.push((most - least) * 1e6);
    }
    let found: Vec<f64> = latencies.iter().flatten().copied().collect();
    let some = !found.is_empty();
    FWaveTruth {
        nerve: pool.anatomy.nerve.into(),
        side: "right".into(),
        muscle: pool.anatomy.muscle.into(),
        skin_temperature_c: plan.subject.temperature(pool.anatomy.arm),
        persistence_percent: 100.0 * found.len() as f64 / latencies.len().max(1) as f64,
        min_latency_ms: some.then(|| found.iter().copied().fold(f64::INFINITY, f64::min)),
        mean_latency_ms: some.then(|| found.iter().sum::<f64>() / found.len() as f64),
        max_latency_ms: some.then(|| found.iter().copied().fold(0.0, f64::max)),
        a_waves: (0..waves.len()).map(|k| a_wave(k, &waves[k], answers)).collect(),
        repeaters: repeaters(answers, &latencies),
        latencies_ms: latencies,
        amplitudes_uv: amplitudes,
        ..FWaveTruth::default()
    }
}

fn a_wave(k: usize, wave: &AWave, answers: &[Answer]) -> AWaveTruth {
    let holds = |a: &Answer| a.a_waves.iter().any(|(which, _)| *which == k);
    AWaveTruth {
        latency_ms: wave.at * 1e3,
        amplitude_uv: wave.a * EXTENT * 1e6,
        sweeps: (0..answers.len()).filter(|i| holds(&answers[*i])).collect(),
    }
}

/// Sweeps with an F wave in which exactly the same units answered, where there are two or more.
fn repeaters(answers: &[Answer], latencies: &[Option<f64>]) -> Vec<RepeaterTruth> {
    let set = |i: usize| answers[i].units.iter().map(|(k, _)| *k).collect::<Vec<_>>();
    let present: Vec<usize> = (0..answers.len()).filter(|i| latencies[*i].is_some()).collect();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for i in present {
        match groups.iter_mut().find(|g| set(g[0]) == set(i)) {
            Some(group) => group.push(i),
            None => groups.push(vec![i]),
        }
    }
    let repeated = groups.into_iter().filter(|g| g.len() > 1);
    repeated.map(|sweeps| RepeaterTruth { latency_ms: latencies[sweeps[0]].unwrap_or(0.0), sweeps }).collect()
}
