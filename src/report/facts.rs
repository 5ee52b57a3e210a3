//! Summary of findings: facts alone, apart from what they suggest.

use super::{examined, ncs, words};
use crate::pipeline::analyze::Analysis;
use crate::result::MeasureRow;
use maud::{Markup, html};

/// The section.
pub(super) fn section(analysis: &Analysis) -> Markup {
    let rows = ncs::every(&analysis.ncs);
    let abnormal = ncs::of_verdict(&rows, "abnormal");
    let borderline = ncs::of_verdict(&rows, "borderline");
    let normal = within(&rows);
    let muscles: Vec<_> = examined::all(analysis).map(|m| m.1).collect();
    let changed: Vec<(String, String)> = muscles
        .iter()
        .filter_map(|e| {
            let found = [e.abnormal(), activity(e)];
            let found: Vec<String> = found.into_iter().filter(|f| !f.is_empty()).collect();
            (!found.is_empty()).then(|| (e.title(), found.join("; ")))
        })
        .collect();
    let of = |is: &dyn Fn(&examined::Examined<'_>) -> bool| {
        let quiet = muscles.iter().filter(|e| e.abnormal().is_empty() && activity(e).is_empty() && is(e));
        quiet.map(|e| e.title()).collect::<Vec<_>>().join("; ")
    };
    let (without, open) = (of(&|e| e.is_normal()), of(&|e| !e.is_normal()));
    html! {
        section.sheet aria-labelledby="facts" {
            h2 id="facts" { "Summary of findings" }
            @if !rows.is_empty() {
                h3 { "Nerve conduction" }
                ul {
                    @for fact in ncs::facts(&abnormal) { li { (fact) "." } }
                    @for fact in ncs::facts(&borderline) { li { (fact) ": too near to the limit to tell" } }
                    @if !normal.is_empty() { li { "All numbers that have a limit within it: " (normal.join("; ")) "." } }
                    @if abnormal.is_empty() && borderline.is_empty() && normal.is_empty() { li { "No number has a limit." } }
                }
            }
            @if !muscles.is_empty() {
                h3 { "Needle examination" }
                ul {
                    @for (name, found) in &changed { li { (name) ": " (found) "." } }
                    @if !without.is_empty() { li { "Without an abnormal finding: " (without) "." } }
                    @if !open.is_empty() { li { "Cannot be judged: " (open) "." } }
                }
            }
            @if rows.is_empty() && muscles.is_empty() { p { "Neither nerve conduction nor a needle examination." } }
        }
    }
}

/// What the recordings of a muscle show as a whole.
fn activity(e: &examined::Examined<'_>) -> String {
    match e.row.impression {
        "neurogenic" | "myopathic" => format!("recordings: {} change", e.row.impression),
        _ => String::new(),
    }
}

/// Studies all of whose judged numbers are normal.
fn within(rows: &[&MeasureRow]) -> Vec<String> {
    let mut studies: Vec<(String, bool)> = Vec::new();
    for row in rows {
        let judged = match row.verdict {
            "normal" => true,
            "abnormal" | "borderline" => false,
            _ => continue,
        };
        let place = &row.place;
        let test = words::test(&place.test);
        let parts = [&place.side, &place.nerve].into_iter().flatten().filter(|p| !p.is_empty());
        let name = parts.map(|p| p.replace('_', " ")).chain([test]).collect::<Vec<_>>().join(" ");
        match studies.iter_mut().find(|s| s.0 == name) {
            Some(study) => study.1 &= judged,
            None => studies.push((name, judged)),
        }
    }
    studies.into_iter().filter(|s| s.1).map(|s| s.0).collect()
}
