//! Autoregressive and cepstral coefficients, and spectral moments estimated in time (TD-PSD).

use super::window::AR_ORDER;
use super::{Feature, Window};
use crate::dsp::ar;
use crate::measure::Reading::{self, Undefined, Value};
use crate::units::Unit;

const BURG: &str =
    "Burg 1975 (thesis, Stanford); order 4 after Graupe and Cline 1975, doi:10.1109/TSMC.1975.5408479";
const CEPSTRUM: &str =
    "Kang et al. 1995, doi:10.1109/10.398637; recursion of Atal 1974, doi:10.1121/1.1914702";
const KHUSHABA: &str =
    "Khushaba et al. 2014, doi:10.1016/j.neunet.2014.03.010, before its last logarithm; not verified";

pub(super) const ROWS: &[Feature] = &[
    Feature::row(
        ("ar1", "autoregressive coefficient 1 of 4"),
        Unit::ONE,
        Some(0),
        BURG,
        "a1 of x[n] = -sum a_k x[n-k] + e[n], order 4, Burg, mean not removed",
        |w| coefficient(w, 0),
    )
    .min(13),
    Feature::row(
        ("ar2", "autoregressive coefficient 2 of 4"),
        Unit::ONE,
        Some(0),
        BURG,
        "a2 of x[n] = -sum a_k x[n-k] + e[n], order 4, Burg, mean not removed",
        |w| coefficient(w, 1),
    )
    .min(13),
    Feature::row(
        ("ar3", "autoregressive coefficient 3 of 4"),
        Unit::ONE,
        Some(0),
        BURG,
        "a3 of x[n] = -sum a_k x[n-k] + e[n], order 4, Burg, mean not removed",
        |w| coefficient(w, 2),
    )
    .min(13),
    Feature::row(
        ("ar4", "autoregressive coefficient 4 of 4"),
        Unit::ONE,
        Some(0),
        BURG,
        "a4 of x[n] = -sum a_k x[n-k] + e[n], order 4, Burg, mean not removed",
        |w| coefficient(w, 3),
    )
    .min(13),
    Feature::row(
        ("cc1", "cepstral coefficient 1"),
        Unit::ONE,
        Some(0),
        CEPSTRUM,
        "c1 = -a1 - sum over l < 1 of (1 - l/1) a_l c_(1-l)",
        |w| cepstral(w, 0),
    )
    .min(13),
    Feature::row(
        ("cc2", "cepstral coefficient 2"),
        Unit::ONE,
        Some(0),
        CEPSTRUM,
        "c2 = -a2 - sum over l < 2 of (1 - l/2) a_l c_(2-l)",
        |w| cepstral(w, 1),
    )
    .min(13),
    Feature::row(
        ("cc3", "cepstral coefficient 3"),
        Unit::ONE,
        Some(0),
        CEPSTRUM,
        "c3 = -a3 - sum over l < 3 of (1 - l/3) a_l c_(3-l)",
        |w| cepstral(w, 2),
    )
    .min(13),
    Feature::row(
        ("cc4", "cepstral coefficient 4"),
        Unit::ONE,
        Some(0),
        CEPSTRUM,
        "c4 = -a4 - sum over l < 4 of (1 - l/4) a_l c_(4-l)",
        |w| cepstral(w, 3),
    )
    .min(13),
    Feature::row(
        ("tdpsd_m0", "TD-PSD moment 0"),
        Unit::ONE,
        None,
        KHUSHABA,
        "(sum x^2)^0.05 / 0.1, x in V",
        |w| moment(w, 0),
    )
    .min(3)
    .on_request(),
    Feature::row(("tdpsd_m2", "TD-PSD moment 2"), Unit::ONE, None, KHUSHABA, "(sum D^2)^0.05 / 0.1", |w| {
        moment(w, 1)
    })
    .min(3)
    .on_request(),
    Feature::row(
        ("tdpsd_m4", "TD-PSD moment 4"),
        Unit::ONE,
        None,
        KHUSHABA,
        "(sum (D of D)^2)^0.05 / 0.1",
        |w| moment(w, 2),
    )
    .min(3)
    .on_request(),
    Feature::row(
        ("tdpsd_sparsi", "TD-PSD sparseness"),
        Unit::ONE,
        Some(0),
        KHUSHABA,
        "M0 / sqrt(|M0 - M2| |M0 - M4|)",
        |w| ratio(w, |[a, b, c]| a / ((a - b).abs() * (a - c).abs()).sqrt()),
    )
    .min(3)
    .on_request(),
    Feature::row(
        ("tdpsd_irf", "TD-PSD irregularity factor"),
        Unit::ONE,
        Some(0),
        KHUSHABA,
        "M2 / sqrt(M0 M4)",
        |w| ratio(w, |[a, b, c]| b / (a * c).sqrt()),
    )
    .min(3)
    .on_request(),
    Feature::row(
        ("tdpsd_wlf", "TD-PSD waveform length ratio"),
        Unit::ONE,
        Some(0),
        KHUSHABA,
        "sum |D| / sum |D of D|",
        |w| {
            w.differences().map_or(Undefined("too few samples"), |d| {
                Reading::finite(d.abs / d.abs2, "no change of slope")
            })
        },
    )
    .min(3)
    .on_request(),
];

const NOTHING: Reading = Undefined("nothing to predict");

fn coefficient(w: &Window<'_>, k: usize) -> Reading {
    w.ar().map_or(NOTHING, |a| Value(a[k]))
}

fn cepstral(w: &Window<'_>, k: usize) -> Reading {
    w.ar().map_or(NOTHING, |a| {
        let mut c = [0.0; AR_ORDER];
        ar::cepstrum(a, &mut c);
        Value(c[k])
    })
}

/// Square roots of the moments, compressed by the power 0.1 as in the paper.
fn moments(w: &Window<'_>) -> Option<[f64; 3]> {
    w.differences().map(|d| [w.basic().square, d.square, d.square2].map(|m| m.sqrt().powf(0.1) / 0.1))
}

fn moment(w: &Window<'_>, k: usize) -> Reading {
    moments(w).map_or(Undefined("too few samples"), |m| Value(m[k]))
}

fn ratio(w: &Window<'_>, value: fn([f64; 3]) -> f64) -> Reading {
    moments(w).map_or(Undefined("too few samples"), |m| Reading::finite(value(m), "a moment is 0"))
}
