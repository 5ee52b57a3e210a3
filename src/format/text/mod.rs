//! Delimited text: comma, semicolon, tab, blanks, fixed width, or one long line; any usual encoding, line
//! end and decimal mark; with or without header and column of times; exports of Delsys Trigno, OpenSignals
//! and Vicon Nexus.
//!
//! Rows are never guessed: one that cannot be read whole is counted, told by its line, and its samples are
//! missing, so that what follows keeps its time. An empty field is a missing sample; a column whose last
//! fields are empty ends early. The sampling frequency comes from the column of times, from a header line,
//! or from the user.

mod clock;
mod dialect;
mod encoding;
mod fields;
mod header;
mod layout;
mod number;
mod one_line;
mod rows;
mod table;
mod writer;

use super::{Format, Grade, ReadOptions, Source};
use crate::recording::Recording;
use crate::{Error, Result};

pub(super) const FORMAT: Format = Format {
    id: "text",
    name: "Delimited text (CSV, TSV, fixed width)",
    extensions: &["csv", "tsv", "txt", "asc"],
    sniff,
    read: Some(read),
    write: Some(writer::write),
    table: None,
    grade: Grade::Full,
    fixtures: &[
        "fixtures/emg_utf8_bom.csv",
        "fixtures/emg_semicolon_comma_cp1252.csv",
        "fixtures/emg_utf16le_tab.csv",
        "delsys_trigno_csv/truncated_trigno_sample.csv",
        "formats/opensignals_txt/emg.txt",
        "formats/opensignals_txt/emg_1.txt",
        "formats/c3d_vicon/analogs.csv",
        "feature_reference_libemg/emg_data_myo.csv",
    ],
    source: "RFC 4180; vendors' exports as found in the test data",
};

/// Sure enough to be taken where no signature speaks, never against one.
const SCORE: u8 = 50;

/// By the share of rows of numbers in the first part; at least two of them, four fifths of the lines
/// behind the header (our choice: prose, source code and markup stay far below).
fn sniff(source: &Source) -> u8 {
    let head = &source.bytes[..source.bytes.len().min(4 * dialect::HEAD)];
    let options = ReadOptions::default();
    let Ok(text) = encoding::decode(head, &options) else { return 0 };
    let bytes = &text.bytes[..text.bytes.len().min(dialect::HEAD)];
    let control = |b: &u8| *b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0c | 0x1a);
    if bytes.is_empty() || bytes.contains(&0) || bytes.iter().filter(|b| control(b)).count() > 2 {
        return 0;
    }
    let start = bytes.trim_ascii_start();
    if matches!(start.first(), Some(b'<' | b'{')) || start.starts_with(b"[\n") || start.starts_with(b"[[") {
        return 0;
    }
    match dialect::detect(&text.bytes, &options) {
        Ok(d) if d.one_line || (d.rows >= 2 && d.share >= 0.8) => SCORE,
        // Numbers in rows, only their decimal mark is in doubt: reading says so.
        Err(Error::Option { .. }) => SCORE,
        _ => 0,
    }
}

/// Reads a text of numbers.
fn read(source: &Source, options: &ReadOptions) -> Result<Recording> {
    if source.extension() == "dat" {
        // A text under this name is what is left when a signal file was replaced by something else.
        let what = "text in a file named .dat, which should hold binary samples; if these are numbers, \
                    rename it to .csv";
        return Err(Error::Unsupported { format: "text", what: what.into() });
    }
    let text = encoding::decode(&source.bytes, options)?;
    let dialect = dialect::detect(&text.bytes, options)?;
    if dialect.one_line {
        return one_line::read(&text.bytes, &dialect, options);
    }
    let header = header::read(&text, &dialect);
    let rows = rows::read(&text.bytes, &dialect, header.one_table, options)?;
    let columns = layout::design(&header, &dialect, &rows, options)?;
    table::assemble(header, columns, rows, options)
}
