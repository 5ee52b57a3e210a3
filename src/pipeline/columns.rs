//! Reading tables back: feature tables as CSV or Parquet, and small tables about subjects.

use crate::error::At;
use crate::{Error, Result};
use std::borrow::Cow;
use std::path::Path;

/// Columns of a table at most. Ours.
const MOST_COLUMNS: usize = 10_000;

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    /// Nothing there.
    Missing,
    /// Of a column of numbers.
    Number(f64),
    /// Of a column of text, and every cell of a CSV file.
    Text(Cow<'a, str>),
}

impl Cell<'_> {
    /// The number; `Ok(None)` of an empty cell or one that is not finite, `Err` of a word.
    pub fn number(&self) -> std::result::Result<Option<f64>, &str> {
        match self {
            Cell::Missing => Ok(None),
            Cell::Number(v) => Ok(v.is_finite().then_some(*v)),
            Cell::Text(t) if t.trim().is_empty() => Ok(None),
            Cell::Text(t) => {
                t.trim().parse::<f64>().map(|v| v.is_finite().then_some(v)).map_err(|_| t.as_ref())
            }
        }
    }
    /// The text without outer blanks; a number as its shortest decimal, nothing as an empty text.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Cell::Missing => Cow::Borrowed(""),
            Cell::Number(v) => Cow::Owned(v.to_string()),
            Cell::Text(t) => Cow::Borrowed(t.trim()),
        }
    }
}

/// Whoever takes rows: the line or row number, counted from 1 with the header, and the chosen cells.
pub type Take<'a> = &'a mut dyn FnMut(u64, &[Cell<'_>]) -> Result<()>;

fn is_parquet(path: &Path) -> bool {
    path.extension().is_some_and(|e| e.eq_ignore_ascii_case("parquet"))
}

/// Names of the columns, without outer blanks. Errors: no header, a name that stands twice.
pub fn header(path: &Path) -> Result<Vec<String>> {
    let names = if is_parquet(path) { parquet_header(path)? } else { csv_header(path)? };
    let file = path.display().to_string();
    let wrong = |what: String| Err(Error::malformed("table", At::Line(1), what).in_file(&file));
    if names.len() > MOST_COLUMNS {
        return wrong(format!("{} columns; at most {MOST_COLUMNS} are read", names.len()));
    }
    let mut seen = std::collections::BTreeSet::new();
    match names.iter().find(|n| !seen.insert(n.as_str())) {
        Some(twice) => wrong(format!("two columns are called `{twice}`")),
        None => Ok(names),
    }
}

/// Hands every row's cells of `columns` (places in the header) to `take`.
pub fn rows(path: &Path, columns: &[usize], take: Take<'_>) -> Result<()> {
    let file = path.display().to_string();
    let read =
        if is_parquet(path) { parquet_rows(path, columns, take) } else { csv_rows(path, columns, take) };
    read.map_err(|e| e.in_file(&file))
}

fn csv_reader(path: &Path) -> Result<csv::Reader<std::fs::File>> {
    let file = std::fs::File::open(path).map_err(|e| Error::io(path, e))?;
    Ok(csv::ReaderBuilder::new().flexible(false).from_reader(file))
}

fn wrong_csv(e: &csv::Error) -> Error {
    let line = e.position().map_or(1, csv::Position::line);
    Error::malformed("table", At::Line(line), e.to_string())
}

fn csv_header(path: &Path) -> Result<Vec<String>> {
    let mut reader = csv_reader(path)?;
    let names = reader.headers().map_err(|e| wrong_csv(&e).in_file(&path.display().to_string()))?;
    let bare = |n: &str| n.trim_start_matches('\u{feff}').trim().to_owned();
    Ok(names.iter().map(bare).collect())
}

fn csv_rows(path: &Path, columns: &[usize], take: Take<'_>) -> Result<()> {
    let mut reader = csv_reader(path)?;
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(|e| wrong_csv(&e))? {
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |c: &usize| record.get(*c).map_or(Cell::Missing, |t| Cell::Text(Cow::Borrowed(t)));
        let cells: Vec<Cell<'_>> = columns.iter().map(cell).collect();
        take(line, &cells)?;
    }
    Ok(())
}

#[cfg(feature = "parquet")]
fn parquet_header(path: &Path) -> Result<Vec<String>> {
    super::parquet::column_names(path)
}

#[cfg(feature = "parquet")]
fn parquet_rows(path: &Path, columns: &[usize], take: Take<'_>) -> Result<()> {
    super::parquet::rows(path, columns, take)
}

#[cfg(not(feature = "parquet"))]
fn parquet_header(path: &Path) -> Result<Vec<String>> {
    Err(without(path))
}

#[cfg(not(feature = "parquet"))]
fn parquet_rows(path: &Path, _: &[usize], _: Take<'_>) -> Result<()> {
    Err(without(path))
}

#[cfg(not(feature = "parquet"))]
fn without(path: &Path) -> Error {
    Error::option("table", format!("{}: this program was built without Parquet; .csv works", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_numbers_nothing_or_words() {
        let text = |t: &'static str| Cell::Text(Cow::Borrowed(t));
        assert_eq!(text(" 1.5 ").number(), Ok(Some(1.5)));
        for nothing in [text(""), text("  "), text("NaN"), text("inf"), Cell::Missing, Cell::Number(f64::NAN)]
        {
            assert_eq!(nothing.number(), Ok(None), "{nothing:?}");
        }
        assert_eq!(text("abc").number(), Err("abc"));
        assert_eq!(
            (text(" p1 ").text(), Cell::Number(3.0).text()),
            (Cow::Borrowed("p1"), Cow::Borrowed("3"))
        );
    }
}
