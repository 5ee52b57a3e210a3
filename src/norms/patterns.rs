//! Patterns that are judged: `data/reference/patterns.csv`.

use super::anatomy::rows;
use std::sync::LazyLock;

/// A pattern, one row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// As the table names it; a radiculopathy with its level (`radiculopathy_l5`).
    pub id: &'static str,
    /// For people.
    pub name: &'static str,
    /// Family: `radiculopathy`, `plexopathy`, `mononeuropathy`, `polyneuropathy`, `motor_neuron`, `myopathy`, `nmj`,
    /// `none`, `not_assessable`.
    pub group: &'static str,
    /// Root, nerve or plexus; several joined by `;`; may be empty.
    pub level: &'static str,
    /// `assessable`, `partly` or `not_assessable` by electrodiagnosis.
    pub role: &'static str,
    /// Kinds of test that its criteria need.
    pub needed_tests: Vec<&'static str>,
    /// Conduction studies that speak most about it.
    pub key_studies: Vec<&'static str>,
    /// Muscles that it makes abnormal.
    pub key_muscles: Vec<&'static str>,
    /// Muscles that it spares and its rivals do not.
    pub contrast_muscles: Vec<&'static str>,
    /// Ids of `data/SOURCES.md`.
    pub source: &'static str,
    /// `recalled` where the row was not checked against its source.
    pub status: &'static str,
}

/// Every pattern, in the table's order.
pub static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    let list = |cell: &'static str| cell.split(';').filter(|a| !a.is_empty()).collect();
    let row = |r: [&'static str; 11]| Pattern {
        id: r[0],
        name: r[1],
        group: r[2],
        level: r[3],
        role: r[4],
        needed_tests: list(r[5]),
        key_studies: list(r[6]),
        key_muscles: list(r[7]),
        contrast_muscles: list(r[8]),
        source: r[9],
        status: r[10],
    };
    rows(include_str!("../../data/reference/patterns.csv")).map(row).collect()
});

/// The pattern of an id.
pub fn pattern(id: &str) -> Option<&'static Pattern> {
    PATTERNS.iter().find(|p| p.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::norms::MUSCLES;

    #[test]
    fn every_pattern_stands_once_and_names_known_muscles() {
        assert!(PATTERNS.len() > 60);
        for p in PATTERNS.iter() {
            assert_eq!(PATTERNS.iter().filter(|o| o.id == p.id).count(), 1, "{}", p.id);
            for m in p.key_muscles.iter().chain(&p.contrast_muscles) {
                assert!(MUSCLES.iter().any(|k| k.id == *m), "{m} of {}", p.id);
            }
        }
    }
}
