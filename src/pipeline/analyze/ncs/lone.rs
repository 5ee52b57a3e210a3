//! A recording without a study: its sweeps marked as muscle responses, held against no limit.

use super::rows::{Number, Spot, bare};
use crate::ncs::marker::{MarkerOptions, ResponseKind, Scratch};
use crate::ncs::{self, Measured};
use crate::recording::{ChannelKind, Recording};
use crate::result::{MeasureRow, Where};
use crate::study::RecordingRef;
use crate::units::Unit;

/// Most sweeps that get rows of their own. Ours: a train has ten, an F-wave study a hundred.
const MOST: usize = 200;

/// Rows of every sweep of the evoked channels, or why there are none. What the recording does not say (nerve, site,
/// distance) is not guessed, so nothing is held against a limit.
pub(in crate::pipeline::analyze) fn measure(
    recording: &Recording,
    name: &str,
) -> Result<Vec<MeasureRow>, String> {
    let mut evoked = recording.clone();
    evoked.channels.retain(|c| c.kind == ChannelKind::Evoked);
    let timed = evoked.format == "text" || evoked.channels.iter().any(|c| c.segments.len() > 1);
    let stimulated =
        evoked.annotations.iter().any(|a| a.text.trim_start().to_lowercase().starts_with("stim"));
    if !timed && !stimulated {
        return Err("it does not say when the stimuli were; a study file can (`stimulus_times_s`)".into());
    }
    let found = ncs::sweeps(&evoked, &RecordingRef::default(), None).map_err(|e| e.to_string())?;
    let plan = MarkerOptions::of(ResponseKind::Cmap).design(found.sweeps.sampling_frequency());
    let plan = plan.map_err(|e| e.to_string())?;
    let mut scratch = Scratch::default();
    let mut out = Vec::new();
    for (i, sweep) in found.sweeps.iter().enumerate().take(MOST) {
        let r = plan.apply(&sweep, &mut scratch).map_err(|e| e.to_string())?;
        let place = Where {
            test: "evoked".into(),
            file: Some(name.to_owned()),
            channel: found.labels.get(i).cloned(),
            sweep: Some(i),
            ..Where::default()
        };
        let spot = Spot { place, ..Spot::default() };
        let doubts: Vec<String> = r.doubts.iter().map(crate::ncs::marker::Doubt::said).collect();
        let numbers: [(&str, Unit, Measured, bool); 5] = [
            ("onset_latency", Unit::MILLISECOND, r.onset, true),
            ("peak_latency", Unit::MILLISECOND, r.peak, true),
            ("amplitude_baseline_to_negative_peak", Unit::MILLIVOLT, r.amplitude, false),
            ("negative_peak_duration", Unit::MILLISECOND, r.negative_duration, false),
            ("negative_peak_area", Unit::MILLIVOLT_MILLISECOND, r.negative_area, false),
        ];
        for (id, unit, measured, is_marker) in numbers {
            let marker = measured.value().filter(|_| is_marker);
            let mut row = bare(&spot, &Number::new(id, unit, measured).doubts(&doubts).marker(marker));
            row.limit.note = "no limit: the recording names no study".into();
            out.push(row);
        }
    }
    Ok(out)
}
