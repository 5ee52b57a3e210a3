//! Tables of single motor units and trains.

use super::study::StudyScore;
use super::table::Table;

/// A row for each true motor unit.
pub(super) fn units(scores: &[StudyScore]) -> Table {
    let head = [
        "study",
        "file",
        "unit",
        "µV",
        "/RMS",
        "/noise",
        "nearest",
        "n",
        "train",
        "RoA",
        "Se",
        "PPV",
        "lag ms",
        "fit",
        "µV found",
        "ms",
        "ms true",
        "phases",
        "turns",
        "marks",
    ];
    let mut table = Table::new("Units", &head);
    let optional = |x: Option<f64>, digits: usize| x.map_or_else(|| "–".into(), |x| format!("{x:.digits$}"));
    for (study, recording) in scores.iter().flat_map(|s| s.recordings.iter().map(move |r| (s, r))) {
        for unit in &recording.units {
            let f = unit.found.as_ref();
            let m = unit.matched();
            let pair = |i: usize| {
                f.map_or_else(
                    || "–".into(),
                    |f| format!("{}/{:.0}", optional(f.measures[i].0, 0), f.measures[i].1),
                )
            };
            let marks = [(unit.tall, "tall"), (unit.detectable, "detectable")];
            let marks: Vec<&str> = marks.iter().filter(|m| m.0).map(|m| m.1).collect();
            table.rows.push(vec![
                study.name.clone(),
                recording.file.clone(),
                unit.id.to_string(),
                format!("{:.0}", unit.amplitude_uv),
                format!("{:.1}", unit.over_rms),
                format!("{:.0}", unit.over_noise),
                if unit.nearest.is_finite() { format!("{:.2}", unit.nearest) } else { "–".into() },
                unit.discharges.to_string(),
                f.map_or_else(|| "–".into(), |f| f.id.to_string()),
                format!("{:.2}", unit.agreement()),
                optional(m.sensitivity(), 2),
                optional(m.precision(), 2),
                optional(f.map(|f| 1e3 * f.discharges.lag_s), 2),
                f.map_or("–", |f| if f.quantifiable { "yes" } else { "no" }).to_owned(),
                optional(f.and_then(|f| f.measures[0].0), 0),
                optional(f.and_then(|f| f.measures[1].0), 1),
                optional(f.map(|f| f.measures[1].1), 1),
                pair(2),
                pair(3),
                marks.join(" "),
            ]);
        }
    }
    table
}

/// A row for each train that is of no true unit.
pub(super) fn false_trains(scores: &[StudyScore]) -> Option<Table> {
    let head = ["study", "file", "train", "n", "best RoA", "with unit", "fit"];
    let mut table = Table::new("False trains", &head);
    for (study, recording) in scores.iter().flat_map(|s| s.recordings.iter().map(move |r| (s, r))) {
        for train in recording.trains.iter().filter(|t| t.is_false()) {
            table.rows.push(vec![
                study.name.clone(),
                recording.file.clone(),
                train.id.to_string(),
                train.discharges.to_string(),
                format!("{:.2}", train.best_agreement),
                train.best_unit.map_or_else(|| "–".into(), |u| u.to_string()),
                if train.quantifiable { "yes" } else { "no" }.to_owned(),
            ]);
        }
    }
    (!table.rows.is_empty()).then_some(table)
}
