//! Sweeps out of a recording: where a study or a file says that the stimuli are.

use super::Sweeps;
use crate::recording::{Annotation, Channel, Recording, Segment};
use crate::study::RecordingRef;
use crate::units::Seconds;
use crate::{Error, Result};

/// Cut around a stimulus where nothing is said, s from the stimulus.
const WINDOW_S: [f64; 2] = [-0.005, 0.095];
/// A continuous recording without any word about stimuli is one sweep only when it is no longer, s. Ours: late
/// responses end before 0.2 s.
const LONGEST_SWEEP_S: f64 = 2.0;
/// Most sweeps taken from one recording. Ours: a train has ten, an F-wave study a hundred.
const MOST_SWEEPS: usize = 100_000;
/// Longest sweep in samples. Ours: 5 s at 200 kHz.
const MOST_SAMPLES: f64 = 1e6;

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

/// The sweeps of a recording's channels, which are voltages of one sampling frequency. Taken from, in this
/// order: the given times of stimuli; a discontinuous recording, one sweep a stretch; annotations that begin with
/// `stim`; else every channel is one sweep (as in a table whose first column is `time_ms`). Where annotations of
/// stimuli name the stimulation site `site`, only those count: one file may hold several sites.
///
/// # Errors
/// [`Error::Signal`] when the channels are no calibrated voltages or differ in rate, when a long recording says
/// nothing about stimuli, and when no whole sweep is there.
pub fn sweeps(recording: &Recording, reference: &RecordingRef, site: Option<&str>) -> Result<Found> {
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
    let window = reference.sweep_window_ms.map(|[a, b]| [a / 1e3, b / 1e3]);
    let mut cutter = Cutter { fs: first.sampling_frequency.0, pieces: Vec::new(), left_out: 0, gaps: 0 };
    let stimuli = |c: &Channel| stimuli_of(&recording.annotations, c, site);
    let discontinuous = first.segments.len() > 1;
    let (start, how) = if !reference.stimulus_times_s.is_empty() {
        let [from, to] = window.unwrap_or(WINDOW_S);
        for c in &channels {
            cutter.around(c, &reference.stimulus_times_s, from, to)?;
        }
        (from, "stimulus times given in the study file".to_owned())
    } else if discontinuous {
        let from = window.map_or(0.0, |w| w[0]);
        let mut offset = None;
        for c in &channels {
            // Annotated stimuli say where in the records they lie, unless the study does.
            let (times, named) = stimuli(c);
            let records = records(c, &times, named);
            let marked = if window.is_none() { offset_in_records(&times, &records, c) } else { None };
            offset = offset.or(marked);
            cutter.records(c, &records);
        }
        let told = offset.map_or(String::new(), |o| format!(", the stimulus {:.2} ms in", 1e3 * o));
        (offset.map_or(from, |o| -o), format!("one sweep a record of a discontinuous file{told}"))
    } else if channels.iter().any(|c| !stimuli(c).0.is_empty()) {
        let [from, to] = window.unwrap_or(WINDOW_S);
        for c in &channels {
            cutter.around(c, &stimuli(c).0, from, to)?;
        }
        (from, "annotations of stimuli in the file".to_owned())
    } else {
        let onset = first.segments.first().map_or(0.0, |s| s.onset_s);
        let from = window.map_or(onset, |w| w[0]);
        for c in &channels {
            #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
            let long = c.len() as f64 / c.sampling_frequency.0;
            if long > LONGEST_SWEEP_S {
                return Err(Error::Signal(format!(
                    "{long:.1} s of recording and no word about stimuli; give `stimulus_times_s` in the study file"
                )));
            }
            cutter.whole(c);
        }
        (from, "every channel is one sweep".to_owned())
    };
    cutter.finish(start, how)
}

/// Times of annotated stimuli of a channel, s from the recording's start, and whether they are those that name the
/// site.
fn stimuli_of(annotations: &[Annotation], channel: &Channel, site: Option<&str>) -> (Vec<f64>, bool) {
    let plain = |text: &str| format!(" {} ", text.to_lowercase().replace(['_', '-', ',', ';', ':'], " "));
    let of_channel = annotations.iter().filter(|a| a.channel.as_deref().is_none_or(|l| l == channel.label));
    let all: Vec<(f64, String)> = of_channel.map(|a| (a.onset_s, plain(a.text.trim_start()))).collect();
    let mut stimuli: Vec<&(f64, String)> = Vec::new();
    for one in all.iter().filter(|(_, text)| text.starts_with(" stim") || text.starts_with(" trig")) {
        stimuli.push(one);
    }
    let site = site.map(plain);
    let names_it = |text: &str| site.as_deref().is_some_and(|s| text.contains(s));
    // `elbow` must not take `below elbow`.
    let whole = |text: &str| {
        names_it(text)
            && !["above", "below"].iter().any(|w| {
                text.contains(&format!(" {w} "))
                    && site.as_deref().is_some_and(|s| !s.contains(&format!(" {w} ")))
            })
    };
    let named: Vec<f64> = stimuli.iter().filter(|(_, text)| whole(text)).map(|s| s.0).collect();
    if named.is_empty() { (stimuli.iter().map(|s| s.0).collect(), false) } else { (named, true) }
}

/// The records that count: all, or those that hold a stimulus of the named site.
fn records(channel: &Channel, stimuli: &[f64], named: bool) -> Vec<Segment> {
    let holds = |s: &&Segment| !named || stimuli.iter().any(|t| inside(*t, s, channel));
    channel.segments.iter().filter(holds).copied().collect()
}

/// Whether a time lies in a record, half a sample allowed.
fn inside(time: f64, record: &Segment, channel: &Channel) -> bool {
    let fs = channel.sampling_frequency.0;
    #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
    let end = record.onset_s + record.len as f64 / fs;
    time >= record.onset_s - 0.5 / fs && time < end
}

/// Where the stimulus lies in every record, s from its start; `None` when they do not agree within a sample.
fn offset_in_records(stimuli: &[f64], records: &[Segment], channel: &Channel) -> Option<f64> {
    let mut offset: Option<f64> = None;
    for record in records {
        let at = stimuli.iter().find(|t| inside(**t, record, channel))?;
        let here = (at - record.onset_s).max(0.0);
        if offset.is_some_and(|o| (o - here).abs() > 1.0 / channel.sampling_frequency.0) {
            return None;
        }
        offset = offset.or(Some(here));
    }
    offset
}

struct Cutter {
    fs: f64,
    pieces: Vec<(String, Vec<f64>)>,
    /// Stimuli whose window overruns an end, and sweeps with missing samples.
    left_out: usize,
    gaps: usize,
}

impl Cutter {
    fn push(&mut self, channel: &Channel, range: std::ops::Range<usize>) {
        let mut samples = Vec::new();
        channel.si_into(range, &mut samples);
        if samples.iter().all(|x| x.is_finite()) && self.pieces.len() < MOST_SWEEPS {
            self.pieces.push((channel.label.clone(), samples));
        } else {
            self.gaps += 1;
        }
    }

    /// What lies from `from` to `to` around each stimulus, inside one stretch without a gap.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked against the samples"
    )]
    #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
    fn around(&mut self, channel: &Channel, stimuli: &[f64], from: f64, to: f64) -> Result<()> {
        let length = ((to - from) * self.fs).round();
        if !(2.0..=MOST_SAMPLES).contains(&length) {
            let what = format!("a sweep window of {length} samples; 2 to {MOST_SAMPLES:.0} are possible");
            return Err(Error::Signal(what));
        }
        for at in stimuli {
            let fits = channel.segments.iter().find_map(|s| {
                let first = ((at + from - s.onset_s) * self.fs).round();
                let inside = first >= 0.0 && first + length <= s.len as f64;
                inside.then(|| s.first + first as usize)
            });
            match fits {
                Some(first) => self.push(channel, first..first + length as usize),
                None => self.left_out += 1,
            }
        }
        Ok(())
    }

    /// Every record, cut to the shortest.
    fn records(&mut self, channel: &Channel, records: &[Segment]) {
        let length = records.iter().map(|s| s.len).min().unwrap_or(0);
        for s in records {
            self.push(channel, s.first..s.first + length);
        }
    }

    /// All of it, without what is missing at its end.
    fn whole(&mut self, channel: &Channel) {
        let end = match channel.missing.last() {
            Some(gap) if gap.end >= channel.len() => gap.start,
            _ => channel.len(),
        };
        self.push(channel, 0..end);
    }

    fn finish(mut self, start: f64, how: String) -> Result<Found> {
        let mut notes = Vec::new();
        if self.left_out > 0 {
            notes.push(format!("{} stimuli too near to an end for a whole sweep", self.left_out));
        }
        if self.gaps > 0 {
            notes.push(format!("{} sweeps with missing samples left out", self.gaps));
        }
        let shortest = self.pieces.iter().map(|p| p.1.len()).min().unwrap_or(0);
        if self.pieces.is_empty() || shortest < 2 {
            let why = if notes.is_empty() { String::new() } else { format!(": {}", notes.join(", ")) };
            return Err(Error::Signal(format!("no whole sweep is there{why}")));
        }
        let uneven = self.pieces.iter().filter(|p| p.1.len() != shortest).count();
        if uneven > 0 {
            notes.push(format!("sweeps of different lengths: all cut to {shortest} samples"));
            self.pieces.iter_mut().for_each(|p| p.1.truncate(shortest));
        }
        let fs = crate::units::Hertz(self.fs);
        let (labels, samples): (Vec<_>, Vec<_>) = self.pieces.into_iter().unzip();
        Ok(Found { sweeps: Sweeps::from_recorded(samples, Seconds(start), fs)?, labels, how, notes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::Samples;
    use crate::units::{Hertz, SignalUnit};

    fn channel(label: &str, samples: Vec<f64>) -> Channel {
        Channel::new(label, Hertz(1000.0), SignalUnit::parse("mV"), Samples::F64(samples))
    }

    fn ramp(n: u32) -> Vec<f64> {
        (0..n).map(f64::from).collect()
    }

    fn first_of(found: &Found, i: usize) -> f64 {
        -found.sweeps.get(i).samples()[0] * 1e3
    }

    #[test]
    fn given_times_win_and_windows_that_overrun_are_told() {
        let recording = Recording { channels: vec![channel("a", ramp(1000))], ..Recording::default() };
        let reference = RecordingRef {
            stimulus_times_s: vec![0.001, 0.1, 0.5],
            sweep_window_ms: Some([-5.0, 20.0]),
            ..RecordingRef::default()
        };
        let found = sweeps(&recording, &reference, None).expect("sweeps");
        assert_eq!(found.sweeps.len(), 2);
        assert!((first_of(&found, 0) - 95.0).abs() < 1e-9 && (first_of(&found, 1) - 495.0).abs() < 1e-9);
        assert_eq!(found.sweeps.get(0).samples().len(), 25);
        assert_eq!(found.notes, ["1 stimuli too near to an end for a whole sweep"]);
    }

    #[test]
    fn records_are_sweeps_and_annotations_say_where_the_stimulus_is() {
        let mut c = channel("a", ramp(200));
        c.segments = vec![
            Segment { first: 0, len: 100, onset_s: 0.0 },
            Segment { first: 100, len: 100, onset_s: 10.0 },
        ];
        let note = |onset_s, site: &str| Annotation {
            onset_s,
            duration_s: None,
            text: format!("Stimulus right {site}, 8 mA"),
            channel: None,
        };
        let mut recording = Recording { channels: vec![c], ..Recording::default() };
        let found = sweeps(&recording, &RecordingRef::default(), None).expect("sweeps");
        assert_eq!((found.sweeps.len(), found.sweeps.start()), (2, Seconds(0.0)));
        recording.annotations = vec![note(0.005, "wrist"), note(10.005, "below elbow")];
        let found = sweeps(&recording, &RecordingRef::default(), None).expect("sweeps");
        assert!((found.sweeps.start().0 + 0.005).abs() < 1e-9);
        let of = |site| sweeps(&recording, &RecordingRef::default(), Some(site)).expect("sweeps");
        assert_eq!((of("wrist").sweeps.len(), of("below_elbow").sweeps.len()), (1, 1));
        assert!((first_of(&of("below_elbow"), 0) - 100.0).abs() < 1e-9);
        assert_eq!(of("elbow").sweeps.len(), 2, "no annotation names it");
        let told = RecordingRef { sweep_window_ms: Some([-2.0, 50.0]), ..RecordingRef::default() };
        assert_eq!(sweeps(&recording, &told, None).expect("sweeps").sweeps.start(), Seconds(-0.002));
    }

    #[test]
    fn a_long_recording_without_stimuli_is_no_sweep() {
        let recording = Recording { channels: vec![channel("a", ramp(5000))], ..Recording::default() };
        assert!(sweeps(&recording, &RecordingRef::default(), None).is_err());
        let mut force = channel("f", ramp(100));
        force.unit = SignalUnit::parse("N");
        let recording = Recording { channels: vec![force], ..Recording::default() };
        assert!(sweeps(&recording, &RecordingRef::default(), None).is_err());
    }
}
