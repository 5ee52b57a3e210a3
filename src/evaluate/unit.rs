//! Motor units found against motor units that were there, in one recording.

use super::assignment::assign;
use super::found::FoundUnit;
use super::matching::{Match, match_times};
use super::shape::{Shape, aligned_distance};
use crate::truth::{RecordingTruth, UnitTruth};

/// A unit is detectable from this many RMS of the signal on, peak to peak; not strict. Signal-analysis
/// reference, metrics.
pub(super) const DETECTABLE_RMS: f64 = 1.5;
/// Or from this many SD of the noise on; not strict. Same source.
pub(super) const DETECTABLE_NOISE: f64 = 5.0;
/// And only if no other unit of the recording is nearer than this in shape; not strict. Same source.
pub(super) const DISTINCT: f64 = 0.1;
/// From this many RMS of the signal on a unit stands out; not strict. Florestal, Mathieu and McGill 2009.
pub(super) const TALL_RMS: f64 = 2.5;
/// A train is found when its rate of agreement is above this; strict. Signal-analysis reference, metrics.
pub(super) const TRAIN_FOUND: f64 = 0.8;
/// A found train is false when it agrees with no true one at this rate or more. Ours: it then has as many
/// discharges that are wrong or missing as it has right ones.
pub(super) const TRAIN_FALSE: f64 = 0.5;
/// Intervals between these multiples of the median are those of steady firing. Ours: shorter ones are
/// doublets, longer ones pauses.
const STEADY: (f64, f64) = (0.5, 1.8);

/// One true unit and what was found of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct UnitScore {
    /// As in the truth.
    pub id: usize,
    /// Peak to peak, µV.
    pub amplitude_uv: f64,
    /// Peak to peak over the signal's RMS.
    pub over_rms: f64,
    /// Peak to peak over the noise's RMS.
    pub over_noise: f64,
    /// Aligned distance to the nearest other unit; infinite where none comes near.
    pub nearest: f64,
    /// By the definition in the metrics.
    pub detectable: bool,
    /// Stands out of the signal.
    pub tall: bool,
    /// True discharges.
    pub discharges: usize,
    /// The found train that it was given, if any shares a discharge.
    pub found: Option<PairScore>,
}

/// A true unit and the found one that it was given.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PairScore {
    /// As in the report.
    pub id: u64,
    /// How the discharges agree.
    pub discharges: Match,
    /// Whether the program says that its potential can be quantified.
    pub quantifiable: bool,
    /// Found over true, less 1.
    pub amplitude_error: Option<f64>,
    /// Found less true, ms.
    pub duration_error_ms: Option<f64>,
    /// Whether the number is right.
    pub phases_right: Option<bool>,
    /// Whether the number is right.
    pub turns_right: Option<bool>,
    /// Found over true, less 1.
    pub rate_error: Option<f64>,
    /// Coefficient of variation of the intervals, found less true.
    pub cv_error: Option<f64>,
    /// ‖found − true‖ / ‖true‖ after alignment.
    pub shape_error: Option<f64>,
    /// Found and true, for a person who looks into it: amplitude µV, duration ms, phases, turns.
    pub measures: [(Option<f64>, f64); 4],
}

impl PairScore {
    /// Whether the potential counts: the train is a true one, and the program stands by it.
    pub fn is_measured(&self) -> bool {
        self.quantifiable && self.discharges.agreement() >= TRAIN_FALSE
    }
}

impl UnitScore {
    /// Rate of agreement, 0 when nothing was found.
    pub fn agreement(&self) -> f64 {
        self.found.as_ref().map_or(0.0, |f| f.discharges.agreement())
    }
    /// Counts of its discharges; all are missed when nothing was found.
    pub fn matched(&self) -> Match {
        let none = Match { missed: self.discharges, ..Match::default() };
        self.found.as_ref().map_or(none, |f| f.discharges)
    }
}

/// One found train.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrainScore {
    /// As in the report.
    pub id: u64,
    /// Number of discharges.
    pub discharges: usize,
    /// Rate of agreement with the true unit that it agrees with best.
    pub best_agreement: f64,
    /// That unit.
    pub best_unit: Option<usize>,
    /// Whether the program says that it can be quantified.
    pub quantifiable: bool,
}

impl TrainScore {
    /// Whether it is no true train.
    pub fn is_false(&self) -> bool {
        self.best_agreement < TRAIN_FALSE
    }
}

/// Scores the units of a recording: true units in their order, found trains in theirs.
pub(super) fn score(truth: &RecordingTruth, found: &[FoundUnit]) -> (Vec<UnitScore>, Vec<TrainScore>) {
    // A unit that never fired is not in the recording.
    let units: Vec<&UnitTruth> =
        truth.motor_units.iter().filter(|u| !u.discharge_times_s.is_empty()).collect();
    let times: Vec<Vec<f64>> = units.iter().map(|u| rising(&u.discharge_times_s)).collect();
    let matches: Vec<Vec<Match>> =
        times.iter().map(|t| found.iter().map(|f| match_times(t, &f.times_s)).collect()).collect();
    let agreement: Vec<Vec<f64>> =
        matches.iter().map(|row| row.iter().map(Match::agreement).collect()).collect();
    let partner = assign(&agreement);
    let scores = units.iter().enumerate().map(|(i, unit)| {
        let pair = partner[i].map(|j| pair(unit, &times[i], &found[j], matches[i][j], truth));
        alone(i, &units, truth, pair)
    });
    let trains = found.iter().enumerate().map(|(j, f)| {
        let best = (0..units.len()).max_by(|a, b| agreement[*a][j].total_cmp(&agreement[*b][j]));
        let best = best.filter(|i| agreement[*i][j] > 0.0);
        TrainScore {
            id: f.id,
            discharges: f.times_s.len(),
            best_agreement: best.map_or(0.0, |i| agreement[i][j]),
            best_unit: best.map(|i| units[i].id),
            quantifiable: f.quantifiable,
        }
    });
    (scores.collect(), trains.collect())
}

fn rising(times: &[f64]) -> Vec<f64> {
    let mut out = times.to_vec();
    out.sort_unstable_by(f64::total_cmp);
    out
}

/// What is known of a true unit without looking at what was found, and its partner.
fn alone(i: usize, units: &[&UnitTruth], truth: &RecordingTruth, found: Option<PairScore>) -> UnitScore {
    let unit = units[i];
    let over = |level: f64| if level > 0.0 { unit.muap.amplitude_uv / level } else { f64::INFINITY };
    let (over_rms, over_noise) = (over(truth.rms_uv), over(truth.noise_rms_uv));
    let others = units.iter().enumerate().filter(|(j, _)| *j != i);
    let near = others.filter_map(|(_, other)| {
        aligned_distance(shape(unit), shape(other), truth.sampling_frequency_hz, 4.0 * DISTINCT)
    });
    let nearest = near.fold(f64::INFINITY, f64::min);
    let audible = over_rms >= DETECTABLE_RMS || over_noise >= DETECTABLE_NOISE;
    UnitScore {
        id: unit.id,
        amplitude_uv: unit.muap.amplitude_uv,
        over_rms,
        over_noise,
        nearest,
        detectable: audible && nearest >= DISTINCT,
        tall: over_rms >= TALL_RMS,
        discharges: unit.discharge_times_s.len(),
        found,
    }
}

fn shape(unit: &UnitTruth) -> Shape<'_> {
    Shape { samples: &unit.potential_uv, reference: unit.potential_reference }
}

fn pair(
    unit: &UnitTruth,
    times: &[f64],
    found: &FoundUnit,
    discharges: Match,
    truth: &RecordingTruth,
) -> PairScore {
    let relative = |found: Option<f64>, truth: Option<f64>| match (found, truth) {
        (Some(f), Some(t)) if t > 0.0 => Some(f / t - 1.0),
        _ => None,
    };
    let muap = &unit.muap;
    let (interval, cv) = steady_intervals(times).unzip();
    let count = |found: Option<f64>, truth: usize| found.map(|f| f == count(truth));
    let shape_error = found.average.as_ref().and_then(|(average, reference)| {
        let average = Shape { samples: average, reference: *reference };
        let e = aligned_distance(shape(unit), average, truth.sampling_frequency_hz, f64::INFINITY)?;
        Some(e.sqrt())
    });
    PairScore {
        id: found.id,
        discharges,
        quantifiable: found.quantifiable,
        amplitude_error: relative(found.amplitude_uv, Some(muap.amplitude_uv)),
        duration_error_ms: found.duration_ms.filter(|_| muap.duration_ms > 0.0).map(|f| f - muap.duration_ms),
        phases_right: count(found.phases, muap.phases),
        turns_right: count(found.turns, muap.turns),
        rate_error: relative(found.rate_hz, interval.map(|i| 1.0 / i)),
        cv_error: found.interval_cv.zip(cv).map(|(f, t)| f - t),
        shape_error,
        measures: [
            (found.amplitude_uv, muap.amplitude_uv),
            (found.duration_ms, muap.duration_ms),
            (found.phases, self::count(muap.phases)),
            (found.turns, self::count(muap.turns)),
        ],
    }
}

#[expect(clippy::cast_precision_loss, reason = "phases and turns are few")]
fn count(n: usize) -> f64 {
    n as f64
}

/// Mean and coefficient of variation of the intervals of steady firing; `None` with fewer than five.
fn steady_intervals(times: &[f64]) -> Option<(f64, f64)> {
    let intervals: Vec<f64> = times.windows(2).map(|w| w[1] - w[0]).collect();
    let median = super::statistics::median(&intervals)?;
    let steady: Vec<f64> =
        intervals.into_iter().filter(|i| (STEADY.0 * median..=STEADY.1 * median).contains(i)).collect();
    if steady.len() < 5 {
        return None;
    }
    let n = count(steady.len());
    let mean = steady.iter().sum::<f64>() / n;
    let variance = steady.iter().map(|i| (i - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (mean > 0.0).then(|| (mean, variance.sqrt() / mean))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::truth::MuapTruth;

    fn train(rate: f64, first: f64, n: usize) -> Vec<f64> {
        // Irregular enough that no lag puts one train on another.
        (0..n).map(|i| first + (i as f64 + 0.3 * ((i * i * 7) % 11) as f64 / 11.0) / rate).collect()
    }
    fn unit(id: usize, amplitude_uv: f64, times: Vec<f64>, width: f64) -> UnitTruth {
        let potential_uv = (0..100)
            .map(|i| {
                let t = (f64::from(i) - 50.0) / width;
                -amplitude_uv * (1.0 - t * t) * (-0.5 * t * t).exp() / 1.45
            })
            .collect();
        let muap = MuapTruth { amplitude_uv, duration_ms: 10.0, phases: 3, turns: 4, ..MuapTruth::default() };
        UnitTruth {
            id,
            discharge_times_s: times,
            muap,
            potential_uv,
            potential_reference: 50,
            ..UnitTruth::default()
        }
    }
    fn recording(motor_units: Vec<UnitTruth>) -> RecordingTruth {
        RecordingTruth {
            sampling_frequency_hz: 20e3,
            rms_uv: 100.0,
            noise_rms_uv: 5.0,
            motor_units,
            ..RecordingTruth::default()
        }
    }
    fn found(id: u64, times_s: Vec<f64>) -> FoundUnit {
        FoundUnit { id, times_s, quantifiable: true, ..FoundUnit::default() }
    }

    #[test]
    fn each_true_unit_gets_its_own_train_and_a_false_one_is_seen() {
        let (a, b) = (train(9.0, 0.1, 60), train(11.0, 0.15, 80));
        let truth = recording(vec![unit(1, 400.0, a.clone(), 4.0), unit(2, 200.0, b.clone(), 9.0)]);
        let mut late: Vec<f64> = a.iter().map(|t| t + 0.004).collect();
        late.truncate(54);
        let noise = train(23.7, 0.2, 50);
        let mut report = [found(1, noise), found(2, b), found(3, late)];
        report[2].amplitude_uv = Some(388.0);
        report[2].duration_ms = Some(10.5);
        report[2].phases = Some(3.0);
        report[2].turns = Some(5.0);
        report[2].rate_hz = Some(9.0);
        report[2].average = Some((truth.motor_units[0].potential_uv.iter().map(|v| 1.1 * v).collect(), 50));
        let (units, trains) = score(&truth, &report);
        let pairs: Vec<_> = units.iter().map(|u| u.found.as_ref().map(|f| f.id)).collect();
        assert_eq!(pairs, [Some(3), Some(2)]);
        assert!((units[0].agreement() - 0.9).abs() < 1e-12 && units[1].agreement() == 1.0);
        let first = units[0].found.as_ref().unwrap();
        assert!((first.discharges.lag_s - 0.004).abs() < 1e-6);
        assert!((first.amplitude_error.unwrap() + 0.03).abs() < 1e-12);
        assert!((first.duration_error_ms.unwrap() - 0.5).abs() < 1e-12);
        assert_eq!((first.phases_right, first.turns_right), (Some(true), Some(false)));
        assert!((first.shape_error.unwrap() - 0.1).abs() < 1e-3, "{:?}", first.shape_error);
        assert!(first.rate_error.unwrap().abs() < 0.02, "{:?}", first.rate_error);
        assert_eq!(trains.iter().map(TrainScore::is_false).collect::<Vec<_>>(), [true, false, false]);
    }

    #[test]
    fn detectable_is_what_stands_out_and_looks_like_no_other() {
        let silent = unit(9, 1000.0, vec![], 4.0);
        let truth = recording(vec![
            unit(1, 250.0, train(9.0, 0.1, 20), 4.0),
            unit(2, 24.0, train(8.0, 0.1, 20), 4.0), // below 1.5 RMS and 5 SD of noise
            unit(3, 26.0, train(7.0, 0.1, 20), 15.0), // above 5 SD of noise
            unit(4, 255.0, train(6.0, 0.1, 20), 4.1), // as the first
            unit(5, 140.0, train(5.0, 0.1, 20), 8.0),
            silent,
        ]);
        let (units, trains) = score(&truth, &[]);
        let detectable: Vec<_> = units.iter().map(|u| (u.id, u.detectable, u.tall)).collect();
        assert_eq!(
            detectable,
            [(1, false, true), (2, false, false), (3, true, false), (4, false, true), (5, true, false)]
        );
        assert!(units.iter().all(|u| u.matched().missed == 20 && u.agreement() == 0.0));
        assert!(trains.is_empty());
    }

    #[test]
    fn steady_firing_leaves_doublets_and_pauses_out() {
        let mut times: Vec<f64> = (0..20).map(|i| 0.1 * f64::from(i)).collect();
        times.extend([1.905, 4.0, 4.1, 4.2]);
        let (mean, cv) = steady_intervals(&times).unwrap();
        assert!((mean - 0.1).abs() < 1e-9 && cv < 1e-9, "{mean} {cv}");
        assert_eq!(steady_intervals(&[0.0, 0.1]), None);
    }
}
