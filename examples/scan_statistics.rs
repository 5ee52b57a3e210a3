//! Simulates CMAP scans and writes their statistics and the truth, for `fit_scan_units.py`.
//!
//! `cargo run --release --example scan_statistics -- COUNT FIRST_SEED OUT.f32`: a row of 32-bit floats for each scan,
//! first the statistics, then the truth as logarithms: units, units that count ((Σa)²/Σa²), units that make half of the
//! response, relative spread of the thresholds, share of the largest unit.
//!
//! A unit responds when the stimulus passes its threshold, which varies from stimulus to stimulus. Everything that a
//! laboratory may meet is drawn anew for each scan: number, sizes, places and spread of the thresholds, stimuli, noise
//! that grows with the response or not, drift of responses and thresholds, ends that are cut off.

#![expect(clippy::cast_possible_truncation, reason = "counts and single precision of a generator")]

use myotome::ncs::scan::{STATISTICS, Scan};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Distribution, StandardNormal, StandardUniform};
use rayon::prelude::*;
use std::error::Error;
use std::io::Write;

const TARGETS: usize = 5;

struct Draw(ChaCha8Rng);

impl Draw {
    fn normal(&mut self) -> f64 {
        StandardNormal.sample(&mut self.0)
    }
    fn within(&mut self, a: f64, b: f64) -> f64 {
        let u: f64 = StandardUniform.sample(&mut self.0);
        a + (b - a) * u
    }
    fn log_within(&mut self, a: f64, b: f64) -> f64 {
        self.within(a.ln(), b.ln()).exp()
    }
    fn chance(&mut self, p: f64) -> bool {
        self.within(0.0, 1.0) < p
    }
    fn below(&mut self, n: usize) -> usize {
        (self.within(0.0, 1.0) * n as f64) as usize % n
    }
}

struct Unit {
    size: f64,
    threshold: f64,
    spread: f64,
}

fn units(d: &mut Draw) -> (Vec<Unit>, f64) {
    let n = d.log_within(2.0, 500.0) as usize;
    let sigma = d.within(0.15, 1.0);
    let mut sizes: Vec<f64> = (0..n).map(|_| (sigma * d.normal()).exp()).collect();
    match d.below(6) {
        // Reinnervation: a few giants, or a part of the units enlarged.
        0 => {
            let (giants, factor) = (1 + d.below(4), d.within(4.0, 20.0));
            for _ in 0..giants {
                let i = d.below(n);
                sizes[i] *= factor * d.within(0.7, 1.4);
            }
        }
        1 => {
            let (share, factor) = (d.within(0.02, 0.4), d.within(2.0, 8.0));
            sizes.iter_mut().for_each(|s| {
                if d.chance(share) {
                    *s *= factor
                }
            });
        }
        // Another family than the lognormal: gamma-like, or all within bounds.
        2 if sigma > 0.5 => {
            sizes.iter_mut().for_each(|s| *s = -d.within(0.02, 1.0).ln() - d.within(0.02, 1.0).ln())
        }
        3 if sigma > 0.7 => sizes.iter_mut().for_each(|s| *s = d.within(0.3, 2.0)),
        _ => {}
    }
    let mean = if n < 60 { d.log_within(0.02, 0.6) } else { d.log_within(0.01, 0.25) };
    let whole = (mean * n as f64).clamp(0.3, 25.0);
    let sum: f64 = sizes.iter().sum();
    sizes.iter_mut().for_each(|s| *s *= whole / sum);
    let (kind, width) = (d.below(5), d.log_within(0.06, 0.32));
    let centres: Vec<(f64, f64)> =
        (0..2 + d.below(4)).map(|_| (d.within(-1.6, 1.6), d.within(0.08, 0.6))).collect();
    let (lean, shape) = (if d.chance(0.5) { 1.0 } else { -1.0 }, 1 + d.below(5));
    let tie = if d.chance(0.4) { d.within(-0.6, 0.6) } else { 0.0 };
    let middle = d.log_within(3.0, 25.0);
    let spread = d.log_within(0.006, 0.04);
    let unequal = if d.chance(0.5) { 0.0 } else { d.within(0.05, 0.4) };
    let log_mean = (whole / n as f64).ln();
    let out = sizes
        .into_iter()
        .map(|size| {
            let place = match kind {
                0 | 1 => d.normal(),
                2 => d.within(-1.7, 1.7),
                3 => {
                    let (centre, s) = centres[d.below(centres.len())];
                    centre + s * d.normal()
                }
                _ => {
                    lean * ((0..shape).map(|_| -d.within(1e-6, 1.0).ln()).sum::<f64>()
                        / (shape as f64).sqrt()
                        - 1.0)
                }
            };
            let place = (place + tie * (size.ln() - log_mean)).clamp(-4.0, 4.0) * width;
            let spread = spread * (unequal * d.normal()).exp();
            Unit { size, threshold: middle * place.clamp(-1.0, 1.0).exp(), spread }
        })
        .collect();
    (out, spread)
}

/// Stimuli in the order of recording, and the rows of the scan proper.
fn stimuli(d: &mut Draw, units: &[Unit], spread: f64) -> (Vec<f64>, std::ops::Range<usize>, f64, f64) {
    let least = units.iter().map(|u| u.threshold).fold(f64::MAX, f64::min);
    let most = units.iter().map(|u| u.threshold).fold(0.0, f64::max);
    let mut low = least * (1.0 - 3.0 * spread) * d.within(0.85, 1.0);
    let mut high = most * (1.0 + 3.0 * spread) * d.within(1.0, 1.2);
    if d.chance(0.15) {
        let cut = d.within(0.0, 0.25) * (high / low).ln();
        if d.chance(0.5) { low *= cut.exp() } else { high /= cut.exp() }
    }
    let n = d.log_within(160.0, 1100.0) as usize;
    let kind = d.below(4);
    let warp = d.within(0.7, 1.5);
    let mut scan: Vec<f64> = (0..n)
        .map(|i| {
            let t = i as f64 / (n - 1) as f64;
            match kind {
                0 => low + (high - low) * t,
                1 => low * (high / low).powf(t.powf(warp)),
                _ => low * (high / low).powf(t),
            }
        })
        .collect();
    if d.chance(0.08) {
        // Up and down again.
        scan = scan.iter().step_by(2).chain(scan.iter().skip(1).step_by(2).rev()).copied().collect();
    } else if d.chance(0.75) {
        scan.reverse();
    }
    let step = match d.below(8) {
        0 => d.log_within(0.01, 0.1),
        _ => 0.001,
    };
    scan.iter_mut().for_each(|s| *s = ((*s / step).round() * step).max(0.01));
    let (before, after) = (d.below(60), d.below(30));
    let descending = scan[0] > scan[n - 1];
    let (first, last) =
        if descending { (high * d.within(1.0, 1.15), low * 0.98) } else { (low * 0.98, high * 1.03) };
    let mut all = vec![first; before];
    all.extend(&scan);
    all.extend(vec![last; after]);
    (all, before..before + n, low, high)
}

fn row(seed: u64) -> Option<[f32; STATISTICS + TARGETS]> {
    let mut d = Draw(ChaCha8Rng::seed_from_u64(seed));
    let (units, spread) = units(&mut d);
    let (stimulus, range, low, high) = stimuli(&mut d, &units, spread);
    let whole: f64 = units.iter().map(|u| u.size).sum();
    let fires = |s: f64, u: &Unit, z: f64| s > u.threshold * (1.0 + u.spread * z);
    let noise = d.log_within(0.001, 0.04);
    let growing = if d.chance(0.5) { 0.0 } else { d.log_within(0.0005, 0.005) };
    let (tilt, slow) = (
        if d.chance(0.4) { 0.03 * d.normal() } else { 0.0 },
        if d.chance(0.3) { d.log_within(0.0005, 0.01) } else { 0.0 },
    );
    let (drift, resting) = (
        if d.chance(0.3) { 0.02 * d.normal() } else { 0.0 },
        if d.chance(0.3) { 0.02 * d.normal() } else { 0.0 },
    );
    let digit = if d.chance(0.15) { 0.01 } else { 0.001 };
    let n = stimulus.len() as f64;
    let mut walk = 0.0;
    let amplitude: Vec<f64> = stimulus
        .iter()
        .enumerate()
        .map(|(i, s)| {
            let t = i as f64 / n - 0.5;
            // A slow change that comes back within some 50 responses.
            walk = 0.98 * walk + 0.2 * d.normal() * slow;
            let s = s * (1.0 + drift * t);
            let response: f64 =
                units.iter().map(|u| if fires(s, u, d.normal()) { u.size } else { 0.0 }).sum();
            let y = response * (1.0 + tilt * t + walk + growing * d.normal())
                + noise * d.normal()
                + resting * whole * 0.3;
            (y / digit).round() * digit
        })
        .collect();
    let scan = Scan::from_milli(stimulus, amplitude, Some(range)).ok()?;
    let statistics = scan.statistics()?;
    // What of the response lies within the scan: the number of units is that within it.
    let normal = |z: f64| 1.0 / (1.0 + (-1.702 * z).exp());
    let share = |s: f64| {
        units.iter().map(|u| u.size * normal((s / u.threshold - 1.0) / u.spread)).sum::<f64>() / whole
    };
    let covered = share(high) - share(low);
    if covered < 0.5 {
        return None;
    }
    let squares: f64 = units.iter().map(|u| u.size * u.size).sum();
    let mut sizes: Vec<f64> = units.iter().map(|u| u.size).collect();
    sizes.sort_unstable_by(|a, b| b.total_cmp(a));
    let mut sum = 0.0;
    let mut half = 0.0;
    for s in &sizes {
        // The number as if units could be divided, so that the measure is continuous.
        if sum + s >= whole / 2.0 {
            half += (whole / 2.0 - sum) / s;
            break;
        }
        sum += s;
        half += 1.0;
    }
    let truth = [
        units.len() as f64 * covered,
        whole * whole / squares * covered,
        half * covered,
        spread,
        sizes[0] / whole,
    ];
    let mut out = [0.0; STATISTICS + TARGETS];
    for (to, from) in out.iter_mut().zip(statistics.iter().copied().chain(truth.map(f64::ln))) {
        *to = from as f32;
    }
    Some(out)
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [count, first, path] = &arguments[..] else { return Err("COUNT FIRST_SEED OUT.f32".into()) };
    let (count, first): (u64, u64) = (count.parse()?, first.parse()?);
    let rows: Vec<_> = (first..first + count).into_par_iter().filter_map(row).collect();
    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
    for value in rows.iter().flatten() {
        file.write_all(&value.to_le_bytes())?;
    }
    println!("{} rows of {} statistics and {TARGETS} truths", rows.len(), STATISTICS);
    Ok(())
}
