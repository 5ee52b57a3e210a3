//! Trains at rest and after exercise.

use super::{NO_FIRST, Train};
use crate::ncs::Measured;

/// A train and when it was recorded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimedTrain<'a> {
    /// Seconds after the end of the exercise; `None` at rest, before it.
    pub after_exercise_s: Option<f64>,
    /// The train.
    pub train: &'a Train,
}

/// One train after exercise against the train at rest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PostExercise {
    /// Seconds after the end of the exercise.
    pub after_exercise_s: f64,
    /// The train's decrement, %.
    pub decrement_percent: Measured,
    /// Its first amplitude against the first at rest, %: positive is facilitation.
    pub increment_percent: Measured,
    /// Decrement at rest less this one, in points: positive is repair, negative exhaustion.
    pub repair_percent: Measured,
    /// Whether nothing speaks against both trains.
    pub reliable: bool,
}

/// What trains at rest and after exercise say together.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Decrement at rest, %: the median of the trains at rest.
    pub rest_decrement_percent: Measured,
    /// Each train after exercise, by time.
    pub after: Vec<PostExercise>,
    /// Largest rise of the first amplitude against rest, % (facilitation).
    pub facilitation_percent: Measured,
    /// Largest repair of the decrement, points.
    pub repair_percent: Measured,
    /// Largest deepening of the decrement, points (exhaustion); 0 where none is deeper.
    pub exhaustion_percent: Measured,
}

const RISE: &str = "100 (first amplitude after exercise / at rest - 1)";
const CHANGE: &str = "decrement at rest less after exercise";
const NO_REST: &str = "no train at rest";

/// Compares trains after exercise with those at rest. Times that are not finite are left out; without a train at rest, or
/// without one after exercise, what needs it is `Undefined`.
pub fn series(trains: &[TimedTrain<'_>]) -> Series {
    let rest: Vec<&Train> = trains.iter().filter(|t| t.after_exercise_s.is_none()).map(|t| t.train).collect();
    let rest_decrement =
        middle(rest.iter().map(|t| t.decrement_percent), "decrement, median of the trains at rest", NO_REST);
    let first = middle(rest.iter().map(|t| t.potentials[0].amplitude), "first amplitude at rest", NO_REST);
    let reliable = rest.iter().all(|t| t.reliable());
    let mut after: Vec<PostExercise> = trains
        .iter()
        .filter_map(|t| {
            let at = t.after_exercise_s.filter(|s| s.is_finite())?;
            Some(PostExercise {
                after_exercise_s: at,
                decrement_percent: t.train.decrement_percent,
                increment_percent: rise(&first, &t.train.potentials[0].amplitude),
                repair_percent: difference(&rest_decrement, &t.train.decrement_percent),
                reliable: reliable && t.train.reliable(),
            })
        })
        .collect();
    after.sort_by(|a, b| a.after_exercise_s.total_cmp(&b.after_exercise_s));
    let none = "no train after exercise to compare";
    let most = |what: fn(&PostExercise) -> Measured, sign: f64, method: &'static str| {
        after
            .iter()
            .map(what)
            .filter_map(|m| Some((sign * m.value()?, m.uncertainty.unwrap_or(0.0))))
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .map_or(Measured::undefined(none, method), |m| Measured::new(m.0, m.1, method, none))
    };
    let mut exhaustion = most(|p| p.repair_percent, -1.0, CHANGE);
    if exhaustion.value().is_some_and(|v| v < 0.0) {
        exhaustion = Measured::new(0.0, exhaustion.uncertainty.unwrap_or(0.0), CHANGE, none);
    }
    Series {
        rest_decrement_percent: rest_decrement,
        facilitation_percent: most(|p| p.increment_percent, 1.0, RISE),
        repair_percent: most(|p| p.repair_percent, 1.0, CHANGE),
        exhaustion_percent: exhaustion,
        after,
    }
}

/// The middle measured value (the lower of two middle ones), with its own uncertainty.
fn middle(values: impl Iterator<Item = Measured>, method: &'static str, why: &'static str) -> Measured {
    let mut seen: Vec<(f64, f64)> =
        values.filter_map(|m| Some((m.value()?, m.uncertainty.unwrap_or(0.0)))).collect();
    seen.sort_by(|a, b| a.0.total_cmp(&b.0));
    match seen.get(seen.len().saturating_sub(1) / 2) {
        Some((value, half)) => Measured::new(*value, *half, method, why),
        None => Measured::undefined(why, method),
    }
}

fn rise(rest: &Measured, now: &Measured) -> Measured {
    match (rest.value(), now.value()) {
        (Some(a), Some(b)) if a > 0.0 => {
            let half =
                (now.uncertainty.unwrap_or(0.0) / a).hypot(b / a * rest.uncertainty.unwrap_or(0.0) / a);
            Measured::new(100.0 * (b / a - 1.0), 100.0 * half, RISE, NO_FIRST)
        }
        (None, _) => Measured::undefined(NO_REST, RISE),
        _ => Measured::undefined(NO_FIRST, RISE),
    }
}

fn difference(rest: &Measured, now: &Measured) -> Measured {
    match (rest.value(), now.value()) {
        (Some(a), Some(b)) => {
            let half = rest.uncertainty.unwrap_or(0.0).hypot(now.uncertainty.unwrap_or(0.0));
            Measured::new(a - b, half, CHANGE, NO_FIRST)
        }
        (None, _) => Measured::undefined(NO_REST, CHANGE),
        _ => Measured::undefined(NO_FIRST, CHANGE),
    }
}
