//! Power spectral density by periodogram and Welch's method.
//!
//! Convention: one-sided, V²/Hz; every bin but DC and, for an even length, the last is doubled. Bin `k` lies
//! at `k · bin_width`.
//! Source: Welch 1967, doi:10.1109/TAU.1967.1161901; scipy.signal.welch gives the same numbers.

use super::window::Window;
use crate::units::Hertz;
use crate::{Error, Result};
use realfft::num_complex::Complex64;
use realfft::{RealFftPlanner, RealToComplex};
use std::sync::Arc;

/// What the caller asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PsdOptions {
    /// Samples a segment. The trace's own length gives the periodogram.
    pub segment: usize,
    /// Samples that successive segments share; less than `segment`.
    pub overlap: usize,
    /// Taper of each segment (the periodic form).
    pub window: Window,
    /// Whether each segment's own mean is removed first.
    pub remove_mean: bool,
}

/// The plan: checked, immutable, shared between threads by `&`.
#[derive(Clone)]
pub struct Psd {
    fft: Arc<dyn RealToComplex<f64>>,
    taper: Vec<f64>,
    rectangular: bool,
    segment: usize,
    hop: usize,
    remove_mean: bool,
    scale: f64,
    bin_width: f64,
}

/// Memory that [`Psd::apply`] works in; may hold anything before.
#[derive(Debug, Clone, Default)]
pub struct PsdScratch {
    time: Vec<f64>,
    spectrum: Vec<Complex64>,
    fft: Vec<Complex64>,
}

impl PsdOptions {
    /// Makes the plan. Errors: an empty segment, or an overlap that leaves no step.
    pub fn design(&self, sampling_frequency: Hertz) -> Result<Psd> {
        if self.segment == 0 || self.overlap >= self.segment {
            return Err(Error::option(
                "segment",
                format!(
                    "{} samples with {} shared; at least 1 and fewer shared are needed",
                    self.segment, self.overlap
                ),
            ));
        }
        let taper = self.window.periodic(self.segment);
        let energy: f64 = taper.iter().map(|w| w * w).sum();
        #[expect(clippy::cast_precision_loss, reason = "window lengths stay far below 2^52")]
        let bin_width = sampling_frequency.0 / self.segment as f64;
        Ok(Psd {
            fft: RealFftPlanner::new().plan_fft_forward(self.segment),
            rectangular: self.window == Window::Rectangular,
            taper,
            segment: self.segment,
            hop: self.segment - self.overlap,
            remove_mean: self.remove_mean,
            scale: 1.0 / (sampling_frequency.0 * energy),
            bin_width,
        })
    }
}

impl Psd {
    /// Number of bins, DC among them.
    pub fn bins(&self) -> usize {
        self.segment / 2 + 1
    }
    /// Hz between bins.
    pub fn bin_width(&self) -> f64 {
        self.bin_width
    }
    /// Segments that fit into `n` samples; an incomplete last one is dropped.
    pub fn segments(&self, n: usize) -> usize {
        if n < self.segment { 0 } else { (n - self.segment) / self.hop + 1 }
    }
    /// Writes the mean density over all whole segments of `x` to `out` (resized); all zero when none fits.
    pub fn apply(&self, x: &[f64], scratch: &mut PsdScratch, out: &mut Vec<f64>) {
        out.clear();
        out.resize(self.bins(), 0.0);
        let segments = self.segments(x.len());
        scratch.time.resize(self.segment, 0.0);
        scratch.spectrum.resize(self.bins(), Complex64::default());
        scratch.fft.resize(self.fft.get_scratch_len(), Complex64::default());
        #[expect(clippy::cast_precision_loss, reason = "window lengths stay far below 2^52")]
        let (n, scale) = (self.segment as f64, self.scale / segments.max(1) as f64);
        for s in 0..segments {
            let segment = &x[s * self.hop..s * self.hop + self.segment];
            let mean = if self.remove_mean { segment.iter().sum::<f64>() / n } else { 0.0 };
            if self.rectangular {
                for (t, v) in scratch.time.iter_mut().zip(segment) {
                    *t = v - mean;
                }
            } else {
                for ((t, v), w) in scratch.time.iter_mut().zip(segment).zip(&self.taper) {
                    *t = (v - mean) * w;
                }
            }
            let done =
                self.fft.process_with_scratch(&mut scratch.time, &mut scratch.spectrum, &mut scratch.fft);
            debug_assert!(done.is_ok(), "the buffers have the plan's lengths");
            for (p, z) in out.iter_mut().zip(&scratch.spectrum) {
                *p += z.re * z.re + z.im * z.im;
            }
        }
        let last = self.bins() - 1;
        for (k, p) in out.iter_mut().enumerate() {
            let single = k == 0 || (k == last && self.segment.is_multiple_of(2));
            *p *= if single { scale } else { 2.0 * scale };
        }
    }
}
