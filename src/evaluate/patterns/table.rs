//! Tables of an evaluation, for a terminal, for a page of text, and for programs.

use super::super::figure::Unit;
use super::super::statistics::bootstrap;
use super::super::table::{Table, show};
use super::confusion::{families, patterns, reliability_table};
use super::curve::curves;
use super::figure::{FIGURES, Figure, first_cases, radicular_cases};
use super::score::Score;
use serde_json::{Value, json};

/// The schema of the JSON output.
pub const SCHEMA: &str = "myotome.pattern-evaluation/1";

/// Writes what a figure should reach; empty without a goal.
pub(super) fn show_goal(figure: &Figure) -> String {
    let Some((low, high)) = figure.goal else { return String::new() };
    let short = |t: f64| figure.unit.round(t);
    match (low, high) {
        (0.0, 0.0) => "none".to_owned(),
        (0.0, high) => format!("≤ {}", short(high)),
        (low, _) => format!("≥ {}", short(low)),
    }
}

/// Every table of an evaluation.
pub fn tables(scores: &[Score]) -> Vec<Table> {
    let all: Vec<&Score> = scores.iter().collect();
    let mut out = vec![figures(scores)];
    out.extend(families(scores));
    out.extend(reliability_table("Reliability of P(root)", &radicular_cases(&all)));
    out.extend(reliability_table("Reliability of the first suggestion", &first_cases(&all)));
    out.extend(curves(scores).iter().map(super::curve::Curve::table));
    out.extend(patterns(scores));
    out
}

/// Without its unit.
fn number(unit: Unit, value: f64) -> String {
    show(unit, value).split(' ').next().unwrap_or_default().to_owned()
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

/// The figures and curves, and each study's row with `per_study`, for programs.
pub fn to_json(scores: &[Score], per_study: bool) -> Value {
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
    let curves: Vec<Value> = curves(scores)
        .iter()
        .map(|c| {
            let lines: Vec<Value> = c
                .lines
                .iter()
                .map(|(id, _, points)| {
                    let values: Vec<Option<f64>> = points.iter().map(|p| p.map(|p| p.value)).collect();
                    json!({ "id": id, "values": values })
                })
                .collect();
            json!({ "id": c.id, "bins": c.bins, "at": c.at, "studies": c.studies, "lines": lines })
        })
        .collect();
    let mut out = json!({ "schema": SCHEMA, "studies": scores.len(), "figures": figures, "curves": curves });
    if per_study {
        out["per_study"] = scores.iter().map(row).collect();
    }
    out
}

fn row(s: &Score) -> Value {
    let names = |roots: &std::collections::BTreeSet<crate::norms::Root>| -> Vec<&str> {
        roots.iter().map(|r| r.name()).collect()
    };
    json!({
        "name": s.name, "pattern": s.pattern, "severity": s.severity, "days": s.days, "muscles": s.muscles,
        "roots": names(&s.roots), "side": s.side, "p_radicular": s.p_radicular, "p_true": s.p_true,
        "first": s.first.as_ref().map(|f| json!({
            "id": f.id, "roots": names(&f.roots), "side": f.side, "probability": f.probability, "right": f.right,
        })),
        "clause_met": s.clause_met, "criteria_met": s.criteria_met, "two_muscles": s.two_muscles,
        "cited": s.cited, "invented": s.invented,
    })
}
