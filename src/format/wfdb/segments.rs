//! Records of several segments, each a record of its own in the same folder.
//!
//! Fixed layout: every segment holds the same signals in the same order. Variable layout: the first segment
//! has length 0 and lists all signals; the others hold some of them, matched by description. A segment
//! named `~` holds nothing for its length.

use super::ID;
use super::builder::{Builder, Kind};
use super::header::{self, Header, SegmentLine};
use super::record::{self, Budget};
use super::signal::Encoding;
use crate::error::At;
use crate::format::{ReadOptions, Source};
use crate::measure::{Finding, Severity};
use crate::recording::{Channel, Samples, Scaling};
use crate::units::Hertz;
use crate::{Error, Result};

/// Null segments are filled with missing samples up to this many bytes and [`FILL_FACTOR`] times the
/// samples present; beyond it they become gaps. Our choice: a header line must not cost a gigabyte.
const FILL_BYTES: u64 = 32 << 20;
/// See [`FILL_BYTES`].
const FILL_FACTOR: u64 = 8;

/// A segment that was read, or `None` for a null segment.
struct Piece {
    frames: u64,
    channels: Option<Vec<Channel>>,
}

/// What a multi-segment record gives.
pub(super) struct Joined {
    pub(super) channels: Vec<Channel>,
    pub(super) findings: Vec<Finding>,
    /// Of the first segment that has one, for a master header without.
    pub(super) start: Option<String>,
    /// Comments of the segments, in order.
    pub(super) comments: Vec<String>,
    pub(super) rate: Hertz,
}

fn malformed(segment: &str, what: impl Into<String>) -> Error {
    Error::malformed(ID, At::Field(format!("segment `{segment}`")), what)
}

/// The header of segment `name`, and its source for the files beside it.
fn open(name: &str, beside: &Source, options: &ReadOptions) -> Result<(Source, Header)> {
    if name.contains(['/', '\\']) {
        return Err(malformed(name, "segments are opened only in the record's own folder"));
    }
    let source = beside.sibling(&format!("{name}.hea"), options)?;
    let text = header::text(&source.bytes).ok_or_else(|| malformed(name, "its header is not text"))?;
    let header = header::parse(&text).map_err(|e| e.in_file(&source.name))?;
    if header.segments.is_some() {
        return Err(malformed(name, "a segment that consists of segments is not allowed"));
    }
    Ok((source, header))
}

/// Reads all segments of `master` and joins their channels.
pub(super) fn read(
    master: &Header,
    lines: &[SegmentLine],
    beside: &Source,
    options: &ReadOptions,
    budget: &mut Budget,
) -> Result<Joined> {
    let mut out = Joined {
        channels: Vec::new(),
        findings: Vec::new(),
        start: None,
        comments: Vec::new(),
        rate: Hertz(0.0),
    };
    let mut rate = master.frame_rate.map(Hertz);
    let (layout, lines) = match lines.split_first() {
        Some((first, rest)) if first.frames == 0 => (Some(open(&first.name, beside, options)?.1), rest),
        _ => (None, lines),
    };
    let mut pieces = Vec::new();
    for line in lines {
        if line.name == "~" {
            pieces.push(Piece { frames: line.frames, channels: None });
            continue;
        }
        let (source, mut header) = open(&line.name, beside, options)?;
        let own = header.frame_rate.map(Hertz);
        let known = match rate.or(own) {
            Some(known) => known,
            None => options.need_sampling_frequency(ID)?,
        };
        rate = Some(known);
        if own.is_some_and(|own| own != known) {
            let what = format!("{} frames a second, in the record {}", own.unwrap_or(known).0, known.0);
            return Err(malformed(&line.name, what));
        }
        if let Some(frames) = header.frames.filter(|&n| n != line.frames) {
            let detail = format!(
                "segment {}: {} frames in the record, {frames} in its own header",
                line.name, line.frames
            );
            out.findings.push(Finding::file("header", Severity::Warning, 1, 0.0, detail));
        }
        let read =
            record::read(&header, known, &source, options, budget).map_err(|e| e.in_file(&source.name))?;
        let own = header.findings.drain(..).chain(read.findings);
        out.findings.extend(own.map(|mut f| {
            f.detail = format!("segment {}: {}", line.name, f.detail);
            f
        }));
        out.start = out.start.take().or(header.start.take());
        out.comments.append(&mut header.comments);
        pieces.push(Piece { frames: line.frames, channels: Some(read.channels) });
    }
    out.rate = match rate {
        Some(rate) => rate,
        None => options.need_sampling_frequency(ID)?,
    };
    check_total(master, &pieces, &mut out.findings);
    let templates: Vec<Channel> = match (&layout, pieces.iter().find_map(|p| p.channels.as_ref())) {
        (Some(layout), _) => layout
            .signals
            .iter()
            .enumerate()
            .map(|(i, s)| record::channel(s, i, out.rate, Encoding::Null, Samples::I16(Vec::new())))
            .collect::<Result<_>>()?,
        (None, Some(first)) => {
            first.iter().map(|c| Channel { samples: Samples::I16(Vec::new()), ..c.clone() }).collect()
        }
        (None, None) => return Err(Error::malformed(ID, At::File, "all segments are null segments")),
    };
    let by_name = layout.is_some();
    let filled = fills(&pieces, &templates, out.rate, budget, options)?;
    for index in 0..templates.len() {
        let channel = join(&templates, index, by_name, &pieces, filled, out.rate, &mut out.findings)?;
        out.channels.push(channel);
    }
    unmatched(&templates, by_name, lines, &pieces, &mut out.findings)?;
    Ok(out)
}

/// Holds the master's number of frames against the sum of the segments'.
fn check_total(master: &Header, pieces: &[Piece], findings: &mut Vec<Finding>) {
    let total = pieces.iter().fold(0u64, |sum, p| sum.saturating_add(p.frames));
    if let Some(declared) = master.frames.filter(|&n| n != total) {
        let detail = format!("the record has {declared} frames, its segments together {total}");
        findings.push(Finding::file("header", Severity::Warning, 1, 0.0, detail));
    }
}

/// Samples of `frames` frames of a channel.
fn samples_of(frames: u64, channel: &Channel, rate: Hertz) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number of samples a frame"
    )]
    let per_frame = (channel.sampling_frequency.0 / rate.0).round() as u64;
    frames.saturating_mul(per_frame)
}

/// Whether what is not there is filled with missing samples; counts the memory of joining.
fn fills(
    pieces: &[Piece],
    templates: &[Channel],
    rate: Hertz,
    budget: &mut Budget,
    options: &ReadOptions,
) -> Result<bool> {
    let there: u64 = pieces.iter().flat_map(|p| p.channels.iter().flatten()).map(|c| c.len() as u64).sum();
    let frames = pieces.iter().fold(0u64, |sum, p| sum.saturating_add(p.frames));
    let all = templates.iter().fold(0u64, |sum, t| sum.saturating_add(samples_of(frames, t, rate)));
    // Eight bytes: pieces of different gain become 64-bit numbers.
    let bytes = all.saturating_mul(8);
    let filled = bytes <= FILL_BYTES.saturating_add(there.saturating_mul(8 * FILL_FACTOR));
    budget.take(if filled { bytes } else { there.saturating_mul(8) }, options)?;
    Ok(filled)
}

/// Which channel of `piece` belongs to template `index`: by label, the second of a label to the second.
fn matching<'a>(
    templates: &[Channel],
    index: usize,
    by_name: bool,
    piece: &'a [Channel],
) -> Option<&'a Channel> {
    if !by_name {
        return piece.get(index);
    }
    let label = &templates[index].label;
    let nth = templates[..index].iter().filter(|t| &t.label == label).count();
    piece.iter().filter(|c| &c.label == label).nth(nth)
}

/// Tells of signals that the layout does not have, and refuses fixed segments of different make-up.
fn unmatched(
    templates: &[Channel],
    by_name: bool,
    lines: &[SegmentLine],
    pieces: &[Piece],
    findings: &mut Vec<Finding>,
) -> Result<()> {
    for (line, piece) in lines.iter().zip(pieces) {
        let Some(channels) = &piece.channels else { continue };
        if !by_name {
            if channels.len() != templates.len() {
                let what = format!("{} signals, the first segment has {}", channels.len(), templates.len());
                return Err(malformed(&line.name, what));
            }
            continue;
        }
        for channel in channels.iter().filter(|c| templates.iter().all(|t| t.label != c.label)) {
            let detail = format!(
                "segment {}: the layout has no signal `{}`; it is not read",
                line.name, channel.label
            );
            findings.push(Finding::file("header", Severity::Warning, 1, 0.0, detail));
        }
    }
    Ok(())
}

/// One channel through all pieces.
fn join(
    templates: &[Channel],
    index: usize,
    by_name: bool,
    pieces: &[Piece],
    filled: bool,
    rate: Hertz,
    findings: &mut Vec<Finding>,
) -> Result<Channel> {
    let template = &templates[index];
    let label = &template.label;
    let parts: Vec<(u64, Option<&Channel>)> = pieces
        .iter()
        .map(|p| (p.frames, p.channels.as_ref().and_then(|c| matching(templates, index, by_name, c))))
        .collect();
    let present = || parts.iter().filter_map(|p| p.1).filter(|c| !c.is_empty());
    let first = present().next().unwrap_or(template);
    if let Some(other) = present().find(|c| c.sampling_frequency != template.sampling_frequency) {
        let what =
            format!("{} and {} Hz in one signal", template.sampling_frequency.0, other.sampling_frequency.0);
        return Err(Error::malformed(ID, At::Field(format!("signal `{label}`")), what));
    }
    let comparable = |c: &Channel| {
        c.uncalibrated.is_some() == first.uncalibrated.is_some()
            && (c.unit == first.unit || (c.unit.is_voltage() && first.unit.is_voltage()))
    };
    let same = present().all(|c| c.scaling == first.scaling && c.unit == first.unit);
    let kind = match () {
        () if !same => Kind::F64,
        () if present().any(|c| matches!(c.samples, Samples::I32(_))) => Kind::I32,
        () => Kind::I16,
    };
    let mut out = Builder::new(kind);
    for (frames, part) in &parts {
        let wanted = samples_of(*frames, template, rate);
        let part = part.filter(|c| comparable(c));
        let there = part.map_or(0, |c| (c.len() as u64).min(wanted));
        if let Some(channel) = part {
            let factor = match (channel.unit.volts_per_unit, first.unit.volts_per_unit) {
                (Some(own), Some(other)) if own != other => own / other,
                _ => 1.0,
            };
            out.push(channel, usize::try_from(there).unwrap_or(usize::MAX), factor);
        }
        out.skip(wanted - there, filled);
    }
    if let Some(odd) = present().find(|c| !comparable(c)) {
        let detail = format!(
            "segments in `{}` and `{}` cannot be joined; the latter are missing",
            first.unit.text, odd.unit.text
        );
        findings.push(Finding::file("header", Severity::Warning, 1, 0.0, detail).on(label));
    } else if !same {
        let detail =
            "segments differ in gain or baseline: each is scaled by its own header, values are physical";
        findings.push(Finding::file("header", Severity::Note, 1, 0.0, detail).on(label));
    }
    let bits =
        first.storage_bits.filter(|b| kind != Kind::F64 && present().all(|c| c.storage_bits == Some(*b)));
    let limits =
        first.digital_limits.filter(|l| kind != Kind::F64 && present().all(|c| c.digital_limits == Some(*l)));
    let segments = out.segments(template.sampling_frequency);
    Ok(Channel {
        unit: first.unit.clone(),
        uncalibrated: first.uncalibrated.clone(),
        scaling: if kind == Kind::F64 { Scaling::Identity } else { first.scaling },
        samples: out.samples,
        missing: out.missing,
        segments,
        storage_bits: bits,
        digital_limits: limits,
        ..template.clone()
    })
}
