//! The M response in sweeps that were recorded for F waves.

use super::residual::{BLANK_S, Residual};
use crate::ncs::late::{clipped, median};
use crate::ncs::{Measured, Sweeps};

const METHOD: &str = "largest less smallest value between artefact and tail, median over the sweeps";
/// The M response begins at 2 ms or later; a sweep must begin before. Ours.
const LATEST_START_S: f64 = 0.002;
/// An M response is above this many noise SDs. Ours.
const LEAST_RATIO: f64 = 20.0;

/// Peak-to-peak amplitude of the M response.
#[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
pub(super) fn amplitude(sweeps: &Sweeps, residual: &Residual, used: &[usize]) -> Measured {
    if sweeps.start().0 > LATEST_START_S {
        return Measured::undefined("the sweeps begin after the M response", METHOD);
    }
    let from = sweeps.get(0).index(BLANK_S);
    let to = residual.tail;
    if used.is_empty() || from + 2 >= to {
        return Measured::undefined("no M response in the sweeps", METHOD);
    }
    let at_limit = used
        .iter()
        .filter(|&&i| clipped(sweeps.get(i).samples()).iter().any(|(a, b)| *b > from && *a < to))
        .count();
    if 10 * at_limit > used.len() {
        return Measured::undefined("the M response is cut off at the amplifier's limit", METHOD);
    }
    let mut values: Vec<f64> = used
        .iter()
        .map(|&i| {
            let x = &sweeps.get(i).samples()[from..to];
            let (low, high) = x.iter().fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(*v), h.max(*v)));
            high - low
        })
        .collect();
    let noise = median(&mut residual.noise.clone());
    let spread = 1.253 * crate::ncs::late::robust_sd(&values) / (values.len() as f64).sqrt();
    let value = median(&mut values);
    if value < LEAST_RATIO * noise {
        return Measured::undefined("no M response in the sweeps", METHOD);
    }
    // Noise lifts the largest and lowers the smallest sample, about two SDs each.
    Measured::new(value, 1.96 * spread.hypot(2.0 * noise), METHOD, "no M response in the sweeps")
}
