//! The suggestions with their probabilities: headline, strip over families, table.

use super::{UNLIKELY, judged, leading, title, verdict};
use crate::report::{Caption, table, words};
use crate::result::{PatternRow, Report};
use maud::{Markup, html};

/// The top of the page: the leading suggestions in a line each.
pub(in crate::report) fn headline(report: &Report) -> Markup {
    let first = leading(&report.patterns);
    let Some((_, row, p)) = first.first() else {
        return html! { p { strong { "Patterns over nerves, muscles and roots: " } "none was judged; " a href="#next" { "why" } "." } };
    };
    html! {
        p.lead { (lead(row, *p)) }
        ul {
            @for (i, row, p) in &first {
                li { a href={ "#pattern-" (i) } { (title(row)) } ": probability " strong { (words::probability(*p)) } "; " (verdict(row)) "." }
            }
        }
        @if !report.disagreements.is_empty() { p { "▲ Criteria and probabilities do not agree: " a href="#suggestions" { "why" } "." } }
        (strip(&report.patterns))
    }
}

/// The first suggestion as a sentence; never more than it suggests.
pub(in crate::report) fn lead(row: &PatternRow, p: f64) -> String {
    match (row.id.as_str(), p >= 0.5) {
        ("normal", true) => "The findings fit a normal study.".into(),
        ("inconclusive", _) => "The findings suggest nothing firm: inconclusive.".into(),
        (_, true) => format!("The findings suggest: {}.", title(row)),
        (_, false) => format!("No explanation stands out; the most probable: {}.", title(row)),
    }
}

/// Families with the sum of their entries, the greatest first.
fn families(patterns: &[PatternRow]) -> Vec<(String, f64)> {
    let mut out: Vec<(String, f64)> = Vec::new();
    for (_, row, p) in judged(patterns) {
        let name = match row.family.as_str() {
            "none" | "" => title(row),
            family => family.replace('_', " ").replace('+', " + "),
        };
        match out.iter_mut().find(|f| f.0 == name) {
            Some(family) => family.1 += p,
            None => out.push((name, p)),
        }
    }
    out.sort_by(|a, b| b.1.total_cmp(&a.1));
    out
}

/// A strip as long as 1, parted among the families; the numbers stand below it.
pub(super) fn strip(patterns: &[PatternRow]) -> Markup {
    let families = families(patterns);
    let (shown, slight): (Vec<_>, Vec<_>) = families.iter().partition(|f| f.1 >= 0.01);
    let mut said: Vec<String> =
        shown.iter().map(|(name, p)| format!("{name} {}", words::probability(*p))).collect();
    if !slight.is_empty() {
        let sum: f64 = slight.iter().map(|f| f.1).sum();
        said.push(format!("all others {}", words::probability(sum)));
    }
    html! {
        div.strip aria-hidden="true" {
            @for (name, p) in &shown {
                span style=(format!("flex:{:.3} 1 0", p.clamp(0.0, 1.0))) { @if *p >= 0.15 { (name) } }
            }
        }
        p.quiet { "Families: " (said.join(" · ")) }
    }
}

/// The table of all suggestions, unlikely ones folded away; then what this examination cannot judge.
pub(super) fn section(report: &Report) -> Markup {
    let all: Vec<(usize, &PatternRow, f64)> = judged(&report.patterns).collect();
    let shown = all.iter().filter(|one| one.2 >= UNLIKELY).count().max(1).min(all.len());
    let (likely, rest) = all.split_at(shown);
    let rest_sum: f64 = rest.iter().map(|one| one.2).sum();
    let without: Vec<&PatternRow> = report.patterns.iter().filter(|p| p.probability.is_none()).collect();
    let head = ["Suggestion", "Probability", "", "Criteria", "Assumed before"];
    html! {
        section aria-labelledby="suggestions" {
            h2 id="suggestions" { "Suggestions" }
            p.quiet { "Explanations that exclude each other, with their probability after all findings; together 1. Probabilities rest on assumed shares of persons referred, and are no more certain than these." }
            (strip(&report.patterns))
            @if !likely.is_empty() { (table(("Suggestions, the most probable first", Caption::Unseen), "", &head, [rows(likely)])) }
            @if !rest.is_empty() {
                details {
                    summary { (words::counted(rest.len(), "explanation")) " below " (format!("{UNLIKELY:.2}")) ", together " (words::probability(rest_sum)) }
                    (table(("Unlikely explanations", Caption::Unseen), "", &head, [rows(rest)]))
                }
            }
            @if !without.is_empty() {
                h3 { "Cannot be judged by this examination" }
                ul { @for p in &without { li { (title(p)) @if !p.remarks.is_empty() { ": " (p.remarks.join("; ")) } } } }
            }
            @if !report.disagreements.is_empty() {
                h3 { "Where criteria and probabilities do not agree" }
                ul { @for d in &report.disagreements { li { "▲ " (words::micro(d)) } } }
            }
        }
    }
}

fn rows(all: &[(usize, &PatternRow, f64)]) -> Markup {
    html! {
        @for (_, row, p) in all {
            tr {
                th scope="row" { (title(row)) }
                td.n { strong { (words::probability(*p)) } }
                td.track aria-hidden="true" { div.bar style=(format!("width:{:.1}%", 100.0 * p.clamp(0.0, 1.0))) {} }
                td { (verdict(row)) }
                td.n { (row.prior.map_or(String::new(), words::probability)) }
            }
        }
    }
}
