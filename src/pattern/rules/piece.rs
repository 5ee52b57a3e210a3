//! Functions over a piece of nerve between two stimulation sites.

use super::functions::{Arguments, Context, Function, Takes, row};
use super::nerve::{said, short};
use super::outcome::Outcome;
use crate::pattern::facts::Datum;

pub(super) static FUNCTIONS: &[Function] = &[
    row("velocity_below", Takes::Piece(1), |c, a| compare(c, a, "conduction_velocity", |v, x| v < x)),
    row("velocity_from", Takes::Piece(1), |c, a| compare(c, a, "conduction_velocity", |v, x| v >= x)),
    row("ratio_below", Takes::Piece(1), |c, a| compare(c, a, "amplitude_ratio", |v, x| v < x)),
    row("ratio_from", Takes::Piece(1), |c, a| compare(c, a, "amplitude_ratio", |v, x| v >= x)),
    row("drop_over", Takes::Piece(1), |c, a| compare(c, a, "velocity_drop", |v, x| v > x)),
    row("drop_abnormal", Takes::Piece(0), |c, a| by_verdict(c, a, "velocity_drop")),
    row("dispersed", Takes::Piece(0), |c, a| by_verdict(c, a, "temporal_dispersion")),
];

/// The number of that piece, on either side where the pattern has none.
fn of<'f>(c: &'f Context<'_>, a: &Arguments, measure: &str) -> Vec<&'f Datum<'f>> {
    c.sides().iter().filter_map(|side| c.facts.segment(a.name(0), *side, measure, a.name(1))).collect()
}

fn open(c: &Context<'_>, a: &Arguments, measure: &str) -> Outcome {
    let piece = a.name(1).replace('_', " ");
    Outcome::unknown(vec![format!("{}, {piece}: {}", c.named(a.name(0)), measure.replace('_', " "))])
}

/// Against the number that the rule names. A number that may not be judged, such as in a cold limb, leaves it open.
fn compare(c: &Context<'_>, a: &Arguments, measure: &str, holds: fn(f64, f64) -> bool) -> Outcome {
    let threshold = a.number(0);
    let rows = of(c, a, measure);
    let judged: Vec<(bool, String)> = rows
        .iter()
        .filter(|d| d.row.verdict != "not_assessable")
        .filter_map(|d| {
            Some((
                holds(d.value()?, threshold),
                format!("{}; the rule's limit is {}", said(d), short(threshold)),
            ))
        })
        .collect();
    match judged.iter().find(|j| j.0).or(judged.first()) {
        Some((true, found)) => Outcome::met(vec![found.clone()]),
        Some((false, found)) => Outcome::not_met(vec![found.clone()]),
        None => open(c, a, measure),
    }
}

/// Against the limit of the set in force.
fn by_verdict(c: &Context<'_>, a: &Arguments, measure: &str) -> Outcome {
    let rows = of(c, a, measure);
    if let Some(d) = rows.iter().find(|d| d.is_abnormal()) {
        Outcome::met(vec![said(d)])
    } else if let Some(d) = rows.iter().find(|d| d.is_normal()) {
        Outcome::not_met(vec![said(d)])
    } else {
        open(c, a, measure)
    }
}
