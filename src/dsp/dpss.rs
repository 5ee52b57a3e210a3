//! Discrete prolate spheroidal sequences: of all sequences of `n` samples, those with the most energy inside
//! a band of ±W around zero frequency.
//!
//! They are the eigenvectors of a symmetric tridiagonal matrix that commutes with the concentration problem.
//! Eigenvalues by bisection on Sturm counts, eigenvectors by inverse iteration.
//! Sources: Slepian 1978, doi:10.1002/j.1538-7305.1978.tb02104.x; Percival and Walden 1993, section 8.3;
//! Barth, Martin and Wilkinson 1967, doi:10.1007/BF02162154 (bisection).

use crate::{Error, Result};
use realfft::RealFftPlanner;
use std::f64::consts::{PI, TAU};

/// Whether `count` sequences of `n` samples exist with this product of time and half bandwidth, and can be
/// held in memory.
pub fn check(n: usize, time_half_bandwidth: f64, count: usize) -> Result<()> {
    #[expect(clippy::cast_precision_loss, reason = "sequence lengths stay far below 2^52")]
    let half = n as f64 / 2.0;
    if !(time_half_bandwidth > 0.0 && time_half_bandwidth < half) {
        return Err(Error::option(
            "time-half-bandwidth product",
            format!("{time_half_bandwidth} for {n} samples; above 0 and below {half} is possible"),
        ));
    }
    if n.saturating_mul(count) > super::spectrum::MOST_SAMPLES {
        return Err(Error::option("tapers", format!("{count} of {n} samples are too many to hold")));
    }
    if count == 0 || count > n {
        return Err(Error::option("tapers", format!("{count} of {n} samples; 1 to {n} are possible")));
    }
    Ok(())
}

/// The `count` sequences with most energy in the band, best first, each of unit energy.
///
/// Sign: a symmetric one has a positive sum, an antisymmetric one starts with a positive lobe. None where
/// [`check`] refuses. O(n · count).
pub fn sequences(n: usize, time_half_bandwidth: f64, count: usize) -> Vec<Vec<f64>> {
    if check(n, time_half_bandwidth, count).is_err() {
        return Vec::new();
    }
    #[expect(clippy::cast_precision_loss, reason = "sequence lengths stay far below 2^52")]
    let (length, index) = (n as f64, |i: usize| i as f64);
    let cosine = (TAU * time_half_bandwidth / length).cos();
    let matrix = Tridiagonal {
        diagonal: (0..n).map(|i| ((length - 1.0 - 2.0 * index(i)) / 2.0).powi(2) * cosine).collect(),
        beside: (1..n).map(|i| index(i) * (length - index(i)) / 2.0).collect(),
    };
    (0..count)
        .map(|k| {
            let mut v = matrix.eigenvector(matrix.eigenvalue(k));
            // The sequences alternate between even and odd; making that exact takes away half the rounding.
            for i in 0..n / 2 {
                let (a, b) = (v[i], v[n - 1 - i]);
                let mean = if k % 2 == 0 { (a + b) / 2.0 } else { (a - b) / 2.0 };
                v[i] = mean;
                v[n - 1 - i] = if k % 2 == 0 { mean } else { -mean };
            }
            if k % 2 == 1 && n % 2 == 1 {
                v[n / 2] = 0.0;
            }
            let norm = v.iter().map(|v| v * v).sum::<f64>().sqrt();
            // Squares below this are rounding, not the first lobe (the rule of scipy.signal.windows.dpss).
            let threshold = f64::max(1e-7, 1.0 / length);
            let negative = if k % 2 == 0 {
                v.iter().sum::<f64>() < 0.0
            } else {
                v.iter().find(|&&v| (v / norm).powi(2) > threshold).is_some_and(|&v| v < 0.0)
            };
            let scale = if negative { -norm } else { norm };
            v.iter_mut().for_each(|v| *v /= scale);
            v
        })
        .collect()
}

/// Share of a unit-energy sequence's energy inside the band, 0 to 1: Σ rₘ · 2W sinc(2Wm) over all lags.
pub fn concentration(sequence: &[f64], time_half_bandwidth: f64) -> f64 {
    let n = sequence.len();
    if n == 0 {
        return 0.0;
    }
    #[expect(clippy::cast_precision_loss, reason = "sequence lengths stay far below 2^52")]
    let (length, index) = (n as f64, |i: usize| i as f64);
    let (w, padded) = (time_half_bandwidth / length, (2 * n).next_power_of_two());
    let mut planner = RealFftPlanner::new();
    let (forward, inverse) = (planner.plan_fft_forward(padded), planner.plan_fft_inverse(padded));
    let mut time = forward.make_input_vec();
    time[..n].copy_from_slice(sequence);
    let mut spectrum = forward.make_output_vec();
    let mut done = forward.process(&mut time, &mut spectrum).is_ok();
    for z in &mut spectrum {
        *z = (z.re * z.re + z.im * z.im).into();
    }
    done &= inverse.process(&mut spectrum, &mut time).is_ok();
    debug_assert!(done, "the buffers have the plan's lengths");
    let lag = |m: usize| time[m] / index(padded);
    let sum: f64 = (1..n).map(|m| lag(m) * 2.0 * (TAU * w * index(m)).sin() / (PI * index(m))).sum::<f64>();
    (sum + lag(0) * 2.0 * w).clamp(0.0, 1.0)
}

/// A symmetric tridiagonal matrix.
struct Tridiagonal {
    diagonal: Vec<f64>,
    beside: Vec<f64>,
}

impl Tridiagonal {
    /// Number of eigenvalues above `x`: sign changes of the leading minors, as ratios (Barth et al. 1967).
    fn above(&self, x: f64) -> usize {
        let (mut count, mut q) = (0, 1.0);
        for (i, d) in self.diagonal.iter().enumerate() {
            let b = if i == 0 { 0.0 } else { self.beside[i - 1] };
            q = d - x - b * b / q;
            if q == 0.0 {
                q = -f64::MIN_POSITIVE.max(f64::EPSILON * b);
            }
            count += usize::from(q > 0.0);
        }
        count
    }

    /// The `k`-th largest eigenvalue, by bisection to the last bit of the Gershgorin interval.
    fn eigenvalue(&self, k: usize) -> f64 {
        let n = self.diagonal.len();
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for i in 0..n {
            let left = if i == 0 { 0.0 } else { self.beside[i - 1].abs() };
            let radius = left + self.beside.get(i).map_or(0.0, |b| b.abs());
            low = low.min(self.diagonal[i] - radius);
            high = high.max(self.diagonal[i] + radius);
        }
        // An interval halves to nothing within the 53 bits of a number and its exponent.
        for _ in 0..200 {
            let middle = low + (high - low) / 2.0;
            if middle <= low || middle >= high {
                break;
            }
            if self.above(middle) > k { low = middle } else { high = middle }
        }
        low + (high - low) / 2.0
    }

    /// Unit vector of the eigenvalue at `shift`: three steps of inverse iteration from a fixed start that no
    /// eigenvector is orthogonal to in practice (our choice: a repeating pattern of unequal numbers).
    fn eigenvector(&self, shift: f64) -> Vec<f64> {
        let factors = Factors::new(self, shift);
        let mut v: Vec<f64> = (0..self.diagonal.len()).map(|i| [1.0, 0.7, 1.3][i % 3]).collect();
        if let Some(first) = v.first_mut() {
            *first = 2.0;
        }
        for _ in 0..3 {
            factors.solve(&mut v);
            let norm = v.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
            v.iter_mut().for_each(|v| *v /= norm);
        }
        v
    }
}

/// (T − shift) = P L U with partial pivoting; U has two bands above its diagonal.
struct Factors {
    upper: Vec<[f64; 3]>,
    /// Multiplier of each row, and whether it changed places with the next.
    steps: Vec<(f64, bool)>,
}

impl Factors {
    fn new(t: &Tridiagonal, shift: f64) -> Self {
        let n = t.diagonal.len();
        let beside = |i: usize| t.beside.get(i).copied().unwrap_or(0.0);
        let size = t.diagonal.iter().chain(&t.beside).fold(0.0_f64, |m, v| m.max(v.abs()));
        let tiny = (f64::EPSILON * size).max(f64::MIN_POSITIVE);
        let (mut upper, mut steps) = (Vec::with_capacity(n), Vec::with_capacity(n));
        let mut row = [t.diagonal[0] - shift, beside(0), 0.0];
        for i in 0..n - 1 {
            let mut next = [beside(i), t.diagonal[i + 1] - shift, beside(i + 1)];
            let swapped = next[0].abs() > row[0].abs();
            if swapped {
                std::mem::swap(&mut row, &mut next);
            }
            if row[0] == 0.0 {
                row[0] = tiny;
            }
            let factor = next[0] / row[0];
            upper.push(row);
            steps.push((factor, swapped));
            row = [next[1] - factor * row[1], next[2] - factor * row[2], 0.0];
        }
        // The shift is an eigenvalue, so the last pivot is rounding or nothing.
        if row[0] == 0.0 {
            row[0] = tiny;
        }
        upper.push(row);
        Factors { upper, steps }
    }

    fn solve(&self, v: &mut [f64]) {
        for (i, &(factor, swapped)) in self.steps.iter().enumerate() {
            if swapped {
                v.swap(i, i + 1);
            }
            v[i + 1] -= factor * v[i];
        }
        for i in (0..v.len()).rev() {
            let after = |j: usize| v.get(i + j).copied().unwrap_or(0.0);
            v[i] = (v[i] - self.upper[i][1] * after(1) - self.upper[i][2] * after(2)) / self.upper[i][0];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences_are_orthonormal_and_concentrated_at_every_length() {
        for n in [1, 2, 3, 5, 8, 33, 100, 1000] {
            let nw = (n as f64 / 2.0 - 0.1).min(3.5);
            let count = n.min(6);
            let all = sequences(n, nw, count);
            assert_eq!(all.len(), count);
            for i in 0..count {
                for j in 0..count {
                    let dot: f64 = all[i].iter().zip(&all[j]).map(|(a, b)| a * b).sum();
                    let want = if i == j { 1.0 } else { 0.0 };
                    assert!((dot - want).abs() < 1e-11, "n {n}: {i} · {j} = {dot}");
                }
            }
            let shares: Vec<f64> = all.iter().map(|s| concentration(s, nw)).collect();
            assert!(shares.windows(2).all(|p| p[0] >= p[1] - 1e-12), "{shares:?}");
            assert!(shares[0] > 0.6, "{shares:?}");
        }
    }

    #[test]
    fn concentration_equals_the_double_sum() {
        let (n, nw) = (24, 2.0);
        let w = nw / n as f64;
        for s in sequences(n, nw, 4) {
            let mut want = 0.0;
            for i in 0..n {
                for j in 0..n {
                    let m = i as f64 - j as f64;
                    let kernel = if i == j { 2.0 * w } else { (TAU * w * m).sin() / (PI * m) };
                    want += s[i] * s[j] * kernel;
                }
            }
            assert!((concentration(&s, nw) - want).abs() < 1e-13);
        }
    }
}
