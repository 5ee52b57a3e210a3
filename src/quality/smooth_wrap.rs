//! Wraps told by smoothness, where the codes show no lattice.
//!
//! A crossing is a step over half a turn (2^bits). Taken the short way round it must fit its surroundings, and
//! crossings must lead out of the range and back. All limits are our choice; `tests/quality_wrap.rs`
//! holds them against simulated truth and against saturated, two-valued and full-range signals.

use super::integer_wrap::Wraps;
use super::view::{ChannelView, count};
use crate::recording::Samples;

/// Largest true step, in turns, up to which (not strict) the whole signal counts as smooth.
const SMOOTH: f64 = 0.25;
/// A crossing may be steeper, or less even, than any step that did not cross by this factor: crossings
/// lie on the largest flanks.
const STEEPER: f64 = 2.0;
/// In a signal that is not smooth everywhere, steps about a crossing up to this many turns (not strict) …
const LOCAL: f64 = 1.0 / 16.0;
/// … and within this factor of each other, all in the same direction, still decide.
const EVEN: f64 = 3.0;
/// Farthest unwrapped value, in turns, for a single wrap. A signal that left the range unseen and came back
/// through the other rail would seem to rest at one turn.
const FARTHEST: f64 = 0.95;
/// The stored values' median lies within this share of half the range: a signal that lives at its rails is
/// a saturated or two-valued one.
const CENTRED: f64 = 0.8;
/// Above this share of all steps (strict) large steps are the signal's nature (noise, square waves).
const RARE: f64 = 0.01;
/// An excursion is given up after this many crossings or this long, s.
const MOST_CROSSINGS: usize = 64;
const LONGEST_S: f64 = 2.0;

/// Wrapped samples, and those that a step over half a turn reaches without a decision.
pub(super) fn locate(view: &ChannelView<'_>, turn: f64) -> Wraps {
    match &view.channel.samples {
        Samples::I16(x) => Search::new(x, view, turn).locate(),
        Samples::I32(x) => Search::new(x, view, turn).locate(),
        _ => Wraps::default(),
    }
}

struct Search<'a, T> {
    x: &'a [T],
    view: &'a ChannelView<'a>,
    turn: f64,
    /// Largest step that does not cross, and how much such a step differs from the mean of its neighbours.
    largest: f64,
    uneven: f64,
}

impl<'a, T: Copy + Into<f64>> Search<'a, T> {
    fn new(x: &'a [T], view: &'a ChannelView<'a>, turn: f64) -> Self {
        Search { x, view, turn, largest: 0.0, uneven: 0.0 }
    }
    fn crosses(&self, step: f64) -> bool {
        step.abs() > self.turn / 2.0
    }
    /// A step the short way round.
    fn short(&self, step: f64) -> f64 {
        if self.crosses(step) { step - self.turn.copysign(step) } else { step }
    }
    fn step(&self, i: usize) -> f64 {
        self.x[i].into() - self.x[i - 1].into()
    }

    fn locate(mut self) -> Wraps {
        let mut crossings = Vec::new();
        for s in &self.view.stretches {
            crossings.extend((s.first + 1..s.first + s.len).filter(|&i| self.crosses(self.step(i))));
        }
        let none = Wraps { tell: "step that returns", ..Wraps::default() };
        let rail = |v: f64| v.abs() >= self.turn / 2.0 - 1.0;
        let at_rail =
            crossings.iter().filter(|&&i| rail(self.x[i].into()) || rail(self.x[i - 1].into())).count();
        if crossings.is_empty()
            || 4 * at_rail > crossings.len()
            || count(crossings.len()) > RARE * count(self.view.stats.n)
            || self.median().abs() > CENTRED * self.turn / 2.0
        {
            return none;
        }
        self.survey();
        let wraps = self.excursions(&crossings, none);
        // A large step alone is no evidence: noise and strong EMG that fill the range make them too.
        if wraps.shifts.is_empty() { Wraps::default() } else { wraps }
    }

    fn median(&self) -> f64 {
        let hop = (self.view.stats.n / 10_000).max(1);
        let stretches = self.view.stretches.iter();
        let mut some: Vec<f64> = stretches
            .flat_map(|s| self.x[s.first..s.first + s.len].iter().step_by(hop).map(|&v| v.into()))
            .collect();
        let middle = some.len() / 2;
        *some.select_nth_unstable_by(middle, f64::total_cmp).1
    }

    fn survey(&mut self) {
        for s in &self.view.stretches {
            // The first samples of a device are often garbage and say nothing of true steps.
            for i in s.first + 4..s.first + s.len {
                let steps = [self.step(i - 2), self.step(i - 1), self.step(i)];
                if !self.crosses(steps[1]) {
                    self.largest = self.largest.max(steps[1].abs());
                    if !self.crosses(steps[0]) && !self.crosses(steps[2]) {
                        self.uneven = self.uneven.max((steps[1] - 0.5 * (steps[0] + steps[2])).abs());
                    }
                }
            }
        }
    }

    /// Whether the step onto sample `i` of a stretch from `first` to `end` fits the short way round.
    fn fits(&self, i: usize, first: usize, end: usize) -> bool {
        let step = self.short(self.step(i));
        let before = if i >= first + 2 { self.short(self.step(i - 1)) } else { step };
        let after = if i + 1 < end { self.short(self.step(i + 1)) } else { step };
        let smooth = self.largest <= SMOOTH * self.turn
            && step.abs() <= STEEPER * self.largest
            && (step - 0.5 * (before + after)).abs() <= STEEPER * self.uneven;
        let alike = |a: f64| a * step > 0.0 && a.abs() <= EVEN * step.abs() && step.abs() <= EVEN * a.abs();
        let small = |a: f64| a.abs() <= LOCAL * self.turn;
        smooth || (small(step) && small(before) && small(after) && alike(before) && alike(after))
    }

    fn excursions(&self, crossings: &[usize], mut wraps: Wraps) -> Wraps {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
        let longest = (LONGEST_S * self.view.fs()).ceil() as usize;
        let mut c = 0;
        for s in &self.view.stretches {
            let end = s.first + s.len;
            while c < crossings.len() && crossings[c] < end {
                match self.excursion(&crossings[c..], s.first, end, longest, &mut wraps.shifts) {
                    Some(used) => c += used,
                    None => {
                        wraps.ambiguous.push(crossings[c]);
                        c += 1;
                    }
                }
            }
        }
        wraps
    }

    /// Follows one excursion that begins at `crossings[0]`; gives how many crossings it took, and adds its
    /// samples to `shifts`. `None`, with nothing added, when it cannot be decided.
    fn excursion(
        &self,
        crossings: &[usize],
        first: usize,
        end: usize,
        longest: usize,
        shifts: &mut Vec<(usize, i64)>,
    ) -> Option<usize> {
        let added = shifts.len();
        let mut level: i64 = 0;
        for (k, &i) in crossings.iter().enumerate().take(MOST_CROSSINGS) {
            if i >= end || i - crossings[0] > longest || !self.fits(i, first, end) {
                break;
            }
            level += if self.step(i) < 0.0 { 1 } else { -1 };
            if level == 0 {
                return Some(k + 1);
            }
            let until = crossings.get(k + 1).map_or(end, |&n| n.min(end)).min(i + longest);
            #[expect(clippy::cast_precision_loss, reason = "at most MOST_CROSSINGS")]
            let (shift, farthest) =
                (level as f64 * self.turn, (FARTHEST + 0.5 * (level.abs() - 1) as f64) * self.turn);
            if self.x[i..until].iter().any(|&v| (v.into() + shift).abs() > farthest) {
                break;
            }
            shifts.extend((i..until).map(|i| (i, level)));
        }
        shifts.truncate(added);
        None
    }
}
