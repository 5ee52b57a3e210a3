//! Cells of the tables: a number, its limit, its mark.

use crate::report::words;
use crate::result::MeasureRow;
use maud::{Markup, html};

/// The row of a measure among those of a site, segment or test.
pub(super) fn of<'a>(rows: &'a [MeasureRow], id: &str) -> Option<&'a MeasureRow> {
    rows.iter().find(|r| r.id == id)
}

/// A number with as many digits as its unit carries.
pub(in super::super) fn digits(value: f64, unit: &str) -> String {
    let text = match unit {
        "ms" if value.abs() >= 20.0 => format!("{value:.1}"),
        "ms" | "mV" => format!("{value:.2}"),
        "uV" if value.abs() < 100.0 => format!("{value:.1}"),
        "uV" | "1" if value.abs() >= 100.0 || value.fract().abs() < 1e-9 => format!("{value:.0}"),
        "1" if value.abs() >= 10.0 => format!("{value:.0}"),
        "mV*ms" | "uV*ms" => format!("{value:.1}"),
        "m/s" | "%" | "mA" => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    };
    // What rounds to nothing has no sign; what has one gets the sign of print.
    match text.strip_prefix('-') {
        Some(size) if size.bytes().all(|b| matches!(b, b'0' | b'.')) => size.to_owned(),
        Some(size) => format!("−{size}"),
        None => text,
    }
}

/// H, L, ◆ or ~ of a row.
fn mark(row: &MeasureRow) -> &'static str {
    match (row.verdict, row.status) {
        ("abnormal", "value") => match words::beyond(row.value, &row.limit) {
            "" => "◆",
            side => side,
        },
        ("borderline", "value") => "~",
        _ => "",
    }
}

/// Whether the limit of a row is not verified.
fn unverified(row: &MeasureRow) -> bool {
    row.limit.note.contains("not verified") || row.limit.note.contains("recalled")
}

/// A cell with the number and, below it, its limit; blank when there is none.
pub(super) fn number(row: Option<&MeasureRow>) -> Markup {
    let Some(row) = row else { return html! { td {} } };
    let origin = match row.origin {
        "manual" => "*",
        "entered" => " (e)",
        _ => "",
    };
    let bold = row.verdict == "abnormal";
    let text = match (row.status, row.value) {
        // What somebody entered is shown as entered.
        ("value", Some(value)) if row.method == "entered in the study file" => {
            format!("{value}{origin} {}", mark(row))
        }
        ("value", Some(value)) => format!("{}{origin} {}", digits(value, &row.unit), mark(row)),
        ("absent", _) => format!("NR{origin}"),
        _ => "?".to_owned(),
    };
    let spread = row.uncertainty.map(|u| format!("± {}", digits(u, &row.unit)));
    let limit = words::limits(&row.limit);
    let dagger = if unverified(row) { "†" } else { "" };
    html! { td.n {
        @if bold { strong { (text.trim()) } } @else { (text.trim()) }
        @if let Some(spread) = spread { " " span.quiet { (spread) } }
        @if !row.doubts.is_empty() { " !" }
        @if limit != "–" { br; span.quiet { (limit) (dagger) } }
    } }
}

/// What is to be said of rows below their table: limits with their sets, doubts, reasons.
pub(super) fn remarks<'a>(rows: impl Iterator<Item = (&'a str, &'a MeasureRow)>) -> Markup {
    let (mut limits, mut doubts): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for (place, row) in rows {
        let name = words::measure(&row.id);
        let name = name.split(':').next().unwrap_or(&name).to_owned();
        if let Some(why) = &row.reason {
            push(&mut doubts, format!("{place}: {name}: not measured, {why}"));
        }
        for doubt in &row.doubts {
            // One doubt of a response concerns all its numbers: said once.
            push(&mut doubts, format!("{place}: {}", words::micro(doubt)));
        }
        let note = &row.limit.note;
        if !note.is_empty() && note != "no limit is applied to this number" {
            let set = if row.limit.set.is_empty() { String::new() } else { format!("{}: ", row.limit.set) };
            push(&mut limits, format!("{place}, {name}: {set}{}", words::micro(note)));
        }
    }
    html! {
        @if !doubts.is_empty() { ul.quiet { @for d in &doubts { li { "! " (d) } } } }
        @if !limits.is_empty() { details { summary { "Limits: set, version, source, criterion" } ul.quiet { @for l in &limits { li { (l) } } } } }
    }
}

fn push(list: &mut Vec<String>, text: String) {
    if !list.contains(&text) {
        list.push(text);
    }
}

/// Notes of a test, as a list.
pub(super) fn notes(notes: &[String]) -> Markup {
    html! { @if !notes.is_empty() { ul.quiet { @for n in notes { li { (words::micro(n)) } } } } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_digits_of_their_unit() {
        for (value, unit, text) in [
            (4.314, "ms", "4.31"),
            (47.28, "ms", "47.3"),
            (7.25, "mV", "7.25"),
            (12.34, "uV", "12.3"),
            (347.6, "uV", "348"),
            (52.04, "m/s", "52.0"),
            (102.0, "1", "102"),
            (0.387, "1", "0.39"),
            (84.84, "1", "85"),
            (-0.02, "%", "0.0"),
            (-3.1, "%", "−3.1"),
        ] {
            assert_eq!(digits(value, unit), text);
        }
    }
}
