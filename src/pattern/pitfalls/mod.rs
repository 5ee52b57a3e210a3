//! Circumstances that can mislead: what was seen of them, what follows, and which numbers and muscles a judgement must
//! leave out.
//!
//! A guard never hides a finding: what it sets aside stays in the result file with its value and its limit, and the row
//! here says why no weight is put on it.

mod age;
mod anastomosis;
mod conduction;
mod needle;
mod table;
mod technique;

pub use table::GUARDS;

use super::facts::{Datum, Facts, MuscleFact};
use crate::result;
use crate::study::Side;

/// What the patient's history adds to the findings; `None` is not stated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct History {
    /// Operated at the neck.
    pub cervical_surgery: Option<bool>,
    /// Operated at the lumbar spine.
    pub lumbosacral_surgery: Option<bool>,
    /// Has diabetes.
    pub diabetes: Option<bool>,
}

/// One circumstance as it was seen in a study.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Hit {
    /// What was seen, and where.
    pub seen: String,
    /// What the program did, or what to check.
    pub done: String,
    /// Places in the measures whose numbers must be left out.
    pub aside: Vec<usize>,
    /// Muscles whose findings are weak: id and side.
    pub doubtful: Vec<(&'static str, Side)>,
}

/// One row of [`GUARDS`].
#[derive(Debug)]
pub struct Guard {
    /// Id of the pitfall.
    pub id: &'static str,
    /// What it looks for.
    pub looks_for: &'static str,
    /// What follows.
    pub does: &'static str,
    /// Ids of `data/SOURCES.md`.
    pub source: &'static str,
    /// `published`, `recalled`, `mixed` or `project`.
    pub status: &'static str,
    /// Looks. Nothing is an empty list.
    pub find: fn(&Facts<'_>, &History) -> Vec<Hit>,
}

/// What the guards found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Guarded {
    /// For the result file, in the order of the table.
    pub pitfalls: Vec<result::Pitfall>,
    /// Places in the measures whose numbers must be left out (weight 0), each once, with the id of the first pitfall that
    /// says so; rising.
    pub set_aside: Vec<(usize, &'static str)>,
    /// Muscles whose findings are weak: id, side, id of the pitfall; each pair once a pitfall.
    pub doubtful_muscles: Vec<(&'static str, Side, &'static str)>,
}

impl Guarded {
    /// The pitfall that sets a number aside.
    pub fn aside(&self, index: usize) -> Option<&'static str> {
        self.set_aside.iter().find(|(i, _)| *i == index).map(|(_, id)| *id)
    }
    /// Pitfalls that make a muscle's findings weak.
    pub fn doubts(&self, muscle: &str, side: Side) -> impl Iterator<Item = &'static str> {
        self.doubtful_muscles.iter().filter(move |(m, s, _)| *m == muscle && *s == side).map(|(.., id)| *id)
    }
}

/// Looks for every pitfall.
pub fn guard(facts: &Facts<'_>, history: &History) -> Guarded {
    let mut out = Guarded::default();
    for g in GUARDS {
        for hit in (g.find)(facts, history) {
            for index in hit.aside {
                if out.aside(index).is_none() {
                    out.set_aside.push((index, g.id));
                }
            }
            for (muscle, side) in hit.doubtful {
                if !out.doubtful_muscles.contains(&(muscle, side, g.id)) {
                    out.doubtful_muscles.push((muscle, side, g.id));
                }
            }
            let source = format!("{}, {}", g.source, g.status);
            out.pitfalls.push(result::Pitfall {
                id: g.id.to_owned(),
                seen: hit.seen,
                done: hit.done,
                source,
            });
        }
    }
    out.set_aside.sort_unstable();
    out
}

/// `right fibular to extensor digitorum brevis`.
fn place(d: &Datum<'_>) -> String {
    let p = &d.row.place;
    let words = |t: &Option<String>| t.as_deref().unwrap_or_default().replace('_', " ");
    let to = if p.muscle.is_some() { words(&p.muscle) } else { words(&p.recording_site) };
    let mut out = [words(&p.side), words(&p.nerve)].join(" ").trim().to_owned();
    if !to.is_empty() {
        out += &format!(" to {to}");
    }
    out
}

/// `4.31 ms` or `absent`.
fn value(d: &Datum<'_>) -> String {
    match d.value() {
        Some(v) => format!("{} {}", short(v), d.row.unit),
        None => d.row.status.to_owned(),
    }
}

/// Two decimals at most.
fn short(v: f64) -> String {
    let text = format!("{v:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Each once, in the order they came.
fn once(all: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for one in all {
        if !out.contains(&one) {
            out.push(one);
        }
    }
    out
}

/// Names of muscles.
fn names<'m>(all: impl IntoIterator<Item = &'m MuscleFact>) -> String {
    all.into_iter().map(MuscleFact::name).collect::<Vec<_>>().join(", ")
}

fn keys<'m>(all: impl IntoIterator<Item = &'m MuscleFact>) -> Vec<(&'static str, Side)> {
    all.into_iter().map(|m| (m.muscle.id, m.side)).collect()
}
