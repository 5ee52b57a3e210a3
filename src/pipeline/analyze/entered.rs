//! Numbers and grades that a person entered in the study file.

use super::Gathered;
use super::needle::entered_grades;
use crate::result::{Limit, MeasureRow, Where};
use crate::study::{Response, Side, Stimulation, Study, Values};

/// Adds every entered value, absent response and grade.
pub(super) fn add(gathered: &mut Gathered, study: &Study) {
    let side = |s: Option<Side>| s.map(|s| s.name().to_owned());
    for m in &study.motor {
        let place = Where {
            test: "motor".into(),
            nerve: m.nerve.clone(),
            side: side(m.side),
            muscle: m.muscle.clone(),
            ..Where::default()
        };
        stimulations(gathered, &place, &m.stimulation, m.response);
    }
    for s in &study.sensory {
        let place =
            Where { test: "sensory".into(), nerve: s.nerve.clone(), side: side(s.side), ..Where::default() };
        stimulations(gathered, &place, &s.stimulation, s.response);
    }
    for f in &study.f_wave {
        let place = Where {
            test: "f_wave".into(),
            nerve: f.nerve.clone(),
            side: side(f.side),
            muscle: f.muscle.clone(),
            site: f.site.clone(),
            ..Where::default()
        };
        values(gathered, &place, &f.values);
        absent(gathered, &place, f.response, &[("f_min_latency", "ms")]);
    }
    for h in &study.h_reflex {
        let place = Where {
            test: "h_reflex".into(),
            nerve: h.nerve.clone(),
            side: side(h.side),
            muscle: h.muscle.clone(),
            site: h.site.clone(),
            ..Where::default()
        };
        values(gathered, &place, &h.values);
        absent(gathered, &place, h.response, &[("h_latency", "ms"), ("h_m_ratio", "%")]);
    }
    for r in &study.repetitive_stimulation {
        let place = Where {
            test: "repetitive_stimulation".into(),
            nerve: r.nerve.clone(),
            side: side(r.side),
            muscle: r.muscle.clone(),
            site: r.site.clone(),
            ..Where::default()
        };
        values(gathered, &place, &r.values);
        if let (Some(first), Some(fourth), None) =
            (r.amplitudes_mv.first(), r.amplitudes_mv.get(3), r.values.get("decrement_percent"))
            && *first > 0.0
        {
            let mut row = row(&place, "decrement", "%", Some(100.0 * (first - fourth) / first), "value");
            row.method = "first against fourth of the entered amplitudes; positive = fall".into();
            gathered.measures.push(row);
        }
    }
    for n in &study.needle {
        let place =
            Where { test: "needle".into(), side: side(n.side), muscle: n.muscle.clone(), ..Where::default() };
        gathered.measures.extend(n.findings.iter().flat_map(|f| entered_grades(f, &place)));
    }
}

fn stimulations(
    gathered: &mut Gathered,
    place: &Where,
    stimulations: &[Stimulation],
    response: Option<Response>,
) {
    let unit = if place.test == "motor" { "mV" } else { "uV" };
    let looked_for = [("onset_latency", "ms"), ("amplitude_baseline_to_negative_peak", unit)];
    for s in stimulations {
        let place = Where { site: s.site.clone(), ..place.clone() };
        values(gathered, &place, &s.values);
        absent(gathered, &place, s.response, &looked_for);
    }
    absent(gathered, place, response, &looked_for);
}

fn values(gathered: &mut Gathered, place: &Where, values: &Values) {
    let rows = values.0.iter().map(|(key, v)| row(place, key.measure, key.unit.symbol, Some(*v), "value"));
    gathered.measures.extend(rows);
}

fn absent(gathered: &mut Gathered, place: &Where, response: Option<Response>, looked_for: &[(&str, &str)]) {
    if response == Some(Response::Absent) {
        gathered.measures.extend(looked_for.iter().map(|(id, unit)| row(place, id, unit, None, "absent")));
    }
}

fn row(place: &Where, id: &str, unit: &str, value: Option<f64>, status: &'static str) -> MeasureRow {
    MeasureRow {
        id: id.to_owned(),
        status,
        value,
        unit: unit.to_owned(),
        uncertainty: None,
        reason: None,
        place: place.clone(),
        marker_ms: None,
        method: "entered in the study file".into(),
        origin: "entered",
        limit: Limit { note: "no limit is applied in this version".into(), ..Limit::default() },
        verdict: "no_limit",
    }
}
