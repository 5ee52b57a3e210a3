//! Readers and writers.
//!
//! A format is found by content first and by name second ([`read`]). Readers are lenient: what can be
//! mended is mended, counted and told as a [`Finding`]; `strict` turns every
//! such warning into an error. Nothing is allocated by a number from a header before it is held against
//! the bytes that are there, and nothing outside the file's own folder is opened.

use crate::measure::{Finding, Severity};
use crate::recording::Recording;
use crate::units::SignalUnit;
use crate::{Error, Result};
use std::path::{Path, PathBuf};

mod bytes;
mod edf;
mod npy;
mod raw;
mod text;
mod wav;
mod wfdb;

pub use bytes::Bytes;

/// Default limit on the memory that one file may take, bytes.
pub const DEFAULT_MAX_MEMORY: u64 = 512 << 20;

/// Number type of a headerless file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are the types")]
pub enum RawEncoding {
    I16Le,
    I16Be,
    I32Le,
    F32Le,
    F64Le,
}

impl RawEncoding {
    /// All, with the words of the command line.
    pub const ALL: [(&'static str, RawEncoding); 5] = [
        ("i16le", RawEncoding::I16Le),
        ("i16be", RawEncoding::I16Be),
        ("i32le", RawEncoding::I32Le),
        ("f32le", RawEncoding::F32Le),
        ("f64le", RawEncoding::F64Le),
    ];
    /// Bytes a number.
    pub fn width(self) -> usize {
        match self {
            RawEncoding::I16Le | RawEncoding::I16Be => 2,
            RawEncoding::I32Le | RawEncoding::F32Le => 4,
            RawEncoding::F64Le => 8,
        }
    }
}

/// What the user says about a file that the file itself does not.
#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// Refuse what would otherwise be mended with a warning.
    pub strict: bool,
    /// Limit on the memory for one file's decoded samples, bytes.
    pub max_memory: u64,
    /// Unit of channels whose file states none.
    pub unit: Option<SignalUnit>,
    /// Stored numbers per unit, for channels whose file states no scale.
    pub gain: Option<f64>,
    /// For files that do not state one.
    pub sampling_frequency: Option<f64>,
    /// Read as headerless interleaved numbers of this type.
    pub raw: Option<RawEncoding>,
    /// Channels of a headerless file.
    pub channels: usize,
    /// Columns of a delimited text file to take as channels: labels or 0-based indices; empty = all.
    pub columns: Vec<String>,
    /// Decimal mark of a text file, where it cannot be told (`.` or `,`).
    pub decimal: Option<char>,
    /// Encoding of a text file by its WHATWG label, where it cannot be told.
    pub encoding: Option<String>,
}

impl Default for ReadOptions {
    fn default() -> Self {
        ReadOptions {
            strict: false,
            max_memory: DEFAULT_MAX_MEMORY,
            unit: None,
            gain: None,
            sampling_frequency: None,
            raw: None,
            channels: 1,
            columns: Vec::new(),
            decimal: None,
            encoding: None,
        }
    }
}

impl ReadOptions {
    /// Checks that `asked` bytes of decoded samples are within the limit. Call before allocating.
    pub fn check_memory(&self, asked: u64) -> Result<()> {
        if asked > self.max_memory {
            return Err(Error::Limit { name: "memory", asked, allowed: self.max_memory });
        }
        Ok(())
    }
    /// The sampling frequency for a file that states none.
    pub fn need_sampling_frequency(&self, format: &'static str) -> Result<crate::units::Hertz> {
        let value = self.sampling_frequency.ok_or_else(|| {
            Error::option(
                "sampling frequency",
                format!("the {format} file does not state it; add --sampling-frequency <Hz>"),
            )
        })?;
        crate::units::Hertz::sampling_frequency(value)
    }
}

/// A file's bytes, and the way to the files beside it.
#[derive(Debug, Clone)]
pub struct Source {
    /// As the user named it.
    pub name: String,
    /// All bytes.
    pub bytes: Vec<u8>,
    /// Folder that files named inside this file must lie in; `None` when there is none (tests, fuzzing).
    pub folder: Option<PathBuf>,
}

impl Source {
    /// Reads a file, after holding its size against `max_memory`.
    pub fn open(path: &Path, max_memory: u64) -> Result<Self> {
        let io = |source| Error::io(path, source);
        let metadata = std::fs::metadata(path).map_err(io)?;
        if metadata.is_dir() {
            return Err(Error::io(path, std::io::Error::other("is a folder, not a recording")));
        }
        if metadata.len() > max_memory {
            return Err(Error::Limit { name: "memory", asked: metadata.len(), allowed: max_memory }
                .in_file(&path.display().to_string()));
        }
        let bytes = std::fs::read(path).map_err(io)?;
        let folder =
            path.parent().map(|p| if p.as_os_str().is_empty() { PathBuf::from(".") } else { p.into() });
        Ok(Source { name: path.display().to_string(), bytes, folder })
    }
    /// Bytes that lie in no folder.
    pub fn from_bytes(name: &str, bytes: Vec<u8>) -> Self {
        Source { name: name.to_owned(), bytes, folder: None }
    }
    /// Lower-case extension of the name, without the dot.
    pub fn extension(&self) -> String {
        Path::new(&self.name).extension().map_or_else(String::new, |e| e.to_string_lossy().to_lowercase())
    }
    /// Name without folder and extension.
    pub fn stem(&self) -> String {
        Path::new(&self.name).file_stem().map_or_else(String::new, |s| s.to_string_lossy().into_owned())
    }
    /// Opens a file that this one names. Only plain relative names inside the folder: no absolute path, no
    /// `..`, no link that leads out of it.
    pub fn sibling(&self, name: &str, options: &ReadOptions) -> Result<Source> {
        let refuse = |why: &str| {
            Err(Error::malformed(
                "file",
                At::Field(format!("name `{name}`")),
                format!("{why}; files are opened only inside the recording's own folder"),
            ))
        };
        let Some(folder) = &self.folder else { return refuse("there is no folder") };
        let relative = Path::new(name);
        let plain = relative.components().all(|c| matches!(c, std::path::Component::Normal(_)));
        if name.is_empty() || !plain || name.contains(['\0', '\\']) || name.contains("://") {
            return refuse("not a plain relative name");
        }
        let path = folder.join(relative);
        let io = |source| Error::io(&path, source);
        let (real, root) =
            (path.canonicalize().map_err(io)?, folder.canonicalize().map_err(|e| Error::io(folder, e))?);
        if !real.starts_with(root) {
            return refuse("leads out of the folder");
        }
        Source::open(&path, options.max_memory)
    }
}

use crate::error::At;

/// What a writer may be told.
#[derive(Debug, Clone, Default)]
pub struct WriteOptions {}

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
    /// `None` when it is only written.
    pub read: Option<Reader>,
    /// `None` when it is only read.
    pub write: Option<Writer>,
    /// How well.
    pub grade: Grade,
    /// Files of the test data that exercise it.
    pub fixtures: &'static [&'static str],
    /// Specification.
    pub source: &'static str,
}

/// Every format, in the order of the README's table.
pub static FORMATS: &[&Format] =
    &[&wfdb::FORMAT, &edf::EDF, &edf::BDF, &wav::FORMAT, &text::FORMAT, &npy::FORMAT, &raw::FORMAT];

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
        .filter(|f| f.read.is_some())
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

/// Reads from bytes; see [`read`].
pub fn read_source(source: &Source, options: &ReadOptions) -> Result<Recording> {
    // What the user says of a headerless file goes before what its bytes look like.
    let format = if options.raw.is_some() { &raw::FORMAT } else { detect(source)? };
    let read = format.read.ok_or_else(|| Error::Unsupported { format: format.id, what: "reading".into() })?;
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
