//! The mean potential of a train in the wide band, and its measures.

use super::band::Bands;
use super::stats::{median, median_of};

/// Measures of a potential.
#[derive(Debug, Clone, Default)]
pub(super) struct Shape {
    /// Mean potential at the working rate, V, and the sample that lies at a discharge time.
    pub(super) mean: Vec<f64>,
    pub(super) reference: usize,
    /// Peak to peak, V.
    pub(super) amplitude: f64,
    /// Onset to end, s.
    pub(super) duration: Option<f64>,
    /// Sign of the first phase.
    pub(super) initial_positive: Option<bool>,
    /// Positive peak over the sum of both, 0 to 1.
    pub(super) positive_share: f64,
    /// Phases of at least a tenth of the amplitude.
    pub(super) phases: usize,
    /// Width of the largest deflection at half its height, s.
    pub(super) width: f64,
    /// Share of the duration that lies after the largest peak.
    pub(super) after_peak: f64,
    /// Sample of the main peak: the negative one, or the positive one where it is far larger.
    pub(super) peak: usize,
    /// SD of the noise of the mean, V.
    pub(super) noise: f64,
}

/// Window around a discharge, s; less where the train is faster.
const BEFORE_S: f64 = 0.012;
const AFTER_S: f64 = 0.045;
/// Discharges averaged, at most.
const AVERAGED: usize = 120;
/// A phase is at least so much of the amplitude, and so many levels of the averaged noise (reference 2.2).
const PHASE: f64 = 0.1;
const CLEAR: f64 = 3.0;
/// What counts as baseline at most, V (5 to 10 µV are usual, reference 1.10; a little more for hum).
const QUIET: f64 = 12e-6;

/// Window of a potential of many parts, s: a complex lasts up to 50 ms (reference 2.1).
const COMPLEX_S: f64 = 0.055;

/// Averages the wide band at the discharges of a train. `others` are the discharges of all trains, rising.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "samples inside the trace")]
pub(super) fn shape(at: &[f64], complex: bool, others: &[f64], bands: &Bands) -> Shape {
    let x = &bands.wide;
    let intervals: Vec<f64> = at.windows(2).map(|w| w[1] - w[0]).collect();
    let usual = median_of(&intervals).unwrap_or(f64::MAX);
    let limit = |s: f64, share: f64| {
        let n = bands.samples(s);
        if usual * share < n as f64 { ((usual * share) as usize).max(bands.samples(1.0e-3)) } else { n }
    };
    let (before, after) = (limit(if complex { COMPLEX_S } else { BEFORE_S }, 0.45), limit(AFTER_S, 0.6));
    let inside = |t: &&f64| **t >= before as f64 + 1.0 && **t + (after as f64) + 2.0 < x.len() as f64;
    let guard = (before.min(bands.samples(6e-3)) as f64, after.min(bands.samples(12e-3)) as f64);
    let lonely = |t: &&f64| {
        let from = others.partition_point(|o| *o < **t - guard.0);
        let to = others.partition_point(|o| *o <= **t + guard.1);
        to.saturating_sub(from) <= 1
    };
    let mut chosen: Vec<f64> = at.iter().filter(inside).filter(lonely).copied().collect();
    if chosen.len() < 4 {
        chosen = at.iter().filter(inside).copied().collect();
    }
    if chosen.is_empty() {
        return Shape::default();
    }
    let step = chosen.len().div_ceil(AVERAGED);
    let chosen: Vec<f64> = chosen.into_iter().step_by(step).collect();
    let n = before + after + 1;
    let (mut mean, mut column) = (Vec::with_capacity(n), Vec::with_capacity(chosen.len()));
    for m in 0..n {
        column.clear();
        column.extend(chosen.iter().map(|t| {
            let (i, f) = (t.floor() as usize + m - before, t.fract());
            x[i] + f * (x[i + 1] - x[i])
        }));
        mean.push(median(&mut column).unwrap_or(0.0));
    }
    let noise = 1.25 * bands.wide_noise / (chosen.len() as f64).sqrt();
    measure(mean, before, complex, noise, bands)
}

/// Measures a mean potential whose discharge time lies at `reference`.
fn measure(mut mean: Vec<f64>, reference: usize, complex: bool, noise: f64, bands: &Bands) -> Shape {
    // The window's first part is the baseline; in a fast train there is none, and its level will do.
    let head = bands.samples(3e-3).min(mean.len() / 6).max(1);
    let base = median_of(&mean[..head]).unwrap_or(0.0);
    mean.iter_mut().for_each(|v| *v -= base);
    let reach = bands.samples(if complex { COMPLEX_S } else { 12e-3 });
    let near = |i: usize| i.abs_diff(reference) <= reach;
    let top = (0..mean.len()).filter(|i| near(*i)).max_by(|a, b| mean[*a].total_cmp(&mean[*b])).unwrap_or(0);
    let low = (0..mean.len()).filter(|i| near(*i)).min_by(|a, b| mean[*a].total_cmp(&mean[*b])).unwrap_or(0);
    let (positive, negative) = (mean[top].max(0.0), (-mean[low]).max(0.0));
    let amplitude = positive + negative;
    let mut out = Shape { amplitude, reference, noise, peak: reference, ..Shape::default() };
    if amplitude <= 0.0 {
        out.mean = mean;
        return out;
    }
    out.positive_share = positive / amplitude;
    let main = if positive > negative { top } else { low };
    out.peak = if out.positive_share > 0.6 { top } else { low };
    let half = 0.5 * mean[main].abs();
    let sign = mean[main].signum();
    let left = (0..main).rev().take_while(|i| mean[*i] * sign > half).count();
    let right = (main + 1..mean.len()).take_while(|i| mean[*i] * sign > half).count();
    out.width = (left + right + 1) as f64 / bands.rate;
    // Onset and end: outwards until a millisecond stays below.
    // A twenty-fifth of a small potential, and no more of a large one than is usual for motor units.
    let quiet = (0.04 * amplitude).min(QUIET).max(CLEAR * noise);
    let rest = bands.samples(if complex { 8e-3 } else { 1.2e-3 });
    let outwards = |indices: &mut dyn Iterator<Item = usize>| {
        let (mut last, mut run) = (main, 0);
        for i in indices {
            if mean[i].abs() > quiet {
                (last, run) = (i, 0);
            } else {
                run += 1;
                if run > rest {
                    return (last, true);
                }
            }
        }
        (last, false)
    };
    let (onset, _) = outwards(&mut (0..main).rev());
    let (end, _) = outwards(&mut (main + 1..mean.len()));
    out.duration = Some((end - onset + 1) as f64 / bands.rate);
    out.after_peak = (end - main) as f64 / (end - onset + 1) as f64;
    // Phases between onset and end.
    let clear = (PHASE * amplitude).max(CLEAR * noise);
    let mut signs: Vec<bool> = Vec::new();
    for v in mean[onset..=end].iter().filter(|v| v.abs() >= clear) {
        if signs.last() != Some(&(*v > 0.0)) {
            signs.push(*v > 0.0);
        }
    }
    out.initial_positive = signs.first().copied();
    out.phases = signs.len();
    out.mean = mean;
    out
}
