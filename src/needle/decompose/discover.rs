//! Finding units in what is left: groups of look-alike spikes that fire as one unit does.

use super::cluster;
use super::drift::Potential;
use super::group;
use super::search::{FEWEST, Search, Unit};
use super::template::distance;
use super::timing::Firing;
use crate::dsp::turns::quantile;

/// Tightness of the clusters that are tried, the tightest first; see `cluster::groups`. Ours: two units of like
/// shape need a tight one, a unit with much jitter a loose one.
const JIGGLE: [f64; 3] = [0.035, 0.08, 0.16];
/// The same for units that fire too rarely for their firing to be judged.
const JIGGLE_OF_RARE: f64 = 0.06;
/// Fewest discharges of those. Ours: superpositions do not repeat so often.
const FEWEST_OF_RARE: usize = 5;
/// Relative squared distance below which a rare potential is taken for a variant of a known one. Ours.
const VARIANT: f64 = 0.35;

impl Search<'_> {
    /// Groups that fire regularly: heights and times. Looser clusters see what tighter ones left.
    pub(super) fn regular_groups(&self) -> Vec<(f64, Vec<f64>)> {
        let mut spikes = self.spikes(0.8 * self.floor);
        let mut out: Vec<(f64, Vec<f64>)> = Vec::new();
        for jiggle in JIGGLE {
            let groups = cluster::groups(&self.rest, self.steep.fs, &spikes, self.noise, jiggle, FEWEST);
            let regular = |times: &Vec<f64>| Firing::of(&self.seconds(times)).is_some_and(|f| f.is_regular());
            let found: Vec<Vec<f64>> = groups.into_iter().filter(regular).collect();
            let mut used: Vec<f64> = found.iter().flatten().copied().collect();
            used.sort_by(f64::total_cmp);
            spikes.retain(|s| {
                let i = used.partition_point(|u| *u < s.at - 0.5);
                used.get(i).is_none_or(|u| *u > s.at + 0.5)
            });
            out.extend(found.into_iter().map(|times| (self.height(&times), times)));
        }
        out
    }

    /// Groups of few, tall, look-alike spikes: units that were recruited late or now and then.
    pub(super) fn rare_groups(&self) -> Vec<(f64, Vec<f64>)> {
        let spikes = self.spikes(self.tall);
        let fs = self.steep.fs;
        cluster::groups(&self.rest, fs, &spikes, self.noise, JIGGLE_OF_RARE, FEWEST_OF_RARE)
            .into_iter()
            .map(|times| (self.height(&times), times))
            .collect()
    }

    /// Spikes of what is left that stand out of it.
    fn spikes(&self, least: f64) -> Vec<cluster::Spike> {
        let noise2 = self.noise * self.noise;
        let limit = |i: usize| (5.0 * (noise2 + 4.0 * self.jitter[i]).sqrt()).max(least);
        cluster::spikes(&self.rest, self.steep.fs, limit)
    }

    /// Makes units of groups; those that are parts of one potential become one. Says how many are new.
    pub(super) fn adopt(&mut self, mut groups: Vec<(f64, Vec<f64>)>, rare: bool) -> usize {
        let fs = self.steep.fs;
        // The highest part of a potential stands for it.
        groups.sort_by(|a, b| b.0.total_cmp(&a.0));
        let start = self.units.len();
        for (_, times) in groups {
            let seconds = self.seconds(&times);
            let known = self.units.iter().enumerate().find_map(|(k, u)| {
                let other = self.seconds(&u.times);
                let (n, lag) = group::locked(&other, &seconds);
                group::is_locked(n, other.len(), seconds.len(), self.duration()).then_some((k, lag))
            });
            let (k, times) = match known {
                // A part of a unit that was known before is no news.
                Some((k, _)) if k < start => continue,
                Some((k, lag)) => {
                    let joined = group::join(&self.seconds(&self.units[k].times), &seconds, lag);
                    (k, joined.iter().map(|t| t * fs).collect())
                }
                None => (self.units.len(), times),
            };
            let potential = Potential::learn(&self.shifter, &self.rest, &times, self.half, self.noise);
            if potential.main().peak < self.floor || rare && self.is_variant(&potential) {
                continue;
            }
            let firing = Firing::of(&self.seconds(&times));
            let unit =
                Unit { potential, firing, scores: vec![0.0; times.len()], times, set_back: false, rare };
            if k < self.units.len() {
                self.units[k] = unit;
            } else {
                self.units.push(unit);
            }
        }
        self.units.len() - start
    }

    /// Whether a potential is much like that of a known unit: then its few discharges are odd ones of that unit.
    #[expect(clippy::cast_possible_truncation, reason = "a small count of samples")]
    fn is_variant(&self, potential: &Potential) -> bool {
        let shift = (0.003 * self.steep.fs) as isize;
        self.units.iter().any(|u| distance(u.potential.main(), potential.main(), shift).0 < VARIANT)
    }

    /// Median height of what is left at some times, V.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positions in a trace")]
    fn height(&self, times: &[f64]) -> f64 {
        let mut all: Vec<f64> =
            times.iter().filter_map(|t| self.rest.get(t.round() as usize)).map(|v| v.abs()).collect();
        quantile(&mut all, 0.5)
    }
}
