//! What statistical models say, apart from everything else.

use super::{Caption, table, words};
use crate::result::{ModelName, ModelRow};
use maud::{Markup, html};
use std::fmt::Write;

/// Answer of a row in words.
fn answer(row: &ModelRow) -> String {
    row.answer.clone().unwrap_or_else(|| "indeterminate".to_owned())
}

fn probabilities(row: &ModelRow) -> String {
    let Some(all) = &row.class_probabilities else { return "none".into() };
    all.iter().map(|(class, p)| format!("{class} {:.1} %", 100.0 * p)).collect::<Vec<_>>().join(", ")
}

/// Balanced accuracy of subjects that a model had not seen, with its interval, as its file says.
fn tested(row: &ModelRow) -> String {
    let figure = &row.cross_validated["figures"]["balanced_accuracy"];
    let number = |key: &str| figure[key].as_f64().map_or_else(|| "?".to_owned(), words::percent);
    let n = row.model.subjects.values().sum::<usize>();
    format!(
        "balanced accuracy {} (95 % interval {} to {}) in cross-validation over {}",
        number("value"),
        number("lower"),
        number("upper"),
        words::counted(n, "subject")
    )
}

/// Each model once, with its first row, in the order given.
fn models(rows: &[ModelRow]) -> Vec<(&ModelRow, &ModelName)> {
    let mut out: Vec<(&ModelRow, &ModelName)> = Vec::new();
    for row in rows {
        if out.iter().all(|o| *o.1 != row.model) {
            out.push((row, &row.model));
        }
    }
    out
}

/// The section of the page; nothing without models.
pub(super) fn section(rows: &[ModelRow]) -> Markup {
    html! {
        @if !rows.is_empty() {
            h2 id="models" { "Statistical models" }
            p { "Each is a statistical model of the table it was trained on. It says which of that table's groups a recording is most like, if the groups are equally likely beforehand. It is mixed into no other finding on this page, and a group that was not in the table cannot be recognised." }
            @for (first, model) in models(rows) {
                h3 { (model.name) }
                p.quiet { "Trained on " (model.table) ": " (tested(first)) ". File " (model.file) ", SHA-256 " code { (model.sha256) } "." }
                @if !model.alarms.is_empty() {
                    p { strong { "Leak alarms were raised when it was tested: " } (model.alarms.join(", ").replace('_', " ")) ". Its figures must not be believed until each is explained." }
                }
                (table((&format!("Answers of {}", model.name), Caption::Unseen), "", &["File", "Channel", "Windows", "Answer", "Probabilities", "Why it abstains"], [html! {
                    @for r in rows.iter().filter(|r| r.model == *model) {
                        tr { th.path scope="row" { (r.file) } td { (r.channel) } td.n { (r.windows) } td { (answer(r)) } td { (probabilities(r)) } td { (r.why.join("; ")) } }
                    }
                }]))
            }
        }
    }
}

/// A line a row for the summary.
pub(super) fn summary(out: &mut String, rows: &[ModelRow]) {
    for r in rows {
        let _ = write!(
            out,
            "  model {} on {} [{}]: {} ({})",
            r.model.name,
            r.file,
            r.channel,
            answer(r),
            probabilities(r)
        );
        if !r.why.is_empty() {
            let _ = write!(out, "; abstains: {}", r.why.join("; "));
        }
        if !r.model.alarms.is_empty() {
            let _ = write!(out, "; leak alarms at its test: {}", r.model.alarms.join(", "));
        }
        out.push('\n');
    }
}
