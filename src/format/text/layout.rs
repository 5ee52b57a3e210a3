//! Which column is what: time, counter, words, or signal.

use super::dialect::Dialect;
use super::header::{Header, is_unit, label_and_unit};
use super::rows::Table;
use crate::format::ReadOptions;
use crate::{Error, Result};

/// What a column is for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Role {
    /// Times; units of time per second, `None` where nothing says it.
    Time(Option<f64>),
    /// Counts rows or holds words.
    Unused,
    Channel,
}

/// One column, understood.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// As in the header; empty without one.
    pub(super) name: String,
    pub(super) label: String,
    pub(super) unit: Option<String>,
    pub(super) role: Role,
    /// The column of times that it goes by.
    pub(super) time: Option<usize>,
}

/// Units of time per second.
fn per_second(unit: &str) -> Option<f64> {
    match unit.trim().to_lowercase().replace(['µ', 'μ'], "u").as_str() {
        "s" | "sec" | "secs" | "second" | "seconds" | "hh:mm:ss.mmm" | "sekunden" | "segundos" => Some(1.0),
        "ms" | "msec" | "millisecond" | "milliseconds" => Some(1e3),
        "us" | "usec" | "microsecond" | "microseconds" => Some(1e6),
        "min" | "minutes" => Some(1.0 / 60.0),
        _ => None,
    }
}

/// Whether `label` is a word for time, and the unit it carries as a suffix.
fn time_word(label: &str) -> Option<Option<f64>> {
    let lower = label.to_lowercase();
    const WORDS: [&str; 16] = [
        "time",
        "t",
        "zeit",
        "tiempo",
        "temps",
        "tempo",
        "elapsed time",
        "timestamp",
        "timestamps",
        "time stamp",
        "x",
        "seconds",
        "sec",
        "s",
        "ms",
        "tijd",
    ];
    if WORDS.contains(&lower.as_str()) {
        return Some(per_second(&lower));
    }
    let (word, unit) = lower.rsplit_once(['_', ' '])?;
    (WORDS.contains(&word) && word.len() > 1).then(|| per_second(unit).map(Some))?
}

/// Whether a label names a counter of rows.
fn counter_word(label: &str) -> bool {
    const WORDS: [&str; 14] = [
        "sample",
        "samples",
        "sample #",
        "sample no",
        "sample number",
        "index",
        "nr",
        "no",
        "#",
        "n",
        "frame",
        "sub frame",
        "nseq",
        "seq",
    ];
    WORDS.contains(&label.to_lowercase().trim_end_matches('.'))
}

/// Whether a label without a unit would be read as something else than a channel's name.
pub(super) fn is_reserved(label: &str) -> bool {
    label.is_empty()
        || time_word(label).is_some()
        || counter_word(label)
        || label_and_unit(label).1.is_some()
        || label_and_unit(label).0 != label
}

/// The first column that is named a time but was not taken for one.
pub(super) fn refused_time(columns: &[Column]) -> Option<usize> {
    let voltage = |c: &Column| c.unit.as_deref().is_some_and(|u| per_second(u).is_none());
    columns
        .iter()
        .position(|c| !matches!(c.role, Role::Time(_)) && !voltage(c) && time_word(&c.label).is_some())
}

/// Decides for every column.
pub(super) fn design(
    header: &Header,
    dialect: &Dialect,
    table: &Table,
    options: &ReadOptions,
) -> Result<Vec<Column>> {
    let mut columns: Vec<Column> = Vec::with_capacity(dialect.columns);
    let mut time: Option<usize> = None;
    let mut only_counters = true;
    for (i, values) in table.columns.iter().enumerate() {
        let name = header.names.get(i).cloned().unwrap_or_default();
        let (label, mut unit) = label_and_unit(&name);
        if let Some(u) = header.units.get(i).filter(|u| !u.is_empty() && is_unit(u)) {
            unit = Some(u.clone());
        }
        let numbers = Numbers::of(values);
        let voltage = unit.as_deref().is_some_and(|u| per_second(u).is_none());
        // A later column of times is named as the first one.
        let repeats = time.is_none_or(|t: usize| columns[t].name == name);
        let mut role = Role::Channel;
        if dialect.words[i] || numbers.present == 0 {
            role = Role::Unused;
        } else if dialect.columns > 1 && !voltage && repeats && numbers.rises {
            if let Some(suffix) = time_word(&label).filter(|_| label != "x" && label != "X" || unit.is_some())
            {
                role = Role::Time(unit.as_deref().and_then(per_second).or(suffix));
            } else if i == 0 && name.is_empty() && numbers.even {
                role = if numbers.whole { Role::Unused } else { Role::Time(None) };
            }
        }
        let counts =
            counter_word(&label) || (i == 0 && name.is_empty() && !header.names.is_empty() && numbers.even);
        if role == Role::Channel
            && only_counters
            && unit.is_none()
            && counts
            && numbers.whole
            && dialect.columns > 1
        {
            role = Role::Unused;
        }
        only_counters &= role != Role::Channel;
        if matches!(role, Role::Time(_)) {
            time = Some(i);
        }
        columns.push(Column { name, label, unit, role, time });
    }
    choose(&mut columns, options)?;
    // Unnamed channels count from 1, as the first column of a sheet does.
    let mut n = 0;
    for column in columns.iter_mut().filter(|c| c.role == Role::Channel) {
        n += 1;
        if column.name.is_empty() {
            column.label = format!("ch{n}");
        }
    }
    Ok(columns)
}

/// Leaves only the columns that the user named, by label, by whole header, or by 0-based index.
fn choose(columns: &mut [Column], options: &ReadOptions) -> Result<()> {
    if options.columns.is_empty() {
        return Ok(());
    }
    let mut wanted = vec![false; columns.len()];
    for asked in &options.columns {
        let asked = asked.trim();
        let named: Vec<usize> = (0..columns.len())
            .filter(|&i| {
                let c = &columns[i];
                !c.name.is_empty() && (c.name == asked || (c.label == asked && c.role == Role::Channel))
            })
            .collect();
        let index = asked.parse::<usize>().ok().filter(|i| *i < columns.len());
        match (named.is_empty(), index) {
            (false, _) => named.iter().for_each(|&i| wanted[i] = true),
            (true, Some(i)) => wanted[i] = true,
            (true, None) => {
                let known = columns.iter().map(|c| c.label.as_str()).filter(|l| !l.is_empty());
                let mut error = crate::error::unknown_id("columns", asked, known);
                if let Error::Option { why, .. } = &mut error {
                    why.push_str(&format!("; or an index from 0 to {}", columns.len() - 1));
                }
                return Err(error);
            }
        }
    }
    for (column, wanted) in columns.iter_mut().zip(wanted) {
        column.role = match (column.role, wanted) {
            (_, true) => Role::Channel,
            (Role::Time(unit), false) => Role::Time(unit),
            _ => Role::Unused,
        };
    }
    Ok(())
}

/// What the first values of a column look like.
struct Numbers {
    present: usize,
    /// Never falls, and ends above its start.
    rises: bool,
    /// Rises by steps that are the same within a tenth.
    even: bool,
    /// No fraction.
    whole: bool,
}

impl Numbers {
    fn of(values: &[f64]) -> Numbers {
        let present = values.iter().filter(|x| x.is_finite()).take(1).count();
        let first: Vec<f64> = values.iter().copied().filter(|x| x.is_finite()).take(400).collect();
        let steps: Vec<f64> = first.windows(2).map(|w| w[1] - w[0]).collect();
        let mut sorted = steps.clone();
        sorted.sort_unstable_by(f64::total_cmp);
        let median = sorted.get(sorted.len() / 2).copied().unwrap_or(0.0);
        let falls = steps.iter().filter(|s| **s < 0.0).count();
        let equal = steps.iter().filter(|s| (**s - median).abs() <= 0.1 * median).count();
        // One damaged time in twenty, or the start of a second stretch, does not make a clock a signal.
        let few = steps.len() / 20;
        Numbers {
            present,
            rises: steps.len() >= 2 && falls <= few && median >= 0.0 && first.last() > first.first(),
            even: steps.len() >= 2 && median > 0.0 && steps.len() - equal <= few,
            whole: first.iter().all(|x| x.fract() == 0.0),
        }
    }
}
