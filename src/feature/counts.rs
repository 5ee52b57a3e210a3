//! Counts: crossings, slope changes, exceedances, turns.

use super::amplitude::{HUDGINS, PHINYOMARK};
use super::{Feature, Window};
use crate::measure::Reading::{Undefined, Value};
use crate::units::Unit;

const WILLISON: &str = "Willison 1964, J Neurol Neurosurg Psychiatry 27:386";

pub(super) const ROWS: &[Feature] = &[
    Feature::row(
        ("zc", "zero crossings"),
        Unit::COUNT,
        None,
        HUDGINS,
        "changes of sign with |x_b - x_a| >= threshold, zeros inheriting the sign before them",
        |w| Value(zero_crossings(w)),
    ),
    Feature::row(
        ("zc_rate", "zero crossings per second"),
        Unit::PER_SECOND,
        None,
        HUDGINS,
        "zc / (N dt)",
        |w| Value(w.rate(zero_crossings(w))),
    ),
    Feature::row(
        ("ssc", "slope sign changes"),
        Unit::COUNT,
        None,
        HUDGINS,
        "D[i-1] D[i] < 0 and max(|D[i-1]|, |D[i]|) >= threshold",
        |w| Value(w.differences().map_or(0.0, |d| d.slopes)),
    )
    .min(3),
    Feature::row(
        ("ssc_rate", "slope sign changes per second"),
        Unit::PER_SECOND,
        None,
        HUDGINS,
        "ssc / (N dt)",
        |w| Value(w.rate(w.differences().map_or(0.0, |d| d.slopes))),
    )
    .min(3),
    Feature::row(
        ("wamp", "Willison amplitude"),
        Unit::COUNT,
        None,
        PHINYOMARK,
        "number of |D| > threshold",
        |w| Value(w.differences().map_or(0.0, |d| d.above)),
    )
    .min(2),
    Feature::row(
        ("wamp_rate", "Willison amplitude per second"),
        Unit::PER_SECOND,
        None,
        PHINYOMARK,
        "wamp / (N dt)",
        |w| Value(w.rate(w.differences().map_or(0.0, |d| d.above))),
    )
    .min(2),
    Feature::row(
        ("myop", "myopulse percentage rate"),
        Unit::ONE,
        None,
        PHINYOMARK,
        "share of |x| > threshold",
        |w| Value(w.basic().above / w.n()),
    ),
    Feature::row(
        ("fzc", "zero crossings of the first difference"),
        Unit::COUNT,
        None,
        PHINYOMARK,
        "zc of D",
        |w| Value(slope_crossings(w)),
    )
    .min(2),
    Feature::row(
        ("fzc_rate", "zero crossings of the first difference per second"),
        Unit::PER_SECOND,
        None,
        PHINYOMARK,
        "fzc / (N dt)",
        |w| Value(w.rate(slope_crossings(w))),
    )
    .min(2),
    Feature::row(
        ("turns", "turns per second"),
        Unit::PER_SECOND,
        None,
        WILLISON,
        "reversals with a change >= 100 uV before and after / (N dt); first and last sample are none",
        |w| Value(w.rate(count(w.turns().count))),
    )
    .min(3),
    Feature::row(
        ("turns_amplitude", "mean amplitude between turns"),
        Unit::MICROVOLT,
        None,
        WILLISON,
        "mean |difference of successive turns|",
        |w| {
            let turns = w.turns();
            if turns.count < 2 {
                return Undefined("fewer than two turns");
            }
            Value(turns.amplitude / count(turns.count - 1))
        },
    )
    .min(3),
];

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
fn count(n: usize) -> f64 {
    n as f64
}

/// The range of places, from 0, of the samples with 0.2N ≤ i ≤ 0.8N, i from 1.
pub(super) fn middle(n: usize) -> (usize, usize) {
    let low = n.div_ceil(5).max(1) - 1;
    (low, (4 * n / 5).max(low))
}

fn zero_crossings(w: &Window<'_>) -> f64 {
    match w.differences() {
        None => 0.0,
        Some(_) if w.basic().min_abs == 0.0 => {
            sign_changes(w.samples().iter().copied(), w.threshold().at_least)
        }
        Some(d) => d.crossings,
    }
}

fn slope_crossings(w: &Window<'_>) -> f64 {
    match w.differences() {
        None => 0.0,
        Some(d) if d.any_equal => {
            sign_changes(w.samples().windows(2).map(|p| p[1] - p[0]), w.threshold().at_least)
        }
        Some(d) => d.crossings2,
    }
}

/// The definition: changes of sign from the last non-zero value, of at least the threshold.
fn sign_changes(x: impl Iterator<Item = f64>, threshold: f64) -> f64 {
    let (mut last, mut n) = (0.0f64, 0);
    for v in x.filter(|&v| v != 0.0) {
        n += usize::from(
            ((v < 0.0) & (last > 0.0) | (v > 0.0) & (last < 0.0)) & ((v - last).abs() >= threshold),
        );
        last = v;
    }
    count(n)
}
