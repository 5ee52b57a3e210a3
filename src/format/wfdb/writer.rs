//! Writes a record: `stem.hea`, `stem.dat`, and `stem.atr` when there are annotations.
//!
//! Format 16; 24 or 32 where stored integers need them, or where one of them would look like a missing
//! sample. Channels of different sampling frequency become several samples a frame. Gaps between segments
//! become missing samples.

use super::{ID, annotation_writer, comments, scale};
use crate::format::WriteOptions;
use crate::measure::{Finding, Severity};
use crate::output::write_atomic;
use crate::recording::{Channel, Recording};
use crate::{Error, Result};
use std::fmt::Write as _;
use std::path::Path;

/// Most frame rates tried below the lowest sampling frequency. Our choice.
const MAX_DIVISOR: u32 = 1000;
/// Most samples of a frame. Our choice.
const MAX_FRAME: u64 = 1 << 20;
/// Gaps are filled up to this many samples and [`FILL_FACTOR`] times those that are there. Our choice.
const FILL_SAMPLES: u64 = 1 << 24;
/// See [`FILL_SAMPLES`].
const FILL_FACTOR: u64 = 4;

/// One signal of the file.
struct Signal<'a> {
    channel: &'a Channel,
    stored: scale::Stored,
    per_frame: usize,
    /// Position on the record's time line of each segment, in samples.
    starts: Vec<usize>,
    /// Samples on the time line.
    len: usize,
}

/// Writes `recording`; see the module.
pub(super) fn write(recording: &Recording, path: &Path, _: &WriteOptions) -> Result<Vec<Finding>> {
    let stem = path.file_stem().map_or_else(String::new, |s| s.to_string_lossy().into_owned());
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if stem.is_empty() || !stem.chars().all(plain) {
        let why = format!("`{stem}`: a WFDB record is named by letters, digits, `_` and `-` only");
        return Err(Error::option("output", why));
    }
    if recording.channels.is_empty() {
        return Err(Error::Signal("the recording has no channels to write".into()));
    }
    refuse_overwriting(recording, path)?;
    let mut findings = Vec::new();
    let frame_rate = frame_rate(&recording.channels)?;
    let mut signals = Vec::new();
    for channel in &recording.channels {
        let stored = scale::store(channel);
        if let Some(loss) = &stored.loss {
            let finding = Finding::file("conversion", Severity::Note, 1, 0.0, loss.clone());
            findings.push(finding.on(&channel.label));
        }
        let (starts, len) = time_line(channel)?;
        signals.push(Signal { channel, stored, per_frame: per_frame(channel, frame_rate), starts, len });
    }
    let frames = signals.iter().map(|s| s.len.div_ceil(s.per_frame)).max().unwrap_or(0);
    for s in signals.iter().filter(|s| s.len < frames * s.per_frame) {
        let n = frames * s.per_frame - s.len;
        let detail = format!("{n} missing samples are added at the end, to the length of the other channels");
        findings
            .push(Finding::file("conversion", Severity::Note, n as u64, 0.0, detail).on(&s.channel.label));
    }
    let bytes = signals.iter().map(sample_width).max().unwrap_or(2);
    let data: Vec<Vec<i32>> = signals.iter().map(|s| place(s, frames, bytes)).collect();
    let header = header(recording, &stem, &signals, &data, frame_rate, frames, bytes, &mut findings);

    let dat = path.with_extension("dat");
    write_atomic(&dat, |out| write_samples(out, &signals, &data, frames, bytes))?;
    annotation_writer::write(recording, &path.with_extension("atr"), frame_rate, &mut findings)?;
    write_atomic(path, |out| out.write_all(header.as_bytes()))?;
    dropped(recording, &mut findings);
    Ok(findings)
}

/// The signal file must replace neither the recording being read nor a file that is no record's.
fn refuse_overwriting(recording: &Recording, path: &Path) -> Result<()> {
    let dat = path.with_extension("dat");
    let same = |a: &Path, b: &Path| matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b);
    let input = Path::new(&recording.file);
    if same(input, &dat) || same(input, path) {
        let why = format!("`{}`: would replace the recording that is being read", path.display());
        return Err(Error::option("output", why));
    }
    if dat.exists() && !path.exists() {
        let why = format!("`{}` exists and would be replaced; name the record otherwise", dat.display());
        return Err(Error::option("output", why));
    }
    Ok(())
}

/// The highest frame rate of which every sampling frequency is a whole multiple.
fn frame_rate(channels: &[Channel]) -> Result<f64> {
    let lowest = channels.iter().map(|c| c.sampling_frequency.0).fold(f64::INFINITY, f64::min);
    let fits = |rate: f64| {
        let mut frame = 0.0;
        channels.iter().all(|c| {
            let samples = (c.sampling_frequency.0 / rate).round();
            frame += samples;
            (samples * rate - c.sampling_frequency.0).abs() <= 1e-12 * c.sampling_frequency.0
        }) && frame <= MAX_FRAME as f64
    };
    (1..=MAX_DIVISOR).map(|k| lowest / f64::from(k)).find(|&rate| fits(rate)).ok_or_else(|| {
        let mut rates: Vec<f64> = channels.iter().map(|c| c.sampling_frequency.0).collect();
        rates.sort_by(f64::total_cmp);
        rates.dedup();
        let why = format!(
            "WFDB needs sampling frequencies that are multiples of one frame rate; {rates:?} Hz are not. \
             Choose channels of one frequency, or write another format"
        );
        Error::option("output", why)
    })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "frame_rate bounded the quotient"
)]
fn per_frame(channel: &Channel, frame_rate: f64) -> usize {
    (channel.sampling_frequency.0 / frame_rate).round() as usize
}

/// Where each segment of `channel` begins, in samples from the recording's start, and where the last ends.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked against the limit before use"
)]
fn time_line(channel: &Channel) -> Result<(Vec<usize>, usize)> {
    let limit = FILL_SAMPLES.saturating_add(FILL_FACTOR.saturating_mul(channel.len() as u64));
    let (mut starts, mut end) = (Vec::new(), 0usize);
    for segment in &channel.segments {
        let start = (segment.onset_s * channel.sampling_frequency.0).round();
        if start < end as f64 {
            let why = format!(
                "{}: a segment begins at {} s, before the start of the recording or the end of the segment before it; \
                 WFDB holds one time line, so write EDF+ or CSV instead",
                channel.label, segment.onset_s
            );
            return Err(Error::option("output", why));
        }
        let last = start + segment.len as f64;
        if last.is_nan() || last > limit as f64 {
            let why = format!(
                "{}: the gaps between segments are too long to be filled with missing samples",
                channel.label
            );
            return Err(Error::option("output", why));
        }
        starts.push(start as usize);
        end = start as usize + segment.len;
    }
    Ok((starts, end))
}

/// Bytes a sample of `signal` needs, its least value of the type kept free for missing samples.
fn sample_width(signal: &Signal<'_>) -> usize {
    let Some((least, greatest)) = signal.stored.limits() else { return 2 };
    let fits = |bits: u32| least > i32::MIN >> (32 - bits) && greatest <= i32::MAX >> (32 - bits);
    if fits(16) {
        2
    } else if fits(24) {
        3
    } else {
        4
    }
}

/// The signal on the time line, missing samples marked.
fn place(signal: &Signal<'_>, frames: usize, bytes: usize) -> Vec<i32> {
    let absent = i32::MIN >> (32 - 8 * bytes);
    let mut out = vec![absent; frames * signal.per_frame];
    for (segment, &start) in signal.channel.segments.iter().zip(&signal.starts) {
        for i in 0..segment.len {
            let from = segment.first + i;
            if !signal.stored.missing[from] {
                out[start + i] = signal.stored.values[from];
            }
        }
    }
    out
}

fn write_samples(
    out: &mut dyn std::io::Write,
    signals: &[Signal<'_>],
    data: &[Vec<i32>],
    frames: usize,
    bytes: usize,
) -> std::io::Result<()> {
    let mut buffer = Vec::with_capacity(1 << 16);
    for frame in 0..frames {
        for (signal, values) in signals.iter().zip(data) {
            for value in &values[frame * signal.per_frame..(frame + 1) * signal.per_frame] {
                buffer.extend_from_slice(&value.to_le_bytes()[..bytes]);
            }
        }
        if buffer.len() >= 1 << 16 {
            out.write_all(&buffer)?;
            buffer.clear();
        }
    }
    out.write_all(&buffer)
}

/// One line of text: control characters become blanks.
fn line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
}

/// A unit in letters that header readers take: no blanks or brackets. Empty would be read as mV.
fn unit(channel: &Channel) -> String {
    let text = channel.unit.text.trim().replace('°', "deg");
    let allowed = |c: char| c.is_alphanumeric() || "_^-?%/".contains(c);
    let text: String = text.chars().map(|c| if allowed(c) { c } else { '_' }).collect();
    if text.is_empty() { "NU".into() } else { text }
}

#[expect(clippy::too_many_arguments, reason = "all parts of the record meet in its header")]
fn header(
    recording: &Recording,
    stem: &str,
    signals: &[Signal<'_>],
    data: &[Vec<i32>],
    frame_rate: f64,
    frames: usize,
    bytes: usize,
    findings: &mut Vec<Finding>,
) -> String {
    let mut out = format!("{stem} {} {frame_rate} {frames}", signals.len());
    if let Some(start) = &recording.start {
        match header_start(start) {
            Some(text) => out.push_str(&format!(" {text}")),
            None => {
                let detail = format!("the start `{}` is no date and time, and is left out", line(start));
                findings.push(Finding::file("conversion", Severity::Note, 1, 0.0, detail));
            }
        }
    }
    out.push('\n');
    for (index, (signal, values)) in signals.iter().zip(data).enumerate() {
        let (stored, channel) = (&signal.stored, signal.channel);
        let samples = if signal.per_frame > 1 { format!("x{}", signal.per_frame) } else { String::new() };
        let scale = if stored.gain == 0.0 {
            "0".to_owned()
        } else {
            if unit(channel) != channel.unit.text {
                let detail =
                    format!("the unit `{}` is written `{}`", line(&channel.unit.text), unit(channel));
                findings.push(Finding::file("conversion", Severity::Note, 1, 0.0, detail).on(&channel.label));
            }
            format!("{}({})/{}", stored.gain, stored.baseline, unit(channel))
        };
        let sum = values.iter().fold(0i64, |sum, &v| sum.wrapping_add(i64::from(v)));
        #[expect(clippy::cast_possible_truncation, reason = "the checksum is the low 16 bits")]
        let checksum = (sum as u16).cast_signed();
        let label = line(&channel.label);
        let label = if label.is_empty() { format!("sig {index}") } else { label };
        let bits = 8 * bytes;
        let initial = values.first().copied().unwrap_or(0);
        // A `String` takes all that is written to it.
        let _ = writeln!(out, "{stem}.dat {bits}{samples} {scale} {bits} 0 {initial} {checksum} 0 {label}");
    }
    let said = comments::subject(&recording.comments);
    let mut subject = String::new();
    if let Some(age) = recording.subject.age_years.filter(|a| said.age_years != Some(*a)) {
        subject.push_str(&format!(" <age>: {age}"));
    }
    if let Some(sex) = recording.subject.sex.as_ref().filter(|s| said.sex.as_ref() != Some(*s)) {
        subject.push_str(&format!(" <sex>: {}", if sex == "male" { "M" } else { "F" }));
    }
    if !subject.is_empty() {
        let _ = writeln!(out, "#{subject}");
    }
    for comment in &recording.comments {
        let _ = writeln!(out, "# {}", line(comment));
    }
    out
}

/// `2000-01-01T12:30:00.25` as `12:30:00.25 01/01/2000`, with at most six digits of a second.
fn header_start(start: &str) -> Option<String> {
    let (date, time) = start.split_once('T')?;
    let date: jiff::civil::Date = date.parse().ok()?;
    let (whole, fraction) = time.split_once('.').unwrap_or((time, ""));
    let whole: jiff::civil::Time = whole.parse().ok()?;
    let fraction: String = fraction.chars().take_while(char::is_ascii_digit).take(6).collect();
    let dot = if fraction.is_empty() { "" } else { "." };
    Some(format!(
        "{:02}:{:02}:{:02}{dot}{fraction} {:02}/{:02}/{:04}",
        whole.hour(),
        whole.minute(),
        whole.second(),
        date.day(),
        date.month(),
        date.year()
    ))
}

/// Tells what of the channels the format has no place for.
fn dropped(recording: &Recording, findings: &mut Vec<Finding>) {
    let count = |has: fn(&Channel) -> bool| recording.channels.iter().filter(|c| has(c)).count();
    let filters = count(|c| c.hardware_filters.is_some());
    // What a header read as WFDB says of electrodes stands in its comments, which are written.
    let electrodes = if recording.format == ID {
        0
    } else {
        count(|c| c.electrode.is_some() || c.target_muscle.is_some())
    };
    if filters + electrodes > 0 {
        let detail = format!(
            "not written, as WFDB has no place for it: filters of {filters} channels, electrode or muscle of {electrodes}"
        );
        findings.push(Finding::file(
            "conversion",
            Severity::Note,
            (filters + electrodes) as u64,
            0.0,
            detail,
        ));
    }
}
