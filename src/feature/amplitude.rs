//! Amplitude: rectified and squared samples, their moments, and the same of their differences.

use super::pass::Differences;
use super::{Feature, Window, counts, root};
use crate::dsp::simd::{sum_map, sum_map2, widest};
use crate::measure::Reading::{self, Undefined, Value};
use crate::units::Unit;

pub(super) const HUDGINS: &str = "Hudgins, Parker and Scott 1993, doi:10.1109/10.204774";
pub(super) const PHINYOMARK: &str =
    "Phinyomark, Phukpattaranont and Limsakul 2012, doi:10.1016/j.eswa.2012.01.102";
pub(super) const TOO: &str = "Too, Abdullah and Mohd Saad 2019, doi:10.3390/axioms8020079";
const ARJUNAN: &str = "Arjunan and Kumar 2010, doi:10.1186/1743-0003-7-53";

/// Of the samples.
pub(super) const ROWS: &[Feature] = &[
    Feature::row(("mav", "mean absolute value (ARV)"), Unit::MICROVOLT, Some(1), HUDGINS, "mean |x|", |w| {
        Value(w.basic().abs / w.n())
    }),
    Feature::row(
        ("mmav1", "modified mean absolute value 1"),
        Unit::MICROVOLT,
        Some(1),
        PHINYOMARK,
        "mean w|x|, w = 1 for 0.25N <= i <= 0.75N, else 0.5",
        |w| Value(weighted(w.samples(), &w.plan().modified[0]) / w.n()),
    ),
    Feature::row(
        ("mmav2", "modified mean absolute value 2"),
        Unit::MICROVOLT,
        Some(1),
        PHINYOMARK,
        "mean w|x|, w = 4i/N before, 1 within, 4(N-i)/N after 0.25N <= i <= 0.75N",
        |w| Value(weighted(w.samples(), &w.plan().modified[1]) / w.n()),
    ),
    Feature::row(
        ("emav", "enhanced mean absolute value"),
        Unit::MIXED_MILLIVOLT,
        None,
        TOO,
        "mean |x in mV|^p, p = 0.75 for 0.2N <= i <= 0.8N, else 0.5",
        |w| Value(w.roots().mixed / w.n()),
    ),
    Feature::row(
        ("ewl", "enhanced waveform length"),
        Unit::MIXED_MILLIVOLT,
        None,
        TOO,
        "sum |D in mV|^p, p = 0.75 for 0.2N <= i <= 0.8N, else 0.5, i the later sample",
        |w| Value(enhanced_length(w.samples())),
    )
    .min(2),
    Feature::row(
        ("iemg_sum_abs", "integrated EMG as a sum"),
        Unit::MICROVOLT,
        Some(1),
        PHINYOMARK,
        "sum |x|",
        |w| Value(w.basic().abs),
    ),
    Feature::row(
        ("iemg_integral", "integrated EMG over time"),
        Unit::MICROVOLT_SECOND,
        Some(1),
        PHINYOMARK,
        "sum |x| dt",
        |w| Value(w.basic().abs * w.dt()),
    ),
    Feature::row(
        ("ssi_sum_sq", "simple square integral as a sum"),
        Unit::MICROVOLT_SQUARED,
        Some(2),
        PHINYOMARK,
        "sum x^2",
        |w| Value(w.basic().square),
    ),
    Feature::row(
        ("ssi_energy", "simple square integral over time"),
        Unit::MICROVOLT_SQUARED_SECOND,
        Some(2),
        PHINYOMARK,
        "sum x^2 dt",
        |w| Value(w.basic().square * w.dt()),
    ),
    Feature::row(
        ("rms", "root mean square"),
        Unit::MICROVOLT,
        Some(1),
        PHINYOMARK,
        "sqrt(mean x^2), mean not removed",
        |w| Value((w.basic().square / w.n()).sqrt()),
    ),
    Feature::row(
        ("var", "variance"),
        Unit::MICROVOLT_SQUARED,
        Some(2),
        PHINYOMARK,
        "sum (x - mean)^2 / (N-1)",
        |w| Value(sample_variance(w)),
    )
    .min(2),
    Feature::row(
        ("sd", "standard deviation"),
        Unit::MICROVOLT,
        Some(1),
        PHINYOMARK,
        "sqrt(sum (x - mean)^2 / (N-1))",
        |w| Value(sample_variance(w).sqrt()),
    )
    .min(2),
    Feature::row(
        ("vorder", "v-order"),
        Unit::MICROVOLT,
        Some(1),
        PHINYOMARK,
        "(mean |x|^v)^(1/v), v = 3",
        |w| Value(v_order(w)),
    ),
    Feature::row(
        ("tm3", "absolute third moment"),
        Unit::MICROVOLT_CUBED,
        Some(3),
        PHINYOMARK,
        "|mean x^3|",
        |w| Value((w.raw()[1] / w.n()).abs()),
    ),
    Feature::row(
        ("tm4", "absolute fourth moment"),
        Unit::MICROVOLT_TO_THE_FOURTH,
        Some(4),
        PHINYOMARK,
        "|mean x^4|",
        |w| Value((w.raw()[2] / w.n()).abs()),
    ),
    Feature::row(
        ("tm5", "absolute fifth moment"),
        Unit::MICROVOLT_TO_THE_FIFTH,
        Some(5),
        PHINYOMARK,
        "|mean x^5|",
        |w| Value((w.raw()[3] / w.n()).abs()),
    ),
    Feature::row(
        ("log", "log detector"),
        Unit::MICROVOLT,
        None,
        PHINYOMARK,
        "exp(mean ln max(|x|, LSB/2))",
        log_detector,
    ),
    Feature::row(
        ("mavslp1", "mean absolute value slope 1"),
        Unit::MICROVOLT,
        Some(1),
        HUDGINS,
        "MAV of the 2nd less that of the 1st third (remainder dropped)",
        |w| Value(slope(w, 0)),
    )
    .min(3),
    Feature::row(
        ("mavslp2", "mean absolute value slope 2"),
        Unit::MICROVOLT,
        Some(1),
        HUDGINS,
        "MAV of the 3rd less that of the 2nd third (remainder dropped)",
        |w| Value(slope(w, 1)),
    )
    .min(3),
    Feature::row(("msr", "mean square root"), Unit::ROOT_MICROVOLT, None, TOO, "mean sqrt|x|", |w| {
        Value(w.roots().half / w.n() / 1e3f64.sqrt())
    }),
    Feature::row(
        ("asm", "absolute value of the summation of the p-th root"),
        Unit::MIXED_MILLIVOLT,
        None,
        TOO,
        "mean |x in mV|^p, p = 0.5 for 0.25N <= i <= 0.75N, else 0.75",
        |w| Value(asm(w.samples())),
    )
    .on_request(),
    Feature::row(
        ("ass", "absolute value of the summation of square root"),
        Unit::ROOT_MICROVOLT,
        None,
        TOO,
        "sum sqrt|x|",
        |w| Value(w.roots().half / 1e3f64.sqrt()),
    )
    .on_request(),
    Feature::row(
        ("afb", "amplitude of the first burst"),
        Unit::MICROVOLT,
        Some(1),
        "the published definitions differ: our choice",
        "first peak, at least half the largest, of |x| averaged by a 32 ms symmetric Hamming window",
        first_burst,
    )
    .min(3)
    .on_request(),
];

/// Of their differences.
pub(super) const DIFFERENCE_ROWS: &[Feature] = &[
    Feature::row(("wl", "waveform length"), Unit::MICROVOLT, Some(1), HUDGINS, "sum |D|", |w| {
        over(w, |d| d.abs)
    })
    .min(2),
    Feature::row(
        ("aac", "average amplitude change (MAVFD, DAMV)"),
        Unit::MICROVOLT,
        Some(1),
        PHINYOMARK,
        "mean |D|, N-1 terms",
        |w| over(w, |d| d.abs / (w.n() - 1.0)),
    )
    .min(2),
    Feature::row(
        ("dasdv", "difference absolute standard deviation"),
        Unit::MICROVOLT,
        Some(1),
        PHINYOMARK,
        "sqrt(mean D^2), N-1 terms",
        |w| over(w, |d| (d.square / (w.n() - 1.0)).sqrt()),
    )
    .min(2),
    Feature::row(
        ("mfl", "maximum fractal length"),
        Unit::LOG10_VOLT,
        None,
        ARJUNAN,
        "log10 sqrt(sum D^2)",
        |w| logarithm(w, |d| d.square.sqrt(), f64::log10),
    )
    .min(2),
    Feature::row(
        ("dvarv", "difference variance"),
        Unit::MICROVOLT_SQUARED,
        Some(2),
        TOO,
        "sum D^2 / (N-2)",
        |w| over(w, |d| d.square / (w.n() - 2.0)),
    )
    .min(3),
    Feature::row(
        ("ldamv", "log of the mean absolute difference"),
        Unit::LN_VOLT,
        None,
        TOO,
        "ln mean |D|",
        |w| logarithm(w, |d| d.abs / (w.n() - 1.0), f64::ln),
    )
    .min(2),
    Feature::row(
        ("ldasdv", "log of the difference absolute standard deviation"),
        Unit::LN_VOLT,
        None,
        TOO,
        "ln sqrt(mean D^2)",
        |w| logarithm(w, |d| (d.square / (w.n() - 1.0)).sqrt(), f64::ln),
    )
    .min(2),
    Feature::row(
        ("ltkeo", "log of the Teager-Kaiser energy"),
        Unit::LN_VOLT_SQUARED,
        None,
        TOO,
        "ln sum (x[i]^2 - x[i-1] x[i+1])",
        |w| logarithm(w, |d| d.energy, f64::ln),
    )
    .min(3),
];

fn weighted(x: &[f64], weight: &[f64]) -> f64 {
    widest(
        #[inline(always)]
        || sum_map2(x, weight, |v, w| v.abs() * w),
    )
}

fn rectified(x: &[f64]) -> f64 {
    widest(
        #[inline(always)]
        || sum_map(x, f64::abs),
    )
}

pub(super) fn sample_variance(w: &Window<'_>) -> f64 {
    w.central().squares / (w.n() - 1.0)
}

fn v_order(w: &Window<'_>) -> f64 {
    let (x, v) = (w.samples(), w.options().v_order);
    let sum = match v {
        2 => w.basic().square,
        3 => widest(
            #[inline(always)]
            || sum_map(x, |v| v.abs() * (v * v)),
        ),
        _ => x.iter().map(|x| x.abs().powi(v)).sum(),
    };
    (sum / w.n()).powf(1.0 / f64::from(v))
}

fn log_detector(w: &Window<'_>) -> Reading {
    let floor = w.options().lsb_v.map_or(0.0, |lsb| lsb / 2.0);
    if floor == 0.0 && w.basic().min_abs == 0.0 {
        return Undefined("a sample is 0 and the converter's step is not known");
    }
    Value(root::mean_log(w.samples(), floor).exp())
}

/// Part `k + 1` against part `k` of three.
#[expect(clippy::cast_precision_loss, reason = "window lengths stay far below 2^52")]
fn slope(w: &Window<'_>, k: usize) -> f64 {
    let part = w.samples().len() / 3;
    let mav = |k: usize| rectified(&w.samples()[k * part..(k + 1) * part]) / part as f64;
    mav(k + 1) - mav(k)
}

fn enhanced_length(x: &[f64]) -> f64 {
    let n = x.len();
    let (lo, hi) = counts::middle(n);
    // D[j] belongs to its later sample, so the middle begins one earlier; the first sample has none.
    let (lo, hi) = (lo.max(1) - 1, hi.max(1) - 1);
    let roots = |from: usize, to: usize| root::root_sums_of_differences(&x[from..=to], 1e3);
    roots(0, lo).0 + roots(lo, hi).1 + roots(hi, n - 1).0
}

#[expect(clippy::cast_precision_loss, reason = "window lengths stay far below 2^52")]
fn asm(x: &[f64]) -> f64 {
    let n = x.len();
    let (lo, hi) = (n.div_ceil(4).max(1) - 1, 3 * n / 4);
    let hi = hi.max(lo);
    let sums = |x: &[f64]| root::root_sums(x, 1e3);
    (sums(&x[..lo]).1 + sums(&x[lo..hi]).0 + sums(&x[hi..]).1) / n as f64
}

/// A burst is a local maximum of the envelope that no noise of the baseline reaches: half of the largest.
fn first_burst(w: &Window<'_>) -> Reading {
    let x = w.samples();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0.032 fs is at most 3.2e7")]
    let length = ((0.032 * w.sampling_frequency().0).round_ties_even() as usize).max(1);
    if x.len() < length + 2 {
        return Undefined("too few samples for the envelope");
    }
    #[expect(clippy::cast_precision_loss, reason = "at most 3.2e7")]
    let phase = |i: usize| std::f64::consts::TAU * i as f64 / (length.max(2) - 1) as f64;
    let taper: Vec<f64> = (0..length).map(|i| 0.54 - 0.46 * phase(i).cos()).collect();
    let weight: f64 = taper.iter().sum();
    let envelope: Vec<f64> = x.windows(length).map(|x| weighted(x, &taper) / weight).collect();
    let largest = envelope.iter().copied().fold(0.0, f64::max);
    let peak = envelope.windows(3).find(|e| e[1] > e[0] && e[1] >= e[2] && e[1] >= 0.5 * largest);
    peak.map_or(Undefined("no burst"), |e| Value(e[1]))
}

fn over(w: &Window<'_>, value: impl Fn(&Differences) -> f64) -> Reading {
    w.differences().map_or(Undefined("too few samples"), |d| Value(value(d)))
}

fn logarithm(w: &Window<'_>, value: impl Fn(&Differences) -> f64, log: fn(f64) -> f64) -> Reading {
    match w.differences().map(value) {
        Some(v) if v > 0.0 => Value(log(v)),
        _ => Undefined("logarithm of a number that is not above 0"),
    }
}
