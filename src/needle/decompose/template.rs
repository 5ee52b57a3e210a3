//! The potential of one unit in the steep band, at all parts of a sample, and how much it varies.

use super::shift::{PHASES, Shifter, split};
use crate::dsp::turns::quantile;

/// Half of the stretch that a template is averaged over, s; it is cut to where the potential is.
pub(super) const HALF_S: f64 = 8e-3;
/// Most sweeps of an average; bounds the work.
const MOST: usize = 160;

/// A unit's potential.
#[derive(Debug, Clone, Default)]
pub(super) struct Template {
    /// First sample from the discharge time.
    pub(super) first: isize,
    /// `phases[p][i]` is the potential at `first + i − p/PHASES`, V.
    pub(super) phases: Vec<Vec<f64>>,
    /// Variance of single discharges beyond the noise, a sample, V².
    pub(super) jitter: Vec<f64>,
    /// Σ of squares, V².
    pub(super) energy: f64,
    /// Greatest absolute value, V.
    pub(super) peak: f64,
    /// Samples of `phases[0]` that must be there for a discharge to be looked for: the highest extrema.
    pub(super) marks: Vec<usize>,
}

/// Sweeps around `times`, aligned to parts of a sample: their trimmed mean and the variance of one sweep.
pub(super) struct Average {
    pub(super) mean: Vec<f64>,
    pub(super) variance: Vec<f64>,
    pub(super) sweeps: usize,
}

/// Averages `signal` around times in samples. Each sample's sweeps within 2.5 robust SD of their median count.
#[expect(clippy::cast_precision_loss, reason = "a count of sweeps")]
pub(super) fn average(shifter: &Shifter, signal: &[f64], times: &[f64], half: usize) -> Average {
    let step = times.len().div_ceil(MOST).max(1);
    let len = 2 * half + 1;
    let mut rows: Vec<f64> = Vec::with_capacity(len * MOST);
    let mut one = Vec::new();
    let mut sweeps = 0;
    for &t in times.iter().step_by(step) {
        let (at, phase) = split(t);
        let first = at - half.cast_signed();
        if first < 0 || (first + len.cast_signed()) > signal.len().cast_signed() {
            continue;
        }
        shifter.cut(signal, first, phase, len, &mut one);
        rows.extend_from_slice(&one);
        sweeps += 1;
    }
    let mut out = Average { mean: vec![0.0; len], variance: vec![0.0; len], sweeps };
    if sweeps == 0 {
        return out;
    }
    let mut column = vec![0.0; sweeps];
    for k in 0..len {
        column.iter_mut().enumerate().for_each(|(s, c)| *c = rows[s * len + k]);
        let middle = quantile(&mut column, 0.5);
        let mut apart: Vec<f64> = column.iter().map(|v| (v - middle).abs()).collect();
        let sd = 1.4826 * quantile(&mut apart, 0.5);
        let kept = column.iter().filter(|v| (*v - middle).abs() <= 2.5 * sd);
        let (n, sum) = kept.fold((0.0, 0.0), |(n, s), v| (n + 1.0, s + v));
        out.mean[k] = if n > 0.0 { sum / n } else { middle };
        out.variance[k] = sd * sd * (1.0 + 1.5 / sweeps as f64);
    }
    out
}

impl Template {
    /// From an average of [`HALF_S`] on each side. `noise` is the SD of what is no part of the potential.
    #[expect(clippy::cast_precision_loss, reason = "a count of sweeps")]
    pub(super) fn of(average: &Average, shifter: &Shifter, noise: f64) -> Template {
        let mean = &average.mean;
        let half = mean.len() / 2;
        let peak = mean.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
        // Where the average stands out of its own noise, and is more than a trifle of its peak (ours: 2.5 %).
        let limit = (3.0 * noise / (average.sweeps.max(1) as f64).sqrt()).max(0.03 * peak);
        // Grown from the middle: a flat stretch of 2 ms at the usual rate ends it, so that leaks of other
        // units do not come in.
        let flat = half / 5;
        let grow = |step: isize| {
            let (mut last, mut i, mut quiet) = (half.cast_signed(), half.cast_signed(), 0);
            while let Some(v) = usize::try_from(i).ok().and_then(|i| mean.get(i)) {
                if v.abs() > limit {
                    (last, quiet) = (i, 0);
                } else {
                    quiet += 1;
                    if quiet > flat {
                        break;
                    }
                }
                i += step;
            }
            last
        };
        let from = (grow(-1) - 4).max(0).unsigned_abs();
        let to = (grow(1) + 5).unsigned_abs().min(mean.len());
        let mut wave: Vec<f64> = mean[from..to].to_vec();
        let n = wave.len();
        for i in 0..4.min(n / 2) {
            let taper = (i + 1) as f64 / 5.0;
            wave[i] *= taper;
            wave[n - 1 - i] *= taper;
        }
        // What varies is the time of its parts, and a little their size: no more than this can be the unit's own.
        let own = |i: usize| {
            let (a, b) = (wave[i.saturating_sub(1)], wave[(i + 1).min(n - 1)]);
            let slope = 0.5 * (b - a);
            let least = (0.3 * slope).powi(2) + (0.05 * wave[i]).powi(2);
            let most = (1.0 * slope).powi(2) + (0.2 * wave[i]).powi(2) + (0.02 * peak).powi(2);
            (average.variance[from + i] - noise * noise).clamp(least.min(most), most)
        };
        let jitter: Vec<f64> = (0..n).map(own).collect();
        let phases: Vec<Vec<f64>> = (0..PHASES)
            .map(|p| {
                (0..n.cast_signed())
                    .map(|i| match p {
                        0 => wave[i.unsigned_abs()],
                        // i − p/PHASES = (i − 1) + (PHASES − p)/PHASES
                        _ => shifter.at(&wave, i - 1, PHASES - p),
                    })
                    .collect()
            })
            .collect();
        Template {
            first: from.cast_signed() - half.cast_signed(),
            energy: wave.iter().map(|v| v * v).sum(),
            peak,
            marks: marks(&wave, peak),
            phases,
            jitter,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.jitter.len()
    }

    /// Calls `f(sample of the signal, sample of the template)` where a discharge at `at` lies inside `n` samples.
    pub(super) fn overlap(&self, at: isize, n: usize) -> (usize, std::ops::Range<usize>) {
        let first = at + self.first;
        let skip = (-first).max(0).unsigned_abs().min(self.len());
        let start = first.max(0).unsigned_abs().min(n);
        let end = self.len().min(skip + n.saturating_sub(start));
        (start, skip..end.max(skip))
    }
}

/// The extrema of at least 60 % of the highest, at most three.
fn marks(wave: &[f64], peak: f64) -> Vec<usize> {
    let top = |i: &usize| {
        let v = wave[*i].abs();
        v >= 0.6 * peak && v >= wave[i - 1].abs() && v > wave[i + 1].abs()
    };
    let mut found: Vec<usize> = (1..wave.len().saturating_sub(1)).filter(top).collect();
    found.sort_by(|a, b| wave[*b].abs().total_cmp(&wave[*a].abs()));
    found.truncate(3);
    found
}

/// Least relative squared distance of two templates over shifts: ‖a − b‖²/max(‖a‖², ‖b‖²), and the shift of b
/// in samples at which it is.
pub(super) fn distance(a: &Template, b: &Template, most_shift: isize) -> (f64, isize) {
    let (x, y) = (&a.phases[0], &b.phases[0]);
    let scale = a.energy.max(b.energy).max(f64::MIN_POSITIVE);
    let mut best = (f64::INFINITY, 0);
    for shift in -most_shift..=most_shift {
        // b moved by `shift`: its sample j lies at b.first + j + shift.
        let from = b.first + shift - a.first;
        let cross: f64 = x
            .iter()
            .enumerate()
            .filter_map(|(i, v)| {
                usize::try_from(i.cast_signed() - from).ok().and_then(|j| y.get(j)).map(|w| v * w)
            })
            .sum();
        let d = (a.energy + b.energy - 2.0 * cross) / scale;
        if d < best.0 {
            best = (d, shift);
        }
    }
    best
}
