//! Similar templates: which stretches of `m` samples lie within `r` of each other, sample by sample.
//!
//! The samples within `r` of a given one are neighbours in sorted order, so a whole row of the recurrence
//! matrix is the difference of two prefixes of that order. Held as bit masks over time, rows of successive
//! samples are shifted by one place and joined by AND, and the matches of a row counted by population count:
//! the same pairs as by the definition, each decided by the same comparison `|x_i - x_j| <= r`.

use super::sorted::Sorted;
use crate::dsp::simd::widest;

/// Words of a mask.
const WORDS: usize = 8;
/// Columns of the matrix held at a time.
const COLUMNS: usize = 64 * WORDS;

type Mask = [u64; WORDS];

/// Pairs of similar templates, without those of a template with itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Matches {
    /// Of length m.
    pub(super) short: u64,
    /// Of length m + 1.
    pub(super) long: u64,
}

/// Memory for the masks; may hold anything before.
#[derive(Debug, Clone, Default)]
pub(super) struct Recurrence {
    values: Vec<f64>,
    places: Vec<u32>,
    prefix: Vec<Mask>,
    /// Of each sample, the part of the sorted columns that lies within `r`.
    near: Vec<[u16; 2]>,
}

impl Recurrence {
    /// Counts over the first N - m templates for both lengths (Richman and Moorman 2000).
    pub(super) fn matches(&mut self, sorted: &Sorted, r: f64, m: usize) -> Matches {
        let templates = sorted.values.len().saturating_sub(m);
        let (mut short, mut long) = (0u64, 0u64);
        self.rows(sorted, r, m, [templates, templates], |_, s, l| {
            short += u64::from(s);
            long += u64::from(l);
        });
        // Every pair was met from both ends, and every template met itself.
        let pairs = |met: u64| (met - templates as u64) / 2;
        Matches { short: pairs(short), long: pairs(long) }
    }

    /// Calls `visit(i, short, long)`, more than once for each `i`, with the number of templates of length
    /// `m` and `m + 1` (the first `limits[0]` and `limits[1]` of them) that lie within `r` of template `i`.
    pub(super) fn rows(
        &mut self,
        sorted: &Sorted,
        r: f64,
        m: usize,
        limits: [usize; 2],
        mut visit: impl FnMut(usize, u32, u32),
    ) {
        let last = limits[0].max(limits[1]);
        // Each block of columns lends its last m to the shifts, so the blocks overlap by that.
        for from in (0..last).step_by(COLUMNS - m) {
            self.load(sorted, r, from);
            let to = (from + COLUMNS - m).min(last);
            let masks = limits.map(|limit| low_bits(limit.min(to).saturating_sub(from)));
            let (near, prefix) = (&self.near, &self.prefix);
            widest(
                #[inline(always)]
                || {
                    if m == 2 {
                        sweep::<2>(near, prefix, masks, limits, &mut visit);
                    } else {
                        sweep_any(near, prefix, m, masks, limits, &mut visit);
                    }
                },
            );
        }
    }

    /// Prepares the block of columns that starts at `from`.
    #[expect(clippy::cast_possible_truncation, reason = "a block has fewer than 2^16 columns")]
    fn load(&mut self, sorted: &Sorted, r: f64, from: usize) {
        let n = sorted.values.len();
        self.values.clear();
        self.places.clear();
        for (&v, &o) in sorted.values.iter().zip(&sorted.order) {
            if (from..from + COLUMNS).contains(&(o as usize)) {
                self.values.push(v);
                self.places.push(o - from as u32);
            }
        }
        self.prefix.clear();
        let mut mask = [0; WORDS];
        self.prefix.push(mask);
        for &place in &self.places {
            mask[place as usize / 64] |= 1 << (place % 64);
            self.prefix.push(mask);
        }
        self.near.resize(n, [0; 2]);
        let (mut low, mut high, columns) = (0, 0, self.values.len());
        for (&v, &o) in sorted.values.iter().zip(&sorted.order) {
            while low < columns && v - self.values[low] > r {
                low += 1;
            }
            high = high.max(low);
            while high < columns && self.values[high] - v <= r {
                high += 1;
            }
            self.near[o as usize] = [low as u16, high as u16];
        }
    }
}

/// A mask of the first `n` bits.
fn low_bits(n: usize) -> Mask {
    std::array::from_fn(|w| match n.saturating_sub(64 * w) {
        0 => 0,
        k @ 1..64 => (1 << k) - 1,
        _ => u64::MAX,
    })
}

/// Every bit one place down.
#[inline(always)]
fn down(m: &Mask) -> Mask {
    let mut out = [0; WORDS];
    for w in 0..WORDS - 1 {
        out[w] = m[w] >> 1 | m[w + 1] << 63;
    }
    out[WORDS - 1] = m[WORDS - 1] >> 1;
    out
}

#[inline(always)]
fn and(a: &Mask, b: &Mask) -> Mask {
    std::array::from_fn(|w| a[w] & b[w])
}

#[inline(always)]
fn count(a: &Mask, b: &Mask) -> u32 {
    let mut sum = 0;
    for w in 0..WORDS {
        sum += (a[w] & b[w]).count_ones();
    }
    sum
}

#[inline(always)]
fn row(near: [u16; 2], prefix: &[Mask]) -> Mask {
    let (a, b) = (&prefix[usize::from(near[0])], &prefix[usize::from(near[1])]);
    std::array::from_fn(|w| a[w] ^ b[w])
}

/// All rows from the last one up: `chain[k]` holds where templates of length `k + 1` from the row below match.
#[inline(always)]
fn sweep<const M: usize>(
    near: &[[u16; 2]],
    prefix: &[Mask],
    masks: [Mask; 2],
    limits: [usize; 2],
    visit: &mut impl FnMut(usize, u32, u32),
) {
    let mut chain = [[0; WORDS]; M];
    for (i, &near) in near.iter().enumerate().rev() {
        let row = row(near, prefix);
        let long = and(&row, &down(&chain[M - 1]));
        for k in (1..M).rev() {
            chain[k] = and(&row, &down(&chain[k - 1]));
        }
        chain[0] = row;
        if i < limits[0] {
            let long = if i < limits[1] { count(&long, &masks[1]) } else { 0 };
            visit(i, count(&chain[M - 1], &masks[0]), long);
        }
    }
}

#[inline(always)]
fn sweep_any(
    near: &[[u16; 2]],
    prefix: &[Mask],
    m: usize,
    masks: [Mask; 2],
    limits: [usize; 2],
    visit: &mut impl FnMut(usize, u32, u32),
) {
    match m {
        1 => sweep::<1>(near, prefix, masks, limits, visit),
        3 => sweep::<3>(near, prefix, masks, limits, visit),
        4 => sweep::<4>(near, prefix, masks, limits, visit),
        5 => sweep::<5>(near, prefix, masks, limits, visit),
        6 => sweep::<6>(near, prefix, masks, limits, visit),
        7 => sweep::<7>(near, prefix, masks, limits, visit),
        8 => sweep::<8>(near, prefix, masks, limits, visit),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::alike::Alike;
    use super::*;

    fn naive(x: &[f64], r: f64, m: usize, length: usize) -> u64 {
        let templates = x.len().saturating_sub(m);
        let alike = |i: usize, j: usize| (0..length).all(|k| (x[i + k] - x[j + k]).abs() <= r);
        (0..templates).flat_map(|i| (0..i).map(move |j| (i, j))).filter(|&(i, j)| alike(i, j)).count() as u64
    }

    #[test]
    fn counts_equal_the_definition_at_every_template_length_and_across_blocks() {
        let (mut sorted, mut work) = (Sorted::default(), Recurrence::default());
        let mut alike = Alike::default();
        let (mut matched, mut short_windows) = (0, 0);
        for n in [3usize, 4, 9, 63, 64, 65, 130, 500, 509, 510, 511, 512, 513, 514, 1030] {
            // Whole numbers, so that many distances are exactly the tolerance.
            let x: Vec<f64> = (0..n as u64).map(|i| f64::from((i * i * 7 % 101) as u32)).collect();
            let (low, high) = (0.0, 101.0);
            sorted.sort(&x, low, high);
            for m in 1..=8 {
                for r in [0.0, 5.0, 20.0] {
                    let got = work.matches(&sorted, r, m);
                    let want = Matches { short: naive(&x, r, m, m), long: naive(&x, r, m, m + 1) };
                    assert_eq!(got, want, "{n} samples, m {m}, r {r}");
                    matched += got.long;
                    if let Some(got) = alike.matches(&x, (low, high), r, m) {
                        assert_eq!(got, want, "{n} samples, m {m}, r {r}, by lag");
                        short_windows += 1;
                    }
                }
            }
        }
        assert!(matched > 1000 && short_windows > 200, "{short_windows}");
    }
}
