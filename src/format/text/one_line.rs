//! Texts of very long lines: each line is a channel, its numbers are samples in time.

use super::dialect::{Dialect, is_comment};
use super::encoding::Lines;
use super::fields::BLANKS;
use super::number;
use crate::error::At;
use crate::format::ReadOptions;
use crate::measure::{Finding, Severity};
use crate::recording::{Channel, Recording, Samples};
use crate::units::SignalUnit;
use crate::{Error, Result};

/// Reads every line as a channel.
pub(super) fn read(bytes: &[u8], dialect: &Dialect, options: &ReadOptions) -> Result<Recording> {
    let fs = options.need_sampling_frequency("text")?;
    let mut recording = Recording::default();
    let mut total = 0u64;
    for line in Lines::new(bytes, dialect.ends, dialect.offset, dialect.header_lines) {
        if line.bytes.trim_ascii().is_empty() || is_comment(line.bytes) {
            continue;
        }
        let mut values = Values { decimals: None, samples: Vec::new(), bad: Vec::new(), split: 0 };
        values.line(line.bytes, dialect, options, &mut total)?;
        let label = format!("ch{}", recording.channels.len() + 1);
        if !values.bad.is_empty() {
            let (index, offset) = values.bad[0];
            let what = format!(
                "line {}: {} fields are no numbers and are missing samples; the first is sample {} at byte {}",
                line.number,
                values.bad.len(),
                index + 1,
                line.offset + offset
            );
            #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
            let share = values.bad.len() as f64 / values.samples.len() as f64;
            let count = values.bad.len() as u64;
            recording
                .findings
                .push(Finding::file("corrupt_rows", Severity::Warning, count, share, what).on(&label));
        }
        if values.split > 0 {
            let what =
                format!("{} numbers touched their neighbour and were parted by their decimals", values.split);
            recording
                .findings
                .push(Finding::file("corrupt_rows", Severity::Note, values.split, 0.0, what).on(&label));
        }
        let missing = super::table::ranges(&mut values.samples);
        let mut channel = Channel::new(label, fs, SignalUnit::unknown(), Samples::F64(values.samples));
        channel.missing = missing;
        channel.uncalibrated = Some("the file states no unit".into());
        recording.channels.push(channel);
    }
    if recording.channels.iter().all(Channel::is_empty) {
        return Err(Error::malformed("text", At::File, "no numbers found"));
    }
    let what = format!("{} line(s) without header: each read as one channel", recording.channels.len());
    recording.findings.push(Finding::file("layout", Severity::Note, 0, 0.0, what));
    Ok(recording)
}

struct Values {
    /// Decimals that all numbers so far have; touching numbers are parted by it.
    decimals: Option<i32>,
    samples: Vec<f64>,
    bad: Vec<(usize, usize)>,
    split: u64,
}

impl Values {
    fn line(&mut self, line: &[u8], dialect: &Dialect, options: &ReadOptions, total: &mut u64) -> Result<()> {
        let blank = |b: u8| matches!(b, b' ' | b'\t' | b'\r' | b'"');
        let ends = |at: usize| line.get(at).is_none_or(|b| blank(*b) || *b == dialect.delimiter);
        let mut at = 0;
        loop {
            while at < line.len() && blank(line[at]) && line[at] != dialect.delimiter
                || at < line.len() && dialect.delimiter == BLANKS && blank(line[at])
            {
                at += 1;
            }
            if at >= line.len() {
                return Ok(());
            }
            if dialect.delimiter != BLANKS && line[at] == dialect.delimiter {
                self.samples.push(super::rows::MISSING);
                at += 1;
                continue;
            }
            match number::scan(line, at, dialect.decimal) {
                Some((value, end, shape)) if ends(end) && value.is_finite() => {
                    if self.samples.is_empty() {
                        self.decimals = Some(shape.decimals);
                    } else if self.decimals.is_some_and(|d| d != shape.decimals) {
                        self.decimals = None;
                    }
                    self.samples.push(value);
                    at = end;
                }
                _ => {
                    let end = (at..line.len()).find(|&i| ends(i)).unwrap_or(line.len());
                    self.token(&line[at..end], at, dialect.decimal);
                    at = end;
                }
            }
            while at < line.len() && blank(line[at]) && line[at] != dialect.delimiter {
                at += 1;
            }
            if dialect.delimiter != BLANKS && line.get(at) == Some(&dialect.delimiter) {
                at += 1;
            }
            *total += 1;
            if total.is_multiple_of(65_536) {
                options.check_memory(total.saturating_mul(8))?;
            }
        }
    }

    /// A token that is no number: several numbers that touch, when all have the same decimals; else missing.
    fn token(&mut self, token: &[u8], offset: usize, decimal: u8) {
        if let Some(decimals) = self.decimals.and_then(|d| usize::try_from(d).ok()).filter(|d| *d > 0)
            && let Some(parts) = touching(token, decimals, decimal)
        {
            self.split += parts.len() as u64 - 1;
            self.samples.extend(parts);
            return;
        }
        if !number::is_missing(token) {
            self.bad.push((self.samples.len(), offset));
        }
        self.samples.push(super::rows::MISSING);
    }
}

/// `12345678.9-12345678.9`, each number with exactly `decimals` digits behind its mark.
fn touching(token: &[u8], decimals: usize, decimal: u8) -> Option<Vec<f64>> {
    let mut parts = Vec::new();
    let mut rest = token;
    while !rest.is_empty() {
        let mark = rest.iter().position(|b| *b == decimal)?;
        let end = mark.checked_add(1 + decimals).filter(|e| *e <= rest.len())?;
        parts.push(number::whole(&rest[..end], decimal)?.0);
        rest = &rest[end..];
    }
    Some(parts)
}
