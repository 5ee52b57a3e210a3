//! Discharges of motor units in a recording of which nobody says that the muscle was at rest.
//!
//! A fasciculation, a myokymic discharge or a cramp is the discharge of a motor unit, and in an active muscle
//! nothing in one channel tells it from a voluntary one. So there such a train is voluntary where the
//! decomposition found it as motor units too, and unknown where it did not. At rest by the examiner's word, or in
//! a recording that is mostly silent, the finder's word stands.
//!
//! Fibrillation potentials and positive sharp waves are told by their shape; sampled below 10 kHz it is too coarse for
//! that in an active muscle, and they are unknown as well. Where nothing of the kinds that are graded stands then, the
//! recording is no rest that a grade of 0 could rest on.

use super::Effort;
use super::site::Site;
use crate::needle::spontaneous::{Discharge, Kind};
use crate::needle::train::Train;

/// Share of a recording that is active from which on (strict) it may be a contraction. Ours: half.
const ACTIVE: f64 = 0.5;
/// Sampling frequency from which on the shape of a potential of 1 to 5 ms can be told, Hz. Ours.
const SHAPE_HZ: f64 = 10_000.0;
/// Furthest distance of the same discharge in two trains, s: either may be aligned to another peak. Ours.
const SAME_S: f64 = 3e-3;
/// Share of a train's discharges that motor units must have too. Ours: half.
const SHARED: f64 = 0.5;

/// Settles what the kinds of motor-unit discharges are; see the module.
pub(super) fn settle(site: &mut Site) {
    let share = site.activity.map_or(0.0, |a| a.share);
    if site.context.effort != Effort::Unknown || share <= ACTIVE {
        return;
    }
    let coarse = site.sampling_frequency.0 < SHAPE_HZ;
    let Some(found) = &mut site.spontaneous else { return };
    for discharge in &mut found.discharges {
        if is_of_units(discharge.kind) || coarse && is_of_fibres(discharge.kind) {
            rename(discharge, &site.trains, share);
        }
    }
    if !found.discharges.iter().any(|d| is_of_units(d.kind) || is_of_fibres(d.kind)) {
        found.rest_s.clear();
    }
}

fn is_of_units(kind: Kind) -> bool {
    matches!(kind, Kind::FasciculationPotential | Kind::MyokymicDischarge | Kind::CrampPotential)
}

fn is_of_fibres(kind: Kind) -> bool {
    matches!(kind, Kind::FibrillationPotential | Kind::PositiveSharpWave)
}

#[expect(clippy::cast_precision_loss, reason = "a count of discharges")]
fn rename(discharge: &mut Discharge, trains: &[Train], share: f64) {
    let shared = discharge.times_s.iter().filter(|t| trains.iter().any(|train| holds(train, **t))).count();
    let is_unit = shared as f64 > SHARED * discharge.times_s.len() as f64;
    let percent = 100.0 * share;
    let said = discharge.kind.id().replace('_', " ");
    discharge.why.insert(
        0,
        format!(
            "{percent:.0} % of the recording is active and nobody says that the muscle was at rest: not told from \
             voluntary contraction (by its shape and rhythm alone: {said}); {shared} of {} discharges are those of \
             the motor units",
            discharge.times_s.len()
        ),
    );
    discharge.kind = if is_unit { Kind::Voluntary } else { Kind::Unknown };
    discharge.confidence = discharge.confidence.min(0.5);
}

/// Whether a train has a discharge at `t`.
fn holds(train: &Train, t: f64) -> bool {
    let next = train.times_s.partition_point(|x| *x < t - SAME_S);
    train.times_s.get(next).is_some_and(|x| *x <= t + SAME_S)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_train_that_motor_units_share_is_voluntary_and_another_unknown() {
        let train = Train { times_s: vec![0.1, 0.2, 0.3, 0.4], ..Train::default() };
        let of = |times: &[f64]| Discharge {
            kind: Kind::MyokymicDischarge,
            confidence: 0.8,
            times_s: times.to_vec(),
            span_s: (0.0, 1.0),
            rate: 10.0,
            interval_cv: None,
            amplitude: 1e-4,
            duration: None,
            initial_positive: None,
            template: Vec::new(),
            reference: 0,
            why: Vec::new(),
        };
        for (times, kind) in
            [(&[0.101, 0.298, 0.4, 0.55], Kind::Voluntary), (&[0.1, 0.15, 0.25, 0.35], Kind::Unknown)]
        {
            let mut discharge = of(times);
            rename(&mut discharge, std::slice::from_ref(&train), 0.9);
            assert_eq!((discharge.kind, discharge.confidence), (kind, 0.5), "{times:?}");
            assert!(discharge.why[0].contains("myokymic discharge"), "{:?}", discharge.why);
        }
    }
}
