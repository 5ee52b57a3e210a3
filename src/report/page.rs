//! The page: what stands on it and in which order.
//!
//! A study's page follows the report of electrodiagnosis: who, impression (the physician's), limits of the study,
//! tables, facts, criteria, suggestions, signature, method. A lone recording has a page of its findings alone.

use super::{
    about, context, examined, facts, glance, limits, model, muscle, myotome, ncs, previous, quality,
    recording, style, suggest, who,
};
use crate::Result;
use crate::pipeline::analyze::{Analysis, DISCLAIMER};
use maud::{DOCTYPE, Markup, html};

/// What a page may load: its own styles and embedded pictures, nothing else.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/// A place of the page and its name in the navigation.
type Stop = (&'static str, &'static str);

/// `report.html`.
pub fn html(analysis: &Analysis) -> Result<String> {
    let recordings = recording::sections(analysis)?;
    let mut muscles = Vec::new();
    for (i, view) in analysis.muscles.iter().enumerate().filter(|(_, m)| muscle::is_recorded(analysis, m)) {
        muscles.push(muscle::section(analysis, i, view)?);
    }
    let conduction = ncs::section(&analysis.ncs, analysis.who.is_none())?;
    let (stops, body) = match &analysis.who {
        Some(person) => study(analysis, person, &recordings, &muscles, &conduction),
        None => lone(analysis, &recordings, &muscles, &conduction),
    };
    Ok(shell(&analysis.title, &stops, &body))
}

/// The page around `body`.
pub(super) fn shell(title: &str, stops: &[Stop], body: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                title { (title) " – myotome" }
                // The style sheet is ours but for the title in it, which is made harmless there.
                style { (maud::PreEscaped(style::css(&format!("{title} - myotome - not a diagnosis")))) }
            }
            body {
                a.skip href="#content" { "Skip to the content" }
                header {
                    h1 { (title) }
                    p.quiet { "Electromyography and nerve conduction: measurements, and what they suggest" }
                    nav aria-label="Sections" { @for (id, name) in stops { a href={ "#" (id) } { (name) } " " } }
                }
                main id="content" { (body) }
                footer { p.quiet { "myotome " (env!("CARGO_PKG_VERSION")) ". Not a diagnosis." } }
            }
        }
    };
    page.into_string()
}

fn notice() -> Markup {
    html! { p.notice { strong { "Not a diagnosis. " } (DISCLAIMER) } }
}

type Made = (Vec<Stop>, Markup);

fn study(
    analysis: &Analysis,
    person: &crate::pipeline::analyze::Who,
    recordings: &[Markup],
    muscles: &[Markup],
    conduction: &Markup,
) -> Made {
    let report = &analysis.report;
    let grid = myotome::section(analysis);
    let mut stops = vec![("glance", "In short"), ("limits", "Limits of the study")];
    let places = [
        (report.context.is_some(), ("context", "Clinical context")),
        (!analysis.ncs.is_empty(), ("ncs", "Nerve conduction")),
        (!analysis.muscles.is_empty(), ("needle", "Needle examination")),
        (!recordings.is_empty(), ("recordings", "Recordings")),
        (grid.is_some(), ("myotomes", "Myotomes")),
        (true, ("facts", "Findings")),
        (report.previous.is_some(), ("previous", "Earlier study")),
        (!report.patterns.is_empty(), ("criteria", "Criteria")),
        (!report.patterns.is_empty(), ("suggestions", "Suggestions")),
        (true, ("next", "Next tests")),
        (!report.models.is_empty(), ("models", "Statistical models")),
        (true, ("method", "Method")),
        (true, ("about", "About this result")),
    ];
    stops.extend(places.into_iter().filter(|(there, _)| *there).map(|(_, stop)| stop));
    let body = html! {
        p.quiet.screen { "Lines with a triangle open on a click or the Enter key; what is open is printed." }
        (who::section(&analysis.title, person))
        section.physician aria-labelledby="impression" { h2 id="impression" { "Impression of the physician" } div.empty {} }
        (notice())
        (glance::of_study(analysis))
        (limits::section(analysis))
        (context::section(report.context.as_ref()))
        (conduction)
        @if !analysis.muscles.is_empty() {
            h2 id="needle" { "Needle examination" }
            (examined::table(analysis))
            (muscle::quantitative(analysis))
            @for m in muscles { (m) }
        }
        @if !recordings.is_empty() {
            h2 id="recordings" { "Waveforms and motor units" }
            details { summary { (super::words::counted(recordings.len(), "recording")) ": traces, motor units, firing, every discharge" } @for r in recordings { (r) } }
        }
        @if let Some(grid) = grid { (grid) }
        (facts::section(analysis))
        (previous::section(report.previous.as_ref()))
        (suggest::section(report))
        (model::section(&report.models))
        (who::signature())
        (about::method(report))
        (about::about(report))
    };
    (stops, body)
}

fn lone(analysis: &Analysis, recordings: &[Markup], muscles: &[Markup], conduction: &Markup) -> Made {
    let report = &analysis.report;
    let mut stops = vec![("glance", "At a glance"), ("quality", "Quality")];
    if !analysis.muscles.is_empty() {
        stops.push(("needle", "Needle EMG"));
    }
    if !analysis.ncs.is_empty() {
        stops.push(("ncs", "Nerve conduction"));
    }
    if !report.models.is_empty() {
        stops.push(("models", "Statistical models"));
    }
    stops.extend([("recordings", "Recordings"), ("method", "Method"), ("about", "About this result")]);
    let body = html! {
        (notice())
        (glance::of_recording(analysis))
        (quality::section(report))
        @if !analysis.muscles.is_empty() { h2 id="needle" { "Needle EMG" } }
        (examined::table(analysis))
        @for m in muscles { (m) }
        (conduction)
        (ncs::lone(&report.measures))
        (previous::section(report.previous.as_ref()))
        (context::section(report.context.as_ref()))
        (model::section(&report.models))
        h2 id="recordings" { "Recordings" }
        @if recordings.is_empty() { p { "No needle or surface recording." } }
        @for r in recordings { (r) }
        (about::method(report))
        (about::not_assessed(report))
        (about::about(report))
    };
    (stops, body)
}
