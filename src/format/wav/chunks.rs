//! The chunk table of a WAV file, held against the bytes that are there.

use crate::error::At;
use crate::measure::{Finding, Severity};
use crate::{Error, Result};

/// Type of a stored sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    Int8,
    Int16,
    Int24,
    Int32,
    Float32,
    Float64,
}

impl Number {
    /// Bytes a sample.
    pub(super) fn width(self) -> usize {
        match self {
            Number::Int8 => 1,
            Number::Int16 => 2,
            Number::Int24 => 3,
            Number::Int32 | Number::Float32 => 4,
            Number::Float64 => 8,
        }
    }
    /// Bits of an integer.
    pub(super) fn bits(self) -> Option<u32> {
        match self {
            Number::Int8 => Some(8),
            Number::Int16 => Some(16),
            Number::Int24 => Some(24),
            Number::Int32 => Some(32),
            Number::Float32 | Number::Float64 => None,
        }
    }
}

/// What is needed to decode.
#[derive(Debug)]
pub(super) struct Layout<'a> {
    pub(super) number: Number,
    pub(super) channels: u16,
    pub(super) sampling_frequency: u32,
    /// The samples, as far as they are there.
    pub(super) data: &'a [u8],
}

impl Layout<'_> {
    /// A header of 44 bytes that tells the same, for `length` bytes of samples.
    pub(super) fn plain_header(&self, length: usize) -> Vec<u8> {
        // Samples beyond 4 GiB cannot be told in a WAV header; the memory limit is far below by default.
        let length = u32::try_from(length).unwrap_or(u32::MAX - 36);
        #[expect(clippy::cast_possible_truncation, reason = "at most 8")]
        let width = self.number.width() as u16;
        let tag: u16 = if self.number.bits().is_some() { 1 } else { 3 };
        let frame = u32::from(width) * u32::from(self.channels);
        let mut out = Vec::with_capacity(44);
        out.extend_from_slice(b"RIFF");
        out.extend_from_slice(&length.saturating_add(36).to_le_bytes());
        out.extend_from_slice(b"WAVEfmt ");
        out.extend_from_slice(&16u32.to_le_bytes());
        out.extend_from_slice(&tag.to_le_bytes());
        out.extend_from_slice(&self.channels.to_le_bytes());
        out.extend_from_slice(&self.sampling_frequency.to_le_bytes());
        out.extend_from_slice(&self.sampling_frequency.wrapping_mul(frame).to_le_bytes());
        #[expect(clippy::cast_possible_truncation, reason = "checked when the file's own header was read")]
        out.extend_from_slice(&(frame as u16).to_le_bytes());
        out.extend_from_slice(&(width * 8).to_le_bytes());
        out.extend_from_slice(b"data");
        out.extend_from_slice(&length.to_le_bytes());
        out
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2).map(|b| u16::from_le_bytes([b[0], b[1]]))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}

/// Reads the chunk table.
pub(super) fn read<'a>(bytes: &'a [u8], findings: &mut Vec<Finding>) -> Result<Layout<'a>> {
    let malformed = |at: usize, what: String| Error::malformed("wav", At::Byte(at as u64), what);
    if bytes.len() < 12
        || &bytes[8..12] != b"WAVE"
        || !(bytes.starts_with(b"RIFF") || bytes.starts_with(b"RF64"))
    {
        return Err(malformed(0, "no RIFF/WAVE header".into()));
    }
    let (mut format, mut data, mut long) = (None, None, None);
    let mut at = 12;
    while let (Some(id), Some(size)) = (bytes.get(at..at + 4), u32_at(bytes, at + 4)) {
        let body = at + 8;
        let left = bytes.len() - body;
        let declared = size as usize;
        match id {
            b"fmt " if format.is_none() => {
                let end = body + declared.min(left);
                format = Some((at, &bytes[body..end]));
            }
            b"ds64" => {
                long = bytes
                    .get(body + 8..body + 16)
                    .map(|b| u64::from_le_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]]))
            }
            b"data" if data.is_none() => {
                let length = data_length(bytes, body, declared, long, findings);
                data = Some(&bytes[body..body + length]);
                at = body + length + length % 2;
                continue;
            }
            b"data" => {
                let what = format!("a second data chunk at byte {at} is not read");
                findings.push(Finding::file("layout", Severity::Warning, 1, 0.0, what));
            }
            _ => {}
        }
        // A chunk of odd length is followed by a byte of padding.
        let Some(next) = body.checked_add(declared).and_then(|n| n.checked_add(declared % 2)) else { break };
        at = next;
    }
    let Some((at, format)) = format else { return Err(malformed(12, "no `fmt ` chunk".into())) };
    let (number, channels, sampling_frequency) = parse_format(format).map_err(|e| match e {
        Error::Malformed { what, .. } => malformed(at, what),
        other => other,
    })?;
    let Some(data) = data else { return Err(malformed(bytes.len(), "no `data` chunk".into())) };
    let frame = usize::from(channels) * number.width();
    let rest = data.len() % frame;
    if rest > 0 {
        let what = format!(
            "{rest} bytes at the end are less than one sample of {channels} channels ({frame} bytes)"
        );
        findings.push(Finding::file("truncated", Severity::Warning, rest as u64, 0.0, what));
    }
    Ok(Layout { number, channels, sampling_frequency, data })
}

/// How many bytes of samples there are, whatever the header declares.
fn data_length(
    bytes: &[u8],
    body: usize,
    declared: usize,
    long: Option<u64>,
    findings: &mut Vec<Finding>,
) -> usize {
    let left = bytes.len() - body;
    let declared = match long {
        Some(n) if declared == u32::MAX as usize => usize::try_from(n).unwrap_or(usize::MAX),
        _ => declared,
    };
    let mut tell = |what: String, lost: usize| {
        findings.push(Finding::file("truncated", Severity::Warning, lost as u64, 0.0, what));
    };
    if declared == u32::MAX as usize || (declared == 0 && left > 0 && !another_chunk(bytes, body)) {
        tell(
            format!("the size of the samples was never written ({declared}); read to the end, {left} bytes"),
            0,
        );
        return left;
    }
    if declared > left {
        tell(format!("the header declares {declared} bytes of samples, {left} are there"), declared - left);
        return left;
    }
    declared
}

/// Whether a chunk that follows samples begins at `at`, and fits.
fn another_chunk(bytes: &[u8], at: usize) -> bool {
    const KNOWN: [&[u8]; 9] =
        [b"LIST", b"fact", b"cue ", b"smpl", b"bext", b"id3 ", b"JUNK", b"PEAK", b"fmt "];
    let fits = u32_at(bytes, at + 4).is_some_and(|n| n as usize <= bytes.len() - (at + 8));
    fits && bytes.get(at..at + 4).is_some_and(|id| KNOWN.contains(&id))
}

/// The `fmt ` chunk: number type, channels, sampling frequency.
fn parse_format(body: &[u8]) -> Result<(Number, u16, u32)> {
    let bad = |what: String| Error::malformed("wav", At::File, what);
    let (Some(tag), Some(channels), Some(fs), Some(frame), Some(bits)) =
        (u16_at(body, 0), u16_at(body, 2), u32_at(body, 4), u16_at(body, 12), u16_at(body, 14))
    else {
        return Err(bad(format!("the `fmt ` chunk has {} bytes, at least 16 are needed", body.len())));
    };
    // WAVE_FORMAT_EXTENSIBLE: the tag begins the GUID. Bits that are valid may be fewer than the container
    // has; they are its upper ones, so full scale is the container's.
    let tag = if tag == 0xfffe { u16_at(body, 24).unwrap_or(0) } else { tag };
    if channels == 0 || fs == 0 {
        return Err(bad(format!("{channels} channels at {fs} Hz")));
    }
    let number = match (tag, bits) {
        (1, 1..=8) => Number::Int8,
        (1, 9..=16) => Number::Int16,
        (1, 17..=24) if frame != channels.saturating_mul(4) => Number::Int24,
        (1, 17..=32) => Number::Int32,
        (3, 32) => Number::Float32,
        (3, 64) => Number::Float64,
        (1 | 3, _) => return Err(bad(format!("{bits} bits a sample"))),
        (2 | 6 | 7 | 17 | 85, _) => {
            let what = format!("compressed samples (format tag {tag}); save as PCM");
            return Err(Error::Unsupported { format: "wav", what });
        }
        _ => return Err(Error::Unsupported { format: "wav", what: format!("format tag {tag}") }),
    };
    let want = usize::from(channels) * number.width();
    if usize::from(frame) != want {
        return Err(bad(format!("{frame} bytes for {channels} samples of {bits} bits, {want} are needed")));
    }
    Ok((number, channels, fs))
}
