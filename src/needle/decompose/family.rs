//! Units whose single discharges come in several shapes, because fibres of theirs block: the shapes are found one by
//! one, and belong to one unit when they fire as one.

use super::group;
use super::search::{Search, Unit};
use super::template::distance;
use super::timing::Firing;

/// Two shapes of one unit never fire within this share of its mean interval of each other; trains that do not know each
/// other do so by chance. Ours.
const APART: f64 = 0.4;
/// Fewest such pairs that chance would make, and the greatest share of them that may be there. Ours: of 6 expected
/// none or one comes by chance in 2 of 100 pairs of trains, and the joined train must be regular as well.
const FEWEST_EXPECTED: f64 = 6.0;
const MOST_SHARE: f64 = 0.2;
/// Shapes farther apart than this (relative squared distance) have nothing in common. Ours.
const FARTHEST: f64 = 0.8;
/// Shapes of one unit lie over each other within this, s.
const MOST_LAG_S: f64 = 3e-3;

/// Shapes that fire as one unit.
#[derive(Debug, Clone)]
pub(super) struct Family {
    /// Its shapes, the one with most discharges first: number of the unit, and lag behind the first, samples.
    pub(super) members: Vec<(usize, f64)>,
    /// All discharges in the time of the first, samples.
    pub(super) times: Vec<f64>,
    pub(super) firing: Option<Firing>,
}

impl Search<'_> {
    /// Puts the units' shapes together.
    pub(super) fn families(&self) -> Vec<Family> {
        let mut out: Vec<Family> = (0..self.units.len())
            .map(|k| {
                let times = self.units[k].times.clone();
                let firing = Firing::of(&self.seconds(&times));
                Family { members: vec![(k, 0.0)], times, firing }
            })
            .collect();
        loop {
            let mut best: Option<(f64, usize, usize, f64)> = None;
            for i in 0..out.len() {
                for j in i + 1..out.len() {
                    if let Some((missing, lag)) = self.is_one(&out[i], &out[j])
                        && best.is_none_or(|b| missing > b.0)
                    {
                        best = Some((missing, i, j, lag));
                    }
                }
            }
            let Some((_, i, j, lag)) = best else { break };
            let gone = out.remove(j);
            let kept = &mut out[i];
            let (mut first, second, lag) = if kept.times.len() >= gone.times.len() {
                (kept.clone(), gone, lag)
            } else {
                (gone, kept.clone(), -lag)
            };
            let fs = self.steep.fs;
            let joined = group::join(&self.seconds(&first.times), &self.seconds(&second.times), lag / fs);
            first.firing = Firing::of(&joined);
            first.times = joined.iter().map(|t| t * fs).collect();
            first.members.extend(second.members.iter().map(|(k, own)| (*k, own + lag)));
            out[i] = first;
        }
        out
    }

    /// If two families are one: how many close pairs chance would have made that are not there, and the lag of the
    /// second behind the first, samples.
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "small counts")]
    fn is_one(&self, a: &Family, b: &Family) -> Option<(f64, f64)> {
        let fs = self.steep.fs;
        let (sa, sb) = (self.seconds(&a.times), self.seconds(&b.times));
        // While both fire.
        let from = sa.first()?.max(*sb.first()?);
        let to = sa.last()?.min(*sb.last()?);
        let span = to - from;
        let inside = |s: &[f64]| s.iter().filter(|t| (from..=to).contains(t)).count() as f64;
        let mean = a.firing.map_or(f64::INFINITY, |f| f.mean).min(b.firing.map_or(f64::INFINITY, |f| f.mean));
        if span <= 0.0 || !mean.is_finite() {
            return None;
        }
        let expected = inside(&sa) * inside(&sb) * 2.0 * APART * mean / span;
        if expected < FEWEST_EXPECTED {
            return None;
        }
        let near = |t: &f64| {
            let i = sa.partition_point(|u| *u < t - APART * mean);
            sa.get(i).is_some_and(|u| *u <= t + APART * mean)
        };
        let observed = sb.iter().filter(|t| near(t)).count() as f64;
        if observed > MOST_SHARE * expected {
            return None;
        }
        let potential = |f: &Family| f.members.first().map(|(k, _)| &self.units[*k].potential);
        let (d, lag) = distance(potential(a)?.main(), potential(b)?.main(), (MOST_LAG_S * fs) as isize);
        if d > FARTHEST {
            return None;
        }
        let lag = lag as f64;
        let joined = Firing::of(&group::join(&sa, &sb, lag / fs)).filter(Firing::is_regular)?;
        let missed = |f: &Family| f.firing.map_or(1.0, |f| f.missed);
        let cv = |f: &Family| f.firing.map_or(0.4, |f| f.cv());
        let fuller = joined.missed < missed(a).min(missed(b)) - 0.05 || joined.missed < 0.1;
        (fuller && joined.cv() < 1.25 * cv(a).max(cv(b))).then_some((expected - observed, lag))
    }

    /// Makes one unit of each family. Scores stay with their discharges.
    pub(super) fn join_families(&mut self) {
        let fs = self.steep.fs;
        let joined: Vec<Unit> = self
            .families()
            .into_iter()
            .filter_map(|family| {
                let (first, _) = *family.members.first()?;
                let mut unit = self.units[first].clone();
                if family.members.len() == 1 {
                    return Some(unit);
                }
                let mut all: Vec<(f64, f64)> = family
                    .members
                    .iter()
                    .flat_map(|(k, lag)| {
                        let u = &self.units[*k];
                        u.times.iter().zip(&u.scores).map(move |(t, s)| (t - lag, *s))
                    })
                    .collect();
                all.sort_by(|a, b| a.0.total_cmp(&b.0));
                // Two shapes at one time are one discharge.
                all.dedup_by(|b, a| {
                    let same = b.0 - a.0 < 2e-3 * fs;
                    if same && b.1 > a.1 {
                        *a = *b;
                    }
                    same
                });
                unit.rare = family.members.iter().all(|(k, _)| self.units[*k].rare);
                (unit.times, unit.scores) = all.into_iter().unzip();
                unit.firing = Firing::of(&self.seconds(&unit.times));
                Some(unit)
            })
            .collect();
        self.units = joined;
    }
}
