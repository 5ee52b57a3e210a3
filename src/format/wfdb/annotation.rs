//! Annotation files beside a record: `record.atr` and other known extensions.
//!
//! Two formats, told apart by content (annot(5) of the WFDB Applications Guide): MIT, two bytes and more
//! an annotation, and AHA, 16 bytes each.
//!
//! # What becomes of an annotation
//! Text is the note's own words for a comment (`"`); otherwise the symbol (`N`, `V`, `+`, …), and symbol,
//! blank, words where there are both. The channel is set once the file names one. Subtype and number are
//! not kept. Times count frames of the record unless the file states its own resolution.

use crate::format::{ReadOptions, Source};
use crate::measure::{Finding, Severity};
use crate::recording::{Annotation, Channel};
use crate::units::Hertz;
use std::collections::HashMap;

/// Extensions under which annotators are published. Others are not looked at.
const EXTENSIONS: &[&str] = &[
    "atr", "ann", "ari", "qrs", "ecg", "emg", "man", "mu", "wqrs", "gqrs", "sqrs", "xqrs", "apn", "st", "not",
];
/// Longest annotation file read, bytes. Our choice.
const MAX_BYTES: u64 = 16 << 20;
/// Most annotations kept of a record. Our choice.
pub(super) const MAX_ANNOTATIONS: usize = 1_000_000;

/// Symbols of the codes 0 to 41 (ecgcodes.h of the WFDB library); blank where a code has none.
pub(super) const SYMBOLS: &[u8; 42] = b" NLRaVFJASEj/Q~ | sT*D\"=pB^t+u?![]en@xf()r";
/// Code of a comment.
pub(super) const NOTE: u8 = 22;
/// Begins the note that states the file's own time resolution, Hz.
pub(super) const RESOLUTION: &str = "## time resolution: ";

/// One annotation as stored.
#[derive(Debug, Clone, PartialEq)]
struct Mark {
    ticks: i64,
    code: u8,
    channel: Option<u8>,
    words: String,
}

/// An annotation file, parsed.
#[derive(Debug, Default, PartialEq)]
struct Marks {
    marks: Vec<Mark>,
    /// Ticks a second where the file says it.
    resolution: Option<f64>,
    /// Symbols that the file defines.
    symbols: HashMap<u8, String>,
    /// Why the end is missing; `None` for a whole file.
    cut: Option<String>,
}

/// Reads all annotation files of the record `stem` beside `source`, in order of onset. `signal_files` are
/// not annotation files, whatever their names.
pub(super) fn read(
    stem: &str,
    signal_files: &[&str],
    (source, rate): (&Source, Hertz),
    channels: &[Channel],
    options: &ReadOptions,
    findings: &mut Vec<Finding>,
) -> Vec<Annotation> {
    let mut out = Vec::new();
    let Some(folder) = &source.folder else { return out };
    for extension in EXTENSIONS {
        let name = format!("{stem}.{extension}");
        let length =
            std::fs::metadata(folder.join(&name)).ok().filter(std::fs::Metadata::is_file).map(|m| m.len());
        let Some(length) = length.filter(|_| !signal_files.contains(&name.as_str())) else { continue };
        let mut tell = |check, severity, what: String| {
            findings.push(Finding::file(check, severity, 1, 0.0, format!("{name}: {what}")));
        };
        if length > MAX_BYTES {
            tell(
                "header",
                Severity::Warning,
                format!("{length} bytes; annotations are not read from so many"),
            );
            continue;
        }
        let opened = match source.sibling(&name, options) {
            Ok(opened) => opened,
            Err(error) => {
                tell("header", Severity::Warning, format!("annotations are not read: {error}"));
                continue;
            }
        };
        let Some(marks) = parse(&opened.bytes) else {
            tell("header", Severity::Note, "is no annotation file, and is not read".into());
            continue;
        };
        // Other binary data can pass for a cut file, but hardly with times inside the record.
        let inside = |m: &Mark| (0..=ticks_in_record(&marks, rate, channels)).contains(&m.ticks);
        if marks.cut.is_some() && !marks.marks.iter().all(inside) {
            tell("header", Severity::Note, "is no annotation file, and is not read".into());
            continue;
        }
        if let Some(cut) = &marks.cut {
            tell("truncated", Severity::Warning, cut.clone());
        }
        let room = MAX_ANNOTATIONS - out.len();
        if marks.marks.len() > room {
            tell(
                "header",
                Severity::Warning,
                format!("more than {MAX_ANNOTATIONS} annotations; the rest is not read"),
            );
        }
        out.extend(convert(marks, rate, channels).take(room));
    }
    out.sort_by(|a, b| a.onset_s.total_cmp(&b.onset_s));
    out
}

/// Ticks until the end of the longest channel, and a second more.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "saturates; a bound is all that is asked"
)]
fn ticks_in_record(marks: &Marks, rate: Hertz, channels: &[Channel]) -> i64 {
    let seconds = channels.iter().map(|c| c.len() as f64 / c.sampling_frequency.0).fold(0.0, f64::max);
    ((seconds + 1.0) * marks.resolution.unwrap_or(rate.0)) as i64
}

fn convert(marks: Marks, rate: Hertz, channels: &[Channel]) -> impl Iterator<Item = Annotation> {
    let Marks { marks, resolution, symbols, .. } = marks;
    let ticks_per_second = resolution.unwrap_or(rate.0);
    marks.into_iter().map(move |mark| {
        let symbol = match symbols.get(&mark.code) {
            Some(own) => own.clone(),
            None => SYMBOLS
                .get(usize::from(mark.code))
                .filter(|s| **s != b' ')
                .map_or_else(|| format!("[{}]", mark.code), |s| char::from(*s).to_string()),
        };
        let text = match (mark.words.is_empty(), mark.code) {
            (true, _) => symbol,
            (false, NOTE) => mark.words,
            (false, _) => format!("{symbol} {}", mark.words),
        };
        #[expect(clippy::cast_precision_loss, reason = "times beyond 2^53 ticks are no times of a recording")]
        let onset_s = mark.ticks as f64 / ticks_per_second;
        let channel = mark.channel.and_then(|c| channels.get(usize::from(c))).map(|c| c.label.clone());
        Annotation { onset_s, duration_s: None, text, channel }
    })
}

/// `None` when the bytes are no annotation file.
fn parse(bytes: &[u8]) -> Option<Marks> {
    if let Some(marks) = parse_aha(bytes) {
        return Some(marks);
    }
    // Text has letters where annotation types would be; every file of the other format ends with two zeros
    // unless it was cut, and no type lies between the last known and the first special one.
    let raw = parse_mit(bytes)?;
    Some(definitions(raw))
}

/// A long integer with its high half first and the low byte first in each half.
fn pdp(b: &[u8]) -> i64 {
    i64::from(i32::from_le_bytes([b[2], b[3], b[0], b[1]]))
}

/// Words of a note; NUL padding is left out.
fn words(bytes: &[u8]) -> String {
    let end = bytes.iter().rposition(|&b| b != 0).map_or(0, |last| last + 1);
    match std::str::from_utf8(&bytes[..end]) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::WINDOWS_1252.decode(&bytes[..end]).0.into_owned(),
    }
}

fn parse_mit(bytes: &[u8]) -> Option<Marks> {
    /// Special codes: see the module's source.
    const SKIP: u8 = 59;
    const NUM: u8 = 60;
    const SUB: u8 = 61;
    const CHN: u8 = 62;
    const AUX: u8 = 63;
    let mut out = Marks::default();
    let (mut at, mut time, mut channel) = (0usize, 0i64, None);
    let cut = |at: usize| Some(format!("ends inside an annotation, at byte {at}"));
    while let Some(pair) = bytes.get(at..at + 2) {
        let word = u16::from_le_bytes([pair[0], pair[1]]);
        let (code, value) = (pair[1] >> 2, word & 0x3ff);
        at += 2;
        match code {
            0 if value == 0 => {
                // Only padding follows the end mark; anything else is no annotation file.
                return bytes[at..].iter().all(|&b| b == 0).then_some(out);
            }
            SKIP => {
                let Some(long) = bytes.get(at..at + 4) else {
                    out.cut = cut(at);
                    return Some(out);
                };
                time = time.checked_add(pdp(long))?;
                at += 4;
            }
            NUM | SUB => {}
            CHN => {
                channel = Some(pair[0]);
                if let Some(last) = out.marks.last_mut() {
                    last.channel = channel;
                }
            }
            AUX => {
                let length = usize::from(value);
                let Some(text) = bytes.get(at..at + length) else {
                    out.cut = cut(at);
                    return Some(out);
                };
                // A note before any annotation has nothing to belong to.
                if let Some(last) = out.marks.last_mut() {
                    last.words = words(text);
                }
                at += length.next_multiple_of(2);
            }
            50..=58 => return None,
            _ => {
                time = time.checked_add(i64::from(value))?;
                out.marks.push(Mark { ticks: time, code, channel, words: String::new() });
            }
        }
    }
    out.cut = Some(format!("has no end mark, {} bytes were read", bytes.len()));
    (!out.marks.is_empty() && !is_text(bytes)).then_some(out)
}

fn is_text(bytes: &[u8]) -> bool {
    bytes.iter().take(4096).all(|&b| matches!(b, b'\t' | b'\n' | b'\r' | 0x20..=0x7e))
}

/// Takes out what is no annotation but tells how to read them: the time resolution, definitions of own
/// symbols, and marks without a type that only move the time.
fn definitions(mut raw: Marks) -> Marks {
    let mut defining = false;
    let (mut resolution, mut symbols) = (None, HashMap::new());
    raw.marks.retain(|mark| {
        let text = mark.words.trim();
        if mark.code == NOTE && mark.ticks == 0 && text.starts_with("##") {
            if let Some(value) = mark.words.strip_prefix(RESOLUTION) {
                let value = value.trim().parse().ok().filter(|v: &f64| v.is_finite() && *v > 0.0);
                resolution = resolution.or(value);
                return value.is_none();
            }
            if text == "## annotation type definitions" {
                defining = true;
                return false;
            }
            if text == "## end of definitions" {
                defining = false;
                return false;
            }
        }
        if defining && mark.code == NOTE {
            let mut fields = text.split_whitespace();
            if let (Some(Ok(code)), Some(symbol)) = (fields.next().map(str::parse), fields.next()) {
                symbols.insert(code, symbol.to_owned());
            }
            return false;
        }
        mark.code != 0
    });
    raw.resolution = resolution;
    raw.symbols = symbols;
    raw
}

/// Blocks of 16 bytes: an unused zero, the AHA code as a letter, the time, a serial number, subtype, MIT
/// code, and up to six letters. Tapes of the AHA database leave the last eight bytes empty and count
/// milliseconds; files of WFDB programs count samples.
fn parse_aha(bytes: &[u8]) -> Option<Marks> {
    let blocks = bytes.chunks_exact(16);
    let rest = blocks.remainder().len();
    let fits = |b: &[u8]| b[0] == 0 && b"NVFEPQOURBSJA[]!~|?\"+=^".contains(&b[1]);
    if bytes.len() < 16 || !blocks.clone().all(fits) {
        return None;
    }
    let mut out = Marks::default();
    // An MIT file would need to look like this by chance in all blocks: times rise as well.
    if blocks.clone().map(|b| pdp(&b[2..6])).is_sorted() {
        if blocks.clone().all(|b| b[8..].iter().all(|&x| x == 0)) {
            out.resolution = Some(1000.0);
        }
        for b in blocks {
            let code = if b[9] > 0 { b[9] } else { aha_code(b[1]) };
            out.marks.push(Mark { ticks: pdp(&b[2..6]), code, channel: None, words: words(&b[10..16]) });
        }
        if rest > 0 {
            out.cut = Some(format!("ends inside an annotation, {rest} of 16 bytes are there"));
        }
        return Some(out);
    }
    None
}

/// MIT code of an AHA letter: its own symbol, with `O` (unreadable) and `U` as noise.
fn aha_code(letter: u8) -> u8 {
    match letter {
        b'O' | b'U' => 14,
        b'P' => 12,
        _ => SYMBOLS.iter().position(|&s| s == letter).and_then(|p| u8::try_from(p).ok()).unwrap_or(13),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cut_of_a_file_is_told_or_harmless() {
        // V at 100, aux "ab", channel 1, a skip of 70000, N, end.
        let mut file = vec![100, 5 << 2, 2, 63 << 2, b'a', b'b', 1, 62 << 2, 0, 59 << 2];
        file.extend([1, 0, 0x70, 0x11, 0, 1 << 2, 0, 0]);
        let whole = parse(&file).unwrap();
        assert_eq!(whole.cut, None);
        assert_eq!(whole.marks.len(), 2);
        assert_eq!((whole.marks[0].ticks, whole.marks[0].words.as_str()), (100, "ab"));
        assert_eq!((whole.marks[1].ticks, whole.marks[1].channel), (100 + 65536 + 0x1170, Some(1)));
        for end in 1..file.len() {
            if let Some(cut) = parse(&file[..end]) {
                assert!(cut.cut.is_some(), "cut at {end}: {cut:?}");
            }
        }
    }

    #[test]
    fn aha_blocks_are_told_from_the_other_format() {
        let block = |letter: u8, time: u8, mit: u8, text: &[u8; 6]| {
            let mut b = vec![0, letter, 0, 0, time, 0, 1, 0, 0, mit];
            b.extend_from_slice(text);
            b
        };
        let file = [block(b'N', 10, 1, &[0; 6]), block(b'[', 200, 32, b"VF\0\0\0\0")].concat();
        let marks = parse(&file).unwrap();
        assert_eq!(marks.resolution, None);
        assert_eq!(marks.marks.iter().map(|m| (m.ticks, m.code)).collect::<Vec<_>>(), [(10, 1), (200, 32)]);
        assert_eq!(marks.marks[1].words, "VF");
        let tape = parse(&block(b'V', 5, 0, &[0; 6])).unwrap();
        assert_eq!((tape.resolution, tape.marks[0].code), (Some(1000.0), 5));
    }

    #[test]
    fn text_is_no_annotation_file() {
        assert_eq!(parse(b"time,label\n0.5,start of contraction\n"), None);
        assert_eq!(parse(b""), None);
    }
}
