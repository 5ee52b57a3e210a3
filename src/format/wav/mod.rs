//! WAV. Samples are decoded and encoded by `hound`; the chunk table is read here first, because recorders
//! that crash leave sizes of 0, 2³² − 1 or more than there is, and the samples are good all the same.
//!
//! A WAV file knows no unit: integers are read as shares of full scale, floats as they are.

mod chunks;
mod writer;

use super::{Format, Grade, ReadOptions, Source};
use crate::error::At;
use crate::measure::{Finding, Severity};
use crate::recording::{Channel, Recording, Samples, Scaling};
use crate::units::{Hertz, SignalUnit};
use crate::{Error, Result};
use chunks::{Layout, Number};
use std::io::{Cursor, Read};

pub(super) const FORMAT: Format = Format {
    id: "wav",
    name: "WAV (PCM 8 to 32 bit, float)",
    extensions: &["wav"],
    sniff: |source| {
        let b = &source.bytes;
        let riff = b.starts_with(b"RIFF") || b.starts_with(b"RF64");
        if riff && b.get(8..12) == Some(b"WAVE") { 100 } else { 0 }
    },
    read: Some(read),
    write: Some(writer::write),
    table: None,
    grade: Grade::Full,
    fixtures: &["fixtures/emg_pcm16.wav", "fixtures/emg_pcm24_2ch.wav", "fixtures/emg_float32.wav"],
    source: "Multimedia Programming Interface and Data Specifications 1.0 (IBM, Microsoft 1991); WAVE_FORMAT_EXTENSIBLE",
};

fn read(source: &Source, options: &ReadOptions) -> Result<Recording> {
    let mut recording = Recording::default();
    let layout = chunks::read(&source.bytes, &mut recording.findings)?;
    let fs = Hertz::sampling_frequency(f64::from(layout.sampling_frequency))
        .map_err(|_| Error::malformed("wav", At::Field("sampling frequency".into()), "0 Hz"))?;
    let n = usize::from(layout.channels);
    let frames = layout.data.len() / (n * layout.number.width());
    if frames == 0 {
        return Err(Error::malformed("wav", At::Field("data".into()), "no whole sample is there"));
    }
    let decoded = if matches!(layout.number, Number::Int8 | Number::Int16) { 2 } else { 4 };
    options.check_memory((frames as u64).saturating_mul(n as u64).saturating_mul(decoded))?;
    for (c, (samples, missing)) in decode(&layout, frames)?.into_iter().enumerate() {
        let mut channel = Channel::new(c.to_string(), fs, SignalUnit::unknown(), samples);
        channel.uncalibrated = Some("WAV holds no unit: full scale = 1".into());
        if let Some(bits) = layout.number.bits() {
            channel.storage_bits = Some(bits);
            channel.scaling = Scaling::Divide { baseline: 0.0, gain: 2f64.powi(bits.cast_signed() - 1) };
            channel.digital_limits = Some((-(1 << (bits - 1)), (1 << (bits - 1)) - 1));
        }
        channel.missing = missing;
        let lost = channel.missing_count();
        if lost > 0 {
            #[expect(clippy::cast_precision_loss, reason = "a share")]
            let share = lost as f64 / frames as f64;
            let what = format!("{lost} samples are NaN or infinite and count as missing");
            let finding = Finding::file("gap", Severity::Warning, lost as u64, share, what);
            recording.findings.push(finding.on(&channel.label));
        }
        recording.channels.push(channel);
    }
    Ok(recording)
}

type Decoded = Vec<(Samples, Vec<std::ops::Range<usize>>)>;

/// Channels out of interleaved samples.
fn decode(layout: &Layout<'_>, frames: usize) -> Result<Decoded> {
    let n = usize::from(layout.channels);
    let data = &layout.data[..frames * n * layout.number.width()];
    if layout.number == Number::Float64 {
        // hound knows 32-bit floats only.
        let channel = |c: usize| {
            let words = data.chunks_exact(8).skip(c).step_by(n);
            let values = words.map(|w| f64::from_le_bytes([w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7]]));
            super::npy::finite_f64(values.collect())
        };
        return Ok((0..n).map(channel).collect());
    }
    // A plain header with the true size in front of the file's own samples, nothing copied.
    let whole = Cursor::new(layout.plain_header(data.len())).chain(data);
    let fail = |e: hound::Error| Error::malformed("wav", At::Field("data".into()), e.to_string());
    let mut reader = hound::WavReader::new(whole).map_err(fail)?;
    match layout.number {
        Number::Int8 | Number::Int16 => {
            let columns = deinterleave(reader.samples::<i16>(), n, frames).map_err(fail)?;
            Ok(columns.into_iter().map(|v| (Samples::I16(v), vec![])).collect())
        }
        Number::Int24 | Number::Int32 => {
            let columns = deinterleave(reader.samples::<i32>(), n, frames).map_err(fail)?;
            Ok(columns.into_iter().map(|v| (Samples::I32(v), vec![])).collect())
        }
        Number::Float32 | Number::Float64 => {
            let columns = deinterleave(reader.samples::<f32>(), n, frames).map_err(fail)?;
            Ok(columns.into_iter().map(super::npy::finite_f32).collect())
        }
    }
}

fn deinterleave<T>(
    samples: impl Iterator<Item = hound::Result<T>>,
    channels: usize,
    frames: usize,
) -> hound::Result<Vec<Vec<T>>> {
    let mut out: Vec<Vec<T>> = (0..channels).map(|_| Vec::with_capacity(frames)).collect();
    let mut c = 0;
    for sample in samples {
        out[c].push(sample?);
        c = if c + 1 == channels { 0 } else { c + 1 };
    }
    Ok(out)
}
