//! Published values of motor unit potentials by muscle and age: `data/reference/mup_norms.csv`, `mup_limits.csv` and
//! `mup_duration_by_age.csv`.

use super::anatomy::rows;
use super::sets::version_of;
use crate::needle::limits::{Bound, MupLimit, Parameter};
use std::sync::LazyLock;

/// Share that a mean duration may be off the middle of its age's range before it is abnormal: Buchthal's rule (MUP5,
/// recalled).
const BUCHTHAL_TOLERANCE: f64 = 0.2;

/// Means of muscles, and limits of single potentials, of means and of shares. In the tables' order.
pub static MUP_LIMITS: LazyLock<Vec<MupLimit>> = LazyLock::new(|| {
    let table = include_str!("../../data/reference/mup_limits.csv");
    let all: Vec<[&str; 9]> = rows(table).collect();
    let mut out = Vec::new();
    for [set, muscle, name, mean, sd, _, source, status] in
        rows(include_str!("../../data/reference/mup_norms.csv"))
    {
        let Some(parameter) = Parameter::of_column(name) else { continue };
        if let (Some(mean), Some(sd)) = (si(parameter, mean), si(parameter, sd)) {
            // More phases, turns and jitter than normal have a meaning, fewer have none.
            let counted = matches!(parameter, Parameter::Phases | Parameter::Turns | Parameter::Jitter);
            let bound = Bound::Mean { mean, sd, lower: !counted };
            out.push(limit(set, muscle, parameter, bound, source, status));
        }
    }
    for [set, muscle, name, side, value, _, kind, source, status] in all.iter().copied() {
        let Some(parameter) = Parameter::of_column(name) else { continue };
        let Some(value) = si(parameter, value) else { continue };
        let bound = match (kind, side) {
            ("outlier", "lower") => Bound::Outlier { lower: Some(value), upper: None },
            ("outlier", _) => {
                // Two rows, one limit.
                let known = out.iter_mut().find(|l| {
                    l.set == set
                        && l.muscle == muscle
                        && l.parameter == parameter
                        && matches!(l.bound, Bound::Outlier { .. })
                });
                if let Some(MupLimit { bound: Bound::Outlier { upper, .. }, .. }) = known {
                    *upper = Some(value);
                    continue;
                }
                Bound::Outlier { lower: None, upper: Some(value) }
            }
            ("share", _) => Bound::Share { upper: value },
            ("mean", _) => Bound::Range { lower: None, upper: Some(value), tolerance: None },
            // `mean_2sd`: the sum of a row of the norms, where it stands with its SD.
            _ => continue,
        };
        out.push(limit(set, muscle, parameter, bound, source, status));
    }
    out
});

/// Limits of the mean duration by age: muscle, first and last year of age, limit.
static DURATION_BY_AGE: LazyLock<Vec<(f64, f64, MupLimit)>> = LazyLock::new(|| {
    let table = rows(include_str!("../../data/reference/mup_duration_by_age.csv"));
    let row = |[set, muscle, first, last, low, high, _, source, status]: [&'static str; 9]| {
        let (lower, upper) = (si(Parameter::Duration, low), si(Parameter::Duration, high));
        let bound = Bound::Range { lower, upper, tolerance: Some(BUCHTHAL_TOLERANCE) };
        let found = limit(set, muscle, Parameter::Duration, bound, source, status);
        Some((first.parse().ok()?, last.parse().ok()?, found))
    };
    table.filter_map(row).collect()
});

/// A number of a table in SI.
fn si(parameter: Parameter, number: &str) -> Option<f64> {
    number.parse::<f64>().ok().filter(|v| v.is_finite()).map(|v| v / parameter.scale())
}

fn limit(
    set: &str,
    muscle: &str,
    parameter: Parameter,
    bound: Bound,
    source: &str,
    status: &str,
) -> MupLimit {
    let verified = status == "published";
    let checked = if verified { "published" } else { "recalled, limit not verified" };
    let version = version_of(set).to_owned();
    let source = format!("{set} version {version} ({source}; {checked})");
    MupLimit { set: set.to_owned(), version, muscle: muscle.to_owned(), parameter, bound, source, verified }
}

/// The limits of one muscle whatever the age; empty when none were published.
pub fn mup_limits(muscle: &str) -> Vec<MupLimit> {
    MUP_LIMITS.iter().filter(|l| l.muscle == muscle).cloned().collect()
}

/// All limits that hold for a muscle and an age, the ones to prefer first: of its age, then checked ones, then
/// recalled ones, then those of any muscle. A share for any muscle is left out where the muscle has its own.
pub fn limits_of(muscle: Option<&str>, age_years: Option<f64>) -> Vec<MupLimit> {
    let of_age = age_years.filter(|a| a.is_finite()).into_iter().flat_map(|age| {
        // Whole years: who is 29.9 years old is 29.
        let year = age.floor();
        let fits = move |r: &&(f64, f64, MupLimit)| {
            (r.0..=r.1).contains(&year) && muscle == Some(r.2.muscle.as_str())
        };
        DURATION_BY_AGE.iter().filter(fits).map(|r| r.2.clone())
    });
    let mut out: Vec<MupLimit> = of_age.collect();
    let mut own = muscle.map(mup_limits).unwrap_or_default();
    own.sort_by_key(|l| !l.verified);
    out.extend(own);
    let any: Vec<MupLimit> =
        mup_limits("any").into_iter().filter(|a| out.iter().all(|l| l.parameter != a.parameter)).collect();
    out.extend(any);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_values_are_read_in_si() {
        let ta = mup_limits("tibialis_anterior");
        let jnnp = |p| ta.iter().find(|l| l.set == "JNNP_TA" && l.parameter == p).unwrap();
        let Bound::Mean { mean, sd, lower: true } = jnnp(Parameter::Duration).bound else { panic!("{ta:?}") };
        assert!((mean - 9.35e-3).abs() < 1e-12 && (sd - 0.93e-3).abs() < 1e-12);
        assert!(matches!(jnnp(Parameter::Phases).bound, Bound::Mean { lower: false, .. }));
        let Bound::Mean { mean, .. } = jnnp(Parameter::Area).bound else { panic!("{ta:?}") };
        assert!((mean - 851.5e-9).abs() < 1e-15);
        assert_eq!(jnnp(Parameter::PolyphasicShare).bound, Bound::Share { upper: 0.35 });
        assert!(ta.iter().any(|l| !l.verified && l.source.contains("not verified")));
        let deltoid = mup_limits("deltoid");
        assert!(
            deltoid
                .iter()
                .any(|l| matches!(l.bound, Bound::Outlier { lower: Some(lower), upper: Some(upper) }
            if (lower - 162e-6).abs() < 1e-12 && (upper - 1531e-6).abs() < 1e-12))
        );
        assert!(mup_limits("soleus").is_empty());
        let known =
            |l: &MupLimit| l.muscle == "any" || crate::norms::MUSCLES.iter().any(|m| m.id == l.muscle);
        assert!(MUP_LIMITS.len() > 25 && MUP_LIMITS.iter().all(known));
        assert!(MUP_LIMITS.iter().all(|l| !l.version.is_empty()), "each set has a row in norm_sets.csv");
    }

    #[test]
    fn norms_and_their_sums_agree() {
        // `mean_2sd` rows state mean + 2 SD of the norms again, rounded by the source.
        let mut seen = 0;
        for [set, muscle, name, _, value, _, kind, _, _] in
            rows(include_str!("../../data/reference/mup_limits.csv"))
        {
            if kind != "mean_2sd" {
                continue;
            }
            let parameter = Parameter::of_column(name).unwrap();
            let value = si(parameter, value).unwrap();
            let of = |l: &&MupLimit| l.set == set && l.muscle == muscle && l.parameter == parameter;
            let Some(Bound::Mean { mean, sd, .. }) = MUP_LIMITS.iter().find(of).map(|l| l.bound) else {
                panic!("{set} {name}: no norm")
            };
            assert!((mean + 2.0 * sd - value).abs() < 2e-3 * value, "{set} {name}");
            seen += 1;
        }
        assert!(seen >= 6);
    }

    #[test]
    fn age_chooses_the_range_of_duration_and_ages_have_no_gap() {
        let of = |muscle, age| limits_of(Some(muscle), age).into_iter().find(|l| l.set == "BUCHTHAL");
        let Some(Bound::Range { lower: Some(low), upper: Some(high), tolerance: Some(0.2) }) =
            of("biceps_brachii", Some(29.9)).map(|l| l.bound)
        else {
            panic!()
        };
        assert!((low - 7.7e-3).abs() < 1e-12 && (high - 10.7e-3).abs() < 1e-12);
        for age in 0..80 {
            assert!(of("deltoid", Some(f64::from(age))).is_some(), "{age}");
        }
        for (muscle, age) in
            [("deltoid", None), ("deltoid", Some(95.0)), ("deltoid", Some(f64::NAN)), ("soleus", Some(40.0))]
        {
            assert!(of(muscle, age).is_none(), "{muscle} {age:?}");
        }
        assert_eq!(limits_of(Some("deltoid"), Some(40.0))[0].set, "BUCHTHAL");
    }

    #[test]
    fn a_muscle_without_limits_has_those_of_any_and_checked_ones_come_first() {
        let soleus = limits_of(Some("soleus"), None);
        assert!(!soleus.is_empty() && soleus.iter().all(|l| l.muscle == "any"));
        assert_eq!(limits_of(None, None), soleus);
        let ta = limits_of(Some("tibialis_anterior"), Some(50.0));
        let first = ta.iter().find(|l| l.parameter == Parameter::Amplitude).unwrap();
        assert!(first.verified && first.set == "JNNP_TA");
        let shares: Vec<_> = ta.iter().filter(|l| l.parameter == Parameter::PolyphasicShare).collect();
        assert_eq!((shares.len(), shares[0].set.as_str()), (1, "JNNP_TA"));
    }
}
