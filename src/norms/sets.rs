//! Sets of limits: `data/reference/norm_sets.csv`.

use super::anatomy::rows;
use std::sync::LazyLock;

/// A set of limits, one row of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct NormSet {
    /// As the results name it.
    pub id: &'static str,
    /// Rises when a number changes.
    pub version: &'static str,
    /// For people.
    pub name: &'static str,
    /// What is held against its numbers, and how.
    pub rule: &'static str,
    /// Of whom, as far as known.
    pub population: &'static str,
    /// Youngest age that its numbers hold for, years; `None` where no age is asked for.
    pub age_min: Option<f64>,
    /// Ids of `data/SOURCES.md`.
    pub source: &'static str,
    /// `published`, `recalled` or `mixed`.
    pub status: &'static str,
}

/// Every set, in the table's order.
pub static NORM_SETS: LazyLock<Vec<NormSet>> =
    LazyLock::new(|| {
        let row = |[id, version, name, rule, population, source, status, age_min]: [&'static str; 8]| {
            NormSet { id, version, name, rule, population, age_min: age_min.parse().ok(), source, status }
        };
        rows(include_str!("../../data/reference/norm_sets.csv")).map(row).collect()
    });

/// The version of a set; empty for an unknown one.
pub fn version_of(set: &str) -> &'static str {
    NORM_SETS.iter().find(|s| s.id == set).map_or("", |s| s.version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_set_is_named_once_with_version_and_source() {
        assert!(NORM_SETS.len() > 4);
        for s in NORM_SETS.iter() {
            assert_eq!(NORM_SETS.iter().filter(|o| o.id == s.id).count(), 1);
            assert!(
                !s.version.is_empty() && !s.name.is_empty() && !s.rule.is_empty() && !s.source.is_empty()
            );
            assert!(["published", "recalled", "mixed"].contains(&s.status), "{}", s.status);
        }
        assert_eq!(version_of("no such set"), "");
    }
}
