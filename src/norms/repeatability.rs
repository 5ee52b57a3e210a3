//! How far a number differs when the same person is examined twice: `data/reference/repeatability.csv`.

use super::rows;
use std::sync::LazyLock;

/// Coefficients of variation of a group of measures between visits, one row of the table.
///
/// The coefficient is that of one number of one visit: what varies within a visit and between visits together. Where
/// a source gives a range over nerves and measures, both ends are held.
#[derive(Debug, Clone, PartialEq)]
pub struct Repeatability {
    /// For people.
    pub group: &'static str,
    /// Ids of measures that it holds for.
    pub measures: Vec<&'static str>,
    /// Least coefficient, a share of the mean.
    pub low: f64,
    /// Greatest coefficient.
    pub high: f64,
    /// Examined twice.
    pub subjects: &'static str,
    /// Ids of `data/SOURCES.md`.
    pub source: &'static str,
    /// `published` or `recalled`.
    pub status: &'static str,
}

/// Every row, in the table's order.
pub static REPEATABILITY: LazyLock<Vec<Repeatability>> = LazyLock::new(|| {
    let row = |[group, measures, low, high, subjects, source, status]: [&'static str; 7]| Repeatability {
        group,
        measures: measures.split(';').collect(),
        low: share(low),
        high: share(high),
        subjects,
        source,
        status,
    };
    rows(include_str!("../../data/reference/repeatability.csv")).map(row).collect()
});

/// # Panics
/// If the cell is no share: a mistake in our table.
fn share(cell: &str) -> f64 {
    let share = cell.parse().ok().filter(|v| (0.0..1.0).contains(v));
    assert!(share.is_some(), "`{cell}` in one of our tables");
    share.unwrap_or_default()
}

/// What holds for a measure; `None` where nothing is published in our tables.
pub fn repeatability(measure: &str) -> Option<&'static Repeatability> {
    REPEATABILITY.iter().find(|r| r.measures.contains(&measure))
}

impl Repeatability {
    /// Differences between two visits that repetition alone exceeds once in twenty: 1.96 √2 times the coefficient
    /// times `mean`, at the least and at the greatest coefficient. In the unit of `mean`.
    pub fn of_difference(&self, mean: f64) -> [f64; 2] {
        [self.low, self.high].map(|cv| 1.96 * std::f64::consts::SQRT_2 * cv * mean.abs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_measure_has_one_row_with_a_range_and_a_source() {
        assert!(!REPEATABILITY.is_empty());
        for r in REPEATABILITY.iter() {
            assert!(0.0 < r.low && r.low <= r.high && !r.source.is_empty(), "{}", r.group);
            for m in &r.measures {
                assert_eq!(REPEATABILITY.iter().filter(|o| o.measures.contains(m)).count(), 1, "{m}");
            }
        }
        let [low, high] = repeatability("onset_latency").unwrap().of_difference(4.0);
        assert!((low - 0.4657).abs() < 1e-3 && (high - 1.0865).abs() < 1e-3, "{low} {high}");
        assert_eq!(repeatability("h_m_ratio"), None);
    }
}
