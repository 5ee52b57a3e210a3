//! From units in the steep band to trains of the unfiltered trace.

use super::Decomposition;
use super::condition::noise;
use super::search::Unit;
use super::shift::{PHASES, Shifter, split};
use super::template::average;
use crate::needle::train::Train;

/// Half of the stretch that a potential of the unfiltered trace is averaged over, s.
const HALF_S: f64 = 16e-3;
/// The main negative peak lies this near to the steep part that a unit was found by, s.
const PEAK_S: f64 = 4e-3;
/// Rounds in which each potential is averaged with the others taken out.
const ROUNDS: usize = 3;
/// Fewest discharges that a potential is quantified from; ours, after the 20 sweeps that standards ask for.
const FEWEST: usize = 20;

/// Averages every unit's potential with the others taken out, sets the discharge times to its main negative
/// peak, and says what is left. `step` samples of the trace are one of the steep signal.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "positions in a trace"
)]
pub(super) fn finish(x: &[f64], fs: f64, step: usize, units: &[Unit]) -> Decomposition {
    let shifter = Shifter::new();
    let half = (HALF_S * fs) as usize;
    let len = 2 * half + 1;
    let times: Vec<Vec<f64>> =
        units.iter().map(|u| u.times.iter().map(|t| t * step as f64).collect()).collect();
    let mut waves = vec![vec![0.0; len]; units.len()];
    let mut rest = x.to_vec();
    for _ in 0..ROUNDS {
        for (wave, times) in waves.iter_mut().zip(&times) {
            let mut new = average(&shifter, &rest, times, half).mean;
            new.iter_mut().zip(&*wave).for_each(|(n, w)| *n += w);
            level(&mut new);
            let change: Vec<f64> = new.iter().zip(&*wave).map(|(n, w)| n - w).collect();
            take_out(&shifter, &mut rest, &change, times, half);
            *wave = new;
        }
    }
    let mut trains: Vec<Train> = units
        .iter()
        .zip(waves)
        .zip(&times)
        .map(|((unit, wave), times)| {
            let (reference, part) = main_peak(&wave, half, (PEAK_S * fs) as usize);
            let offset = reference as f64 + part - half as f64;
            Train {
                times_s: times.iter().map(|t| (t + offset) / fs).collect(),
                sureness: unit.scores.iter().map(|s| sureness(*s)).collect(),
                template: wave,
                reference,
                interval_s: unit.firing.map(|f| f.mean),
                interval_cv: unit.firing.map(|f| f.cv()),
                missed_share: unit.firing.map(|f| f.missed),
                unfit: unfit(unit),
            }
        })
        .collect();
    trains.sort_by(|a, b| span(&b.template).total_cmp(&span(&a.template)));
    let power = |s: &[f64]| s.iter().map(|v| v * v).sum::<f64>() / s.len().max(1) as f64;
    let noise = noise(&rest, fs);
    let of_units = (power(x) - noise * noise).max(f64::MIN_POSITIVE);
    let explained = (1.0 - (power(&rest) - noise * noise) / of_units).clamp(0.0, 1.0);
    Decomposition { trains, noise, residual: rest, explained }
}

/// Peak to peak.
pub(super) fn span(x: &[f64]) -> f64 {
    x.iter().copied().fold(f64::MIN, f64::max) - x.iter().copied().fold(f64::MAX, f64::min)
}

/// Takes the line through both ends out, and lets the ends run out to zero.
#[expect(clippy::cast_precision_loss, reason = "a count of samples")]
fn level(wave: &mut [f64]) {
    let n = wave.len();
    let end = (n / 12).max(1);
    let mean = |s: &[f64]| s.iter().sum::<f64>() / s.len() as f64;
    let (a, b) = (mean(&wave[..end]), mean(&wave[n - end..]));
    for (i, v) in wave.iter_mut().enumerate() {
        let along = i as f64 / (n - 1).max(1) as f64;
        let edge = (i.min(n - 1 - i) as f64 / end as f64).min(1.0);
        *v = (*v - a - (b - a) * along) * edge;
    }
}

/// Takes `wave`, centred, out of `rest` at each of `times`.
pub(super) fn take_out(shifter: &Shifter, rest: &mut [f64], wave: &[f64], times: &[f64], half: usize) {
    // `phases[p][i]` is the wave at i − p/PHASES.
    let phases: Vec<Vec<f64>> = (0..PHASES)
        .map(|p| {
            (0..=wave.len().cast_signed())
                .map(|i| if p == 0 { shifter.at(wave, i, 0) } else { shifter.at(wave, i - 1, PHASES - p) })
                .collect()
        })
        .collect();
    for &t in times {
        let (at, phase) = split(t);
        let first = at - half.cast_signed();
        let wave = &phases[phase];
        let skip = (-first).max(0).unsigned_abs().min(wave.len());
        let start = first.max(0).unsigned_abs().min(rest.len());
        rest[start..].iter_mut().zip(&wave[skip..]).for_each(|(r, w)| *r -= w);
    }
}

/// The most negative sample near the middle, and the part of a sample from it to the peak.
fn main_peak(wave: &[f64], half: usize, near: usize) -> (usize, f64) {
    let range = half.saturating_sub(near).max(1)..(half + near).min(wave.len().saturating_sub(1));
    let Some(i) = range.min_by(|&a, &b| wave[a].total_cmp(&wave[b])) else { return (half, 0.0) };
    let (a, b, c) = (wave[i - 1], wave[i], wave[i + 1]);
    let bend = a - 2.0 * b + c;
    (i, if bend > 0.0 { (0.5 * (a - c) / bend).clamp(-0.5, 0.5) } else { 0.0 })
}

/// Posterior of a discharge from its score (−2 ln likelihood ratio), tempered: what is left of other units is no
/// independent noise (ours).
fn sureness(score: f64) -> f64 {
    1.0 / (1.0 + (-score / 8.0).exp())
}

fn unfit(unit: &Unit) -> Vec<String> {
    let mut out = Vec::new();
    if unit.times.len() < FEWEST {
        out.push(format!("{} discharges; {FEWEST} are the fewest", unit.times.len()));
    }
    if unit.firing.is_none() {
        out.push("too few intervals to judge its firing".to_owned());
    }
    out
}
