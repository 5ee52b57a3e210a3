//! Limits that follow age and height by a formula: `data/reference/ncs_regression.csv`.

use super::limits::{Answer, Query, none};
use super::strata::too_young;
use crate::norms::{rows, version_of};

/// Limits that are a formula: ln(limit) = intercept + Σ coefficient · variable ± z · SD.
pub(super) fn regression(set: &str, q: &Query<'_>) -> Answer {
    let table = include_str!("../../../data/reference/ncs_regression.csv");
    for r in rows::<16>(table) {
        if r[0] != set || r[1] != q.study || r[2] != q.parameter || r[3] != q.unit {
            continue;
        }
        if let Some(why) = too_young(set, q) {
            return Answer::NotAssessable(why);
        }
        let number = |i: usize| r[i].parse::<f64>().unwrap_or(0.0);
        let (Some(age), Some(height)) = (q.age_years, q.height_cm) else {
            return Answer::NotAssessable(format!("{set}: its limit needs age and height"));
        };
        if age < number(12) || age > number(13) {
            return Answer::NotAssessable(format!("{set}: no limit for an age of {age} years"));
        }
        let middle = number(5) + number(6) * age + number(7) * age * age + number(8) * height;
        let reach = number(10) * number(9);
        let (low, high) = ((middle - reach).exp(), (middle + reach).exp());
        return Answer::Limit {
            set: set.to_owned(),
            version: version_of(set).to_owned(),
            lower: Some(low),
            upper: (r[11] == "both").then_some(high),
            note: format!("regression on age and height, {} SD, {}, {}", r[10], r[14], r[15]),
        };
    }
    none()
}
