//! The needle screening of one channel, as rows of the result file.

use super::view::ChannelView;
use super::{Context, Gathered};
use crate::measure::Reading;
use crate::needle::mup::Mup;
use crate::needle::screening::{self, Screening, ScreeningMeasure};
use crate::norms;
use crate::recording::{Channel, Recording};
use crate::result::{Grades, Limit, MeasureRow, NeedleRow, Potential, ReferenceSet, Where};
use crate::trace::Trace;
use crate::{Error, Result};

/// Screens the longest stretch of `samples` (volts, or the file's unit where uncalibrated).
pub(super) fn needle(
    gathered: &mut Gathered,
    recording: &Recording,
    channel: &Channel,
    samples: &[f64],
    context: &Context,
    view: &ChannelView,
    refused: Option<&str>,
) -> Result<NeedleRow> {
    let muscle = context.muscle.clone();
    let longest = channel.measurable().into_iter().max_by_key(|s| s.len);
    let stretch = longest.map_or(&[][..], |s| &samples[s.first..s.first + s.len]);
    let limits = muscle.as_deref().map(norms::mup_limits).unwrap_or_default();
    let screening = match Trace::new(stretch, channel.sampling_frequency) {
        Ok(trace) => screening::screen(
            trace,
            &screening::Context {
                calibrated: view.calibrated,
                effort: context.level,
                muscle: muscle.clone(),
                age_years: context.age_years.or(recording.subject.age_years),
                limits: limits.clone(),
                all_limits: norms::MUP_LIMITS.clone(),
                refusals: refused.map(str::to_owned).into_iter().collect(),
                notes: view.warnings.clone(),
            },
        ),
        Err(Error::Signal(why)) => return Ok(refuse(context, view, muscle, why)),
        Err(other) => return Err(other),
    };
    for limit in &limits {
        let set = ReferenceSet { id: limit.set.clone(), version: "1".into() };
        if !gathered.sets.contains(&set) {
            gathered.sets.push(set);
        }
    }
    let onset = longest.map_or(0.0, |s| s.onset_s);
    gathered.measures.extend(screening.measures.iter().map(|m| row(m, context, view, muscle.as_deref())));
    Ok(needle_row(screening, onset, context, view, muscle))
}

fn refuse(context: &Context, view: &ChannelView, muscle: Option<String>, why: String) -> NeedleRow {
    NeedleRow {
        muscle: muscle.unwrap_or_default(),
        side: context.side.unwrap_or_default().to_owned(),
        file: context.name.clone(),
        channel: view.label.clone(),
        motor_units: Vec::new(),
        spontaneous: Vec::new(),
        density: Vec::new(),
        summary: Vec::new(),
        potentials: Vec::new(),
        interference: Vec::new(),
        grades: no_grades(),
        impression: "not_interpretable",
        probabilities: None,
        evidence: Vec::new(),
        caveats: vec![why],
    }
}

/// Nothing is graded from a recording in this version.
fn no_grades() -> Grades {
    Grades {
        fibrillation: None,
        positive_sharp_wave: None,
        fasciculation: None,
        recruitment: "not_assessable".into(),
    }
}

fn needle_row(
    s: Screening,
    onset: f64,
    context: &Context,
    view: &ChannelView,
    muscle: Option<String>,
) -> NeedleRow {
    let mut interference = s.epochs;
    for epoch in &mut interference {
        epoch.start_s += onset;
        epoch.end_s += onset;
    }
    NeedleRow {
        potentials: s.potentials.iter().map(|p| potential(p, onset)).collect(),
        interference,
        impression: s.impression,
        evidence: s.evidence,
        caveats: s.caveats,
        ..refuse(context, view, muscle, String::new())
    }
}

fn potential(p: &Mup, onset: f64) -> Potential {
    Potential {
        times_s: p.times_s.iter().map(|t| t + onset).collect(),
        amplitude_uv: p.amplitude * 1e6,
        duration_ms: p.duration.map(|v| v * 1e3),
        rise_time_ms: p.rise_time.map(|v| v * 1e3),
        area_uvms: p.area.map(|v| v * 1e9),
        phases: p.phases,
        turns: p.turns,
        rate_hz: p.rate,
    }
}

fn row(m: &ScreeningMeasure, context: &Context, view: &ChannelView, muscle: Option<&str>) -> MeasureRow {
    // The features of the whole recording have the plain ids.
    let id = match m.id {
        "mnf" => "active_mnf",
        "mdf" => "active_mdf",
        other => other,
    };
    let value = match m.reading {
        Reading::Value(v) => Ok(v * m.unit.per_si),
        Reading::Absent => Err("not there".to_owned()),
        Reading::Undefined(why) => Err(why.to_owned()),
    };
    let place = Where { muscle: muscle.map(str::to_owned), ..context.place(&view.label) };
    let method = "needle screening of the longest stretch without a gap".to_owned();
    let row = MeasureRow::measured(id, m.unit.symbol, value, place, method);
    let limit = Limit { note: "no published limit for this measure".into(), ..Limit::default() };
    MeasureRow { limit, ..row }
}
