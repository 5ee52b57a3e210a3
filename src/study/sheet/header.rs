//! What the columns of a table are, and which kind of test its rows hold.

use super::super::keys;
use super::super::table::wrong;
use super::super::values::keys_of;
use super::cells::Row;
use super::shape::{self, Shape};
use super::shown;
use crate::Result;
use crate::error::nearest;
use std::sync::LazyLock;

/// A table of the study file that rows of cells can fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    Subject,
    Scores,
    Motor,
    Sensory,
    FWave,
    HReflex,
    Repetitive,
    Needle,
}

/// Where a key belongs inside a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// The study's `[subject]` or `[scores]`, whatever the kind of the row.
    Subject,
    Scores,
    /// The test as a whole.
    Test,
    /// The stimulation site.
    Site,
    /// `values`, of the site where the kind has sites.
    Values,
    Findings,
}

/// A key that a row may hold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    pub(super) key: &'static str,
    pub(super) level: Level,
    pub(super) shape: Shape,
}

impl Kind {
    pub(super) const ALL: [Kind; 8] = [
        Kind::Subject,
        Kind::Scores,
        Kind::Motor,
        Kind::Sensory,
        Kind::FWave,
        Kind::HReflex,
        Kind::Repetitive,
        Kind::Needle,
    ];

    /// The study file's name of it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::Subject => "subject",
            Kind::Scores => "scores",
            Kind::Motor => "motor",
            Kind::Sensory => "sensory",
            Kind::FWave => "f_wave",
            Kind::HReflex => "h_reflex",
            Kind::Repetitive => "repetitive_stimulation",
            Kind::Needle => "needle",
        }
    }

    pub(super) fn of(name: &str) -> Option<Kind> {
        let name = plain(name);
        Kind::ALL.into_iter().find(|k| k.name() == name)
    }

    pub(super) fn is_test(self) -> bool {
        !matches!(self, Kind::Subject | Kind::Scores)
    }

    /// Whether it has stimulation sites.
    pub(super) fn has_sites(self) -> bool {
        matches!(self, Kind::Motor | Kind::Sensory)
    }

    fn test_keys(self) -> &'static [&'static str] {
        match self {
            Kind::Subject | Kind::Scores | Kind::Needle => &[],
            Kind::Motor => &["skin_temperature_c"],
            Kind::Sensory => &["skin_temperature_c", "technique"],
            Kind::FWave => &["site", "distance_mm", "skin_temperature_c", "response"],
            Kind::HReflex => &["site", "skin_temperature_c", "stimulus_ma", "response"],
            Kind::Repetitive => &[
                "site",
                "frequency_hz",
                "exercise_s",
                "seconds_after_exercise",
                "skin_temperature_c",
                "response",
            ],
        }
    }

    /// Where `key` belongs in a row of this kind; `None` where it does not.
    pub(super) fn level(self, key: &str) -> Option<Level> {
        if self == Kind::Scores {
            return keys::SCORES.contains(&key).then_some(Level::Scores);
        }
        if keys::SUBJECT.contains(&key) {
            return Some(Level::Subject);
        }
        if keys::SCORES.contains(&key) {
            return Some(Level::Scores);
        }
        if self == Kind::Needle && keys::FINDINGS.contains(&key) {
            return Some(Level::Findings);
        }
        if self.test_keys().contains(&key) {
            return Some(Level::Test);
        }
        if self.has_sites() && ["site", "distance_mm", "response"].contains(&key) {
            return Some(Level::Site);
        }
        let list = self == Kind::Repetitive && key == "amplitudes_mv";
        (list || keys_of(self.name()).any(|k| k.key == key)).then_some(Level::Values)
    }

    /// Every key that a row of this kind may hold, with its place and shape.
    pub(super) fn keys(self) -> &'static [Known] {
        static KEYS: LazyLock<Vec<(Kind, Vec<Known>)>> = LazyLock::new(|| {
            let known = |kind: Kind, key: &'static str| {
                Some(Known { key, level: kind.level(key)?, shape: shape::of(key)? })
            };
            let of = |kind: Kind| {
                every_key().into_iter().filter(|k| *k != "site").filter_map(|k| known(kind, k)).collect()
            };
            Kind::ALL.into_iter().map(|kind| (kind, of(kind))).collect()
        });
        KEYS.iter().find(|(kind, _)| *kind == self).map_or(&[], |(_, keys)| keys)
    }

    /// Columns that name a test of this kind.
    fn names(self) -> &'static [Column] {
        match self {
            Kind::Subject | Kind::Scores => &[],
            Kind::Motor | Kind::FWave | Kind::Repetitive => {
                &[Column::Side, Column::NerveOrMuscle, Column::Nerve, Column::Muscle, Column::Recording]
            }
            Kind::Sensory => &[
                Column::Side,
                Column::NerveOrMuscle,
                Column::Nerve,
                Column::RecordingSite,
                Column::Recording,
            ],
            Kind::HReflex => &[Column::Side, Column::NerveOrMuscle, Column::Nerve, Column::Muscle],
            Kind::Needle => &[Column::Side, Column::NerveOrMuscle, Column::Muscle],
        }
    }

    /// Whether a row may fill `column`.
    pub(super) fn takes(self, column: Column) -> bool {
        match column {
            Column::Cell(key) => self.level(key).is_some(),
            Column::Side
            | Column::Nerve
            | Column::Muscle
            | Column::NerveOrMuscle
            | Column::Recording
            | Column::RecordingSite => self.names().contains(&column),
            _ => true,
        }
    }
}

/// Every key that a cell may be of.
fn every_key() -> Vec<&'static str> {
    let values = super::super::VALUE_KEYS.iter().map(|k| k.key);
    let tests = Kind::ALL.iter().flat_map(|k| k.test_keys().iter().copied());
    let rest = ["amplitudes_mv", "distance_mm", "response"];
    let lists = [keys::SUBJECT, keys::SCORES, keys::FINDINGS].concat();
    let mut all: Vec<&'static str> = lists.into_iter().chain(values).chain(tests).chain(rest).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    StudyId,
    Kind,
    NerveOrMuscle,
    Nerve,
    Muscle,
    Recording,
    RecordingSite,
    Side,
    /// Tells tests of the same place apart.
    Repeat,
    Key,
    Value,
    /// About the row, not part of the study.
    Ignored,
    /// The cells of this key.
    Cell(&'static str),
}

/// Names of columns beside the keys.
const COLUMNS: &[(&str, Column)] = &[
    ("study_id", Column::StudyId),
    ("pattern_id", Column::StudyId),
    ("kind", Column::Kind),
    ("nerve_or_muscle", Column::NerveOrMuscle),
    ("nerve", Column::Nerve),
    ("muscle", Column::Muscle),
    ("recording", Column::Recording),
    ("recording_site", Column::RecordingSite),
    ("side", Column::Side),
    ("repeat", Column::Repeat),
    ("key", Column::Key),
    ("value", Column::Value),
    ("comment", Column::Ignored),
    ("sources", Column::Ignored),
    ("status", Column::Ignored),
    ("confidence", Column::Ignored),
];

/// Lower case, blanks and hyphens as underscores.
fn plain(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-'], "_")
}

fn column(name: &str) -> Option<Column> {
    let name = plain(name);
    if let Some((_, column)) = COLUMNS.iter().find(|(n, _)| *n == name) {
        return Some(*column);
    }
    every_key().into_iter().find(|k| *k == name && shape::of(k).is_some()).map(Column::Cell)
}

/// The columns of a table.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) columns: Vec<Column>,
    /// Of every row, where no column says it.
    pub(super) kind: Option<Kind>,
    /// Columns without a name.
    pub(super) unnamed: Vec<usize>,
    pub(super) line: u64,
}

impl Header {
    pub(super) fn has(&self, column: Column) -> bool {
        self.columns.contains(&column)
    }

    /// Whether each row holds one key and its value.
    pub(super) fn is_long(&self) -> bool {
        self.has(Column::Key)
    }

    /// Reads a header row. `section`: the kind that a line `[kind]` before it said.
    ///
    /// # Errors
    /// An unknown column, two of a name, columns that belong together and are not all there, columns that do not
    /// say which kind of test the rows are.
    pub(super) fn read(row: &Row<'_>, section: Option<Kind>) -> Result<Header> {
        let mut columns = Vec::with_capacity(row.cells.len());
        let mut unnamed = Vec::new();
        for (i, name) in row.cells.iter().enumerate() {
            if name.is_empty() {
                // Spreadsheets write empty columns at the end; a value under one of them is refused.
                columns.push(Column::Ignored);
                unnamed.push(i);
                continue;
            }
            let Some(found) = column(name) else {
                let names = COLUMNS.iter().map(|c| c.0).chain(every_key());
                let near = nearest(&plain(name), names).unwrap_or_default();
                let what = format!(
                    "column {}: `{}` is not known; the nearest known one is `{near}`",
                    i + 1,
                    shown(name)
                );
                return Err(wrong(row.line, what));
            };
            if found != Column::Ignored && columns.contains(&found) {
                let what = format!("column {}: `{}` stands twice among the columns", i + 1, shown(name));
                return Err(wrong(row.line, what));
            }
            columns.push(found);
        }
        let mut header = Header { columns, kind: section, unnamed, line: row.line };
        header.check(section)?;
        Ok(header)
    }

    fn check(&mut self, section: Option<Kind>) -> Result<()> {
        let no = |what: &str| Err(wrong(self.line, what.to_owned()));
        let (key, value) = (self.has(Column::Key), self.has(Column::Value));
        if key != value {
            return no("`key` and `value` belong together; one of the two columns is missing");
        }
        if section.is_some() && self.has(Column::Kind) {
            return no("a column `kind` below a line that names the kind; one of the two belongs here");
        }
        if key {
            if let Some(Column::Cell(other)) =
                self.columns.iter().find(|c| matches!(c, Column::Cell(k) if *k != "site"))
            {
                return no(&format!(
                    "a column `{other}` beside `key` and `value`; one of the two forms belongs here"
                ));
            }
            if section.is_none() && !self.has(Column::Kind) {
                return no("no column `kind`: motor, sensory, needle, … for each row");
            }
            return Ok(());
        }
        if section.is_none() && !self.has(Column::Kind) {
            self.kind = Some(self.told_by_columns()?);
        }
        Ok(())
    }

    /// The one kind that knows all columns, and whose own columns are there.
    fn told_by_columns(&self) -> Result<Kind> {
        let own = |kind: Kind| {
            self.columns.iter().any(|c| match c {
                Column::Cell(key) => match kind.level(key) {
                    Some(Level::Values | Level::Findings) => true,
                    Some(Level::Subject) => kind == Kind::Subject,
                    Some(Level::Scores) => matches!(kind, Kind::Scores | Kind::Subject),
                    _ => false,
                },
                _ => false,
            })
        };
        let named = |kind: Kind| {
            let any = |list: &[Column]| list.iter().any(|c| self.has(*c));
            let nerve = any(&[Column::Nerve, Column::NerveOrMuscle]);
            let side = self.has(Column::Side);
            match kind {
                Kind::Subject | Kind::Scores => self.has(Column::StudyId) && !side,
                Kind::Motor | Kind::FWave | Kind::Repetitive => {
                    side && nerve && any(&[Column::Muscle, Column::Recording])
                }
                Kind::Sensory => side && nerve && any(&[Column::RecordingSite, Column::Recording]),
                Kind::HReflex => side && any(&[Column::Muscle, Column::Nerve, Column::NerveOrMuscle]),
                Kind::Needle => side && any(&[Column::Muscle, Column::NerveOrMuscle]),
            }
        };
        let fits = |kind: Kind| self.columns.iter().all(|c| kind.takes(*c)) && own(kind) && named(kind);
        let mut fitting: Vec<Kind> = Kind::ALL.into_iter().filter(|k| fits(*k)).collect();
        if fitting.contains(&Kind::Subject) {
            // Columns of the subject may stand beside those of the scores.
            fitting.retain(|k| *k != Kind::Scores);
        }
        match fitting[..] {
            [kind] => Ok(kind),
            _ => {
                let kinds: Vec<&str> = Kind::ALL.iter().map(|k| k.name()).collect();
                Err(wrong(
                    self.line,
                    format!(
                        "the columns are not those of one kind of test; add a column `kind`, or a line `[kind]` \
                         above: {}",
                        kinds.join(", ")
                    ),
                ))
            }
        }
    }
}

/// A line that only says the kind of the rows below its header: `[motor]`.
pub(super) fn section(row: &Row<'_>) -> Option<Result<Kind>> {
    let first = row.cells.first()?;
    let name = first.strip_prefix('[')?.strip_suffix(']')?;
    if !row.cells[1..].iter().all(|c| c.is_empty()) {
        return None;
    }
    let kind = Kind::of(name).ok_or_else(|| {
        let near = nearest(&plain(name), Kind::ALL.iter().map(|k| k.name())).unwrap_or_default();
        wrong(row.line, format!("`[{}]` is no kind of test; the nearest is `[{near}]`", shown(name)))
    });
    Some(kind)
}

/// Whether the first row of a text is the header of a clinical table: columns that no recording has.
pub(super) fn is_header(row: &Row<'_>) -> bool {
    let columns: Vec<Column> = row.cells.iter().filter_map(|c| column(c)).collect();
    let has = |c: Column| columns.contains(&c);
    let named = has(Column::Nerve) || has(Column::Muscle) || has(Column::NerveOrMuscle);
    let subject = |c: &Column| matches!(c, Column::Cell(k) if Kind::Subject.level(k).is_some());
    has(Column::Kind) && (has(Column::Key) && has(Column::Value) || named)
        || has(Column::Side) && named
        || has(Column::StudyId) && columns.iter().any(subject)
}

#[cfg(test)]
mod tests {
    use super::super::cells::Rows;
    use super::*;

    fn read(line: &str) -> Result<Header> {
        Header::read(&Rows::of(line, ',').next_row()?.unwrap(), None)
    }

    #[test]
    fn the_columns_say_the_kind_where_only_one_knows_them_all() {
        for (line, kind) in [
            ("nerve,side,muscle,site,distance_mm,onset_latency_ms,amplitude_mv", Kind::Motor),
            ("study_id,Nerve,Side,Recording Site,site,technique,peak_latency_ms", Kind::Sensory),
            ("muscle,side,insertional,fibrillation,recruitment", Kind::Needle),
            ("nerve,side,muscle,site,min_latency_ms,persistence_percent,age_years", Kind::FWave),
            ("muscle,side,latency_ms", Kind::HReflex),
            ("nerve,side,muscle,frequency_hz,decrement_percent", Kind::Repetitive),
            ("study_id,age_years,sex,dn4", Kind::Subject),
            ("study_id,dn4,lanss", Kind::Subject),
        ] {
            assert_eq!(read(line).unwrap().kind, Some(kind), "{line}");
        }
        for (line, why) in [
            ("nerve,side,muscle,site,skin_temperature_c", "kind"),
            ("nerve,side,muscle,amplitude_mv,fibrillation", "kind"),
            ("nerve,side,muscle,amplitde_mv", "`amplitude_mv`"),
            ("nerve,side,side", "twice"),
            ("kind,key,nerve", "`value`"),
            ("kind,key,value,amplitude_mv", "one of the two forms"),
            ("key,value,side", "`kind`"),
        ] {
            let said = read(line).unwrap_err().to_string();
            assert!(said.contains(why) && said.contains("line 1"), "{line}: {said}");
        }
    }

    #[test]
    fn every_key_of_the_study_file_has_its_place_and_its_shape() {
        let mut seen = 0;
        for kind in Kind::ALL {
            for Known { key, .. } in kind.keys() {
                assert_eq!(column(key), Some(Column::Cell(key)), "{key}");
                seen += 1;
            }
        }
        assert!(seen > 80, "{seen}");
        // What a row of cells can say of a test is all that the study file knows, recordings apart.
        for (kind, known) in [
            (Kind::Motor, keys::STIMULATION),
            (Kind::Sensory, keys::STIMULATION),
            (Kind::FWave, keys::F_WAVE),
            (Kind::HReflex, keys::H_REFLEX),
            (Kind::Repetitive, keys::REPETITIVE),
            (Kind::Needle, keys::FINDINGS),
            (Kind::Subject, keys::SUBJECT),
            (Kind::Scores, keys::SCORES),
        ] {
            for key in known {
                let named = ["nerve", "side", "muscle", "recording", "values"].contains(key);
                assert!(named || kind.level(key).is_some(), "{} {key}", kind.name());
            }
        }
    }
}
