//! Limits of a study: what can mislead, what was refused, what was not recorded well.

use super::{Caption, examined, quality, table, words};
use crate::measure::Severity;
use crate::pipeline::analyze::Analysis;
use maud::{Markup, html};

/// Reasons that are shown at once; the others are one click away.
const SHOWN: usize = 6;

/// The section.
pub(super) fn section(analysis: &Analysis) -> Markup {
    let report = &analysis.report;
    let refused = refused(analysis);
    let care = care(analysis);
    let warned = report.quality.iter().filter(|q| q.severity >= Severity::Warning).count();
    let none =
        report.pitfalls.is_empty() && refused.is_empty() && care.is_empty() && analysis.failed.is_empty();
    html! {
        section aria-labelledby="limits" {
            h2 id="limits" { "Limits of the study" }
            @if none && report.quality.is_empty() { p { "Nothing was found that limits it. What was not done is listed under “Next tests and what is not assessed”." } }
            @if !analysis.failed.is_empty() {
                h3 { "Recordings that could not be read" }
                ul { @for why in &analysis.failed { li { (why) } } }
            }
            (pitfalls(analysis))
            (folded("Refused or not measured", &refused))
            (folded("Needle examination: what cannot be said, or only with care", &care))
            @if !report.quality.is_empty() {
                details open[warned > 0] {
                    summary id="quality" { "Signal quality: " (words::counted(report.quality.len(), "finding")) @if warned > 0 { ", " (words::counted(warned, "warning")) } }
                    (quality::findings(report))
                }
            } @else { p { "Signal quality: no check found anything." } }
        }
    }
}

fn pitfalls(analysis: &Analysis) -> Markup {
    let rows = html! {
        @for p in &analysis.report.pitfalls {
            tr { th scope="row" { (p.id.replace('_', " ")) } td.text { (words::micro(&p.seen)) } td.text { (words::micro(&p.done)) } td { (p.source.replace(';', "; ")) } }
        }
    };
    html! {
        @if !analysis.report.pitfalls.is_empty() {
            h3 { "What can mislead" }
            (table(("What can mislead", Caption::Unseen), "", &["Circumstance", "Seen", "What follows", "Source"], [rows]))
        }
    }
}

/// A list whose end is folded away where it is long.
fn folded(name: &str, lines: &[String]) -> Markup {
    let (first, rest) = lines.split_at(lines.len().min(SHOWN));
    html! {
        @if !lines.is_empty() {
            h3 { (name) }
            ul { @for line in first { li { (line) } } }
            @if !rest.is_empty() { details { summary { "And " (rest.len()) " more" } ul { @for line in rest { li { (line) } } } } }
        }
    }
}

/// What is said of several things once, with the things: `reason: a, b`.
fn grouped(all: impl Iterator<Item = (String, String)>) -> Vec<String> {
    const NAMED: usize = 4;
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for (said, of) in all {
        match groups.iter_mut().find(|g| g.0 == said) {
            Some(group) if !group.1.contains(&of) => group.1.push(of),
            Some(_) => {}
            None => groups.push((said, vec![of])),
        }
    }
    let line = |(said, of): (String, Vec<String>)| {
        let more = of.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("{}{more}: {said}", of[..of.len().min(NAMED)].join("; "))
    };
    groups.into_iter().map(line).collect()
}

/// Numbers of nerve conduction without a value, by their reason.
fn refused(analysis: &Analysis) -> Vec<String> {
    // Numbers of single units and epochs are told beside their tables; an absent response is a finding.
    let rows =
        analysis.report.measures.iter().filter(|m| m.status == "undefined" && m.place.test != "needle");
    let rows = rows.filter(|m| m.reason.as_deref() != Some("the response is absent"));
    grouped(rows.filter_map(|m| {
        let place = &m.place;
        let parts =
            [&place.side, &place.nerve, &place.muscle, &place.recording_site, &place.site, &place.segment];
        let at: Vec<String> =
            parts.into_iter().flatten().map(|p| p.replace('_', " ")).filter(|p| !p.is_empty()).collect();
        let name = words::measure(&m.id);
        let name = name.split(':').next().unwrap_or(&name);
        Some((words::micro(m.reason.as_deref()?), format!("{}, {name}", at.join(" "))))
    }))
}

/// What is to be taken with care of each muscle.
fn care(analysis: &Analysis) -> Vec<String> {
    let rows = analysis.muscles.iter().filter(|m| m.of_study).map(|m| &analysis.report.needle[m.row]);
    // That a person graded it stands in the table.
    let told = |c: &&String| !c.starts_with("graded by a person");
    grouped(
        rows.flat_map(|row| row.caveats.iter().filter(told).map(|c| (words::micro(c), examined::title(row)))),
    )
}
