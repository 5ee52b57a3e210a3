//! Nerve conduction: tables with the limit beside each number, and traces with the markers that the numbers came
//! from.

mod cell;
mod conduction;
mod late;
mod scan;

pub(super) use cell::digits;

use super::{Caption, table, words};
use crate::Result;
use crate::pipeline::analyze::ncs::{NcsView, Test};
use crate::result::MeasureRow;
use maud::{Markup, html};

/// What stands under the headline.
const KEY: &str = "A number stands with its limit. Bold with H or L: above or below it (◆ without a side); ~: nearer \
    to the limit than the measurement is sure; NR: looked for, no response; blank: not done; “?”: could not be \
    measured, the reason stands below. † marks a limit that is recalled and not verified, * a marker set by hand, \
    (e) an entered value. ± is half of a 95 % interval.";

/// The section; nothing where there is none. `open`: curves are what a page is about, and shown at once.
pub(super) fn section(view: &NcsView, open: bool) -> Result<Markup> {
    if view.is_empty() {
        return Ok(html! {});
    }
    Ok(html! {
        h2 id="ncs" { "Nerve conduction" }
        p.quiet { (KEY) }
        (conduction::tables(view)?)
        (late::tables(view)?)
        (scan::tables(view, open)?)
    })
}

/// `right median, abductor pollicis brevis`.
fn title(test: &Test) -> String {
    let words = |t: &str| t.replace('_', " ");
    let mut out = words(&test.side);
    for part in [&test.nerve, &test.recording] {
        if !part.is_empty() {
            if !out.is_empty() {
                out += if part == &test.nerve { " " } else { ", " };
            }
            out += &words(part);
        }
    }
    if out.is_empty() { "unnamed".into() } else { out }
}

/// Traces of a kind of test, closed until they are asked for; nothing where there are none.
fn traces(name: &str, caption: &str, all: &[Markup], open: bool) -> Markup {
    html! {
        @if !all.is_empty() { details open[open] { summary { (name) " (" (all.len()) ")" } p.quiet { (caption) } @for one in all { (one) } } }
    }
}

/// Skin temperature as a table shows it.
fn temperature(test: &Test) -> String {
    test.skin_temperature_c.map_or_else(String::new, |t| format!("{t:.1}"))
}

/// What stands out, for the top of the page; nothing where the study has none.
pub(super) fn glance(view: &NcsView) -> Markup {
    if view.is_empty() {
        return html! {};
    }
    let rows = every(view);
    let (abnormal, borderline) = (of_verdict(&rows, "abnormal"), of_verdict(&rows, "borderline"));
    let judged = abnormal.len() + borderline.len() + of_verdict(&rows, "normal").len();
    html! {
        p { strong { "Nerve conduction: " } (words::counted(judged, "number")) " held against a limit, " (abnormal.len()) " beyond it"
            @if !borderline.is_empty() { ", " (borderline.len()) " too near to it to tell" } "." }
        @if !abnormal.is_empty() { ul { @for fact in facts(&abnormal) { li { (fact) } } } }
    }
}

/// Every row of the section.
pub(super) fn every(view: &NcsView) -> Vec<&MeasureRow> {
    let mut out: Vec<&MeasureRow> = Vec::new();
    for t in view.motor.iter().chain(&view.sensory) {
        out.extend(t.sites.iter().flat_map(|s| &s.rows));
        out.extend(t.segments.iter().flat_map(|s| &s.rows));
        out.extend(&t.rows);
    }
    out.extend(&view.comparisons);
    for t in view.f_wave.iter().chain(&view.h_reflex).chain(&view.repetitive) {
        out.extend(&t.rows);
    }
    for t in view.scan.iter().chain(&view.munix) {
        out.extend(&t.rows);
    }
    out
}

/// Those of one verdict.
pub(super) fn of_verdict<'a>(rows: &[&'a MeasureRow], verdict: &str) -> Vec<&'a MeasureRow> {
    rows.iter().copied().filter(|r| r.verdict == verdict).collect()
}

/// Facts in words, each once: an absent response has several rows.
pub(super) fn facts(rows: &[&MeasureRow]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for fact in rows.iter().map(|r| said(r)) {
        if !out.contains(&fact) {
            out.push(fact);
        }
    }
    out
}

/// A fact in words: `right median, abductor pollicis brevis, wrist: onset latency 5.60 ms, above 4.40 ms (NDTF)`.
pub(super) fn said(row: &MeasureRow) -> String {
    let place = &row.place;
    let words_of = |t: &Option<String>| t.as_deref().unwrap_or_default().replace('_', " ");
    let mut at: Vec<String> =
        vec![[words_of(&place.side), words_of(&place.nerve)].join(" ").trim().to_owned()];
    for part in [&place.muscle, &place.recording_site, &place.site, &place.segment] {
        at.push(words_of(part));
    }
    at.retain(|p| !p.is_empty());
    if row.status == "absent" {
        return format!("{}: no response ({})", at.join(", "), row.limit.set);
    }
    let name = words::measure(&row.id);
    let name = name.split(':').next().unwrap_or(&name).to_owned();
    let unit = words::unit(&row.unit);
    let shown = |v: f64| format!("{} {unit}", cell::digits(v, &row.unit)).trim_end().to_owned();
    let value = row.value.map_or_else(|| "without a value".to_owned(), shown);
    let beyond = match (words::beyond(row.value, &row.limit), row.limit.lower, row.limit.upper) {
        ("H", _, Some(u)) => format!(", above {}", shown(u)),
        ("L", Some(l), _) => format!(", below {}", shown(l)),
        _ => String::new(),
    };
    format!("{}: {name} {value}{beyond} ({})", at.join(", "), row.limit.set)
}

/// Sweeps of recordings that no study explains; nothing where there are none.
pub(super) fn lone(measures: &[MeasureRow]) -> Markup {
    const COLUMNS: [(&str, &str); 5] = [
        ("onset_latency", "Onset (ms)"),
        ("peak_latency", "Peak (ms)"),
        ("amplitude_baseline_to_negative_peak", "Amplitude (mV)"),
        ("negative_peak_duration", "Duration (ms)"),
        ("negative_peak_area", "Area (mV·ms)"),
    ];
    let rows: Vec<&MeasureRow> =
        measures.iter().filter(|m| m.place.test == "evoked" && m.place.sweep.is_some()).collect();
    if rows.is_empty() {
        return html! {};
    }
    let same =
        |a: &&MeasureRow, b: &&MeasureRow| a.place.sweep == b.place.sweep && a.place.file == b.place.file;
    let head: Vec<&str> = ["File", "Sweep", "Channel"].into_iter().chain(COLUMNS.map(|c| c.1)).collect();
    let body = html! {
            @for sweep in rows.chunk_by(same) {
                @let place = &sweep[0].place;
                tr {
                    th.path scope="row" { (place.file.as_deref().unwrap_or("")) } td.n { (place.sweep.unwrap_or(0) + 1) } td { (place.channel.as_deref().unwrap_or("")) }
                    @for (id, _) in COLUMNS { (cell::number(sweep.iter().copied().find(|r| r.id == id))) }
                }
            }
    };
    html! {
        h2 id="evoked" { "Evoked responses" }
        p.quiet { "Measured as muscle responses: the recording names neither nerve nor site, so no limit and no velocity is given. A study file can name them." }
        (table(("Evoked responses", Caption::Unseen), "units", &head, [body]))
        (cell::remarks(rows.iter().map(|r| (r.place.channel.as_deref().unwrap_or(""), *r))))
    }
}
