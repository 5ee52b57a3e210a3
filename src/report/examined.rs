//! The examiner's table: what was entered and what was measured, in the same columns.

use super::muscle::{GRADED, grades};
use super::words;
use crate::norms;
use crate::pipeline::analyze::Analysis;
use crate::result::{MuapSummary, NeedleRow};
use maud::{Markup, html};

/// The examiner's table: a row a muscle, entered words and measured verdicts in the same columns.
pub(super) fn table(analysis: &Analysis) -> Markup {
    let rows: Vec<&NeedleRow> = analysis.muscles.iter().map(|m| &analysis.report.needle[m.row]).collect();
    html! {
        @if !rows.is_empty() {
            div.wide { table.units {
                tr { th { "Muscle" } th { "Side" } th { "Nerve" } th { "Insertional" } th { "Fib" } th { "PSW" } th { "Fasc" } th { "Other" }
                     th { "Amplitude" } th { "Duration" } th { "Polyphasia" } th { "Recruitment" } th { "Impression" } }
                @for row in rows { (examined(row)) }
            } }
            p.quiet { "e: entered by a person; – : not done or not judged; no impression is drawn from entered findings alone." }
        }
    }
}

fn examined(row: &NeedleRow) -> Markup {
    let known = norms::muscle(&row.muscle);
    let entered = |what: &str| {
        let said = row.evidence.iter().find_map(|e| e.finding.strip_prefix(what)?.strip_prefix(": "));
        said.filter(|_| row.evidence.iter().any(|e| e.source.starts_with("entered")))
    };
    let mark = |id: &str| if row.entered.contains(&id) { "\u{a0}e" } else { "" };
    let of = |parameter: &str| row.summary.iter().find(|s| s.parameter == parameter);
    let word = |what: &str, parameter: &str| match (entered(what), of(parameter)) {
        (Some(word), _) => format!("{word}\u{a0}e"),
        (None, Some(s)) => verdict(s),
        (None, None) => "–".into(),
    };
    let recruitment = match entered("recruitment") {
        Some(word) => format!("{word}\u{a0}e"),
        None => row.grades.recruitment.replace("not_assessable", "–"),
    };
    let others = row.density.iter().filter(|d| d.trains > 0 && GRADED.iter().all(|g| g.2 != d.kind));
    let others: Vec<String> = others.map(|d| d.kind.replace('_', " ")).collect();
    html! {
        tr {
            td { (name_only(row)) } td { (row.side) }
            td { (known.map_or(String::new(), |m| m.nerve.replace('_', " "))) }
            td { (entered("insertional activity").map_or("–".into(), |w| format!("{w}\u{a0}e"))) }
            @for ((id, ..), value) in GRADED.into_iter().zip(grades(&row.grades)) {
                td { @match value { Some(g) if g > 0 => strong { (g) "+" (mark(id)) }, Some(g) => { (g) (mark(id)) }, None => "–" } }
            }
            td { (if others.is_empty() { "–".into() } else { others.join(", ") }) }
            td { (word("motor unit potential amplitude", "amplitude")) } td { (word("motor unit potential duration", "duration")) }
            td { (word("polyphasia", "polyphasic_share")) } td { (recruitment) } td { (words::impression(row.impression)) }
        }
    }
}

fn name_only(row: &NeedleRow) -> String {
    if row.muscle.is_empty() { "unknown".into() } else { row.muscle.replace('_', " ") }
}

/// A measured parameter in the examiner's word.
fn verdict(s: &MuapSummary) -> String {
    let many = |n: usize| s.outlier_verdict == "abnormal" && n >= 3;
    match (s.verdict, words::beyond(s.mean, &s.limit)) {
        ("abnormal", "H") => "increased".into(),
        ("abnormal", "L") => "decreased".into(),
        _ if many(s.outliers_above) => "outliers high".into(),
        _ if many(s.outliers_below) => "outliers low".into(),
        ("borderline", _) => "borderline".into(),
        ("normal", _) => "normal".into(),
        _ => "–".into(),
    }
}
