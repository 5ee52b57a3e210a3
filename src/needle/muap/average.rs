//! Potentials of all trains at once: what one unit adds is taken out before another is averaged.
//!
//! The trace is taken as the sum of every train's potential at its discharges. Least squares over all potentials is
//! solved by Gauss and Seidel's method on the trains: each is averaged on the residual plus itself. Averages are
//! medians-trimmed means in which samples that lie under another unit's unsteady spike count less; discharges are
//! aligned in continuous time between the passes (Woody 1967).

use super::column::{robust_mean, spread};
use super::quiet::take_out_background;
use super::shift::{Place, Shifter, count};
use crate::dsp::turns::quantile;
use crate::needle::train::Train;

/// Window before and after the reference, s. Long chronic potentials last 30 ms and more (Stålberg 1986); an end needs
/// some flat baseline beside it. Our choice.
const WINDOW_S: (f64, f64) = (0.025, 0.035);
/// The window is no longer than this share of a short interval (lower tercile), so that it holds one discharge.
const SHARE_OF_INTERVAL: f64 = 0.9;
/// Shortest window, s: below it no potential fits in.
const SHORTEST_S: f64 = 0.02;
/// Passes over all trains; the last two find the potential at its final alignment. Our choice: more changed nothing.
const PASSES: usize = 5;
/// Half the window around the reference in which discharges are aligned and compared, s.
const CORE_S: f64 = 0.002;
/// Farthest a discharge may be moved in one pass, s. The times of a decomposition are nearer than 0.5 ms.
const FARTHEST_S: f64 = 0.5e-3;

/// One train in work and, at the end, its result.
pub(super) struct Unit {
    /// Position of each discharge's reference, samples.
    pub(super) at: Vec<f64>,
    /// As the train had them.
    start: Vec<f64>,
    /// Whether the potential is really there: false discharges are neither averaged nor subtracted.
    pub(super) present: Vec<bool>,
    /// Whether it may be averaged: present, inside the trace, and not spoilt.
    pub(super) clean: Vec<bool>,
    /// The average, baseline taken out.
    pub(super) shape: Vec<f64>,
    /// What is subtracted: the average where it stands out.
    model: Vec<f64>,
    /// Robust SD between sweeps at each lag.
    pub(super) spread: Vec<f64>,
    /// Index of the reference in `shape`.
    pub(super) before: usize,
    /// Sweeps with all else taken out, clean ones and others, one after the other.
    pub(super) sweeps: Vec<f64>,
    /// SD of the average's noise at lags where it is flat.
    pub(super) noise: f64,
}

/// All trains of a trace.
pub(super) struct Joint {
    pub(super) units: Vec<Unit>,
    /// Robust SD of the trace without the trains.
    pub(super) background: f64,
    residual: Vec<f64>,
    variance: Vec<f64>,
    shifter: Shifter,
    fs: f64,
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of samples")]
pub(super) fn samples(seconds: f64, fs: f64) -> usize {
    ((seconds * fs).round() as usize).max(1)
}

impl Unit {
    fn new(train: &Train, len: usize, fs: f64) -> Self {
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

    fn place(&self, i: usize) -> Place {
        Place::of(self.at[i] - count(self.before))
    }

    /// The lags around the reference in which discharges are compared.
    fn core(&self, fs: f64) -> std::ops::Range<usize> {
        let half = samples(CORE_S, fs);
        self.before.saturating_sub(half)..(self.before + half + 1).min(self.width())
    }
}

impl Joint {
    /// Averages all trains.
    pub(super) fn solve(x: &[f64], fs: f64, trains: &[Train]) -> Self {
        let middle = quantile(&mut x.to_vec(), 0.5);
        let mut joint = Joint {
            units: trains.iter().map(|t| Unit::new(t, x.len(), fs)).collect(),
            background: 0.0,
            residual: x.iter().map(|v| v - middle).collect(),
            variance: vec![1.0; x.len()],
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
            unit.noise = noise(unit, fs);
        }
        joint
    }

    /// One step of Gauss and Seidel: averages unit `k` on the residual plus itself, and puts the new one in place.
    fn update(&mut self, k: usize, pass: usize) {
        let mut unit = std::mem::replace(&mut self.units[k], Unit::new(&Train::default(), 0, self.fs));
        let width = unit.width();
        unit.sweeps.resize(unit.at.len() * width, 0.0);
        for (i, sweep) in unit.sweeps.chunks_exact_mut(width).enumerate() {
            self.shifter.read(&self.residual, Place::of(unit.at[i] - count(unit.before)), sweep);
            if unit.present[i] {
                sweep.iter_mut().zip(&unit.model).for_each(|(s, m)| *s += m);
            }
        }
        self.inspect(&mut unit, pass);
        self.average(&mut unit);
        let old: Vec<Option<Place>> =
            (0..unit.at.len()).map(|i| unit.present[i].then(|| unit.place(i))).collect();
        let was = std::mem::take(&mut unit.model);
        for place in old.into_iter().flatten() {
            self.shifter.add(&mut self.residual, place, &was);
        }
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
        let negative: Vec<f64> = unit.model.iter().map(|v| -v).collect();
        for i in 0..unit.at.len() {
            if unit.present[i] {
                self.shifter.add(&mut self.residual, unit.place(i), &negative);
            }
        }
        self.units[k] = unit;
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
        // Six times the usual distance and a quarter of the potential's own power: ours; jiggle stays in.
        let most = (6.0 * usual).max(0.25 * power.min(4.0 * usual));
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
        let (mut values, mut weights, mut scratch) = (Vec::new(), Vec::new(), Vec::new());
        for lag in 0..width {
            values.clear();
            weights.clear();
            for (sweep, first) in &rows {
                values.push(sweep[lag]);
                let at = (first + lag).min(self.variance.len().saturating_sub(1));
                weights.push(1.0 / self.variance.get(at).copied().unwrap_or(1.0));
            }
            let (mean, sd) = robust_mean(&values, &weights, &mut scratch);
            unit.shape[lag] = mean;
            unit.spread[lag] = sd;
        }
        let n = count(rows.len()).max(1.0).sqrt();
        let standing = standing_out(&unit.shape, &unit.spread, n, self.fs);
        super::baseline::take_out(&mut unit.shape, &standing);
    }

    /// Moves each discharge to where its sweep fits the shape best.
    fn align(&self, unit: &mut Unit, pass: usize) {
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
    fn centre(&self, unit: &mut Unit) {
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
        self.variance.fill(floor);
        for unit in &self.units {
            let extra: Vec<f64> = unit.spread.iter().map(|s| (s * s - floor).max(0.0)).collect();
            for (at, _) in unit.at.iter().zip(&unit.present).filter(|(_, p)| **p) {
                #[expect(clippy::cast_possible_truncation, reason = "inside the trace")]
                let first = (at - count(unit.before)).round() as isize;
                let skip = first.min(0).unsigned_abs().min(extra.len());
                let start = first.max(0).unsigned_abs().min(self.variance.len());
                for (v, e) in self.variance[start..].iter_mut().zip(&extra[skip..]) {
                    *v += e;
                }
            }
        }
    }
}

/// Lags at which the smoothed shape stands out of its noise (2.5 SD, strict), widened by 2 ms.
pub(super) fn standing_out(shape: &[f64], spread: &[f64], root_n: f64, fs: f64) -> Vec<bool> {
    let smooth = super::baseline::smooth(shape, samples(0.4e-3, fs));
    let wide = samples(2e-3, fs);
    let mut out = vec![false; shape.len()];
    for (j, (v, s)) in smooth.iter().zip(spread).enumerate() {
        if v.abs() > 2.5 * s / root_n {
            out[j.saturating_sub(wide)..(j + wide + 1).min(shape.len())].fill(true);
        }
    }
    out
}

/// SD of the average's noise: sweeps added with alternating signs show noise without the potential.
fn noise(unit: &Unit, fs: f64) -> f64 {
    let mut sum = vec![0.0; unit.width()];
    let mut sign = 1.0;
    let mut n = 0_usize;
    for (_, sweep) in unit.clean_sweeps() {
        // A spoilt sample must not speak for all: cut at 2.5 SD from the average, as the mean is.
        for ((s, v), (m, sd)) in sum.iter_mut().zip(sweep).zip(unit.shape.iter().zip(&unit.spread)) {
            *s += sign * (v - m).clamp(-2.5 * sd, 2.5 * sd);
        }
        sign = -sign;
        n += 1;
    }
    if n < 2 {
        return 0.0;
    }
    // Beside the spike, where it is not the jiggle that is seen; all of it in a short window.
    let near = samples(4e-3, fs);
    let far = |j: usize| j.abs_diff(unit.before) > near;
    let mut size: Vec<f64> =
        sum.iter().enumerate().filter(|(j, _)| far(*j)).map(|(_, v)| v.abs() / count(n)).collect();
    let sd = if size.is_empty() { 0.0 } else { 1.4826 * quantile(&mut size, 0.5) };
    if sd.is_finite() { sd } else { 0.0 }
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
