//! How it was measured: temperature, stimulus, distance, limits, height, number of stimuli, labels.

use super::{History, Hit, once, place, short, value};
use crate::pattern::facts::{Datum, Facts, MuscleFact, Verdict};
use crate::study::{Side, SubjectSide};

/// Beginning of the doubt that the measuring code writes where a limb is cold.
const COLD: &str = "skin at ";
/// Velocities outside are errors of distance or marker, m/s (`pitfalls`: 20 to 80; slow ones occur in disease).
const FASTEST: f64 = 80.0;
const SLOWEST: f64 = 20.0;
/// Mean height of those whose late responses the limits are of, cm. Ours: about that of the sets' men and women.
const MEAN_HEIGHT_CM: f64 = 172.0;
/// From here on the height is named, cm. Ours.
const TALL_CM: f64 = 180.0;
/// Stimuli for a least F latency, and for the chronodispersion (FW_N; IFCN2019).
const F_LEAST: f64 = 10.0;
const F_ENOUGH: f64 = 20.0;

pub(super) fn cold_limb(facts: &Facts<'_>, _: &History) -> Vec<Hit> {
    let cold = |d: &&Datum<'_>| d.row.doubts.iter().any(|t| t.starts_with(COLD));
    let places = once(facts.data.iter().filter(cold).map(|d| {
        let said = d.row.doubts.iter().find(|t| t.starts_with(COLD)).map_or("", String::as_str);
        format!("{}: {}", place(d), said.split(':').next().unwrap_or_default())
    }));
    if places.is_empty() {
        return Vec::new();
    }
    let withdrawn = facts.data.iter().filter(cold).filter(|d| d.row.verdict == "not_assessable").count();
    vec![Hit {
        seen: places.join("; "),
        done: format!(
            "{withdrawn} latencies or velocities beyond their limit were not called abnormal; cold also enlarges responses, \
             so a normal size there may hide a low one; warm the limb and repeat"
        ),
        ..Hit::default()
    }]
}

pub(super) fn submaximal(facts: &Facts<'_>, _: &History) -> Vec<Hit> {
    let mut out = Vec::new();
    let ends_at = |d: &Datum<'_>, site: &str| {
        d.row.place.segment.as_deref().and_then(|s| s.split_once('-')).is_some_and(|(_, p)| p == site)
    };
    for d in facts.data.iter().filter(|d| d.row.id == "conduction_block" && beyond(d)) {
        let segment = d.row.place.segment.clone().unwrap_or_default();
        let seen = format!("{}, {}: fall of {}", place(d), segment.replace('_', " "), value(d));
        if ends_at(d, "erb") {
            let aside = facts.data.iter().filter(|o| same_segment(o, d) && is_size(o)).map(|o| o.index);
            out.push(Hit {
                seen,
                done: "set aside: stimulation at Erb's point is often not supramaximal".into(),
                aside: aside.collect(),
                ..Hit::default()
            });
        } else if ["axilla", "popliteal_fossa"].iter().any(|s| ends_at(d, s)) {
            out.push(Hit {
                seen,
                done: "the nerve lies deep at the proximal site: check that the stimulus was supramaximal"
                    .into(),
                ..Hit::default()
            });
        }
    }
    let smaller = |d: &&Datum<'_>| d.row.doubts.iter().any(|t| t.contains("smaller than the proximal one"));
    let places = once(facts.data.iter().filter(smaller).map(place));
    if !places.is_empty() {
        out.push(Hit {
            seen: format!("distal response smaller than the proximal one: {}", places.join("; ")),
            done:
                "block was not judged there; repeat the distal stimulus supramaximally, look for a crossing"
                    .into(),
            ..Hit::default()
        });
    }
    out
}

/// Met by some criterion.
pub(super) fn beyond(d: &Datum<'_>) -> bool {
    matches!(d.verdict, Verdict::Abnormal | Verdict::Borderline)
}

/// Of the same piece of the same nerve on the same side.
pub(super) fn same_segment(a: &Datum<'_>, b: &Datum<'_>) -> bool {
    let (p, q) = (&a.row.place, &b.row.place);
    p.segment.is_some()
        && (&p.test, &p.nerve, &p.side, &p.muscle, &p.segment)
            == (&q.test, &q.nerve, &q.side, &q.muscle, &q.segment)
}

/// What a fall of size is read from.
pub(super) fn is_size(d: &Datum<'_>) -> bool {
    ["conduction_block", "amplitude_ratio", "area_ratio"].contains(&d.row.id.as_str())
}

pub(super) fn wrong_distance(facts: &Facts<'_>, _: &History) -> Vec<Hit> {
    let mut out = Vec::new();
    for d in facts.data.iter().filter(|d| d.row.id == "conduction_velocity") {
        let Some(v) = d.value() else { continue };
        if v > FASTEST {
            out.push(Hit {
                seen: format!("{}: {} is faster than any nerve", place(d), value(d)),
                done: "set aside; check distance, markers and units".into(),
                aside: vec![d.index],
                ..Hit::default()
            });
        } else if v < SLOWEST && latency_is_normal(facts, d) {
            out.push(Hit {
                seen: format!("{}: {} with a normal distal latency", place(d), value(d)),
                done: "so slow a nerve rarely has a normal distal latency: check the distance".into(),
                ..Hit::default()
            });
        }
    }
    // The measuring code writes the error that a short distance brings.
    let short_of = |d: &&Datum<'_>| {
        d.row.id == "conduction_velocity" && beyond(d) && d.row.doubts.iter().any(|t| t.contains("distance"))
    };
    let places = once(facts.data.iter().filter(short_of).map(|d| {
        let doubt = d.row.doubts.iter().find(|t| t.contains("distance")).map_or("", String::as_str);
        format!("{}, {}: {doubt}", place(d), value(d))
    }));
    if !places.is_empty() {
        out.push(Hit {
            seen: places.join("; "),
            done: "an abnormal velocity over a doubtful distance: measure it again".into(),
            ..Hit::default()
        });
    }
    out
}

fn latency_is_normal(facts: &Facts<'_>, of: &Datum<'_>) -> bool {
    facts.data.iter().any(|d| {
        d.row.id == "onset_latency"
            && d.is_normal()
            && d.row.place.muscle == of.row.place.muscle
            && d.side == of.side
            && d.row.place.nerve == of.row.place.nerve
    })
}

pub(super) fn norm_mismatch(facts: &Facts<'_>, _: &History) -> Vec<Hit> {
    // Only numbers that a set knows and that do not fit it; a number no set knows has no such note.
    let words = ["limit holds at", "direction", "comparable", "the set is of", "not stated"];
    let unfit = |d: &&Datum<'_>| {
        d.value().is_some()
            && d.verdict == Verdict::Unknown
            && (words.iter().any(|w| d.row.limit.note.contains(w))
                || d.row.doubts.iter().any(|t| t.contains("comparable") || t.contains("limit holds at")))
            && d.is_distal()
    };
    let places = once(facts.data.iter().filter(unfit).map(|d| {
        let note =
            if d.row.limit.note.is_empty() { d.row.doubts.join("; ") } else { d.row.limit.note.clone() };
        format!("{}, {} {}: {note}", place(d), d.row.id.replace('_', " "), value(d))
    }));
    if places.is_empty() {
        return Vec::new();
    }
    vec![Hit {
        seen: places.join("; "),
        done: "shown without a verdict; limits of another technique were not used in their place".into(),
        ..Hit::default()
    }]
}

pub(super) fn height(facts: &Facts<'_>, _: &History) -> Vec<Hit> {
    let late = |d: &Datum<'_>| {
        ["f_min_latency", "f_mean_latency", "f_max_latency", "h_latency"].contains(&d.row.id.as_str())
    };
    let leg_velocity = |d: &Datum<'_>| {
        d.row.id == "conduction_velocity"
            && d.study.is_some_and(|s| crate::norms::ncs::is_lower_limb(s.nerve) == Some(true))
    };
    let concerned: Vec<&Datum<'_>> =
        facts.data.iter().filter(|d| d.is_abnormal() && (late(d) || leg_velocity(d))).collect();
    if concerned.is_empty() {
        return Vec::new();
    }
    let said = once(concerned.iter().map(|d| format!("{} {}", place(d), value(d)))).join("; ");
    let Some(cm) = facts.subject.height_cm else {
        return vec![Hit {
            seen: format!("height not stated; {said}"),
            done: "late responses and leg velocities depend on height: state it".into(),
            ..Hit::default()
        }];
    };
    if cm < TALL_CM {
        return Vec::new();
    }
    // The path grows with the height; a limit that asked for the height already regards it.
    let explained: Vec<usize> = concerned
        .iter()
        .filter(|d| late(d) && !d.row.limit.note.contains("height"))
        .filter(|d| d.over_upper().is_some_and(|r| r <= cm / MEAN_HEIGHT_CM))
        .map(|d| d.index)
        .collect();
    vec![Hit {
        seen: format!("height {} cm; {said}", short(cm)),
        done: format!(
            "{} late responses set aside: no longer than the height explains (limit × height / {MEAN_HEIGHT_CM} cm, ours); \
             velocities of a tall leg are slower by 2 to 3 m/s per 10 cm",
            explained.len()
        ),
        aside: explained,
        ..Hit::default()
    }]
}

pub(super) fn f_count(facts: &Facts<'_>, _: &History) -> Vec<Hit> {
    let mut out = Vec::new();
    for n in facts.data.iter().filter(|d| d.row.id == "f_sweeps") {
        let Some(sweeps) = n.value().filter(|v| *v < F_ENOUGH) else { continue };
        let few = sweeps < F_LEAST;
        let of = facts.data.iter().filter(|d| {
            let (p, q) = (&d.row.place, &n.row.place);
            d.row.id != "f_sweeps"
                && (&p.test, &p.nerve, &p.side, &p.muscle, &p.site)
                    == (&q.test, &q.nerve, &q.side, &q.muscle, &q.site)
                && (few || d.row.id == "f_chronodispersion" || d.row.id.starts_with("f_repeat"))
        });
        let aside: Vec<usize> = of.map(|d| d.index).collect();
        out.push(Hit {
            seen: format!("{}: F waves from {} stimuli", place(n), short(sweeps)),
            done: if few {
                format!("all F numbers set aside: at least {F_LEAST} stimuli are needed")
            } else {
                format!("chronodispersion and repeaters set aside: {F_ENOUGH} stimuli or more are needed")
            },
            aside,
            ..Hit::default()
        });
    }
    out
}

pub(super) fn side_mix(facts: &Facts<'_>, _: &History) -> Vec<Hit> {
    let complaint = match facts.subject.complaint_side {
        Some(SubjectSide::Left) => Side::Left,
        Some(SubjectSide::Right) => Side::Right,
        _ => return Vec::new(),
    };
    let sides: Vec<Side> = facts
        .data
        .iter()
        .filter(|d| d.is_abnormal())
        .filter_map(|d| d.side)
        .chain(facts.muscles.iter().filter(|m: &&MuscleFact| m.neurogenic() == Some(true)).map(|m| m.side))
        .collect();
    let both_examined =
        facts.data.iter().any(|d| d.side == Some(complaint)) || facts.on(complaint).next().is_some();
    if sides.len() < 2 || sides.contains(&complaint) || !both_examined {
        return Vec::new();
    }
    vec![Hit {
        seen: format!(
            "all {} abnormal results are on the {} side, the complaint is on the {} side, which was examined",
            sides.len(),
            crate::pattern::facts::other(complaint).name(),
            complaint.name()
        ),
        done: "check that the sides were not mixed up".into(),
        ..Hit::default()
    }]
}
