//! Features that tell kinds of polyneuropathy apart: slowing that is uniform, axonal or demyelinating, the sural response
//! spared, the acute axonal form. Each with what decided it or what is missing.

use super::motor::{MotorNerve, nerves};
use super::sensory::{SensoryNerve, sensory_nerves};
use crate::pattern::facts::{Datum, Facts, SIDES, Verdict};
use crate::pattern::three::Three;

/// Velocities whose shares of their limits differ by no more than this ratio are uniform. Ours.
const UNIFORM: f64 = 1.35;
/// A velocity below so many percent of its limit is slow beyond what lost axons explain (DE1).
const SLOW_PERCENT: f64 = 80.0;
/// Days within which a polyneuropathy is acute (PN16: four weeks).
const ACUTE_DAYS: f64 = 28.0;

/// Velocity, percent of its lower limit, of every segment outside the usual sites of entrapment.
fn velocities(nerves: &[MotorNerve<'_>]) -> Vec<(usize, f64)> {
    let mut out = Vec::new();
    for (i, n) in nerves.iter().enumerate() {
        for s in &n.studies {
            for g in s.segments.iter().filter(|g| !g.crosses_entrapment(&s.nerve)) {
                let judged = g.velocity.filter(|v| v.row.verdict != "not_assessable" && !v.is_absent());
                out.extend(judged.and_then(Datum::over_lower).map(|v| (i, 100.0 * v)));
            }
        }
    }
    out
}

/// Block or dispersion anywhere outside the usual sites of entrapment: some, none, or not known.
fn block_or_dispersion(nerves: &[MotorNerve<'_>]) -> Option<bool> {
    let (mut some, mut judged, mut unknown) = (false, false, false);
    for n in nerves {
        for s in &n.studies {
            for g in s.segments.iter().filter(|g| !g.crosses_entrapment(&s.nerve)) {
                match g.block.map(|b| b.verdict) {
                    Some(Verdict::Abnormal) => some = true,
                    Some(Verdict::Normal | Verdict::Borderline) => judged = true,
                    _ => unknown = true,
                }
                some |=
                    g.duration_ratio.and_then(Datum::value).is_some_and(|r| r > 1.3) && s.nerve != "tibial";
            }
        }
    }
    if some { Some(true) } else { (judged && !unknown).then_some(false) }
}

/// PN14: slowing that is alike in every nerve, without block or dispersion.
pub fn uniform_slowing(facts: &Facts<'_>) -> (Three, String) {
    let nerves = nerves(facts);
    let all = velocities(&nerves);
    let mut of: Vec<usize> = all.iter().map(|(n, _)| *n).collect();
    of.dedup();
    if of.len() < 2 {
        return (Three::Unknown, format!("motor velocity with a limit in {} nerves; 2 are needed", of.len()));
    }
    let least = all.iter().map(|(_, v)| *v).fold(f64::INFINITY, f64::min);
    let most = all.iter().map(|(_, v)| *v).fold(0.0, f64::max);
    let text =
        format!("motor velocities {least:.0} to {most:.0} % of their lower limits in {} nerves", of.len());
    if most >= SLOW_PERCENT || least <= 0.0 || most / least > UNIFORM {
        return (Three::NotMet, text);
    }
    match block_or_dispersion(&nerves) {
        Some(true) => (Three::NotMet, format!("{text}, with block or dispersion")),
        Some(false) => (Three::Met, format!("{text}, no block")),
        None => (Three::Unknown, format!("{text}; block was not looked for in every nerve")),
    }
}

/// PN11: a sensory response of the arm abnormal while the sural one is normal. The median nerve counts only beside the
/// ulnar or radial one: alone it may be caught at the wrist.
pub fn sural_sparing(facts: &Facts<'_>) -> (Three, String) {
    let all = sensory_nerves(facts, true);
    let of = |nerve: &'static str| all.iter().filter(move |n| n.nerve == nerve);
    let state = |n: &SensoryNerve<'_>| n.is_abnormal(&[]);
    let sural: Vec<Option<bool>> = of("sural").map(state).collect();
    if sural.is_empty() {
        return (Three::Unknown, "sural response not studied".into());
    }
    if sural.contains(&Some(true)) {
        return (Three::NotMet, "sural response abnormal".into());
    }
    if sural.contains(&None) {
        return (Three::Unknown, "sural response could not be judged".into());
    }
    let mut tested = false;
    for side in SIDES {
        let abnormal = |nerve: &'static str| {
            of(nerve).filter(|n| n.side == side).find_map(|n| state(n).map(|a| (a, n.name())))
        };
        let [radial, median, ulnar] = ["superficial_radial", "median", "ulnar"].map(abnormal);
        tested |= radial.is_some() || (median.is_some() && ulnar.is_some());
        let two = [&median, &ulnar].iter().all(|n| n.as_ref().is_some_and(|(a, _)| *a));
        if let Some((true, name)) = &radial {
            return (Three::Met, format!("{name} abnormal, sural normal"));
        }
        if two {
            return (Three::Met, format!("{} median and ulnar abnormal, sural normal", side.name()));
        }
    }
    if tested {
        (Three::NotMet, "sensory responses of the arm normal, or the median one alone abnormal".into())
    } else {
        (
            Three::Unknown,
            "neither the radial nor both the median and ulnar sensory responses were studied".into(),
        )
    }
}

/// PN16: distal motor responses low in two nerves or more within four weeks, nothing demyelinating.
pub fn acute_axonal(facts: &Facts<'_>) -> (Three, String) {
    let nerves = nerves(facts);
    let amplitude = |n: &MotorNerve<'_>| {
        n.studies.iter().filter_map(|s| s.amplitude).map(|a| a.verdict).collect::<Vec<_>>()
    };
    let low = nerves.iter().filter(|n| amplitude(n).contains(&Verdict::Abnormal)).count();
    let unknown = nerves.iter().filter(|n| amplitude(n).iter().all(|v| *v == Verdict::Unknown)).count();
    let text = format!("distal motor responses low in {low} of {} nerves", nerves.len());
    match facts.subject.days_since_onset {
        Some(d) if d > ACUTE_DAYS => return (Three::NotMet, format!("{text}; {d:.0} days since onset")),
        _ if nerves.len() < 2 => return (Three::Unknown, format!("{text}; 2 are needed")),
        _ => {}
    }
    if Three::at_least(2, low, unknown) == Three::NotMet {
        return (Three::NotMet, text);
    }
    let (demyelinating, why) = demyelinating_features(facts);
    match (Three::at_least(2, low, unknown), demyelinating, facts.subject.days_since_onset) {
        (_, Three::Met, _) => (Three::NotMet, format!("{text}; {why}")),
        (Three::Met, Three::NotMet, Some(d)) => (
            Three::Met,
            format!("{text}, nothing demyelinating, {d:.0} days since onset; a later study decides"),
        ),
        (.., None) => (Three::Unknown, format!("{text}; the day of onset is not stated")),
        _ => (Three::Unknown, format!("{text}; {why}")),
    }
}

/// DE1 to DE4 in any nerve: velocity below 70 % (80 % where the distal response is kept), distal latency or least F
/// latency from 130 and 120 %, block or dispersion; outside the usual sites of entrapment.
pub fn demyelinating_features(facts: &Facts<'_>) -> (Three, String) {
    let nerves = nerves(facts);
    let mut found = Vec::new();
    let mut judged = false;
    for n in &nerves {
        for s in &n.studies {
            let kept = s.amplitude.is_some_and(Datum::is_normal);
            let clear = |d: Option<&Datum<'_>>| {
                d.filter(|d| d.row.verdict != "not_assessable").and_then(Datum::over_upper).map(|v| 100.0 * v)
            };
            for g in s.segments.iter().filter(|g| !g.crosses_entrapment(&s.nerve)) {
                let velocity = g.velocity.filter(|v| v.row.verdict != "not_assessable" && !v.is_absent());
                let Some(v) = velocity.and_then(Datum::over_lower).map(|v| 100.0 * v) else { continue };
                judged = true;
                if v < 70.0 || (kept && v < SLOW_PERCENT) {
                    found.push(format!("{} velocity {v:.0} % of its limit (DE1)", n.name()));
                }
            }
            if let Some(l) = clear(s.latency).filter(|l| *l >= 130.0 && s.nerve != "median") {
                found.push(format!("{} distal latency {l:.0} % of its limit (DE2)", n.name()));
            }
            if let Some(f) = s.f.as_ref().and_then(|f| clear(f.least)).filter(|f| *f >= 120.0) {
                found.push(format!("{} least F latency {f:.0} % of its limit (DE4)", n.name()));
            }
        }
    }
    if block_or_dispersion(&nerves) == Some(true) {
        found.push("block or dispersion (DE3)".into());
    }
    match (found.is_empty(), judged) {
        (false, _) => (Three::Met, found.join("; ")),
        (true, true) => (Three::NotMet, "velocities and latencies without a demyelinating feature".into()),
        (true, false) => {
            (Three::Unknown, "no motor velocity with a limit outside the usual sites of entrapment".into())
        }
    }
}

/// AX1 to AX5: motor or sensory responses low while velocities stay at 75 % of their limits and distal latencies within
/// 130 %.
pub fn axonal_features(facts: &Facts<'_>) -> (Three, String) {
    let nerves = nerves(facts);
    let low: Vec<String> = nerves
        .iter()
        .filter(|n| n.studies.iter().any(|s| s.amplitude.is_some_and(Datum::is_abnormal)))
        .map(|n| format!("{} motor", n.name()))
        .chain(
            sensory_nerves(facts, false)
                .iter()
                .filter(|n| n.data.iter().any(|d| d.row.id.starts_with("amplitude_") && d.is_abnormal()))
                .map(|n| format!("{} sensory", n.name())),
        )
        .collect();
    let all = velocities(&nerves);
    if all.is_empty() {
        return (Three::Unknown, "no motor velocity with a limit".into());
    }
    let least = all.iter().map(|(_, v)| *v).fold(f64::INFINITY, f64::min);
    let long = nerves.iter().flat_map(|n| &n.studies).any(|s| {
        let l = s.latency.filter(|l| l.row.verdict != "not_assessable").and_then(Datum::over_upper);
        s.nerve != "median" && l.is_some_and(|l| l > 1.3)
    });
    let text = format!(
        "responses low: {}; least velocity {least:.0} % of its limit",
        if low.is_empty() { "none".into() } else { low.join(", ") }
    );
    let met = !low.is_empty() && least >= 75.0 && !long;
    (Three::of(Some(met)), text)
}
