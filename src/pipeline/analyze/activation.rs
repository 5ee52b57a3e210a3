//! When the muscle is active, and how it tires: episodes and rows of the result file.

use super::view::{ChannelView, Episode};
use super::{Context, Gathered};
use crate::feature::Feature;
use crate::feature::fatigue::{FATIGUE, Fatigue, Fit};
use crate::feature::onset::{OnsetOptions, Scratch};
use crate::pipeline::features::{ChannelRows, Table};
use crate::recording::{Channel, ChannelKind};
use crate::result::MeasureRow;

/// A surface recording that shows no rest is one contraction if its median RMS is at least this, µV. Our
/// choice: noise of well-prepared skin electrodes is a few µV.
const CONTRACTION_UV: f64 = 20.0;

/// With rest as loud as that, activity must be this many times its RMS. Our choice: a tiring contraction
/// that grows by itself would else be cut into rest and activity.
const LOUD_RATIO: f64 = 2.0;

/// What is known of a channel's activity.
#[derive(Debug, Clone, Default)]
pub(super) struct Activity {
    pub(super) episodes: Vec<Episode>,
    pub(super) method: String,
    /// Share of the judged stretches, 0 to 1.
    share: f64,
    /// Why nothing can be said.
    reason: Option<String>,
}

/// Episodes of EMG, needle or surface, s from the recording's start. Each stretch without a gap is judged
/// by itself. `None` for evoked responses and for what is no EMG.
pub(super) fn of(channel: &Channel, samples: &[f64]) -> Option<Activity> {
    if !matches!(channel.kind, ChannelKind::Needle | ChannelKind::Surface | ChannelKind::Emg) {
        return None;
    }
    let fs = channel.sampling_frequency;
    let mut activity = Activity::default();
    let plan = match OnsetOptions::default().design(fs) {
        Ok(plan) => plan,
        Err(why) => {
            activity.reason = Some(format!("onset detection: {why}"));
            return Some(activity);
        }
    };
    activity.method = plan.describe();
    let (mut scratch, mut active, mut judged, mut longest) = (Scratch::default(), 0usize, 0usize, 0);
    let (mut power_active, mut power) = (0.0, 0.0);
    let square = |x: &[f64]| x.iter().map(|v| v * v).sum::<f64>();
    for stretch in channel.measurable() {
        let x = &samples[stretch.first..stretch.first + stretch.len];
        if !x.iter().all(|v| v.is_finite()) {
            continue;
        }
        let found = plan.activation(x, &mut scratch);
        if let Some(why) = found.why_none {
            if stretch.len > longest {
                (activity.reason, longest) = (Some(why.to_owned()), stretch.len);
            }
            continue;
        }
        judged += stretch.len;
        power += square(x);
        power_active += found.episodes.iter().map(|e| square(&x[e.start..e.end])).sum::<f64>();
        active += found.episodes.iter().map(|e| e.end - e.start).sum::<usize>();
        #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
        let time = |i: usize| stretch.onset_s + i as f64 / fs.0;
        let shown = found.episodes.iter().map(|e| Episode { start_s: time(e.start), end_s: time(e.end) });
        activity.episodes.extend(shown);
    }
    #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
    let rms = |power: f64, n: usize| if n > 0 { (power.max(0.0) / n as f64).sqrt() } else { 0.0 };
    let rest = 1e6 * rms(power - power_active, judged - active);
    let volts = channel.kind == ChannelKind::Surface && channel.is_calibrated_voltage();
    if volts && rest >= CONTRACTION_UV && 1e6 * rms(power_active, active) < LOUD_RATIO * rest {
        activity.episodes.clear();
        activity.reason = Some(format!(
            "no rest found: where the signal is lowest its RMS is {rest:.0} µV, and elsewhere less than twice that"
        ));
    } else if judged > 0 {
        activity.reason = None;
        #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
        let share = active as f64 / judged as f64;
        activity.share = share;
    } else if activity.reason.is_none() {
        activity.reason = Some("no stretch can be measured".to_owned());
    }
    Some(activity)
}

/// An index of fatigue of one channel, for the page and the result file.
#[derive(Debug, Clone)]
pub struct FatigueResult {
    /// The index.
    pub index: &'static Fatigue,
    /// The trend, or why there is none.
    pub fit: std::result::Result<crate::feature::fatigue::Trend, String>,
    /// Which windows were used.
    pub windows: String,
}

/// Fatigue of a surface recording: the windows that lie inside an episode, none overlapping another.
pub(super) fn fatigue(
    activity: &Activity,
    selected: &[&'static Feature],
    table: &Table,
    rows: &ChannelRows,
    refused: Option<&str>,
) -> Vec<FatigueResult> {
    let spans = spans(activity, selected, table, rows);
    let mut used = Vec::new();
    let (mut end, mut span) = (f64::NEG_INFINITY, 0);
    for (row, &(from, to)) in rows.times.iter().enumerate() {
        while spans.get(span).is_some_and(|s| s.1 < from) {
            span += 1;
        }
        // Times of windows and of episodes are rounded apart; a microsecond is less than a sample.
        let inside = spans.get(span).is_some_and(|s| from >= s.0 - 1e-6 && to <= s.1 + 1e-6);
        if inside && from >= end - 1e-6 {
            used.push(row);
            end = to;
        }
    }
    let windows = format!(
        "{} windows without overlap {}",
        used.len(),
        if activity.episodes.is_empty() { "(no rest found: one contraction)" } else { "inside activation" }
    );
    let result = |index: &'static Fatigue| {
        let fit = match (refused, selected.iter().position(|f| f.id == index.feature)) {
            (Some(why), _) => Err(why.to_owned()),
            (None, None) => Err(format!("`{}` is not among the selected features", index.feature)),
            (None, Some(column)) => {
                let values: Vec<Option<f64>> = table.column(rows, column).collect();
                let point = |row: &usize| {
                    Some((f64::midpoint(rows.times[*row].0, rows.times[*row].1), values[*row]?))
                };
                let points: Vec<(f64, f64)> = used.iter().filter_map(point).collect();
                let fit: Fit = (index.compute)(&points);
                fit.map_err(|why| match (&activity.reason, spans.is_empty()) {
                    (Some(reason), true) => reason.clone(),
                    _ => why.to_owned(),
                })
            }
        };
        FatigueResult { index, fit, windows: windows.clone() }
    };
    FATIGUE.iter().map(result).collect()
}

/// The episodes; all of a recording that shows no rest but is far above the noise.
fn spans(
    activity: &Activity,
    selected: &[&'static Feature],
    table: &Table,
    rows: &ChannelRows,
) -> Vec<(f64, f64)> {
    if activity.reason.is_none() {
        return activity.episodes.iter().map(|e| (e.start_s, e.end_s)).collect();
    }
    let Some(column) = selected.iter().position(|f| f.id == "rms") else { return Vec::new() };
    let mut rms: Vec<f64> = table.column(rows, column).flatten().collect();
    rms.sort_unstable_by(f64::total_cmp);
    if rms.get(rms.len() / 2).is_some_and(|m| *m >= CONTRACTION_UV) {
        vec![(f64::NEG_INFINITY, f64::INFINITY)]
    } else {
        Vec::new()
    }
}

/// Adds the rows of the result file.
pub(super) fn add_measures(
    gathered: &mut Gathered,
    context: &Context,
    view: &ChannelView,
    activity: &Activity,
    refused: Option<&str>,
) {
    let refused = refused.map(str::to_owned).or_else(|| activity.reason.clone());
    let mut push =
        |id: &str, unit: &str, value: std::result::Result<f64, String>, uncertainty, method: String| {
            let row = MeasureRow::measured(id, unit, value, context.place(&view.label), method);
            gathered.measures.push(MeasureRow { uncertainty, ..row });
        };
    #[expect(clippy::cast_precision_loss, reason = "few episodes")]
    let count = activity.episodes.len() as f64;
    for (id, unit, value) in
        [("activation_episodes", "1", count), ("activation_share", "%", 100.0 * activity.share)]
    {
        let value = refused.clone().map_or(Ok(value), Err);
        push(id, unit, value, None, activity.method.clone());
    }
    for f in &view.fatigue {
        let method = format!("{}; {}; uncertainty: half the 95 % interval", f.index.definition, f.windows);
        let uncertainty = f.fit.as_ref().ok().map(|t| 0.5 * (t.interval.1 - t.interval.0));
        push(f.index.id, f.index.unit, f.fit.clone().map(|t| t.slope), uncertainty, method);
    }
}
