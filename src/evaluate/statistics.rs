//! Medians, intervals by resampling, calibration.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Times that the studies are drawn anew. Ours: the ends of the interval then move little from seed to seed.
pub(super) const DRAWS: usize = 1000;
/// Seed of the draws.
pub(super) const SEED: u64 = 1;
/// Most bins of the calibration error. Ours; fewer when there are few cases.
const MOST_BINS: usize = 10;
/// Cases in a bin at least. Ours.
const LEAST_IN_BIN: usize = 10;

/// Median, the mean of the middle two of an even number; `None` of nothing.
pub(super) fn median(x: &[f64]) -> Option<f64> {
    let mut sorted = x.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    let upper = sorted.get(middle)?;
    Some(if sorted.len() % 2 == 1 { *upper } else { f64::midpoint(sorted[middle - 1], *upper) })
}

/// Mean; `None` of nothing.
#[expect(clippy::cast_precision_loss, reason = "counts")]
pub(super) fn mean(x: &[f64]) -> Option<f64> {
    (!x.is_empty()).then(|| x.iter().sum::<f64>() / x.len() as f64)
}

/// 95 % interval of `figure` over `items`, drawn anew with replacement (Efron's percentile interval, seeded):
/// items are studies, because what comes from one study is alike. `None` with fewer than two items or where
/// the figure is undefined in most draws.
pub fn bootstrap<T>(items: &[T], figure: impl Fn(&[&T]) -> Option<f64>) -> Option<(f64, f64)> {
    let n = items.len();
    if n < 2 {
        return None;
    }
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    let mut values = Vec::with_capacity(DRAWS);
    for _ in 0..DRAWS {
        let draw: Vec<&T> = (0..n).map(|_| &items[below(&mut random, n)]).collect();
        values.extend(figure(&draw));
    }
    if 2 * values.len() < DRAWS {
        return None;
    }
    values.sort_unstable_by(f64::total_cmp);
    let at = |per_mille: usize| values[(values.len() * per_mille / 1000).min(values.len() - 1)];
    Some((at(25), at(975)))
}

/// A whole number below `n`, every one equally likely but for one part in 2^32.
fn below(random: &mut ChaCha8Rng, n: usize) -> usize {
    let wide = u128::from(random.next_u64()) * n as u128;
    usize::try_from(wide >> 64).unwrap_or(0)
}

/// Expected calibration error over bins of equally many cases: Σ share of the bin × |mean confidence − share
/// right|; `None` of nothing. Each case is its confidence and whether it was right.
///
/// Source: Guo, Pleiss, Sun and Weinberger 2017 (equal-width bins); equal counts after Nixon et al. 2019.
#[expect(clippy::cast_precision_loss, reason = "counts")]
pub fn calibration_error(cases: &[(f64, bool)]) -> Option<f64> {
    let n = cases.len();
    if n == 0 {
        return None;
    }
    let mut sorted = cases.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let bins = (n / LEAST_IN_BIN).clamp(1, MOST_BINS);
    let error = (0..bins).map(|b| {
        let bin = &sorted[b * n / bins..(b + 1) * n / bins];
        let confidence: f64 = bin.iter().map(|c| c.0).sum();
        (confidence - bin.iter().filter(|c| c.1).count() as f64).abs() / n as f64
    });
    Some(error.sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!((median(&[]), median(&[3.0]), median(&[4.0, 1.0])), (None, Some(3.0), Some(2.5)));
        assert_eq!((median(&[9.0, 1.0, 2.0]), mean(&[]), mean(&[1.0, 2.0])), (Some(2.0), None, Some(1.5)));
    }

    #[test]
    fn the_interval_of_a_mean_is_as_wide_as_theory_says() {
        let x: Vec<f64> = (0..100).map(|i| f64::from(i % 10)).collect();
        let of = |draw: &[&f64]| mean(&draw.iter().map(|v| **v).collect::<Vec<_>>());
        let (low, high) = bootstrap(&x, of).unwrap();
        // SD 2.872 / √100, ± 1.96: 3.94 to 5.06; the ends of 1000 draws are known to about 0.03.
        assert!((low - 3.94).abs() < 0.1 && (high - 5.06).abs() < 0.1, "{low} {high}");
        assert_eq!(bootstrap(&x, of), Some((low, high)), "seeded");
        assert_eq!(bootstrap(&x[..1], of), None);
        assert_eq!(bootstrap(&x, |_| None), None);
    }

    #[test]
    fn calibration_error_is_nought_when_the_share_right_is_the_confidence() {
        let cases: Vec<(f64, bool)> =
            (0..100).map(|i| (if i < 50 { 0.6 } else { 0.8 }, i % 10 < if i < 50 { 6 } else { 8 })).collect();
        assert!(calibration_error(&cases).unwrap() < 1e-12);
        let sure: Vec<(f64, bool)> = cases.iter().map(|c| (1.0, c.1)).collect();
        assert!((calibration_error(&sure).unwrap() - 0.3).abs() < 1e-12);
        assert_eq!(calibration_error(&[]), None);
    }
}
