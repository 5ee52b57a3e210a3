//! Discharges moved to where their sweeps fit the average, in continuous time.

use super::average::Joint;
use super::column::spread;
use super::shift::{Place, count};
use super::unit::{Unit, samples};
use crate::dsp::turns::quantile;

/// Farthest a discharge may be moved in one pass, s. The times of a decomposition are nearer than 0.5 ms.
const FARTHEST_S: f64 = 0.5e-3;

impl Joint {
    /// Moves each discharge to where its sweep fits the shape best.
    pub(super) fn align(&self, unit: &mut Unit, pass: usize) {
        let core = unit.core(self.fs);
        let width = unit.width();
        if core.len() < 5 || core.start < 1 || core.end + 1 > width {
            return;
        }
        let slope: Vec<f64> =
            core.clone().map(|j| 0.5 * (unit.shape[(j + 1).min(width - 1)] - unit.shape[j - 1])).collect();
        let power: f64 = slope.iter().map(|d| d * d).sum();
        if power <= 0.0 {
            return;
        }
        let most = samples(FARTHEST_S, self.fs);
        let mut moved = vec![0.0; unit.at.len()];
        let mut shifted = vec![0.0; core.len()];
        for (i, sweep) in unit.sweeps.chunks_exact(width).enumerate() {
            // Whole samples first, while the shape is still blurred; later passes are near.
            let mut best = (f64::MAX, 0_isize);
            let reach = if pass == 1 { most } else { most.div_ceil(3) };
            let reach = isize::try_from(reach).unwrap_or(0);
            for lag in -reach..=reach {
                let Some(from) = core.start.checked_add_signed(lag) else { continue };
                let Some(part) = sweep.get(from..from + core.len()) else { continue };
                let d: f64 = part.iter().zip(&unit.shape[core.clone()]).map(|(a, b)| (a - b) * (a - b)).sum();
                if d < best.0 {
                    best = (d, lag);
                }
            }
            #[expect(clippy::cast_precision_loss, reason = "a small lag")]
            let mut tau = best.1 as f64;
            // Gauss and Newton: sweep(t + tau) − shape = slope · step.
            for _ in 0..2 {
                self.shifter.read(sweep, Place::of(count(core.start) + tau), &mut shifted);
                let pairs = shifted.iter().zip(&unit.shape[core.clone()]).zip(&slope);
                let step: f64 = pairs.map(|((s, m), d)| (m - s) * d).sum::<f64>() / power;
                tau += step.clamp(-0.5, 0.5);
            }
            moved[i] = unit.at[i] + tau.clamp(-count(most), count(most)) - unit.start[i];
        }
        // What noise alone would move is taken back (empirical Bayes on the offsets).
        let mut known: Vec<f64> =
            moved.iter().zip(&unit.clean).filter(|(_, c)| **c).map(|(m, _)| *m).collect();
        if known.len() < 5 {
            return;
        }
        let middle = quantile(&mut known, 0.5);
        let sd = spread(&known, middle, &mut Vec::new());
        let by_noise = self.background * self.background / power;
        let share = ((sd * sd - by_noise) / (sd * sd).max(f64::MIN_POSITIVE)).clamp(0.0, 1.0);
        let last = count(self.residual.len());
        for (i, m) in moved.iter().enumerate() {
            unit.at[i] = (unit.start[i] + middle + share * (m - middle)).clamp(0.0, last);
        }
    }

    /// Moves reference, shape and discharges so that the main negative peak lies at `before`.
    pub(super) fn centre(&self, unit: &mut Unit) {
        let near = samples(0.01, self.fs).min(unit.before).min(unit.width() - unit.before - 1);
        let range = unit.before - near..unit.before + near + 1;
        let Some(peak) = range.min_by(|&a, &b| unit.shape[a].total_cmp(&unit.shape[b])) else { return };
        let offset = count(peak) - count(unit.before) + vertex(&unit.shape, peak);
        let mut moved = vec![0.0; unit.width()];
        self.shifter.read(&unit.shape, Place::of(offset), &mut moved);
        unit.shape = moved;
        let last = count(self.residual.len());
        for (at, start) in unit.at.iter_mut().zip(&mut unit.start) {
            *at = (*at + offset).clamp(0.0, last);
            *start += offset;
        }
    }
}

/// Offset of an extreme from its sample by the parabola through three, −0.5 to 0.5 samples; 0 at an end.
pub(super) fn vertex(x: &[f64], peak: usize) -> f64 {
    let (Some(a), Some(b), Some(c)) =
        (peak.checked_sub(1).and_then(|i| x.get(i)), x.get(peak), x.get(peak + 1))
    else {
        return 0.0;
    };
    let bend = a - 2.0 * b + c;
    if bend == 0.0 { 0.0 } else { (0.5 * (a - c) / bend).clamp(-0.5, 0.5) }
}
