//! The page.

use super::{channel, style, words};
use crate::Result;
use crate::pipeline::analyze::{Analysis, DISCLAIMER, RecordingView};
use crate::result::{MeasureRow, NeedleRow, Report};
use maud::{DOCTYPE, Markup, html};

/// What the page may load: its own styles and embedded pictures, nothing else.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/// Channels of a recording that have pictures: a page of 128 channels would hold 11 MB of them.
const PICTURED: usize = 16;

/// `report.html`.
pub fn html(analysis: &Analysis) -> Result<String> {
    let mut recordings = Vec::new();
    for (i, view) in analysis.recordings.iter().enumerate() {
        recordings.push(recording(i, view)?);
    }
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
                    @if report.measures.iter().any(|m| m.origin == "entered") { a href="#entered" { "Entered values" } }
                    a href="#recordings" { "Recordings" } a href="#method" { "Method" } a href="#about" { "About this result" }
                }
                (glance(analysis))
                (quality(report))
                (entered(report))
                h2 id="recordings" { "Recordings" }
                @if recordings.is_empty() { p { "The study holds no recording." } }
                @for r in &recordings { (r) }
                (method(report))
                (about(report))
            }
        }
    };
    Ok(page.into_string())
}

fn glance(analysis: &Analysis) -> Markup {
    let measured: Vec<&NeedleRow> = analysis.report.needle.iter().filter(|n| !n.file.is_empty()).collect();
    html! {
        section.glance id="glance" {
            @if !measured.is_empty() {
                table {
                    tr { th { "Muscle" } th { "Side" } th { "Recording" } th { "Needle screening" } th { "Met" } th { "Not met" } th { "Not judged" } }
                    @for row in &measured { (screened(analysis, row)) }
                }
                p.quiet { "Criteria met, not met, and those that cannot be judged; each is listed with its recording." }
                p.quiet { "A screening looks at one recording at a time: it can suggest what to look at, and rules nothing in or out. A muscle is judged on several sites, and a patient on several muscles and nerves." }
            }
            @if measured.is_empty() {
                @for view in &analysis.recordings {
                    p { strong { (view.file) } ": " (words::counted(view.channels.len(), "channel")) " (" (kinds(view)) ")" (activity(view)) }
                }
                p { "No needle screening applies to what was given." }
                @for line in &analysis.report.not_assessed { p.quiet { "Not assessed: " (line) } }
            }
            @let warned = analysis.report.quality.iter().filter(|q| q.severity >= crate::measure::Severity::Warning).count();
            p { @if warned == 0 { "No signal-quality warning." } @else { (words::counted(warned, "signal-quality warning")) ": read this before the numbers." } }
            h4 { "Impression of the physician" }
            div.empty { "left empty" }
        }
    }
}

/// A line about one screened channel.
fn screened(analysis: &Analysis, row: &NeedleRow) -> Markup {
    let count = |verdict: &str| row.evidence.iter().filter(|e| e.verdict == verdict).count();
    let why = words::why_not(row);
    let level = analysis.recordings.iter().find(|r| r.file == row.file).and_then(|r| r.level);
    let index = analysis.recordings.iter().position(|r| r.file == row.file).unwrap_or_default();
    html! {
        tr {
            td { (row.muscle.replace('_', " ")) } td { (row.side) }
            td.path { a href={ "#recording-" (index) } { (row.file) } @if row.channel != "0" { " " (row.channel) } @if let Some(level) = level { ", " (level) } }
            td { strong { (words::impression(row.impression)) } @if !why.is_empty() { ": " (words::micro(&why)) } }
            td.n { (count("met")) } td.n { (count("not met")) } td.n { (count("cannot be judged")) }
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

fn place(row: &NeedleRow) -> String {
    let parts = [row.muscle.replace('_', " "), row.side.clone(), row.file.clone(), row.channel.clone()];
    parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(", ")
}

fn quality(report: &Report) -> Markup {
    let mut rows: Vec<_> = report.quality.iter().collect();
    rows.sort_by_key(|r| std::cmp::Reverse(r.severity));
    html! {
        h2 id="quality" { "Signal quality" }
        @if rows.is_empty() { p { "No check found anything." } } @else {
            table {
                tr { th { "Severity" } th { "File" } th { "Channel" } th { "Check" } th { "Count" } th { "Share" } th { "What was found" } }
                @for r in rows {
                    tr { td { (words::severity(r.severity)) } td.path { (r.file) } td { (r.channel) } td { (r.check.replace('_', " ")) }
                         td.n { (r.count) } td.n { (words::percent(r.share)) } td { (words::micro(&r.detail)) } }
                }
            }
        }
    }
}

fn entered(report: &Report) -> Markup {
    let rows: Vec<&MeasureRow> = report.measures.iter().filter(|m| m.origin == "entered").collect();
    let graded: Vec<&NeedleRow> = report.needle.iter().filter(|n| n.file.is_empty()).collect();
    if rows.is_empty() && graded.is_empty() {
        return html! {};
    }
    html! {
        h2 id="entered" { "Entered values" }
        p.quiet { "As a person or another tool wrote them into the study file; NR: looked for, no response. No limit is applied in this version." }
        @if !rows.is_empty() {
            table {
                tr { th { "Test" } th { "Nerve" } th { "Side" } th { "Muscle" } th { "Site" } th { "Measure" } th { "Value" } }
                @for r in rows {
                    tr {
                        td { (words::test(&r.place.test)) } td { (plain(&r.place.nerve)) } td { (plain(&r.place.side)) }
                        td { (plain(&r.place.muscle)) } td { (plain(&r.place.site)) } td { (words::measure(&r.id)) }
                        td.n { @match r.value { Some(v) => { (v) " " (words::unit(&r.unit)) }, None => { strong { "NR" } } } }
                    }
                }
            }
        }
        @for row in graded {
            h4 { "Needle: " (place(row)) }
            ul { @for e in &row.evidence { li { (e.finding) } } }
        }
    }
}

fn plain(text: &Option<String>) -> String {
    text.as_deref().unwrap_or("").replace('_', " ")
}

fn recording(index: usize, view: &RecordingView) -> Result<Markup> {
    let mut channels = Vec::new();
    for (i, channel) in view.channels.iter().enumerate() {
        channels.push(channel::section(channel, i < PICTURED)?);
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
            @if view.channels.len() > PICTURED {
                p { (view.channels.len()) " channels; the first " (PICTURED) " have pictures, all have numbers." }
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
