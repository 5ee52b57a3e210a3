//! Numbers about the window's spectrum; how that is made stands in [`super::spectrum`].

use super::amplitude::PHINYOMARK;
use super::spectrum::{Spectrum, median_frequency, power, rolloff};
use super::{Feature, Window};
use crate::measure::Reading::{self, Undefined, Value};
use crate::units::Unit;

const OURS: &str = "our choice of band; power as in Phinyomark et al. 2012";
const DIMITROV: &str = "Dimitrov et al. 2006, doi:10.1249/01.mss.0000229459.11452.a0";
const SHANNON: &str = "Inouye et al. 1991, doi:10.1016/0013-4694(91)90138-T";
const ROLLOFF: &str = "share of the power below; 0.95 and 0.85 as is common in audio analysis";

/// Low and high band of `fr`, Hz: the usual split, our choice among those in use.
const FR_BANDS: [(f64, f64); 2] = [(30.0, 250.0), (250.0, f64::INFINITY)];
/// Bins on either side of the peak in `psr` (Phinyomark et al. 2012).
const PSR_BINS: usize = 20;

pub(super) const ROWS: &[Feature] = &[
    Feature::row(("mnf", "mean frequency"), Unit::HERTZ, Some(0), PHINYOMARK, "sum f P / sum P", |w| {
        of(w, |_, s| s.moments[1] / s.moments[0])
    })
    .min(2),
    Feature::row(
        ("mdf", "median frequency"),
        Unit::HERTZ,
        Some(0),
        PHINYOMARK,
        "where the cumulative trapezoidal power reaches half, linear between bins",
        |w| of(w, |w, s| median_frequency(&w.density(), &w.plan().spectrum.frequency, s.moments[0])),
    )
    .min(2),
    Feature::row(
        ("pkf", "peak frequency"),
        Unit::HERTZ,
        Some(0),
        PHINYOMARK,
        "f of the largest P, lowest if tied",
        |w| of(w, |w, s| w.plan().spectrum.frequency[s.peak]),
    )
    .min(2),
    Feature::row(
        ("total_power", "total power"),
        Unit::MICROVOLT_SQUARED,
        Some(2),
        PHINYOMARK,
        "sum P df",
        |w| amount(w, |w, s| s.moments[0] * w.plan().spectrum.df),
    )
    .min(2),
    Feature::row(
        ("mnp", "mean power"),
        Unit::MICROVOLT_SQUARED_PER_HERTZ,
        Some(2),
        PHINYOMARK,
        "mean P",
        |w| amount(w, |w, s| s.moments[0] / bins(w)),
    )
    .min(2),
    Feature::row(
        ("sm1", "first spectral moment"),
        Unit::MICROVOLT_SQUARED,
        Some(2),
        PHINYOMARK,
        "sum f P",
        |w| amount(w, |_, s| s.moments[1]),
    )
    .min(2),
    Feature::row(
        ("sm2", "second spectral moment"),
        Unit::HERTZ_MICROVOLT_SQUARED,
        Some(2),
        PHINYOMARK,
        "sum f^2 P",
        |w| amount(w, |_, s| s.moments[2]),
    )
    .min(2),
    Feature::row(
        ("sm3", "third spectral moment"),
        Unit::HERTZ_SQUARED_MICROVOLT_SQUARED,
        Some(2),
        PHINYOMARK,
        "sum f^3 P",
        |w| amount(w, |_, s| s.moments[3]),
    )
    .min(2),
    Feature::row(
        ("fr", "frequency ratio"),
        Unit::ONE,
        Some(0),
        PHINYOMARK,
        "sum P (30 <= f < 250 Hz) / sum P (250 Hz <= f, to the end of the band)",
        |w| match w.spectrum() {
            None => no_power(w),
            Some(_) => {
                let (p, plan) = (w.density(), &w.plan().spectrum);
                let [low, high] = FR_BANDS.map(|(from, to)| power(&p, plan.bins(from, to)));
                if high > 0.0 { Value(low / high) } else { Undefined("no power from 250 Hz on") }
            }
        },
    )
    .min(2),
    Feature::row(
        ("psr", "power spectrum ratio"),
        Unit::ONE,
        Some(0),
        PHINYOMARK,
        "sum P within 20 bins of the peak / sum P",
        |w| {
            of(w, |w, s| {
                let p = w.density();
                let range = (s.peak.saturating_sub(PSR_BINS), (s.peak + PSR_BINS + 1).min(p.len()));
                power(&p, range) / s.moments[0]
            })
        },
    )
    .min(2),
    Feature::row(
        ("vcf", "variance of central frequency"),
        Unit::HERTZ_SQUARED,
        Some(0),
        PHINYOMARK,
        "SM2/SM0 - (SM1/SM0)^2",
        |w| of(w, |_, s| s.variance),
    )
    .min(2),
    Feature::row(
        ("spread", "spectral spread"),
        Unit::HERTZ,
        Some(0),
        PHINYOMARK,
        "sqrt(sum (f - MNF)^2 P / sum P)",
        |w| of(w, |_, s| s.variance.sqrt()),
    )
    .min(2),
    Feature::row(
        ("rolloff_95", "95 % roll-off"),
        Unit::HERTZ,
        Some(0),
        ROLLOFF,
        "smallest f with sum P up to f >= 0.95 sum P",
        |w| of(w, |w, s| rolloff(&w.density(), &w.plan().spectrum.frequency, s.moments[0], 0.95)),
    )
    .min(2),
    Feature::row(
        ("rolloff_85", "85 % roll-off"),
        Unit::HERTZ,
        Some(0),
        ROLLOFF,
        "smallest f with sum P up to f >= 0.85 sum P",
        |w| of(w, |w, s| rolloff(&w.density(), &w.plan().spectrum.frequency, s.moments[0], 0.85)),
    )
    .min(2),
    Feature::row(
        ("spectral_entropy", "spectral entropy"),
        Unit::NAT,
        Some(0),
        SHANNON,
        "-sum p ln p, p = P / sum P",
        |w| of(w, |_, s| entropy(s)),
    )
    .min(2),
    Feature::row(
        ("spectral_entropy_normalised", "spectral entropy over its maximum"),
        Unit::ONE,
        Some(0),
        SHANNON,
        "spectral_entropy / ln(bins in the band)",
        |w| {
            if w.spectrum().is_some() && w.plan().spectrum.frequency.len() < 2 {
                return Undefined("one bin in the band");
            }
            of(w, |w, s| entropy(s) / bins(w).ln())
        },
    )
    .min(2),
    Feature::row(
        ("flatness", "spectral flatness"),
        Unit::ONE,
        Some(0),
        "Gray and Markel 1974, doi:10.1109/TASSP.1974.1162572",
        "geometric mean of P / mean P",
        |w| of(w, |w, s| (s.log / bins(w)).exp() / (s.moments[0] / bins(w))),
    )
    .min(2),
    Feature::row(
        ("fi_nsm5", "fatigue index"),
        Unit::PER_HERTZ_TO_THE_SIXTH,
        Some(0),
        DIMITROV,
        "sum f^-1 P / sum f^5 P",
        |w| of(w, |_, s| s.inverse / s.fifth),
    )
    .min(2),
    Feature::row(
        ("twitch_ratio", "ratio of fast to slow"),
        Unit::ONE,
        Some(0),
        "direction and 60 Hz vary between authors: our choice",
        "sum P (f >= 60 Hz) / sum P (f < 60 Hz)",
        |w| match w.spectrum() {
            None => no_power(w),
            Some(_) => {
                let (p, plan) = (w.density(), &w.plan().spectrum);
                let slow = power(&p, plan.bins(0.0, 60.0));
                let fast = power(&p, plan.bins(60.0, f64::INFINITY));
                if slow > 0.0 { Value(fast / slow) } else { Undefined("no power under 60 Hz") }
            }
        },
    )
    .min(2)
    .on_request(),
    band("band_power_20_60", "power from 20 to 60 Hz", "sum P df, 20 <= f < 60 Hz", |w| {
        band_power(w, 20.0, 60.0)
    }),
    band("band_power_60_120", "power from 60 to 120 Hz", "sum P df, 60 <= f < 120 Hz", |w| {
        band_power(w, 60.0, 120.0)
    }),
    band("band_power_120_250", "power from 120 to 250 Hz", "sum P df, 120 <= f < 250 Hz", |w| {
        band_power(w, 120.0, 250.0)
    }),
    band("band_power_250_450", "power from 250 to 450 Hz", "sum P df, 250 <= f < 450 Hz", |w| {
        band_power(w, 250.0, 450.0)
    }),
];

const fn band(
    id: &'static str,
    name: &'static str,
    definition: &'static str,
    compute: fn(&Window<'_>) -> Reading,
) -> Feature {
    Feature::row((id, name), Unit::MICROVOLT_SQUARED, Some(2), OURS, definition, compute).min(2)
}

fn of(w: &Window<'_>, value: impl Fn(&Window<'_>, &Spectrum) -> f64) -> Reading {
    w.spectrum().map_or_else(|| no_power(w), |s| Value(value(w, s)))
}

/// An amount of power, which may be none.
fn amount(w: &Window<'_>, value: impl Fn(&Window<'_>, &Spectrum) -> f64) -> Reading {
    if w.plan().spectrum.frequency.is_empty() {
        return no_power(w);
    }
    Value(w.spectrum().map_or(0.0, |s| value(w, s)))
}

fn no_power(w: &Window<'_>) -> Reading {
    Undefined(if w.plan().spectrum.frequency.is_empty() { "no bin in the band" } else { "no power" })
}

fn band_power(w: &Window<'_>, low: f64, high: f64) -> Reading {
    let plan = &w.plan().spectrum;
    let range = plan.bins(low, high);
    // A band that is cut off would be a smaller number without saying so.
    if range.0 == range.1 || high > w.sampling_frequency().0 * w.options().band_high_share * (1.0 + 1e-12) {
        return Undefined("the spectrum does not hold the band");
    }
    amount(w, |w, _| power(&w.density(), range) * plan.df)
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
fn bins(w: &Window<'_>) -> f64 {
    w.plan().spectrum.frequency.len() as f64
}

/// With p = P/S: -Σ p ln p = ln S - Σ P ln P / S. Never below 0, which rounding could make of a single line.
fn entropy(s: &Spectrum) -> f64 {
    (s.moments[0].ln() - s.entropy / s.moments[0]).max(0.0)
}
