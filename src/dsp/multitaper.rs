//! Power spectral density with several orthogonal tapers on the whole trace (Thomson's multitaper method).
//!
//! Convention: one-sided, V²/Hz, as in [`super::spectrum`]; no padding. Low bias from the concentrated tapers,
//! low variance from their number; details narrower than 2·NW bins are smeared.
//! Sources: Thomson 1982, doi:10.1109/PROC.1982.12433; Percival and Walden 1993, section 7.4.

use super::dpss;
use super::spectrum::{mean, one_sided};
use crate::Result;
use crate::units::Hertz;
use realfft::num_complex::Complex64;
use realfft::{RealFftPlanner, RealToComplex};
use std::sync::Arc;

/// How the tapers' spectra are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weighting {
    /// All alike.
    Uniform,
    /// By each taper's concentration λ.
    Eigenvalue,
    /// Bin by bin, less of the leaky tapers where the spectrum is low (Thomson 1982, equation 5.3).
    Adaptive,
}

/// What the caller asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MultitaperOptions {
    /// Samples in the trace; at least 2.
    pub samples: usize,
    /// NW: half the width of the smoothing band in bins. Above 0, below half the samples; 4 is usual.
    pub time_half_bandwidth: f64,
    /// K: number of tapers. `None`: ⌊2NW⌋ − 1, at least 1 (beyond that they leak).
    pub tapers: Option<usize>,
    /// How the tapers' spectra are joined.
    pub weighting: Weighting,
    /// Whether the trace's mean is removed first.
    pub remove_mean: bool,
}

/// The plan: checked, immutable, shared between threads by `&`.
#[derive(Clone)]
pub struct Multitaper {
    fft: Arc<dyn RealToComplex<f64>>,
    tapers: Vec<Vec<f64>>,
    concentrations: Vec<f64>,
    weighting: Weighting,
    remove_mean: bool,
    samples: usize,
    sampling_frequency: Hertz,
}

/// Memory that [`Multitaper::apply`] works in; may hold anything before.
#[derive(Debug, Clone, Default)]
pub struct MultitaperScratch {
    centred: Vec<f64>,
    time: Vec<f64>,
    spectrum: Vec<Complex64>,
    fft: Vec<Complex64>,
    /// Two-sided density of every taper, taper after taper.
    each: Vec<f64>,
}

impl MultitaperOptions {
    /// Makes the plan. Errors: fewer than 2 samples, NW or the number of tapers out of range.
    pub fn design(&self, sampling_frequency: Hertz) -> Result<Multitaper> {
        let nw = self.time_half_bandwidth;
        dpss::check(self.samples, nw, 1)?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 < NW < samples / 2")]
        let count = self.tapers.unwrap_or(((2.0 * nw).floor() as usize).saturating_sub(1).max(1));
        dpss::check(self.samples, nw, count)?;
        let tapers = dpss::sequences(self.samples, nw, count);
        Ok(Multitaper {
            fft: RealFftPlanner::new().plan_fft_forward(self.samples),
            concentrations: tapers.iter().map(|t| dpss::concentration(t, nw)).collect(),
            tapers,
            weighting: self.weighting,
            remove_mean: self.remove_mean,
            samples: self.samples,
            sampling_frequency,
        })
    }
}

impl Multitaper {
    /// Number of bins, DC among them.
    pub fn bins(&self) -> usize {
        self.samples / 2 + 1
    }

    /// Hz between bins.
    pub fn bin_width(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
        let n = self.samples as f64;
        self.sampling_frequency.0 / n
    }

    /// λ of every taper: the share of its energy within ±NW bins.
    pub fn concentrations(&self) -> &[f64] {
        &self.concentrations
    }

    /// Writes the density of `x` to `out` (resized); all zero when `x` is not as long as the plan's trace.
    pub fn apply(&self, x: &[f64], scratch: &mut MultitaperScratch, out: &mut Vec<f64>) {
        out.clear();
        out.resize(self.bins(), 0.0);
        if x.len() != self.samples {
            return;
        }
        #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
        let (n, fs) = (self.samples as f64, self.sampling_frequency.0);
        let mean = mean(x);
        let removed = if self.remove_mean { mean } else { 0.0 };
        scratch.centred.clear();
        scratch.centred.extend(x.iter().map(|v| v - removed));
        scratch.time.resize(self.samples, 0.0);
        scratch.spectrum.resize(self.bins(), Complex64::default());
        scratch.fft.resize(self.fft.get_scratch_len(), Complex64::default());
        scratch.each.clear();
        for taper in &self.tapers {
            for ((t, v), w) in scratch.time.iter_mut().zip(&scratch.centred).zip(taper) {
                *t = v * w;
            }
            let done =
                self.fft.process_with_scratch(&mut scratch.time, &mut scratch.spectrum, &mut scratch.fft);
            debug_assert!(done.is_ok(), "the buffers have the plan's lengths");
            scratch.each.extend(scratch.spectrum.iter().map(|z| (z.re * z.re + z.im * z.im) / fs));
        }
        // White noise of the trace's variance has this two-sided density: the bound on what leaks in.
        let white = x.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n / fs;
        for (k, p) in out.iter_mut().enumerate() {
            let each = || scratch.each.iter().skip(k).step_by(self.samples / 2 + 1).copied();
            *p = self.joined(each, white);
        }
        one_sided(out, self.samples, 1.0);
    }

    /// One bin's density out of the tapers' densities.
    fn joined<I: Iterator<Item = f64>>(&self, each: impl Fn() -> I, white: f64) -> f64 {
        let weighted = |weight: &dyn Fn(f64) -> f64| {
            let (mut sum, mut weights) = (0.0, 0.0);
            for (density, &lambda) in each().zip(&self.concentrations) {
                sum += weight(lambda) * density;
                weights += weight(lambda);
            }
            if weights > 0.0 { sum / weights } else { 0.0 }
        };
        match self.weighting {
            Weighting::Uniform => weighted(&|_| 1.0),
            Weighting::Eigenvalue => weighted(&|lambda| lambda),
            Weighting::Adaptive => {
                // Start: the mean of the two least leaky.
                let (sum, count) = each().take(2).fold((0.0, 0.0), |(s, c), v| (s + v, c + 1.0));
                let mut density: f64 = sum / count;
                for _ in 0..ITERATIONS {
                    if density <= 0.0 {
                        return 0.0;
                    }
                    let next = weighted(&|lambda| {
                        let d = density / (lambda * density + (1.0 - lambda) * white);
                        lambda * d * d
                    });
                    let step = (next - density).abs();
                    density = next;
                    if step <= TOLERANCE * density {
                        break;
                    }
                }
                density
            }
        }
    }
}

/// Steps of the adaptive weights at most, and the relative change that ends them (not strict). Our choice:
/// the iteration settles within a few tens of steps; the bound is against traces where it creeps.
const ITERATIONS: usize = 1000;
const TOLERANCE: f64 = 1e-14;

#[cfg(test)]
mod tests {
    use super::*;

    fn options(samples: usize, weighting: Weighting) -> MultitaperOptions {
        MultitaperOptions { samples, time_half_bandwidth: 2.5, tapers: None, weighting, remove_mean: true }
    }

    #[test]
    fn the_power_of_white_noise_is_kept_and_all_weightings_agree_on_it() {
        let n = 512;
        let mut state = 1_u32;
        let x: Vec<f64> = (0..n)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                f64::from(state >> 16) / 65536.0 - 0.5
            })
            .collect();
        let mean = x.iter().sum::<f64>() / n as f64;
        let variance = x.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n as f64;
        for weighting in [Weighting::Uniform, Weighting::Eigenvalue, Weighting::Adaptive] {
            let plan = options(n, weighting).design(Hertz(1000.0)).unwrap();
            assert_eq!(plan.concentrations().len(), 4);
            let mut out = vec![f64::NAN];
            plan.apply(&x, &mut MultitaperScratch::default(), &mut out);
            let power: f64 = out.iter().sum::<f64>() * plan.bin_width();
            assert!((power / variance - 1.0).abs() < 0.03, "{weighting:?}: {power} {variance}");
        }
    }

    #[test]
    fn silence_and_short_traces_have_no_power() {
        for weighting in [Weighting::Uniform, Weighting::Eigenvalue, Weighting::Adaptive] {
            for n in [6, 7, 64] {
                let plan = options(n, weighting).design(Hertz(1000.0)).unwrap();
                let mut out = Vec::new();
                for x in [vec![0.0; n], vec![0.1; n], vec![1.0; n - 1], vec![]] {
                    plan.apply(&x, &mut MultitaperScratch::default(), &mut out);
                    assert_eq!(out, vec![0.0; n / 2 + 1], "{weighting:?} {n}");
                }
            }
        }
    }

    #[test]
    fn impossible_options_are_refused() {
        let good = options(64, Weighting::Uniform);
        for bad in [
            MultitaperOptions { samples: 0, ..good },
            MultitaperOptions { samples: 5, ..good },
            MultitaperOptions { time_half_bandwidth: f64::NAN, ..good },
            MultitaperOptions { tapers: Some(0), ..good },
            MultitaperOptions { tapers: Some(65), ..good },
        ] {
            assert!(bad.design(Hertz(1.0)).is_err(), "{bad:?}");
        }
    }
}
