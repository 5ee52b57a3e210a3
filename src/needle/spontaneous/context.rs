//! What the trains of one recording say about each other: end-plate spikes that ride on noise, fasciculations
//! that came once.

use super::Kind;
use super::artefact::Steepness;
use super::classify::Verdict;
use super::features::{Features, features};
use super::shape::Shape;

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
    /// `None` where it cannot be told.
    pub(super) steep: Option<Steepness>,
}
/// Share of a pulse's steepness that a lone potential may have: there is no second one to be sure by. Ours.
const STEEP: f64 = 0.82;
/// Lone potentials so near to so many others are no fasciculations, s.
const CROWD_S: f64 = 0.4;
const CROWD: usize = 4;
/// Lone potentials that may be evoked where the needle was moved. Ours.
const FEW: usize = 3;

/// Whether a train may be one of motor units, whatever its kind.
pub(super) fn is_motor_unit(j: &Judged) -> bool {
    let f = &j.features;
    match j.verdict.kind {
        Kind::Voluntary | Kind::CrampPotential | Kind::FasciculationPotential | Kind::MyokymicDischarge => {
            true
        }
        Kind::Unknown | Kind::EndPlateSpike | Kind::EndPlateNoise => f.shape.amplitude > 20.0 * f.shape.noise,
        _ => false,
    }
}

/// Within so many seconds of busy activity a lone potential says nothing. Ours.
const BUSY_S: f64 = 0.5;

fn is_busy(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Voluntary
            | Kind::CrampPotential
            | Kind::MyokymicDischarge
            | Kind::NeuromyotonicDischarge
            | Kind::MyotonicDischarge
            | Kind::ComplexRepetitiveDischarge
            | Kind::InsertionalActivity
    )
}

/// So many usual potentials of a hiss high its pile-ups may be, those that come back and one that came once. Ours: at
/// 450 a second five or six of 2 ms lie on each other now and then.
const PILED: f64 = 4.5;
const PILED_ONCE: f64 = 6.0;

/// Small irregular trains beside end-plate spikes or noise that start negative are such spikes too: a hiss
/// changes their shape from one to the next.
pub(super) fn end_plate(judged: &mut Vec<Judged>, hiss: Option<&mut Judged>) {
    let spikes = judged.iter().any(|j| j.verdict.kind == Kind::EndPlateSpike && j.verdict.confidence > 0.8);
    let alike = |j: &Judged| {
        let short = j.features.shape.duration.is_none_or(|d| d < 9e-3);
        matches!(
            j.verdict.kind,
            Kind::Unknown | Kind::FasciculationPotential | Kind::EndPlateNoise | Kind::EndPlateSpike
        ) && j.features.shape.initial_positive != Some(true)
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
    let span = hiss.features.times.last().copied().unwrap_or(0.0)
        - hiss.features.times.first().copied().unwrap_or(0.0);
    // Several of a hiss at once are rare; many large ones are spikes.
    let large = |j: &Judged| alike(j) && j.features.shape.amplitude > 2.5 * usual;
    let many =
        judged.iter().filter(|j| large(j)).map(|j| j.features.times.len()).sum::<usize>() as f64 > 5.0 * span;
    let mut kept = Vec::new();
    for mut j in judged.drain(..) {
        let rare = !(many && large(&j)) && (j.features.times.len() as f64) < 4.0 * span;
        // The hiss around it hides how long a small one is, and where it starts.
        let piled = j.features.shape.amplitude < PILED * usual
            && matches!(j.verdict.kind, Kind::FasciculationPotential | Kind::Unknown);
        if !(alike(&j) || piled && rare) {
            kept.push(j);
        } else if (j.features.shape.amplitude < PILED * usual && rare)
            || j.features.shape.amplitude < 1.8 * usual
        {
            hiss.features.times.extend(j.features.times);
        } else {
            j.verdict.kind = Kind::EndPlateSpike;
            kept.push(j);
        }
    }
    hiss.features.times.sort_by(f64::total_cmp);
    *judged = kept;
}

/// Potentials that came once or twice: of a motor unit's size and length they are fasciculations at rest; what
/// is too steep or too slow is none.
pub(super) fn singles(
    judged: &[Judged],
    hiss: Option<&Judged>,
    singles: &[Single],
    noise: f64,
    seconds: f64,
    at_rest: bool,
) -> Vec<Judged> {
    let mut groups: [Vec<&Single>; 2] = [Vec::new(), Vec::new()];
    let mut others: Vec<f64> = judged
        .iter()
        .filter(|j| is_busy(j.verdict.kind))
        .flat_map(|j| j.features.times.iter().copied())
        .collect();
    others.sort_by(f64::total_cmp);
    // Two fibres at a time are no more than both together.
    let mut sizes: Vec<f64> = judged
        .iter()
        .filter(|j| !is_busy(j.verdict.kind) && j.verdict.kind != Kind::FasciculationPotential)
        .map(|j| j.features.shape.amplitude)
        .collect();
    sizes.sort_by(|a, b| b.total_cmp(a));
    let both = sizes.iter().take(2).sum::<f64>();
    // Spikes of an end-plate change their size, and two of one fibre run into each other.
    let spikes = judged.iter().filter(|j| j.verdict.kind == Kind::EndPlateSpike);
    let tallest = spikes.map(|j| j.features.shape.amplitude).fold(0.0, f64::max);
    let piled = hiss.map_or(0.0, |h| PILED_ONCE * h.features.shape.amplitude);
    let least = (1.1 * both).max(2.0 * tallest).max(piled);
    let moved = judged.iter().any(|j| j.verdict.kind == Kind::InsertionalActivity);
    let pulses: Vec<f64> = judged
        .iter()
        .filter(|j| j.verdict.kind == Kind::Artefact)
        .map(|j| j.features.shape.amplitude)
        .collect();
    for s in singles.iter().filter(|s| s.shape.amplitude > least) {
        let crowd = singles.iter().filter(|o| (o.at - s.at).abs() < CROWD_S).count();
        let pulse = pulses.iter().any(|p| (0.5..2.0).contains(&(s.shape.amplitude / p)));
        if crowd >= CROWD || pulse {
            continue;
        }
        // Amid other activity of motor units it may be two at a time.
        let k = others.partition_point(|t| *t < s.at - BUSY_S);
        if others.get(k).is_some_and(|t| *t <= s.at + BUSY_S) {
            continue;
        }
        let long = s.shape.duration.is_some_and(|d| (4.0e-3..=30e-3).contains(&d));
        let spike = (0.2e-3..=4e-3).contains(&s.shape.width);
        let large = s.shape.amplitude > 100e-6 && s.shape.amplitude > 10.0 * noise;
        let muscle = s.steep.is_none_or(|v| v.of_a_pulse() < STEEP) && spike;
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
        let Some(largest) = group.iter().max_by(|a, b| a.shape.amplitude.total_cmp(&b.shape.amplitude))
        else {
            continue;
        };
        let n = group.len();
        let (kind, confidence, why) = match (k, at_rest) {
            // The needle may have evoked them.
            (0, true) if moved && n < FEW => {
                (Kind::Unknown, 0.5, words(n, "the needle was moved in this recording"))
            }
            (0, true) => {
                (Kind::FasciculationPotential, 0.6, words(n, "of a motor unit's size and length, at rest"))
            }
            (0, false) => (Kind::Unknown, 0.5, words(n, "the muscle may not have been at rest")),
            _ => (Kind::Artefact, 0.7, words(n, "steeper or slower than a muscle's")),
        };
        let mut f = features(times, &[], largest.shape.clone(), noise, seconds);
        f.rate = n as f64 / seconds.max(1e-3);
        out.push(Judged { features: f, verdict: Verdict { kind, confidence, why: vec![why] } });
    }
    out
}
