//! A header that has lost bytes behind its last number: every field reads well, every sample is wrong.

use super::header::{Header, Signal};
use super::usize_of;
use crate::error::At;
use crate::{Error, Result};

/// Most missing bytes that are looked for; our choice, the width of one signal's header.
const MOST_LOST: u64 = 256;

/// Refuses a file that is `k` bytes too short when its first samples or annotations stand `k` bytes too
/// early, inside the header. A file that is only cut at its end passes.
pub(super) fn check(header: &Header, bytes: &[u8]) -> Result<()> {
    let declared = header.records.and_then(|n| u64::try_from(n).ok()).unwrap_or(0);
    let expected = declared.checked_mul(header.record_bytes).and_then(|n| n.checked_add(header.size));
    let Some(lost) = expected.and_then(|n| n.checked_sub(bytes.len() as u64)) else { return Ok(()) };
    if lost == 0 || lost > MOST_LOST {
        return Ok(());
    }
    let early = match header.signals.iter().find(|s| s.is_annotation) {
        Some(signal) => {
            onset_at(header, signal, bytes, 0) == Some(false)
                && onset_at(header, signal, bytes, lost) == Some(true)
        }
        None => {
            let (end, lost) = (usize_of(header.size), usize_of(lost));
            let tail = &bytes[end - lost..end];
            // A field filled with NUL throughout is padding, not samples.
            tail.iter().any(|b| !(32..127).contains(b)) && (32..127).contains(&bytes[end - lost - 1])
        }
    };
    if !early {
        return Ok(());
    }
    let what = format!(
        "the header is {lost} bytes shorter than the {} it says: the first record stands inside the reserved fields",
        header.size
    );
    Err(Error::malformed(header.kind.id(), At::Byte(header.size - lost), what))
}

/// Whether the first record's onset stands at its place, moved `early` bytes ahead.
fn onset_at(header: &Header, signal: &Signal, bytes: &[u8], early: u64) -> Option<bool> {
    let at = usize_of((header.size + signal.offset).checked_sub(early)?);
    let head = bytes.get(at..at + 2)?;
    Some(matches!(head[0], b'+' | b'-') && head[1].is_ascii_digit())
}
