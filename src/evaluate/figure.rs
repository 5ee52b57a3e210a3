//! The figures: one row each, with its definition and what it should reach.

use super::muscle;
use super::spontaneous::{KINDS, SpontaneousScore};
use super::statistics::{mean, median};
use super::study::StudyScore;
use super::unit::{PairScore, TRAIN_FOUND, UnitScore};
use super::{matching::Match, matching::share};

/// What a figure should reach.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Target {
    /// This or more.
    AtLeast(f64),
    /// This or less.
    AtMost(f64),
    /// Less than this.
    Below(f64),
}

impl Target {
    /// Whether a value reaches it.
    pub fn is_met(self, value: f64) -> bool {
        match self {
            Target::AtLeast(t) => value >= t,
            Target::AtMost(t) => value <= t,
            Target::Below(t) => value < t,
        }
    }
}

/// How a figure is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A share of 1, written in per cent.
    Share,
    /// Milliseconds.
    Milliseconds,
    /// m/s.
    MetresPerSecond,
    /// Per cent of something that is itself in per cent.
    Points,
    /// A number without a unit.
    Number,
}

impl Unit {
    /// A round number, as goals are.
    pub(super) fn round(self, value: f64) -> String {
        match self {
            Unit::Share => format!("{:.0} %", 100.0 * value),
            Unit::Milliseconds => format!("{value} ms"),
            Unit::MetresPerSecond => format!("{value} m/s"),
            Unit::Points => format!("{value} points"),
            Unit::Number => format!("{value}"),
        }
    }
}

/// Groups of figures that rest on weak contractions only: single units are not told apart in stronger ones,
/// in the clinic neither.
pub(super) const OF_WEAK_CONTRACTIONS: [&str; 2] = [DECOMPOSITION, POTENTIALS];

/// One row of [`FIGURES`].
#[derive(Debug, Clone, Copy)]
pub struct Figure {
    /// Id in the JSON output.
    pub id: &'static str,
    /// Heading that it stands under.
    pub group: &'static str,
    /// For people.
    pub name: &'static str,
    /// How it is written.
    pub unit: Unit,
    /// What it should reach, where a goal was set.
    pub target: Option<Target>,
    /// What it is, and of what it is one.
    pub definition: &'static str,
    /// Its value and the number of things that it rests on; `None` where there is nothing to rest on.
    pub compute: fn(&[&StudyScore]) -> Option<(f64, usize)>,
}

const DECOMPOSITION: &str = "Decomposition";
const POTENTIALS: &str = "Motor unit potentials";
const SPONTANEOUS: &str = "Spontaneous activity";
const MUSCLE: &str = "Muscle";

const fn figure(
    id: &'static str,
    group: &'static str,
    name: &'static str,
    definition: &'static str,
    compute: fn(&[&StudyScore]) -> Option<(f64, usize)>,
) -> Figure {
    Figure { id, group, name, unit: Unit::Share, target: None, definition, compute }
}
const fn in_unit(unit: Unit, figure: Figure) -> Figure {
    Figure { unit, ..figure }
}
const fn reaching(target: Target, figure: Figure) -> Figure {
    Figure { target: Some(target), ..figure }
}

/// All figures, in the order of the table.
pub static FIGURES: &[Figure] = &[
    reaching(
        Target::AtLeast(0.97),
        figure(
            "tall_sensitivity",
            DECOMPOSITION,
            "sensitivity, units ≥ 2.5 RMS",
            "share of the true discharges that were found, over all discharges of units whose peak-to-peak \
             amplitude is at least 2.5 times the signal's RMS; a unit without a train misses all of its",
            |s| pooled(tall(s), Match::sensitivity),
        ),
    ),
    reaching(
        Target::AtLeast(0.97),
        figure(
            "tall_precision",
            DECOMPOSITION,
            "precision, units ≥ 2.5 RMS",
            "share of the found discharges that are true, over the trains assigned to those units",
            |s| pooled(tall(s), Match::precision),
        ),
    ),
    figure(
        "tall_sensitivity_by_unit",
        DECOMPOSITION,
        "sensitivity, mean of units ≥ 2.5 RMS",
        "as above, by unit; the mean of the units",
        |s| mean_of(tall(s).filter_map(|u| u.matched().sensitivity())),
    ),
    figure(
        "tall_precision_by_unit",
        DECOMPOSITION,
        "precision, mean of units ≥ 2.5 RMS",
        "as above, by unit; the mean of the units with a train",
        |s| mean_of(tall(s).filter_map(|u| u.matched().precision())),
    ),
    figure(
        "tall_found",
        DECOMPOSITION,
        "units ≥ 2.5 RMS found",
        "share of those units with a train whose rate of agreement is above 0.8",
        |s| share_of(tall(s), is_found),
    ),
    reaching(
        Target::AtLeast(0.90),
        figure(
            "detectable_found",
            DECOMPOSITION,
            "detectable trains found",
            "share of the detectable units (peak to peak at least 1.5 RMS of the signal or 5 SD of the noise, \
             and aligned distance to the nearest other unit at least 0.1) with a rate of agreement above 0.8",
            |s| share_of(units(s).filter(|u| u.detectable), is_found),
        ),
    ),
    figure(
        "detectable_found_10",
        DECOMPOSITION,
        "the same, with 10 discharges or more",
        "as above, of those that fired at least ten times in the recording",
        |s| share_of(units(s).filter(|u| u.detectable && u.discharges >= 10), is_found),
    ),
    reaching(
        Target::AtLeast(0.90),
        figure(
            "detectable_found_tall",
            DECOMPOSITION,
            "the same, of units ≥ 2.5 RMS",
            "share of the units of at least 2.5 RMS peak to peak (aligned distance to the nearest other unit at \
             least 0.1) with a rate of agreement above 0.8: those that the goals of sensitivity and precision are \
             about; most of the detectable units of the rows above are smaller",
            |s| share_of(units(s).filter(|u| u.tall && u.detectable), is_found),
        ),
    ),
    figure(
        "detectable_found_tall_10",
        DECOMPOSITION,
        "the same, of units ≥ 2.5 RMS with 10 discharges or more",
        "as above, of those that fired at least ten times in the recording",
        |s| share_of(units(s).filter(|u| u.tall && u.detectable && u.discharges >= 10), is_found),
    ),
    figure(
        "detectable_agreement",
        DECOMPOSITION,
        "rate of agreement, median",
        "median over the detectable units; 0 for a unit without a train",
        |s| median_of(units(s).filter(|u| u.detectable).map(UnitScore::agreement)),
    ),
    reaching(
        Target::AtMost(0.05),
        figure(
            "false_trains",
            DECOMPOSITION,
            "false trains",
            "share of the found trains that agree with no true unit at a rate of 0.5 or more",
            |s| share_of(recordings(s).flat_map(|r| &r.trains), |t| t.is_false()),
        ),
    ),
    figure(
        "quantified",
        POTENTIALS,
        "found units that are quantified",
        "share of the trains with a rate of agreement of 0.5 or more that the program calls quantifiable; \
         the figures below rest on them",
        |s| {
            let true_ones =
                units(s).filter_map(|u| u.found.as_ref()).filter(|f| f.discharges.agreement() >= 0.5);
            share_of(true_ones, |f| f.quantifiable)
        },
    ),
    reaching(
        Target::AtMost(0.03),
        figure(
            "amplitude_error",
            POTENTIALS,
            "amplitude error, median",
            "median of |found − true| / true, peak to peak, against the noise-free mean potential",
            |s| median_of(pairs(s).filter_map(|p| p.amplitude_error).map(f64::abs)),
        ),
    ),
    reaching(
        Target::AtMost(0.7),
        in_unit(
            Unit::Milliseconds,
            figure(
                "duration_error",
                POTENTIALS,
                "duration error, median",
                "median of |found − true|, ms",
                |s| median_of(pairs(s).filter_map(|p| p.duration_error_ms).map(f64::abs)),
            ),
        ),
    ),
    in_unit(
        Unit::Milliseconds,
        figure("duration_bias", POTENTIALS, "duration bias, median", "median of found − true, ms", |s| {
            median_of(pairs(s).filter_map(|p| p.duration_error_ms))
        }),
    ),
    reaching(
        Target::Below(0.03),
        figure(
            "duration_gross",
            POTENTIALS,
            "durations wrong by more than 5 ms",
            "share of the durations with |found − true| above 5 ms",
            |s| share_of(pairs(s).filter_map(|p| p.duration_error_ms), |e| e.abs() > 5.0),
        ),
    ),
    reaching(
        Target::AtLeast(0.90),
        figure("phases_right", POTENTIALS, "phases right", "share with the true number of phases", |s| {
            share_of(pairs(s).filter_map(|p| p.phases_right), |right| *right)
        }),
    ),
    reaching(
        Target::AtLeast(0.90),
        figure("turns_right", POTENTIALS, "turns right", "share with the true number of turns", |s| {
            share_of(pairs(s).filter_map(|p| p.turns_right), |right| *right)
        }),
    ),
    figure(
        "shape_error",
        POTENTIALS,
        "shape error, median",
        "median of ‖found − true‖ / ‖true‖ after alignment; only where the averages are at hand (not from a report)",
        |s| median_of(pairs(s).filter_map(|p| p.shape_error)),
    ),
    figure(
        "rate_error",
        POTENTIALS,
        "firing rate error, median",
        "median of |found − true| / true; the true rate leaves pauses and doublets out",
        |s| median_of(pairs(s).filter_map(|p| p.rate_error).map(f64::abs)),
    ),
    in_unit(
        Unit::Number,
        figure(
            "cv_error",
            POTENTIALS,
            "interval variation error, median",
            "median of |found − true| of the intervals' coefficient of variation",
            |s| median_of(pairs(s).filter_map(|p| p.cv_error).map(f64::abs)),
        ),
    ),
    reaching(
        Target::AtLeast(0.95),
        figure(
            "class_right",
            SPONTANEOUS,
            "recordings with the right class",
            "share of the recordings at rest whose main kind (that with most discharges; `none` without any) is \
             the true one",
            |s| share_of(at_rest(s), |r| r.right()),
        ),
    ),
    figure(
        "class_right_active",
        SPONTANEOUS,
        "the same, where there is activity",
        "as above, of the recordings at rest with spontaneous activity",
        |s| share_of(at_rest(s).filter(|r| !r.truth.is_empty()), |r| r.right()),
    ),
    figure(
        "same_kinds",
        SPONTANEOUS,
        "recordings with all kinds right",
        "share of the recordings at rest in which the set of kinds found is exactly the true one",
        |s| share_of(at_rest(s), |r| r.same_kinds()),
    ),
    reaching(
        Target::AtMost(0.02),
        figure(
            "false_alarms",
            SPONTANEOUS,
            "false alarms on normal rest",
            "share of the recordings at rest without spontaneous activity of a diseased muscle (end-plate \
             activity is normal) in which such activity was found; `unknown` is no alarm",
            |s| share_of(at_rest(s).filter(|r| r.is_normal_rest()), |r| r.alarms()),
        ),
    ),
    figure(
        "contraction_alarms",
        SPONTANEOUS,
        "alarms in contractions",
        "share of the contractions without spontaneous activity in which some was found",
        |s| {
            let quiet = recordings(s).map(|r| &r.spontaneous).filter(|r| !r.at_rest && r.truth.is_empty());
            share_of(quiet, |r| r.alarms())
        },
    ),
    reaching(
        Target::AtLeast(0.95),
        figure(
            "event_f1",
            SPONTANEOUS,
            "F1 of discharges",
            "2·agreed / (2·agreed + missed + extra) over the single discharges of all kinds but end-plate noise and cramps, \
             recordings at rest; a discharge of another kind does not agree",
            |s| pooled_events(s, KINDS),
        ),
    ),
    figure(
        "event_f1_by_kind",
        SPONTANEOUS,
        "F1 of discharges, mean of kinds",
        "as above, by kind; the mean of the kinds that are in the truth",
        |s| {
            let there = |kind: &&&str| at_rest(s).any(|r| r.truth.contains(**kind));
            mean_of(KINDS.iter().filter(there).filter_map(|kind| Some(pooled_events(s, &[kind])?.0)))
        },
    ),
    figure(
        "time_f1",
        SPONTANEOUS,
        "F1 of end-plate noise and cramps, by time",
        "2·seconds in both / (seconds in the truth + seconds found); single discharges overlap in them",
        |s| {
            let spans: Vec<_> = at_rest(s).flat_map(|r| r.seconds.values()).collect();
            let (both, all) = spans.iter().fold((0.0, 0.0), |a, n| (a.0 + n.0, a.1 + 2.0 * n.0 + n.1 + n.2));
            (all > 0.0).then(|| (2.0 * both / all, spans.len()))
        },
    ),
    reaching(
        Target::AtLeast(0.92),
        figure(
            "balanced_accuracy",
            MUSCLE,
            "balanced accuracy",
            "mean over normal, neurogenic and myopathic of the share of muscles with the right impression; to \
             abstain (indeterminate, not interpretable) counts as wrong",
            |s| muscle::balanced_accuracy(s, muscle::Abstention::Wrong),
        ),
    ),
    figure(
        "balanced_accuracy_decided",
        MUSCLE,
        "balanced accuracy, where decided",
        "as above, of the muscles with an impression",
        |s| muscle::balanced_accuracy(s, muscle::Abstention::LeftOut),
    ),
    figure(
        "abstained",
        MUSCLE,
        "abstentions",
        "share of the muscles that were called indeterminate or not interpretable",
        |s| share_of(muscle::of_three(s), |s| s.found_class().is_none()),
    ),
    reaching(
        Target::AtMost(0.15),
        in_unit(
            Unit::Number,
            figure(
                "brier",
                MUSCLE,
                "Brier score",
                "mean of Σ (probability − truth)² over the three classes (0 to 2; Brier 1950), of the muscles with \
                 probabilities",
                muscle::brier,
            ),
        ),
    ),
    in_unit(
        Unit::Number,
        figure(
            "calibration_error",
            MUSCLE,
            "calibration error",
            "expected calibration error of the most probable class, in bins of equally many muscles, of at least ten",
            muscle::calibration,
        ),
    ),
];

fn recordings<'a>(s: &'a [&StudyScore]) -> impl Iterator<Item = &'a super::study::RecordingScore> {
    s.iter().flat_map(|s| &s.recordings)
}
fn units<'a>(s: &'a [&StudyScore]) -> impl Iterator<Item = &'a UnitScore> {
    recordings(s).flat_map(|r| &r.units)
}
fn tall<'a>(s: &'a [&StudyScore]) -> impl Iterator<Item = &'a UnitScore> {
    units(s).filter(|u| u.tall)
}
fn pairs<'a>(s: &'a [&StudyScore]) -> impl Iterator<Item = &'a PairScore> {
    units(s).filter_map(|u| u.found.as_ref()).filter(|f| f.is_measured())
}
fn at_rest<'a>(s: &'a [&StudyScore]) -> impl Iterator<Item = &'a SpontaneousScore> {
    recordings(s).map(|r| &r.spontaneous).filter(|r| r.at_rest)
}
#[expect(clippy::trivially_copy_pass_by_ref, reason = "it is handed to an iterator of references")]
fn is_found(unit: &&UnitScore) -> bool {
    unit.agreement() > TRAIN_FOUND
}

fn share_of<T>(items: impl Iterator<Item = T>, is: impl Fn(&T) -> bool) -> Option<(f64, usize)> {
    let (mut part, mut whole) = (0, 0);
    for item in items {
        whole += 1;
        part += usize::from(is(&item));
    }
    Some((share(part, whole)?, whole))
}
fn median_of(x: impl Iterator<Item = f64>) -> Option<(f64, usize)> {
    let x: Vec<f64> = x.collect();
    Some((median(&x)?, x.len()))
}
fn mean_of(x: impl Iterator<Item = f64>) -> Option<(f64, usize)> {
    let x: Vec<f64> = x.collect();
    Some((mean(&x)?, x.len()))
}
fn pooled<'a>(
    units: impl Iterator<Item = &'a UnitScore>,
    figure: fn(&Match) -> Option<f64>,
) -> Option<(f64, usize)> {
    let (mut sum, mut n) = (Match::default(), 0);
    for unit in units {
        sum.add(&unit.matched());
        n += 1;
    }
    Some((figure(&sum)?, n))
}

/// F1 of the discharges of some kinds in the recordings at rest, and the number of true ones.
pub(super) fn pooled_events(s: &[&StudyScore], kinds: &[&str]) -> Option<(f64, usize)> {
    let mut sum = Match::default();
    for recording in at_rest(s) {
        for kind in kinds {
            if let Some(m) = recording.events.get(*kind) {
                sum.add(m);
            }
        }
    }
    Some((sum.f1()?, sum.agreed + sum.missed))
}
