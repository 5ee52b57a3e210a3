//! First shapes: spikes that look alike and come back. Superpositions look like nothing else and stay out.

use super::shift::{Shifter, split};
use crate::dsp::turns::quantile;

/// A local extremum.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spike {
    /// In samples, finer than one.
    pub(super) at: f64,
    /// V; negative for a negative peak.
    pub(super) height: f64,
}

/// Half the window that spikes are compared in, s: a main spike and what belongs to it.
const HALF_S: f64 = 1.6e-3;
/// A spike is the greatest within this time, s.
const APART_S: f64 = 0.7e-3;
/// Most spikes that are compared, the highest; bounds the work.
const MOST: usize = 3000;
/// Local extrema of |x| above `threshold(i)`, none within [`APART_S`] of a higher one.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "positions in a trace"
)]
pub(super) fn spikes(x: &[f64], fs: f64, threshold: impl Fn(usize) -> f64) -> Vec<Spike> {
    let apart = ((APART_S * fs).round() as usize).max(1);
    let mut found: Vec<usize> = Vec::new();
    for i in 1..x.len().saturating_sub(1) {
        let v = x[i].abs();
        if v < threshold(i) || v < x[i - 1].abs() || v <= x[i + 1].abs() {
            continue;
        }
        match found.last_mut() {
            Some(last) if i - *last < apart => {
                if v > x[*last].abs() {
                    *last = i;
                }
            }
            _ => found.push(i),
        }
    }
    let refine = |i: usize| {
        let (a, b, c) = (x[i - 1], x[i], x[i + 1]);
        let bend = a - 2.0 * b + c;
        let part = if bend == 0.0 { 0.0 } else { (0.5 * (a - c) / bend).clamp(-0.5, 0.5) };
        Spike { at: i as f64 + part, height: b }
    };
    found.into_iter().map(refine).collect()
}

/// Groups of look-alike spikes, each with its members' times; the largest first. Groups below `fewest` are
/// left out. `noise` is that of x; `jiggle` the relative squared distance of two discharges of one unit that
/// jitter makes.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "positions in a trace"
)]
pub(super) fn groups(
    x: &[f64],
    fs: f64,
    all: &[Spike],
    noise: f64,
    jiggle: f64,
    fewest: usize,
) -> Vec<Vec<f64>> {
    let shifter = Shifter::new();
    let half = ((HALF_S * fs).round() as usize).max(4);
    let len = 2 * half + 1;
    let mut spikes: Vec<Spike> = all.to_vec();
    spikes.sort_by(|a, b| b.height.abs().total_cmp(&a.height.abs()));
    spikes.truncate(MOST);
    let n = spikes.len();
    let mut cut = Vec::with_capacity(n * len);
    let mut one = Vec::new();
    for s in &spikes {
        let (at, phase) = split(s.at);
        shifter.cut(x, at - half.cast_signed(), phase, len, &mut one);
        cut.extend(one.iter().map(|v| *v as f32));
    }
    let shape = |i: usize| &cut[i * len..(i + 1) * len];
    let energy: Vec<f32> = (0..n).map(|i| shape(i).iter().map(|v| v * v).sum()).collect();
    // Noise in both, and the rounding of the alignment.
    let floor = (2.6 * len as f64 * noise * noise) as f32;
    let jiggle = jiggle as f32;
    let mut near: Vec<Vec<u32>> = vec![Vec::new(); n];
    for i in 0..n {
        for j in i + 1..n {
            // Sorted by height: from here on the heights differ by too much.
            if spikes[j].height.abs() < 0.62 * spikes[i].height.abs() - 3.0 * noise {
                break;
            }
            if spikes[i].height.signum() != spikes[j].height.signum() {
                continue;
            }
            let d: f32 = shape(i).iter().zip(shape(j)).map(|(a, b)| (a - b) * (a - b)).sum();
            if d < floor + jiggle * (energy[i] + energy[j]) {
                near[i].push(j as u32);
                near[j].push(i as u32);
            }
        }
    }
    let mut free = vec![true; n];
    let mut out: Vec<Vec<f64>> = Vec::new();
    let mut column: Vec<f64> = Vec::new();
    loop {
        let count = |i: usize| near[i].iter().filter(|j| free[**j as usize]).count();
        let Some((seed, size)) =
            (0..n).filter(|i| free[*i]).map(|i| (i, count(i))).max_by_key(|c| (c.1, usize::MAX - c.0))
        else {
            break;
        };
        if size + 1 < fewest {
            break;
        }
        let mut members: Vec<usize> = near[seed].iter().map(|j| *j as usize).filter(|j| free[*j]).collect();
        members.push(seed);
        // The median of the members leads from here; two rounds settle it.
        for _ in 0..2 {
            let median: Vec<f32> = (0..len)
                .map(|k| {
                    column.clear();
                    column.extend(members.iter().take(200).map(|&m| f64::from(shape(m)[k])));
                    quantile(&mut column, 0.5) as f32
                })
                .collect();
            let power: f32 = median.iter().map(|v| v * v).sum();
            let limit = 0.6 * floor + 1.5 * jiggle * power;
            members = (0..n)
                .filter(|&i| free[i])
                .filter(|&i| {
                    shape(i).iter().zip(&median).map(|(a, b)| (a - b) * (a - b)).sum::<f32>() < limit
                })
                .collect();
            if members.is_empty() {
                break;
            }
        }
        free[seed] = false;
        members.iter().for_each(|&m| free[m] = false);
        if members.len() >= fewest {
            let mut times: Vec<f64> = members.iter().map(|&m| spikes[m].at).collect();
            times.sort_by(f64::total_cmp);
            out.push(times);
        }
    }
    out
}
