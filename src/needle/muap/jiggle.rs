//! Jiggle: how much a potential's shape varies from discharge to discharge (Stålberg and Sonoo 1994).

use super::shift::count;
use super::unit::Unit;
use crate::dsp::turns::quantile;
use crate::measure::Reading;
use std::ops::RangeInclusive;

/// Sampling frequency below which jiggle is refused, Hz.
const LOWEST_HZ: f64 = 10_000.0;
/// Fewest pairs of consecutive clean sweeps. Ours: half of the sweeps that an average should have.
const FEWEST: usize = 10;

/// Normalised median consecutive amplitude difference, and the median correlation of consecutive sweeps; both with
/// the noise taken out. Consecutive are discharges of which none is missing between them in the train.
///
/// The noise of a sweep is that of its differences where the potential is flat. It is taken from the difference in
/// quadrature at each sample, with its sign, so that chance does not add up; and from the correlation by the share of
/// the sweep's power that it makes up.
pub(super) fn jiggle(unit: &Unit, body: &RangeInclusive<usize>, fs: f64) -> (Reading, Reading) {
    let refuse = |why| (Reading::Undefined(why), Reading::Undefined(why));
    if fs < LOWEST_HZ {
        return refuse("jiggle needs a sampling frequency of 10 kHz or more");
    }
    let clean: Vec<(usize, &[f64])> = unit.clean_sweeps().collect();
    let pairs: Vec<(&[f64], &[f64])> =
        clean.windows(2).filter(|p| p[1].0 == p[0].0 + 1).map(|p| (p[0].1, p[1].1)).collect();
    if pairs.len() < FEWEST {
        return refuse("jiggle needs ten pairs of consecutive clean sweeps");
    }
    let mut column = Vec::new();
    let mut difference = |lag: usize| {
        column.clear();
        column.extend(pairs.iter().map(|(a, b)| (b[lag] - a[lag]).abs()));
        quantile(&mut column, 0.5)
    };
    // A millisecond away from the potential, every third sample.
    let away = super::unit::samples(1e-3, fs);
    let flat = (0..unit.width()).filter(|j| *j + away < *body.start() || *j > *body.end() + away).step_by(3);
    let mut levels: Vec<f64> = flat.map(&mut difference).collect();
    if levels.len() < 20 {
        return refuse("jiggle needs a flat stretch beside the potential to know the noise");
    }
    let noise = quantile(&mut levels, 0.5);
    let (mut sum, mut size) = (0.0, 0.0);
    for lag in body.clone() {
        let d = difference(lag);
        let beyond = d * d - noise * noise;
        sum += beyond.signum() * beyond.abs().sqrt();
        size += unit.shape[lag].abs();
    }
    let cad = Reading::finite((sum / size).max(0.0), "the potential has no area");
    let n = count(body.clone().count());
    // 0.954 noise SD is the median difference of a Gaussian pair.
    let noise_power = (noise / 0.954).powi(2);
    let power = unit.shape[body.clone()].iter().map(|v| v * v).sum::<f64>() / n;
    let mut correlations: Vec<f64> =
        pairs.iter().filter_map(|(a, b)| correlation(&a[body.clone()], &b[body.clone()])).collect();
    let ccc = if correlations.is_empty() || power <= 4.0 * noise_power {
        Reading::Undefined("the noise is too strong for a correlation of single sweeps")
    } else {
        let kept = power / (power + noise_power);
        Reading::finite((quantile(&mut correlations, 0.5) / kept).clamp(-1.0, 1.0), "no correlation")
    };
    (cad, ccc)
}

/// Pearson's correlation; `None` for a constant.
pub(super) fn correlation(a: &[f64], b: &[f64]) -> Option<f64> {
    let n = count(a.len().max(1));
    let (ma, mb) = (a.iter().sum::<f64>() / n, b.iter().sum::<f64>() / n);
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(b) {
        ab += (x - ma) * (y - mb);
        aa += (x - ma) * (x - ma);
        bb += (y - mb) * (y - mb);
    }
    (aa > 0.0 && bb > 0.0).then(|| ab / (aa * bb).sqrt())
}
