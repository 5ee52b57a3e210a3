//! Published values of motor unit potentials by muscle: `data/reference/mup_norms.csv` and `mup_limits.csv`.

use super::anatomy::rows;
use crate::needle::limits::{Bound, MupLimit, Parameter};
use std::sync::LazyLock;

/// Amplitude and duration: means of muscles, and limits of single potentials. In the tables' order.
pub static MUP_LIMITS: LazyLock<Vec<MupLimit>> = LazyLock::new(|| {
    let mut out = Vec::new();
    for [set, muscle, name, mean, sd, _, source, status] in
        rows(include_str!("../../data/reference/mup_norms.csv"))
    {
        if let (Some((parameter, si)), Ok(mean), Ok(sd)) =
            (parameter(name), mean.parse::<f64>(), sd.parse::<f64>())
        {
            let bound = Bound::Mean { mean: mean * si, sd: sd * si };
            out.push(limit(set, muscle, parameter, bound, source, status));
        }
    }
    let table = include_str!("../../data/reference/mup_limits.csv");
    let all: Vec<[&str; 9]> = rows(table).filter(|r: &[&str; 9]| r[6] == "outlier").collect();
    for [set, muscle, name, side, lower, _, _, source, status] in all.iter().copied() {
        let other = all.iter().find(|r| r[..3] == [set, muscle, name] && r[3] == "upper");
        let (Some((parameter, si)), Some(other), "lower") = (parameter(name), other, side) else { continue };
        if let (Ok(lower), Ok(upper)) = (lower.parse::<f64>(), other[4].parse::<f64>()) {
            let bound = Bound::Outlier { lower: lower * si, upper: upper * si };
            out.push(limit(set, muscle, parameter, bound, source, status));
        }
    }
    out
});

/// The parameter of a row and what brings its numbers to SI (amplitudes are in µV, durations in ms).
fn parameter(name: &str) -> Option<(Parameter, f64)> {
    match name {
        "amp_pp" => Some((Parameter::Amplitude, 1e-6)),
        "duration" => Some((Parameter::Duration, 1e-3)),
        _ => None,
    }
}

fn limit(
    set: &str,
    muscle: &str,
    parameter: Parameter,
    bound: Bound,
    source: &str,
    status: &str,
) -> MupLimit {
    let checked = if status == "published" { "published" } else { "recalled, limit not verified" };
    let source = format!("{set} ({source}; {checked})");
    MupLimit { set: set.to_owned(), muscle: muscle.to_owned(), parameter, bound, source }
}

/// The limits of one muscle; empty when none were published.
pub fn mup_limits(muscle: &str) -> Vec<MupLimit> {
    MUP_LIMITS.iter().filter(|l| l.muscle == muscle).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_values_are_read_in_si() {
        assert_eq!(MUP_LIMITS.len(), 12 + 6);
        let ta = mup_limits("tibialis_anterior");
        let jnnp = ta.iter().find(|l| l.set == "JNNP_TA" && l.parameter == Parameter::Duration).unwrap();
        let Bound::Mean { mean, sd } = jnnp.bound else { panic!("{jnnp:?}") };
        assert!((mean - 9.35e-3).abs() < 1e-12 && (sd - 0.93e-3).abs() < 1e-12);
        assert!(ta.iter().any(|l| l.source.contains("not verified")));
        let deltoid = mup_limits("deltoid");
        assert!(deltoid.iter().any(|l| matches!(l.bound, Bound::Outlier { lower, upper }
            if (lower - 162e-6).abs() < 1e-12 && (upper - 1531e-6).abs() < 1e-12)));
        assert!(mup_limits("soleus").is_empty());
        let known = |l: &MupLimit| crate::norms::MUSCLES.iter().any(|m| m.id == l.muscle);
        assert!(MUP_LIMITS.iter().all(known));
    }
}
