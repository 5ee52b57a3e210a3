//! One field of the header: fixed width, ASCII, filled with blanks, and what is mended about it.

use super::codes::{self, Mends};
use crate::error::At;
use crate::{Error, Result};

/// A field with its place and its name for messages.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field<'a> {
    /// Id of the format, for errors.
    pub(super) format: &'static str,
    /// What the specification calls it.
    pub(super) name: &'static str,
    /// Signal it belongs to, from 1; `None` in the first 256 bytes.
    pub(super) signal: Option<usize>,
    /// Offset of its first byte.
    pub(super) at: u64,
    /// Its bytes.
    pub(super) raw: &'a [u8],
}

impl Field<'_> {
    /// Name with the signal's number.
    pub(super) fn title(&self) -> String {
        match self.signal {
            Some(n) => format!("{} of signal {n}", self.name),
            None => self.name.to_owned(),
        }
    }
    /// An error that names the field, its offset and what it holds.
    pub(super) fn malformed(&self, why: &str) -> Error {
        let held = String::from_utf8_lossy(self.raw);
        let held: String = held.chars().map(|c| if c.is_control() { '.' } else { c }).collect();
        Error::malformed(self.format, At::Byte(self.at), format!("{}: `{held}` {why}", self.title()))
    }
    /// The bytes up to the padding.
    fn trimmed(&self, mends: &mut Mends) -> &[u8] {
        let mut raw = self.raw;
        if let Some(nul) = raw.iter().position(|&b| b == 0) {
            mends.add(&codes::NUL_PADDING, self.at, || self.title());
            raw = &raw[..nul];
        }
        raw.trim_ascii_end()
    }
    /// As text. Control bytes become blanks.
    pub(super) fn text(&self, mends: &mut Mends) -> String {
        let raw = self.trimmed(mends);
        if raw.iter().all(|b| (32..127).contains(b)) {
            return String::from_utf8_lossy(raw).trim().to_owned();
        }
        mends.add(&codes::NON_ASCII, self.at, || self.title());
        let text = match std::str::from_utf8(raw) {
            Ok(text) => text.to_owned(),
            Err(_) => raw.iter().map(|&b| char::from(b)).collect(),
        };
        text.replace(char::is_control, " ").trim().to_owned()
    }
    /// The text of a number; `None` when blank.
    pub(super) fn number_text(&self, mends: &mut Mends) -> Result<Option<String>> {
        let raw = self.trimmed(mends);
        let text = raw.trim_ascii_start();
        if text.is_empty() {
            return Ok(None);
        }
        if text.len() < raw.len() {
            mends.add(&codes::LEADING_BLANK, self.at, || self.title());
        }
        let mut text = String::from_utf8_lossy(text).into_owned();
        if text.contains(',') && !text.contains('.') {
            mends.add(&codes::DECIMAL_COMMA, self.at, || format!("{} `{text}`", self.title()));
            text = text.replacen(',', ".", 1);
        }
        let plain = |b: u8| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E');
        if text.bytes().all(plain) && text.parse::<f64>().is_ok() {
            Ok(Some(text))
        } else {
            Err(self.malformed("is no number"))
        }
    }
    /// As a number, which may be infinite when it is beyond all bounds; `None` when blank.
    pub(super) fn number(&self, mends: &mut Mends) -> Result<Option<f64>> {
        Ok(self.number_text(mends)?.and_then(|text| text.parse().ok()))
    }
    /// As a whole number; `None` when blank.
    pub(super) fn integer(&self, mends: &mut Mends) -> Result<Option<i64>> {
        let Some(text) = self.number_text(mends)? else { return Ok(None) };
        if let Ok(value) = text.parse() {
            return Ok(Some(value));
        }
        let value: f64 = text.parse().unwrap_or(f64::NAN);
        // Counts up to 2^53 are whole numbers in both types.
        if value.fract() == 0.0 && value.abs() <= 9e15 {
            mends.add(&codes::WHOLE_NUMBER, self.at, || format!("{} `{text}`", self.title()));
            #[expect(clippy::cast_possible_truncation, reason = "whole and far inside i64, checked above")]
            return Ok(Some(value as i64));
        }
        Err(self.malformed("is no whole number"))
    }
}
