//! A number of nerve conduction in words.

use crate::pattern::facts::{Datum, Verdict};

/// A number in words: where, what, value, limit and whose.
pub(in crate::pattern) fn said(d: &Datum<'_>) -> String {
    let row = d.row;
    let place = &row.place;
    let mut at: Vec<String> = [place.side.as_deref(), place.nerve.as_deref()]
        .into_iter()
        .flatten()
        .map(|w| w.replace('_', " "))
        .collect();
    let rest = [place.muscle.as_deref(), place.recording_site.as_deref()];
    at.extend(rest.into_iter().flatten().map(|w| format!("({})", w.replace('_', " "))));
    let stretch = place.segment.as_deref().or(place.site.as_deref());
    at.extend(stretch.map(|w| w.replace('_', " ").replace('-', " to ")));
    let what = row.id.replace('_', " ");
    let value = match (row.status, row.value) {
        ("absent", _) => "absent".to_owned(),
        (_, Some(v)) => format!("{} {}", number(v), unit(&row.unit)).trim_end().to_owned(),
        _ => "not known".to_owned(),
    };
    let limit = match (row.limit.lower, row.limit.upper) {
        _ if d.verdict == Verdict::Unknown => String::new(),
        (Some(l), Some(u)) => format!(", limits {} to {}", number(l), number(u)),
        (Some(l), None) => format!(", lower limit {}", number(l)),
        (None, Some(u)) => format!(", upper limit {}", number(u)),
        (None, None) => String::new(),
    };
    let set = if row.limit.set.is_empty() || limit.is_empty() {
        String::new()
    } else {
        format!(" ({})", row.limit.set)
    };
    format!("{}: {what} {value}{limit}{set}", at.join(" "))
}

fn unit(u: &str) -> &str {
    match u {
        "1" => "",
        "uV" => "µV",
        other => other,
    }
}

fn number(v: f64) -> String {
    let digits = if v.abs() >= 20.0 { 0 } else { 1 + usize::from(v.abs() < 1.0) };
    format!("{v:.digits$}")
}
