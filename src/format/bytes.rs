//! A bounded cursor over a file's bytes.

use crate::error::At;
use crate::{Error, Result};

/// Reads forwards and knows where it is; reading past the end is an error with the offset.
#[derive(Debug, Clone)]
pub struct Bytes<'a> {
    all: &'a [u8],
    at: usize,
    format: &'static str,
}

impl<'a> Bytes<'a> {
    /// A cursor at the start of `all`; `format` names the format in errors.
    pub fn new(all: &'a [u8], format: &'static str) -> Self {
        Bytes { all, at: 0, format }
    }
    /// Offset from the start.
    pub fn offset(&self) -> u64 {
        self.at as u64
    }
    /// Bytes left.
    pub fn left(&self) -> usize {
        self.all.len() - self.at
    }
    /// The next `n` bytes; `what` says what they would have been.
    pub fn take(&mut self, n: usize, what: &str) -> Result<&'a [u8]> {
        if n > self.left() {
            let text = format!("the file ends inside {what}: {n} bytes needed, {} there", self.left());
            return Err(self.malformed(text));
        }
        let out = &self.all[self.at..self.at + n];
        self.at += n;
        Ok(out)
    }
    /// An [`Error::Malformed`] at the present offset.
    pub fn malformed(&self, what: impl Into<String>) -> Error {
        Error::malformed(self.format, At::Byte(self.at as u64), what)
    }
    /// Two bytes, little-endian.
    pub fn u16_le(&mut self, what: &str) -> Result<u16> {
        let b = self.take(2, what)?;
        Ok(u16::from_le_bytes([b[0], b[1]]))
    }
    /// Four bytes, little-endian.
    pub fn u32_le(&mut self, what: &str) -> Result<u32> {
        let b = self.take(4, what)?;
        Ok(u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
    }
}
