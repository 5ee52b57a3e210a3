//! Grades of carpal tunnel syndrome: `data/reference/cts_grading.csv`.

use super::anatomy::rows;
use std::sync::LazyLock;

/// A grade, one row of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct CtsGradeRow {
    /// `BLAND` or `PADUA`.
    pub scale: &'static str,
    /// `0` to `6`, or a word.
    pub grade: &'static str,
    /// Its word: `moderate`.
    pub name: &'static str,
    /// The rule in words.
    pub rule: &'static str,
    /// Longest distal motor latency, ms, itself included.
    pub dml_to_ms: Option<f64>,
    /// The distal motor latency is longer than this, ms.
    pub dml_above_ms: Option<f64>,
    /// A smaller thenar response counts as not there, mV.
    pub apb_below_mv: Option<f64>,
    /// Ids of `data/SOURCES.md`.
    pub source: &'static str,
    /// `published` or `recalled`.
    pub status: &'static str,
}

/// Every grade, in the table's order: the mildest of a scale first.
pub static CTS_GRADES: LazyLock<Vec<CtsGradeRow>> = LazyLock::new(|| {
    let row = |[scale, grade, name, rule, to, above, below, source, status]: [&'static str; 9]| CtsGradeRow {
        scale,
        grade,
        name,
        rule,
        dml_to_ms: to.parse().ok(),
        dml_above_ms: above.parse().ok(),
        apb_below_mv: below.parse().ok(),
        source,
        status,
    };
    rows(include_str!("../../data/reference/cts_grading.csv")).map(row).collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_scales_are_whole_and_the_limits_of_latency_join() {
        let of = |scale: &str| CTS_GRADES.iter().filter(|g| g.scale == scale).count();
        assert_eq!((of("BLAND"), of("PADUA"), CTS_GRADES.len()), (7, 6, 13));
        let bland = |g: &str| CTS_GRADES.iter().find(|r| r.scale == "BLAND" && r.grade == g).unwrap();
        assert_eq!(bland("3").dml_to_ms, bland("5").dml_above_ms);
        assert_eq!(bland("6").apb_below_mv, Some(0.2));
    }
}
