//! What a train is held to be: a naive Bayes model over the physiological ranges, with `unknown` among the
//! kinds, then vetoes.
//!
//! A range is flat between its ends and falls off beyond them as a normal density on a logarithmic scale; the
//! ends are those of the reference table (2.1), the fall says how sharp the table is meant. `unknown` has the
//! same density over all that can be measured, so it wins where no kind fits.

use super::Kind;
use super::features::Features;
use super::kinds::{ANYTHING, KINDS, MEASURES, UNKNOWN_PRIOR};

/// A verdict: the kind, its posterior, the runner-up with its own, the evidence in words.
#[derive(Debug, Clone)]
pub(super) struct Verdict {
    pub(super) kind: Kind,
    pub(super) confidence: f64,
    pub(super) why: Vec<String>,
}

/// What is known of each measure.
fn values(f: &Features) -> [Option<f64>; 10] {
    let r = &f.regularity;
    [
        Some(f.rate),
        r.cv.map(|v| v.max(0.0005)),
        r.core_cv2.map(|v| v.max(0.0005)),
        r.cv_all.map(|v| v.max(0.0005)),
        f.shape.duration,
        Some(f.shape.amplitude),
        Some(f.shape.width),
        r.rate_range.map(|v| v.max(1.0)),
        (f.times.len() >= 9).then_some(f.size_range.max(1.0)),
        Some(f.shape.positive_share.clamp(0.02, 0.98)).map(|p| p / (1.0 - p)),
    ]
}

/// How much likelier a kind is beside another train of it, and a motor unit under the will where the examiner
/// does not say that the muscle was at rest. Ours.
const COMPANY: f64 = 3.0;
const AT_WILL: f64 = 4.0;

/// Judges a train by its measures, beside trains of the kinds `sure`.
pub(super) fn classify(f: &Features, sure: &[Kind], at_rest: bool) -> Verdict {
    let values = values(f);
    let sign = |p: f64, yes: bool| if yes { p.ln() } else { (1.0 - p).ln() };
    let mut scores: Vec<(Kind, f64)> = KINDS
        .iter()
        .map(|row| {
            let mut score = row.prior.ln();
            // Fibrillation potentials and positive sharp waves are two looks of one thing.
            let denervated = |k: &Kind| matches!(k, Kind::FibrillationPotential | Kind::PositiveSharpWave);
            if sure.iter().any(|k| *k == row.kind || (denervated(k) && denervated(&row.kind))) {
                score += COMPANY.ln();
            }
            if row.kind == Kind::Voluntary && !at_rest {
                score += AT_WILL.ln();
            }
            for (range, value) in row.ranges.iter().zip(values) {
                score += value.map_or(0.0, |v| range.log_density(v));
            }
            if let Some(positive) = f.shape.initial_positive {
                score += sign(row.initial_positive, positive);
            }
            (row.kind, score + veto(row.kind, f, sure))
        })
        .collect();
    let mut unknown = UNKNOWN_PRIOR.ln();
    for (range, value) in ANYTHING.iter().zip(values) {
        unknown += value.map_or(0.0, |v| range.log_density(v));
    }
    scores.push((Kind::Unknown, unknown + 0.5_f64.ln()));
    // Two rows of one kind speak for it together.
    scores.sort_by_key(|s| s.0);
    scores.dedup_by(|later, earlier| {
        let one = later.0 == earlier.0;
        if one {
            let top = later.1.max(earlier.1);
            earlier.1 = top + ((later.1 - top).exp() + (earlier.1 - top).exp()).ln();
        }
        one
    });
    scores.sort_by(|a, b| b.1.total_cmp(&a.1));
    let top = scores[0].1;
    let total: f64 = scores.iter().map(|s| (s.1 - top).exp()).sum();
    let (kind, confidence) = (scores[0].0, 1.0 / total);
    let mut why = words(f, kind);
    if let Some(second) = scores.get(1) {
        why.push(format!("next best: {} at {:.2}", second.0.id(), (second.1 - top).exp() / total));
    }
    Verdict { kind, confidence, why }
}

/// What cannot be (reference 2.2): a large penalty where a kind's condition is not met.
fn veto(kind: Kind, f: &Features, sure: &[Kind]) -> f64 {
    const NEVER: f64 = -40.0;
    let r = &f.regularity;
    let n = f.times.len();
    let cv2 = r.core_cv2.unwrap_or(f64::MAX);
    // One fibre's potential, outside the end-plate zone.
    let fibre = f.shape.initial_positive == Some(true) && f.shape.duration.is_some_and(|d| d < 4.5e-3);
    let possible = match kind {
        Kind::FibrillationPotential | Kind::PositiveSharpWave => {
            // Three discharges show one change of the interval: enough only beside others of the kind.
            let company =
                sure.contains(&Kind::FibrillationPotential) || sure.contains(&Kind::PositiveSharpWave);
            let few = n == 3 && company && r.cv_all.is_none_or(|v| v < 0.15);
            // A pulse is shorter (reference 2.1: 1 to 5 ms, 10 ms and more).
            let least = if kind == Kind::FibrillationPotential { 0.95e-3 } else { 3e-3 };
            let long = f.shape.duration.is_none_or(|d| d >= least);
            f.shape.initial_positive == Some(true) && long && ((cv2 < 0.2 && n >= 4) || few)
        }
        Kind::EndPlateNoise => f.shape.initial_positive != Some(true) && n >= 20 && f.rate > 8.0,
        Kind::EndPlateSpike => f.shape.initial_positive != Some(true) && n >= 6 && f.rate > 2.0,
        Kind::ComplexRepetitiveDischarge => {
            // A complex of several fibres; what is short and simple and keeps time like a clock was made by one.
            let simple = f.shape.phases <= 2 && f.shape.duration.is_some_and(|d| d < 5e-3) && f.rate < 60.0;
            r.mcd.is_some_and(|m| m < 0.012) && n >= 10 && !simple
        }
        Kind::MyotonicDischarge => {
            n >= 10
                && f.rate < 155.0
                && r.rate_range.is_some_and(|v| v > 1.3)
                && f.size_range > 1.3
                && cv2 < if fibre { 0.5 } else { 0.25 }
        }
        Kind::NeuromyotonicDischarge => n >= 15 && (110.0..330.0).contains(&f.rate) && cv2 < 0.2,
        Kind::MyokymicDischarge => {
            // Three pairs are no rhythm yet, and the size is a motor unit's.
            let unit = f.shape.amplitude > 60e-6;
            unit && r.bursts >= 3
                && r.in_burst >= 2.0
                && n >= 8
                && f.shape.duration.is_none_or(|d| d >= 4.5e-3)
        }
        Kind::CrampPotential => n >= 20,
        Kind::Voluntary => n >= 6,
        // Not a motor unit's: too short, or too small.
        Kind::FasciculationPotential => {
            let large = if n < 4 { 150e-6 } else { 80e-6 };
            // Chance has a CV of 1 (reference 2.1: 0.7 and more), known within a tenth from so many discharges.
            let by_chance = n < 40 || r.cv_all.is_none_or(|v| v >= 0.6);
            by_chance && f.shape.duration.is_some_and(|d| d >= 4.0e-3) && f.shape.amplitude > large
        }
        _ => true,
    };
    if possible { 0.0 } else { NEVER }
}

/// The measures in words.
fn words(f: &Features, kind: Kind) -> Vec<String> {
    let r = &f.regularity;
    let mut out = Vec::new();
    let percent = |v: Option<f64>| v.map_or("not measurable".to_owned(), |v| format!("{:.1} %", 100.0 * v));
    out.push(format!(
        "{} discharges at {:.1}/s, interval CV {}, CV2 {}",
        f.times.len(),
        f.rate,
        percent(r.cv),
        percent(r.core_cv2)
    ));
    let sign = match f.shape.initial_positive {
        Some(true) => "positive",
        Some(false) => "negative",
        None => "not clear",
    };
    out.push(format!(
        "first phase {sign}, {} phases, {:.0} µV, {} ms long, {:.2} ms wide at half height",
        f.shape.phases,
        1e6 * f.shape.amplitude,
        f.shape.duration.map_or("?".to_owned(), |d| format!("{:.1}", 1e3 * d)),
        1e3 * f.shape.width
    ));
    if r.bursts > 1 {
        out.push(format!("{} groups of about {} discharges", r.bursts, r.in_burst));
    }
    if f.size_range > 1.3 {
        out.push(format!("size changes by a factor of {:.1} while it fires", f.size_range));
    }
    if let Some(row) = KINDS.iter().find(|row| row.kind == kind) {
        let outside: Vec<&str> = row
            .ranges
            .iter()
            .zip(values(f))
            .zip(MEASURES)
            .filter(|((range, value), _)| value.is_some_and(|v| v < range.low || v > range.high))
            .map(|(_, name)| name)
            .collect();
        if outside.is_empty() {
            out.push(format!("all measures lie in the ranges of {} ({})", kind.id(), row.source));
        } else {
            out.push(format!("outside the usual range of {}: {}", kind.id(), outside.join(", ")));
        }
    }
    out
}
