//! Joins trains that are one: parts of one potential that always come together, and one potential whose size
//! changed.

use super::band::Bands;
use super::find::Raw;
use super::regularity::regularity;
use super::stats::{deviation, median_of};

/// Parts of one potential lie no further apart than this, s: a complex of a complex repetitive discharge
/// lasts up to 50 ms (reference 2.1).
const REACH_S: f64 = 0.055;
/// Parts keep their distance to this, s. Ours: several times a junction's jitter.
const LOCK_S: f64 = 0.6e-3;
/// Share of a part's discharges that must come with the other part.
const LOCKED: f64 = 0.75;
/// Correlation from which two shapes are one.
const ALIKE: f64 = 0.93;
/// The same where the timing says that they are one: jitter changes a motor unit's shape.
const RELATED: f64 = 0.8;

/// Joins until nothing is left to join.
pub(super) fn link(trains: &mut Vec<Raw>, bands: &Bands) {
    while let Some((a, b)) = pair(trains, |a, b| locked(a, b, bands)) {
        // The larger one carries the time; discharges that only the smaller one showed are lost to it.
        let (keep, lose) = if trains[a].strength() >= trains[b].strength() { (a, b) } else { (b, a) };
        trains[keep].complex = true;
        trains.remove(lose);
    }
    while let Some((a, b)) = pair(trains, |a, b| same(a, b, bands)) {
        let other = trains.remove(a.max(b));
        trains[a.min(b)].absorb(other, bands);
    }
    gather(trains, bands);
    trains.iter_mut().for_each(prune);
    // The smallest first: what is left of it may not explain others.
    trains.sort_by(|a, b| b.size().total_cmp(&a.size()));
    for k in (1..trains.len()).rev() {
        if residue(&trains[k], &trains[..k], bands) {
            trains.remove(k);
        }
    }
}

fn pair(trains: &[Raw], test: impl Fn(&Raw, &Raw) -> bool) -> Option<(usize, usize)> {
    (0..trains.len())
        .flat_map(|a| (a + 1..trains.len()).map(move |b| (a, b)))
        .find(|(a, b)| test(&trains[*a], &trains[*b]))
}

impl Raw {
    fn size(&self) -> f64 {
        self.template.shape[self.template.peak].abs() * median_of(&self.gain).unwrap_or(1.0)
    }
    fn strength(&self) -> f64 {
        self.size() * (self.at.len() as f64).min(1e6)
    }
    /// Takes over the discharges of a train of the same shape, its times and sizes put on this template's.
    fn absorb(&mut self, other: Raw, bands: &Bands) {
        let (lag, _) = alignment(&self.template.shape, &other.template.shape, bands.samples(2.0e-3));
        // A sample m of the other's shape lies at m + lag of this one's.
        let scale =
            other.template.shape[other.template.peak].abs() / self.template.shape[self.template.peak].abs();
        let offset = self.template.peak as f64 - lag as f64 - other.template.peak as f64;
        let mut both: Vec<(f64, f64)> = self.at.iter().copied().zip(self.gain.iter().copied()).collect();
        both.extend(other.at.iter().zip(&other.gain).map(|(t, g)| (t + offset, g * scale)));
        both.sort_by(|a, b| a.0.total_cmp(&b.0));
        let close = bands.samples(1.0e-3) as f64;
        both.dedup_by(|later, earlier| {
            let twice = later.0 - earlier.0 < close;
            if twice && later.1 > earlier.1 {
                *earlier = *later;
            }
            twice
        });
        (self.at, self.gain) = both.into_iter().unzip();
    }
}

/// For each time of `a` the distance to the nearest of `b` within reach.
fn distances(a: &[f64], b: &[f64], reach: f64) -> Vec<f64> {
    let mut out = Vec::new();
    for t in a {
        let from = b.partition_point(|u| *u < t - reach);
        out.extend(b[from..].iter().take_while(|u| **u <= t + reach).map(|u| u - t));
    }
    out
}

/// Whether two trains are parts of one potential.
fn locked(a: &Raw, b: &Raw, bands: &Bands) -> bool {
    let (few, many) = if a.at.len() <= b.at.len() { (a, b) } else { (b, a) };
    if few.at.len() < 3 {
        return false;
    }
    let (reach, lock) = (REACH_S * bands.rate, LOCK_S * bands.rate);
    let mut lags = distances(&few.at, &many.at, reach);
    lags.sort_by(f64::total_cmp);
    // The densest place of the width of the lock.
    let mut best = (0, 0.0);
    for (k, l) in lags.iter().enumerate() {
        let count = lags[k..].partition_point(|m| *m <= l + 2.0 * lock);
        if count > best.0 {
            best = (count, l + lock);
        }
    }
    let count = best.0 as f64;
    // By chance: the rate of the other times the width.
    let span = (many.at[many.at.len() - 1] - many.at[0]).max(1.0);
    let chance = few.at.len() as f64 * (many.at.len() as f64 / span * 2.0 * lock).min(1.0);
    let inside: Vec<f64> = lags.iter().copied().filter(|l| (l - best.1).abs() <= lock).collect();
    let tight = deviation(&inside).is_none_or(|d| d < 0.5 * lock);
    // One potential fires once: the count of the greater must not be far above.
    count >= LOCKED * few.at.len() as f64 && count > 2.0 * chance + 2.0 && tight
}

/// Lag of `b` in `a` at which they correlate best, and the correlation, over what overlaps.
fn alignment(a: &[f64], b: &[f64], reach: usize) -> (isize, f64) {
    let centre = |s: &[f64]| -> isize {
        let top = (0..s.len()).max_by(|i, j| s[*i].abs().total_cmp(&s[*j].abs())).unwrap_or(0);
        isize::try_from(top).unwrap_or(0)
    };
    let reach = isize::try_from(reach).unwrap_or(0);
    let middle = centre(a) - centre(b);
    let energy = |s: &[f64]| s.iter().map(|v| v * v).sum::<f64>();
    let whole = (energy(a), energy(b));
    let mut best = (middle, -1.0);
    for lag in middle - reach..=middle + reach {
        let (mut xy, mut xx, mut yy) = (0.0, 0.0, 0.0);
        for (m, v) in b.iter().enumerate() {
            let Some(u) = usize::try_from(lag + isize::try_from(m).unwrap_or(0)).ok().and_then(|i| a.get(i))
            else {
                continue;
            };
            xy += u * v;
            xx += u * u;
            yy += v * v;
        }
        if xx < 0.6 * whole.0 || yy < 0.6 * whole.1 || xx <= 0.0 || yy <= 0.0 {
            continue;
        }
        let r = xy / (xx * yy).sqrt();
        if r > best.1 {
            best = (lag, r);
        }
    }
    best
}

/// Correlation from which pieces may be one unit's whose shape changes from discharge to discharge, and the
/// greatest ratio of their sizes. Ours: a few near fibres with much jitter.
const LOOSE: f64 = 0.7;
const LOOSE_RATIO: f64 = 1.8;

/// Puts together irregular pieces that are alike and, taken together, one regular train.
fn gather(trains: &mut Vec<Raw>, bands: &Bands) {
    let times = |t: &Raw| t.at.iter().map(|v| v / bands.rate).collect::<Vec<_>>();
    trains.sort_by_key(|t| std::cmp::Reverse(t.at.len()));
    let mut k = 0;
    while k < trains.len() {
        let irregular = |t: &Raw| {
            let r = regularity(&times(t));
            r.count < 6 || r.cv_all.is_none_or(|v| v > 0.3)
        };
        let mut members: Vec<usize> = Vec::new();
        if irregular(&trains[k]) {
            let mut union = trains[k].at.clone();
            for m in k + 1..trains.len() {
                let (a, b) = (&trains[k], &trains[m]);
                let ratio = (a.size() / b.size()).max(b.size() / a.size());
                if ratio > LOOSE_RATIO || !irregular(b) {
                    continue;
                }
                let (_, r) = alignment(&a.template.shape, &b.template.shape, bands.samples(2.5e-3));
                let close = distances(&b.at, &union, 5.0e-3 * bands.rate).len();
                if r >= LOOSE && close * 20 <= b.at.len() {
                    members.push(m);
                    union.extend(&b.at);
                    union.sort_by(f64::total_cmp);
                }
            }
            let seconds: Vec<f64> = union.iter().map(|v| v / bands.rate).collect();
            let (whole, own) = (regularity(&seconds), regularity(&times(&trains[k])));
            let better = whole.cv2.is_some_and(|v| v < 0.33)
                && whole.cv.is_some_and(|v| v < 0.35)
                && own.cv_all.zip(whole.cv_all).is_none_or(|(o, w)| w < 0.9 * o || own.count < 8);
            if !better {
                members.clear();
            }
        }
        for m in members.into_iter().rev() {
            let other = trains.remove(m);
            trains[k].absorb(other, bands);
        }
        k += 1;
    }
}

/// How near two intervals together must come to the usual one for the discharge between them to be too many,
/// and share of the intervals that must be usual ones.
const TOO_MANY: f64 = 0.06;
const USUAL: f64 = 0.7;

/// Takes discharges out that lie between two others of a very regular train.
fn prune(train: &mut Raw) {
    let intervals: Vec<f64> = train.at.windows(2).map(|w| w[1] - w[0]).collect();
    let Some(usual) = median_of(&intervals).filter(|u| *u > 0.0 && intervals.len() >= 8) else { return };
    let near = intervals.iter().filter(|i| (*i / usual - 1.0).abs() < TOO_MANY).count();
    if (near as f64) < USUAL * intervals.len() as f64 {
        return;
    }
    let size = median_of(&train.gain).filter(|s| *s > 0.0).unwrap_or(1.0);
    let mut k = 1;
    while k + 1 < train.at.len() {
        let (left, right) = (train.at[k] - train.at[k - 1], train.at[k + 1] - train.at[k]);
        let one = ((left + right) / usual - 1.0).abs() < TOO_MANY;
        // Of two that are next to each other the one of the unusual size goes.
        let odd = |k: usize| (train.gain[k] / size - 1.0).abs();
        let extra = one
            && if left < TOO_MANY * usual {
                odd(k) >= odd(k - 1)
            } else if right < TOO_MANY * usual {
                odd(k) > odd(k + 1)
            } else {
                true
            };
        if extra {
            train.at.remove(k);
            train.gain.remove(k);
        } else {
            k += 1;
        }
    }
}

/// Whether two trains are one whose size changed.
fn same(a: &Raw, b: &Raw, bands: &Bands) -> bool {
    let (_, r) = alignment(&a.template.shape, &b.template.shape, bands.samples(1.5e-3));
    // Noise in the means lowers what can be reached.
    let clean = |t: &Raw| {
        let energy: f64 = t.template.shape.iter().map(|v| v * v).sum();
        let noise = 1.57 * bands.noise * bands.noise * t.template.shape.len() as f64;
        (1.0 - noise / (t.at.len() as f64 * energy)).clamp(0.5, 1.0)
    };
    let r = r / (clean(a) * clean(b)).sqrt();
    if r < RELATED {
        return false;
    }
    let ratio = (a.size() / b.size()).max(b.size() / a.size());
    if ratio > 4.0 {
        return false;
    }
    let union = {
        let mut u: Vec<f64> = a.at.iter().chain(&b.at).map(|t| t / bands.rate).collect();
        u.sort_by(f64::total_cmp);
        u
    };
    let seconds = |t: &Raw| t.at.iter().map(|v| v / bands.rate).collect::<Vec<_>>();
    let (ra, rb, ru) = (regularity(&seconds(a)), regularity(&seconds(b)), regularity(&union));
    let close = distances(&a.at, &b.at, 1.5e-3 * bands.rate).len() as f64;
    let few = a.at.len().min(b.at.len()) as f64;
    if close > 0.05 * few {
        return false;
    }
    // Two fibres that look alike: each regular by itself, together not.
    let steady = |r: &super::regularity::Regularity| r.count >= 6 && r.cv2.is_some_and(|v| v < 0.25);
    let worst = ra.cv2.into_iter().chain(rb.cv2).fold(0.0, f64::max);
    // What the smaller one adds fills the gaps of the larger one.
    let major = if ra.count >= rb.count { &ra } else { &rb };
    let fills = |u: f64| {
        let before = major.cv_all.unwrap_or(f64::MAX);
        u < 0.3 && ru.cv_all.is_some_and(|v| v < 0.85 * before)
    };
    match ru.cv2 {
        Some(u) if fills(u) && ratio < 1.6 => true,
        _ if r < ALIKE => false,
        // Together as regular as apart: one train that was cut.
        Some(u) if u < 0.2 && u <= 1.3 * worst.min(0.25) + 0.04 => true,
        Some(u) if steady(&ra) && steady(&rb) && u > 0.3 => false,
        _ => ratio < if few < 6.0 { 1.5 } else { 1.3 },
    }
}

/// Whether a train is what the subtraction of larger ones left over: nearly always beside one of them.
fn residue(b: &Raw, larger: &[Raw], bands: &Bands) -> bool {
    let mut all: Vec<f64> =
        larger.iter().filter(|a| b.size() < 0.6 * a.size()).flat_map(|a| a.at.iter().copied()).collect();
    if all.is_empty() || b.at.is_empty() {
        return false;
    }
    all.sort_by(f64::total_cmp);
    [6.0e-3, 15.0e-3].iter().any(|reach| {
        let reach = reach * bands.rate;
        let beside = |t: f64| {
            let from = all.partition_point(|u| *u < t - reach);
            all.get(from).is_some_and(|u| *u <= t + reach)
        };
        let share = b.at.iter().filter(|t| beside(**t)).count() as f64 / b.at.len() as f64;
        // By chance: what the windows cover of the time in which it fires.
        let (from, to) = (b.at[0] - reach, b.at[b.at.len() - 1] + reach);
        let (mut covered, mut end) = (0.0, from);
        for t in all.iter().filter(|t| **t >= from && **t <= to) {
            covered += (t + reach) - (t - reach).max(end);
            end = t + reach;
        }
        let chance = (covered / (to - from)).clamp(0.0, 1.0);
        share > (0.6 + 0.4 * chance).max(0.7)
    })
}
