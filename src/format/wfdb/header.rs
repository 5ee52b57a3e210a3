//! The text header, `record.hea`: one record line, then signal lines or segment lines, and comments.
//!
//! Rules: header(5) of the WFDB Applications Guide. Lines end with LF, CRLF or CR alone.

use super::ID;
use super::record_line::RecordLine;
use crate::error::At;
use crate::measure::{Finding, Severity};
use crate::{Error, Result};
use std::str::FromStr;

/// Longest header read, bytes. Our choice: the longest published ones (long multi-segment records) stay
/// far below.
pub(super) const MAX_BYTES: usize = 16 << 20;
/// Most signals or segments read. Our choice; published records have some hundred signals and some thousand segments.
const MAX_LINES: usize = 100_000;
/// Least magnitude of a gain, so that no calibrated sample can become infinite. Our choice.
const MIN_GAIN: f64 = 1e-200;

/// What a header says.
#[derive(Debug, Clone)]
pub(super) struct Header {
    /// Name in the record line, without the number of segments.
    pub(super) name: String,
    /// Frames a second; `None` where the header leaves it out.
    pub(super) frame_rate: Option<f64>,
    /// Frames; `None` where the header leaves it out or writes 0.
    pub(super) frames: Option<u64>,
    /// `2000-01-01T12:30:00.25`, when both time and date are there.
    pub(super) start: Option<String>,
    /// One per signal line; empty for a multi-segment record.
    pub(super) signals: Vec<Signal>,
    /// One per segment line; `None` for a record in one piece.
    pub(super) segments: Option<Vec<SegmentLine>>,
    /// Comment lines without `#` and blanks around.
    pub(super) comments: Vec<String>,
    /// What was mended.
    pub(super) findings: Vec<Finding>,
}

/// A signal line.
#[derive(Debug, Clone)]
pub(super) struct Signal {
    /// Name of the signal file; `~` for none.
    pub(super) file: String,
    /// Number of the storage format.
    pub(super) format: u32,
    /// At least 1.
    pub(super) samples_per_frame: u64,
    /// Frames of the file that lie before the signal's first.
    pub(super) skew: u64,
    /// Bytes of the file before the samples.
    pub(super) offset: u64,
    /// Stored steps per unit; `None` = uncalibrated (0 or missing in the header).
    pub(super) gain: Option<f64>,
    /// Stored value of physical zero.
    pub(super) baseline: i64,
    /// As written; `mV` where a gain stands without a unit.
    pub(super) unit: String,
    /// Bits of the converter; 0 = not said.
    pub(super) resolution: i64,
    /// Stored value in the middle of the converter's range.
    pub(super) adc_zero: i64,
    /// Value of the first sample.
    pub(super) initial: Option<i64>,
    /// Sum of all samples modulo 65536, signed or not.
    pub(super) checksum: Option<i64>,
    /// Description without blanks around; may be empty.
    pub(super) description: String,
}

/// A segment line.
#[derive(Debug, Clone)]
pub(super) struct SegmentLine {
    /// Record name; `~` for a null segment.
    pub(super) name: String,
    /// Frames; 0 for the layout segment.
    pub(super) frames: u64,
}

/// Text of a header, whatever its encoding; `None` when it is longer than any header or binary.
pub(super) fn text(bytes: &[u8]) -> Option<String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    // Some devices pad text files with NUL or Ctrl-Z.
    let end = bytes.iter().rposition(|b| !matches!(b, 0 | 0x1a)).map_or(0, |last| last + 1);
    let bytes = &bytes[..end];
    if bytes.len() > MAX_BYTES || bytes.contains(&0) {
        return None;
    }
    Some(match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::WINDOWS_1252.decode(bytes).0.into_owned(),
    })
}

/// Lines with their numbers from 1, for LF, CRLF and CR alone.
fn lines(text: &str) -> impl Iterator<Item = (u64, &str)> {
    let mut number = 0;
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        number += 1;
        let end = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let line = &rest[..end];
        let after = &rest[end..];
        rest = after.strip_prefix("\r\n").or_else(|| after.get(1..)).unwrap_or("");
        Some((number, line.trim_matches([' ', '\t'])))
    })
}

/// Whether `text` is a header: a record line, and after it as many signal or segment lines as it says.
/// For telling formats apart, so it stops at the first line that does not fit.
pub(super) fn looks_like(text: &str) -> bool {
    let mut content = lines(text).filter(|(_, l)| !l.is_empty() && !l.starts_with('#'));
    let Some((number, first)) = content.next() else { return false };
    let Ok(record) = RecordLine::parse(number, first, &mut Vec::new()) else { return false };
    let (count, segmented) = (record.segments.unwrap_or(record.signals), record.segments.is_some());
    // A lone record line is a header without signals only if it says so, with a sampling frequency.
    if count == 0 {
        return record.frame_rate.is_some() && content.next().is_none();
    }
    content.next().is_some_and(|(number, line)| {
        // Columns of numbers can read as a header, but no signal file is called by a number alone.
        if line.split_whitespace().next().is_some_and(|name| name.parse::<f64>().is_ok()) {
            false
        } else if segmented {
            segment_line(number, line).is_ok()
        } else {
            Signal::parse(number, line, &mut Vec::new()).is_ok()
        }
    })
}

/// Parses a whole header.
pub(super) fn parse(text: &str) -> Result<Header> {
    let mut findings = Vec::new();
    let mut comments = Vec::new();
    let mut content = Vec::new();
    for (number, line) in lines(text).filter(|(_, l)| !l.is_empty()) {
        if line.starts_with('#') {
            comments.push(line.trim_matches([' ', '\t', '#']).to_owned());
        } else {
            content.push((number, line));
        }
    }
    let mut content = content.into_iter();
    let Some((number, first)) = content.next() else {
        return Err(Error::malformed(ID, At::File, "the header holds no record line"));
    };
    let record = RecordLine::parse(number, first, &mut findings)?;
    let (wanted, what) = match record.segments {
        Some(n) => (n, "segment"),
        None => (record.signals, "signal"),
    };
    let there = content.len();
    let wanted = usize::try_from(wanted).unwrap_or(usize::MAX);
    if wanted > there {
        let text = format!("the record line announces {wanted} {what} lines, {there} are there");
        return Err(Error::malformed(ID, At::Line(number), text));
    }
    if wanted > MAX_LINES {
        return Err(Error::Limit { name: "lines", asked: wanted as u64, allowed: MAX_LINES as u64 });
    }
    let mut header = Header {
        name: record.name,
        frame_rate: record.frame_rate,
        frames: record.frames,
        start: record.start,
        signals: Vec::new(),
        segments: None,
        comments,
        findings: Vec::new(),
    };
    let used = content.by_ref().take(wanted);
    if record.segments.is_some() {
        header.segments = Some(used.map(|(n, l)| segment_line(n, l)).collect::<Result<_>>()?);
    } else {
        header.signals = used.map(|(n, l)| Signal::parse(n, l, &mut findings)).collect::<Result<_>>()?;
    }
    if let Some((number, _)) = content.next() {
        let detail =
            format!("line {number}: {} lines after the last {what} line are not read", content.len() + 1);
        findings.push(Finding::file("header", Severity::Warning, content.len() as u64 + 1, 0.0, detail));
    }
    header.findings = findings;
    Ok(header)
}

/// A field that must be a number.
pub(super) fn number<T: FromStr>(line: u64, name: &str, text: &str) -> Result<T> {
    text.parse().map_err(|_| {
        Error::malformed(ID, At::Line(line), format!("{name} `{}` is not a number that can be", short(text)))
    })
}

/// At most 40 characters, for messages.
pub(super) fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

/// A finite number in the header's own notation.
pub(super) fn finite(line: u64, name: &str, text: &str) -> Result<f64> {
    let value: f64 = number(line, name, text)?;
    if value.is_finite() {
        Ok(value)
    } else {
        Err(Error::malformed(ID, At::Line(line), format!("{name} `{}` is not finite", short(text))))
    }
}

fn segment_line(line: u64, text: &str) -> Result<SegmentLine> {
    let mut fields = text.split_whitespace();
    let (name, Some(frames)) = (fields.next().unwrap_or_default(), fields.next()) else {
        return Err(Error::malformed(
            ID,
            At::Line(line),
            "a segment line needs a name and a number of samples",
        ));
    };
    let frames = number(line, "the number of samples of a segment", frames)?;
    Ok(SegmentLine { name: name.to_owned(), frames })
}

/// Takes the next field off `rest`.
fn next_field<'a>(rest: &mut &'a str) -> Option<&'a str> {
    let text = rest.trim_start_matches([' ', '\t']);
    let end = text.find([' ', '\t']).unwrap_or(text.len());
    let (field, after) = text.split_at(end);
    *rest = after;
    (!field.is_empty()).then_some(field)
}

impl Signal {
    fn parse(line: u64, text: &str, findings: &mut Vec<Finding>) -> Result<Self> {
        let mut rest = text;
        let file = next_field(&mut rest).unwrap_or_default().to_owned();
        let Some(format) = next_field(&mut rest) else {
            return Err(Error::malformed(ID, At::Line(line), "a signal line needs a file name and a format"));
        };
        let mut signal = Signal {
            file,
            format: 0,
            samples_per_frame: 1,
            skew: 0,
            offset: 0,
            gain: None,
            baseline: 0,
            unit: String::new(),
            resolution: 0,
            adc_zero: 0,
            initial: None,
            checksum: None,
            description: String::new(),
        };
        signal.parse_format(line, format)?;
        let baseline = match next_field(&mut rest) {
            Some(field) => signal.parse_gain(line, field)?,
            None => None,
        };
        // Resolution, zero, initial value, checksum, block size: each may be missing with all after it.
        let mut integers = [None; 5];
        for slot in &mut integers {
            let before = rest;
            let Some(field) = next_field(&mut rest) else { break };
            if !field.trim_start_matches(['-', '+']).bytes().all(|b| b.is_ascii_digit()) {
                // A description that starts early: some writers leave fields out in the middle.
                rest = before;
                let detail = format!("line {line}: fields before the description are missing");
                findings.push(Finding::file("header", Severity::Note, 1, 0.0, detail));
                break;
            }
            *slot = Some(number::<i64>(line, "a signal field", field)?);
        }
        let [resolution, zero, initial, checksum, _block] = integers;
        signal.resolution = resolution.unwrap_or(0);
        signal.adc_zero = zero.unwrap_or(0);
        signal.baseline = baseline.unwrap_or(signal.adc_zero);
        (signal.initial, signal.checksum) = (initial, checksum);
        signal.description = rest.trim().to_owned();
        Ok(signal)
    }

    /// `format[xN][:skew][+offset]`.
    fn parse_format(&mut self, line: u64, field: &str) -> Result<()> {
        let mut parts = vec![(' ', 0)];
        parts.extend(field.char_indices().filter(|(_, c)| matches!(c, 'x' | ':' | '+')).map(|(i, c)| (c, i)));
        for (i, &(mark, at)) in parts.iter().enumerate() {
            let from = if mark == ' ' { at } else { at + 1 };
            let end = parts.get(i + 1).map_or(field.len(), |p| p.1);
            let text = &field[from..end];
            match mark {
                'x' => self.samples_per_frame = number(line, "samples per frame", text)?,
                ':' => self.skew = number(line, "the skew", text)?,
                '+' => self.offset = number(line, "the byte offset", text)?,
                _ => self.format = number(line, "the signal format", text)?,
            }
        }
        if self.samples_per_frame == 0 {
            return Err(Error::malformed(ID, At::Line(line), "0 samples per frame"));
        }
        Ok(())
    }

    /// `gain[(baseline)][/unit]`; gives the baseline.
    fn parse_gain(&mut self, line: u64, field: &str) -> Result<Option<i64>> {
        let (scale, unit) = field.split_once('/').map_or((field, None), |(s, u)| (s, Some(u)));
        let (gain, baseline) = scale.split_once('(').map_or((scale, None), |(g, b)| (g, Some(b)));
        let baseline = match baseline.map(|b| b.trim_end_matches(')')).filter(|b| !b.is_empty()) {
            Some(text) => Some(number(line, "the baseline", text)?),
            None => None,
        };
        let gain = if gain.is_empty() { 0.0 } else { finite(line, "the gain", gain)? };
        if gain != 0.0 && gain.abs() < MIN_GAIN {
            return Err(Error::malformed(
                ID,
                At::Line(line),
                format!("gain {gain:e} is too small to divide by"),
            ));
        }
        self.gain = Some(gain).filter(|&g| g != 0.0);
        self.unit = unit.filter(|u| !u.is_empty()).unwrap_or("mV").to_owned();
        Ok(baseline)
    }
}
