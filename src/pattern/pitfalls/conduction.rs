//! What conduction studies show for other reasons than they seem to, and the study as a whole.

use super::technique::{beyond, is_size, same_segment};
use super::{History, Hit, once, place, short, value};
use crate::norms::ncs::{Ratios, judge_block};
use crate::pattern::chance::by_chance;
use crate::pattern::facts::{Datum, Facts, MuscleFact};
use crate::pattern::grade::{carpal_tunnel, with_polyneuropathy};

/// Within so many days an axonal block may still clear (UNCINI2014; four weeks).
const ACUTE_DAYS: f64 = 28.0;
/// The set of limits without a false positive in motor neuron disease.
const STRICT: &str = "CB_RATIO_D";

pub(super) fn compression_sites(facts: &Facts<'_>, _: &History) -> Vec<Hit> {
    let at_site = |d: &&Datum<'_>| {
        let nerve = d.study.map_or("", |s| s.nerve);
        let wrist =
            nerve == "median" && d.row.id == "onset_latency" && d.row.place.test == "motor" && d.is_distal();
        let across = (nerve == "ulnar" && d.segment == "across_elbow")
            || (nerve == "fibular" && d.segment == "across_fibular_head");
        d.is_abnormal() && (wrist || across)
    };
    let seen = once(facts.data.iter().filter(at_site).map(|d| {
        let where_ = if d.segment.is_empty() { "wrist" } else { d.segment };
        format!("{}, {}: {} {}", place(d), where_.replace('_', " "), d.row.id.replace('_', " "), value(d))
    }));
    if seen.is_empty() {
        return Vec::new();
    }
    vec![Hit {
        seen: seen.join("; "),
        done: "left out of every set of demyelination criteria: entrapment alone gives it".into(),
        ..Hit::default()
    }]
}

pub(super) fn cts_with_pn(facts: &Facts<'_>, _: &History) -> Vec<Hit> {
    carpal_tunnel(facts)
        .into_iter()
        .filter(|g| g.bland.first().is_some_and(|r| r.grade != "0"))
        .filter_map(|g| {
            let note = with_polyneuropathy(facts, g.side);
            (!note.is_empty()).then(|| Hit {
                seen: note,
                done: "the grade carries this note; the wrist is judged against the ulnar and radial nerves of the same hand".into(),
                ..Hit::default()
            })
        })
        .collect()
}

pub(super) fn block_in_axonal(facts: &Facts<'_>, _: &History) -> Vec<Hit> {
    let mut out = Vec::new();
    // Across a usual site of entrapment a fall is held against limits of its own, with axons lost or not.
    let elsewhere = |d: &&Datum<'_>| !d.segment.starts_with("across_");
    for b in facts.data.iter().filter(|d| d.row.id == "conduction_block" && beyond(d)).filter(elsewhere) {
        let (Some(study), Some(side)) = (b.study, b.side) else { continue };
        let amplitude = facts.distal(study.id, side, "amplitude_baseline_to_negative_peak");
        let low = amplitude.is_some_and(Datum::is_abnormal);
        let denervated = facts.muscle(study.recording, side).is_some_and(|m| m.active() == Some(true));
        if !low && !denervated {
            continue;
        }
        let ratio = |id: &str| {
            facts.of_study_measure(study.id, side, id).find(|d| same_segment(d, b)).and_then(Datum::value)
        };
        let ratios = Ratios {
            amplitude: ratio("amplitude_ratio"),
            area: ratio("area_ratio"),
            duration: ratio("duration_ratio"),
            distal_v: amplitude.and_then(Datum::value).map(|mv| mv / 1e3),
            distal_of_limit: amplitude.and_then(Datum::over_lower),
        };
        let strict = judge_block(study.nerve, false, &ratios).met.iter().any(|c| c.set == STRICT);
        let why = if low { "the distal response is low" } else { "the muscle is denervated" };
        let aside =
            facts.of_study(study.id, side).filter(|d| same_segment(d, b) && is_size(d)).map(|d| d.index);
        out.push(Hit {
            seen: format!("{}: fall of {}, and {why}", place(b), value(b)),
            done: if strict {
                format!("kept: it meets {STRICT}, which regards motor neuron disease; lost axons can still imitate block")
            } else {
                format!("set aside: it does not meet {STRICT}; by limits of healthy persons 17 % of those with motor neuron \
                         disease have block")
            },
            aside: if strict { Vec::new() } else { aside.collect() },
            ..Hit::default()
        });
    }
    out
}

pub(super) fn reversible(facts: &Facts<'_>, _: &History) -> Vec<Hit> {
    let Some(days) = facts.subject.days_since_onset.filter(|d| *d <= ACUTE_DAYS) else { return Vec::new() };
    let across = |d: &Datum<'_>| d.segment.starts_with("across_");
    let seen = once(
        facts
            .data
            .iter()
            .filter(|d| d.row.id == "conduction_block" && d.is_abnormal() && !across(d))
            .map(|d| format!("{}: fall of {}", place(d), value(d))),
    );
    if seen.is_empty() {
        return Vec::new();
    }
    vec![Hit {
        seen: format!("{days:.0} days since onset; {}", seen.join("; ")),
        done: "repeat in some weeks: block that clears without dispersion is of an axonal form, not of demyelination".into(),
        ..Hit::default()
    }]
}

pub(super) fn single(facts: &Facts<'_>, _: &History) -> Vec<Hit> {
    let Some(chance) = by_chance(facts).filter(|c| c.abnormal == 1) else { return Vec::new() };
    let number = facts
        .data
        .iter()
        .find(|d| d.is_abnormal())
        .map(|d| format!("{}: {} {}", place(d), d.row.id.replace('_', " "), value(d)));
    let muscle = || {
        facts
            .muscles
            .iter()
            .find(|m| m.is_changed())
            .map(|m: &MuscleFact| format!("{}: {}", m.name(), m.words()))
    };
    vec![Hit {
        seen: format!(
            "one abnormal result of {}: {}",
            chance.tested,
            number.or_else(muscle).unwrap_or_default()
        ),
        done: format!(
            "no pattern rests on one result: a healthy person would show {} of so many (probability of at least one {} %)",
            short(chance.expected),
            short(100.0 * chance.at_least_one)
        ),
        ..Hit::default()
    }]
}
