//! Start of the recording and what a measurement may need of the patient.

use super::codes::{self, Mends};
use super::decimal::Time;
use super::field::Field;
use crate::recording::Subject;
use jiff::SignedDuration;
use jiff::civil::{Date, DateTime};

/// Months as EDF+ writes them.
pub(super) const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

/// `dd-MMM-yyyy` with an English month, as EDF+ writes dates in its text fields.
fn long_date(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let month = MONTHS.iter().position(|m| m.eq_ignore_ascii_case(month))?;
    if parts.next().is_some() || year.len() != 4 || !text.is_ascii() {
        return None;
    }
    Date::new(year.parse().ok()?, i8::try_from(month + 1).ok()?, day.parse().ok()?).ok()
}

/// Three two-digit numbers with any single separator, and whether it was the point.
fn triple(text: &str) -> Option<([i8; 3], bool)> {
    let mut numbers = [0_i8; 3];
    let mut parts = text.split(['.', ':', '/', '-', ',', ' ']);
    for number in &mut numbers {
        let part = parts.next()?;
        if part.is_empty() || part.len() > 2 || !part.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        *number = part.parse().ok()?;
    }
    (parts.next().is_none()).then_some((numbers, text.matches('.').count() == 2))
}

/// Date field `dd.mm.yy` with the pivot of the specification: 85 to 99 are 1985 to 1999, the rest 2000 on.
fn short_date(text: &str) -> Option<(Date, bool)> {
    let ([day, month, year], points) = triple(text)?;
    let century = if year >= 85 { 1900 } else { 2000 };
    Some((Date::new(century + i16::from(year), month, day).ok()?, points))
}

/// Date and time of the header. `recording` is the recording field, which in EDF+ has the date again, with
/// all digits of the year; where both differ it decides, because only it can say years outside 1985 to 2084.
pub(super) fn start(
    date: &Field<'_>,
    time: &Field<'_>,
    recording: Option<(&Field<'_>, &str)>,
    mends: &mut Mends,
) -> Option<DateTime> {
    let (date_text, time_text) = (date.text(mends), time.text(mends));
    let long = recording.and_then(|(field, text)| {
        let mut words = text.split_whitespace();
        let word = if words.next()? == "Startdate" { words.next()? } else { return None };
        Some((long_date(word)?, field.at))
    });
    // How the EDF+ rules write an unknown start.
    let unknown = recording.is_some_and(|(_, text)| text.starts_with("Startdate X"));
    if unknown && date_text == "01.01.85" && time_text == "00.00.00" {
        return None;
    }
    let short = short_date(&date_text);
    if let Some((_, false)) = short {
        mends.add(&codes::SEPARATOR, date.at, || format!("{} `{date_text}`", date.title()));
    }
    let day = match (long, short) {
        (Some((long, at)), Some((short, _))) => {
            let same_digits = long.day() == short.day()
                && long.month() == short.month()
                && long.year() % 100 == short.year() % 100;
            if !same_digits {
                mends.add(&codes::START_DIFFERS, at, || format!("{long} against {short}"));
            }
            Some(long)
        }
        // `yy` in the date field is how the specification writes years from 2085 on.
        (Some((long, at)), None) => {
            if !date_text.to_ascii_lowercase().ends_with(".yy") {
                mends.add(&codes::START_DIFFERS, at, || format!("{long} against `{date_text}`"));
            }
            Some(long)
        }
        (None, Some((short, _))) => Some(short),
        (None, None) => None,
    };
    let clock = triple(&time_text).and_then(|([h, m, s], points)| {
        if !points {
            mends.add(&codes::SEPARATOR, time.at, || format!("{} `{time_text}`", time.title()));
        }
        jiff::civil::Time::new(h, m, s, 0).ok()
    });
    if day.is_none() || clock.is_none() {
        mends.add(&codes::START_UNKNOWN, date.at, || format!("`{date_text}` `{time_text}`"));
    }
    Some(day?.to_datetime(clock?))
}

/// The header's start moved by the onset of the first record, with every digit of it.
pub(super) fn start_text(header: DateTime, first: Time) -> Option<String> {
    let (seconds, digits) = match first.exact() {
        Some(exact) => exact.split()?,
        // More digits than are kept exactly: nanoseconds are plenty for showing.
        None => super::decimal::Decimal::parse(&format!("{:.9}", first.value()))?.split()?,
    };
    let moved = header.checked_add(SignedDuration::from_secs(seconds)).ok()?;
    let text = moved.strftime("%Y-%m-%dT%H:%M:%S").to_string();
    Some(if digits.is_empty() { text } else { format!("{text}.{digits}") })
}

/// Sex, and the age in whole years on the day of the recording, from the patient field of EDF+:
/// code, sex, birth date, name, parted by blanks. Nothing else of the field is kept.
pub(super) fn subject(field: &Field<'_>, text: &str, start: Option<DateTime>, mends: &mut Mends) -> Subject {
    let words: Vec<&str> = text.split_whitespace().collect();
    let (Some(&sex), Some(&born)) = (words.get(1), words.get(2)) else {
        // No word of the field is shown: it may hold a name.
        mends.add(&codes::PATIENT, field.at, || field.title());
        return Subject::default();
    };
    let sex = match sex {
        "F" | "f" => Some("female"),
        "M" | "m" => Some("male"),
        _ => None,
    };
    let age = long_date(born).zip(start).and_then(|(born, start)| {
        let day = start.date();
        let before = (day.month(), day.day()) < (born.month(), born.day());
        let years = i32::from(day.year()) - i32::from(born.year()) - i32::from(before);
        // Longer than anybody lived, or not yet born: one of the dates is made up.
        (0..=125).contains(&years).then_some(f64::from(years))
    });
    Subject { age_years: age, sex: sex.map(str::to_owned) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_digit_years_turn_at_1985() {
        let year = |t: &str| short_date(t).unwrap().0.year();
        assert_eq!(
            (year("01.01.85"), year("31.12.99"), year("01.01.00"), year("31.12.84")),
            (1985, 1999, 2000, 2084)
        );
        for bad in ["32.01.00", "00.00.00", "1.1", "01.01.2000", "", "yy.mm.dd", "01.01.yy", "-1.01.00"] {
            assert!(short_date(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn onsets_move_the_start_with_every_digit() {
        let at =
            |t: &str| start_text("2020-01-24T04:05:56".parse().unwrap(), Time::parse(t).unwrap()).unwrap();
        assert_eq!(at("+0.3945312"), "2020-01-24T04:05:56.3945312");
        assert_eq!(at("+0"), "2020-01-24T04:05:56");
        assert_eq!(at("+86400.5"), "2020-01-25T04:05:56.5");
        assert_eq!(at("-0.5"), "2020-01-24T04:05:55.5");
    }

    #[test]
    fn dates_in_words_need_an_english_month_and_four_digits_of_the_year() {
        assert_eq!(long_date("02-MAR-2002"), Some(Date::constant(2002, 3, 2)));
        assert_eq!(long_date("2-mar-2002"), Some(Date::constant(2002, 3, 2)));
        for bad in ["X", "02-03-2002", "02-MAR-02", "31-FEB-2002", "02-MAR-2002-1", ""] {
            assert_eq!(long_date(bad), None, "{bad}");
        }
    }
}
