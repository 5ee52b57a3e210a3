//! What follows from two or more responses: velocities, ratios, latency indices.
//!
//! Uncertainties are half-widths of 95 % intervals, joined as independent errors.

use super::Measured;
use crate::measure::Reading;

/// How sure a distance measured with a tape is, m (95 %). Ours, after the usual ± 5 mm (signal-analysis 4.5).
pub const DISTANCE_UNCERTAINTY_M: f64 = 0.005;
/// Faster than any human nerve, m/s; slower than a nerve whose response could still be seen. Ours: they catch wrong
/// distances, units and markers.
const POSSIBLE_M_S: std::ops::RangeInclusive<f64> = 3.0..=120.0;
/// Below this a segment's velocity is mostly the error of its distance, m (wrong_distance: 8 to 10 cm).
pub const SHORT_SEGMENT_M: f64 = 0.08;

const VELOCITY: &str = "distance over difference of onset latencies; ± from both";
const VELOCITY_ONE: &str = "distance over onset latency; ± from both";

/// Velocity between two stimulation sites, m/s. `distal` and `proximal` are onset latencies.
pub fn velocity(distance_m: Option<f64>, distal: &Measured, proximal: &Measured) -> Measured {
    let undefined = |why| Measured::undefined(why, VELOCITY);
    let Some(distance) = distance_m else { return undefined("the distance is not stated") };
    let (a, b) = match (distal.reading, proximal.reading) {
        (Reading::Value(a), Reading::Value(b)) => (a, b),
        (Reading::Absent, _) => return undefined("the distal response is absent"),
        (_, Reading::Absent) => return undefined("the proximal response is absent"),
        (Reading::Undefined(why), _) | (_, Reading::Undefined(why)) => return undefined(why),
    };
    let difference = b - a;
    if difference <= 0.0 {
        return undefined("the proximal response does not come later than the distal one");
    }
    // Without a stated uncertainty (an entered latency) the velocity's is that of the distance.
    let spread = joined([distal.uncertainty, proximal.uncertainty]);
    if spread.is_some_and(|s| s >= difference) {
        return undefined("the latencies are not surer than their difference");
    }
    over_time(distance, difference, spread, VELOCITY)
}

/// Velocity from a stimulation site to the recording electrode, m/s: of a sensory or mixed response.
pub fn velocity_to_electrode(distance_m: Option<f64>, onset: &Measured) -> Measured {
    let undefined = |why| Measured::undefined(why, VELOCITY_ONE);
    let Some(distance) = distance_m else { return undefined("the distance is not stated") };
    match onset.reading {
        Reading::Value(t) if t > 0.0 => over_time(distance, t, onset.uncertainty, VELOCITY_ONE),
        Reading::Value(_) => undefined("the latency is not above zero"),
        Reading::Absent => undefined("the response is absent"),
        Reading::Undefined(why) => undefined(why),
    }
}

/// Whether a nerve can conduct so, m/s.
pub fn is_possible(velocity: f64) -> bool {
    POSSIBLE_M_S.contains(&velocity)
}

fn over_time(distance: f64, time: f64, time_spread: Option<f64>, method: &'static str) -> Measured {
    let v = distance / time;
    if !is_possible(v) {
        let why = "no nerve conducts so: check the distance, its unit and the markers";
        return Measured::undefined(why, method);
    }
    let relative = (DISTANCE_UNCERTAINTY_M / distance).hypot(time_spread.unwrap_or(0.0) / time);
    Measured::new(v, v * relative, method, "not a finite velocity")
}

/// Root of the sum of squares of those that are there; `None` when none is.
fn joined(parts: [Option<f64>; 2]) -> Option<f64> {
    match parts {
        [None, None] => None,
        [a, b] => Some(a.unwrap_or(0.0).hypot(b.unwrap_or(0.0))),
    }
}

/// `later` − `earlier` of two latencies, s.
pub fn difference(earlier: &Measured, later: &Measured) -> Measured {
    const METHOD: &str = "difference of two latencies";
    match (earlier.reading, later.reading) {
        (Reading::Value(a), Reading::Value(b)) => Measured {
            reading: Reading::finite(b - a, "not a finite difference"),
            uncertainty: joined([earlier.uncertainty, later.uncertainty]),
            method: METHOD,
        },
        (Reading::Undefined(why), _) | (_, Reading::Undefined(why)) => Measured::undefined(why, METHOD),
        _ => Measured::undefined("one of the two responses is absent", METHOD),
    }
}

/// `proximal` / `distal` of two sizes or durations. An absent proximal response beside a distal one is 0.
pub fn ratio(distal: &Measured, proximal: &Measured) -> Measured {
    const METHOD: &str = "proximal over distal";
    let relative = |m: &Measured, v: f64| m.uncertainty.map(|u| u / v);
    match (distal.reading, proximal.reading) {
        (Reading::Value(d), Reading::Value(p)) if d > 0.0 => {
            let spread = joined([relative(distal, d), relative(proximal, p.max(f64::MIN_POSITIVE))]);
            let ratio = p / d;
            Measured {
                reading: Reading::finite(ratio, "not a finite ratio"),
                uncertainty: spread.map(|s| s * ratio).filter(|s| s.is_finite()),
                method: METHOD,
            }
        }
        (Reading::Value(d), Reading::Absent) if d > 0.0 => {
            Measured { reading: Reading::Value(0.0), uncertainty: None, method: METHOD }
        }
        (Reading::Absent, _) => Measured::undefined("the distal response is absent", METHOD),
        (Reading::Undefined(why), _) | (_, Reading::Undefined(why)) => Measured::undefined(why, METHOD),
        _ => Measured::undefined("the distal response has no size", METHOD),
    }
}

/// What fell or rose, as a share: 1 − ratio, or ratio − 1 for `rise`.
pub fn change(ratio: &Measured, rise: bool) -> Measured {
    let method = if rise { "rise from distal to proximal" } else { "fall from distal to proximal" };
    let reading = match ratio.reading {
        Reading::Value(r) => Reading::Value(if rise { r - 1.0 } else { 1.0 - r }),
        other => other,
    };
    Measured { reading, uncertainty: ratio.uncertainty, method }
}

/// Distal latency less the time that the nerve would need for the distal distance at `velocity`, s: the time of the
/// terminal branches and the endplates.
pub fn residual_latency(distance_m: Option<f64>, distal: &Measured, velocity: &Measured) -> Measured {
    const METHOD: &str = "distal latency − distal distance / velocity";
    let Some(d) = distance_m else { return Measured::undefined("the distance is not stated", METHOD) };
    match (distal.value(), velocity.value()) {
        (Some(t), Some(v)) => {
            let travel = d / v;
            let of_travel = travel * relative_of_travel(d, velocity, v);
            let spread = of_travel.hypot(distal.uncertainty.unwrap_or(0.0));
            Measured::new(t - travel, spread, METHOD, "not a finite latency")
        }
        _ => Measured::undefined("latency or velocity is not known", METHOD),
    }
}

/// Distal distance over velocity and distal latency: the share of the distal latency that the nerve itself would
/// need.
pub fn terminal_latency_index(distance_m: Option<f64>, distal: &Measured, velocity: &Measured) -> Measured {
    const METHOD: &str = "distal distance / (velocity · distal latency)";
    let Some(d) = distance_m else { return Measured::undefined("the distance is not stated", METHOD) };
    match (distal.value(), velocity.value()) {
        (Some(t), Some(v)) if t > 0.0 => {
            let index = d / (v * t);
            let of_time = distal.uncertainty.unwrap_or(0.0) / t;
            Measured::new(
                index,
                index * relative_of_travel(d, velocity, v).hypot(of_time),
                METHOD,
                "no index",
            )
        }
        _ => Measured::undefined("latency or velocity is not known", METHOD),
    }
}

fn relative_of_travel(distance: f64, velocity: &Measured, v: f64) -> f64 {
    (DISTANCE_UNCERTAINTY_M / distance).hypot(velocity.uncertainty.unwrap_or(0.0) / v)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(t: f64, u: f64) -> Measured {
        Measured::new(t / 1e3, u / 1e3, "test", "")
    }

    #[test]
    fn a_velocity_carries_the_errors_of_distance_and_latencies() {
        let v = velocity(Some(0.1), &ms(4.0, 0.0), &ms(6.0, 0.1));
        assert!((v.value().unwrap() - 50.0).abs() < 1e-9);
        // 10 cm ± 5 mm and 2 ± 0.1 ms: 7 % (signal-analysis 4.5).
        assert!((v.uncertainty.unwrap() / 50.0 - 0.0707).abs() < 1e-3);
        let why = |m: Measured| if let Reading::Undefined(why) = m.reading { why } else { "" };
        assert!(why(velocity(None, &ms(4.0, 0.0), &ms(6.0, 0.1))).contains("distance"));
        assert!(why(velocity(Some(0.1), &ms(6.0, 0.0), &ms(4.0, 0.1))).contains("later"));
        assert!(why(velocity(Some(0.1), &ms(6.0, 0.1), &ms(6.1, 0.1))).contains("surer"));
        assert!(why(velocity(Some(2.0), &ms(6.0, 0.1), &ms(7.0, 0.1))).contains("no nerve"));
        assert!(why(velocity(Some(0.1), &Measured::absent("t"), &ms(7.0, 0.1))).contains("absent"));
        assert!(why(velocity_to_electrode(Some(0.14), &ms(0.0, 0.1))).contains("above zero"));
        assert!((velocity_to_electrode(Some(0.14), &ms(2.8, 0.05)).value().unwrap() - 50.0).abs() < 1e-9);
    }

    #[test]
    fn ratios_know_absent_responses() {
        let size = |v: f64| Measured::new(v, 0.1 * v, "test", "");
        assert_eq!(ratio(&size(8.0), &size(4.0)).value(), Some(0.5));
        assert!((ratio(&size(8.0), &size(4.0)).uncertainty.unwrap() - 0.5 * 0.02_f64.sqrt()).abs() < 1e-9);
        assert_eq!(ratio(&size(8.0), &Measured::absent("t")).value(), Some(0.0));
        assert_eq!(ratio(&Measured::absent("t"), &size(8.0)).value(), None);
        assert_eq!(change(&ratio(&size(8.0), &size(2.0)), false).value(), Some(0.75));
        assert_eq!(change(&ratio(&size(8.0), &size(10.0)), true).value(), Some(0.25));
    }

    #[test]
    fn terminal_indices_follow_their_formulas() {
        let v = Measured::new(50.0, 2.0, "test", "");
        let residual = residual_latency(Some(0.08), &ms(4.0, 0.05), &v).value().unwrap();
        assert!((residual - 0.0024).abs() < 1e-9);
        let index = terminal_latency_index(Some(0.08), &ms(4.0, 0.05), &v).value().unwrap();
        assert!((index - 0.4).abs() < 1e-9);
        assert_eq!(residual_latency(None, &ms(4.0, 0.05), &v).value(), None);
    }
}
