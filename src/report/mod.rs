//! Pages and summaries of an [`Analysis`]; computes nothing.
//!
//! The page is one file that makes no network request: its policy forbids every source but its own styles
//! and embedded pictures. All text from files is escaped by the template.

mod about;
mod channel;
mod cohort;
mod context;
mod examined;
mod facts;
mod glance;
mod limits;
mod model;
mod muscle;
mod myotome;
mod ncs;
mod needle;
mod page;
mod pattern;
mod previous;
mod quality;
mod recording;
mod style;
mod suggest;
mod summary;
mod who;
mod words;

pub use cohort::{Cohort, Line};
pub use page::html;
pub use summary::text;

use crate::pipeline::analyze::Analysis;
use crate::{Error, Result, output};
use maud::{Markup, html};
use std::path::{Path, PathBuf};

/// A picture with its caption; nothing where there is no picture.
fn figure(svg: Option<String>, caption: &str) -> Markup {
    html! {
        @if let Some(svg) = svg {
            figure { div.drawn role="img" aria-label=(caption) { (maud::PreEscaped(svg)) } figcaption { (caption) } }
        }
    }
}

/// A picture that the heading above it names; nothing where there is no picture.
fn picture(svg: Option<String>, name: &str) -> Markup {
    html! {
        @if let Some(svg) = svg { figure { div.drawn role="img" aria-label=(name) { (maud::PreEscaped(svg)) } } }
    }
}

/// Whether the caption of a table is shown, or only read out because a heading says the same.
#[derive(Clone, Copy, PartialEq)]
enum Caption {
    Shown,
    Unseen,
}

/// Rows, and bytes of text and marks in them, of a table that paper does not cut: about a third of a sheet.
const UNCUT: (usize, usize) = (16, 6000);

/// A table in a box of its own, which scrolls where the table is wider than the page.
fn table(
    (caption, shown): (&str, Caption),
    class: &str,
    head: &[&str],
    bodies: impl IntoIterator<Item = Markup>,
) -> Markup {
    let bodies: Vec<Markup> = bodies.into_iter().collect();
    let rows: usize = bodies.iter().map(|b| b.0.matches("<tr").count()).sum();
    let length: usize = bodies.iter().map(|b| b.0.len()).sum();
    html! {
        div.wide role="region" aria-label=(caption) tabindex="0" {
            table.whole[rows <= UNCUT.0 && length <= UNCUT.1] class=(class) {
                caption.unseen[shown == Caption::Unseen] { (caption) }
                thead { tr { @for name in head { th scope="col" { (name) } } } }
                @for body in &bodies { tbody { (body) } }
            }
        }
    }
}

/// `report.json`, indented.
pub fn json(analysis: &Analysis) -> Result<String> {
    serde_json::to_string_pretty(&analysis.report).map(|t| t + "\n").map_err(|e| Error::Signal(e.to_string()))
}

/// `report.json` on one line, for programs that read many.
pub fn json_line(analysis: &Analysis) -> Result<String> {
    serde_json::to_string(&analysis.report).map(|t| t + "\n").map_err(|e| Error::Signal(e.to_string()))
}

/// Writes `report.html` and `report.json` into `folder`, which is made if it is not there. Gives the path
/// of the page.
pub fn write(analysis: &Analysis, folder: &Path) -> Result<PathBuf> {
    std::fs::create_dir_all(folder).map_err(|e| Error::io(folder, e))?;
    let (page, data) = (html(analysis)?, json(analysis)?);
    let path = folder.join("report.html");
    output::write_atomic(&folder.join("report.json"), |out| out.write_all(data.as_bytes()))?;
    output::write_atomic(&path, |out| out.write_all(page.as_bytes()))?;
    Ok(path)
}
