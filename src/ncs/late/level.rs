//! Medians, noise levels, smoothing, clipping.

/// Value below which a share of the values lies, between two of them; 0 for none. Reorders.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the slice")]
#[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
pub(in crate::ncs) fn quantile(values: &mut [f64], share: f64) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    let at = share.clamp(0.0, 1.0) * (values.len() - 1) as f64;
    let low = at.floor() as usize;
    let (_, a, rest) = values.select_nth_unstable_by(low, f64::total_cmp);
    let a = *a;
    let b = rest.iter().copied().min_by(f64::total_cmp).unwrap_or(a);
    a + (b - a) * (at - low as f64)
}

/// Middle value; 0 for none. Reorders.
pub(in crate::ncs) fn median(values: &mut [f64]) -> f64 {
    quantile(values, 0.5)
}

/// 1.4826 times the median distance from the median: the SD of normal noise, deaf to a few large values.
pub(in crate::ncs) fn robust_sd(values: &[f64]) -> f64 {
    let mut v = values.to_vec();
    let m = median(&mut v);
    v.iter_mut().for_each(|x| *x = (*x - m).abs());
    1.4826 * median(&mut v)
}

/// Samples of a smoothing window: odd, at least 1.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
pub(in crate::ncs) fn smooth_width(seconds: f64, fs: f64) -> usize {
    (seconds * fs).round().clamp(1.0, 1e6) as usize | 1
}

/// Centred mean over `width` samples (odd), twice: a triangular window, without delay. Near an end the window
/// is as wide as fits on both sides.
pub(in crate::ncs) fn smooth(x: &[f64], width: usize) -> Vec<f64> {
    let once = |x: &[f64]| -> Vec<f64> {
        let half = width / 2;
        // Sums from the start; what rounding leaves of volts lies far below a nanovolt.
        let mut sums = Vec::with_capacity(x.len() + 1);
        sums.push(0.0);
        for v in x {
            sums.push(sums[sums.len() - 1] + v);
        }
        (0..x.len())
            .map(|i| {
                let h = half.min(i).min(x.len() - 1 - i);
                #[expect(clippy::cast_precision_loss, reason = "a window's samples")]
                let n = (2 * h + 1) as f64;
                (sums[i + h + 1] - sums[i - h]) / n
            })
            .collect()
    };
    if width <= 1 { x.to_vec() } else { once(&once(x)) }
}

/// Equal samples in a row at an extreme that count as clipped; noise makes even three unlikely. Ours.
const CLIPPED_RUN: usize = 5;

/// Samples that sit in a row at the sweep's own largest or smallest value: the recorder was at its limit.
/// A flat sweep is not clipped.
pub(in crate::ncs) fn clipped(x: &[f64]) -> Vec<(usize, usize)> {
    let (low, high) = x.iter().fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(*v), h.max(*v)));
    let mut runs = Vec::new();
    if high <= low {
        return runs;
    }
    let tolerance = 1e-6 * (high - low);
    for limit in [low, high] {
        let mut from = None;
        for i in 0..=x.len() {
            let at = i < x.len() && (x[i] - limit).abs() <= tolerance;
            match (at, from) {
                (true, None) => from = Some(i),
                (false, Some(start)) => {
                    if i - start >= CLIPPED_RUN {
                        runs.push((start, i));
                    }
                    from = None;
                }
                _ => {}
            }
        }
    }
    runs.sort_unstable();
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_lie_between_values() {
        assert_eq!(quantile(&mut [3.0, 1.0, 2.0, 4.0], 0.5), 2.5);
        assert_eq!(quantile(&mut [3.0, 1.0, 2.0], 1.0), 3.0);
        assert_eq!(median(&mut []), 0.0);
    }

    #[test]
    fn smoothing_keeps_a_line_and_spreads_a_spike() {
        let line: Vec<f64> = (0..40).map(f64::from).collect();
        for (a, b) in smooth(&line, 7).iter().zip(&line) {
            assert!((a - b).abs() < 1e-12);
        }
        let mut spike = vec![0.0; 41];
        spike[20] = 1.0;
        assert!((smooth(&spike, 5)[20] - 0.2).abs() < 1e-12);
    }

    #[test]
    fn a_plateau_at_the_limit_is_clipped_and_a_flat_sweep_is_not() {
        let x: Vec<f64> = (0..100).map(|i| (f64::from(i) * 0.1).sin().clamp(-0.5, 0.5)).collect();
        assert_eq!(clipped(&x).len(), 3);
        assert!(clipped(&[1.0; 50]).is_empty());
    }
}
