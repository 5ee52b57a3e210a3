//! A table with a column of times is one sweep a column, at the times it gives.

use crate::recording::{Channel, Segment};
use crate::{Error, Result};

/// A gap that begins no later than this behind the stimulus, s, and ends no later than [`BLANKED_TO_S`], is a blanked
/// artefact. Ours: amplifiers are blanked with the stimulus.
const BLANKED_FROM_S: f64 = 0.0005;
/// See [`BLANKED_FROM_S`], s. Ours: the earliest responses of a routine study begin about then.
const BLANKED_TO_S: f64 = 0.003;
/// What stands before the stimulus is held up to here, s: as the marker takes a baseline.
const BASELINE_TO_S: f64 = -1e-4;

/// Whether the times begin anew with every stretch: records behind each other.
pub(super) fn begins_anew(channel: &Channel) -> bool {
    let first = channel.segments.first().map_or(0.0, |s| s.onset_s);
    let slack = 0.5 / channel.sampling_frequency.0;
    channel.segments.len() > 1 && channel.segments.iter().all(|s| (s.onset_s - first).abs() <= slack)
}

/// The sweep of a column whose times have gaps, V as recorded, with what was blanked in words.
///
/// # Errors
/// A gap elsewhere than in the artefact's time: what lies in it cannot be measured.
pub(super) fn bridged(channel: &Channel) -> Result<(Vec<f64>, Option<String>)> {
    let fs = channel.sampling_frequency.0;
    #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
    let end = |s: &Segment| s.onset_s + s.len as f64 / fs;
    let mut samples = Vec::new();
    let mut piece = Vec::new();
    let mut blanked = None;
    let mut before: Option<Segment> = None;
    for s in &channel.measurable() {
        if before.is_none() && s.first > 0 {
            return Err(Error::Signal("the table's first samples are missing".into()));
        }
        channel.si_into(s.first..s.first + s.len, &mut piece);
        if let (Some(last), Some(&level), Some(&next)) = (before, samples.last(), piece.first()) {
            let (from, to) = (end(&last), s.onset_s);
            let said = format!("{:.2} to {:.2} ms", 1e3 * from, 1e3 * to);
            if to <= from {
                let what = format!("the table's times go back, from {:.2} to {:.2} ms", 1e3 * from, 1e3 * to);
                return Err(Error::Signal(what));
            }
            if from > BLANKED_FROM_S || to > BLANKED_TO_S {
                let what =
                    format!("the table has no samples from {said}: what lies there cannot be measured");
                return Err(Error::Signal(what));
            }
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "checked against the samples there are"
            )]
            let count = ((to - from) * fs).round() as usize;
            if count > channel.len() {
                let what = format!("the table has no samples from {said}, more than it has in all");
                return Err(Error::Signal(what));
            }
            // As the marker does with the time it blanks: what follows is held back to the baseline's end.
            for k in 0..count {
                #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
                let time = from + k as f64 / fs;
                samples.push(if time < BASELINE_TO_S { level } else { next });
            }
            blanked = Some(format!("no samples from {said}: taken as a blanked artefact"));
        }
        samples.append(&mut piece);
        before = Some(*s);
    }
    Ok((samples, blanked))
}
