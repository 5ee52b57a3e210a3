//! Energy by wavelet level. All on request.
//!
//! The band of a level depends on the sampling frequency (level l holds fs/2^(l+1) to fs/2^l), so that
//! numbers of different sampling frequencies do not compare.

use super::{Feature, Window};
use crate::dsp::wavelet::{DwtOptions, Extension, Wavelet};
use crate::measure::Reading::{self, Undefined, Value};
use crate::units::Unit;

const SOURCE: &str =
    "Mallat 1989, doi:10.1109/34.192463; sym8, 4 levels and the mirrored ends are our choice";
const LEVELS: usize = 4;
/// Samples that leave at least one coefficient of every level untouched by the ends: 15 · 2⁴.
const MIN: usize = 240;

/// Energies of the four details, the finest first, and of the approximation, V².
pub(super) type Energies = [f64; LEVELS + 1];

/// `None` only if the wavelet were not known.
pub(super) fn energies(x: &[f64]) -> Option<Energies> {
    let wavelet = Wavelet::named("sym8").ok()?;
    let options = DwtOptions { wavelet, extension: Extension::Symmetric, levels: Some(LEVELS) };
    let d = options.design().ok()?.apply(x);
    let energy = |c: &[f64]| c.iter().map(|v| v * v).sum::<f64>();
    let mut out = [0.0; LEVELS + 1];
    for (out, detail) in out.iter_mut().zip(d.details.iter().rev()) {
        *out = energy(detail);
    }
    out[LEVELS] = energy(&d.approximation);
    Some(out)
}

fn energy<const I: usize>(w: &Window<'_>) -> Reading {
    w.wavelet().map_or(Undefined("no wavelet"), |e| Value(e[I]))
}

fn share<const I: usize>(w: &Window<'_>) -> Reading {
    let Some(e) = w.wavelet() else { return Undefined("no wavelet") };
    let total: f64 = e.iter().sum();
    if total > 0.0 { Value(e[I] / total) } else { Undefined("no energy") }
}

const fn energy_row(
    name: (&'static str, &'static str),
    definition: &'static str,
    compute: fn(&Window<'_>) -> Reading,
) -> Feature {
    Feature::row(name, Unit::MICROVOLT_SQUARED, Some(2), SOURCE, definition, compute).min(MIN).on_request()
}

const fn share_row(
    name: (&'static str, &'static str),
    definition: &'static str,
    compute: fn(&Window<'_>) -> Reading,
) -> Feature {
    Feature::row(name, Unit::ONE, Some(0), SOURCE, definition, compute).min(MIN).on_request()
}

pub(super) const ROWS: &[Feature] = &[
    energy_row(
        ("dwt_energy_d1", "wavelet energy, detail 1"),
        "sum of squared sym8 coefficients of level 1 (fs/4 to fs/2), 4 levels, symmetric ends, mean kept",
        energy::<0>,
    ),
    energy_row(
        ("dwt_energy_d2", "wavelet energy, detail 2"),
        "sum of squared sym8 coefficients of level 2 (fs/8 to fs/4), as dwt_energy_d1",
        energy::<1>,
    ),
    energy_row(
        ("dwt_energy_d3", "wavelet energy, detail 3"),
        "sum of squared sym8 coefficients of level 3 (fs/16 to fs/8), as dwt_energy_d1",
        energy::<2>,
    ),
    energy_row(
        ("dwt_energy_d4", "wavelet energy, detail 4"),
        "sum of squared sym8 coefficients of level 4 (fs/32 to fs/16), as dwt_energy_d1",
        energy::<3>,
    ),
    energy_row(
        ("dwt_energy_a4", "wavelet energy, approximation 4"),
        "sum of squared sym8 coefficients of what level 4 leaves (0 to fs/32), as dwt_energy_d1",
        energy::<4>,
    ),
    share_row(
        ("dwt_share_d1", "share of wavelet energy, detail 1"),
        "dwt_energy_d1 / sum of the five energies",
        share::<0>,
    ),
    share_row(
        ("dwt_share_d2", "share of wavelet energy, detail 2"),
        "dwt_energy_d2 / sum of the five energies",
        share::<1>,
    ),
    share_row(
        ("dwt_share_d3", "share of wavelet energy, detail 3"),
        "dwt_energy_d3 / sum of the five energies",
        share::<2>,
    ),
    share_row(
        ("dwt_share_d4", "share of wavelet energy, detail 4"),
        "dwt_energy_d4 / sum of the five energies",
        share::<3>,
    ),
    share_row(
        ("dwt_share_a4", "share of wavelet energy, approximation 4"),
        "dwt_energy_a4 / sum of the five energies",
        share::<4>,
    ),
];
