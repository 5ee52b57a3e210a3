//! The first line of a header: `name[/segments] signals [frequency [samples [time [date]]]]`.

use super::ID;
use super::header::{finite, number, short};
use crate::error::At;
use crate::measure::{Finding, Severity};
use crate::{Error, Result};

/// The fields of the line that are of use.
pub(super) struct RecordLine {
    pub(super) name: String,
    pub(super) segments: Option<u64>,
    pub(super) signals: u64,
    pub(super) frame_rate: Option<f64>,
    pub(super) frames: Option<u64>,
    pub(super) start: Option<String>,
}

impl RecordLine {
    /// Parses line number `line`; what can be left out and cannot be understood is told in `findings`.
    pub(super) fn parse(line: u64, text: &str, findings: &mut Vec<Finding>) -> Result<Self> {
        let mut fields = text.split_whitespace().peekable();
        let first = fields.next().unwrap_or_default();
        let (name, segments) = match first.split_once('/') {
            Some((name, n)) => (name, Some(number(line, "the number of segments", n)?)),
            None => (first, None),
        };
        let Some(signals) = fields.next() else {
            return Err(Error::malformed(ID, At::Line(line), "the record line has no number of signals"));
        };
        let signals = number(line, "the number of signals", signals)?;
        // `frequency[/counter frequency[(base counter)]]`; the counter is only a name for times.
        let frame_rate = match fields.next() {
            Some(field) => Some(rate(line, field)?),
            None => None,
        };
        let frames = match fields.next_if(|f| !f.contains(':')) {
            Some(field) => Some(number(line, "the number of samples", field)?).filter(|&n: &u64| n > 0),
            None => None,
        };
        let start = start(line, fields.next(), fields.next(), findings);
        Ok(RecordLine { name: name.to_owned(), segments, signals, frame_rate, frames, start })
    }
}

/// Sampling frequency of the record line, with its counter frequency checked and left out.
fn rate(line: u64, field: &str) -> Result<f64> {
    let (frequency, counter) = field.split_once('/').map_or((field, None), |(f, c)| (f, Some(c)));
    if let Some(counter) = counter {
        let (frequency, base) = counter.split_once('(').map_or((counter, None), |(f, b)| (f, Some(b)));
        finite(line, "the counter frequency", frequency)?;
        if let Some(base) = base {
            finite(line, "the base counter", base.trim_end_matches(')'))?;
        }
    }
    let value = finite(line, "the sampling frequency", frequency)?;
    match crate::units::Hertz::sampling_frequency(value) {
        Ok(hertz) => Ok(hertz.0),
        Err(e) => Err(Error::malformed(ID, At::Line(line), e.to_string())),
    }
}

/// `[[HH:]MM:]SS[.fraction]` and `DD/MM/YYYY` to ISO form. What cannot be a time is told and left out.
fn start(line: u64, time: Option<&str>, date: Option<&str>, findings: &mut Vec<Finding>) -> Option<String> {
    let time = time?;
    let parsed = date.and_then(|date| iso(time, date));
    if parsed.is_none() {
        let what = if date.is_none() { "has no date, so it is left out" } else { "is no date and time" };
        let detail = format!("line {line}: start `{} {}` {what}", short(time), short(date.unwrap_or("")));
        findings.push(Finding::file("header", Severity::Note, 1, 0.0, detail.trim_end().to_owned()));
    }
    parsed
}

fn iso(time: &str, date: &str) -> Option<String> {
    let (whole, fraction) = time.split_once('.').unwrap_or((time, ""));
    let mut parts = whole.rsplit(':').map(|p| p.parse::<i8>().ok());
    let second = parts.next()??;
    let minute = parts.next().unwrap_or(Some(0))?;
    let hour = parts.next().unwrap_or(Some(0))?;
    let digits = fraction.len() <= 9 && fraction.bytes().all(|b| b.is_ascii_digit());
    if parts.next().is_some() || !digits {
        return None;
    }
    let mut parts = date.split('/');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    let date = jiff::civil::Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
    jiff::civil::Time::new(hour, minute, second, 0).ok()?;
    let dot = if fraction.is_empty() { "" } else { "." };
    Some(format!("{date}T{hour:02}:{minute:02}:{second:02}{dot}{fraction}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_are_read_in_all_their_forms_and_never_guessed() {
        for (time, date, want) in [
            ("8:26:04", "26/10/1994", Some("1994-10-26T08:26:04")),
            ("10:20:30.125", "1/2/2020", Some("2020-02-01T10:20:30.125")),
            ("26:04", "26/10/1994", Some("1994-10-26T00:26:04")),
            ("4", "26/10/1994", Some("1994-10-26T00:00:04")),
            ("25:00:00", "26/10/1994", None),
            ("10:20:30", "31/02/2020", None),
            ("10:20:30", "1/2/20", None),
            ("1:2:3:4", "1/2/2020", None),
            ("-1:00:00", "1/2/2020", None),
            ("10:20:30.x", "1/2/2020", None),
        ] {
            assert_eq!(iso(time, date).as_deref(), want, "{time} {date}");
        }
    }

    #[test]
    fn optional_fields_may_be_missing_from_the_end() {
        let mut findings = Vec::new();
        let full =
            RecordLine::parse(1, "r/3 2 250.5/125(-3.5) 1000 10:00:00 1/2/2020", &mut findings).unwrap();
        assert_eq!((full.name.as_str(), full.segments, full.signals), ("r", Some(3), 2));
        assert_eq!((full.frame_rate, full.frames), (Some(250.5), Some(1000)));
        let short = RecordLine::parse(1, "r 2", &mut findings).unwrap();
        assert_eq!((short.segments, short.frame_rate, short.frames, short.start), (None, None, None, None));
        assert!(findings.is_empty());
        assert_eq!(RecordLine::parse(1, "r 2 250 0", &mut findings).unwrap().frames, None);
        RecordLine::parse(1, "r 2 250 10 10:00:00", &mut findings).unwrap();
        assert_eq!(findings.len(), 1, "a time without a date is told");
        for bad in ["r", "r x", "r 1 0", "r 1 250/x", "r 1 250 1e3", "r/x 1"] {
            assert!(RecordLine::parse(1, bad, &mut findings).is_err(), "{bad}");
        }
    }
}
