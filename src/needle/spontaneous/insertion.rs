//! Insertional activity: short bursts that the needle's movement evokes.

use super::Kind;
use super::classify::Verdict;
use super::context::{Judged, Single};
use super::features::features;
use super::regularity::regularity;
use super::shape::Shape;
use super::stats::{deviation, mean, median_of};

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
    let r = regularity(&starts);
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
            if j.features.times.len() < 3 || j.features.times.len() * 3 <= before {
                continue;
            }
        }
        kept.push(j);
    }
    *judged = kept;
    singles.retain(|s| !inside(s.at));
    out
}
