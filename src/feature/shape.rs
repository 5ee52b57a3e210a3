//! Shape of the distribution and of its derivatives: quantiles, central moments, Hjorth's parameters.

use super::amplitude::{TOO, sample_variance};
use super::window::ROUNDING;
use super::{Feature, Window};
use crate::measure::Reading::{self, Undefined, Value};
use crate::units::Unit;

const HYNDMAN: &str = "Hyndman and Fan 1996, doi:10.1080/00031305.1996.10473566";
const MOMENTS: &str = "Joanes and Gill 1998, doi:10.1111/1467-9884.00122 (g1, g2)";
const HJORTH: &str = "Hjorth 1970, doi:10.1016/0013-4694(70)90143-4";
const ZARDOSHTI: &str =
    "Zardoshti-Kermani et al. 1995, doi:10.1109/86.481972; ten bins and the range are our choice";

pub(super) const ROWS: &[Feature] = &[
    Feature::row(
        ("iqr", "interquartile range"),
        Unit::MICROVOLT,
        Some(1),
        HYNDMAN,
        "Q(0.75) - Q(0.25), type-7 quantiles",
        |w| {
            let mut s = w.ranked();
            Value(s.quantile(0.75) - s.quantile(0.25))
        },
    ),
    Feature::row(
        ("mad", "median absolute deviation"),
        Unit::MICROVOLT,
        Some(1),
        "Hampel 1974, doi:10.1080/01621459.1974.10482962",
        "median |x - median|",
        |w| Value(w.ranked().median_absolute_deviation()),
    ),
    Feature::row(
        ("coefficient_of_variation", "coefficient of variation"),
        Unit::ONE,
        Some(0),
        TOO,
        "SD / mean",
        |w| of_mean(w, |c| c),
    )
    .min(2),
    Feature::row(
        ("lcov", "log of the coefficient of variation"),
        Unit::ONE,
        Some(0),
        TOO,
        "ln(SD / mean)",
        |w| match of_mean(w, |c| c) {
            Value(v) if v > 0.0 => Value(v.ln()),
            Value(_) => Undefined("logarithm of a number that is not above 0"),
            other => other,
        },
    )
    .min(2)
    .on_request(),
    Feature::row(
        ("skewness", "skewness"),
        Unit::ONE,
        Some(0),
        MOMENTS,
        "mean (x - mean)^3 / (mean (x - mean)^2)^1.5",
        |w| {
            let c = w.central();
            varying(w, c.third / (c.variance * c.variance.sqrt()))
        },
    )
    .min(2),
    Feature::row(
        ("kurtosis_excess", "excess kurtosis"),
        Unit::ONE,
        Some(0),
        MOMENTS,
        "mean (x - mean)^4 / (mean (x - mean)^2)^2 - 3",
        |w| {
            let c = w.central();
            varying(w, c.fourth / (c.variance * c.variance) - 3.0)
        },
    )
    .min(2),
    Feature::row(
        ("hjorth_activity", "Hjorth activity"),
        Unit::MICROVOLT_SQUARED,
        Some(2),
        HJORTH,
        "population variance of x",
        |w| Value(w.central().variance),
    ),
    Feature::row(
        ("hjorth_mobility", "Hjorth mobility"),
        Unit::ONE,
        Some(0),
        HJORTH,
        "sqrt(var D / var x), population variances",
        |w| varying(w, mobility(w)),
    )
    .min(2),
    Feature::row(
        ("hjorth_complexity", "Hjorth complexity"),
        Unit::ONE,
        Some(0),
        HJORTH,
        "mobility of D / mobility of x",
        hjorth_complexity,
    )
    .min(3),
    Feature::row(
        ("card", "cardinality"),
        Unit::COUNT,
        Some(0),
        "Waris et al. 2018, doi:10.1155/2018/1239138 (without a tolerance: our choice)",
        "number of different values",
        |w| Value(count(w.sorted().levels())),
    )
    .on_request(),
    Feature::row(
        ("hist1", "histogram, bin 1 of 10"),
        Unit::COUNT,
        Some(0),
        ZARDOSHTI,
        "samples in bin 1 of 10 equal ones over +-3 SD (population) around 0",
        |w| histogram(w, 1),
    )
    .min(2)
    .on_request(),
    Feature::row(
        ("hist2", "histogram, bin 2 of 10"),
        Unit::COUNT,
        Some(0),
        ZARDOSHTI,
        "samples in bin 2 of 10 equal ones over +-3 SD (population) around 0",
        |w| histogram(w, 2),
    )
    .min(2)
    .on_request(),
    Feature::row(
        ("hist3", "histogram, bin 3 of 10"),
        Unit::COUNT,
        Some(0),
        ZARDOSHTI,
        "samples in bin 3 of 10 equal ones over +-3 SD (population) around 0",
        |w| histogram(w, 3),
    )
    .min(2)
    .on_request(),
    Feature::row(
        ("hist4", "histogram, bin 4 of 10"),
        Unit::COUNT,
        Some(0),
        ZARDOSHTI,
        "samples in bin 4 of 10 equal ones over +-3 SD (population) around 0",
        |w| histogram(w, 4),
    )
    .min(2)
    .on_request(),
    Feature::row(
        ("hist5", "histogram, bin 5 of 10"),
        Unit::COUNT,
        Some(0),
        ZARDOSHTI,
        "samples in bin 5 of 10 equal ones over +-3 SD (population) around 0",
        |w| histogram(w, 5),
    )
    .min(2)
    .on_request(),
    Feature::row(
        ("hist6", "histogram, bin 6 of 10"),
        Unit::COUNT,
        Some(0),
        ZARDOSHTI,
        "samples in bin 6 of 10 equal ones over +-3 SD (population) around 0",
        |w| histogram(w, 6),
    )
    .min(2)
    .on_request(),
    Feature::row(
        ("hist7", "histogram, bin 7 of 10"),
        Unit::COUNT,
        Some(0),
        ZARDOSHTI,
        "samples in bin 7 of 10 equal ones over +-3 SD (population) around 0",
        |w| histogram(w, 7),
    )
    .min(2)
    .on_request(),
    Feature::row(
        ("hist8", "histogram, bin 8 of 10"),
        Unit::COUNT,
        Some(0),
        ZARDOSHTI,
        "samples in bin 8 of 10 equal ones over +-3 SD (population) around 0",
        |w| histogram(w, 8),
    )
    .min(2)
    .on_request(),
    Feature::row(
        ("hist9", "histogram, bin 9 of 10"),
        Unit::COUNT,
        Some(0),
        ZARDOSHTI,
        "samples in bin 9 of 10 equal ones over +-3 SD (population) around 0",
        |w| histogram(w, 9),
    )
    .min(2)
    .on_request(),
    Feature::row(
        ("hist10", "histogram, bin 10 of 10"),
        Unit::COUNT,
        Some(0),
        ZARDOSHTI,
        "samples in bin 10 of 10 equal ones over +-3 SD (population) around 0",
        |w| histogram(w, 10),
    )
    .min(2)
    .on_request(),
];

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
fn count(n: usize) -> f64 {
    n as f64
}

fn varying(w: &Window<'_>, value: f64) -> Reading {
    if w.central().flat { Undefined("constant signal") } else { Value(value) }
}

fn of_mean(w: &Window<'_>, value: impl Fn(f64) -> f64) -> Reading {
    let mean = w.central().mean;
    if mean == 0.0 { Undefined("the mean is 0") } else { Value(value(sample_variance(w).sqrt() / mean)) }
}

fn mobility(w: &Window<'_>) -> f64 {
    w.differences().map_or(0.0, |d| (d.variance / w.central().variance).sqrt())
}

fn hjorth_complexity(w: &Window<'_>) -> Reading {
    let Some(d) = w.differences() else { return Undefined("too few samples") };
    // The differences of a ramp are equal but for rounding, which is that of the samples.
    if d.variance.is_nan() || d.variance <= ROUNDING * w.basic().square / w.n() {
        return Undefined("constant slope");
    }
    varying(w, (d.variance2 / d.variance).sqrt() / mobility(w))
}

/// Bins are closed below and open above, the last closed; values outside belong to none.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 10")]
fn histogram(w: &Window<'_>, bin: usize) -> Reading {
    let range = 3.0 * w.central().variance.sqrt();
    if w.central().flat {
        return Undefined("constant signal");
    }
    let place = |v: f64| ((v + range) / (2.0 * range) * 10.0).min(10.0).floor() as usize;
    let inside = w.samples().iter().filter(|v| v.abs() <= range);
    Value(count(inside.filter(|&&v| place(v).min(9) + 1 == bin).count()))
}
