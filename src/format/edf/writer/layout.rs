//! Which samples of which channel lie in which segment of the file.
//!
//! All signals of an EDF record begin together, so the channels' segments have to agree.

use super::super::codes::{self, Mends};
use super::super::decimal::Decimal;
use super::super::header::Kind;
use super::notes;
use super::plan::Plan;
use crate::recording::{Annotation, Channel, Segment};
use crate::{Error, Result};

/// Samples that may be put before a channel that begins later; our choice, against writing hours of
/// nothing between two clocks.
const MOST_LEAD: f64 = 1e8;

/// Segments of the file.
#[derive(Debug)]
pub(super) struct Layout {
    /// Onsets in the recording's time, s.
    pub(super) onsets: Vec<f64>,
    /// Samples by segment and channel, those before the first one of the channel among them.
    pub(super) lens: Vec<Vec<u64>>,
    /// Samples before the first one, by channel.
    lead: Vec<u64>,
    /// Segments by channel.
    segments: Vec<Vec<Segment>>,
}

/// Brings the channels' segments together.
pub(super) fn layout(channels: &[&Channel], kind: Kind, mends: &mut Mends) -> Result<Layout> {
    let segments: Vec<Vec<Segment>> =
        channels.iter().map(|c| c.segments.iter().copied().filter(|s| s.len > 0).collect()).collect();
    let Some(first) = segments.first() else {
        return Ok(Layout { onsets: vec![0.0], lens: vec![Vec::new()], lead: Vec::new(), segments });
    };
    let differ = || Error::Unsupported {
        format: kind.id(),
        what: "channels whose segments differ; EDF records hold all channels at once".into(),
    };
    let together = channels.iter().zip(&segments).all(|(c, own)| {
        let sample = 1.0 / c.sampling_frequency.0;
        own.len() == first.len() && own.iter().zip(first).all(|(a, b)| (a.onset_s - b.onset_s).abs() < sample)
    });
    let mut onsets: Vec<f64> = first.iter().map(|s| s.onset_s).collect();
    let mut lead = vec![0; channels.len()];
    if together {
        for (channel, own) in channels.iter().zip(&segments) {
            let worst = own.iter().zip(first).map(|(a, b)| (a.onset_s - b.onset_s).abs()).fold(0.0, f64::max);
            if worst > 1e-9 {
                mends.tell(&codes::ALIGNED, Some(&channel.label), 1, format!("by at most {worst} s"));
            }
        }
    } else if segments.iter().all(|s| s.len() == 1) {
        let earliest = segments.iter().flatten().map(|s| s.onset_s).fold(f64::INFINITY, f64::min);
        onsets = vec![earliest];
        for ((lead, own), channel) in lead.iter_mut().zip(&segments).zip(channels) {
            let samples = ((own[0].onset_s - earliest) * channel.sampling_frequency.0).round();
            if samples.is_nan() || samples > MOST_LEAD {
                return Err(differ());
            }
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to MOST_LEAD")]
            let samples = samples as u64;
            *lead = samples;
        }
    } else {
        return Err(differ());
    }
    let lens: Vec<Vec<u64>> = (0..onsets.len())
        .map(|j| segments.iter().zip(&lead).map(|(own, lead)| own[j].len as u64 + lead).collect())
        .collect();
    for (channel, own) in channels.iter().zip(&segments).take(1) {
        #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
        let end = |s: &Segment| s.onset_s + s.len as f64 / channel.sampling_frequency.0;
        let half = 0.5 / channel.sampling_frequency.0;
        let joined = own.windows(2).filter(|w| (w[1].onset_s - end(&w[0])).abs() <= half).count();
        if joined > 0 {
            mends.tell(&codes::JOINED, None, joined as u64, format!("{joined} of {}", own.len()));
        }
    }
    Ok(Layout { onsets, lens, lead, segments })
}

/// Missing samples as annotations: label of the channel, and when.
pub(super) fn missing<'c>(channels: &[&'c Channel]) -> Vec<(&'c str, Annotation)> {
    let mut out = Vec::new();
    for channel in channels {
        for gap in &channel.missing {
            let Some(segment) = channel.segments.iter().rev().find(|s| s.first <= gap.start) else {
                continue;
            };
            #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
            let seconds = |n: usize| n as f64 / channel.sampling_frequency.0;
            let annotation = Annotation {
                onset_s: segment.onset_s + seconds(gap.start - segment.first),
                duration_s: Some(seconds(gap.len())),
                text: "missing samples".into(),
                channel: Some(channel.label.clone()),
            };
            out.push((channel.label.as_str(), annotation));
        }
    }
    out
}

impl Layout {
    /// Where the file repeats a value to fill its records: the channel's own label, the written one, and
    /// the annotation that says so.
    pub(super) fn padding<'c>(
        &self,
        channels: &[&'c Channel],
        labels: &'c [String],
        plan: &Plan,
    ) -> Vec<(&'c str, &'c str, Annotation)> {
        let mut out = Vec::new();
        for (i, (channel, label)) in channels.iter().zip(labels).enumerate() {
            for (j, onset_s) in self.onsets.iter().enumerate() {
                let full = plan.records[j] * plan.per_record[i];
                #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
                let seconds = |n: u64| n as f64 / channel.sampling_frequency.0;
                let mut tell = |from: u64, n: u64| {
                    let annotation = Annotation {
                        onset_s: onset_s + seconds(from),
                        duration_s: Some(seconds(n)),
                        text: format!("{n} samples of padding"),
                        channel: Some(channel.label.clone()),
                    };
                    if n > 0 {
                        out.push((channel.label.as_str(), label.as_str(), annotation));
                    }
                };
                tell(0, self.lead[i]);
                tell(self.lens[j][i], full - self.lens[j][i]);
            }
        }
        out
    }

    /// Gives `put` the stored values `from..from + n` of a channel in a segment.
    pub(super) fn samples(
        &self,
        segment: usize,
        channel: usize,
        from: u64,
        n: u64,
        values: &[i32],
        mut put: impl FnMut(i32),
    ) {
        let own = self.segments[channel][segment];
        let values = &values[own.first..own.first + own.len];
        let last = values.len() - 1;
        for k in from..from + n {
            // Before the first and behind the last sample that one is held.
            let k = k.saturating_sub(self.lead[channel]);
            put(values[usize::try_from(k).map_or(last, |k| k.min(last))]);
        }
    }

    /// Time-keeping lists of all records.
    pub(super) fn keepers(&self, plan: &Plan, shift: Decimal) -> Vec<Vec<u8>> {
        let mut out = Vec::new();
        for (onset_s, &records) in self.onsets.iter().zip(&plan.records) {
            for record in 0..records {
                let shift_here = plan.duration.times(record).and_then(|d| d.plus(shift)).unwrap_or(shift);
                out.push(format!("{}\x14\x14\0", notes::onset(*onset_s, shift_here)).into_bytes());
            }
        }
        out
    }

    /// The record in which time `t` lies, or the one before it.
    pub(super) fn record_at(&self, plan: &Plan, t: f64) -> usize {
        let segment = self.onsets.iter().rposition(|onset| *onset <= t).unwrap_or(0);
        let before: u64 = plan.records[..segment].iter().sum();
        let into = ((t - self.onsets[segment]) / plan.duration.to_f64().max(f64::MIN_POSITIVE)).max(0.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "casts saturate")]
        let within = (into as u64).min(plan.records[segment].saturating_sub(1));
        usize::try_from(before + within).unwrap_or(usize::MAX)
    }
}
