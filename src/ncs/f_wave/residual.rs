//! Sweeps without what they rest on: the M response's tail, offset, trend, mains.

use super::FWavePlan;
use super::event::{Event, events};
use crate::ncs::Sweeps;
use crate::ncs::late::{
    Baseline, Mains, Tail, clipped, last_extremum, median, quantile, quiet_sd, smooth, smooth_width,
};
use crate::{Error, Result};

/// Nothing is read before this, s: the stimulus artefact. Ours.
pub(super) const BLANK_S: f64 = 0.0015;
/// The tail begins this much after the M response's last extremum, s. Ours.
const TAIL_AFTER_S: f64 = 0.001;
/// Smoothing for finding responses, s (base of each of two means): about a small unit's main phase. Ours.
const DETECT_S: f64 = 0.0006;
/// Smoothing for the M response, s.
const M_S: f64 = 0.0002;
/// A sweep must go on this long after an onset for it to be seen, s. Ours.
const AFTER_ONSET_S: f64 = 0.003;
/// Times at which sweeps move within [`MOVE_S`] before and after as differently as in this share of the tail's times,
/// and this factor, tell of the tail at first. Ours.
const QUIET_QUANTILE: f64 = 0.2;
const QUIET_FACTOR: f64 = 1.5;
const MOVE_S: f64 = 0.001;
/// Rounds of tail, baseline and responses; the third changes little. Ours.
const ROUNDS: usize = 4;
/// Most sweeps of one site: a bound on the work, which grows with its square.
const MOST_SWEEPS: usize = 1000;
/// Prior SD of the M response's size from sweep to sweep, as a share. Ours.
const SIZE_SD: f64 = 0.02;
/// Margins of a response that no baseline is fitted on, s. Ours.
const MASK_BEFORE_S: f64 = 0.001;
const MASK_AFTER_S: f64 = 0.003;
/// Least noise SD assumed of a smoothed sweep, V: below it lie quantisation and misfit. Ours.
const LEAST_NOISE: f64 = 1e-6;

/// What is left, and what it took.
#[derive(Clone)]
pub(super) struct Residual {
    pub(super) fs: f64,
    /// Time of sample 0, s.
    pub(super) start: f64,
    /// Each sweep less its rest, V; zero outside the tail and before the stimulus.
    pub(super) r: Vec<Vec<f64>>,
    /// The same smoothed.
    pub(super) s: Vec<Vec<f64>>,
    /// What an A wave taken out may have left, V, each sweep and sample: that much is no response.
    pub(super) guard: Vec<Vec<f64>>,
    /// Noise SD of a sample of `r` and `s`, each sweep.
    pub(super) noise: Vec<f64>,
    pub(super) noise_smoothed: Vec<f64>,
    /// Samples that say the same.
    pub(super) correlated: f64,
    /// First sample of the tail.
    pub(super) tail: usize,
    /// Samples in which an onset may lie.
    pub(super) window: (usize, usize),
    /// Whether the sweep ends before the window asked for does.
    pub(super) cut_short: bool,
    pub(super) mains: Option<Mains>,
    /// One past the last sample before the stimulus.
    pub(super) before: usize,
    /// Samples of the smoothing.
    pub(super) width: usize,
    /// Sweeps at the recorder's limit behind the M response.
    pub(super) clipped: Vec<bool>,
    /// Slope of the tail at the window's start, V/s.
    pub(super) tail_slope: f64,
}

impl Residual {
    pub(super) fn new(plan: &FWavePlan, sweeps: &Sweeps) -> Result<Self> {
        let fs = sweeps.sampling_frequency().0;
        if (fs - plan.fs).abs() > 1e-6 * fs {
            let why = format!("sweeps at {fs} Hz, the plan is for {} Hz", plan.fs);
            return Err(Error::Signal(why));
        }
        if sweeps.len() > MOST_SWEEPS {
            return Err(Error::Limit {
                name: "F-wave sweeps",
                asked: sweeps.len() as u64,
                allowed: MOST_SWEEPS as u64,
            });
        }
        let first = sweeps.get(0);
        let len = first.samples().len();
        let x: Vec<&[f64]> = sweeps.iter().map(|s| s.samples()).collect();
        let common = across(&x, len, median);
        let tail = tail_start(plan, &first, &common, &x);
        let span = |s: f64| smooth_width(s, fs);
        let earliest = plan.limits.earliest.map_or(0, |t| first.index(t));
        let from = earliest.max(tail + span(TAIL_AFTER_S));
        let end = len.saturating_sub(span(AFTER_ONSET_S));
        let asked = plan.limits.latest.map(|t| first.index(t));
        let to = asked.unwrap_or(end).min(end);
        if from + span(AFTER_ONSET_S) > to {
            let why = format!(
                "the sweep lasts to {:.1} ms, F waves are looked for from {:.1} ms on",
                1e3 * first.time(len as f64),
                1e3 * first.time(from as f64)
            );
            return Err(Error::Signal(why));
        }
        let mut out = Residual {
            fs,
            start: sweeps.start().0,
            r: Vec::new(),
            s: Vec::new(),
            guard: vec![vec![0.0; len]; x.len()],
            noise: Vec::new(),
            noise_smoothed: Vec::new(),
            correlated: 1.0,
            tail,
            window: (from, to),
            cut_short: plan.limits.usual_latest.is_some_and(|t| first.index(t) > end),
            mains: None,
            before: first.index(-0.0002),
            width: smooth_width(DETECT_S, fs),
            clipped: x.iter().map(|x| clipped(x).iter().any(|(_, b)| *b > tail)).collect(),
            tail_slope: 0.0,
        };
        out.solve(plan, &x, &common);
        Ok(out)
    }

    /// Rounds of: common tail, each sweep's baseline, responses.
    fn solve(&mut self, plan: &FWavePlan, x: &[&[f64]], common: &[f64]) {
        let (len, n, fs) = (common.len(), x.len(), self.fs);
        let (before, width) = (self.before, self.width);
        let mut weights = self.steady(x);
        let mut target = common.to_vec();
        let mut quiet: Vec<Vec<bool>> =
            vec![(0..len).map(|i| i < before || (i >= self.tail && weights[i] > 0.5)).collect(); n];
        for round in 0..ROUNDS {
            let noise = median(&mut self.noise.clone()).max(LEAST_NOISE) / (n as f64).sqrt();
            let tail = Tail::fit(&target, &weights, self.tail, fs, noise).values;
            let level = level_before(common, before);
            let mut r: Vec<Vec<f64>> = x
                .iter()
                .map(|x| {
                    (0..len)
                        .map(|i| match i {
                            i if i >= self.tail => x[i] - tail[i],
                            i if i < before => x[i] - level,
                            _ => 0.0,
                        })
                        .collect()
                })
                .collect();
            self.mains = Baseline::find_mains(&r, &quiet, &tail, SIZE_SD, fs);
            let baseline = Baseline::new(&tail, SIZE_SD, fs, self.mains);
            let mut bases = Vec::with_capacity(n);
            for (r, quiet) in r.iter_mut().zip(&quiet) {
                let noise = quiet_sd(r, quiet);
                let base = baseline.fit(r, quiet, noise);
                for i in (0..before).chain(self.tail..len) {
                    r[i] -= base[i];
                }
                bases.push(base);
            }
            self.s = r.iter().map(|r| smooth_parts(r, before, self.tail, width)).collect();
            self.r = r;
            self.levels(&quiet, width);
            let at = self.window.0;
            self.tail_slope = (tail[(at + 10).min(len - 1)] - tail[at]) * fs / 10.0;
            if round + 1 == ROUNDS {
                return;
            }
            for (i, quiet) in quiet.iter_mut().enumerate() {
                quiet.fill(false);
                quiet[..before].fill(true);
                quiet[self.tail..].fill(true);
                for e in self.responses(plan, i, self.tail, len) {
                    let a = e.from.saturating_sub(smooth_width(MASK_BEFORE_S, fs)).max(self.tail);
                    let b = (e.to + smooth_width(MASK_AFTER_S, fs)).min(len);
                    quiet[a..b].fill(false);
                }
            }
            // The tail again, from the sweeps that are quiet at each time.
            let least = (n / 10).max(3).min(n);
            for t in self.tail..len {
                let mut seen: Vec<f64> =
                    (0..n).filter(|&i| quiet[i][t]).map(|i| x[i][t] - bases[i][t]).collect();
                weights[t] = if seen.len() >= least { seen.len() as f64 / n as f64 } else { 0.0 };
                target[t] = if seen.is_empty() { tail[t] } else { median(&mut seen) };
            }
        }
    }

    /// How far each time tells of the tail at first: 1 where the sweeps move alike, less where they do not.
    /// Movement, not value: offsets and slow drifts differ everywhere.
    fn steady(&self, x: &[&[f64]]) -> Vec<f64> {
        let len = x[0].len();
        let half = smooth_width(MOVE_S, self.fs);
        let smoothed: Vec<Vec<f64>> = x.iter().map(|x| smooth(&x[self.tail..], self.width)).collect();
        let refs: Vec<&[f64]> = smoothed.iter().map(Vec::as_slice).collect();
        let mut spread = vec![0.0; len - self.tail];
        let mut moves = vec![0.0; refs.len()];
        let last = spread.len() - 1;
        for (t, spread) in spread.iter_mut().enumerate() {
            for (m, s) in moves.iter_mut().zip(&refs) {
                *m = s[(t + half).min(last)] - s[t.saturating_sub(half)];
            }
            let mean = moves.iter().sum::<f64>() / moves.len() as f64;
            *spread = (moves.iter().map(|m| (m - mean).powi(2)).sum::<f64>() / moves.len() as f64).sqrt();
        }
        let least = quantile(&mut spread.clone(), QUIET_QUANTILE);
        let mut w = vec![0.0; len];
        for (t, (w, s)) in w[self.tail..].iter_mut().zip(&spread).enumerate() {
            let early = t + self.tail < self.window.0;
            *w = if early || *s <= QUIET_FACTOR * least { 1.0 } else { (QUIET_FACTOR * least / s).powi(4) };
        }
        w
    }

    /// Noise levels of the sweeps, each drawn towards the common one, as a short quiet stretch says little.
    fn levels(&mut self, quiet: &[Vec<bool>], width: usize) {
        let raw: Vec<f64> = self.r.iter().zip(quiet).map(|(r, q)| quiet_sd(r, q)).collect();
        let smoothed: Vec<f64> = self.s.iter().zip(quiet).map(|(s, q)| quiet_sd(s, q)).collect();
        let (common_raw, common) = (median(&mut raw.clone()), median(&mut smoothed.clone()));
        // A triangular mean of white noise keeps this share of its variance.
        let w = width as f64;
        let kept = (2.0 * w * w + 1.0) / (3.0 * w.powi(3));
        self.correlated =
            if common_raw > 0.0 { ((common / common_raw).powi(2) / kept).clamp(1.0, w) } else { 1.0 };
        let towards = |own: f64, common: f64| (0.5 * (own * own + common * common)).sqrt();
        self.noise = raw.iter().map(|s| towards(*s, common_raw).max(0.2 * LEAST_NOISE)).collect();
        self.noise_smoothed = smoothed.iter().map(|s| towards(*s, common).max(LEAST_NOISE)).collect();
    }

    /// Responses of sweep `i` from sample `from` to `to`.
    pub(super) fn responses(&self, plan: &FWavePlan, i: usize, from: usize, to: usize) -> Vec<Event> {
        let sigma = self.noise_smoothed[i];
        let least = plan.options.least_amplitude.max(plan.options.least_noise_ratio * sigma);
        // At an end the smoothing is narrower and noise larger.
        let (from, to) = (from + self.width, to.saturating_sub(self.width));
        let s: Vec<f64> =
            self.s[i].iter().zip(&self.guard[i]).map(|(s, g)| s.signum() * (s.abs() - g).max(0.0)).collect();
        events(&s, from, to, sigma, least, self.fs)
    }

    /// Time of a sample, s from the stimulus.
    pub(super) fn time_of(&self, sample: usize) -> f64 {
        self.time(sample as f64)
    }
    /// Time of a position, s from the stimulus.
    pub(super) fn time(&self, position: f64) -> f64 {
        self.start + position / self.fs
    }
}

/// A statistic over the sweeps at each sample.
fn across(x: &[&[f64]], len: usize, f: impl Fn(&mut [f64]) -> f64) -> Vec<f64> {
    let mut column = vec![0.0; x.len()];
    (0..len)
        .map(|t| {
            for (c, x) in column.iter_mut().zip(x) {
                *c = x[t];
            }
            f(&mut column)
        })
        .collect()
}

/// Smooths what lies before the stimulus and the tail each by itself; zero between.
fn smooth_parts(r: &[f64], before: usize, tail: usize, width: usize) -> Vec<f64> {
    let mut out = vec![0.0; r.len()];
    if before > 0 {
        out[..before].copy_from_slice(&smooth(&r[..before], width));
    }
    out[tail..].copy_from_slice(&smooth(&r[tail..], width));
    out
}

fn level_before(common: &[f64], before: usize) -> f64 {
    median(&mut common[..before].to_vec())
}

/// Where the tail of the M response begins.
fn tail_start(plan: &FWavePlan, first: &crate::ncs::Sweep<'_>, common: &[f64], x: &[&[f64]]) -> usize {
    let fs = plan.fs;
    let len = common.len();
    let (from, to) = (first.index(BLANK_S), first.index(plan.limits.tail_latest));
    let mut smoothed = smooth(common, smooth_width(M_S, fs));
    let rest = median(&mut smoothed[to.min(len - 1)..].to_vec());
    smoothed.iter_mut().for_each(|v| *v -= rest);
    let mut end = last_extremum(&smoothed, from, to);
    // A recorder at its limit: the tail begins behind the last run that any sweep has there.
    for x in x {
        for (_, b) in clipped(x) {
            if b <= to {
                end = end.max(b);
            }
        }
    }
    (end + smooth_width(TAIL_AFTER_S, fs)).min(len.saturating_sub(1)).max(first.index(BLANK_S).min(len - 1))
}
