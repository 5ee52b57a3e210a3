//! The tail of the M response: a sum of decaying exponentials, fitted where nothing else is.
//!
//! Late responses ride on the end of the M response, which may slope by tens of µV per ms under them. Its decay
//! is a property of muscle, electrodes and filters: a sum of exponentials, which stays tame where it must be
//! continued under a response.

use super::solve::least_squares;

/// Time constants of the exponentials, s: from the end of a potential to the return of a 2 Hz highpass
/// filter, in steps of about 1.6, which resolves any smooth decay. Ours.
const TIME_CONSTANTS: [f64; 9] = [0.0008, 0.0013, 0.002, 0.0032, 0.005, 0.008, 0.016, 0.032, 0.08];

/// Prior SD of a coefficient as a multiple of the largest value of the tail. Neighbouring exponentials are nearly the same,
/// so their coefficients are larger than the tail itself; without a prior they run away from each other. Ours.
const COEFFICIENT_SD: f64 = 10.0;

/// Residuals below this are the fit's own, V. Ours.
const LEAST_SCALE: f64 = 1e-6;

/// The fitted tail.
pub(in crate::ncs) struct Tail {
    /// One value a sample, V, from the first sample to the last; zero before the start of the tail.
    pub(in crate::ncs) values: Vec<f64>,
}

impl Tail {
    /// Fits `y` from sample `start` on, with weights `w` (0: not looked at); robust against what is no tail and is
    /// shorter than it. Zero where it cannot be fitted.
    #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
    pub(in crate::ncs) fn fit(y: &[f64], w: &[f64], start: usize, fs: f64, noise: f64) -> Tail {
        let mut values = vec![0.0; y.len()];
        if start + 8 > y.len() {
            return Tail { values };
        }
        let n = y.len() - start;
        let mut columns = vec![vec![1.0; n]];
        for tau in TIME_CONSTANTS {
            columns.push((0..n).map(|i| (-(i as f64) / (fs * tau)).exp()).collect());
        }
        let (y, base) = (&y[start..], &w[start..]);
        let mut weights = base.to_vec();
        let largest = y.iter().zip(base).filter(|(_, w)| **w > 0.0).fold(0.0_f64, |m, (y, _)| m.max(y.abs()));
        let prior = (noise.max(LEAST_SCALE) / (COEFFICIENT_SD * largest.max(LEAST_SCALE))).powi(2);
        let mut precision = vec![prior; columns.len()];
        precision[0] *= 1e-3;
        for pass in 0..6 {
            let Some(c) = least_squares(&columns, y, &weights, &precision) else { return Tail { values } };
            for (i, v) in values[start..].iter_mut().enumerate() {
                *v = c.iter().zip(&columns).map(|(c, column)| c * column[i]).sum();
            }
            if pass == 5 {
                break;
            }
            // Tukey's biweight: what stands out by more than about five noise levels is no tail.
            let residual: Vec<f64> = y.iter().zip(&values[start..]).map(|(y, v)| y - v).collect();
            let seen: Vec<f64> =
                residual.iter().zip(base).filter(|(_, w)| **w > 0.0).map(|(r, _)| *r).collect();
            let scale = 4.685 * super::robust_sd(&seen).max(noise).max(LEAST_SCALE);
            for ((w, r), base) in weights.iter_mut().zip(&residual).zip(base) {
                let u = (r / scale).powi(2);
                *w = if u < 1.0 { base * (1.0 - u).powi(2) } else { 0.0 };
            }
        }
        Tail { values }
    }
}

/// Share of the largest deflection below which an extremum belongs to the tail. A muscle's response ends in a
/// positive phase of about a third of its negative peak. Ours.
const EXTREMUM_SHARE: f64 = 0.15;

/// Last sample, from `from` to before `to`, of the M response's last extremum: the end of its fast part. `x` is
/// smoothed and rests on zero. `from` where there is none.
pub(in crate::ncs) fn last_extremum(x: &[f64], from: usize, to: usize) -> usize {
    let to = to.min(x.len().saturating_sub(1));
    if from + 2 >= to {
        return from;
    }
    let largest = x[from..to].iter().fold(0.0_f64, |m, v| m.max(v.abs()));
    (from + 1..to)
        .rev()
        .find(|&i| {
            let (a, b, c) = (x[i - 1].abs(), x[i].abs(), x[i + 1].abs());
            b >= a && b > c && b >= EXTREMUM_SHARE * largest
        })
        .unwrap_or(from)
}
