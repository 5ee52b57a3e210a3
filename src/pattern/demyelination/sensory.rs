//! Sets that do not count as demyelinating: sensory, axonal and inexcitable classes.

use super::features::sural_sparing;
use super::judge::{Aside, doubt, short};
use super::motor::{MotorNerve, nerve_of};
use super::{criteria_of, in_so_many_nerves};
use crate::norms::DemyelinationCriterion;
use crate::pattern::facts::{Datum, Facts, Verdict};
use crate::pattern::three::Three;
use crate::study::Side;

/// A sensory nerve on one side.
pub(super) struct SensoryNerve<'f> {
    pub(super) nerve: String,
    pub(super) side: Side,
    pub(super) data: Vec<&'f Datum<'f>>,
}

impl SensoryNerve<'_> {
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.side.name(), self.nerve.replace('_', " "))
    }
    /// Size, latency or velocity beyond its limit; `None` where nothing could be judged.
    pub(super) fn is_abnormal(&self, aside: Aside<'_>) -> Option<bool> {
        let judged = |d: &&&Datum<'_>| {
            [
                "amplitude_baseline_to_negative_peak",
                "amplitude_peak_to_peak",
                "onset_latency",
                "peak_latency",
                "conduction_velocity",
            ]
            .contains(&d.row.id.as_str())
                && d.verdict != Verdict::Unknown
                && !aside.iter().any(|(i, _)| *i == d.index)
        };
        let judged: Vec<_> = self.data.iter().filter(judged).collect();
        if judged.iter().any(|d| d.is_abnormal()) {
            return Some(true);
        }
        judged.iter().any(|d| d.is_normal()).then_some(false)
    }
}

/// Every sensory nerve. The median nerve across the wrist is left out where `wrist` is false (PN10).
pub(super) fn sensory_nerves<'f>(facts: &'f Facts<'f>, wrist: bool) -> Vec<SensoryNerve<'f>> {
    let mut out: Vec<SensoryNerve<'f>> = Vec::new();
    for d in facts.data.iter().filter(|d| d.row.place.test == "sensory" && !d.row.id.ends_with("_difference"))
    {
        let (Some(side), Some(nerve)) = (d.side, nerve_of(d)) else { continue };
        if !wrist && nerve == "median" {
            continue;
        }
        match out.iter_mut().find(|n| n.nerve == nerve && n.side == side) {
            Some(n) => n.data.push(d),
            None => out.push(SensoryNerve { nerve, side, data: vec![d] }),
        }
    }
    out
}

/// A criterion of one of these sets.
pub(super) fn class(
    c: &DemyelinationCriterion,
    facts: &Facts<'_>,
    nerves: &[MotorNerve<'_>],
    aside: Aside<'_>,
) -> (Three, String) {
    match c.param {
        "sensory_abnormal_nerves" => abnormal_nerves(c, facts, aside),
        "sncv" => velocities(c, facts, aside),
        "sural_sparing" => sural_sparing(facts),
        "axonal_dcmap" => axonal(c, nerves, aside),
        _ => inexcitable(nerves),
    }
}

fn abnormal_nerves(c: &DemyelinationCriterion, facts: &Facts<'_>, aside: Aside<'_>) -> (Three, String) {
    let all = sensory_nerves(facts, true);
    let needed = c.min_nerves.max(1);
    let names = |v: Option<bool>| -> Vec<String> {
        all.iter().filter(|n| n.is_abnormal(aside) == v).map(SensoryNerve::name).collect()
    };
    let (yes, unknown) = (names(Some(true)), names(None));
    let why = format!("abnormal: {}; of {} studied", list(&yes), all.len());
    if all.len() < needed {
        return (Three::Unknown, format!("{} sensory nerves studied, {needed} asked for", all.len()));
    }
    (Three::at_least(needed, yes.len(), unknown.len()), why)
}

fn list(names: &[String]) -> String {
    if names.is_empty() { "none".into() } else { names.join(", ") }
}

/// Sensory velocities; the sensory response takes the place of the distal motor one.
fn velocities(c: &DemyelinationCriterion, facts: &Facts<'_>, aside: Aside<'_>) -> (Three, String) {
    let all = sensory_nerves(facts, false);
    let (mut met, mut unknown, mut said) = (0, 0, Vec::new());
    for n in &all {
        let of = |id: &str| n.data.iter().find(|d| d.row.id == id);
        let Some((share, d)) = of("conduction_velocity").and_then(|d| Some((100.0 * d.over_lower()?, d)))
        else {
            unknown += 1;
            said.push(format!("{}: no velocity with a limit", n.name()));
            continue;
        };
        if d.is_absent() {
            unknown += 1;
            said.push(format!("{}: no response", n.name()));
            continue;
        }
        let small = of("amplitude_baseline_to_negative_peak")
            .and_then(|a| a.over_lower())
            .zip(c.low_amp_below)
            .is_some_and(|(a, b)| 100.0 * a < b);
        let threshold = if small { c.low_amp_threshold.or(c.threshold) } else { c.threshold };
        if !threshold.is_some_and(|t| c.beyond(share, t)) {
            continue;
        }
        said.push(format!("{}: {} % of the lower limit", n.name(), short(share)));
        if doubt(d, aside).is_some() { unknown += 1 } else { met += 1 }
    }
    let needed = c.min_nerves.max(1);
    let verdict = if all.len() < needed { Three::Unknown } else { Three::at_least(needed, met, unknown) };
    (verdict, format!("in {met} of {} sensory nerves; {}", all.len(), list(&said)))
}

fn axonal(c: &DemyelinationCriterion, nerves: &[MotorNerve<'_>], aside: Aside<'_>) -> (Three, String) {
    let of = |n: &MotorNerve<'_>| n.studies.iter().filter_map(|s| s.amplitude_percent()).reduce(f64::min);
    let sizes: Vec<Option<f64>> = nerves.iter().map(of).collect();
    let threshold = c.threshold.unwrap_or(f64::NAN);
    let low = sizes.iter().flatten().filter(|a| c.beyond(**a, threshold)).count();
    let unknown = sizes.iter().filter(|a| a.is_none()).count();
    let needed = c.min_nerves.max(1);
    let small = if nerves.len() < needed { Three::Unknown } else { Three::at_least(needed, low, unknown) };
    // One feature is allowed where the distal response is below a tenth of its limit.
    let judged = criteria_of("HADDEN1998", nerves, aside);
    let feature = |n: usize| judged.iter().any(|j| j.is(n, Three::Met));
    let features: Vec<usize> = (0..nerves.len()).filter(|n| feature(*n)).collect();
    let allowed = features.len() <= 1 && features.iter().all(|n| sizes[*n].is_some_and(|a| a < 10.0));
    let set = in_so_many_nerves(2, &judged, nerves);
    let why = format!(
        "distal response below {} % of its lower limit in {low} of {} nerves; demyelinating features in {}",
        short(threshold),
        nerves.len(),
        features.len()
    );
    let verdict = match (small, allowed, set) {
        (Three::NotMet, ..) | (_, false, _) => Three::NotMet,
        (Three::Met, true, Three::NotMet) => Three::Met,
        _ => Three::Unknown,
    };
    (verdict, why)
}

fn inexcitable(nerves: &[MotorNerve<'_>]) -> (Three, String) {
    let none = nerves.iter().filter(|n| n.studies.iter().all(|s| s.is_inexcitable())).count();
    let rest: Vec<Option<f64>> = nerves
        .iter()
        .filter(|n| !n.studies.iter().all(|s| s.is_inexcitable()))
        .map(|n| n.studies.iter().filter_map(|s| s.amplitude_percent()).reduce(f64::max))
        .collect();
    let why = format!("no distal response in {none} of {} motor nerves", nerves.len());
    let verdict = match rest[..] {
        _ if nerves.len() < 2 => Three::Unknown,
        [] => Three::Met,
        [Some(one)] => Three::of(Some(one < 10.0)),
        [None] => Three::Unknown,
        _ => Three::NotMet,
    };
    (verdict, why)
}
