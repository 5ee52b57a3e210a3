//! One train in work: its discharges, sweeps and average.

use super::baseline::smooth;
use super::shift::{Place, count};
use crate::dsp::turns::quantile;
use crate::needle::train::Train;

/// Window before and after the reference, s. Long chronic potentials last 30 ms and more (Stålberg 1986); an end needs
/// some flat baseline beside it. Our choice.
const WINDOW_S: (f64, f64) = (0.025, 0.035);
/// The window is no longer than this share of a short interval (lower tercile), so that it holds one discharge.
const SHARE_OF_INTERVAL: f64 = 0.9;
/// Shortest window, s: below it no potential fits in.
const SHORTEST_S: f64 = 0.02;
/// Half the window around the reference in which discharges are aligned and compared, s.
const CORE_S: f64 = 0.002;
/// Most values that the sweeps of one train hold, 20 MB; a longer recording is measured on its beginning.
const MOST_VALUES: usize = 2_500_000;

/// One train in work and, at the end, its result.
pub(super) struct Unit {
    /// Position of each discharge's reference, samples.
    pub(super) at: Vec<f64>,
    /// As the train had them.
    pub(super) start: Vec<f64>,
    /// Whether the potential is really there: false discharges are neither averaged nor subtracted.
    pub(super) present: Vec<bool>,
    /// Whether it may be averaged: present, inside the trace, and not spoilt.
    pub(super) clean: Vec<bool>,
    /// The average, baseline taken out.
    pub(super) shape: Vec<f64>,
    /// What is subtracted: the average where it stands out.
    pub(super) model: Vec<f64>,
    /// Robust SD between sweeps at each lag.
    pub(super) spread: Vec<f64>,
    /// Index of the reference in `shape`.
    pub(super) before: usize,
    /// Sweeps with all else taken out, clean ones and others, one after the other.
    pub(super) sweeps: Vec<f64>,
    /// SD of the average's noise at lags where it is flat.
    pub(super) noise: f64,
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of samples")]
pub(super) fn samples(seconds: f64, fs: f64) -> usize {
    ((seconds * fs).round() as usize).max(1)
}

impl Unit {
    pub(super) fn new(train: &Train, len: usize, fs: f64) -> Self {
        let mut at: Vec<f64> = train.times_s.iter().map(|t| t * fs).collect();
        at.retain(|t| t.is_finite() && *t >= 0.0 && *t < count(len));
        at.sort_by(f64::total_cmp);
        // Two discharges within a millisecond are one found twice.
        at.dedup_by(|b, a| *b - *a < 1e-3 * fs);
        let mut intervals: Vec<f64> = at.windows(2).map(|p| p[1] - p[0]).collect();
        let short = if intervals.is_empty() { f64::MAX } else { quantile(&mut intervals, 0.33) };
        let whole = WINDOW_S.0 + WINDOW_S.1;
        let scale = (SHARE_OF_INTERVAL * short / fs / whole).clamp(SHORTEST_S / whole, 1.0);
        let before = samples(WINDOW_S.0 * scale, fs);
        let width = before + samples(WINDOW_S.1 * scale, fs) + 1;
        let n = at.len();
        Unit {
            start: at.clone(),
            at,
            present: vec![true; n],
            clean: vec![true; n],
            shape: vec![0.0; width],
            model: vec![0.0; width],
            spread: vec![0.0; width],
            before,
            sweeps: Vec::new(),
            noise: 0.0,
        }
    }

    /// Samples of one sweep.
    pub(super) fn width(&self) -> usize {
        self.shape.len()
    }

    /// Clean sweeps with their number in the train.
    pub(super) fn clean_sweeps(&self) -> impl Iterator<Item = (usize, &[f64])> {
        self.sweeps.chunks_exact(self.width()).enumerate().filter(|(i, _)| self.clean[*i])
    }

    /// Sample of the trace under the first of sweep `i`; 0 when that lies before the trace.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "near the trace")]
    pub(super) fn first_sample(&self, i: usize) -> usize {
        (self.at[i] - count(self.before)).round().max(0.0) as usize
    }

    /// Where lag `lag` of sweep `i` lies in the trace.
    pub(super) fn place(&self, i: usize, lag: usize) -> Place {
        Place::of(self.at[i] - count(self.before) + count(lag))
    }

    /// The lags around the reference in which discharges are compared.
    pub(super) fn core(&self, fs: f64) -> std::ops::Range<usize> {
        let half = samples(CORE_S, fs);
        self.before.saturating_sub(half)..(self.before + half + 1).min(self.width())
    }
}

/// Samples of a trace from its beginning in which no train has more discharges than can be held.
pub(super) fn enough(len: usize, fs: f64, trains: &[Train]) -> usize {
    let most = (MOST_VALUES / samples(WINDOW_S.0 + WINDOW_S.1, fs)).max(50);
    let ends = trains.iter().filter_map(|t| t.times_s.get(most)).filter(|t| t.is_finite() && **t > 0.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "saturates, and is cut to the trace"
    )]
    ends.fold(len, |n, t| n.min((t * fs).ceil() as usize))
}

/// Lags at which the smoothed shape stands out of its noise (2.5 SD, strict), widened by 2 ms.
pub(super) fn standing_out(shape: &[f64], spread: &[f64], root_n: f64, fs: f64) -> Vec<bool> {
    let smooth = smooth(shape, samples(0.4e-3, fs));
    let wide = samples(2e-3, fs);
    let mut out = vec![false; shape.len()];
    for (j, (v, s)) in smooth.iter().zip(spread).enumerate() {
        if v.abs() > 2.5 * s / root_n {
            out[j.saturating_sub(wide)..(j + wide + 1).min(shape.len())].fill(true);
        }
    }
    out
}

/// SD of the average's noise: sweeps added with alternating signs, weighted as in the average, show noise without the
/// potential.
pub(super) fn noise(unit: &Unit, weight: &[f64], fs: f64) -> f64 {
    let (mut sum, mut total) = (vec![0.0; unit.width()], vec![0.0; unit.width()]);
    let mut sign = 1.0;
    for (i, sweep) in unit.clean_sweeps() {
        let weights = weight.get(unit.first_sample(i)..).unwrap_or(&[]);
        let average = unit.shape.iter().zip(&unit.spread);
        let sums = sum.iter_mut().zip(&mut total);
        for (((s, t), w), (v, (m, sd))) in sums.zip(weights).zip(sweep.iter().zip(average)) {
            // Left out beyond 2.5 SD, as from the mean.
            if (v - m).abs() <= 2.5 * sd {
                *s += sign * w * (v - m);
                *t += w;
            }
        }
        sign = -sign;
    }
    // Beside the spike, where it is not the jiggle that is seen.
    let near = samples(4e-3, fs);
    let far = sum.iter().zip(&total).enumerate().filter(|(j, _)| j.abs_diff(unit.before) > near);
    let mut size: Vec<f64> = far.filter(|(_, (_, t))| **t > 0.0).map(|(_, (s, t))| (s / t).abs()).collect();
    if size.is_empty() { 0.0 } else { 1.4826 * quantile(&mut size, 0.5) }
}
