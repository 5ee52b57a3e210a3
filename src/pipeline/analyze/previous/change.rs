//! One number then and now: how far it moved, and whether repetition alone would move it so far.

use super::read::{Measured, Number};
use crate::norms::repeatability;
use crate::result::{ChangeRow, Place, Point, SetupRow, Where};

/// Distances that differ by more are two tests, not one repeated, mm. Ours: at 50 m/s it is 0.2 ms, a twentieth of a
/// distal latency, which is what repetition gives.
const DISTANCE_MM: f64 = 10.0;
/// Skin temperatures that differ by more are two tests, °C. Ours: the published slopes give a twentieth of a velocity
/// for each degree.
const TEMPERATURE_C: f64 = 2.0;

const CHANGED: &str = "changed";
const WITHIN: &str = "within_repeatability";
const UNKNOWN: &str = "cannot_be_judged";

/// What is said of a pair.
struct Judged {
    within: Option<f64>,
    beyond: Option<f64>,
    verdict: &'static str,
    why: String,
    source: String,
}

fn unknown(why: impl Into<String>) -> Judged {
    Judged { within: None, beyond: None, verdict: UNKNOWN, why: why.into(), source: String::new() }
}

/// The row of a pair; `None` where neither study has a result.
pub(super) fn row(old: &Number, new: &Number, before: &Measured, now: &Measured) -> Option<ChangeRow> {
    if old.status == "undefined" && new.status == "undefined" {
        return None;
    }
    let place = new.place();
    let same_unit = old.unit == new.unit;
    let pair = old.value.zip(new.value).filter(|_| same_unit);
    let change = pair.map(|(a, b)| b - a);
    let judged = if same_unit {
        refusal(old, new, &place, before, now).unwrap_or_else(|| judge(old, new))
    } else {
        unknown(format!("then in {}, now in {}", old.unit, new.unit))
    };
    Some(ChangeRow {
        id: new.id.clone(),
        unit: new.unit.clone(),
        place: place_of(&place, &new.place.condition),
        old: point(old),
        new: point(new),
        change,
        change_percent: pair.filter(|(a, _)| *a != 0.0).map(|(a, b)| 100.0 * (b - a) / a.abs()),
        within: judged.within,
        beyond: judged.beyond,
        verdict: judged.verdict,
        why: judged.why,
        source: judged.source,
    })
}

fn point(n: &Number) -> Point {
    Point { status: n.status.clone(), value: n.value, uncertainty: n.uncertainty }
}

fn place_of(place: &Place, condition: &str) -> Where {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Where {
        test: place.test.clone(),
        nerve: some(&place.nerve),
        side: some(&place.side),
        muscle: some(&place.muscle),
        site: some(&place.site),
        segment: some(&place.segment),
        recording_site: some(&place.recording_site),
        condition: some(condition),
        ..Where::default()
    }
}

/// How the test of a place was set up; of a segment, any of its sites, for what holds for the whole test.
fn setup<'m>(measured: &'m Measured, place: &Place) -> Option<&'m SetupRow> {
    let same = |s: &&SetupRow| {
        s.test == place.test
            && s.nerve == place.nerve
            && s.side == place.side
            && s.muscle == place.muscle
            && s.recording_site == place.recording_site
    };
    let mut all = measured.setup.iter().filter(same);
    if place.site.is_empty() { all.next() } else { all.find(|s| s.site == place.site) }
}

/// Why two numbers must not be held against each other.
fn refusal(old: &Number, new: &Number, place: &Place, before: &Measured, now: &Measured) -> Option<Judged> {
    for (when, number) in [("then", old), ("now", new)] {
        if number.status == "undefined" {
            let why = number.reason.clone().unwrap_or_else(|| "no reason is given".into());
            return Some(unknown(format!("no value {when}: {why}")));
        }
        if let Some(doubt) = number.doubts.first() {
            return Some(unknown(format!("in doubt {when}: {doubt}")));
        }
    }
    let (then, today) = (setup(before, place), setup(now, place));
    let of = |get: fn(&SetupRow) -> Option<f64>| [then.and_then(get), today.and_then(get)];
    let techniques = [then, today].map(|s| s.and_then(|s| s.technique.as_deref()));
    if let [Some(a), Some(b)] = techniques
        && a != b
    {
        return Some(unknown(format!("{a} then, {b} now: not comparable")));
    }
    // What is computed from a distal latency hangs on the distance as it does.
    const OF_DISTANCE: [&str; 4] =
        ["onset_latency", "peak_latency", "residual_latency", "terminal_latency_index"];
    let latency = OF_DISTANCE.contains(&new.id.as_str());
    let sensory_size = place.test == "sensory" && new.id.starts_with("amplitude");
    if ["motor", "sensory"].contains(&place.test.as_str())
        && !place.site.is_empty()
        && (latency || sensory_size)
    {
        match of(|s| s.distance_to_electrode_mm) {
            [Some(a), Some(b)] if (a - b).abs() > DISTANCE_MM => {
                return Some(unknown(format!("stimulated at {a} mm then, at {b} mm now: not comparable")));
            }
            [None, None] if latency => {
                return Some(unknown(
                    "neither study states the distance, so that latencies may not be comparable",
                ));
            }
            [None, _] if latency => {
                return Some(unknown("the earlier study does not state the distance"));
            }
            [_, None] if latency => return Some(unknown("this study does not state the distance")),
            _ => {}
        }
    }
    // The size of a muscle's response hardly hangs on the temperature of the skin.
    let of_size = ["amplitude", "negative_peak_area", "conduction_block"];
    let motor_size = place.test == "motor" && of_size.iter().any(|id| new.id.starts_with(id));
    if let [Some(a), Some(b)] = of(|s| s.skin_temperature_c)
        && (a - b).abs() > TEMPERATURE_C
        && !motor_size
    {
        return Some(unknown(format!("skin at {a} °C then, at {b} °C now: not comparable")));
    }
    None
}

/// Holds a change against the stated uncertainties and the published variation between visits.
fn judge(old: &Number, new: &Number) -> Judged {
    let (Some(a), Some(b)) = (old.value, new.value) else { return absent(old, new) };
    let change = (b - a).abs();
    // Half of a 95 % interval each; of their difference, where the errors are independent.
    let stated = old.uncertainty.zip(new.uncertainty).map(|(u, v)| u.hypot(v));
    let origin = match (old.origin.as_str(), new.origin.as_str()) {
        ("entered", "auto" | "manual") => "; entered then, measured now",
        ("auto" | "manual", "entered") => "; measured then, entered now",
        _ => "",
    };
    // Decimal numbers in binary: a change that prints as the bound is on it.
    let exceeds = |bound: f64| change - bound > 1e-9 * change.max(1.0);
    let Some(published) = repeatability(&new.id) else {
        return match stated {
            None => unknown("no uncertainty is stated, and no variation between visits is held"),
            Some(bound) if exceeds(bound) => Judged {
                within: Some(bound),
                why: format!(
                    "beyond what the two uncertainties give; how far it varies between visits is not held{origin}"
                ),
                ..unknown("")
            },
            Some(bound) => Judged {
                within: Some(bound),
                beyond: None,
                verdict: WITHIN,
                why: format!("the two uncertainties alone give as much{origin}"),
                source: String::new(),
            },
        };
    };
    let [low, high] =
        published.of_difference(0.5 * (a.abs() + b.abs())).map(|v| v.max(stated.unwrap_or(0.0)));
    let percent = |cv: f64| format!("{:.1}", 100.0 * cv);
    let (verdict, how) = if exceeds(high) {
        (CHANGED, "exceeds what repetition gives")
    } else if exceeds(low) {
        (UNKNOWN, "lies between the bounds of what repetition gives")
    } else {
        (WITHIN, "repetition alone gives as much")
    };
    Judged {
        within: Some(low),
        beyond: Some(high),
        verdict,
        why: format!("{how}{origin}"),
        source: format!(
            "{} vary by {} to {} % between visits ({}, {} subjects, {})",
            published.group,
            percent(published.low),
            percent(published.high),
            published.source,
            published.subjects,
            published.status
        ),
    }
}

/// A response that is absent in one of the studies, or in both.
fn absent(old: &Number, new: &Number) -> Judged {
    if old.value.is_none() && new.value.is_none() {
        return Judged { verdict: WITHIN, why: "absent then and now".into(), ..unknown("") };
    }
    let (size, when) = match (old.value, new.value) {
        (Some(size), _) => (size, "a response then, none now"),
        (_, size) => (size.unwrap_or_default(), "no response then, one now"),
    };
    if !new.id.starts_with("amplitude") {
        return unknown(format!("{when}: nothing to hold this number against"));
    }
    let uncertainty = old.uncertainty.or(new.uncertainty);
    match uncertainty {
        Some(u) if size > u => Judged {
            verdict: CHANGED,
            why: format!("{when}; it is larger than its uncertainty"),
            ..unknown("")
        },
        Some(_) => unknown(format!("{when}, no larger than its uncertainty")),
        None => unknown(format!("{when}; how small a response would have been seen is not stated")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn number(id: &str, value: Option<f64>, uncertainty: Option<f64>) -> Number {
        let status = if value.is_some() { "value" } else { "absent" };
        serde_json::from_value(json!({
            "id": id, "status": status, "value": value, "unit": "ms", "uncertainty": uncertainty,
            "where": { "test": "motor", "nerve": "tibial", "side": "left", "muscle": "abductor_hallucis", "site": "ankle" }
        }))
        .unwrap()
    }

    fn verdict(id: &str, old: f64, new: f64, u: Option<f64>) -> &'static str {
        judge(&number(id, Some(old), u), &number(id, Some(new), u)).verdict
    }

    #[test]
    fn a_change_is_held_against_the_range_of_published_variation() {
        // 1.96 √2 × 4.2 to 9.8 % of the mean: 11.6 to 27.2 %.
        assert_eq!(verdict("onset_latency", 4.0, 4.4, None), WITHIN);
        assert_eq!(verdict("onset_latency", 4.0, 4.8, None), UNKNOWN);
        assert_eq!(verdict("onset_latency", 4.0, 5.6, None), CHANGED);
        assert_eq!(verdict("onset_latency", 5.6, 4.0, None), CHANGED);
        // 43 to 55 % of the mean.
        assert_eq!(verdict("amplitude_peak_to_peak", 10.0, 6.6, None), WITHIN);
        assert_eq!(verdict("amplitude_peak_to_peak", 10.0, 6.2, None), UNKNOWN);
        assert_eq!(verdict("amplitude_peak_to_peak", 10.0, 5.0, None), CHANGED);
        // A stated uncertainty may be the greater of the two.
        assert_eq!(verdict("onset_latency", 4.0, 5.6, Some(1.5)), WITHIN);
    }

    #[test]
    fn without_published_variation_a_change_is_never_called_one() {
        assert_eq!(verdict("h_m_ratio", 40.0, 42.0, Some(2.0)), WITHIN);
        assert_eq!(verdict("h_m_ratio", 40.0, 80.0, Some(2.0)), UNKNOWN);
        assert_eq!(verdict("h_m_ratio", 40.0, 40.0, None), UNKNOWN);
    }

    #[test]
    fn an_absent_response_is_judged_by_what_would_have_been_seen() {
        let (id, latency) = ("amplitude_baseline_to_negative_peak", "onset_latency");
        let there = |id, u| number(id, Some(5.0), u);
        let none = |id| number(id, None, None);
        assert_eq!(judge(&there(id, Some(0.5)), &none(id)).verdict, CHANGED);
        assert_eq!(judge(&none(id), &there(id, Some(6.0))).verdict, UNKNOWN);
        assert_eq!(judge(&there(id, None), &none(id)).verdict, UNKNOWN);
        assert_eq!(judge(&there(latency, Some(0.5)), &none(latency)).verdict, UNKNOWN);
        assert_eq!(judge(&none(id), &none(id)).verdict, WITHIN);
    }
}
