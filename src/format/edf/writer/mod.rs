//! Writes EDF+C and BDF+C, or EDF+D and BDF+D when channels have several segments.
//!
//! Integers stay as they are and the limits are chosen so that reading gives the same physical values;
//! what cannot be kept is told. No personal text is written: of the subject only the sex.

use super::codes::{self, Mends};
use super::decimal::Decimal;
use super::header::Kind;
use super::start::MONTHS;
use crate::measure::Finding;
use crate::output::write_atomic;
use crate::recording::{Channel, Recording};
use crate::{Error, Result};
use jiff::SignedDuration;
use jiff::civil::DateTime;
use layout::Layout;
use notes::Note;
use plan::{Plan, Task};
use scale::Stored;
use std::io::Write;
use std::path::Path;

mod layout;
mod notes;
mod plan;
mod scale;
mod text;

/// Writes `recording`; gives back what the format could not hold.
pub(super) fn write(recording: &Recording, path: &Path, kind: Kind) -> Result<Vec<Finding>> {
    let mut mends = Mends::default();
    let channels = kept(recording, kind, &mut mends)?;
    let layout = layout::layout(&channels, kind, &mut mends)?;
    let stored = channels.iter().map(|c| scale::store(c, kind, &mut mends)).collect::<Result<Vec<_>>>()?;
    let labels = labels(&channels, kind, &mut mends);
    lost(recording, &mut mends);

    let clock =
        Clock::new(recording.start.as_deref(), layout.onsets.first().copied().unwrap_or(0.0), &mut mends);
    let written = |a: &crate::recording::Annotation| {
        let at = channels.iter().position(|c| Some(c.label.as_str()) == a.channel.as_deref())?;
        Some(labels[at].as_str())
    };
    let mut lists: Vec<(f64, Vec<u8>)> = Vec::with_capacity(recording.annotations.len());
    for a in &recording.annotations {
        let bytes = notes::list(a, clock.shift, written(a), &mut mends);
        lists.extend(bytes.map(|b| (a.onset_s, b)));
    }
    let plan = plan(&channels, &layout, &lists, kind)?;
    for (channel, label, pad) in layout.padding(&channels, &labels, &plan) {
        let bytes = notes::list(&pad, clock.shift, Some(label), &mut mends);
        mends.tell(&codes::PADDED, Some(channel), 1, format!("{} from {} s", pad.text, pad.onset_s));
        lists.extend(bytes.map(|b| (pad.onset_s, b)));
    }
    for (channel, gap) in layout::missing(&channels) {
        let label = channels.iter().position(|c| c.label == channel).map(|i| labels[i].as_str());
        lists.extend(notes::list(&gap, clock.shift, label, &mut mends).map(|b| (gap.onset_s, b)));
    }
    rates(&channels, &plan, &mut mends);

    lists.sort_by(|a, b| a.0.total_cmp(&b.0));
    let notes: Vec<Note> =
        lists.into_iter().map(|(t, bytes)| Note { record: layout.record_at(&plan, t), bytes }).collect();
    let keepers = layout.keepers(&plan, clock.shift);
    #[expect(clippy::cast_possible_truncation, reason = "2 or 3")]
    let (room, records) = notes::pack(keepers, &notes, kind.width() as usize);
    let head = Head { kind, recording, clock: &clock, plan: &plan, labels: &labels, layout: &layout };
    let header = head.bytes(&channels, &stored, room as u64 / kind.width(), &mut mends);
    write_atomic(path, |w| {
        w.write_all(&header)?;
        body(w, &layout, &plan, &stored, &records, room, kind)
    })?;
    Ok(mends.into_findings())
}

/// Channels that can be written.
fn kept<'r>(recording: &'r Recording, kind: Kind, mends: &mut Mends) -> Result<Vec<&'r Channel>> {
    let mut out = Vec::with_capacity(recording.channels.len());
    for channel in &recording.channels {
        if channel.is_empty() {
            mends.tell(&codes::EMPTY, Some(&channel.label), 1, "0 samples".into());
        } else {
            out.push(channel);
        }
        let missing = channel.physical().iter().filter(|v| !v.is_finite()).count();
        if missing > 0 {
            mends.tell(&codes::MISSING, Some(&channel.label), missing as u64, "missing samples".into());
        }
    }
    // The number of signals has 4 characters, and one of them holds the annotations.
    if out.len() > 9998 {
        let what = format!("{} channels; 9998 are possible", out.len());
        return Err(Error::Unsupported { format: kind.id(), what });
    }
    Ok(out)
}

fn plan(channels: &[&Channel], layout: &Layout, lists: &[(f64, Vec<u8>)], kind: Kind) -> Result<Plan> {
    if channels.is_empty() {
        // Annotations alone: the specification sets the duration to 0.
        let (text, duration) = ("0".to_owned(), Decimal::ZERO);
        return Ok(Plan { text, duration, per_record: Vec::new(), records: vec![1], error: 0.0 });
    }
    let fs: Vec<f64> = channels.iter().map(|c| c.sampling_frequency.0).collect();
    let sizes = || lists.iter().map(|(_, b)| b.len() as u64);
    let notes = (sizes().sum(), sizes().max().unwrap_or(0));
    let task = Task { fs: &fs, lens: &layout.lens, width: kind.width(), notes };
    task.plan().ok_or_else(|| {
        let what = "no record duration of 8 characters suits the channels' sampling frequencies and lengths";
        Error::Unsupported { format: kind.id(), what: what.into() }
    })
}

/// Labels as written, all told where they change.
fn labels(channels: &[&Channel], kind: Kind, mends: &mut Mends) -> Vec<String> {
    let mut out = Vec::with_capacity(channels.len());
    for channel in channels {
        let (mut label, changed) = text::field(&channel.label, 16);
        if label == kind.annotations() {
            // A signal of this label would be read as annotations.
            label = label.replacen(' ', "_", 1);
        }
        if changed || label != channel.label {
            mends.tell(&codes::LABEL, Some(&channel.label), 1, format!("`{label}`"));
        }
        out.push(label);
    }
    let distinct =
        |labels: &mut dyn Iterator<Item = &str>| labels.collect::<std::collections::HashSet<_>>().len();
    let before = distinct(&mut channels.iter().map(|c| c.label.as_str()));
    let after = distinct(&mut out.iter().map(String::as_str));
    if after < before {
        let detail = format!("{before} distinct labels become {after}");
        mends.tell(&codes::LABELS_ALIKE, None, (before - after) as u64, detail);
    }
    out
}

fn lost(recording: &Recording, mends: &mut Mends) {
    let mut what = Vec::new();
    if recording.subject.age_years.is_some() {
        what.push("age");
    }
    if !recording.comments.is_empty() {
        what.push("comments");
    }
    if recording
        .channels
        .iter()
        .any(|c| c.target_muscle.as_ref().is_some_and(|m| !c.label.contains(m.as_str())))
    {
        what.push("target muscle");
    }
    if !what.is_empty() {
        mends.tell(&codes::LOST, None, what.len() as u64, what.join(", "));
    }
}

fn rates(channels: &[&Channel], plan: &Plan, mends: &mut Mends) {
    for (channel, &n) in channels.iter().zip(&plan.per_record) {
        let (wanted, read) = (channel.sampling_frequency.0, plan.duration.divide_count(n));
        if read != wanted {
            mends.tell(&codes::RATE, Some(&channel.label), 1, format!("{wanted} Hz is read as {read} Hz"));
        }
    }
}

/// The start of the header and what is added to the recording's times.
struct Clock {
    start: Option<DateTime>,
    shift: Decimal,
}

impl Clock {
    /// `first` is when the first sample lies in the recording's own time.
    fn new(start: Option<&str>, first: f64, mends: &mut Mends) -> Self {
        let exact = Decimal::parse(&format!("{first}")).unwrap_or(Decimal::ZERO);
        if first != 0.0 {
            mends.tell(&codes::MOVED, None, 1, format!("by {first} s"));
        }
        let back = Decimal::ZERO.minus(exact).unwrap_or(Decimal::ZERO);
        let unknown = Clock { start: None, shift: back };
        let Some(text) = start else { return unknown };
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let (Ok(base), Some(fraction)) =
            (whole.parse::<DateTime>(), Decimal::parse(&format!("0.{fraction}")))
        else {
            return unknown;
        };
        let moved = || {
            let (seconds, digits) = fraction.plus(exact)?.split()?;
            let start = base.checked_add(SignedDuration::from_secs(seconds)).ok()?;
            let shift = Decimal::parse(&format!("0.{digits}0"))?.plus(back)?;
            Some(Clock { start: Some(start), shift })
        };
        moved().unwrap_or(unknown)
    }
}

/// What the header is made of.
struct Head<'a> {
    kind: Kind,
    recording: &'a Recording,
    clock: &'a Clock,
    plan: &'a Plan,
    labels: &'a [String],
    layout: &'a Layout,
}

impl Head<'_> {
    fn bytes(&self, channels: &[&Channel], stored: &[Stored], notes: u64, mends: &mut Mends) -> Vec<u8> {
        let mut out = Vec::with_capacity(256 * (channels.len() + 2));
        let mut put = |text: &str, width: usize| {
            let (text, _) = text::field(text, width);
            out.extend_from_slice(format!("{text:<width$}").as_bytes());
        };
        let sex = match self.recording.subject.sex.as_deref() {
            Some("female") => 'F',
            Some("male") => 'M',
            _ => 'X',
        };
        let (date, time, long) = match self.clock.start {
            None => ("01.01.85".to_owned(), "00.00.00".to_owned(), "X".to_owned()),
            Some(start) => {
                let (day, month, year) = (start.day(), start.month(), start.year());
                // Years that two digits cannot say are written `yy`, and with all digits beside.
                let short =
                    if (1985..=2084).contains(&year) { format!("{:02}", year % 100) } else { "yy".into() };
                let name = MONTHS[usize::from(month.unsigned_abs() - 1)];
                let clock = format!("{:02}.{:02}.{:02}", start.hour(), start.minute(), start.second());
                (format!("{day:02}.{month:02}.{short}"), clock, format!("{day:02}-{name}-{year:04}"))
            }
        };
        let continuous = self.layout.onsets.len() <= 1;
        let (edf, letter) =
            (if self.kind == Kind::Edf { "EDF" } else { "BDF" }, if continuous { 'C' } else { 'D' });
        put("", 8);
        put(&format!("X {sex} X X"), 80);
        put(&format!("Startdate {long} X X X"), 80);
        put(&date, 8);
        put(&time, 8);
        put(&(256 * (channels.len() + 2)).to_string(), 8);
        put(&format!("{edf}+{letter}"), 44);
        put(&self.plan.records.iter().sum::<u64>().to_string(), 8);
        put(&self.plan.text, 8);
        put(&(channels.len() + 1).to_string(), 4);

        let (least, most) = self.kind.range();
        let mut column = |width: usize, values: &mut dyn Iterator<Item = String>, last: &str| {
            values.for_each(|v| put(&v, width));
            put(last, width);
        };
        column(16, &mut self.labels.iter().cloned(), self.kind.annotations());
        let clone = |t: &Option<String>| t.clone().unwrap_or_default();
        column(80, &mut channels.iter().map(|c| clone(&c.electrode)), "");
        column(8, &mut stored.iter().map(|s| s.dimension.clone()), "");
        column(8, &mut stored.iter().map(|s| s.physical.0.clone()), "-1");
        column(8, &mut stored.iter().map(|s| s.physical.1.clone()), "1");
        column(8, &mut stored.iter().map(|s| s.digital.0.to_string()), &least.to_string());
        column(8, &mut stored.iter().map(|s| s.digital.1.to_string()), &most.to_string());
        column(80, &mut channels.iter().map(|c| clone(&c.hardware_filters)), "");
        column(8, &mut self.plan.per_record.iter().map(u64::to_string), &notes.to_string());
        column(32, &mut channels.iter().map(|_| String::new()), "");
        out[..8].copy_from_slice(if self.kind == Kind::Edf { b"0       " } else { b"\xffBIOSEMI" });
        for channel in channels {
            for text in [&channel.electrode, &channel.hardware_filters].into_iter().flatten() {
                let (short, changed) = text::field(text, 80);
                if changed {
                    mends.tell(&codes::TEXT, Some(&channel.label), 1, format!("`{short}`"));
                }
            }
        }
        out
    }
}

fn body(
    w: &mut dyn Write,
    layout: &Layout,
    plan: &Plan,
    stored: &[Stored],
    notes: &[Vec<u8>],
    room: usize,
    kind: Kind,
) -> std::io::Result<()> {
    let mut out = Vec::new();
    let mut notes = notes.iter();
    for (segment, &records) in plan.records.iter().enumerate() {
        for record in 0..records {
            out.clear();
            for (channel, stored) in stored.iter().enumerate() {
                let n = plan.per_record[channel];
                layout.samples(segment, channel, record * n, n, &stored.values, |value| {
                    // Values are inside the type's range, so the low bytes are the whole number.
                    let bytes = value.to_le_bytes();
                    out.extend_from_slice(if kind == Kind::Edf { &bytes[..2] } else { &bytes[..3] });
                });
            }
            let end = out.len() + room;
            out.extend_from_slice(notes.next().map_or(&[][..], |n| n));
            out.resize(end, 0);
            w.write_all(&out)?;
        }
    }
    Ok(())
}
