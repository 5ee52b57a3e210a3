//! How a result was made: method, reference sets, inputs.

use super::{Caption, table};
use crate::pipeline::analyze::DISCLAIMER;
use crate::result::Report;
use maud::{Markup, html};

/// Order of work, recipe, reference sets.
pub(super) fn method(report: &Report) -> Markup {
    html! {
        h2 id="method" { "Method" }
        p { "Order of work: read, check, repair where the evidence is unambiguous, filter as the recipe says, measure." }
        @if !report.provenance.reference_sets.is_empty() {
            p { "Reference sets: "
                @for (i, set) in report.provenance.reference_sets.iter().enumerate() { @if i > 0 { "; " } (set.id) " (" (set.version) ")" } }
        }
        details { summary { "Recipe" } pre { code { (serde_json::to_string_pretty(&report.provenance.recipe).unwrap_or_default()) } } }
    }
}

/// What was not looked at.
pub(super) fn not_assessed(report: &Report) -> Markup {
    html! {
        @if !report.not_assessed.is_empty() { h3 { "Not assessed" } ul { @for line in &report.not_assessed { li { (line) } } } }
    }
}

/// Version, schema, inputs.
pub(super) fn about(report: &Report) -> Markup {
    let rows = html! {
        @for i in &report.provenance.inputs { tr { th.path scope="row" { (i.file) } td { (i.format) } td { code { (i.sha256) } } } }
    };
    html! {
        h2 id="about" { "About this result" }
        p { "myotome " (report.provenance.version) ", schema " code { (report.schema) } ". " (DISCLAIMER) }
        (table(("Files that were read", Caption::Shown), "", &["Input", "Format", "SHA-256"], [rows]))
    }
}
