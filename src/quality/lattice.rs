//! The code lattice: values rescaled from a coarser converter use only the codes near `origin + k · step`.
//!
//! Found by a walk outwards from the median code, refining step and origin by least squares on the way; a
//! step need not be whole (16 2/3 occurs), and the codes are then the rounded multiples.

use super::view::{ChannelView, Number, count};
use crate::recording::Samples;

/// Fewer distinct codes tell no pattern. Our choice.
const LEAST_CODES: usize = 24;
/// Least share of the samples that must lie on the lattice (not strict). Our choice: a wrapped record still
/// has nearly all samples in range.
const LEAST_ON: f64 = 0.9;
/// Largest table of codes; a wider range is looked at through a sample of its values.
const LARGEST_TABLE: i64 = 1 << 17;
/// How many values are looked at then.
const SAMPLED: usize = 1 << 16;

/// Codes `origin + k · step`, each within `tolerance`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Lattice {
    pub(super) step: f64,
    origin: f64,
    pub(super) tolerance: f64,
}

impl Lattice {
    /// Distance of `code` to the lattice, in codes.
    #[inline]
    pub(super) fn distance(&self, code: f64) -> f64 {
        let k = (code - self.origin) / self.step;
        (k - k.round()).abs() * self.step
    }
    /// Whether `code` is of the lattice.
    #[inline]
    pub(super) fn holds(&self, code: f64) -> bool {
        self.distance(code) <= self.tolerance
    }
    /// How far the lattice shifted by `shift` codes lies from itself.
    pub(super) fn separation(&self, shift: f64) -> f64 {
        let k = shift / self.step;
        (k - k.round()).abs() * self.step
    }
}

/// Distinct codes in order, each with how often it occurs.
fn codes(view: &ChannelView<'_>) -> Vec<(i64, u32)> {
    match &view.channel.samples {
        Samples::I16(x) => tally(x, view),
        Samples::I32(x) => tally(x, view),
        _ => Vec::new(),
    }
}

fn tally<T: Copy + Into<i64>>(x: &[T], view: &ChannelView<'_>) -> Vec<(i64, u32)> {
    #[expect(clippy::cast_possible_truncation, reason = "extremes of stored integers of at most 32 bits")]
    let (lo, hi) = (view.stats.min as i64, view.stats.max as i64);
    let width = hi - lo + 1;
    if view.stats.n == 0 {
        return Vec::new();
    }
    if width <= LARGEST_TABLE {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1 to LARGEST_TABLE")]
        let mut table = vec![0u32; width as usize];
        for s in &view.stretches {
            for &v in &x[s.first..s.first + s.len] {
                let at = usize::try_from(v.into() - lo).unwrap_or(0);
                table[at] = table[at].saturating_add(1);
            }
        }
        return (lo..).zip(table).filter(|(_, n)| *n > 0).collect();
    }
    let hop = (view.stats.n / SAMPLED).max(1);
    let mut values: Vec<i64> = view
        .stretches
        .iter()
        .flat_map(|s| x[s.first..s.first + s.len].iter().step_by(hop).map(|&v| v.into()))
        .collect();
    values.sort_unstable();
    let mut out: Vec<(i64, u32)> = Vec::new();
    for v in values {
        match out.last_mut() {
            Some((last, n)) if *last == v => *n += 1,
            _ => out.push((v, 1)),
        }
    }
    out
}

/// Running least squares of code on index.
#[derive(Default)]
struct Line {
    n: f64,
    k: f64,
    c: f64,
    kk: f64,
    kc: f64,
}

impl Line {
    fn add(&mut self, k: f64, c: f64, weight: f64) {
        self.n += weight;
        self.k += weight * k;
        self.c += weight * c;
        self.kk += weight * k * k;
        self.kc += weight * k * c;
    }
    /// Slope and intercept; needs two indices.
    fn fit(&self) -> (f64, f64) {
        let slope = (self.n * self.kc - self.k * self.c) / (self.n * self.kk - self.k * self.k);
        (slope, (self.c - slope * self.k) / self.n)
    }
}

/// Codes to each side of the mean that [`dense`] looks at, and how many samples.
const NEAR: i32 = 16;
const FEW: usize = 16_384;

/// Whether nearly all codes about the mean occur, and none much rarer than others: then there is no lattice, and
/// no need to count all codes.
fn dense<T: Number>(x: &[T], view: &ChannelView<'_>) -> bool {
    let mut table = [0u32; 2 * NEAR as usize + 1];
    let low = view.stats.mean.round() - f64::from(NEAR);
    let hop = (view.stats.n / FEW).max(1);
    for s in &view.stretches {
        for v in x[s.first..s.first + s.len].iter().step_by(hop) {
            let at = v.value() - low;
            if (0.0..=f64::from(2 * NEAR)).contains(&at) {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "within the table"
                )]
                let at = at as usize;
                table[at] += 1;
            }
        }
    }
    let most = table.iter().copied().max().unwrap_or(0);
    // A lattice of a step of 2 leaves half of the codes out, one of 1.5 a third.
    most >= 8 && 4 * table.iter().filter(|&&n| n > most / 8).count() > 3 * table.len()
}

/// The lattice, where the codes show one of a step of at least 1.5.
#[expect(clippy::cast_precision_loss, reason = "codes of at most 32 bits")]
pub(super) fn learn(view: &ChannelView<'_>) -> Option<Lattice> {
    let none = match &view.channel.samples {
        Samples::I16(x) => dense(x, view),
        Samples::I32(x) => dense(x, view),
        _ => true,
    };
    if none {
        return None;
    }
    let codes = codes(view);
    if codes.len() < LEAST_CODES {
        return None;
    }
    let all: u64 = codes.iter().map(|c| u64::from(c.1)).sum();
    // The median code and the gaps around it: the densest part, where hardly a code is skipped.
    let mut before = 0;
    let centre = codes.iter().position(|c| {
        before += u64::from(c.1);
        before * 2 >= all
    })?;
    let around = &codes[centre.saturating_sub(16)..(centre + 16).min(codes.len())];
    // Stray codes (wrapped or damaged values) are rare beside their neighbours.
    let strong = around.iter().map(|c| c.1).max()? / 8;
    let common: Vec<i64> = around.iter().filter(|c| c.1 > strong).map(|c| c.0).collect();
    let mut gaps: Vec<i64> = common.windows(2).map(|w| w[1] - w[0]).collect();
    gaps.sort_unstable();
    let first = *gaps.get(gaps.len() / 2)? as f64;
    if first < 2.0 {
        return None;
    }
    let mut line = Line::default();
    let start = *common.get(common.len() / 2)? as f64;
    line.add(0.0, start, 1.0);
    for direction in [1.0, -1.0] {
        let (mut k, mut missed) = (0.0, 0.0);
        while missed < 64.0 {
            k += direction;
            let (slope, intercept) = if line.n > 3.0 { line.fit() } else { (first, start) };
            let expected = intercept + slope * k;
            // Generous while the step is a guess, then no more than rounding needs: farther codes are strays.
            let within = match line.n {
                n if n > 64.0 => 0.65,
                n if n > 16.0 => 1.0,
                _ => 1.0 + (first / 8.0).min(1.0),
            };
            let Some(found) = near(&codes, expected, within) else {
                missed += 1.0;
                if expected < view.stats.min || expected > view.stats.max {
                    break;
                }
                continue;
            };
            missed = 0.0;
            line.add(k, found as f64, 1.0);
        }
    }
    if line.n < count(LEAST_CODES) / 2.0 {
        return None;
    }
    let (mut step, mut origin) = line.fit();
    // The walk's far ends pick up strays, and an error of the step counts thousands of times at 2^bits: fit again
    // to what lies close, codes that occur often counting more.
    for _ in 0..3 {
        let mut line = Line::default();
        for &(code, n) in &codes {
            let code = code as f64;
            let k = ((code - origin) / step).round();
            if (code - origin - k * step).abs() <= 0.6 {
                line.add(k, code, f64::from(n.min(64)));
            }
        }
        if line.n > 0.0 {
            (step, origin) = line.fit();
        }
    }

    if !(step >= 1.5 && step.is_finite()) {
        return None;
    }
    (step, origin) = simple(&codes, step, origin);
    // How far the rounding of the codes scatters about the line: least band that holds nearly all.
    let mut lattice = Lattice { step, origin, tolerance: 0.0 };
    let mut distances: Vec<(f64, u32)> = codes.iter().map(|c| (lattice.distance(c.0 as f64), c.1)).collect();
    distances.sort_by(|a, b| a.0.total_cmp(&b.0));
    let bound = 1.0_f64.min(step * 0.3);
    let on: u64 = distances.iter().take_while(|d| d.0 <= bound).map(|d| u64::from(d.1)).sum();
    let chance = (2.0 * bound / step).min(1.0);
    if (on as f64) < (LEAST_ON + (1.0 - LEAST_ON) * chance) * all as f64 {
        return None;
    }
    let (mut seen, mut spread) = (0, 0.0);
    for (d, n) in distances {
        seen += u64::from(n);
        spread = d;
        if seen as f64 >= 0.98 * on as f64 {
            break;
        }
    }
    lattice.tolerance = (spread + 0.1).min(step * 0.3);

    Some(lattice)
}

/// The step as a fraction of a small denominator, where that fits the codes no worse: halves rounded away
/// from zero pull the fitted step of such a lattice outwards.
#[expect(clippy::cast_precision_loss, reason = "codes of at most 32 bits")]
fn simple(codes: &[(i64, u32)], step: f64, origin: f64) -> (f64, f64) {
    let (Some(first), Some(last)) = (codes.first(), codes.last()) else { return (step, origin) };
    let reach = ((last.0 - first.0) as f64 / step).max(1.0);
    let on = |step: f64, origin: f64| -> u64 {
        let lattice = Lattice { step, origin, tolerance: 0.51 };
        codes.iter().filter(|c| lattice.holds(c.0 as f64)).map(|c| u64::from(c.1)).sum()
    };
    let found = on(step, origin);
    for denominator in 1..=20 {
        let fraction = (step * f64::from(denominator)).round() / f64::from(denominator);
        if (fraction - step).abs() * reach > 0.5 {
            continue;
        }
        // The origin lies on a multiple of the step (a true zero), or where it was fitted.
        let multiple = (origin / fraction).round() * fraction;
        for start in [multiple, origin] {
            if on(fraction, start) >= found {
                return (fraction, start);
            }
        }
    }
    (step, origin)
}

/// The code nearest to `expected` that occurs, at most `within` away.
fn near(codes: &[(i64, u32)], expected: f64, within: f64) -> Option<i64> {
    #[expect(clippy::cast_precision_loss, reason = "codes of at most 32 bits")]
    let off = |c: &(i64, u32)| (c.0 as f64 - expected).abs();
    let at = {
        #[expect(clippy::cast_precision_loss, reason = "codes of at most 32 bits")]
        codes.partition_point(|c| (c.0 as f64) < expected)
    };
    codes[at.saturating_sub(1)..(at + 1).min(codes.len())]
        .iter()
        .filter(|c| off(c) <= within)
        .min_by(|a, b| off(a).total_cmp(&off(b)))
        .map(|c| c.0)
}
