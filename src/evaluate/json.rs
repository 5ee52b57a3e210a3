//! An evaluation for programs.

use super::figure::{FIGURES, OF_WEAK_CONTRACTIONS, Unit};
use super::statistics::bootstrap;
use super::study::StudyScore;
use super::table::{scope, show_target, value, weak};
use super::unit::UnitScore;
use serde_json::{Value, json};

/// The schema of the JSON output.
pub const SCHEMA: &str = "myotome.evaluation/1";

/// The evaluation for programs: every figure with its interval, recordings and, if asked, units.
pub fn to_json(scores: &[StudyScore], per_unit: bool) -> Value {
    let weak = weak(scores);
    let figures = FIGURES.iter().map(|figure| {
        let scores = scope(figure, scores, &weak);
        let value = value(figure, scores);
        let interval = bootstrap(scores, |draw| Some((figure.compute)(draw)?.0));
        json!({
            "id": figure.id,
            "group": figure.group,
            "name": figure.name,
            "unit": match figure.unit { Unit::Milliseconds => "ms", Unit::MetresPerSecond => "m/s", Unit::Points => "%", Unit::Share | Unit::Number => "1" },
            "value": value.map(|v| v.0),
            "lower": interval.map(|i| i.0),
            "upper": interval.map(|i| i.1),
            "n": value.map_or(0, |v| v.1),
            "goal": show_target(figure),
            "reached": figure.target.and_then(|t| value.map(|v| t.is_met(v.0))),
            "weak_contractions_only": OF_WEAK_CONTRACTIONS.contains(&figure.group),
            "definition": figure.definition,
        })
    });
    json!({
        "schema": SCHEMA,
        "version": env!("CARGO_PKG_VERSION"),
        "figures": figures.collect::<Vec<_>>(),
        "studies": scores.iter().map(|s| study_json(s, per_unit)).collect::<Vec<_>>(),
    })
}

fn study_json(s: &StudyScore, per_unit: bool) -> Value {
    let recordings = s.recordings.iter().map(|r| {
        let mut value = json!({
            "file": r.file,
            "level": r.level,
            "reported": r.reported,
            "true_units": r.units.len(),
            "found_trains": r.trains.len(),
            "false_trains": r.trains.iter().filter(|t| t.is_false()).count(),
            "spontaneous": {
                "true": r.spontaneous.truth,
                "found": r.spontaneous.found,
                "main_true": r.spontaneous.main_truth,
                "main_found": r.spontaneous.main_found,
                "events": r.spontaneous.events.iter().map(|(kind, m)| json!({
                    "kind": kind, "agreed": m.agreed, "missed": m.missed, "extra": m.extra,
                })).collect::<Vec<_>>(),
            },
        });
        if per_unit {
            value["units"] = r.units.iter().map(unit_json).collect();
        }
        value
    });
    json!({
        "name": s.name, "class": s.class, "state": s.state, "severity": s.severity,
        "impression": s.impression, "probabilities": s.probabilities,
        "recordings": recordings.collect::<Vec<_>>(),
    })
}

fn unit_json(u: &UnitScore) -> Value {
    let finite = |x: f64| x.is_finite().then_some(x);
    let m = u.matched();
    json!({
        "id": u.id, "amplitude_uv": u.amplitude_uv, "over_rms": finite(u.over_rms),
        "over_noise": finite(u.over_noise), "nearest": finite(u.nearest), "detectable": u.detectable,
        "tall": u.tall, "discharges": u.discharges, "agreement": u.agreement(),
        "agreed": m.agreed, "missed": m.missed, "extra": m.extra,
        "train": u.found.as_ref().map(|f| json!({
            "id": f.id, "lag_ms": 1e3 * f.discharges.lag_s, "quantifiable": f.quantifiable,
            "amplitude_error": f.amplitude_error, "duration_error_ms": f.duration_error_ms,
            "phases_right": f.phases_right, "turns_right": f.turns_right, "rate_error": f.rate_error,
            "cv_error": f.cv_error, "shape_error": f.shape_error,
        })),
    })
}
