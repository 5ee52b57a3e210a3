//! An array read row by row, for files that need not fit into memory.

use super::header::{self, MAGIC, Number};
use crate::error::At;
use crate::{Error, Result};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// How a number is stored; little-endian.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Element {
    /// 16-bit integer.
    I16,
    /// Single.
    F32,
    /// Double.
    F64,
}

impl Element {
    /// Bytes a number.
    pub fn width(self) -> usize {
        match self {
            Element::I16 => 2,
            Element::F32 => 4,
            Element::F64 => 8,
        }
    }
}

/// Longest header that is read: ample for one of two axes (the format allows 4 GiB).
const HEADER: usize = 1 << 16;

/// A two-dimensional array whose rows lie one behind the other, opened but not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows {
    path: PathBuf,
    /// Where the first row begins.
    offset: u64,
    /// How a number is stored.
    pub element: Element,
    /// Rows.
    pub rows: usize,
    /// Numbers a row.
    pub columns: usize,
}

impl Rows {
    /// Opens an array of rows × columns (one axis counts as one row).
    ///
    /// # Errors
    /// No such file; no NPY file; numbers that are not little-endian i2, f4 or f8; columns that lie together
    /// (Fortran order); more than two axes; fewer bytes than the shape announces.
    pub fn open(path: &Path) -> Result<Rows> {
        let io = |e| Error::io(path, e);
        let mut file = File::open(path).map_err(io)?;
        let length = file.metadata().map_err(io)?.len();
        let mut head = Vec::new();
        (&mut file).take(HEADER as u64).read_to_end(&mut head).map_err(io)?;
        let named = |e: Error| e.in_file(&path.to_string_lossy());
        if !head.starts_with(MAGIC) {
            let what = "no NPY file".to_owned();
            return Err(named(Error::Unsupported { format: "npy", what }));
        }
        let (header, data) = header::parse(&head).map_err(named)?;
        let offset = (head.len() - data.len()) as u64;
        let element = element(header.number).ok_or_else(|| {
            let what = "rows of numbers other than little-endian i2, f4 or f8".to_owned();
            named(Error::Unsupported { format: "npy", what })
        })?;
        let (rows, columns) = match header.shape[..] {
            [n] => (1, n),
            [rows, columns] if !header.fortran || rows == 1 => (rows, columns),
            _ => {
                let what = "rows of an array in Fortran order or of more than two axes".to_owned();
                return Err(named(Error::Unsupported { format: "npy", what }));
            }
        };
        let bytes = rows.checked_mul(columns).and_then(|n| n.checked_mul(element.width() as u64));
        if rows == 0 || columns == 0 || bytes.is_none_or(|n| n > length - offset) {
            let what = format!("shape {:?} does not fit into {} bytes", header.shape, length - offset);
            return Err(named(Error::malformed("npy", At::Field("shape".into()), what)));
        }
        let count = |n: u64| {
            usize::try_from(n)
                .map_err(|_| named(Error::Limit { name: "memory", asked: n, allowed: usize::MAX as u64 }))
        };
        Ok(Rows { path: path.to_owned(), offset, element, rows: count(rows)?, columns: count(columns)? })
    }

    /// Bytes a row.
    pub fn row_bytes(&self) -> usize {
        self.columns * self.element.width()
    }

    /// A handle for [`Rows::read`]; each thread takes its own.
    ///
    /// # Errors
    /// The file is gone.
    pub fn reader(&self) -> Result<File> {
        File::open(&self.path).map_err(|e| Error::io(&self.path, e))
    }

    /// Reads `n` rows from `first` on into `out` (its length is set; what it held is overwritten).
    ///
    /// # Errors
    /// The file is shorter than when it was opened, or cannot be read.
    pub fn read(&self, file: &mut File, first: usize, n: usize, out: &mut Vec<u8>) -> Result<()> {
        let start = self.offset + first as u64 * self.row_bytes() as u64;
        out.resize(n * self.row_bytes(), 0);
        file.seek(SeekFrom::Start(start))
            .and_then(|_| file.read_exact(out))
            .map_err(|e| Error::io(&self.path, e))
    }

    /// The numbers of one row's bytes.
    pub fn decode(&self, row: &[u8], out: &mut Vec<f64>) {
        out.clear();
        match self.element {
            Element::I16 => out.extend(row.as_chunks().0.iter().map(|b| f64::from(i16::from_le_bytes(*b)))),
            Element::F32 => out.extend(row.as_chunks().0.iter().map(|b| f64::from(f32::from_le_bytes(*b)))),
            Element::F64 => out.extend(row.as_chunks().0.iter().map(|b| f64::from_le_bytes(*b))),
        }
    }
}

fn element(number: Number) -> Option<Element> {
    match (number.kind, number.width(), number.big_endian) {
        (b'i', 2, false) => Some(Element::I16),
        (b'f', 4, false) => Some(Element::F32),
        (b'f', 8, false) => Some(Element::F64),
        _ => None,
    }
}
