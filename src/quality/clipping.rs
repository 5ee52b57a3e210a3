//! Clipping at the limit of the converter, of the amplifier, or of the stated range.

use super::view::{ChannelView, Number, count, format_4, on_samples};
use crate::measure::{Finding, Severity};

/// Share of clipped samples from which (not strict) nothing may be measured. Our choice.
const REFUSE: f64 = 0.25;
/// A run at an inner extreme counts when the signal leaves it by more than this many quanta (strict, mean of
/// both ends): the top of a smooth wave that stays on one code for three samples leaves it by at most 2.8.
const ABRUPT_QUANTA: f64 = 4.0;
/// And by more than this share of the range (strict): else a coarse converter's noise would do. Our choice.
const ABRUPT_RANGE: f64 = 0.01;

#[derive(Debug, Default)]
struct Rail {
    samples: usize,
    runs: Vec<usize>,
    longest: usize,
    /// Whether one run at least shows that this is a rail; then every sample on it was cut.
    certain: bool,
}

/// Count: samples at a rail; share: of the samples.
pub(super) fn run(view: &ChannelView<'_>) -> Vec<Finding> {
    let stats = view.stats;
    if stats.n < 4 || stats.min == stats.max {
        return Vec::new();
    }
    let quantum = view.quantum();
    let mut parts = Vec::new();
    let mut total = 0;
    for (name, extreme) in [("lower", stats.min), ("upper", stats.max)] {
        if !view.channel.samples.is_integer() && extreme == 0.0 {
            continue; // A rectified or gated signal rests at zero.
        }
        let known = at_limit(view, extreme);
        let rail = on_samples!(&view.channel.samples, x => look(x, view, extreme, known, quantum));
        if !rail.certain {
            continue;
        }
        total += rail.samples;
        let end = stats.max.max(-stats.min);
        parts.push(format!(
            "{} samples in {} runs at the {name} rail {} ({}, {:.0} % of the largest value), the longest {} samples, at {}",
            rail.samples,
            rail.runs.len(),
            view.amount(extreme),
            if known { "the end of the range" } else { "an inner limit" },
            100.0 * extreme.abs() / end,
            rail.longest,
            view.places(&rail.runs)
        ));
    }
    if parts.is_empty() {
        return Vec::new();
    }
    let share = count(total) / count(stats.n);
    let severity = if share >= REFUSE { Severity::Refuse } else { Severity::Warning };
    let detail = format!(
        "{}; peaks are cut: amplitudes and areas read low ({} % of the samples)",
        parts.join("; "),
        format_4(share * 100.0)
    );
    vec![view.finding("clipping", severity, total as u64, share, detail)]
}

/// Whether `extreme` is where the integer type, or the range that the header states, ends.
fn at_limit(view: &ChannelView<'_>, extreme: f64) -> bool {
    let channel = view.channel;
    if !channel.samples.is_integer() {
        // Sound files hold numbers from −1 to 1.
        return extreme.abs() == 1.0;
    }
    #[expect(clippy::cast_precision_loss, reason = "limits of converters are far below 2^52")]
    let stated = channel.digital_limits.is_some_and(|(lo, hi)| extreme == lo as f64 || extreme == hi as f64);
    let of_type = channel.storage_bits.filter(|b| (2..=32).contains(b)).is_some_and(|bits| {
        let half = f64::from(bits - 1).exp2();
        // Some converters are symmetric and end one above the least value.
        extreme == half - 1.0 || extreme == -half || extreme == 1.0 - half
    });
    stated || of_type
}

fn look<T: Number>(x: &[T], view: &ChannelView<'_>, extreme: f64, known: bool, quantum: f64) -> Rail {
    let range = view.stats.max - view.stats.min;
    let mut rail = Rail::default();
    let rail_code = T::of(extreme);
    // A rail needs two samples at least; the extreme of a clean signal is mostly one.
    let at_rail: usize =
        view.stretches.iter().map(|s| T::occurrences(&x[s.first..s.first + s.len], rail_code)).sum();
    if at_rail < if known { 2 } else { 3 } {
        return rail;
    }
    for s in &view.stretches {
        let x = &x[s.first..s.first + s.len];
        let mut block = 0;
        while block < x.len() {
            let end = (block + 64).min(x.len());
            // Most blocks are nowhere near the rail; this test runs on vectors.
            if !x[block..end].iter().fold(false, |any, v| any | (*v == rail_code)) {
                block = end;
                continue;
            }
            let mut i = block;
            while i < end {
                if x[i] != rail_code {
                    i += 1;
                    continue;
                }
                let len = x[i..].iter().take_while(|v| **v == rail_code).count();
                let leaves: Vec<f64> = [i.checked_sub(1), Some(i + len)]
                    .into_iter()
                    .flatten()
                    .filter_map(|k| x.get(k))
                    .map(|v| (v.value() - extreme).abs())
                    .collect();
                let leave = leaves.iter().sum::<f64>() / count(leaves.len().max(1));
                let abrupt = leave > ABRUPT_QUANTA * quantum && leave > ABRUPT_RANGE * range;
                rail.certain |= (known && len >= 2) || (len >= 3 && abrupt);
                rail.samples += len;
                rail.longest = rail.longest.max(len);
                rail.runs.push(s.first + i);
                i += len;
            }
            block = i.max(end);
        }
    }
    rail
}
