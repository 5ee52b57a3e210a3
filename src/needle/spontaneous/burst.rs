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
            // A doubtful one lends its name to nobody.
            let will = j.verdict.kind == Kind::Voluntary && j.verdict.confidence > 0.85;
            (fast(j.verdict.kind) || will) && j.features.times.len() >= 10
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
        times.retain(|t| {
            let from = taken.partition_point(|u| *u < t - DISCHARGE_S);
            taken.get(from).is_none_or(|u| *u > t + DISCHARGE_S)
        });
        taken.extend(times.iter());
        taken.sort_by(f64::total_cmp);
    }
    judged.retain(|j| !j.features.times.is_empty());
}
