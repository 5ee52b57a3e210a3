//! Tables of an evaluation, for a terminal, for a page of text, and for programs.

use super::confusion::{classes, events, kinds};
use super::figure::{FIGURES, Figure, OF_WEAK_CONTRACTIONS, Target, Unit};
use super::per_unit::{false_trains, units};
use super::statistics::bootstrap;
use super::study::{RecordingScore, StudyScore};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Recording levels, in order.
const LEVELS: [&str; 4] = ["rest", "slight", "moderate", "maximal"];
/// Those that are too strong for single units.
const STRONG: [&str; 2] = ["moderate", "maximal"];
/// Figures that are shown by level and by state as well.
const BROKEN_DOWN: [&str; 10] = [
    "tall_sensitivity",
    "tall_precision",
    "detectable_found",
    "detectable_found_tall",
    "false_trains",
    "amplitude_error",
    "duration_error",
    "duration_gross",
    "phases_right",
    "turns_right",
];

/// How tables are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Columns of equal width.
    Text,
    /// GitHub's tables.
    Markdown,
}

/// A table: its heading, the names of its columns, its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "said above")]
pub struct Table {
    pub title: String,
    pub head: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(title: &str, head: &[&str]) -> Self {
        Table {
            title: title.to_owned(),
            head: head.iter().map(|h| (*h).to_owned()).collect(),
            rows: Vec::new(),
        }
    }

    /// Writes it, with an empty line after it.
    pub fn render(&self, style: Style) -> String {
        let width = |column: usize| {
            let rows = self.rows.iter().filter_map(|r| r.get(column));
            rows.chain(self.head.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.head.len()).map(width).collect();
        let line = |cells: &[String]| {
            let mut out = String::new();
            for (cell, width) in cells.iter().zip(&widths) {
                let pad = " ".repeat(width - cell.chars().count());
                let _ = match style {
                    Style::Text => write!(out, "{cell}{pad}  "),
                    Style::Markdown => write!(out, "| {} ", cell.replace('|', "\\|")),
                };
            }
            if style == Style::Markdown { format!("{out}|\n") } else { format!("{}\n", out.trim_end()) }
        };
        let mut out = match style {
            Style::Text => format!("{}\n", self.title),
            Style::Markdown => format!("### {}\n\n", self.title),
        };
        out += &line(&self.head);
        if style == Style::Markdown {
            out += &format!("|{}\n", " --- |".repeat(self.head.len()));
        }
        for row in &self.rows {
            out += &line(row);
        }
        out + "\n"
    }
}

/// Writes a figure's value.
pub(super) fn show(unit: Unit, value: f64) -> String {
    match unit {
        Unit::Share => format!("{:.1} %", 100.0 * value),
        Unit::Milliseconds => format!("{value:.2} ms"),
        Unit::MetresPerSecond => format!("{value:.2} m/s"),
        Unit::Points => format!("{value:.2} points"),
        Unit::Number => format!("{value:.3}"),
    }
}

/// Writes what a figure should reach; empty without a goal.
pub(super) fn show_target(figure: &Figure) -> String {
    let short = |t: f64| figure.unit.round(t);
    match figure.target {
        None => String::new(),
        Some(Target::AtLeast(t)) => format!("≥ {}", short(t)),
        Some(Target::AtMost(t)) => format!("≤ {}", short(t)),
        Some(Target::Below(t)) => format!("< {}", short(t)),
    }
}

/// Every table of an evaluation; with `per_unit` a row for each true unit and each false train as well.
pub fn tables(scores: &[StudyScore], per_unit: bool) -> Vec<Table> {
    let mut out = vec![figures(scores)];
    let level = |r: &RecordingScore| r.level.clone();
    out.extend(broken_down("By level of contraction", &LEVELS, &split_recordings(scores, level)));
    let mut by_state: BTreeMap<String, Vec<StudyScore>> = BTreeMap::new();
    for s in weak(scores) {
        by_state.entry(s.state.clone()).or_default().push(s);
    }
    let states: Vec<String> = by_state.keys().cloned().collect();
    let states: Vec<&str> = states.iter().map(String::as_str).collect();
    out.extend(broken_down("Weak contractions, by state of the muscle", &states, &by_state));
    out.extend(events(scores));
    out.extend(kinds(scores));
    out.extend(classes(scores));
    if per_unit {
        out.push(units(scores));
        out.extend(false_trains(scores));
    }
    out
}

/// Without moderate and maximal contractions.
pub(super) fn weak(scores: &[StudyScore]) -> Vec<StudyScore> {
    let mut out = scores.to_vec();
    for study in &mut out {
        study.recordings.retain(|r| !STRONG.contains(&r.level.as_str()));
    }
    out
}

/// What a figure rests on.
pub(super) fn scope<'a>(figure: &Figure, all: &'a [StudyScore], weak: &'a [StudyScore]) -> &'a [StudyScore] {
    if OF_WEAK_CONTRACTIONS.contains(&figure.group) { weak } else { all }
}

/// Value and number of things of a figure.
pub(super) fn value(figure: &Figure, scores: &[StudyScore]) -> Option<(f64, usize)> {
    let scores: Vec<&StudyScore> = scores.iter().collect();
    (figure.compute)(&scores)
}

fn figures(all: &[StudyScore]) -> Table {
    let mut table = Table::new("Figures", &["", "value", "95 % interval", "n", "goal", "reached"]);
    let weak = weak(all);
    let mut group = "";
    for figure in FIGURES {
        let scores = scope(figure, all, &weak);
        let Some((value, n)) = value(figure, scores) else { continue };
        if std::mem::replace(&mut group, figure.group) != figure.group {
            table
                .rows
                .push([figure.group.to_uppercase()].into_iter().chain(vec![String::new(); 5]).collect());
        }
        let interval = bootstrap(scores, |draw| Some((figure.compute)(draw)?.0));
        table.rows.push(vec![
            figure.name.to_owned(),
            show(figure.unit, value),
            interval.map_or_else(String::new, |(low, high)| {
                format!(
                    "{} to {}",
                    show(figure.unit, low).trim_end_matches([' ', '%']),
                    show(figure.unit, high)
                )
            }),
            n.to_string(),
            show_target(figure),
            figure.target.map_or("", |t| if t.is_met(value) { "yes" } else { "NO" }).to_owned(),
        ]);
    }
    table
}

/// Studies with only the recordings for which `key` says the same.
fn split_recordings(
    scores: &[StudyScore],
    key: impl Fn(&RecordingScore) -> String,
) -> BTreeMap<String, Vec<StudyScore>> {
    let mut out: BTreeMap<String, Vec<StudyScore>> = BTreeMap::new();
    for study in scores {
        for recording in &study.recordings {
            let part = StudyScore { recordings: vec![recording.clone()], ..study.clone() };
            out.entry(key(recording)).or_default().push(part);
        }
    }
    out
}

fn broken_down(title: &str, order: &[&str], parts: &BTreeMap<String, Vec<StudyScore>>) -> Option<Table> {
    let columns: Vec<&str> = order.iter().copied().filter(|o| parts.contains_key(*o)).collect();
    let head: Vec<&str> = std::iter::once("").chain(columns.iter().copied()).collect();
    let mut table = Table::new(title, &head);
    for figure in FIGURES.iter().filter(|f| BROKEN_DOWN.contains(&f.id)) {
        let cells: Vec<String> = columns
            .iter()
            .map(|column| {
                let part: Vec<&StudyScore> = parts[*column].iter().collect();
                let value = (figure.compute)(&part);
                value.map_or_else(|| "–".into(), |(v, n)| format!("{} ({n})", show(figure.unit, v)))
            })
            .collect();
        if cells.iter().any(|c| c != "–") {
            table.rows.push(std::iter::once(figure.name.to_owned()).chain(cells).collect());
        }
    }
    (!table.rows.is_empty()).then_some(table)
}
