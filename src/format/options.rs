//! What the user says about files that do not say it themselves.

use crate::units::SignalUnit;
use crate::{Error, Result};

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

/// What a writer may be told.
#[derive(Debug, Clone, Default)]
pub struct WriteOptions {}
