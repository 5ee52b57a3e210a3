//! The onset: hinge, threshold and tangent.
#![expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "positions are clamped to the samples"
)]

use super::find::last_rise;
use super::rise::{Buffers, FOOT, Rise};

/// The spread of the fit's own powers is short of that of real rises by this factor. Measured on simulated responses.
const SPREAD: f64 = 1.6;

/// Standard deviation of the onset from the shape alone, as a share of the rise. Measured on simulated responses.
const SHAPE: f64 = 0.04;

/// What the detectors look at; positions in samples of the sweep.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scene<'a> {
    /// Conditioned samples.
    pub(super) y: &'a [f64],
    /// The same, smoothed.
    pub(super) smoothed: &'a [f64],
    /// Nothing before is used.
    pub(super) from: usize,
    /// Peak of the phase that begins the response: position and height.
    pub(super) peak_at: f64,
    pub(super) peak: f64,
    /// Height of the largest peak: 0.5 % of it is the onset.
    pub(super) reference: f64,
    /// Noise of a sample times the square root of the samples that are worth one.
    pub(super) noise: f64,
    /// Noise behind the smoothing.
    pub(super) smoothed_noise: f64,
    /// What the baseline may be off by.
    pub(super) baseline: f64,
    /// Longest baseline used before the rise, in samples.
    pub(super) foot: f64,
}

/// An initial positivity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Positivity {
    /// Sample of its lowest point.
    pub(super) trough: usize,
    /// Its depth over the peak, above 0.
    pub(super) share: f64,
}

/// A position with its standard deviation, in samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Placed {
    pub(super) at: f64,
    pub(super) sd: f64,
}

impl Scene<'_> {
    fn peak_sample(&self) -> usize {
        (self.peak_at.round().max(0.0) as usize).min(self.smoothed.len() - 1)
    }

    /// Last rise through this share of the peak.
    pub(super) fn rise_through(&self, share: f64) -> Option<f64> {
        last_rise(self.smoothed, self.from, self.peak_sample(), share * self.peak)
    }

    /// The hinge; `None` where the rise cannot be followed.
    pub(super) fn hinge(&self, buffers: &mut Buffers) -> Option<Placed> {
        let share = self.low_share();
        let tenth = self.rise_through(share)?;
        let upper = self.rise_through(0.6)?;
        let start = (tenth - self.foot).max(self.from as f64).ceil() as usize;
        let end = (upper.floor() as usize + 1).min(self.y.len());
        let rise = Rise {
            y: self.y.get(start..end)?,
            smoothed: self.smoothed.get(start..end)?,
            peak_at: self.peak_at - start as f64,
            anchor: (tenth - start as f64, share),
            peak: self.peak,
            level: FOOT * self.reference,
            noise: self.noise,
            baseline: self.baseline,
        };
        let found = rise.onset(buffers)?;
        // What no power of the family follows grows with the length of the rise.
        let sd = (SPREAD * found.sd).hypot(SHAPE * (self.peak_at - tenth));
        Some(Placed { at: found.at + start as f64, sd })
    }

    /// A tenth of the peak, or what stands clear of the noise.
    fn low_share(&self) -> f64 {
        ((3.0 * self.smoothed_noise).hypot(2.0 * self.baseline) / self.peak).clamp(0.1, 0.4)
    }

    /// Last rise through that.
    pub(super) fn low(&self) -> Option<f64> {
        self.rise_through(self.low_share())
    }

    /// The rise out of an initial positivity: a cubic through the samples from the trough to half of the peak, where
    /// it passes 0.5 %.
    pub(super) fn out_of(&self, trough: usize) -> Option<Placed> {
        let level = FOOT * self.reference;
        let crossing = last_rise(self.smoothed, trough, self.peak_sample(), level)?;
        let half = self.rise_through(0.5).unwrap_or(self.peak_at).floor() as usize;
        // Symmetric about the crossing as far as both sides reach: what bends there cancels most.
        let reach = (crossing - trough as f64).min(half as f64 - crossing).max(1.5);
        let first = ((crossing - reach).ceil().max(trough as f64)) as usize;
        let last = ((crossing + reach).floor() as usize).min(self.y.len() - 1);
        let n = (last + 1).saturating_sub(first);
        if n < 4 {
            let slope = self.smoothed.get(crossing as usize + 1)? - self.smoothed.get(crossing as usize)?;
            let sd = if slope > 0.0 { (self.noise / slope).min(2.0) } else { 1.0 };
            return Some(Placed { at: crossing, sd });
        }
        // A cubic; with few samples a parabola.
        let degree = if n >= 8 { 3 } else { 2 };
        let (middle, half) = (f64::midpoint(first as f64, last as f64), (last - first) as f64 / 2.0);
        let (mut gram, mut right) = ([[0.0; 5]; 5], [0.0; 5]);
        for (i, v) in self.y[first..=last].iter().enumerate() {
            let u = ((first + i) as f64 - middle) / half;
            let powers = [1.0, u, u * u, u * u * u];
            for a in 0..=degree {
                right[a] += powers[a] * v;
                for b in 0..=degree {
                    gram[a][b] += powers[a] * powers[b];
                }
            }
        }
        let inverse = super::shape::invert(gram, degree + 1)?;
        let mut c = [0.0; 4];
        for a in 0..=degree {
            c[a] = (0..=degree).map(|b| inverse[a][b] * right[b]).sum();
        }
        let value = |u: f64| c[0] + u * (c[1] + u * (c[2] + u * c[3]));
        let slope = |u: f64| c[1] + u * (2.0 * c[2] + u * 3.0 * c[3]);
        let start = (crossing - middle) / half;
        let mut u = start;
        for _ in 0..8 {
            if slope(u) > 0.0 {
                u = (u - (value(u) - level) / slope(u)).clamp(-1.0, 1.0);
            }
        }
        if slope(u) <= 0.0 || (value(u) - level).abs() > 0.1 * self.peak {
            return Some(Placed { at: crossing, sd: 1.0 });
        }
        let powers = [1.0, u, u * u, u * u * u];
        let spread: f64 = (0..=degree)
            .flat_map(|a| (0..=degree).map(move |b| (a, b)))
            .map(|(a, b)| powers[a] * inverse[a][b] * powers[b])
            .sum();
        let height = (self.noise * spread.max(0.0).sqrt()).hypot(self.baseline);
        Some(Placed { at: middle + half * u, sd: half * height / slope(u) })
    }

    /// Lowest point of the 3 ms (`reach` samples) before the rise, if it is an initial positivity.
    pub(super) fn positivity(&self, tenth: f64, reach: f64, limits: (f64, f64)) -> Option<Positivity> {
        let end = tenth.floor() as usize + 1;
        let start = ((tenth - reach).max(self.from as f64)) as usize;
        let trough = super::shape::extreme(self.smoothed, start..end.min(self.smoothed.len()), -1.0)?;
        let depth = -self.smoothed[trough];
        let deep = depth > (limits.1 * self.smoothed_noise + 2.0 * self.baseline).max(limits.0 * self.peak);
        // A lowest point at the edge is the end of something else, of an artefact most often.
        (deep && trough > start + 1).then_some(Positivity { trough, share: depth / self.peak })
    }

    /// First sample behind the last one that lies below 3.5 times the noise.
    pub(super) fn threshold(&self, positivity: bool) -> Option<f64> {
        let level = if positivity { FOOT * self.reference } else { 3.5 * self.smoothed_noise };
        if level >= 0.5 * self.peak {
            return None;
        }
        last_rise(self.smoothed, self.from, self.peak_sample(), level)
    }

    /// Where the tangent of the steepest rise meets the baseline.
    pub(super) fn tangent(&self) -> Option<f64> {
        let from = self.low()?.floor() as usize;
        let to = self.peak_sample();
        let (mut steepest, mut at) = (0.0, None);
        for i in from.max(1)..to {
            let slope = 0.5 * (self.smoothed[i + 1] - self.smoothed[i - 1]);
            if slope > steepest {
                (steepest, at) = (slope, Some(i));
            }
        }
        at.map(|i| i as f64 - self.smoothed[i] / steepest)
    }
}
