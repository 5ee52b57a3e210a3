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

/// The responses of a segment, proximal against distal. What is not known is `None`; such criteria are left out.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Ratios {
    /// Of amplitudes, baseline to negative peak.
    pub amplitude: Option<f64>,
    /// Of negative areas.
    pub area: Option<f64>,
    /// Of durations of the negative peak.
    pub duration: Option<f64>,
    /// Distal amplitude, V.
    pub distal_v: Option<f64>,
    /// Distal amplitude over its lower limit.
    pub distal_of_limit: Option<f64>,
}

/// What the criteria say of a segment.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Judged {
    /// Criteria that are met.
    pub met: Vec<&'static BlockCriterion>,
    /// Met by amplitude alone, while area and duration say that the parts of the response come apart in time.
    pub by_dispersion: Vec<&'static BlockCriterion>,
    /// How many could be judged.
    pub judged: usize,
    /// A met criterion that decides.
    pub decided: bool,
}

/// Rise of the duration from which a fall of amplitude may be that of dispersion: the consensus criteria (CB10 to
/// CB15) end there.
const DISPERSED: f64 = 1.3;

/// Holds every criterion of block, or of dispersion, that is meant for the nerve against a segment.
pub fn judge_block(nerve_id: &str, dispersion: bool, ratios: &Ratios) -> Judged {
    let mut out = Judged::default();
    for c in BLOCK_CRITERIA.iter().filter(|c| c.dispersion == dispersion && c.holds_for(nerve_id)) {
        let ratio = match c.quantity {
            Quantity::Amplitude => ratios.amplitude,
            Quantity::Area => ratios.area,
            Quantity::Duration => ratios.duration,
        };
        let inside = |range: [Option<f64>; 2], v: Option<f64>| match (range, v) {
            ([None, None], _) => Some(true),
            (_, None) => None,
            ([low, high], Some(v)) => Some(low.is_none_or(|l| v >= l) && high.is_none_or(|h| v < h)),
        };
        // A rise of exactly the last value still counts.
        let rise = ratios.duration.map(|d| d - 1.0);
        let rise_fits = match (c.rise, rise) {
            ([None, None], _) => Some(true),
            (_, None) => None,
            ([low, high], Some(r)) => Some(low.is_none_or(|l| r > l) && high.is_none_or(|h| r <= h + 1e-9)),
        };
        let large = match (c.distal_of_limit, ratios.distal_of_limit) {
            (None, _) => Some(true),
            (_, None) => None,
            (Some(least), Some(share)) => Some(share >= least),
        };
        let (Some(ratio), Some(size), Some(rise_fits), Some(large)) =
            (ratio, inside(c.distal_v, ratios.distal_v), rise_fits, large)
        else {
            continue;
        };
        out.judged += 1;
        if !(size && rise_fits && large && c.met(ratio)) {
            continue;
        }
        // A rule without a word on duration cannot tell block from dispersion; the area can.
        let dispersed = !c.dispersion
            && c.rise == [None, None]
            && ratios.duration.is_some_and(|d| d > DISPERSED)
            && ratios.area.is_some_and(|a| !c.met(a));
        if dispersed {
            out.by_dispersion.push(c);
            continue;
        }
        out.decided |= c.decides && (nerve_id != "tibial" || c.names("tibial"));
        out.met.push(c);
    }
    out
}

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

    #[test]
    fn block_is_told_from_dispersion() {
        // Models of signal-analysis 4.6: amplitude, area, duration.
        let judge = |nerve: &str, dispersion: bool, r: [f64; 3]| {
            let ratios = Ratios {
                amplitude: Some(r[0]),
                area: Some(r[1]),
                duration: Some(r[2]),
                distal_v: Some(8e-3),
                distal_of_limit: Some(2.0),
            };
            judge_block(nerve, dispersion, &ratios).decided
        };
        let (healthy, block) = ([0.93, 0.99, 1.06], [0.48, 0.49, 1.05]);
        let (dispersed, more) = ([0.62, 0.87, 1.39], [0.53, 0.78, 1.50]);
        for nerve in ["median", "ulnar", "fibular"] {
            assert!(!judge(nerve, false, healthy) && !judge(nerve, true, healthy), "{nerve}");
            assert!(judge(nerve, false, block) && !judge(nerve, true, block), "{nerve}");
            assert!(!judge(nerve, false, dispersed) && judge(nerve, true, dispersed), "{nerve}");
            assert!(!judge(nerve, false, more) && judge(nerve, true, more), "{nerve}");
        }
        // A healthy tibial response falls much.
        assert!(!judge("tibial", false, [0.5, 0.6, 1.2]) && !judge("tibial", true, [0.5, 0.6, 1.4]));
        assert!(judge("tibial", false, [0.3, 0.35, 1.1]) && judge("tibial", true, [0.4, 0.8, 2.1]));
        assert_eq!(judge_block("median", false, &Ratios::default()).judged, 0);
    }
}
