//! Cramps: many motor units, fast and irregular, at once.

use super::Kind;
use super::context::{Judged, is_motor_unit};

/// Mean rate of many units from which they are a cramp, 1/s: voluntary units rarely pass 30 (reference 2.1).
const CRAMP_RATE: f64 = 27.0;
/// The same where the muscle may have been contracted on purpose.
const CRAMP_RATE_ACTIVE: f64 = 38.0;
/// Potentials a second of all units from which a pattern is dense, for how long, and in what steps, s. Ours:
/// three voluntary units at rest make less.
const DENSE_RATE: f64 = 60.0;
const DENSE_S: f64 = 1.0;
const DENSE_BIN_S: f64 = 0.25;
/// The tallest of its units has so much at least, V (reference 2.1: from 200 µV; half of it for a needle far away).
const LEAST: f64 = 100e-6;

/// Many units, fast and irregular, together: a cramp. Trains that are only fragments of it go along.
pub(super) fn cramp(judged: &mut [Judged], at_rest: bool) {
    let limit = if at_rest { CRAMP_RATE } else { CRAMP_RATE_ACTIVE };
    let tallest = judged.iter().filter(|j| is_motor_unit(j)).map(|j| j.features.shape.amplitude);
    if tallest.fold(0.0, f64::max) < LEAST {
        return;
    }
    let mut core: Vec<usize> = (0..judged.len())
        .filter(|k| {
            let j = &judged[*k];
            let fast = j.features.rate > 20.0 && j.features.times.len() >= 40;
            let irregular = j.features.regularity.cv2.is_some_and(|v| v > 0.1);
            matches!(j.verdict.kind, Kind::Voluntary | Kind::CrampPotential) && fast && irregular
        })
        .collect();
    let count = |k: &usize| judged[*k].features.times.len() as f64;
    let total: f64 = core.iter().map(count).sum();
    let mut rate = core.iter().map(|k| judged[*k].features.rate * count(k)).sum::<f64>() / total.max(1.0);
    let mut from =
        core.iter().filter_map(|k| judged[*k].features.times.first()).fold(f64::MAX, |m, t| m.min(*t));
    let mut to =
        core.iter().filter_map(|k| judged[*k].features.times.last()).fold(f64::MIN, |m, t| m.max(*t));
    if core.is_empty() || rate < limit {
        // Too dense to be taken apart: the sum of the units speaks.
        let Some((first, last, sum)) = dense(judged) else { return };
        if !at_rest {
            for j in judged.iter_mut().filter(|j| is_motor_unit(j)) {
                j.verdict.kind = Kind::Voluntary;
                j.verdict.confidence = 0.5;
                j.verdict.why.insert(0, format!("part of {sum:.0} potentials a second, as in a contraction"));
            }
            return;
        }
        (from, to, rate) = (first, last, sum);
        core = (0..judged.len()).filter(|k| is_motor_unit(&judged[*k])).collect();
    }
    let units = core.len();
    for (k, j) in judged.iter_mut().enumerate() {
        let inside = j.features.times.iter().filter(|t| (from - 0.1..=to + 0.1).contains(t)).count();
        // What is irregular in the midst of it is part of it, however small.
        let r = &j.features.regularity;
        let loose = j.verdict.kind != Kind::Artefact && (r.cv2.is_none_or(|v| v > 0.2) || r.count < 6);
        if !(is_motor_unit(j) || loose) || (inside as f64) < 0.6 * j.features.times.len() as f64 {
            continue;
        }
        let own = core.contains(&k) && j.verdict.kind == Kind::CrampPotential;
        j.verdict.confidence = if own { j.verdict.confidence.max(0.8) } else { 0.8 };
        j.verdict.kind = Kind::CrampPotential;
        j.verdict.why.insert(
            0,
            format!(
                "{units} trains of motor units, irregular at {rate:.0} a second: faster than voluntary ones"
            ),
        );
    }
}

/// First and last second of a dense interference pattern and its potentials a second; `None` where there is none.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "quarters of a second")]
fn dense(judged: &[Judged]) -> Option<(f64, f64, f64)> {
    let spike = |j: &&Judged| matches!(j.verdict.kind, Kind::EndPlateSpike | Kind::EndPlateNoise);
    let units = judged.iter().filter(|j| is_motor_unit(j) && !spike(j));
    let mut all: Vec<f64> = units.flat_map(|j| j.features.times.iter().copied()).collect();
    all.sort_by(f64::total_cmp);
    let mut bins = vec![0.0_f64; (all.last()?.max(0.0) / DENSE_BIN_S) as usize + 1];
    for t in &all {
        if let Some(b) = bins.get_mut((t.max(0.0) / DENSE_BIN_S) as usize) {
            *b += 1.0;
        }
    }
    let full: Vec<bool> = bins.iter().map(|b| *b >= DENSE_RATE * DENSE_BIN_S).collect();
    let longest = full.chunk_by(|a, b| a == b).filter(|c| c[0]).map(<[bool]>::len).max()?;
    if (longest as f64) * DENSE_BIN_S < DENSE_S {
        return None;
    }
    let count = bins.iter().zip(&full).filter(|(_, f)| **f).map(|(b, _)| b).sum::<f64>();
    let seconds = full.iter().filter(|f| **f).count() as f64 * DENSE_BIN_S;
    Some((all[0], all[all.len() - 1], count / seconds))
}
