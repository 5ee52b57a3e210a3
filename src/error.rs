//! The one error type.

use std::fmt;
use std::path::PathBuf;

/// Shorthand for results with [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

/// Where in a file something was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum At {
    /// Byte offset from the start of the file.
    Byte(u64),
    /// Line of a text file, counted from 1.
    Line(u64),
    /// Data record, counted from 1.
    Record(u64),
    /// A named field, for instance of a header.
    Field(String),
    /// The file as a whole.
    File,
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            At::Byte(n) => write!(f, "byte {n}"),
            At::Line(n) => write!(f, "line {n}"),
            At::Record(n) => write!(f, "record {n}"),
            At::Field(name) => write!(f, "{name}"),
            At::File => write!(f, "file"),
        }
    }
}

/// What went wrong, split by who can mend it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "a variant's comment speaks for its fields")]
pub enum Error {
    /// The operating system refused.
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: std::io::Error },
    /// The file breaks its format's rules. `what` gives the value read and, where there is one, the remedy.
    #[error("{format}: {at}: {what}")]
    Malformed { format: &'static str, at: At, what: String },
    /// The file is legal, but this is not read.
    #[error("{format}: not supported: {what}")]
    Unsupported { format: &'static str, what: String },
    /// A limit against hostile or damaged input was reached before anything was allocated.
    #[error("{name}: {asked} asked for, {allowed} allowed{}", if *name == "memory" { " (bytes; raise it with --max-memory)" } else { "" })]
    Limit { name: &'static str, asked: u64, allowed: u64 },
    /// An option is out of its range, unknown, or missing. `why` says what would be right.
    #[error("{name}: {why}")]
    Option { name: String, why: String },
    /// The signal does not allow what was asked.
    #[error("signal: {0}")]
    Signal(String),
    /// Any of the above, with the file it concerns.
    #[error("{file}: {source}")]
    In { file: String, source: Box<Error> },
}

impl Error {
    /// An [`Error::Option`].
    pub fn option(name: impl Into<String>, why: impl Into<String>) -> Self {
        Error::Option { name: name.into(), why: why.into() }
    }

    /// An [`Error::Malformed`].
    pub fn malformed(format: &'static str, at: At, what: impl Into<String>) -> Self {
        Error::Malformed { format, at, what: what.into() }
    }

    /// An [`Error::Io`].
    pub fn io(path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        Error::Io { path: path.into(), source }
    }

    /// Names the file that the error concerns, once.
    #[must_use]
    pub fn in_file(self, file: &str) -> Self {
        match self {
            Error::In { .. } | Error::Io { .. } => self,
            other => Error::In { file: file.to_owned(), source: Box::new(other) },
        }
    }

    /// Whether the file is none of the known formats, or holds no samples in time: in a folder, such files
    /// are left out.
    pub fn is_no_recording(&self) -> bool {
        match self {
            Error::Unsupported { format, .. } => matches!(*format, "file" | "qtrac"),
            Error::In { source, .. } => source.is_no_recording(),
            _ => false,
        }
    }

    /// Whether a text file holds no table of numbers: in a folder, notes and the like.
    pub fn is_no_table(&self) -> bool {
        match self {
            Error::Malformed { format, what, .. } => *format == "text" && what == "no table of numbers found",
            Error::In { source, .. } => source.is_no_table(),
            _ => false,
        }
    }

    /// Whether the person who typed the command can mend it by typing another one (exit code 2).
    pub fn is_usage(&self) -> bool {
        match self {
            Error::Option { .. } => true,
            Error::In { source, .. } => source.is_usage(),
            _ => false,
        }
    }
}

/// The known name nearest to `asked`, for "did you mean".
pub fn nearest<'a>(asked: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|k| (strsim::jaro_winkler(&asked.to_lowercase(), &k.to_lowercase()), k))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, k)| k)
}

/// An [`Error::Option`] for an id that no table has, naming the nearest one that is there.
pub fn unknown_id<'a>(kind: &str, asked: &str, known: impl IntoIterator<Item = &'a str>) -> Error {
    let hint = nearest(asked, known).map_or(String::new(), |k| format!("; the nearest known one is `{k}`"));
    Error::option(kind, format!("`{asked}` is not known{hint}"))
}
