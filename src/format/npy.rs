//! NumPy arrays (`.npy` versions 1 to 3). The header is a Python literal: it is parsed as data, never
//! evaluated, and arrays of objects are refused.

use super::{Format, Grade, ReadOptions, Source, WriteOptions};
use crate::error::At;
use crate::measure::{Finding, Severity};
use crate::recording::{Channel, Recording, Samples};
use crate::units::SignalUnit;
use crate::{Error, Result};
use std::ops::Range;
use std::path::Path;

mod header;
mod rows;

use header::Number;
pub use rows::{Element, Rows};

pub(super) const FORMAT: Format = Format {
    id: "npy",
    name: "NumPy array (1-D, 2-D)",
    extensions: &["npy"],
    sniff: |source| if source.bytes.starts_with(header::MAGIC) { 100 } else { 0 },
    read: Some(read),
    write: Some(write),
    table: None,
    grade: Grade::Full,
    fixtures: &["fixtures/emg_f8.npy", "fixtures/emg_f4_bigendian.npy", "fixtures/emg_2ch_i2_fortran.npy"],
    source: "NumPy Enhancement Proposal 1; numpy.lib.format",
};

/// Reads an array. Of two axes the shorter one is the channels, the first one between equals.
fn read(source: &Source, options: &ReadOptions) -> Result<Recording> {
    let (header, data) = header::parse(&source.bytes)?;
    let (first, second) = match header.shape[..] {
        [n] => (1, n),
        [a, b] => (a, b),
        _ => {
            let what = format!("an array of {} axes; 1 or 2 are read", header.shape.len());
            return Err(Error::Unsupported { format: "npy", what });
        }
    };
    let fs = options.need_sampling_frequency("npy")?;
    let channels_first = first <= second;
    let (channels, mut samples) = if channels_first { (first, second) } else { (second, first) };
    if channels == 0 || samples == 0 {
        return Err(Error::malformed("npy", At::Field("shape".into()), "the array is empty"));
    }
    let width = header.number.width() as u64;
    let needed = channels.checked_mul(samples).and_then(|n| n.checked_mul(width));
    let mut recording = Recording::default();
    let there = data.len() as u64;
    // In memory either all samples of a channel lie together, or all channels of a sample.
    let by_channel = channels_first != header.fortran;
    if needed.is_none_or(|n| n > there) {
        let asked = needed.map_or("more than 2^64".to_owned(), |n| n.to_string());
        let what = format!("shape {:?} takes {asked} bytes, {there} are there", header.shape);
        if by_channel && channels > 1 || there < width * channels.min(there) || channels > there {
            return Err(Error::malformed("npy", At::Field("shape".into()), what));
        }
        let present = there / (width * channels);
        let lost = samples - present;
        samples = present;
        recording.findings.push(Finding::file("truncated", Severity::Warning, lost, 0.0, what));
    }
    if samples == 0 {
        return Err(Error::malformed("npy", At::File, "no whole sample is there"));
    }
    let total = channels * samples * width;
    options.check_memory(channels.saturating_mul(samples).saturating_mul(header.number.decoded() as u64))?;
    if total < there && recording.findings.is_empty() {
        let what = format!("{} bytes behind the array are left out", there - total);
        recording.findings.push(Finding::file("truncated", Severity::Note, there - total, 0.0, what));
    }
    #[expect(clippy::cast_possible_truncation, reason = "both are at most the bytes in memory")]
    let (channels, samples) = (channels as usize, samples as usize);
    for c in 0..channels {
        let (start, step) = if by_channel { (c * samples, 1) } else { (c, channels) };
        let (values, missing) = header.number.decode(data, start, step, samples)?;
        let mut channel = Channel::new(c.to_string(), fs, SignalUnit::unknown(), values);
        channel.missing = missing;
        channel.uncalibrated = Some("NPY holds no unit".into());
        channel.storage_bits = header.number.bits();
        tell_missing(&channel, &mut recording.findings);
        recording.channels.push(channel);
    }
    Ok(recording)
}

/// Tells of stored numbers that are none.
pub(super) fn tell_missing(channel: &Channel, findings: &mut Vec<Finding>) {
    let n = channel.missing_count();
    if n > 0 {
        #[expect(clippy::cast_precision_loss, reason = "a share")]
        let share = n as f64 / channel.len() as f64;
        let what = format!("{n} samples are NaN or infinite and count as missing");
        findings.push(Finding::file("gap", Severity::Note, n as u64, share, what).on(&channel.label));
    }
}

/// Numbers that are none become missing samples.
pub(super) fn finite_f32(mut values: Vec<f32>) -> (Samples, Vec<Range<usize>>) {
    let missing = not_finite(values.iter().map(|x| x.is_finite()));
    missing.iter().for_each(|r| values[r.clone()].fill(0.0));
    (Samples::F32(values), missing)
}

/// The same for doubles.
pub(super) fn finite_f64(mut values: Vec<f64>) -> (Samples, Vec<Range<usize>>) {
    let missing = not_finite(values.iter().map(|x| x.is_finite()));
    missing.iter().for_each(|r| values[r.clone()].fill(0.0));
    (Samples::F64(values), missing)
}

fn not_finite(finite: impl Iterator<Item = bool>) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    for (i, _) in finite.enumerate().filter(|(_, finite)| !finite) {
        match out.last_mut() {
            Some(last) if last.end == i => last.end = i + 1,
            _ => out.push(i..i + 1),
        }
    }
    out
}

impl Number {
    /// `n` numbers from number `start` on, every `step`-th, in the smallest type that holds them all. The
    /// caller has checked that they are there.
    fn decode(
        self,
        data: &[u8],
        start: usize,
        step: usize,
        n: usize,
    ) -> Result<(Samples, Vec<Range<usize>>)> {
        let width = self.width();
        let words = (0..n).map(|i| {
            let at = (start + i * step) * width;
            let mut word = [0u8; 8];
            word[..width].copy_from_slice(&data[at..at + width]);
            if self.big_endian {
                word[..width].reverse();
            }
            u64::from_le_bytes(word)
        });
        #[expect(clippy::cast_possible_truncation, reason = "the upper bytes are zero")]
        #[expect(clippy::cast_possible_wrap, reason = "two's complement as stored")]
        Ok(match (self.kind, width) {
            (b'i', 1) => (Samples::I16(words.map(|w| i16::from(w as u8 as i8)).collect()), vec![]),
            (b'u', 1) => (Samples::I16(words.map(|w| w as i16).collect()), vec![]),
            (b'i', 2) => (Samples::I16(words.map(|w| w as u16 as i16).collect()), vec![]),
            (b'u', 2) => (Samples::I32(words.map(|w| w as i32).collect()), vec![]),
            (b'i', 4) => (Samples::I32(words.map(|w| w as u32 as i32).collect()), vec![]),
            (b'f', 4) => finite_f32(words.map(|w| f32::from_bits(w as u32)).collect()),
            (b'f', _) => finite_f64(words.map(f64::from_bits).collect()),
            (kind, _) => {
                let signed = kind == b'i';
                let values: Option<Vec<f64>> = words.map(|w| exact(w, signed)).collect();
                let values = values.ok_or_else(|| {
                    Error::malformed("npy", At::File, "an integer beyond ±2^53 cannot be held exactly")
                })?;
                (Samples::F64(values), vec![])
            }
        })
    }
}

/// A 64-bit integer as a double, if that is exact.
#[expect(clippy::cast_precision_loss, reason = "at most 2^53")]
#[expect(clippy::cast_possible_wrap, reason = "two's complement as stored")]
fn exact(word: u64, signed: bool) -> Option<f64> {
    if signed {
        let value = word as i64;
        (value.unsigned_abs() <= 1 << 53).then_some(value as f64)
    } else {
        (word <= 1 << 53).then_some(word as f64)
    }
}

/// Writes channels × samples as `<f8` in SI, C order; a missing sample is NaN.
fn write(recording: &Recording, path: &Path, _: &WriteOptions) -> Result<Vec<Finding>> {
    let Some(first) = recording.channels.first() else {
        return Err(Error::malformed("npy", At::File, "there is no channel to write"));
    };
    let alike = |c: &&Channel| c.len() == first.len() && c.sampling_frequency == first.sampling_frequency;
    if let Some(other) = recording.channels.iter().find(|c| !alike(c)) {
        let why = format!(
            "one array holds channels of one sampling frequency and length: {} has {} Hz × {}, {} has {} Hz × {}; \
             .csv can hold them",
            first.label,
            first.sampling_frequency.0,
            first.len(),
            other.label,
            other.sampling_frequency.0,
            other.len()
        );
        return Err(Error::option("output", why));
    }
    let head = header::f8(recording.channels.len(), first.len());
    crate::output::write_atomic(path, |out| {
        out.write_all(&head)?;
        let (mut values, mut bytes) = (Vec::new(), Vec::new());
        for channel in &recording.channels {
            for start in (0..channel.len()).step_by(1 << 16) {
                channel.si_into(start..channel.len().min(start + (1 << 16)), &mut values);
                bytes.clear();
                bytes.extend(values.iter().flat_map(|x| x.to_le_bytes()));
                out.write_all(&bytes)?;
            }
        }
        Ok(())
    })?;
    let labels: Vec<&str> = recording.channels.iter().map(|c| c.label.as_str()).collect();
    let mut what = format!(
        "the array holds no names, units or sampling frequency: rows are {}; read it with --sampling-frequency {}",
        labels.join(", "),
        first.sampling_frequency.0
    );
    if recording.channels.iter().all(Channel::is_calibrated_voltage) {
        what.push_str(" --unit V");
    }
    let mut findings = vec![Finding::file("conversion", Severity::Note, 0, 0.0, what)];
    if recording.channels.iter().any(|c| c.segments.len() > 1) {
        let what = "the recording has gaps in time, the array has not: the stretches stand end to end";
        findings.push(Finding::file("conversion", Severity::Warning, 0, 0.0, what));
    }
    Ok(findings)
}
