//! What was taken for what, and how often each probability was right.

use super::super::table::Table;
use super::measure::reliability;
use super::score::Score;
use std::collections::BTreeSet;

/// Families in the order of the table of patterns, what is joined behind.
fn order(names: BTreeSet<String>) -> Vec<String> {
    let place = |name: &String| {
        let of =
            |part: &str| crate::norms::PATTERNS.iter().position(|p| p.group == part).unwrap_or(usize::MAX);
        (name.contains('+'), name.split('+').map(of).min().unwrap_or(usize::MAX), name.clone())
    };
    let mut out: Vec<String> = names.into_iter().collect();
    out.sort_by_key(place);
    out
}

fn joined(families: &BTreeSet<String>) -> String {
    families.iter().map(String::as_str).collect::<Vec<_>>().join("+")
}

/// Families: a row for each true one, a column for that of the first suggestion.
pub(super) fn families(scores: &[Score]) -> Option<Table> {
    let none = "no suggestion".to_owned();
    let pairs: Vec<(String, String)> = scores
        .iter()
        .map(|s| {
            let found = s.first.as_ref().map(|f| joined(&f.families));
            (joined(&s.families), found.unwrap_or_else(|| none.clone()))
        })
        .collect();
    let rows = order(pairs.iter().map(|p| p.0.clone()).collect());
    let columns = order(pairs.iter().map(|p| p.1.clone()).collect());
    let words = |id: &String| if id == "none" { "normal".to_owned() } else { id.replace('_', " ") };
    let mut table = Table::new("True families (row) and that of the first suggestion (column)", &[]);
    table.head = std::iter::once("true".to_owned()).chain(columns.iter().map(words)).collect();
    for row in &rows {
        let count = |column: &String| pairs.iter().filter(|p| p.0 == *row && p.1 == *column).count();
        let cells = columns.iter().map(count).map(|n| if n == 0 { "·".to_owned() } else { n.to_string() });
        table.rows.push(std::iter::once(words(row)).chain(cells).collect());
    }
    (!table.rows.is_empty()).then_some(table)
}

/// Patterns: how many there are of each, how often the first suggestion has it, what it is taken for most.
pub(super) fn patterns(scores: &[Score]) -> Option<Table> {
    let head = [
        "true pattern",
        "studies",
        "pattern right",
        "family right",
        "mean probability",
        "most often taken for",
    ];
    let mut table = Table::new("Every pattern", &head);
    let names: BTreeSet<&str> = scores.iter().map(|s| s.pattern.as_str()).collect();
    for name in names {
        let of: Vec<&Score> = scores.iter().filter(|s| s.pattern == name).collect();
        let firsts: Vec<_> = of.iter().filter_map(|s| s.first.as_ref()).collect();
        let right = firsts.iter().filter(|f| f.right).count();
        #[expect(clippy::cast_precision_loss, reason = "counts of studies")]
        let percent = |sum: f64| {
            if of.is_empty() { String::new() } else { format!("{:.0} %", 100.0 * sum / of.len() as f64) }
        };
        let family: f64 = of.iter().filter_map(|s| s.family_right()).sum();
        let p: f64 = of.iter().filter_map(|s| s.p_true).sum();
        let wrong: Vec<&str> = firsts.iter().filter(|f| !f.right).map(|f| f.id.as_str()).collect();
        let taken: BTreeSet<&str> = wrong.iter().copied().collect();
        let most =
            taken.into_iter().map(|id| (wrong.iter().filter(|w| **w == id).count(), id)).max_by(|a, b| {
                // The first by name of those with the same count.
                a.0.cmp(&b.0).then(b.1.cmp(a.1))
            });
        #[expect(clippy::cast_precision_loss, reason = "counts of studies")]
        table.rows.push(vec![
            name.replace('_', " "),
            of.len().to_string(),
            percent(right as f64),
            percent(family),
            percent(p),
            most.map_or_else(String::new, |(n, id)| format!("{} ({n})", id.replace('_', " "))),
        ]);
    }
    (!table.rows.is_empty()).then_some(table)
}

/// Bins of like probability and how often they were right.
pub(super) fn reliability_table(title: &str, cases: &[(f64, bool)]) -> Option<Table> {
    let head = ["probability", "studies", "mean probability", "true"];
    let mut table = Table::new(title, &head);
    for b in reliability(cases) {
        table.rows.push(vec![
            format!("{:.3} to {:.3}", b.least, b.most),
            b.cases.to_string(),
            format!("{:.3}", b.mean),
            format!("{:.3}", b.share),
        ]);
    }
    (!table.rows.is_empty()).then_some(table)
}
