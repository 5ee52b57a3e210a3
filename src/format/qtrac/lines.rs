//! From bytes to text.

use crate::{Error, Result};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use std::borrow::Cow;

/// UTF-8 where it is valid, else Windows-1252, of which Latin-1 is a part for all letters. Any bytes give a
/// text.
pub(super) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => encoding.decode_without_bom_handling(&bytes[mark..]).0,
        None => match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
        },
    }
}

/// As [`decode`], or in the encoding that the user names; a byte-order mark goes first.
pub(super) fn decode_as<'a>(bytes: &'a [u8], label: Option<&str>) -> Result<Cow<'a, str>> {
    let Some(label) = label else { return Ok(decode(bytes)) };
    let encoding = Encoding::for_label(label.trim().as_bytes()).ok_or_else(|| {
        let why = format!("`{label}` is not known; for instance {} or windows-1252", UTF_8.name());
        Error::option("encoding", why)
    })?;
    Ok(encoding.decode(bytes).0)
}
