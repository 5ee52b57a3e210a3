//! Resampling by a ratio of whole numbers, without shifting time.
//!
//! Output `k` lies at input sample `k · down/up`. The filter is a low-pass at the lower of the two Nyquist
//! frequencies, a sinc under a Kaiser window (β = 5) of 10 periods on either side; outside the trace there are
//! zeros. Same numbers as scipy.signal.resample_poly with its defaults.
//! Source: Crochiere and Rabiner 1983, Multirate Digital Signal Processing, chapter 4; window: Kaiser and
//! Schafer 1980, doi:10.1109/TASSP.1980.1163349.

use super::simd::{sum_map2, widest};
use crate::units::Hertz;
use crate::{Error, Result};
use std::f64::consts::PI;

/// What the caller asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResampleOptions {
    /// Outputs for every [`ResampleOptions::down`] inputs; 1 to [`ResampleOptions::MAX`].
    pub up: u32,
    /// Inputs for every [`ResampleOptions::up`] outputs; 1 to [`ResampleOptions::MAX`].
    pub down: u32,
}

/// The plan: checked, immutable, shared between threads by `&`.
#[derive(Debug, Clone)]
pub struct Resample {
    up: usize,
    down: usize,
    half: usize,
    /// For each phase its coefficients, the last first, so that they meet the samples in their order.
    phases: Vec<Vec<f64>>,
}

impl ResampleOptions {
    /// Greatest factor. Our choice: the filter then has two million coefficients.
    pub const MAX: u32 = 100_000;

    /// The smallest ratio that turns `from` into `to` within 1e-9, by continued fraction. Errors: frequencies that are
    /// not positive, or a ratio that no factors up to [`ResampleOptions::MAX`] reach within 1e-6.
    pub fn rational(from: Hertz, to: Hertz) -> Result<Self> {
        let (from, to) = (Hertz::sampling_frequency(from.0)?.0, Hertz::sampling_frequency(to.0)?.0);
        let ratio = to / from;
        let limit = f64::from(Self::MAX);
        let ((mut n0, mut d0), (mut n1, mut d1)) = ((0.0, 1.0), (1.0, 0.0));
        let mut rest = ratio;
        for _ in 0..64 {
            let whole = rest.floor();
            let (n, d) = (whole * n1 + n0, whole * d1 + d0);
            if n > limit || d > limit {
                break;
            }
            (n0, d0, n1, d1) = (n1, d1, n, d);
            if (n / d - ratio).abs() <= 1e-9 * ratio || rest == whole {
                break;
            }
            rest = 1.0 / (rest - whole);
        }
        if n1 < 1.0 || d1 < 1.0 || (n1 / d1 - ratio).abs() > 1e-6 * ratio {
            let why = format!("{from} Hz to {to} Hz needs factors above {limit}; choose a nearer frequency");
            return Err(Error::option("resampling ratio", why));
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "1 to MAX, checked above"
        )]
        Ok(ResampleOptions { up: n1 as u32, down: d1 as u32 })
    }

    /// Makes the plan. Errors: a factor out of its range. Common factors are taken out.
    pub fn design(&self) -> Result<Resample> {
        for (name, v) in [("up", self.up), ("down", self.down)] {
            if !(1..=Self::MAX).contains(&v) {
                return Err(Error::option(name, format!("{v}; 1 to {} are possible", Self::MAX)));
            }
        }
        let (mut a, mut b) = (self.up, self.down);
        while b != 0 {
            (a, b) = (b, a % b);
        }
        let (up, down) = ((self.up / a) as usize, (self.down / a) as usize);
        let half = 10 * up.max(down);
        #[expect(clippy::cast_precision_loss, reason = "at most MAX")]
        let (cutoff, gain) = (1.0 / up.max(down) as f64, up as f64);
        let taps = kaiser_lowpass(2 * half + 1, cutoff, 5.0);
        let phases = (0..up)
            .map(|p| {
                let mut phase: Vec<f64> = taps.iter().skip(p).step_by(up).map(|h| h * gain).collect();
                phase.reverse();
                phase
            })
            .collect();
        Ok(Resample { up, down, half, phases })
    }
}

impl Resample {
    /// Samples that `n` samples become: n · up/down, rounded up.
    pub fn len(&self, n: usize) -> usize {
        if self.up == 1 { n.div_ceil(self.down) } else { n.saturating_mul(self.up).div_ceil(self.down) }
    }

    /// The sampling frequency after.
    #[expect(clippy::cast_precision_loss, reason = "at most MAX")]
    pub fn sampling_frequency(&self, before: Hertz) -> Hertz {
        Hertz(before.0 * self.up as f64 / self.down as f64)
    }

    /// Input samples on either side that an output depends on.
    pub fn margin(&self) -> usize {
        self.half.div_ceil(self.up)
    }

    /// Writes the resampled trace to `out`, which may hold anything before. An equal ratio copies.
    pub fn apply(&self, x: &[f64], out: &mut Vec<f64>) {
        out.clear();
        if self.up == self.down {
            out.extend_from_slice(x);
            return;
        }
        out.resize(self.len(x.len()), 0.0);
        widest(
            #[inline(always)]
            || {
                // Position of the output in the input's grid refined by `up`, as whole samples and a phase.
                let (mut newest, mut phase) = (self.half / self.up, self.half % self.up);
                let (step, step_phase) = (self.down / self.up, self.down % self.up);
                for y in out.iter_mut() {
                    let taps = &self.phases[phase];
                    // Sample `newest` meets the last of `taps`, that before it the one before, and so on.
                    let end = (newest + 1).min(x.len());
                    let start = (newest + 1).saturating_sub(taps.len());
                    if start < end {
                        let first = start + taps.len() - (newest + 1);
                        *y = sum_map2(&taps[first..], &x[start..end], |h, v| h * v);
                    }
                    newest += step;
                    phase += step_phase;
                    if phase >= self.up {
                        phase -= self.up;
                        newest += 1;
                    }
                }
            },
        );
    }
}

/// `n` (odd) coefficients of a low-pass filter by the window method: sinc to `cutoff` (of the Nyquist frequency) under
/// a Kaiser window, scaled to gain 1 at 0 Hz. scipy.signal.firwin gives the same numbers.
pub fn kaiser_lowpass(n: usize, cutoff: f64, beta: f64) -> Vec<f64> {
    #[expect(clippy::cast_precision_loss, reason = "filter lengths stay far below 2^52")]
    let (middle, position) = ((n as f64 - 1.0) / 2.0, |i: usize| i as f64);
    let mut h: Vec<f64> = (0..n)
        .map(|i| {
            let m = position(i) - middle;
            let sinc =
                if m == 0.0 { cutoff } else { cutoff * (PI * (cutoff * m)).sin() / (PI * (cutoff * m)) };
            let r = if middle == 0.0 { 0.0 } else { m / middle };
            sinc * bessel_i0(beta * (1.0 - r * r).max(0.0).sqrt()) / bessel_i0(beta)
        })
        .collect();
    let sum: f64 = h.iter().sum();
    h.iter_mut().for_each(|v| *v /= sum);
    h
}

/// Modified Bessel function I₀ by its power series, all of whose terms are positive (NIST DLMF 10.25.2).
fn bessel_i0(x: f64) -> f64 {
    let q = x * x / 4.0;
    let (mut term, mut sum, mut k) = (1.0, 1.0, 1.0);
    while term > 1e-18 * sum && k < 1000.0 {
        term *= q / (k * k);
        sum += term;
        k += 1.0;
    }
    sum
}
