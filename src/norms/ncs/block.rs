//! Criteria of conduction block and temporal dispersion (`data/reference/conduction_block.csv`), and limits of the
//! distal response's duration (`dcmap_duration_limits.csv`).

use super::studies::is_lower_limb;
use crate::norms::rows;
use std::sync::LazyLock;

/// Which ratio of the proximal to the distal response a criterion is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the table")]
pub enum Quantity {
    Amplitude,
    Area,
    Duration,
}

/// One published criterion.
#[derive(Debug, Clone, PartialEq)]
pub struct BlockCriterion {
    /// Id of the rule.
    pub id: &'static str,
    /// Id of its set.
    pub set: &'static str,
    /// Of temporal dispersion; else of conduction block.
    pub dispersion: bool,
    nerves: Vec<&'static str>,
    excluded: &'static str,
    /// What is compared.
    pub quantity: Quantity,
    /// `<`, `<=`, `>` or `>=`.
    pub op: &'static str,
    /// Limit of proximal over distal.
    pub ratio: f64,
    /// Distal amplitude for which the row holds, V: from, inclusive, to, exclusive.
    pub distal_v: [Option<f64>; 2],
    /// Least distal amplitude as a share of the lower limit.
    pub distal_of_limit: Option<f64>,
    /// Rise of duration for which the row holds: above the first, at most the second; 0.3 is 30 %.
    pub rise: [Option<f64>; 2],
    /// Whether it decides; the others are told. Ours: rules that healthy nerves or dispersion alone often meet do
    /// not decide.
    pub decides: bool,
    /// Ids of `data/SOURCES.md`.
    pub source: &'static str,
    /// `published` or `recalled`.
    pub status: &'static str,
}

impl BlockCriterion {
    /// Whether the criterion is meant for a nerve. The tibial nerve's response falls more than others in healthy
    /// persons: where a set has rows of its own for it, or leaves it out, the general rows do not hold.
    pub fn holds_for(&self, nerve_id: &str) -> bool {
        if self.excluded == nerve_id {
            return false;
        }
        self.nerves.iter().any(|n| match *n {
            "any" => true,
            "upper_limb" => is_lower_limb(nerve_id) == Some(false),
            "lower_limb" => is_lower_limb(nerve_id) == Some(true),
            one => one == nerve_id,
        })
    }

    /// Whether it was made for this very nerve.
    pub fn names(&self, nerve_id: &str) -> bool {
        self.nerves.contains(&nerve_id)
    }

    /// Whether a ratio meets it.
    pub fn met(&self, ratio: f64) -> bool {
        match self.op {
            "<" => ratio < self.ratio,
            "<=" => ratio <= self.ratio,
            ">" => ratio > self.ratio,
            _ => ratio >= self.ratio,
        }
    }
}

/// Every criterion, in the table's order.
pub static BLOCK_CRITERIA: LazyLock<Vec<BlockCriterion>> = LazyLock::new(|| {
    let number = |text: &str| text.parse::<f64>().ok();
    let row = |r: [&'static str; 16]| BlockCriterion {
        id: r[0],
        set: r[1],
        dispersion: r[2] == "dispersion",
        nerves: r[3].split(';').collect(),
        excluded: r[4],
        quantity: match r[5] {
            "area" => Quantity::Area,
            "duration" => Quantity::Duration,
            _ => Quantity::Amplitude,
        },
        op: r[6],
        ratio: number(r[7]).unwrap_or(f64::NAN),
        distal_v: [number(r[8]).map(|v| v / 1e3), number(r[9]).map(|v| v / 1e3)],
        distal_of_limit: number(r[10]).map(|v| v / 100.0),
        rise: [number(r[11]).map(|v| v / 100.0), number(r[12]).map(|v| v / 100.0)],
        decides: r[13] == "yes",
        source: r[14],
        status: r[15],
    };
    rows(include_str!("../../../data/reference/conduction_block.csv")).map(row).collect()
});

/// A limit of the distal response's duration.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct DistalDuration {
    pub set: &'static str,
    /// High-pass of the amplifier for which it holds, Hz.
    pub high_pass_hz: f64,
    pub upper_ms: f64,
    pub source: &'static str,
    pub status: &'static str,
}

/// Limits of the distal duration of a study.
pub fn distal_duration(study: &str) -> impl Iterator<Item = DistalDuration> {
    let row = move |r: [&'static str; 8]| {
        (r[2] == study).then_some(())?;
        Some(DistalDuration {
            set: r[0],
            high_pass_hz: r[1].parse().ok()?,
            upper_ms: r[4].parse().ok()?,
            source: r[6],
            status: r[7],
        })
    };
    rows(include_str!("../../../data/reference/dcmap_duration_limits.csv")).filter_map(row)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::norms::version_of;

    #[test]
    fn every_criterion_has_a_number_a_known_set_and_its_nerves() {
        assert!(BLOCK_CRITERIA.len() > 30);
        for c in BLOCK_CRITERIA.iter() {
            assert!(c.ratio > 0.0 && c.ratio < 3.0, "{}", c.id);
            assert!(["<", "<=", ">", ">="].contains(&c.op) && !version_of(c.set).is_empty(), "{}", c.id);
            assert_eq!(c.dispersion && c.quantity == Quantity::Duration, c.op.starts_with('>'), "{}", c.id);
        }
        let aaem = |nerve: &str| {
            BLOCK_CRITERIA.iter().filter(|c| c.set == "AAEM_CB_DEFINITE" && c.holds_for(nerve)).count()
        };
        assert_eq!((aaem("tibial"), aaem("ulnar")), (2, 2));
        assert_eq!(distal_duration("tibial_motor_ah").count(), 6);
        assert_eq!(distal_duration("no_study").count(), 0);
    }
}
