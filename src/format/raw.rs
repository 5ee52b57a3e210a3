//! Headerless binary samples, interleaved by channel; everything else is said by the user.

use super::{Format, Grade, RawEncoding, ReadOptions, Source};
use crate::error::At;
use crate::measure::{Finding, Severity};
use crate::recording::{Channel, Recording, Samples};
use crate::units::SignalUnit;
use crate::{Error, Result};

/// Most channels of one file: more than any array (our choice), so that a slip of the pen is told.
const MOST_CHANNELS: usize = 4096;

pub(super) const FORMAT: Format = Format {
    id: "raw",
    name: "Headerless numbers (--raw)",
    extensions: &["raw"],
    sniff: |_| 0,
    read: Some(read),
    write: None,
    table: None,
    grade: Grade::Read,
    fixtures: &[],
    source: "the user's word: number type, channels, sampling frequency",
};

fn read(source: &Source, options: &ReadOptions) -> Result<Recording> {
    let Some(encoding) = options.raw else {
        let known = RawEncoding::ALL.map(|(name, _)| name).join("|");
        return Err(Error::option("raw", format!("the file has no header; add --raw {known}")));
    };
    let fs = options.need_sampling_frequency("raw")?;
    let n = options.channels;
    if n == 0 || n > MOST_CHANNELS {
        return Err(Error::option("channels", format!("{n}; 1 to {MOST_CHANNELS} are possible")));
    }
    let frame = n * encoding.width();
    let frames = source.bytes.len() / frame;
    if frames == 0 {
        let what = format!("{} bytes; one sample of {n} channels takes {frame}", source.bytes.len());
        return Err(Error::malformed("raw", At::File, what));
    }
    options.check_memory(source.bytes.len() as u64)?;
    let mut recording = Recording::default();
    for c in 0..n {
        let words = source.bytes.chunks_exact(frame).map(|f| &f[c * encoding.width()..]);
        let (samples, missing) = decode(words, encoding);
        let mut channel = Channel::new(c.to_string(), fs, SignalUnit::unknown(), samples);
        channel.missing = missing;
        channel.uncalibrated = Some("headerless numbers hold no unit".into());
        channel.storage_bits = match encoding {
            RawEncoding::I16Le | RawEncoding::I16Be => Some(16),
            RawEncoding::I32Le => Some(32),
            RawEncoding::F32Le | RawEncoding::F64Le => None,
        };
        super::npy::tell_missing(&channel, &mut recording.findings);
        recording.channels.push(channel);
    }
    let rest = source.bytes.len() % frame;
    if rest > 0 {
        let what = format!(
            "{rest} bytes at the end are less than one sample of {n} channels ({frame} bytes) and left out"
        );
        recording.findings.push(Finding::file("truncated", Severity::Warning, rest as u64, 0.0, what));
    }
    Ok(recording)
}

/// One channel's numbers; each item begins with its bytes.
fn decode<'a>(
    words: impl Iterator<Item = &'a [u8]>,
    encoding: RawEncoding,
) -> (Samples, Vec<std::ops::Range<usize>>) {
    let two = |w: &[u8]| [w[0], w[1]];
    let four = |w: &[u8]| [w[0], w[1], w[2], w[3]];
    match encoding {
        RawEncoding::I16Le => (Samples::I16(words.map(|w| i16::from_le_bytes(two(w))).collect()), vec![]),
        RawEncoding::I16Be => (Samples::I16(words.map(|w| i16::from_be_bytes(two(w))).collect()), vec![]),
        RawEncoding::I32Le => (Samples::I32(words.map(|w| i32::from_le_bytes(four(w))).collect()), vec![]),
        RawEncoding::F32Le => super::npy::finite_f32(words.map(|w| f32::from_le_bytes(four(w))).collect()),
        RawEncoding::F64Le => super::npy::finite_f64(
            words.map(|w| f64::from_le_bytes([w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7]])).collect(),
        ),
    }
}
