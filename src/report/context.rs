//! Clinical context: what was entered beside the tests. No part of the electrodiagnostic result.

use super::{Caption, table};
use crate::result::{Context, CutOff, Questionnaire, TimeFrame};
use maud::{Markup, html};

/// The section; nothing where nothing was entered.
pub(super) fn section(context: Option<&Context>) -> Markup {
    html! {
        @if let Some(context) = context {
            h2 id="context" { "Clinical context" }
            p { strong { "Entered; not part of the electrodiagnostic result." } " No number, verdict or pattern of this report rests on a questionnaire or a time frame. What is stated of earlier operations and of diabetes counts there only where it explains a finding." }
            @if !context.stated.is_empty() {
                p { @for (i, s) in context.stated.iter().enumerate() { @if i > 0 { "; " } (plain(s.key)) ": " (plain(&s.value)) } "." }
            }
            @if !context.questionnaires.is_empty() { (questionnaires(&context.questionnaires)) }
            @if !context.time_frames.is_empty() { (frames(&context.time_frames)) }
        }
    }
}

fn plain(word: &str) -> String {
    word.replace('_', " ")
}

/// Whether a figure was checked against its source.
fn status(source: &str, status: &str) -> String {
    let checked = match status {
        "recalled" => "recalled, not verified",
        "project" => "our own",
        other => other,
    };
    format!("{source}; {checked}")
}

fn questionnaires(all: &[Questionnaire]) -> Markup {
    html! {
        h3 { "Questionnaires" }
        (table(("Questionnaires", Caption::Unseen), "", &["Questionnaire", "Total", "Band", "Cut-offs", "Source"], [html! {
            @for q in all {
                tr {
                    th scope="row" { (q.name) br; span.quiet { (q.note) } }
                    td.n { (q.total) " (" (q.range[0]) " to " (q.range[1]) ")" @if let Some(part) = q.part { br; "psychosocial " (part) } }
                    td { @match q.meaning {
                             Some(meaning) => { strong { (meaning) } },
                             None => { "cannot be judged: " (q.reason.as_deref().unwrap_or("")) } }
                         @if let Some(next) = &q.next_step { br; span.quiet { "usual next step: " (next) } } }
                    td { @for (i, c) in q.cut_offs.iter().enumerate() { @if i > 0 { br; } (cut_off(c)) } }
                    td { (status(q.source, q.status)) }
                }
            }
        }]))
    }
}

fn cut_off(c: &CutOff) -> String {
    let range = |low: f64, high: f64| if low == high { format!("{low}") } else { format!("{low} to {high}") };
    let part = c.part.map_or(String::new(), |[low, high]| format!(", psychosocial {}", range(low, high)));
    format!("{}: {}{part}", plain(c.band), range(c.low, c.high))
}

fn frames(all: &[TimeFrame]) -> Markup {
    html! {
        h3 { "Time frames" }
        p.quiet { "Counted in days. The local pathway decides; statements that contradict each other are both shown." }
        (table(("Time frames", Caption::Unseen), "", &["What", "From", "Days", "Now", "Source"], [html! {
            @for f in all {
                tr {
                    th scope="row" { (f.what) @if let Some(other) = f.conflicts_with { br; strong { "Contradicts: " } (named(all, other)) } }
                    td { (plain(f.counted_from)) }
                    td.n { (days(f)) }
                    td { (plain(f.position)) @if let Some(why) = f.reason { ": " (why) } }
                    td { (status(f.source, f.status)) @if f.confidence == "low" { ", low confidence" } }
                }
            }
        }]))
    }
}

/// The other side of a contradiction, by its days.
fn named(all: &[TimeFrame], id: &str) -> String {
    all.iter().find(|f| f.id == id).map_or_else(|| plain(id), |f| format!("{} days", days(f)))
}

fn days(f: &TimeFrame) -> String {
    match (f.day_min, f.day_max) {
        (Some(a), Some(b)) if a == b => a.to_string(),
        (Some(a), Some(b)) => format!("{a} to {b}"),
        (None, Some(b)) => format!("up to {b}"),
        (Some(a), None) => format!("from {a}"),
        (None, None) => "–".into(),
    }
}
