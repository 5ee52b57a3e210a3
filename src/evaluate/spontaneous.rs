//! Spontaneous activity found against what was there, in one recording.

use super::found::FoundDischarge;
use super::matching::{Match, match_times};
use crate::truth::{RecordingTruth, SpontaneousTruth};
use std::collections::{BTreeMap, BTreeSet};

/// Kinds whose single discharges are scored, as the result file writes them.
pub const KINDS: &[&str] = &[
    "fibrillation_potential",
    "positive_sharp_wave",
    "fasciculation_potential",
    "complex_repetitive_discharge",
    "myotonic_discharge",
    "myokymic_discharge",
    "neuromyotonic_discharge",
    "end_plate_spike",
];
/// Many units at once: its discharges overlap.
pub(super) const CRAMP: &str = "cramp_potential";
/// A hiss of single events that overlap.
pub(super) const NOISE: &str = "end_plate_noise";
/// Kinds whose single discharges cannot be told apart: scored by the time that they fill.
pub(super) const BY_TIME: [&str; 2] = [NOISE, CRAMP];
/// Found, but not named.
pub(super) const UNKNOWN: &str = "unknown";
/// No spontaneous activity.
pub(super) const NONE: &str = "none";

/// One recording.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SpontaneousScore {
    /// Whether it was made at rest.
    pub at_rest: bool,
    /// Single discharges of each kind that is in the truth or the report.
    pub events: BTreeMap<String, Match>,
    /// Seconds of each kind that is scored by time: in both, in the truth only, in the report only.
    pub seconds: BTreeMap<String, (f64, f64, f64)>,
    /// Kinds in the truth.
    pub truth: BTreeSet<String>,
    /// Kinds in the report; `unknown` among them.
    pub found: BTreeSet<String>,
    /// The kind with most discharges; end-plate noise where there is nothing else; `none`.
    pub main_truth: String,
    /// As above, in the report.
    pub main_found: String,
}

impl SpontaneousScore {
    /// Whether there is neither spontaneous activity of a diseased muscle nor voluntary activity in it.
    pub fn is_normal_rest(&self) -> bool {
        self.at_rest && !self.truth.iter().any(|k| is_pathological(k))
    }
    /// Whether the report has spontaneous activity of a diseased muscle.
    pub fn alarms(&self) -> bool {
        self.found.iter().any(|k| is_pathological(k))
    }
    /// Whether exactly the kinds of the truth were found, `unknown` left out.
    pub fn same_kinds(&self) -> bool {
        self.truth.iter().eq(self.found.iter().filter(|k| *k != UNKNOWN))
    }
    /// Whether the main kind is right.
    pub fn right(&self) -> bool {
        self.main_truth == self.main_found
    }
}

/// End-plate activity is normal, and what has no name is no finding.
fn is_pathological(kind: &str) -> bool {
    (KINDS.contains(&kind) || kind == CRAMP) && kind != "end_plate_spike"
}

/// Scores a recording. Rows of other kinds (`voluntary`, `artefact`) are no spontaneous activity.
pub(super) fn score(truth: &RecordingTruth, found: &[FoundDischarge]) -> SpontaneousScore {
    let real: Vec<&SpontaneousTruth> =
        truth.spontaneous.iter().filter(|s| !s.discharge_times_s.is_empty()).collect();
    let known = |kind: &str| KINDS.contains(&kind) || BY_TIME.contains(&kind) || kind == UNKNOWN;
    let found: Vec<&FoundDischarge> = found.iter().filter(|f| known(&f.kind)).collect();
    let mut events = BTreeMap::new();
    for kind in KINDS {
        let a: Vec<&[f64]> =
            real.iter().filter(|s| s.kind == *kind).map(|s| s.discharge_times_s.as_slice()).collect();
        let b: Vec<&[f64]> = found.iter().filter(|f| f.kind == *kind).map(|f| f.times_s.as_slice()).collect();
        if !a.is_empty() || !b.is_empty() {
            events.insert((*kind).to_owned(), match_trains(&a, &b));
        }
    }
    let mut seconds = BTreeMap::new();
    for kind in BY_TIME {
        let a = real.iter().filter(|s| s.kind == kind).filter_map(|s| span(&s.discharge_times_s));
        let b = found.iter().filter(|f| f.kind == kind).filter_map(|f| f.span_s);
        let (a, b) = (union(a.collect()), union(b.collect()));
        if !a.is_empty() || !b.is_empty() {
            seconds.insert(kind.to_owned(), overlap(&a, &b));
        }
    }
    SpontaneousScore {
        at_rest: truth.level == "rest",
        events,
        seconds,
        truth: real.iter().map(|s| s.kind.clone()).collect(),
        found: found.iter().map(|f| f.kind.clone()).collect(),
        main_truth: main_kind(real.iter().map(|s| (s.kind.as_str(), s.discharge_times_s.len()))),
        main_found: main_kind(found.iter().map(|f| (f.kind.as_str(), f.times_s.len()))),
    }
}

/// Trains of one kind: each pair of a true and a found one has its own lag; first the trains are assigned to
/// each other, then what is left over on both sides is matched without a lag, because two trains may have
/// been found as one or one as two.
fn match_trains(truth: &[&[f64]], found: &[&[f64]]) -> Match {
    let agreement: Vec<Vec<f64>> =
        truth.iter().map(|a| found.iter().map(|b| match_times(a, b).agreement()).collect()).collect();
    let partner = super::assignment::assign(&agreement);
    // Found times with the lag of the train that they were given to taken off.
    let mut moved: Vec<f64> = Vec::new();
    for (j, times) in found.iter().enumerate() {
        let owner = partner.iter().position(|p| *p == Some(j));
        let lag = owner.map_or_else(|| nearest_lag(truth, times), |i| match_times(truth[i], times).lag_s);
        moved.extend(times.iter().map(|t| t - lag));
    }
    let mut all: Vec<f64> = truth.iter().flat_map(|t| t.iter().copied()).collect();
    all.sort_unstable_by(f64::total_cmp);
    moved.sort_unstable_by(f64::total_cmp);
    match_times(&all, &moved)
}

/// Lag of a found train against the true one that it agrees with best; 0 with none.
fn nearest_lag(truth: &[&[f64]], times: &[f64]) -> f64 {
    let matches = truth.iter().map(|t| match_times(t, times));
    matches.max_by_key(|m| m.agreed).map_or(0.0, |m| m.lag_s)
}

/// The kind with most discharges; of equal ones the last by name; noise and the unnamed only where there is
/// nothing else.
fn main_kind<'a>(trains: impl Iterator<Item = (&'a str, usize)>) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (kind, n) in trains {
        *counts.entry(kind).or_default() += n;
    }
    let weight = |kind: &str, n: usize| match kind {
        UNKNOWN => (0, n),
        NOISE => (1, n),
        _ => (2, n),
    };
    counts.iter().max_by_key(|(kind, n)| weight(kind, **n)).map_or(NONE, |(kind, _)| kind).to_owned()
}

fn span(times: &[f64]) -> Option<(f64, f64)> {
    let first = times.iter().copied().reduce(f64::min)?;
    Some((first, times.iter().copied().fold(first, f64::max)))
}

/// Spans in order, overlapping ones joined.
fn union(mut spans: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    spans.retain(|s| s.1 > s.0);
    spans.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut out: Vec<(f64, f64)> = Vec::new();
    for s in spans {
        match out.last_mut() {
            Some(last) if s.0 <= last.1 => last.1 = last.1.max(s.1),
            _ => out.push(s),
        }
    }
    out
}

/// Seconds in both, in the first only, in the second only.
fn overlap(a: &[(f64, f64)], b: &[(f64, f64)]) -> (f64, f64, f64) {
    let length = |s: &[(f64, f64)]| s.iter().map(|(from, to)| to - from).sum::<f64>();
    let both: f64 =
        a.iter().flat_map(|x| b.iter().map(move |y| (x.1.min(y.1) - x.0.max(y.0)).max(0.0))).sum();
    (both, length(a) - both, length(b) - both)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIB: &str = "fibrillation_potential";
    const PSW: &str = "positive_sharp_wave";

    fn truth(level: &str, trains: &[(&str, Vec<f64>)]) -> RecordingTruth {
        let spontaneous = trains
            .iter()
            .map(|(kind, t)| SpontaneousTruth {
                kind: (*kind).to_owned(),
                discharge_times_s: t.clone(),
                ..SpontaneousTruth::default()
            })
            .collect();
        RecordingTruth { level: level.to_owned(), spontaneous, ..RecordingTruth::default() }
    }
    fn found(kind: &str, times_s: Vec<f64>) -> FoundDischarge {
        FoundDischarge {
            kind: kind.to_owned(),
            span_s: times_s.first().copied().zip(times_s.last().copied()),
            times_s,
        }
    }
    fn train(rate: f64, from: f64, n: usize) -> Vec<f64> {
        (0..n).map(|i| from + i as f64 * (1.0 + 0.001 * i as f64) / rate).collect()
    }

    #[test]
    fn each_train_may_have_its_own_lag_and_may_be_found_in_two_pieces() {
        let (a, b) = (train(7.0, 0.1, 40), train(3.1, 0.3, 20));
        let t = truth("rest", &[(FIB, a.clone()), (FIB, b.clone())]);
        let late: Vec<f64> = b.iter().map(|t| t + 0.005).collect();
        let s = score(&t, &[found(FIB, a[..15].to_vec()), found(FIB, late), found(FIB, a[15..].to_vec())]);
        assert_eq!(s.events[FIB].f1(), Some(1.0), "{:?}", s.events);
        let s = score(&t, &[found(FIB, a.clone()), found(PSW, b.clone())]);
        assert_eq!((s.events[FIB].agreed, s.events[FIB].missed, s.events[PSW].extra), (40, 20, 20));
        assert!(s.right() && !s.same_kinds());
    }

    #[test]
    fn normal_rest_alarms_only_on_what_a_diseased_muscle_shows() {
        let quiet = truth("rest", &[]);
        let cases = [("unknown", false), ("end_plate_spike", false), ("voluntary", false), (FIB, true)];
        for (kind, alarm) in cases {
            let s = score(&quiet, &[found(kind, train(5.0, 0.0, 9))]);
            assert_eq!((s.is_normal_rest(), s.alarms()), (true, alarm), "{kind}");
            assert_eq!(s.right(), kind == "voluntary", "{kind}");
        }
        assert!(!score(&truth("rest", &[(FIB, vec![1.0])]), &[]).is_normal_rest());
        assert!(!score(&truth("slight", &[]), &[]).is_normal_rest());
        assert!(score(&truth("rest", &[(NOISE, vec![1.0, 2.0])]), &[]).is_normal_rest());
    }

    #[test]
    fn noise_and_cramps_are_scored_by_their_time() {
        let t = truth("rest", &[(NOISE, train(150.0, 1.0, 100)), (NOISE, vec![5.0, 6.0])]);
        let mut hiss = found(NOISE, vec![]);
        hiss.span_s = Some((5.5, 7.0));
        let s = score(&t, &[hiss]);
        let (both, _, extra) = s.seconds[NOISE];
        assert!((both - 0.5).abs() < 1e-9 && (extra - 1.0).abs() < 1e-9, "{:?}", s.seconds);
        let units = [(CRAMP, train(30.0, 1.0, 60)), (CRAMP, train(25.0, 2.0, 60))];
        let cramp = score(&truth("rest", &units), &[found(CRAMP, train(40.0, 1.0, 80))]);
        assert!(cramp.events.is_empty() && cramp.seconds[CRAMP].1 > 1.0, "{cramp:?}");
        assert!(s.events.is_empty() && s.right() && s.same_kinds());
        assert_eq!(union(vec![(3.0, 4.0), (0.0, 2.0), (1.0, 3.0)]), [(0.0, 4.0)]);
    }

    #[test]
    fn the_main_kind_is_the_most_frequent_one_with_a_name() {
        assert_eq!(main_kind([(UNKNOWN, 99), (NOISE, 50), (FIB, 3)].into_iter()), FIB);
        assert_eq!(main_kind([(FIB, 3), (PSW, 2), (PSW, 2)].into_iter()), PSW);
        assert_eq!(main_kind([(UNKNOWN, 9), (NOISE, 0)].into_iter()), NOISE);
        assert_eq!(main_kind(std::iter::empty()), NONE);
    }
}
