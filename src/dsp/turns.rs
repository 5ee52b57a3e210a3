//! Turns: the zig-zag of a trace that is left when changes below a threshold are ignored.

/// A turn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Turn {
    /// Index of the sample; of the first one where several share the extreme value.
    pub index: usize,
    /// Its value.
    pub value: f64,
}

/// Finds the turns: alternating maxima and minima, each at least `threshold` (not strict) away from the
/// one before and the one after it. One pass with hysteresis that keeps the last extremum. O(n).
///
/// The changes before the first turn and after the last one are held against the threshold as well, so
/// a window's first and last sample are never turns, and neither is an extremum that the window cuts off
/// from its rise or fall. No filter of its own; an offset changes nothing. `out` may hold anything before.
/// A threshold of zero or less finds nothing.
///
/// Source: Willison 1964, as in Stålberg et al. 1983.
pub fn turns(samples: &[f64], threshold: f64, out: &mut Vec<Turn>) {
    out.clear();
    let Some(&first) = samples.first() else { return };
    if threshold.is_nan() || threshold <= 0.0 {
        return;
    }
    let at = |index: usize| Turn { index, value: samples[index] };
    // Until one change reaches the threshold both extremes are kept; neither can become a turn, because
    // less than the threshold came before it.
    let (mut low, mut high) = (first, first);
    let mut i = 1;
    let mut rising = loop {
        let Some(&x) = samples.get(i) else { return };
        if x - low >= threshold {
            break true;
        }
        if high - x >= threshold {
            break false;
        }
        low = low.min(x);
        high = high.max(x);
        i += 1;
    };
    let mut last = at(i);
    for (index, &value) in samples.iter().enumerate().skip(i + 1) {
        let (beyond, back) = if rising {
            (value > last.value, last.value - value)
        } else {
            (value < last.value, value - last.value)
        };
        if beyond {
            last = Turn { index, value };
        } else if back >= threshold {
            out.push(last);
            last = Turn { index, value };
            rising = !rising;
        }
    }
}

/// Quantile with linear interpolation between the two nearest ranks, as numpy's default; reorders `values`.
/// O(n). Not a number when there are none.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rank inside the list")]
pub fn quantile(values: &mut [f64], share: f64) -> f64 {
    if values.is_empty() {
        return f64::NAN;
    }
    let rank = share.clamp(0.0, 1.0) * (values.len() - 1) as f64;
    let (_, &mut below, above) = values.select_nth_unstable_by(rank as usize, f64::total_cmp);
    let next = above.iter().copied().min_by(f64::total_cmp).unwrap_or(below);
    below + (next - below) * rank.fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition by search: from the set of all samples, the first change of the threshold, then
    /// each next extreme before the trace has come back by the threshold.
    fn naive(x: &[f64], threshold: f64) -> Vec<usize> {
        let n = x.len();
        // First pair (a, b), a < b, whose change reaches the threshold, smallest b.
        let start = (0..n).find_map(|b| (0..b).find(|&a| (x[b] - x[a]).abs() >= threshold).map(|a| (a, b)));
        let Some((a, b)) = start else { return Vec::new() };
        let mut sign = (x[b] - x[a]).signum();
        let mut from = b;
        let mut out = Vec::new();
        // The extreme of x·sign from `from` up to the first sample that has come back from it.
        while let Some(back) = (from..n).find(|&k| {
            let top = x[from..=k].iter().map(|v| v * sign).fold(f64::MIN, f64::max);
            top - x[k] * sign >= threshold
        }) {
            let top = x[from..=back].iter().map(|v| v * sign).fold(f64::MIN, f64::max);
            out.push((from..=back).find(|&k| x[k] * sign == top).unwrap());
            from = back;
            sign = -sign;
        }
        out
    }

    #[test]
    fn one_pass_equals_the_definition_exactly() {
        let mut state = 1_u64;
        let mut random = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            ((state >> 33) as f64) / f64::from(1_u32 << 31) - 0.5
        };
        let mut found = 0;
        for length in [0, 1, 2, 3, 10, 50, 200] {
            for threshold in [0.1, 0.3, 1.0, 2.0] {
                let mut walk = 0.0;
                // Quarter steps make ties; the walk makes long rises.
                let x: Vec<f64> = (0..length)
                    .map(|_| {
                        walk = 0.8 * walk + random();
                        (walk * 8.0).round() / 4.0
                    })
                    .collect();
                let mut out = vec![Turn { index: 9, value: 9.0 }];
                turns(&x, threshold, &mut out);
                assert_eq!(out.iter().map(|t| t.index).collect::<Vec<_>>(), naive(&x, threshold), "{x:?}");
                assert!(out.iter().all(|t| t.value == x[t.index]));
                found += out.len();
            }
        }
        assert!(found > 200, "{found}");
    }

    #[test]
    fn a_quantile_lies_between_the_two_nearest_ranks() {
        for (share, expected) in [(0.0, 1.0), (0.5, 2.5), (1.0, 4.0), (0.9, 3.7)] {
            let got = quantile(&mut [4.0, 1.0, 3.0, 2.0], share);
            assert!((got - expected).abs() < 1e-12, "{share}: {got}");
        }
        assert_eq!(quantile(&mut [7.0], 0.3), 7.0);
        assert!(quantile(&mut [], 0.5).is_nan());
    }

    #[test]
    fn the_threshold_is_met_by_equality_and_edges_are_no_turns() {
        let mut out = Vec::new();
        for (x, expected) in [
            (vec![0.0, 1.0, 0.0], vec![1]),
            (vec![0.0, 0.9, 0.0], vec![]),
            (vec![0.0, 1.0], vec![]),
            (vec![0.0, 1.0, 1.0, 0.0, 0.0, 1.0], vec![1, 3]),
            // Cut off: only 0.6 is seen before the maximum.
            (vec![0.4, 1.0, -1.0, 1.0], vec![2]),
            (vec![0.0, 0.5, 0.2, 1.0, 0.7, 1.1, 0.0], vec![5]),
        ] {
            turns(&x, 1.0, &mut out);
            assert_eq!(out.iter().map(|t| t.index).collect::<Vec<_>>(), expected, "{x:?}");
        }
        turns(&[0.0, 1.0, 0.0], 0.0, &mut out);
        assert!(out.is_empty());
    }
}
