//! What the trains of one recording say about each other: cramps, insertional activity, end-plate spikes that
//! ride on noise, fasciculations that came once.

use super::Kind;
use super::classify::Verdict;
use super::features::{Features, features};
use super::shape::Shape;
use super::stats::median_of;

/// A train and what it is held to be.
#[derive(Debug, Clone)]
pub(super) struct Judged {
    pub(super) features: Features,
    pub(super) verdict: Verdict,
}

/// A potential that came once or twice.
#[derive(Debug, Clone)]
pub(super) struct Single {
    /// s.
    pub(super) at: f64,
    pub(super) shape: Shape,
    /// Share of its swing that is made within a few samples.
    pub(super) steep: Option<f64>,
}

/// Mean rate of many units from which they are a cramp, 1/s: voluntary units rarely pass 30 (reference 2.1).
const CRAMP_RATE: f64 = 27.0;
/// The same where the muscle may have been contracted on purpose.
const CRAMP_RATE_ACTIVE: f64 = 38.0;
/// Longest insertional activity, s (reference 2.2), and a little for its edges.
const INSERTION_S: f64 = 0.36;
/// Discharges of insertional activity, at least, and different shapes among them. Ours.
const INSERTION_LEAST: usize = 6;
const INSERTION_SHAPES: usize = 3;

fn is_motor_unit(j: &Judged) -> bool {
    let f = &j.features;
    match j.verdict.kind {
        Kind::Voluntary | Kind::CrampPotential | Kind::FasciculationPotential | Kind::MyokymicDischarge => true,
        Kind::Unknown | Kind::EndPlateSpike | Kind::EndPlateNoise => f.shape.amplitude > 20.0 * f.shape.noise,
        _ => false,
    }
}

/// Many units, fast and irregular, together: a cramp. Trains that are only fragments of it go along.
pub(super) fn cramp(judged: &mut [Judged], at_rest: bool) {
    let limit = if at_rest { CRAMP_RATE } else { CRAMP_RATE_ACTIVE };
    let core: Vec<usize> = (0..judged.len())
        .filter(|k| {
            let j = &judged[*k];
            let fast = j.features.rate > 20.0 && j.features.times.len() >= 40;
            let irregular = j.features.regularity.cv2.is_some_and(|v| v > 0.1);
            matches!(j.verdict.kind, Kind::Voluntary | Kind::CrampPotential) && fast && irregular
        })
        .collect();
    if core.is_empty() {
        return;
    }
    let count = |k: &usize| judged[*k].features.times.len() as f64;
    let total: f64 = core.iter().map(count).sum();
    let rate = core.iter().map(|k| judged[*k].features.rate * count(k)).sum::<f64>() / total;
    if rate < limit {
        return;
    }
    let from = core.iter().filter_map(|k| judged[*k].features.times.first()).fold(f64::MAX, |m, t| m.min(*t));
    let to = core.iter().filter_map(|k| judged[*k].features.times.last()).fold(f64::MIN, |m, t| m.max(*t));
    let units = core.len();
    for (k, j) in judged.iter_mut().enumerate() {
        let inside = j.features.times.iter().filter(|t| (from - 0.1..=to + 0.1).contains(t)).count();
        if !is_motor_unit(j) || (inside as f64) < 0.8 * j.features.times.len() as f64 {
            continue;
        }
        let own = core.contains(&k) && j.verdict.kind == Kind::CrampPotential;
        j.verdict.confidence = if own { j.verdict.confidence.max(0.8) } else { 0.8 };
        j.verdict.kind = Kind::CrampPotential;
        j.verdict.why.insert(
            0,
            format!("{units} motor units fire irregularly at {rate:.0} a second: faster than voluntary ones"),
        );
    }
}

/// Small irregular trains beside end-plate spikes or noise that start negative are such spikes too: a hiss
/// changes their shape from one to the next.
pub(super) fn end_plate(judged: &mut Vec<Judged>, hiss: Option<&mut Judged>) {
    let spikes = judged.iter().any(|j| j.verdict.kind == Kind::EndPlateSpike && j.verdict.confidence > 0.8);
    let alike = |j: &Judged| {
        let short = j.features.shape.duration.is_none_or(|d| d < 9e-3);
        matches!(j.verdict.kind, Kind::Unknown | Kind::FasciculationPotential | Kind::EndPlateNoise | Kind::EndPlateSpike)
            && j.features.shape.initial_positive != Some(true)
            && short
    };
    let Some(hiss) = hiss else {
        if spikes {
            for j in judged.iter_mut().filter(|j| alike(j) && j.verdict.kind != Kind::EndPlateNoise) {
                j.verdict.kind = Kind::EndPlateSpike;
            }
        }
        return;
    };
    // In a hiss what is rare and not far above it is several of its potentials at once.
    let usual = hiss.features.shape.amplitude;
    let span = hiss.features.times.last().copied().unwrap_or(0.0) - hiss.features.times.first().copied().unwrap_or(0.0);
    let mut kept = Vec::new();
    for mut j in judged.drain(..) {
        let rare = (j.features.times.len() as f64) < 4.0 * span;
        if !alike(&j) {
            kept.push(j);
        } else if (j.features.shape.amplitude < 4.5 * usual && rare) || j.features.shape.amplitude < 1.8 * usual {
            hiss.features.times.extend(j.features.times);
        } else {
            j.verdict.kind = Kind::EndPlateSpike;
            kept.push(j);
        }
    }
    hiss.features.times.sort_by(f64::total_cmp);
    *judged = kept;
}

/// A short burst of different potentials: insertional activity. Takes its trains and singles away.
pub(super) fn insertion(judged: &mut Vec<Judged>, singles: &mut Vec<Single>) -> Vec<Judged> {
    let short = |j: &Judged| {
        let t = &j.features.times;
        t.len() >= 2 && t[t.len() - 1] - t[0] < INSERTION_S && j.verdict.kind != Kind::Artefact
    };
    // (time, which shape)
    let mut all: Vec<(f64, usize)> = Vec::new();
    for (k, j) in judged.iter().enumerate().filter(|(_, j)| short(j)) {
        all.extend(j.features.times.iter().map(|t| (*t, k)));
    }
    let first_single = judged.len();
    all.extend(singles.iter().enumerate().map(|(k, s)| (s.at, first_single + k)));
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut out = Vec::new();
    let (mut lose_trains, mut lose_singles) = (Vec::new(), Vec::new());
    let mut from = 0;
    for k in 1..=all.len() {
        if k < all.len() && all[k].0 - all[k - 1].0 < 0.1 {
            continue;
        }
        let burst = &all[from..k];
        from = k;
        let mut shapes: Vec<usize> = burst.iter().map(|b| b.1).collect();
        shapes.sort_unstable();
        shapes.dedup();
        let (Some(first), Some(last)) = (burst.first(), burst.last()) else { continue };
        let span = last.0 - first.0;
        if burst.len() < INSERTION_LEAST || shapes.len() < INSERTION_SHAPES || span > INSERTION_S {
            continue;
        }
        let times: Vec<f64> = burst.iter().map(|b| b.0).collect();
        lose_trains.extend(shapes.iter().copied().filter(|s| *s < first_single));
        lose_singles.extend(shapes.iter().filter(|s| **s >= first_single).map(|s| s - first_single));
        let sizes: Vec<f64> = shapes
            .iter()
            .filter_map(|s| {
                let train = judged.get(*s).map(|j| j.features.shape.amplitude);
                train.or_else(|| singles.get(s.checked_sub(first_single)?).map(|s| s.shape.amplitude))
            })
            .collect();
        let shape = Shape { amplitude: median_of(&sizes).unwrap_or(0.0), ..Shape::default() };
        let why = vec![format!(
            "{} discharges of {} shapes within {:.0} ms, then nothing of them: as when the needle is moved",
            burst.len(),
            shapes.len(),
            1e3 * span
        )];
        out.push(Judged {
            features: features(times, &[], shape, 1.0, span),
            verdict: Verdict { kind: Kind::InsertionalActivity, confidence: 0.8, why },
        });
    }
    let mut k = 0;
    judged.retain(|_| {
        k += 1;
        !lose_trains.contains(&(k - 1))
    });
    let mut k = 0;
    singles.retain(|_| {
        k += 1;
        !lose_singles.contains(&(k - 1))
    });
    out
}

/// Potentials that came once or twice: of a motor unit's size and length they are fasciculations at rest; what
/// is too steep or too slow is none.
pub(super) fn singles(singles: &[Single], noise: f64, seconds: f64, at_rest: bool) -> Vec<Judged> {
    let mut groups: [Vec<&Single>; 2] = [Vec::new(), Vec::new()];
    for s in singles {
        let long = s.shape.duration.is_some_and(|d| (4.0e-3..=30e-3).contains(&d));
        let spike = (0.2e-3..=4e-3).contains(&s.shape.width);
        let large = s.shape.amplitude > 100e-6 && s.shape.amplitude > 10.0 * noise;
        let muscle = s.steep.is_none_or(|v| v < 0.45) && spike;
        if muscle && long && large {
            groups[0].push(s);
        } else if !muscle && large {
            groups[1].push(s);
        }
    }
    let words = |n: usize, what: &str| format!("{n} potentials of a shape that did not come back: {what}");
    let mut out = Vec::new();
    for (k, group) in groups.iter().enumerate().filter(|(_, g)| !g.is_empty()) {
        let mut times: Vec<f64> = group.iter().map(|s| s.at).collect();
        times.sort_by(f64::total_cmp);
        let Some(largest) = group.iter().max_by(|a, b| a.shape.amplitude.total_cmp(&b.shape.amplitude)) else {
            continue;
        };
        let n = group.len();
        let (kind, confidence, why) = match (k, at_rest) {
            (0, true) => (
                Kind::FasciculationPotential,
                0.6,
                words(n, "of a motor unit's size and length, at rest"),
            ),
            (0, false) => (Kind::Unknown, 0.5, words(n, "the muscle may not have been at rest")),
            _ => (Kind::Artefact, 0.7, words(n, "steeper or slower than a muscle's")),
        };
        let mut f = features(times, &[], largest.shape.clone(), noise, seconds);
        f.rate = n as f64 / seconds.max(1e-3);
        out.push(Judged { features: f, verdict: Verdict { kind, confidence, why: vec![why] } });
    }
    out
}
