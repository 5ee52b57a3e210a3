//! Annotations as time-stamped lists, spread over the records.

use super::super::codes::{self, Mends};
use super::super::decimal::Decimal;
use crate::recording::Annotation;

/// A list and the record it belongs to by its time.
#[derive(Debug)]
pub(super) struct Note {
    /// Record, from 0.
    pub(super) record: usize,
    /// The list with its end mark.
    pub(super) bytes: Vec<u8>,
}

/// `time` as onset text with every digit that reading needs, moved by `shift`. A time so fine that the sum
/// has no exact text is moved in binary.
pub(super) fn onset(time: f64, shift: Decimal) -> String {
    let exact = Decimal::parse(&format!("{time}")).and_then(|t| t.plus(shift));
    exact.map_or_else(|| format!("{:+}", time + shift.to_f64()), Decimal::signed_text)
}

/// The list of one annotation; `None` when nothing is in it.
pub(super) fn list(
    a: &Annotation,
    shift: Decimal,
    channel: Option<&str>,
    mends: &mut Mends,
) -> Option<Vec<u8>> {
    let mut text: String = a.text.clone();
    // NUL, 0x14 and 0x15 are the marks of the lists; other control characters but tab and line ends are
    // forbidden too.
    let forbidden = |c: char| (c as u32) < 32 && !matches!(c, '\t' | '\n' | '\r');
    if text.contains(forbidden) {
        text = text.replace(forbidden, " ");
        mends.tell(&codes::ANNOTATION, None, 1, format!("at {} s", a.onset_s));
    }
    if text.is_empty() && a.duration_s.is_none() || !a.onset_s.is_finite() {
        mends.tell(&codes::ANNOTATION, None, 1, format!("at {} s", a.onset_s));
        return None;
    }
    if let Some(label) = channel {
        text = format!("{text}@@{label}");
    }
    let duration = a.duration_s.filter(|d| d.is_finite() && *d >= 0.0);
    let duration = duration.map_or(String::new(), |d| format!("\x15{d}"));
    Some(format!("{}{duration}\x14{text}\x14\0", onset(a.onset_s, shift)).into_bytes())
}

/// Bytes of the annotation signal in a record, a multiple of `width`, and its content by record.
/// `keepers` are the time-keeping lists; `notes` are in order of their records.
pub(super) fn pack(keepers: Vec<Vec<u8>>, notes: &[Note], width: usize) -> (usize, Vec<Vec<u8>>) {
    let keeper = keepers.iter().map(Vec::len).max().unwrap_or(0);
    let longest = notes.iter().map(|n| n.bytes.len()).max().unwrap_or(0);
    let total: usize = notes.iter().map(|n| n.bytes.len()).sum();
    let mut room = keeper + longest.max(total.div_ceil(keepers.len().max(1)));
    loop {
        room = room.next_multiple_of(width);
        match placed(keepers.clone(), notes, room) {
            Some(records) => return (room, records),
            None => room += room / 4 + width,
        }
    }
}

/// Each list in its own record, else in the next with room, else in any; `None` when one has no place.
fn placed(mut records: Vec<Vec<u8>>, notes: &[Note], room: usize) -> Option<Vec<Vec<u8>>> {
    let last = records.len().checked_sub(1)?;
    let (mut next, mut front) = (0, 0);
    for note in notes {
        next = next.max(note.record.min(last));
        while next <= last && records[next].len() + note.bytes.len() > room {
            next += 1;
        }
        let place = if next <= last {
            next
        } else {
            next = last;
            while records.get(front)?.len() + note.bytes.len() > room {
                front += 1;
            }
            front
        };
        records[place].extend_from_slice(&note.bytes);
    }
    Some(records)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_finds_a_place_in_or_after_its_record() {
        let keepers = vec![b"+0\x14\x14\0".to_vec(); 5];
        let notes: Vec<Note> =
            (0..40).map(|k| Note { record: k / 10, bytes: vec![b'x'; 20 + 3 * k] }).collect();
        let (room, records) = pack(keepers.clone(), &notes, 3);
        assert_eq!(room % 3, 0);
        assert!(records.iter().all(|r| r.len() <= room && r.starts_with(&keepers[0])));
        let all: usize = records.iter().map(Vec::len).sum();
        assert_eq!(
            all,
            notes.iter().map(|n| n.bytes.len()).sum::<usize>() + 5 * 5,
            "none lost, none doubled"
        );
    }

    #[test]
    fn onsets_keep_every_digit_when_moved() {
        let shift = Decimal::parse("0.3945312").unwrap();
        assert_eq!(onset(1.9511719, shift), "+2.3457031");
        assert_eq!(onset(0.00123456789, Decimal::ZERO), "+0.00123456789");
        assert_eq!(onset(-0.5, shift), "-0.1054688");
    }
}
