//! Onset by a hinge: a flat baseline and, from a point on, a rise c·(t − τ)^p, by least squares over τ and p.

use super::shift::count;
use super::unit::samples;

/// Stretch of baseline that is fitted before the onset, s.
const FLAT_S: f64 = 6e-3;

/// Where the fitted rise reaches `limit`, as a position in `x`, looking towards rising indices. `near` is about the
/// onset, `peak` the main peak. `None` where too little is left to fit on.
///
/// The baseline is taken as constant; a trend beside it would follow the slow beginnings that are to be found.
pub(super) fn crossing(x: &[f64], near: usize, peak: usize, limit: f64, fs: f64) -> Option<f64> {
    let start = near.saturating_sub(samples(FLAT_S, fs));
    // Up to thrice the limit: a tenth of a tall peak would be ruled by its steep part. Not beyond 3 ms, where the next
    // deflection begins.
    let high = 3.0 * limit;
    let until = (near + samples(3e-3, fs)).min(peak);
    let stop = (near..until).find(|&j| x[j].abs() >= high).unwrap_or(until);
    // The first deflection only: up to its extreme.
    let stop = (near..=stop).max_by(|&a, &b| x[a].abs().total_cmp(&x[b].abs()))?;
    let y = x.get(start..=stop)?;
    if y.len() < samples(1.5e-3, fs).max(8) {
        return None;
    }
    let n = y.len();
    let mut best: Option<(f64, f64, f64, f64)> = None;
    let step = samples(0.1e-3, fs);
    let total: f64 = y.iter().sum();
    let squares: f64 = y.iter().map(|v| v * v).sum();
    for tau in (n / 8..n - 2).step_by(step) {
        for p in [1.0, 1.5, 2.0] {
            let (mut s1, mut s2, mut sy) = (0.0, 0.0, 0.0);
            for (j, v) in y.iter().enumerate().skip(tau) {
                let d = count(j - tau);
                let b = if p == 1.0 {
                    d
                } else if p == 2.0 {
                    d * d
                } else {
                    d * d.sqrt()
                };
                s1 += b;
                s2 += b * b;
                sy += b * v;
            }
            let m = count(n);
            let det = s2 - s1 * s1 / m;
            if det <= 0.0 {
                continue;
            }
            let c = (sy - s1 * total / m) / det;
            let a = (total - c * s1) / m;
            let left = squares - a * total - c * sy;
            if best.is_none_or(|b| left < b.0) {
                best = Some((left, count(start + tau), c.abs(), p));
            }
        }
    }
    let (_, tau, c, p) = best?;
    let rise = (limit / c.max(f64::MIN_POSITIVE)).powf(1.0 / p);
    let at = tau + rise;
    (at.is_finite() && at <= count(peak)).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A baseline, and from 10 ms on a rise by the square, with a ripple beside.
    #[test]
    fn the_crossing_of_a_known_rise_is_found_under_ripple() {
        let fs = 20_000.0;
        for (offset, ripple) in [(0.0, 0.0), (0.5, 0.0), (0.0, 1.0)] {
            let x: Vec<f64> = (0..400)
                .map(|j| {
                    let t = (f64::from(j) / 20.0 - 10.0).max(0.0);
                    offset + ripple * (f64::from(j) * 2.1).sin() - 8.0 * t * t
                })
                .collect();
            let near = x.iter().position(|v| v.abs() >= 7.0).unwrap();
            let got = crossing(&x, near, 320, 7.0, fs).unwrap() / 20.0;
            let want = 10.0 + (7.0_f64 / 8.0).sqrt();
            assert!((got - want).abs() < 0.12, "{got} {want}");
        }
        assert_eq!(crossing(&[0.0; 5], 2, 3, 7.0, fs), None);
        assert_eq!(crossing(&[], 0, 0, 7.0, fs), None);
    }
}
