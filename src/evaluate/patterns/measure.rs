//! Measures of probabilities against what is true.

/// Least cases in a bin, and most bins, of equally many cases each. Ours: 150 cases and more give 15 bins.
const LEAST_IN_BIN: usize = 10;
const MOST_BINS: usize = 15;
/// A probability of nought is held to be this in a logarithm. Ours.
pub(super) const LEAST: f64 = 1e-6;

/// Probability that a true case has the greater score than a false one, ties half: the area under the receiver operating
/// characteristic. `None` without both.
#[expect(clippy::cast_precision_loss, reason = "counts")]
pub fn area_under_curve(cases: &[(f64, bool)]) -> Option<f64> {
    let mut sorted = cases.to_vec();
    sorted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let (mut below, mut wins) = (0.0, 0.0);
    let mut i = 0;
    while i < sorted.len() {
        let end = i + sorted[i..].iter().take_while(|c| c.0 == sorted[i].0).count();
        let trues = sorted[i..end].iter().filter(|c| c.1).count() as f64;
        let falses = (end - i) as f64 - trues;
        wins += trues * (below + 0.5 * falses);
        below += falses;
        i = end;
    }
    let trues = sorted.len() as f64 - below;
    (trues > 0.0 && below > 0.0).then(|| wins / (trues * below))
}

/// Share of the true cases whose score is above the lowest threshold that keeps at least `specificity` of the false ones
/// at or below it. `None` without both.
#[expect(clippy::cast_precision_loss, reason = "counts")]
pub fn sensitivity_at(cases: &[(f64, bool)], specificity: f64) -> Option<f64> {
    let mut falses: Vec<f64> = cases.iter().filter(|c| !c.1).map(|c| c.0).collect();
    let trues: Vec<f64> = cases.iter().filter(|c| c.1).map(|c| c.0).collect();
    if falses.is_empty() || trues.is_empty() {
        return None;
    }
    falses.sort_unstable_by(f64::total_cmp);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a count")]
    let kept = (specificity.clamp(0.0, 1.0) * falses.len() as f64).ceil() as usize;
    let threshold = if kept == 0 { f64::NEG_INFINITY } else { falses[kept.min(falses.len()) - 1] };
    Some(trues.iter().filter(|p| **p > threshold).count() as f64 / trues.len() as f64)
}

/// Mean square of probability minus truth; `None` of nothing.
#[expect(clippy::cast_precision_loss, reason = "counts")]
pub fn brier(cases: &[(f64, bool)]) -> Option<f64> {
    let square = |c: &(f64, bool)| (c.0 - f64::from(u8::from(c.1))).powi(2);
    (!cases.is_empty()).then(|| cases.iter().map(square).sum::<f64>() / cases.len() as f64)
}

/// Mean of -ln of the probability that was given to what is true; `None` of nothing.
#[expect(clippy::cast_precision_loss, reason = "counts")]
pub fn log_loss(of_truth: &[f64]) -> Option<f64> {
    let sum: f64 = of_truth.iter().map(|p| -p.max(LEAST).ln()).sum();
    (!of_truth.is_empty()).then(|| sum / of_truth.len() as f64)
}

/// Cases of like probability.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Bin {
    pub least: f64,
    pub most: f64,
    pub mean: f64,
    /// Share that is true.
    pub share: f64,
    pub cases: usize,
}

/// Bins of equally many cases, by probability: at least ten of them from 100 cases on.
#[expect(clippy::cast_precision_loss, reason = "counts")]
pub fn reliability(cases: &[(f64, bool)]) -> Vec<Bin> {
    let mut sorted = cases.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let n = sorted.len();
    let bins = (n / LEAST_IN_BIN).clamp(1, MOST_BINS);
    let bin = |b: usize| {
        let part = &sorted[b * n / bins..(b + 1) * n / bins];
        let count = part.len() as f64;
        Some(Bin {
            least: part.first()?.0,
            most: part.last()?.0,
            mean: part.iter().map(|c| c.0).sum::<f64>() / count,
            share: part.iter().filter(|c| c.1).count() as f64 / count,
            cases: part.len(),
        })
    };
    (0..bins).filter_map(bin).collect()
}

/// Expected calibration error over the bins of [`reliability`]: Σ share of the bin × |mean probability − share that is
/// true|; `None` of nothing.
#[expect(clippy::cast_precision_loss, reason = "counts")]
pub fn calibration(cases: &[(f64, bool)]) -> Option<f64> {
    let n = cases.len() as f64;
    let bins = reliability(cases);
    (!cases.is_empty()).then(|| bins.iter().map(|b| b.cases as f64 / n * (b.mean - b.share).abs()).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_area_is_the_share_of_pairs_in_order() {
        let cases = [(0.9, true), (0.8, false), (0.7, true), (0.7, false), (0.1, false), (0.0, true)];
        // Naive: every pair of a true and a false case.
        let mut wins = 0.0;
        for t in cases.iter().filter(|c| c.1) {
            for f in cases.iter().filter(|c| !c.1) {
                wins += if t.0 > f.0 {
                    1.0
                } else if t.0 == f.0 {
                    0.5
                } else {
                    0.0
                };
            }
        }
        assert!((area_under_curve(&cases).unwrap() - wins / 9.0).abs() < 1e-12);
        assert_eq!(area_under_curve(&[(0.3, true)]), None);
        assert_eq!(area_under_curve(&[(0.3, true), (0.3, false)]), Some(0.5));
    }

    #[test]
    fn sensitivity_keeps_the_specificity() {
        let mut cases: Vec<(f64, bool)> = (0..10).map(|i| (f64::from(i) / 10.0, false)).collect();
        cases.extend([(0.85, true), (0.95, true), (0.2, true), (0.8, true)]);
        // Nine of ten false ones lie at or below 0.8; above it are two of four.
        assert_eq!(sensitivity_at(&cases, 0.9), Some(0.5));
        assert_eq!(sensitivity_at(&cases, 0.0), Some(1.0));
        assert_eq!(sensitivity_at(&cases[..10], 0.9), None);
    }

    #[test]
    fn losses_are_their_formulas() {
        assert_eq!(brier(&[(1.0, true), (0.5, false)]), Some(0.125));
        assert!((log_loss(&[0.5, 1.0]).unwrap() - 0.5 * 2f64.ln()).abs() < 1e-12);
        assert!(log_loss(&[0.0]).unwrap().is_finite() && log_loss(&[]).is_none() && brier(&[]).is_none());
    }

    #[test]
    fn bins_hold_equally_many_and_the_error_is_their_gap() {
        let cases: Vec<(f64, bool)> = (0..400).map(|i| (f64::from(i) / 400.0, i % 2 == 0)).collect();
        let bins = reliability(&cases);
        assert_eq!(bins.len(), 15);
        assert!(bins.iter().all(|b| (26..28).contains(&b.cases)));
        // Every share is one half: the error is the mean distance from it, a quarter.
        assert!((calibration(&cases).unwrap() - 0.25).abs() < 0.01);
        assert_eq!(reliability(&cases[..120]).len(), 12);
        assert!(reliability(&[]).is_empty() && calibration(&[]).is_none());
    }
}
