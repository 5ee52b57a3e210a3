//! Comparison with an earlier study of the same subject.

use super::ncs::digits;
use super::{Caption, table, words};
use crate::result::{ChangeRow, GradeRow, Place, Point, Previous};
use maud::{Markup, html};

/// The section; nothing where no earlier study was given.
pub(super) fn section(previous: Option<&Previous>) -> Markup {
    html! {
        @if let Some(previous) = previous {
            h2 id="previous" { "Compared with an earlier study" }
            p { "Earlier: " strong { (previous.title) } @if previous.title != previous.input.file { " (" (previous.input.file) ")" } ". " (counts(previous)) }
            p.quiet { "A change is one where it exceeds the greatest published variation between two visits, and within repeatability up to the least; between the two it cannot be told. Where no variation is published, the stated uncertainties alone never make a change. Whether the two are of the same subject is not checked." }
            @for note in &previous.notes { p.warn { (note) } }
            @if previous.measures.is_empty() { p { "No number of the same place stands in both studies." } } @else { (measures(&previous.measures)) }
            @if !previous.needle.is_empty() { (needle(&previous.needle)) }
            (places("Tested in the earlier study only", &previous.only_before))
            (places("Tested in this study only", &previous.only_now))
        }
    }
}

/// How many numbers moved, in half a sentence.
pub(super) fn counts(previous: &Previous) -> String {
    let of = |verdict: &str| previous.measures.iter().filter(|m| m.verdict == verdict).count();
    let graded = previous.needle.iter().filter(|g| g.verdict == "differs").count();
    let grades = if previous.needle.is_empty() {
        String::new()
    } else {
        format!("; {graded} of {} of muscles not the same", words::counted(previous.needle.len(), "grade"))
    };
    format!(
        "{} compared: {} changed, {} within repeatability, {} cannot be judged{grades}.",
        words::counted(previous.measures.len(), "number"),
        of("changed"),
        of("within_repeatability"),
        of("cannot_be_judged")
    )
}

/// A place in words.
fn place(test: &str, parts: &[&str]) -> String {
    let parts: Vec<String> = std::iter::once(test)
        .chain(parts.iter().copied())
        .filter(|p| !p.is_empty())
        .map(|p| p.replace('_', " "))
        .collect();
    parts.join(", ")
}

/// What a row is about, in words.
pub(super) fn of_row(row: &ChangeRow) -> String {
    let p = &row.place;
    let text = |t: &Option<String>| t.clone().unwrap_or_default();
    let [side, nerve, muscle, recording, site, segment, condition] =
        [&p.side, &p.nerve, &p.muscle, &p.recording_site, &p.site, &p.segment, &p.condition].map(text);
    place(&p.test, &[&side, &nerve, &muscle, &recording, &site, &segment, &condition])
}

fn point(p: &Point, unit: &str) -> String {
    match (p.value, p.uncertainty) {
        (Some(value), Some(u)) => format!("{} ± {}", digits(value, unit), digits(u, unit)),
        (Some(value), None) => digits(value, unit),
        _ => p.status.replace('_', " "),
    }
}

/// A change with its sign.
pub(super) fn moved(row: &ChangeRow) -> String {
    let signed = |v: f64, unit: &str| {
        let text = digits(v.abs(), unit);
        if text.bytes().all(|b| matches!(b, b'0' | b'.')) {
            text
        } else {
            format!("{}{text}", if v < 0.0 { "−" } else { "+" })
        }
    };
    if row.change == Some(0.0) {
        return "0".into();
    }
    let percent = row.change_percent.map_or(String::new(), |p| format!(" ({} %)", signed(p, "%")));
    row.change.map_or_else(|| "–".into(), |c| signed(c, &row.unit) + &percent)
}

/// The verdict, and the reason where it is not that of every other row.
fn verdict(row: &ChangeRow) -> Markup {
    let word = row.verdict.replace('_', " ");
    html! {
        @match row.verdict {
            "changed" => { strong { "▲ " (word) } },
            "cannot_be_judged" => { (word) ": " (row.why) },
            _ => { (word) },
        }
        @if row.verdict != "cannot_be_judged" && let Some((_, origin)) = row.why.split_once("; ") { ": " (origin) }
    }
}

/// The test of a row: what its neighbours share.
fn of_test(row: &ChangeRow) -> String {
    let p = &row.place;
    let text = |t: &Option<String>| t.clone().unwrap_or_default();
    let [side, nerve, muscle, recording, condition] =
        [&p.side, &p.nerve, &p.muscle, &p.recording_site, &p.condition].map(text);
    place(&p.test, &[&side, &nerve, &muscle, &recording, &condition])
}

/// A measure's name without its definition.
pub(super) fn short_name(id: &str) -> String {
    let name = words::measure(id);
    name.split_once(':').map_or(name.clone(), |(short, _)| short.to_owned())
}

fn measures(rows: &[ChangeRow]) -> Markup {
    let mut sources: Vec<&str> = Vec::new();
    for row in rows.iter().filter(|r| !r.source.is_empty()) {
        if !sources.contains(&row.source.as_str()) {
            sources.push(&row.source);
        }
    }
    html! {
        (table(("Numbers of both studies", Caption::Unseen), "units", &["Site", "Number", "Then", "Now", "Change", "Within", "Beyond", "Judged"], [html! {
            @for group in rows.chunk_by(|a, b| of_test(a) == of_test(b)) {
                tr.limits { td colspan="8" { strong { (of_test(&group[0])) } } }
                @for row in group {
                    @let site = row.place.site.as_ref().or(row.place.segment.as_ref());
                    tr {
                        td { (site.map_or(String::new(), |s| s.replace('_', " "))) }
                        td { (short_name(&row.id)) @if row.unit != "1" { " (" (words::unit(&row.unit)) ")" } }
                        td.n { (point(&row.old, &row.unit)) } td.n { (point(&row.new, &row.unit)) } td.n { (moved(row)) }
                        td.n { (bound(row.within, &row.unit)) } td.n { (bound(row.beyond, &row.unit)) }
                        td { (verdict(row)) }
                    }
                }
            }
        }]))
        @for source in sources { p.quiet { "Repetition alone: " (source) ". Two visits differ by 1.96 √2 times as much once in twenty." } }
    }
}

fn bound(bound: Option<f64>, unit: &str) -> String {
    bound.map_or_else(|| "–".into(), |b| digits(b, unit))
}

fn needle(rows: &[GradeRow]) -> Markup {
    html! {
        h3 { "Muscles" }
        p.quiet { "No figure of repeatability stands behind these: neighbouring grades of one muscle may differ between sites and examiners." }
        (table(("Muscles of both studies", Caption::Unseen), "", &["Muscle", "Side", "Finding", "Then", "Now", ""], [html! {
            @for g in rows {
                tr {
                    th scope="row" { (g.muscle.replace('_', " ")) } td { (g.side) } td { (g.finding.replace('_', " ")) }
                    td { (g.old.as_deref().unwrap_or("not graded")) } td { (g.new.as_deref().unwrap_or("not graded")) }
                    td { @if g.verdict == "differs" { strong { "▲ differs" } } @else { (g.verdict.replace('_', " ")) } }
                }
            }
        }]))
    }
}

fn places(title: &str, all: &[Place]) -> Markup {
    html! {
        @if !all.is_empty() {
            h3 { (title) }
            ul { @for p in all { li { (place(&p.test, &[&p.side, &p.nerve, &p.muscle, &p.recording_site, &p.site, &p.segment])) } } }
        }
    }
}
