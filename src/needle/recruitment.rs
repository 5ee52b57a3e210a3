//! Recruitment: how fast the motor units fire for how many there are, from the trains of one recording.
//!
//! Only trains whose rate is known count. Units that the decomposition missed make the ratio read high, so the
//! ratio is a statement about the units found and nothing finer.

use super::train::Train;
use crate::measure::Reading;

/// Length of the windows in which active units are counted, s, and the step between them. Ours: a unit at 5 Hz
/// discharges five times in one.
const WINDOW_S: f64 = 1.0;
const STEP_S: f64 = 0.5;
/// Fewest discharges in a window for a unit to be active there. Ours: two intervals, so that there is a rate.
const FEWEST: usize = 3;
/// Longest interval of continuous firing, s: 4 Hz, the slowest valid voluntary rate.
const LONGEST_S: f64 = 0.25;
/// Largest coefficient of variation of the intervals, and least mean sureness, of a train that counts. The first is
/// the limit of train validation (Parsaei and Stashuk 2011, recalled), the second is ours: more likely than not.
const MOST_CV: f64 = 0.4;
const LEAST_SURE: f64 = 0.5;
/// A second unit that starts sooner after the first, s, says nothing of recruitment: force rose too fast. Ours.
const SOONEST_S: f64 = 0.8;

/// What the trains of one recording say of recruitment. Rates in 1/s.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recruitment {
    /// Trains that count.
    pub units: usize,
    /// Units active at once: median over windows of 1 s in which any is.
    pub active: Reading,
    /// Rate of the fastest unit in a window: median over the same windows.
    pub fastest: Reading,
    /// Recruitment ratio: rate of the fastest unit over the number of active ones; median over the windows.
    pub ratio: Reading,
    /// Onset frequency: rate of the first unit at the start of its firing, before another one fires.
    pub onset: Reading,
    /// Recruitment frequency: rate of the first unit when the second one starts to fire.
    pub first_at_second: Reading,
}

/// Measures recruitment.
///
/// Source of the definitions: Petajan; Daube (recalled). Undefined without a train whose intervals are known, vary by a
/// coefficient of at most 0.4 and whose discharges are surer than not.
#[expect(clippy::cast_precision_loss, reason = "counts")]
pub fn recruitment(trains: &[Train]) -> Recruitment {
    const NONE: &str = "no train with a rate that can be trusted";
    let good: Vec<&Train> = trains.iter().filter(|t| counts(t)).collect();
    let end = good.iter().filter_map(|t| t.times_s.last()).fold(0.0_f64, |m, &t| m.max(t));
    let (mut active, mut fastest, mut ratio) = (Vec::new(), Vec::new(), Vec::new());
    let mut from = 0.0;
    while !good.is_empty() && from < end {
        let rates: Vec<f64> =
            good.iter().filter_map(|t| rate_in(&t.times_s, from, from + WINDOW_S)).collect();
        if !rates.is_empty() {
            let most = rates.iter().fold(0.0_f64, |m, &r| m.max(r));
            active.push(rates.len() as f64);
            fastest.push(most);
            ratio.push(most / rates.len() as f64);
        }
        from += STEP_S;
    }
    let (onset, first_at_second) = start(&good);
    let said = |v: Vec<f64>| median(v).map_or(Reading::Undefined(NONE), |m| Reading::finite(m, NONE));
    Recruitment {
        units: good.len(),
        active: said(active),
        fastest: said(fastest),
        ratio: said(ratio),
        onset,
        first_at_second,
    }
}

/// Whether a train's rate can be trusted.
pub fn counts(train: &Train) -> bool {
    train.interval_s.is_some_and(|i| i.is_finite() && i > 0.0)
        && train.interval_cv.is_some_and(|cv| cv <= MOST_CV)
        && train.mean_sureness() >= LEAST_SURE
        && train.times_s.iter().all(|t| t.is_finite())
}

/// Rate between two times from the median of the intervals of continuous firing; `None` with fewer than two of them.
fn rate_in(times: &[f64], from: f64, to: f64) -> Option<f64> {
    let first = times.partition_point(|&t| t < from);
    let last = times.partition_point(|&t| t < to).max(first);
    let inside = &times[first..last];
    let intervals: Vec<f64> =
        inside.windows(2).map(|w| w[1] - w[0]).filter(|&i| i > 0.0 && i <= LONGEST_S).collect();
    if inside.len() < FEWEST || intervals.len() + 1 < FEWEST {
        return None;
    }
    median(intervals).map(|i| 1.0 / i)
}

/// First discharge after which the unit keeps firing for three intervals.
fn start_of(times: &[f64]) -> Option<usize> {
    times.windows(4).position(|w| w.windows(2).all(|p| p[1] - p[0] <= LONGEST_S))
}

/// Onset frequency, and rate of the first unit at the start of the second.
fn start(trains: &[&Train]) -> (Reading, Reading) {
    const ALONE: &str = "fewer than two units: no second one was recruited";
    const AT_ONCE: &str = "the units started together: force rose too fast";
    let mut starts: Vec<(f64, &[f64])> =
        trains.iter().filter_map(|t| start_of(&t.times_s).map(|k| (t.times_s[k], &t.times_s[k..]))).collect();
    starts.sort_by(|a, b| a.0.total_cmp(&b.0));
    let Some(&(first_at, first)) = starts.first() else {
        return (Reading::Undefined("no unit fires continuously"), Reading::Undefined(ALONE));
    };
    let rate = |times: &[f64]| {
        let intervals: Vec<f64> = times.windows(2).map(|w| w[1] - w[0]).filter(|&i| i <= LONGEST_S).collect();
        median(intervals).filter(|i| *i > 0.0).map(|i| 1.0 / i)
    };
    let second_at = starts.get(1).map_or(f64::INFINITY, |s| s.0);
    if second_at - first_at < SOONEST_S {
        return (Reading::Undefined(AT_ONCE), Reading::Undefined(AT_ONCE));
    }
    let onset = rate(&first[..first.len().min(5)]).map_or(Reading::Undefined(AT_ONCE), Reading::Value);
    if starts.len() < 2 {
        return (onset, Reading::Undefined(ALONE));
    }
    // The last intervals before the second unit starts, if the first one still fires then.
    let before = first.partition_point(|&t| t < second_at);
    let last = &first[before.saturating_sub(5)..before];
    let still = last.last().is_some_and(|&t| second_at - t <= 2.0 * LONGEST_S);
    let recruited = rate(last).filter(|_| still && last.len() >= FEWEST);
    (onset, recruited.map_or(Reading::Undefined("the first unit had stopped"), Reading::Value))
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    Some(crate::dsp::turns::quantile(&mut values, 0.5))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A regular train.
    fn train(from: f64, to: f64, rate: f64) -> Train {
        let times_s: Vec<f64> = (0..).map(|k| from + f64::from(k) / rate).take_while(|t| *t < to).collect();
        Train {
            sureness: vec![0.9; times_s.len()],
            times_s,
            interval_s: Some(1.0 / rate),
            interval_cv: Some(0.1),
            missed_share: Some(0.0),
            ..Train::default()
        }
    }

    #[test]
    fn ratio_onset_and_recruitment_frequency_of_regular_trains() {
        let r = recruitment(&[train(0.0, 8.0, 12.0), train(3.0, 8.0, 8.0), train(0.05, 8.0, 10.0)]);
        assert_eq!(r.units, 3);
        let near = |a: Reading, b: f64| (a.value().unwrap() - b).abs() < 1e-6;
        assert!(near(r.fastest, 12.0) && near(r.active, 3.0) && near(r.ratio, 4.0), "{r:?}");
        assert_eq!(r.first_at_second, Reading::Undefined("the units started together: force rose too fast"));
        let r = recruitment(&[train(1.0, 8.0, 16.0), train(4.0, 8.0, 8.0)]);
        assert!(near(r.onset, 16.0) && near(r.first_at_second, 16.0), "{r:?}");
        let alone = recruitment(&[train(1.0, 8.0, 7.6)]);
        assert!(near(alone.onset, 7.6) && alone.first_at_second.value().is_none());
        assert!(near(alone.ratio, 7.6) && near(alone.active, 1.0));
    }

    #[test]
    fn trains_that_cannot_be_trusted_do_not_count() {
        let good = train(0.0, 5.0, 10.0);
        let bad = [
            Train { interval_s: None, ..good.clone() },
            Train { interval_cv: Some(0.8), ..good.clone() },
            Train { interval_cv: None, ..good.clone() },
            Train { sureness: vec![0.2; good.times_s.len()], ..good.clone() },
            Train { sureness: Vec::new(), ..good.clone() },
            Train { times_s: vec![f64::NAN; 50], ..good.clone() },
            Train::default(),
        ];
        for b in &bad {
            assert!(!counts(b));
        }
        let r = recruitment(&bad);
        assert!(r.units == 0 && [r.ratio, r.fastest, r.active, r.onset].iter().all(|v| v.value().is_none()));
        assert_eq!(recruitment(&[]).units, 0);
        let slow = recruitment(&[train(0.0, 9.0, 2.0)]);
        assert!(slow.ratio.value().is_none() && slow.onset.value().is_none(), "{slow:?}");
    }
}
