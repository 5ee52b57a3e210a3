//! CMAP and surface interference patterns for MUNIX.

use super::marker::negative_peak;
use super::motor::{at_rest, store};
use super::options::Degenerate;
use super::pool::{Pool, Unit};
use super::record::{Layout, Setting, record};
use super::store::{Content, Stored};
use super::waveform::{EXTENT, Grid};
use super::{Made, Plan};
use crate::simulate::draw::Draw;
use crate::study::Level;
use crate::truth::ncs::MunixTruth;
use std::fmt::Write as _;

/// Contractions: level, and excitation over the largest, from and to.
const CONTRACTIONS: [(Level, f64, f64); 6] = [
    (Level::Slight, 0.05, 0.10),
    (Level::Slight, 0.10, 0.18),
    (Level::Moderate, 0.2, 0.3),
    (Level::Moderate, 0.3, 0.45),
    (Level::Maximal, 0.5, 0.7),
    (Level::Maximal, 0.75, 1.0),
];
/// Length of each, s.
const SECONDS: f64 = 2.5;
/// A surface interference pattern needs no more, Hz.
const MOST_FS: f64 = 10_000.0;
/// Fuglevand, Winter and Patla 1993: range of recruitment thresholds, least rate, first unit's highest rate and the
/// fall of it to the last unit, Hz.
const RANGE: f64 = 30.0;
const LEAST_RATE: f64 = 8.0;
const HIGHEST_RATE: f64 = 45.0;
const RATE_FALL: f64 = 10.0;

/// Makes the recordings of the pool's muscle.
pub(super) fn study(plan: &Plan, pool: &Pool, draw: &mut Draw) -> Made<MunixTruth> {
    let nerve = pool.anatomy;
    let rest = at_rest(plan);
    let absent = plan.options.spoilt(Degenerate::Absent);
    let answers = |u: &Unit| if absent { 0.0 } else { rest(u) };
    let layout = Layout::of(plan.options.source, draw);
    let end = (((pool.end(0) + 0.008) * 200.0).ceil() / 200.0).max(0.040);
    let setting = Setting::motor(&plan.options, &plan.subject, layout, end, draw);
    let mut recorded = record(&setting, draw, |_, grid, x| pool.respond(0, x, grid, answers));
    plan.spoil_gain(&mut recorded, draw);
    let grid = Grid::fine(end);
    let mut fine = vec![0.0; grid.len];
    pool.respond(0, &mut fine, grid, answers);
    let mut files =
        store(&format!("{}_munix_cmap", nerve.nerve), layout, vec![("cmap".to_owned(), recorded)], 0);
    let reference = files[0].reference(None);
    let mut truth = MunixTruth {
        nerve: nerve.nerve.into(),
        side: "right".into(),
        muscle: nerve.muscle.into(),
        file: files[0].name.clone(),
        units: if absent { 0 } else { pool.units.len() },
        mean_unit_uv: {
            let sum: f64 = pool.units.iter().map(|u| u.a * rest(u) * EXTENT).sum();
            #[expect(clippy::cast_precision_loss, reason = "a count of units")]
            let n = pool.units.len().max(1) as f64;
            sum / n * 1e6
        },
        cmap_amplitude_uv: negative_peak(&fine) * 1e6,
        recruited: Vec::new(),
    };
    let mut entries = Vec::new();
    for (k, (level, low, high)) in CONTRACTIONS.iter().enumerate() {
        let mut own = Draw::new(draw.bits(), 0);
        let excitation = own.uniform(*low, *high);
        let (samples, fs, recruited) = contraction(plan, pool, excitation, absent, &setting, &mut own);
        truth.recruited.push(recruited);
        let name = format!("{}_munix_{}.hea", nerve.nerve, k + 1);
        entries.push(format!("    {{ file = \"{name}\", level = \"{}\" }},\n", level.name()));
        files.push(Stored { name, content: Content::Continuous { fs, samples } });
    }
    let mut toml = format!(
        "\n[[munix]]\nnerve = \"{}\"\nside = \"right\"\nmuscle = \"{}\"\nsite = \"{}\"\nskin_temperature_c = {:?}\n",
        nerve.nerve,
        nerve.muscle,
        nerve.sites[0].name,
        plan.subject.temperature(nerve.arm)
    );
    let _ = write!(toml, "recording = {reference}\ncontraction = [\n{}]\n", entries.concat());
    Made { files, toml, truth }
}

/// One contraction: samples (V, active minus reference), sampling frequency, units that fired.
#[expect(clippy::cast_precision_loss, reason = "counts of units and samples")]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "2.5 s of samples")]
fn contraction(
    plan: &Plan,
    pool: &Pool,
    excitation: f64,
    absent: bool,
    setting: &Setting,
    draw: &mut Draw,
) -> (Vec<f64>, f64, usize) {
    let fs = setting.fs.min(MOST_FS);
    let rest = at_rest(plan);
    let grid = Grid { start: 0.0, step: 1.0 / fs, len: (SECONDS * fs).round() as usize };
    let mut x = vec![0.0; grid.len];
    // Small units first; a blocked unit hears nothing of the will.
    let mut order: Vec<&Unit> = pool.units.iter().filter(|u| !u.blocked.contains(&true)).collect();
    order.sort_by(|a, b| a.a.total_cmp(&b.a));
    let highest = RANGE + HIGHEST_RATE - RATE_FALL - LEAST_RATE;
    let drive = excitation * highest;
    let mut recruited = 0;
    for (i, unit) in order.iter().enumerate() {
        let threshold = (RANGE.ln() * (i + 1) as f64 / order.len() as f64).exp();
        let mut own = Draw::new(draw.bits(), 0);
        if drive < threshold || absent {
            continue;
        }
        recruited += 1;
        let rate = (drive - threshold + LEAST_RATE).min(HIGHEST_RATE - RATE_FALL * threshold / RANGE);
        let mut t = -own.unit() / rate;
        while t < SECONDS {
            pool.add(unit, t, rest(unit), &mut x, grid);
            // Intervals of a steady contraction vary by 15 %, and never fall below 20 ms.
            t += (own.normal(1.0, 0.15) / rate).max(0.02);
        }
    }
    let phase = draw.uniform(0.0, std::f64::consts::TAU);
    for (i, v) in x.iter_mut().enumerate() {
        let hum = (std::f64::consts::TAU * setting.mains_frequency * grid.time(i) + phase).sin();
        *v = -(*v + setting.mains * hum + draw.normal(0.0, setting.noise));
    }
    (x, fs, recruited)
}
