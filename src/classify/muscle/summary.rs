//! The potentials of a muscle held against published limits: means, single potentials, shares.

use super::potentials::Potential;
use crate::needle::limits::{Bound, MupLimit, Parameter, at_least, mean_limits};
use crate::result::{Limit, MuapSummary};

/// Fewest potentials for a mean to be judged, and for it to be called normal. Ours: below, the limits are so wide that
/// they say little.
const FEWEST: usize = 3;
const FEWEST_FOR_NORMAL: usize = 4;
/// Potentials that the rules are stated for (MUP1, MUP3: KNF_EMG, published).
const FULL: usize = 20;
/// Outliers that make a muscle abnormal: three of 20 (MUP3: KNF_EMG, STALBERG1994, published).
const OUTLIERS: usize = 3;
/// Phases of a potential that is not yet polyphasic (MUP6: PRESTON, recalled).
const MOST_PHASES: usize = 4;
/// A share is abnormal when so many of so few come with a smaller probability than this. Ours, two-sided 5 %.
const CHANCE: f64 = 0.025;
/// Below this sampling frequency amplitudes read low, so a low one is not judged. Ours.
const COARSE_HZ: f64 = 10_000.0;

/// A value per potential, SI; `None` where it is undefined.
fn value(p: &Potential, parameter: Parameter) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "small counts")]
    let count = |n: usize| Some(n as f64);
    let m = p.muap;
    let found = match parameter {
        Parameter::Amplitude => Some(m.amplitude),
        Parameter::Duration => m.duration.value(),
        Parameter::Area => m.area.value(),
        Parameter::Thickness => m.thickness.value(),
        Parameter::SizeIndex => m.size_index.value(),
        Parameter::Phases => count(m.phases),
        Parameter::Turns => count(m.turns),
        Parameter::PolyphasicShare => count(usize::from(m.phases > MOST_PHASES)),
        Parameter::Jitter => m.jitter.value(),
        Parameter::Satellites => count(m.satellites.len()),
    };
    found.filter(|v| v.is_finite())
}

/// Rows of every parameter: one for each set that limits it, the one to prefer first, or one that says that there is no
/// limit. `limits` are those of this muscle and age, the ones to prefer first (`norms::limits_of`).
pub(super) fn summarise(potentials: &[Potential], limits: &[MupLimit]) -> Vec<MuapSummary> {
    Parameter::all().flat_map(|p| rows(p, potentials, limits)).collect()
}

fn rows(parameter: Parameter, potentials: &[Potential], limits: &[MupLimit]) -> Vec<MuapSummary> {
    let values: Vec<f64> = potentials.iter().filter_map(|p| value(p, parameter)).collect();
    let coarse = parameter == Parameter::Amplitude && potentials.iter().any(|p| p.fs < COARSE_HZ);
    let of: Vec<&MupLimit> = limits.iter().filter(|l| l.parameter == parameter).collect();
    let mut sets: Vec<&str> = Vec::new();
    for l in &of {
        if !sets.contains(&l.set.as_str()) {
            sets.push(&l.set);
        }
    }
    let mut out: Vec<MuapSummary> = sets
        .iter()
        .map(|set| {
            let own: Vec<&MupLimit> = of.iter().copied().filter(|l| l.set == *set).collect();
            row(parameter, &values, &own, coarse)
        })
        .collect();
    if out.is_empty() {
        out.push(row(parameter, &values, &[], coarse));
    }
    out
}

/// One row: the values held against the limits of one set.
#[expect(clippy::cast_precision_loss, reason = "a count of potentials")]
fn row(parameter: Parameter, values: &[f64], limits: &[&MupLimit], coarse: bool) -> MuapSummary {
    let n = values.len();
    let mean = (n > 0).then(|| values.iter().sum::<f64>() / n as f64);
    let sd = mean
        .filter(|_| n > 1)
        .map(|m| (values.iter().map(|v| (v - m).powi(2)).sum::<f64>() / (n - 1) as f64).sqrt());
    let scale = parameter.scale();
    let none = || Limit {
        note: "no limit: none was published for this muscle and parameter".into(),
        ..Limit::default()
    };
    let mut out = MuapSummary {
        parameter: parameter.id(),
        unit: parameter.unit(),
        n,
        mean: mean.map(|v| v * scale),
        sd: sd.map(|v| v * scale),
        limit: none(),
        verdict: "no_limit",
        outlier_limit: none(),
        outliers_below: 0,
        outliers_above: 0,
        outlier_verdict: "no_limit",
        z: None,
    };
    for l in limits {
        match l.bound {
            Bound::Outlier { lower, upper } => {
                out.outlier_limit =
                    said(l, lower, upper, "single potentials; 3 of 20 beyond one are abnormal");
                out.outliers_below = values.iter().filter(|v| lower.is_some_and(|l| **v < l)).count();
                out.outliers_above = values.iter().filter(|v| upper.is_some_and(|u| **v > u)).count();
                let below = if coarse { 0 } else { out.outliers_below };
                out.outlier_verdict = outliers(n, below, out.outliers_above);
            }
            bound => {
                let judged = mean.map(|m| of_mean(parameter, m, values, bound));
                let (lower, upper, how) = limits_of(parameter, bound, n);
                out.limit = said(l, lower, upper, how);
                if let Bound::Mean { mean: norm, sd, .. } = bound {
                    out.z = mean.map(|m| (m - norm) / sd).filter(|z| z.is_finite());
                }
                out.verdict = match judged {
                    Some(_) | None if n < FEWEST => "not_assessable",
                    Some((_, true)) if coarse => "not_assessable",
                    Some((verdict, _)) => verdict,
                    None => "not_assessable",
                };
            }
        }
    }
    out
}

fn said(l: &MupLimit, lower: Option<f64>, upper: Option<f64>, how: &str) -> Limit {
    let scale = l.parameter.scale();
    Limit {
        set: l.set.clone(),
        lower: lower.map(|v| v * scale),
        upper: upper.map(|v| v * scale),
        note: format!("{how}; {}", l.source),
        z: None,
    }
}

/// Limits that are shown for the mean of `n`, and how they came about.
fn limits_of(parameter: Parameter, bound: Bound, n: usize) -> (Option<f64>, Option<f64>, &'static str) {
    match bound {
        Bound::Mean { mean, sd, lower } => {
            let (low, high) = mean_limits(parameter, mean, sd, n);
            let how =
                if n < FULL { "mean ± 2 SD of 20 potentials, widened for fewer" } else { "mean ± 2 SD" };
            (lower.then_some(low), Some(high), how)
        }
        Bound::Range { lower, upper, tolerance: Some(_) } => {
            (lower, upper, "range of the mean at this age; abnormal from 20 % off its middle")
        }
        Bound::Range { lower, upper, tolerance: None } => (lower, upper, "limit of the mean"),
        Bound::Share { upper } => {
            (None, Some(upper), "largest share; abnormal when beyond chance (binomial)")
        }
        Bound::Outlier { lower, upper } => (lower, upper, "single potentials"),
    }
}

/// Verdict on a mean, and whether it is low. Beyond the limits that are widened for few potentials: abnormal. Between
/// these and those of 20: borderline. Within, on at least 4 potentials: normal.
fn of_mean(parameter: Parameter, mean: f64, values: &[f64], bound: Bound) -> (&'static str, bool) {
    let n = values.len();
    let within = if n >= FEWEST_FOR_NORMAL { "normal" } else { "not_assessable" };
    let place = |lower: Option<f64>, upper: Option<f64>| {
        (lower.is_some_and(|l| mean < l), upper.is_some_and(|u| mean > u))
    };
    match bound {
        Bound::Mean { mean: norm, sd, lower } => {
            let both = |(low, high): (f64, f64)| place(lower.then_some(low), Some(high));
            match (both(mean_limits(parameter, norm, sd, n)), both(mean_limits(parameter, norm, sd, FULL))) {
                ((true, _), _) => ("abnormal", true),
                ((_, true), _) => ("abnormal", false),
                (_, (true, _)) => ("borderline", true),
                (_, (_, true)) => ("borderline", false),
                _ => (within, false),
            }
        }
        Bound::Range { lower, upper, tolerance } => {
            let (below, above) = place(lower, upper);
            if !below && !above {
                return (within, false);
            }
            let middle = lower.zip(upper).map(|(l, u)| 0.5 * (l + u));
            let far = match (tolerance, middle) {
                (Some(share), Some(m)) => (mean - m).abs() > share * m,
                _ => true,
            };
            (if far { "abnormal" } else { "borderline" }, below)
        }
        Bound::Share { upper } => {
            #[expect(clippy::float_cmp, reason = "shares are counted as 0 and 1")]
            let many = values.iter().filter(|v| **v == 1.0).count();
            match mean > upper {
                true if at_least(many, n, upper) < CHANCE => ("abnormal", false),
                true => ("borderline", false),
                false => (within, false),
            }
        }
        Bound::Outlier { .. } => ("no_limit", false),
    }
}

/// The outlier rule. Stated for 20 potentials; fewer can meet it as well, but only 20 can fail it.
fn outliers(n: usize, below: usize, above: usize) -> &'static str {
    if below.max(above) >= OUTLIERS {
        "abnormal"
    } else if n >= FULL {
        "normal"
    } else {
        "not_assessable"
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{muap, site_of, train};
    use super::super::{Muscle, potentials::choose};
    use super::*;
    use crate::norms::limits_of;

    /// The rows of a muscle of potentials with these amplitudes (µV), durations (ms) and phases.
    fn judged(muscle: &str, age: Option<f64>, all: &[(f64, f64, usize)]) -> Vec<MuapSummary> {
        let trains = vec![train(0.0, 8.0, 10.0); all.len()];
        let muaps: Vec<_> = all.iter().enumerate().map(|(i, &(a, d, p))| Ok(muap(i, a, d, p))).collect();
        let sites = [site_of("slight", &trains, &muaps)];
        let chosen = choose(&Muscle { id: Some(muscle), age_years: age, sites: &sites });
        assert_eq!(chosen.used.len(), all.len());
        summarise(&chosen.used, &limits_of(Some(muscle), age))
    }

    fn find<'a>(rows: &'a [MuapSummary], parameter: &str, set: &str) -> &'a MuapSummary {
        rows.iter().find(|r| r.parameter == parameter && r.limit.set == set).unwrap()
    }

    #[test]
    fn means_are_normal_abnormal_borderline_or_not_assessable() {
        let of = |a, n| {
            let rows = judged("tibialis_anterior", None, &vec![(a, 9.4, 3); n]);
            let row = find(&rows, "amplitude", "JNNP_TA").clone();
            (row.verdict, row.limit.upper.unwrap(), row.z.unwrap())
        };
        let (verdict, upper, z) = of(680.0, 20);
        assert!(verdict == "normal" && (upper - 845.5).abs() < 0.01 && (z - 18.5 / 92.0).abs() < 1e-9);
        assert_eq!(of(900.0, 20).0, "abnormal");
        assert_eq!(of(400.0, 20).0, "abnormal");
        assert_eq!(of(900.0, 6).0, "borderline");
        assert_eq!(of(2500.0, 6).0, "abnormal");
        assert_eq!(of(680.0, 3).0, "not_assessable");
        assert_eq!(of(2500.0, 2).0, "not_assessable");
    }

    #[test]
    fn age_decides_the_range_of_the_duration() {
        let of = |age, d| {
            let rows = judged("biceps_brachii", age, &[(400.0, d, 3); 20]);
            rows.iter().find(|r| r.parameter == "duration" && r.limit.set == "BUCHTHAL").map(|r| r.verdict)
        };
        assert_eq!(of(Some(25.0), 9.0), Some("normal"));
        assert_eq!(of(Some(25.0), 10.9), Some("borderline"), "beyond the range, not 20 % off its middle");
        assert_eq!(of(Some(25.0), 12.0), Some("abnormal"));
        assert_eq!(of(Some(75.0), 12.0), Some("normal"));
        assert_eq!(of(Some(75.0), 9.0), Some("abnormal"));
        assert_eq!(of(None, 9.0), None);
    }

    #[test]
    fn three_outliers_of_twenty_are_abnormal_and_fewer_potentials_cannot_be_normal() {
        let of = |n: usize, large: usize| {
            let mut all = vec![(400.0, 9.5, 3); n - large];
            all.extend(vec![(1500.0, 9.5, 3); large]);
            let rows = judged("biceps_brachii", None, &all);
            let row = rows.iter().find(|r| r.parameter == "amplitude").unwrap();
            assert_eq!((row.outliers_above, row.outliers_below), (large, 0));
            row.outlier_verdict
        };
        assert_eq!(of(20, 2), "normal");
        assert_eq!(of(20, 3), "abnormal");
        assert_eq!(of(5, 3), "abnormal");
        assert_eq!(of(19, 2), "not_assessable");
    }

    #[test]
    fn polyphasia_is_judged_against_the_muscles_own_share_and_against_chance() {
        let of = |muscle: &str, n: usize, many: usize| {
            let mut all = vec![(500.0, 9.5, 3); n - many];
            all.extend(vec![(500.0, 9.5, 6); many]);
            let rows = judged(muscle, None, &all);
            let row = rows.iter().find(|r| r.parameter == "polyphasic_share").unwrap();
            assert!((row.mean.unwrap() - 100.0 * many as f64 / n as f64).abs() < 1e-9);
            (row.verdict, row.limit.upper.unwrap().round())
        };
        assert_eq!(of("tibialis_anterior", 20, 6), ("normal", 35.0));
        assert_eq!(of("soleus", 20, 8), ("abnormal", 15.0));
        assert_eq!(of("soleus", 20, 4), ("borderline", 15.0));
        assert_eq!(of("soleus", 2, 2), ("not_assessable", 15.0));
    }

    #[test]
    fn what_has_no_limit_says_so_and_nothing_measured_is_not_assessable() {
        let rows = judged("soleus", Some(40.0), &[(500.0, 9.5, 3); 6]);
        let row = rows.iter().find(|r| r.parameter == "amplitude").unwrap();
        assert!(row.verdict == "no_limit" && row.limit.note.starts_with("no limit") && row.mean.is_some());
        let empty = summarise(&[], &limits_of(Some("tibialis_anterior"), None));
        let row = find(&empty, "amplitude", "JNNP_TA");
        assert!(row.verdict == "not_assessable" && row.n == 0 && row.mean.is_none() && row.z.is_none());
        assert_eq!(Parameter::all().count(), 10);
        assert!(Parameter::all().all(|p| empty.iter().any(|r| r.parameter == p.id())));
    }
}
