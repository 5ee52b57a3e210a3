//! Comparison with an earlier study of the same subject. It stands beside the result and changes nothing in it.

mod change;
mod grades;
mod read;
mod setup;

pub(super) use setup::of_study as setup_of;

use self::read::{Measured, Number};
use super::{Analysis, Options};
use crate::Result;
use crate::result::{ChangeRow, Input, Place, Previous};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// An earlier study, analysed, or an earlier result.
#[derive(Debug, Clone)]
pub struct Earlier {
    input: Input,
    title: String,
    notes: Vec<String>,
    measured: Measured,
}

impl Earlier {
    /// Reads what `path` says: a study's folder or `study.toml`, which is analysed here with `options`, or a
    /// `report.json`, or a folder that holds one.
    ///
    /// # Errors
    /// As [`super::run`] for a study. For a result: [`crate::Error::Io`], [`crate::Error::Limit`],
    /// [`crate::Error::Malformed`] with the line where it is no JSON, or where it is none of schema
    /// `myotome.report/1`. [`crate::Error::Option`] for anything else.
    pub fn read(path: &Path, options: &Options) -> Result<Earlier> {
        read::earlier(path, options)
    }
}

/// What tells places apart, to the measure.
type Key = (String, Place, String);

fn key(number: &Number) -> Key {
    (number.id.clone(), number.place(), number.place.condition.clone())
}

impl Analysis {
    /// Holds the result against an earlier one, in `report.previous`.
    ///
    /// # Errors
    /// [`crate::Error::Signal`] where the result cannot be written as JSON.
    pub fn compare(&mut self, earlier: &Earlier) -> Result<()> {
        let now = Measured::of_report(&self.report)?;
        let mut notes = earlier.notes.clone();
        let (measures, twice) = changes(&earlier.measured, &now);
        if !twice.is_empty() {
            notes.push(format!(
                "more than one number of one place, so that none of them is compared: {}",
                twice.into_iter().collect::<Vec<_>>().join("; ")
            ));
        }
        let (before, after) = (earlier.measured.places(), now.places());
        let only_before = alone(&before, &after);
        let only_now = alone(&after, &before);
        notes.extend(other_side(&only_before, &only_now));
        self.report.previous = Some(Previous {
            input: earlier.input.clone(),
            title: earlier.title.clone(),
            notes,
            measures,
            needle: grades::rows(&earlier.measured, &now),
            only_before,
            only_now,
        });
        Ok(())
    }
}

/// Numbers of the same place in the order of the new result, and names of those that stand more than once.
fn changes(old: &Measured, new: &Measured) -> (Vec<ChangeRow>, BTreeSet<String>) {
    let mut before: BTreeMap<Key, Vec<&Number>> = BTreeMap::new();
    for number in old.comparable() {
        before.entry(key(number)).or_default().push(number);
    }
    let mut count: BTreeMap<Key, usize> = BTreeMap::new();
    for number in new.comparable() {
        *count.entry(key(number)).or_default() += 1;
    }
    let (mut rows, mut twice) = (Vec::new(), BTreeSet::new());
    for number in new.comparable() {
        let key = key(number);
        let Some(found) = before.get(&key) else { continue };
        match found[..] {
            [earlier] if count[&key] == 1 => {
                rows.extend(change::row(earlier, number, old, new));
            }
            _ => {
                twice.insert(format!("{} {}", number.id.replace('_', " "), words(&key.1)));
            }
        }
    }
    (rows, twice)
}

/// A place in words.
fn words(place: &Place) -> String {
    let Place { test, nerve, side, muscle, recording_site, site, segment } = place;
    let parts = [test, side, nerve, muscle, recording_site, site, segment];
    let parts: Vec<String> = parts.iter().filter(|p| !p.is_empty()).map(|p| p.replace('_', " ")).collect();
    parts.join(", ")
}

/// Places of `these` that `those` lack: whole tests first, then sites and segments of tests that both have.
fn alone(these: &BTreeSet<Place>, those: &BTreeSet<Place>) -> Vec<Place> {
    let tests: BTreeSet<Place> = those.iter().map(test_of).collect();
    let mut out = BTreeSet::new();
    for place in these {
        let test = test_of(place);
        if !tests.contains(&test) {
            out.insert(test);
        } else if !those.contains(place) {
            out.insert(place.clone());
        }
    }
    out.into_iter().collect()
}

fn test_of(place: &Place) -> Place {
    Place { site: String::new(), segment: String::new(), ..place.clone() }
}

/// Says which tests changed sides: their numbers are not held against each other.
fn other_side(before: &[Place], now: &[Place]) -> Option<String> {
    let sideless = |p: &Place| Place { side: String::new(), ..p.clone() };
    let other: Vec<String> = before
        .iter()
        .filter(|b| b.site.is_empty() && b.segment.is_empty())
        .filter(|b| now.iter().any(|n| n.side != b.side && sideless(n) == sideless(b)))
        .map(|b| words(&sideless(b)))
        .collect();
    (!other.is_empty()).then(|| {
        format!("tested on one side then and on the other now, and so not compared: {}", other.join("; "))
    })
}
