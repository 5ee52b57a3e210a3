//! From text to rows of cells, as spreadsheets write them.

use super::super::table::wrong;
use crate::Result;
use std::borrow::Cow;

/// Cells in a row. Ours: the widest table that makes sense has a tenth of them.
const MAX_COLUMNS: usize = 512;

/// One row.
#[derive(Debug)]
pub(super) struct Row<'a> {
    /// Line that it begins on, counted from 1.
    pub(super) line: u64,
    /// Blanks around each are removed.
    pub(super) cells: Vec<Cow<'a, str>>,
}

impl Row<'_> {
    pub(super) fn is_blank(&self) -> bool {
        self.cells.iter().all(|c| c.is_empty())
    }
}

/// Goes through the rows of a text. A quoted cell may hold separators, line ends and doubled quotes.
pub(super) struct Rows<'a> {
    rest: &'a str,
    separator: char,
    line: u64,
}

impl<'a> Rows<'a> {
    pub(super) fn of(text: &'a str, separator: char) -> Self {
        Rows { rest: text, separator, line: 1 }
    }

    /// The next row, blank ones among them; `None` behind the last.
    ///
    /// # Errors
    /// A quote that does not end, text behind a quoted cell, too many cells.
    pub(super) fn next_row(&mut self) -> Result<Option<Row<'a>>> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let (line, mut cells) = (self.line, Vec::new());
        loop {
            let cell = self.cell(line)?;
            cells.push(cell);
            if cells.len() > MAX_COLUMNS {
                return Err(wrong(line, format!("more than {MAX_COLUMNS} cells in a row")));
            }
            let mut left = self.rest.chars();
            match left.next() {
                Some(c) if c == self.separator => self.rest = left.as_str(),
                Some(c) => {
                    let after = left.as_str();
                    self.rest = if c == '\r' { after.strip_prefix('\n').unwrap_or(after) } else { after };
                    self.line += 1;
                    break;
                }
                None => break,
            }
        }
        Ok(Some(Row { line, cells }))
    }

    /// One cell; what is left begins with a separator or a line's end.
    fn cell(&mut self, line: u64) -> Result<Cow<'a, str>> {
        let separator = self.separator;
        let end = |text: &str| text.find([separator, '\n', '\r']).unwrap_or(text.len());
        let blank = |c: char| c != separator && (c == ' ' || c == '\t' || c == '\u{a0}');
        let Some(quoted) = self.rest.trim_start_matches(blank).strip_prefix('"') else {
            let (cell, rest) = self.rest.split_at(end(self.rest));
            self.rest = rest;
            return Ok(Cow::Borrowed(cell.trim()));
        };
        let (mut cell, mut rest) = (Cow::Borrowed(""), quoted);
        loop {
            let Some((part, after)) = rest.split_once('"') else {
                return Err(wrong(line, "a quote (\") opens a cell and nothing closes it"));
            };
            self.line += part.matches('\n').count() as u64;
            if cell.is_empty() {
                cell = Cow::Borrowed(part)
            } else {
                cell.to_mut().push_str(part)
            }
            match after.strip_prefix('"') {
                Some(more) => {
                    cell.to_mut().push('"');
                    rest = more;
                }
                None => {
                    rest = after;
                    break;
                }
            }
        }
        let (behind, left) = rest.split_at(end(rest));
        if !behind.trim().is_empty() {
            return Err(wrong(
                line,
                format!("`{}` stands behind a quoted cell", super::shown(behind.trim())),
            ));
        }
        self.rest = left;
        Ok(match cell {
            Cow::Borrowed(cell) => Cow::Borrowed(cell.trim()),
            Cow::Owned(cell) => Cow::Owned(cell.trim().to_owned()),
        })
    }
}

/// What separates the cells: a tab, else `;`, else `,`, whichever a text's first lines hold outside quotes.
///
/// A semicolon before a comma: where cells are separated by `;`, a comma is a decimal mark.
pub(super) fn separator(text: &str) -> char {
    for line in text.lines().filter(|l| !l.trim().is_empty()).take(2) {
        let mut quoted = false;
        let mut seen = [false; 3];
        for c in line.chars() {
            match c {
                '"' => quoted = !quoted,
                '\t' if !quoted => seen[0] = true,
                ';' if !quoted => seen[1] = true,
                ',' if !quoted => seen[2] = true,
                _ => {}
            }
        }
        if let Some(found) = ['\t', ';', ','].into_iter().zip(seen).find_map(|(c, s)| s.then_some(c)) {
            return found;
        }
    }
    ','
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str, separator: char) -> Vec<(u64, Vec<String>)> {
        let mut all = Rows::of(text, separator);
        let mut out = Vec::new();
        while let Some(row) = all.next_row().unwrap() {
            out.push((row.line, row.cells.iter().map(|c| c.clone().into_owned()).collect()));
        }
        out
    }

    #[test]
    fn quotes_blanks_and_line_ends_are_those_of_spreadsheets() {
        let text = "a, \"b,\"\"c\"\"\nd\" ,e\r\n\r\n,x\ry,\"\"";
        let row =
            |line: u64, cells: &[&str]| (line, cells.iter().map(|c| (*c).to_owned()).collect::<Vec<_>>());
        let expected =
            [row(1, &["a", "b,\"c\"\nd", "e"]), row(3, &[""]), row(4, &["", "x"]), row(5, &["y", ""])];
        assert_eq!(rows(text, ','), expected);
        assert!(rows("", ',').is_empty());
        for bad in ["a,\"b\n", "\"a\" b,c\n"] {
            assert!(Rows::of(bad, ',').next_row().is_err(), "{bad}");
        }
        assert!(Rows::of(&",".repeat(600), ',').next_row().unwrap_err().to_string().contains("512"));
    }

    #[test]
    fn the_separator_is_looked_for_outside_quotes() {
        for (text, found) in [
            ("a;b,c\n", ';'),
            ("a\tb;c", '\t'),
            ("a,b", ','),
            ("\"a;b\",c", ','),
            ("[motor]\na;b", ';'),
            ("", ','),
        ] {
            assert_eq!(separator(text), found, "{text}");
        }
    }
}
