//! How many records there are, and when each begins.

use super::annotations::{self, Collector, Tal};
use super::codes::{self, Mends};
use super::decimal::Time;
use super::header::{AT_RECORDS, Header, Plus, Signal};
use super::usize_of;
use crate::error::At;
use crate::format::ReadOptions;
use crate::recording::{Annotation, Segment};
use crate::{Error, Result};

/// Records that follow each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Run {
    /// First record, from 0.
    pub(super) first: usize,
    /// How many.
    pub(super) len: usize,
    /// From the recording's start, s.
    pub(super) onset_s: f64,
}

/// When things are.
#[derive(Debug)]
pub(super) struct Timing {
    /// Onset of the first record, as written.
    pub(super) first: Time,
    /// All records, in file order.
    pub(super) runs: Vec<Run>,
    /// In order of onset.
    pub(super) annotations: Vec<Annotation>,
    /// Whether the file says that it may have gaps.
    pub(super) discontinuous: bool,
}

/// The number of whole records to read: never more than the bytes hold.
pub(super) fn count(header: &Header, bytes: &[u8], mends: &mut Mends) -> Result<usize> {
    let (format, per_record) = (header.kind.id(), header.record_bytes);
    if per_record == 0 {
        return Err(Error::malformed(
            format,
            At::Field("samples per record".into()),
            "no signal has any sample",
        ));
    }
    let body = (bytes.len() as u64).saturating_sub(header.size);
    let (mut present, rest) = (body / per_record, body % per_record);
    let declared = header.records.filter(|&n| n > 0).map(i64::unsigned_abs);
    if present == 0 && (body > 0 || declared.is_some()) {
        let what = format!("a data record needs {per_record} bytes, {body} are there");
        return Err(Error::malformed(format, At::Byte(header.size), what));
    }
    if let Some(declared) = declared
        && present > declared
    {
        present = declared + trusted(header, bytes, declared, present);
    }
    let written = header.records.map_or_else(|| "blank".to_owned(), |n| n.to_string());
    match declared {
        None if present == 0 => {
            mends.add(&codes::NO_RECORDS, AT_RECORDS, || format!("{written} in the header"))
        }
        None => mends.add(&codes::RECORD_COUNT, AT_RECORDS, || format!("{written} written, {present} there")),
        Some(n) if present < n => {
            #[expect(clippy::cast_precision_loss, reason = "a share")]
            let share = (n - present) as f64 / n as f64;
            let detail = format!("{written} records in the header, {present} there");
            mends.push(&codes::FEWER_RECORDS, AT_RECORDS, n - present, share, detail);
        }
        Some(n) if present > n => {
            let detail = format!("{written} records in the header, {present} there");
            mends.push(&codes::MORE_RECORDS, AT_RECORDS, present - n, 0.0, detail);
        }
        Some(_) => {}
    }
    let rest = if body / per_record == present { rest } else { body - present * per_record };
    if rest > 0 {
        let detail = format!("{rest} bytes");
        mends.push(&codes::PARTIAL_RECORD, header.size + present * per_record, 1, 0.0, detail);
    }
    Ok(usize_of(present))
}

/// How many of the records beyond the declared ones are records: where records keep their time, the ones
/// that go on doing so; else all.
fn trusted(header: &Header, bytes: &[u8], declared: u64, present: u64) -> u64 {
    let Some(signal) = header.signals.iter().find(|s| s.is_annotation) else { return present - declared };
    let is_record = |k: &u64| {
        let region = region(header, signal, bytes, usize_of(*k));
        matches!(region.first(), Some(b'+' | b'-'))
    };
    (declared..present).take_while(is_record).count() as u64
}

fn region<'a>(header: &Header, signal: &Signal, bytes: &'a [u8], record: usize) -> &'a [u8] {
    let start = usize_of(header.size) + record * usize_of(header.record_bytes) + usize_of(signal.offset);
    &bytes[start..start + usize_of(signal.per_record * header.kind.width())]
}

/// Reads the annotation signals of all records.
pub(super) fn timing(
    header: &Header,
    bytes: &[u8],
    records: usize,
    options: &ReadOptions,
    mends: &mut Mends,
) -> Result<Timing> {
    let signals: Vec<&Signal> = header.signals.iter().filter(|s| s.is_annotation).collect();
    let data: Vec<&Signal> = header.signals.iter().filter(|s| !s.is_annotation && s.per_record > 0).collect();
    let fastest = data.iter().map(|s| s.per_record).max();
    if header.plus != Plus::No && signals.is_empty() {
        mends.add(&codes::NO_ANNOTATIONS, 192, || "reserved field".into());
    }
    let whole = Run { first: 0, len: records, onset_s: 0.0 };
    if signals.is_empty() || records == 0 {
        return Ok(Timing {
            first: Time::ZERO,
            runs: vec![whole],
            annotations: Vec::new(),
            discontinuous: false,
        });
    }
    let labels = data.iter().map(|s| s.label.clone()).collect();
    let used = (records as u64).saturating_mul(header.record_bytes + 8);
    let mut collector = Collector::new(options, labels, used);
    let duration_s = header.duration.to_f64();
    let mut first = Time::ZERO;
    let mut onsets: Vec<f64> = Vec::with_capacity(records);
    let mut lists: Vec<Tal<'_>> = Vec::new();
    for record in 0..records {
        lists.clear();
        for signal in &signals {
            let region = region(header, signal, bytes, record);
            let at = header.size + record as u64 * header.record_bytes + signal.offset;
            annotations::tals(region, at, &mut lists, mends);
        }
        let keeper = lists.iter().find(|t| t.keeps_time());
        let predicted = onsets.last().map_or(0.0, |last| last + duration_s);
        let onset = match keeper {
            Some(tal) if record == 0 => {
                first = tal.onset;
                0.0
            }
            Some(tal) => tal.onset.since(first),
            None => {
                let at = header.size + record as u64 * header.record_bytes + signals[0].offset;
                mends.add(&codes::NO_TIMEKEEPING, at, || format!("record {}", record + 1));
                predicted
            }
        };
        onsets.push(onset);
        for tal in &lists {
            collector.add(tal, first, mends)?;
        }
    }
    if !(0.0..1.0).contains(&first.value()) {
        let at = header.size + signals[0].offset;
        mends.add(&codes::FIRST_ONSET, at, || format!("onset {} s", first.value()));
    }
    #[expect(clippy::cast_precision_loss, reason = "a tolerance")]
    let tolerance_s = fastest.map_or(0.0, |n| 0.5 * duration_s / n as f64);
    let discontinuous = header.plus == Plus::Discontinuous;
    let runs = if discontinuous {
        discontinuous_runs(&onsets, duration_s, tolerance_s, header, mends)
    } else {
        jumps(&onsets, duration_s, tolerance_s, header, mends);
        vec![whole]
    };
    options.check_memory(used.saturating_add((runs.len() * data.len() * size_of::<Segment>()) as u64))?;
    Ok(Timing { first, runs, annotations: collector.finish(), discontinuous })
}

/// A record joins its predecessor when it begins where that one ends, within half a sample of the fastest
/// signal (not strict); else it is a segment of its own.
fn discontinuous_runs(
    onsets: &[f64],
    duration_s: f64,
    tolerance_s: f64,
    header: &Header,
    mends: &mut Mends,
) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let (mut gaps, mut total_s) = (0_u64, 0.0);
    for (record, &onset_s) in onsets.iter().enumerate() {
        let step = if record == 0 { f64::INFINITY } else { onset_s - onsets[record - 1] - duration_s };
        match runs.last_mut() {
            Some(run) if step.abs() <= tolerance_s => run.len += 1,
            _ => runs.push(Run { first: record, len: 1, onset_s }),
        }
        if record > 0 && step > tolerance_s {
            gaps += 1;
            total_s += step;
        } else if step < -tolerance_s {
            let at = header.size + record as u64 * header.record_bytes;
            mends.add(&codes::BACKWARDS, at, || format!("record {} at {onset_s} s", record + 1));
        }
    }
    if gaps > 0 {
        let detail = format!("{gaps} gaps, {total_s} s in all; {} segments", runs.len());
        mends.push(&codes::GAPS, header.size, gaps, 0.0, detail);
    }
    runs
}

/// Tells of records that a continuous file places elsewhere than behind their predecessor. Writers round
/// onsets, so a deviation counts only from where it lasts: against the position by count, more than half a
/// sample and more than a millisecond (our choice: the coarsest rounding seen).
fn jumps(onsets: &[f64], duration_s: f64, tolerance_s: f64, header: &Header, mends: &mut Mends) {
    let tolerance_s = tolerance_s.max(1e-3);
    let (mut off, mut worst_s, mut where_first) = (0_u64, 0.0_f64, 0);
    for (record, onset_s) in onsets.iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "record counts stay far below 2^52")]
        let deviation_s = (onset_s - record as f64 * duration_s).abs();
        if deviation_s > tolerance_s {
            if off == 0 {
                where_first = record;
            }
            off += 1;
            worst_s = worst_s.max(deviation_s);
        }
    }
    if off > 0 {
        let at = header.size + where_first as u64 * header.record_bytes;
        #[expect(clippy::cast_precision_loss, reason = "a share")]
        let share = off as f64 / onsets.len() as f64;
        let detail = format!("from record {}, at most {worst_s} s off", where_first + 1);
        mends.push(&codes::JUMP, at, off, share, detail);
    }
}
