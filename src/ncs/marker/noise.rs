//! Noise and smoothing.

/// 1 / Φ⁻¹(¾): a normal deviate's standard deviation over its median absolute value.
const MAD_TO_SD: f64 = 1.482_602_218_505_602;

/// Differences that are looked at, about. Ours.
const ENOUGH: usize = 1000;

/// RMS of white noise under a smooth trace: the median absolute third difference, over √20 (the norm of
/// 1, −3, 3, −1). Smooth potentials vanish in it, and so do offsets and mains.
pub(super) fn of_differences(x: &[f64], scratch: &mut Vec<f64>) -> f64 {
    if x.len() < 8 {
        return 0.0;
    }
    scratch.clear();
    // A thousand of them tell the median to 4 %.
    let step = (x.len() / ENOUGH).max(1);
    scratch.extend(x.windows(4).step_by(step).map(|w| (w[3] - w[0] + 3.0 * (w[1] - w[2])).abs()));
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
#[expect(clippy::cast_precision_loss, reason = "window lengths are small")]
pub(super) fn smooth(x: &[f64], half: usize, out: &mut Vec<f64>) {
    let n = x.len();
    let width = 2 * half + 1;
    out.clear();
    if n <= 2 * width {
        out.extend((0..n).map(|i| mean(&x[i.saturating_sub(half)..(i + half + 1).min(n)])));
        return;
    }
    out.resize(n, 0.0);
    // One pass for each neighbour, all of them in vectors: faster than a running sum up to a dozen neighbours, and
    // it leaves no rounding error of an artefact behind.
    let inner = &mut out[half..n - half];
    for k in 0..width {
        inner.iter_mut().zip(&x[k..]).for_each(|(o, v)| *o += v);
    }
    let scale = 1.0 / width as f64;
    inner.iter_mut().for_each(|o| *o *= scale);
    for i in (0..half).chain(n - half..n) {
        out[i] = mean(&x[i.saturating_sub(half)..(i + half + 1).min(n)]);
    }
}

#[expect(clippy::cast_precision_loss, reason = "window lengths are small")]
fn mean(x: &[f64]) -> f64 {
    x.iter().sum::<f64>() / x.len().max(1) as f64
}

/// Lowest and highest value, in eight lanes side by side; (∞, −∞) for none.
pub(super) fn extremes(x: &[f64]) -> (f64, f64) {
    let (mut low, mut high) = ([f64::INFINITY; 8], [f64::NEG_INFINITY; 8]);
    let (chunks, rest) = x.as_chunks::<8>();
    for chunk in chunks {
        for l in 0..8 {
            low[l] = if chunk[l] < low[l] { chunk[l] } else { low[l] };
            high[l] = if chunk[l] > high[l] { chunk[l] } else { high[l] };
        }
    }
    let all =
        |lanes: [f64; 8], f: fn(f64, f64) -> f64, start| lanes.iter().chain(rest).copied().fold(start, f);
    (all(low, f64::min, f64::INFINITY), all(high, f64::max, f64::NEG_INFINITY))
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
