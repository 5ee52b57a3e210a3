//! Fatigue: how a feature changes over a contraction.
//!
//! Muscle fibres that tire conduct more slowly: mean and median frequency fall, amplitude and the spectral
//! index of Dimitrov rise. In: (time in s, value) of windows inside activation, in any order, all finite.
//! The windows should not overlap: shared samples make neighbours alike and the intervals too narrow.

use crate::measure::Reading::{self, Undefined};

/// Fewer windows than these give no trend. Our choice.
pub const MIN_WINDOWS: usize = 10;
/// Windows that span less give no trend, s. Contractions for fatigue last 15 to 20 s or more; our choice.
pub const MIN_SPAN_S: f64 = 10.0;
/// With more points only every n-th is used by [`theil_sen`], the fewest n that suffices: half a million
/// slopes.
const MAX_POINTS: usize = 1000;
/// 97.5 % quantile of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// A straight line and how sure its slope is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trend {
    /// Change of the value per second.
    pub slope: f64,
    /// 95 % confidence interval of the slope.
    pub interval: (f64, f64),
    /// Value of the line at the first time.
    pub start: f64,
}

/// A trend, or why there is none.
pub type Fit = std::result::Result<Trend, &'static str>;

/// One index of fatigue. A row belongs to one feature and one kind of trend.
#[derive(Debug, Clone, Copy)]
pub struct Fatigue {
    /// Unique.
    pub id: &'static str,
    /// In words.
    pub name: &'static str,
    /// Id of the feature whose course is judged.
    pub feature: &'static str,
    /// Unit, the values being in the feature's shown unit.
    pub unit: &'static str,
    /// The measurement; its `slope` is the index.
    pub compute: fn(&[(f64, f64)]) -> Fit,
    /// The formula in words.
    pub definition: &'static str,
    /// Where it comes from.
    pub source: &'static str,
}

impl Fatigue {
    /// The index alone.
    pub fn reading(&self, points: &[(f64, f64)]) -> Reading {
        (self.compute)(points).map_or_else(Undefined, |t| Reading::Value(t.slope))
    }
}

const SEN: &str = "Theil 1950; Sen 1968, doi:10.1080/01621459.1968.10480934";
const LEAST: &str = "least squares; Student's t for the interval";
const MERLETTI: &str = "De Luca 1984, Merletti et al. 1990, doi:10.1152/jappl.1990.69.5.1810: slope over \
     initial value; Theil-Sen is our choice";
const SEN_TEXT: &str = "median slope over all pairs of windows (Theil-Sen), interval of Sen";
const LEAST_TEXT: &str = "slope of the straight line of least squares, 95 % interval of Student's t";
const RELATIVE_TEXT: &str = "Theil-Sen slope over the line's value at the first window";

macro_rules! rows {
    ($($feature:literal $name:literal $unit:literal),* $(,)?) => {
        &[$(
            Fatigue {
                id: concat!($feature, "_slope"),
                name: concat!("change of ", $name, " (robust)"),
                feature: $feature,
                unit: concat!($unit, "/s"),
                compute: robust,
                definition: SEN_TEXT,
                source: SEN,
            },
            Fatigue {
                id: concat!($feature, "_slope_least_squares"),
                name: concat!("change of ", $name, " (least squares)"),
                feature: $feature,
                unit: concat!($unit, "/s"),
                compute: straight,
                definition: LEAST_TEXT,
                source: LEAST,
            },
            Fatigue {
                id: concat!($feature, "_slope_relative"),
                name: concat!("change of ", $name, " relative to its start"),
                feature: $feature,
                unit: "%/s",
                compute: relative,
                definition: RELATIVE_TEXT,
                source: MERLETTI,
            },
        )*]
    };
}

/// All indices.
pub static FATIGUE: &[Fatigue] = INDICES;

/// The same, for tables that are made of it at compile time.
pub const INDICES: &[Fatigue] = rows![
    "mnf" "the mean frequency" "Hz",
    "mdf" "the median frequency" "Hz",
    "rms" "the RMS amplitude" "uV",
    "mav" "the average rectified value" "uV",
    "fi_nsm5" "the fatigue index of Dimitrov" "Hz^-6",
];

fn enough(points: &[(f64, f64)]) -> std::result::Result<(), &'static str> {
    if points.len() < MIN_WINDOWS {
        return Err("fewer than 10 windows inside activation");
    }
    if points.iter().any(|p| !p.0.is_finite() || !p.1.is_finite()) {
        return Err("not a finite number");
    }
    let (first, last) = points.iter().fold((f64::MAX, f64::MIN), |(a, b), p| (a.min(p.0), b.max(p.0)));
    if last - first < MIN_SPAN_S { Err("activation spans less than 10 s") } else { Ok(()) }
}

fn robust(points: &[(f64, f64)]) -> Fit {
    enough(points).and_then(|()| theil_sen(points))
}

fn straight(points: &[(f64, f64)]) -> Fit {
    enough(points).and_then(|()| least_squares(points))
}

/// [`robust`] in percent of its start.
fn relative(points: &[(f64, f64)]) -> Fit {
    let t = robust(points)?;
    if t.start <= 0.0 {
        return Err("the line does not start above zero");
    }
    let percent = |v: f64| 100.0 * v / t.start;
    finite(Trend {
        slope: percent(t.slope),
        interval: (percent(t.interval.0), percent(t.interval.1)),
        start: 100.0,
    })
}

fn finite(t: Trend) -> Fit {
    let all = [t.slope, t.interval.0, t.interval.1, t.start];
    if all.iter().all(|v| v.is_finite()) { Ok(t) } else { Err("not a finite number") }
}

fn first_time(points: &[(f64, f64)]) -> f64 {
    points.iter().fold(f64::INFINITY, |a, p| a.min(p.0))
}

/// The median of the slopes between all pairs of points of different times; Sen's interval, with his
/// correction for ties among the values. The line goes through the medians of times and values. `Err` for
/// fewer than two different times.
///
/// Sources: Theil 1950; Sen 1968, doi:10.1080/01621459.1968.10480934.
pub fn theil_sen(points: &[(f64, f64)]) -> Fit {
    let step = points.len().div_ceil(MAX_POINTS).max(1);
    let used: Vec<(f64, f64)> = points.iter().copied().step_by(step).collect();
    let mut slopes = Vec::with_capacity(used.len() * used.len() / 2);
    for (i, a) in used.iter().enumerate() {
        let later = used[i + 1..].iter().filter(|b| b.0 != a.0);
        slopes.extend(later.map(|b| (b.1 - a.1) / (b.0 - a.0)));
    }
    if slopes.is_empty() {
        return Err("fewer than two different times");
    }
    slopes.sort_unstable_by(f64::total_cmp);
    let sigma = (pairs_variance(&used)).max(0.0).sqrt();
    let slope = median(&slopes);
    let line = |f: fn(&(f64, f64)) -> f64| {
        let mut v: Vec<f64> = used.iter().map(f).collect();
        v.sort_unstable_by(f64::total_cmp);
        median(&v)
    };
    let (time, value) = (line(|p| p.0), line(|p| p.1));
    finite(Trend {
        slope,
        interval: bounds(&slopes, sigma),
        start: value + slope * (first_time(points) - time),
    })
}

/// The slopes ranked (N − zσ)/2 and (N + zσ)/2 + 1, ranks rounded half to even and kept within the list.
#[expect(clippy::cast_precision_loss, reason = "half a million slopes")]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the list")]
fn bounds(sorted: &[f64], sigma: f64) -> (f64, f64) {
    let n = sorted.len() as f64;
    let upper = ((n + Z * sigma) / 2.0).round_ties_even().clamp(0.0, n - 1.0) as usize;
    let lower = (((n - Z * sigma) / 2.0).round_ties_even() - 1.0).clamp(0.0, n - 1.0) as usize;
    (sorted[lower], sorted[upper])
}

/// Variance of Kendall's sum, with ties among times and values: Sen 1968, equation 2.6.
#[expect(clippy::cast_precision_loss, reason = "at most some thousand points")]
fn pairs_variance(points: &[(f64, f64)]) -> f64 {
    let term = |k: f64| k * (k - 1.0) * (2.0 * k + 5.0);
    let ties = |f: fn(&(f64, f64)) -> f64| {
        let mut v: Vec<f64> = points.iter().map(f).collect();
        v.sort_unstable_by(f64::total_cmp);
        v.chunk_by(|a, b| a == b).map(|run| term(run.len() as f64)).sum::<f64>()
    };
    (term(points.len() as f64) - ties(|p| p.0) - ties(|p| p.1)) / 18.0
}

/// Of sorted values, at least one.
fn median(sorted: &[f64]) -> f64 {
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[middle] } else { 0.5 * (sorted[middle - 1] + sorted[middle]) }
}

/// The straight line of least squares; the interval is that of Student's t with n − 2 degrees of freedom.
/// `Err` for fewer than three points or fewer than two different times.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
pub fn least_squares(points: &[(f64, f64)]) -> Fit {
    if points.len() < 3 {
        return Err("fewer than three windows");
    }
    let n = points.len() as f64;
    let (time, value) = points.iter().fold((0.0, 0.0), |(t, v), p| (t + p.0 / n, v + p.1 / n));
    let sum = |f: &dyn Fn(f64, f64) -> f64| points.iter().map(|p| f(p.0 - time, p.1 - value)).sum::<f64>();
    let (tt, tv) = (sum(&|t, _| t * t), sum(&|t, v| t * v));
    if tt <= 0.0 {
        return Err("fewer than two different times");
    }
    let slope = tv / tt;
    let residual = sum(&|t, v| (v - slope * t) * (v - slope * t));
    let half = student_quantile(n - 2.0) * (residual / (n - 2.0) / tt).sqrt();
    finite(Trend {
        slope,
        interval: (slope - half, slope + half),
        start: value + slope * (first_time(points) - time),
    })
}

/// 97.5 % quantile of Student's t with `freedom` (≥ 1, whole) degrees, by bisection of its exact sum.
///
/// The probability of |T| < t is a finite trigonometric sum: Abramowitz and Stegun 1964, 26.7.3 and 26.7.4.
fn student_quantile(freedom: f64) -> f64 {
    // From here on the series of Fisher and Cornish is exact to rounding (26.7.5).
    if freedom > 1000.0 {
        let (z, z2) = (Z, Z * Z);
        let first = z * (z2 + 1.0) / 4.0;
        let second = z * ((5.0 * z2 + 16.0) * z2 + 3.0) / 96.0;
        let third = z * (((3.0 * z2 + 19.0) * z2 + 17.0) * z2 - 15.0) / 384.0;
        return z + (first + (second + third / freedom) / freedom) / freedom;
    }
    let inside = |t: f64| {
        let angle = (t / freedom.sqrt()).atan();
        let (sin, cos) = angle.sin_cos();
        let odd = freedom % 2.0 == 1.0;
        let (mut term, mut k) = if odd { (cos, 1.0) } else { (1.0, 0.0) };
        let mut sum = if odd && freedom < 2.0 { 0.0 } else { term };
        while k + 2.0 < freedom {
            term *= cos * cos * (k + 1.0) / (k + 2.0);
            k += 2.0;
            if k + 2.0 <= freedom {
                sum += term;
            }
        }
        if odd { 2.0 / std::f64::consts::PI * (angle + sin * sum) } else { sin * sum }
    };
    // 12.7 for one degree of freedom is the largest.
    let (mut low, mut high) = (1.0, 13.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if inside(middle) < 0.95 { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn student_quantiles_are_those_of_the_tables() {
        for (freedom, want) in [
            (1.0, 12.7062),
            (2.0, 4.30265),
            (3.0, 3.18245),
            (4.0, 2.77645),
            (7.0, 2.36462),
            (10.0, 2.22814),
            (30.0, 2.04227),
            (120.0, 1.97993),
        ] {
            let got = student_quantile(freedom);
            assert!((got - want).abs() < 6e-5, "{freedom}: {got}");
        }
        assert!((student_quantile(1000.0) - student_quantile(1001.0)).abs() < 3e-6);
    }

    #[test]
    fn a_line_without_noise_is_found_and_an_outlier_moves_only_least_squares() {
        let mut points: Vec<(f64, f64)> =
            (0..40).map(|i| (f64::from(i) * 0.5, 120.0 - 0.8 * f64::from(i) * 0.5)).collect();
        for row in FATIGUE.iter().filter(|r| r.feature == "mnf") {
            let want = if row.unit == "%/s" { -0.8 / 1.2 } else { -0.8 };
            assert!((row.reading(&points).value().unwrap() - want).abs() < 1e-12, "{}", row.id);
        }
        points[39].1 = 1000.0;
        assert!((robust(&points).unwrap().slope + 0.8).abs() < 1e-9);
        assert!(straight(&points).unwrap().slope > 0.0);
        let start = robust(&points).unwrap().start;
        assert!((start - 120.0).abs() < 0.5, "{start}");
        points.reverse();
        assert!((robust(&points).unwrap().start - start).abs() < 1e-9, "the order does not matter");
    }

    #[test]
    fn too_little_gives_a_reason() {
        let points: Vec<(f64, f64)> = (0..9).map(|i| (f64::from(i) * 2.0, 1.0)).collect();
        let short: Vec<(f64, f64)> = (0..50).map(|i| (f64::from(i) * 0.1, 1.0)).collect();
        for row in FATIGUE {
            for few in [&points[..], &short, &[]] {
                assert!(matches!(row.reading(few), Undefined(_)), "{}", row.id);
            }
        }
        let negative: Vec<(f64, f64)> = (0..50).map(|i| (f64::from(i), -1.0)).collect();
        assert!(relative(&negative).is_err());
        assert!(theil_sen(&[(1.0, 1.0), (1.0, 2.0)]).is_err());
        assert!(least_squares(&[(1.0, 1.0), (1.0, 2.0), (1.0, 2.0)]).is_err());
        let many: Vec<(f64, f64)> = (0..5000).map(|i| (f64::from(i), f64::from(i))).collect();
        assert!((robust(&many).unwrap().slope - 1.0).abs() < 1e-12);
    }
}
