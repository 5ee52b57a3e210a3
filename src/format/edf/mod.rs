//! EDF, EDF+C, EDF+D, BDF, BDF+C, BDF+D.
//!
//! Stored values stay integers; the scaling is (stored + offset) × factor with
//! factor = (physical max − physical min) / (digital max − digital min) and
//! offset = physical max / factor − digital max. Times count from the beginning of the first record: an
//! onset of it other than 0 (starts between seconds) goes into the recording's start. A discontinuous
//! file gives a segment for every run of records that follow each other. What is mended is a finding with
//! a number; `codes.rs` has the table.
//!
//! The patient's name and code, the technician and the equipment are not kept.

use super::{Format, Grade, ReadOptions, Source};
use crate::Result;
use crate::error::{At, Error};
use crate::recording::{Channel, Recording, Samples, Scaling, Segment};
use crate::units::{Hertz, SignalUnit};
use codes::Mends;
use header::{Header, Kind, Signal};

mod annotations;
mod codes;
mod decimal;
mod field;
mod header;
mod kind;
mod records;
mod samples;
mod shifted;
mod start;
mod writer;

/// European Data Format.
pub(super) static EDF: Format = Format {
    id: "edf",
    name: "European Data Format: EDF, EDF+C, EDF+D",
    extensions: &["edf"],
    sniff: |source| sniff(source, Kind::Edf),
    read: Some(|source, options| read(source, options, Kind::Edf)),
    write: Some(|recording, path, _| writer::write(recording, path, Kind::Edf)),
    table: None,
    grade: Grade::Full,
    fixtures: &[
        "formats/edf_bdf/test_generator.edf",
        "formats/edf_bdf/test_legacy.edf",
        "formats/edf_bdf/test_subsecond.edf",
        "formats/edf_bdf/test_utf8.edf",
        "formats/bids_emg/emg_ConcurrentIndependentUnits/sub-01/emg/sub-01_task-jumping_recording-bipolar_emg.edf",
        "formats/bids_emg/emg_ConcurrentIndependentUnits/sub-01/emg/sub-01_task-jumping_recording-highDensity_emg.edf",
        "formats/bids_emg/emg_CustomBipolar/sub-01/emg/sub-01_task-holdWeight_emg.edf",
        "formats/bids_emg/emg_CustomBipolarFace/sub-01/emg/sub-01_task-talking_emg.edf",
        "formats/bids_emg/emg_IndependentMod/sub-01/emg/sub-01_task-grasping_emg.edf",
        "formats/bids_emg/emg_MultiBodyParts/sub-01/emg/sub-01_task-mechPerturbations_emg.edf",
        "formats/bids_emg/emg_TwoHDsEMG/sub-01/emg/sub-01_task-isometric_emg.edf",
        "formats/bids_emg/emg_TwoWristbands/sub-01/emg/sub-01_task-typing_emg.edf",
        "fixtures/mnc_edfplus_d.edf",
    ],
    source: "Kemp et al. 1992, Electroenceph Clin Neurophysiol 82:391; EDF+: Kemp and Olivan 2003, Clin Neurophysiol 114:1755",
};

/// BioSemi Data Format: EDF with 24 bits a sample.
pub(super) static BDF: Format = Format {
    id: "bdf",
    name: "BioSemi Data Format, 24 bit: BDF, BDF+C, BDF+D",
    extensions: &["bdf"],
    sniff: |source| sniff(source, Kind::Bdf),
    read: Some(|source, options| read(source, options, Kind::Bdf)),
    write: Some(|recording, path, _| writer::write(recording, path, Kind::Bdf)),
    table: None,
    grade: Grade::Full,
    fixtures: &[
        "formats/edf_bdf/test_generator.bdf",
        "formats/edf_bdf/test_generator_datarec_generator_0_5.bdf",
        "formats/edf_bdf/test_generator_datarec_generator_2.bdf",
        "fixtures/mixed_rates_bdfplus.bdf",
    ],
    source: "BioSemi file format BDF; BDF+: Teunis van Beelen, EDFlib, the EDF+ rules with 24 bits",
};

fn sniff(source: &Source, kind: Kind) -> u8 {
    let bytes = &source.bytes;
    match kind {
        Kind::Bdf if bytes.starts_with(b"\xffBIOSEMI") => 98,
        Kind::Bdf if bytes.get(1..8) == Some(b"BIOSEMI") => 60,
        Kind::Bdf => 0,
        Kind::Edf => {
            let version =
                bytes.len() >= 8 && bytes[0] == b'0' && bytes[1..8].iter().all(|b| matches!(b, b' ' | 0));
            let head = &bytes[..bytes.len().min(256)];
            // A text file may well begin with a 0 and blanks; a header has no line ends.
            if !version || head.iter().any(|b| matches!(b, b'\n' | b'\r' | b'\t')) {
                0
            } else if head.len() == 256 && head[252..].iter().any(u8::is_ascii_digit) {
                95
            } else {
                60
            }
        }
    }
}

fn read(source: &Source, options: &ReadOptions, kind: Kind) -> Result<Recording> {
    let bytes = source.bytes.as_slice();
    if bytes.is_empty() {
        return Err(Error::malformed(
            kind.id(),
            At::File,
            "the file is empty (0 bytes): nothing was recorded, or it was not copied",
        ));
    }
    let mut mends = Mends::default();
    let header = header::read(bytes, kind, &mut mends)?;
    shifted::check(&header, bytes)?;
    let records = records::count(&header, bytes, &mut mends)?;
    check_memory(&header, records, options)?;
    let timing = records::timing(&header, bytes, records, options, &mut mends)?;

    let kept: Vec<&Signal> = header.signals.iter().filter(|s| !s.is_annotation && s.per_record > 0).collect();
    for signal in header.signals.iter().filter(|s| s.per_record == 0) {
        mends
            .add(&codes::NO_SAMPLES, signal.at[0], || format!("signal {} `{}`", signal.number, signal.label));
    }
    same_labels(&kept, &mut mends);
    check_duration(&header, &kept, &mut mends)?;
    let size = usize_of(header.size);
    let columns = samples::deinterleave(&bytes[size..], usize_of(header.record_bytes), records, &kept, kind);
    let mut channels = Vec::with_capacity(kept.len());
    for (signal, samples) in kept.iter().zip(columns) {
        let fs = sampling_frequency(&header, signal, options)?;
        channels.push(channel(signal, fs, samples, kind, &timing.runs, &mut mends));
    }
    kind::refine(&mut channels, &timing);
    let start = header.start.and_then(|start| start::start_text(start, timing.first));
    let duration_s = header.duration.to_f64();
    let record_s = (timing.discontinuous && duration_s > 0.0).then_some(duration_s);
    let annotations = timing.annotations;
    let (subject, findings) = (header.subject, mends.into_findings());
    Ok(Recording { start, channels, annotations, subject, record_s, findings, ..Recording::default() })
}

/// A number that was held against the bytes in memory.
#[expect(clippy::cast_possible_truncation, reason = "not above the length of a slice")]
fn usize_of(n: u64) -> usize {
    n as usize
}

/// Decoded samples take 2 or 4 bytes each, and a record its onset.
fn check_memory(header: &Header, records: usize, options: &ReadOptions) -> Result<()> {
    let stored: u64 = if header.kind == Kind::Edf { 2 } else { 4 };
    let samples = header.record_bytes / header.kind.width();
    options.check_memory((records as u64).saturating_mul(samples.saturating_mul(stored).saturating_add(8)))
}

fn same_labels(signals: &[&Signal], mends: &mut Mends) {
    let mut seen = std::collections::HashSet::new();
    for signal in signals {
        if !seen.insert(&signal.label) {
            mends.add(&codes::SAME_LABEL, signal.at[0], || format!("`{}`", signal.label));
        }
    }
}

/// A record without duration is legal where there are only annotations; samples then have no times.
fn check_duration(header: &Header, signals: &[&Signal], mends: &mut Mends) -> Result<()> {
    let Some(first) = signals.first() else { return Ok(()) };
    if header.duration.to_f64() != 0.0 {
        return Ok(());
    }
    if signals.iter().any(|s| s.per_record != first.per_record) {
        let what = "duration of a data record: 0 s, and the signals have different numbers of samples";
        return Err(Error::malformed(header.kind.id(), At::Byte(244), what));
    }
    mends.add(&codes::NO_DURATION, 244, || "duration of a data record".into());
    Ok(())
}

/// Samples a record over its duration, rounded once. Where the duration is 0 the user's word counts.
fn sampling_frequency(header: &Header, signal: &Signal, options: &ReadOptions) -> Result<Hertz> {
    if header.duration.to_f64() == 0.0 {
        return options.need_sampling_frequency(header.kind.id());
    }
    let value = header.duration.divide_count(signal.per_record);
    Hertz::sampling_frequency(value).map_err(|_| {
        let (n, d) = (signal.per_record, header.duration.to_f64());
        let what =
            format!("duration of a data record: {n} samples in {d} s are no possible sampling frequency");
        Error::malformed(header.kind.id(), At::Byte(244), what)
    })
}

fn channel(
    signal: &Signal,
    fs: Hertz,
    samples: Samples,
    kind: Kind,
    runs: &[records::Run],
    mends: &mut Mends,
) -> Channel {
    let unit = SignalUnit::parse(&signal.dimension);
    let mut channel = Channel::new(signal.label.as_str(), fs, unit, samples);
    let per_record = usize_of(signal.per_record);
    channel.segments = runs
        .iter()
        .map(|r| Segment { first: r.first * per_record, len: r.len * per_record, onset_s: r.onset_s })
        .collect();
    channel.storage_bits = Some(if kind == Kind::Edf { 16 } else { 24 });
    channel.digital_limits = signal.digital.0.zip(signal.digital.1);
    channel.kind = kind::of_label(&signal.label, &channel.unit);
    channel.target_muscle = kind::muscle_of_label(&signal.label);
    let text = |t: &str| (!t.is_empty()).then(|| t.to_owned());
    channel.electrode = text(&signal.transducer);
    channel.hardware_filters = text(&signal.prefilter);
    calibrate(&mut channel, signal, kind, mends);
    channel
}

/// Why a signal has no scaling: the case, the offset of the field, and the reason in words.
type Refusal = (&'static codes::Code, u64, String);

/// Gives the channel its scaling, or the reason why there is none.
fn calibrate(channel: &mut Channel, signal: &Signal, kind: Kind, mends: &mut Mends) {
    let n = channel.len() as u64;
    match scaling(signal, kind, mends) {
        Ok(scaling) => {
            channel.scaling = scaling;
            if signal.dimension.is_empty() {
                let why = "no physical dimension";
                mends.on(&codes::NO_DIMENSION, signal.at[1], &signal.label, n, why);
                channel.uncalibrated = Some(why.into());
            }
        }
        Err((code, at, why)) => {
            mends.on(code, at, &signal.label, n, &why);
            channel.uncalibrated = Some(why);
            channel.unit = SignalUnit::unknown();
        }
    }
}

fn scaling(signal: &Signal, kind: Kind, mends: &mut Mends) -> std::result::Result<Scaling, Refusal> {
    let [_, _, at_physical, at_digital] = signal.at;
    let digital = |why: String| Err((&codes::DIGITAL_LIMITS, at_digital, why));
    let physical = |why: String| Err((&codes::PHYSICAL_LIMITS, at_physical, why));
    let (Some(dmin), Some(dmax)) = signal.digital else { return digital("digital limits blank".into()) };
    if dmin >= dmax {
        return digital(format!("digital minimum {dmin}, maximum {dmax}"));
    }
    let (least, most) = kind.range();
    if dmin < least || dmax > most {
        mends
            .add(&codes::DIGITAL_RANGE, at_digital, || format!("signal {}: {dmin} to {dmax}", signal.number));
    }
    let (Some(pmin), Some(pmax)) = signal.physical else { return physical("physical limits blank".into()) };
    #[expect(clippy::cast_precision_loss, reason = "the fields have 8 characters, far below 2^53")]
    let (low, high) = (dmin as f64, dmax as f64);
    let factor = (pmax - pmin) / (high - low);
    let offset = pmax / factor - high;
    // A number beyond f64 in a limit must not come out as an infinite sample.
    if !factor.is_normal() || !offset.is_finite() || !(factor * (offset + 1e7)).is_finite() {
        return physical(format!("physical minimum {pmin}, maximum {pmax}"));
    }
    Ok(Scaling::Multiply { offset, factor })
}
