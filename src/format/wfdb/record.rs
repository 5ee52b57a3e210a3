//! One record in one piece: signal files to channels.

use super::ID;
use super::header::{Header, Signal};
use super::signal::{self, Encoding, Place, Stream};
use crate::error::At;
use crate::format::{ReadOptions, Source};
use crate::measure::{Finding, Severity};
use crate::recording::{Channel, Samples, Scaling, Segment};
use crate::units::{Hertz, SignalUnit};
use crate::{Error, Result};

/// Bytes that must all be printable for a file to count as text. Our choice.
const TEXT_PROBE: usize = 4096;

/// Decoded channels, and how many frames the longest of them spans.
pub(super) struct Record {
    pub(super) channels: Vec<Channel>,
    pub(super) frames: u64,
    pub(super) findings: Vec<Finding>,
}

/// Bytes of decoded samples, counted up against the limit before each allocation.
#[derive(Debug, Default)]
pub(super) struct Budget {
    used: u64,
}

impl Budget {
    /// Counts `bytes` more.
    pub(super) fn take(&mut self, bytes: u64, options: &ReadOptions) -> Result<()> {
        self.used = self.used.saturating_add(bytes);
        options.check_memory(self.used)
    }
}

/// Label of signal `index`: its description, else `sig 0`, `sig 1`, … by its line in the header.
pub(super) fn label(signal: &Signal, index: usize) -> String {
    if signal.description.is_empty() { format!("sig {index}") } else { signal.description.clone() }
}

/// Reads all signals of `header`. `beside` gives the way to its folder.
pub(super) fn read(
    header: &Header,
    rate: Hertz,
    beside: &Source,
    options: &ReadOptions,
    budget: &mut Budget,
) -> Result<Record> {
    let mut record = Record { channels: Vec::new(), frames: 0, findings: Vec::new() };
    let mut slots: Vec<Option<Channel>> = vec![None; header.signals.len()];
    let mut groups: Vec<(&str, Vec<usize>)> = Vec::new();
    let mut group_of = std::collections::HashMap::new();
    for (i, signal) in header.signals.iter().enumerate() {
        let group = *group_of.entry(signal.file.as_str()).or_insert(groups.len());
        if group == groups.len() {
            groups.push((&signal.file, Vec::new()));
        }
        groups[group].1.push(i);
    }
    for (file, members) in groups {
        let mut group = Group { header, rate, members: &members, findings: &mut record.findings };
        let (channels, frames) = group.read(file, beside, options, budget)?;
        record.frames = record.frames.max(frames);
        for (channel, &i) in channels.into_iter().zip(&members) {
            slots[i] = Some(channel);
        }
    }
    record.channels = slots.into_iter().flatten().collect();
    if header.frames.is_none() && record.channels.windows(2).any(|w| duration(&w[0]) != duration(&w[1])) {
        let detail = "the header gives no number of samples, and the signal files are of different length";
        record.findings.push(Finding::file("header", Severity::Warning, 1, 0.0, detail));
    }
    Ok(record)
}

#[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
fn duration(channel: &Channel) -> f64 {
    channel.len() as f64 / channel.sampling_frequency.0
}

/// The signals of one file.
struct Group<'a> {
    header: &'a Header,
    rate: Hertz,
    members: &'a [usize],
    findings: &'a mut Vec<Finding>,
}

impl<'a> Group<'a> {
    fn signals(&self) -> impl Iterator<Item = (usize, &'a Signal)> + use<'a> {
        let header = self.header;
        self.members.iter().map(move |&i| (i, &header.signals[i]))
    }

    fn warn(&mut self, check: &'static str, severity: Severity, count: u64, share: f64, detail: String) {
        self.findings.push(Finding::file(check, severity, count, share, detail));
    }

    fn read(
        &mut self,
        file: &str,
        beside: &Source,
        options: &ReadOptions,
        budget: &mut Budget,
    ) -> Result<(Vec<Channel>, u64)> {
        let malformed = |what: String| Error::malformed(ID, At::Field(format!("signal file `{file}`")), what);
        let first = &self.header.signals[self.members[0]];
        let encoding = Encoding::of(first.format)?;
        if let Some((_, other)) = self.signals().find(|(_, s)| s.format != first.format) {
            let what = format!("formats {} and {} in one file", first.format, other.format);
            return Err(malformed(what));
        }
        let frame = self.signals().try_fold(0u64, |sum, (_, s)| sum.checked_add(s.samples_per_frame));
        let skew = self.signals().map(|(_, s)| s.skew).max().unwrap_or(0);
        if encoding == Encoding::Null || file == "~" {
            // A null signal has no samples, whatever length the record has.
            let empty =
                self.signals().map(|(i, s)| channel(s, i, self.rate, encoding, Samples::I16(Vec::new())));
            return Ok((empty.collect::<Result<_>>()?, 0));
        }
        // The file that is being read may be the signal file itself.
        let opened;
        let bytes = if super::file_name(beside) == file {
            &beside.bytes
        } else {
            opened = beside.sibling(file, options)?;
            &opened.bytes
        };
        if bytes.is_empty() {
            return Err(malformed("the file is empty (0 bytes)".into()));
        }
        let offset = first.offset;
        let Some(data) = usize::try_from(offset).ok().and_then(|o| bytes.get(o..)).filter(|d| !d.is_empty())
        else {
            return Err(malformed(format!("samples begin at byte {offset}, the file has {}", bytes.len())));
        };
        let there = encoding.samples_in(data.len() as u64);
        let Some(frame) = frame.filter(|&f| f <= there) else {
            let asked = frame.map_or("more than 2^64".to_owned(), |f| f.to_string());
            return Err(malformed(format!("a frame takes {asked} samples, the file holds {there}")));
        };
        let available = there / frame;
        if skew >= available {
            return Err(malformed(format!(
                "a signal is skewed by {skew} frames, the file holds {available}"
            )));
        }
        let frames = self.header.frames.unwrap_or(available).min(available);
        let decoded = available.min(frames.saturating_add(skew));
        self.check_size(file, data.len() as u64, encoding, (there, frame, available, decoded));

        let samples = decoded * frame;
        let packed = if encoding.padding() > 0 { 2 * samples } else { 0 };
        budget.take(samples * encoding.decoded_width(), options)?;
        options.check_memory(budget.used.saturating_add(packed))?;
        let index = |n: u64| usize::try_from(n).unwrap_or(usize::MAX); // all are at most the file's length
        let stream = Stream::new(encoding, data, index(samples));
        let mut channels = Vec::with_capacity(self.members.len());
        let mut mismatches = Vec::new();
        let (mut at, mut matched) = (0, 0);
        for &i in self.members {
            let signal = &self.header.signals[i];
            let count = index(signal.samples_per_frame);
            let place = Place { frame: index(frame), first: at, count };
            at += count;
            let initial = i32::try_from(signal.initial.unwrap_or(signal.adc_zero)).map_err(|_| {
                malformed(format!("initial value {:?} has more than 32 bits", signal.initial))
            })?;
            let mut samples = stream.signal(index(decoded), place, initial);
            let complete = self.header.frames.is_none_or(|n| n <= available);
            match verify(signal, &samples, index(frames) * count, encoding) {
                Ok(agrees) => matched += usize::from(agrees),
                Err(detail) => mismatches.push((label(signal, i), complete, detail)),
            }
            let absent = unskew(&mut samples, index(signal.skew) * count, index(frames) * count, encoding);
            let survey = signal::survey(&samples, encoding.missing());
            let mut made = channel(signal, i, self.rate, encoding, samples)?;
            if survey.missing.0 > 0 {
                budget.take(survey.missing.1.saturating_mul(16), options)?;
                made.missing = signal::missing_ranges(&made.samples, encoding.missing().unwrap_or(i32::MIN));
                self.note_missing(&made, survey.missing.0, encoding);
            }
            if absent > 0 && survey.missing.0 == 0 {
                made.missing.push(made.len() - absent..made.len());
            }
            made.digital_limits = converter_range(signal)
                .filter(|range| survey.limits.is_none_or(|seen| range.0 <= seen.0 && seen.1 <= range.1));
            channels.push(made);
        }
        let sized =
            self.header.frames.is_none_or(|n| there.abs_diff(n.saturating_mul(frame)) <= encoding.padding());
        if !sized && matched == 0 && looks_like_text(data) {
            let what = "the content is text, and neither its size nor a checksum fits the header";
            return Err(malformed(what.into()));
        }
        for (label, complete, detail) in mismatches {
            // A cut file cannot have the sum of the whole; that it is cut has been told.
            if complete {
                self.findings.push(Finding::file("checksum", Severity::Warning, 1, 1.0, detail).on(&label));
            }
        }
        Ok((channels, frames))
    }

    /// Tells where the file's size and the header's number of samples disagree.
    fn check_size(&mut self, file: &str, len: u64, encoding: Encoding, sizes: (u64, u64, u64, u64)) {
        let (there, frame, available, decoded) = sizes;
        let first = &self.header.signals[self.members[0]];
        if let Some((i, other)) = self.signals().find(|(_, s)| s.offset != first.offset) {
            let detail = format!(
                "{file}: {} starts at byte {}, {} at {}; the first is taken for all",
                label(first, self.members[0]),
                first.offset,
                label(other, i),
                other.offset
            );
            self.warn("header", Severity::Warning, 1, 0.0, detail);
        }
        match self.header.frames {
            Some(declared) if declared > available => {
                #[expect(clippy::cast_precision_loss, reason = "a share needs no more digits")]
                let share = (declared - available) as f64 / declared as f64;
                let detail = format!("{file}: {available} of {declared} frames are there; these are read");
                self.warn("truncated", Severity::Warning, declared - available, share, detail);
            }
            Some(declared) => {
                let surplus = there - decoded * frame;
                if surplus > encoding.padding() {
                    let detail = format!(
                        "{file}: {surplus} samples follow the {declared} frames of the header and are not read"
                    );
                    self.warn("header", Severity::Warning, surplus, 0.0, detail);
                }
            }
            None => {
                let surplus = there - available * frame;
                if surplus > encoding.padding() {
                    let detail =
                        format!("{file}: the last frame is cut, {surplus} of {frame} samples are there");
                    self.warn("truncated", Severity::Warning, 1, 0.0, detail);
                } else if encoding.padding() == 0 && there > 0 && !len.is_multiple_of((len / there).max(1)) {
                    let detail = format!("{file}: the last sample is cut");
                    self.warn("truncated", Severity::Warning, 1, 0.0, detail);
                }
            }
        }
    }

    fn note_missing(&mut self, channel: &Channel, count: u64, encoding: Encoding) {
        #[expect(clippy::cast_precision_loss, reason = "a share needs no more digits")]
        let share = count as f64 / channel.len() as f64;
        let value = encoding.missing().unwrap_or(i32::MIN);
        let detail = format!("{count} samples carry {value}, the value for missing samples");
        let finding = Finding::file("gap", Severity::Note, count, share, detail);
        self.findings.push(finding.on(&channel.label));
    }
}

/// Holds a signal's samples against the checksum and first value of the header. `Ok` says whether there
/// was a checksum and it fits.
///
/// The checksum is of all samples, of all frames; missing ones count with the value that marks them. With a
/// skew, writers differ in whether the frames before the first and after the last are in: any of the sums
/// is taken.
fn verify(
    signal: &Signal,
    samples: &Samples,
    wanted: usize,
    encoding: Encoding,
) -> std::result::Result<bool, String> {
    let len = samples.len();
    let sum = |from: usize, to: usize| match samples {
        Samples::I16(v) => v[from..to].iter().fold(0i64, |s, &x| s.wrapping_add(i64::from(x))),
        Samples::I32(v) => v[from..to].iter().fold(0i64, |s, &x| s.wrapping_add(i64::from(x))),
        Samples::F32(_) | Samples::F64(_) => 0,
    };
    let all = sum(0, len);
    let fits = |sum: i64, checksum: i64| sum.wrapping_sub(checksum).rem_euclid(1 << 16) == 0;
    let skew = usize::try_from(signal.skew.saturating_mul(signal.samples_per_frame)).unwrap_or(len).min(len);
    let skewed = || {
        let end = (skew + wanted).min(len);
        [sum(0, wanted.min(len)), sum(skew, end), sum(0, end)]
    };
    match signal.checksum {
        Some(stated) if fits(all, stated) => Ok(true),
        Some(stated) if len > wanted && skewed().into_iter().any(|s| fits(s, stated)) => Ok(true),
        Some(stated) => {
            let first = match signal.initial {
                Some(initial) if len > 0 && encoding != Encoding::Difference8 => {
                    format!("; first value {} stated, {} read", initial, samples.get(0))
                }
                _ => String::new(),
            };
            #[expect(clippy::cast_possible_truncation, reason = "the checksum is the low 16 bits")]
            let found = (all as u16).cast_signed();
            #[expect(clippy::cast_possible_truncation, reason = "the checksum is the low 16 bits")]
            let stated = (stated as u16).cast_signed();
            Err(format!("checksum {stated} stated, {found} of the samples read{first}"))
        }
        None => Ok(false),
    }
}

/// Drops the `skew` samples before the first and brings the length to `wanted`; gives how many samples
/// at the end are not in the file and were filled up.
fn unskew(samples: &mut Samples, skew: usize, wanted: usize, encoding: Encoding) -> usize {
    fn of<T: Copy + Default>(values: &mut Vec<T>, skew: usize, wanted: usize, missing: Option<T>) -> usize {
        values.drain(..skew.min(values.len()));
        let absent = wanted.saturating_sub(values.len());
        let fill = missing.or(values.last().copied()).unwrap_or_default();
        values.resize(wanted, fill);
        absent
    }
    let missing = encoding.missing();
    match samples {
        Samples::I16(v) => of(v, skew, wanted, missing.and_then(|m| i16::try_from(m).ok())),
        Samples::I32(v) => of(v, skew, wanted, missing),
        Samples::F32(_) | Samples::F64(_) => 0,
    }
}

/// Range of the converter, from its resolution and middle.
fn converter_range(signal: &Signal) -> Option<(i64, i64)> {
    let half = 1i64 << u32::try_from(signal.resolution).ok().filter(|r| (1..=32).contains(r))? >> 1;
    Some((signal.adc_zero.checked_sub(half)?, signal.adc_zero.checked_add(half - 1)?))
}

/// Whether `data` is plain text: no amplitudes are printable characters throughout.
fn looks_like_text(data: &[u8]) -> bool {
    let probe = &data[..data.len().min(TEXT_PROBE)];
    probe.len() >= 16 && probe.iter().all(|&b| matches!(b, b'\t' | b'\n' | b'\r' | 0x20..=0x7e))
}

/// A channel with the header's scale and unit.
pub(super) fn channel(
    signal: &Signal,
    index: usize,
    rate: Hertz,
    encoding: Encoding,
    samples: Samples,
) -> Result<Channel> {
    #[expect(clippy::cast_precision_loss, reason = "samples per frame fit a frame that is in memory")]
    let frequency = Hertz::sampling_frequency(rate.0 * signal.samples_per_frame as f64).map_err(|e| {
        Error::malformed(ID, At::Field(format!("signal {index}, samples per frame")), e.to_string())
    })?;
    let unit = if signal.gain.is_some() { SignalUnit::parse(&signal.unit) } else { SignalUnit::unknown() };
    let mut channel = Channel::new(label(signal, index), frequency, unit, samples);
    match signal.gain {
        #[expect(
            clippy::cast_precision_loss,
            reason = "a baseline beyond 2^52 is no baseline of these samples"
        )]
        Some(gain) => channel.scaling = Scaling::Divide { baseline: signal.baseline as f64, gain },
        None => {
            channel.scaling = Scaling::Identity;
            channel.uncalibrated = Some("the header gives no gain, or 0: values are digital".into());
        }
    }
    channel.storage_bits = encoding.bits();
    channel.segments = vec![Segment { first: 0, len: channel.len(), onset_s: 0.0 }];
    Ok(channel)
}
