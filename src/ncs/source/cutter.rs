//! Takes sweeps out of channels.

use super::Found;
use crate::ncs::Sweeps;
use crate::recording::{Channel, Segment};
use crate::units::Seconds;
use crate::{Error, Result};
use std::collections::HashSet;

/// Most sweeps taken from one recording. Ours: a train has ten, an F-wave study a hundred.
const MOST_SWEEPS: usize = 100_000;
/// Longest sweep in samples. Ours: 5 s at 200 kHz.
const MOST_SAMPLES: f64 = 1e6;
/// Most samples in all sweeps together, 0.8 GB: windows that overlap may ask for far more than the file holds. Ours.
const MOST_HELD: usize = 100_000_000;

/// Takes pieces out of channels.
pub(super) struct Cutter {
    fs: f64,
    /// Label and samples of each sweep.
    pieces: Vec<(String, Vec<f64>)>,
    /// Stimuli whose window overruns an end, and sweeps with missing samples.
    left_out: usize,
    gaps: usize,
    /// Sweeps beyond what is held.
    beyond: usize,
    /// Stimuli that are given more than once.
    twice: usize,
    /// What else is to be known.
    pub(super) notes: Vec<String>,
}

impl Cutter {
    pub(super) fn new(fs: f64) -> Self {
        Cutter { fs, pieces: Vec::new(), left_out: 0, gaps: 0, beyond: 0, twice: 0, notes: Vec::new() }
    }

    fn push(&mut self, channel: &Channel, range: std::ops::Range<usize>) {
        let held = self.pieces.first().map_or(0, |p| p.1.len()).saturating_mul(self.pieces.len());
        if self.pieces.len() >= MOST_SWEEPS || held.saturating_add(range.len()) > MOST_HELD {
            self.beyond += 1;
            return;
        }
        let mut samples = Vec::new();
        channel.si_into(range, &mut samples);
        self.piece(channel, samples);
    }

    /// Takes samples, V as recorded.
    pub(super) fn piece(&mut self, channel: &Channel, samples: Vec<f64>) {
        if samples.iter().all(|x| x.is_finite()) {
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
    pub(super) fn around(&mut self, channel: &Channel, stimuli: &[f64], from: f64, to: f64) -> Result<()> {
        let length = ((to - from) * self.fs).round();
        if !(2.0..=MOST_SAMPLES).contains(&length) {
            let what = format!("a sweep window of {length} samples; 2 to {MOST_SAMPLES:.0} are possible");
            return Err(Error::Signal(what));
        }
        let mut seen = HashSet::with_capacity(stimuli.len());
        for at in stimuli {
            if !seen.insert((at * self.fs).round().to_bits()) {
                self.twice += 1;
                continue;
            }
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
    pub(super) fn records(&mut self, channel: &Channel, records: &[Segment]) {
        let length = records.iter().map(|s| s.len).min().unwrap_or(0);
        for s in records {
            self.push(channel, s.first..s.first + length);
        }
    }

    /// All of it, without what is missing at its end.
    pub(super) fn whole(&mut self, channel: &Channel) {
        let end = match channel.missing.last() {
            Some(gap) if gap.end >= channel.len() => gap.start,
            _ => channel.len(),
        };
        self.push(channel, 0..end);
    }

    pub(super) fn finish(mut self, start: f64, how: String) -> Result<Found> {
        let mut notes = std::mem::take(&mut self.notes);
        if self.twice > 0 {
            notes.push(format!("{} stimuli given more than once; each counts once", self.twice));
        }
        if self.beyond > 0 {
            notes.push(format!("more sweeps than are held; the last {} left out", self.beyond));
        }
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
