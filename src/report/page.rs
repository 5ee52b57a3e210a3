//! The page.

use super::{channel, context, examined, model, muscle, ncs, previous, style, words};
use crate::Result;
use crate::pipeline::analyze::{Analysis, DISCLAIMER, RecordingView};
use crate::result::{QualityRow, Report};
use maud::{DOCTYPE, Markup, html};

/// What the page may load: its own styles and embedded pictures, nothing else.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/// Channels of a recording that have pictures: a page of 128 channels would hold 11 MB of them.
const PICTURED: usize = 16;

/// Needle channels of the whole page that have pictures; each takes up to 0.4 MB.
const PICTURED_NEEDLE: usize = 24;

/// `report.html`.
pub fn html(analysis: &Analysis) -> Result<String> {
    let mut recordings = Vec::new();
    let mut pictured = 0;
    for (i, view) in analysis.recordings.iter().enumerate() {
        recordings.push(recording(i, view, &analysis.report, &mut pictured)?);
    }
    let mut muscles = Vec::new();
    for (i, view) in analysis.muscles.iter().enumerate().filter(|(_, m)| muscle::is_recorded(analysis, m)) {
        muscles.push(muscle::section(analysis, i, view)?);
    }
    let conduction = ncs::section(&analysis.ncs)?;
    let report = &analysis.report;
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                title { (analysis.title) " – myotome" }
                style { (maud::PreEscaped(style::CSS)) }
            }
            body {
                h1 { (analysis.title) }
                p.notice { strong { "Not a diagnosis. " } (DISCLAIMER) }
                nav {
                    a href="#glance" { "At a glance" } a href="#quality" { "Quality" }
                    @if !analysis.muscles.is_empty() { a href="#needle" { "Needle EMG" } }
                    @if !analysis.ncs.is_empty() { a href="#ncs" { "Nerve conduction" } }
                    @if report.previous.is_some() { a href="#previous" { "Earlier study" } }
                    @if report.context.is_some() { a href="#context" { "Clinical context" } }
                    @if !report.models.is_empty() { a href="#models" { "Statistical models" } }
                    a href="#recordings" { "Recordings" } a href="#method" { "Method" } a href="#about" { "About this result" }
                }
                (glance(analysis))
                (quality(report))
                @if !analysis.muscles.is_empty() { h2 id="needle" { "Needle EMG" } }
                (examined::table(analysis))
                @for m in &muscles { (m) }
                (conduction)
                (ncs::lone(&report.measures))
                (previous::section(report.previous.as_ref()))
                (context::section(report.context.as_ref()))
                (model::section(&report.models))
                h2 id="recordings" { "Recordings" }
                @if recordings.is_empty() { p { "No needle or surface recording." } }
                @for r in &recordings { (r) }
                (method(report))
                (about(report))
            }
        }
    };
    Ok(page.into_string())
}

fn glance(analysis: &Analysis) -> Markup {
    html! {
        section.glance id="glance" {
            @for (i, view) in analysis.muscles.iter().enumerate().filter(|(_, m)| muscle::is_recorded(analysis, m)) { (muscle::card(analysis, i, view)) }
            @let graded = analysis.muscles.iter().filter(|m| !muscle::is_recorded(analysis, m)).count();
            @if graded > 0 { p { (words::counted(graded, "muscle")) " graded by a person, without recordings: " a href="#needle" { "listed below" } "." } }
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
            @let warned = analysis.report.quality.iter().filter(|q| q.severity >= crate::measure::Severity::Warning).count();
            p { @if warned == 0 { "No signal-quality warning." } @else { (words::counted(warned, "signal-quality warning")) ": read this before the numbers." } }
            h4 { "Impression of the physician" }
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

fn quality(report: &Report) -> Markup {
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
    html! {
        h2 id="quality" { "Signal quality" }
        @if groups.is_empty() { p { "No check found anything." } } @else {
            table {
                tr { th { "Severity" } th { "File" } th { "Channel" } th { "Check" } th { "Count" } th { "Share" } th { "What was found" } }
                @for group in &groups {
                    @let r = group[0];
                    @let most = group.iter().map(|r| r.share).fold(0.0, f64::max);
                    tr { td { (words::severity(r.severity)) } td.path { (r.file) }
                         td { (channels(group)) } td { (r.check.replace('_', " ")) }
                         td.n { (group.iter().map(|r| r.count).sum::<u64>()) }
                         td.n { @if group.len() > 1 { "≤ " } (words::percent(most)) }
                         td { @if group.len() > 1 { (r.channel) ": " } (words::micro(&r.detail))
                              @if group.len() > 1 { "; likewise the others, each in report.json" } } }
                }
            }
        }
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

/// `pictured` counts the needle channels of the page that have pictures.
fn recording(index: usize, view: &RecordingView, report: &Report, pictured: &mut usize) -> Result<Markup> {
    let mut channels = Vec::new();
    let mut without = 0;
    for (i, channel) in view.channels.iter().enumerate() {
        let room = i < PICTURED && (channel.needle.is_none() || *pictured < PICTURED_NEEDLE);
        *pictured += usize::from(room && channel.needle.is_some());
        without += usize::from(!room);
        channels.push(channel::section(channel, report, room)?);
    }
    Ok(html! {
        section id={ "recording-" (index) } {
            h3 { (view.file) @if !view.what.is_empty() { " – " (view.what) } }
            p.quiet {
                "Format " (view.format)
                @if let Some(start) = &view.start { ", begun " (start) }
                @if !view.subject.is_empty() { ", subject: " (view.subject) }
            }
            @if !view.comments.is_empty() { details { summary { "Comments in the file" } ul { @for c in &view.comments { li { (c) } } } } }
            @if !view.annotations.is_empty() {
                details {
                    summary { (words::counted(view.annotations.len(), "annotation")) }
                    table {
                        tr { th { "Time (s)" } th { "Text" } th { "Channel" } }
                        @for a in view.annotations.iter().take(200) {
                            tr { td.n { (words::number(a.onset_s)) } td { (a.text) } td { (a.channel.as_deref().unwrap_or("")) } }
                        }
                    }
                    @if view.annotations.len() > 200 { p.quiet { "The first 200 are shown; `myotome info --json` gives all." } }
                }
            }
            @if without > 0 {
                p { (words::counted(view.channels.len(), "channel")) "; the first " (view.channels.len() - without) " have pictures, all have numbers." }
            }
            @for c in &channels { (c) }
        }
    })
}

fn method(report: &Report) -> Markup {
    html! {
        h2 id="method" { "Method" }
        p { "Order of work: read, check, repair where the evidence is unambiguous, filter as the recipe says, measure." }
        details { summary { "Recipe" } pre { code { (serde_json::to_string_pretty(&report.provenance.recipe).unwrap_or_default()) } } }
        @if !report.provenance.reference_sets.is_empty() {
            p { "Reference sets: "
                @for (i, set) in report.provenance.reference_sets.iter().enumerate() { @if i > 0 { "; " } (set.id) " (" (set.version) ")" } }
        }
        h4 { "Not assessed" }
        ul { @for line in &report.not_assessed { li { (line) } } }
    }
}

fn about(report: &Report) -> Markup {
    html! {
        h2 id="about" { "About this result" }
        p { "myotome " (report.provenance.version) ", schema " code { (report.schema) } ". " (DISCLAIMER) }
        table {
            tr { th { "Input" } th { "Format" } th { "SHA-256" } }
            @for i in &report.provenance.inputs { tr { td.path { (i.file) } td { (i.format) } td { code { (i.sha256) } } } }
        }
    }
}
