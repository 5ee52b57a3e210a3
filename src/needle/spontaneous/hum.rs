//! Takes the power line out of a long trace at little cost: its frequency is found on a slow copy, its
//! harmonics by projection, block by block.

use super::stats::median;
use crate::dsp::mains::MainsOptions;
use crate::units::Hertz;
use std::f64::consts::TAU;

/// Rate of the slow copy, Hz: three harmonics of 60 Hz lie well below its middle.
const SLOW: f64 = 800.0;
/// Harmonics taken out. Beyond the tenth a line is weak (as `dsp::mains`).
const HARMONICS: usize = 10;
/// A block, s: between two centres the line may change.
const BLOCK_S: f64 = 4.0;
/// Potentials pull at the projection: it sees the trace cut off at so many robust SDs.
const CUT: f64 = 5.0;
/// Share of the largest of the first five harmonics that the later ones reach in a train of potentials (strict).
const SPIKY: f64 = 0.5;
/// Share of the trace's robust SD that the line must reach to be taken out. Ours: below it nothing is gained.
const LEAST: f64 = 0.05;

/// Subtracts the line from `x`; its frequency in Hz and the amplitude of its largest harmonic, when there is one.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts of samples")]
pub(super) fn subtract(x: &mut [f64], fs: f64) -> Option<(f64, f64)> {
    let spread = 1.4826 * median(&mut x.iter().map(|v| v.abs()).collect::<Vec<_>>())?;
    if spread <= 0.0 {
        return None;
    }
    let cut = |v: f64| v.clamp(-CUT * spread, CUT * spread);
    let step = ((fs / SLOW).floor() as usize).max(1);
    let slow: Vec<f64> =
        x.chunks_exact(step).map(|c| c.iter().map(|v| cut(*v)).sum::<f64>() / step as f64).collect();
    let options = MainsOptions { harmonics: 3, ..MainsOptions::default() };
    let plan = options.design(Hertz(fs / step as f64)).ok()?;
    let frequency = plan.estimate(&slow).ok()?.frequency.0;
    let usable = (1..=HARMONICS).take_while(|h| *h as f64 * frequency < 0.45 * fs).count();
    let count = ((x.len() as f64 / (BLOCK_S * fs)).round() as usize).max(1);
    let edges: Vec<usize> = (0..=count).map(|k| k * x.len() / count).collect();
    let all: Vec<Vec<(f64, f64)>> = (1..=usable)
        .map(|h| {
            let cycles = h as f64 * frequency / fs;
            edges.windows(2).map(|e| project(&x[e[0]..e[1]], e[0], cycles, cut)).collect()
        })
        .collect();
    let sizes: Vec<f64> =
        all.iter().map(|p| p.iter().map(|p| p.0.hypot(p.1)).sum::<f64>() / p.len() as f64).collect();
    // A hum is made of its first harmonics; a train of potentials that keeps its time has as much in the later.
    let low = sizes.iter().take(5).copied().fold(0.0, f64::max);
    let high = sizes.iter().skip(5).copied().fold(0.0, f64::max);
    let taken = if high > SPIKY * low { 3 } else { usable };
    let centres: Vec<f64> = edges.windows(2).map(|e| 0.5 * (e[0] + e[1]) as f64).collect();
    let mut largest = 0.0_f64;
    for (h, parts) in all.iter().enumerate().take(taken) {
        if sizes[h] < LEAST * spread {
            continue;
        }
        largest = largest.max(sizes[h]);
        let (mut block, mut wheel) = (0, Wheel::new((h + 1) as f64 * frequency / fs, 0));
        for (i, v) in x.iter_mut().enumerate() {
            let t = i as f64;
            while block + 1 < centres.len() && t >= centres[block + 1] {
                block += 1;
            }
            let (a, b) = match centres.get(block + 1) {
                Some(next) if t > centres[block] => {
                    let w = (t - centres[block]) / (next - centres[block]);
                    let (p, q) = (parts[block], parts[block + 1]);
                    (p.0 + w * (q.0 - p.0), p.1 + w * (q.1 - p.1))
                }
                _ => parts[block],
            };
            let (sin, cos) = wheel.next();
            *v -= a * cos + b * sin;
        }
    }
    (largest > 0.0).then_some((frequency, largest))
}

/// Cosine and sine amplitudes of a block that starts at sample `from`.
fn project(block: &[f64], from: usize, cycles: f64, cut: impl Fn(f64) -> f64) -> (f64, f64) {
    let (mut a, mut b) = (0.0, 0.0);
    let mut wheel = Wheel::new(cycles, from);
    for v in block {
        let (sin, cos) = wheel.next();
        a += cut(*v) * cos;
        b += cut(*v) * sin;
    }
    let n = block.len().max(1) as f64;
    (2.0 * a / n, 2.0 * b / n)
}

/// Sine and cosine of equal steps; computed afresh now and then so that rounding does not pile up.
struct Wheel {
    cycles: f64,
    index: usize,
    at: (f64, f64),
    turn: (f64, f64),
}

impl Wheel {
    fn new(cycles: f64, index: usize) -> Wheel {
        Wheel { cycles, index, at: (0.0, 1.0), turn: (TAU * cycles).sin_cos() }
    }
    fn next(&mut self) -> (f64, f64) {
        if self.index.is_multiple_of(1024) || self.at == (0.0, 1.0) {
            self.at = (TAU * (self.cycles * self.index as f64).fract()).sin_cos();
        }
        let now = self.at;
        self.at = (now.0 * self.turn.1 + now.1 * self.turn.0, now.1 * self.turn.1 - now.0 * self.turn.0);
        self.index += 1;
        now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_taken_out() {
        let line = |k: usize| {
            let t = TAU * 50.02 * k as f64 / 10_000.0;
            20e-6 * (t + 1.0).sin() + 4e-6 * (3.0 * t).cos()
        };
        let mut x: Vec<f64> = (0..60_000).map(line).collect();
        let (frequency, size) = subtract(&mut x, 10_000.0).unwrap();
        assert!((frequency - 50.02).abs() < 0.01 && (size - 20e-6).abs() < 0.5e-6);
        let left = (x.iter().map(|v| v * v).sum::<f64>() / x.len() as f64).sqrt();
        assert!(left < 0.5e-6, "{left}");
    }

    #[test]
    fn what_is_flat_or_short_stays() {
        let mut x = vec![0.0; 1000];
        assert_eq!(subtract(&mut x, 10_000.0), None);
        assert_eq!(subtract(&mut [], 10_000.0), None);
        assert_eq!(subtract(&mut [1.0, -1.0, 1.0], 10_000.0), None);
    }
}
