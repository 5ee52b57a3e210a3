//! Readers and writers.
//!
//! A format is found by content first and by name second ([`read`]). Readers are lenient: what can be
//! mended is mended, counted and told as a [`Finding`]; `strict` turns every
//! such warning into an error. Nothing is allocated by a number from a header before it is held against
//! the bytes that are there, and nothing outside the file's own folder is opened.

use crate::error::At;
use crate::measure::{Finding, Severity};
use crate::recording::Recording;
use crate::{Error, Result};
use std::path::Path;

mod bytes;
mod edf;
mod npy;
mod options;
pub mod qtrac;
mod raw;
mod source;
mod text;
mod wav;
mod wfdb;

pub use bytes::Bytes;
pub use npy::{Element, Rows};
pub use options::{DEFAULT_MAX_MEMORY, RawEncoding, ReadOptions, WriteOptions};
pub use source::Source;

/// How well a format is supported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grade {
    /// Read and written; every fixture decodes to values made by another implementation.
    Full,
    /// Read only; every fixture decodes to values made by another implementation.
    Read,
    /// Written only.
    Write,
}

impl Grade {
    /// The word in tables.
    pub fn name(self) -> &'static str {
        match self {
            Grade::Full => "reads, writes",
            Grade::Read => "reads",
            Grade::Write => "writes",
        }
    }
}

/// Reads a whole file.
pub type Reader = fn(&Source, &ReadOptions) -> Result<Recording>;
/// Reads a file of values per stimulus, which hold no samples in time.
pub type TableReader = fn(&Source, &ReadOptions) -> Result<qtrac::Mem>;
/// Writes a whole recording; gives back what the format could not hold.
pub type Writer = fn(&Recording, &Path, &WriteOptions) -> Result<Vec<Finding>>;

/// One row of [`FORMATS`]. All that is known about a format, stated here and nowhere else.
#[derive(Debug)]
pub struct Format {
    /// Short id, lower case.
    pub id: &'static str,
    /// Full name with its variants.
    pub name: &'static str,
    /// Extensions, lower case, without dots; the first is the one `convert` writes by.
    pub extensions: &'static [&'static str],
    /// How sure the content makes us, 0 (not this) to 100. Names do not count here.
    pub sniff: fn(&Source) -> u8,
    /// `None` when it is only written, or holds no samples in time.
    pub read: Option<Reader>,
    /// For a format that holds values per stimulus and no samples in time; such a file is no recording.
    pub table: Option<TableReader>,
    /// `None` when it is only read.
    pub write: Option<Writer>,
    /// How well.
    pub grade: Grade,
    /// Files of the test data that exercise it.
    pub fixtures: &'static [&'static str],
    /// Specification.
    pub source: &'static str,
}

impl Format {
    /// Whether files of this format can be read, to a recording or to a table.
    pub fn is_read(&self) -> bool {
        self.read.is_some() || self.table.is_some()
    }
}

/// Every format, in the order of the README's table.
pub static FORMATS: &[&Format] = &[
    &wfdb::FORMAT,
    &edf::EDF,
    &edf::BDF,
    &wav::FORMAT,
    &text::FORMAT,
    &npy::FORMAT,
    &qtrac::FORMAT,
    &raw::FORMAT,
];

/// Ids of [`FORMATS`].
pub fn ids() -> impl Iterator<Item = &'static str> {
    FORMATS.iter().map(|f| f.id)
}

/// Finds the format of `source`: best content score, the extension deciding between equals; only where no
/// content speaks does the extension alone decide.
pub fn detect(source: &Source) -> Result<&'static Format> {
    let extension = source.extension();
    let named = |f: &Format| f.extensions.contains(&extension.as_str());
    let best = FORMATS
        .iter()
        .filter(|f| f.is_read())
        .map(|f| (u32::from((f.sniff)(source)) * 2 + u32::from(named(f)), *f))
        .max_by_key(|(score, _)| *score)
        .filter(|(score, _)| *score > 0);
    match best {
        Some((_, format)) => Ok(format),
        None if source.bytes.is_empty() => {
            Err(Error::malformed("file", At::File, "the file is empty (0 bytes)").in_file(&source.name))
        }
        None => Err(Error::Unsupported {
            format: "file",
            what: format!(
                "the content is none of the known formats ({}); headerless numbers need --raw",
                ids().collect::<Vec<_>>().join(", ")
            ),
        }
        .in_file(&source.name)),
    }
}

/// Reads a recording file, whatever its format.
pub fn read(path: &Path, options: &ReadOptions) -> Result<Recording> {
    read_source(&Source::open(path, options.max_memory)?, options)
}

/// Reads a file of values per stimulus; `None` when the file is of a format that holds samples or of none.
pub fn read_table(source: &Source, options: &ReadOptions) -> Option<Result<qtrac::Mem>> {
    if options.raw.is_some() {
        return None;
    }
    let read = detect(source).ok()?.table?;
    let mem = read(source, options).map_err(|e| e.in_file(&source.name));
    let Some(first) =
        mem.as_ref().ok().and_then(|m| m.findings.iter().find(|f| f.severity >= Severity::Warning))
    else {
        return Some(mem);
    };
    if options.strict {
        let what = format!("{} (--strict refuses it)", first.detail);
        return Some(Err(
            Error::malformed("qtrac", At::Field(first.check.into()), what).in_file(&source.name)
        ));
    }
    Some(mem)
}

/// Reads from bytes; see [`read`].
pub fn read_source(source: &Source, options: &ReadOptions) -> Result<Recording> {
    // What the user says of a headerless file goes before what its bytes look like.
    let format = if options.raw.is_some() { &raw::FORMAT } else { detect(source)? };
    let Some(read) = format.read else {
        let what = match format.table {
            Some(_) => "it holds values per stimulus and no samples in time; `info` shows it".into(),
            None => "reading".to_owned(),
        };
        return Err(Error::Unsupported { format: format.id, what }.in_file(&source.name));
    };
    let mut recording = read(source, options).map_err(|e| e.in_file(&source.name))?;
    recording.file.clone_from(&source.name);
    recording.format = format.id;
    calibrate(&mut recording, options).map_err(|e| e.in_file(&source.name))?;
    if options.strict
        && let Some(first) = recording.findings.iter().find(|f| f.severity >= Severity::Warning)
    {
        let n = recording.findings.iter().filter(|f| f.severity >= Severity::Warning).count();
        let what = format!("{} ({n} in all; --strict refuses them)", first.detail);
        return Err(Error::malformed(format.id, At::Field(first.check.into()), what).in_file(&source.name));
    }
    Ok(recording)
}

/// Gives channels without a unit or scale what the user said of them; a file's own statement stands.
fn calibrate(recording: &mut Recording, options: &ReadOptions) -> Result<()> {
    if let Some(gain) = options.gain
        && !(gain.is_finite() && gain != 0.0)
    {
        return Err(Error::option("gain", format!("{gain}; a number other than 0 is needed")));
    }
    if options.unit.is_none() && options.gain.is_none() {
        return Ok(());
    }
    for channel in &mut recording.channels {
        if channel.uncalibrated.is_none() {
            let what = format!(
                "{}: the file states {}, so --unit and --gain are not used",
                channel.label, channel.unit.text
            );
            recording
                .findings
                .push(Finding::file("uncalibrated", Severity::Note, 0, 0.0, what).on(&channel.label));
            continue;
        }
        if let Some(gain) = options.gain {
            channel.scaling = crate::recording::Scaling::Divide { baseline: 0.0, gain };
        }
        if let Some(unit) = &options.unit {
            channel.unit = unit.clone();
            channel.uncalibrated = None;
        }
    }
    Ok(())
}

/// Writes `recording` to `path` in the format of the path's extension.
pub fn write(recording: &Recording, path: &Path, options: &WriteOptions) -> Result<Vec<Finding>> {
    let extension = path.extension().map_or_else(String::new, |e| e.to_string_lossy().to_lowercase());
    let writable = || FORMATS.iter().filter(|f| f.write.is_some());
    let format = writable().find(|f| f.extensions.contains(&extension.as_str()));
    let Some(write) = format.and_then(|f| f.write) else {
        let known: Vec<_> = writable().flat_map(|f| f.extensions.first()).map(|e| format!(".{e}")).collect();
        return Err(Error::option(
            "output",
            format!(
                "`{}`: the extension says the format; one of {} is needed",
                path.display(),
                known.join(" ")
            ),
        ));
    };
    write(recording, path, options)
}
