//! WFDB: the format of PhysioNet. A text header `record.hea`, signal files it names, and annotation files.
//!
//! A record is opened by its header or by a signal file that a header of the same stem names.
//!
//! # Choices where the format leaves one, or where we differ from other readers
//! - A header without a sampling frequency needs the user's: header(5) would have 250 Hz assumed.
//! - Gain 0 or missing leaves the values digital: other readers assume 200 steps per mV.
//! - Skewed signals are moved back in time; what then lacks at the end is missing.
//! - Null segments are missing samples; where that would take far more memory than the files, they are
//!   gaps between segments.
//! - Segments whose gain or baseline differ are each scaled by their own header and held as physical values.
//! - Signal formats 508, 516 and 524 (FLAC) are refused.
//!
//! Sources: header(5), signal(5) and annot(5) of the WFDB Applications Guide (Moody, PhysioNet).

mod annotation;
mod annotation_writer;
mod builder;
mod comments;
mod header;
mod record;
mod record_line;
mod scale;
mod segments;
mod signal;
mod writer;

use super::{Format, Grade, ReadOptions, Source};
use crate::error::At;
use crate::measure::{Finding, Severity};
use crate::recording::Recording;
use crate::units::Hertz;
use crate::{Error, Result};
use header::Header;
use std::path::Path;

/// Names the format in errors and tables.
const ID: &str = "wfdb";

pub(super) const FORMAT: Format = Format {
    id: ID,
    name: "WFDB (PhysioNet)",
    extensions: &["hea", "dat"],
    sniff,
    read: Some(read),
    write: Some(writer::write),
    table: None,
    grade: Grade::Full,
    fixtures: &[
        "emgdb/emg_healthy.hea",
        "emgdb/emg_myopathy.hea",
        "emgdb/emg_neuropathy.hea",
        "formats/wfdb/100_3chan.hea",
        "formats/wfdb/a103l.hea",
        "formats/wfdb/binformats_subset.hea",
        "formats/wfdb/multi-segment/041s/041s.hea",
        "formats/wfdb/multi-segment/041s/041s01.hea",
        "formats/wfdb/multi-segment/041s/041s02.hea",
    ],
    source: "https://physionet.org/physiotools/wag/header-5.htm, signal-5.htm, annot-5.htm",
};

/// Name of the source without its folder.
fn file_name(source: &Source) -> String {
    Path::new(&source.name).file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned())
}

/// The header beside a signal file, if it names that file.
fn header_beside(source: &Source, options: &ReadOptions) -> Option<(Source, Header)> {
    let beside = source.sibling(&format!("{}.hea", source.stem()), options).ok()?;
    let header = header::parse(&header::text(&beside.bytes)?).ok()?;
    let name = file_name(source);
    header.signals.iter().any(|s| s.file == name).then_some((beside, header))
}

fn sniff(source: &Source) -> u8 {
    if source.extension() == "hea" || source.bytes.len() <= header::MAX_BYTES {
        let fits = header::text(&source.bytes).is_some_and(|text| header::looks_like(&text));
        if fits {
            return 95;
        }
    }
    if source.extension() != "hea" && header_beside(source, &ReadOptions::default()).is_some() {
        return 97; // a file that a header names as its signals is that, whatever else it looks like
    }
    0
}

fn read(source: &Source, options: &ReadOptions) -> Result<Recording> {
    let is_header = |text: &String| source.extension() == "hea" || header::looks_like(text);
    if let Some(text) = header::text(&source.bytes).filter(is_header) {
        return read_record(source, &header::parse(&text)?, options);
    }
    if source.extension() == "hea" {
        return Err(Error::malformed(ID, At::File, "a header is text; this is binary, or far too long"));
    }
    if let Some((_, header)) = header_beside(source, options) {
        return read_record(source, &header, options);
    }
    let what = format!(
        "the header `{0}.hea` that would describe these samples is not beside it, or does not name it; headerless numbers need --raw",
        source.stem()
    );
    Err(Error::malformed(ID, At::File, what))
}

/// Frames a second: of the header, else of the user.
fn frame_rate(header: &Header, options: &ReadOptions) -> Result<Hertz> {
    header.frame_rate.map_or_else(|| options.need_sampling_frequency(ID), |rate| Ok(Hertz(rate)))
}

fn read_record(beside: &Source, header: &Header, options: &ReadOptions) -> Result<Recording> {
    let mut recording = Recording { findings: header.findings.clone(), ..Recording::default() };
    recording.start.clone_from(&header.start);
    if header.name != beside.stem() {
        let detail =
            format!("the record calls itself `{}`, its header file `{}`", header.name, beside.stem());
        recording.findings.push(Finding::file("header", Severity::Note, 1, 0.0, detail));
    }
    recording.comments.clone_from(&header.comments);
    let mut budget = record::Budget::default();
    let rate;
    if let Some(lines) = &header.segments {
        let joined = segments::read(header, lines, beside, options, &mut budget)?;
        rate = joined.rate;
        recording.channels = joined.channels;
        recording.findings.extend(joined.findings);
        recording.start = recording.start.take().or(joined.start);
        // Only the record's own comments are kept: those of segments tell mostly where each came from.
        recording.subject = comments::subject(header.comments.iter().chain(&joined.comments));
    } else {
        rate = frame_rate(header, options)?;
        let read = record::read(header, rate, beside, options, &mut budget)?;
        recording.channels = read.channels;
        recording.findings.extend(read.findings);
        recording.subject = comments::subject(&header.comments);
    }
    comments::describe(&mut recording.channels, &header.comments);
    let files: Vec<&str> = header.signals.iter().map(|s| s.file.as_str()).collect();
    let place = (beside, rate);
    let stem = beside.stem();
    recording.annotations =
        annotation::read(&stem, &files, place, &recording.channels, options, &mut recording.findings);
    Ok(recording)
}
