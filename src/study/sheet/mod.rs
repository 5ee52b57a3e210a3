//! Clinical tables as cells: studies that hold values already measured, from a spreadsheet or another program.
//!
//! A text of rows whose cells are separated by tabs, `;` or `,` (the first of these that the header has), UTF-8 or
//! UTF-16 with a byte order mark. Where a comma is no separator it may be the decimal mark. Columns are named as the
//! keys of the study file, in any order. Two forms:
//!
//! - **long**, a row a value: `kind`, `nerve_or_muscle`, `side`, `recording` (muscle or recording site), `site`
//!   (stimulation), `key`, `value`;
//! - **wide**, a row a stimulation site, a response or a muscle: `nerve`, `side`, `muscle` or `recording_site`, `site`
//!   and a column for each key. Which table of the study file a row belongs to is said by a column `kind`, by a line
//!   `[motor]` above the header (further ones may follow in the same file, each with its header), or by the columns
//!   where only one kind knows them all.
//!
//! In both, `study_id` (or `pattern_id`) tells studies apart; without it the text is one study. `repeat` tells tests
//! of the same place apart. The keys of `[subject]` and `[scores]` may be columns of any wide table. `comment`,
//! `sources`, `status` and `confidence` are passed over, and so are rows of the kind `label`.
//!
//! An empty cell is "not done", never normal; `NR` under a measured value is an absent response. A study with a
//! mistake in it is refused as a whole, by line and column; the others are read.

mod cells;
mod draft;
mod header;
mod shape;

use self::cells::{Row, Rows, separator};
use self::draft::{Draft, Named, Target};
use self::header::{Column, Header, Kind, Known, Level, is_header, section};
use self::shape::{Said, Shape};
use super::Study;
use super::entries::{Spot, Value};
use super::table::{wrong, wrong_at};
use crate::error::{At, nearest};
use crate::{Error, Result};
use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;

pub(super) use super::table::shorten as shown;

/// Longest table that is read, bytes: half a million rows. Ours.
pub const MAX_BYTES: u64 = 64 << 20;
/// Bytes that are looked at to tell a clinical table from a recording.
pub const HEAD_BYTES: usize = 1 << 16;

/// The studies of a table.
#[derive(Debug)]
pub struct Sheet {
    /// In the order of their first rows; each with its id where the table has a column `study_id`.
    pub studies: Vec<Study>,
    /// What is wrong with the others, one line each.
    pub refused: Vec<Error>,
}

/// Looks up the id of a muscle or a nerve, or gives an error that names the nearest one.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Result<String>;

/// Whether a text begins as a clinical table: a line `[motor]` or another kind, or a header with columns that name
/// studies, sides and nerves or muscles. `head`: the file's first bytes, some [`HEAD_BYTES`] of them.
pub fn is_sheet(head: &[u8]) -> bool {
    let Ok(text) = decode(head).or_else(|_| {
        // The last character may be cut.
        let cut = head.len().saturating_sub(4).max(head.len() / 2);
        let end = head[..cut].iter().rposition(|b| *b == b'\n').unwrap_or(cut);
        decode(&head[..end])
    }) else {
        return false;
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut rows = Rows::of(text, separator(text));
    while let Ok(Some(row)) = rows.next_row() {
        if !row.is_blank() {
            return section(&row).is_some_and(|s| s.is_ok()) || is_header(&row);
        }
    }
    false
}

/// Reads a table from a file.
///
/// # Errors
/// As [`parse`], with the file; [`Error::Io`]; [`Error::Limit`] above [`MAX_BYTES`].
pub fn read(path: &Path, muscle: Lookup<'_>, nerve: Lookup<'_>) -> Result<Sheet> {
    let name = path.display().to_string();
    let io = |e| Error::io(path, e);
    let size = std::fs::metadata(path).map_err(io)?.len();
    if size > MAX_BYTES {
        let limit = Error::Limit { name: "bytes of a clinical table", asked: size, allowed: MAX_BYTES };
        return Err(limit.in_file(&name));
    }
    let bytes = std::fs::read(path).map_err(io)?;
    let text = decode(&bytes).map_err(|e| e.in_file(&name))?;
    let mut sheet = parse(&text, muscle, nerve).map_err(|e| e.in_file(&name))?;
    let refused = std::mem::take(&mut sheet.refused);
    sheet.refused = refused.into_iter().map(|e| e.in_file(&name)).collect();
    Ok(sheet)
}

/// Reads a table. Muscles and nerves are looked up here, so that rows that call one muscle by two names are one test.
///
/// # Errors
/// [`Error::Malformed`] with the line: what concerns all rows, such as an unknown column. What concerns one study is
/// in [`Sheet::refused`].
pub fn parse(text: &str, muscle: Lookup<'_>, nerve: Lookup<'_>) -> Result<Sheet> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let separator = separator(text);
    let mut rows = Rows::of(text, separator);
    let mut out = Reader {
        comma: separator != ',',
        muscles: Names { find: muscle, known: HashMap::new() },
        nerves: Names { find: nerve, known: HashMap::new() },
        drafts: Vec::new(),
        draft_of: HashMap::new(),
        order: 0,
    };
    let mut header: Option<Header> = None;
    let mut told: Option<Kind> = None;
    // Cells are borrowed from the text or owned by the row: rows are kept until the studies are made.
    let mut held: Vec<Row<'_>> = Vec::new();
    while let Some(row) = rows.next_row()? {
        if !row.is_blank() {
            held.push(row);
        }
    }
    for row in &held {
        if let Some(kind) = section(row) {
            (told, header) = (Some(kind?), None);
        } else if let Some(header) = &header {
            out.row(header, row)?;
        } else {
            header = Some(Header::read(row, told.take())?);
        }
    }
    if header.is_none() {
        return Err(wrong(1, "no header: the first row names the columns"));
    }
    let mut sheet = Sheet { studies: Vec::new(), refused: Vec::new() };
    for draft in out.drafts {
        let id = draft.id;
        match draft.finish() {
            Ok(study) => sheet.studies.push(study),
            Err(Error::Malformed { format, at, what }) => {
                let what = id.map_or(what.clone(), |id| format!("{what} (study `{}`, left out)", shown(id)));
                sheet.refused.push(Error::Malformed { format, at, what });
            }
            Err(other) => sheet.refused.push(other),
        }
    }
    if sheet.studies.is_empty() && sheet.refused.is_empty() {
        return Err(wrong(1, "a header and no row below it"));
    }
    Ok(sheet)
}

/// The text of a file: UTF-8, or UTF-16 by its byte order mark.
fn decode(bytes: &[u8]) -> Result<Cow<'_, str>> {
    let not = |at: usize| {
        Error::malformed("study", At::Byte(at as u64), "not UTF-8; save the table as \"CSV UTF-8\"")
    };
    match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, mark)) if encoding != encoding_rs::UTF_8 => {
            encoding.decode_without_bom_handling_and_without_replacement(&bytes[mark..]).ok_or_else(|| not(0))
        }
        _ => std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|e| not(e.valid_up_to())),
    }
}

/// Names of muscles or nerves, each looked up once.
struct Names<'a> {
    find: Lookup<'a>,
    known: HashMap<String, std::result::Result<String, String>>,
}

impl Names<'_> {
    fn id(&mut self, name: &str) -> std::result::Result<String, String> {
        if let Some(found) = self.known.get(name) {
            return found.clone();
        }
        let found = (self.find)(name).map_err(|e| e.to_string());
        self.known.insert(name.to_owned(), found.clone());
        found
    }
}

/// Gathers rows into studies.
struct Reader<'a, 'n> {
    comma: bool,
    muscles: Names<'n>,
    nerves: Names<'n>,
    drafts: Vec<Draft<'a>>,
    draft_of: HashMap<&'a str, usize>,
    order: usize,
}

/// The cells of a row by what their columns hold.
struct Cells<'a, 'h> {
    header: &'h Header,
    row: &'a Row<'a>,
    order: usize,
}

impl<'a> Cells<'a, '_> {
    fn spot(&self, index: usize) -> Spot {
        Spot { order: self.order, line: self.row.line, column: index + 1 }
    }

    /// A cell that is not empty, and where it stands; the row's first cell where there is no such column.
    fn get(&self, column: Column) -> (Option<&'a str>, Spot) {
        match self.header.columns.iter().position(|c| *c == column) {
            Some(i) => {
                let cell = self.row.cells.get(i).map(|c| c.as_ref());
                (cell.filter(|c| !c.is_empty()), self.spot(i))
            }
            None => (None, Spot { column: 0, ..self.spot(0) }),
        }
    }
}

impl<'a> Reader<'a, '_> {
    /// Takes up a row; what is wrong with it is kept with its study.
    fn row(&mut self, header: &Header, row: &'a Row<'a>) -> Result<()> {
        self.order += 1;
        let cells = Cells { header, row, order: self.order };
        let count = header.columns.len();
        if let Some(i) = row.cells.iter().skip(count).position(|c| !c.is_empty()) {
            let hint = if self.comma { "" } else { "; with decimal commas, separate the cells by `;`" };
            let what = format!("a cell behind the {count} columns of the header{hint}");
            return Err(wrong_at(cells.spot(count + i), what));
        }
        let (id, spot) = cells.get(Column::StudyId);
        if header.has(Column::StudyId) && id.is_none() {
            return Err(wrong_at(spot, "study_id: is empty; every row names its study"));
        }
        let next = self.drafts.len();
        let at = *self.draft_of.entry(id.unwrap_or_default()).or_insert(next);
        if at == next {
            self.drafts.push(Draft::of(id));
        }
        // One mistake is told for each study; more would mostly be its consequences.
        if self.drafts[at].refused.is_none() {
            let refused = match id {
                Some(id) if id.chars().any(char::is_control) || id.chars().count() > 100 => {
                    Err(wrong_at(spot, "study_id: at most 100 characters, none of them a control character"))
                }
                _ => self.fill(&cells, at),
            };
            self.drafts[at].refused = refused.err();
        }
        Ok(())
    }

    fn fill(&mut self, cells: &Cells<'a, '_>, at: usize) -> Result<()> {
        let (said, spot) = cells.get(Column::Kind);
        let kind = match (cells.header.kind, said) {
            (Some(kind), _) => kind,
            (None, Some("label")) => return Ok(()),
            (None, Some(said)) => Kind::of(said).ok_or_else(|| {
                let near = nearest(said, Kind::ALL.iter().map(|k| k.name())).unwrap_or_default();
                wrong_at(spot, format!("kind: `{}` is not known; the nearest is `{near}`", shown(said)))
            })?,
            (None, None) => {
                return Err(wrong_at(spot, "kind: is empty; motor, sensory, needle, … belongs here"));
            }
        };
        for (i, column) in cells.header.columns.iter().enumerate() {
            let filled = cells.row.cells.get(i).is_some_and(|c| !c.is_empty());
            let site = *column == Column::Cell("site") && !kind.is_test();
            if filled && (!kind.takes(*column) || site) {
                let what = format!("a {} row has nothing to be written here", kind.name());
                return Err(wrong_at(cells.spot(i), what));
            }
            if filled && cells.header.unnamed.contains(&i) {
                return Err(wrong_at(cells.spot(i), "a cell under a column without a name"));
            }
        }
        let target =
            if kind.is_test() { self.target(cells, at, kind)? } else { Target { test: None, site: None } };
        if cells.header.is_long() {
            return self.long(cells, at, kind, target);
        }
        for (i, column) in cells.header.columns.iter().enumerate() {
            let (Column::Cell(key), Some(cell)) = (*column, cells.row.cells.get(i)) else { continue };
            // Columns of other kinds are empty here, as was just seen.
            if let Some(known) = kind.keys().iter().find(|k| k.key == key) {
                self.value(at, kind, target, known, cells.spot(i), cell)?;
            }
        }
        Ok(())
    }

    /// A row of one key and its value.
    fn long(&mut self, cells: &Cells<'a, '_>, at: usize, kind: Kind, target: Target) -> Result<()> {
        let (key, spot) = cells.get(Column::Key);
        let Some(key) = key else { return Err(wrong_at(spot, "key: is empty")) };
        let Some(known) = kind.keys().iter().find(|k| k.key == key) else {
            let near = nearest(key, kind.keys().iter().map(|k| k.key)).unwrap_or_default();
            let what = format!(
                "key: a {} row has no `{}`; the nearest known one is `{near}`",
                kind.name(),
                shown(key)
            );
            return Err(wrong_at(spot, what));
        };
        let (cell, spot) = cells.get(Column::Value);
        self.value(at, kind, target, known, spot, cell.unwrap_or_default())
    }

    fn value(
        &mut self,
        at: usize,
        kind: Kind,
        target: Target,
        known: &Known,
        spot: Spot,
        cell: &'a str,
    ) -> Result<()> {
        let Known { key, level, shape } = *known;
        let said = shape.read(cell, self.comma).map_err(|why| wrong_at(spot, format!("{key}: {why}")))?;
        let draft = &mut self.drafts[at];
        match said {
            Said::Nothing => Ok(()),
            Said::Value(value) => draft.put(target, level, key, spot, value),
            Said::Absent => {
                let level = if kind.has_sites() { Level::Site } else { Level::Test };
                draft.put(target, level, "response", spot, Value::Text("absent".into()))
            }
        }
    }

    /// The test and site that a row belongs to.
    fn target(&mut self, cells: &Cells<'a, '_>, at: usize, kind: Kind) -> Result<Target> {
        let (side, side_spot) = cells.get(Column::Side);
        let Some(side) = side else {
            return Err(wrong_at(side_spot, "side: is empty; `left` or `right` belongs here"));
        };
        let words = Shape::Word(shape::Words::Side);
        let side = match words.read(side, false).map_err(|why| wrong_at(side_spot, format!("side: {why}")))? {
            Said::Value(Value::Text(Cow::Borrowed("left"))) => "left",
            Said::Value(_) => "right",
            _ => return Err(wrong_at(side_spot, "side: `left` or `right` belongs here")),
        };
        let [nerve, recording] = self.names(cells, kind)?;
        let (site, site_spot) = cells.get(Column::Cell("site"));
        let (repeat, _) = cells.get(Column::Repeat);
        let named = Named {
            kind,
            nerve: nerve.0,
            recording: recording.0,
            side,
            site: site.map(Cow::Borrowed).filter(|_| !kind.has_sites()),
            repeat: repeat.unwrap_or_default(),
        };
        let draft = &mut self.drafts[at];
        let test = draft.test(named, [nerve.1, recording.1, side_spot], site_spot);
        if !kind.has_sites() {
            return Ok(Target { test: Some(test), site: None });
        }
        // What is said of a test as a whole makes no stimulation site.
        let whole = cells.header.is_long() && site.is_none() && {
            let key = cells.get(Column::Key).0;
            let level = key.and_then(|key| kind.level(key));
            !matches!(level, Some(Level::Values)) && key != Some("distance_mm")
        };
        let site = (!whole).then(|| draft.site(test, site.unwrap_or_default(), site_spot));
        Ok(Target { test: Some(test), site })
    }

    /// Nerve, and muscle or recording site, of a row, each with its place.
    fn names(&mut self, cells: &Cells<'a, '_>, kind: Kind) -> Result<[(Option<Cow<'a, str>>, Spot); 2]> {
        let first = |columns: [Column; 2]| {
            let [a, b] = columns.map(|c| cells.get(c));
            if a.0.is_some() || b.0.is_none() { a } else { b }
        };
        let (any, any_spot) = cells.get(Column::NerveOrMuscle);
        let nerve = first([Column::Nerve, Column::NerveOrMuscle]);
        let (nerve, recording) = match kind {
            Kind::Needle => ((None, any_spot), first([Column::Muscle, Column::NerveOrMuscle])),
            Kind::HReflex => {
                let muscle = cells.get(Column::Muscle);
                // One column for both: a muscle where it is one, else the nerve.
                match any {
                    Some(name) if muscle.0.is_none() && self.muscles.id(name).is_ok() => {
                        (cells.get(Column::Nerve), (any, any_spot))
                    }
                    Some(name) if cells.get(Column::Nerve).0.is_none() && self.nerves.id(name).is_ok() => {
                        ((any, any_spot), muscle)
                    }
                    Some(_) if muscle.0.is_none() => (cells.get(Column::Nerve), (any, any_spot)),
                    _ => (cells.get(Column::Nerve), muscle),
                }
            }
            Kind::Sensory => (nerve, first([Column::RecordingSite, Column::Recording])),
            _ => (nerve, first([Column::Muscle, Column::Recording])),
        };
        let needs = match kind {
            Kind::Needle if recording.0.is_none() => Some((recording.1, "muscle")),
            Kind::HReflex if recording.0.is_none() && nerve.0.is_none() => Some((recording.1, "muscle")),
            Kind::Needle | Kind::HReflex => None,
            _ if nerve.0.is_none() => Some((nerve.1, "nerve")),
            _ => None,
        };
        if let Some((spot, what)) = needs {
            return Err(wrong_at(spot, format!("a {} row needs its {what}", kind.name())));
        }
        let found = |names: &mut Names<'_>, (name, spot): (Option<&'a str>, Spot)| match name {
            None => Ok((None, spot)),
            Some(name) => {
                let id = names.id(name).map_err(|why| wrong_at(spot, why))?;
                let id = if id == name { Cow::Borrowed(name) } else { Cow::Owned(id) };
                Ok::<_, Error>((Some(id), spot))
            }
        };
        let recording = if kind == Kind::Sensory {
            (recording.0.map(Cow::Borrowed), recording.1)
        } else {
            found(&mut self.muscles, recording)?
        };
        Ok([found(&mut self.nerves, nerve)?, recording])
    }
}
