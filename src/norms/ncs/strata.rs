//! Whom and what a limit holds for: age, sex, height, body mass, direction, distance.

use super::limits::{Query, Row};
use crate::norms::NORM_SETS;

/// How far a distance may be from the one a limit holds for, cm. Ours: half a finger's breadth; at 50 m/s it is
/// 0.1 ms.
const DISTANCE_TOLERANCE_CM: f64 = 0.5;

/// Says why a set does not hold for somebody younger than any person of it.
pub(super) fn too_young(set: &str, q: &Query<'_>) -> Option<String> {
    let (age, of) = (q.age_years?, NORM_SETS.iter().find(|s| s.id == set)?);
    let least = of.age_min?;
    (age < least).then(|| {
        let whom = if least < 25.0 { "adults" } else { "the elderly" };
        format!("{set}: the set is of {whom} (from {least} years), and the age is {age} years")
    })
}

/// Whether a row may hold for the person: what is not stated may be anything.
pub(super) fn could_fit(r: &Row, q: &Query<'_>) -> bool {
    (q.age_years.is_none() || inside(r.age, q.age_years.map(f64::floor), false))
        && (q.sex.is_none() || r.sex.is_none() || r.sex == q.sex)
        && (q.height_cm.is_none() || inside(r.height, q.height_cm, true))
        && (q.bmi.is_none() || inside(r.bmi, q.bmi, true))
}

/// Why none of a set's rows holds for the person.
pub(super) fn nobody(set: &str, rows: &[&Row], q: &Query<'_>) -> String {
    let of_age: Vec<&&Row> =
        rows.iter().filter(|r| inside(r.age, q.age_years.map(f64::floor), false)).collect();
    if of_age.is_empty() {
        return match q.age_years {
            None => format!("{set}: its limits hold for stated ages, and the age is not stated"),
            Some(age) => format!("{set}: no limit for an age of {age} years"),
        };
    }
    let mut lacking: Vec<&str> = Vec::new();
    if of_age.iter().all(|r| !inside(r.bmi, q.bmi, true)) {
        lacking.push(match q.bmi {
            None => "a body mass index, and weight or height are not stated",
            Some(_) => "other body mass indices",
        });
    }
    if of_age.iter().all(|r| r.sex.is_some() && r.sex != q.sex) {
        lacking.push(if q.sex.is_none() { "one sex, and the sex is not stated" } else { "the other sex" });
    }
    if of_age.iter().all(|r| !inside(r.height, q.height_cm, true)) {
        lacking.push(match q.height_cm {
            None => "stated heights, and the height is not stated",
            Some(_) => "other heights",
        });
    }
    if lacking.is_empty() {
        lacking.push("other persons");
    }
    format!("{set}: its limits hold for {}", lacking.join("; for "))
}

pub(super) fn inside(range: [Option<f64>; 2], value: Option<f64>, exclusive: bool) -> bool {
    match (range, value) {
        ([None, None], _) => true,
        (_, None) => false,
        ([low, high], Some(v)) => {
            low.is_none_or(|l| v >= l) && high.is_none_or(|h| if exclusive { v < h } else { v <= h })
        }
    }
}

pub(super) fn person_fits(r: &Row, q: &Query<'_>) -> bool {
    // Ages are whole years: 49.5 is 49.
    inside(r.age, q.age_years.map(f64::floor), false)
        && (r.sex.is_none() || r.sex == q.sex)
        && inside(r.height, q.height_cm, true)
        && inside(r.bmi, q.bmi, true)
}

pub(super) fn technique_fits(r: &Row, q: &Query<'_>) -> bool {
    // A study that does not state its direction is taken as the usual one of its set.
    r.technique.is_none() || q.technique.is_none() || r.technique == q.technique
}

pub(super) fn distance_fits(r: &Row, q: &Query<'_>) -> bool {
    // The size of a muscle's response hardly depends on the distance of its nerve's stimulation, and a velocity is
    // what stays comparable at another distance.
    if ["amp_bp", "mncv", "sncv"].contains(&r.parameter.as_str()) || r.distance == [None, None] {
        return true;
    }
    let Some(cm) = q.distance_mm.map(|d| d / 10.0) else { return false };
    let near = 1e-9 + DISTANCE_TOLERANCE_CM;
    r.distance[0].is_none_or(|low| cm >= low - near) && r.distance[1].is_none_or(|high| cm <= high + near)
}

pub(super) fn wrong_distance(set: &str, rows: &[&Row], q: &Query<'_>) -> String {
    let range = |r: &&Row| match r.distance {
        [Some(a), Some(b)] if (a - b).abs() < 1e-9 => format!("{a} cm"),
        [a, b] => {
            let text = |v: Option<f64>| v.map_or("…".to_owned(), |v| v.to_string());
            format!("{} to {} cm", text(a), text(b))
        }
    };
    if !rows.iter().any(|r| technique_fits(r, q)) {
        return format!("{set}: its limits are of the other direction (antidromic or orthodromic)");
    }
    let held = rows.first().map_or(String::new(), range);
    match q.distance_mm {
        None => format!("{set}: its limit holds at {held}, and the distance is not stated"),
        Some(d) => format!("{set}: its limit holds at {held}, and the distance is {} cm", d / 10.0),
    }
}

/// How many conditions a row names: the narrowest stratum is the one of most.
pub(super) fn strata(r: &Row) -> usize {
    usize::from(r.age != [None, None])
        + usize::from(r.sex.is_some())
        + usize::from(r.height != [None, None])
        + usize::from(r.bmi != [None, None])
}

pub(super) fn describe(r: &Row, q: &Query<'_>) -> String {
    let mut said = vec![format!("{} limit {} {}", if r.upper { "upper" } else { "lower" }, r.limit, r.unit)];
    if r.age != [None, None] {
        let text = |v: Option<f64>| v.map_or(String::new(), |v| format!("{v:.0}"));
        said.push(format!("age {}–{}", text(r.age[0]), text(r.age[1])));
    }
    if let Some(sex) = r.sex {
        said.push(sex.name().to_owned());
    }
    match r.height {
        [None, None] => {}
        [low, high] => {
            let low = low.map_or(String::new(), |v| format!("from {v:.0}"));
            let high = high.map_or(String::new(), |v| format!("below {v:.0}"));
            said.push(format!("height {low}{high} cm"));
        }
    }
    match r.bmi {
        [None, None] => {}
        [low, high] => {
            let low = low.map_or(String::new(), |v| format!("from {v:.0}"));
            let high = high.map_or(String::new(), |v| format!("below {v:.0}"));
            said.push(format!("body mass index {low}{high} kg/m²"));
        }
    }
    if r.parameter == "amp_bp" && r.distance != [None, None] && q.distance_mm.is_none() {
        said.push("distance not stated".to_owned());
    }
    said.push(r.source.clone());
    said.push(match r.status.as_str() {
        "recalled" => "recalled, limit not verified".to_owned(),
        other => other.to_owned(),
    });
    said.join(", ")
}
