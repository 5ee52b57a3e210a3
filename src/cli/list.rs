//! `myotome list`: the registry tables, as text or JSON.

use super::exit::{Outcome, print, tell};
use clap::{Args, ValueEnum};
use myotome::classify::learn::LEARNERS;
use myotome::evaluate::model::ALARMS;
use myotome::feature::FEATURES;
use myotome::format::FORMATS;
use myotome::quality::CHECKS;
use myotome::{Result, norms, pipeline};
use serde_json::{Map, Value};

/// A table to list.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Listing {
    Formats,
    Features,
    Checks,
    Measures,
    Patterns,
    Muscles,
    Nerves,
    Norms,
    Etiologies,
    /// What `evaluate model` can train
    Learners,
    /// The leak alarms of `evaluate model`
    Alarms,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    pub(crate) what: Listing,
    /// A JSON array
    #[arg(long)]
    pub(crate) json: bool,
}

/// A table to show: column names and rows.
struct Table {
    columns: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

pub(crate) fn run(args: &List) -> Result<Outcome> {
    let table = table(args.what);
    if table.rows.is_empty() {
        tell("this version has no rows in that table");
    }
    print(&if args.json { json(&table) + "\n" } else { text(&table) })?;
    Ok(Outcome { done: 1, ..Outcome::default() })
}

fn table(what: Listing) -> Table {
    let own = |texts: &[&str]| texts.iter().map(|t| (*t).to_owned()).collect::<Vec<String>>();
    match what {
        Listing::Formats => Table {
            columns: vec!["id", "name", "extensions", "grade", "source"],
            rows: FORMATS
                .iter()
                .map(|f| own(&[f.id, f.name, &f.extensions.join(" "), f.grade.name(), f.source]))
                .collect(),
        },
        Listing::Features => Table {
            columns: vec!["id", "column", "unit", "default", "name", "definition", "source"],
            rows: FEATURES
                .iter()
                .map(|f| {
                    own(&[
                        f.id,
                        &f.column(),
                        f.unit.symbol,
                        if f.default { "yes" } else { "no" },
                        f.name,
                        f.definition,
                        f.source,
                    ])
                })
                .collect(),
        },
        Listing::Checks => Table {
            columns: vec!["id", "name", "what", "source"],
            rows: CHECKS.iter().map(|c| own(&[c.id, c.name, c.what, c.source])).collect(),
        },
        Listing::Learners => Table {
            columns: vec!["id", "name", "tuned", "source"],
            rows: LEARNERS.iter().map(|l| own(&[l.id, l.name, l.tuned, l.source])).collect(),
        },
        Listing::Alarms => Table {
            columns: vec!["id", "what", "threshold", "source"],
            rows: ALARMS.iter().map(|a| own(&[a.id, a.what, a.threshold, a.source])).collect(),
        },
        Listing::Measures => Table {
            columns: vec!["id", "unit", "name", "source"],
            rows: pipeline::analyze::MEASURES
                .iter()
                .map(|m| own(&[m.id, m.unit, m.name, m.source]))
                .collect(),
        },
        Listing::Muscles => Table {
            columns: vec![
                "id",
                "name",
                "abbreviation",
                "nerve",
                "branch",
                "roots",
                "plexus",
                "trunks",
                "cords",
                "source",
                "status",
            ],
            rows: norms::MUSCLES
                .iter()
                .map(|m| {
                    own(&[
                        m.id,
                        m.name,
                        m.abbreviation,
                        m.nerve,
                        m.branch,
                        &roots(m.id),
                        m.plexus,
                        &m.trunks.join(" "),
                        &m.cords.join(" "),
                        m.source,
                        m.status,
                    ])
                })
                .collect(),
        },
        Listing::Nerves => Table {
            columns: vec!["id", "name", "kind", "parent", "ganglia", "source", "status"],
            rows: norms::NERVES
                .iter()
                .map(|n| own(&[n.id, n.name, n.kind, n.parent, &ganglia(n.id), n.source, n.status]))
                .collect(),
        },
        Listing::Norms => Table {
            columns: vec!["id", "version", "name", "rule", "population", "source", "status"],
            rows: norms::NORM_SETS
                .iter()
                .map(|s| own(&[s.id, s.version, s.name, s.rule, s.population, s.source, s.status]))
                .collect(),
        },
        Listing::Patterns => Table {
            columns: vec![
                "id",
                "name",
                "family",
                "level",
                "role",
                "needs",
                "key muscles",
                "key studies",
                "source",
                "status",
            ],
            rows: norms::PATTERNS
                .iter()
                .map(|p| {
                    own(&[
                        p.id,
                        p.name,
                        p.group,
                        p.level,
                        p.role,
                        &p.needed_tests.join(" "),
                        &p.key_muscles.join(" "),
                        &p.key_studies.join(" "),
                        p.source,
                        p.status,
                    ])
                })
                .collect(),
        },
        Listing::Etiologies => Table {
            columns: vec!["id", "group", "name", "role", "expected", "patterns", "source", "status"],
            rows: norms::context::ETIOLOGIES
                .iter()
                .map(|e| {
                    let patterns = e.patterns.join(" ");
                    own(&[e.id, e.group, e.name, e.role.name(), e.expected, &patterns, e.source, e.status])
                })
                .collect(),
        },
    }
}

/// Roots of a muscle from the top, minor ones in brackets.
fn roots(muscle: &str) -> String {
    let word = |(root, weight): (norms::Root, norms::Weight)| match weight {
        norms::Weight::Major => root.name().to_owned(),
        norms::Weight::Minor => format!("({})", root.name()),
    };
    norms::roots_of(muscle).map(word).collect::<Vec<_>>().join(" ")
}

/// Roots whose ganglia hold the cells of a nerve's sensory responses.
fn ganglia(nerve: &str) -> String {
    let mut out: Vec<&str> = Vec::new();
    for study in norms::ncs::NCS_STUDIES.iter().filter(|s| s.nerve == nerve) {
        for row in norms::snap_roots(study.id).filter(|r| !out.contains(&r.root.name())).collect::<Vec<_>>() {
            out.push(row.root.name());
        }
    }
    out.join(" ")
}

fn json(table: &Table) -> String {
    let row = |row: &Vec<String>| -> Value {
        let fields = table.columns.iter().zip(row).map(|(c, v)| ((*c).to_owned(), Value::from(v.as_str())));
        Value::Object(fields.collect::<Map<_, _>>())
    };
    Value::Array(table.rows.iter().map(row).collect()).to_string()
}

fn text(table: &Table) -> String {
    let mut widths: Vec<usize> = table.columns.iter().map(|c| c.chars().count()).collect();
    for row in &table.rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let mut line = String::new();
        for (cell, width) in cells.zip(&widths) {
            line += &format!("{cell:width$}  ");
        }
        line.trim_end().to_owned() + "\n"
    };
    let mut out = line(&mut table.columns.iter().copied());
    for row in &table.rows {
        out += &line(&mut row.iter().map(String::as_str));
    }
    out
}
