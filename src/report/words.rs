//! Words and numbers for people.

use crate::measure::Severity;
use crate::pipeline::analyze::{ChannelView, MEASURES};
use crate::result::{Limit, NeedleRow};

/// A severity with a mark that does not need colour.
pub(super) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Refuse => "✖ refuse",
        Severity::Warning => "▲ warning",
        Severity::Note => "· note",
    }
}

/// An impression as a sentence's end; neutral.
pub(super) fn impression(id: &str) -> &'static str {
    match id {
        "normal" => "within the limits applied",
        "neurogenic" => "suggests a neurogenic change",
        "myopathic" => "suggests a myopathic change",
        "not_interpretable" => "not interpretable",
        _ => "indeterminate",
    }
}

/// Why a recording or muscle was not interpreted; empty where it was.
pub(super) fn why_not(row: &NeedleRow) -> String {
    let refused = row.caveats.iter().filter_map(|c| c.strip_prefix("not interpreted: "));
    refused.collect::<Vec<_>>().join("; ")
}

/// What the marks in tables mean.
pub(super) const MARKS: &str =
    "Bold with H or L: above or below the limit. ◆: three or more beyond the limits of single potentials.";

/// `400–798`, `≤ 35`, `≥ 2`, or a dash.
pub(super) fn limits(limit: &Limit) -> String {
    match (limit.lower, limit.upper) {
        (Some(low), Some(high)) => format!("{} – {}", short(low), short(high)),
        (None, Some(high)) => format!("≤ {}", short(high)),
        (Some(low), None) => format!("≥ {}", short(low)),
        (None, None) => "–".into(),
    }
}

/// `H` above, `L` below, nothing inside.
pub(super) fn beyond(value: Option<f64>, limit: &Limit) -> &'static str {
    match value {
        Some(v) if limit.upper.is_some_and(|u| v > u) => "H",
        Some(v) if limit.lower.is_some_and(|l| v < l) => "L",
        _ => "",
    }
}

/// Sets and notes of limits, each once.
pub(super) fn sets(limits: &[&Limit]) -> String {
    let mut out: Vec<String> = Vec::new();
    let is_limit = |l: &&&Limit| l.lower.is_some() || l.upper.is_some();
    // Why there is no limit is told only where there is none at all.
    let any = limits.iter().any(|l| is_limit(&l));
    for limit in limits.iter().filter(|l| !any || is_limit(l)) {
        let said = match (limit.set.as_str(), limit.note.as_str()) {
            ("", "") => continue,
            ("", note) => note.to_owned(),
            (set, "") => set.to_owned(),
            (set, note) if note.contains(set) => note.to_owned(),
            (set, note) => format!("{set}: {note}"),
        };
        if !out.contains(&said) {
            out.push(said);
        }
    }
    out.join("; ")
}

/// The name of a measure; its id where no table has it.
pub(super) fn measure(id: &str) -> String {
    MEASURES.iter().find(|m| m.id == id).map_or_else(|| id.replace('_', " "), |m| m.name.into())
}

/// Four significant digits, without an exponent where it can be read without.
pub(super) fn number(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 {
        return "0".into();
    }
    if !(1e-4..1e7).contains(&size) {
        return format!("{value:.3e}");
    }
    let whole = size.log10().floor();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 7, just bounded")]
    let decimals = (3.0 - whole).clamp(0.0, 7.0) as usize;
    format!("{value:.decimals$}")
}

/// Three digits, as a table of limits shows them; whole from 100 on.
pub(super) fn short(value: f64) -> String {
    let text = match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    };
    // What rounds to nothing has no sign.
    if text == "-0.00" { "0.00".into() } else { text }
}

/// A unit's symbol with its Greek letter.
pub(super) fn unit(symbol: &str) -> String {
    if symbol == "1" {
        String::new()
    } else {
        symbol.replace("uV", "µV").replace("us", "µs").replace("^2", "²").replace('*', "·")
    }
}

/// A sentence of a result, whose micro is written `u`, with its Greek letter.
pub(super) fn micro(text: &str) -> String {
    text.replace(" uV", " µV")
}

/// `1 channel`, `2 channels`.
pub(super) fn counted(n: usize, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

/// What amplitudes are where they are no volts; empty where they are.
pub(super) fn no_volts(view: &ChannelView) -> String {
    match (view.calibrated, view.uncalibrated) {
        (true, _) => String::new(),
        (false, true) => "uncalibrated".into(),
        (false, false) => format!("in {}, no voltage", view.unit),
    }
}

/// A probability with two digits; what is not quite 0 or 1 is not printed as such.
pub(super) fn probability(p: f64) -> String {
    match p {
        _ if p > 0.0 && p < 0.01 => "<0.01".into(),
        _ if p < 1.0 && p > 0.99 => ">0.99".into(),
        _ => format!("{p:.2}"),
    }
}

/// The name of a kind of test.
pub(super) fn test(id: &str) -> String {
    match id {
        "f_wave" => "F wave".into(),
        "h_reflex" => "H reflex".into(),
        "cmap_scan" => "CMAP scan".into(),
        "munix" => "MUNIX".into(),
        other => other.replace('_', " "),
    }
}

/// A verdict on a criterion.
pub(super) fn verdict(id: &str) -> &'static str {
    match id {
        "met" => "criterion met",
        "not_met" => "criterion not met",
        _ => "cannot be judged",
    }
}

/// The same with a mark that needs no colour.
pub(super) fn marked(id: &str) -> &'static str {
    match id {
        "met" => "■ met",
        "not_met" => "□ not met",
        _ => "· cannot be judged",
    }
}

/// A share as a percentage.
pub(super) fn percent(share: f64) -> String {
    let percent = 100.0 * share;
    if percent > 0.0 && percent < 0.01 { "<0.01 %".into() } else { format!("{} %", number(percent)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probability_is_certain_only_where_it_is() {
        for (p, text) in [(0.0, "0.00"), (0.004, "<0.01"), (0.876, "0.88"), (0.996, ">0.99"), (1.0, "1.00")] {
            assert_eq!(probability(p), text);
        }
    }

    #[test]
    fn numbers_have_four_digits_and_keep_their_size() {
        for (value, text) in [
            (0.0, "0"),
            (123.456, "123.5"),
            (-0.012345, "-0.01235"),
            (1_234_567.0, "1234567"),
            (1e-9, "1.000e-9"),
            (9.99996, "10.000"),
        ] {
            assert_eq!(number(value), text);
        }
    }
}
