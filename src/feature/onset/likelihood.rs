//! The most likely moment of change in the Teager–Kaiser energy.

use super::baseline::rest;
use super::{Found, Plan, Scratch, runs};

/// How far before and after the coarse onset the change is searched for, and how much of either level must
/// be left on its side. Our choice.
const BEFORE_S: f64 = 0.15;
const AFTER_S: f64 = 0.1;
const SIDE_S: f64 = 0.005;
/// Distance of the neighbours in ψ = x² − (before)·(after). Neighbouring samples, as in the paper, make ψ
/// of the same muscle fall with the square of the sampling frequency and wide-band noise stand out; 1 ms
/// are the neighbours at 1 kHz. Our choice.
const LAG_S: f64 = 1e-3;

/// |ψ| of every sample; where a neighbour is missing, of the nearest sample that has both. `false` for
/// traces too short.
pub(super) fn energy(x: &[f64], fs: f64, out: &mut Vec<f64>) -> bool {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1 to 1e6")]
    let lag = (LAG_S * fs).round().max(1.0) as usize;
    out.clear();
    if x.len() <= 2 * lag {
        return false;
    }
    let psi = |i: usize| (x[i] * x[i] - x[i - lag] * x[i + lag]).abs();
    let last = x.len() - 1 - lag;
    out.extend((0..x.len()).map(|i| psi(i.clamp(lag, last))));
    true
}

/// The split of `y` (all ≥ 0) that makes two Laplace distributions about 0, one before and one after it,
/// most likely: argmax −τ ln b₀ − (n−τ) ln b₁, b the mean of |y| on its side. Only splits that leave `side`
/// values on either side, and only rises (`falls`: only falls). `None` where there is none. O(n).
pub(super) fn split(y: &[f64], side: usize, falls: bool) -> Option<usize> {
    let (n, side) = (y.len(), side.max(1));
    let total: f64 = y.iter().sum();
    if total <= 0.0 {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "at most some seconds of samples")]
    let count = |k: usize| k as f64;
    // An exact silence would be infinitely likely.
    let floor = 1e-12 * total / count(n);
    let (mut sum, mut best) = (0.0, None::<(f64, usize)>);
    for tau in 1..n {
        sum += y[tau - 1];
        if tau < side || n - tau < side {
            continue;
        }
        let before = (sum / count(tau)).max(floor);
        let after = ((total - sum) / count(n - tau)).max(floor);
        if before == after || (after < before) != falls {
            continue;
        }
        let likelihood = -count(tau) * before.ln() - count(n - tau) * after.ln();
        if best.is_none_or(|(b, _)| likelihood > b) {
            best = Some((likelihood, tau));
        }
    }
    best.map(|(_, tau)| tau)
}

/// Episodes of the smoothed energy, each end then moved to the most likely moment of change near it.
pub(super) fn detect(plan: &Plan, x: &[f64], scratch: &mut Scratch) -> Found {
    if !energy(x, plan.fs.0, &mut scratch.series) {
        return Err("shorter than 200 ms");
    }
    plan.smoothing.apply(&scratch.series, &mut scratch.work, &mut scratch.smooth);
    let threshold = rest(plan, &scratch.smooth, plan.fs.0, 2)?.threshold(plan.h);
    let mut coarse = Vec::new();
    runs::runs(x.len(), |i| scratch.smooth[i] > threshold, &mut coarse);
    runs::tidy(&mut coarse, plan.least, plan.gap);
    let samples = |s: f64| plan.samples(s);
    let (before, after, side) = (samples(BEFORE_S), samples(AFTER_S), samples(SIDE_S));
    let y = &scratch.series;
    let mut out = Vec::with_capacity(coarse.len());
    for (i, e) in coarse.iter().enumerate() {
        let middle = usize::midpoint(e.start, e.end);
        // Half of the gap to the neighbour belongs to either.
        let first = if i == 0 { 0 } else { usize::midpoint(coarse[i - 1].end, e.start) };
        let last = coarse.get(i + 1).map_or(x.len(), |next| usize::midpoint(e.end, next.start));
        let mut refined = *e;
        // What is active at an end of the trace has its own end outside.
        if e.start > 0 {
            let lo = first.max(e.start.saturating_sub(before));
            let hi = middle.min(e.start + after);
            refined.start = split(&y[lo..hi.max(lo)], side, false).map_or(e.start, |tau| lo + tau);
        }
        if e.end < x.len() {
            let lo = middle.max(e.end.saturating_sub(after));
            let hi = last.min(e.end + before);
            refined.end = split(&y[lo..hi.max(lo)], side, true).map_or(e.end, |tau| lo + tau);
        }
        if refined.start < refined.end {
            out.push(refined);
        }
    }
    Ok(out)
}
