//! Functions about the study as a whole, its time, and statements that no finding decides.

use super::course;
use super::functions::{Arguments, Context, Function, Takes, row, said};
use super::nerve;
use super::outcome::Outcome;
use crate::pattern::facts::{Datum, MuscleFact, Verdict};

pub(super) static FUNCTIONS: &[Function] = &[
    row("statement", Takes::Numbers(0), |_, _| Outcome::unknown(Vec::new())),
    row("complete_and_normal", Takes::Numbers(3), complete_and_normal),
    row("incomplete", Takes::Numbers(0), incomplete),
    row("single_abnormality", Takes::Numbers(0), single),
    row("days_under", Takes::Numbers(1), days_under),
    row("number_refused", Takes::Numbers(0), refused),
    row("number_without_limit", Takes::Numbers(0), without_limit),
    row("course_active", Takes::Numbers(0), |c, _| course::outcome(c, course::is_acute)),
    row("course_chronic_active", Takes::Numbers(0), |c, _| course::outcome(c, course::is_chronic_active)),
    row("course_inactive", Takes::Numbers(0), |c, _| course::outcome(c, course::is_inactive)),
    row("course_recruitment_only", Takes::Numbers(0), |c, _| course::outcome(c, course::is_recruitment_only)),
];

fn of_test<'f>(c: &'f Context<'_>, test: &'static str) -> impl Iterator<Item = &'f Datum<'f>> {
    c.facts.data.iter().filter(move |d| d.row.place.test == test)
}

/// Everything abnormal, muscles first.
fn abnormal(c: &Context<'_>) -> Vec<String> {
    let muscles = c.facts.muscles.iter().filter(|m| m.is_changed()).map(said);
    muscles.chain(c.facts.data.iter().filter(|d| d.is_abnormal()).map(nerve::said)).collect()
}

/// Nothing abnormal, and motor, sensory and needle tests are there. Numbers: judged motor and sensory studies, muscles.
fn complete_and_normal(c: &Context<'_>, a: &Arguments) -> Outcome {
    let bad = abnormal(c);
    if !bad.is_empty() {
        return Outcome::not_met(bad);
    }
    let studies = |test: &'static str| {
        let mut ids: Vec<_> =
            of_test(c, test).filter(|d| d.is_normal()).filter_map(|d| Some((d.study?.id, d.side))).collect();
        ids.dedup();
        ids.len()
    };
    let muscles: Vec<&MuscleFact> =
        c.facts.muscles.iter().filter(|m| m.is_limb() && m.active() == Some(false)).collect();
    let mut missing = Vec::new();
    for (what, have, i) in [
        ("motor studies", studies("motor"), 0),
        ("sensory studies", studies("sensory"), 1),
        ("limb muscles (needle)", muscles.len(), 2),
    ] {
        if have < a.count(i) {
            missing.push(format!("{what}: {have} of {}", a.count(i)));
        }
    }
    missing.extend(
        c.facts
            .data
            .iter()
            .filter(|d| d.verdict == Verdict::Borderline)
            .map(|d| format!("a clear answer, borderline now: {}", nerve::said(d))),
    );
    if missing.is_empty() {
        let mut found = vec!["no abnormal number".to_owned()];
        found.extend(muscles.iter().map(|m| said(m)));
        Outcome::met(found)
    } else {
        Outcome::unknown(missing)
    }
}

/// Motor, sensory or needle tests are missing altogether.
fn incomplete(c: &Context<'_>, _: &Arguments) -> Outcome {
    let mut absent = Vec::new();
    for test in ["motor", "sensory"] {
        if !of_test(c, test).any(|d| d.verdict != Verdict::Unknown) {
            absent.push(format!("no {test} study that could be judged"));
        }
    }
    if !c.facts.muscles.iter().any(|m| m.is_limb() && m.neurogenic().is_some()) {
        absent.push("no limb muscle examined by needle".into());
    }
    if absent.is_empty() {
        Outcome::not_met(vec!["motor, sensory and needle tests are there".into()])
    } else {
        Outcome::met(absent)
    }
}

fn single(c: &Context<'_>, _: &Arguments) -> Outcome {
    let bad = abnormal(c);
    if bad.len() == 1 { Outcome::met(bad) } else { Outcome::not_met(bad) }
}

fn days_under(c: &Context<'_>, a: &Arguments) -> Outcome {
    match c.facts.subject.days_since_onset {
        None => Outcome::unknown(vec!["days since the onset".into()]),
        Some(d) if d < a.number(0) => Outcome::met(vec![format!("{d:.0} days since the onset")]),
        Some(d) => Outcome::not_met(vec![format!("{d:.0} days since the onset")]),
    }
}

/// A number may not be judged, such as a latency in a cold limb.
fn refused(c: &Context<'_>, _: &Arguments) -> Outcome {
    let rows = c.facts.data.iter().filter(|d| d.row.verdict == "not_assessable" && d.value().is_some());
    let found: Vec<String> = rows.map(nerve::said).collect();
    if found.is_empty() {
        Outcome::not_met(vec!["every number could be judged".into()])
    } else {
        Outcome::met(found)
    }
}

fn without_limit(c: &Context<'_>, _: &Arguments) -> Outcome {
    let ids = [nerve::SIZES[0], "onset_latency", "conduction_velocity"];
    let distal = |d: &&Datum<'_>| d.is_distal() || d.row.place.segment.is_some();
    let rows = c.facts.data.iter().filter(distal).filter(|d| ids.contains(&d.row.id.as_str()));
    let found: Vec<String> = rows.filter(|d| d.row.verdict == "no_limit").map(nerve::said).collect();
    if found.is_empty() {
        Outcome::not_met(vec!["every number has a limit".into()])
    } else {
        Outcome::met(found)
    }
}
