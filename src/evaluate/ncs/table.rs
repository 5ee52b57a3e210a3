//! Tables of an evaluation, for a terminal, for a page of text, and for programs.

use super::super::figure::Unit;
use super::super::statistics::bootstrap;
use super::super::table::Table;
use super::figure::{FIGURES, Figure};
use super::score::Score;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The schema of the JSON output.
pub const SCHEMA: &str = "myotome.ncs-evaluation/1";

/// Figures that are shown by state as well.
const BROKEN_DOWN: [&str; 8] = [
    "onset_bias_high",
    "onset_sd_high",
    "onset_gross",
    "amplitude_error",
    "velocity_error",
    "presence_right",
    "f_persistence_error",
    "f_min_error",
];

/// Writes a figure's value.
fn show(unit: Unit, value: f64) -> String {
    match unit {
        // Onsets are told to hundredths of a millisecond.
        Unit::Milliseconds => format!("{value:.3} ms"),
        other => super::super::table::show(other, value),
    }
}

/// Writes what a figure should reach; empty without a goal.
pub(super) fn show_goal(figure: &Figure) -> String {
    let Some((low, high)) = figure.goal else { return String::new() };
    let short = |t: f64| figure.unit.round(t);
    match (low, high) {
        (0.0, 0.0) => "none".to_owned(),
        (0.0, high) => format!("≤ {}", short(high)),
        (low, 1.0) if figure.unit == Unit::Share => format!("≥ {}", short(low)),
        (low, high) if low == -high => format!("± {}", short(high)),
        (low, high) => format!("{} to {}", short(low), short(high)),
    }
}

/// Every table of an evaluation.
pub fn tables(scores: &[Score]) -> Vec<Table> {
    let mut out = vec![figures(scores)];
    out.extend(by(scores, "By state", |s| s.degenerate.is_empty().then(|| s.state.clone())));
    out.extend(spoilt(scores));
    out
}

fn figures(scores: &[Score]) -> Table {
    let mut table = Table::new("Figures", &["", "value", "95 % interval", "n", "goal", "reached"]);
    let all: Vec<&Score> = scores.iter().collect();
    let mut group = "";
    for figure in FIGURES {
        let Some((value, n)) = (figure.compute)(&all) else { continue };
        if std::mem::replace(&mut group, figure.group) != figure.group {
            let empty = vec![String::new(); 5];
            table.rows.push([figure.group.to_uppercase()].into_iter().chain(empty).collect());
        }
        let interval = bootstrap(scores, |draw| Some((figure.compute)(draw)?.0));
        let interval = interval.map_or_else(String::new, |(low, high)| {
            format!("{} to {}", number(figure.unit, low), show(figure.unit, high))
        });
        let reached = figure.is_met(value).map_or("", |met| if met { "yes" } else { "NO" });
        table.rows.push(vec![
            figure.name.to_owned(),
            show(figure.unit, value),
            interval,
            n.to_string(),
            show_goal(figure),
            reached.to_owned(),
        ]);
    }
    table
}

/// Without its unit.
fn number(unit: Unit, value: f64) -> String {
    let text = show(unit, value);
    text.split(' ').next().unwrap_or_default().to_owned()
}

fn by(scores: &[Score], title: &str, key: impl Fn(&Score) -> Option<String>) -> Option<Table> {
    let mut parts: BTreeMap<String, Vec<&Score>> = BTreeMap::new();
    for s in scores {
        if let Some(key) = key(s) {
            parts.entry(key).or_default().push(s);
        }
    }
    let head: Vec<&str> = std::iter::once("").chain(parts.keys().map(String::as_str)).collect();
    let mut table = Table::new(title, &head);
    for figure in FIGURES.iter().filter(|f| BROKEN_DOWN.contains(&f.id)) {
        let cells = parts.values().map(|part| {
            let value = (figure.compute)(part);
            value.map_or_else(|| "–".to_owned(), |(v, n)| format!("{} ({n})", show(figure.unit, v)))
        });
        table.rows.push(std::iter::once(figure.name.to_owned()).chain(cells).collect());
    }
    (parts.len() > 1).then_some(table)
}

/// How often what spoils a recording leaves a plain normal value, by kind.
fn spoilt(scores: &[Score]) -> Option<Table> {
    let mut kinds: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for s in scores.iter().filter(|s| !s.degenerate.is_empty()) {
        let (plain, all) = kinds.entry(s.degenerate.join(" + ")).or_default();
        *plain += s.plainly_normal.iter().filter(|p| **p).count();
        *all += s.plainly_normal.len();
    }
    let mut table =
        Table::new("Spoilt recordings", &["", "rows that it makes worthless", "of these plainly normal"]);
    table.rows.extend(kinds.into_iter().map(|(k, (plain, all))| vec![k, all.to_string(), plain.to_string()]));
    (!table.rows.is_empty()).then_some(table)
}

/// The figures, and each response's pairs with `per_response`, for programs.
pub fn to_json(scores: &[Score], per_response: bool) -> Value {
    let all: Vec<&Score> = scores.iter().collect();
    let figures: Vec<Value> = FIGURES
        .iter()
        .map(|f| {
            let value = (f.compute)(&all);
            let interval = bootstrap(scores, |draw| Some((f.compute)(draw)?.0));
            json!({
                "id": f.id, "group": f.group, "name": f.name, "definition": f.definition,
                "value": value.map(|v| v.0), "n": value.map_or(0, |v| v.1),
                "interval_95": interval.map(|(low, high)| [low, high]),
                "goal": f.goal.map(|(low, high)| [low, high]),
                "reached": value.and_then(|v| f.is_met(v.0)),
            })
        })
        .collect();
    let studies: Vec<Value> = scores
        .iter()
        .map(|s| {
            let mut row =
                json!({ "name": s.name, "state": s.state, "severity": s.severity, "degenerate": s.degenerate });
            if per_response {
                row["responses"] = s.responses.iter().map(response).collect();
            }
            row
        })
        .collect();
    json!({ "schema": SCHEMA, "figures": figures, "studies": studies })
}

fn response(r: &super::score::ResponseScore) -> Value {
    let pair = |p: Option<super::score::Pair>| {
        p.map(|p| json!({ "true": p.truth, "found": p.found, "uncertainty": p.uncertainty }))
    };
    json!({
        "sensory": r.sensory, "nerve": r.nerve, "site": r.site, "snr": r.snr,
        "present": r.present, "found_present": r.found_present,
        "onset_ms": pair(r.onset_ms), "peak_ms": pair(r.peak_ms), "amplitude": pair(r.amplitude),
        "duration_ms": pair(r.duration_ms), "area": pair(r.area), "velocity_m_s": pair(r.velocity),
    })
}
