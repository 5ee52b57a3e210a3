//! The baseline under an average.

use super::shift::count;
use crate::dsp::turns::quantile;

/// Running mean over `width` samples (made odd), narrower at the ends.
pub(super) fn smooth(x: &[f64], width: usize) -> Vec<f64> {
    let half = width / 2;
    let mut sums = Vec::with_capacity(x.len() + 1);
    let mut sum = 0.0;
    sums.push(0.0);
    for v in x {
        sum += v;
        sums.push(sum);
    }
    (0..x.len())
        .map(|j| {
            let h = half.min(j).min(x.len() - 1 - j);
            (sums[j + h + 1] - sums[j - h]) / count(2 * h + 1)
        })
        .collect()
}

/// Subtracts a straight line through the medians of the flat samples before and after the potential. With no flat
/// samples on one side the other side's median is subtracted; with none at all, the mean of the two ends.
pub(super) fn take_out(shape: &mut [f64], standing: &[bool]) {
    let n = shape.len();
    if n == 0 {
        return;
    }
    // From the ends inwards up to where the potential begins and stops.
    let first = standing.iter().position(|s| *s).unwrap_or(n / 2);
    let last = standing.iter().rposition(|s| *s).map_or(n / 2, |i| i + 1);
    let least = (n / 40).max(3);
    let level = |range: std::ops::Range<usize>| {
        let at = 0.5 * (count(range.start + range.end) - 1.0);
        (range.len() >= least).then(|| (at, quantile(&mut shape[range].to_vec(), 0.5)))
    };
    let line = match (level(0..first), level(last.max(first)..n)) {
        (Some(a), Some(b)) => (a, (b.1 - a.1) / (b.0 - a.0).max(1.0)),
        (Some(a), None) | (None, Some(a)) => (a, 0.0),
        (None, None) => ((0.0, 0.5 * (shape[0] + shape[n - 1])), 0.0),
    };
    for (j, v) in shape.iter_mut().enumerate() {
        *v -= line.0.1 + line.1 * (count(j) - line.0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_running_mean_equals_its_definition() {
        let x: Vec<f64> = (0..40).map(|i| (f64::from(i) * 0.9).sin()).collect();
        for width in [0, 1, 2, 5, 9, 200] {
            for (j, got) in smooth(&x, width).iter().enumerate() {
                let h = (width / 2).min(j).min(x.len() - 1 - j);
                let want = x[j - h..=j + h].iter().sum::<f64>() / (2 * h + 1) as f64;
                assert!((got - want).abs() < 1e-12);
            }
        }
        assert!(smooth(&[], 5).is_empty());
    }

    #[test]
    fn a_line_under_the_potential_is_taken_out_and_the_potential_stays() {
        let bump = |j: usize| if (40..60).contains(&j) { 5.0 } else { 0.0 };
        let standing: Vec<bool> = (0..100).map(|j| bump(j) > 0.0).collect();
        let mut x: Vec<f64> = (0..100).map(|j| bump(j) + 0.3 - 0.02 * count(j)).collect();
        take_out(&mut x, &standing);
        assert!(x.iter().enumerate().all(|(j, v)| (v - bump(j)).abs() < 1e-9), "{x:?}");
        let mut one_side: Vec<f64> = (0..100).map(|j| bump(j) + 2.0).collect();
        let covered: Vec<bool> = (0..100).map(|j| j < 60).collect();
        take_out(&mut one_side, &covered);
        assert!(one_side.iter().enumerate().all(|(j, v)| (v - bump(j)).abs() < 1e-9));
        let mut all = vec![1.0; 10];
        take_out(&mut all, &[true; 10]);
        assert_eq!(all, [0.0; 10]);
        take_out(&mut [], &[]);
    }
}
