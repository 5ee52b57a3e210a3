//! How often each result is seen in each state: `data/reference/pattern_emission.csv`.

use super::state::{STATES, State};
use crate::norms::rows;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// P(result | state), by state.
pub(super) type Row = [f64; STATES];

static TABLE: LazyLock<BTreeMap<(&'static str, &'static str), Row>> = LazyLock::new(|| {
    let row = |cells: [&'static str; 17]| {
        let spared = cells[2].parse().unwrap_or(f64::NAN);
        let mut out = [spared; STATES];
        // An empty cell is as when spared.
        for (p, cell) in out.iter_mut().zip(&cells[2..2 + STATES]).filter(|(_, c)| !c.is_empty()) {
            *p = cell.parse().unwrap_or(f64::NAN);
        }
        ((cells[0], cells[1]), out)
    };
    rows(include_str!("../../../data/reference/pattern_emission.csv")).map(row).collect()
});

/// P(category of the finding | state).
///
/// # Panics
/// For a finding or category that the table does not hold: a mistake of ours, and a test goes through all of them.
pub(super) fn of(finding: &'static str, category: &'static str) -> Row {
    *TABLE
        .get(&(finding, category))
        .unwrap_or_else(|| panic!("no row `{finding}`, `{category}` in our table"))
}

/// The row where a finding that axon loss brings is only so far on its way (`share` of its frequency).
pub(super) fn timed(row: Row, share: f64) -> Row {
    let spared = row[State::Spared as usize];
    let mut out = row;
    for state in [State::AxonLoss, State::AxonLossMild, State::Torn] {
        let lost = &mut out[state as usize];
        *lost = spared + (*lost - spared) * share;
    }
    out
}

/// The mean of two rows: a result too near to its limit to tell.
pub(super) fn between(a: Row, b: Row) -> Row {
    std::array::from_fn(|i| 0.5 * (a[i] + b[i]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_results_of_a_finding_sum_to_one_in_every_state() {
        let mut sums: BTreeMap<&str, Row> = BTreeMap::new();
        for ((finding, _), row) in TABLE.iter() {
            let sum = sums.entry(finding).or_insert([0.0; STATES]);
            for (s, p) in sum.iter_mut().zip(row) {
                assert!(*p > 0.0 && *p < 1.0, "{finding}: {p}");
                *s += p;
            }
        }
        assert!(sums.len() > 20);
        for (finding, sum) in sums {
            for (s, name) in sum.iter().zip(State::NAMES) {
                assert!((s - 1.0).abs() < 1e-9, "{finding} in {name}: {s}");
            }
        }
    }

    #[test]
    fn early_a_lost_axon_shows_as_nothing() {
        let row = of("activity", "2");
        let early = timed(row, 0.0);
        assert!((early[State::AxonLoss as usize] - row[State::Spared as usize]).abs() < 1e-12);
        assert_eq!(timed(row, 1.0), row);
    }
}
