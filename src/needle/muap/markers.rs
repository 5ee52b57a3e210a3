//! Onset and end of a potential by three methods, each told.
//!
//! All three answer the same question, where the potential leaves and reaches [`LIMIT`], and fail differently: the
//! amplitude threshold under noise and a neighbour's leak, the reliability in few sweeps, the hinge at a slow part.

use super::baseline::smooth;
use super::hinge;
use super::shift::count;
use super::unit::samples;
use super::{Marker, Satellite};
use std::ops::RangeInclusive;

/// Height that a potential has at its onset and end, V.
///
/// Machines use 5 to 10 µV together with a slope of 5 to 10 µV/ms (Stålberg et al. 1986; Nandedkar et al. 1995). A slope
/// of an average is noisier than its height, so ours is a height alone: 6 µV, which on simulated potentials without
/// noise gives the durations of the two middle values, 7 µV and 7 µV/ms (median difference 0.1 ms or less).
pub const LIMIT: f64 = 6e-6;
/// Flat stretch that parts a satellite from the potential (strictly longer), s. Stålberg et al. 1986.
pub const GAP_S: f64 = 3e-3;
/// Names of the methods in [`Marker::by`].
pub const METHODS: [&str; 3] = ["amplitude", "reliability", "hinge"];
/// Running mean before a threshold, s: the slow parts where onset and end lie have nothing faster. Ours.
const SMOOTH_S: f64 = 0.3e-3;

/// The stretch of `x` around `peak` that reaches `limit` (not strict) with no flat part longer than `gap` samples in
/// it. `None` where the peak itself does not.
pub fn linked(x: &[f64], peak: usize, limit: f64, gap: usize) -> Option<RangeInclusive<usize>> {
    if x.get(peak)?.abs() < limit {
        return None;
    }
    let (mut start, mut end) = (peak, peak);
    for (j, v) in x.iter().enumerate().skip(peak) {
        if v.abs() >= limit {
            end = j;
        } else if j - end > gap {
            break;
        }
    }
    for (j, v) in x.iter().enumerate().take(peak).rev() {
        if v.abs() >= limit {
            start = j;
        } else if start - j > gap {
            break;
        }
    }
    Some(start..=end)
}

/// What the markers are set on.
pub(super) struct Marked<'a> {
    pub(super) shape: &'a [f64],
    pub(super) reference: usize,
    /// SD of the average's noise, V.
    pub(super) noise: f64,
    /// Lags that come back in the sweeps.
    pub(super) present: &'a [bool],
    pub(super) fs: f64,
}

impl Marked<'_> {
    /// Height below which the average counts as flat: [`LIMIT`], or three SD of its noise where that is more.
    pub(super) fn limit(&self) -> f64 {
        LIMIT.max(3.0 * self.noise)
    }

    /// Onset and end, and the stretch between them; `None` for a marker that no method could set inside the window.
    pub(super) fn markers(&self) -> (Marker, Marker, RangeInclusive<usize>) {
        let (n, limit) = (self.shape.len(), self.limit());
        let (gap, width) = (samples(GAP_S, self.fs), samples(SMOOTH_S, self.fs));
        let smoothed = smooth(self.shape, width);
        let whole = self.reference..=self.reference;
        // Near the reference the running mean may cut a steep peak: there the shape itself.
        let mut bare = smoothed.clone();
        let near = samples(1e-3, self.fs);
        let core = self.reference.saturating_sub(near)..(self.reference + near + 1).min(n);
        bare[core.clone()].copy_from_slice(&self.shape[core]);
        let amplitude = linked(&bare, self.reference, limit, gap);
        let kept: Vec<f64> = bare.iter().zip(self.present).map(|(v, p)| if *p { *v } else { 0.0 }).collect();
        // Where the sweeps agree, the plain limit holds even in an average that is noisier.
        let reliability = linked(&kept, self.reference, LIMIT.max(2.0 * self.noise), gap);
        let outer = amplitude.clone().or_else(|| reliability.clone());
        let (from, to) = outer.as_ref().map_or((None, None), |r| (Some(*r.start()), Some(*r.end())));
        let seconds = |j: f64| (j - count(self.reference)) / self.fs;
        // A stretch that touches the window's edge has no marker there.
        let inside = |j: usize| (j > width && j + width + 1 < n).then(|| count(j));
        let at = |r: &Option<RangeInclusive<usize>>, start: bool| {
            r.as_ref().and_then(|r| inside(if start { *r.start() } else { *r.end() }))
        };
        let forward = from.and_then(|j| hinge::crossing(self.shape, j, self.reference, limit, self.fs));
        let mirrored: Vec<f64> = self.shape.iter().rev().copied().collect();
        let backward = to
            .and_then(|j| hinge::crossing(&mirrored, n - 1 - j, n - 1 - self.reference, limit, self.fs))
            .map(|j| count(n - 1) - j);
        let marker = |all: [Option<f64>; 3]| {
            let by: Vec<(&'static str, Option<f64>)> =
                METHODS.iter().copied().zip(all.map(|j| j.map(seconds))).collect();
            let mut said: Vec<f64> = by.iter().filter_map(|(_, t)| *t).collect();
            said.sort_by(f64::total_cmp);
            // With two methods the amplitude's, the definition's own, is taken.
            let middle = if said.len() == 3 { Some(said[1]) } else { by[0].1.or(said.first().copied()) };
            let spread = said.last().zip(said.first()).map_or(0.0, |(b, a)| b - a);
            Marker { at_s: middle.filter(|_| all[0].is_some() || all[1].is_some()), spread_s: spread, by }
        };
        let onset = marker([at(&amplitude, true), at(&reliability, true), forward]);
        let end = marker([at(&amplitude, false), at(&reliability, false), backward]);
        let index = |m: &Marker, other: Option<usize>| {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "inside the window")]
            let of = |t: f64| (t * self.fs + count(self.reference)).round().clamp(0.0, count(n - 1)) as usize;
            m.at_s.map(of).or(other)
        };
        let from = index(&onset, from).unwrap_or(*whole.start()).min(self.reference);
        let to = index(&end, to).unwrap_or(*whole.end()).max(self.reference);
        (onset, end, from..=to)
    }

    /// Parts beyond a flat gap that come back in the sweeps and are at least twice the limit and six SD of the noise
    /// high, peak to peak.
    pub(super) fn satellites(&self, potential: &RangeInclusive<usize>) -> Vec<Satellite> {
        let (n, limit, gap) = (self.shape.len(), self.limit(), samples(GAP_S, self.fs));
        let smoothed = smooth(self.shape, samples(SMOOTH_S, self.fs));
        let mut out = Vec::new();
        let mut j = 0;
        while j < n {
            if (j + gap >= *potential.start() && j <= *potential.end() + gap) || smoothed[j].abs() < limit {
                j += 1;
                continue;
            }
            let Some(part) = linked(&smoothed, j, limit, gap) else { break };
            let (from, to) = (j, *part.end());
            let body = &self.shape[from..=to];
            let high = body.iter().copied().fold(f64::MIN, f64::max).max(0.0);
            let low = body.iter().copied().fold(f64::MAX, f64::min).min(0.0);
            let amplitude = high - low;
            let comes_back = self.present[from..=to].iter().filter(|p| **p).count() * 2 > to - from;
            let reached = from > 0 && to + 1 < n;
            let long = count(to - from + 1) / self.fs >= 0.5e-3;
            if comes_back && reached && long && amplitude >= (2.0 * limit).max(6.0 * self.noise) {
                let seconds = |j: usize| (count(j) - count(self.reference)) / self.fs;
                out.push(Satellite { start_s: seconds(from), end_s: seconds(to), amplitude });
            }
            j = to + 1;
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_linked_up_to_the_gap_and_not_beyond() {
        let mut x = vec![0.0; 40];
        x[20] = -9.0;
        x[24] = 7.0;
        x[29] = 9.0;
        x[17] = 8.0;
        // Three flat samples part 20 and 24, four part 24 and 29.
        assert_eq!(linked(&x, 20, 7.0, 3), Some(17..=24));
        assert_eq!(linked(&x, 20, 7.0, 4), Some(17..=29));
        assert_eq!(linked(&x, 20, 7.0, 1), Some(20..=20));
        assert_eq!(linked(&x, 20, 9.5, 4), None);
        assert_eq!(linked(&x, 99, 7.0, 4), None);
        assert_eq!(linked(&[], 0, 7.0, 4), None);
    }
}
