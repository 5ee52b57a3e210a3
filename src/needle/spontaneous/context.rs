//! What the trains of one recording say about each other: cramps, insertional activity, end-plate spikes that
//! ride on noise, fasciculations that came once.

use super::Kind;
use super::classify::Verdict;
use super::features::{Features, features};
use super::shape::Shape;
use super::stats::{deviation, mean, median_of};

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
/// Potentials a second of all units from which a pattern is dense, for how long, and in what steps, s. Ours:
/// three voluntary units at rest make less.
const DENSE_RATE: f64 = 60.0;
const DENSE_S: f64 = 1.0;
const DENSE_BIN_S: f64 = 0.25;
/// Longest insertional activity, s: 300 ms after the movement stops (reference 2.2), and the movement.
const INSERTION_S: f64 = 0.6;
const LONG_INSERTION_S: f64 = 1.2;
/// Discharges of insertional activity, at least, and different shapes among them. Ours.
const INSERTION_LEAST: usize = 6;
const INSERTION_SHAPES: usize = 3;
/// Discharges a second within it, at least, and the pause that ends it, s. Ours.
const INSERTION_RATE: f64 = 25.0;
const PAUSE_S: f64 = 0.12;
/// CV of the intervals within it, at least, where the discharges are of one shape. Ours.
const INSERTION_CV: f64 = 0.35;
/// Lone potentials so near to so many others are no fasciculations, s.
const CROWD_S: f64 = 0.4;
const CROWD: usize = 4;

fn is_motor_unit(j: &Judged) -> bool {
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

/// Many units, fast and irregular, together: a cramp. Trains that are only fragments of it go along.
pub(super) fn cramp(judged: &mut [Judged], at_rest: bool) {
    let limit = if at_rest { CRAMP_RATE } else { CRAMP_RATE_ACTIVE };
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
        if !is_motor_unit(j) || (inside as f64) < 0.8 * j.features.times.len() as f64 {
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
        if !alike(&j) {
            kept.push(j);
        } else if (j.features.shape.amplitude < 4.5 * usual && rare)
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

/// Short bursts of many different potentials: insertional activity. Takes their discharges away.
pub(super) fn insertion(judged: &mut Vec<Judged>, singles: &mut Vec<Single>) -> Vec<Judged> {
    // What goes on regularly has nothing to do with the needle's movement.
    let loose = |j: &Judged| {
        let r = &j.features.regularity;
        let steady = r.count >= 8 && r.cv2.is_some_and(|v| v < 0.2) && r.bursts < 3;
        let periodic = matches!(
            j.verdict.kind,
            Kind::Artefact
                | Kind::EndPlateNoise
                | Kind::ComplexRepetitiveDischarge
                | Kind::NeuromyotonicDischarge
        ) || (j.verdict.kind == Kind::MyotonicDischarge && r.cv2.is_some_and(|v| v < 0.25));
        !steady && !periodic
    };
    // (time, which shape)
    let mut all: Vec<(f64, usize)> = Vec::new();
    for (k, j) in judged.iter().enumerate().filter(|(_, j)| loose(j)) {
        all.extend(j.features.times.iter().map(|t| (*t, k)));
    }
    let first_single = judged.len();
    all.extend(singles.iter().enumerate().map(|(k, s)| (s.at, first_single + k)));
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut bursts: Vec<&[(f64, usize)]> = Vec::new();
    for group in all.chunk_by(|a, b| b.0 - a.0 < PAUSE_S) {
        let mut shapes: Vec<usize> = group.iter().map(|b| b.1).collect();
        shapes.sort_unstable();
        let most = shapes.chunk_by(|a, b| a == b).map(<[usize]>::len).max().unwrap_or(0);
        shapes.dedup();
        let span = group[group.len() - 1].0 - group[0].0;
        let dense = group.len() as f64 > INSERTION_RATE * span;
        // Fibres, not units, or several of them at once.
        let lengths: Vec<f64> = group
            .iter()
            .filter_map(|e| match judged.get(e.1) {
                Some(j) => j.features.shape.duration,
                None => singles.get(e.1 - first_single).and_then(|s| s.shape.duration),
            })
            .collect();
        let fibres = median_of(&lengths).is_some_and(|d| d < 4.5e-3);
        // Increased insertional activity lasts longer, but nothing else mixes fibres like that.
        let span_ok = span <= if fibres && shapes.len() >= 4 { LONG_INSERTION_S } else { INSERTION_S };
        let mixed = if fibres {
            shapes.len() >= 2 && most * 20 <= group.len() * 19
        } else {
            shapes.len() >= INSERTION_SHAPES && most * 10 <= group.len() * 7
        };
        // One fibre alone may do it as well, but never as evenly as a nerve.
        let intervals: Vec<f64> = group.windows(2).map(|w| w[1].0 - w[0].0).collect();
        let uneven = deviation(&intervals).zip(mean(&intervals)).is_some_and(|(d, m)| d > INSERTION_CV * m);
        let alone = uneven && group.len() as f64 > 2.0 * INSERTION_RATE * span && group.len() >= 10;
        if group.len() >= INSERTION_LEAST && span_ok && dense && (mixed || alone) {
            bursts.push(group);
        }
    }
    // What comes back again and again comes from the nerve.
    let starts: Vec<f64> = bursts.iter().map(|b| b[0].0).collect();
    let r = super::regularity::regularity(&starts);
    if bursts.len() >= 5 && r.cv_all.is_none_or(|v| v < 0.6) {
        return Vec::new();
    }
    // A unit that fires outside of them as well was not evoked by the needle.
    let count = |k: usize| bursts.iter().map(|b| b.iter().filter(|e| e.1 == k).count()).sum::<usize>();
    let (mut within, mut whole) = (0, 0);
    for (k, j) in judged.iter().enumerate() {
        let own = count(k);
        if own > 0 {
            within += own;
            whole += j.features.times.len();
        }
    }
    if within * 10 < whole * 7 {
        return Vec::new();
    }
    let mut out = Vec::new();
    for burst in &bursts {
        let times: Vec<f64> = burst.iter().map(|b| b.0).collect();
        let (from, to) = (times[0], times[times.len() - 1]);
        let sizes: Vec<f64> = burst
            .iter()
            .filter_map(|b| match judged.get(b.1) {
                Some(j) => Some(j.features.shape.amplitude),
                None => singles.get(b.1 - first_single).map(|s| s.shape.amplitude),
            })
            .collect();
        let shape = Shape { amplitude: median_of(&sizes).unwrap_or(0.0), ..Shape::default() };
        let why = vec![format!(
            "{} discharges of several shapes within {:.0} ms, then nothing of them: as when the needle is moved",
            burst.len(),
            1e3 * (to - from)
        )];
        out.push(Judged {
            features: features(times, &[], shape, 1.0, to - from),
            verdict: Verdict { kind: Kind::InsertionalActivity, confidence: 0.8, why },
        });
    }
    // The edges of a burst belong to it.
    let spans: Vec<(f64, f64)> = out
        .iter()
        .map(|j| (j.features.times[0] - 0.1, j.features.times[j.features.times.len() - 1] + 0.2))
        .collect();
    let inside = |t: f64| spans.iter().any(|s| (s.0..=s.1).contains(&t));
    let mut kept = Vec::new();
    for mut j in judged.drain(..) {
        if loose(&j) {
            let before = j.features.times.len();
            j.features.times.retain(|t| !inside(*t));
            if j.features.times.len() < 3 || j.features.times.len() * 3 < before {
                continue;
            }
        }
        kept.push(j);
    }
    *judged = kept;
    singles.retain(|s| !inside(s.at));
    out
}

/// Groups of discharges that come back, of one unit or several: myokymic.
pub(super) fn bursts(judged: &mut [Judged]) {
    let vague = |j: &Judged| {
        let r = &j.features.regularity;
        let loose = r.cv2.is_none_or(|v| v > 0.2) || r.bursts >= 3;
        let plate = matches!(j.verdict.kind, Kind::EndPlateSpike | Kind::EndPlateNoise);
        is_motor_unit(j) && !plate && loose && j.features.shape.amplitude > 60e-6
    };
    let sure = judged.iter().any(|j| j.verdict.kind == Kind::MyokymicDischarge);
    if !sure && judged.iter().filter(|j| vague(j)).count() < 3 {
        return;
    }
    let mut union: Vec<f64> =
        judged.iter().filter(|j| vague(j)).flat_map(|j| j.features.times.iter().copied()).collect();
    union.sort_by(f64::total_cmp);
    let r = super::regularity::regularity(&union);
    let recurring =
        r.bursts >= 4 && r.in_burst >= if sure { 2.0 } else { 3.0 } && r.burst_cv.is_some_and(|v| v < 0.7);
    if !recurring || r.interval.is_none_or(|i| i > 0.1) {
        return;
    }
    for j in judged.iter_mut().filter(|j| vague(j) && j.verdict.kind != Kind::MyokymicDischarge) {
        j.verdict.kind = Kind::MyokymicDischarge;
        j.verdict.confidence = 0.6;
        j.verdict.why.insert(
            0,
            format!(
                "within {} groups of about {:.0} discharges that recur with a CV of {:.2}",
                r.bursts,
                r.in_burst,
                r.burst_cv.unwrap_or(0.0)
            ),
        );
    }
}

/// Fragments beside something larger: a few discharges of a motor unit's shape that lie within another
/// activity say nothing of their own.
pub(super) fn fragments(judged: &mut [Judged]) {
    let fast = |k: Kind| {
        matches!(
            k,
            Kind::MyotonicDischarge
                | Kind::NeuromyotonicDischarge
                | Kind::ComplexRepetitiveDischarge
                | Kind::MyokymicDischarge
        )
    };
    let mains: Vec<(Kind, Vec<f64>)> = judged
        .iter()
        .filter(|j| {
            (fast(j.verdict.kind) || j.verdict.kind == Kind::Voluntary) && j.features.times.len() >= 10
        })
        .map(|j| (j.verdict.kind, j.features.times.clone()))
        .collect();
    for j in judged.iter_mut() {
        let r = &j.features.regularity;
        let irregular = r.cv2.is_none_or(|v| v > 0.2) || r.count < 6;
        let vague = matches!(
            j.verdict.kind,
            Kind::Unknown
                | Kind::FasciculationPotential
                | Kind::CrampPotential
                | Kind::MyokymicDischarge
                | Kind::EndPlateSpike
                | Kind::Voluntary
        );
        if !irregular || !vague {
            continue;
        }
        let owner = mains
            .iter()
            .filter(|(kind, times)| {
                let usual = super::regularity::regularity(times).interval.unwrap_or(0.0);
                let within = if *kind == Kind::Voluntary { (1.3 * usual).max(0.25) } else { 0.06 };
                let share = j
                    .features
                    .times
                    .iter()
                    .filter(|t| {
                        let k = times.partition_point(|u| *u < **t);
                        let near = |u: Option<&f64>| u.is_some_and(|u| (u - **t).abs() <= within);
                        near(times.get(k)) || near(k.checked_sub(1).and_then(|k| times.get(k)))
                    })
                    .count() as f64
                    / j.features.times.len().max(1) as f64;
                share >= 0.7
                    && j.features.times.len() * 2 < times.len() * if *kind == Kind::Voluntary { 4 } else { 1 }
            })
            .max_by_key(|(_, times)| times.len());
        if let Some((kind, times)) = owner.filter(|o| o.0 != j.verdict.kind) {
            j.verdict
                .why
                .insert(0, format!("a fragment beside {} discharges held to be {}", times.len(), kind.id()));
            j.verdict.kind = *kind;
            j.verdict.confidence = 0.5;
        }
    }
}

/// Potentials that came once or twice: of a motor unit's size and length they are fasciculations at rest; what
/// is too steep or too slow is none.
pub(super) fn singles(
    judged: &[Judged],
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
    let pulses: Vec<f64> = judged
        .iter()
        .filter(|j| j.verdict.kind == Kind::Artefact)
        .map(|j| j.features.shape.amplitude)
        .collect();
    for s in singles.iter().filter(|s| s.shape.amplitude > 1.1 * both) {
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
        let Some(largest) = group.iter().max_by(|a, b| a.shape.amplitude.total_cmp(&b.shape.amplitude))
        else {
            continue;
        };
        let n = group.len();
        let (kind, confidence, why) = match (k, at_rest) {
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
