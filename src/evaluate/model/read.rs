//! From a feature table to windows of subjects of known class, and what is refused.

use super::data::{Data, FormatColumn};
use crate::classify::learn::FeatureRef;
use crate::classify::learn::file::sha256_of;
use crate::error::unknown_id;
use crate::feature::FEATURES;
use crate::pipeline::columns::{self, Cell};
use crate::{Error, Result};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

/// Cells of numbers at most: 1 GiB. Ours.
const MOST_CELLS: u64 = 1 << 27;
/// Names of columns that say how something was recorded, where a table has them.
const FORMAT_COLUMNS: &[&str] = &[
    "sampling_frequency_hz",
    "sampling_frequency",
    "fs",
    "fs_hz",
    "gain",
    "unit",
    "format",
    "device",
    "amplifier",
    "centre",
    "center",
    "electrode",
];
/// Why there is no way around a subject column.
pub(super) const WHY_SUBJECTS: &str = "windows of one person are alike, so that a split by windows tests a model on \
     people it was trained on; only splits by subject are made";

/// Which columns are what.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    /// Class of the subject.
    pub label: String,
    /// Person; windows with the same entry are never on two sides of a split.
    pub subject: String,
    /// Names or ids of the features; empty for every column that is a feature of this program.
    pub features: Vec<String>,
    /// Names or ids to leave out.
    pub exclude: Vec<String>,
    /// A table that maps `file` to label and subject.
    pub subjects: Option<PathBuf>,
}

/// Where things stand in the table.
struct Layout {
    features: Vec<(usize, FeatureRef)>,
    subject: Option<usize>,
    label: Option<usize>,
    file: Option<usize>,
    channel: Option<usize>,
    times: Option<(usize, usize)>,
    quality: Option<usize>,
    formats: Vec<(usize, String)>,
}

/// One window as it was read.
struct Window {
    subject: usize,
    place: String,
    quality: String,
    file: usize,
    channel: String,
    times: Option<(f64, f64)>,
    formats: Vec<String>,
}

/// Reads a table.
///
/// Errors: no subject column, a label that differs inside a subject, fewer than two classes, a cell of a feature that
/// is a word, a file that the map of subjects does not have.
pub fn read(path: &Path, columns: &Columns) -> Result<Data> {
    let head = columns::header(path)?;
    let map = columns.subjects.as_deref().map(|p| Map::read(p, columns)).transpose()?;
    let layout = layout(&head, columns, map.is_some())?;
    let mut reading = Reading { map, ..Reading::default() };
    let (at, width) = (layout.places(), layout.features.len());
    columns::rows(path, &at, &mut |line, cells| reading.take(&layout, width, line, cells))?;
    let mut data = reading.finish(&layout, columns)?;
    data.sha256 = sha256_of(path).map_err(|e| Error::io(path, e))?;
    data.table = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    Ok(data)
}

fn place(head: &[String], option: &str, name: &str) -> Result<usize> {
    let found = head.iter().position(|h| h == name);
    found.ok_or_else(|| unknown_id(option, name, head.iter().map(String::as_str)))
}

fn layout(head: &[String], columns: &Columns, mapped: bool) -> Result<Layout> {
    if columns.subject.trim().is_empty() {
        return Err(Error::option(
            "--subject",
            format!("a column that names the person is needed: {WHY_SUBJECTS}"),
        ));
    }
    let find = |name: &str| head.iter().position(|h| h == name);
    let (subject, label) = if mapped {
        (None, None)
    } else {
        let Some(subject) = find(&columns.subject) else {
            let why = format!(
                "the table has no column `{}`: {WHY_SUBJECTS}. Name the column, or give --subjects FILE.csv with the \
                 columns file, {} and {}",
                columns.subject, columns.subject, columns.label
            );
            return Err(Error::option("--subject", why));
        };
        (Some(subject), Some(place(head, "--label", &columns.label)?))
    };
    if mapped && find("file").is_none() {
        return Err(Error::option("--subjects", "the table has no column `file` to look up"));
    }
    let roles =
        [columns.subject.as_str(), columns.label.as_str(), "file", "channel", "start_s", "end_s", "quality"];
    let of = |i: usize| {
        let known = FEATURES.iter().find(|f| f.column() == head[i]);
        FeatureRef {
            column: head[i].clone(),
            id: known.map_or_else(String::new, |f| f.id.to_owned()),
            unit: known.map_or_else(String::new, |f| f.unit.symbol.to_owned()),
        }
    };
    let named = |option: &str, word: &str| -> Result<usize> {
        let column = FEATURES.iter().find(|f| f.id == word).map(crate::feature::Feature::column);
        let i = column.and_then(|c| find(&c)).map_or_else(|| place(head, option, word), Ok)?;
        if roles.contains(&head[i].as_str()) {
            return Err(Error::option(
                option,
                format!("`{word}` says where a window comes from; it is no feature"),
            ));
        }
        Ok(i)
    };
    let mut chosen: Vec<usize> = if columns.features.is_empty() {
        (0..head.len()).filter(|i| !of(*i).id.is_empty() && !roles.contains(&head[*i].as_str())).collect()
    } else {
        columns.features.iter().map(|w| named("--features", w.trim())).collect::<Result<_>>()?
    };
    for word in &columns.exclude {
        let i = named("--exclude", word.trim())?;
        chosen.retain(|c| *c != i);
    }
    chosen.sort_unstable();
    chosen.dedup();
    if chosen.is_empty() {
        return Err(Error::option(
            "--features",
            "no column is a feature of this program, or all are left out; name the columns",
        ));
    }
    let formats = head.iter().enumerate().filter(|(i, h)| {
        FORMAT_COLUMNS.contains(&h.to_lowercase().as_str())
            && !chosen.contains(i)
            && !roles.contains(&h.as_str())
    });
    Ok(Layout {
        features: chosen.iter().map(|i| (*i, of(*i))).collect(),
        subject,
        label,
        file: find("file"),
        channel: find("channel"),
        times: find("start_s").zip(find("end_s")),
        quality: find("quality"),
        formats: formats.map(|(i, h)| (i, h.replace('_', " "))).collect(),
    })
}

impl Layout {
    /// Columns to read: the features, then what else there is, in a fixed order.
    fn places(&self) -> Vec<usize> {
        let mut out: Vec<usize> = self.features.iter().map(|f| f.0).collect();
        out.extend(self.subject.iter().chain(&self.label).chain(&self.file).chain(&self.channel));
        out.extend(self.times.iter().flat_map(|t| [t.0, t.1]));
        out.extend(&self.quality);
        out.extend(self.formats.iter().map(|f| f.0));
        out
    }
}

/// File to subject and label.
#[derive(Default)]
struct Map {
    of_file: HashMap<String, (String, String)>,
    /// The same by the file's own name, where only one row has it.
    of_name: HashMap<String, Option<(String, String)>>,
}

fn own_name(file: &str) -> &str {
    file.rsplit(['/', '\\']).next().unwrap_or(file)
}

impl Map {
    fn read(path: &Path, columns: &Columns) -> Result<Self> {
        let head = columns::header(path)?;
        let at =
            ["file", columns.subject.as_str(), columns.label.as_str()].map(|n| place(&head, "--subjects", n));
        let [file, subject, label] = at;
        let (mut out, at) = (Map::default(), [file?, subject?, label?]);
        columns::rows(path, &at, &mut |line, cells| {
            let [file, subject, label] = [0, 1, 2].map(|i: usize| cells[i].text().into_owned());
            let entry = (subject, label);
            let name = out.of_name.entry(own_name(&file).to_owned());
            name.and_modify(|e| *e = None).or_insert_with(|| Some(entry.clone()));
            if out.of_file.insert(file.clone(), entry).is_some() {
                return Err(Error::option("--subjects", format!("line {line}: `{file}` stands twice")));
            }
            Ok(())
        })?;
        Ok(out)
    }

    fn get(&self, file: &str) -> Result<&(String, String)> {
        let found =
            self.of_file.get(file).or_else(|| self.of_name.get(own_name(file)).and_then(Option::as_ref));
        found.ok_or_else(|| {
            Error::option("--subjects", format!("it has no row for `{file}`, or several of that name"))
        })
    }
}

/// What has been read so far.
#[derive(Default)]
struct Reading {
    map: Option<Map>,
    values: Vec<f64>,
    windows: Vec<Window>,
    subjects: Vec<String>,
    place_of: HashMap<String, usize>,
    labels: Vec<BTreeSet<String>>,
    files: Vec<String>,
    file_of: HashMap<String, usize>,
    missing: u64,
    empty: u64,
}

impl Reading {
    fn take(&mut self, layout: &Layout, width: usize, line: u64, cells: &[Cell<'_>]) -> Result<()> {
        let asked = (self.values.len() + width) as u64;
        if asked > MOST_CELLS {
            return Err(Error::Limit { name: "cells of the table", asked, allowed: MOST_CELLS });
        }
        let mut rest = cells[width..].iter();
        let mut text = |there: bool| if there { rest.next().map(|c| c.text().into_owned()) } else { None };
        let (subject, label) = (text(layout.subject.is_some()), text(layout.label.is_some()));
        let (file, channel) = (text(layout.file.is_some()), text(layout.channel.is_some()));
        let (start, end) = (text(layout.times.is_some()), text(layout.times.is_some()));
        let quality = text(layout.quality.is_some()).unwrap_or_default();
        let formats: Vec<String> = layout.formats.iter().map(|_| text(true).unwrap_or_default()).collect();
        let file = file.unwrap_or_default();
        let (subject, label) = match &self.map {
            Some(map) => map.get(&file)?.clone(),
            None => (subject.unwrap_or_default(), label.unwrap_or_default()),
        };
        for (what, value) in [("subject", &subject), ("label", &label)] {
            if value.is_empty() {
                let why = format!("line {line} has none; give one, or leave the line out");
                return Err(Error::option(format!("--{what}"), why));
            }
        }
        let before = self.values.len();
        for (cell, (_, feature)) in cells[..width].iter().zip(&layout.features) {
            let value = cell.number().map_err(|word| {
                Error::option(
                    "--features",
                    format!("`{}`, line {line}: `{word}` is no number", feature.column),
                )
            })?;
            self.values.push(value.unwrap_or(f64::NAN));
        }
        let missing = self.values[before..].iter().filter(|v| v.is_nan()).count();
        if missing == width {
            self.values.truncate(before);
            self.empty += 1;
            return Ok(());
        }
        self.missing += missing as u64;
        let s = *self.place_of.entry(subject.clone()).or_insert_with(|| {
            self.subjects.push(subject);
            self.labels.push(BTreeSet::new());
            self.subjects.len() - 1
        });
        self.labels[s].insert(label);
        let f = *self.file_of.entry(file.clone()).or_insert_with(|| {
            self.files.push(file.clone());
            self.files.len() - 1
        });
        let time =
            |t: &Option<String>| t.as_deref().and_then(|t| t.parse::<f64>().ok()).filter(|v| v.is_finite());
        let channel = channel.unwrap_or_default();
        let parts = [file.as_str(), channel.as_str(), start.as_deref().unwrap_or("")];
        self.windows.push(Window {
            subject: s,
            place: parts.map(|p| format!("\"{}\"", p.replace('"', "\"\""))).join(","),
            quality,
            file: f,
            channel,
            times: time(&start).zip(time(&end)),
            formats,
        });
        Ok(())
    }

    fn finish(self, layout: &Layout, columns: &Columns) -> Result<Data> {
        if let Some(s) = self.labels.iter().position(|l| l.len() > 1) {
            let labels: Vec<&str> = self.labels[s].iter().map(String::as_str).collect();
            let why = format!(
                "subject `{}` has the labels {}; one label a subject is needed. Where the two sides of a person differ, \
                 decide on one label for the person or leave the person out: sides as subjects of their own would \
                 put one person on both sides of a split",
                self.subjects[s],
                labels.join(" and ")
            );
            return Err(Error::option("--label", why));
        }
        let label_of: Vec<&String> = self.labels.iter().flatten().collect();
        let classes: Vec<String> =
            label_of.iter().map(|l| (*l).clone()).collect::<BTreeSet<_>>().into_iter().collect();
        if classes.len() < 2 {
            let why = format!(
                "`{}` has {} classes with a measured window; at least 2 are needed",
                columns.label,
                classes.len()
            );
            return Err(Error::option("--label", why));
        }
        let class_of: Vec<usize> =
            label_of.iter().map(|l| classes.iter().position(|c| c == *l).unwrap_or(0)).collect();
        let mut order: Vec<usize> = (0..self.windows.len()).collect();
        order.sort_by_key(|i| self.windows[*i].subject);
        let width = layout.features.len();
        let values = order.iter().flat_map(|i| &self.values[i * width..(i + 1) * width]).copied().collect();
        let mut starts = vec![0; self.subjects.len() + 1];
        self.windows.iter().for_each(|w| starts[w.subject + 1] += 1);
        (1..starts.len()).for_each(|s| starts[s] += starts[s - 1]);
        let mut notes = Vec::new();
        if self.missing > 0 {
            notes.push(format!(
                "{} of {} cells are empty or not finite: filled with the median of the training subjects",
                self.missing,
                self.values.len()
            ));
        }
        if self.empty > 0 {
            notes.push(format!("{} windows without any value are left out", self.empty));
        }
        let quality = layout.quality.is_some();
        let (window_ms, step_ms) = self.lengths();
        Ok(Data {
            window_ms,
            step_ms,
            features: layout.features.iter().map(|f| f.1.clone()).collect(),
            formats: self.formats(layout),
            values,
            starts,
            class_of,
            classes,
            quality: order.iter().filter(|_| quality).map(|i| self.windows[*i].quality.clone()).collect(),
            places: order.iter().map(|i| self.windows[*i].place.clone()).collect(),
            notes,
            subjects: self.subjects,
            ..Data::default()
        })
    }

    /// Commonest window and step, ms, to a tenth.
    fn lengths(&self) -> (Option<f64>, Option<f64>) {
        let tenths = |s: f64| (s * 1e4).round() / 10.0;
        let window = self.windows.iter().filter_map(|w| w.times.map(|t| tenths(t.1 - t.0)));
        let step = self.windows.windows(2).filter(|w| w[0].file == w[1].file && w[0].channel == w[1].channel);
        let step = step.filter_map(|w| Some(tenths(w[1].times?.0 - w[0].times?.0)));
        (commonest(window), commonest(step))
    }

    /// One value a subject of everything that a format gives away.
    fn formats(&self, layout: &Layout) -> Vec<FormatColumn> {
        let mut of_file: Vec<(BTreeSet<&str>, f64, usize)> =
            vec![(BTreeSet::new(), 0.0, 0); self.files.len()];
        for w in &self.windows {
            let file = &mut of_file[w.file];
            file.0.insert(&w.channel);
            file.1 = file.1.max(w.times.map_or(0.0, |t| t.1));
            file.2 = w.subject;
        }
        let each = |of: &dyn Fn(&Window) -> String| -> Vec<String> {
            let mut seen: Vec<BTreeMap<String, usize>> = vec![BTreeMap::new(); self.subjects.len()];
            self.windows.iter().for_each(|w| *seen[w.subject].entry(of(w)).or_default() += 1);
            // The commonest; the first in order of equals.
            let most = |m: &BTreeMap<String, usize>| m.iter().rev().max_by_key(|e| e.1).map(|e| e.0.clone());
            seen.iter().map(|m| most(m).unwrap_or_default()).collect()
        };
        let mut out = Vec::new();
        let mut add = |name: &str, of_subject: Vec<String>| {
            out.push(FormatColumn { name: name.to_owned(), of_subject })
        };
        for (k, (_, name)) in layout.formats.iter().enumerate() {
            add(name, each(&|w| w.formats[k].clone()));
        }
        if layout.file.is_some() {
            let extension =
                |f: &str| own_name(f).rsplit_once('.').map_or(String::new(), |p| p.1.to_lowercase());
            add("file extension", each(&|w| extension(&self.files[w.file])));
            if layout.channel.is_some() {
                add("channels a file", each(&|w| of_file[w.file].0.len().to_string()));
            }
        }
        if layout.times.is_some() {
            add("window length", each(&|w| w.times.map_or(String::new(), |t| format!("{:.3}", t.1 - t.0))));
            if layout.file.is_some() {
                // Two significant digits: lengths that people choose, not those that chance makes.
                add("recording length", each(&|w| format!("{:.1e}", of_file[w.file].1)));
            }
        }
        out
    }
}

/// The number that comes most often; the least of equals.
fn commonest(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let runs = sorted.chunk_by(|a, b| a.total_cmp(b).is_eq());
    runs.rev().max_by_key(|r| r.len()).map(|r| r[0])
}
