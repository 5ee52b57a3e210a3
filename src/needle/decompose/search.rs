//! From no unit to all that can be found: shapes that fire regularly first, then what is left of the trace.

use super::condition::Steep;
use super::drift::Potential;
use super::matching::{Fit, Matcher};
use super::shift::Shifter;
use super::template::HALF_S;
use super::timing::Firing;
use crate::dsp::turns::quantile;

/// Fewest discharges of a unit, and of one that fires too rarely for its firing to be judged.
pub(super) const FEWEST: usize = 8;
const FEWEST_OF_RARE: usize = 4;
/// Most rounds of looking for new units; a round without one is the last.
const ROUNDS: usize = 8;
/// Share of a potential's energy that may be left when it is taken out, beside the noise. Ours: more lets foreign
/// discharges in while units are still unknown, less loses those with jitter.
const MISFIT: f64 = 0.15;
/// Fewest discharges and most missed ones of a train that stands even so. Ours.
const FULL: usize = 20;
const FULL_MISSED: f64 = 0.15;
/// Most missed discharges of a train that is kept in the end. Ours: of those that miss more, nine in ten were made of
/// discharges of several units in simulated recordings.
const MOST_MISSED: f64 = 0.35;
/// Two discharges of one unit are the same within this, s.
const SAME_S: f64 = 1e-3;
/// Share of its discharges that a unit must keep to be set back. Ours.
const KEPT: f64 = 0.6;

/// A unit under construction. Times in samples of the steep signal.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    pub(super) potential: Potential,
    pub(super) firing: Option<Firing>,
    pub(super) times: Vec<f64>,
    /// Scores of the discharges; see `matching::Fit`.
    pub(super) scores: Vec<f64>,
    /// Whether it had to be set back to what it was before, the last time; see [`Search::explain`].
    pub(super) set_back: bool,
    /// Fires too rarely for its firing to be judged.
    pub(super) rare: bool,
}

/// The state of the search.
pub(super) struct Search<'a> {
    pub(super) steep: &'a Steep,
    pub(super) shifter: Shifter,
    pub(super) half: usize,
    /// Least peak of a unit, V.
    pub(super) floor: f64,
    /// Least peak of a unit that fires rarely, V.
    pub(super) tall: f64,
    /// SD of noise and of units that are too small, V.
    pub(super) noise: f64,
    pub(super) units: Vec<Unit>,
    pub(super) rest: Vec<f64>,
    pub(super) jitter: Vec<f64>,
}

impl<'a> Search<'a> {
    /// `rms` is that of the unfiltered trace, V.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of samples")]
    pub(super) fn new(steep: &'a Steep, rms: f64) -> Self {
        Search {
            steep,
            shifter: Shifter::new(),
            half: (HALF_S * steep.fs) as usize,
            // Ours: a unit of 1.5 RMS peak to peak has its steep part well above a fifth of the RMS, one of 2.5 RMS
            // at about six tenths of it.
            floor: (5.0 * steep.noise).max(0.1 * rms),
            tall: (10.0 * steep.noise).max(0.6 * rms),
            noise: steep.noise,
            units: Vec::new(),
            rest: steep.samples.clone(),
            jitter: vec![0.0; steep.samples.len()],
        }
    }

    pub(super) fn run(&mut self) {
        for round in 0..ROUNDS {
            let groups = self.regular_groups();
            if self.adopt(groups, false) == 0 && round > 0 {
                break;
            }
            self.explain(false);
            self.merge();
        }
        self.explain(true);
        self.merge();
        let groups = self.rare_groups();
        self.adopt(groups, true);
        self.explain(true);
        if self.merge() {
            self.explain(true);
        }
        self.leave_foreign();
        self.join_families();
        self.units.retain(|u| u.firing.is_none_or(|f| f.is_regular() && f.missed <= MOST_MISSED));
    }

    pub(super) fn seconds(&self, times: &[f64]) -> Vec<f64> {
        times.iter().map(|t| t / self.steep.fs).collect()
    }

    #[expect(clippy::cast_precision_loss, reason = "a count of samples")]
    pub(super) fn duration(&self) -> f64 {
        self.rest.len() as f64 / self.steep.fs
    }

    /// Explains the trace by the units, superpositions searched for when asked, and learns the units anew. One that
    /// foreign discharges have come into is set back to what it was; one that fires like no unit goes.
    fn explain(&mut self, superpositions: bool) {
        self.units.sort_by(|a, b| b.potential.main().peak.total_cmp(&a.potential.main().peak));
        let before = self.units.clone();
        let potentials: Vec<Potential> = self.units.iter().map(|u| u.potential.clone()).collect();
        let mut firing = vec![(None, Vec::new()); self.units.len()];
        let mut family = vec![0; self.units.len()];
        for (i, one) in self.families().iter().enumerate() {
            for (k, lag) in &one.members {
                firing[*k] = (one.firing, one.times.iter().map(|t| t + lag).collect());
                family[*k] = i;
            }
        }
        let mut matcher = Matcher::new(
            &self.steep.samples,
            self.steep.fs,
            self.noise,
            MISFIT,
            &potentials,
            &firing,
            &family,
        );
        matcher.run();
        if superpositions {
            matcher.resolve();
            matcher.rescore();
        }
        let fits = matcher.fits;
        (self.rest, self.jitter) = (matcher.rest, matcher.jitter);
        for k in 0..self.units.len() {
            self.relearn(k, &fits);
        }
        for one in self.families() {
            one.members.iter().for_each(|(k, _)| self.units[*k].firing = one.firing);
        }
        for (k, old) in before.into_iter().enumerate() {
            self.units[k].set_back = false;
            if !is_good(&self.units[k]) && is_good(&old) {
                self.set_back(k, old, &potentials[k], &fits);
            }
        }
        let floor = self.floor;
        self.units.retain(|u| {
            let (fewest, regular) = if u.rare {
                (FEWEST_OF_RARE, u.firing.is_none_or(|f| f.may_be_one()))
            } else {
                (FEWEST, u.firing.is_some_and(|f| f.may_be_one()))
            };
            u.times.len() >= fewest && regular && u.potential.main().peak >= floor
        });
        self.noise = self.background().max(self.steep.noise);
    }

    /// Sets a unit that foreign discharges have come into back to what it was. They go back to what is left, where
    /// their own unit can be found. One whose discharges others explain better is not set back.
    #[expect(clippy::cast_precision_loss, reason = "counts of discharges")]
    fn set_back(&mut self, k: usize, old: Unit, potential: &Potential, fits: &[Fit]) {
        let same = SAME_S * self.steep.fs;
        let is_known = |f: &Fit| {
            let i = old.times.partition_point(|t| *t < f.time() - same);
            old.times.get(i).is_some_and(|t| *t <= f.time() + same)
        };
        let (own, foreign): (Vec<&Fit>, Vec<&Fit>) =
            fits.iter().filter(|f| f.unit == k).partition(|f| is_known(f));
        if own.len() as f64 <= KEPT * old.times.len() as f64 {
            return;
        }
        potential.put(&mut self.rest, foreign.iter().copied(), 1.0);
        potential.unblur(&mut self.jitter, foreign.iter().copied());
        self.units[k] = Unit { set_back: true, ..old };
    }

    /// Leaves out what draws in foreign discharges to the last, and is so small that it is not told from chance.
    fn leave_foreign(&mut self) {
        let tall = self.tall;
        self.units.retain(|u| {
            let full = u.times.len() >= FULL && u.firing.is_some_and(|f| f.missed < FULL_MISSED);
            !u.set_back || full || u.potential.main().peak >= tall
        });
    }

    /// A unit's times and potential from its discharges, which are out of what is left.
    fn relearn(&mut self, k: usize, fits: &[Fit]) {
        let own = || fits.iter().filter(|f| f.unit == k);
        let unit = &mut self.units[k];
        unit.times = own().map(Fit::time).collect();
        unit.scores = own().map(|f| f.score).collect();
        if unit.times.is_empty() {
            return;
        }
        unit.potential.put(&mut self.rest, own(), 1.0);
        let learnt = Potential::learn(&self.shifter, &self.rest, &unit.times, self.half, self.noise);
        unit.potential.put(&mut self.rest, own(), -1.0);
        unit.potential = learnt;
    }

    /// Robust SD of what is left where no discharge was taken out: the median over windows of 50 ms.
    fn background(&self) -> f64 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of samples")]
        let window = ((0.05 * self.steep.fs) as usize).max(8);
        let level = |(r, j): (&[f64], &[f64])| {
            let mut quiet: Vec<f64> =
                r.iter().zip(j).filter(|(_, j)| **j <= 0.0).map(|(r, _)| r.abs()).collect();
            (quiet.len() * 4 > window).then(|| 1.4826 * quantile(&mut quiet, 0.5))
        };
        let mut levels: Vec<f64> =
            self.rest.chunks(window).zip(self.jitter.chunks(window)).filter_map(level).collect();
        let level = quantile(&mut levels, 0.5);
        if level.is_finite() { level } else { 0.0 }
    }
}

/// Whether a unit fires as one, or is one of those that fire too rarely to tell.
fn is_good(unit: &Unit) -> bool {
    if unit.rare {
        unit.times.len() >= FEWEST_OF_RARE && unit.firing.is_none_or(|f| f.is_regular())
    } else {
        unit.times.len() >= FEWEST && unit.firing.is_some_and(|f| f.is_regular())
    }
}
