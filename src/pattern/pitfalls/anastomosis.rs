//! Where anatomy differs from the usual: crossing fibres, shared stems, ganglia, variable roots.

use super::technique::{is_size, same_segment};
use super::{History, Hit, keys, names, place, short, value};
use crate::norms::{Root, Weight, weight};
use crate::pattern::facts::{Datum, Facts, MuscleFact, SIDES};
use crate::study::Side;

const AMPLITUDE: &str = "amplitude_baseline_to_negative_peak";
/// A proximal response larger by more than this ratio is no error of measurement. Ours, as in the measuring code.
const LARGER: f64 = 1.2;
/// Largest ulnar fall that crossing fibres usually make. Ours.
const LARGEST_CROSSING: f64 = 0.6;
/// Fall from which a crossing is thought of (UNE3: 20 %).
const LEAST_FALL: f64 = 0.2;
/// A forearm velocity that is fast beside a slow wrist, m/s. Ours: above the healthy mean by about 2 SD.
const FAST_FOREARM: f64 = 65.0;

fn at(facts: &Facts<'_>, study: &str, side: Side, site: &str) -> Option<f64> {
    facts
        .of_study_measure(study, side, AMPLITUDE)
        .find(|d| d.row.place.site.as_deref() == Some(site))
        .and_then(Datum::value)
}

/// Proximal over distal median response.
fn median_ratio(facts: &Facts<'_>, side: Side) -> Option<f64> {
    let wrist = at(facts, "median_motor_apb", side, "wrist").filter(|w| *w > 0.0)?;
    Some(at(facts, "median_motor_apb", side, "elbow")? / wrist)
}

pub(super) fn martin_gruber(facts: &Facts<'_>, _: &History) -> Vec<Hit> {
    let mut out = Vec::new();
    for side in SIDES {
        let median = median_ratio(facts, side);
        let supported = median.is_some_and(|r| r > 1.05);
        if let Some(r) = median.filter(|r| *r > LARGER) {
            out.push(Hit {
                seen: format!("{} median response at the elbow {} times that at the wrist", side.name(), short(r)),
                done: "ulnar fibres in the median nerve of the forearm are likely: stimulate the median nerve at the elbow \
                       while recording the ulnar muscles"
                    .into(),
                ..Hit::default()
            });
        }
        for study in ["ulnar_motor_adm", "ulnar_motor_fdi"] {
            out.extend(ulnar_fall(facts, study, side, median, supported));
        }
        let long = facts.distal("median_motor_apb", side, "onset_latency").is_some_and(Datum::is_abnormal);
        let forearm = facts.segment("median_motor_apb", side, "conduction_velocity", "forearm");
        if let Some(v) = forearm.filter(|v| long && v.value().is_some_and(|v| v > FAST_FOREARM)) {
            out.push(Hit {
                seen: format!("{}: forearm {} beside a long distal latency", place(v), value(v)),
                done: "the velocity is set aside: with a slow wrist, fibres that cross to the ulnar nerve arrive early; \
                       look for an initial positive deflection at the elbow"
                    .into(),
                aside: vec![v.index],
                ..Hit::default()
            });
        }
    }
    out
}

/// A fall from wrist to below the elbow.
fn ulnar_fall(
    facts: &Facts<'_>,
    study: &str,
    side: Side,
    median: Option<f64>,
    supported: bool,
) -> Option<Hit> {
    let below = |d: &&Datum<'_>| d.row.place.segment.as_deref() == Some("wrist-below_elbow");
    let ratio = facts.of_study_measure(study, side, "amplitude_ratio").find(below)?;
    let fall = 1.0 - ratio.value()?;
    if fall < LEAST_FALL {
        return None;
    }
    let slow = facts
        .of_study_measure(study, side, "conduction_velocity")
        .find(below)
        .is_some_and(Datum::is_abnormal);
    let blocked_too = median.is_some_and(|r| r < 1.0 - LEAST_FALL);
    let explained = supported || (fall <= LARGEST_CROSSING && !slow && !blocked_too);
    let seen =
        format!("{}: amplitude falls by {:.0} % from wrist to below the elbow", place(ratio), 100.0 * fall);
    let check = "stimulate the median nerve at the elbow while recording this muscle";
    if !explained {
        return Some(Hit {
            seen,
            done: format!("not set aside (slow, large, or the median nerve falls as well), yet {check}"),
            ..Hit::default()
        });
    }
    let of_it = facts.of_study(study, side).filter(|d| same_segment(d, ratio) && is_size(d));
    Some(Hit {
        seen,
        done: format!("set aside until a crossing is ruled out: {check}"),
        aside: of_it.map(|d| d.index).collect(),
        ..Hit::default()
    })
}

pub(super) fn accessory_deep_fibular(facts: &Facts<'_>, _: &History) -> Vec<Hit> {
    let mut out = Vec::new();
    for side in SIDES {
        let study = "fibular_motor_edb";
        let Some(ankle) = facts.distal(study, side, AMPLITUDE) else { continue };
        let knee = ["below_fibular_head", "above_fibular_head"]
            .iter()
            .filter_map(|s| at(facts, study, side, s))
            .fold(0.0, f64::max);
        let Some(a) = ankle.value().or(ankle.is_absent().then_some(0.0)) else { continue };
        if knee <= LARGER * a || knee <= 0.0 {
            continue;
        }
        out.push(Hit {
            seen: format!("{}: {} at the ankle, {} mV at the knee", place(ankle), value(ankle), short(knee)),
            done: "the ankle response is set aside: an accessory deep fibular nerve is likely; stimulate behind the lateral \
                   malleolus"
                .into(),
            aside: vec![ankle.index],
            ..Hit::default()
        });
    }
    out
}

/// Whether a nerve is the other, or branches from it.
fn is_under(nerve: &str, stem: &str) -> bool {
    let mut at = nerve;
    // The tree is shallow; a loop in it would be our mistake.
    for _ in 0..8 {
        if at == stem {
            return true;
        }
        match crate::norms::NERVES.iter().find(|n| n.id == at) {
            Some(n) if !n.parent.is_empty() => at = n.parent,
            _ => return false,
        }
    }
    false
}

pub(super) fn sciatic_stem(facts: &Facts<'_>, _: &History) -> Vec<Hit> {
    let mut out = Vec::new();
    for side in SIDES {
        let abnormal: Vec<&MuscleFact> = facts
            .on(side)
            .filter(|m| {
                m.neurogenic() == Some(true) && (m.muscle.region == "lower_limb" || m.is_paraspinal())
            })
            .collect();
        let under = |stem: &str| abnormal.iter().any(|m| is_under(m.muscle.nerve, stem));
        let lumbosacral =
            |m: &MuscleFact| !m.is_paraspinal() || m.muscle.nerve == "posterior_ramus_lumbosacral";
        let outside = abnormal.iter().any(|m| lumbosacral(m) && !is_under(m.muscle.nerve, "sciatic"));
        if under("tibial") && under("fibular") && !outside {
            out.push(Hit {
                seen: format!("{}: two nerves, one stem", names(abnormal.iter().copied())),
                done: "root and sciatic nerve are not told apart: examine a gluteal muscle, the tensor fasciae latae or the \
                       paraspinals (R16)"
                    .into(),
                ..Hit::default()
            });
        }
    }
    out
}

pub(super) fn l5_ganglion(facts: &Facts<'_>, _: &History) -> Vec<Hit> {
    let mut out = Vec::new();
    let Some(l5) = Root::named("L5") else { return out };
    for side in SIDES {
        let Some(snap) =
            facts.distal("superficial_fibular_sensory", side, AMPLITUDE).filter(|d| d.is_abnormal())
        else {
            continue;
        };
        let outside: Vec<&MuscleFact> = facts
            .on(side)
            .filter(|m| m.neurogenic() == Some(true) && weight(m.muscle.id, l5) == Some(Weight::Major))
            .filter(|m| !is_under(m.muscle.nerve, "fibular"))
            .collect();
        if outside.is_empty() {
            continue;
        }
        let sural = facts.distal("sural_sensory", side, AMPLITUDE).is_some_and(Datum::is_normal);
        out.push(Hit {
            seen: format!("{}: {}; {} neurogenic", place(snap), value(snap), names(outside)),
            done: if sural {
                "set aside, the sural response is normal: the L5 ganglion may lie inside the canal, so a root lesion can lower \
                 this response"
                    .into()
            } else {
                "alone it does not speak against L5: the ganglion may lie inside the canal; the sural response decides"
                    .to_owned()
            },
            aside: if sural { vec![snap.index] } else { Vec::new() },
            ..Hit::default()
        });
    }
    out
}

pub(super) fn myotome_variation(facts: &Facts<'_>, _: &History) -> Vec<Hit> {
    let legs: Vec<&MuscleFact> = facts
        .muscles
        .iter()
        .filter(|m| m.muscle.region == "lower_limb" && m.neurogenic() == Some(true))
        .collect();
    if legs.is_empty() {
        return Vec::new();
    }
    debug_assert_eq!(keys(legs.iter().copied()).len(), legs.len());
    vec![Hit {
        seen: format!("neurogenic change in {}", names(legs)),
        done: "levels are named as consistent with, beside their neighbours: the supply is pre- or postfixed in 28 % of legs"
            .into(),
        ..Hit::default()
    }]
}
