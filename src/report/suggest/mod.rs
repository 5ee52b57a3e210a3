//! What the findings of a study suggest: criteria and probabilities side by side, the evidence behind the leading
//! suggestions, and what is left open. Families and roots have the sum of what their entries have; nothing else is
//! computed here.

mod criteria;
mod ledger;
mod open;
mod overview;

pub(super) use open::said;
pub(super) use overview::{headline, lead};

use crate::result::{PatternRow, Report};
use maud::{Markup, html};

/// Below this probability a suggestion is folded away. Ours.
const UNLIKELY: f64 = 0.05;

/// Suggestions whose evidence is laid out, at most. Ours.
const LAID_OUT: usize = 3;

/// Criteria, suggestions, evidence, what is left open. The last stands on every study's page.
pub(super) fn section(report: &Report) -> Markup {
    html! {
        @if !report.patterns.is_empty() {
            (criteria::section(&report.patterns))
            (overview::section(report))
            (ledger::section(&report.patterns))
        }
        (open::section(report))
    }
}

/// `L5 radiculopathy pattern, right`.
pub(super) fn title(row: &PatternRow) -> String {
    let mut out = if row.name.is_empty() { row.id.replace('_', " ") } else { row.name.clone() };
    if let Some(level) = row.level.as_deref().filter(|l| !l.is_empty() && !out.contains(*l)) {
        out = format!("{out}, {level}");
    }
    let said = |side: &str| out.contains(side) || (side == "bilateral" && out.contains("both sides"));
    match row.side.as_deref() {
        Some(side) if !side.is_empty() && !said(side) => format!("{out}, {side}"),
        _ => out,
    }
}

/// Explanations with a probability, in the order of the result.
pub(super) fn judged(patterns: &[PatternRow]) -> impl Iterator<Item = (usize, &PatternRow, f64)> {
    patterns.iter().enumerate().filter_map(|(i, p)| Some((i, p, p.probability?)))
}

/// The explanations that are worth reading first: those that make up nine tenths, none of them unlikely.
pub(super) fn leading(patterns: &[PatternRow]) -> Vec<(usize, &PatternRow, f64)> {
    let mut sum = 0.0;
    let mut out = Vec::new();
    for one in judged(patterns) {
        if out.len() == LAID_OUT || (!out.is_empty() && (sum >= 0.9 || one.2 < UNLIKELY)) {
            break;
        }
        sum += one.2;
        out.push(one);
    }
    out
}

/// What the criteria say, with how firm.
pub(super) fn verdict(row: &PatternRow) -> String {
    if row.rule.criteria.is_empty() {
        return "no criterion".into();
    }
    let tier = row.rule.tier.replace('_', " ");
    let tier = if tier.is_empty() { tier } else { format!(" ({tier})") };
    format!("{}{tier}", super::words::verdict(row.rule.verdict))
}
