//! Jitter: how much the interval between two spikes of a potential varies from discharge to discharge.

use super::jiggle::correlation;
use super::shift::{Place, Shifter, count};
use super::unit::{Unit, samples};
use crate::dsp::turns::quantile;
use crate::measure::Reading;
use std::ops::RangeInclusive;

/// Sampling frequency below which jitter is refused, Hz: a spike of one fibre rises within 300 µs.
const LOWEST_HZ: f64 = 20_000.0;
/// Fewest pairs of consecutive discharges in which both spikes are seen (50 discharges are asked for; Stålberg 2016).
const FEWEST: usize = 49;
/// Least distance of two spikes and longest rise of one, s.
const APART_S: f64 = 150e-6;
const RISE_S: f64 = 300e-6;
/// Half the stretch that a spike is aligned on, s. Ours: its own width, little of its neighbour's.
const HALF_S: f64 = 250e-6;
/// Least correlation of a spike with the average's.
const ALIKE: f64 = 0.95;

/// Mean consecutive difference of the interval between two spikes, s: the median over all pairs of neighbouring
/// spikes that can be followed, noise taken out. Where intervals follow the firing interval (MCD over MSD above
/// 1.25) it is the mean sorted difference, as Ekstedt et al. 1974 have it.
pub(super) fn jitter(unit: &Unit, body: &RangeInclusive<usize>, fs: f64) -> Reading {
    if fs < LOWEST_HZ {
        return Reading::Undefined("jitter needs a sampling frequency of 20 kHz or more");
    }
    let lag = samples(1.0 / 6000.0, fs);
    let sharp_shape = sharpen(&unit.shape, lag);
    let sweeps: Vec<(usize, Vec<f64>)> = unit.clean_sweeps().map(|(i, s)| (i, sharpen(s, lag))).collect();
    if sweeps.len() <= FEWEST {
        return Reading::Undefined("jitter needs 50 clean discharges");
    }
    // Noise of one sharpened sweep, where the potential is flat.
    let away = samples(1e-3, fs);
    let mut apart: Vec<f64> = Vec::new();
    for (_, s) in sweeps.iter().take(50) {
        let flat = (lag..s.len() - lag).filter(|j| *j + away < *body.start() || *j > *body.end() + away);
        apart.extend(flat.step_by(3).map(|j| (s[j] - sharp_shape[j]).abs()));
    }
    if apart.is_empty() {
        return Reading::Undefined("jitter needs a flat stretch beside the potential to know the noise");
    }
    let noise = 1.4826 * quantile(&mut apart, 0.5);
    let spikes = spikes(&sharp_shape, body, noise, fs);
    if spikes.len() < 2 {
        return Reading::Undefined("no two narrow spikes to hold against each other");
    }
    let shifter = Shifter::new();
    let tracks: Vec<Track> =
        spikes.iter().map(|s| follow(&sweeps, &sharp_shape, *s, noise, &shifter, fs)).collect();
    let each = tracks.windows(2).filter_map(|p| of_pair(&p[0], &p[1], unit));
    let mut each: Vec<f64> = each.collect();
    if each.is_empty() {
        return Reading::Undefined("no two spikes could be followed through 50 discharges");
    }
    Reading::finite(quantile(&mut each, 0.5) / fs, "no jitter")
}

/// Lagged second difference, zero phase, polarity kept.
fn sharpen(x: &[f64], lag: usize) -> Vec<f64> {
    let mut out = vec![0.0; x.len()];
    for j in lag..x.len().saturating_sub(lag) {
        out[j] = 2.0 * x[j] - x[j - lag] - x[j + lag];
    }
    out
}

/// Negative peaks of the sharpened average that rise fast and stand far out of one sweep's noise, in time order.
fn spikes(x: &[f64], body: &RangeInclusive<usize>, noise: f64, fs: f64) -> Vec<usize> {
    let edge = samples(2.0 * HALF_S, fs);
    let range = (*body.start()).max(edge)..(*body.end() + 1).min(x.len().saturating_sub(edge));
    let top = range.clone().map(|j| -x[j]).fold(0.0, f64::max);
    // A fifth of the largest, and ten SD (20 dB): a smaller one moves with the noise or with its neighbour.
    let least = (0.2 * top).max(10.0 * noise);
    let mut peaks: Vec<usize> =
        range.filter(|&j| -x[j] >= least && x[j] < x[j - 1] && x[j] <= x[j + 1]).collect();
    let reach = samples(RISE_S, fs);
    peaks.retain(|&j| {
        // Back up to the crest before it.
        let mut k = j;
        while k > 0 && x[k - 1] > x[k] {
            k -= 1;
        }
        j - k < reach
    });
    peaks.sort_by(|&a, &b| x[a].total_cmp(&x[b]));
    let mut kept: Vec<usize> = Vec::new();
    for p in peaks {
        if kept.iter().all(|k| count(k.abs_diff(p)) / fs > APART_S) {
            kept.push(p);
        }
    }
    kept.sort_unstable();
    kept
}

/// One spike through the sweeps.
struct Track {
    /// Number in the train and displacement, samples.
    moved: Vec<(usize, f64)>,
    /// SD that noise alone gives the displacement, samples.
    by_noise: f64,
}

fn follow(
    sweeps: &[(usize, Vec<f64>)],
    shape: &[f64],
    spike: usize,
    noise: f64,
    shifter: &Shifter,
    fs: f64,
) -> Track {
    let half = samples(HALF_S, fs);
    let first = spike - half;
    let target = &shape[first..=spike + half];
    let slope: Vec<f64> = (first..=spike + half).map(|j| 0.5 * (shape[j + 1] - shape[j - 1])).collect();
    let power: f64 = slope.iter().map(|d| d * d).sum::<f64>().max(f64::MIN_POSITIVE);
    let mut part = vec![0.0; target.len()];
    let mut moved = Vec::new();
    for (i, sweep) in sweeps {
        let mut tau = 0.0;
        for _ in 0..4 {
            shifter.read(sweep, Place::of(count(first) + tau), &mut part);
            let step: f64 =
                part.iter().zip(target).zip(&slope).map(|((s, m), d)| (m - s) * d).sum::<f64>() / power;
            tau += step.clamp(-1.0, 1.0);
        }
        shifter.read(sweep, Place::of(count(first) + tau), &mut part);
        if tau.abs() < count(half) && correlation(&part, target).is_some_and(|r| r >= ALIKE) {
            moved.push((*i, tau));
        }
    }
    Track { moved, by_noise: noise / power.sqrt() }
}

/// MCD, or MSD where the interval follows the firing, of two tracks, samples; `None` with too few pairs.
fn of_pair(a: &Track, b: &Track, unit: &Unit) -> Option<f64> {
    let mut intervals: Vec<(usize, f64)> = Vec::new();
    let mut k = 0;
    for (i, t) in &a.moved {
        while k < b.moved.len() && b.moved[k].0 < *i {
            k += 1;
        }
        if k < b.moved.len() && b.moved[k].0 == *i {
            intervals.push((*i, b.moved[k].1 - t));
        }
    }
    let consecutive: Vec<f64> =
        intervals.windows(2).filter(|p| p[1].0 == p[0].0 + 1).map(|p| (p[1].1 - p[0].1).abs()).collect();
    if consecutive.len() < FEWEST {
        return None;
    }
    let mcd = consecutive.iter().sum::<f64>() / count(consecutive.len());
    let mut sorted: Vec<(f64, f64)> =
        intervals.iter().filter(|(i, _)| *i > 0).map(|(i, d)| (unit.at[*i] - unit.at[*i - 1], *d)).collect();
    sorted.sort_by(|x, y| x.0.total_cmp(&y.0));
    let steps: Vec<f64> = sorted.windows(2).map(|p| (p[1].1 - p[0].1).abs()).collect();
    let msd = steps.iter().sum::<f64>() / count(steps.len().max(1));
    let raw = if msd > 0.0 && mcd / msd > 1.25 { msd } else { mcd };
    // The mean difference of a Gaussian pair is 1.128 SD; two displacements make an interval.
    let floor = 1.128 * (a.by_noise * a.by_noise + b.by_noise * b.by_noise).sqrt();
    Some((raw * raw - floor * floor).max(0.0).sqrt())
}
