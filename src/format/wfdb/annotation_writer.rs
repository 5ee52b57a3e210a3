//! Writes annotations as an MIT annotation file; the counterpart of [`super::annotation`].

use super::ID;
use super::annotation::{NOTE, RESOLUTION, SYMBOLS};
use crate::Result;
use crate::measure::{Finding, Severity};
use crate::output::write_atomic;
use crate::recording::Recording;
use std::path::Path;

/// Ticks a second where onsets do not lie on frames. Our choice: finer than any annotation is set.
const FINE_HZ: f64 = 1e6;
/// Takes the channel away again; no record has so many signals. Our choice: the format has no word for it.
const NO_CHANNEL: u8 = 255;
/// Longest note: its length is a byte.
const MAX_NOTE: usize = 255;

/// Writes the annotations of `recording` to `path`. Comments carry the text; what was read from WFDB gets
/// its symbols back.
pub(super) fn write(
    recording: &Recording,
    path: &Path,
    frame_rate: f64,
    findings: &mut Vec<Finding>,
) -> Result<()> {
    let mut tell = |severity, count: usize, what: String| {
        findings.push(Finding::file("conversion", severity, count as u64, 0.0, what));
    };
    if recording.annotations.is_empty() {
        if path.exists() {
            let what =
                format!("`{}` of an earlier record stays, and will be read with this one", path.display());
            tell(Severity::Warning, 1, what);
        }
        return Ok(());
    }
    let on_frames = recording.annotations.iter().all(|a| {
        let ticks = a.onset_s * frame_rate;
        // The onset must come back to the last bit from the number of the frame.
        ticks.round() / frame_rate == a.onset_s
    });
    let ticks_per_second = if on_frames { frame_rate } else { FINE_HZ };
    let mut out = Vec::new();
    if !on_frames {
        let text = format!("{RESOLUTION}{ticks_per_second}");
        mark(&mut out, 0, NOTE);
        aux(&mut out, text.as_bytes());
        // Ends what describes the file, as in files of WFDB programs: back by one, then a mark without type.
        skip(&mut out, -1);
        out.extend_from_slice(&[1, 0]);
    }
    let mut order: Vec<_> = recording.annotations.iter().collect();
    order.sort_by(|a, b| a.onset_s.total_cmp(&b.onset_s));
    let (mut last, mut chan) = (0i64, None);
    let (mut cut, mut durations, mut unwritable, mut rounded) = (0, 0, 0, 0);
    for annotation in order {
        #[expect(clippy::cast_possible_truncation, reason = "saturates; far outside what is accepted next")]
        let ticks = (annotation.onset_s * ticks_per_second).round() as i64;
        if !annotation.onset_s.is_finite() || ticks.unsigned_abs() > 1 << 50 {
            unwritable += 1;
            continue;
        }
        #[expect(clippy::cast_precision_loss, reason = "below 2^50")]
        let comes_back = ticks as f64 / ticks_per_second == annotation.onset_s;
        rounded += usize::from(!comes_back);
        let text = annotation.text.replace(['\r', '\n', '\0'], " ");
        let (code, note) = split(&text, recording.format == ID);
        let mut step = ticks - last;
        last = ticks;
        while !(0..1024).contains(&step) {
            let part = step.clamp(i64::from(i32::MIN), i64::from(i32::MAX));
            skip(&mut out, part);
            step -= part;
        }
        mark(&mut out, step, code);
        let channel = annotation.channel.as_ref();
        let index = channel.and_then(|label| recording.channels.iter().position(|c| &c.label == label));
        let index = index.and_then(|i| u8::try_from(i).ok()).filter(|&i| i != NO_CHANNEL);
        // A channel holds until the next is named; before the first, none is.
        let named = index.or_else(|| chan.map(|_| NO_CHANNEL));
        if named != chan {
            out.extend_from_slice(&[named.unwrap_or(NO_CHANNEL), 62 << 2]);
            chan = named;
        }
        let end = note.floor_char_boundary(MAX_NOTE);
        cut += usize::from(end < note.len());
        durations += usize::from(annotation.duration_s.is_some_and(|d| d > 0.0));
        aux(&mut out, &note.as_bytes()[..end]);
    }
    out.extend_from_slice(&[0, 0]);
    write_atomic(path, |file| file.write_all(&out))?;
    if cut > 0 {
        tell(
            Severity::Warning,
            cut,
            format!("{cut} annotations are longer than {MAX_NOTE} bytes and were cut"),
        );
    }
    if durations > 0 {
        tell(
            Severity::Note,
            durations,
            format!("durations of {durations} annotations are not written: WFDB has none"),
        );
    }
    if rounded > 0 {
        tell(Severity::Note, rounded, format!("onsets of {rounded} annotations are rounded to microseconds"));
    }
    if unwritable > 0 {
        tell(
            Severity::Warning,
            unwritable,
            format!("{unwritable} annotations lie too far off to be written"),
        );
    }
    Ok(())
}

/// Code and note of a text. Only what came from WFDB may be a symbol: elsewhere `N` is no normal beat.
fn split(text: &str, from_wfdb: bool) -> (u8, &str) {
    let code = |symbol: u8| {
        SYMBOLS.iter().position(|&s| s == symbol && s != b' ').and_then(|p| u8::try_from(p).ok())
    };
    let known = match text.as_bytes() {
        [symbol] | [symbol, b' ', _, ..] if from_wfdb => code(*symbol).filter(|&c| c != NOTE),
        _ => None,
    };
    known.map_or((NOTE, text), |code| (code, text.get(2..).unwrap_or("")))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the interval is below 1024")]
fn mark(out: &mut Vec<u8>, interval: i64, code: u8) {
    out.extend_from_slice(&(u16::from(code) << 10 | interval as u16).to_le_bytes());
}

/// A long interval: high half first, low byte first in each half.
#[expect(clippy::cast_possible_truncation, reason = "the caller keeps to 32 bits")]
fn skip(out: &mut Vec<u8>, interval: i64) {
    let b = (interval as i32).to_le_bytes();
    out.extend_from_slice(&[0, 59 << 2, b[2], b[3], b[0], b[1]]);
}

#[expect(clippy::cast_possible_truncation, reason = "the caller keeps to 255 bytes")]
fn aux(out: &mut Vec<u8>, text: &[u8]) {
    if !text.is_empty() {
        out.extend_from_slice(&[text.len() as u8, 63 << 2]);
        out.extend_from_slice(text);
        out.resize(out.len().next_multiple_of(2), 0);
    }
}
