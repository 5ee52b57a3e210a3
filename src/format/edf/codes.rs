//! What the EDF reader mends, leaves out or doubts: one numbered row each, stated here and nowhere else.
//!
//! A finding's text begins with the number in brackets and gives the byte offset of the first case.

use crate::measure::{Finding, Severity};

/// One numbered case.
#[derive(Debug)]
pub(super) struct Code {
    /// Number as shown.
    pub(super) id: &'static str,
    /// Check id of the finding.
    pub(super) check: &'static str,
    /// How much it matters.
    pub(super) severity: Severity,
    /// What it means and what the reader does about it.
    pub(super) what: &'static str,
}

macro_rules! codes {
    ($($name:ident = $id:literal, $check:literal, $severity:ident, $what:literal;)*) => {
        $(pub(super) static $name: Code =
            Code { id: $id, check: $check, severity: Severity::$severity, what: $what };)*
        /// All rows.
        #[cfg(test)]
        pub(super) static CODES: &[&Code] = &[$(&$name),*];
    };
}

codes! {
    VERSION = "EDF01", "header", Warning, "the version field is not as the specification writes it; read by its beginning";
    NON_ASCII = "EDF02", "header", Warning, "byte outside 32..126 in a text field; read as UTF-8, else as Latin-1";
    NUL_PADDING = "EDF03", "header", Warning, "field filled with NUL instead of blanks; cut there";
    LEADING_BLANK = "EDF04", "header", Note, "number not at the left of its field; blanks skipped";
    DECIMAL_COMMA = "EDF05", "header", Warning, "decimal comma; read as a point";
    HEADER_SIZE = "EDF06", "header", Warning, "header-size field is not 256 × (signals + 1)";
    SEPARATOR = "EDF07", "header", Warning, "date or time not separated by points; read all the same";
    START_UNKNOWN = "EDF08", "header", Warning, "start date or time cannot be read; start unknown";
    START_DIFFERS = "EDF09", "header", Warning, "start date of the recording field differs from the date field; the recording field, which has a four-digit year, is used";
    WHOLE_NUMBER = "EDF10", "header", Warning, "whole number written with a decimal point or exponent; its value is whole and used";
    OTHER_FORMAT = "EDF11", "header", Warning, "the reserved field or the annotation label names the sister format; read by the version field";
    NO_SAMPLES = "EDF12", "header", Warning, "signal with 0 samples per record; left out";
    SAME_LABEL = "EDF13", "header", Note, "several signals share a label; all are kept";
    MICRO = "EDF14", "header", Warning, "micro sign in the dimension, which is ASCII by the specification; read as `u`";
    DIGITAL_RANGE = "EDF15", "header", Warning, "digital minimum or maximum outside what the samples can hold; used as they stand";
    PATIENT = "EDF16", "header", Note, "patient field without the four subfields of EDF+; sex and age unknown";
    NO_ANNOTATIONS = "EDF17", "header", Warning, "the file calls itself EDF+ or BDF+ and has no annotation signal; taken as continuous";
    NO_DURATION = "EDF18", "header", Warning, "record duration 0 although there are samples; the sampling frequency is the one given";
    RECORD_COUNT = "EDF20", "header", Warning, "number of records not filled in; counted from the bytes present";
    FEWER_RECORDS = "EDF21", "truncated", Warning, "fewer records are present than the header says; those present are read";
    MORE_RECORDS = "EDF22", "header", Warning, "more records are present than the header says; all whole ones are read";
    PARTIAL_RECORD = "EDF23", "truncated", Warning, "bytes after the last whole record; left out";
    NO_RECORDS = "EDF24", "truncated", Warning, "no data record";
    PHYSICAL_LIMITS = "EDF30", "uncalibrated", Warning, "physical limits equal, blank or beyond numbers; stored values kept without unit";
    DIGITAL_LIMITS = "EDF31", "uncalibrated", Warning, "digital minimum not below digital maximum; stored values kept without unit";
    NO_DIMENSION = "EDF32", "uncalibrated", Note, "no physical dimension: by the specification an uncalibrated signal; values as scaled by the limits";
    NO_TIMEKEEPING = "EDF40", "annotation", Warning, "record without a time-keeping annotation; taken to follow its predecessor";
    NOT_UTF8 = "EDF41", "annotation", Warning, "annotation that is not UTF-8; wrong bytes shown as U+FFFD";
    BAD_ONSET = "EDF42", "annotation", Warning, "annotation list without a readable onset; left out";
    UNTERMINATED = "EDF43", "annotation", Warning, "annotation without its end mark; read up to where it ends";
    UNSIGNED = "EDF44", "annotation", Warning, "onset without a sign; read as positive";
    FIRST_ONSET = "EDF45", "annotation", Warning, "the first record does not begin within the second that the header names; the start is moved";
    BAD_DURATION = "EDF46", "annotation", Warning, "unreadable or negative duration; taken as not given";
    GAPS = "EDF50", "gap", Note, "discontinuous recording: records that do not follow each other are segments of their own";
    JUMP = "EDF51", "gap", Warning, "record onsets do not follow each other although the file calls itself continuous; read as continuous";
    BACKWARDS = "EDF52", "gap", Warning, "record begins before its predecessor ends; kept in file order";
    LABEL = "EDF60", "conversion", Note, "label shortened to 16 ASCII characters";
    LABELS_ALIKE = "EDF61", "conversion", Warning, "labels that differed no longer do";
    TEXT = "EDF62", "conversion", Note, "electrode or filter text shortened to 80 ASCII characters";
    SCALING = "EDF63", "conversion", Note, "the 8 characters of a limit do not hold the scaling to the last digit";
    QUANTISED = "EDF64", "conversion", Warning, "values rounded to the nearest step of the stored type";
    UNIT = "EDF65", "conversion", Note, "written in another unit, whose numbers fit the 8 characters of a limit";
    RATE = "EDF66", "conversion", Note, "the 8 characters of the record duration do not hold the sampling frequency to the last digit";
    PADDED = "EDF67", "conversion", Warning, "records are whole: the first or last value is repeated, and an annotation says where";
    MISSING = "EDF68", "conversion", Warning, "missing samples have no mark in EDF: the stored number, or for floats the value before, stands there, and an annotation says where";
    LOST = "EDF69", "conversion", Note, "has no place in EDF and is not written";
    ANNOTATION = "EDF70", "conversion", Note, "annotation texts: control characters become blanks, empty ones are left out";
    MOVED = "EDF71", "conversion", Note, "times count from the first sample now; the start is moved by as much";
    EMPTY = "EDF72", "conversion", Warning, "channel without samples; left out";
    ALIGNED = "EDF73", "conversion", Note, "channels begin less than a sample apart; written as beginning together";
    JOINED = "EDF74", "conversion", Note, "segments that follow each other without a gap are read as one";
}

/// Findings as they gather: one a code and channel, with the first case in words and the number of cases.
#[derive(Debug, Default)]
pub(super) struct Mends {
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    code: &'static Code,
    channel: Option<String>,
    count: u64,
    share: f64,
    detail: String,
}

impl Mends {
    /// One more case of `code` at byte `at`; `detail` is only asked for the first.
    pub(super) fn add(&mut self, code: &'static Code, at: u64, detail: impl FnOnce() -> String) {
        match self.rows.iter_mut().find(|r| r.code.id == code.id && r.channel.is_none()) {
            Some(row) => row.count += 1,
            None => self.push(code, at, 1, 0.0, detail()),
        }
    }
    /// `count` cases of `code` at once, a `share` of what there is.
    pub(super) fn push(&mut self, code: &'static Code, at: u64, count: u64, share: f64, detail: String) {
        let detail = format!("byte {at}: {detail}");
        self.rows.push(Row { code, channel: None, count, share, detail });
    }
    /// A case that concerns one channel.
    pub(super) fn on(&mut self, code: &'static Code, at: u64, channel: &str, count: u64, detail: &str) {
        let (channel, detail) = (Some(channel.to_owned()), format!("byte {at}: {detail}"));
        self.rows.push(Row { code, channel, count, share: 1.0, detail });
    }
    /// A case of writing, where there is no byte yet to point to.
    pub(super) fn tell(&mut self, code: &'static Code, channel: Option<&str>, count: u64, detail: String) {
        self.rows.push(Row { code, channel: channel.map(str::to_owned), count, share: 0.0, detail });
    }
    /// The findings, in the order of their first case.
    pub(super) fn into_findings(self) -> Vec<Finding> {
        let finding = |row: Row| {
            let more = if row.count > 1 { format!(" ({} cases)", row.count) } else { String::new() };
            let detail = format!("[{}] {}: {}{more}", row.code.id, row.detail, row.code.what);
            let check = row.code.check;
            Finding {
                check,
                severity: row.code.severity,
                channel: row.channel,
                count: row.count,
                share: row.share,
                detail,
            }
        };
        self.rows.into_iter().map(finding).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_unique_and_ascend() {
        assert!(!CODES.is_empty());
        for pair in CODES.windows(2) {
            assert!(pair[0].id < pair[1].id, "{} before {}", pair[0].id, pair[1].id);
        }
    }
}
