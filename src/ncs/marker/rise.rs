//! The onset, from the whole rise of the negative phase.
//!
//! A hinge b·((t − τ)₊)^p with one fixed power starts early or late when the rise has another power, and where
//! its foot lies below the noise nothing shows. Here the rise is b·(x·e^{1−x})^p, x = (t − τ)/(peak − τ): a
//! hinge of power p at its foot that bends over into the measured peak. For each power the best τ and b are
//! found by weighted least squares (b and the remaining baseline in closed form); the powers are then averaged
//! with the weight that the data give them. The onset is where the fitted rise passes 0.5 % of the peak.

use std::sync::LazyLock;

/// Steps of the tables of (x·e^{1−x})^p over x from 0 to 1; between them straight lines, within 10⁻⁴ of the curve.
const STEPS: usize = 512;

/// The curve of each power; one more value behind the last, so that a line can start at 1.
static CURVES: LazyLock<Vec<[f64; STEPS + 2]>> = LazyLock::new(|| POWERS.iter().map(|p| curve(*p)).collect());

#[expect(clippy::cast_precision_loss, reason = "a few hundred")]
fn curve(p: f64) -> [f64; STEPS + 2] {
    std::array::from_fn(|i| {
        let x = (i as f64 / STEPS as f64).min(1.0);
        if i == 0 { 0.0 } else { (p * (x.ln() + 1.0 - x)).exp() }
    })
}

/// Share of the negative peak at which a response is said to begin.
pub(super) const FOOT: f64 = 0.005;

/// Powers of the hinge. From a corner to a bell's foot; ours.
const POWERS: [f64; 12] = [0.75, 1.0, 1.3, 1.7, 2.2, 2.9, 3.8, 5.0, 7.0, 10.0, 16.0, 30.0];

/// How far the family is from a real rise, as a share of the height at each sample. Ours.
const MISFIT: f64 = 0.12;

/// Share of the rise over which misfits are alike. Ours.
const ALIKE: f64 = 0.15;

/// Misfit at the baseline, as a share of the peak. Ours.
const MISFIT_FLOOR: f64 = 0.0008;

/// Standard deviation of b / peak about 1. Ours: the curve passes near the peak, not through it.
const SPREAD_B: f64 = 0.15;

/// What is fitted to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rise<'a> {
    /// Samples from the baseline to the upper part of the rise; baseline subtracted.
    pub(super) y: &'a [f64],
    /// The same, smoothed: gives the weights.
    pub(super) smoothed: &'a [f64],
    /// Position of the peak in samples from the first of `y`.
    pub(super) peak_at: f64,
    /// Position of a rise through a low share of the peak, and the share.
    pub(super) anchor: (f64, f64),
    /// Height of the peak.
    pub(super) peak: f64,
    /// Height of the onset, V.
    pub(super) level: f64,
    /// Noise of a sample, times the square root of the samples that are worth one.
    pub(super) noise: f64,
    /// Standard deviation of what the baseline may still be off by.
    pub(super) baseline: f64,
}

/// An onset, in samples from the first of `y`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Onset {
    pub(super) at: f64,
    /// Standard deviation, in samples.
    pub(super) sd: f64,
    /// Power of the best hinge.
    pub(super) power: f64,
}

/// One power's best.
struct Best {
    power: f64,
    at: f64,
    sd: f64,
    cost: f64,
}

/// Weighted data with the baseline marginalised.
pub(super) struct Fitter<'a> {
    rise: Rise<'a>,
    weights: &'a [f64],
    /// Σw + 1/baseline².
    total: f64,
    /// Σwy, Σwyy.
    wy: f64,
    wyy: f64,
}

/// Buffers.
#[derive(Debug, Clone, Default)]
pub(super) struct Buffers {
    weights: Vec<f64>,
}

impl Rise<'_> {
    /// Finds the onset; `None` where the rise has too few samples.
    pub(super) fn onset(&self, buffers: &mut Buffers) -> Option<Onset> {
        if self.y.len() < 5 || self.peak_at - self.anchor.0 < 1e-6 || self.peak.is_nan() || self.peak <= 0.0 {
            return None;
        }
        let weights = &mut buffers.weights;
        weights.clear();
        let floor = (MISFIT_FLOOR * self.peak).powi(2) + self.noise * self.noise;
        // Neighbours miss together: a misfit counts once for each stretch of the rise, not for each sample.
        let together = (ALIKE * (self.peak_at - self.anchor.0)).max(1.0);
        let misfit = MISFIT * MISFIT * together;
        weights.extend(self.smoothed.iter().map(|s| 1.0 / (floor + misfit * s.max(0.0).powi(2))));
        let wy: f64 = weights.iter().zip(self.y).map(|(w, y)| w * y).sum();
        let wyy: f64 = weights.iter().zip(self.y).map(|(w, y)| w * y * y).sum();
        let total: f64 = weights.iter().sum::<f64>() + 1.0 / self.baseline.powi(2).max(1e-30);
        let fitter = Fitter { rise: *self, weights, total, wy, wyy };
        let curves = &*CURVES;
        let found: Vec<Best> =
            POWERS.iter().zip(curves).filter_map(|(p, curve)| fitter.best(*p, curve)).collect();
        let least = found.iter().map(|f| f.cost).fold(f64::INFINITY, f64::min);
        let weight = |f: &Best| (-0.5 * (f.cost - least)).exp() * f.sd;
        let sum: f64 = found.iter().map(weight).sum();
        if sum.is_nan() || sum <= 0.0 {
            return None;
        }
        let at = found.iter().map(|f| weight(f) * f.at).sum::<f64>() / sum;
        let variance =
            found.iter().map(|f| weight(f) * (f.sd * f.sd + (f.at - at).powi(2))).sum::<f64>() / sum;
        let power = found.iter().map(|f| weight(f) * f.power).sum::<f64>() / sum;
        Some(Onset { at, sd: variance.sqrt(), power })
    }
}

impl Fitter<'_> {
    /// Cost (in units of the noise's variance) and b of the rise from `tau` along a curve.
    #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to the number of steps or samples"
    )]
    fn cost(&self, curve: &[f64; STEPS + 2], tau: f64) -> (f64, f64) {
        let reach = self.rise.peak_at - tau;
        let (mut wk, mut wkk, mut wky) = (0.0, 0.0, 0.0);
        // Before τ the curve is 0.
        let first = (tau.floor() + 1.0).clamp(0.0, self.weights.len() as f64) as usize;
        let scale = STEPS as f64 / reach;
        for (i, (w, y)) in self.weights[first..].iter().zip(&self.rise.y[first..]).enumerate() {
            let at = (((first + i) as f64 - tau) * scale).clamp(0.0, STEPS as f64);
            let step = at as usize;
            let k = curve[step] + (at - step as f64) * (curve[step + 1] - curve[step]);
            let weighted = w * k;
            wk += weighted;
            wkk += weighted * k;
            wky += weighted * y;
        }
        // The remaining baseline is a constant of mean 0 and known spread: projected out.
        let kk = wkk - wk * wk / self.total;
        let ky = wky - wk * self.wy / self.total;
        let yy = self.wyy - self.wy * self.wy / self.total;
        let prior = 1.0 / (SPREAD_B * self.rise.peak).powi(2);
        let b = (ky + prior * self.rise.peak) / (kk + prior);
        let cost = yy - 2.0 * b * ky + b * b * kk + prior * (b - self.rise.peak).powi(2);
        (cost, b)
    }

    /// Best τ of a power: a grid, a finer one about its least, a parabola.
    fn best(&self, p: f64, curve: &[f64; STEPS + 2]) -> Option<Best> {
        let rise = self.rise;
        // Where the anchor puts τ when the curve is right.
        let x = fraction_at(p, rise.anchor.1);
        let tau = (rise.anchor.0 - x * rise.peak_at) / (1.0 - x);
        let mut step = 0.08 * (rise.peak_at - rise.anchor.0) + 0.25;
        let mut centre = tau;
        let mut around = [(f64::INFINITY, 0.0); 3];
        for round in 0..3 {
            let steps = if round == 0 { 7 } else { 2 };
            let mut costs: Vec<(f64, f64, f64)> = Vec::new();
            for i in -steps..=steps {
                let tau = centre + step * f64::from(i);
                if tau < rise.peak_at - 2.0 {
                    let (cost, b) = self.cost(curve, tau);
                    costs.push((tau, cost, b));
                }
            }
            let (i, _) = costs.iter().enumerate().min_by(|a, b| a.1.1.total_cmp(&b.1.1))?;
            let i = i.clamp(1, costs.len().checked_sub(2)?.max(1));
            if i + 1 >= costs.len() {
                return None;
            }
            centre = costs[i].0;
            around = [
                (costs[i - 1].1, costs[i - 1].2),
                (costs[i].1, costs[i].2),
                (costs[i + 1].1, costs[i + 1].2),
            ];
            if round < 2 {
                step /= 3.0;
            }
        }
        let curvature = (around[0].0 + around[2].0 - 2.0 * around[1].0) / (step * step);
        let slope = (around[2].0 - around[0].0) / (2.0 * step);
        let shift = if curvature > 0.0 { (-slope / curvature).clamp(-step, step) } else { 0.0 };
        let sd = if curvature > 0.0 { (2.0 / curvature).sqrt() } else { step * 3.0 };
        let tau = centre + shift;
        let (cost, b) = self.cost(curve, tau);
        if b.is_nan() || b <= 0.0 {
            return None;
        }
        let at = tau + fraction_at(p, (rise.level / b).min(0.5)) * (rise.peak_at - tau);
        // τ and the foot of a bell move against each other; what the foot moves by is less.
        let share = 1.0 - fraction_at(p, (rise.level / b).min(0.5));
        Some(Best { power: p, at, sd: sd * share, cost })
    }
}

/// x below 1 at which (x·e^{1−x})^p is `level`.
fn fraction_at(p: f64, level: f64) -> f64 {
    let q = level.ln() / p - 1.0; // ln x − x
    let mut x = q.exp();
    for _ in 0..30 {
        let next = (q + x).exp();
        if (next - x).abs() < 1e-12 {
            break;
        }
        // Newton on ln x − x = q.
        let step = (x.ln() - x - q) / (1.0 / x - 1.0);
        x = (x - step).clamp(0.2 * x, 0.999);
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_is_at_the_level_where_it_is_said_to_be() {
        for p in POWERS {
            for level in [0.001, 0.005, 0.1, 0.5] {
                let x = fraction_at(p, level);
                assert!(
                    ((x * (1.0 - x).exp()).powf(p) / level - 1.0).abs() < 1e-9,
                    "power {p}, level {level}: {x}"
                );
            }
        }
    }
}
