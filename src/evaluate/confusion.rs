//! What was taken for what: kinds of spontaneous activity, and muscles.

use super::figure::pooled_events;
use super::matching::Match;
use super::spontaneous::{BY_TIME, KINDS, NONE, UNKNOWN};
use super::study::{CLASSES, StudyScore};
use super::table::Table;

/// Discharges at rest: a row for each kind.
pub(super) fn events(scores: &[StudyScore]) -> Option<Table> {
    let all: Vec<&StudyScore> = scores.iter().collect();
    let head = ["kind", "recordings", "true", "agreed", "missed", "extra", "F1"];
    let mut table = Table::new("Discharges at rest, by kind", &head);
    let rest = || scores.iter().flat_map(|s| &s.recordings).map(|r| &r.spontaneous).filter(|r| r.at_rest);
    for kind in KINDS {
        let mut sum = Match::default();
        rest().filter_map(|r| r.events.get(*kind)).for_each(|m| sum.add(m));
        let Some((f1, n)) = pooled_events(&all, &[kind]) else { continue };
        let recordings = rest().filter(|r| r.truth.contains(*kind)).count();
        table.rows.push(vec![
            words(kind),
            recordings.to_string(),
            n.to_string(),
            sum.agreed.to_string(),
            sum.missed.to_string(),
            sum.extra.to_string(),
            format!("{f1:.3}"),
        ]);
    }
    (!table.rows.is_empty()).then_some(table)
}

/// An id as words.
fn words(id: &str) -> String {
    id.replace('_', " ")
}

/// Main kinds of the recordings at rest: a row for each true one, a column for each found one.
pub(super) fn kinds(scores: &[StudyScore]) -> Option<Table> {
    let rest = || scores.iter().flat_map(|s| &s.recordings).map(|r| &r.spontaneous).filter(|r| r.at_rest);
    let order: Vec<&str> =
        [NONE].into_iter().chain(KINDS.iter().copied()).chain(BY_TIME).chain([UNKNOWN]).collect();
    let pairs: Vec<(&str, &str)> = rest().map(|r| (r.main_truth.as_str(), r.main_found.as_str())).collect();
    confusion("Recordings at rest: true main kind (row) and found (column)", &order, &order, &pairs)
}

/// Impressions: a row for each true state, a column for each impression.
pub(super) fn classes(scores: &[StudyScore]) -> Option<Table> {
    let muscles: Vec<&StudyScore> = scores.iter().filter(|s| s.is_of_a_muscle()).collect();
    let name = |s: &StudyScore| {
        if s.state.is_empty() || s.state == s.class {
            s.class.clone()
        } else {
            format!("{}, {}", s.class, s.state)
        }
    };
    let rows: Vec<String> = muscles.iter().map(|s| name(s)).collect();
    let abstain =
        |s: &StudyScore| if s.impression.is_empty() { NONE.to_owned() } else { s.impression.clone() };
    let columns: Vec<String> = muscles.iter().map(|s| abstain(s)).collect();
    let pairs: Vec<(&str, &str)> = rows.iter().zip(&columns).map(|(r, c)| (r.as_str(), c.as_str())).collect();
    let mut row_order: Vec<&str> = rows.iter().map(String::as_str).collect();
    let place = |row: &str| CLASSES.iter().position(|c| row.starts_with(c)).unwrap_or(CLASSES.len());
    row_order.sort_unstable_by(|a, b| place(a).cmp(&place(b)).then(a.cmp(b)));
    row_order.dedup();
    let column_order: Vec<&str> =
        CLASSES.iter().copied().chain(["indeterminate", "not_interpretable", NONE]).collect();
    confusion("Muscles: true class (row) and impression (column)", &row_order, &column_order, &pairs)
}

fn confusion(title: &str, rows: &[&str], columns: &[&str], pairs: &[(&str, &str)]) -> Option<Table> {
    let columns: Vec<&str> = columns.iter().copied().filter(|c| pairs.iter().any(|p| p.1 == *c)).collect();
    let head: Vec<String> =
        std::iter::once("true".to_owned()).chain(columns.iter().map(|c| words(c))).collect();
    let mut table = Table { title: title.to_owned(), head, rows: Vec::new() };
    for row in rows.iter().filter(|r| pairs.iter().any(|p| p.0 == **r)) {
        let cells = columns.iter().map(|c| pairs.iter().filter(|p| p == &&(*row, *c)).count());
        let cells = cells.map(|n| if n == 0 { "·".to_owned() } else { n.to_string() });
        table.rows.push(std::iter::once(words(row)).chain(cells).collect());
    }
    (!table.rows.is_empty()).then_some(table)
}
