//! Files whose records are sweeps.

use super::stimuli::Stimuli;
use crate::recording::{Channel, Segment};

/// A record whose stimulus lies farther from the middle one's place than this share of a record is left out: it would
/// shorten all the others. Ours.
const ELSEWHERE: f64 = 0.25;

/// The channel's records: its stretches, and where the file is kept in records of `record_s` that follow each other
/// without a gap, parts of that length.
pub(super) fn split(channel: &Channel, record_s: Option<f64>) -> Vec<Segment> {
    let fs = channel.sampling_frequency.0;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a count of samples in a record; casts saturate"
    )]
    let per = record_s.map_or(0, |s| (s * fs).round() as usize);
    let mut out = Vec::new();
    for s in &channel.segments {
        if per < 2 || s.len <= per || !s.len.is_multiple_of(per) {
            out.push(*s);
            continue;
        }
        for k in 0..s.len / per {
            let onset_s = s.onset_s + float(k * per) / fs;
            out.push(Segment { first: s.first + k * per, len: per, onset_s });
        }
    }
    out
}

#[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
fn float(n: usize) -> f64 {
    n as f64
}

/// From half a sample before a record's first sample, as an onset is rounded, to as much before the next one's.
fn span(record: &Segment, channel: &Channel) -> (f64, f64) {
    let fs = channel.sampling_frequency.0;
    (record.onset_s - 0.5 / fs, record.onset_s + (float(record.len) - 0.5) / fs)
}

/// The records that count: all, or those that hold a stimulus of the named site.
pub(super) fn counting(records: Vec<Segment>, stimuli: &Stimuli, channel: &Channel) -> Vec<Segment> {
    let holds = |s: &Segment| {
        let (from, to) = span(s, channel);
        !stimuli.named || stimuli.between(from, to).is_some()
    };
    records.into_iter().filter(holds).collect()
}

/// Whether stimuli come independently of the records: several in one, or at places that do not agree.
pub(super) fn independent(records: &[Segment], stimuli: &Stimuli, channel: &Channel) -> bool {
    let several = |s: &Segment| {
        let (from, to) = span(s, channel);
        stimuli.count(from, to) > 1
    };
    // Doubled annotations of one stimulus are no second one.
    let distinct = stimuli.times.windows(2).all(|w| w[1] - w[0] > 1e-3);
    let offsets = offsets(records, stimuli, channel);
    let annotated = offsets.iter().flatten().count();
    let far = far(&offsets, records, channel);
    (distinct && records.iter().any(several)) || 4 * far.iter().filter(|f| **f).count() > annotated
}

/// Where the stimulus lies in each record, s from its start.
fn offsets(records: &[Segment], stimuli: &Stimuli, channel: &Channel) -> Vec<Option<f64>> {
    let offset = |s: &Segment| {
        let (from, to) = span(s, channel);
        stimuli.between(from, to).map(|t| (t - s.onset_s).max(0.0))
    };
    records.iter().map(offset).collect()
}

fn far(offsets: &[Option<f64>], records: &[Segment], channel: &Channel) -> Vec<bool> {
    let mut known: Vec<f64> = offsets.iter().flatten().copied().collect();
    known.sort_by(f64::total_cmp);
    let middle = known.get(known.len() / 2).copied().unwrap_or(0.0);
    let apart = |(o, s): (&Option<f64>, &Segment)| {
        let length = float(s.len) / channel.sampling_frequency.0;
        o.is_some_and(|o| (o - middle).abs() > ELSEWHERE * length)
    };
    offsets.iter().zip(records).map(apart).collect()
}

/// Records brought to the same time from their own stimuli.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Aligned {
    /// What counts of each record: all begin equally long before the stimulus, within half a sample.
    pub(super) records: Vec<Segment>,
    /// Time of the first sample from the stimulus, s.
    pub(super) start: f64,
    /// Records that hold no annotated stimulus, left out.
    pub(super) without: usize,
    /// Records whose stimulus lies elsewhere, left out.
    pub(super) elsewhere: usize,
}

/// Aligns each record by its own annotation; `None` where no record holds one.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a place inside a record; not below 0"
)]
pub(super) fn align(records: &[Segment], stimuli: &Stimuli, channel: &Channel) -> Option<Aligned> {
    let fs = channel.sampling_frequency.0;
    let offsets = offsets(records, stimuli, channel);
    let far = far(&offsets, records, channel);
    let mut out = Aligned { records: Vec::new(), start: 0.0, without: 0, elsewhere: 0 };
    let mut kept: Vec<(Segment, usize, f64)> = Vec::new();
    for ((record, offset), far) in records.iter().zip(&offsets).zip(far) {
        match offset {
            None => out.without += 1,
            Some(_) if far => out.elsewhere += 1,
            Some(o) => {
                let place = (o * fs).round() as usize;
                kept.push((*record, place, o - float(place) / fs));
            }
        }
    }
    let before = kept.iter().map(|k| k.1).min()?;
    let rest = kept.iter().map(|k| k.2).sum::<f64>() / float(kept.len());
    out.start = -(float(before) / fs) - rest;
    let part = |(s, place, _): &(Segment, usize, f64)| {
        let skip = (place - before).min(s.len);
        Segment { first: s.first + skip, len: s.len - skip, onset_s: s.onset_s + float(skip) / fs }
    };
    out.records = kept.iter().map(part).collect();
    Some(out)
}
