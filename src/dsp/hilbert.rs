//! The analytic signal and what follows from it: envelope, instantaneous phase and frequency.
//!
//! One transform of all samples; no taper and no padding, so the trace is taken as one period and its two
//! ends influence each other. scipy.signal.hilbert gives the same numbers.
//! Source: Marple 1999, doi:10.1109/78.782222.

use crate::units::Hertz;
use crate::{Error, Result};
use realfft::num_complex::Complex64;
use realfft::{RealFftPlanner, RealToComplex};
use rustfft::{Fft, FftPlanner};
use std::f64::consts::TAU;
use std::sync::Arc;

/// The plan for traces of one length; shared between threads by `&`.
#[derive(Clone)]
pub struct Hilbert {
    forward: Arc<dyn RealToComplex<f64>>,
    inverse: Arc<dyn Fft<f64>>,
    length: usize,
}

/// Memory that [`Hilbert::apply`] works in; may hold anything before.
#[derive(Debug, Clone, Default)]
pub struct HilbertScratch {
    time: Vec<f64>,
    fft: Vec<Complex64>,
}

impl Hilbert {
    /// The plan for `length` samples; any length, 0 among them.
    pub fn design(length: usize) -> Self {
        // An empty transform has no plan; it is never run.
        let planned = length.max(1);
        Hilbert {
            forward: RealFftPlanner::new().plan_fft_forward(planned),
            inverse: FftPlanner::new().plan_fft_inverse(planned),
            length,
        }
    }

    /// Writes the analytic signal, V: the real part is `x`, the imaginary part its Hilbert transform.
    /// Errors: another length than the plan's.
    pub fn apply(&self, x: &[f64], scratch: &mut HilbertScratch, out: &mut Vec<Complex64>) -> Result<()> {
        out.clear();
        if x.len() != self.length {
            return Err(Error::Signal(format!("{} samples, the plan is for {}", x.len(), self.length)));
        }
        if x.is_empty() {
            return Ok(());
        }
        let n = self.length;
        scratch.time.clear();
        scratch.time.extend_from_slice(x);
        out.resize(n, Complex64::default());
        let need = self.forward.get_scratch_len().max(self.inverse.get_inplace_scratch_len());
        scratch.fft.resize(need, Complex64::default());
        let half = n / 2 + 1;
        let done = self.forward.process_with_scratch(&mut scratch.time, &mut out[..half], &mut scratch.fft);
        debug_assert!(done.is_ok(), "the buffers have the plan's lengths");
        // DC and, for an even length, the last bin stay; the other positive frequencies double; the
        // negative ones are zero already.
        let last = if n.is_multiple_of(2) { half - 1 } else { half };
        out[1..last.max(1)].iter_mut().for_each(|z| *z *= 2.0);
        self.inverse.process_with_scratch(out, &mut scratch.fft);
        #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
        let scale = 1.0 / n as f64;
        out.iter_mut().for_each(|z| *z *= scale);
        Ok(())
    }
}

/// The analytic signal of `x`, with a plan of its own.
pub fn analytic(x: &[f64]) -> Vec<Complex64> {
    let mut out = Vec::new();
    let done = Hilbert::design(x.len()).apply(x, &mut HilbertScratch::default(), &mut out);
    debug_assert!(done.is_ok(), "the plan has the trace's length");
    out
}

/// Magnitude of the analytic signal, V.
pub fn envelope(analytic: &[Complex64], out: &mut Vec<f64>) {
    out.clear();
    out.extend(analytic.iter().map(|z| z.norm()));
}

/// Phase without jumps, rad: starts in (−π, π]; steps are taken the shorter way round, one of exactly π as
/// it comes. Where the envelope is 0 the phase counts as 0.
pub fn phase(analytic: &[Complex64], out: &mut Vec<f64>) {
    out.clear();
    let (mut turns, mut previous) = (0.0, None);
    for z in analytic {
        let angle = z.arg();
        if let Some(before) = previous {
            let step: f64 = angle - before;
            if step.abs() > std::f64::consts::PI {
                turns -= (step / TAU).round();
            }
        }
        previous = Some(angle);
        out.push(angle + TAU * turns);
    }
}

/// Rate of the phase, Hz, between each sample and the next: one value fewer than samples.
pub fn frequency(analytic: &[Complex64], sampling_frequency: Hertz, out: &mut Vec<f64>) {
    phase(analytic, out);
    for i in 1..out.len() {
        out[i - 1] = (out[i] - out[i - 1]) / TAU * sampling_frequency.0;
    }
    out.pop();
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition: a discrete Fourier transform, negative frequencies removed, and back.
    fn naive(x: &[f64]) -> Vec<Complex64> {
        let n = x.len();
        let turn = |k: usize, sign: f64| Complex64::from_polar(1.0, sign * TAU * (k % n) as f64 / n as f64);
        let spectrum: Vec<Complex64> = (0..n)
            .map(|k| {
                let weight = match k {
                    _ if k == 0 || 2 * k == n => 1.0,
                    _ if 2 * k < n => 2.0,
                    _ => 0.0,
                };
                x.iter().enumerate().map(|(i, v)| turn(i * k, -1.0) * *v).sum::<Complex64>() * weight
            })
            .collect();
        let value = |i: usize| {
            spectrum.iter().enumerate().map(|(k, z)| turn(i * k, 1.0) * z).sum::<Complex64>() / n as f64
        };
        (0..n).map(value).collect()
    }

    #[test]
    fn fast_equals_the_definition_at_every_length() {
        for n in 0..50 {
            let x: Vec<f64> = (0..n).map(|i| f64::from(i * i % 13) - 5.0).collect();
            let got = analytic(&x);
            assert_eq!(got.len(), x.len());
            for (a, b) in got.iter().zip(naive(&x)) {
                assert!((a - b).norm() < 1e-12, "{n}: {a} {b}");
            }
        }
    }

    #[test]
    fn a_tone_has_its_amplitude_and_frequency_everywhere() {
        let x: Vec<f64> = (0..200).map(|i| 1.5 * (TAU * 0.05 * f64::from(i)).cos()).collect();
        let z = analytic(&x);
        let mut out = Vec::new();
        envelope(&z, &mut out);
        assert!(out.iter().all(|v| (v - 1.5).abs() < 1e-12));
        frequency(&z, Hertz(2000.0), &mut out);
        assert_eq!(out.len(), 199);
        assert!(out.iter().all(|v| (v - 100.0).abs() < 1e-8));
        frequency(&[], Hertz(2000.0), &mut out);
        assert!(out.is_empty());
        frequency(&analytic(&[0.0; 5]), Hertz(2000.0), &mut out);
        assert_eq!(out, vec![0.0; 4]);
    }

    #[test]
    fn another_length_than_the_plans_is_an_error() {
        let mut out = vec![Complex64::default(); 3];
        assert!(Hilbert::design(4).apply(&[1.0; 5], &mut HilbertScratch::default(), &mut out).is_err());
        assert!(out.is_empty());
    }
}
