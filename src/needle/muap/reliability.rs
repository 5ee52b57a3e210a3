//! Which lags of a potential come back from sweep to sweep.
//!
//! In the spirit of the correlation method for duration: a lag belongs to the potential when sweeps agree there more
//! than sweeps whose signs were drawn at random. The signs keep each sweep's own noise and its neighbours' leak, and
//! break only what is common.

use super::shift::count;
use super::unit::{Unit, samples};

/// Draws of signs. Our choice: with 99, being above all but one is the level of 2 %.
const DRAWS: usize = 99;
/// Most sweeps that are looked at; more would add time, not certainty.
const MOST_SWEEPS: usize = 200;
/// Block over which samples are averaged and window in which sweeps are compared, s.
const BLOCK_S: f64 = 0.25e-3;
const BLOCKS_IN_WINDOW: usize = 4;

/// For each lag whether the mean of the window around it is above nearly all draws.
pub(super) fn present(unit: &Unit, fs: f64) -> Vec<bool> {
    let width = unit.width();
    let block = samples(BLOCK_S, fs);
    let columns = width.div_ceil(block);
    let every = unit.clean.iter().filter(|c| **c).count().div_ceil(MOST_SWEEPS).max(1);
    let mut rows: Vec<f64> = Vec::new();
    let mut n = 0_usize;
    for (_, sweep) in unit.clean_sweeps().step_by(every) {
        // A foreign potential in one sweep must not speak for all.
        let cut = sweep.iter().zip(unit.shape.iter().zip(&unit.spread));
        let cut: Vec<f64> = cut.map(|(v, (m, sd))| v.max(m - 2.5 * sd).min(m + 2.5 * sd)).collect();
        rows.extend(cut.chunks(block).map(|c| c.iter().sum::<f64>() / count(c.len())));
        n += 1;
    }
    if n < 2 {
        return vec![true; width];
    }
    // The baseline that was taken out of the average is taken out of each sweep.
    let mut means = vec![0.0; columns];
    for row in rows.chunks_exact(columns) {
        means.iter_mut().zip(row).for_each(|(m, v)| *m += v / count(n));
    }
    let offset: Vec<f64> = unit
        .shape
        .chunks(block)
        .zip(&means)
        .map(|(c, m)| m - c.iter().sum::<f64>() / count(c.len()))
        .collect();
    let offset = super::baseline::smooth(&offset, columns);
    for row in rows.chunks_exact_mut(columns) {
        row.iter_mut().zip(&offset).for_each(|(v, o)| *v -= o);
    }
    let mut sums = vec![0.0; columns];
    let mut powers = vec![0.0; columns];
    let mut above = vec![0_usize; columns];
    add_up(&rows, columns, || false, &mut sums);
    let real = windows(&sums, &mut powers);
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    for _ in 0..DRAWS {
        let flip = || {
            // Knuth's MMIX generator; the top bit is its best.
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state >> 63 == 1
        };
        add_up(&rows, columns, flip, &mut sums);
        let drawn = windows(&sums, &mut powers);
        above.iter_mut().zip(real.iter().zip(&drawn)).for_each(|(a, (r, d))| *a += usize::from(d >= r));
    }
    (0..width).map(|j| above[j / block] <= 1).collect()
}

fn add_up(rows: &[f64], columns: usize, mut flip: impl FnMut() -> bool, sums: &mut [f64]) {
    sums.fill(0.0);
    for row in rows.chunks_exact(columns) {
        if flip() {
            sums.iter_mut().zip(row).for_each(|(s, v)| *s -= v);
        } else {
            sums.iter_mut().zip(row).for_each(|(s, v)| *s += v);
        }
    }
}

/// Power of the summed sweeps in the window around each block.
fn windows(sums: &[f64], powers: &mut [f64]) -> Vec<f64> {
    powers.iter_mut().zip(sums).for_each(|(p, s)| *p = s * s);
    super::baseline::smooth(powers, BLOCKS_IN_WINDOW)
}
