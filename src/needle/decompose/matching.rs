//! Explaining a trace by discharges of known potentials: the surest first, each taken out before the next.

use super::drift::Potential;
use super::shift::PHASES;
use super::template::Template;
use super::timing::Firing;

/// A discharge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Fit {
    pub(super) unit: usize,
    /// Whole sample, and the phase after it.
    pub(super) at: isize,
    pub(super) phase: usize,
    /// −2 ln likelihood ratio of "it is there" against "it is not", timing and penalty included; above 0.
    pub(super) score: f64,
}

impl Fit {
    /// Samples.
    #[expect(clippy::cast_precision_loss, reason = "positions in a trace")]
    pub(super) fn time(&self) -> f64 {
        self.at as f64 + self.phase as f64 / PHASES as f64
    }
}

/// Score that a discharge must beat: 2 ln of the places that it could be at. Ours: 5,000 to 1.
pub(super) const PENALTY: f64 = 17.0;
/// Least and greatest size of a discharge, relative to its template. Ours.
const SIZES: std::ops::Range<f64> = 0.6..1.6;
/// A unit does not fire again within this time, s: the shortest doublets are longer.
const REFRACTORY_S: f64 = 3e-3;
/// Nor in another of its shapes within this, s: the lag between two shapes is not exact.
const APART_S: f64 = 8e-3;
/// Length of the cells that the search is kept in, samples.
const CELL: usize = 128;

/// What is being explained.
pub(super) struct Matcher<'a> {
    pub(super) potentials: &'a [Potential],
    /// Firing of each unit and its discharges in the pass before, samples; empty in the first pass.
    pub(super) firing: &'a [(Option<Firing>, Vec<f64>)],
    /// Which unit each potential is a shape of.
    pub(super) family: &'a [usize],
    pub(super) fs: f64,
    /// Variance of noise and background, V².
    pub(super) noise2: f64,
    /// Greatest share of a potential's high parts, beside the noise, that may be left when it is taken out.
    pub(super) most_misfit: f64,
    /// What is left.
    pub(super) rest: Vec<f64>,
    /// Variance that the discharges taken out leave behind, V².
    pub(super) jitter: Vec<f64>,
    pub(super) fits: Vec<Fit>,
    /// Of each unit the samples of its discharges, rising.
    taken: Vec<Vec<isize>>,
}

impl<'a> Matcher<'a> {
    pub(super) fn new(
        y: &[f64],
        fs: f64,
        noise: f64,
        most_misfit: f64,
        potentials: &'a [Potential],
        firing: &'a [(Option<Firing>, Vec<f64>)],
        family: &'a [usize],
    ) -> Self {
        let noise2 = (noise * noise).max(f64::MIN_POSITIVE);
        Matcher {
            potentials,
            firing,
            family,
            fs,
            noise2,
            most_misfit,
            rest: y.to_vec(),
            jitter: vec![0.0; y.len()],
            fits: Vec::new(),
            taken: vec![Vec::new(); potentials.len()],
        }
    }

    /// The whole trace: the surest discharge first, then second thoughts about each.
    pub(super) fn run(&mut self) {
        let cells = self.rest.len().div_ceil(CELL);
        let mut best: Vec<Option<Fit>> = (0..cells).map(|c| self.search(c)).collect();
        // A discharge takes away score, so each one ends a finite search; the bound is for safety.
        for _ in 0..self.rest.len() / 4 {
            let top = best.iter().enumerate().filter_map(|(c, f)| f.map(|f| (c, f.score)));
            let Some((cell, _)) = top.max_by(|a, b| a.1.total_cmp(&b.1)) else { break };
            // What was found may be stale: look again before it is taken.
            let Some(fit) = self.search(cell) else {
                best[cell] = None;
                continue;
            };
            let second =
                best.iter().enumerate().filter(|(c, _)| *c != cell).filter_map(|(_, f)| f.map(|f| f.score));
            if fit.score < 0.8 * second.fold(0.0, f64::max) {
                best[cell] = Some(fit);
                continue;
            }
            self.put(fit, 1.0);
            self.fits.push(fit);
            let (from, to) = self.reach(&fit);
            let touched = from / CELL..=(to / CELL).min(cells - 1);
            for (c, cell) in touched.clone().zip(&mut best[touched]) {
                *cell = self.search(c);
            }
        }
        for _ in 0..2 {
            self.reconsider();
        }
        self.fits.sort_by(|a, b| a.time().total_cmp(&b.time()));
    }

    /// The unit's potential at a time.
    pub(super) fn template(&self, unit: usize, at: isize) -> &'a Template {
        self.potentials[unit].at(at)
    }

    /// Samples whose search a discharge touches.
    fn reach(&self, fit: &Fit) -> (usize, usize) {
        let t = self.template(fit.unit, fit.at);
        let longest = self.potentials.iter().map(Potential::reach).max().unwrap_or(0);
        let from = (fit.at + t.first - longest).max(0).unsigned_abs();
        let to = (fit.at + t.first + t.len().cast_signed() + longest).max(0).unsigned_abs();
        (from, to.min(self.rest.len().saturating_sub(1)))
    }

    /// Takes a discharge out (`sign` 1) or puts it back (−1).
    pub(super) fn put(&mut self, fit: Fit, sign: f64) {
        let times = &mut self.taken[fit.unit];
        let i = times.partition_point(|t| *t < fit.at);
        if sign > 0.0 {
            times.insert(i, fit.at);
        } else if times.get(i) == Some(&fit.at) {
            times.remove(i);
        }
        let t = self.template(fit.unit, fit.at);
        let (start, range) = t.overlap(fit.at, self.rest.len());
        let wave = &t.phases[fit.phase][range.clone()];
        let n = wave.len();
        self.rest[start..start + n].iter_mut().zip(wave).for_each(|(r, w)| *r -= sign * w);
        let extra = &t.jitter[range];
        self.jitter[start..start + n].iter_mut().zip(extra).for_each(|(j, v)| *j = (*j + sign * v).max(0.0));
    }

    /// The best discharge whose time lies in a cell.
    fn search(&self, cell: usize) -> Option<Fit> {
        let from = cell * CELL;
        self.best(from.cast_signed(), (from + CELL).min(self.rest.len()).cast_signed(), None)
    }

    /// The best discharge with a time in `from..to`, of one unit or of any.
    fn best(&self, from: isize, to: isize, only: Option<usize>) -> Option<Fit> {
        let mut best: Option<Fit> = None;
        let mut c: Vec<f64> = Vec::new();
        for unit in 0..self.potentials.len() {
            let t = self.template(unit, from.midpoint(to));
            if only.is_some_and(|u| u != unit) {
                continue;
            }
            c.clear();
            c.resize((to - from + 2).max(0).unsigned_abs(), f64::NAN);
            for i in 1..c.len() - 1 {
                let at = from - 1 + i.cast_signed();
                if !self.may_be(t, at) {
                    continue;
                }
                for (j, c) in c.iter_mut().enumerate().skip(i - 1).take(3) {
                    if c.is_nan() {
                        *c = self.correlation(t, from - 1 + j.cast_signed());
                    }
                }
                // Half the potential's energy must be there at least.
                if 2.0 * c[i] <= t.energy || c[i] < c[i - 1] || c[i] <= c[i + 1] {
                    continue;
                }
                let bend = c[i - 1] - 2.0 * c[i] + c[i + 1];
                let part =
                    if bend < 0.0 { (0.5 * (c[i - 1] - c[i + 1]) / bend).clamp(-0.5, 0.5) } else { 0.0 };
                #[expect(clippy::cast_precision_loss, reason = "positions in a trace")]
                let (at, phase) = super::shift::split(at as f64 + part);
                let score = self.score(unit, at, phase);
                if score > best.map_or(0.0, |b| b.score) {
                    best = Some(Fit { unit, at, phase, score });
                }
            }
        }
        best
    }

    /// Whether one of the template's highest extrema is there, in about its size: cheaper than a correlation.
    fn may_be(&self, t: &Template, at: isize) -> bool {
        t.marks.iter().any(|&m| {
            let Ok(i) = usize::try_from(at + t.first + m.cast_signed()) else { return false };
            let Some(&r) = self.rest.get(i) else { return false };
            let size = r / t.phases[0][m];
            (0.4..2.0).contains(&size)
        })
    }

    fn correlation(&self, t: &Template, at: isize) -> f64 {
        let (start, range) = t.overlap(at, self.rest.len());
        let wave = &t.phases[0][range];
        self.rest[start..start + wave.len()].iter().zip(wave).map(|(r, w)| r * w).sum()
    }

    /// See [`Fit::score`]; negative infinity when the size is wrong.
    fn score(&self, unit: usize, at: isize, phase: usize) -> f64 {
        if self.is_refractory(unit, at) {
            return f64::NEG_INFINITY;
        }
        let t = self.template(unit, at);
        let (start, range) = t.overlap(at, self.rest.len());
        let wave = &t.phases[phase][range.clone()];
        let own = &t.jitter[range];
        let n = wave.len();
        let (mut cross, mut power, mut gain) = (0.0, 0.0, 0.0);
        let (mut misfit, mut core, mut noise) = (0.0, 0.0, 0.0);
        let high = 0.09 * t.peak * t.peak;
        for (((r, w), j), o) in
            self.rest[start..start + n].iter().zip(wave).zip(&self.jitter[start..start + n]).zip(own)
        {
            let without = self.noise2 + j;
            let with = without + o;
            cross += r * w / with;
            power += w * w / with;
            let left = (r - w) * (r - w);
            gain += r * r / without - left / with - (with / without).ln();
            if w * w > high {
                misfit += left;
                core += w * w;
                noise += without;
            }
        }
        // The mean must explain it, not the variance alone; in about its size, and with little left.
        if power <= 0.0 || !SIZES.contains(&(cross / power)) || misfit > self.most_misfit * core + 1.5 * noise
        {
            return f64::NEG_INFINITY;
        }
        let mean = 2.0 * cross - power;
        if mean < PENALTY { f64::NEG_INFINITY } else { gain - PENALTY + 2.0 * self.timing(unit, at) }
    }

    /// Whether the unit has just fired, or is about to, in whatever shape.
    pub(super) fn is_refractory(&self, unit: usize, at: isize) -> bool {
        self.taken.iter().zip(self.family).enumerate().any(|(k, (times, family))| {
            if *family != self.family[unit] {
                return false;
            }
            let i = times.partition_point(|t| *t < at);
            #[expect(clippy::cast_possible_truncation, reason = "a small count of samples")]
            let least = (if k == unit { REFRACTORY_S } else { APART_S } * self.fs) as isize;
            times.get(i).is_some_and(|t| t - at < least)
                || i.checked_sub(1).is_some_and(|i| at - times[i] < least)
        })
    }

    /// ln odds of the firing.
    pub(super) fn timing(&self, unit: usize, at: isize) -> f64 {
        let Some((Some(firing), times)) = self.firing.get(unit) else { return 0.0 };
        #[expect(clippy::cast_precision_loss, reason = "positions in a trace")]
        let t = at as f64;
        // A discharge of the pass before at this very place is this one.
        let same = 0.004 * self.fs;
        let before = times[..times.partition_point(|u| *u < t - same)].last();
        let after = times.get(times.partition_point(|u| *u <= t + same));
        firing.log_odds(t / self.fs, before.map(|u| u / self.fs), after.map(|u| u / self.fs))
    }

    /// Second thoughts: each discharge, the weakest first, is put back and what is best there now is taken.
    fn reconsider(&mut self) {
        let mut order: Vec<usize> = (0..self.fits.len()).collect();
        order.sort_by(|&a, &b| self.fits[a].score.total_cmp(&self.fits[b].score));
        #[expect(clippy::cast_possible_truncation, reason = "a small count of samples")]
        let near = (0.0012 * self.fs) as isize;
        let mut gone = vec![false; self.fits.len()];
        for i in order {
            let fit = self.fits[i];
            self.put(fit, -1.0);
            match self.best(fit.at - near, fit.at + near + 1, None) {
                Some(better) => {
                    self.put(better, 1.0);
                    self.fits[i] = better;
                }
                None => gone[i] = true,
            }
        }
        let mut gone = gone.into_iter();
        self.fits.retain(|_| !gone.next().unwrap_or(false));
    }
}
