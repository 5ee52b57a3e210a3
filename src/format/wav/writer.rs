//! Writes WAV.

use crate::error::At;
use crate::format::WriteOptions;
use crate::measure::{Finding, Severity};
use crate::recording::{Channel, Recording, Samples, Scaling};
use crate::{Error, Result};
use hound::{SampleFormat, WavSpec, WavWriter};
use std::io::Cursor;
use std::ops::Range;
use std::path::Path;

/// How the samples are stored.
enum Plan {
    /// Stored integers, as they are.
    Digital { bits: u16 },
    /// Physical values as 32-bit floats, all times `factor` of their channel.
    Float { factors: Vec<f64> },
}

/// Writes all channels into one file. Integers stay as stored (16, 24 or 32 bit), everything else becomes
/// 32-bit float in the first channel's unit. A WAV file cannot hold unit and gain: the finding says what to
/// give when it is read again.
pub(super) fn write(recording: &Recording, path: &Path, _: &WriteOptions) -> Result<Vec<Finding>> {
    let Some(first) = recording.channels.first() else {
        return Err(Error::malformed("wav", At::File, "there is no channel to write"));
    };
    let refuse = |why: String| Err(Error::option("output", why));
    let alike = |c: &&Channel| c.len() == first.len() && c.sampling_frequency == first.sampling_frequency;
    if let Some(other) = recording.channels.iter().find(|c| !alike(c)) {
        return refuse(format!(
            "one WAV file holds channels of one sampling frequency and length; {} differs from {}: .csv or .bdf can \
             hold them",
            other.label, first.label
        ));
    }
    let fs = first.sampling_frequency.0;
    if fs.fract() != 0.0 || fs > f64::from(u32::MAX) {
        return refuse(format!("a WAV file holds whole Hz, not {fs}; .csv, .edf or .bdf can hold it"));
    }
    let Ok(channels) = u16::try_from(recording.channels.len()) else {
        return refuse(format!("{} channels; 65535 are possible", recording.channels.len()));
    };
    let mut findings = Vec::new();
    let plan = plan(recording, first);
    let (bits, format) = match &plan {
        Plan::Digital { bits } => (*bits, SampleFormat::Int),
        Plan::Float { .. } => (32, SampleFormat::Float),
    };
    #[expect(clippy::cast_possible_truncation, reason = "whole and at most 2^32 - 1, checked above")]
    #[expect(clippy::cast_sign_loss, reason = "a sampling frequency is above zero")]
    let spec = WavSpec { channels, sample_rate: fs as u32, bits_per_sample: bits, sample_format: format };
    let size = (first.len() as u64).saturating_mul(u64::from(channels) * u64::from(bits) / 8);
    if size > u64::from(u32::MAX) - 100 || u64::from(channels) * u64::from(bits) / 8 > u64::from(u16::MAX) {
        return refuse(format!("{size} bytes of samples; a WAV file ends at 4 GiB"));
    }
    let bytes = encode(recording, spec, &plan, &mut findings)
        .map_err(|e| Error::io(path, std::io::Error::other(e.to_string())))?;
    crate::output::write_atomic(path, |out| out.write_all(&bytes))?;
    findings.push(to_read_it(first, &plan));
    tell_lost(recording, &plan, &mut findings);
    Ok(findings)
}

fn plan(recording: &Recording, first: &Channel) -> Plan {
    // One --gain and one --unit serve the whole file, and neither holds an offset.
    let simple = |c: &Channel| match c.scaling {
        Scaling::Identity => true,
        Scaling::Divide { baseline, .. } => baseline == 0.0,
        Scaling::Multiply { offset, .. } => offset == 0.0,
    };
    let alike = |c: &Channel| {
        c.scaling == first.scaling
            && c.unit == first.unit
            && c.uncalibrated.is_some() == first.uncalibrated.is_some()
    };
    let channels = &recording.channels;
    if channels.iter().all(|c| c.samples.is_integer() && simple(c) && alike(c)) {
        let bits = channels.iter().map(bits).max().unwrap_or(16);
        return Plan::Digital { bits };
    }
    let base = first.unit.volts_per_unit;
    let factors = channels.iter().map(|c| match (c.unit.volts_per_unit, base) {
        (Some(own), Some(base)) => own / base,
        _ => 1.0,
    });
    Plan::Float { factors: factors.collect() }
}

/// Bits that hold a channel's integers: 16, 24 or 32.
fn bits(channel: &Channel) -> u16 {
    match &channel.samples {
        Samples::I16(_) => 16,
        Samples::I32(v) if v.iter().all(|x| (-(1 << 23)..1 << 23).contains(x)) => 24,
        _ => 32,
    }
}

fn encode(
    recording: &Recording,
    spec: WavSpec,
    plan: &Plan,
    findings: &mut Vec<Finding>,
) -> hound::Result<Vec<u8>> {
    let channels = &recording.channels;
    let frames = channels[0].len();
    let mut out = Cursor::new(Vec::new());
    let mut writer = WavWriter::new(&mut out, spec)?;
    let mut blocks: Vec<Vec<f64>> = vec![Vec::new(); channels.len()];
    let mut digital: Vec<Vec<i32>> = vec![Vec::new(); channels.len()];
    let mut worst = vec![0.0f64; channels.len()];
    for start in (0..frames).step_by(4096) {
        let end = frames.min(start + 4096);
        match plan {
            Plan::Digital { .. } => {
                for (channel, block) in channels.iter().zip(&mut digital) {
                    stored(channel, start..end, block);
                }
                for i in 0..end - start {
                    for block in &digital {
                        writer.write_sample(block[i])?;
                    }
                }
            }
            Plan::Float { factors } => {
                for (channel, block) in channels.iter().zip(&mut blocks) {
                    channel.physical_into(start..end, block);
                }
                for i in 0..end - start {
                    for (c, block) in blocks.iter().enumerate() {
                        let exact = block[i] * factors[c];
                        #[expect(
                            clippy::cast_possible_truncation,
                            reason = "the rounding is measured and told"
                        )]
                        let short = exact as f32;
                        let off = (f64::from(short) - exact).abs();
                        if off > worst[c] {
                            worst[c] = off;
                        }
                        writer.write_sample(short)?;
                    }
                }
            }
        }
    }
    writer.finalize()?;
    for (channel, off) in channels.iter().zip(worst).filter(|(_, off)| *off > 0.0) {
        let what = format!("rounded to 32-bit float, by at most {off:e} {}", channels[0].unit.text);
        findings.push(Finding::file("conversion", Severity::Note, 0, 0.0, what).on(&channel.label));
    }
    Ok(out.into_inner())
}

/// Stored integers; 0 where one is missing.
fn stored(channel: &Channel, range: Range<usize>, out: &mut Vec<i32>) {
    out.clear();
    match &channel.samples {
        Samples::I16(v) => out.extend(v[range.clone()].iter().map(|x| i32::from(*x))),
        Samples::I32(v) => out.extend_from_slice(&v[range.clone()]),
        Samples::F32(_) | Samples::F64(_) => out.resize(range.len(), 0),
    }
    for gap in &channel.missing {
        let (start, end) = (gap.start.max(range.start), gap.end.min(range.end));
        if start < end {
            out[start - range.start..end - range.start].fill(0);
        }
    }
}

/// What to say when the file is read again.
fn to_read_it(first: &Channel, plan: &Plan) -> Finding {
    let gain = match (plan, first.scaling) {
        (Plan::Float { .. }, _) => None,
        (_, Scaling::Identity) => Some(1.0),
        (_, Scaling::Divide { gain, .. }) => Some(gain),
        (_, Scaling::Multiply { factor, .. }) => Some(1.0 / factor),
    };
    let unit = if first.uncalibrated.is_none() { first.unit.text.as_str() } else { "" };
    let mut say = String::new();
    if !unit.is_empty() {
        let quoted = if unit.contains(' ') { format!("'{unit}'") } else { unit.to_owned() };
        say.push_str(&format!(" --unit {quoted}"));
    }
    if let Some(gain) = gain {
        say.push_str(&format!(" --gain {gain}"));
    }
    if say.is_empty() {
        let what = "a WAV file holds no unit, and the recording has none";
        return Finding::file("conversion", Severity::Note, 0, 0.0, what);
    }
    let what = format!("a WAV file holds no unit and no gain: read it with{say}");
    Finding::file("conversion", Severity::Warning, 0, 0.0, what)
}

/// What else a WAV file cannot hold.
fn tell_lost(recording: &Recording, plan: &Plan, findings: &mut Vec<Finding>) {
    let mut tell = |check, n: usize, what: &str| {
        if n > 0 {
            findings.push(Finding::file(check, Severity::Warning, n as u64, 0.0, format!("{n} {what}")));
        }
    };
    let missing: usize = recording.channels.iter().map(Channel::missing_count).sum();
    match plan {
        Plan::Digital { .. } => tell("conversion", missing, "missing samples are written as 0"),
        Plan::Float { .. } => tell("conversion", missing, "missing samples are written as NaN"),
    }
    let gaps = recording.channels.iter().map(|c| c.segments.len().saturating_sub(1)).max().unwrap_or(0);
    tell("conversion", gaps, "gaps in time are not kept: the stretches stand end to end");
    tell("conversion", recording.annotations.len(), "annotations are not written");
}
