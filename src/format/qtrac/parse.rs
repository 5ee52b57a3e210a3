//! The grammar of a `.MEM` file, line by line.

use super::mem::{Derived, MaxCmap, Mem, ModelUnit, Table};
use crate::error::At;
use crate::measure::{Finding, Severity};
use crate::units::SignalUnit;
use crate::{Error, Result};

/// Ours: tables, variables and model units that one file may hold. Real files have at most 12, 60 and 200;
/// a hostile one must not make the result many times its own size.
const MOST: usize = 20_000;
/// Characters of a text that is kept.
const LONGEST: usize = 200;

fn malformed(line: usize, what: impl Into<String>) -> Error {
    Error::malformed("qtrac", At::Line(line as u64), what)
}

/// A finite number; Qtrac writes `.2` and pads with blanks. A decimal comma is taken where there is no point.
fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let plain = |c: char| c.is_ascii_digit() || "+-.eE".contains(c);
    let value = match text.contains(',') && !text.contains('.') {
        true if text.matches(',').count() == 1 => text.replace(',', ".").parse::<f64>().ok(),
        true => None,
        false if text.chars().all(plain) => text.parse::<f64>().ok(),
        false => None,
    };
    value.filter(|v| v.is_finite())
}

fn kept(text: &str) -> String {
    text.trim().chars().take(LONGEST).collect()
}

/// A row's code and number, as `TE1` and 4 of `TE1.4`: letters, perhaps a digit or two, a point, and a
/// number. `None` where it is none, an error's text where it begins like one.
fn code(field: &str) -> Option<std::result::Result<(&str, u64), String>> {
    let (code, row) = field.split_once('.')?;
    let letters = code.bytes().take_while(u8::is_ascii_alphabetic).count();
    let digits = &code[letters..];
    let fits = (2..=4).contains(&letters) && digits.len() <= 2 && digits.bytes().all(|b| b.is_ascii_digit());
    if !fits || !row.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let number = row.parse().ok().filter(|_| row.len() <= 9);
    Some(number.map(|n| (code, n)).ok_or_else(|| format!("`{}` is no number of a row", kept(field))))
}

/// A heading without its times: all capitals in front of a bracket.
fn heading(line: &str) -> Option<String> {
    let bare = line.split('(').next().unwrap_or("").trim();
    let letters = bare.chars().filter(|c| c.is_alphabetic()).count();
    let fits = letters >= 6 && !bare.chars().any(char::is_lowercase) && !line.contains(['\t', '=']);
    (fits || (letters >= 6 && bare.starts_with("EXTRA "))).then(|| kept(bare))
}

/// `28/1/20`, day first, as `2020-01-28`.
fn date(text: &str) -> Option<String> {
    let parts: Vec<u16> = text.trim().split('/').map(|p| p.trim().parse().ok()).collect::<Option<_>>()?;
    let [day, month, year] = parts[..] else { return None };
    let year = match year {
        0..70 => 2000 + year,
        70..100 => 1900 + year,
        1970..=2200 => year,
        _ => return None,
    };
    ((1..=31).contains(&day) && (1..=12).contains(&month)).then(|| format!("{year}-{month:02}-{day:02}"))
}

#[derive(Default)]
struct Parser {
    mem: Mem,
    heading: String,
    columns: Vec<String>,
    /// Line of `Scanpts:`.
    points_line: usize,
    /// Units that the model's heading announces, and whether its rows are being read.
    model: Option<(usize, usize)>,
    unread: Vec<usize>,
    /// Whether a row of the scan out of its place was told.
    misnumbered: bool,
}

/// Reads the text of a `.MEM` file; see [`read`](super::read).
///
/// # Errors
/// As [`read`](super::read).
pub fn parse(text: &str) -> Result<Mem> {
    let mut parser = Parser::default();
    for (i, line) in text.lines().enumerate() {
        let line = line.trim_matches(['\u{feff}', '\u{1a}', '\0', '\r']);
        if !line.trim().is_empty() {
            parser.line(i + 1, line)?;
        }
    }
    parser.finish()
}

impl Parser {
    fn line(&mut self, n: usize, line: &str) -> Result<()> {
        let fields: Vec<&str> = line.split('\t').map(str::trim).collect();
        if let Some(code) = code(fields[0]) {
            let (code, number) = code.map_err(|what| malformed(n, what))?;
            return self.row(n, code, number, &fields[1..]);
        }
        let trimmed = line.trim();
        if let Some(mark) = trimmed.strip_prefix('!') {
            self.mark(n, mark.trim());
        } else if self.model.is_some() && fields.len() >= 4 && fields[0].is_empty() {
            self.model_row(n, &fields[1..])?;
        } else if let Some(heading) = heading(trimmed) {
            self.heading = heading;
            self.columns = Vec::new();
            self.model = None;
        } else if self.derived(n, &fields)? || self.max_cmap(trimmed) || self.extra(n, trimmed)? {
        } else if let Some((key, value)) = trimmed.split_once(':').filter(|_| self.mem.tables.is_empty()) {
            self.header(n, key.trim(), value.trim());
        } else if fields.len() >= 2 && fields[0].is_empty() || fields.len() == 2 && trimmed.contains('(') {
            // Names of columns; the column of the rows' codes has none, or the names begin with it.
            self.columns = fields.iter().filter(|f| !f.is_empty()).map(|f| kept(f)).collect();
        }
        Ok(())
    }

    /// A header line; what may name people is passed over.
    fn header(&mut self, n: usize, key: &str, value: &str) {
        let mem = &mut self.mem;
        let text = Some(kept(value)).filter(|v| !v.is_empty());
        match key.to_ascii_lowercase().as_str() {
            "name" => mem.name = text,
            "protocol" => mem.protocol = text,
            "date" => mem.date = date(value),
            "start time" => mem.time = text.filter(|t| t.chars().all(|c| c.is_ascii_digit() || c == ':')),
            "age" => mem.subject.age_years = number(value).filter(|a| (0.0..=130.0).contains(a)),
            "sex" => {
                mem.subject.sex = match value.to_ascii_lowercase().as_str() {
                    "m" | "male" => Some("male".into()),
                    "f" | "female" => Some("female".into()),
                    _ => None,
                }
            }
            "temperature" => mem.temperature_c = number(value).filter(|t| (0.0..=50.0).contains(t)),
            "s/r sites" => mem.sites = text,
            "nc/disease" => mem.condition = text,
            "scanpts" => {
                let points: Option<Vec<usize>> = value.split(',').map(|p| p.trim().parse().ok()).collect();
                mem.scan_points = points.and_then(|p| p.try_into().ok());
                self.points_line = n;
                if mem.scan_points.is_none() {
                    self.doubt(n, "`Scanpts:` is not four row numbers");
                }
            }
            _ => {}
        }
    }

    fn doubt(&mut self, line: usize, what: &str) {
        let detail = format!("line {line}: {what}");
        self.mem.findings.push(Finding::file("header", Severity::Warning, 1, 0.0, detail));
    }

    fn row(&mut self, n: usize, code: &str, number_of_row: u64, fields: &[&str]) -> Result<()> {
        let last = fields.iter().rposition(|f| !f.is_empty()).map_or(0, |i| i + 1);
        let fields = &fields[..last];
        let known = self.mem.tables.iter().position(|t| t.code == code);
        let place = match known {
            Some(place) => place,
            None if fields.is_empty() => {
                return Err(malformed(n, format!("a row of {code} without numbers")));
            }
            None if self.mem.tables.len() >= 100 => return Err(malformed(n, "more than 100 tables")),
            None => {
                let columns = Some(self.columns.clone()).filter(|c| c.len() == fields.len());
                self.mem.tables.push(Table {
                    code: code.to_owned(),
                    heading: self.heading.clone(),
                    columns: columns.unwrap_or_default(),
                    width: fields.len(),
                    values: Vec::new(),
                });
                self.mem.tables.len() - 1
            }
        };
        let table = &mut self.mem.tables[place];
        if fields.len() != table.width {
            let what = format!("{} numbers in a row of {code}, {} in those above", fields.len(), table.width);
            return Err(malformed(n, what));
        }
        for field in fields {
            let value = number(field)
                .ok_or_else(|| malformed(n, format!("`{}` in a row of {code} is no number", kept(field))))?;
            table.values.push(value);
        }
        let rows = table.rows() as u64;
        if code == "MS" && number_of_row != rows && !self.misnumbered {
            self.misnumbered = true;
            self.mem.findings.push(Finding::file(
                "corrupt_rows",
                Severity::Warning,
                1,
                0.0,
                format!("line {n}: row {number_of_row} of the scan stands in place {rows}: rows are missing"),
            ));
        }
        Ok(())
    }

    /// ` 3. <tab> 0.287 <tab> text`.
    fn derived(&mut self, n: usize, fields: &[&str]) -> Result<bool> {
        let Some(id) = fields[0].strip_suffix('.').and_then(|id| id.parse::<u32>().ok()) else {
            return Ok(false);
        };
        if fields.len() < 2 {
            return Ok(false);
        }
        match number(fields[1]) {
            Some(value) if self.mem.derived.len() < MOST => {
                let text = kept(fields.get(2).unwrap_or(&""));
                self.mem.derived.push(Derived { number: id, value, text });
            }
            Some(_) => return Err(malformed(n, format!("more than {MOST} derived variables"))),
            None => self.unread.push(n),
        }
        Ok(true)
    }

    /// `Max CMAP  1 ms =  1.161296 mV`.
    fn max_cmap(&mut self, line: &str) -> bool {
        let Some((left, right)) = line.split_once('=') else { return false };
        let Some(width) = left.trim().strip_prefix("Max CMAP").and_then(|w| w.trim().strip_suffix("ms"))
        else {
            return false;
        };
        let mut words = right.split_whitespace();
        let value = words.next().and_then(number);
        let volts = words.next().and_then(|u| SignalUnit::parse(u).volts_per_unit);
        if let (Some(ms), Some(value), Some(volts)) = (number(width), value, volts)
            && self.mem.max_cmap.len() < MOST
        {
            self.mem.max_cmap.push(MaxCmap { stimulus_width_s: ms * 1e-3, amplitude_v: value * volts });
        }
        true
    }

    /// `MScPeak(mV) = 6.62`, behind the heading of extra variables.
    fn extra(&mut self, n: usize, line: &str) -> Result<bool> {
        if !self.heading.starts_with("EXTRA VARIABLES") {
            return Ok(false);
        }
        let Some((name, value)) = line.split_once('=') else { return Ok(false) };
        if let Some(value) = number(value) {
            if self.mem.extra.len() >= MOST {
                return Err(malformed(n, format!("more than {MOST} extra variables")));
            }
            self.mem.extra.push((kept(name), value));
        }
        Ok(true)
    }

    /// `!MScan Model`, then `!94`: so many units follow.
    fn mark(&mut self, n: usize, mark: &str) {
        if mark.eq_ignore_ascii_case("MScan Model") {
            self.model = Some((n, 0));
        } else if let (Some(model), Ok(count)) = (&mut self.model, mark.parse::<usize>()) {
            model.1 = count;
        } else {
            self.model = None;
        }
    }

    /// `<tab> 1 <tab> 5.12 <tab> 0.4 <tab> 2`: number, threshold in mA, size and relative spread in %.
    fn model_row(&mut self, n: usize, fields: &[&str]) -> Result<()> {
        let numbers: Option<Vec<f64>> = fields.iter().take(4).map(|f| number(f)).collect();
        let Some([_, threshold, size, spread]) = numbers.as_deref().and_then(|v| v.first_chunk::<4>()) else {
            return Err(malformed(n, "a row of the scan's model that is not four numbers"));
        };
        if self.mem.model.len() >= MOST {
            return Err(malformed(n, format!("more than {MOST} units of a model")));
        }
        let (threshold_a, size, relative_spread) = (threshold * 1e-3, size / 100.0, spread / 100.0);
        self.mem.model.push(ModelUnit { threshold_a, size, relative_spread });
        Ok(())
    }

    fn finish(mut self) -> Result<Mem> {
        let units = self.mem.model.len();
        if let Some((line, announced)) = self.model
            && announced != units
        {
            self.doubt(line, &format!("the model announces {announced} units, {units} are there"));
        }
        let rows = self.mem.scan().map_or(0, Table::rows);
        if let Some([a, b, c, d]) = self.mem.scan_points
            && !(a <= b && b < c && c <= d && d <= rows)
        {
            self.mem.scan_points = None;
            let what = format!("`Scanpts: {a}, {b}, {c}, {d}` are no rising rows of a table of {rows} rows");
            self.doubt(self.points_line, &what);
        }
        if let Some(first) = self.unread.first() {
            let what = format!("derived variables without a number, the first in line {first}");
            let count = self.unread.len() as u64;
            self.mem.findings.push(Finding::file("corrupt_rows", Severity::Note, count, 0.0, what));
        }
        let mem = self.mem;
        if mem.tables.is_empty() && mem.derived.is_empty() && mem.extra.is_empty() {
            return Err(Error::malformed("qtrac", At::File, "no table and no variable found"));
        }
        Ok(mem)
    }
}
