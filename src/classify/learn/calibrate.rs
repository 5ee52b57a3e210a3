//! Probabilities that mean what they say: fitted on predictions for subjects that the model had not seen.

use super::{LEAST, softmax};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};

/// Subjects below which no isotonic map is fitted: it has as many degrees of freedom as the data let it have.
pub const ISOTONIC_FROM: usize = 50;
/// Subjects below which nothing is fitted. Ours.
pub const LEAST_SUBJECTS: usize = 10;

/// How probabilities are mapped.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "snake_case", deny_unknown_fields)]
pub enum Calibration {
    /// As they are.
    None,
    /// `p^(1/T)`, made to sum to 1 (Guo et al. 2017).
    Temperature {
        /// `T`, above 0.
        temperature: f64,
    },
    /// Two classes: the logit of the second becomes `slope · logit + offset` (Platt 1999).
    Platt {
        /// Factor of the logit.
        slope: f64,
        /// Added to it.
        offset: f64,
    },
    /// Each class against the rest by a rising step curve, then made to sum to 1 (Zadrozny and Elkan 2002).
    Isotonic {
        /// For each class the knots `(p, mapped p)`, both rising; between knots a straight line.
        knots: Vec<Vec<(f64, f64)>>,
    },
}

/// Which map is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Platt's for two classes and fewer than [`ISOTONIC_FROM`] subjects, else temperature.
    #[default]
    Auto,
    /// No map.
    None,
    /// [`Calibration::Temperature`].
    Temperature,
    /// [`Calibration::Platt`]; two classes only.
    Platt,
    /// [`Calibration::Isotonic`]; from [`ISOTONIC_FROM`] subjects on.
    Isotonic,
}

/// A subject of known class with the probabilities that a model gave without having seen it.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// One a class.
    pub probabilities: Vec<f64>,
    /// The true class.
    pub class: usize,
}

impl Calibration {
    /// Fits the map. Fewer than [`LEAST_SUBJECTS`] subjects give [`Calibration::None`], too few for isotonic
    /// gives a temperature. Classes weigh the same.
    ///
    /// Errors: Platt's method for more than two classes.
    pub fn fit(method: Method, cases: &[Seen]) -> Result<Self> {
        let classes = cases.first().map_or(0, |c| c.probabilities.len());
        if method == Method::Platt && classes > 2 {
            return Err(Error::option(
                "calibration",
                format!("platt is for two classes, and there are {classes}; temperature works"),
            ));
        }
        if method == Method::None || cases.len() < LEAST_SUBJECTS {
            return Ok(Calibration::None);
        }
        let weights = weights(cases, classes);
        Ok(match method {
            Method::Platt => platt(cases, &weights),
            Method::Auto if classes == 2 && cases.len() < ISOTONIC_FROM => platt(cases, &weights),
            Method::Isotonic if cases.len() >= ISOTONIC_FROM => isotonic(cases, &weights, classes),
            _ => temperature(cases, &weights),
        })
    }

    /// Maps probabilities in place; they sum to 1 afterwards.
    pub fn apply(&self, p: &mut [f64]) {
        match self {
            Calibration::None => {}
            Calibration::Temperature { temperature } => warm(p, *temperature),
            Calibration::Platt { slope, offset } => {
                let z = slope * (ln(p[1]) - ln(p[0])) + offset;
                p[0] = 0.0;
                p[1] = z;
                softmax(p);
            }
            Calibration::Isotonic { knots } => {
                p.iter_mut().zip(knots).for_each(|(p, k)| *p = between(k, *p));
                let sum: f64 = p.iter().sum();
                p.iter_mut().for_each(|v| *v /= sum);
            }
        }
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        match self {
            Calibration::None => "none",
            Calibration::Temperature { .. } => "temperature",
            Calibration::Platt { .. } => "platt",
            Calibration::Isotonic { .. } => "isotonic",
        }
    }

    /// Whether it can be applied to `classes` classes and gives probabilities.
    pub(super) fn check(&self, classes: usize) -> std::result::Result<(), String> {
        let good = match self {
            Calibration::None => true,
            Calibration::Temperature { temperature } => (1e-3..=1e3).contains(temperature),
            Calibration::Platt { slope, offset } => classes == 2 && slope.abs() <= 1e4 && offset.abs() <= 1e4,
            Calibration::Isotonic { knots } => {
                let curve = |k: &Vec<(f64, f64)>| {
                    let inside = k.iter().all(|(x, y)| (0.0..=1.0).contains(x) && *y > 0.0 && *y <= 1.0);
                    !k.is_empty() && inside && k.windows(2).all(|w| w[0].0 < w[1].0 && w[0].1 <= w[1].1)
                };
                knots.len() == classes && knots.iter().all(curve)
            }
        };
        if good { Ok(()) } else { Err(format!("numbers out of range, or not for {classes} classes")) }
    }
}

fn ln(p: f64) -> f64 {
    p.max(LEAST).ln()
}

fn warm(p: &mut [f64], temperature: f64) {
    p.iter_mut().for_each(|v| *v = ln(*v) / temperature);
    softmax(p);
}

/// Classes weigh the same; the sum is 1.
#[expect(clippy::cast_precision_loss, reason = "counts")]
fn weights(cases: &[Seen], classes: usize) -> Vec<f64> {
    let mut count = vec![0_usize; classes];
    cases.iter().for_each(|c| count[c.class] += 1);
    let present = count.iter().filter(|n| **n > 0).count();
    cases.iter().map(|c| 1.0 / (present * count[c.class]) as f64).collect()
}

/// Golden-section search for the logarithm of the temperature, 1/20 to 20. The targets are smoothed as Platt's are:
/// where the classes are apart, a model of a few dozen subjects must not become as sure as it likes.
#[expect(clippy::cast_precision_loss, reason = "counts")]
fn temperature(cases: &[Seen], weights: &[f64]) -> Calibration {
    let classes = cases.first().map_or(0, |c| c.probabilities.len());
    let target = |class: usize| {
        let n = cases.iter().filter(|c| c.class == class).count() as f64;
        (n + 1.0) / (n + 2.0)
    };
    let targets: Vec<f64> = (0..classes).map(target).collect();
    let loss = |log: f64| -> f64 {
        let of = |(c, w): (&Seen, &f64)| {
            let mut p = c.probabilities.clone();
            warm(&mut p, log.exp());
            let other = (1.0 - targets[c.class]) / (classes - 1) as f64;
            let share = |k: usize| if k == c.class { targets[k] } else { other };
            -w * p.iter().enumerate().map(|(k, p)| share(k) * p.max(f64::MIN_POSITIVE).ln()).sum::<f64>()
        };
        cases.iter().zip(weights).map(of).sum()
    };
    let (mut low, mut high) = (-(20_f64.ln()), 20_f64.ln());
    let ratio = 0.5 * (5_f64.sqrt() - 1.0);
    let (mut a, mut b) = (high - ratio * (high - low), low + ratio * (high - low));
    let (mut at_a, mut at_b) = (loss(a), loss(b));
    for _ in 0..60 {
        if at_a <= at_b {
            (high, b, at_b) = (b, a, at_a);
            a = high - ratio * (high - low);
            at_a = loss(a);
        } else {
            (low, a, at_a) = (a, b, at_b);
            b = low + ratio * (high - low);
            at_b = loss(b);
        }
    }
    Calibration::Temperature { temperature: f64::midpoint(low, high).exp() }
}

/// Newton's method on the log-loss against Platt's smoothed targets, which keep the curve finite where the
/// classes are apart.
#[expect(clippy::cast_precision_loss, reason = "counts")]
fn platt(cases: &[Seen], weights: &[f64]) -> Calibration {
    let positive = cases.iter().filter(|c| c.class == 1).count() as f64;
    let negative = cases.len() as f64 - positive;
    let target =
        |c: &Seen| if c.class == 1 { (positive + 1.0) / (positive + 2.0) } else { 1.0 / (negative + 2.0) };
    let z: Vec<f64> = cases.iter().map(|c| ln(c.probabilities[1]) - ln(c.probabilities[0])).collect();
    let loss = |slope: f64, offset: f64| -> f64 {
        let of = |((c, w), z): ((&Seen, &f64), &f64)| {
            let s = slope * z + offset;
            // −t ln σ(s) − (1 − t) ln(1 − σ(s)) = ln(1 + e^−s) + (1 − t) s, without overflow.
            w * ((-s.abs()).exp().ln_1p() + (-s).max(0.0) + (1.0 - target(c)) * s)
        };
        cases.iter().zip(weights).zip(&z).map(of).sum()
    };
    let (mut slope, mut offset) = (1.0, 0.0);
    let mut now = loss(slope, offset);
    for _ in 0..100 {
        let (mut g, mut h) = ([0.0; 2], [1e-10, 0.0, 1e-10]);
        for ((c, w), z) in cases.iter().zip(weights).zip(&z) {
            let p = 1.0 / (1.0 + (-(slope * z + offset)).exp());
            let (d, v) = (w * (p - target(c)), w * p * (1.0 - p));
            g = [g[0] + d * z, g[1] + d];
            h = [h[0] + v * z * z, h[1] + v * z, h[2] + v];
        }
        if g[0].abs().max(g[1].abs()) < 1e-12 {
            break;
        }
        let determinant = h[0] * h[2] - h[1] * h[1];
        let step = [(h[2] * g[0] - h[1] * g[1]) / determinant, (h[0] * g[1] - h[1] * g[0]) / determinant];
        let mut length = 1.0;
        let better = (0..40).find_map(|_| {
            let (s, o) = (slope - length * step[0], offset - length * step[1]);
            let value = loss(s, o);
            length *= 0.5;
            (value < now).then_some((s, o, value))
        });
        let Some(found) = better else { break };
        (slope, offset, now) = found;
    }
    Calibration::Platt { slope: slope.clamp(-1e4, 1e4), offset: offset.clamp(-1e4, 1e4) }
}

/// Pool-adjacent-violators for each class against the rest. Mapped values keep away from 0 and 1 by what a
/// single subject more could change.
#[expect(clippy::cast_precision_loss, reason = "counts")]
fn isotonic(cases: &[Seen], weights: &[f64], classes: usize) -> Calibration {
    let least = 0.5 / (cases.len() + 1) as f64;
    let curve = |k: usize| {
        let points = cases
            .iter()
            .zip(weights)
            .map(|(c, w)| (c.probabilities[k], f64::from(u8::from(c.class == k)), *w));
        let mut points: Vec<(f64, f64, f64)> = points.collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut knots = pooled(&points);
        knots.iter_mut().for_each(|(_, y)| *y = y.clamp(least, 1.0 - least));
        knots
    };
    Calibration::Isotonic { knots: (0..classes).map(curve).collect() }
}

/// Isotonic regression of points `(x, y, weight)` that are sorted by `x`: its value at each distinct `x` where a
/// level begins or ends.
pub fn pooled(points: &[(f64, f64, f64)]) -> Vec<(f64, f64)> {
    // First x, last x, weighted sum, weight.
    let mut levels: Vec<(f64, f64, f64, f64)> = Vec::new();
    for (x, y, w) in points {
        match levels.last_mut() {
            Some(last) if last.0.total_cmp(x).is_eq() && last.1.total_cmp(x).is_eq() => {
                last.2 += w * y;
                last.3 += w;
            }
            _ => levels.push((*x, *x, w * y, *w)),
        }
        // A level that is not yet complete (equal x follow) is pooled again when it is.
    }
    let mut out: Vec<(f64, f64, f64, f64)> = Vec::new();
    for level in levels {
        out.push(level);
        while let [.., before, last] = out[..]
            && before.2 / before.3 >= last.2 / last.3
        {
            out.truncate(out.len() - 2);
            out.push((before.0, last.1, before.2 + last.2, before.3 + last.3));
        }
    }
    let mut knots = Vec::new();
    for (first, last, sum, weight) in out {
        knots.push((first, sum / weight));
        if last > first {
            knots.push((last, sum / weight));
        }
    }
    knots
}

/// The value of a curve of knots at `x`; outside, that of its end.
fn between(knots: &[(f64, f64)], x: f64) -> f64 {
    let above = knots.partition_point(|k| k.0 < x);
    match (above.checked_sub(1).and_then(|i| knots.get(i)), knots.get(above)) {
        (Some(a), Some(b)) => a.1 + (b.1 - a.1) * (x - a.0) / (b.0 - a.0),
        (Some(a), None) | (None, Some(a)) => a.1,
        (None, None) => x,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cases(n: usize, of: impl Fn(usize) -> (f64, usize)) -> Vec<Seen> {
        let seen = |(p, class): (f64, usize)| Seen { probabilities: vec![1.0 - p, p], class };
        (0..n).map(|i| seen(of(i))).collect()
    }

    /// Too sure: says 0.99 and is right in three of four.
    fn overconfident() -> Vec<Seen> {
        cases(80, |i| (if i % 2 == 0 { 0.99 } else { 0.01 }, if i % 8 < 2 { (i + 1) % 2 } else { i % 2 }))
            .into_iter()
            .map(|c| Seen { class: 1 - c.class, ..c })
            .collect()
    }

    #[test]
    fn every_method_turns_a_model_that_is_too_sure_down_to_the_share_that_is_right() {
        for method in [Method::Temperature, Method::Platt, Method::Isotonic, Method::Auto] {
            let map = Calibration::fit(method, &overconfident()).unwrap();
            map.check(2).unwrap();
            let mut p = [0.01, 0.99];
            map.apply(&mut p);
            assert!((p[1] - 0.75).abs() < 0.02 && (p[0] + p[1] - 1.0).abs() < 1e-12, "{method:?}: {p:?}");
        }
    }

    #[test]
    fn few_subjects_are_not_calibrated_and_isotonic_needs_many() {
        let few = &overconfident()[..9];
        assert_eq!(Calibration::fit(Method::Auto, few).unwrap(), Calibration::None);
        assert_eq!(Calibration::fit(Method::Isotonic, &overconfident()[..40]).unwrap().name(), "temperature");
        assert_eq!(Calibration::fit(Method::Auto, &overconfident()[..40]).unwrap().name(), "platt");
        let three = vec![Seen { probabilities: vec![0.2, 0.3, 0.5], class: 1 }; 20];
        assert!(Calibration::fit(Method::Platt, &three).is_err());
    }

    #[test]
    fn classes_that_are_apart_give_finite_numbers() {
        let apart = cases(60, |i| (if i % 2 == 0 { 1.0 } else { 0.0 }, (i + 1) % 2));
        for method in [Method::Temperature, Method::Platt, Method::Isotonic] {
            let map = Calibration::fit(method, &apart).unwrap();
            map.check(2).unwrap();
            let mut p = [0.0, 1.0];
            map.apply(&mut p);
            assert!(p[1] > 0.9 && p.iter().all(|v| v.is_finite()), "{method:?}: {p:?}");
        }
    }

    #[test]
    fn maps_that_are_not_maps_are_refused() {
        let curve = |k: &[(f64, f64)]| Calibration::Isotonic { knots: vec![k.to_vec(); 2] };
        for bad in [
            Calibration::Temperature { temperature: 0.0 },
            Calibration::Temperature { temperature: f64::NAN },
            Calibration::Platt { slope: f64::INFINITY, offset: 0.0 },
            curve(&[]),
            curve(&[(0.2, 0.5), (0.1, 0.6)]),
            curve(&[(0.1, 0.0)]),
        ] {
            assert!(bad.check(2).is_err(), "{bad:?}");
        }
        assert!(Calibration::Platt { slope: 1.0, offset: 0.0 }.check(3).is_err());
    }
}
