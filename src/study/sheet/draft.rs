//! A study while its rows come in.

use super::super::entries::{Entries, Spot, Value};
use super::super::parse;
use super::super::table::wrong_at;
use super::super::{SCHEMA, Study};
use super::header::{Kind, Level};
use crate::{Error, Result};
use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::btree_map::Entry;

/// The entries of one study.
#[derive(Debug, Default)]
pub(super) struct Draft<'a> {
    pub(super) id: Option<&'a str>,
    subject: Entries<'a>,
    scores: Entries<'a>,
    tests: Vec<Test<'a>>,
    /// Place of each test and site by what names it.
    test_of: HashMap<Named<'a>, usize>,
    /// What is wrong with it, first found; the rest of its rows is then passed over.
    pub(super) refused: Option<Error>,
}

/// What tells tests apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Named<'a> {
    pub(super) kind: Kind,
    pub(super) nerve: Option<Cow<'a, str>>,
    /// Muscle or recording site.
    pub(super) recording: Option<Cow<'a, str>>,
    pub(super) side: &'static str,
    /// Stimulation site, of kinds that have one for each test.
    pub(super) site: Option<Cow<'a, str>>,
    pub(super) repeat: &'a str,
}

#[derive(Debug)]
struct Test<'a> {
    kind: Kind,
    entries: Entries<'a>,
    values: Entries<'a>,
    findings: Entries<'a>,
    sites: Vec<Site<'a>>,
    site_of: HashMap<Cow<'a, str>, usize>,
}

#[derive(Debug, Default)]
struct Site<'a> {
    entries: Entries<'a>,
    values: Entries<'a>,
}

/// A place in a draft that a row fills.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target {
    pub(super) test: Option<usize>,
    pub(super) site: Option<usize>,
}

impl<'a> Draft<'a> {
    pub(super) fn of(id: Option<&'a str>) -> Self {
        Draft { id, ..Draft::default() }
    }

    /// The test that a row belongs to, made where it is the first one. `spots`: of nerve, recording and side.
    pub(super) fn test(&mut self, named: Named<'a>, spots: [Spot; 3], site: Spot) -> usize {
        let next = self.tests.len();
        let at = *self.test_of.entry(named.clone()).or_insert(next);
        if at == next {
            let mut entries = Entries { line: Some(spots[2].line), ..Entries::default() };
            let mut put = |key: &'static str, spot: Spot, text: Option<Cow<'a, str>>| {
                if let Some(text) = text {
                    entries.keys.insert(key.into(), (spot, Value::Text(text)));
                }
            };
            put("nerve", spots[0], named.nerve);
            let recording = if named.kind == Kind::Sensory { "recording_site" } else { "muscle" };
            put(recording, spots[1], named.recording);
            put("side", spots[2], Some(named.side.into()));
            put("site", site, named.site);
            self.tests.push(Test {
                kind: named.kind,
                entries,
                values: Entries::default(),
                findings: Entries::default(),
                sites: Vec::new(),
                site_of: HashMap::new(),
            });
        }
        at
    }

    /// The stimulation site of a test; one without a name is a site of its own.
    pub(super) fn site(&mut self, test: usize, name: &'a str, spot: Spot) -> usize {
        let test = &mut self.tests[test];
        let next = test.sites.len();
        let at = *test.site_of.entry(name.into()).or_insert(next);
        if at == next {
            let mut site = Site::default();
            site.entries.line = Some(spot.line);
            if !name.is_empty() {
                site.entries.keys.insert("site".into(), (spot, Value::Text(name.into())));
            }
            test.sites.push(site);
        }
        at
    }

    /// Puts a value where it belongs.
    ///
    /// # Errors
    /// The key has another value already; or the same, at a place where a second one is a second measurement.
    pub(super) fn put(
        &mut self,
        target: Target,
        level: Level,
        key: &'static str,
        spot: Spot,
        value: Value<'a>,
    ) -> Result<()> {
        let test = target.test.map(|t| &mut self.tests[t]);
        let entries = match (level, test, target.site) {
            (Level::Subject, ..) => &mut self.subject,
            (Level::Scores, ..) => &mut self.scores,
            (Level::Findings, Some(test), _) => &mut test.findings,
            (Level::Values, Some(test), None) => &mut test.values,
            (Level::Values, Some(test), Some(site)) => &mut test.sites[site].values,
            (Level::Site, Some(test), Some(site)) => &mut test.sites[site].entries,
            // A response without a site is that of the whole test.
            (Level::Test | Level::Site, Some(test), _) => &mut test.entries,
            (_, None, _) => return Err(wrong_at(spot, format!("`{key}` belongs to a test"))),
        };
        match entries.keys.entry(key.into()) {
            Entry::Vacant(free) => {
                free.insert((spot, value));
                Ok(())
            }
            Entry::Occupied(there) => {
                let (first, before) = there.get();
                // What is the same for all rows of a test or a person may be repeated.
                let repeated = matches!(level, Level::Subject | Level::Scores | Level::Test);
                if *before == value && (repeated || first.line == spot.line) {
                    return Ok(());
                }
                let how = if *before == value { "stands twice" } else { "has another value" };
                Err(wrong_at(
                    spot,
                    format!(
                        "`{key}` {how} for the same place (first on line {}); a column `repeat` tells two tests \
                         of one place apart",
                        first.line
                    ),
                ))
            }
        }
    }

    /// The study, checked as one that a study file holds.
    pub(super) fn finish(self) -> Result<Study> {
        if let Some(error) = self.refused {
            return Err(error);
        }
        let mut root = Entries { line: Some(1), ..Entries::default() };
        let mut put = |key: &'static str, value: Value<'a>| {
            root.keys.insert(key.into(), (Spot { line: 1, ..Spot::default() }, value));
        };
        put("schema", Value::Text(SCHEMA.into()));
        if let Some(id) = self.id {
            put("id", Value::Text(id.into()));
        }
        put("subject", Value::Table(self.subject));
        put("scores", Value::Table(self.scores));
        let mut of_kind: Vec<(Kind, Vec<Value<'a>>)> =
            Kind::ALL.into_iter().filter(|k| k.is_test()).map(|k| (k, Vec::new())).collect();
        for test in self.tests {
            if let Some((_, list)) = of_kind.iter_mut().find(|(kind, _)| *kind == test.kind) {
                list.push(Value::Table(test.entries()));
            }
        }
        for (kind, list) in of_kind {
            put(kind.name(), Value::List(list));
        }
        parse::of_entries(&root)
    }
}

/// A table below another one, where it holds anything.
fn below<'a>(into: &mut Entries<'a>, key: &'static str, table: Entries<'a>) {
    if let Some((spot, _)) = table.keys.values().next() {
        into.keys.insert(key.into(), (*spot, Value::Table(table)));
    }
}

impl<'a> Test<'a> {
    fn entries(self) -> Entries<'a> {
        let mut entries = self.entries;
        below(&mut entries, "values", self.values);
        below(&mut entries, "findings", self.findings);
        let sites = self.sites.into_iter().map(|mut site| {
            below(&mut site.entries, "values", site.values);
            Value::Table(site.entries)
        });
        let sites: Vec<Value<'a>> = sites.collect();
        if !sites.is_empty() {
            let spot = Spot { line: entries.line.unwrap_or(1), ..Spot::default() };
            entries.keys.insert("stimulation".into(), (spot, Value::List(sites)));
        }
        entries
    }
}
