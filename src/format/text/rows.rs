//! Rows of numbers into columns, in one pass over the bytes.

use super::dialect::{Dialect, is_comment};
use super::encoding::{Line, Lines};
use super::fields::{BLANKS, split};
use super::number::{self, Shape};
use crate::Result;
use crate::format::ReadOptions;

/// Stands for an empty field while columns are collected; never leaves this module's callers.
pub(super) const EMPTY: f64 = f64::from_bits(0x7ff8_0000_0000_0001);
/// Stands for a field that is there and says "no value", or is damaged.
pub(super) const MISSING: f64 = f64::from_bits(0x7ff8_0000_0000_0000);
/// Line numbers kept for messages.
const KEPT: usize = 5;

/// Whether `x` is [`EMPTY`].
pub(super) fn is_empty(x: f64) -> bool {
    x.to_bits() == EMPTY.to_bits()
}

/// How often something happened, and the first lines where it did.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    pub(super) count: u64,
    pub(super) lines: Vec<u64>,
}

impl Tally {
    fn add(&mut self, line: u64) {
        self.count += 1;
        if self.lines.len() < KEPT {
            self.lines.push(line);
        }
    }
    /// `line 3, 7, 9, …`
    pub(super) fn places(&self) -> String {
        let shown: Vec<String> = self.lines.iter().map(u64::to_string).collect();
        let more = if self.count > shown.len() as u64 { ", …" } else { "" };
        format!("line {}{more}", shown.join(", "))
    }
}

/// The rows, column by column.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) columns: Vec<Vec<f64>>,
    /// Finest writing seen in each column.
    pub(super) shapes: Vec<Shape>,
    /// Rows that are damaged: all their samples are missing.
    pub(super) corrupt: Tally,
    /// Rows at the end that lack their last fields.
    pub(super) short: Tally,
    /// Infinite values, missing now.
    pub(super) infinite: Tally,
    /// The last line, when it is cut.
    pub(super) cut: Option<u64>,
    /// First line after a blank one where reading ended, for files of several tables.
    pub(super) rest: Option<u64>,
}

enum Row {
    Full,
    /// Fewer fields than columns, all of them good.
    Short,
    Corrupt,
}

/// Reads all rows. With `one_table` a blank line ends them.
pub(super) fn read(bytes: &[u8], dialect: &Dialect, one_table: bool, options: &ReadOptions) -> Result<Table> {
    let n = dialect.columns;
    let mut table =
        Table { columns: vec![Vec::new(); n], shapes: vec![Shape::default(); n], ..Table::default() };
    let mut row = vec![EMPTY; n];
    let mut infinite = Vec::new();
    // Short rows are columns that ended early, unless a full row follows.
    let mut pending: Vec<(usize, u64)> = Vec::new();
    let mut rows = 0usize;
    let (mut blank, mut ended) = (false, true);
    let mut last = 0;
    for line in Lines::new(bytes, dialect.ends, dialect.offset, dialect.header_lines) {
        if line.bytes.is_empty() || line.bytes.iter().all(u8::is_ascii_whitespace) {
            blank = true;
            continue;
        }
        if blank && one_table && rows > 0 {
            table.rest = Some(line.number);
            break;
        }
        blank = false;
        if is_comment(line.bytes) {
            continue;
        }
        (last, ended) = (line.number, line.ended);
        let fast = fast_row(line.bytes, dialect, &mut row, &mut table.shapes);
        let parts: Vec<&[u8]> = if fast {
            vec![]
        } else {
            match slow_row(line.bytes, dialect, &mut row, &mut table.shapes, &mut infinite) {
                Row::Full => vec![],
                // Two rows that a stray CR holds together.
                _ if line.bytes.contains(&b'\r') && pieces_are_rows(&line, dialect, &mut row) => {
                    line.bytes.split(|b| *b == b'\r').filter(|p| !p.trim_ascii().is_empty()).collect()
                }
                Row::Short if dialect.delimiter != BLANKS => {
                    pending.push((rows, line.number));
                    vec![]
                }
                _ => {
                    if !line.ended {
                        table.cut = Some(line.number);
                        continue;
                    }
                    table.corrupt.add(line.number);
                    row.fill(MISSING);
                    vec![]
                }
            }
        };
        let mut push = |row: &[f64]| {
            for (column, value) in table.columns.iter_mut().zip(row) {
                column.push(*value);
            }
            rows += 1;
        };
        if parts.is_empty() {
            push(&row);
        } else {
            for part in parts {
                slow_row(part, dialect, &mut row, &mut table.shapes, &mut infinite);
                push(&row);
            }
        }
        if !infinite.is_empty() {
            infinite.drain(..).for_each(|()| table.infinite.add(line.number));
        }
        if !pending.is_empty() && pending.last().is_some_and(|p| p.1 != line.number) {
            for (index, number) in pending.drain(..) {
                table.corrupt.add(number);
                table.columns.iter_mut().for_each(|c| c[index] = MISSING);
            }
            table.corrupt.lines.sort_unstable();
        }
        if rows.is_multiple_of(4096) {
            options.check_memory((rows as u64).saturating_mul(8 * n as u64))?;
        }
    }
    // The last number of a line without an end may itself be cut.
    if !ended && pending.last().is_some_and(|p| p.1 == last) {
        pending.pop();
        table.columns.iter_mut().for_each(|c| c.truncate(rows - 1));
        table.cut = Some(last);
    }
    pending.iter().for_each(|p| table.short.add(p.1));
    Ok(table)
}

/// The usual row: plain numbers and empty fields. `false` sends it the slow way.
#[inline]
fn fast_row(line: &[u8], dialect: &Dialect, row: &mut [f64], shapes: &mut [Shape]) -> bool {
    let delimiter = dialect.delimiter;
    let blank = |at: usize| match line.get(at) {
        Some(b' ') => true,
        Some(b'\t') => delimiter != b'\t',
        _ => false,
    };
    let mut at = 0;
    let last = row.len() - 1;
    for (i, value) in row.iter_mut().enumerate() {
        while blank(at) {
            at += 1;
        }
        let empty = at == line.len() || line[at] == delimiter;
        if empty && delimiter != BLANKS {
            *value = EMPTY;
        } else {
            let Some((number, end, shape)) = number::scan(line, at, dialect.decimal) else { return false };
            if !number.is_finite() {
                return false;
            }
            *value = number;
            shapes[i] = shapes[i].finest(shape);
            at = end;
            let before = at;
            while blank(at) {
                at += 1;
            }
            if delimiter == BLANKS {
                if i < last && at == before {
                    return false;
                }
                continue;
            }
        }
        if i < last {
            if line.get(at) != Some(&delimiter) {
                return false;
            }
            at += 1;
        }
    }
    at == line.len()
}

/// Any row, field by field.
fn slow_row(
    line: &[u8],
    dialect: &Dialect,
    row: &mut [f64],
    shapes: &mut [Shape],
    infinite: &mut Vec<()>,
) -> Row {
    // A no-break space is a blank (windows-1252 and UTF-8).
    let cleaned: Vec<u8>;
    let line = if line.contains(&0xa0) {
        cleaned = line.iter().filter(|b| **b != 0xc2).map(|b| if *b == 0xa0 { b' ' } else { *b }).collect();
        &cleaned
    } else {
        line
    };
    let mut fields = Vec::new();
    split(line, dialect.delimiter, &mut fields);
    row.fill(EMPTY);
    if fields.len() > row.len() && fields[row.len()..].iter().any(|f| !f.is_empty()) {
        return Row::Corrupt;
    }
    let infinite_before = infinite.len();
    for (i, (field, value)) in fields.iter().zip(row.iter_mut()).enumerate() {
        *value = if dialect.words[i] {
            EMPTY
        } else if let Some((x, shape)) =
            number::whole(field, dialect.decimal).or_else(|| number::clock(field, dialect.decimal))
        {
            if x.is_finite() {
                shapes[i] = shapes[i].finest(shape);
                x
            } else {
                infinite.push(());
                MISSING
            }
        } else if field.is_empty() {
            EMPTY
        } else if number::is_infinite(field) {
            infinite.push(());
            MISSING
        } else if number::is_missing(field) {
            MISSING
        } else {
            infinite.truncate(infinite_before);
            return Row::Corrupt;
        };
    }
    if fields.len() < row.len() { Row::Short } else { Row::Full }
}

fn pieces_are_rows(line: &Line<'_>, dialect: &Dialect, row: &mut [f64]) -> bool {
    let mut shapes = vec![Shape::default(); row.len()];
    let mut pieces = line.bytes.split(|b| *b == b'\r').filter(|p| !p.trim_ascii().is_empty());
    pieces.all(|p| matches!(slow_row(p, dialect, row, &mut shapes, &mut Vec::new()), Row::Full))
}
