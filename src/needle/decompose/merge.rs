//! Units that are halves of one, and units that are one twice.

use super::group;
use super::search::{Search, Unit};
use super::template::distance;
use super::timing::Firing;

/// Shapes farther apart than this (relative squared distance) are never one unit; ours.
const FARTHEST: f64 = 0.3;
const FARTHEST_IN_TURN: f64 = 0.5;
/// Shapes nearer than this that fire together are one unit twice; ours.
const SAME: f64 = 0.1;

impl Search<'_> {
    /// Joins what is one unit. Says whether anything was.
    pub(super) fn merge(&mut self) -> bool {
        let before = self.units.len();
        let mut i = 0;
        while i < self.units.len() {
            let mut j = i + 1;
            while j < self.units.len() {
                if let Some(times) = self.together(&self.units[i], &self.units[j]) {
                    let gone = self.units.remove(j);
                    let firing = Firing::of(&self.seconds(&times));
                    let unit = &mut self.units[i];
                    if gone.times.len() > unit.times.len() {
                        unit.potential = gone.potential;
                    }
                    (unit.firing, unit.scores, unit.times) = (firing, vec![0.0; times.len()], times);
                } else {
                    j += 1;
                }
            }
            i += 1;
        }
        self.units.len() < before
    }

    /// The joined times of two units if they are one.
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "small counts")]
    fn together(&self, a: &Unit, b: &Unit) -> Option<Vec<f64>> {
        let (sa, sb) = (self.seconds(&a.times), self.seconds(&b.times));
        let in_turn = in_turn(&sa, &sb) || in_turn(&sb, &sa);
        // Halves of a train that drifts are most alike where one ends and the other begins.
        let at = if in_turn { border(&a.times, &b.times) } else { self.rest.len() as isize / 2 };
        let (d, lag) = distance(a.potential.at(at), b.potential.at(at), (0.003 * self.steep.fs) as isize);
        if d > if in_turn { FARTHEST_IN_TURN } else { FARTHEST } {
            return None;
        }
        let joined = group::join(&sa, &sb, lag as f64 / self.steep.fs);
        let regular = Firing::of(&joined).filter(Firing::is_regular)?;
        let (fa, fb) = (Firing::of(&sa)?, Firing::of(&sb)?);
        // Trains that do not know each other fire within 15 ms of each other now and then; one unit does not.
        let expected = sa.len() as f64 * sb.len() as f64 * 0.03 / self.duration();
        let near = sb.iter().filter(|t| {
            let k = sa.partition_point(|u| *u < **t - 0.015);
            sa.get(k).is_some_and(|u| (2e-3..15e-3).contains(&(u - **t).abs()))
        });
        let clashes = near.count() as f64;
        let fuller = regular.missed < fa.missed.min(fb.missed) - 0.08;
        let as_regular = regular.cv() < 1.25 * fa.cv().max(fb.cv());
        let twice = d < SAME && (joined.len() as f64) < 1.15 * sa.len().max(sb.len()) as f64;
        let halves = (fuller || in_turn) && as_regular && clashes < 0.5 * expected.max(1.0);
        (twice || halves).then(|| joined.iter().map(|t| t * self.steep.fs).collect())
    }
}

/// Whether `b` falls silent where `a` fires: at most a tenth of it lies between a's first and last discharge.
fn in_turn(a: &[f64], b: &[f64]) -> bool {
    let (Some(first), Some(last)) = (a.first(), a.last()) else { return false };
    let inside = b.iter().filter(|t| (first..=last).contains(t)).count();
    10 * inside <= b.len()
}

/// The sample between two trains that fire in turn.
#[expect(clippy::cast_possible_truncation, reason = "positions in a trace")]
fn border(a: &[f64], b: &[f64]) -> isize {
    let ends = |t: &[f64]| (t.first().copied().unwrap_or(0.0), t.last().copied().unwrap_or(0.0));
    let (a, b) = (ends(a), ends(b));
    if a.0 < b.0 { a.1.midpoint(b.0) as isize } else { b.1.midpoint(a.0) as isize }
}
