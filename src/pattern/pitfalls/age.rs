//! What age alone explains.

use super::{History, Hit, place, short, value};
use crate::pattern::facts::{Datum, Facts, MuscleFact, SIDES, other};
use crate::study::Side;

const AMPLITUDE: &str = "amplitude_baseline_to_negative_peak";
/// From here on the sural response may be low, years; from `MAY_BE_ABSENT` on it may be absent (SURALELD).
const OLD: f64 = 60.0;
const OLDER: f64 = 70.0;
const MAY_BE_ABSENT: f64 = 75.0;
/// Lower limits from `OLD` and `OLDER` on, µV (SURALELD).
const FROM_OLD_UV: f64 = 3.0;
const FROM_OLDER_UV: f64 = 1.0;

pub(super) fn sural(facts: &Facts<'_>, _: &History) -> Vec<Hit> {
    let Some(age) = facts.subject.age_years.filter(|a| *a >= OLD) else { return Vec::new() };
    let mut out = Vec::new();
    for side in SIDES {
        let sural = |side: Side| facts.distal("sural_sensory", side, AMPLITUDE);
        let Some(d) = sural(side) else { continue };
        if !d.is_abnormal() && !d.is_absent() {
            continue;
        }
        // What age takes it takes from both sides.
        let one_sided = sural(other(side)).is_some_and(Datum::is_normal);
        let explained = match d.value() {
            None => age >= MAY_BE_ABSENT,
            Some(uv) if age >= MAY_BE_ABSENT => uv >= 0.0,
            Some(uv) if age >= OLDER => uv >= FROM_OLDER_UV,
            Some(uv) => uv >= FROM_OLD_UV,
        } && !one_sided;
        let seen = format!("age {age:.0}; {}: {}", place(d), value(d));
        out.push(if explained {
            let of_it = facts.of_study("sural_sensory", side).filter(|o| o.row.id.starts_with("amplitude"));
            Hit {
                seen,
                done: "set aside: healthy persons of that age may have it".into(),
                aside: of_it.map(|o| o.index).collect(),
                ..Hit::default()
            }
        } else {
            Hit {
                seen,
                done: format!(
                    "kept: {}",
                    if one_sided {
                        "the other side is normal, which age does not explain".to_owned()
                    } else {
                        format!(
                            "96 % of healthy persons from {OLD:.0} years on have a response, down to {} µV from {OLD:.0} and {} \
                             µV from {OLDER:.0} years",
                            short(FROM_OLD_UV),
                            short(FROM_OLDER_UV)
                        )
                    }
                ),
                ..Hit::default()
            }
        });
    }
    out
}

pub(super) fn edb(facts: &Facts<'_>, _: &History) -> Vec<Hit> {
    let mut out = Vec::new();
    for side in SIDES {
        let Some(d) = facts.distal("fibular_motor_edb", side, AMPLITUDE).filter(|d| d.is_abnormal()) else {
            continue;
        };
        let fibular = ["fibular", "deep_fibular", "superficial_fibular"];
        let other_number = facts.data.iter().any(|o| {
            o.is_abnormal()
                && o.index != d.index
                && o.side == Some(side)
                && o.study.is_some_and(|s| {
                    s.id != "fibular_motor_edb"
                        && (fibular.contains(&s.nerve) || s.nerve == "sural" || s.nerve == "tibial")
                })
        });
        let own_velocity = facts.of_study("fibular_motor_edb", side).any(|o| {
            o.is_abnormal()
                && ["conduction_velocity", "onset_latency", "conduction_block"].contains(&o.row.id.as_str())
        });
        let muscle = facts.on(side).any(|m: &MuscleFact| {
            m.muscle.id != "extensor_digitorum_brevis"
                && m.muscle.region == "lower_limb"
                && m.neurogenic() == Some(true)
        });
        let alone = !(other_number || own_velocity || muscle);
        if !alone {
            continue;
        }
        let ta = facts.distal("fibular_motor_ta", side, AMPLITUDE).is_some_and(Datum::is_normal);
        let old = facts.subject.age_years.is_some_and(|a| a > OLD);
        let aside = if ta || old { vec![d.index] } else { Vec::new() };
        let done = match (ta, old) {
            (true, _) => {
                "set aside: the tibialis anterior response of the same nerve is normal; footwear wastes this muscle"
            }
            (_, true) => {
                "set aside: over 60 years a low response of this muscle alone is common; record the tibialis anterior"
            }
            _ => {
                "footwear wastes this muscle: record the tibialis anterior before this alone is called a lesion"
            }
        };
        out.push(Hit {
            seen: format!("{}: {}, nothing else abnormal in that leg", place(d), value(d)),
            done: done.into(),
            aside,
            ..Hit::default()
        });
    }
    out
}

pub(super) fn h_reflex(facts: &Facts<'_>, _: &History) -> Vec<Hit> {
    let h: Vec<&Datum<'_>> =
        facts.data.iter().filter(|d| d.row.id == "h_latency" && d.row.place.test == "h_reflex").collect();
    let absent = |side: Side| h.iter().any(|d| d.side == Some(side) && d.is_absent());
    let there = |side: Side| h.iter().any(|d| d.side == Some(side) && d.value().is_some());
    let old = facts.subject.age_years.filter(|a| *a >= OLD);
    if SIDES.iter().all(|s| absent(*s)) {
        let aside: Vec<usize> = match old {
            Some(_) => {
                facts.data.iter().filter(|d| d.row.place.test == "h_reflex").map(|d| d.index).collect()
            }
            None => Vec::new(),
        };
        let done = match (old, facts.subject.age_years) {
            (Some(_), _) => {
                "set aside: absent on both sides at that age it says nothing; only a difference of the sides counts"
            }
            (None, None) => "the age is not stated: from 60 years on absence on both sides says nothing",
            _ => "absent on both sides: of a polyneuropathy or an old S1 lesion, not of a side",
        };
        return vec![Hit {
            seen: "H reflex absent on both sides".into(),
            done: done.into(),
            aside,
            ..Hit::default()
        }];
    }
    let one = SIDES.into_iter().find(|s| absent(*s) && !there(other(*s)));
    match one {
        Some(side) => vec![Hit {
            seen: format!("H reflex absent on the {} side, the other side not examined", side.name()),
            done:
                "examine the other side: only a difference of the sides counts, the more so from 60 years on"
                    .into(),
            ..Hit::default()
        }],
        None => Vec::new(),
    }
}
