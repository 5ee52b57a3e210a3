//! From bytes to lines, whatever the encoding and the line ends.
//!
//! Single-byte encodings and UTF-8 keep digits and separators as ASCII bytes, so rows are read from the
//! file's own bytes and only header lines are decoded. UTF-16 and multi-byte encodings are decoded whole.

use crate::format::ReadOptions;
use crate::{Error, Result};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;

/// A text with ASCII-compatible bytes.
#[derive(Debug)]
pub(super) struct Text<'a> {
    /// Without byte-order mark.
    pub(super) bytes: Cow<'a, [u8]>,
    /// What the user said; without it each header line is UTF-8 if valid, else Windows-1252.
    encoding: Option<&'static Encoding>,
}

/// UTF-16 without a byte-order mark: ASCII text has a NUL in every other byte.
fn utf16(head: &[u8]) -> Option<&'static Encoding> {
    let head = &head[..head.len().min(4096)];
    let nul = |first: usize| head.iter().skip(first).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (nul(0), nul(1));
    let enough = head.len() >= 8;
    // Nearly all characters of a table of numbers are ASCII: four fifths is far from either alternative.
    let most = |n: usize| enough && n * 10 >= head.len() * 4;
    if most(odd) && even == 0 {
        Some(UTF_16LE)
    } else if most(even) && odd == 0 {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Decodes as far as needed; see the module.
pub(super) fn decode<'a>(bytes: &'a [u8], options: &ReadOptions) -> Result<Text<'a>> {
    let named = match &options.encoding {
        None => None,
        Some(label) => Some(Encoding::for_label(label.trim().as_bytes()).ok_or_else(|| {
            let why = format!("`{label}` is not known; for instance utf-8, utf-16le or windows-1252");
            Error::option("encoding", why)
        })?),
    };
    let (mark, bytes) = match Encoding::for_bom(bytes) {
        Some((encoding, n)) => (Some(encoding), &bytes[n..]),
        None => (None, bytes),
    };
    // A byte-order mark is the file's own statement and goes first.
    let encoding = mark.or(named).or_else(|| utf16(bytes));
    match encoding {
        Some(e) if e != UTF_8 && !e.is_single_byte() => {
            // One UTF-16 unit becomes at most three bytes of UTF-8.
            options.check_memory((bytes.len() as u64).saturating_mul(3) / 2)?;
            let (text, _) = e.decode_without_bom_handling(bytes);
            Ok(Text { bytes: Cow::Owned(text.into_owned().into_bytes()), encoding: Some(UTF_8) })
        }
        _ => Ok(Text { bytes: Cow::Borrowed(bytes), encoding }),
    }
}

impl Text<'_> {
    /// A line of the header in words.
    pub(super) fn words(&self, line: &[u8]) -> String {
        let encoding =
            self.encoding.unwrap_or(if std::str::from_utf8(line).is_ok() { UTF_8 } else { WINDOWS_1252 });
        encoding.decode_without_bom_handling(line).0.replace(['\u{a0}', '\u{202f}', '\u{2007}'], " ")
    }
}

/// Where lines end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    /// At LF; a CR before it belongs to the end, any other is a stray.
    Lf,
    /// At CR, LF or CR LF.
    Any,
}

impl Ends {
    /// Judges by the first part of a text: in one with line feeds, few lone CRs are strays.
    pub(super) fn of(head: &[u8]) -> Ends {
        let lf = head.iter().filter(|b| **b == b'\n').count();
        let cr = head.windows(2).filter(|w| w[0] == b'\r' && !matches!(w[1], b'\n' | b'\r')).count();
        if lf > 0 && cr * 10 <= lf { Ends::Lf } else { Ends::Any }
    }
}

/// One line without its end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    /// Counted from 1.
    pub(super) number: u64,
    pub(super) bytes: &'a [u8],
    /// Offset of its first byte.
    pub(super) offset: usize,
    /// Whether a line end follows; where not, the text may have been cut.
    pub(super) ended: bool,
}

/// Lines in order.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    number: u64,
    ends: Ends,
}

impl<'a> Lines<'a> {
    /// From `offset`, where line `number` + 1 begins.
    pub(super) fn new(bytes: &'a [u8], ends: Ends, offset: usize, number: u64) -> Self {
        Lines { bytes, at: offset, number, ends }
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;
    #[inline]
    fn next(&mut self) -> Option<Line<'a>> {
        let offset = self.at;
        let rest = self.bytes.get(offset..).filter(|r| !r.is_empty())?;
        let length = match self.ends {
            Ends::Lf => rest.iter().position(|b| *b == b'\n'),
            Ends::Any => rest.iter().position(|b| matches!(b, b'\n' | b'\r')),
        };
        self.number += 1;
        let mut line = &rest[..length.unwrap_or(rest.len())];
        let two = length.is_some_and(|n| rest[n] == b'\r' && rest.get(n + 1) == Some(&b'\n'));
        self.at = offset + line.len() + usize::from(length.is_some()) + usize::from(two);
        while let [head @ .., b'\r' | b'\0' | 0x1a] = line {
            line = head;
        }
        Some(Line { number: self.number, bytes: line, offset, ended: length.is_some() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_at_any_of_the_usual_ends() {
        let lines = |text: &[u8]| -> Vec<String> {
            let text = text.to_vec();
            Lines::new(&text, Ends::of(&text), 0, 0)
                .map(|l| String::from_utf8_lossy(l.bytes).into_owned())
                .collect()
        };
        for text in ["a\nb\n", "a\r\nb\r\n", "a\rb\r", "a\r\nb\n", "a\nb", "a\r\r\nb"] {
            let got: Vec<_> = lines(text.as_bytes()).into_iter().filter(|l| !l.is_empty()).collect();
            assert_eq!(got, ["a", "b"], "{text:?}");
        }
        assert_eq!(lines(b""), Vec::<String>::new());
    }

    #[test]
    fn utf16_is_known_without_a_mark() {
        let text = "time,emg\n0.1,0.2\n";
        let le: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [le, be, text.as_bytes().to_vec()] {
            assert_eq!(&*decode(&bytes, &ReadOptions::default()).unwrap().bytes, text.as_bytes());
        }
        assert!(
            decode(b"1", &ReadOptions { encoding: Some("klingon".into()), ..Default::default() }).is_err()
        );
    }
}
