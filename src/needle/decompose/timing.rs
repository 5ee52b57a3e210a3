//! Firing: what the intervals of a train say, missed and false discharges taken into account.

/// Interval statistics of one train.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Firing {
    /// Mean interval, s.
    pub(super) mean: f64,
    /// Its SD, s.
    pub(super) sd: f64,
    /// Share of discharges that are missed, 0 to 1.
    pub(super) missed: f64,
    /// Share of intervals that fit none of the components, 0 to 1.
    pub(super) stray: f64,
}

/// Voluntary units fire at 3 to 50 Hz.
const SHORTEST: f64 = 0.02;
const LONGEST: f64 = 0.33;
/// Least coefficient of variation that is believed; voluntary trains have 0.08 to 0.30.
const LEAST_CV: f64 = 0.08;

impl Firing {
    /// Error-filtered estimate after Stashuk and Qu 1996, in the form of a mixture: intervals of one, two and
    /// three times the mean with growing variance, and a background of everything else; pauses are left out. `None` with fewer than
    /// six intervals of 20 to 330 ms.
    #[expect(clippy::cast_precision_loss, reason = "a count of intervals")]
    pub(super) fn of(times: &[f64]) -> Option<Firing> {
        let intervals: Vec<f64> = times.windows(2).map(|w| w[1] - w[0]).collect();
        let within: Vec<f64> =
            intervals.iter().copied().filter(|d| (SHORTEST..LONGEST).contains(d)).collect();
        if within.len() < 6 {
            return None;
        }
        // The mode of the intervals by a kernel of 10 %: a product of densities would prefer multiples.
        let density = |m: f64| {
            within.iter().map(|d| (-0.5 * ((d - m) / (0.1 * m)).powi(2)).exp()).sum::<f64>() / m.sqrt()
        };
        let mut mean = within.iter().copied().max_by(|a, b| density(*a).total_cmp(&density(*b)))?;
        let mut sd = 0.15 * mean;
        let mut weights = [0.8, 0.1, 0.05, 0.05];
        for _ in 0..30 {
            let (mut sum, mut of, mut square) = (0.0, 0.0, 0.0);
            let mut total = [0.0; 4];
            // Longer ones are pauses: they say nothing of how it fires when it does.
            for &d in intervals.iter().filter(|d| **d < 3.6 * mean) {
                let mut p = [0.0; 4];
                for (k, w) in weights.iter().take(3).enumerate() {
                    let n = (k + 1) as f64;
                    let v = sd * sd * n;
                    p[k] = w * (-0.5 * (d - n * mean).powi(2) / v).exp() / (v * std::f64::consts::TAU).sqrt();
                }
                p[3] = weights[3] / (3.6 * mean);
                let all: f64 = p.iter().sum::<f64>().max(1e-300);
                for (k, p) in p.iter().enumerate() {
                    let g = p / all;
                    total[k] += g;
                    if k < 3 {
                        let n = (k + 1) as f64;
                        sum += g * d;
                        of += g * n;
                        square += g * (d - n * mean).powi(2) / n;
                    }
                }
            }
            let count: f64 = total[..3].iter().sum();
            if count < 3.0 {
                return None;
            }
            mean = sum / of;
            sd = (square / count).sqrt().clamp(LEAST_CV * mean, 0.5 * mean);
            let all: f64 = total.iter().sum();
            weights = total.map(|t| (t / all).max(1e-4));
        }
        if !(SHORTEST..LONGEST).contains(&mean) {
            return None;
        }
        let found = weights[0] + 2.0 * weights[1] + 3.0 * weights[2];
        Some(Firing { mean, sd, missed: (weights[1] + 2.0 * weights[2]) / found, stray: weights[3] })
    }

    /// Whether one unit can fire so: regular, and most intervals explained.
    pub(super) fn is_regular(&self) -> bool {
        self.cv() < 0.4 && self.stray < 0.35 && self.missed < 0.55
    }

    /// Whether it can still become one, while units that are alike are mixed up.
    pub(super) fn may_be_one(&self) -> bool {
        self.cv() < 0.45 && self.stray < 0.65 && self.missed < 0.6
    }

    /// Coefficient of variation.
    pub(super) fn cv(&self) -> f64 {
        self.sd / self.mean
    }

    /// ln density of an interval, against a discharge at any time (rate 1/mean); bounded both ways, so that
    /// timing alone never makes or breaks a clear potential.
    fn log_ratio(&self, interval: f64) -> f64 {
        let miss = self.missed.clamp(0.05, 0.4);
        let mut p = 0.03 / self.mean;
        let mut weight = 1.0 - miss;
        for k in 1..=3 {
            let n = f64::from(k);
            let v = self.sd * self.sd * n;
            p += weight * (-0.5 * (interval - n * self.mean).powi(2) / v).exp()
                / (v * std::f64::consts::TAU).sqrt();
            weight *= miss;
        }
        let refractory = if interval < 0.35 * self.mean { 0.15 } else { 1.0 };
        (p * self.mean * refractory).ln().clamp(-5.0, 1.5)
    }

    /// ln odds that the neighbours `before` and `after` (s) give to a discharge at `t`.
    pub(super) fn log_odds(&self, t: f64, before: Option<f64>, after: Option<f64>) -> f64 {
        match (before, after) {
            (Some(a), Some(b)) => self.log_ratio(t - a) + self.log_ratio(b - t) - self.log_ratio(b - a),
            (Some(a), None) => self.log_ratio(t - a),
            (None, Some(b)) => self.log_ratio(b - t),
            (None, None) => 0.0,
        }
        .clamp(-8.0, 4.0)
    }
}
