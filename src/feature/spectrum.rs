//! The one spectrum of a window and the sums over it.
//!
//! Windows under 0.5 s: one-sided periodogram, rectangular, mean removed, not padded. From 0.5 s on: Welch,
//! periodic Hann of min(N, 0.5 s·fs rounded half to even) samples, half overlapping (rounded down), each
//! segment's mean removed, an incomplete last one dropped. V²/Hz; all bins doubled but DC and, for an even
//! length, the last. The band's ends are included, DC never is.
//!
//! It has a transform of its own rather than `dsp::spectrum`'s, because here means, tapers and powers run at
//! full vector width: a window of 250 ms is over in microseconds.

use super::extractor::{FeatureOptions, PsdRule};
use super::root;
use crate::dsp::simd::{sum_map, sum_map2, widest};
use crate::dsp::spectrum::transform;
use crate::dsp::vector::{self, Kernel, Vector, sweep};
use crate::dsp::window::Window as Taper;
use crate::units::Hertz;
use realfft::RealToComplex;
use realfft::num_complex::Complex64;
use std::sync::Arc;

/// The plan for windows of one length.
#[derive(Clone)]
pub(super) struct SpectrumPlan {
    fft: Arc<dyn RealToComplex<f64>>,
    /// Empty for the rectangle.
    taper: Vec<f64>,
    segment: usize,
    hop: usize,
    scale: f64,
    /// First bin of the band and the one after its last.
    band: (usize, usize),
    pub(super) df: f64,
    /// Frequencies of the band's bins, Hz.
    pub(super) frequency: Vec<f64>,
    inverse: Vec<f64>,
}

/// Buffers; may hold anything before.
#[derive(Default)]
pub(super) struct SpectrumBuffers {
    time: Vec<f64>,
    spectrum: Vec<Complex64>,
    fft: Vec<Complex64>,
    density: Vec<f64>,
}

impl SpectrumBuffers {
    /// Density in the band.
    pub(super) fn density(&self, plan: &SpectrumPlan) -> &[f64] {
        self.density.get(plan.band.0..plan.band.1).unwrap_or(&[])
    }
}

/// Sums over the band.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spectrum {
    /// Σ f^k P for k = 0, 1, 2, 3.
    pub(super) moments: [f64; 4],
    /// Σ P/f.
    pub(super) inverse: f64,
    /// Σ f⁵ P.
    pub(super) fifth: f64,
    /// Σ (f - MNF)² P / Σ P, Hz².
    pub(super) variance: f64,
    /// The first bin of the band with the largest P.
    pub(super) peak: usize,
    /// Σ ln P; -∞ when a bin is empty.
    pub(super) log: f64,
    /// Σ P ln P.
    pub(super) entropy: f64,
}

#[expect(clippy::cast_precision_loss, reason = "window lengths stay far below 2^52")]
impl SpectrumPlan {
    pub(super) fn new(options: &FeatureOptions, fs: Hertz, n: usize) -> Self {
        let half_second = (0.5 * fs.0).round_ties_even();
        let welch = match options.psd {
            PsdRule::ByLength => 2.0 * n as f64 >= fs.0,
            PsdRule::Periodogram => false,
            PsdRule::Welch => true,
        };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below n")]
        let segment = if welch && half_second < n as f64 { (half_second as usize).max(1) } else { n };
        let taper = if welch { Taper::Hann.periodic(segment) } else { Vec::new() };
        let energy: f64 = if welch { taper.iter().map(|w| w * w).sum() } else { segment as f64 };
        let df = fs.0 / segment as f64;
        // Bin k lies at k·fs/segment. Both ends are compared without dividing, so none is lost to rounding.
        let bins = segment / 2 + 1;
        let last = options.band_high_share * segment as f64 * (1.0 + 1e-12);
        let inside = |k: usize| {
            k as f64 * fs.0 >= options.band_low_hz * segment as f64 * (1.0 - 1e-12) && k as f64 <= last
        };
        let first = (1..bins).find(|&k| inside(k)).unwrap_or(bins);
        let end = (first..bins).find(|&k| !inside(k)).unwrap_or(bins);
        let frequency: Vec<f64> = (first..end).map(|k| k as f64 * df).collect();
        SpectrumPlan {
            fft: transform(segment),
            taper,
            segment,
            hop: segment - if welch { segment / 2 } else { 0 },
            scale: 1.0 / (fs.0 * energy),
            band: (first, end),
            df,
            inverse: frequency.iter().map(|f| 1.0 / f).collect(),
            frequency,
        }
    }

    /// Writes the density and gives its sums; `None` when the band has no bin, or no power above `floor`, V².
    pub(super) fn apply(&self, x: &[f64], floor: f64, buffers: &mut SpectrumBuffers) -> Option<Spectrum> {
        if self.frequency.is_empty() {
            return None;
        }
        self.density(x, buffers);
        let p = buffers.density(self);
        let (f, inverse) = (&self.frequency, &self.inverse);
        let Sums { moments, below, fifth, max } = vector::run(SumsKernel { p, f, inverse });
        if moments[0].is_nan() || moments[0] * self.df <= floor {
            return None;
        }
        let (log, entropy) = root::log_sums(p);
        let peak = p.iter().position(|&v| v == max).unwrap_or(0);
        let centre = moments[1] / moments[0];
        let spread = widest(
            #[inline(always)]
            || sum_map2(p, f, |p, f| p * ((f - centre) * (f - centre))),
        );
        Some(Spectrum { moments, variance: spread / moments[0], inverse: below, fifth, peak, log, entropy })
    }

    fn density(&self, x: &[f64], buffers: &mut SpectrumBuffers) {
        let SpectrumBuffers { time, spectrum, fft, density } = buffers;
        let bins = self.segment / 2 + 1;
        let segments = if x.len() < self.segment { 0 } else { (x.len() - self.segment) / self.hop + 1 };
        time.resize(self.segment, 0.0);
        spectrum.resize(bins, Complex64::default());
        fft.resize(self.fft.get_scratch_len(), Complex64::default());
        density.clear();
        density.resize(bins, 0.0);
        let scale = self.scale / segments.max(1) as f64;
        for s in 0..segments {
            let segment = &x[s * self.hop..s * self.hop + self.segment];
            widest(
                #[inline(always)]
                || {
                    let mean = sum_map(segment, |v| v) / segment.len() as f64;
                    if self.taper.is_empty() {
                        time.iter_mut().zip(segment).for_each(|(t, v)| *t = v - mean);
                    } else {
                        let tapered = segment.iter().zip(&self.taper);
                        time.iter_mut().zip(tapered).for_each(|(t, (v, w))| *t = (v - mean) * w);
                    }
                },
            );
            let done = self.fft.process_with_scratch(time, spectrum, fft);
            debug_assert!(done.is_ok(), "the buffers have the plan's lengths");
            widest(
                #[inline(always)]
                || {
                    for (p, z) in density.iter_mut().zip(&*spectrum) {
                        *p += (z.re * z.re + z.im * z.im) * (2.0 * scale);
                    }
                },
            );
        }
        density[0] *= 0.5;
        if self.segment.is_multiple_of(2) {
            density[bins - 1] *= 0.5;
        }
    }

    /// Places in the band of the frequencies from `low` up to, but not at, `high`.
    pub(super) fn bins(&self, low: f64, high: f64) -> (usize, usize) {
        let at = |limit: f64| self.frequency.partition_point(|&f| f < limit * (1.0 - 1e-12));
        (at(low), at(high).max(at(low)))
    }
}

struct Sums {
    moments: [f64; 4],
    below: f64,
    fifth: f64,
    max: f64,
}

struct SumsKernel<'a> {
    p: &'a [f64],
    f: &'a [f64],
    inverse: &'a [f64],
}

impl Kernel for SumsKernel<'_> {
    type Output = Sums;
    #[inline(always)]
    fn run<V: Vector>(self) -> Sums {
        let zero = V::splat(0.0);
        let (mut moments, mut below, mut fifth, mut max) = ([zero; 4], zero, zero, zero);
        sweep(
            [self.p, self.f, self.inverse],
            [0.0; 3],
            #[inline(always)]
            |_, [p, f, inverse]: [V; 3]| {
                let f2 = f * f;
                let fp = f * p;
                let f3p = fp * f2;
                moments = [moments[0] + p, moments[1] + fp, moments[2] + fp * f, moments[3] + f3p];
                below = below + p * inverse;
                fifth = fifth + f3p * f2;
                max = p.max(max);
            },
        );
        let max = max.lanes().into_iter().fold(0.0, f64::max);
        let [a, b, c, d] = moments;
        let moments = [a.total(), b.total(), c.total(), d.total()];
        Sums { moments, below: below.total(), fifth: fifth.total(), max }
    }
}

/// The first bin up to which the power is at least `target`, or the last, and the power below it.
fn reach(p: &[f64], target: f64) -> (usize, f64) {
    let (mut below, mut k) = (0.0, 0);
    // Whole blocks are stepped over: their sums do not wait for one another.
    for block in p.as_chunks::<16>().0 {
        let mut pairs = [0.0; 8];
        (0..8).for_each(|l| pairs[l] = block[l] + block[l + 8]);
        let sum =
            ((pairs[0] + pairs[4]) + (pairs[2] + pairs[6])) + ((pairs[1] + pairs[5]) + (pairs[3] + pairs[7]));
        if below + sum >= target {
            break;
        }
        below += sum;
        k += block.len();
    }
    while k + 1 < p.len() && below + p[k] < target {
        below += p[k];
        k += 1;
    }
    (k, below)
}

/// Where the cumulative trapezoidal power, 0 at the first bin, reaches half; linear between bins.
pub(super) fn median_frequency(p: &[f64], f: &[f64], sum: f64) -> f64 {
    let half = (sum - 0.5 * (p[0] + p[p.len() - 1])) / 2.0;
    // The trapezoids up to bin k hold the power up to it, less half of the first and half of its own. They
    // reach half no later than three half bins after the power itself does, and no earlier than that.
    let (first, below) = reach(p, half + 0.5 * p[0]);
    let mut k = first.max(1);
    let mut below = if first == 0 { 0.0 } else { below - 0.5 * (p[0] + p[first - 1]) };
    while k < p.len() {
        let step = 0.5 * (p[k - 1] + p[k]);
        if below + step >= half && step > 0.0 {
            return f[k - 1] + (half - below) / step * (f[k] - f[k - 1]);
        }
        below += step;
        k += 1;
    }
    f[p.len() - 1]
}

/// The smallest frequency up to which the share `q` of the power lies.
pub(super) fn rolloff(p: &[f64], f: &[f64], sum: f64, q: f64) -> f64 {
    f[reach(p, q * sum).0]
}

/// Σ P from bin `from` up to, but not at, `to`.
pub(super) fn power(p: &[f64], (from, to): (usize, usize)) -> f64 {
    widest(
        #[inline(always)]
        || sum_map(&p[from..to], |v| v),
    )
}
