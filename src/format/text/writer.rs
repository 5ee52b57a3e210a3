//! Writes comma-separated text that reads back to the same channels.

use crate::error::At;
use crate::format::WriteOptions;
use crate::measure::{Finding, Severity};
use crate::recording::{Channel, Recording};
use crate::{Error, Result};
use std::io::Write;
use std::path::Path;

/// Bytes gathered before they are handed on, and samples converted at a time.
const BUFFER: usize = 1 << 16;
const BLOCK: usize = 4096;

/// Writes `time_s` and `label [unit]` columns at full precision, samples in the file's unit. Channels of the
/// same sampling frequency, length and segments share a column of times; shorter groups end early. A missing
/// sample is an empty cell, and `NaN` where it is a channel's last one, so that the channel keeps its length.
pub(super) fn write(recording: &Recording, path: &Path, _: &WriteOptions) -> Result<Vec<Finding>> {
    let tabs = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("tsv"));
    let delimiter = if tabs { b'\t' } else { b',' };
    let mut groups: Vec<Vec<&Channel>> = Vec::new();
    for channel in &recording.channels {
        let alike = |g: &&mut Vec<&Channel>| {
            g[0].sampling_frequency == channel.sampling_frequency
                && g[0].segments == channel.segments
                && g[0].len() == channel.len()
        };
        match groups.iter_mut().find(alike) {
            Some(group) => group.push(channel),
            None => groups.push(vec![channel]),
        }
    }
    if groups.is_empty() {
        return Err(Error::malformed("text", At::File, "there is no channel to write"));
    }
    crate::output::write_atomic(path, |out| table(&groups, delimiter, out))?;
    let mut findings = Vec::new();
    if !recording.annotations.is_empty() {
        let n = recording.annotations.len() as u64;
        let what = format!("{n} annotations are not written: the text holds samples only");
        findings.push(Finding::file("conversion", Severity::Note, n, 0.0, what));
    }
    Ok(findings)
}

fn table(groups: &[Vec<&Channel>], delimiter: u8, out: &mut dyn Write) -> std::io::Result<()> {
    let mut buffer: Vec<u8> = Vec::with_capacity(BUFFER + 4096);
    for (i, group) in groups.iter().enumerate() {
        if i > 0 {
            buffer.push(delimiter);
        }
        buffer.extend_from_slice(b"time_s");
        for channel in group {
            buffer.push(delimiter);
            name(channel, delimiter, &mut buffer);
        }
    }
    buffer.push(b'\n');
    let rows = groups.iter().map(|g| g[0].len()).max().unwrap_or(0);
    let columns: usize = groups.iter().map(Vec::len).sum();
    let mut blocks: Vec<Vec<f64>> = vec![Vec::new(); columns];
    let mut times: Vec<Times<'_>> = groups.iter().map(|g| Times { channel: g[0], segment: 0 }).collect();
    let mut digits = zmij::Buffer::new();
    for start in (0..rows).step_by(BLOCK) {
        let end = (start + BLOCK).min(rows);
        for (channel, block) in groups.iter().flatten().zip(&mut blocks) {
            let n = channel.len();
            channel.physical_into(start.min(n)..end.min(n), block);
        }
        for row in start..end {
            let mut column = 0;
            for (g, group) in groups.iter().enumerate() {
                if g > 0 {
                    buffer.push(delimiter);
                }
                let n = group[0].len();
                if row < n {
                    number(times[g].at(row), &mut digits, &mut buffer);
                }
                for _ in group {
                    buffer.push(delimiter);
                    match blocks[column].get(row - start) {
                        Some(x) if x.is_finite() => number(*x, &mut digits, &mut buffer),
                        Some(_) if row + 1 == n => buffer.extend_from_slice(b"NaN"),
                        _ => {}
                    }
                    column += 1;
                }
            }
            buffer.push(b'\n');
            if buffer.len() >= BUFFER {
                out.write_all(&buffer)?;
                buffer.clear();
            }
        }
    }
    out.write_all(&buffer)
}

/// Times of a channel's samples, asked in order.
struct Times<'a> {
    channel: &'a Channel,
    segment: usize,
}

impl Times<'_> {
    #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
    fn at(&mut self, row: usize) -> f64 {
        let segments = &self.channel.segments;
        while segments.get(self.segment + 1).is_some_and(|s| s.first <= row) {
            self.segment += 1;
        }
        let (first, onset) = segments.get(self.segment).map_or((0, 0.0), |s| (s.first, s.onset_s));
        onset + row.saturating_sub(first) as f64 / self.channel.sampling_frequency.0
    }
}

/// The shortest decimal that reads back to the same number.
#[inline]
fn number(x: f64, digits: &mut zmij::Buffer, out: &mut Vec<u8>) {
    let text = digits.format_finite(x).as_bytes();
    out.extend_from_slice(text.strip_suffix(b".0").unwrap_or(text));
}

/// `label [unit]`; a bare label without a unit, with empty brackets where it would read as something else.
fn name(channel: &Channel, delimiter: u8, out: &mut Vec<u8>) {
    let clean = |c: char| if c.is_control() { ' ' } else { c };
    let mut text: String = channel.label.chars().map(clean).collect::<String>().trim().to_owned();
    let unit = channel.unit.text.trim();
    if channel.uncalibrated.is_none() && !unit.is_empty() {
        let unit: String = unit
            .chars()
            .map(clean)
            .map(|c| match c {
                '[' => '(',
                ']' => ')',
                c => c,
            })
            .collect();
        text = format!("{text} [{unit}]");
    } else if super::layout::is_reserved(&text) {
        text.push_str(" []");
    }
    let quoted = text.contains([char::from(delimiter), '"', '\'', '#', '%']) || text.starts_with(' ');
    let text = if quoted { format!("\"{}\"", text.replace('"', "\"\"")) } else { text };
    out.extend_from_slice(text.as_bytes());
}
