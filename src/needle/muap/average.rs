//! Potentials of all trains at once: what one unit adds is taken out before another is averaged.
//!
//! The trace is taken as the sum of every train's potential at its discharges. Least squares over all potentials is
//! solved by Gauss and Seidel's method on the trains: each is averaged on the residual plus itself. Averages are
//! medians-trimmed means in which samples that lie under another unit's unsteady spike count less; discharges are
//! aligned in continuous time between the passes (Woody 1967).

use super::column::robust_mean;
use super::quiet::take_out_background;
use super::shift::{Place, Shifter, count};
use super::unit::{Unit, enough, noise, samples, standing_out};
use crate::dsp::turns::quantile;
use crate::needle::train::Train;

/// Passes over all trains; the last two find the potential at its final alignment. Our choice: more changed nothing.
const PASSES: usize = 5;
/// Stretch over which the power of what is left is taken, s: a foreign spike's length, ours.
const LEFT_S: f64 = 2e-3;
/// Lags that are gathered at once.
const ABREAST: usize = 8;
/// All trains of a trace.
pub(super) struct Joint {
    pub(super) units: Vec<Unit>,
    /// Robust SD of the trace without the trains.
    pub(super) background: f64,
    pub(super) residual: Vec<f64>,
    /// One over the variance of each sample.
    weight: Vec<f64>,
    pub(super) shifter: Shifter,
    pub(super) fs: f64,
}

impl Joint {
    /// Averages all trains.
    pub(super) fn solve(x: &[f64], fs: f64, trains: &[Train]) -> Self {
        let x = &x[..enough(x.len(), fs, trains)];
        let middle = if x.is_empty() { 0.0 } else { quantile(&mut x.to_vec(), 0.5) };
        let mut joint = Joint {
            units: trains.iter().map(|t| Unit::new(t, x.len(), fs)).collect(),
            background: 0.0,
            residual: x.iter().map(|v| v - middle).collect(),
            weight: vec![1.0; x.len()],
            shifter: Shifter::new(),
            fs,
        };
        // The tallest first: what it leaves under the others is the most.
        let mut order: Vec<usize> = (0..trains.len()).collect();
        let height = |t: &Train| t.template.iter().map(|v| v * v).sum::<f64>();
        order.sort_by(|&a, &b| height(&trains[b]).total_cmp(&height(&trains[a])));
        for pass in 0..PASSES {
            for &k in &order {
                joint.update(k, pass);
            }
            if pass == 1 {
                take_out_background(&mut joint.residual, fs);
            }
            joint.weigh();
        }
        for unit in &mut joint.units {
            unit.noise = noise(unit, &joint.weight, fs);
        }
        joint
    }

    /// One step of Gauss and Seidel: averages unit `k` on the residual plus itself, and puts the new one in place.
    fn update(&mut self, k: usize, pass: usize) {
        let mut unit = std::mem::replace(&mut self.units[k], Unit::new(&Train::default(), 0, self.fs));
        let width = unit.width();
        unit.sweeps.resize(unit.at.len() * width, 0.0);
        let places: Vec<Place> = (0..unit.at.len()).map(|i| unit.place(i, 0)).collect();
        for (i, sweep) in unit.sweeps.chunks_exact_mut(width).enumerate() {
            self.shifter.read(&self.residual, places[i], sweep);
            if unit.present[i] {
                sweep.iter_mut().zip(&unit.model).for_each(|(s, m)| *s += m);
            }
        }
        self.inspect(&mut unit, pass);
        self.average(&mut unit);
        self.put(&unit, 1.0);
        if pass >= 1 {
            self.judge_presence(&mut unit);
        }
        if (1..PASSES - 1).contains(&pass) {
            self.align(&mut unit, pass);
        }
        if pass == PASSES - 2 {
            self.centre(&mut unit);
        }
        unit.model = self.outstanding(&unit);
        self.put(&unit, -1.0);
        self.units[k] = unit;
    }

    /// Adds the unit's model, times `sign`, to the residual at every discharge that is there.
    fn put(&mut self, unit: &Unit, sign: f64) {
        let Some(first) = unit.model.iter().position(|v| *v != 0.0) else { return };
        let last = unit.model.iter().rposition(|v| *v != 0.0).unwrap_or(first);
        let part: Vec<f64> = unit.model[first..=last].iter().map(|v| sign * v).collect();
        for i in (0..unit.at.len()).filter(|i| unit.present[*i]) {
            self.shifter.add(&mut self.residual, unit.place(i, first), &part);
        }
    }

    /// Marks the sweeps that may be averaged: inside the trace and, once there is a shape, like it.
    fn inspect(&self, unit: &mut Unit, pass: usize) {
        let width = unit.width();
        let len = count(self.residual.len());
        let inside = |t: f64| t - count(unit.before) >= 0.0 && t - count(unit.before) + count(width) <= len;
        unit.clean = unit.at.iter().zip(&unit.present).map(|(t, p)| *p && inside(*t)).collect();
        if pass == 0 {
            return;
        }
        let core = unit.core(self.fs);
        let power: f64 = unit.shape[core.clone()].iter().map(|v| v * v).sum();
        let apart: Vec<f64> = unit
            .sweeps
            .chunks_exact(width)
            .map(|s| {
                let pairs = s[core.clone()].iter().zip(&unit.shape[core.clone()]);
                pairs.map(|(a, b)| (a - b) * (a - b)).sum::<f64>()
            })
            .collect();
        let mut known: Vec<f64> =
            apart.iter().zip(&unit.clean).filter(|(_, c)| **c).map(|(a, _)| *a).collect();
        let usual = quantile(&mut known, 0.5);
        // Jiggle of three SD is twenty times the median distance (χ² of one degree), and stays in as long as it is less
        // than half of the potential itself; six times is always allowed. Ours.
        let most = (6.0 * usual).max((20.0 * usual).min(0.5 * power));
        let kept: Vec<bool> = unit.clean.iter().zip(&apart).map(|(c, a)| *c && *a <= most).collect();
        if 2 * kept.iter().filter(|k| **k).count() >= known.len() {
            unit.clean = kept;
        }
    }

    /// A discharge at which less than 0.4 of the potential is seen is a false one, where noise allows the judgement.
    fn judge_presence(&self, unit: &mut Unit) {
        let core = unit.core(self.fs);
        let power: f64 = unit.shape[core.clone()].iter().map(|v| v * v).sum();
        if power <= 36.0 * self.background * self.background {
            return;
        }
        let width = unit.width();
        for (i, s) in unit.sweeps.chunks_exact(width).enumerate() {
            let along: f64 = s[core.clone()].iter().zip(&unit.shape[core.clone()]).map(|(a, b)| a * b).sum();
            unit.present[i] = along >= 0.4 * power;
        }
    }

    /// Mean of the clean sweeps and their spread; takes out the baseline.
    fn average(&self, unit: &mut Unit) {
        let width = unit.width();
        let rows: Vec<(&[f64], usize)> = unit
            .sweeps
            .chunks_exact(width)
            .enumerate()
            .filter(|(i, _)| unit.clean[*i])
            .map(|(i, s)| {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "inside the trace"
                )]
                let first = (unit.at[i] - count(unit.before)).round().max(0.0) as usize;
                (s, first)
            })
            .collect();
        // Lags are columns of the sweeps: gathered a few at a time, a cache line of each sweep once.
        let rows_n = rows.len();
        let (mut values, mut weights) = (vec![0.0; ABREAST * rows_n], vec![0.0; ABREAST * rows_n]);
        let mut scratch = Vec::new();
        for lag in (0..width).step_by(ABREAST) {
            let some = lag..(lag + ABREAST).min(width);
            for (i, (sweep, first)) in rows.iter().enumerate() {
                let weight = self.weight.get(first + some.start..first + some.end);
                for (c, v) in sweep[some.clone()].iter().enumerate() {
                    values[c * rows_n + i] = *v;
                    weights[c * rows_n + i] = weight.map_or(1.0, |w| w[c]);
                }
            }
            for (c, j) in some.enumerate() {
                let column = c * rows_n..(c + 1) * rows_n;
                let (mean, sd) = robust_mean(&values[column.clone()], &weights[column], &mut scratch);
                unit.shape[j] = mean;
                unit.spread[j] = sd;
            }
        }
        let n = count(rows.len()).max(1.0).sqrt();
        let standing = standing_out(&unit.shape, &unit.spread, n, self.fs);
        super::baseline::take_out(&mut unit.shape, &standing);
    }

    /// The shape where it stands out of its noise, fading over a millisecond; zero elsewhere, where subtracting it
    /// would only add noise.
    fn outstanding(&self, unit: &Unit) -> Vec<f64> {
        let n = count(unit.clean.iter().filter(|c| **c).count()).max(1.0).sqrt();
        let standing = standing_out(&unit.shape, &unit.spread, n, self.fs);
        let fade = samples(1e-3, self.fs);
        let mut since = vec![fade; unit.width()];
        let mut run = fade;
        for (j, s) in standing.iter().enumerate() {
            run = if *s { 0 } else { (run + 1).min(fade) };
            since[j] = run;
        }
        run = fade;
        for (j, s) in standing.iter().enumerate().rev() {
            run = if *s { 0 } else { (run + 1).min(fade) };
            since[j] = since[j].min(run);
        }
        let weight = |s: usize| 0.5 + 0.5 * (std::f64::consts::PI * count(s) / count(fade)).cos();
        unit.shape.iter().zip(since).map(|(v, s)| v * weight(s)).collect()
    }

    /// Background and, from it and each unit's unsteadiness, the variance of every sample.
    fn weigh(&mut self) {
        let mut some: Vec<f64> = self.residual.iter().step_by(7).map(|v| v.abs()).collect();
        let background = if some.is_empty() { 0.0 } else { 1.4826 * quantile(&mut some, 0.5) };
        self.background = background;
        let floor = (background * background).max(1e-18);
        self.weight.fill(floor);
        for unit in &self.units {
            let extra: Vec<f64> = unit.spread.iter().map(|s| (s * s - floor).max(0.0)).collect();
            for (at, _) in unit.at.iter().zip(&unit.present).filter(|(_, p)| **p) {
                #[expect(clippy::cast_possible_truncation, reason = "inside the trace")]
                let first = (at - count(unit.before)).round() as isize;
                let skip = first.min(0).unsigned_abs().min(extra.len());
                let start = first.max(0).unsigned_abs().min(self.weight.len());
                for (v, e) in self.weight[start..].iter_mut().zip(&extra[skip..]) {
                    *v += e;
                }
            }
        }
        // Where something is left that no train explains, a foreign potential, the sample says less.
        let square: Vec<f64> = self.residual.iter().map(|v| v * v).collect();
        let left = super::baseline::smooth(&square, samples(LEFT_S, self.fs));
        self.weight.iter_mut().zip(left).for_each(|(v, l)| *v = 1.0 / v.max(l));
    }
}
