//! The header of an NPY file.

use crate::error::At;
use crate::format::Bytes;
use crate::{Error, Result};

/// First bytes of every file.
pub(super) const MAGIC: &[u8] = b"\x93NUMPY";

/// Number type of the array.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Number {
    /// `i`, `u` or `f`.
    pub(super) kind: u8,
    width: u8,
    pub(super) big_endian: bool,
}

impl Number {
    /// Bytes a number.
    pub(super) fn width(self) -> usize {
        usize::from(self.width)
    }
    /// Bytes a number in memory.
    pub(super) fn decoded(self) -> usize {
        match (self.kind, self.width) {
            (_, 1) | (b'i', 2) => 2,
            (b'u', 2) | (b'i' | b'f', 4) => 4,
            _ => 8,
        }
    }
    /// Bits of an integer.
    pub(super) fn bits(self) -> Option<u32> {
        (self.kind != b'f').then(|| 8 * u32::from(self.width))
    }
    fn parse(descr: &str) -> Result<Number> {
        let refuse = |why: &str| {
            Err(Error::Unsupported { format: "npy", what: format!("numbers of type `{descr}`: {why}") })
        };
        let [order, kind, width @ ..] = descr.as_bytes() else { return refuse("not known") };
        if *kind == b'O' {
            return refuse("pickled objects are never loaded");
        }
        let width = match (kind, width) {
            (b'i' | b'u', b"1") => 1,
            (b'i' | b'u', b"2") => 2,
            (b'i' | b'u' | b'f', b"4") => 4,
            (b'i' | b'u' | b'f', b"8") => 8,
            _ => return refuse("f4 f8 i1 i2 i4 i8 u1 u2 u4 u8 are read"),
        };
        let big_endian = match order {
            b'<' => false,
            b'>' => true,
            b'|' if width == 1 => false,
            b'=' => cfg!(target_endian = "big"),
            _ => return refuse("byte order not known"),
        };
        Ok(Number { kind: *kind, width, big_endian })
    }
}

/// The header, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) number: Number,
    pub(super) fortran: bool,
    pub(super) shape: Vec<u64>,
}

/// The header and the bytes behind it.
pub(super) fn parse(bytes: &[u8]) -> Result<(Header, &[u8])> {
    let mut cursor = Bytes::new(bytes, "npy");
    if cursor.take(6, "the signature")? != MAGIC {
        return Err(Error::malformed("npy", At::Byte(0), "the signature `\\x93NUMPY` is missing"));
    }
    let version = cursor.take(2, "the version")?;
    let length = match version[0] {
        1 => usize::from(cursor.u16_le("the header's length")?),
        2 | 3 => cursor.u32_le("the header's length")? as usize,
        v => return Err(Error::Unsupported { format: "npy", what: format!("version {v}") }),
    };
    let text = cursor.take(length, "the header")?;
    let text = std::str::from_utf8(text)
        .map_err(|_| Error::malformed("npy", At::Field("header".into()), "is not text"))?;
    let header = dictionary(text)?;
    let data = cursor.take(cursor.left(), "the array")?;
    Ok((header, data))
}

/// `{'descr': '<f8', 'fortran_order': False, 'shape': (5, 2000), }` and nothing else.
fn dictionary(text: &str) -> Result<Header> {
    let bad = |what: &str| {
        let shown: String = text.chars().filter(|c| !c.is_control()).take(80).collect();
        Error::malformed("npy", At::Field("header".into()), format!("{what}: `{shown}`"))
    };
    let (mut number, mut fortran, mut shape) = (None, None, None);
    let mut rest = text.trim().strip_prefix('{').ok_or_else(|| bad("no dictionary"))?;
    loop {
        rest = rest.trim_start();
        if let Some(end) = rest.strip_prefix('}') {
            if !end.trim().is_empty() {
                return Err(bad("text behind the dictionary"));
            }
            break;
        }
        let (key, after) = quoted(rest).ok_or_else(|| bad("a key is missing"))?;
        let value = after.trim_start().strip_prefix(':').ok_or_else(|| bad("`:` is missing"))?.trim_start();
        rest = match key {
            "descr" if number.is_none() => {
                if value.starts_with('[') {
                    let what = "an array of records; save one plain array";
                    return Err(Error::Unsupported { format: "npy", what: what.into() });
                }
                let (descr, after) = quoted(value).ok_or_else(|| bad("`descr` is no text"))?;
                number = Some(Number::parse(descr)?);
                after
            }
            "fortran_order" if fortran.is_none() => {
                let (after, value) = match (value.strip_prefix("True"), value.strip_prefix("False")) {
                    (Some(after), _) => (after, true),
                    (_, Some(after)) => (after, false),
                    _ => return Err(bad("`fortran_order` is neither True nor False")),
                };
                fortran = Some(value);
                after
            }
            "shape" if shape.is_none() => {
                let inside = value.strip_prefix('(').and_then(|v| v.split_once(')'));
                let (list, after) = inside.ok_or_else(|| bad("`shape` is no tuple"))?;
                let axes = list.split(',').map(str::trim).filter(|a| !a.is_empty());
                // Python 2 wrote long integers as `5L`.
                let axes: Option<Vec<u64>> = axes.map(|a| a.trim_end_matches('L').parse().ok()).collect();
                shape = Some(axes.ok_or_else(|| bad("`shape` holds something else than counts"))?);
                after
            }
            _ => return Err(bad("an unknown or repeated key")),
        };
        rest = rest.trim_start();
        rest = match rest.strip_prefix(',') {
            Some(after) => after,
            None if rest.starts_with('}') => rest,
            None => return Err(bad("`,` is missing")),
        };
    }
    match (number, fortran, shape) {
        (Some(number), Some(fortran), Some(shape)) => Ok(Header { number, fortran, shape }),
        _ => Err(bad("a key is missing")),
    }
}

/// A quoted text without escapes, and what follows it.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let (inside, after) = text[1..].split_once(quote)?;
    (!inside.contains('\\')).then_some((inside, after))
}

/// Signature and header of a C-order array of doubles; the data begin at a multiple of 64 bytes.
pub(super) fn f8(rows: usize, columns: usize) -> Vec<u8> {
    let mut text = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({rows}, {columns}), }}");
    while !(MAGIC.len() + 4 + text.len() + 1).is_multiple_of(64) {
        text.push(' ');
    }
    text.push('\n');
    let mut out = MAGIC.to_vec();
    out.extend_from_slice(&[1, 0]);
    // Two counts of at most 20 digits: far below 65,536 characters.
    out.extend_from_slice(&u16::try_from(text.len()).unwrap_or(u16::MAX).to_le_bytes());
    out.extend_from_slice(text.as_bytes());
    out
}
