//! The box at the top: what a page says, in short.

use super::{examined, muscle, ncs, suggest, words};
use crate::measure::Severity;
use crate::pipeline::analyze::{Analysis, RecordingView};
use maud::{Markup, html};

fn warnings(analysis: &Analysis) -> Markup {
    let warned = analysis.report.quality.iter().filter(|q| q.severity >= Severity::Warning).count();
    html! {
        p { @if warned == 0 { "No signal-quality warning." } @else { (words::counted(warned, "signal-quality warning")) ": read this before the numbers." } }
    }
}

/// Of a study: the leading suggestions, and how much was abnormal.
pub(super) fn of_study(analysis: &Analysis) -> Markup {
    let muscles: Vec<_> = examined::all(analysis).map(|m| m.1).collect();
    let (mut changed, mut normal) = (0, 0);
    for e in &muscles {
        let is_changed = !e.abnormal().is_empty() || e.in_activity().abnormal;
        changed += usize::from(is_changed);
        normal += usize::from(!is_changed && e.is_normal());
    }
    let open = muscles.len() - changed - normal;
    html! {
        section.glance id="glance" aria-label="In short" {
            h2 { "In short" }
            (suggest::headline(&analysis.report))
            (ncs::glance(&analysis.ncs))
            @if !muscles.is_empty() {
                p { strong { "Needle examination: " } (words::counted(muscles.len(), "muscle")) ", " (changed) " with abnormal findings, " (normal) " without"
                    @if open > 0 { ", " (open) " that cannot be judged" } "." }
            }
            (warnings(analysis))
        }
    }
}

/// Of a lone recording: each muscle's card, or what was found instead.
pub(super) fn of_recording(analysis: &Analysis) -> Markup {
    html! {
        section.glance id="glance" aria-label="At a glance" {
            @for (i, view) in analysis.muscles.iter().enumerate().filter(|(_, m)| muscle::is_recorded(analysis, m)) { (muscle::card(analysis, i, view)) }
            @if analysis.muscles.iter().any(|m| !m.sites.is_empty()) {
                p.quiet { "Suggested by the recordings given, with the probability of each explanation. A muscle is judged on about 20 potentials of several sites, and a patient on several muscles and nerves." }
            }
            (ncs::glance(&analysis.ncs))
            @if analysis.muscles.is_empty() && analysis.ncs.is_empty() {
                @for view in &analysis.recordings {
                    p { strong { (view.file) } ": " (words::counted(view.channels.len(), "channel")) " (" (kinds(view)) ")" (activity(view)) }
                }
                p { "Nothing that was given is a needle recording." }
                @for line in &analysis.report.not_assessed { p.quiet { "Not assessed: " (line) } }
            }
            (warnings(analysis))
            h2 { "Impression of the physician" }
            div.empty { "left empty" }
        }
    }
}

fn kinds(view: &RecordingView) -> String {
    let mut names: Vec<&str> = view.channels.iter().map(|c| c.kind.name()).collect();
    names.sort_unstable();
    names.dedup();
    names.join(", ")
}

/// How much of a recording was activity, where that was looked for.
fn activity(view: &RecordingView) -> String {
    let episodes: usize = view.channels.iter().map(|c| c.episodes.len()).sum();
    if episodes == 0 {
        String::new()
    } else {
        format!("; {}", words::counted(episodes, "activation episode"))
    }
}
