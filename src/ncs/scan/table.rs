//! Scans as plain tables: two columns, stimulus and amplitude.

use super::Scan;
use crate::error::At;
use crate::{Error, Result};

impl Scan {
    /// Reads a table of two columns, divided by comma, semicolon, tab or blanks, one response a line in the
    /// order of recording. The header names the columns and their units: `stimulus_ma` (or `_ua`, `_a`) and
    /// `amplitude_mv` (or `_uv`, `_v`), in either order; lines that begin with `#` are passed over. Which
    /// responses belong to the scan is not stated by such a table.
    ///
    /// # Errors
    /// [`Error::Malformed`] with the line: no such header, a row that is not two numbers. As
    /// [`Scan::from_milli`].
    pub fn from_table(text: &str) -> Result<Self> {
        let malformed = |line: usize, what: String| Error::malformed("scan", At::Line(line as u64 + 1), what);
        let mut lines = text
            .lines()
            .enumerate()
            .map(|(i, l)| (i, l.trim_matches(['\u{feff}', '\r', ' '])))
            .filter(|(_, l)| !l.is_empty() && !l.starts_with('#'));
        let fields = |l: &str| -> Vec<String> {
            let divide = |c: char| matches!(c, ',' | ';' | '\t' | ' ');
            l.split(divide).filter(|f| !f.is_empty()).map(|f| f.trim_matches('"').to_lowercase()).collect()
        };
        let Some((first, header)) = lines.next() else {
            return Err(Error::malformed("scan", At::File, "the table is empty"));
        };
        let names = fields(header);
        let column = |quantity: &str, units: [(&str, f64); 3]| {
            names.iter().enumerate().find_map(|(i, n)| {
                let unit = n.strip_prefix(quantity)?.trim_matches(['_', '(', ')', '[', ']']);
                units.iter().find(|(u, _)| *u == unit).map(|(_, factor)| (i, *factor))
            })
        };
        let stimulus = column("stimulus", [("ma", 1.0), ("ua", 1e-3), ("a", 1e3)]);
        let amplitude = column("amplitude", [("mv", 1.0), ("uv", 1e-3), ("v", 1e3)]);
        let (Some((at, to_ma)), Some((of, to_mv)), 2) = (stimulus, amplitude, names.len()) else {
            let what = "the header of a scan names two columns, `stimulus_ma` and `amplitude_mv`";
            return Err(malformed(first, what.into()));
        };
        let (mut stimulus, mut amplitude) = (Vec::new(), Vec::new());
        for (i, line) in lines {
            let numbers: Vec<f64> =
                fields(line).iter().filter_map(|f| f.parse().ok()).filter(|v: &f64| v.is_finite()).collect();
            let [a, b] = numbers[..] else {
                return Err(malformed(i, "a row of a scan is two numbers".into()));
            };
            if fields(line).len() != 2 {
                return Err(malformed(i, "a row of a scan is two numbers".into()));
            }
            let row = [a, b];
            stimulus.push(row[at] * to_ma);
            amplitude.push(row[of] * to_mv);
        }
        Scan::from_milli(stimulus, amplitude, None)
    }
}
