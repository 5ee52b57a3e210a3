//! What a single sweep rests on beside the common tail: an offset, a trend, mains.

use super::solve::least_squares;
use super::{robust_sd, smooth, smooth_width};
use std::f64::consts::TAU;

/// Prior SD of a sweep's offset, V, and trend, V/s: amplifiers drift by µV within a sweep, offsets are larger.
/// Priors keep a fit on a short quiet stretch from running away under a response. Ours.
const OFFSET_SD: f64 = 1e-3;
const TREND_SD: f64 = 1e-3;
/// Smoothing before mains are looked for: they are slow, noise is not. Ours.
const SMOOTHING_S: f64 = 0.001;
/// Mains are taken out when they explain this share of the smoothed quiet variance beyond offset and trend, a degree of
/// freedom (a short quiet stretch can be fitted by anything). Ours.
const MAINS_SHARE: f64 = 0.4;
/// Coefficients of mains and of the rest, a sweep.
const MAINS_COEFFICIENTS: f64 = 4.0;
const OTHER_COEFFICIENTS: f64 = 2.0;

/// Mains found in a set of sweeps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::ncs) struct Mains {
    /// 50 or 60 Hz.
    pub(in crate::ncs) frequency: f64,
    /// SD of a sine's or cosine's coefficient over the sweeps, V.
    pub(in crate::ncs) sd: f64,
}

/// Fits offset, trend, mains and what the M response's tail is larger or smaller by, on quiet samples of one
/// sweep.
pub(in crate::ncs) struct Baseline {
    columns: Vec<Vec<f64>>,
    priors: Vec<f64>,
    fs: f64,
}

/// Which column is the size of the common shape.
const SIZE: usize = 2;

impl Baseline {
    /// `shape` is common to the sweeps (zero where it is not known); a sweep may have more or less of it, by a share with
    /// prior SD `size_sd`.
    #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
    pub(in crate::ncs) fn new(shape: &[f64], size_sd: f64, fs: f64, mains: Option<Mains>) -> Self {
        let samples = shape.len();
        let t: Vec<f64> = (0..samples).map(|i| i as f64 / fs).collect();
        let middle = samples as f64 / fs / 2.0;
        let rest = shape.last().copied().unwrap_or(0.0);
        let size: Vec<f64> = shape.iter().map(|v| if *v == 0.0 { 0.0 } else { v - rest }).collect();
        let mut columns = vec![vec![1.0; samples], t.iter().map(|t| t - middle).collect(), size];
        let mut priors = vec![OFFSET_SD, TREND_SD, size_sd];
        if let Some(mains) = mains {
            // The third harmonic is the next strong one in practice.
            for (harmonic, share) in [(1.0, 1.0), (3.0, 0.4)] {
                let omega = TAU * mains.frequency * harmonic;
                columns.push(t.iter().map(|t| (omega * t).sin()).collect());
                columns.push(t.iter().map(|t| (omega * t).cos()).collect());
                priors.extend([share * mains.sd; 2]);
            }
        }
        Baseline { columns, priors, fs }
    }

    /// The baseline of `x` over all its samples, from those marked quiet with noise SD `noise` a sample.
    pub(in crate::ncs) fn fit(&self, x: &[f64], quiet: &[bool], noise: f64) -> Vec<f64> {
        let c = self.coefficients(x, quiet, noise);
        (0..x.len()).map(|i| c.iter().zip(&self.columns).map(|(c, column)| c * column[i]).sum()).collect()
    }

    /// The same without what the common shape is larger or smaller by.
    /// `w`: weight of each sample, 0 to 1.
    pub(in crate::ncs) fn fit_beside_shape(&self, x: &[f64], w: &[f64], noise: f64) -> Vec<f64> {
        let c = self.weighted(x, w, noise);
        let beside = || c.iter().zip(&self.columns).enumerate().filter(|(j, _)| *j != SIZE);
        (0..x.len()).map(|i| beside().map(|(_, (c, column))| c * column[i]).sum()).collect()
    }

    fn coefficients(&self, x: &[f64], quiet: &[bool], noise: f64) -> Vec<f64> {
        let w: Vec<f64> = quiet.iter().map(|q| if *q { 1.0 } else { 0.0 }).collect();
        self.weighted(x, &w, noise)
    }

    fn weighted(&self, x: &[f64], w: &[f64], noise: f64) -> Vec<f64> {
        // Noise is not white: neighbouring samples say the same, at worst over about half a millisecond.
        let noise = noise.max(1e-9);
        let variance = noise * noise * (self.fs * 2e-4).max(1.0);
        let precision: Vec<f64> = self.priors.iter().map(|sd| variance / (sd * sd).max(1e-30)).collect();
        least_squares(&self.columns, x, w, &precision).unwrap_or_else(|| vec![0.0; self.columns.len()])
    }

    /// Whether mains stand out in the sweeps' quiet samples; both frequencies are tried.
    #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
    pub(in crate::ncs) fn find_mains(
        sweeps: &[Vec<f64>],
        quiet: &[Vec<bool>],
        shape: &[f64],
        size_sd: f64,
        fs: f64,
    ) -> Option<Mains> {
        let width = smooth_width(SMOOTHING_S, fs);
        let smoothed: Vec<Vec<f64>> = sweeps.iter().map(|x| smooth(x, width)).collect();
        let rest = |baseline: &Baseline| -> f64 {
            let mut sum = 0.0;
            for (x, quiet) in smoothed.iter().zip(quiet) {
                let fit = baseline.fit(x, quiet, 1e-6);
                sum += x
                    .iter()
                    .zip(&fit)
                    .zip(quiet)
                    .filter(|(_, q)| **q)
                    .map(|((x, f), _)| (x - f).powi(2))
                    .sum::<f64>();
            }
            sum
        };
        // Independent values of the smoothed quiet samples, all sweeps.
        let quiet_samples = quiet.iter().flatten().filter(|q| **q).count() as f64;
        let values = quiet_samples / width as f64;
        let n = sweeps.len() as f64;
        let (before, after) =
            (values - OTHER_COEFFICIENTS * n, values - (OTHER_COEFFICIENTS + MAINS_COEFFICIENTS) * n);
        if after < n {
            return None;
        }
        let plain = rest(&Baseline::new(shape, size_sd, fs, None));
        let mut best: Option<(f64, Mains)> = None;
        for frequency in [50.0, 60.0] {
            let baseline = Baseline::new(shape, size_sd, fs, Some(Mains { frequency, sd: 2e-5 }));
            let left = rest(&baseline);
            let mut squares = 0.0;
            for (x, quiet) in smoothed.iter().zip(quiet) {
                let c = baseline.coefficients(x, quiet, 1e-6);
                squares += (c[3] * c[3] + c[4] * c[4]) / (2.0 * sweeps.len() as f64);
            }
            let found = Mains { frequency, sd: squares.sqrt() };
            if left / after < (1.0 - MAINS_SHARE) * plain / before && best.is_none_or(|(l, _)| left < l) {
                best = Some((left, found));
            }
        }
        best.map(|b| b.1).filter(|m| m.sd > 0.0)
    }
}

/// Noise SD of the quiet samples around a baseline, robust; 0 for none.
pub(in crate::ncs) fn quiet_sd(x: &[f64], quiet: &[bool]) -> f64 {
    let seen: Vec<f64> = x.iter().zip(quiet).filter(|(_, q)| **q).map(|(x, _)| *x).collect();
    robust_sd(&seen)
}
