//! Power spectral density by periodogram and Welch's method.
//!
//! Samples are finite: a gap is refused or filled before it comes here.
//! Convention: one-sided, V²/Hz; every bin but DC and, for an even length, the last is doubled. Bin `k` lies
//! at `k · bin_width`.
//! Source: Welch 1967, doi:10.1109/TAU.1967.1161901; scipy.signal.welch gives the same numbers.

use super::simd::{sum_map, widest};
use super::window::Window;
use crate::units::Hertz;
use crate::{Error, Result};
use realfft::num_complex::Complex64;
use realfft::{RealFftPlanner, RealToComplex};
use std::sync::{Arc, Mutex, PoisonError};

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

/// What a bin's number means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scaling {
    /// V²/Hz: the integral over frequency is the power.
    Density,
    /// V²: a sine of amplitude A in the middle of a bin shows A²/2 there.
    Spectrum,
}

/// The plan: checked, immutable, shared between threads by `&`.
#[derive(Clone)]
pub struct Psd {
    transform: SegmentTransform,
    hop: usize,
    scale: f64,
    bin_width: f64,
}

/// Memory that [`Psd::apply`] works in; may hold anything before.
#[derive(Debug, Clone, Default)]
pub struct PsdScratch {
    pub(super) time: Vec<f64>,
    pub(super) spectrum: Vec<Complex64>,
    fft: Vec<Complex64>,
}

/// Mean removal, taper and transform of one segment.
#[derive(Clone)]
pub(super) struct SegmentTransform {
    fft: Arc<dyn RealToComplex<f64>>,
    taper: Vec<f64>,
    rectangular: bool,
    remove_mean: bool,
    /// Σ w and Σ w² of the taper.
    pub(super) sum: f64,
    pub(super) energy: f64,
}

impl PsdOptions {
    /// The periodogram of `samples` samples: one rectangular segment, its mean removed.
    /// scipy.signal.periodogram with its defaults gives the same numbers.
    pub fn periodogram(samples: usize) -> Self {
        PsdOptions { segment: samples, overlap: 0, window: Window::Rectangular, remove_mean: true }
    }

    /// Makes the plan. Errors: an empty or immense segment, an overlap that leaves no step, a window's parameter that is
    /// out of its range.
    pub fn design(&self, sampling_frequency: Hertz) -> Result<Psd> {
        self.design_scaled(sampling_frequency, Scaling::Density)
    }

    /// As [`PsdOptions::design`], with a choice of what the numbers mean.
    pub fn design_scaled(&self, sampling_frequency: Hertz, scaling: Scaling) -> Result<Psd> {
        let hop = check_segments(self.segment, self.overlap)?;
        let transform = SegmentTransform::new(self.segment, self.window, self.remove_mean)?;
        #[expect(clippy::cast_precision_loss, reason = "window lengths stay far below 2^52")]
        let bin_width = sampling_frequency.0 / self.segment as f64;
        let scale = transform.scale(sampling_frequency, scaling);
        Ok(Psd { transform, hop, scale, bin_width })
    }
}

/// Most samples in one transform: 2 GiB of them. Our choice, so that a mistyped window is refused before
/// memory is asked for.
pub(super) const MOST_SAMPLES: usize = 1 << 28;

/// The step between segments. Errors: an empty or immense segment, or an overlap that leaves no step.
pub(super) fn check_segments(segment: usize, overlap: usize) -> Result<usize> {
    if segment > MOST_SAMPLES {
        return Err(Error::option("segment", format!("{segment} samples; {MOST_SAMPLES} at most")));
    }
    if segment == 0 || overlap >= segment {
        return Err(Error::option(
            "segment",
            format!("{segment} samples with {overlap} shared; at least 1 and fewer shared are needed"),
        ));
    }
    Ok(segment - overlap)
}

/// Mean of `x`; exactly its value when all samples are equal, so that no rounding is left to look like a
/// spectrum once it is subtracted. 0 for none.
pub(super) fn mean(x: &[f64]) -> f64 {
    let Some(&first) = x.first() else { return 0.0 };
    if x.iter().all(|&v| v == first) {
        return first;
    }
    let sum = widest(
        #[inline(always)]
        || sum_map(x, |v| v),
    );
    #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
    let n = x.len() as f64;
    sum / n
}

/// Whole segments that fit into `n` samples.
pub(super) fn segments(n: usize, segment: usize, hop: usize) -> usize {
    if n < segment { 0 } else { (n - segment) / hop + 1 }
}

/// Doubles every bin but DC and, for an even `segment`, the last.
pub(super) fn one_sided(density: &mut [f64], segment: usize, scale: f64) {
    let Some((dc, rest)) = density.split_first_mut() else { return };
    *dc *= scale;
    let (doubled, last) = rest.split_at_mut(rest.len() - usize::from(segment.is_multiple_of(2)));
    doubled.iter_mut().for_each(|p| *p *= 2.0 * scale);
    last.iter_mut().for_each(|p| *p *= scale);
}

/// Plans kept for the next who asks, and the longest: a recording's channels all need the same few.
const PLANS: usize = 16;
const LONGEST_PLAN: usize = 1 << 16;

/// The real transform of `n` samples; plans of everyday lengths are shared.
pub fn transform(n: usize) -> Arc<dyn RealToComplex<f64>> {
    static MADE: Mutex<Vec<Arc<dyn RealToComplex<f64>>>> = Mutex::new(Vec::new());
    if n > LONGEST_PLAN {
        return RealFftPlanner::new().plan_fft_forward(n);
    }
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(plan) = made.iter().find(|plan| plan.len() == n) {
        return Arc::clone(plan);
    }
    let plan = RealFftPlanner::new().plan_fft_forward(n);
    if made.len() == PLANS {
        made.remove(0);
    }
    made.push(Arc::clone(&plan));
    plan
}

impl SegmentTransform {
    /// Errors: a window's parameter out of its range, or a taper that is zero everywhere.
    pub(super) fn new(segment: usize, window: Window, remove_mean: bool) -> Result<Self> {
        window.check(segment)?;
        let taper = window.periodic(segment);
        let energy: f64 = taper.iter().map(|w| w * w).sum();
        if !(energy.is_finite() && energy > 0.0) {
            return Err(Error::option(
                "window",
                format!("{window:?} of {segment} samples is zero throughout"),
            ));
        }
        Ok(SegmentTransform {
            fft: transform(segment),
            rectangular: window == Window::Rectangular,
            remove_mean,
            sum: taper.iter().sum(),
            energy,
            taper,
        })
    }

    pub(super) fn segment(&self) -> usize {
        self.taper.len()
    }

    pub(super) fn bins(&self) -> usize {
        self.segment() / 2 + 1
    }

    /// Factor from |X|² to the two-sided density or spectrum.
    pub(super) fn scale(&self, sampling_frequency: Hertz, scaling: Scaling) -> f64 {
        match scaling {
            Scaling::Density => 1.0 / (sampling_frequency.0 * self.energy),
            Scaling::Spectrum => 1.0 / (self.sum * self.sum),
        }
    }

    /// Gives the buffers their lengths; they keep them from call to call.
    pub(super) fn prepare(&self, scratch: &mut PsdScratch) {
        scratch.time.resize(self.segment(), 0.0);
        scratch.spectrum.resize(self.bins(), Complex64::default());
        scratch.fft.resize(self.fft.get_scratch_len(), Complex64::default());
    }

    /// The transform of one segment to `scratch.spectrum`. `scratch` is prepared.
    pub(super) fn run(&self, segment: &[f64], scratch: &mut PsdScratch) {
        let mean = if self.remove_mean { mean(segment) } else { 0.0 };
        let time = &mut scratch.time;
        if self.rectangular {
            widest(
                #[inline(always)]
                || time.iter_mut().zip(segment).for_each(|(t, v)| *t = v - mean),
            );
        } else {
            let taper = &self.taper;
            widest(
                #[inline(always)]
                || time.iter_mut().zip(segment).zip(taper).for_each(|((t, v), w)| *t = (v - mean) * w),
            );
        }
        let done = self.fft.process_with_scratch(time, &mut scratch.spectrum, &mut scratch.fft);
        debug_assert!(done.is_ok(), "the buffers have the plan's lengths");
    }
}

impl Psd {
    /// Number of bins, DC among them.
    pub fn bins(&self) -> usize {
        self.transform.bins()
    }
    /// Hz between bins.
    pub fn bin_width(&self) -> f64 {
        self.bin_width
    }
    /// Frequency of every bin, Hz.
    pub fn frequencies(&self) -> Vec<f64> {
        #[expect(clippy::cast_precision_loss, reason = "bin numbers stay far below 2^52")]
        (0..self.bins()).map(|k| k as f64 * self.bin_width).collect()
    }
    /// Segments that fit into `n` samples; an incomplete last one is dropped.
    pub fn segments(&self, n: usize) -> usize {
        segments(n, self.transform.segment(), self.hop)
    }
    /// Writes the mean density over all whole segments of `x` to `out` (resized); all zero when none fits.
    pub fn apply(&self, x: &[f64], scratch: &mut PsdScratch, out: &mut Vec<f64>) {
        let count = self.segments(x.len());
        out.resize(self.bins(), 0.0);
        if count == 0 {
            out.fill(0.0);
            return;
        }
        self.transform.prepare(scratch);
        let length = self.transform.segment();
        for s in 0..count {
            self.transform.run(&x[s * self.hop..s * self.hop + length], scratch);
            let (spectrum, out) = (&scratch.spectrum, &mut *out);
            widest(
                #[inline(always)]
                || {
                    for (p, z) in out.iter_mut().zip(spectrum) {
                        let power = z.re * z.re + z.im * z.im;
                        *p = if s == 0 { power } else { *p + power };
                    }
                },
            );
        }
        #[expect(clippy::cast_precision_loss, reason = "segment counts stay far below 2^52")]
        one_sided(out, length, self.scale / count as f64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;

    fn signal(n: usize) -> Vec<f64> {
        (0..n).map(|i| ((i * i * 7 + i * 3) % 101) as f64 / 50.0 - 0.7).collect()
    }

    /// The definition: a sum over samples for each bin and segment.
    fn naive(x: &[f64], o: &PsdOptions, fs: f64) -> Vec<f64> {
        let (l, hop) = (o.segment, o.segment - o.overlap);
        let w = o.window.periodic(l);
        let energy: f64 = w.iter().map(|w| w * w).sum();
        let mut out = vec![0.0; l / 2 + 1];
        let starts: Vec<usize> = (0..x.len()).step_by(hop).filter(|s| s + l <= x.len()).collect();
        for &s in &starts {
            let mean = if o.remove_mean { x[s..s + l].iter().sum::<f64>() / l as f64 } else { 0.0 };
            for (k, p) in out.iter_mut().enumerate() {
                let (mut re, mut im) = (0.0, 0.0);
                for i in 0..l {
                    let phase = TAU * ((i * k) % l) as f64 / l as f64;
                    let v = (x[s + i] - mean) * w[i];
                    re += v * phase.cos();
                    im += v * phase.sin();
                }
                let sides = if k == 0 || 2 * k == l { 1.0 } else { 2.0 };
                *p += sides * (re * re + im * im) / (fs * energy * starts.len() as f64);
            }
        }
        out
    }

    #[test]
    fn fast_equals_the_definition_with_dirty_scratch() {
        let x = signal(90);
        let (mut scratch, mut out) = (PsdScratch::default(), vec![f64::NAN; 7]);
        for segment in [1, 2, 3, 8, 17, 30, 90] {
            for overlap in [0, segment / 2] {
                for window in [Window::Rectangular, Window::Hann, Window::Tukey { alpha: 0.25 }] {
                    for remove_mean in [false, true] {
                        let options = PsdOptions { segment, overlap, window, remove_mean };
                        let plan = options.design(Hertz(2000.0)).unwrap();
                        plan.apply(&x, &mut scratch, &mut out);
                        let want = naive(&x, &options, 2000.0);
                        let peak = want.iter().fold(1e-9_f64, |m, v| m.max(*v));
                        assert_eq!((out.len(), plan.bins()), (want.len(), want.len()));
                        for (a, b) in out.iter().zip(&want) {
                            assert!((a - b).abs() <= 1e-12 * peak, "{options:?}: {a} {b}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_sine_in_a_bin_shows_its_power_and_silence_shows_none() {
        let x: Vec<f64> = (0..64).map(|i| 3.0 * (TAU * 5.0 * f64::from(i) / 64.0).sin()).collect();
        let (mut scratch, mut out) = (PsdScratch::default(), Vec::new());
        let options = PsdOptions { segment: 64, overlap: 0, window: Window::FlatTop, remove_mean: true };
        let plan = options.design_scaled(Hertz(64.0), Scaling::Spectrum).unwrap();
        plan.apply(&x, &mut scratch, &mut out);
        assert!((out[5] - 4.5).abs() < 1e-6, "{}", out[5]);
        assert_eq!(plan.frequencies()[5], 5.0);
        for silent in [&[0.0; 64][..], &[0.1; 64], &[1.0; 63], &[]] {
            plan.apply(silent, &mut scratch, &mut out);
            assert_eq!(out, vec![0.0; 33]);
        }
    }

    #[test]
    fn impossible_options_are_refused() {
        let good = PsdOptions::periodogram(8);
        assert!(PsdOptions { segment: 0, ..good }.design(Hertz(1.0)).is_err());
        assert!(PsdOptions { segment: usize::MAX, ..good }.design(Hertz(1.0)).is_err());
        assert!(PsdOptions { overlap: 8, ..good }.design(Hertz(1.0)).is_err());
        let narrow = Window::Gaussian { standard_deviation: 1e-3 };
        assert!(PsdOptions { segment: 7, window: narrow, ..good }.design(Hertz(1.0)).is_err());
    }
}
