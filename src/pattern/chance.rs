//! How many abnormal results chance alone gives.

use super::facts::{Facts, MuscleFact, Verdict};
use crate::result::ByChance;

/// Share of healthy persons beyond a limit of 2 SD or of the 2.5th percentile, one side.
const USUAL: f64 = 0.025;

/// How often a healthy result is called abnormal, where a source says so.
struct Rate {
    /// Set of limits, or kind of muscle.
    of: &'static str,
    share: f64,
    source: &'static str,
}

/// Sets with another percentile, and muscles with a rate of their own.
const RATES: &[Rate] = &[
    Rate { of: "NDTF", share: 0.03, source: "3rd or 97th percentile, CHEN2016" },
    Rate { of: "paraspinal", share: 0.145, source: "DATE1996" },
    Rate { of: "foot", share: 0.21, source: "AHPT" },
];

fn rate(of: &str) -> f64 {
    RATES.iter().find(|r| r.of == of).map_or(USUAL, |r| r.share)
}

/// Muscles of the foot itself: fibrillation there is common in healthy persons (AHPT).
pub(super) fn is_foot(m: &MuscleFact) -> bool {
    [
        "abductor_hallucis",
        "extensor_digitorum_brevis",
        "extensor_hallucis_brevis",
        "abductor_digiti_quinti_pedis",
        "first_dorsal_interosseous_pedis",
        "flexor_digiti_minimi_brevis_pedis",
    ]
    .contains(&m.muscle.id)
}

/// Abnormal results of the study against those of chance; `None` where nothing was held against a limit or graded.
///
/// Each number with a verdict counts once, a two-sided limit twice; each muscle counts once. Results are taken as
/// independent, which those of one nerve are not: the real spread is wider.
pub fn by_chance(facts: &Facts<'_>) -> Option<ByChance> {
    let (mut tested, mut abnormal, mut expected, mut none) = (0, 0, 0.0, 1.0);
    let mut add = |is_abnormal: bool, share: f64| {
        tested += 1;
        abnormal += usize::from(is_abnormal);
        expected += share;
        none *= 1.0 - share;
    };
    for d in facts.data.iter().filter(|d| d.verdict != Verdict::Unknown) {
        let set = d.row.limit.set.split(", ").next().unwrap_or_default();
        let sides = if d.row.limit.lower.is_some() && d.row.limit.upper.is_some() { 2.0 } else { 1.0 };
        add(d.is_abnormal(), sides * rate(set));
    }
    for m in facts.muscles.iter().filter(|m| m.active().is_some() || m.large().is_some()) {
        let share = match () {
            () if m.is_paraspinal() => rate("paraspinal"),
            () if is_foot(m) => rate("foot"),
            () => USUAL,
        };
        add(m.neurogenic() == Some(true) || m.short_small() == Some(true), share);
    }
    if tested == 0 {
        return None;
    }
    let own: Vec<String> =
        RATES.iter().map(|r| format!("{} {:.1} % ({})", r.of, 100.0 * r.share, r.source)).collect();
    Some(ByChance {
        tested,
        abnormal,
        expected,
        at_least_one: 1.0 - none,
        assumption: format!(
            "each limit is exceeded by {} % of healthy persons unless its source says otherwise: {}; other muscles {} % \
             (assumed); results taken as independent",
            100.0 * USUAL,
            own.join(", "),
            100.0 * USUAL
        ),
    })
}
