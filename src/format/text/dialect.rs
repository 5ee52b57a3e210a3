//! Finds delimiter, decimal mark and first row of numbers from the first part of a text.

use super::encoding::{Ends, Line, Lines};
use super::fields::{BLANKS, Kind, kind, split};
use crate::error::At;
use crate::format::ReadOptions;
use crate::{Error, Result};

/// How much of a text is looked at, bytes: hundreds of rows even of wide tables.
pub(super) const HEAD: usize = 1 << 16;
/// Rows looked at.
const ROWS: usize = 400;
/// A line of at least this many numbers is a signal of its own: our choice, more than the channels of any array.
const LONG_LINE: usize = 1000;
/// A text of one line is one signal from this many numbers on (our choice).
const SHORT_SIGNAL: usize = 16;

/// How the rows are written.
#[derive(Debug, Clone)]
pub(super) struct Dialect {
    pub(super) ends: Ends,
    /// [`BLANKS`] or one byte.
    pub(super) delimiter: u8,
    pub(super) decimal: u8,
    /// Fields in a row.
    pub(super) columns: usize,
    /// For each column, whether it holds words rather than numbers.
    pub(super) words: Vec<bool>,
    /// Line before the first row of numbers, and that row's offset.
    pub(super) header_lines: u64,
    pub(super) offset: usize,
    /// Share of lines after the header that are rows of numbers.
    pub(super) share: f64,
    /// Rows of numbers seen.
    pub(super) rows: usize,
    /// Each line is a channel.
    pub(super) one_line: bool,
}

struct Candidate {
    delimiter: u8,
    decimal: u8,
    columns: usize,
    words: Vec<bool>,
    good: Vec<bool>,
}

/// Whether a line is no row whatever it holds.
pub(super) fn is_comment(line: &[u8]) -> bool {
    matches!(line.first(), Some(b'#' | b'%')) || line.starts_with(b"//")
}

/// Works out the dialect of `bytes`, or says why it is no table of numbers.
pub(super) fn detect(bytes: &[u8], options: &ReadOptions) -> Result<Dialect> {
    let fail = |what: String| Error::malformed("text", At::File, what);
    let cut = bytes.len() > HEAD;
    let head = &bytes[..bytes.len().min(HEAD)];
    let marks: &[u8] = match options.decimal {
        None => b".,",
        Some('.') => b".",
        Some(',') => b",",
        Some(c) => return Err(Error::option("decimal", format!("`{c}`; `.` or `,` is possible"))),
    };
    let ends = Ends::of(head);
    let mut lines: Vec<Line<'_>> = Lines::new(head, ends, 0, 0).collect();
    if cut && lines.len() > 1 && lines.last().is_some_and(|l| !l.ended) {
        lines.pop();
    }
    lines.retain(|l| !l.bytes.trim_ascii().is_empty() && !is_comment(l.bytes));
    lines.truncate(ROWS);
    let mut best: Option<Candidate> = None;
    for delimiter in [b'\t', b';', b',', BLANKS] {
        for &decimal in marks {
            // A comma can be both only where quotes keep them apart.
            if delimiter == b',' && decimal == b',' && !head.contains(&b'"') {
                continue;
            }
            let Some(new) = try_out(&lines, delimiter, decimal) else { continue };
            let rank = |c: &Candidate| {
                let mut good = c.good.iter().filter(|g| **g).count();
                if c.columns == 1 && c.decimal == b',' && options.decimal.is_none() {
                    // One column of decimal commas also explains two columns, ragged rows and all.
                    good = good * 3 / 5;
                }
                (good, usize::MAX - c.words.iter().filter(|w| **w).count())
            };
            if best.as_ref().is_none_or(|old| rank(&new) > rank(old)) {
                best = Some(new);
            }
        }
    }
    let Some(best) = best else {
        return Err(fail(no_table(&lines)));
    };
    let start = data_start(&lines, &best);
    let first = &lines[start];
    let rows = best.good[start..].iter().filter(|g| **g).count();
    #[expect(clippy::cast_precision_loss, reason = "at most 400 rows")]
    let share = rows as f64 / (lines.len() - start) as f64;
    let one_line = start == 0
        && best.words.iter().filter(|w| **w).count() * 10 <= best.columns
        && (best.columns >= LONG_LINE || (lines.len() == 1 && best.columns >= SHORT_SIGNAL));
    if options.decimal.is_none() && best.delimiter == b',' && best.decimal == b'.' && !one_line {
        let names = start.checked_sub(1).map(|i| {
            let mut fields = Vec::new();
            split(lines[i].bytes, b',', &mut fields);
            fields.len()
        });
        if best.columns == 2 && names != Some(2) {
            ambiguous_comma(&lines[start..])?;
        }
    }
    Ok(Dialect {
        ends,
        delimiter: best.delimiter,
        decimal: best.decimal,
        columns: best.columns,
        words: best.words,
        header_lines: first.number - 1,
        offset: first.offset,
        share,
        rows,
        one_line,
    })
}

/// Reads all lines with one delimiter and decimal mark.
fn try_out(lines: &[Line<'_>], delimiter: u8, decimal: u8) -> Option<Candidate> {
    let mut fields = Vec::new();
    let mut kinds: Vec<Vec<Kind>> = Vec::with_capacity(lines.len());
    for line in lines {
        split(line.bytes, delimiter, &mut fields);
        kinds.push(fields.iter().map(|f| kind(f, decimal)).collect());
    }
    let count = |row: &[Kind], k: Kind| row.iter().filter(|x| **x == k).count();
    let rowlike = |row: &[Kind]| {
        let numbers = count(row, Kind::Number);
        numbers > 0 && row.len() - count(row, Kind::Missing) <= 2 * numbers
    };
    let mut widths: Vec<usize> = kinds.iter().filter(|r| rowlike(r)).map(Vec::len).collect();
    widths.sort_unstable();
    let columns = widths.chunk_by(|a, b| a == b).max_by_key(|c| (c.len(), c[0])).map(|c| c[0])?;
    let members = || kinds.iter().filter(|r| r.len() == columns && rowlike(r));
    let total = members().count();
    // A column of `5;2.345` is no column of words: the delimiter is another one.
    let joined = |c: usize| 2 * members().filter(|r| r[c] == Kind::Joined).count() > total;
    if (0..columns).any(joined) {
        return None;
    }
    let words: Vec<bool> = (0..columns)
        .map(|c| 2 * members().filter(|r| matches!(r[c], Kind::Word | Kind::Other)).count() > total)
        .collect();
    let good = |row: &Vec<Kind>| {
        row.len() == columns
            && row.contains(&Kind::Number)
            && row.iter().zip(&words).all(|(k, w)| *w || matches!(k, Kind::Number | Kind::Missing))
    };
    let good: Vec<bool> = kinds.iter().map(good).collect();
    // A delimiter that no row has is the same as blanks.
    let used = columns > 1 || delimiter == BLANKS;
    (used && good.contains(&true)).then_some(Candidate { delimiter, decimal, columns, words, good })
}

/// The first row of numbers that no line of words follows closely: a line of numbers may be part of a
/// header.
fn data_start(lines: &[Line<'_>], best: &Candidate) -> usize {
    let heading = |line: &Line<'_>| {
        let mut fields = Vec::new();
        split(line.bytes, best.delimiter, &mut fields);
        let present = fields.iter().filter(|f| !f.is_empty()).count();
        fields.iter().filter(|f| kind(f, best.decimal) == Kind::Word).count() * 2 > present
    };
    let headings: Vec<bool> = lines.iter().zip(&best.good).map(|(l, good)| !good && heading(l)).collect();
    let rows = || best.good.iter().enumerate().filter(|(_, good)| **good).map(|(i, _)| i);
    rows().find(|&i| !headings[i..].iter().take(5).any(|h| *h)).or_else(|| rows().next()).unwrap_or(0)
}

/// Rows from which on whole numbers of equal width without a leading zero are surely no fractions: each
/// fraction has one with a probability of a tenth (our choice).
const SURELY_WHOLE: usize = 50;

/// Refuses `1,25` in every line, which may be two columns or one: guessing would invent a signal.
fn ambiguous_comma(rows: &[Line<'_>]) -> Result<()> {
    let mut fields = Vec::new();
    let digits = |f: &[u8]| !f.is_empty() && f.iter().all(u8::is_ascii_digit);
    let (mut padded, mut widths, mut without) = (false, Vec::new(), false);
    for row in rows {
        split(row.bytes, b',', &mut fields);
        match fields[..] {
            [whole, fraction] => {
                let unsigned = whole.strip_prefix(b"-").or(whole.strip_prefix(b"+")).unwrap_or(whole);
                if !digits(fraction) || !digits(unsigned) || row.bytes.contains(&b' ') {
                    return Ok(());
                }
                padded |= fraction.len() > 1 && fraction[0] == b'0';
                widths.push(fraction.len());
            }
            [_] => without = true,
            _ => return Ok(()),
        }
    }
    let constant = widths.windows(2).all(|w| w[0] == w[1]) && widths.first().is_some_and(|w| *w > 1);
    if padded || (without && widths.len() > 3) || (constant && widths.len() < SURELY_WHOLE) {
        return Err(Error::option(
            "decimal",
            format!(
                "`{}` may be two columns or one number with a decimal comma; add --decimal . or --decimal ,",
                String::from_utf8_lossy(&rows[0].bytes[..rows[0].bytes.len().min(40)])
            ),
        ));
    }
    Ok(())
}

/// Why there is no table; names thousands separators, which are never guessed.
fn no_table(lines: &[Line<'_>]) -> String {
    let grouped = |line: &Line<'_>| {
        line.bytes.split(|b| matches!(b, b';' | b'\t' | b' ' | b'"')).any(|field| {
            let (dot, comma) = (field.iter().position(|b| *b == b'.'), field.iter().position(|b| *b == b','));
            let plain = field.iter().all(|b| b.is_ascii_digit() || b"+-.,".contains(b));
            plain && dot.is_some() && comma.is_some() && field.len() > 4
        })
    };
    if lines.iter().filter(|l| grouped(l)).count() * 2 > lines.len() {
        "numbers with thousands separators; these are never guessed: export without them".into()
    } else {
        "no table of numbers found".into()
    }
}
