//! Clipping at the limit of the converter, of the amplifier, or of the stated range.

use super::view::{ChannelView, Number, count, format_4, on_samples};
use crate::measure::{Finding, Severity};
use crate::recording::ChannelKind;

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
    /// Whether every run of two or more is a brief one where the recording, or a sweep, begins.
    artefact: bool,
}

/// A stimulus artefact's flat top lasts no longer, and begins no later after the start of a stretch, s. Our choice:
/// stimuli of nerves last 0.05 to 1 ms.
const ARTEFACT_S: f64 = 1e-3;
/// Share of the samples at both of two inner limits from which (not strict) the signal has two values. Our choice.
const TWO_VALUES: f64 = 0.9;

/// Count: samples at a rail; share: of the samples.
pub(super) fn run(view: &ChannelView<'_>) -> Vec<Finding> {
    let stats = view.stats;
    if stats.n < 4 || stats.min == stats.max {
        return Vec::new();
    }
    let quantum = view.quantum();
    let mut parts = Vec::new();
    let (mut total, mut known_rails, mut artefact) = (0, 0, true);
    for (name, extreme) in [("lower", stats.min), ("upper", stats.max)] {
        if !view.channel.samples.is_integer() && extreme == 0.0 {
            continue; // A rectified or gated signal rests at zero.
        }
        let known = at_limit(view, extreme);
        if view.kind == ChannelKind::Other && !known {
            continue; // A trigger or a force may rest on its least or greatest value.
        }
        let rail = on_samples!(&view.channel.samples, x => look(x, view, extreme, known, quantum));
        if !rail.certain {
            continue;
        }
        total += rail.samples;
        known_rails += usize::from(known);
        artefact &= rail.artefact && !known;
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
    let percent = format_4(share * 100.0);
    let severity = match () {
        () if share >= REFUSE => Severity::Refuse,
        () if artefact => Severity::Note,
        () => Severity::Warning,
    };
    let verdict = match () {
        () if known_rails == 0 && parts.len() == 2 && share >= TWO_VALUES => {
            format!("{percent} % of the samples have one of two values: a trigger or test signal, or cut throughout; no EMG to measure")
        }
        () if artefact => "all where a sweep begins: the artefact of a stimulus is cut, what follows is not; leave the artefact out of peaks and areas".to_owned(),
        () => format!("peaks are cut: amplitudes and areas read low ({percent} % of the samples)"),
    };
    let detail = format!("{}; {verdict}", parts.join("; "));
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
    let mut rail = Rail { artefact: true, ..Rail::default() };
    let brief = ARTEFACT_S * view.fs();
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
                rail.artefact &= len < 2 || count(i).max(count(len)) <= brief;
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
