//! The evidence ledger of the leading suggestions.

use super::{leading, title, verdict};
use crate::report::{Caption, table, words};
use crate::result::{PatternEvidence, PatternRow};
use maud::{Markup, html};

/// Findings of less weight than this are folded away, deciban. Ours: at 0.5 the ratio is 1.12.
const SLIGHT_DB: f64 = 0.5;

/// The section: the first suggestion laid out, the others closed.
pub(super) fn section(patterns: &[PatternRow]) -> Markup {
    let first = leading(patterns);
    html! {
        @if !first.is_empty() {
            section aria-labelledby="evidence" {
                h2 id="evidence" { "Evidence" }
                p.quiet {
                    "Weights in deciban (dB), 10·log10 of a ratio with and without the finding: 10 dB is ten times, −10 dB a tenth. Against normal: \
                     how much more probable the finding is under this than in a normal study. Against the others: how it moves the odds against all \
                     other explanations together. The bar is the larger of the two. Findings depend on each other, so that the weights do not add \
                     up to the total."
                }
                @for (place, (i, row, p)) in first.iter().enumerate() {
                    @if place == 0 {
                        section id={ "pattern-" (i) } { h3 { (heading(row, *p)) } (laid_out(row)) }
                    } @else {
                        details id={ "pattern-" (i) } { summary { (heading(row, *p)) } (laid_out(row)) }
                    }
                }
            }
        }
    }
}

fn heading(row: &PatternRow, p: f64) -> String {
    format!("{}: probability {}, {}", title(row), words::probability(p), verdict(row))
}

fn laid_out(row: &PatternRow) -> Markup {
    let list = |name: &str, lines: &[String]| {
        html! { @if !lines.is_empty() { h4 { (name) } ul { @for l in lines { li { (words::micro(l)) } } } } }
    };
    html! {
        @if !row.remarks.is_empty() { ul { @for r in &row.remarks { li { (words::micro(r)) } } } }
        (ledger(row))
        (list("Abnormal findings that this does not explain", &row.unexplained))
        (list("Its criteria ask for tests that were not done", &row.missing))
        (list("What would change it", &row.would_change))
    }
}

fn ledger(row: &PatternRow) -> Markup {
    if row.evidence.is_empty() {
        return html! { p { "No finding has a weight for it or against it." } };
    }
    let largest = row.evidence.iter().map(|e| e.weight_db.abs()).fold(1.0, f64::max);
    let (heavy, slight): (Vec<&PatternEvidence>, Vec<&PatternEvidence>) =
        row.evidence.iter().partition(|e| e.weight_db.abs() >= SLIGHT_DB);
    let rows = |all: &[&PatternEvidence]| {
        html! { @for e in all { tr {
            td.text { (words::micro(&e.finding)) }
            td { @match e.direction { "for" => { "▲ for" }, "against" => { "▼ against" }, _ => { "· neutral" } } }
            td.n { (weight(e.against_normal_db)) } td.n { (weight(e.against_others_db)) } td aria-hidden="true" { (bar(e.weight_db, largest)) }
        } } }
    };
    let total = html! {
        @if let Some(total) = row.total_db {
            tr { th scope="row" { strong { "All findings together" } } td { @if total >= 0.0 { "▲ for" } @else { "▼ against" } } td.n { strong { (weight(total)) } } td {} td {} }
        }
    };
    let name = format!("Evidence for and against {}", title(row));
    let head = [
        "Finding, value, limit",
        "Direction",
        "Against normal (dB)",
        "Against the others (dB)",
        "Against | for",
    ];
    html! {
        @if let Some(prior) = row.prior { p.quiet { "Probability assumed before any finding: " (words::probability(prior)) " of the persons referred." } }
        (table((&name, Caption::Unseen), "", &head, [rows(&heavy), total]))
        @if !slight.is_empty() {
            details { summary { (words::counted(slight.len(), "finding")) " of less than " (SLIGHT_DB) " dB" } (table((&format!("{name}: slight"), Caption::Unseen), "", &head, [rows(&slight)])) }
        }
    }
}

/// With its sign, as print has it.
fn weight(db: f64) -> String {
    let text = format!("{db:+.1}");
    match text.strip_prefix('-') {
        Some("0.0") => "0.0".into(),
        Some(size) => format!("−{size}"),
        None if text == "+0.0" => "0.0".into(),
        None => text,
    }
}

/// A bar from the middle: hollow to the left against, solid to the right for.
fn bar(db: f64, largest: f64) -> Markup {
    let width = format!("width:{:.1}%", 100.0 * (db.abs() / largest).clamp(0.0, 1.0));
    html! { div.signed { @if db < 0.0 { i.no style=(width) {} } @else { i.yes style=(width) {} } } }
}

#[cfg(test)]
mod tests {
    #[test]
    fn weights_carry_the_sign_of_print() {
        for (db, text) in [(11.46, "+11.5"), (-3.02, "−3.0"), (-0.04, "0.0"), (0.01, "0.0")] {
            assert_eq!(super::weight(db), text);
        }
    }
}
