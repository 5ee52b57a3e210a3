//! Words and numbers for people.

use crate::measure::Severity;
use crate::pipeline::analyze::{ChannelView, MEASURES};
use crate::result::NeedleRow;

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

/// Why a recording was not interpreted or gives no direction; empty where it does. A screening ends with
/// the caveat that made it indeterminate.
pub(super) fn why_not(row: &NeedleRow) -> String {
    if row.impression == "indeterminate" {
        return row.caveats.last().cloned().unwrap_or_default();
    }
    let why = row.caveats.iter().filter_map(|c| c.strip_prefix("not interpreted: "));
    why.collect::<Vec<_>>().join("; ")
}

/// A table of a study file, as a clinician calls it.
pub(super) fn test(id: &str) -> String {
    match id {
        "f_wave" => "F wave".into(),
        "h_reflex" => "H reflex".into(),
        other => other.replace('_', " "),
    }
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

/// A unit's symbol with its Greek letter.
pub(super) fn unit(symbol: &str) -> String {
    if symbol == "1" {
        String::new()
    } else {
        symbol.replace("uV", "µV").replace("^2", "²").replace('*', "·")
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

/// A share as a percentage.
pub(super) fn percent(share: f64) -> String {
    let percent = 100.0 * share;
    if percent > 0.0 && percent < 0.01 { "<0.01 %".into() } else { format!("{} %", number(percent)) }
}

#[cfg(test)]
mod tests {
    use super::*;

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
