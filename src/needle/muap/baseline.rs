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
        let at = 0.5 * count(range.start + range.end);
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
