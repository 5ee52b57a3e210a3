//! Noise and smoothing.

/// 1 / Φ⁻¹(¾): a normal deviate's standard deviation over its median absolute value.
const MAD_TO_SD: f64 = 1.482_602_218_505_602;

/// RMS of white noise under a smooth trace: the median absolute third difference, over √20 (the norm of
/// 1, −3, 3, −1). Smooth potentials vanish in it, and so do offsets and mains.
pub(super) fn of_differences(x: &[f64], scratch: &mut Vec<f64>) -> f64 {
    if x.len() < 8 {
        return 0.0;
    }
    scratch.clear();
    scratch.extend(x.windows(4).map(|w| (w[3] - w[0] + 3.0 * (w[1] - w[2])).abs()));
    MAD_TO_SD * median(scratch) / 20f64.sqrt()
}

/// The middle value (the upper one of two); orders `x` partly. 0 for none.
pub(super) fn median(x: &mut [f64]) -> f64 {
    if x.is_empty() {
        return 0.0;
    }
    let n = x.len();
    *x.select_nth_unstable_by(n / 2, f64::total_cmp).1
}

/// Mean of `2 half + 1` samples about each; shorter at the ends.
pub(super) fn smooth(x: &[f64], half: usize, out: &mut Vec<f64>) {
    out.clear();
    let n = x.len();
    let mut sum: f64 = x[..half.min(n)].iter().sum();
    let (mut from, mut to) = (0, half.min(n));
    for i in 0..n {
        if i + half < n {
            sum += x[i + half];
            to = i + half + 1;
        }
        if i > half {
            sum -= x[i - half - 1];
            from = i - half;
        }
        #[expect(clippy::cast_precision_loss, reason = "window lengths are small")]
        out.push(sum / (to - from) as f64);
    }
}

/// RMS of `x` about the straight line through it, and how many samples of white noise are worth as much as
/// one of it: 1 + 2 Σ autocorrelation, up to `lags` or to the first lag below 0.1.
#[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
pub(super) fn about_line(x: &[f64], lags: usize, scratch: &mut Vec<f64>) -> Option<(f64, f64)> {
    let n = x.len();
    if n < 8 {
        return None;
    }
    let middle = (n as f64 - 1.0) / 2.0;
    let mean = x.iter().sum::<f64>() / n as f64;
    let (mut uu, mut ux) = (0.0, 0.0);
    for (i, v) in x.iter().enumerate() {
        let u = i as f64 - middle;
        uu += u * u;
        ux += u * (v - mean);
    }
    let slope = ux / uu;
    scratch.clear();
    scratch.extend(x.iter().enumerate().map(|(i, v)| v - mean - slope * (i as f64 - middle)));
    let power = scratch.iter().map(|v| v * v).sum::<f64>();
    if power <= 0.0 {
        return Some((0.0, 1.0));
    }
    let mut correlated = 1.0;
    for lag in 1..=lags.min(n / 4) {
        let r = scratch.iter().zip(&scratch[lag..]).map(|(a, b)| a * b).sum::<f64>() / power;
        if r < 0.1 {
            break;
        }
        correlated += 2.0 * r;
    }
    Some(((power / (n as f64 - 2.0)).sqrt(), correlated))
}
