//! Pages and summaries of an [`Analysis`]; computes nothing.
//!
//! The page is one file that makes no network request: its policy forbids every source but its own styles
//! and embedded pictures. All text from files is escaped by the template.

mod channel;
mod context;
mod examined;
mod model;
mod muscle;
mod ncs;
mod needle;
mod page;
mod pattern;
mod previous;
mod style;
mod summary;
mod words;

pub use page::html;
pub use summary::text;

use crate::pipeline::analyze::Analysis;
use crate::{Error, Result, output};
use std::path::{Path, PathBuf};

/// A picture with its caption, if it has one of its own; nothing where there is no picture.
fn figure(svg: Option<String>, caption: &str) -> maud::Markup {
    maud::html! {
        @if let Some(svg) = svg {
            figure { (maud::PreEscaped(svg)) @if !caption.is_empty() { figcaption { (caption) } } }
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
