//! Groups of discharges, and fragments of something larger.

use super::Kind;
use super::context::{Judged, is_motor_unit};
use super::regularity::regularity;

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
    let r = regularity(&union);
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

/// Whether two potentials are of about one size. Ours.
fn alike(a: f64, b: f64) -> bool {
    (0.75..1.33).contains(&(a / b))
}

/// Discharges that a fibre's train has at least where a motor unit of its size and length fires (reference 2.2).
const FIBRE_LEAST: usize = 10;
/// Longest fibrillation potential, s (reference 2.1); a positive sharp wave is always longer.
const FIBRE_S: f64 = 5e-3;

/// A few discharges as long as a motor unit's and of the size of one that fires: a part of it, or its like.
pub(super) fn willed(judged: &mut [Judged]) {
    let units: Vec<f64> = judged
        .iter()
        .filter(|j| j.verdict.kind == Kind::Voluntary && j.features.times.len() >= FIBRE_LEAST)
        .map(|j| j.features.shape.amplitude)
        .collect();
    for j in judged.iter_mut() {
        let fibre = matches!(j.verdict.kind, Kind::FibrillationPotential | Kind::PositiveSharpWave);
        let few = fibre && j.features.times.len() < FIBRE_LEAST;
        let long = j.features.shape.duration.is_some_and(|d| d > FIBRE_S);
        if few && long && units.iter().any(|u| alike(j.features.shape.amplitude, *u)) {
            j.verdict.kind = Kind::Voluntary;
            j.verdict.confidence = 0.5;
            j.verdict.why.insert(0, "as large and as long as a motor unit that fires beside it".to_owned());
        }
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
    let mains: Vec<(Kind, f64, Vec<f64>)> = judged
        .iter()
        .filter(|j| {
            // A doubtful one lends its name to nobody.
            let will = j.verdict.kind == Kind::Voluntary && j.verdict.confidence > 0.85;
            (fast(j.verdict.kind) || will) && j.features.times.len() >= 10
        })
        .map(|j| (j.verdict.kind, j.features.shape.amplitude, j.features.times.clone()))
        .collect();
    for j in judged.iter_mut() {
        let size = j.features.shape.amplitude;
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
            .filter(|(kind, height, times)| {
                let usual = regularity(times).interval.unwrap_or(0.0);
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
                // Two machines of one size run into each other: what is left of both is neither's rhythm.
                let machine = *kind == Kind::ComplexRepetitiveDischarge && alike(size, *height);
                let most = if *kind == Kind::Voluntary { 4 } else { 1 };
                share >= 0.7 && (machine || j.features.times.len() * 2 < times.len() * most)
            })
            .max_by_key(|(_, _, times)| times.len());
        if let Some((kind, _, times)) = owner.filter(|o| o.0 != j.verdict.kind) {
            j.verdict
                .why
                .insert(0, format!("a fragment beside {} discharges held to be {}", times.len(), kind.id()));
            j.verdict.kind = *kind;
            j.verdict.confidence = 0.5;
        }
    }
}

/// A motor unit's discharge may last so long, s (reference 2.1, "15+"); two fasciculations by chance rarely come
/// as near to each other.
const DISCHARGE_S: f64 = 0.015;

/// Parts of one fasciculation that were taken for several: the largest train keeps the discharge.
pub(super) fn parts(judged: &mut Vec<Judged>) {
    let mut order: Vec<usize> =
        (0..judged.len()).filter(|k| judged[*k].verdict.kind == Kind::FasciculationPotential).collect();
    order.sort_by(|a, b| {
        let size = |k: usize| judged[k].features.shape.amplitude;
        size(*b).total_cmp(&size(*a))
    });
    let mut taken: Vec<f64> = Vec::new();
    for k in order {
        let times = &mut judged[k].features.times;
        let mut last = f64::MIN;
        times.retain(|t| {
            let from = taken.partition_point(|u| *u < t - DISCHARGE_S);
            let first = *t > last + DISCHARGE_S && taken.get(from).is_none_or(|u| *u > t + DISCHARGE_S);
            if first {
                last = *t;
            }
            first
        });
        taken.extend(times.iter());
        taken.sort_by(f64::total_cmp);
    }
    judged.retain(|j| !j.features.times.is_empty());
}

#[cfg(test)]
mod tests {
    use super::super::classify::Verdict;
    use super::super::features::features;
    use super::super::shape::Shape;
    use super::*;

    fn train(kind: Kind, amplitude: f64, duration: f64, times: &[f64]) -> Judged {
        let shape = Shape { amplitude, duration: Some(duration), ..Shape::default() };
        Judged {
            features: features(times.to_vec(), &[], shape, 1e-6, 10.0),
            verdict: Verdict { kind, confidence: 0.9, why: Vec::new() },
        }
    }

    #[test]
    fn parts_of_one_fasciculation_count_once() {
        let kind = Kind::FasciculationPotential;
        let mut all = vec![
            train(kind, 200e-6, 6e-3, &[1.006, 4.0, 7.004]),
            train(kind, 900e-6, 9e-3, &[1.0, 1.012, 7.0]),
            train(Kind::FibrillationPotential, 100e-6, 3e-3, &[1.001]),
        ];
        parts(&mut all);
        let times: Vec<&[f64]> = all.iter().map(|j| j.features.times.as_slice()).collect();
        assert_eq!(times, [&[4.0][..], &[1.0, 7.0], &[1.001]]);
    }

    #[test]
    fn a_few_discharges_like_a_motor_units_are_no_fibrillation() {
        let steady: Vec<f64> = (0..20).map(|k| 0.1 * f64::from(k)).collect();
        let fibre = |amplitude, duration| {
            train(Kind::FibrillationPotential, amplitude, duration, &[1.0, 2.0, 3.0, 4.0])
        };
        let unit = train(Kind::Voluntary, 300e-6, 8e-3, &steady);
        let wave = train(Kind::PositiveSharpWave, 310e-6, 20e-3, &[1.0, 3.0, 5.0]);
        let mut all = vec![unit, fibre(290e-6, 6.5e-3), wave, fibre(290e-6, 3e-3), fibre(90e-6, 6.5e-3)];
        willed(&mut all);
        let kinds: Vec<Kind> = all.iter().map(|j| j.verdict.kind).collect();
        let fibrillation = Kind::FibrillationPotential;
        let will = Kind::Voluntary;
        assert_eq!(kinds, [will, will, will, fibrillation, fibrillation]);
    }
}
