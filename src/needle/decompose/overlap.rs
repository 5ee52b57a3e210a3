//! Superpositions: where something is left over, the discharges around it are opened and the set that explains
//! the stretch best is searched for.

use super::drift::Potential;
use super::matching::{Fit, Matcher, PENALTY};
use super::shift::PHASES;

/// Sets that are followed at a time, and most discharges of one set. Ours; they bound the work.
const BEAM: usize = 6;
const DEEPEST: usize = 6;
/// Places that are tried for one unit in one set.
const PLACES: usize = 2;
/// Most units that are tried in one place, those that the timing favours.
const MOST_UNITS: usize = 9;
/// What is left over starts a search where it stands so many SD above what may be left, and reaches this share
/// of the smallest unit's peak. Ours.
const OPEN_SD: f64 = 4.0;
const OPEN_SHARE: f64 = 0.6;
/// A new set must beat the old one by this (−2 ln likelihood). Ours.
const MARGIN: f64 = 4.0;
/// Stretches that are opened are joined within this time and no longer than that, s.
const JOIN_S: f64 = 1.5e-3;
const LONGEST_S: f64 = 12e-3;

/// A set of discharges over a stretch.
#[derive(Clone)]
struct Set {
    rest: Vec<f64>,
    jitter: Vec<f64>,
    fits: Vec<Fit>,
    /// −2 ln likelihood with penalties, against nothing taken out.
    cost: f64,
}

impl Matcher<'_> {
    /// Searches every stretch with something left over once; says how many were mended.
    pub(super) fn resolve(&mut self) -> usize {
        let smallest = self.potentials.iter().map(|p| p.main().peak).fold(f64::INFINITY, f64::min);
        if !smallest.is_finite() {
            return 0;
        }
        let mut mended = 0;
        for (from, to) in self.open_stretches(OPEN_SHARE * smallest) {
            mended += usize::from(self.mend(from, to, OPEN_SHARE * smallest));
        }
        self.fits.sort_by(|a, b| a.time().total_cmp(&b.time()));
        mended
    }

    /// Where something is left over.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts of samples")]
    fn open_stretches(&self, least: f64) -> Vec<(usize, usize)> {
        let (join, longest) = ((JOIN_S * self.fs) as usize, (LONGEST_S * self.fs) as usize);
        let mut out: Vec<(usize, usize)> = Vec::new();
        for (i, (r, j)) in self.rest.iter().zip(&self.jitter).enumerate() {
            if r.abs() < least || r * r < OPEN_SD * OPEN_SD * (self.noise2 + 2.0 * j) {
                continue;
            }
            match out.last_mut() {
                Some((from, to)) if i - *to <= join && i - *from <= longest => *to = i,
                _ => out.push((i, i)),
            }
        }
        out
    }

    /// Opens one stretch. Says whether another set is better.
    #[expect(clippy::cast_possible_truncation, reason = "counts of samples")]
    fn mend(&mut self, from: usize, to: usize, least: f64) -> bool {
        let near = (JOIN_S * self.fs) as isize;
        let (a, b) = (from.cast_signed() - near, to.cast_signed() + near);
        // A discharge belongs to the stretch when one of its high extrema lies in it.
        let inside = |f: &Fit| {
            let t = self.template(f.unit, f.at);
            t.marks.iter().any(|m| (a..=b).contains(&(f.at + t.first + m.cast_signed())))
        };
        let mut involved: Vec<Fit> = self.fits.iter().copied().filter(inside).collect();
        if involved.len() > DEEPEST {
            return false;
        }
        let reach = 2 * self.potentials.iter().map(Potential::reach).max().unwrap_or(0);
        let first = (a - reach).max(0);
        let last = (b + reach).min(self.rest.len().cast_signed());
        for f in &involved {
            self.put(*f, -1.0);
        }
        let range = first.unsigned_abs()..last.unsigned_abs();
        let empty = Set {
            rest: self.rest[range.clone()].to_vec(),
            jitter: self.jitter[range].to_vec(),
            fits: Vec::new(),
            cost: 0.0,
        };
        let mut old = empty.clone();
        for f in &involved {
            old.cost += self.cost(&old, first, f);
            self.add(&mut old, first, *f);
        }
        let units = self.candidates(a, b, &involved);
        let best = self.beam(empty, first, (a, b), &units);
        let stretch = (from.cast_signed() - first).max(0).unsigned_abs()
            ..=(to.cast_signed() - first).max(0).unsigned_abs();
        let better =
            best.as_ref().is_some_and(|s| s.cost < old.cost - MARGIN && self.is_explained(s, stretch, least));
        if let Some(set) = best.filter(|_| better) {
            self.fits.retain(|f| !involved.contains(f));
            involved = set.fits;
            self.fits.extend(&involved);
        }
        for f in involved {
            self.put(f, 1.0);
        }
        better
    }

    /// Whether nothing much is left over: a set of known units that leaves something does not explain a stretch with
    /// an unknown one in it.
    fn is_explained(&self, set: &Set, stretch: std::ops::RangeInclusive<usize>, least: f64) -> bool {
        let over = |i: usize| {
            let (r, j) = (set.rest[i], set.jitter[i]);
            r.abs() > 1.3 * least && r * r > 1.7 * OPEN_SD * OPEN_SD * (self.noise2 + 2.0 * j)
        };
        stretch.filter(|i| *i < set.rest.len()).all(|i| !over(i))
    }

    /// Units that may have fired in a stretch: those that are in it, then those that the timing favours.
    fn candidates(&self, a: isize, b: isize, involved: &[Fit]) -> Vec<usize> {
        let middle = a.midpoint(b);
        let mut all: Vec<(f64, usize)> = (0..self.potentials.len())
            .filter(|&u| !self.is_refractory(u, middle))
            .map(|u| {
                let there = if involved.iter().any(|f| f.unit == u) { 100.0 } else { 0.0 };
                (there + self.timing(u, middle), u)
            })
            .collect();
        all.sort_by(|x, y| y.0.total_cmp(&x.0));
        all.truncate(MOST_UNITS);
        all.into_iter().map(|(_, u)| u).collect()
    }

    /// The cheapest set that is found.
    fn beam(&self, empty: Set, first: isize, place: (isize, isize), units: &[usize]) -> Option<Set> {
        let mut best: Option<Set> = None;
        let mut sets = vec![empty];
        for _ in 0..DEEPEST {
            let mut next: Vec<(f64, usize, Fit)> = Vec::new();
            for (k, set) in sets.iter().enumerate() {
                for &unit in units {
                    if set.fits.iter().any(|f| self.family[f.unit] == self.family[unit]) {
                        continue;
                    }
                    for fit in self.places(set, first, place, unit) {
                        next.push((set.cost + self.cost(set, first, &fit), k, fit));
                    }
                }
            }
            next.sort_by(|x, y| x.0.total_cmp(&y.0));
            let mut grown: Vec<Set> = Vec::new();
            for (cost, k, fit) in next {
                if grown.len() == BEAM {
                    break;
                }
                let mut fits = sets[k].fits.clone();
                fits.push(fit);
                fits.sort_by_key(|f| f.unit);
                let same = |s: &Set| {
                    s.fits.len() == fits.len()
                        && s.fits.iter().zip(&fits).all(|(x, y)| x.unit == y.unit && (x.at - y.at).abs() <= 1)
                };
                if grown.iter().any(same) {
                    continue;
                }
                let mut set = sets[k].clone();
                self.add(&mut set, first, fit);
                set.fits = fits;
                set.cost = cost;
                self.settle(&mut set, first);
                grown.push(set);
            }
            if grown.is_empty() {
                break;
            }
            for set in &grown {
                if best.as_ref().is_none_or(|b| set.cost < b.cost) {
                    best = Some(set.clone());
                }
            }
            sets = grown;
        }
        best
    }

    /// The best places of a unit in a stretch, by what its mean explains.
    fn places(&self, set: &Set, first: isize, (a, b): (isize, isize), unit: usize) -> Vec<Fit> {
        let t = self.template(unit, a);
        let Some(&mark) = t.marks.first() else { return Vec::new() };
        let mark = t.first + mark.cast_signed();
        let c: Vec<f64> = (a - mark - 1..=b - mark + 1)
            .map(|at| {
                let (start, range) = t.overlap(at - first, set.rest.len());
                let wave = &t.phases[0][range];
                set.rest[start..start + wave.len()].iter().zip(wave).map(|(r, w)| r * w).sum()
            })
            .collect();
        let mut tops: Vec<(f64, Fit)> = (1..c.len().saturating_sub(1))
            .filter(|&i| c[i] >= c[i - 1] && c[i] > c[i + 1] && c[i] > 0.3 * t.energy)
            .map(|i| {
                let bend = c[i - 1] - 2.0 * c[i] + c[i + 1];
                let part =
                    if bend < 0.0 { (0.5 * (c[i - 1] - c[i + 1]) / bend).clamp(-0.5, 0.5) } else { 0.0 };
                #[expect(clippy::cast_precision_loss, reason = "positions in a trace")]
                let (at, phase) = super::shift::split((a - mark - 1 + i.cast_signed()) as f64 + part);
                (c[i], Fit { unit, at, phase, score: 0.0 })
            })
            .filter(|(_, f)| !self.is_refractory(unit, f.at))
            .collect();
        tops.sort_by(|x, y| y.0.total_cmp(&x.0));
        tops.truncate(PLACES);
        tops.into_iter().map(|(_, f)| f).collect()
    }

    /// What adding a discharge to a set changes in its cost.
    fn cost(&self, set: &Set, first: isize, fit: &Fit) -> f64 {
        let t = self.template(fit.unit, fit.at);
        let (start, range) = t.overlap(fit.at - first, set.rest.len());
        let wave = &t.phases[fit.phase][range.clone()];
        let n = wave.len();
        let parts = set.rest[start..start + n]
            .iter()
            .zip(&set.jitter[start..start + n])
            .zip(wave.iter().zip(&t.jitter[range]));
        let gain: f64 = parts
            .map(|((r, j), (w, o))| {
                let without = self.noise2 + j;
                let with = without + o;
                r * r / without - (r - w) * (r - w) / with - (with / without).ln()
            })
            .sum();
        PENALTY - 2.0 * self.timing(fit.unit, fit.at) - gain
    }

    /// Takes a discharge out of a set's stretch.
    fn add(&self, set: &mut Set, first: isize, fit: Fit) {
        self.change(set, first, fit, 1.0);
        set.fits.push(fit);
    }

    fn change(&self, set: &mut Set, first: isize, fit: Fit, sign: f64) {
        let t = self.template(fit.unit, fit.at);
        let (start, range) = t.overlap(fit.at - first, set.rest.len());
        let wave = &t.phases[fit.phase][range.clone()];
        let n = wave.len();
        set.rest[start..start + n].iter_mut().zip(wave).for_each(|(r, w)| *r -= sign * w);
        let extra = &t.jitter[range];
        set.jitter[start..start + n].iter_mut().zip(extra).for_each(|(j, v)| *j = (*j + sign * v).max(0.0));
    }

    /// Moves each discharge of a set by parts of a sample to where the set costs least.
    fn settle(&self, set: &mut Set, first: isize) {
        if set.fits.len() < 2 {
            return;
        }
        for i in 0..set.fits.len() {
            let fit = set.fits[i];
            self.change(set, first, fit, -1.0);
            let before = self.cost(set, first, &fit);
            let mut best = (before, fit);
            for step in -6_isize..=6 {
                let place = fit.at * PHASES.cast_signed() + fit.phase.cast_signed() + 2 * step;
                let at = place.div_euclid(PHASES.cast_signed());
                let phase = place.rem_euclid(PHASES.cast_signed()).unsigned_abs();
                let moved = Fit { at, phase, ..fit };
                let cost = self.cost(set, first, &moved);
                if cost < best.0 {
                    best = (cost, moved);
                }
            }
            self.change(set, first, best.1, 1.0);
            set.fits[i] = best.1;
            set.cost += best.0 - before;
        }
    }

    /// Gives each discharge the score of being there, given all others.
    pub(super) fn rescore(&mut self) {
        for i in 0..self.fits.len() {
            let fit = self.fits[i];
            self.put(fit, -1.0);
            let t = self.template(fit.unit, fit.at);
            let first = fit.at + t.first;
            let start = first.max(0).unsigned_abs().min(self.rest.len());
            let end = (first + t.len().cast_signed()).max(0).unsigned_abs().min(self.rest.len());
            let set = Set {
                rest: self.rest[start..end].to_vec(),
                jitter: self.jitter[start..end].to_vec(),
                fits: Vec::new(),
                cost: 0.0,
            };
            self.fits[i].score = -self.cost(&set, start.cast_signed(), &fit);
            self.put(fit, 1.0);
        }
    }
}
