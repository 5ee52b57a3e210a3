//! What was found, with how likely it is in each state.

use super::emission::{Row, between, of, timed};
use super::key::Key;
use super::state::STATES;
use super::time::{self, Place, TIMES, Times};
use crate::pattern::facts::MuscleFact;
use crate::result::Where;
use crate::study::{Change, Polyphasia, Recruitment};

/// P(what was found | state), at each time since onset.
pub(super) type Likelihood = [Row; TIMES];

/// One thing that was tested.
#[derive(Debug, Clone, PartialEq)]
pub struct Element {
    /// What it is of.
    pub key: Key,
    /// What was found, with value, limit and whose.
    pub finding: String,
    /// Beyond a limit, absent, or changed.
    pub abnormal: bool,
    /// The test it comes from.
    pub place: Where,
    pub(super) like: Likelihood,
    /// Share of healthy persons in whom this test is beyond its limit.
    pub(super) healthy_beyond: f64,
}

/// Age from which spontaneous activity of paraspinal and foot muscles, and lost leg responses, are common in healthy
/// persons (DATE1996, AHPT, SURALELD).
pub(super) const OLD: f64 = 60.0;
/// The same for paraspinal muscles (TONG2005, DATE1996: rises from 40 to 55 on).
pub(super) const OLD_SPINE: f64 = 50.0;

/// A finding that nothing is said of has no weight.
pub(super) const NOTHING: Row = [1.0; STATES];

pub(super) fn times(a: Row, b: Row) -> Row {
    std::array::from_fn(|i| a[i] * b[i])
}

/// Of a response: the same at every time but for what `share` says of the day.
pub(super) fn over_time(row: Row, times: &Times, share: fn(f64) -> f64) -> Likelihood {
    std::array::from_fn(|t| timed(row, share(times.0[t].0)))
}

/// The same at every time.
pub(super) fn always(row: Row) -> Likelihood {
    [row; TIMES]
}

/// Which table of spontaneous activity holds for a muscle. `weak`: something (surgery) makes it common there.
fn activity_table(place: Place, age: Option<f64>, weak: bool) -> &'static str {
    let old = |from: f64| weak || age.is_some_and(|a| a >= from);
    match place {
        Place::Paraspinal if old(OLD_SPINE) => "activity_paraspinal_old",
        Place::Paraspinal => "activity_paraspinal",
        Place::Foot if old(OLD) => "activity_foot_old",
        Place::Foot => "activity_foot",
        _ => "activity",
    }
}

/// How likely each result of a muscle's needle examination is.
pub(super) fn muscle_likelihood(m: &MuscleFact, age: Option<f64>, weak: bool, t: &Times) -> Likelihood {
    let place = time::place(m.muscle.id);
    let mut fixed = NOTHING;
    if let Some(r) = m.recruitment {
        let word = match r {
            Recruitment::Normal => "normal",
            Recruitment::Reduced | Recruitment::None => "reduced",
            Recruitment::Early => "early",
        };
        let row = of("recruitment", word);
        // Alone it is as often pain or poor effort, and then in every muscle alike: it weighs half.
        let alone = word == "reduced" && m.active() != Some(true) && m.large() != Some(true);
        fixed = times(fixed, if alone { row.map(f64::sqrt) } else { row });
    }
    let mut put = |finding, category| fixed = times(fixed, of(finding, category));
    let yes = |b: bool| if b { "1" } else { "0" };
    if let Some(g) = m.fasciculation {
        put("fasciculation", yes(g > 0));
    }
    if let Some(b) = m.complex_repetitive_discharge {
        put("complex_repetitive", yes(b));
    }
    if let Some(b) = m.myotonic_discharge {
        put("myotonic", yes(b));
    }
    let both = m.fibrillation.is_some_and(|g| g > 0) && m.positive_sharp_wave.is_some_and(|g| g > 0);
    let active = m.activity().map(|g| {
        // Both kinds in one muscle are as sure as a higher grade of one.
        let category = match g {
            0 => "0",
            1 if !both => "1",
            _ => "2",
        };
        of(activity_table(place, age, weak), category)
    });
    if active.is_none()
        && let Some(c) = m.insertional
    {
        put("insertional", yes(c == Change::Increased));
    }
    let size = potentials(m);
    let poly = m
        .polyphasia
        .map(|p| of("polyphasia", if p == Polyphasia::Increased { "increased" } else { "normal" }));
    std::array::from_fn(|i| {
        let day = t.0[i].0;
        let mut row = fixed;
        for (part, share) in
            [(active, time::activity(place, day)), (size, time::large(day)), (poly, time::polyphasia(day))]
        {
            if let Some(part) = part {
                row = times(row, timed(part, share));
            }
        }
        row
    })
}

/// Of the motor unit potentials: graded or measured size, else what the recordings look like as a whole.
fn potentials(m: &MuscleFact) -> Option<Row> {
    if m.amplitude.is_some() || m.duration.is_some() {
        let word = match (m.large(), m.short_small()) {
            (Some(true), _) => "large",
            (_, Some(true)) => "small",
            _ => "normal",
        };
        return Some(of("potentials", word));
    }
    let p = m.impression?.probabilities?;
    let mix = [("normal", p.normal), ("large", p.neurogenic), ("small", p.myopathic)];
    let mut row = [0.0; STATES];
    for (word, share) in mix {
        for (to, from) in row.iter_mut().zip(of("potentials", word)) {
            *to += share * from;
        }
    }
    Some(row)
}

/// The row of a result that may be too near to its limit to tell.
pub(super) fn soft(
    finding: &'static str,
    normal: &'static str,
    beyond: &'static str,
    borderline: bool,
) -> Row {
    if borderline { between(of(finding, normal), of(finding, beyond)) } else { of(finding, beyond) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::norms;
    use crate::pattern::bayes::state::State;
    use crate::study::Side;

    fn muscle(id: &str) -> MuscleFact {
        MuscleFact::unknown(norms::muscle(id).unwrap(), Side::Left)
    }

    #[test]
    fn a_muscle_that_nothing_is_said_of_weighs_nothing() {
        let l = muscle_likelihood(&muscle("deltoid"), None, false, &Times::new(None));
        assert!(l.iter().flatten().all(|p| (p - 1.0).abs() < 1e-12));
    }

    #[test]
    fn fibrillation_speaks_for_axon_loss_more_in_a_limb_than_beside_the_spine_of_the_old() {
        let ratio = |id: &str, age: f64| {
            let mut m = muscle(id);
            m.fibrillation = Some(2);
            let l = muscle_likelihood(&m, Some(age), false, &Times::new(Some(60.0)));
            l[0][State::AxonLoss as usize] / l[0][State::Spared as usize]
        };
        assert!(ratio("tibialis_anterior", 40.0) > 20.0);
        assert!(ratio("paraspinal_l5", 70.0) < ratio("paraspinal_l5", 30.0));
        assert!(ratio("abductor_hallucis", 70.0) < ratio("tibialis_anterior", 70.0));
    }
}
