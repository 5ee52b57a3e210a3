//! Functions about several nerves at once: how many, alike or apart, slowed or blocked.

use super::functions::{Arguments, Context, Function, Takes, row};
use super::nerve::{SIZES, low, normal, said, size};
use super::outcome::Outcome;
use super::tables::group;
use crate::norms::ncs::{NCS_STUDIES, NcsStudy, StudyKind};
use crate::pattern::facts::{Datum, SIDES, Verdict, other};
use crate::pattern::three::Three;
use crate::study::Side;

pub(super) static FUNCTIONS: &[Function] = &[
    row("sural_and_other_nerves", Takes::Numbers(1), sural_and_others),
    row("alike_on_both_sides", Takes::Numbers(1), alike),
    row("out_of_step", Takes::Numbers(1), out_of_step),
    row("outside_entrapment_tested", Takes::Numbers(0), outside_tested),
    row("set_met", Takes::Numbers(0), set_met),
    row("block_with_normal_sensory", Takes::Numbers(1), block_with_sensory),
    row("uniform_slowing", Takes::Numbers(4), uniform_slowing),
    row("acute_low_motor", Takes::Numbers(4), acute_low_motor),
    row("motor_size_below", Takes::Numbers(2), |c, a| {
        over(c, a.count(1), a.number(0), &SIZES, StudyKind::Motor, |d| d.over_lower(), |v, x| v < x)
    }),
    row("sensory_size_below", Takes::Numbers(2), |c, a| {
        over(c, a.count(1), a.number(0), &SIZES, StudyKind::Sensory, |d| d.over_lower(), |v, x| v < x)
    }),
    row("velocity_under", Takes::Numbers(2), |c, a| {
        over(
            c,
            a.count(1),
            a.number(0),
            &["conduction_velocity"],
            StudyKind::Motor,
            |d| d.over_lower(),
            |v, x| v < x,
        )
    }),
    row("velocity_kept", Takes::Numbers(2), |c, a| {
        over(
            c,
            a.count(1),
            a.number(0),
            &["conduction_velocity"],
            StudyKind::Motor,
            |d| d.over_lower(),
            |v, x| v >= x,
        )
    }),
    row("dml_over", Takes::Numbers(2), |c, a| {
        over(
            c,
            a.count(1),
            a.number(0),
            &["onset_latency"],
            StudyKind::Motor,
            |d| d.over_upper(),
            |v, x| v > x,
        )
    }),
    row("f_over", Takes::Numbers(2), f_over),
    row("block_or_dispersion", Takes::Numbers(0), block_or_dispersion),
];

/// Sites of common entrapment: the median nerve at the wrist, the ulnar at the elbow, the fibular at its head.
pub(super) fn is_entrapment(d: &Datum<'_>) -> bool {
    let Some(study) = d.study else { return false };
    let distal = d.segment.is_empty();
    match study.nerve {
        "median" => distal && d.row.place.segment.is_none(),
        "ulnar" => matches!(d.segment, "across_elbow" | "above_elbow_wrist"),
        "fibular" => d.segment == "across_fibular_head",
        _ => false,
    }
}

/// Attributes that count for a nerve.
fn is_attribute(d: &Datum<'_>) -> bool {
    const ATTRIBUTES: [&str; 5] =
        [SIZES[0], SIZES[1], "onset_latency", "peak_latency", "conduction_velocity"];
    ATTRIBUTES.contains(&d.row.id.as_str()) && matches!(d.row.place.test.as_str(), "motor" | "sensory")
}

/// The sural nerve and so many nerves in all have an abnormal attribute outside sites of entrapment.
fn sural_and_others(c: &Context<'_>, a: &Arguments) -> Outcome {
    let judged = |d: &&Datum<'_>| is_attribute(d) && d.verdict != Verdict::Unknown && !is_entrapment(d);
    let all: Vec<&Datum<'_>> = c.facts.data.iter().filter(judged).collect();
    let of =
        |nerve: &str| all.iter().filter(|d| d.study.is_some_and(|s| s.nerve == nerve)).collect::<Vec<_>>();
    let sural = of("sural");
    if sural.is_empty() {
        return Outcome::unknown(vec!["sural sensory (against a limit)".into()]);
    }
    let Some(first) = sural.iter().find(|d| d.is_abnormal()) else {
        return Outcome::not_met(sural.first().map(|d| said(d)).into_iter().collect());
    };
    let mut found = vec![said(first)];
    let (mut nerves, mut tested) = (vec!["sural"], vec!["sural"]);
    for d in &all {
        let Some(study) = d.study else { continue };
        if !tested.contains(&study.nerve) {
            tested.push(study.nerve);
        }
        if d.is_abnormal() && !nerves.contains(&study.nerve) {
            nerves.push(study.nerve);
            found.push(said(d));
        }
    }
    let needed = a.count(0);
    if nerves.len() >= needed {
        Outcome::met(found)
    } else if tested.len() > needed {
        found.push(format!("normal elsewhere: {}", tested[1..].join(", ").replace('_', " ")));
        Outcome::not_met(found)
    } else {
        Outcome::unknown(vec!["further nerves (motor or sensory)".into()]).so_far(found)
    }
}

/// Motor, sensory and mixed studies of a nerve's responses.
fn response_studies() -> impl Iterator<Item = &'static NcsStudy> {
    NCS_STUDIES.iter().filter(|s| s.kind != StudyKind::LateResponse)
}

/// Studies of the leg that are abnormal on both sides. Number: at least so many.
fn alike(c: &Context<'_>, a: &Arguments) -> Outcome {
    let leg = |s: &&NcsStudy| crate::norms::ncs::is_lower_limb(s.nerve) == Some(true);
    let (mut yes, mut no, mut count) = (Vec::new(), Vec::new(), 0);
    for study in response_studies().filter(leg) {
        let of = |side: Side| size(c.facts, study.id, side).filter(|d| d.verdict != Verdict::Unknown);
        let (Some(right), Some(left)) = (of(Side::Right), of(Side::Left)) else { continue };
        let words = [said(right), said(left)];
        if right.is_abnormal() && left.is_abnormal() {
            count += 1;
            yes.extend(words);
        } else if right.is_abnormal() || left.is_abnormal() {
            no.extend(words);
        }
    }
    if count >= a.count(0) {
        Outcome::met(yes)
    } else if no.is_empty() {
        Outcome::unknown(vec!["studies of the leg on both sides".into()]).so_far(yes)
    } else {
        Outcome::not_met(no)
    }
}

/// Named nerves with a low response whose fellow on the other side is normal, in two limbs: within one limb it is a
/// plexus as well. Number: at least so many nerves.
fn out_of_step(c: &Context<'_>, a: &Arguments) -> Outcome {
    let (mut nerves, mut limbs) = (Vec::new(), Vec::new());
    let (mut found, mut even) = (Vec::new(), Vec::new());
    for study in response_studies() {
        // A branch counts with the nerve that it comes from.
        let named = match study.nerve {
            "superficial_fibular" | "deep_fibular" => "fibular",
            "medial_plantar" | "lateral_plantar" => "tibial",
            "dorsal_ulnar_cutaneous" => "ulnar",
            "superficial_radial" => "radial",
            other => other,
        };
        for side in SIDES {
            let own = size(c.facts, study.id, side).filter(|d| d.is_abnormal());
            let fellow = size(c.facts, study.id, other(side));
            match (own, fellow) {
                (Some(own), Some(fellow)) if fellow.is_normal() => {
                    if !nerves.contains(&named) {
                        nerves.push(named);
                    }
                    let limb = (crate::norms::ncs::is_lower_limb(study.nerve), side);
                    if !limbs.contains(&limb) {
                        limbs.push(limb);
                    }
                    found.extend([said(own), said(fellow)]);
                }
                (Some(own), Some(fellow)) if fellow.is_abnormal() && side == Side::Right => {
                    even.extend([said(own), said(fellow)]);
                }
                _ => {}
            }
        }
    }
    if nerves.len() >= a.count(0) && limbs.len() > 1 {
        Outcome::met(found)
    } else if nerves.is_empty() && !even.is_empty() {
        Outcome::not_met(even)
    } else {
        Outcome::unknown(vec!["the same nerves on both sides".into()]).so_far(found)
    }
}

fn outside_tested(c: &Context<'_>, _: &Arguments) -> Outcome {
    let judged = |d: &&Datum<'_>| is_attribute(d) && d.verdict != Verdict::Unknown && !is_entrapment(d);
    match c.facts.data.iter().find(judged) {
        Some(_) => {
            Outcome::met(vec!["numbers outside sites of entrapment are there and counted alone".into()])
        }
        None => Outcome::unknown(vec!["nerves outside sites of entrapment".into()]),
    }
}

/// One of the pattern's sets of demyelination criteria is met outside sites of entrapment.
fn set_met(c: &Context<'_>, _: &Arguments) -> Outcome {
    let parts: Vec<Outcome> = c.sets.iter().map(|set| one_set(c, set)).collect();
    if parts.is_empty() { Outcome::unknown(Vec::new()) } else { Outcome::at_least(1, parts) }
}

/// What is known of one set.
pub(super) fn one_set(c: &Context<'_>, set: &str) -> Outcome {
    match (c.demyelination)(set) {
        Some((Three::Met, why)) => Outcome::met(vec![format!("{set}: {why}")]),
        Some((Three::NotMet, why)) => Outcome::not_met(vec![format!("{set}: {why}")]),
        Some((Three::Unknown, why)) => Outcome::unknown(vec![format!("{set}: {why}")]),
        None => Outcome::unknown(vec![format!("the set {set}")]),
    }
}

/// A motor block outside sites of entrapment where a sensory response of the same nerve is normal. Number: how many.
fn block_with_sensory(c: &Context<'_>, a: &Arguments) -> Outcome {
    let rows = c.facts.data.iter().filter(|d| d.row.id == "conduction_block" && !is_entrapment(d));
    let (mut yes, mut no, mut open) = (Vec::new(), Vec::new(), Vec::new());
    for d in rows {
        let (Some(study), Some(side)) = (d.study, d.side) else { continue };
        if d.is_normal() {
            no.push(said(d));
            continue;
        }
        if !d.is_abnormal() {
            continue;
        }
        let sensory = response_studies().filter(|s| s.kind == StudyKind::Sensory && s.nerve == study.nerve);
        let answers: Vec<_> = sensory.filter_map(|s| normal(c.facts, s.id, side)).collect();
        match answers.iter().find(|x| x.0).or(answers.first()) {
            Some((true, words)) => yes.extend([said(d), words.clone()]),
            Some((false, words)) => no.extend([said(d), words.clone()]),
            None => open.push(format!("{} {} sensory", side.name(), study.nerve)),
        }
    }
    if yes.len() / 2 >= a.count(0).max(1) {
        Outcome::met(yes)
    } else if !open.is_empty() || no.is_empty() {
        open.push("motor studies with proximal stimulation".into());
        Outcome::unknown(open).so_far(yes)
    } else {
        Outcome::not_met(no)
    }
}

/// Motor nerves slowed alike without block or dispersion. Numbers: nerves; velocity below this part of the lower limit,
/// %; how far the slowest may lie below the fastest, %; amplitude that must be left at the proximal site, %.
fn uniform_slowing(c: &Context<'_>, a: &Arguments) -> Outcome {
    let (mut slowed, mut against) = (Vec::new(), Vec::new());
    for d in c.facts.data.iter().filter(|d| d.row.id == "conduction_velocity" && !is_entrapment(d)) {
        let (Some(study), Some(side), Some(v), Some(part)) = (d.study, d.side, d.value(), d.over_lower())
        else {
            continue;
        };
        if study.kind != StudyKind::Motor || d.verdict == Verdict::Unknown {
            continue;
        }
        let same = |id: &str| c.facts.segment(study.id, side, id, d.segment);
        let kept = same("amplitude_ratio").and_then(Datum::value).map(|r| r * 100.0 >= a.number(3));
        let dispersed = same("temporal_dispersion").is_some_and(Datum::is_abnormal);
        if part * 100.0 < a.number(1) && kept == Some(true) && !dispersed {
            slowed.push((study.nerve, v, said(d)));
        } else if part * 100.0 >= a.number(1) || kept == Some(false) || dispersed {
            against.push(said(d));
        }
    }
    // Any fastest one, with those close below it.
    let alike = slowed.iter().map(|(_, top, _)| {
        let near = slowed.iter().filter(|(_, v, _)| *v <= *top && *v * 100.0 >= *top * (100.0 - a.number(2)));
        let mut nerves: Vec<&str> = near.clone().map(|n| n.0).collect();
        nerves.sort_unstable();
        nerves.dedup();
        (nerves.len(), near.map(|n| n.2.clone()).collect::<Vec<_>>())
    });
    match alike.max_by_key(|(n, words)| (*n, words.len())) {
        Some((n, words)) if n >= a.count(0) => Outcome::met(words),
        _ if against.len() >= a.count(0) => Outcome::not_met(against),
        _ => Outcome::unknown(vec!["velocities of further motor nerves with proximal stimulation".into()])
            .so_far(slowed.into_iter().map(|s| s.2).collect()),
    }
}

/// Low motor responses without a demyelinating sign in the same studies, soon after the onset. Numbers: nerves; days;
/// velocity, % of the lower limit, that must be reached; distal latency, % of the upper limit, that may not be passed.
fn acute_low_motor(c: &Context<'_>, a: &Arguments) -> Outcome {
    let Some(days) = c.facts.subject.days_since_onset else {
        return Outcome::unknown(vec!["days since the onset".into()]);
    };
    if days > a.number(1) {
        return Outcome::not_met(vec![format!("{days:.0} days since the onset")]);
    }
    let (mut nerves, mut found, mut others) =
        (Vec::new(), vec![format!("{days:.0} days since the onset")], Vec::new());
    for study in NCS_STUDIES.iter().filter(|s| s.kind == StudyKind::Motor) {
        for side in SIDES {
            let Some((is_low, words)) = low(c.facts, study.id, side) else { continue };
            let fast = c.facts.of_study_measure(study.id, side, "conduction_velocity");
            let slowed = fast.filter_map(Datum::over_lower).any(|v| v * 100.0 < a.number(2));
            let latency = c.facts.distal(study.id, side, "onset_latency").and_then(Datum::over_upper);
            let late = latency.is_some_and(|v| v * 100.0 > a.number(3));
            if is_low && !slowed && !late {
                if !nerves.contains(&study.nerve) {
                    nerves.push(study.nerve);
                }
                found.push(words);
            } else {
                others.push(words);
            }
        }
    }
    if nerves.len() >= a.count(0) {
        Outcome::met(found)
    } else if others.len() >= a.count(0) {
        Outcome::not_met(others)
    } else {
        Outcome::unknown(vec!["motor studies of further nerves".into()])
    }
}

/// So many nerves with a number beyond a part of its limit outside sites of entrapment.
fn over(
    c: &Context<'_>,
    nerves: usize,
    percent: f64,
    measures: &[&str],
    kind: StudyKind,
    part: fn(&Datum<'_>) -> Option<f64>,
    holds: fn(f64, f64) -> bool,
) -> Outcome {
    let (mut hit, mut yes, mut no) = (Vec::new(), Vec::new(), Vec::new());
    for d in &c.facts.data {
        let Some(study) = d.study.filter(|s| s.kind == kind) else { continue };
        // A distal latency or size is one of the distal site; a velocity belongs to a piece.
        let place = d.row.place.segment.is_some() || d.is_distal();
        if !measures.contains(&d.row.id.as_str())
            || !place
            || is_entrapment(d)
            || d.verdict == Verdict::Unknown
        {
            continue;
        }
        if d.side.is_none_or(|s| !c.sides().contains(&s)) {
            continue;
        }
        let Some(v) = part(d) else { continue };
        if holds(v * 100.0, percent) {
            if !hit.contains(&study.nerve) {
                hit.push(study.nerve);
            }
            yes.push(said(d));
        } else {
            no.push(said(d));
        }
    }
    if hit.len() >= nerves {
        Outcome::met(yes)
    } else if no.is_empty() {
        Outcome::unknown(vec!["numbers against a limit outside sites of entrapment".into()]).so_far(yes)
    } else {
        Outcome::not_met(no)
    }
}

/// Least F latency over a part of its upper limit, or no F wave with a response of normal size. Numbers: %, nerves.
fn f_over(c: &Context<'_>, a: &Arguments) -> Outcome {
    let (mut yes, mut no) = (Vec::new(), Vec::new());
    for d in c.facts.data.iter().filter(|d| d.row.id == "f_min_latency") {
        let (Some(study), Some(side)) = (d.study, d.side) else { continue };
        let motor = NCS_STUDIES
            .iter()
            .find(|s| s.kind == StudyKind::Motor && s.nerve == study.nerve && s.recording == study.recording);
        let good = motor.and_then(|m| normal(c.facts, m.id, side)).is_some_and(|n| n.0);
        let late = d.over_upper().is_some_and(|v| v * 100.0 > a.number(0));
        if late || (d.is_absent() && good) {
            yes.push(said(d));
        } else if d.is_normal() {
            no.push(said(d));
        }
    }
    if yes.len() >= a.count(1) {
        Outcome::met(yes)
    } else if no.is_empty() {
        Outcome::unknown(vec!["F waves".into()])
    } else {
        Outcome::not_met(no)
    }
}

/// A block or dispersion outside sites of entrapment.
fn block_or_dispersion(c: &Context<'_>, _: &Arguments) -> Outcome {
    let is = |d: &&Datum<'_>| {
        matches!(d.row.id.as_str(), "conduction_block" | "temporal_dispersion") && !is_entrapment(d)
    };
    let rows = || c.facts.data.iter().filter(is);
    let words = |verdict: Verdict| rows().filter(|d| d.verdict == verdict).map(said).collect::<Vec<_>>();
    let (yes, no) = (words(Verdict::Abnormal), words(Verdict::Normal));
    if !yes.is_empty() {
        Outcome::met(yes)
    } else if no.is_empty() {
        Outcome::unknown(vec!["motor studies with proximal stimulation".into()])
    } else {
        Outcome::not_met(no)
    }
}

/// Members of a group of studies.
pub(super) fn studies_of(name: &str) -> &'static [&'static str] {
    group(name, "studies").unwrap_or_default()
}
