//! Spectra of successive segments: the short-time Fourier transform and the spectrogram.
//!
//! Convention: frame `s` covers samples `s · hop` up to `s · hop + segment`, belongs to the time of its
//! middle, and there is no padding: what does not fill a segment at the end is dropped.
//! scipy.signal.spectrogram gives the same numbers (mode `psd`, `magnitude` or `complex`).

use super::spectrum::{PsdScratch, Scaling, SegmentTransform, check_segments, one_sided, segments};
use super::window::Window;
use crate::Result;
use crate::units::Hertz;
use realfft::num_complex::Complex64;

/// What the caller asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StftOptions {
    /// Samples a segment.
    pub segment: usize,
    /// Samples that successive segments share; less than `segment`.
    pub overlap: usize,
    /// Taper of each segment (the periodic form).
    pub window: Window,
    /// Whether each segment's own mean is removed first.
    pub remove_mean: bool,
    /// Density: power in V²/Hz, amplitude in V/√Hz. Spectrum: V² and V.
    pub scaling: Scaling,
}

/// The plan: checked, immutable, shared between threads by `&`.
#[derive(Clone)]
pub struct Stft {
    transform: SegmentTransform,
    hop: usize,
    scale: f64,
    sampling_frequency: Hertz,
}

/// Memory that the frames are computed in; may hold anything before.
pub type StftScratch = PsdScratch;

/// All frames of a trace.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Spectrogram {
    /// Middle of each frame, s from the first sample.
    pub times: Vec<f64>,
    /// Hz.
    pub frequencies: Vec<f64>,
    /// One-sided power, frame after frame, each as long as `frequencies`.
    pub power: Vec<f64>,
}

impl StftOptions {
    /// Makes the plan. Errors: an empty segment, an overlap that leaves no step, a window's parameter that is
    /// out of its range.
    pub fn design(&self, sampling_frequency: Hertz) -> Result<Stft> {
        let hop = check_segments(self.segment, self.overlap)?;
        let transform = SegmentTransform::new(self.segment, self.window, self.remove_mean)?;
        let scale = transform.scale(sampling_frequency, self.scaling);
        Ok(Stft { transform, hop, scale, sampling_frequency })
    }
}

impl Stft {
    /// Number of bins, DC among them.
    pub fn bins(&self) -> usize {
        self.transform.bins()
    }

    /// Whole frames in `n` samples.
    pub fn frames(&self, n: usize) -> usize {
        segments(n, self.transform.segment(), self.hop)
    }

    /// Samples that a frame covers.
    pub fn range(&self, frame: usize) -> std::ops::Range<usize> {
        let start = frame.saturating_mul(self.hop);
        start..start.saturating_add(self.transform.segment())
    }

    /// Middle of a frame, s from the first sample.
    pub fn time(&self, frame: usize) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "sample numbers stay far below 2^52")]
        let (start, half) = (self.range(frame).start as f64, self.transform.segment() as f64 / 2.0);
        (start + half) / self.sampling_frequency.0
    }

    /// Frequency of every bin, Hz.
    pub fn frequencies(&self) -> Vec<f64> {
        #[expect(clippy::cast_precision_loss, reason = "bin numbers stay far below 2^52")]
        let (width, hertz) =
            (self.sampling_frequency.0 / self.transform.segment() as f64, |k: usize| k as f64);
        (0..self.bins()).map(|k| hertz(k) * width).collect()
    }

    /// Writes the one-sided power of one frame, for a caller who holds only [`Stft::range`] of the trace.
    /// All zero when `segment` is not as long as the plan's.
    pub fn power_of(&self, segment: &[f64], scratch: &mut StftScratch, out: &mut Vec<f64>) {
        out.clear();
        if segment.len() != self.transform.segment() {
            out.resize(self.bins(), 0.0);
            return;
        }
        self.transform.prepare(scratch);
        self.transform.run(segment, scratch);
        out.extend(scratch.spectrum.iter().map(|z| z.re * z.re + z.im * z.im));
        one_sided(out, segment.len(), self.scale);
    }

    /// Writes the complex amplitudes of one frame: the two-sided transform's bins from DC up, not doubled,
    /// phase from the frame's first sample. All zero when `segment` is not as long as the plan's.
    pub fn amplitude_of(&self, segment: &[f64], scratch: &mut StftScratch, out: &mut Vec<Complex64>) {
        out.clear();
        if segment.len() != self.transform.segment() {
            out.resize(self.bins(), Complex64::default());
            return;
        }
        self.transform.prepare(scratch);
        self.transform.run(segment, scratch);
        let scale = self.scale.sqrt();
        out.extend(scratch.spectrum.iter().map(|z| z * scale));
    }

    /// Calls `each` with the number and the power of every frame of `x`, in order; keeps one frame at a time.
    pub fn for_each_frame(&self, x: &[f64], scratch: &mut StftScratch, mut each: impl FnMut(usize, &[f64])) {
        let mut power = Vec::with_capacity(self.bins());
        for frame in 0..self.frames(x.len()) {
            self.power_of(&x[self.range(frame)], scratch, &mut power);
            each(frame, &power);
        }
    }

    /// Every frame of `x`; no times and no power where none fits.
    pub fn apply(&self, x: &[f64], scratch: &mut StftScratch) -> Spectrogram {
        let frames = self.frames(x.len());
        let mut power = Vec::with_capacity(frames * self.bins());
        self.for_each_frame(x, scratch, |_, p| power.extend_from_slice(p));
        let times = (0..frames).map(|frame| self.time(frame)).collect();
        Spectrogram { times, frequencies: self.frequencies(), power }
    }
}

#[cfg(test)]
mod tests {
    use super::super::spectrum::PsdOptions;
    use super::*;

    #[test]
    fn the_mean_frame_is_welchs_density() {
        let x: Vec<f64> = (0..300).map(|i| f64::from(i * i * 3 % 97) - 40.0).collect();
        let (segment, overlap, window, remove_mean) = (64, 40, Window::Hamming, true);
        let options = StftOptions { segment, overlap, window, remove_mean, scaling: Scaling::Density };
        let plan = options.design(Hertz(1000.0)).unwrap();
        let spectrogram = plan.apply(&x, &mut StftScratch::default());
        let welch = PsdOptions { segment, overlap, window, remove_mean }.design(Hertz(1000.0)).unwrap();
        let mut want = Vec::new();
        welch.apply(&x, &mut PsdScratch::default(), &mut want);
        let frames = spectrogram.times.len();
        assert_eq!((frames, spectrogram.power.len()), (10, 10 * plan.bins()));
        assert_eq!((spectrogram.times[1], spectrogram.frequencies[2]), (0.056, 31.25));
        for (k, want) in want.iter().enumerate() {
            let mean: f64 =
                spectrogram.power.iter().skip(k).step_by(plan.bins()).sum::<f64>() / frames as f64;
            assert!((mean - want).abs() < 1e-11 * want.max(1e-3), "{k}: {mean} {want}");
        }
        let mut amplitude = Vec::new();
        plan.amplitude_of(&x[plan.range(3)], &mut StftScratch::default(), &mut amplitude);
        assert!((2.0 * amplitude[5].norm_sqr() - spectrogram.power[3 * plan.bins() + 5]).abs() < 1e-12);
    }

    #[test]
    fn a_short_trace_has_no_frames_and_a_wrong_segment_no_power() {
        let options = StftOptions {
            segment: 8,
            overlap: 4,
            window: Window::Hann,
            remove_mean: false,
            scaling: Scaling::Density,
        };
        let plan = options.design(Hertz(1.0)).unwrap();
        assert!(plan.apply(&[1.0; 7], &mut StftScratch::default()).power.is_empty());
        let mut out = vec![f64::NAN];
        plan.power_of(&[1.0; 7], &mut StftScratch::default(), &mut out);
        assert_eq!(out, vec![0.0; 5]);
        assert!(StftOptions { overlap: 8, ..options }.design(Hertz(1.0)).is_err());
    }
}
