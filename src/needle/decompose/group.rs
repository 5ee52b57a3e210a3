//! One train a unit: groups of spikes that are parts of one potential, or halves of one cluster, become one.

/// Lags within which two spikes can be parts of one potential, s. Longer than any but the longest.
const LOCK_S: f64 = 12e-3;
/// How far a lag may scatter, s; ours, above the jitter of a potential's parts.
const SCATTER_S: f64 = 0.35e-3;

/// How many of `b` follow (or lead) `a` at one lag, and that lag. Times and lags in s; both lists rise.
pub(super) fn locked(a: &[f64], b: &[f64]) -> (usize, f64) {
    let mut lags: Vec<f64> = Vec::new();
    for &t in b {
        let from = a.partition_point(|u| *u < t - LOCK_S);
        lags.extend(a[from..].iter().take_while(|u| **u <= t + LOCK_S).map(|u| t - u));
    }
    lags.sort_by(f64::total_cmp);
    let mut best = (0, 0.0);
    let mut from = 0;
    for to in 0..lags.len() {
        while lags[to] - lags[from] > 2.0 * SCATTER_S {
            from += 1;
        }
        if to - from + 1 > best.0 {
            best = (to - from + 1, lags[usize::midpoint(from, to)]);
        }
    }
    best
}

/// Whether so many at one lag are more than chance: half of the shorter train, and far above what trains
/// that do not know each other show.
#[expect(clippy::cast_precision_loss, reason = "counts of discharges")]
pub(super) fn is_locked(together: usize, a: usize, b: usize, duration_s: f64) -> bool {
    let chance = a as f64 * b as f64 * 2.0 * SCATTER_S / duration_s.max(1e-3);
    // The best of many lags: 4 SD above the mean of a Poisson count.
    let limit = chance + 4.0 * chance.sqrt() + 3.0;
    together as f64 > limit.max(0.45 * a.min(b) as f64)
}

/// Joins `b`, moved by −`lag`, into `a`: those within 2 ms of one of `a` are the same discharge.
pub(super) fn join(a: &[f64], b: &[f64], lag: f64) -> Vec<f64> {
    let mut all = a.to_vec();
    for t in b.iter().map(|t| t - lag) {
        let i = a.partition_point(|u| *u < t);
        let near = |k: Option<&f64>| k.is_some_and(|u| (u - t).abs() < 2e-3);
        if !near(a.get(i)) && !near(i.checked_sub(1).and_then(|i| a.get(i))) {
            all.push(t);
        }
    }
    all.sort_by(f64::total_cmp);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_one_potential_are_locked_and_strangers_are_not() {
        let a: Vec<f64> = (0..80).map(|i| f64::from(i) * 0.1 + 0.013 * f64::from(i).sin()).collect();
        let b: Vec<f64> = a.iter().enumerate().filter(|(i, _)| i % 3 > 0).map(|(_, t)| t + 0.0041).collect();
        let (n, lag) = locked(&a, &b);
        assert_eq!(n, b.len());
        assert!((lag - 0.0041).abs() < 1e-9 && is_locked(n, a.len(), b.len(), 8.0));
        let c: Vec<f64> =
            (0..90).map(|i| f64::from(i) * 0.0891 + 0.02 * (f64::from(i) * 1.7).sin()).collect();
        let (n, _) = locked(&a, &c);
        assert!(!is_locked(n, a.len(), c.len(), 8.0), "{n}");
        assert_eq!(join(&a, &b, lag), a);
        assert_eq!(join(&a[..3], &[5.0], 0.0).len(), 4);
        assert_eq!(locked(&[], &a).0, 0);
    }
}
