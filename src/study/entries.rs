//! What a study is made of before it is checked: keys, values, and where each stands. Both ways of writing a study
//! down, TOML and a table of cells, come through here, so that both obey the same rules.

use std::borrow::Cow;
use std::collections::BTreeMap;
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

/// A value whose meaning its key decides.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value<'a> {
    Text(Cow<'a, str>),
    /// Digits with their sign, and the base they are written in.
    Integer(Cow<'a, str>, u32),
    Number(f64),
    Flag(bool),
    Date,
    List(Vec<Value<'a>>),
    Table(Entries<'a>),
}

/// Where a value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Spot {
    /// Rises along the text.
    pub(super) order: usize,
    /// Counted from 1.
    pub(super) line: u64,
    /// Column of a table of cells, counted from 1; 0 in TOML.
    pub(super) column: usize,
}

/// Keys with their values.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Entries<'a> {
    pub(super) keys: BTreeMap<Cow<'a, str>, (Spot, Value<'a>)>,
    /// Line of the table where its keys cannot say it.
    pub(super) line: Option<u64>,
}

impl<'a> Entries<'a> {
    /// Those of a TOML table.
    pub(super) fn of_toml(newlines: &Newlines, table: &'a DeTable<'a>) -> Self {
        let entry = |(key, value): (&'a toml::Spanned<Cow<'a, str>>, &'a toml::Spanned<DeValue<'a>>)| {
            let order = key.span().start;
            let spot = Spot { order, line: newlines.line(order), column: 0 };
            (Cow::Borrowed(key.get_ref().as_ref()), (spot, Value::of_toml(newlines, value.get_ref())))
        };
        Entries { keys: table.iter().map(entry).collect(), line: None }
    }
}

impl<'a> Value<'a> {
    fn of_toml(newlines: &Newlines, value: &'a DeValue<'a>) -> Self {
        match value {
            DeValue::String(text) => Value::Text(Cow::Borrowed(text.as_ref())),
            DeValue::Integer(i) => Value::Integer(Cow::Borrowed(i.as_str()), i.radix()),
            // The grammar lets nothing through that is no number.
            DeValue::Float(f) => Value::Number(f.as_str().parse().unwrap_or(f64::NAN)),
            DeValue::Boolean(flag) => Value::Flag(*flag),
            DeValue::Datetime(_) => Value::Date,
            DeValue::Array(items) => {
                Value::List(items.iter().map(|i| Value::of_toml(newlines, i.get_ref())).collect())
            }
            DeValue::Table(table) => Value::Table(Entries::of_toml(newlines, table)),
        }
    }

    /// What it is, in TOML's words.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Value::Text(_) => "string",
            Value::Integer(..) => "integer",
            Value::Number(_) => "float",
            Value::Flag(_) => "boolean",
            Value::Date => "datetime",
            Value::List(_) => "array",
            Value::Table(_) => "table",
        }
    }

    /// An integer or a float, as `f64`.
    #[expect(clippy::cast_precision_loss, reason = "no number of a study comes near 2^52")]
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Value::Number(number) => Some(*number),
            Value::Integer(digits, radix) => i64::from_str_radix(digits, *radix).ok().map(|n| n as f64),
            _ => None,
        }
    }
}
