//! What the responses of the sweeps are: F waves, repeaters, and what is none of them.

use super::FWavePlan;
use super::a_wave::{AROUND_S, COMPARED_S, SAME_LATENCY_S};
use super::event::{Event, onset};
use super::residual::Residual;
use crate::ncs::late::{Onset, median, smooth_width};

/// Two responses are alike when their difference, less what noise gives, holds at most this share of the larger one's
/// energy: a correlation of 0.9 to 0.95 with the same amplitude. Ours.
const ALIKE: f64 = 0.12;
/// A lone response this far from all others, s and share of the median latency, is none of them, when five or more
/// others agree. Ours.
const STRAY_S: f64 = 0.006;
const STRAY_SHARE: f64 = 0.2;
const STRAY_FROM: usize = 5;
/// Sweeps with activity before the window are left out when they are at most this share. Ours.
const EARLY_SHARE: f64 = 0.2;
/// Share of the tail covered by responses from which on a sweep shows contraction, and how much more than the
/// median sweep. Ours.
const ACTIVE_SHARE: f64 = 0.65;
const ACTIVE_MORE: f64 = 0.25;
/// The same of what lies before F waves can come, where that is this long, s, or longer. Ours.
const EARLY_ACTIVE_SHARE: f64 = 0.2;
const EARLY_ROOM_S: f64 = 0.003;

/// What was found in one sweep.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    pub(super) f: Option<(Onset, Event)>,
    pub(super) a_waves: Vec<usize>,
    pub(super) cluster: Option<usize>,
    pub(super) rejected: Option<&'static str>,
}

/// An A wave.
#[derive(Debug, Clone)]
pub(super) struct Constant {
    /// Onset in the sweeps that show it, samples.
    pub(super) positions: Vec<f64>,
    /// SD of the onset of the common shape, samples.
    pub(super) sd: f64,
    pub(super) amplitude: f64,
}

/// All of it.
pub(super) struct Found {
    pub(super) sweeps: Vec<Seen>,
    pub(super) a_waves: Vec<Constant>,
    /// Members of each cluster of repeaters.
    pub(super) clusters: Vec<Vec<usize>>,
    /// Sweeps with responses where none belong.
    pub(super) stray: usize,
}

/// Sorts the responses.
pub(super) fn classify(plan: &FWavePlan, residual: &Residual) -> Found {
    let mut work = Work { plan, residual: residual.clone(), seen: vec![Seen::default(); residual.r.len()] };
    work.reject();
    let a_waves = work.take_a_waves();
    work.reject_active();
    let stray = work.find_f(&a_waves);
    let clusters = work.repeaters();
    let order = order_of(&a_waves);
    for seen in &mut work.seen {
        for a in &mut seen.a_waves {
            *a = order[*a];
        }
        seen.a_waves.sort_unstable();
    }
    let mut sorted: Vec<Option<Constant>> = vec![None; a_waves.len()];
    for (a, place) in a_waves.into_iter().zip(&order) {
        sorted[*place] = Some(a);
    }
    Found { sweeps: work.seen, a_waves: sorted.into_iter().flatten().collect(), clusters, stray }
}

/// Place of each A wave by latency.
fn order_of(a_waves: &[Constant]) -> Vec<usize> {
    let mut by: Vec<usize> = (0..a_waves.len()).collect();
    by.sort_by(|a, b| mean(&a_waves[*a].positions).total_cmp(&mean(&a_waves[*b].positions)));
    let mut order = vec![0; by.len()];
    for (place, a) in by.into_iter().enumerate() {
        order[a] = place;
    }
    order
}

#[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
fn mean(x: &[f64]) -> f64 {
    x.iter().sum::<f64>() / x.len().max(1) as f64
}

pub(super) struct Work<'a> {
    pub(super) plan: &'a FWavePlan,
    pub(super) residual: Residual,
    pub(super) seen: Vec<Seen>,
}

impl Work<'_> {
    pub(super) fn used(&self) -> Vec<usize> {
        (0..self.seen.len()).filter(|&i| self.seen[i].rejected.is_none()).collect()
    }

    pub(super) fn len(&self) -> usize {
        self.residual.r[0].len()
    }

    pub(super) fn responses(&self, i: usize) -> Vec<Event> {
        self.residual.responses(self.plan, i, self.residual.tail, self.len())
    }

    /// Sweeps that cannot be read.
    fn reject(&mut self) {
        let noise = median(&mut self.residual.noise_smoothed.clone());
        for i in 0..self.seen.len() {
            let before = self.residual.responses(self.plan, i, 0, self.residual.before);
            self.seen[i].rejected = if self.residual.clipped[i] {
                Some("the amplifier was at its limit in the window")
            } else if self.residual.noise_smoothed[i] > 3.0 * noise {
                Some("much noisier than the other sweeps")
            } else if !before.is_empty() {
                Some("activity before the stimulus")
            } else {
                None
            };
        }
    }

    /// Sweeps with activity all over, A waves taken out.
    #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
    fn reject_active(&mut self) {
        let (tail, window) = (self.residual.tail, self.residual.window.0);
        let covered = |i: usize, from: usize, to: usize| -> f64 {
            let parts = self.responses(i).into_iter().map(|e| e.to.min(to).saturating_sub(e.from.max(from)));
            parts.sum::<usize>() as f64 / (to - from).max(1) as f64
        };
        let active: Vec<f64> = (0..self.seen.len()).map(|i| covered(i, tail, self.len())).collect();
        // A long F wave may fill all the rest, but not what lies before it.
        let room = window.saturating_sub(tail) > smooth_width(EARLY_ROOM_S, self.residual.fs);
        let early: Vec<bool> =
            (0..self.seen.len()).map(|i| !room || covered(i, tail, window) > EARLY_ACTIVE_SHARE).collect();
        let usual = median(&mut active.clone());
        for ((seen, active), early) in self.seen.iter_mut().zip(active).zip(early) {
            if early && seen.rejected.is_none() && active > ACTIVE_SHARE && active > usual + ACTIVE_MORE {
                seen.rejected = Some("activity all over the sweep");
            }
        }
    }

    /// The F wave of each sweep; the number of sweeps with responses where none belong.
    #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
    fn find_f(&mut self, a_waves: &[Constant]) -> usize {
        let window = self.residual.window;
        let used = self.used();
        let mut all: Vec<(usize, Onset, Event)> = Vec::new();
        let mut stray = vec![false; self.seen.len()];
        let mut early = Vec::new();
        for &i in &used {
            for e in self.responses(i) {
                let start = onset(&self.residual, i, &e);
                let inside = (window.0 as f64..=window.1 as f64).contains(&start.position);
                if inside {
                    all.push((i, start, e));
                } else {
                    stray[i] = true;
                    // An A wave that was not told for one in this sweep is no contraction.
                    let near = AROUND_S * self.residual.fs;
                    let a_wave = a_waves.iter().any(|a| (mean(&a.positions) - start.position).abs() < near);
                    if start.position < window.0 as f64 && !a_wave {
                        early.push(i);
                    }
                }
            }
        }
        early.dedup();
        // In many sweeps it is a response of its own, if no A wave by the letter, and no contraction.
        if (early.len() as f64) <= EARLY_SHARE * used.len() as f64 {
            for i in early {
                self.seen[i].rejected = Some("activity before an F wave can come");
            }
        }
        all.retain(|(i, ..)| self.seen[*i].rejected.is_none());
        let used = self.used();
        let (low, high) = core(&all, &used, self.residual.fs, self.residual.start);
        for (i, start, e) in all {
            if start.position < low || start.position > high {
                stray[i] = true;
            } else if self.seen[i].f.is_none() {
                self.seen[i].f = Some((start, e));
            }
        }
        stray.iter().filter(|s| **s).count()
    }

    /// Clusters of F waves of one unit.
    fn repeaters(&mut self) -> Vec<Vec<usize>> {
        let all: Vec<(usize, Event)> =
            self.used().into_iter().filter_map(|i| Some((i, self.seen[i].f?.1))).collect();
        let mut alike: Vec<Vec<usize>> = all
            .iter()
            .map(|(i, e)| {
                self.alike(*i, e, &all, ALIKE, SAME_LATENCY_S, COMPARED_S).into_iter().map(|m| m.0).collect()
            })
            .collect();
        let mut clusters: Vec<Vec<usize>> = Vec::new();
        // The largest first; of equal ones the earliest.
        while let Some(mut best) = alike.iter().rev().max_by_key(|a| a.len()).filter(|a| a.len() > 1).cloned()
        {
            for list in &mut alike {
                list.retain(|i| !best.contains(i));
            }
            best.sort_unstable();
            for &i in &best {
                self.seen[i].cluster = Some(clusters.len());
            }
            clusters.push(best);
        }
        clusters
    }
}

/// Positions between which the F waves lie, without lone ones far away.
fn core(all: &[(usize, Onset, Event)], used: &[usize], fs: f64, start: f64) -> (f64, f64) {
    let mut first: Vec<f64> =
        used.iter().filter_map(|i| all.iter().find(|(j, ..)| j == i).map(|(_, o, _)| o.position)).collect();
    first.sort_by(f64::total_cmp);
    let (mut low, mut high) = (f64::MIN, f64::MAX);
    if first.len() <= STRAY_FROM {
        return (low, high);
    }
    let middle = start + first[first.len() / 2] / fs;
    let gap = STRAY_S.max(STRAY_SHARE * middle) * fs;
    let few = (first.len() / 10).max(1);
    for k in 0..first.len() - 1 {
        if first[k + 1] - first[k] > gap {
            if k < few {
                low = first[k + 1] - 0.5 * gap;
            } else if first.len() - 1 - k <= few {
                high = high.min(first[k] + 0.5 * gap);
            }
        }
    }
    (low, high)
}
