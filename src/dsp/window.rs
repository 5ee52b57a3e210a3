//! Tapers.
//!
//! Two forms: *periodic* for spectra, *symmetric* for the design of filters. The periodic form of `n` values
//! is the symmetric form of `n + 1` without its last value. One value is always 1, no value an empty list.
//! scipy.signal.windows gives the same numbers (`sym=False` and `sym=True`).
//! Sources: Harris 1978, doi:10.1109/PROC.1978.10837; each variant names its own where it differs.

use super::dpss;
use crate::{Error, Result};
use std::f64::consts::{PI, TAU};

/// A taper by name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Window {
    /// All ones.
    Rectangular,
    /// Raised cosine, 0.5 − 0.5 cos.
    Hann,
    /// Raised cosine on a pedestal, 0.54 − 0.46 cos.
    Hamming,
    /// Three cosine terms: 0.42, 0.5, 0.08.
    Blackman,
    /// Four cosine terms, −92 dB sidelobes (Harris 1978, table 1).
    BlackmanHarris,
    /// Four cosine terms, −98 dB sidelobes (Nuttall 1981, doi:10.1109/TASSP.1981.1163506, "minimum 4-term").
    Nuttall,
    /// Five cosine terms, flat main lobe for reading amplitudes (D'Antona and Ferrero 2006, as in ISO 18431-2).
    FlatTop,
    /// Triangle that is 0 at both ends.
    Bartlett,
    /// Kaiser 1974, I₀(β√(1 − r²)) / I₀(β). `beta` finite; 0 is rectangular.
    Kaiser {
        /// Trade of main lobe against sidelobes; no unit.
        beta: f64,
    },
    /// Flat with cosine edges. `alpha` 0 is rectangular, 1 is Hann; values outside 0…1 count as these.
    Tukey {
        /// Share of the window that the two edges take together.
        alpha: f64,
    },
    /// exp(−t² / 2σ²) about the centre.
    Gaussian {
        /// σ in samples; finite and above 0.
        standard_deviation: f64,
    },
    /// The first discrete prolate spheroidal sequence (Slepian 1978, doi:10.1002/j.1538-7305.1978.tb02104.x),
    /// its peak (between the two middle samples of an even length, approximately) scaled to 1.
    Dpss {
        /// Time × half bandwidth; above 0, below half the number of samples.
        time_half_bandwidth: f64,
    },
}

impl Window {
    /// Whether the parameter is in its range for `n` samples.
    pub fn check(self, n: usize) -> Result<()> {
        match self {
            Window::Kaiser { beta } if !beta.is_finite() => {
                Err(Error::option("window", format!("Kaiser beta {beta}; a finite number is needed")))
            }
            Window::Tukey { alpha } if alpha.is_nan() => {
                Err(Error::option("window", "Tukey alpha is not a number; 0 to 1 are possible"))
            }
            Window::Gaussian { standard_deviation: s } if !(s.is_finite() && s > 0.0) => Err(Error::option(
                "window",
                format!("Gaussian standard deviation {s} samples; above 0 is possible"),
            )),
            // One sample needs no sequence.
            Window::Dpss { time_half_bandwidth: nw } if n > 1 => dpss::check(n, nw, 1),
            _ => Ok(()),
        }
    }

    /// `n` values of the periodic form. A parameter that [`Window::check`] refuses gives zeros.
    pub fn periodic(self, n: usize) -> Vec<f64> {
        if n <= 1 || self.check(n).is_err() {
            return self.symmetric(n);
        }
        let mut w = self.symmetric(n + 1);
        w.truncate(n);
        w
    }

    /// `n` values of the symmetric form. A parameter that [`Window::check`] refuses gives zeros.
    pub fn symmetric(self, n: usize) -> Vec<f64> {
        if self.check(n).is_err() {
            return vec![0.0; n];
        }
        if n <= 1 {
            return vec![1.0; n];
        }
        #[expect(clippy::cast_precision_loss, reason = "window lengths stay far below 2^52")]
        let (last, index) = ((n - 1) as f64, |i: usize| i as f64);
        let each = |f: &dyn Fn(f64) -> f64| (0..n).map(|i| f(index(i))).collect::<Vec<f64>>();
        match self {
            Window::Rectangular => vec![1.0; n],
            Window::Hann => cosines(n, &[0.5, 0.5]),
            Window::Hamming => cosines(n, &[0.54, 0.46]),
            Window::Blackman => cosines(n, &[0.42, 0.5, 0.08]),
            Window::BlackmanHarris => cosines(n, &[0.35875, 0.48829, 0.14128, 0.01168]),
            Window::Nuttall => cosines(n, &[0.3635819, 0.4891775, 0.1365995, 0.0106411]),
            Window::FlatTop => cosines(n, &[0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368]),
            Window::Bartlett => {
                each(&|i| if i <= last / 2.0 { 2.0 * i / last } else { 2.0 - 2.0 * i / last })
            }
            Window::Kaiser { beta } => {
                let beta = beta.abs();
                each(&|i| {
                    let r = (i - last / 2.0) / (last / 2.0);
                    let x = beta * (1.0 - r * r).max(0.0).sqrt();
                    // The scaled function keeps a large β from overflowing.
                    scaled_bessel_i0(x) / scaled_bessel_i0(beta) * (x - beta).exp()
                })
            }
            Window::Tukey { alpha } if alpha <= 0.0 => vec![1.0; n],
            Window::Tukey { alpha } if alpha >= 1.0 => cosines(n, &[0.5, 0.5]),
            Window::Tukey { alpha } => {
                let width = (alpha * last / 2.0).floor();
                each(&|i| {
                    if i <= width {
                        0.5 * (1.0 + (PI * (-1.0 + 2.0 * i / alpha / last)).cos())
                    } else if i < last - width {
                        1.0
                    } else {
                        0.5 * (1.0 + (PI * (-2.0 / alpha + 1.0 + 2.0 * i / alpha / last)).cos())
                    }
                })
            }
            Window::Gaussian { standard_deviation: s } => each(&|i| {
                let t = (i - last / 2.0) / s;
                (-0.5 * t * t).exp()
            }),
            Window::Dpss { time_half_bandwidth } => dpss_window(n, time_half_bandwidth),
        }
    }
}

/// Σ (−1)ᵏ aₖ cos(2πki / (n − 1)).
fn cosines(n: usize, a: &[f64]) -> Vec<f64> {
    #[expect(clippy::cast_precision_loss, reason = "window lengths stay far below 2^52")]
    let phase = |i: usize, k: usize| TAU * (i * k) as f64 / (n - 1) as f64;
    let value = |i: usize| {
        let mut sum = a[0];
        for (k, &term) in a.iter().enumerate().skip(1) {
            let cosine = term * phase(i, k).cos();
            sum += if k % 2 == 1 { -cosine } else { cosine };
        }
        sum
    };
    (0..n).map(value).collect()
}

/// The first sequence with its peak at 1. An even length has no sample at the peak, so the largest sample
/// becomes n² / (n² + NW), which is what scipy.signal.windows.dpss calls the approximate norm.
fn dpss_window(n: usize, nw: f64) -> Vec<f64> {
    let mut w = dpss::sequences(n, nw, 1).pop().unwrap_or_default();
    let peak = w.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
    #[expect(clippy::cast_precision_loss, reason = "window lengths stay far below 2^52")]
    let square = (n as f64) * (n as f64);
    let correction = if n.is_multiple_of(2) { square / (square + nw) } else { 1.0 };
    for v in &mut w {
        *v = *v / peak * correction;
    }
    w
}

/// e⁻ˣ I₀(x) for x ≥ 0: the power series below 30, the asymptotic one from there (Abramowitz and Stegun
/// 9.6.12 and 9.7.1). 30 is our choice: there the asymptotic series reaches double precision, and the power
/// series, whose terms are all positive, is exact to rounding below.
fn scaled_bessel_i0(x: f64) -> f64 {
    let (mut term, mut sum, mut k) = (1.0, 1.0, 0.0);
    if x < 30.0 {
        while term > 1e-18 * sum {
            k += 1.0;
            term *= (x / (2.0 * k)).powi(2);
            sum += term;
        }
        sum * (-x).exp()
    } else {
        while term > 1e-18 && k < 60.0 {
            k += 1.0;
            term *= (2.0 * k - 1.0).powi(2) / (8.0 * x * k);
            sum += term;
        }
        sum / (TAU * x).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Window; 12] = [
        Window::Rectangular,
        Window::Hann,
        Window::Hamming,
        Window::Blackman,
        Window::BlackmanHarris,
        Window::Nuttall,
        Window::FlatTop,
        Window::Bartlett,
        Window::Kaiser { beta: 8.6 },
        Window::Tukey { alpha: 0.25 },
        Window::Gaussian { standard_deviation: 7.0 },
        Window::Dpss { time_half_bandwidth: 0.4 },
    ];

    #[test]
    fn every_window_is_symmetric_finite_and_one_for_one_sample() {
        for window in ALL {
            assert_eq!(window.symmetric(0), Vec::<f64>::new());
            assert_eq!(window.periodic(0), Vec::<f64>::new());
            assert_eq!((window.symmetric(1), window.periodic(1)), (vec![1.0], vec![1.0]), "{window:?}");
            for n in 2..40 {
                let (w, p) = (window.symmetric(n), window.periodic(n));
                assert_eq!((w.len(), p.len()), (n, n));
                assert!(p.iter().map(|v| v * v).sum::<f64>() > 0.0, "{window:?} {n}");
                for (a, b) in w.iter().zip(w.iter().rev()) {
                    assert!(a.is_finite() && (a - b).abs() < 1e-14, "{window:?} {n}: {a} {b}");
                }
            }
        }
    }

    #[test]
    fn a_parameter_out_of_its_range_is_refused() {
        for bad in [
            Window::Kaiser { beta: f64::NAN },
            Window::Tukey { alpha: f64::NAN },
            Window::Gaussian { standard_deviation: 0.0 },
            Window::Dpss { time_half_bandwidth: 8.0 },
            Window::Dpss { time_half_bandwidth: f64::NAN },
        ] {
            assert!(bad.check(16).is_err(), "{bad:?}");
            assert_eq!(bad.periodic(16), vec![0.0; 16]);
        }
        let extreme = Window::Kaiser { beta: 5000.0 }.symmetric(9);
        assert!(extreme.iter().all(|v| v.is_finite()) && extreme[4] == 1.0);
    }
}
