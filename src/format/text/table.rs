//! From columns of numbers to channels.

use super::clock::{self, Clock};
use super::header::Header;
use super::layout::{self, Column, Role};
use super::rows::{Table, is_empty};
use crate::error::At;
use crate::format::ReadOptions;
use crate::measure::{Finding, Severity};
use crate::recording::{Channel, ChannelKind, Recording, Samples, Segment};
use crate::units::{Hertz, SignalUnit};
use crate::{Error, Result};
use std::collections::HashMap;
use std::ops::Range;

/// A first time beyond this is a date, not a position in the recording (our choice: four months), s.
const EPOCH: f64 = 1e7;
/// Relative difference up to which a stated frequency and the column of times agree (our choice).
const AGREE: f64 = 1e-4;
/// A step below this, read as seconds, is at least 50 Hz, and read as milliseconds beyond any EMG amplifier.
const SURELY_SECONDS: f64 = 0.02;

/// Replaces NaN by 0 and gives the ranges where it stood.
pub(super) fn ranges(samples: &mut [f64]) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    for (i, x) in samples.iter_mut().enumerate().filter(|(_, x)| x.is_nan()) {
        *x = 0.0;
        match out.last_mut() {
            Some(last) if last.end == i => last.end = i + 1,
            _ => out.push(i..i + 1),
        }
    }
    out
}

/// Time base of the channels that go by one column of times, in seconds.
#[derive(Debug, Clone)]
struct Base {
    fs: f64,
    segments: Vec<Segment>,
}

/// Puts the recording together.
pub(super) fn assemble(
    header: Header,
    columns: Vec<Column>,
    mut table: Table,
    options: &ReadOptions,
) -> Result<Recording> {
    let mut recording = Recording { comments: header.comments.clone(), ..Recording::default() };
    tell_rows(&table, &mut recording.findings);
    if !columns.iter().any(|c| c.role == Role::Channel) {
        return Err(Error::malformed("text", At::File, "no column of samples found"));
    }
    let mut bases: HashMap<usize, Base> = HashMap::new();
    let mut default: Option<Hertz> = None;
    let refused =
        layout::refused_time(&columns).map(|i| (columns[i].name.clone(), no_clock(&table.columns[i])));
    for (i, column) in columns.iter().enumerate() {
        if column.role != Role::Channel {
            continue;
        }
        let mut samples = std::mem::take(&mut table.columns[i]);
        // A column whose last fields are empty ends there.
        let end = samples.iter().rposition(|x| !is_empty(*x)).map_or(0, |n| n + 1);
        samples.truncate(end);
        if samples.is_empty() {
            recording.findings.push(note("layout", format!("column {} is empty", i + 1)));
            continue;
        }
        let promise = header.promises.iter().find(|p| !column.label.is_empty() && p.label == column.label);
        let stated = promise.and_then(|p| p.sampling_frequency).or(header.sampling_frequency);
        let (fs, segments) = match column.time {
            Some(t) => {
                let base = match bases.get(&t) {
                    Some(base) => base.clone(),
                    None => {
                        let base =
                            time_base(&columns[t], t, &table, stated, options, &mut recording.findings)?;
                        bases.insert(t, base.clone());
                        base
                    }
                };
                (Hertz::sampling_frequency(base.fs)?, cut(&base.segments, samples.len()))
            }
            None => {
                let fs = match (stated, default) {
                    (Some(fs), _) => Hertz::sampling_frequency(fs)?,
                    (None, Some(fs)) => fs,
                    (None, None) => match &refused {
                        Some((name, why)) if options.sampling_frequency.is_none() => {
                            return Err(Error::malformed("text", At::Field(name.clone()), why.clone()));
                        }
                        _ => options.need_sampling_frequency("text")?,
                    },
                };
                default = Some(fs);
                (fs, vec![Segment { first: 0, len: samples.len(), onset_s: 0.0 }])
            }
        };
        if let Some(points) = promise.and_then(|p| p.points).filter(|p| *p > samples.len() as u64) {
            let n = samples.len() as u64;
            #[expect(clippy::cast_precision_loss, reason = "a share")]
            let share = (points - n) as f64 / points as f64;
            let what = format!("the header promises {points} samples, {n} are there");
            recording.findings.push(
                Finding::file("truncated", Severity::Warning, points - n, share, what).on(&column.label),
            );
        }
        let unit_text = promise.and_then(|p| p.unit.clone()).or_else(|| column.unit.clone());
        let unit = unit_text.map_or_else(SignalUnit::unknown, |u| SignalUnit::parse(&u));
        let missing = ranges(&mut samples);
        let mut channel = Channel::new(column.label.clone(), fs, unit, Samples::F64(samples));
        channel.missing = missing;
        channel.segments = segments;
        if channel.unit.text.is_empty() {
            channel.uncalibrated =
                Some(header.counts.clone().unwrap_or_else(|| "the file states no unit".to_owned()));
        } else if ["count", "counts", "adc", "a.u.", "au"]
            .contains(&channel.unit.text.to_lowercase().as_str())
        {
            channel.uncalibrated = Some(format!("the file's unit is `{}`", channel.unit.text));
        }
        let sweeps = columns.first().is_some_and(|c| c.name.trim() == "time_ms") && column.time == Some(0);
        if sweeps {
            channel.kind = ChannelKind::Evoked;
        } else if !channel.unit.text.is_empty()
            && !channel.unit.is_voltage()
            && channel.uncalibrated.is_none()
        {
            channel.kind = ChannelKind::Other;
        }
        recording.channels.push(channel);
    }
    if recording.channels.is_empty() {
        return Err(Error::malformed("text", At::File, "no column holds samples"));
    }
    Ok(recording)
}

fn note(check: &'static str, what: String) -> Finding {
    Finding::file(check, Severity::Note, 0, 0.0, what)
}

/// Findings about rows.
fn tell_rows(table: &Table, findings: &mut Vec<Finding>) {
    let rows = table.columns.iter().map(Vec::len).max().unwrap_or(0);
    #[expect(clippy::cast_precision_loss, reason = "row counts stay far below 2^52")]
    let mut tell = |check, severity, tally: &super::rows::Tally, what: String| {
        if tally.count > 0 {
            let share = tally.count as f64 / (rows.max(1)) as f64;
            findings.push(Finding::file(check, severity, tally.count, share.min(1.0), what));
        }
    };
    let t = &table.corrupt;
    let what = format!("{} damaged or ragged rows ({}); their samples are missing", t.count, t.places());
    tell("corrupt_rows", Severity::Warning, t, what);
    let t = &table.infinite;
    tell(
        "corrupt_rows",
        Severity::Warning,
        t,
        format!("{} infinite values ({}); missing now", t.count, t.places()),
    );
    let t = &table.short;
    tell("layout", Severity::Note, t, format!("{} rows at the end lack their last fields", t.count));
    if let Some(line) = table.cut {
        let what = format!("line {line}, the last one, is cut and left out");
        findings.push(Finding::file("truncated", Severity::Warning, 1, 0.0, what));
    }
    if let Some(line) = table.rest {
        findings.push(note("layout", format!("another table begins at line {line}; only the first is read")));
    }
}

/// Segments of a channel that has only the first `n` rows.
fn cut(segments: &[Segment], n: usize) -> Vec<Segment> {
    let inside = segments.iter().filter(|s| s.first < n);
    inside.map(|s| Segment { len: s.len.min(n - s.first), ..*s }).collect()
}

/// Sampling frequency and segments from column `t` of times, held against what the header says.
fn time_base(
    column: &Column,
    t: usize,
    table: &Table,
    stated: Option<f64>,
    options: &ReadOptions,
    findings: &mut Vec<Finding>,
) -> Result<Base> {
    let times = &table.columns[t];
    let end = times.iter().rposition(|x| !is_empty(*x)).map_or(0, |n| n + 1);
    let name = if column.name.is_empty() { format!("column {}", t + 1) } else { column.name.clone() };
    let whole =
        |fs: Hertz| Base { fs: fs.0, segments: vec![Segment { first: 0, len: times.len(), onset_s: 0.0 }] };
    let Some(clock) = clock::analyse(&times[..end], table.shapes[t]) else {
        let fallback = stated.or(options.sampling_frequency);
        if fallback.is_none() {
            let why = no_clock(&times[..end]);
            return Err(Error::malformed("text", At::Field(name), why));
        }
        let what = format!("{name}: the times do not increase and are not used");
        findings.push(Finding::file("irregular_time", Severity::Warning, end as u64, 1.0, what));
        return match stated {
            Some(fs) => Ok(whole(Hertz::sampling_frequency(fs)?)),
            None => Ok(whole(options.need_sampling_frequency("text")?)),
        };
    };
    let Role::Time(unit) = column.role else { return Ok(whole(options.need_sampling_frequency("text")?)) };
    let agrees = |fs: f64, per_s: f64| (clock.rate * per_s / fs - 1.0).abs() <= AGREE + clock.uncertainty;
    let told = stated.or(options.sampling_frequency);
    let per_s = match (unit, told) {
        (Some(per_s), _) => per_s,
        (None, Some(fs)) if agrees(fs, 1e3) => 1e3,
        (None, Some(fs)) if agrees(fs, 1.0) => 1.0,
        (None, _) if clock.rate > 1.0 / SURELY_SECONDS => 1.0,
        (None, Some(fs)) => return Ok(whole(Hertz::sampling_frequency(fs)?)),
        (None, None) => {
            let why = format!(
                "the times in {name} have no unit (step {}); add --sampling-frequency <Hz> or name it time_s or time_ms",
                1.0 / clock.rate
            );
            return Err(Error::option("sampling frequency", why));
        }
    };
    let measured = if per_s == 1.0 { clock.rate } else { plain(clock.rate * per_s) };
    let fs = match stated {
        Some(fs) if agrees(fs, per_s) => fs,
        Some(fs) => {
            let what = format!("the header states {fs} Hz, {name} has {measured} Hz; the times are used");
            findings.push(Finding::file("header", Severity::Warning, 1, 0.0, what));
            measured
        }
        None => measured,
    };
    let segments = seconds(clock, per_s, fs, times.len(), &name, findings);
    Ok(Base { fs, segments })
}

/// What is wrong with times that do not increase.
fn no_clock(times: &[f64]) -> String {
    let known = || times.iter().copied().filter(|t| t.is_finite());
    let (first, last) = (known().next(), known().next_back());
    match (known().count(), first, last) {
        (2, Some(a), Some(b)) if b > a => {
            "two rows only: too few to tell a sampling frequency, and no sweep".to_owned()
        }
        (0 | 1, ..) => "fewer than two rows hold a time: there is no sampling frequency".to_owned(),
        (_, Some(a), Some(b)) if b < a => {
            format!("the times go backwards, from {a} to {b}; put the rows in the order of time")
        }
        (_, Some(a), Some(b)) if a == b => {
            format!("the times do not increase: the first and the last are both {a}")
        }
        _ => "the times do not increase from row to row".to_owned(),
    }
}

/// A product of a short decimal and a power of ten, without the multiplication's last-bit noise.
fn plain(x: f64) -> f64 {
    let short: f64 = format!("{x:.14e}").parse().unwrap_or(x);
    if (short / x - 1.0).abs() < 4.0 * f64::EPSILON { short } else { x }
}

/// The clock's segments in seconds, and the findings about gaps and unevenness.
fn seconds(
    clock: Clock,
    per_s: f64,
    fs: f64,
    rows: usize,
    name: &str,
    findings: &mut Vec<Finding>,
) -> Vec<Segment> {
    let mut segments = clock.segments;
    let first = segments[0].onset_s / per_s;
    let shift = if first.abs() > EPOCH { first } else { 0.0 };
    if shift != 0.0 {
        findings.push(note("layout", format!("{name} begins at {first} s; times count from there")));
    }
    for segment in &mut segments {
        // Dividing by a power of ten gives the same number as reading the time in seconds would.
        segment.onset_s = segment.onset_s / per_s - shift;
    }
    if let Some(last) = segments.last_mut() {
        last.len = rows - last.first;
    }
    #[expect(clippy::cast_precision_loss, reason = "row counts stay far below 2^52")]
    let end = |s: &Segment| s.onset_s + s.len as f64 / fs;
    if segments.len() > 1 {
        let lost: f64 = segments.windows(2).map(|w| (w[1].onset_s - end(&w[0])).max(0.0)).sum();
        let (a, b) = (end(&segments[0]), segments[1].onset_s);
        let n = segments.len() as u64 - 1;
        let what =
            format!("{name}: {n} breaks, {lost:.6} s without samples; the first from {a:.6} to {b:.6} s");
        findings.push(Finding::file("gap", Severity::Note, n, 0.0, what));
    }
    if clock.irregular > 0 {
        #[expect(clippy::cast_precision_loss, reason = "row counts stay far below 2^52")]
        let share = clock.irregular as f64 / rows as f64;
        let what = format!(
            "{name}: {} steps differ from the period by more than a tenth; samples are taken as even at {fs} Hz",
            clock.irregular
        );
        findings.push(Finding::file("irregular_time", Severity::Warning, clock.irregular, share, what));
    }
    segments
}
