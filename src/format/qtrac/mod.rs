//! Qtrac files: `.MEM`, the listing of one test of nerve excitability or one CMAP scan, and `.MEF`, a list of
//! such files.
//!
//! These hold no samples in time but values per stimulus, so they are read to a [`Mem`] and not to a
//! recording. Both dialects are the same grammar: header lines (`Key: value`), headings in capitals, tables
//! whose rows begin with a code and a number (`MS.12`, `SR.2`, `TE1.4`), derived variables by number, extra
//! variables by name, and waveforms behind a `!` line. Blanks around anything, letter case of headings and
//! the number of empty lines mean nothing.

mod lines;
mod mef;
mod mem;
mod parse;

pub use mef::{locate, read_list};
pub use mem::{Derived, MaxCmap, Mem, ModelUnit, Table};
pub use parse::parse;

use super::{Format, Grade, ReadOptions, Source};
use crate::Result;

pub(super) const FORMAT: Format = Format {
    id: "qtrac",
    name: "Qtrac listing: CMAP scan, nerve excitability",
    extensions: &["mem"],
    sniff,
    read: None,
    write: None,
    table: Some(read),
    grade: Grade::Read,
    fixtures: &[
        "cmap_scan_mem/MSCC00128A_OM2.MEM",
        "cmap_scan_mem/MSCC00226B_OM2.MEM",
        "nerve_excitability_mem/FESB70821A.MEM",
        "nerve_excitability_mem/short_test.MEM",
    ],
    source: "the program's listings as found in the test data (its vendor publishes no specification)",
};

/// Bytes that are looked at to know the format: the longest header of the test data takes 400.
const HEAD: usize = 4096;

/// By the header: `File:` or `Name:` in the first line, and further keys or a heading that only these
/// files have.
fn sniff(source: &Source) -> u8 {
    let head = &source.bytes[..source.bytes.len().min(HEAD)];
    let text = lines::decode(head);
    let has = |what: &str| text.lines().any(|l| l.trim_start().starts_with(what));
    let first = text.lines().map(str::trim).find(|l| !l.is_empty()).unwrap_or("");
    let keys =
        ["Protocol:", "S/R sites:", "NC/disease:", "Scanpts:", "M-SCAN DATA", "STIMULUS-RESPONSE DATA"];
    let known = keys.iter().filter(|k| has(k)).count();
    match first.starts_with("File:") || first.starts_with("Name:") {
        true if known >= 2 => 95,
        // A listing that lost its first lines.
        false if known >= 3 => 80,
        _ => 0,
    }
}

/// Reads a `.MEM` file.
///
/// # Errors
/// [`Error::Malformed`](crate::Error::Malformed) with the line: a row of a table that is no row of numbers,
/// a table whose rows have different widths, a file without any table or variable. An unknown
/// [`ReadOptions::encoding`].
pub fn read(source: &Source, options: &ReadOptions) -> Result<Mem> {
    options.check_memory((source.bytes.len() as u64).saturating_mul(4))?;
    parse(&lines::decode_as(&source.bytes, options.encoding.as_deref())?)
}
