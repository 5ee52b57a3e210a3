//! Fast runs: potentials that follow each other so closely that they run into one another are found by their
//! rhythm and followed cycle by cycle, whatever becomes of their size.

#![expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "samples inside the trace")]

use super::band::Bands;
use super::stats::dot;

/// A run.
#[derive(Debug, Clone)]
pub(super) struct Run {
    /// Sample of each cycle's main peak.
    pub(super) at: Vec<f64>,
    /// Size of each over the first that was looked at.
    pub(super) gain: Vec<f64>,
    /// Half a cycle, samples.
    pub(super) half: usize,
}

/// Periods that are looked for, s: 95 to 350 a second.
const PERIODS_S: (f64, f64) = (2.85e-3, 10.5e-3);
/// Window of the autocorrelation and its step, s.
const WINDOW_S: f64 = 0.06;
const STEP_S: f64 = 0.03;
/// Autocorrelation at the period, at least. Ours: chance superpositions of motor units stay far below.
const ALIKE: f64 = 0.8;
/// Correlation of one cycle with the one before when a run is followed, at least.
const FOLLOW: f64 = 0.75;
/// Cycles of a run, at least.
const LEAST: usize = 12;

/// Finds the runs of the spike band, and takes them out of it.
pub(super) fn runs(x: &mut [f64], bands: &Bands) -> Vec<Run> {
    let (window, step) = (bands.samples(WINDOW_S), bands.samples(STEP_S));
    let mut out: Vec<Run> = Vec::new();
    let mut from = 0;
    while from + 2 * window < x.len() {
        let Some(period) = period(&x[from..from + 2 * window], window, bands) else {
            from += step;
            continue;
        };
        match follow(x, from + window / 2, period, bands) {
            Some(run) => {
                let first = run.at.first().map_or(0, |t| (*t as usize).saturating_sub(run.half));
                let last = run.at.last().map_or(0, |t| *t as usize + run.half).min(x.len());
                x[first..last].fill(0.0);
                from = from.max(last.saturating_sub(window)).max(from + step);
                out.push(run);
            }
            None => from += step,
        }
    }
    out
}

/// The period of the first `window` samples, when they have one.
fn period(x: &[f64], window: usize, bands: &Bands) -> Option<usize> {
    let head = &x[..window];
    let energy: f64 = head.iter().map(|v| v * v).sum();
    // Noise has no rhythm.
    if energy < 9.0 * bands.noise * bands.noise * window as f64 {
        return None;
    }
    let (low, high) = (bands.samples(PERIODS_S.0), bands.samples(PERIODS_S.1));
    let mut squares = x.iter().map(|v| v * v).scan(0.0, |sum, v| {
        *sum += v;
        Some(*sum)
    });
    let running: Vec<f64> = std::iter::once(0.0).chain(&mut squares).collect();
    let at = |lag: usize| -> f64 {
        let tail = &x[lag..lag + window];
        let product = dot(head, tail);
        let other = running[lag + window] - running[lag];
        if other > 0.0 { product / (energy * other).sqrt() } else { 0.0 }
    };
    let r: Vec<f64> = (low..=high).map(at).collect();
    let top = r.iter().copied().fold(0.0, f64::max);
    if top < ALIKE {
        return None;
    }
    // The shortest lag that is a peak nearly as high as the highest: longer ones are multiples.
    let k = (1..r.len().saturating_sub(1))
        .find(|k| r[*k] >= 0.93 * top && r[*k] >= r[k - 1] && r[*k] >= r[k + 1])?;
    let lag = low + k;
    // A hum has no potentials: half a period later it is its own mirror image.
    let twice = if 2 * lag + window <= x.len() { at(2 * lag) } else { 1.0 };
    (twice >= 0.6).then_some(lag)
}

/// Follows a run both ways from the largest peak near `start`.
fn follow(x: &[f64], start: usize, period: usize, bands: &Bands) -> Option<Run> {
    let near = start..(start + 2 * period).min(x.len());
    let anchor = near.max_by(|a, b| x[*a].abs().total_cmp(&x[*b].abs()))?;
    let half = period / 2;
    if anchor < period || anchor + period >= x.len() {
        return None;
    }
    let mut hits = vec![(anchor as f64, 1.0)];
    for forward in [true, false] {
        let mut shape: Vec<f64> = x[anchor - half..=anchor + half].to_vec();
        let (mut at, mut interval, mut gain) = (anchor as f64, period as f64, 1.0);
        loop {
            let expected = if forward { at + interval } else { at - interval };
            let reach = (0.22 * interval).max(2.0);
            let Some((place, r, g)) = best(x, &shape, half, expected, reach) else { break };
            // The end: another shape, or a leap in size.
            if r < FOLLOW || g < 0.5 * gain || g > 2.0 * gain {
                break;
            }
            let peak = shape[half].abs() * g;
            if peak < 3.0 * bands.noise {
                break;
            }
            let moved = (place - at).abs();
            interval += 0.3 * (moved - interval);
            gain = g;
            at = place;
            hits.push((at, g));
            let i = at.round() as usize;
            if i < half || i + half >= x.len() {
                break;
            }
            for (s, v) in shape.iter_mut().zip(&x[i - half..=i + half]) {
                *s += 0.15 * (v / g - *s);
            }
        }
    }
    hits.sort_by(|a, b| a.0.total_cmp(&b.0));
    if hits.len() < LEAST {
        return None;
    }
    let (at, gain) = hits.into_iter().unzip();
    Some(Run { at, gain, half })
}

/// Place of the best correlation with a shape around where it is expected, the correlation, and the gain.
fn best(x: &[f64], shape: &[f64], half: usize, expected: f64, reach: f64) -> Option<(f64, f64, f64)> {
    let energy: f64 = shape.iter().map(|v| v * v).sum();
    let (from, to) = ((expected - reach).floor(), (expected + reach).ceil());
    if energy <= 0.0 || from < half as f64 + 1.0 || to + half as f64 + 2.0 >= x.len() as f64 {
        return None;
    }
    let (from, to) = (from as usize, to as usize);
    let score = |c: usize| {
        let piece = &x[c - half..=c + half];
        let (product, other) = (dot(shape, piece), dot(piece, piece));
        (if other > 0.0 { product / (energy * other).sqrt() } else { 0.0 }, product / energy)
    };
    let scores: Vec<(f64, f64)> = (from..=to).map(score).collect();
    let k = (0..scores.len()).max_by(|a, b| scores[*a].0.total_cmp(&scores[*b].0))?;
    let (r, g) = scores[k];
    let mut place = (from + k) as f64;
    if k > 0 && k + 1 < scores.len() {
        let (l, c, n) = (scores[k - 1].1, scores[k].1, scores[k + 1].1);
        let bend = l - 2.0 * c + n;
        if bend < 0.0 {
            place += (0.5 * (l - n) / bend).clamp(-0.5, 0.5);
        }
    }
    Some((place, r, g))
}
