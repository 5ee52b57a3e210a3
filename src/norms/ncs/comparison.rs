//! Limits between sides, segments and nerves: `data/reference/ncs_differences.csv` and `cts_tests.csv`, and those of
//! repetitive stimulation: `nmj_rules.csv`.

use crate::norms::rows;
use std::sync::LazyLock;

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the table")]
pub enum Kind {
    SideToSide,
    Segment,
    NerveToNerve,
}

/// An upper limit of a difference.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct Difference {
    pub set: &'static str,
    pub study: &'static str,
    pub parameter: &'static str,
    pub kind: Kind,
    pub segment: &'static str,
    pub upper: f64,
    pub unit: &'static str,
    pub source: &'static str,
    pub status: &'static str,
}

/// Every one, in the table's order.
pub static DIFFERENCES: LazyLock<Vec<Difference>> = LazyLock::new(|| {
    let row = |r: [&'static str; 10]| {
        Some(Difference {
            set: r[0],
            study: r[1],
            parameter: r[2],
            kind: match r[3] {
                "side_to_side" => Kind::SideToSide,
                "segment" => Kind::Segment,
                _ => Kind::NerveToNerve,
            },
            segment: r[4],
            upper: r[6].parse().ok()?,
            unit: r[7],
            source: r[8],
            status: r[9],
        })
    };
    rows(include_str!("../../../data/reference/ncs_differences.csv")).filter_map(row).collect()
});

/// The limit of a study's own, else the one for any study.
pub fn difference(
    kind: Kind,
    study: &str,
    parameter: &str,
    segment: &str,
    unit: &str,
) -> Option<&'static Difference> {
    let fits = |d: &&Difference| d.kind == kind && d.unit == unit;
    let own = |d: &&Difference| d.study == study && d.parameter == parameter && d.segment == segment;
    let any = |d: &&Difference| d.study == "any" && parameter.starts_with(d.parameter);
    DIFFERENCES.iter().filter(fits).find(own).or_else(|| DIFFERENCES.iter().filter(fits).find(any))
}

/// A comparative test of the median nerve.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct Comparison {
    pub id: &'static str,
    pub distance_cm: Option<f64>,
    /// Abnormal from here on, ms.
    pub limit_ms: f64,
    pub source: &'static str,
    pub status: &'static str,
}

/// The comparative tests, in the table's order.
pub static COMPARISONS: LazyLock<Vec<Comparison>> = LazyLock::new(|| {
    let row = |r: [&'static str; 7]| {
        Some(Comparison {
            id: r[0],
            distance_cm: r[1].parse().ok(),
            limit_ms: r[3].parse().ok()?,
            source: r[5],
            status: r[6],
        })
    };
    rows(include_str!("../../../data/reference/cts_tests.csv")).filter_map(row).collect()
});

/// A limit of repetitive stimulation.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct NmjRule {
    pub id: &'static str,
    /// `decrement`, `increment` or `skin_temperature`.
    pub applies_to: &'static str,
    pub limit: f64,
    pub source: &'static str,
    pub status: &'static str,
}

/// The limits, in the table's order.
pub static NMJ_RULES: LazyLock<Vec<NmjRule>> = LazyLock::new(|| {
    let row = |r: [&'static str; 7]| {
        let limit = r[3].parse().ok()?;
        Some(NmjRule { id: r[0], applies_to: r[1], limit, source: r[5], status: r[6] })
    };
    rows(include_str!("../../../data/reference/nmj_rules.csv")).filter_map(row).collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_studys_own_limit_goes_before_the_general_one() {
        let lines = |text: &str| text.lines().count() - 1;
        assert_eq!(DIFFERENCES.len(), lines(include_str!("../../../data/reference/ncs_differences.csv")));
        assert_eq!(COMPARISONS.len(), lines(include_str!("../../../data/reference/cts_tests.csv")));
        assert_eq!(NMJ_RULES.len(), lines(include_str!("../../../data/reference/nmj_rules.csv")));
        let find = |study: &str| {
            difference(Kind::SideToSide, study, "amp_bp", "distal", "%").map(|d| (d.set, d.upper))
        };
        assert_eq!(find("fibular_motor_edb"), Some(("BUSCH_FIB", 61.0)));
        assert_eq!(find("median_motor_apb"), Some(("PRESTON", 50.0)));
        assert_eq!(difference(Kind::SideToSide, "median_motor_apb", "dml", "distal", "ms"), None);
    }
}
