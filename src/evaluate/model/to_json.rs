//! An evaluation of a model for programs.

use super::figure::{confusion, coverage_curve, reliability};
use super::{Case, Evaluation, Options};
use serde_json::{Value, json};

/// The schema of the JSON output.
pub const SCHEMA: &str = "myotome.model_evaluation/1";

/// The options as they are written into results and model files.
pub(super) fn options_json(o: &Options) -> Value {
    json!({
        "learner": o.learner.id, "folds": o.folds, "seed": o.seed, "trees": o.trees, "calibration": o.calibration,
        "miss": o.miss, "least_probability": o.least_probability, "permutations": o.permutations,
        "importance": o.importance,
    })
}

/// The figures alone: what a model file carries.
pub fn figures_json(e: &Evaluation) -> Value {
    let mut figures = serde_json::Map::new();
    for v in &e.figures {
        let (low, high) = v.interval.unzip();
        figures.insert(v.figure.id.to_owned(), json!({ "value": v.value, "lower": low, "upper": high }));
    }
    let recalls = e.data.classes.iter().zip(&e.recalls).zip(e.data.per_class()).map(|((class, r), n)| {
        let (low, high) = r.interval.unzip();
        json!({ "class": class, "subjects": n, "recall": r.value, "lower": low, "upper": high })
    });
    json!({
        "subjects": e.data.subjects.len(),
        "figures": figures,
        "classes": recalls.collect::<Vec<_>>(),
        "chance": 1.0 / f64::from(u32::try_from(e.data.classes.len()).unwrap_or(u32::MAX)),
    })
}

/// Everything.
pub fn to_json(e: &Evaluation) -> Value {
    let all: Vec<&Case> = e.crossed.cases.iter().collect();
    let classes = e.data.classes.len();
    let cases = e.crossed.cases.iter().map(|c| {
        json!({
            "subject": e.data.subjects[c.subject], "class": e.data.classes[c.class], "fold": c.fold,
            "probabilities": c.probabilities, "most_probable": e.data.classes[c.guess()],
            "set": c.set.iter().zip(&e.data.classes).filter(|s| *s.0).map(|s| s.1).collect::<Vec<_>>(),
            "abstained": !c.told(), "why": c.why, "windows": c.windows, "windows_right": c.windows_right,
        })
    });
    let bins = reliability(&all, classes).unwrap_or_default();
    let importance = e.crossed.importance.iter().zip(&e.data.features).map(|(drops, f)| {
        let (log_loss, right) = super::page::mean_drop(drops);
        json!({ "feature": f.column, "log_loss": log_loss, "accuracy": right })
    });
    json!({
        "schema": SCHEMA,
        "version": env!("CARGO_PKG_VERSION"),
        "table": { "file": e.data.table, "sha256": e.data.sha256, "windows": e.data.windows(), "notes": e.data.notes },
        "options": options_json(&e.options),
        "features": e.data.features,
        "classes": e.data.classes,
        "cross_validated": figures_json(e),
        "tuned": { "what": e.options.learner.tuned, "of_fold": e.crossed.tuned },
        "calibration": e.crossed.calibrations,
        "notes": e.crossed.notes,
        "confusion": confusion(&all, classes),
        "reliability": bins.iter().map(|b| json!({ "n": b.n, "weight": b.weight, "confidence": b.confidence, "right": b.right })).collect::<Vec<_>>(),
        "coverage": coverage_curve(&all).iter().map(|c| json!({ "coverage": c.0, "least_probability": c.1, "accuracy": c.2 })).collect::<Vec<_>>(),
        "shuffled": e.shuffled.as_ref().map(|s| json!({
            "untuned": s.real, "mean": s.mean(), "sd": s.sd(), "p": s.p(), "n": s.shuffled.len(), "chance": s.chance,
        })),
        "importance": importance.collect::<Vec<_>>(),
        "alarms": e.alarms.iter().map(|(a, j)| json!({
            "id": a.id, "verdict": j.verdict.name(), "seen": j.seen, "what": a.what, "threshold": a.threshold, "source": a.source,
        })).collect::<Vec<_>>(),
        "subjects": cases.collect::<Vec<_>>(),
    })
}
