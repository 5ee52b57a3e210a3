//! Sweeps out of a recording: where a study or a file says that the stimuli are.

mod cutter;
mod records;
mod stimuli;
mod table;
#[cfg(test)]
mod tests;

use super::Sweeps;
use crate::recording::{Channel, Recording, Segment};
use crate::study::RecordingRef;
use crate::{Error, Result};
use cutter::Cutter;
use stimuli::Stimuli;

/// Cut around a stimulus where nothing is said, s from the stimulus.
const WINDOW_S: [f64; 2] = [-0.005, 0.095];
/// A table, a record, or a recording with a stated window is one sweep only when it is no longer, s. Ours.
const LONGEST_SWEEP_S: f64 = 2.0;
/// Another recording without any word about stimuli is one sweep only when it is no longer, s. Ours: late responses
/// end before 0.2 s.
const LONGEST_UNSAID_S: f64 = 0.2;
/// Most annotated words named where none tells of a stimulus.
const MOST_WORDS: usize = 5;

/// Sweeps and how they were found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The sweeps, negative up.
    pub sweeps: Sweeps,
    /// Label of each sweep's channel, in the sweeps' order.
    pub labels: Vec<String>,
    /// Where the stimuli were taken from, in words.
    pub how: String,
    /// What is to be known about them: sweeps left out, lengths cut.
    pub notes: Vec<String>,
}

/// The sweeps of a recording's channels, which are voltages of one sampling frequency. Taken from, in this order:
///
/// 1. the given times of stimuli;
/// 2. a table with a column of times: each column is one sweep, at those times;
/// 3. a discontinuous recording: one sweep a record, each aligned by its own annotated stimulus where there are any;
/// 4. annotations of stimuli: those that begin with `stim` or `trig`, or an even train of others that may mean one;
/// 5. a recording that is no longer than a sweep.
///
/// Where annotations of stimuli name the stimulation site `site`, only those count: one file may hold several sites.
///
/// # Errors
/// [`Error::Signal`] when the channels are no calibrated voltages or differ in rate, when a long recording says
/// nothing about stimuli, when a table lacks samples elsewhere than in the artefact, and when no whole sweep is there.
pub fn sweeps(recording: &Recording, reference: &RecordingRef, site: Option<&str>) -> Result<Found> {
    let channels = usable(recording)?;
    let first = channels[0];
    let window = reference.sweep_window_ms.map(|[a, b]| [a / 1e3, b / 1e3]);
    let mut cutter = Cutter::new(first.sampling_frequency.0);
    if !reference.stimulus_times_s.is_empty() {
        let [from, to] = window.unwrap_or(WINDOW_S);
        for c in &channels {
            cutter.around(c, &reference.stimulus_times_s, from, to)?;
        }
        return cutter.finish(from, "stimulus times given in the study file".to_owned());
    }
    if recording.format == "text" && !table::begins_anew(first) {
        return of_table(&channels, window, cutter);
    }
    let stimuli: Vec<Stimuli> =
        channels.iter().map(|c| stimuli::of(&recording.annotations, c, site)).collect();
    if let Some(word) = stimuli.iter().find_map(|s| s.by_train.as_ref()) {
        cutter.notes.push(format!("annotations `{word}` taken as stimuli: they come as an even train"));
    }
    let record_s = recording.record_s.filter(|s| *s > 0.0 && *s <= LONGEST_SWEEP_S);
    if first.segments.len() > 1 || record_s.is_some() {
        let parts: Vec<Vec<Segment>> = channels.iter().map(|c| records::split(c, record_s)).collect();
        let each = || channels.iter().zip(&parts).zip(&stimuli);
        // A window that the study gives says where the stimulus lies in every record.
        if window.is_some() || !each().any(|((c, r), s)| records::independent(r, s, c)) {
            return of_records(&channels, &parts, &stimuli, window, cutter);
        }
    }
    if stimuli.iter().any(|s| !s.times.is_empty()) {
        let [from, to] = window.unwrap_or(WINDOW_S);
        for (c, s) in channels.iter().zip(&stimuli) {
            cutter.around(c, &s.times, from, to)?;
        }
        return cutter.finish(from, "annotations of stimuli in the file".to_owned());
    }
    let longest = if window.is_some() { LONGEST_SWEEP_S } else { LONGEST_UNSAID_S };
    refuse_longer(&channels, longest, recording)?;
    for c in &channels {
        cutter.whole(c);
    }
    let onset = first.segments.first().map_or(0.0, |s| s.onset_s);
    if window.is_none() {
        cutter.notes.push("the file does not say where the stimulus is: taken at time 0 of the file".into());
    }
    cutter.finish(window.map_or(onset, |w| w[0]), EVERY_CHANNEL.to_owned())
}

const EVERY_CHANNEL: &str = "every channel is one sweep";

/// The channels that hold samples: at least one, all calibrated voltages of one rate.
fn usable(recording: &Recording) -> Result<Vec<&Channel>> {
    let channels: Vec<&Channel> = recording.channels.iter().filter(|c| !c.is_empty()).collect();
    let Some(first) = channels.first() else {
        return Err(Error::Signal("the recording holds no samples".into()));
    };
    for c in &channels {
        if let Some(why) = &c.uncalibrated {
            return Err(Error::Signal(format!(
                "channel {}: {why}; give `unit` (and `gain_per_unit`) in the study file",
                c.label
            )));
        }
        if !c.unit.is_voltage() {
            let what = format!("channel {} is in `{}`, which is no voltage", c.label, c.unit.text);
            return Err(Error::Signal(format!("{what}; name the channel that holds the response")));
        }
        if c.sampling_frequency != first.sampling_frequency {
            let what = "the channels have different sampling frequencies; name one by `channel`";
            return Err(Error::Signal(what.into()));
        }
    }
    Ok(channels)
}

/// Length of a channel's samples, s.
fn length_s(channel: &Channel) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
    let n = channel.len() as f64;
    n / channel.sampling_frequency.0
}

/// Refuses recordings that are longer than a sweep and say nothing about stimuli.
fn refuse_longer(channels: &[&Channel], longest: f64, recording: &Recording) -> Result<()> {
    let long = channels.iter().map(|c| length_s(c)).fold(0.0, f64::max);
    if long <= longest {
        return Ok(());
    }
    let mut words: Vec<String> = Vec::new();
    for a in &recording.annotations {
        let word: String = a.text.trim().chars().take(40).collect();
        if !word.is_empty() && !words.contains(&word) && words.len() < MOST_WORDS {
            words.push(word);
        }
    }
    let words = match words.is_empty() {
        true => String::new(),
        false => format!(", and annotations that name none: `{}`", words.join("`, `")),
    };
    Err(Error::Signal(format!(
        "the file does not say where the stimuli are ({long:.2} s of recording{words}); give `stimulus_times_s` in the study file"
    )))
}

/// Each column of a table is one sweep.
fn of_table(channels: &[&Channel], window: Option<[f64; 2]>, mut cutter: Cutter) -> Result<Found> {
    let first = channels[0];
    let fs = first.sampling_frequency.0;
    let onset = first.segments.first().map_or(0.0, |s| s.onset_s);
    for c in channels {
        let long = length_s(c);
        if long > LONGEST_SWEEP_S {
            return Err(Error::Signal(format!(
                "{long:.1} s of recording and no word about stimuli; give `stimulus_times_s` in the study file"
            )));
        }
        // Empty fields elsewhere than in the artefact make one sweep of several unfit; missing rows all of them.
        let bridged = table::bridged(c);
        let (samples, blanked) = match bridged {
            Ok(got) if c.segments.len() > 1 || got.1.is_some() => got,
            Err(why) if c.segments.len() > 1 => return Err(why),
            _ => {
                cutter.whole(c);
                continue;
            }
        };
        cutter.notes.extend(blanked.filter(|b| !cutter.notes.contains(b)));
        cutter.piece(c, samples);
    }
    // A table without a column of times begins at 0; only then does the study say when its first sample lies.
    let start = match window {
        Some([from, _]) if onset == 0.0 => from,
        Some([from, _]) if (from - onset).abs() > 1.5 / fs => {
            cutter.notes.push(format!(
                "the table's own times begin at {:.2} ms and the study's window at {:.2} ms: the table's count",
                1e3 * onset,
                1e3 * from
            ));
            onset
        }
        _ => onset,
    };
    cutter.finish(start, EVERY_CHANNEL.to_owned())
}

/// Each record is one sweep.
fn of_records(
    channels: &[&Channel],
    parts: &[Vec<Segment>],
    stimuli: &[Stimuli],
    window: Option<[f64; 2]>,
    mut cutter: Cutter,
) -> Result<Found> {
    let mut start: Option<f64> = None;
    let (mut without, mut elsewhere) = (0, 0);
    let mut unaligned = Vec::new();
    for ((c, all), s) in channels.iter().zip(parts).zip(stimuli) {
        let counting = records::counting(all.clone(), s, c);
        let aligned = if window.is_none() { records::align(&counting, s, c) } else { None };
        let Some(aligned) = aligned else {
            unaligned.push((*c, counting));
            continue;
        };
        if start.is_some_and(|o| (o - aligned.start).abs() > 1.0 / c.sampling_frequency.0) {
            let what = "the channels' stimuli lie at different places in the records; name one by `channel`";
            return Err(Error::Signal(what.into()));
        }
        start = start.or(Some(aligned.start));
        without += aligned.without;
        elsewhere += aligned.elsewhere;
        cutter.records(c, &aligned.records);
    }
    let begins = channels[0].segments.first().filter(|_| table::begins_anew(channels[0]));
    let plain = window.map_or(begins.map_or(0.0, |s| s.onset_s.min(0.0)), |w| w[0]);
    for (c, records) in unaligned {
        match start {
            // Beside a channel whose stimuli are annotated, time 0 would be another one.
            Some(_) => without += records.len(),
            None => cutter.records(c, &records),
        }
    }
    if without > 0 {
        cutter.notes.push(format!("{without} records without an annotated stimulus left out"));
    }
    if elsewhere > 0 {
        cutter
            .notes
            .push(format!("{elsewhere} records whose stimulus lies elsewhere than in the others left out"));
    }
    if start.is_none() && window.is_none() && stimuli.iter().any(|s| !s.times.is_empty()) {
        let what = "no annotated stimulus lies in a record: each is taken to begin with its stimulus";
        cutter.notes.push(what.into());
    }
    let told = start.map_or(String::new(), |o| format!(", the stimulus {:.2} ms in", -1e3 * o));
    cutter.finish(start.unwrap_or(plain), format!("one sweep a record of a discontinuous file{told}"))
}
