//! Tables of an evaluation, for a terminal, for a page of text, and for programs.

use super::figure::{FIGURES, Figure, OF_WEAK_CONTRACTIONS, Target, Unit, pooled_events};
use super::spontaneous::{BY_TIME, KINDS, NONE, UNKNOWN};
use super::statistics::bootstrap;
use super::study::{CLASSES, RecordingScore, StudyScore};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The schema of the JSON output.
pub const SCHEMA: &str = "myotome.evaluation/1";
/// Recording levels, in order.
const LEVELS: [&str; 4] = ["rest", "slight", "moderate", "maximal"];
/// Those that are too strong for single units.
const STRONG: [&str; 2] = ["moderate", "maximal"];
/// Figures that are shown by level and by state as well.
const BROKEN_DOWN: [&str; 9] = [
    "tall_sensitivity",
    "tall_precision",
    "detectable_found",
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
    fn new(title: &str, head: &[&str]) -> Self {
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
        Unit::Number => format!("{value:.3}"),
    }
}

/// Writes what a figure should reach; empty without a goal.
pub(super) fn show_target(figure: &Figure) -> String {
    let short = |t: f64| match figure.unit {
        Unit::Share => format!("{:.0} %", 100.0 * t),
        Unit::Milliseconds => format!("{t} ms"),
        Unit::Number => format!("{t}"),
    };
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
fn weak(scores: &[StudyScore]) -> Vec<StudyScore> {
    let mut out = scores.to_vec();
    for study in &mut out {
        study.recordings.retain(|r| !STRONG.contains(&r.level.as_str()));
    }
    out
}

/// What a figure rests on.
fn scope<'a>(figure: &Figure, all: &'a [StudyScore], weak: &'a [StudyScore]) -> &'a [StudyScore] {
    if OF_WEAK_CONTRACTIONS.contains(&figure.group) { weak } else { all }
}

/// Value and number of things of a figure.
fn value(figure: &Figure, scores: &[StudyScore]) -> Option<(f64, usize)> {
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

fn events(scores: &[StudyScore]) -> Option<Table> {
    let all: Vec<&StudyScore> = scores.iter().collect();
    let head = ["kind", "recordings", "true", "agreed", "missed", "extra", "F1"];
    let mut table = Table::new("Discharges at rest, by kind", &head);
    let rest = || scores.iter().flat_map(|s| &s.recordings).map(|r| &r.spontaneous).filter(|r| r.at_rest);
    for kind in KINDS {
        let mut sum = super::matching::Match::default();
        rest().filter_map(|r| r.events.get(*kind)).for_each(|m| sum.add(m));
        let Some((f1, n)) = pooled_events(&all, &[kind]) else { continue };
        let recordings = rest().filter(|r| r.truth.contains(*kind)).count();
        table.rows.push(vec![
            words(kind),
            recordings.to_string(),
            n.to_string(),
            sum.agreed.to_string(),
            sum.missed.to_string(),
            sum.extra.to_string(),
            format!("{f1:.3}"),
        ]);
    }
    (!table.rows.is_empty()).then_some(table)
}

/// An id as words.
fn words(id: &str) -> String {
    id.replace('_', " ")
}

/// Main kinds of the recordings at rest: a row for each true one, a column for each found one.
fn kinds(scores: &[StudyScore]) -> Option<Table> {
    let rest = || scores.iter().flat_map(|s| &s.recordings).map(|r| &r.spontaneous).filter(|r| r.at_rest);
    let order: Vec<&str> =
        [NONE].into_iter().chain(KINDS.iter().copied()).chain(BY_TIME).chain([UNKNOWN]).collect();
    let pairs: Vec<(&str, &str)> = rest().map(|r| (r.main_truth.as_str(), r.main_found.as_str())).collect();
    confusion("Recordings at rest: true main kind (row) and found (column)", &order, &order, &pairs)
}

/// Impressions: a row for each true state, a column for each impression.
fn classes(scores: &[StudyScore]) -> Option<Table> {
    let muscles: Vec<&StudyScore> = scores.iter().filter(|s| s.is_of_a_muscle()).collect();
    let name = |s: &StudyScore| {
        if s.state.is_empty() || s.state == s.class {
            s.class.clone()
        } else {
            format!("{}, {}", s.class, s.state)
        }
    };
    let rows: Vec<String> = muscles.iter().map(|s| name(s)).collect();
    let abstain =
        |s: &StudyScore| if s.impression.is_empty() { NONE.to_owned() } else { s.impression.clone() };
    let columns: Vec<String> = muscles.iter().map(|s| abstain(s)).collect();
    let pairs: Vec<(&str, &str)> = rows.iter().zip(&columns).map(|(r, c)| (r.as_str(), c.as_str())).collect();
    let mut row_order: Vec<&str> = rows.iter().map(String::as_str).collect();
    let place = |row: &str| CLASSES.iter().position(|c| row.starts_with(c)).unwrap_or(CLASSES.len());
    row_order.sort_unstable_by(|a, b| place(a).cmp(&place(b)).then(a.cmp(b)));
    row_order.dedup();
    let column_order: Vec<&str> =
        CLASSES.iter().copied().chain(["indeterminate", "not_interpretable", NONE]).collect();
    confusion("Muscles: true class (row) and impression (column)", &row_order, &column_order, &pairs)
}

fn confusion(title: &str, rows: &[&str], columns: &[&str], pairs: &[(&str, &str)]) -> Option<Table> {
    let columns: Vec<&str> = columns.iter().copied().filter(|c| pairs.iter().any(|p| p.1 == *c)).collect();
    let head: Vec<String> =
        std::iter::once("true".to_owned()).chain(columns.iter().map(|c| words(c))).collect();
    let mut table = Table { title: title.to_owned(), head, rows: Vec::new() };
    for row in rows.iter().filter(|r| pairs.iter().any(|p| p.0 == **r)) {
        let cells = columns.iter().map(|c| pairs.iter().filter(|p| p == &&(*row, *c)).count());
        let cells = cells.map(|n| if n == 0 { "·".to_owned() } else { n.to_string() });
        table.rows.push(std::iter::once(words(row)).chain(cells).collect());
    }
    (!table.rows.is_empty()).then_some(table)
}

fn units(scores: &[StudyScore]) -> Table {
    let head = [
        "study",
        "file",
        "unit",
        "µV",
        "/RMS",
        "/noise",
        "nearest",
        "n",
        "train",
        "RoA",
        "Se",
        "PPV",
        "lag ms",
        "fit",
        "µV found",
        "ms",
        "ms true",
        "phases",
        "turns",
        "marks",
    ];
    let mut table = Table::new("Units", &head);
    let optional = |x: Option<f64>, digits: usize| x.map_or_else(|| "–".into(), |x| format!("{x:.digits$}"));
    for (study, recording) in scores.iter().flat_map(|s| s.recordings.iter().map(move |r| (s, r))) {
        for unit in &recording.units {
            let f = unit.found.as_ref();
            let m = unit.matched();
            let pair = |i: usize| {
                f.map_or_else(
                    || "–".into(),
                    |f| format!("{}/{:.0}", optional(f.measures[i].0, 0), f.measures[i].1),
                )
            };
            let marks = [(unit.tall, "tall"), (unit.detectable, "detectable")];
            let marks: Vec<&str> = marks.iter().filter(|m| m.0).map(|m| m.1).collect();
            table.rows.push(vec![
                study.name.clone(),
                recording.file.clone(),
                unit.id.to_string(),
                format!("{:.0}", unit.amplitude_uv),
                format!("{:.1}", unit.over_rms),
                format!("{:.0}", unit.over_noise),
                if unit.nearest.is_finite() { format!("{:.2}", unit.nearest) } else { "–".into() },
                unit.discharges.to_string(),
                f.map_or_else(|| "–".into(), |f| f.id.to_string()),
                format!("{:.2}", unit.agreement()),
                optional(m.sensitivity(), 2),
                optional(m.precision(), 2),
                optional(f.map(|f| 1e3 * f.discharges.lag_s), 2),
                f.map_or("–", |f| if f.quantifiable { "yes" } else { "no" }).to_owned(),
                optional(f.and_then(|f| f.measures[0].0), 0),
                optional(f.and_then(|f| f.measures[1].0), 1),
                optional(f.map(|f| f.measures[1].1), 1),
                pair(2),
                pair(3),
                marks.join(" "),
            ]);
        }
    }
    table
}

fn false_trains(scores: &[StudyScore]) -> Option<Table> {
    let head = ["study", "file", "train", "n", "best RoA", "with unit", "fit"];
    let mut table = Table::new("False trains", &head);
    for (study, recording) in scores.iter().flat_map(|s| s.recordings.iter().map(move |r| (s, r))) {
        for train in recording.trains.iter().filter(|t| t.is_false()) {
            table.rows.push(vec![
                study.name.clone(),
                recording.file.clone(),
                train.id.to_string(),
                train.discharges.to_string(),
                format!("{:.2}", train.best_agreement),
                train.best_unit.map_or_else(|| "–".into(), |u| u.to_string()),
                if train.quantifiable { "yes" } else { "no" }.to_owned(),
            ]);
        }
    }
    (!table.rows.is_empty()).then_some(table)
}

/// The evaluation for programs: every figure with its interval, recordings and, if asked, units.
pub fn to_json(scores: &[StudyScore], per_unit: bool) -> Value {
    let weak = weak(scores);
    let figures = FIGURES.iter().map(|figure| {
        let scores = scope(figure, scores, &weak);
        let value = value(figure, scores);
        let interval = bootstrap(scores, |draw| Some((figure.compute)(draw)?.0));
        json!({
            "id": figure.id,
            "group": figure.group,
            "name": figure.name,
            "unit": match figure.unit { Unit::Milliseconds => "ms", Unit::Share | Unit::Number => "1" },
            "value": value.map(|v| v.0),
            "lower": interval.map(|i| i.0),
            "upper": interval.map(|i| i.1),
            "n": value.map_or(0, |v| v.1),
            "goal": show_target(figure),
            "reached": figure.target.and_then(|t| value.map(|v| t.is_met(v.0))),
            "weak_contractions_only": OF_WEAK_CONTRACTIONS.contains(&figure.group),
            "definition": figure.definition,
        })
    });
    json!({
        "schema": SCHEMA,
        "version": env!("CARGO_PKG_VERSION"),
        "figures": figures.collect::<Vec<_>>(),
        "studies": scores.iter().map(|s| study_json(s, per_unit)).collect::<Vec<_>>(),
    })
}

fn study_json(s: &StudyScore, per_unit: bool) -> Value {
    let recordings = s.recordings.iter().map(|r| {
        let mut value = json!({
            "file": r.file,
            "level": r.level,
            "reported": r.reported,
            "true_units": r.units.len(),
            "found_trains": r.trains.len(),
            "false_trains": r.trains.iter().filter(|t| t.is_false()).count(),
            "spontaneous": {
                "true": r.spontaneous.truth,
                "found": r.spontaneous.found,
                "main_true": r.spontaneous.main_truth,
                "main_found": r.spontaneous.main_found,
                "events": r.spontaneous.events.iter().map(|(kind, m)| json!({
                    "kind": kind, "agreed": m.agreed, "missed": m.missed, "extra": m.extra,
                })).collect::<Vec<_>>(),
            },
        });
        if per_unit {
            value["units"] = r.units.iter().map(unit_json).collect();
        }
        value
    });
    json!({
        "name": s.name, "class": s.class, "state": s.state, "severity": s.severity,
        "impression": s.impression, "probabilities": s.probabilities,
        "recordings": recordings.collect::<Vec<_>>(),
    })
}

fn unit_json(u: &super::unit::UnitScore) -> Value {
    let finite = |x: f64| x.is_finite().then_some(x);
    let m = u.matched();
    json!({
        "id": u.id, "amplitude_uv": u.amplitude_uv, "over_rms": finite(u.over_rms),
        "over_noise": finite(u.over_noise), "nearest": finite(u.nearest), "detectable": u.detectable,
        "tall": u.tall, "discharges": u.discharges, "agreement": u.agreement(),
        "agreed": m.agreed, "missed": m.missed, "extra": m.extra,
        "train": u.found.as_ref().map(|f| json!({
            "id": f.id, "lag_ms": 1e3 * f.discharges.lag_s, "quantifiable": f.quantifiable,
            "amplitude_error": f.amplitude_error, "duration_error_ms": f.duration_error_ms,
            "phases_right": f.phases_right, "turns_right": f.turns_right, "rate_error": f.rate_error,
            "cv_error": f.cv_error, "shape_error": f.shape_error,
        })),
    })
}
