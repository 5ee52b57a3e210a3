//! Functions over conduction studies: size, latency, comparison with the other side. A study that was not done, or
//! whose number no limit holds for, leaves them open.

use super::functions::{Arguments, Context, Function, Takes, row};
use super::outcome::Outcome;
use crate::pattern::facts::{Datum, Facts, Verdict, other};
use crate::pattern::three::Three;
use crate::study::Side;

/// Measures of size, the first that a limit holds for counts.
pub(super) const SIZES: [&str; 2] = ["amplitude_baseline_to_negative_peak", "amplitude_peak_to_peak"];
/// Measures of how fast a sensory response is.
const SENSORY_SPEED: [&str; 3] = ["peak_latency", "onset_latency", "conduction_velocity"];

pub(super) static FUNCTIONS: &[Function] = &[
    row("response_low", Takes::Studies, |c, a| each(c, a, low)),
    row("response_normal", Takes::Studies, |c, a| each(c, a, normal)),
    row("fellow_normal", Takes::Studies, |c, a| each(c, a, |f, s, side| normal(f, s, other(side)))),
    row("response_absent", Takes::Studies, |c, a| each(c, a, absent)),
    row("tested", Takes::Studies, |c, a| each(c, a, tested)),
    row("preserved", Takes::Studies, preserved),
    row("slow", Takes::Studies, |c, a| each(c, a, slow)),
    row("not_slow", Takes::Studies, |c, a| each(c, a, |f, s, side| slow(f, s, side).map(|(b, w)| (!b, w)))),
    row("dml_long", Takes::Studies, |c, a| each(c, a, dml_long)),
    row("dml_normal", Takes::Studies, |c, a| {
        each(c, a, |f, s, side| dml_long(f, s, side).map(|(b, w)| (!b, w)))
    }),
    row("difference_abnormal", Takes::Measure(0), difference),
    row("weaker_than", Takes::Studies, weaker),
];

/// The answer for a study on a side, with the number behind it.
type Answer = Option<(bool, String)>;

/// Number in at most three places after the point, without idle zeros.
pub(super) fn short(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// `right ulnar sensory d5: amplitude baseline to negative peak 3 uV (NDTF: at least 10)`.
pub(super) fn said(d: &Datum<'_>) -> String {
    let row = d.row;
    let study = d.study.map_or_else(
        || row.place.nerve.clone().unwrap_or_default().replace('_', " "),
        |s| s.id.replace('_', " "),
    );
    let side = d.side.map_or("between the sides", Side::name);
    let piece = row.place.segment.as_deref().map(|s| format!(" {}", s.replace('_', " "))).unwrap_or_default();
    let value = match (d.is_absent(), row.value) {
        (true, _) => "absent".to_owned(),
        (_, Some(v)) if row.unit == "1" => short(v),
        (_, Some(v)) => format!("{} {}", short(v), row.unit),
        _ => "not measured".to_owned(),
    };
    let bound = match (row.limit.lower, row.limit.upper) {
        (Some(l), Some(u)) => format!(" ({}: {} to {})", row.limit.set, short(l), short(u)),
        (Some(l), None) => format!(" ({}: at least {})", row.limit.set, short(l)),
        (None, Some(u)) => format!(" ({}: at most {})", row.limit.set, short(u)),
        (None, None) => String::new(),
    };
    format!("{side} {study}{piece}: {} {value}{bound}", row.id.replace('_', " "))
}

/// The size of a response: that with a limit, else any.
pub(super) fn size<'f>(f: &'f Facts<'_>, study: &str, side: Side) -> Option<&'f Datum<'f>> {
    let all = || SIZES.iter().filter_map(|m| f.distal(study, side, m));
    all()
        .find(|d| d.verdict != Verdict::Unknown)
        .or_else(|| all().find(|d| d.is_absent() || d.value().is_some()))
}

/// The comparison of size between the sides, where it holds against a limit.
fn between<'f>(f: &'f Facts<'_>, study: &str) -> Option<&'f Datum<'f>> {
    f.between_sides("amplitude_side_difference").find(|d| {
        d.study.is_some_and(|s| s.id == study) && matches!(d.verdict, Verdict::Normal | Verdict::Abnormal)
    })
}

/// Whether this side's response is the smaller one; absent is smallest.
fn smaller(f: &Facts<'_>, study: &str, side: Side) -> Option<bool> {
    let of = |s: Side| size(f, study, s).and_then(|d| if d.is_absent() { Some(0.0) } else { d.value() });
    Some(of(side)? < of(other(side))?)
}

/// Below its limit, absent where it must be there, or the smaller by more than sides may differ.
pub(super) fn low(f: &Facts<'_>, study: &str, side: Side) -> Answer {
    let own = size(f, study, side);
    if let Some(d) = own.filter(|d| d.is_abnormal()) {
        return Some((true, said(d)));
    }
    if let (Some(d), Some(true)) = (between(f, study), smaller(f, study, side)) {
        if d.is_abnormal() {
            let own = own.map(|o| format!("{}; ", said(o))).unwrap_or_default();
            return Some((true, format!("{own}{}", said(d))));
        }
        if own.is_some_and(|o| o.verdict == Verdict::Unknown) {
            return Some((false, said(d)));
        }
    }
    own.filter(|d| d.is_normal()).map(|d| (false, said(d)))
}

/// Within its limit; where none holds, like the other side. A large difference between the sides does not undo a
/// number within its limit: [`low`] tells of it.
pub(super) fn normal(f: &Facts<'_>, study: &str, side: Side) -> Answer {
    let own = size(f, study, side)?;
    match own.verdict {
        Verdict::Normal => Some((true, said(own))),
        Verdict::Abnormal => Some((false, said(own))),
        _ if own.is_absent() => None,
        _ => {
            let d = between(f, study)?;
            let less = smaller(f, study, side)?;
            if d.is_normal() { Some((true, said(d))) } else { less.then(|| (false, said(d))) }
        }
    }
}

fn absent(f: &Facts<'_>, study: &str, side: Side) -> Answer {
    size(f, study, side).map(|d| (d.is_absent(), said(d)))
}

fn tested(f: &Facts<'_>, study: &str, side: Side) -> Answer {
    size(f, study, side).map(|d| (true, said(d)))
}

/// A latency or velocity beyond its limit; normal where one was judged and none is beyond.
pub(super) fn slow(f: &Facts<'_>, study: &str, side: Side) -> Answer {
    let all: Vec<&Datum<'_>> = SENSORY_SPEED.iter().filter_map(|m| f.distal(study, side, m)).collect();
    let beyond = all.iter().find(|d| d.is_abnormal() && !d.is_absent());
    beyond.map(|d| (true, said(d))).or_else(|| all.iter().find(|d| d.is_normal()).map(|d| (false, said(d))))
}

/// Distal motor latency beyond its limit.
pub(super) fn dml_long(f: &Facts<'_>, study: &str, side: Side) -> Answer {
    let d = f.distal(study, side, "onset_latency")?;
    match d.verdict {
        Verdict::Abnormal if !d.is_absent() => Some((true, said(d))),
        Verdict::Normal => Some((false, said(d))),
        _ => None,
    }
}

/// A study on the sides asked about.
pub(super) fn one(c: &Context<'_>, study: &str, holds: fn(&Facts<'_>, &str, Side) -> Answer) -> Outcome {
    let answers: Vec<(bool, String)> =
        c.sides().iter().filter_map(|side| holds(c.facts, study, *side)).collect();
    let with = |want: bool| answers.iter().filter(|a| a.0 == want).map(|a| a.1.clone()).collect::<Vec<_>>();
    let (yes, no) = (with(true), with(false));
    if !yes.is_empty() {
        Outcome::met(yes)
    } else if !no.is_empty() {
        Outcome::not_met(no)
    } else {
        Outcome::unknown(vec![format!("{} (against a limit)", c.named(study))])
    }
}

fn each(c: &Context<'_>, a: &Arguments, holds: fn(&Facts<'_>, &str, Side) -> Answer) -> Outcome {
    let needed = a.needed();
    let parts: Vec<Outcome> = a.names.iter().map(|id| one(c, id, holds)).collect();
    let met = parts.iter().filter(|p| p.truth == Three::Met).count();
    let mut out = Outcome::at_least(needed, parts);
    if out.truth == Three::Unknown && needed < a.names.len() {
        let open = std::mem::take(&mut out.missing).join(", ");
        out.missing.push(format!("{} of: {open}", needed - met));
    }
    out
}

/// One of the responses is normal; not met where those that were judged are all low.
fn preserved(c: &Context<'_>, a: &Arguments) -> Outcome {
    let parts: Vec<Outcome> = a.names.iter().map(|id| one(c, id, normal)).collect();
    let with = |t: Three| parts.iter().filter(move |p| p.truth == t);
    let found = |t: Three| with(t).flat_map(|p| p.found.clone()).collect::<Vec<_>>();
    if with(Three::Met).next().is_some() {
        Outcome::met(found(Three::Met))
    } else if with(Three::NotMet).next().is_some() {
        Outcome::not_met(found(Three::NotMet))
    } else {
        Outcome::at_least(1, parts)
    }
}

/// A comparison between nerves, on the side asked about, beyond its limit.
fn difference(c: &Context<'_>, a: &Arguments) -> Outcome {
    let id = a.name(0);
    let rows =
        || c.facts.data.iter().filter(|d| d.row.id == id && d.side.is_some_and(|s| c.sides().contains(&s)));
    if let Some(d) = rows().find(|d| d.is_abnormal()) {
        Outcome::met(vec![said(d)])
    } else if let Some(d) = rows().find(|d| d.is_normal()) {
        Outcome::not_met(vec![said(d)])
    } else {
        Outcome::unknown(vec![c.named(id)])
    }
}

/// The first response is low, and further below its lower limit than the second.
fn weaker(c: &Context<'_>, a: &Arguments) -> Outcome {
    let part = |side: Side| {
        let (first, second) = (size(c.facts, a.name(0), side)?, size(c.facts, a.name(1), side)?);
        let (x, y) = (first.over_lower()?, second.over_lower()?);
        Some((first.is_abnormal() && x < y, vec![said(first), said(second)]))
    };
    let answers: Vec<_> = c.sides().iter().filter_map(|s| part(*s)).collect();
    match answers.iter().find(|a| a.0).or(answers.first()) {
        Some((true, found)) => Outcome::met(found.clone()),
        Some((false, found)) => Outcome::not_met(found.clone()),
        None => Outcome::unknown(a.names.iter().map(|n| c.named(n)).collect()),
    }
}
