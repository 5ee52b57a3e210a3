//! The quiet stretches about a response: where they are, what is fitted to them, and the noise that is left.

#![expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "positions are clamped to the samples"
)]

use super::find::{Candidate, last_rise};
use super::measure::{Noise, Work};
use super::quiet::{Plan, Tail, Under};
use super::response::ResponseKind;
use super::{Scratch, noise, shape};

/// Quiet time before the response that shows the baseline by itself, s. Ours.
const ENOUGH: f64 = 0.0015;

/// A trace falls into the trough of an initial positivity from this share of its depth or less. Ours.
const DESCENT: f64 = 0.5;

impl Work<'_> {
    /// Fits what lies under the response.
    pub(super) fn fit(
        &self,
        quiet: &[std::ops::Range<usize>; 3],
        response: bool,
        noise: &Noise,
        artefact: bool,
        scratch: &mut Scratch,
    ) -> Under {
        self.collect(quiet, scratch);
        let end = self.sweep.samples().len() as f64;
        let plan = Plan {
            variance: noise.sample * noise.sample * noise.correlated,
            mains: self.spans_mains(quiet),
            artefact,
            span: (self.sweep.time(0.0), self.sweep.time(end)),
            tail: (!quiet[2].is_empty() && response).then(|| Tail {
                from: self.sweep.time(quiet[2].start as f64) - 0.25 * self.period,
                level: ((quiet[0].len() + quiet[1].len()) as f64) * self.period < ENOUGH,
            }),
        };
        Under::fit(&mut scratch.bins, &plan)
    }

    /// Quiet stretches: before the stimulus, from the blanked time to the response, behind the response.
    pub(super) fn quiet(&self, found: Option<Candidate>, scratch: &Scratch) -> [std::ops::Range<usize>; 3] {
        let n = self.sweep.samples().len();
        let Some(found) = found else { return [0..self.pre, self.blank..n, n..n] };
        let s = &scratch.smoothed;
        let peak = s[found.peak];
        let tenth = last_rise(s, self.blank, found.peak, 0.1 * peak).unwrap_or(self.blank as f64);
        let rise = (found.peak as f64 - tenth).max(1.0);
        let mut gap = tenth - 0.8 * rise - 3e-4 / self.period;
        // An initial positivity begins about as far before its lowest point as its rise lies behind.
        let before = (tenth - self.scale.positivity / self.period).max(self.blank as f64) as usize;
        // What only rises from where the search begins is an artefact, no trough.
        let falls_into = |trough: usize| s[before..=trough].iter().any(|v| *v > DESCENT * s[trough]);
        if let Some(trough) = shape::extreme(s, before..tenth as usize, -1.0)
            && s[trough] < -0.02 * peak
            && falls_into(trough)
        {
            gap = gap.min(trough as f64 - 2.0 * (tenth - trough as f64) - 1e-4 / self.period);
        }
        let gap = gap.max(self.blank as f64) as usize;
        // Far behind it the response has settled; in a short sweep the nearer part must do.
        let quick = if self.options.kind == ResponseKind::Cmap { 1.0 } else { 0.25 };
        let behind =
            |rises: f64, more: f64| found.peak + (rises * rise + quick * more / self.period) as usize;
        let (near, far) = (behind(6.0, 0.007), behind(8.0, 0.012));
        let enough = (0.003 / self.period) as usize;
        let behind = if far + enough > n && (near + enough <= n) && gap < 2 * enough { near } else { far };
        [0..self.pre, self.blank..gap, behind.min(n)..n]
    }

    fn collect(&self, quiet: &[std::ops::Range<usize>; 3], scratch: &mut Scratch) {
        let Scratch { clean: x, bins, .. } = scratch;
        let width = |s: f64| ((s / self.period).round() as usize).max(1);
        bins.clear();
        let mut add = |range: std::ops::Range<usize>, bin: f64, weight: f64| {
            if !range.is_empty() {
                let time = self.sweep.time(range.start as f64);
                bins.add(&x[range], time, self.period, width(bin), weight);
            }
        };
        // Half a millisecond is short against the mains and a hundredth of most sweeps; longer sweeps need not cost more.
        let coarse = (x.len() as f64 * self.period / 200.0).clamp(5e-4, 1e-3);
        add(quiet[0].clone(), coarse, 1.0);
        // Fine where the artefact is steep.
        let fine = self.sweep.index(0.004).clamp(quiet[1].start, quiet[1].end.max(quiet[1].start));
        add(quiet[1].start..fine, 1e-4, 1.0);
        add(fine..quiet[1].end.max(fine), coarse, 1.0);
        // What is left of the response behind it must not bend the baseline before it.
        add(quiet[2].clone(), coarse, 0.2);
    }

    /// Whether the quiet stretches together show enough of a period of the mains.
    fn spans_mains(&self, quiet: &[std::ops::Range<usize>; 3]) -> bool {
        let long: usize = quiet.iter().map(ExactSizeIterator::len).sum();
        long as f64 * self.period >= 0.015
    }

    /// What is left in them.
    pub(super) fn noise(
        &self,
        quiet: &[std::ops::Range<usize>; 3],
        of_differences: f64,
        scratch: &mut Scratch,
    ) -> Noise {
        let lags = (1e-3 / self.period) as usize;
        let (mut power, mut samples, mut smoothed, mut correlated) = (0.0, 0.0, 0.0, 0.0);
        for (k, range) in quiet.iter().enumerate() {
            // Behind the response only where little else shows the noise.
            if range.len() < 12 || k == 2 && samples >= 60.0 {
                continue;
            }
            let n = range.len() as f64;
            let Some((rms, c)) = noise::about_line(&scratch.y[range.clone()], lags, &mut scratch.work) else {
                continue;
            };
            power += n * rms * rms;
            correlated += n * c;
            if let Some((rms, _)) = noise::about_line(&scratch.smoothed[range.clone()], 0, &mut scratch.work)
            {
                smoothed += n * rms * rms;
            }
            samples += n;
        }
        if samples < 12.0 {
            let width = (2 * self.half + 1) as f64;
            let sample = of_differences.max(1e-300);
            return Noise { sample, correlated: 1.0, smoothed: sample / width.sqrt() };
        }
        Noise {
            sample: (power / samples).sqrt().max(1e-300),
            correlated: correlated / samples,
            smoothed: (smoothed / samples).sqrt().max(1e-300),
        }
    }
}
