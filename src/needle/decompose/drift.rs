//! Potentials that change slowly while the needle creeps: one template a stretch of time.

use super::matching::Fit;
use super::shift::Shifter;
use super::template::{Average, Template, average};

/// Change from the first to the second half of a train that is no noise, as a share of the energy; ours.
const CHANGE: f64 = 0.02;
/// Fewest discharges that a stretch's template is averaged from.
const FEWEST: usize = 12;
/// Most stretches; bounds the work.
const MOST: usize = 64;

/// The potential of one unit over time.
#[derive(Debug, Clone, Default)]
pub(super) struct Potential {
    stretches: Vec<Template>,
    /// Length of a stretch, samples.
    len: usize,
}

impl Potential {
    /// One that does not change.
    pub(super) fn steady(template: Template) -> Self {
        Potential { stretches: vec![template], len: usize::MAX }
    }

    /// From a signal in which the unit's discharges, and only its own, are still there.
    pub(super) fn learn(shifter: &Shifter, signal: &[f64], times: &[f64], half: usize, noise: f64) -> Self {
        let whole = Template::of(&average(shifter, signal, times, half), shifter, noise);
        let (first, second) = times.split_at(times.len() / 2);
        if first.len() < FEWEST {
            return Potential::steady(whole);
        }
        let halves = [first, second].map(|t| average(shifter, signal, t, half));
        if change(&halves, noise, &whole, half) < CHANGE {
            return Potential::steady(whole);
        }
        let count = (times.len() * 3 / (2 * FEWEST)).clamp(1, MOST);
        let len = signal.len().div_ceil(count).max(1);
        #[expect(clippy::cast_precision_loss, reason = "positions in a trace")]
        let stretch = |k: usize| {
            // The stretch and half of each neighbour, and more where the unit fires too rarely.
            let middle = (k as f64 + 0.5) * len as f64;
            let from = times.partition_point(|t| *t < middle - len as f64);
            let to = times.partition_point(|t| *t <= middle + len as f64);
            let lack = FEWEST.saturating_sub(to - from).div_ceil(2);
            let range = from.saturating_sub(lack)..(to + lack).min(times.len());
            Template::of(&average(shifter, signal, &times[range], half), shifter, noise)
        };
        Potential { stretches: (0..count).map(stretch).collect(), len }
    }

    /// At a sample.
    pub(super) fn at(&self, at: isize) -> &Template {
        &self.stretches[(at.max(0).unsigned_abs() / self.len).min(self.stretches.len() - 1)]
    }

    /// In the middle of the trace.
    pub(super) fn main(&self) -> &Template {
        &self.stretches[self.stretches.len() / 2]
    }

    /// Farthest sample from a discharge time.
    pub(super) fn reach(&self) -> isize {
        self.stretches.iter().map(|t| (t.first + t.len().cast_signed()).max(-t.first)).max().unwrap_or(0)
    }

    /// Adds (sign 1) or takes out (−1) discharges.
    pub(super) fn put<'a>(&self, signal: &mut [f64], fits: impl Iterator<Item = &'a Fit>, sign: f64) {
        for fit in fits {
            let t = self.at(fit.at);
            let (start, range) = t.overlap(fit.at, signal.len());
            let wave = &t.phases[fit.phase][range];
            signal[start..].iter_mut().zip(wave).for_each(|(s, w)| *s += sign * w);
        }
    }

    /// Takes the variance that discharges leave behind out.
    pub(super) fn unblur<'a>(&self, jitter: &mut [f64], fits: impl Iterator<Item = &'a Fit>) {
        for fit in fits {
            let t = self.at(fit.at);
            let (start, range) = t.overlap(fit.at, jitter.len());
            jitter[start..].iter_mut().zip(&t.jitter[range]).for_each(|(j, v)| *j = (*j - v).max(0.0));
        }
    }
}

/// ‖a − b‖² over the potential, less what noise makes, over its energy.
#[expect(clippy::cast_precision_loss, reason = "counts of sweeps")]
fn change([a, b]: &[Average; 2], noise: f64, whole: &Template, half: usize) -> f64 {
    let from = (half.cast_signed() + whole.first).max(0).unsigned_abs();
    let range = from..from + whole.len();
    let apart: f64 = a.mean[range.clone()].iter().zip(&b.mean[range]).map(|(x, y)| (x - y) * (x - y)).sum();
    let rate = 1.0 / a.sweeps.max(1) as f64 + 1.0 / b.sweeps.max(1) as f64;
    let by_chance = rate * (whole.len() as f64 * noise * noise + whole.jitter.iter().sum::<f64>());
    (apart - 2.0 * by_chance) / whole.energy.max(f64::MIN_POSITIVE)
}
