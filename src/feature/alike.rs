//! Similar templates of a short window, without sorting it.
//!
//! Row `i` of the recurrence matrix holds a bit for each lag `k`: whether samples `i` and `i + k` lie within
//! `r`. By lag, the rows of successive samples are joined by AND without a shift. Samples are first compared as
//! 15-bit integers, 32 at a time; the few pairs that those do not decide are compared as they are, so the
//! pairs are exactly those of the definition `|x_i - x_j| <= r`.

use super::recurrence::Matches;
use crate::dsp::vector::{self, Kernel, Vector};

/// The longest window.
pub(super) const LONGEST: usize = 512;

/// Integers that a vector compares.
const BLOCK: usize = 32;
/// Blocks of a row.
const WORDS: usize = LONGEST / BLOCK;
/// The integer of the largest sample.
const LEVELS: f64 = 32_767.0;
/// Stands behind the last sample: farther than [`WIDEST`] from all integers, counted modulo 2^16.
const OUTSIDE: u16 = 49_152;
/// Tolerances from here on, in levels, are not for this module.
const WIDEST: f64 = 16_000.0;
/// Far above the rounding of a sample's place among the levels.
const ROUNDING: f64 = 1e-6;

#[derive(Debug, Clone, Copy, Default)]
#[repr(align(64))]
struct Row([u32; WORDS]);

/// Memory for the rows; may hold anything before.
#[derive(Debug, Clone, Default)]
pub(super) struct Alike {
    levels: Vec<u16>,
    rows: Vec<Row>,
}

impl Alike {
    /// As `Recurrence::matches` for finite values between `min` and `max` and `m` from 1 to 8; `None` for a
    /// window or a tolerance that is too large.
    pub(super) fn matches(&mut self, x: &[f64], (min, max): (f64, f64), r: f64, m: usize) -> Option<Matches> {
        let scale = LEVELS / (max - min);
        let near = r * scale;
        // Not the other way round: what is no number is not for this module either.
        let possible = x.len() <= LONGEST && scale.is_finite() && near < WIDEST;
        if !possible || x.len() <= m {
            return None;
        }
        self.levels.clear();
        self.levels.resize(x.len() + BLOCK, OUTSIDE);
        self.rows.resize(x.len(), Row::default());
        let tolerance = Tolerance::new(r, near);
        let Alike { levels, rows } = self;
        Some(vector::run(Count { x, scale, min, tolerance, m, levels, rows }))
    }
}

/// The tolerance in levels. Rounding moves the difference of two levels by less than 1.
struct Tolerance {
    r: f64,
    /// Differences up to here are within.
    inner: u16,
    /// Whether there is an `inner` at all.
    any: bool,
    /// Differences above are not.
    outer: u16,
}

impl Tolerance {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to WIDEST")]
    fn new(r: f64, near: f64) -> Self {
        let inner = near - 1.0 - ROUNDING;
        Tolerance {
            r,
            inner: inner.max(0.0) as u16,
            any: inner >= 0.0,
            outer: (near + 1.0 + ROUNDING) as u16,
        }
    }
}

struct Count<'a> {
    x: &'a [f64],
    scale: f64,
    min: f64,
    tolerance: Tolerance,
    m: usize,
    levels: &'a mut [u16],
    rows: &'a mut [Row],
}

impl Kernel for Count<'_> {
    type Output = Matches;
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "the low bits are what is asked for")]
    fn run<V: Vector>(self) -> Matches {
        let Count { x, scale, min, tolerance, m, levels, rows } = self;
        for (level, &v) in levels.iter_mut().zip(x) {
            *level = ((v - min) * scale + 4_503_599_627_370_496.0).to_bits() as u16;
        }
        fill::<V>(x, levels, &tolerance, rows);
        let met = match m {
            1 => met::<1>(rows),
            2 => met::<2>(rows),
            3 => met::<3>(rows),
            4 => met::<4>(rows),
            5 => met::<5>(rows),
            6 => met::<6>(rows),
            7 => met::<7>(rows),
            _ => met::<8>(rows),
        };
        Matches { short: met.short - with_last(x, tolerance.r, m), long: met.long }
    }
}

/// Writes the row of every sample, without itself.
#[inline(always)]
fn fill<V: Vector>(x: &[f64], levels: &[u16], t: &Tolerance, rows: &mut [Row]) {
    let width = 2 * t.outer + 1;
    let inner_width = if t.any { 2 * t.inner + 1 } else { 0 };
    for (i, row) in rows.iter_mut().enumerate() {
        let (from, inner_from) = (levels[i].wrapping_sub(t.outer), levels[i].wrapping_sub(t.inner));
        let (blocks, _) = levels[i..].as_chunks::<BLOCK>();
        // Each word goes to memory by itself: read back as a whole at once, they would keep the reader waiting.
        *row = Row::default();
        for (b, (word, block)) in row.0.iter_mut().zip(blocks).enumerate() {
            let near = V::near(block, from, width);
            let unsure = near & !V::near(block, inner_from, inner_width);
            // A sample and itself are not compared.
            let (near, unsure) = if b == 0 { (near & !1, unsure & !1) } else { (near, unsure) };
            *word = if unsure == 0 { near } else { decide(&x[i..], BLOCK * b, unsure, near, t.r) };
        }
    }
}

/// Clears the bits in `unsure` of samples farther than `r` from the first of `x`.
#[cold]
fn decide(x: &[f64], first: usize, mut unsure: u32, mut near: u32, r: f64) -> u32 {
    while unsure != 0 {
        let bit = unsure.trailing_zeros();
        let far = x.get(first + bit as usize).is_none_or(|v| (x[0] - v).abs() > r);
        near &= !(u32::from(far) << bit);
        unsure &= unsure - 1;
    }
    near
}

/// Pairs of templates of length `M`, as far as the window goes, and of length `M + 1`.
#[inline(always)]
fn met<const M: usize>(rows: &[Row]) -> Matches {
    // A word counts at most 32 a row, so 512 rows do not overflow.
    let (mut short, mut long) = ([0u32; WORDS], [0u32; WORDS]);
    // `chain[k]`: where templates of length k + 1 from the row below match.
    let mut chain = [[0u32; WORDS]; M];
    for (i, row) in rows.iter().enumerate().rev() {
        let row = row.0;
        for w in 0..WORDS {
            long[w] += (row[w] & chain[M - 1][w]).count_ones();
        }
        for k in (1..M).rev() {
            for w in 0..WORDS {
                chain[k][w] = row[w] & chain[k - 1][w];
            }
        }
        chain[0] = row;
        if i + M < rows.len() {
            for w in 0..WORDS {
                short[w] += chain[M - 1][w].count_ones();
            }
        }
    }
    let sum = |words: [u32; WORDS]| words.into_iter().map(u64::from).sum();
    Matches { short: sum(short), long: sum(long) }
}

/// Templates of length `m` similar to the very last, which has no sample after it and so does not count.
#[inline(always)]
fn with_last(x: &[f64], r: f64, m: usize) -> u64 {
    let templates = x.len() - m;
    let mut n = 0;
    for i in 0..templates {
        let mut alike = true;
        for k in 0..m {
            alike &= (x[i + k] - x[templates + k]).abs() <= r;
        }
        n += u64::from(alike);
    }
    n
}
