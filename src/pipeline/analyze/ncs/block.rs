//! Conduction block and temporal dispersion of a segment, by each published set.

use super::rows::{Number, Person, Spot, apply_difference, spoil};
use super::site::Measurement;
use crate::ncs::Measured;
use crate::ncs::conduction::{change, ratio};
use crate::norms::ncs::{Answer, BlockCriterion, Judged, Kind, Ratios, difference, judge_block};
use crate::result::MeasureRow;
use crate::units::Unit;

/// `conduction_block`, `temporal_dispersion`, and the ratios behind them.
pub(super) fn rows(
    person: &Person<'_>,
    spot: &Spot,
    table: &str,
    distal: &Measurement,
    proximal: &Measurement,
) -> Vec<MeasureRow> {
    let hidden = proximal.hides(distal);
    let of = |a: &Measured, b: &Measured| match hidden {
        Some(why) => Measured::undefined(why, "proximal over distal"),
        None => ratio(a, b),
    };
    let amplitude = of(&distal.amplitude, &proximal.amplitude);
    let area = of(&distal.area, &proximal.area);
    let duration = ratio(&distal.duration, &proximal.duration);
    if amplitude.value().is_none() && area.value().is_none() && distal.amplitude.value().is_none() {
        return Vec::new();
    }
    let limit = match person.ask(spot, "amp_bp", "distal", Unit::MILLIVOLT) {
        Answer::Limit { lower: Some(l), .. } => Some(l / 1e3),
        _ => None,
    };
    let ratios = Ratios {
        amplitude: amplitude.value(),
        area: area.value(),
        duration: duration.value(),
        distal_v: distal.amplitude.value(),
        distal_of_limit: distal.amplitude.value().zip(limit).map(|(a, l)| a / l),
    };
    let nerve = spot.place.nerve.as_deref().unwrap_or_default();
    let mut out = Vec::new();
    // Area tells block best; without it the amplitude stands.
    let fall = if area.value().is_some() { change(&area, false) } else { change(&amplitude, false) };
    let method = if area.value().is_some() {
        "fall of the negative area from distal to proximal; criteria on amplitude, area and duration in the limit"
    } else {
        "fall of the amplitude from distal to proximal; criteria on amplitude, area and duration in the limit"
    };
    let mut row =
        person.row(spot, Number::new("conduction_block", Unit::PERCENT, Measured { method, ..fall }));
    let judged = judge_block(nerve, false, &ratios);
    say(&mut row, &judged, "block");
    by_healthy(person, spot, table, &mut row, &amplitude, &ratios, &judged);
    if distal.smaller_than(proximal) {
        row.doubts.push("the distal response is smaller than the proximal one; see there".into());
        row.verdict = "not_assessable";
    }
    spoil(&mut row, [&distal.spoilt_size, &proximal.spoilt_size]);
    out.push(row);
    let rise = match proximal.amplitude.value() {
        Some(_) => change(&duration, true),
        None => Measured::undefined("there is no proximal response", "rise from distal to proximal"),
    };
    // Entered studies rarely state durations and areas: no row where neither end has one.
    let given = |a: &Measured, b: &Measured| a.value().is_some() || b.value().is_some();
    let durations = given(&distal.duration, &proximal.duration);
    let mut row = person.row(spot, Number::new("temporal_dispersion", Unit::PERCENT, rise));
    if proximal.amplitude.value().is_some() {
        say(&mut row, &judge_block(nerve, true, &ratios), "dispersion");
    } else {
        row.verdict = "not_assessable";
    }
    if durations {
        out.push(row);
    }
    for (id, ratio, given) in [
        ("amplitude_ratio", amplitude, true),
        ("area_ratio", area, given(&distal.area, &proximal.area)),
        ("duration_ratio", duration, durations),
    ] {
        if given {
            let mut row = person.row(spot, Number::new(id, Unit::ONE, ratio));
            if id != "duration_ratio" {
                spoil(&mut row, [&distal.spoilt_size, &proximal.spoilt_size]);
            }
            out.push(row);
        }
    }
    // What is derived from entered sizes alone is marked so.
    if [distal, proximal].iter().all(|m| m.size_is_entered()) {
        out.iter_mut().for_each(|r| r.origin = "entered");
    }
    out
}

fn names(criteria: &[&'static BlockCriterion]) -> Vec<String> {
    criteria.iter().map(|c| format!("{} ({}, {})", c.set, c.id, c.status)).collect()
}

/// Writes verdict, sets met and the share of sets into a row.
fn say(row: &mut MeasureRow, judged: &Judged, what: &str) {
    if row.status != "value" {
        row.verdict = "not_assessable";
        return;
    }
    if judged.judged == 0 {
        row.limit.note = format!("no criterion of {what} could be judged here");
        row.verdict = "not_assessable";
        return;
    }
    row.verdict = match () {
        () if judged.decided => "abnormal",
        () if judged.met.is_empty() => "normal",
        () => "borderline",
    };
    let mut sets: Vec<&str> = judged.met.iter().map(|c| c.set).collect();
    sets.dedup();
    row.limit.set = sets.join(", ");
    let mut said = format!("criterion met: {} of {} judged", judged.met.len(), judged.judged);
    if !judged.met.is_empty() {
        said += &format!(": {}", names(&judged.met).join(", "));
    }
    if !judged.by_dispersion.is_empty() {
        said += &format!(
            "; met by amplitude alone, while area and duration suggest dispersion: {}",
            names(&judged.by_dispersion).join(", ")
        );
    }
    row.limit.note = said;
}

/// The fall that healthy persons of a set do not exceed in this very segment, where one was published.
fn by_healthy(
    person: &Person<'_>,
    spot: &Spot,
    table: &str,
    row: &mut MeasureRow,
    amplitude: &Measured,
    ratios: &Ratios,
    judged: &Judged,
) {
    let Some(fall) = amplitude.value().map(|r| 100.0 * (1.0 - r)) else { return };
    let found = match person.ask(spot, "amp_bp_drop", table, Unit::PERCENT) {
        Answer::Limit { set, upper: Some(upper), note, .. } => Some((set, upper, note)),
        _ => spot
            .study
            .and_then(|s| difference(Kind::Segment, s.id, "amp_bp_drop", table, "%"))
            .map(|d| (d.set.to_owned(), d.upper, format!("{}, {}", d.source, d.status))),
    };
    let Some((set, upper, note)) = found else { return };
    let said = row.limit.note.clone();
    // Dispersion lowers the amplitude as well.
    let dispersed =
        !judged.by_dispersion.is_empty() && ratios.area.is_some_and(|a| 100.0 * (1.0 - a) <= upper);
    if fall > upper && !dispersed {
        let sets = row.limit.set.clone();
        apply_difference(row, &set, upper, &note, "");
        row.verdict = "abnormal";
        if !sets.is_empty() {
            row.limit.set = format!("{set}, {sets}");
        }
    }
    row.limit.note = format!("{said}; amplitude falls {fall:.0} %, healthy up to {upper} % ({set}: {note})");
}
