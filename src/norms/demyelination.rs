//! Sets of criteria of demyelination: `data/reference/demyelination_sets.csv` and `demyelination_criteria.csv`.

use super::anatomy::rows;
use std::sync::LazyLock;

/// How the criteria of a set add up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// Each criterion by itself; so many of them.
    Rows,
    /// So many groups of criteria: a group counts once.
    Groups,
    /// So many nerves with one criterion or more, not the same one in each.
    Nerves,
}

/// A set, one row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemyelinationSet {
    /// As the results name it.
    pub id: &'static str,
    /// `CIDP` or `GBS`.
    pub disease: &'static str,
    /// Whether it speaks of demyelination; sensory, axonal and inexcitable classes do not.
    pub counts: bool,
    /// How its criteria add up.
    pub count: Count,
    /// How many are needed.
    pub needed: usize,
    /// The rule in words.
    pub rule: &'static str,
    /// Ids of `data/SOURCES.md`.
    pub source: &'static str,
    /// `published`, `recalled` or `mixed`.
    pub status: &'static str,
}

/// A criterion, one row of the table. Percentages as the table has them (70 is 70 %).
#[derive(Debug, Clone, PartialEq)]
pub struct DemyelinationCriterion {
    /// Id of the rule.
    pub id: &'static str,
    /// Id of its set.
    pub set: &'static str,
    /// What is judged: `dml`, `mncv`, `f_min`, `f_absent`, `amp_drop_prox_dist`, `duration_increase`, …
    pub param: &'static str,
    /// What it counts as where groups are counted.
    pub group: &'static str,
    /// `<`, `<=`, `>`, `>=` or `=`.
    pub op: &'static str,
    /// In `unit`; `None` where the limit stands in another table.
    pub threshold: Option<f64>,
    /// `pct_uln`, `pct_lln`, `pct`, `ratio`, `ms`, `mV`, `nerves`, `flag`.
    pub unit: &'static str,
    /// Threshold in its place where the distal response is small.
    pub low_amp_threshold: Option<f64>,
    /// What small is: below so many percent of its lower limit.
    pub low_amp_below: Option<f64>,
    /// In how many nerves; 0 is in all.
    pub min_nerves: usize,
    /// How many other criteria of the set another nerve must meet.
    pub min_other_params: usize,
    /// Least distal response, percent of its lower limit.
    pub min_dcmap: Option<f64>,
    /// Nerves that are left out, or a nerve at a place; `other_f_absent`: that parameter is no other one here.
    pub exclude: Vec<&'static str>,
    /// The one nerve that it is meant for; empty for any.
    pub only: &'static str,
    /// The duration must rise by less than so many percent.
    pub rise_below: Option<f64>,
    /// The duration must rise by more than so many percent.
    pub rise_above: Option<f64>,
    /// `definite` or `probable`; empty where the set has no such steps.
    pub grade: &'static str,
    /// Ids of `data/SOURCES.md`.
    pub source: &'static str,
    /// `published`, `recalled` or `mixed`.
    pub status: &'static str,
}

impl DemyelinationCriterion {
    /// Whether a number is beyond a threshold in the criterion's sense. Decimal limits in binary: what prints as the
    /// threshold is on it.
    pub fn beyond(&self, value: f64, threshold: f64) -> bool {
        let near = (value - threshold).abs() <= 1e-9 * threshold.abs().max(1.0);
        match self.op {
            "<" => value < threshold && !near,
            "<=" => value < threshold || near,
            ">" => value > threshold && !near,
            ">=" => value > threshold || near,
            _ => near,
        }
    }
}

/// Every set, in the table's order.
pub static DEMYELINATION_SETS: LazyLock<Vec<DemyelinationSet>> = LazyLock::new(|| {
    let row = |r: [&'static str; 8]| DemyelinationSet {
        id: r[0],
        disease: r[1],
        counts: r[2] == "yes",
        count: match r[3] {
            "groups" => Count::Groups,
            "nerves" => Count::Nerves,
            _ => Count::Rows,
        },
        needed: r[4].parse().unwrap_or(1),
        rule: r[5],
        source: r[6],
        status: r[7],
    };
    rows(include_str!("../../data/reference/demyelination_sets.csv")).map(row).collect()
});

/// Every criterion, in the table's order.
pub static DEMYELINATION_CRITERIA: LazyLock<Vec<DemyelinationCriterion>> = LazyLock::new(|| {
    let number = |cell: &str| cell.parse::<f64>().ok();
    let count = |cell: &str| cell.parse::<usize>().unwrap_or_default();
    let row = |r: [&'static str; 19]| DemyelinationCriterion {
        id: r[0],
        set: r[1],
        param: r[2],
        group: r[3],
        op: r[4],
        threshold: number(r[5]),
        unit: r[6],
        low_amp_threshold: number(r[7]),
        low_amp_below: number(r[8]),
        min_nerves: count(r[9]),
        min_other_params: count(r[10]),
        min_dcmap: number(r[11]),
        exclude: r[12].split(';').filter(|e| !e.is_empty()).collect(),
        only: r[13],
        rise_below: number(r[14]),
        rise_above: number(r[15]),
        grade: r[16],
        source: r[17],
        status: r[18],
    };
    rows(include_str!("../../data/reference/demyelination_criteria.csv")).map(row).collect()
});

/// Criteria of a set.
pub fn demyelination_criteria(set: &str) -> impl Iterator<Item = &'static DemyelinationCriterion> {
    DEMYELINATION_CRITERIA.iter().filter(move |c| c.set == set)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_criterion_is_of_a_known_set_and_can_be_judged() {
        assert_eq!((DEMYELINATION_SETS.len(), DEMYELINATION_CRITERIA.len()), (16, 72));
        for c in DEMYELINATION_CRITERIA.iter() {
            assert!(DEMYELINATION_SETS.iter().any(|s| s.id == c.set), "{}", c.id);
            assert!(["<", "<=", ">", ">=", "="].contains(&c.op), "{}", c.id);
            assert!(c.threshold.is_some() || c.param == "dcmap_duration", "{}", c.id);
            assert_eq!(c.low_amp_threshold.is_some(), c.low_amp_below.is_some(), "{}", c.id);
            assert!(["published", "recalled", "mixed"].contains(&c.status) && !c.source.is_empty());
        }
        for s in DEMYELINATION_SETS.iter() {
            assert!(demyelination_criteria(s.id).next().is_some() && s.needed > 0, "{}", s.id);
        }
        assert_eq!(DEMYELINATION_SETS.iter().filter(|s| s.counts).count(), 12);
    }

    #[test]
    fn a_number_on_its_threshold_follows_the_sign() {
        let of = |id: &str| DEMYELINATION_CRITERIA.iter().find(|c| c.id == id).unwrap();
        assert!(of("DM_EANPNS2021_1").beyond(150.0, 150.0) && !of("DM_RAJABALLY2015_2").beyond(150.0, 150.0));
        assert!(of("DM_EFNS2010_2").beyond(70.0, 70.0) && !of("DM_DUTCH_1").beyond(70.0, 70.0));
        assert!(of("DM_EFNS2010_5").beyond((1.0 - 0.5) * 100.0, 50.0));
    }
}
