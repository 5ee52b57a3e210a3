//! Two further indices of the number of units, of other design: CDIX and a staircase.

use super::Scan;
use crate::dsp::iir::{FilterOptions, FilterScratch};
use crate::ncs::Measured;
use crate::units::Hertz;

/// Indices from the levels of a scan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LevelIndex {
    /// CDIX: 2 to the power of the entropy of the amplitudes over bins as wide as the gap between noise and
    /// steps.
    pub cdix: Measured,
    /// Fewest levels, less one, that lie within 15 µV of the amplitudes in the mean.
    pub stairs: Measured,
}

const CDIX: &str = "entropy of the amplitudes over bins of the least step";
const STAIRS: &str = "fewest levels within 15 µV of the amplitudes in the mean";

/// The smooth course: order, and its corner as a number of bends over the scan (share of the Nyquist
/// frequency times the responses). The corner of the open implementation.
const ORDER: usize = 3;
const BENDS: f64 = 50.0;
/// Part of the smooth course's range whose responses count.
const KEPT: std::ops::Range<f64> = 0.02..0.95;
/// Start of the mixture, mV: mean of the steps, and standard deviations of steps and noise as shares of it.
const STEP_MV: f64 = 3.0;
const STEP_SD: f64 = 1.0 / 3.0;
const NOISE_SD: f64 = 1.0 / 15.0;
/// Rounds of the mixture and what it may shrink to, mV (a tenth of the amplitudes' last decimal).
const ROUNDS: usize = 200;
const LEAST_SD: f64 = 1e-4;

/// Levels to begin with, less one; mean distance that is enough, mV; most levels that are tried (ours: twice
/// what any muscle is said to have).
const FIRST_STAIRS: usize = 5;
const ENOUGH_MV: f64 = 0.015;
const MOST_STAIRS: usize = 500;
/// Moves of the levels after each new one.
const MOVES: usize = 8;

#[expect(clippy::cast_precision_loss, reason = "at most 20 000 stimuli")]
fn float(n: usize) -> f64 {
    n as f64
}

impl Scan {
    /// CDIX and the staircase. CDIX is made from the scan from the last of the strongest stimuli on (whole
    /// and not only its proper part, as in the open implementation); the staircase from the scan proper.
    pub fn level_index(&self) -> LevelIndex {
        let cdix = match self.cdix() {
            Ok(value) => Measured::new(value, f64::NAN, CDIX, "the mixture gave no finite number"),
            Err(why) => Measured::undefined(why, CDIX),
        };
        let stairs = match stairs(self.trimmed_mv()) {
            Some(n) => Measured::new(float(n), f64::NAN, STAIRS, "no levels"),
            None => Measured::undefined("500 levels are not enough: the noise is above 15 µV", STAIRS),
        };
        LevelIndex { cdix, stairs }
    }

    fn cdix(&self) -> Result<f64, &'static str> {
        let strongest = self.stimulus_ma.iter().copied().fold(0.0, f64::max);
        let last = self.stimulus_ma.iter().rposition(|s| *s == strongest).unwrap_or(0);
        let first = self.stimulus_ma.iter().position(|s| *s == strongest).unwrap_or(0);
        // A rising scan ends at its strongest stimulus: there it is taken up to the first of these.
        let y: Vec<f64> = if self.stimulus_ma.len() - last >= first {
            self.amplitude_mv[last..].iter().rev().copied().collect()
        } else {
            self.amplitude_mv[..=first].to_vec()
        };
        let short = "too few responses on the slope";
        let corner = 0.5 * BENDS / float(y.len());
        if corner >= 0.5 {
            return Err(short);
        }
        let mut smooth = y.clone();
        FilterOptions::lowpass(ORDER, Hertz(corner))
            .design(Hertz(1.0))
            .and_then(|f| f.apply_zero_phase(&mut smooth, &mut FilterScratch::default()))
            .map_err(|_| short)?;
        let (low, high) = smooth.iter().fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(*v), h.max(*v)));
        let inside = |e: &f64| KEPT.contains(&((e - low) / (high - low)));
        let kept: Vec<f64> = y.iter().zip(&smooth).filter(|(_, e)| inside(e)).map(|(v, _)| *v).collect();
        if kept.len() < 20 {
            return Err(short);
        }
        let steps: Vec<f64> = kept.windows(2).map(|w| (w[1] - w[0]).abs()).collect();
        let gap = gap(&steps).ok_or("noise and steps cannot be told apart")?;
        let mut bins: Vec<f64> = kept.iter().map(|v| (v / gap).floor()).collect();
        bins.sort_unstable_by(f64::total_cmp);
        let n = float(bins.len());
        let entropy: f64 =
            bins.chunk_by(|a, b| a == b).map(|c| float(c.len()) / n).map(|p| -p * p.log2()).sum();
        Ok(entropy.exp2())
    }
}

/// Where noise and steps are equally likely: the smallest crossing of the two parts of a mixture of three
/// normal distributions fitted to ±`steps` (means −m, 0, m by symmetry).
fn gap(steps: &[f64]) -> Option<f64> {
    let (mut mean, mut sd, mut noise) = (STEP_MV, STEP_MV * STEP_SD, STEP_MV * NOISE_SD);
    let mut share = 1.0 / 3.0; // of the noise
    let density = |x: f64, sd: f64| (-0.5 * (x / sd).powi(2)).exp() / sd;
    let n = float(steps.len());
    for _ in 0..ROUNDS {
        let (mut weight, mut sum, mut square, mut noise_square) = (0.0, 0.0, 0.0, 0.0);
        for s in steps {
            // Either sign of the step: the two outer parts have a half of the rest each.
            let up = 0.5 * (1.0 - share) * density(s - mean, sd);
            let down = 0.5 * (1.0 - share) * density(s + mean, sd);
            let all = up + down + share * density(*s, noise);
            let (up, down) = if all > 0.0 { (up / all, down / all) } else { (1.0, 0.0) };
            weight += up + down;
            sum += (up - down) * s;
            square += up * (s - mean).powi(2) + down * (s + mean).powi(2);
            noise_square += (1.0 - up - down) * s * s;
        }
        if !(weight > 1e-6 && n - weight > 1e-6) {
            return None;
        }
        mean = sum / weight;
        sd = (square / weight).sqrt().max(LEAST_SD);
        noise = (noise_square / (n - weight)).sqrt().max(LEAST_SD);
        share = 1.0 - weight / n;
    }
    // ln(share/noise) − x²/2noise² = ln(half the rest/sd) − (x − mean)²/2sd²
    let a = 0.5 / (sd * sd) - 0.5 / (noise * noise);
    let b = -mean / (sd * sd);
    let c = 0.5 * (mean / sd).powi(2) + (share * sd / (0.5 * (1.0 - share) * noise)).ln();
    let root = (b * b - 4.0 * a * c).sqrt();
    [(-b - root) / (2.0 * a), (-b + root) / (2.0 * a)]
        .into_iter()
        .filter(|x| x.is_finite() && *x > 0.0)
        .min_by(f64::total_cmp)
}

/// Levels by median, one more at a time where the amplitudes lie farthest from theirs, until the mean distance
/// is small enough; their number less one.
fn stairs(amplitudes: &[f64]) -> Option<usize> {
    let mut y = amplitudes.to_vec();
    y.sort_unstable_by(f64::total_cmp);
    let n = y.len();
    // Cluster i is y[edges[i]..edges[i + 1]].
    let count = (FIRST_STAIRS + 1).min(n);
    let mut edges: Vec<usize> = (0..=count).map(|i| i * n / count).collect();
    let middle = |from: usize, to: usize| y[(from + to - 1) / 2];
    let cost = |from: usize, to: usize| {
        let level = middle(from, to);
        y[from..to].iter().map(|v| (v - level).abs()).sum::<f64>()
    };
    loop {
        for _ in 0..MOVES {
            let levels: Vec<f64> = edges.windows(2).map(|w| middle(w[0], w[1])).collect();
            let mut moved = vec![0];
            for pair in levels.windows(2) {
                let edge = y.partition_point(|v| *v < (pair[0] + pair[1]) / 2.0);
                if edge > moved[moved.len() - 1] && edge < n {
                    moved.push(edge);
                }
            }
            moved.push(n);
            if moved == edges {
                break;
            }
            edges = moved;
        }
        let costs: Vec<f64> = edges.windows(2).map(|w| cost(w[0], w[1])).collect();
        if costs.iter().sum::<f64>() / float(n) < ENOUGH_MV {
            return Some(edges.len() - 2);
        }
        if edges.len() > MOST_STAIRS {
            return None;
        }
        let worst = (0..costs.len()).max_by(|a, b| costs[*a].total_cmp(&costs[*b]))?;
        let (from, to) = (edges[worst], edges[worst + 1]);
        // Amplitudes of one value have no cost, so the worst cluster holds several.
        let split = y[from..to].partition_point(|v| *v <= middle(from, to)) + from;
        let split = if split < to { split } else { (from + to) / 2 };
        if split <= from || split >= to {
            return None;
        }
        edges.insert(worst + 1, split);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_counted() {
        let levels: Vec<f64> = (0..400).map(|i| f64::from(i / 40) + 0.001 * f64::from(i % 7)).collect();
        // Ten levels are nine steps.
        assert_eq!(stairs(&levels), Some(9));
        assert_eq!(stairs(&[1.0; 50]), Some(0));
    }

    #[test]
    fn the_gap_lies_between_noise_and_steps() {
        let noise = (0..200).map(|i| 0.05 * f64::from(i % 10) / 10.0);
        let steps = (0..100).map(|i| 1.0 + 0.2 * f64::from(i % 10) / 10.0);
        let gap = gap(&noise.chain(steps).collect::<Vec<f64>>()).expect("a gap");
        assert!((0.06..1.0).contains(&gap), "{gap}");
    }
}
