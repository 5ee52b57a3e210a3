//! Findings of the signal checks.

use super::{Caption, table, words};
use crate::result::{QualityRow, Report};
use maud::{Markup, html};

/// The section.
pub(super) fn section(report: &Report) -> Markup {
    html! { h2 id="quality" { "Signal quality" } (findings(report)) }
}

/// What the checks found, the gravest first; alike ones of one file in one row.
pub(super) fn findings(report: &Report) -> Markup {
    let mut rows: Vec<_> = report.quality.iter().collect();
    rows.sort_by_key(|r| std::cmp::Reverse(r.severity));
    let mut groups: Vec<Vec<&QualityRow>> = Vec::new();
    for row in rows {
        let alike = |g: &&mut Vec<&QualityRow>| {
            g[0].severity == row.severity && g[0].file == row.file && g[0].check == row.check
        };
        match groups.iter_mut().find(alike) {
            Some(group) => group.push(row),
            None => groups.push(vec![row]),
        }
    }
    let rows = html! {
        @for group in &groups {
            @let r = group[0];
            @let most = group.iter().map(|r| r.share).fold(0.0, f64::max);
            tr { td { (words::severity(r.severity)) } td.path { (r.file) }
                 td { (channels(group)) } td { (r.check.replace('_', " ")) }
                 td.n { (group.iter().map(|r| r.count).sum::<u64>()) }
                 td.n { @if group.len() > 1 { "≤ " } (words::percent(most)) }
                 td.text { @if group.len() > 1 { (r.channel) ": " } (words::micro(&r.detail))
                      @if group.len() > 1 { "; likewise the others, each in report.json" } } }
        }
    };
    let head = ["Severity", "File", "Channel", "Check", "Count", "Share", "What was found"];
    html! {
        @if groups.is_empty() { p { "No check found anything." } }
        @else { (table(("Findings of the signal checks", Caption::Unseen), "", &head, [rows])) }
    }
}

/// The channels that a row of the table stands for.
fn channels(rows: &[&QualityRow]) -> String {
    const NAMED: usize = 4;
    let names: Vec<&str> = rows.iter().take(NAMED).map(|r| r.channel.as_str()).collect();
    let more = rows.len().saturating_sub(NAMED);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    names.join(", ") + &rest
}
