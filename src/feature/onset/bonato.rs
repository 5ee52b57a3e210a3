//! The double-threshold detector on sums of two squares.

use super::baseline::rest;
use super::{Found, Plan, Scratch, runs};

/// Pairs that are looked at together, and how many of them must be above: m and r₀ of the paper.
const PAIRS: usize = 5;
const ABOVE: usize = 1;
/// Chance that [`PAIRS`] pairs of rest are taken for activity.
const FALSE_ALARM: f64 = 0.05;
/// Samples are taken about this far apart, whatever the sampling frequency. The test needs independent
/// values; neighbours of a band-limited signal that is sampled faster are not. Our choice.
const INTERVAL_S: f64 = 1e-3;

/// Chance that at least `least` of `n` independent trials of chance `p` succeed.
fn at_least(least: usize, n: usize, p: f64) -> f64 {
    let mut binomial = 1.0;
    let mut sum = 0.0;
    for r in 0..=n {
        let (won, lost) = (i32::try_from(r).unwrap_or(0), i32::try_from(n - r).unwrap_or(0));
        if r >= least {
            sum += binomial * p.powi(won) * (1.0 - p).powi(lost);
        }
        binomial *= f64::from(lost) / f64::from(won + 1);
    }
    sum
}

/// ζ/σ²: what a pair exceeds (strictly) with the chance that makes `at_least` the chance of a false alarm.
/// P(z > ζ) = exp(−ζ/2σ²) for normal samples of variance σ².
pub(super) fn threshold(least: usize, n: usize, false_alarm: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    // 100 halvings end at neighbouring numbers; the chance grows with p.
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        if at_least(least, n, middle) < false_alarm { low = middle } else { high = middle }
    }
    -2.0 * high.ln()
}

/// Bonato et al. 1998, with times in seconds.
pub(super) fn detect(plan: &Plan, x: &[f64], scratch: &mut Scratch) -> Found {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1 to 1e6")]
    let stride = (INTERVAL_S * plan.fs.0).round().max(1.0) as usize;
    #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
    let (mean, rate) = (x.iter().sum::<f64>() / x.len().max(1) as f64, plan.fs.0 / (2 * stride) as f64);
    let square = |i: usize| (x[i] - mean) * (x[i] - mean);
    scratch.series.clear();
    // The two samples lie in the middle of the stretch that their pair stands for.
    let pairs =
        (0..x.len() / (2 * stride)).map(|k| (2 * k * stride + stride / 2, (2 * k + 1) * stride + stride / 2));
    scratch.series.extend(pairs.map(|(i, j)| square(i) + square(j)));
    let z = &scratch.series;
    let limit = 0.5 * rest(plan, z, rate, 2)?.mean * threshold(ABOVE, PAIRS, FALSE_ALARM);
    // A pair is active where enough pairs are above among the five around it.
    let half = PAIRS / 2;
    let around = |k: usize| z[k.saturating_sub(half)..(k + half + 1).min(z.len())].iter();
    let mut out = Vec::new();
    runs::runs(z.len(), |k| around(k).filter(|v| **v > limit).count() >= ABOVE, &mut out);
    for e in &mut out {
        let whole = e.end == z.len();
        (e.start, e.end) = (e.start * 2 * stride, if whole { x.len() } else { e.end * 2 * stride });
    }
    runs::tidy(&mut out, plan.least, plan.gap);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_threshold_inverts_the_false_alarm_chance() {
        // One of five: P = 1 − 0.95^(1/5) in closed form.
        let closed = -2.0 * (1.0 - 0.95f64.powf(0.2)).ln();
        assert!((threshold(1, 5, 0.05) - closed).abs() < 1e-12);
        for least in 1..=5 {
            let p = (-threshold(least, 5, 0.05) / 2.0).exp();
            assert!((at_least(least, 5, p) - 0.05).abs() < 1e-12, "{least}");
        }
        assert!((at_least(2, 3, 0.5) - 0.5).abs() < 1e-15);
    }
}
