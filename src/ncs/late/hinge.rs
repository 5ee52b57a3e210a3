//! The onset of a small deflection of either polarity: a hinge, with its uncertainty.
//!
//! A response that leaves its baseline at τ looks like b·(t − τ)^p just after it; p is 1 for one motor unit's
//! abrupt start and grows where many units start one after the other. τ and p are averaged over with the
//! likelihood of the residual, so that the answer carries its own spread (Ours; the hinge itself with power 1.5 is
//! the onset rule of motor responses in this crate).

/// Where and how a hinge is looked for.
#[derive(Debug, Clone, Copy)]
pub(in crate::ncs) struct Hinge {
    /// Sampling frequency, Hz.
    pub(in crate::ncs) fs: f64,
    /// Noise SD of one sample, V.
    pub(in crate::ncs) noise: f64,
    /// Samples that say the same: 1 for white noise.
    pub(in crate::ncs) correlated: f64,
    /// First sample looked at.
    pub(in crate::ncs) from: usize,
    /// Earliest onset, samples.
    pub(in crate::ncs) earliest: f64,
    /// Where the response stands out: the onset lies before, and seldom long before.
    pub(in crate::ncs) crossing: f64,
    /// Last sample looked at plus one: on the rise to the first extremum.
    pub(in crate::ncs) to: usize,
}

/// The onset and its spread.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::ncs) struct Onset {
    /// Position in samples.
    pub(in crate::ncs) position: f64,
    /// SD, samples.
    pub(in crate::ncs) sd: f64,
}

/// Powers of the rise: a single unit starts about linearly, dispersed units more softly.
const POWERS: [f64; 2] = [1.0, 1.5];
/// Step of the onset, s, at most; the spread of the best methods is some 30 µs.
const STEP_S: f64 = 2e-5;
/// Mean time from onset to where a response stands out, s: the scale of an exponential prior. Without it slow noise
/// before a small response draws the onset to earlier times, never to later ones. Ours.
const RISE_S: f64 = 0.0002;
/// Most steps: a bound on the work. At 5 ms of search the step stays below half a sample up to 48 kHz.
const MOST_STEPS: usize = 600;

impl Hinge {
    /// Fits `x`; `None` where the stretch is too short or nothing leaves the baseline.
    #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the most steps")]
    pub(in crate::ncs) fn fit(&self, x: &[f64]) -> Option<Onset> {
        let to = self.to.min(x.len());
        let y = x.get(self.from..to)?;
        let n = y.len();
        // At least two samples after the hinge.
        let (first, last) = ((self.earliest - self.from as f64).max(0.0), n as f64 - 2.5);
        if n < 6 || first >= last {
            return None;
        }
        let step = (STEP_S * self.fs).min(0.5);
        let steps = (((last - first) / step).ceil() as usize).clamp(2, MOST_STEPS);
        let sum: f64 = y.iter().sum();
        let squares: f64 = y.iter().map(|y| y * y).sum();
        let mut tried = Vec::with_capacity(POWERS.len() * (steps + 1));
        for power in POWERS {
            for i in 0..=steps {
                let tau = first + (last - first) * i as f64 / steps as f64;
                let start = (tau.ceil() as usize).min(n);
                let (mut k1, mut k2, mut ky) = (0.0, 0.0, 0.0);
                for (j, y) in y.iter().enumerate().skip(start) {
                    let d = j as f64 - tau;
                    let k = if power == 1.0 {
                        d
                    } else if power == 2.0 {
                        d * d
                    } else {
                        d * d.sqrt()
                    };
                    k1 += k;
                    k2 += k * k;
                    ky += k * y;
                }
                // Level and rise by least squares.
                let nf = n as f64;
                let det = nf * k2 - k1 * k1;
                if det <= 0.0 {
                    continue;
                }
                let rise = (nf * ky - k1 * sum) / det;
                let level = (sum - rise * k1) / nf;
                let error = squares - level * sum - rise * ky;
                tried.push((tau, error.max(0.0)));
            }
        }
        let least = tried.iter().map(|t| t.1).min_by(f64::total_cmp)?;
        // What the best hinge leaves is noise and misfit; the larger of the two views counts.
        let variance = (self.noise * self.noise).max(least / (n as f64 - 3.0)).max(1e-30);
        let scale = 2.0 * variance * self.correlated.clamp(1.0, 1.0);
        let (mut mass, mut mean, mut square) = (0.0, 0.0, 0.0);
        for (tau, error) in tried {
            let early = (self.crossing - self.from as f64 - tau).max(0.0) / (RISE_S * self.fs);
            let weight = (-(error - least) / scale - early).exp();
            mass += weight;
            mean += weight * tau;
            square += weight * tau * tau;
        }
        mean /= mass;
        let sd = (square / mass - mean * mean).max(0.0).sqrt();
        Some(Onset { position: self.from as f64 + mean, sd })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ramp_of_either_sign_is_found_to_a_fraction_of_a_sample() {
        for (sign, power) in [(1.0, 1.0), (-1.0, 1.5), (-1.0, 1.0)] {
            let x: Vec<f64> =
                (0..120).map(|i| 7.0 + sign * (f64::from(i) - 80.3).max(0.0).powf(power) * 3.0).collect();
            let hinge = Hinge {
                fs: 20_000.0,
                noise: 0.5,
                correlated: 1.0,
                from: 0,
                earliest: 5.0,
                crossing: 83.0,
                to: 100,
            };
            let onset = hinge.fit(&x).expect("an onset");
            assert!((onset.position - 80.3).abs() < 0.8, "{onset:?}");
            assert!(onset.sd < 1.0);
        }
    }

    #[test]
    fn too_few_samples_give_nothing() {
        let hinge =
            Hinge { fs: 1e4, noise: 1.0, correlated: 1.0, from: 0, earliest: 0.0, crossing: 3.0, to: 5 };
        assert!(hinge.fit(&[0.0; 5]).is_none());
    }
}
