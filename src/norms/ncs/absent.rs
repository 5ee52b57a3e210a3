//! What an absent response is held against.

use super::limits::{Answer, Limits, Query, Row};
use super::strata::{could_fit, describe, person_fits, strata, technique_fits, too_young};

impl Limits {
    /// What an absent response's amplitude is held against: the lowest of the lower limits that may hold for the
    /// person, set by set until one holds for certain. Neither distance nor a stratum that is not stated matters
    /// where each of them is above 0. `None` where no lower limit may hold.
    pub(super) fn of_absent(&self, query: &Query<'_>) -> Option<Answer> {
        let mut possible: Vec<&Row> = Vec::new();
        for set in self.order.iter().filter(|set| too_young(set, query).is_none()) {
            let fits = |r: &&Row| {
                Self::asked(r, set, query) && !r.upper && technique_fits(r, query) && could_fit(r, query)
            };
            let before = possible.len();
            possible.extend(self.rows.iter().filter(fits));
            if possible[before..].iter().any(|r| person_fits(r, query)) {
                break;
            }
        }
        let lowest = *possible.iter().min_by(|a, b| a.limit.total_cmp(&b.limit))?;
        let certain: Vec<&Row> = possible.iter().copied().filter(|r| person_fits(r, query)).collect();
        let named = certain.iter().copied().max_by_key(|r| strata(r)).unwrap_or(lowest);
        if lowest.limit > 0.0 {
            let highest = possible.iter().map(|r| r.limit).fold(lowest.limit, f64::max);
            let range = if highest > lowest.limit {
                format!("{} to {highest} {}", lowest.limit, lowest.unit)
            } else {
                describe(lowest, query)
            };
            return Some(Answer::Limit {
                set: named.set.clone(),
                version: self.version(&named.set),
                lower: Some(lowest.limit),
                upper: None,
                note: format!("absent: below every lower limit that may hold here ({range})"),
            });
        }
        if person_fits(lowest, query) {
            return Some(Answer::Limit {
                set: lowest.set.clone(),
                version: self.version(&lowest.set),
                lower: Some(lowest.limit),
                upper: None,
                note: describe(lowest, query),
            });
        }
        Some(Answer::NotAssessable(format!(
            "{}: an absent response may be normal ({}), and whether that holds here is not stated",
            lowest.set,
            describe(lowest, query)
        )))
    }
}
