//! What the needle finds in healthy muscles too, and what it cannot find yet.

use super::{History, Hit, keys, names};
use crate::pattern::chance::is_foot;
use crate::pattern::facts::{Facts, MuscleFact, Verdict};
use crate::study::{Polyphasia, Recruitment};

/// From here on paraspinal fibrillation is common in healthy persons, years (TONG2005).
const PARASPINAL_AGE: f64 = 55.0;
/// Fibrillation is usually there after so many days (CCJM2020).
const FIBRILLATION_DAYS: f64 = 21.0;
/// Sensory and motor sizes have fallen by then, days (PRESTON, recalled).
const SNAP_DAYS: f64 = 11.0;
const CMAP_DAYS: f64 = 7.0;

fn active<'f>(facts: &'f Facts<'_>, which: fn(&MuscleFact) -> bool) -> Vec<&'f MuscleFact> {
    facts.muscles.iter().filter(|m| m.active() == Some(true) && which(m)).collect()
}

pub(super) fn foot(facts: &Facts<'_>, _: &History) -> Vec<Hit> {
    let feet = active(facts, is_foot);
    if feet.is_empty() {
        return Vec::new();
    }
    vec![Hit {
        seen: format!("fibrillation in {}", names(feet.iter().copied())),
        done: "taken as weak: 21 % of healthy persons have it there, 30 % over 60 years; it needs a muscle of the leg beside it"
            .into(),
        doubtful: keys(feet),
        ..Hit::default()
    }]
}

/// `cervical`, `thoracic` or `lumbosacral` paraspinals, by the nerve that supplies them.
fn is_of(m: &MuscleFact, region: &str) -> bool {
    m.is_paraspinal() && m.muscle.nerve == format!("posterior_ramus_{region}")
}

pub(super) fn back_surgery(facts: &Facts<'_>, history: &History) -> Vec<Hit> {
    let mut out = Vec::new();
    let regions = [("cervical", history.cervical_surgery), ("lumbosacral", history.lumbosacral_surgery)];
    for (region, surgery) in regions {
        let there: Vec<&MuscleFact> =
            active(facts, MuscleFact::is_paraspinal).into_iter().filter(|m| is_of(m, region)).collect();
        if there.is_empty() {
            continue;
        }
        match surgery {
            Some(false) => {}
            Some(true) => out.push(Hit {
                seen: format!("{region} spine operated on; fibrillation in {}", names(there.iter().copied())),
                done: "taken as weak: the muscle may be denervated by the operation, for years".into(),
                doubtful: keys(there),
                ..Hit::default()
            }),
            None => out.push(Hit {
                seen: format!(
                    "fibrillation in {}; whether the {region} spine was operated on is not stated",
                    names(there)
                ),
                done: "state previous_back_surgery: after an operation these muscles say little".into(),
                ..Hit::default()
            }),
        }
    }
    out
}

pub(super) fn paraspinal(facts: &Facts<'_>, history: &History) -> Vec<Hit> {
    let there = active(facts, MuscleFact::is_paraspinal);
    if there.is_empty() {
        return Vec::new();
    }
    let abnormal =
        |m: &MuscleFact| m.active() == Some(true) || m.large() == Some(true) || m.short_small() == Some(true);
    let limb = facts.muscles.iter().any(|m| m.is_limb() && abnormal(m));
    let mut why = Vec::new();
    if !limb {
        why.push("no limb muscle is abnormal".to_owned());
    }
    if let Some(age) = facts.subject.age_years.filter(|a| *a >= PARASPINAL_AGE) {
        why.push(format!("age {age:.0}"));
    }
    if history.diabetes == Some(true) {
        why.push("diabetes".to_owned());
    }
    if why.is_empty() {
        return Vec::new();
    }
    vec![Hit {
        seen: format!("fibrillation in {}; {}", names(there.iter().copied()), why.join(", ")),
        done: "taken as weak: it supports a root, and names none alone; 14.5 % of healthy persons have it"
            .into(),
        doubtful: keys(there),
        ..Hit::default()
    }]
}

pub(super) fn polyphasia(facts: &Facts<'_>, _: &History) -> Vec<Hit> {
    let alone: Vec<&MuscleFact> = facts
        .muscles
        .iter()
        .filter(|m| m.polyphasia == Some(Polyphasia::Increased))
        .filter(|m| m.neurogenic() != Some(true) && m.short_small() != Some(true))
        .collect();
    if alone.is_empty() {
        return Vec::new();
    }
    vec![Hit {
        seen: format!("polyphasia and nothing else in {}", names(alone.iter().copied())),
        done: "not counted as abnormal: by polyphasia alone one in four healthy persons would have a radiculopathy".into(),
        doubtful: keys(alone),
        ..Hit::default()
    }]
}

pub(super) fn activation(facts: &Facts<'_>, _: &History) -> Vec<Hit> {
    let mut out = Vec::new();
    let quiet =
        |m: &&MuscleFact| m.is_limb() && m.neurogenic() != Some(true) && m.short_small() != Some(true);
    let none: Vec<&MuscleFact> = facts
        .muscles
        .iter()
        .filter(quiet)
        .filter(|m| match m.recruitment {
            Some(r) => r == Recruitment::None,
            None => m.large().is_none() && m.active().is_some(),
        })
        .collect();
    if !none.is_empty() {
        out.push(Hit {
            seen: format!("no activation to judge in {}", names(none.iter().copied())),
            done: "taken as weak: without contraction a muscle at rest is only half examined".into(),
            doubtful: keys(none),
            ..Hit::default()
        });
    }
    let reduced: Vec<&MuscleFact> =
        facts.muscles.iter().filter(quiet).filter(|m| m.recruitment == Some(Recruitment::Reduced)).collect();
    if !reduced.is_empty() {
        out.push(Hit {
            seen: format!("reduced recruitment and nothing else in {}", names(reduced.iter().copied())),
            done: "taken as weak: pain and central weakness lower the rate of firing; few units firing fast are reduced \
                   recruitment, few firing slowly are not"
                .into(),
            doubtful: keys(reduced),
            ..Hit::default()
        });
    }
    out
}

pub(super) fn timing(facts: &Facts<'_>, _: &History) -> Vec<Hit> {
    let Some(days) = facts.subject.days_since_onset.filter(|d| *d < FIBRILLATION_DAYS) else {
        return Vec::new();
    };
    if facts.is_empty() {
        return Vec::new();
    }
    let silent: Vec<&MuscleFact> = facts.muscles.iter().filter(|m| m.active() == Some(false)).collect();
    // A size within its limits may still fall.
    let may_fall = |test: &'static str, within: f64| {
        facts
            .data
            .iter()
            .filter(move |d| {
                days < within
                    && d.row.place.test == test
                    && matches!(d.verdict, Verdict::Normal | Verdict::Borderline)
                    && d.row.id.starts_with("amplitude_")
                    && !d.row.id.ends_with("ratio")
            })
            .map(|d| d.index)
    };
    let aside: Vec<usize> = may_fall("sensory", SNAP_DAYS).chain(may_fall("motor", CMAP_DAYS)).collect();
    let mut done = format!(
        "{} muscles without fibrillation are weak evidence: it usually takes {FIBRILLATION_DAYS:.0} days; repeat then",
        silent.len()
    );
    if !aside.is_empty() {
        done += &format!("; {} sizes within their limits set aside: they may still fall", aside.len());
    }
    vec![Hit { seen: format!("{days:.0} days since onset"), done, aside, doubtful: keys(silent) }]
}
