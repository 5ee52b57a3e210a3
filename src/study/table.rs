//! A table of entries: typed access, and errors that name the line, what stands there and what may stand there.

use super::entries::{Entries, Spot, Value};
use crate::error::{At, nearest};
use crate::{Error, Result};
use std::ops::RangeInclusive;

/// An error at a line.
pub(super) fn wrong(line: u64, what: impl Into<String>) -> Error {
    Error::malformed("study", At::Line(line), what)
}

/// An error at a line, or at a cell.
pub(super) fn wrong_at(spot: Spot, what: impl std::fmt::Display) -> Error {
    match spot.column {
        0 => wrong(spot.line, what.to_string()),
        column => wrong(spot.line, format!("column {column}{}: {what}", letters(column))),
    }
}

/// A column as spreadsheets call it, ` (E)`; nothing beyond two letters.
fn letters(column: usize) -> String {
    let letter = |n: usize| u8::try_from(n).map_or('?', |n| char::from(b'A' + n));
    match column {
        1..=26 => format!(" ({})", letter(column - 1)),
        27..=702 => format!(" ({}{})", letter((column - 27) / 26), letter((column - 27) % 26)),
        _ => String::new(),
    }
}

/// One table. Its keys were checked against the known ones when it was opened.
pub(super) struct Table<'a> {
    entries: &'a Entries<'a>,
    /// As a reader of the file calls it, for instance `[[motor]]`.
    name: &'a str,
    /// Line of the table's first key, or of the key that holds it; counted from 1.
    pub(super) line: u64,
}

impl<'a> Table<'a> {
    /// Checks every key; the first unknown one is the error.
    pub(super) fn open(
        name: &'a str,
        entries: &'a Entries<'a>,
        line: Option<u64>,
        known: &[&'static str],
    ) -> Result<Self> {
        let unknown = entries.keys.iter().filter(|(key, _)| !known.contains(&key.as_ref()));
        if let Some((key, (spot, _))) = unknown.min_by_key(|(_, (spot, _))| spot.order) {
            let hint = nearest(key, known.iter().copied());
            let hint = hint.map_or(String::new(), |k| format!("; the nearest known one is `{k}`"));
            return Err(wrong_at(*spot, format!("{name} has no key `{}`{hint}", shorten(key))));
        }
        let first = || entries.keys.values().map(|(spot, _)| spot.line).min();
        Ok(Table { entries, name, line: line.or(entries.line).or_else(first).unwrap_or(1) })
    }

    /// The same text's line of a key, 0 where the key is absent.
    pub(super) fn line_of(&self, key: &str) -> u64 {
        self.spot(key).line
    }

    fn spot(&self, key: &str) -> Spot {
        self.entries.keys.get(key).map_or(Spot::default(), |(spot, _)| *spot)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.keys.contains_key(key)
    }

    fn get(&self, key: &str) -> Option<&'a Value<'a>> {
        self.entries.keys.get(key).map(|(_, value)| value)
    }

    /// An error about the value of `key`.
    pub(super) fn wrong(&self, key: &str, what: impl std::fmt::Display) -> Error {
        wrong_at(self.spot(key), format!("{} {key}: {what}", self.name))
    }

    fn wrong_type(&self, key: &str, value: &Value<'_>, right: &str) -> Error {
        self.wrong(key, format!("is of type {}; {right} belongs here", value.kind()))
    }

    /// Text, blanks around it removed; empty text is an error.
    pub(super) fn text(&self, key: &str) -> Result<Option<String>> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let Value::Text(text) = value else { return Err(self.wrong_type(key, value, "text in quotes")) };
        let text = text.trim();
        if text.is_empty() {
            return Err(self.wrong(key, "is empty; leave the key out instead"));
        }
        Ok(Some(text.to_owned()))
    }

    /// One of `words`.
    pub(super) fn word<T: Copy>(&self, key: &str, words: &[(&'static str, T)]) -> Result<Option<T>> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let allowed = || words.iter().map(|(w, _)| format!("`{w}`")).collect::<Vec<_>>().join(", ");
        let Value::Text(text) = value else {
            return Err(self.wrong_type(key, value, &format!("one of {}", allowed())));
        };
        match words.iter().find(|(word, _)| word == text) {
            Some(&(_, found)) => Ok(Some(found)),
            None => Err(self.wrong(key, format!("`{}` is not known; allowed: {}", shorten(text), allowed()))),
        }
    }

    /// A finite number in `range`.
    pub(super) fn number(&self, key: &str, range: RangeInclusive<f64>) -> Result<Option<f64>> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let number = value.number().ok_or_else(|| self.wrong_type(key, value, "a number"))?;
        self.in_range(key, number, &range).map(Some)
    }

    fn in_range(&self, key: &str, number: f64, range: &RangeInclusive<f64>) -> Result<f64> {
        if number.is_finite() && range.contains(&number) {
            return Ok(number);
        }
        Err(self.wrong(key, format!("{number}; {} to {} is possible", range.start(), range.end())))
    }

    /// A list of finite numbers in `range`; absent is empty.
    pub(super) fn numbers(&self, key: &str, range: RangeInclusive<f64>) -> Result<Vec<f64>> {
        let Some(value) = self.get(key) else { return Ok(Vec::new()) };
        let Value::List(items) = value else {
            return Err(self.wrong_type(key, value, "a list of numbers"));
        };
        let number = |item: &Value<'_>| {
            let number = item.number().ok_or_else(|| self.wrong_type(key, item, "a list of numbers"))?;
            self.in_range(key, number, &range)
        };
        items.iter().map(number).collect()
    }

    /// A whole number in `range`.
    pub(super) fn whole(&self, key: &str, range: RangeInclusive<u64>) -> Result<Option<u64>> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let right = format!("a whole number from {} to {}", range.start(), range.end());
        let Value::Integer(digits, radix) = value else { return Err(self.wrong_type(key, value, &right)) };
        match u64::from_str_radix(digits, *radix) {
            Ok(n) if range.contains(&n) => Ok(Some(n)),
            _ => Err(self.wrong(key, format!("{}; {right} belongs here", shorten(digits)))),
        }
    }

    pub(super) fn flag(&self, key: &str) -> Result<Option<bool>> {
        let Some(value) = self.get(key) else { return Ok(None) };
        match value {
            Value::Flag(flag) => Ok(Some(*flag)),
            _ => Err(self.wrong_type(key, value, "true or false")),
        }
    }

    pub(super) fn is_text(&self, key: &str) -> bool {
        matches!(self.get(key), Some(Value::Text(_)))
    }

    /// The table under `key`.
    pub(super) fn table(
        &self,
        key: &str,
        name: &'a str,
        known: &[&'static str],
    ) -> Result<Option<Table<'a>>> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let Value::Table(entries) = value else {
            return Err(self.wrong_type(key, value, "a table `{ key = value }`"));
        };
        Table::open(name, entries, Some(self.line_of(key)), known).map(Some)
    }

    /// The list of tables under `key`.
    pub(super) fn tables(&self, key: &str, name: &'a str, known: &[&'static str]) -> Result<Vec<Table<'a>>> {
        let Some(value) = self.get(key) else { return Ok(Vec::new()) };
        let right = format!("a list of tables ({name})");
        let Value::List(items) = value else { return Err(self.wrong_type(key, value, &right)) };
        let open = |item: &'a Value<'a>| match item {
            Value::Table(entries) => Table::open(name, entries, None, known),
            other => Err(self.wrong_type(key, other, &right)),
        };
        items.iter().map(open).collect()
    }
}

/// Text of the file inside a message: its first 60 characters, control characters escaped.
pub(super) fn shorten(text: &str) -> String {
    let short: String = text.chars().take(60).flat_map(char::escape_debug).collect();
    if text.chars().count() > 60 { short + "…" } else { short }
}
