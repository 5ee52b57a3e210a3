//! STEPIX, AMPIX and D50: how many of the largest differences between sorted amplitudes make up the scan.

use super::Scan;
use crate::ncs::Measured;

/// Noise threshold, mV (20 µV in the authors' code).
const NOISE_MV: f64 = 0.02;
/// Steps above so many noise thresholds make the regression.
const CLEAR: f64 = 2.5;
/// Share of the response that the index covers, %.
const COVERED: f64 = 80.0;

/// Step index readouts, exactly as the open implementation has them (rank regression over the sorted
/// differences of sorted amplitudes).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepIndex {
    /// D50: number of the largest differences that together pass half of the response.
    pub d50: Measured,
    /// STEPIX: an index of the number of units.
    pub stepix: Measured,
    /// AMPIX: greatest amplitude over STEPIX, V.
    pub ampix: Measured,
}

const D50: &str = "largest differences between sorted amplitudes that together pass half of the response";
const STEPIX: &str = "rank regression over differences between sorted amplitudes above 50 µV";
const AMPIX: &str = "greatest amplitude over STEPIX";

impl Scan {
    /// D50, STEPIX and AMPIX of the scan proper.
    pub fn step_index(&self) -> StepIndex {
        let mut sorted = self.trimmed_mv().to_vec();
        sorted.sort_unstable_by(|a, b| b.total_cmp(a));
        let mut steps: Vec<f64> = sorted.windows(2).map(|w| w[0] - w[1]).collect();
        steps.sort_unstable_by(|a, b| b.total_cmp(a));
        let sums: Vec<f64> = steps
            .iter()
            .scan(0.0, |sum, s| {
                *sum += s;
                Some(*sum)
            })
            .collect();
        let total = sums.last().copied().unwrap_or(0.0);
        let flat = "all amplitudes of the scan are equal";
        let d50 = match sums.iter().position(|r| *r > total / 2.0) {
            Some(i) => count(i + 1, D50, flat),
            None => Measured::undefined(flat, D50),
        };
        let (stepix, ampix) = match index(&steps, &sums) {
            Ok(q) => {
                (count(q, STEPIX, flat), Measured::new(sorted[0] * 1e-3 / float(q), f64::NAN, AMPIX, flat))
            }
            Err(why) => (Measured::undefined(why, STEPIX), Measured::undefined(why, AMPIX)),
        };
        StepIndex { d50, stepix, ampix }
    }
}

fn count(n: usize, method: &'static str, why: &'static str) -> Measured {
    Measured::new(float(n), f64::NAN, method, why)
}

#[expect(clippy::cast_precision_loss, reason = "at most 20 000 stimuli")]
fn float(n: usize) -> f64 {
    n as f64
}

/// STEPIX from the steps, greatest first, and their running sums.
fn index(steps: &[f64], sums: &[f64]) -> Result<usize, &'static str> {
    let clear = steps.iter().take_while(|s| **s > CLEAR * NOISE_MV).count();
    if clear < 2 {
        return Err("fewer than two steps above 50 µV");
    }
    // Least squares of the step over the logarithm of its rank.
    let rank = |i: usize| float(i + 1).ln();
    let n = float(clear);
    let mean_x = (0..clear).map(rank).sum::<f64>() / n;
    let mean_y = steps[..clear].iter().sum::<f64>() / n;
    let (mut xy, mut xx) = (0.0, 0.0);
    for (i, step) in steps[..clear].iter().enumerate() {
        let x = rank(i) - mean_x;
        xy += x * (step - mean_y);
        xx += x * x;
    }
    let slope = xy / xx;
    if slope >= 0.0 {
        return Err("the steps do not fall with their rank");
    }
    let crossing = (-(mean_y - slope * mean_x) / slope).exp().round();
    let length = steps.len();
    let total = sums.last().copied().unwrap_or(0.0);
    let share = match (1..length).find(|p| float(*p) == crossing) {
        Some(p) => 100.0 * sums[p - 1] / total / float(p),
        None => 100.0 / crossing,
    };
    // At most all steps but one; lower until the step of that rank is above the noise.
    let wanted = (COVERED / share).round();
    let limit = (1..length).rev().find(|q| float(*q) <= wanted).unwrap_or(0);
    match (1..=limit).rev().find(|q| steps[q - 1] >= NOISE_MV) {
        Some(q) if (COVERED / share).is_finite() => Ok(q),
        _ => Err("no step above the noise within the index"),
    }
}
