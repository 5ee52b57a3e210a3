//! How much of a recording is active, how quiet its rest is, and the spectrum of its active part.

use super::decompose::condition::noise;
use crate::dsp::spectrum::{PsdOptions, PsdScratch};
use crate::dsp::window::Window;
use crate::measure::Reading;
use crate::trace::Trace;

/// Activity and its spectrum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Activity {
    /// Share of windows of 50 ms that are active, 0 to 1.
    pub share: f64,
    /// The same, s.
    pub active_s: f64,
    /// Longest run of inactive windows, s.
    pub longest_rest_s: f64,
    /// Mean frequency of the active part from 20 Hz to 0.45 of the sampling frequency, Hz.
    pub mean_frequency: Reading,
    /// Median frequency, likewise, Hz.
    pub median_frequency: Reading,
    /// Power above 500 Hz over power from 20 to 500 Hz.
    pub high_low_ratio: Reading,
    /// Excess kurtosis of the sharpened trace.
    pub spikiness: Reading,
}

/// The sharpened trace and its noise.
struct Sharp {
    samples: Vec<f64>,
    noise: f64,
}

/// Lagged second difference 2x[n] − x[n+L] − x[n−L] with its peak near 3 kHz (or half the sampling frequency),
/// zero phase, polarity kept; and the 20th percentile over windows of 50 ms of its robust SD.
fn sharpen(x: &[f64], fs: f64) -> Sharp {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of samples")]
    let lag = ((fs / 6000.0).round() as usize).max(1);
    let mut samples = vec![0.0; x.len()];
    for i in lag..x.len().saturating_sub(lag) {
        samples[i] = 2.0 * x[i] - x[i + lag] - x[i - lag];
    }
    let noise = noise(&samples, fs);
    Sharp { samples, noise }
}

/// Measures a trace in volts. A window of 50 ms is active when its sharpened peak stands 6 robust SDs above the
/// noise (strict), or when it spans 100 µV, the turn limit. Both are ours.
#[expect(clippy::cast_precision_loss, reason = "counts of samples")]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of samples")]
pub fn activity(trace: Trace<'_>) -> Activity {
    const NONE: &str = "no active stretch";
    let (x, fs) = (trace.samples(), trace.sampling_frequency().0);
    let sharp = sharpen(x, fs);
    let window = ((0.05 * fs) as usize).max(8);
    let is_active = |k: usize| {
        let (raw, fine) = (&x[k * window..(k + 1) * window], &sharp.samples[k * window..(k + 1) * window]);
        let peak = fine.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
        let span = raw.iter().fold(f64::MIN, |m, &v| m.max(v)) - raw.iter().fold(f64::MAX, |m, &v| m.min(v));
        peak > 6.0 * sharp.noise.max(f64::MIN_POSITIVE) || span >= 100e-6
    };
    let active: Vec<bool> = (0..x.len() / window).map(is_active).collect();
    let count = active.iter().filter(|a| **a).count();
    let rest = active.split(|a| *a).map(<[bool]>::len).max().unwrap_or(0);
    let mut out = Activity {
        share: count as f64 / active.len().max(1) as f64,
        active_s: (count * window) as f64 / fs,
        longest_rest_s: (rest * window) as f64 / fs,
        mean_frequency: Reading::Undefined(NONE),
        median_frequency: Reading::Undefined(NONE),
        high_low_ratio: Reading::Undefined(NONE),
        spikiness: Reading::Undefined(NONE),
    };
    if count == 0 {
        return out;
    }
    let n = x.len() as f64;
    let square = sharp.samples.iter().map(|v| v * v).sum::<f64>() / n;
    let fourth = sharp.samples.iter().map(|v| v.powi(4)).sum::<f64>() / n;
    out.spikiness = Reading::finite(fourth / (square * square) - 3.0, NONE);
    // The spectrum of each second that is active in half of its windows or more, summed.
    let segment = (fs as usize).min(x.len());
    let options = PsdOptions {
        segment: segment.div_ceil(2),
        overlap: segment / 4,
        window: Window::Hann,
        remove_mean: true,
    };
    let Ok(plan) = options.design(trace.sampling_frequency()) else { return out };
    let (mut scratch, mut one, mut sum) = (PsdScratch::default(), Vec::new(), vec![0.0; plan.bins()]);
    for (k, second) in x.chunks_exact(segment).enumerate() {
        let from = k * segment / window;
        let to = ((k + 1) * segment / window).min(active.len());
        if active[from..to].iter().filter(|a| **a).count() * 2 >= to - from {
            plan.apply(second, &mut scratch, &mut one);
            sum.iter_mut().zip(&one).for_each(|(s, p)| *s += p);
        }
    }
    let band: Vec<(f64, f64)> = sum
        .iter()
        .enumerate()
        .map(|(k, &p)| (k as f64 * plan.bin_width(), p))
        .filter(|(f, _)| (20.0..=0.45 * fs).contains(f))
        .collect();
    let total: f64 = band.iter().map(|b| b.1).sum();
    let high: f64 = band.iter().filter(|b| b.0 > 500.0).map(|b| b.1).sum();
    let mut running = 0.0;
    let half = band.iter().find(|b| {
        running += b.1;
        total > 0.0 && running >= 0.5 * total
    });
    out.mean_frequency = Reading::finite(band.iter().map(|b| b.0 * b.1).sum::<f64>() / total, NONE);
    out.median_frequency = half.map_or(Reading::Undefined(NONE), |b| Reading::Value(b.0));
    out.high_low_ratio = Reading::finite(high / (total - high), NONE);
    out
}
