//! One recording: what the file says of itself, and its channels.

use super::{Caption, channel, table, words};
use crate::Result;
use crate::pipeline::analyze::{Analysis, RecordingView};
use crate::result::Report;
use maud::{Markup, html};

/// Channels of a recording that have pictures: a page of 128 channels would hold 11 MB of them.
const PICTURED: usize = 16;

/// Needle channels of the whole page that have pictures; each takes up to 0.4 MB.
const PICTURED_NEEDLE: usize = 24;

/// A section for each recording.
pub(super) fn sections(analysis: &Analysis) -> Result<Vec<Markup>> {
    let mut pictured = 0;
    let all = analysis.recordings.iter().enumerate();
    all.map(|(i, view)| recording(i, view, &analysis.report, &mut pictured)).collect()
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
                    (table(("Annotations of the file", Caption::Unseen), "", &["Time (s)", "Text", "Channel"], [annotations(view)]))
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

fn annotations(view: &RecordingView) -> Markup {
    html! {
        @for a in view.annotations.iter().take(200) {
            tr { td.n { (words::number(a.onset_s)) } td { (a.text) } td { (a.channel.as_deref().unwrap_or("")) } }
        }
    }
}
