//! A TOML table with line numbers: typed access, and errors that name the line, what stands there and what
//! may stand there.

use crate::error::{At, nearest};
use crate::{Error, Result};
use std::ops::RangeInclusive;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Where each line of a text starts, for looking up the line of a byte.
pub(super) struct Newlines(Vec<usize>);

impl Newlines {
    pub(super) fn of(text: &str) -> Self {
        let after = text.bytes().enumerate().filter(|&(_, b)| b == b'\n').map(|(i, _)| i + 1);
        Newlines(std::iter::once(0).chain(after).collect())
    }
    /// Line of a byte, counted from 1.
    pub(super) fn line(&self, byte: usize) -> u64 {
        self.0.partition_point(|&start| start <= byte) as u64
    }
}

/// An error at a line.
pub(super) fn wrong(line: u64, what: impl Into<String>) -> Error {
    Error::malformed("study", At::Line(line), what)
}

/// One table. Its keys were checked against the known ones when it was opened.
pub(super) struct Table<'a> {
    newlines: &'a Newlines,
    entries: &'a DeTable<'a>,
    /// As a reader of the file calls it, for instance `[[motor]]`.
    name: &'a str,
    /// Line of the table's first key, or of the key that holds it; counted from 1.
    pub(super) line: u64,
}

impl<'a> Table<'a> {
    /// Checks every key; the first unknown one is the error.
    pub(super) fn open(
        newlines: &'a Newlines,
        name: &'a str,
        entries: &'a DeTable<'a>,
        line: Option<u64>,
        known: &[&'static str],
    ) -> Result<Self> {
        let unknown = entries.keys().filter(|k| !known.contains(&k.get_ref().as_ref()));
        if let Some(key) = unknown.min_by_key(|k| k.span().start) {
            let (line, key) = (newlines.line(key.span().start), key.get_ref());
            let hint = nearest(key, known.iter().copied());
            let hint = hint.map_or(String::new(), |k| format!("; the nearest known one is `{k}`"));
            return Err(wrong(line, format!("{name} has no key `{}`{hint}", shorten(key))));
        }
        let first = entries.keys().map(|k| newlines.line(k.span().start)).min();
        Ok(Table { newlines, entries, name, line: line.or(first).unwrap_or(1) })
    }

    /// The same text's line of a key, 0 where the key is absent.
    pub(super) fn line_of(&self, key: &str) -> u64 {
        let found = self.entries.get_key_value(key);
        found.map_or(0, |(k, _)| self.newlines.line(k.span().start))
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    fn get(&self, key: &str) -> Option<&'a DeValue<'a>> {
        self.entries.get(key).map(Spanned::get_ref)
    }

    /// An error about the value of `key`.
    pub(super) fn wrong(&self, key: &str, what: impl std::fmt::Display) -> Error {
        wrong(self.line_of(key), format!("{} {key}: {what}", self.name))
    }

    fn wrong_type(&self, key: &str, value: &DeValue<'_>, right: &str) -> Error {
        self.wrong(key, format!("is of type {}; {right} belongs here", value.type_str()))
    }

    /// Text, blanks around it removed; empty text is an error.
    pub(super) fn text(&self, key: &str) -> Result<Option<String>> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let text = value.as_str().ok_or_else(|| self.wrong_type(key, value, "text in quotes"))?.trim();
        if text.is_empty() {
            return Err(self.wrong(key, "is empty; leave the key out instead"));
        }
        Ok(Some(text.to_owned()))
    }

    /// One of `words`.
    pub(super) fn word<T: Copy>(&self, key: &str, words: &[(&'static str, T)]) -> Result<Option<T>> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let allowed = || words.iter().map(|(w, _)| format!("`{w}`")).collect::<Vec<_>>().join(", ");
        let Some(text) = value.as_str() else {
            return Err(self.wrong_type(key, value, &format!("one of {}", allowed())));
        };
        match words.iter().find(|(word, _)| *word == text) {
            Some(&(_, found)) => Ok(Some(found)),
            None => Err(self.wrong(key, format!("`{}` is not known; allowed: {}", shorten(text), allowed()))),
        }
    }

    /// A finite number in `range`.
    pub(super) fn number(&self, key: &str, range: RangeInclusive<f64>) -> Result<Option<f64>> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let number = as_number(value).ok_or_else(|| self.wrong_type(key, value, "a number"))?;
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
        let items = value.as_array().ok_or_else(|| self.wrong_type(key, value, "a list of numbers"))?;
        let number = |item: &Spanned<DeValue<'_>>| {
            let value = item.get_ref();
            let number = as_number(value).ok_or_else(|| self.wrong_type(key, value, "a list of numbers"))?;
            self.in_range(key, number, &range)
        };
        items.iter().map(number).collect()
    }

    /// A whole number in `range`.
    pub(super) fn whole(&self, key: &str, range: RangeInclusive<u64>) -> Result<Option<u64>> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let right = format!("a whole number from {} to {}", range.start(), range.end());
        let integer = value.as_integer().ok_or_else(|| self.wrong_type(key, value, &right))?;
        match u64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(n) if range.contains(&n) => Ok(Some(n)),
            _ => Err(self.wrong(key, format!("{}; {right} belongs here", shorten(integer.as_str())))),
        }
    }

    pub(super) fn flag(&self, key: &str) -> Result<Option<bool>> {
        let Some(value) = self.get(key) else { return Ok(None) };
        value.as_bool().map(Some).ok_or_else(|| self.wrong_type(key, value, "true or false"))
    }

    pub(super) fn is_text(&self, key: &str) -> bool {
        self.get(key).is_some_and(DeValue::is_str)
    }

    /// The table under `key`.
    pub(super) fn table(
        &self,
        key: &str,
        name: &'a str,
        known: &[&'static str],
    ) -> Result<Option<Table<'a>>> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let entries =
            value.as_table().ok_or_else(|| self.wrong_type(key, value, "a table `{ key = value }`"))?;
        Table::open(self.newlines, name, entries, Some(self.line_of(key)), known).map(Some)
    }

    /// The list of tables under `key`.
    pub(super) fn tables(&self, key: &str, name: &'a str, known: &[&'static str]) -> Result<Vec<Table<'a>>> {
        let Some(value) = self.get(key) else { return Ok(Vec::new()) };
        let right = format!("a list of tables ({name})");
        let items = value.as_array().ok_or_else(|| self.wrong_type(key, value, &right))?;
        let open = |item: &'a Spanned<DeValue<'a>>| {
            let value = item.get_ref();
            let entries = value.as_table().ok_or_else(|| self.wrong_type(key, value, &right))?;
            Table::open(self.newlines, name, entries, None, known)
        };
        items.iter().map(open).collect()
    }
}

/// An integer or a float, as `f64`.
#[expect(clippy::cast_precision_loss, reason = "no number of a study comes near 2^52")]
fn as_number(value: &DeValue<'_>) -> Option<f64> {
    match value {
        DeValue::Float(f) => f.as_str().parse().ok(),
        DeValue::Integer(i) => i64::from_str_radix(i.as_str(), i.radix()).ok().map(|n| n as f64),
        _ => None,
    }
}

/// Text of the file inside a message: its first 60 characters, control characters escaped.
fn shorten(text: &str) -> String {
    let short: String = text.chars().take(60).flat_map(char::escape_debug).collect();
    if text.chars().count() > 60 { short + "…" } else { short }
}
