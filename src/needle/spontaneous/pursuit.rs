//! Explains the spike band as a sum of known potentials: the largest first, each taken out before the next is
//! looked for, so that superposed potentials are told apart.

#![expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "samples inside the trace")]

use super::band::Bands;
use super::detect::events;
use super::stats::{dot, median_of};

/// A potential that comes back.
#[derive(Debug, Clone)]
pub(super) struct Template {
    /// V; its size is that of a gain of 1.
    pub(super) shape: Vec<f64>,
    /// Sample of its largest extremum.
    pub(super) peak: usize,
    /// Sample that lay at the events when it was made.
    pub(super) before: usize,
    energy: f64,
    /// Extrema of at least half the largest: where a candidate may lie.
    extrema: Vec<usize>,
    /// Gains that were seen, lowest and highest.
    gains: (f64, f64),
}

/// One discharge found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Hit {
    pub(super) template: usize,
    /// Sample of the template's peak, finer than a sample.
    pub(super) at: f64,
    pub(super) gain: f64,
}

/// Window of a template around its peak, s.
const BEFORE_S: f64 = 4.0e-3;
const AFTER_S: f64 = 6.0e-3;
/// Discharges averaged, at most. Bounds the work.
const AVERAGED: usize = 60;
/// Times that the residual is searched.
const PASSES: usize = 3;

impl Template {
    /// The mean potential of the events at `at`; `None` when it is none. Where the train is fast the window
    /// ends half an interval from the peak.
    pub(super) fn new(
        x: &[f64],
        at: &[usize],
        gains: &[f64],
        all: &[usize],
        bands: &Bands,
    ) -> Option<Template> {
        let intervals: Vec<f64> = at.windows(2).map(|w| w[1].abs_diff(w[0]) as f64).collect();
        let usual = median_of(&intervals).unwrap_or(f64::MAX);
        let limit = |s: f64, share: f64| {
            let n = bands.samples(s);
            if usual * share < n as f64 { ((usual * share) as usize).max(bands.samples(1.0e-3)) } else { n }
        };
        let (before, after) = (limit(BEFORE_S, 0.45), limit(AFTER_S, 0.55));
        // Those without a stranger in the window come first.
        let lonely = |&i: &usize| {
            let from = all.partition_point(|a| *a + before <= i);
            let to = all.partition_point(|a| *a <= i + after);
            to - from <= 1
        };
        let inside = |&i: &usize| i >= before && i + after < x.len();
        let mut chosen: Vec<(usize, f64)> =
            at.iter().zip(gains).filter(|(i, _)| inside(i) && lonely(i)).map(|(i, g)| (*i, *g)).collect();
        if chosen.len() < 5 {
            chosen = at.iter().zip(gains).filter(|(i, _)| inside(i)).map(|(i, g)| (*i, *g)).collect();
        }
        if chosen.is_empty() {
            return None;
        }
        let step = chosen.len().div_ceil(AVERAGED);
        let chosen: Vec<(usize, f64)> = chosen.into_iter().step_by(step).collect();
        let n = before + after + 1;
        let mut shape = Vec::with_capacity(n);
        let mut column = Vec::with_capacity(chosen.len());
        for m in 0..n {
            column.clear();
            column.extend(chosen.iter().map(|(i, g)| x[i + m - before] / g));
            shape.push(median_of(&column)?);
        }
        // A soft end: a step there would leave edges in the residual.
        let taper = bands.samples(0.8e-3).min(n / 4);
        for k in 0..taper {
            let w = (k as f64 + 0.5) / taper as f64;
            shape[k] *= w;
            shape[n - 1 - k] *= w;
        }
        Self::of(shape, before)
    }

    /// The median potential around events that follow each other closely, a millisecond on either side.
    pub(super) fn narrow(x: &[f64], at: &[usize], gains: &[f64], bands: &Bands) -> Option<Template> {
        let (before, after) = (bands.samples(1.2e-3), bands.samples(1.8e-3));
        let n = before + after + 1;
        let usable: Vec<(usize, f64)> = at
            .iter()
            .zip(gains)
            .filter(|(i, g)| **i >= before && **i + after < x.len() && **g > 0.0)
            .map(|(i, g)| (*i, *g))
            .collect();
        let usable: Vec<(usize, f64)> =
            usable.iter().copied().step_by(usable.len().div_ceil(300).max(1)).collect();
        let shape: Option<Vec<f64>> = (0..n)
            .map(|m| median_of(&usable.iter().map(|(i, g)| x[i + m - before] / g).collect::<Vec<_>>()))
            .collect();
        Self::of(shape?, before)
    }

    fn of(shape: Vec<f64>, near: usize) -> Option<Template> {
        let energy: f64 = shape.iter().map(|v| v * v).sum();
        if energy <= 0.0 || !energy.is_finite() {
            return None;
        }
        let top = shape.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
        let extrema: Vec<usize> = events(&shape, 0.5 * top, 0).iter().map(|e| e.at).collect();
        let peak =
            (0..shape.len()).max_by(|a, b| shape[*a].abs().total_cmp(&shape[*b].abs())).unwrap_or(near);
        let extrema = if extrema.is_empty() { vec![peak] } else { extrema };
        Some(Template { shape, peak, before: near, energy, extrema, gains: (0.8, 1.25) })
    }

    /// Gains that were seen widen what is allowed.
    pub(super) fn allow(&mut self, gains: &[f64]) {
        for g in gains {
            self.gains.0 = self.gains.0.min(*g * 0.8).max(0.1);
            self.gains.1 = self.gains.1.max(*g * 1.25).min(10.0);
        }
    }
}

/// Finds the discharges of all templates in `x`, and leaves in `x` what they do not explain.
pub(super) fn pursue(x: &mut [f64], templates: &[Template], bands: &Bands, threshold: f64) -> Vec<Hit> {
    let variance = bands.noise * bands.noise;
    let mut hits: Vec<Hit> = Vec::new();
    for _ in 0..PASSES {
        let mut candidates = events(x, threshold, bands.samples(0.4e-3));
        candidates.sort_by(|a, b| b.value.abs().total_cmp(&a.value.abs()));
        let before = hits.len();
        for c in candidates {
            // Taken out with an earlier one?
            if x[c.at].abs() < 0.7 * c.value.abs() {
                continue;
            }
            let best = templates
                .iter()
                .enumerate()
                .filter_map(|(k, t)| place(x, c.at, c.value, t).map(|p| (k, p)))
                .max_by(|a, b| a.1.drop.total_cmp(&b.1.drop));
            let Some((k, p)) = best else { continue };
            if p.drop < 20.0 * variance || p.drop < 0.5 * p.core {
                continue;
            }
            let t = &templates[k];
            subtract(x, &t.shape, p.start, p.fraction, p.gain);
            hits.push(Hit { template: k, at: p.start as f64 + p.fraction + t.peak as f64, gain: p.gain });
        }
        if hits.len() == before {
            break;
        }
    }
    hits.sort_by(|a, b| a.at.total_cmp(&b.at));
    hits
}

/// Where a template fits best around a candidate.
#[derive(Debug, Clone, Copy)]
struct Place {
    start: isize,
    fraction: f64,
    gain: f64,
    /// By how much it lowers the energy.
    drop: f64,
    /// Energy of the trace where the template is large.
    core: f64,
}

fn place(x: &[f64], at: usize, value: f64, t: &Template) -> Option<Place> {
    let n = isize::try_from(t.shape.len()).ok()?;
    let length = isize::try_from(x.len()).ok()?;
    let product = |start: isize| -> f64 {
        let from = (-start).clamp(0, n);
        let to = (length - start).clamp(from, n);
        #[expect(clippy::cast_sign_loss, reason = "clamped to the overlap")]
        let (a, b, c) = (from as usize, to as usize, (start + from) as usize);
        dot(&t.shape[a..b], &x[c..c + (b - a)])
    };
    let mut best: Option<(isize, f64)> = None;
    for &e in &t.extrema {
        // Even superposed it is not several times larger or smaller than the template.
        let ratio = value / t.shape[e];
        if ratio < 0.4 * t.gains.0 || ratio > 2.5 * t.gains.1 {
            continue;
        }
        let middle = isize::try_from(at).ok()? - isize::try_from(e).ok()?;
        for start in middle - 2..=middle + 2 {
            let p = product(start);
            if best.is_none_or(|b| p > b.1) {
                best = Some((start, p));
            }
        }
    }
    let (start, p) = best?;
    let (left, right) = (product(start - 1), product(start + 1));
    let bend = left - 2.0 * p + right;
    let fraction = if bend < 0.0 { (0.5 * (left - right) / bend).clamp(-0.5, 0.5) } else { 0.0 };
    let top = p - 0.25 * (left - right) * fraction;
    let gain = top / t.energy;
    if gain < t.gains.0 || gain > t.gains.1 {
        return None;
    }
    let large = 0.25 * t.shape[t.peak].abs();
    let core = t
        .shape
        .iter()
        .zip(start..)
        .filter(|(s, _)| s.abs() > large)
        .filter_map(|(_, i)| usize::try_from(i).ok().and_then(|i| x.get(i)))
        .map(|v| v * v)
        .sum();
    Some(Place { start, fraction, gain, drop: top * gain, core })
}

/// Takes a shape out, moved by a fraction of a sample (linear: the band ends at a third of the rate).
fn subtract(x: &mut [f64], shape: &[f64], start: isize, fraction: f64, gain: f64) {
    let at = |m: isize| usize::try_from(m).ok().and_then(|m| shape.get(m)).copied().unwrap_or(0.0);
    let n = isize::try_from(shape.len()).unwrap_or(0);
    for m in -1..=n {
        let Some(v) = usize::try_from(start + m).ok().and_then(|i| x.get_mut(i)) else { continue };
        // Cubic between four neighbours (Catmull and Rom).
        let (f, m) = if fraction >= 0.0 { (1.0 - fraction, m - 1) } else { (-fraction, m) };
        let (a, b, c, d) = (at(m - 1), at(m), at(m + 1), at(m + 2));
        let s = b + 0.5 * f * (c - a + f * (2.0 * a - 5.0 * b + 4.0 * c - d + f * (3.0 * (b - c) + d - a)));
        *v -= gain * s;
    }
}
