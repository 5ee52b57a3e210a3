//! Spectral and amplitude features of one window: rows of [`FEATURES`].
//!
//! Samples in volts go in, SI comes out; [`Feature::unit`] says what is shown. A window that holds a missing
//! sample (`NaN`) has no features. What cannot be computed is `Undefined` with the reason, never `NaN`.
//!
//! The mean is removed only where a row says so. `i` counts samples from 1, `D[i] = x[i+1] - x[i]`, `P` is the
//! one-sided power spectral density of the window, `df` its bin width.
//!
//! `mzp` is left out: no definition of it was found that two authors share.

mod alike;
mod amplitude;
mod complexity;
mod counts;
mod entropy;
mod extractor;
pub mod fatigue;
mod fractal;
mod model;
pub mod onset;
mod pass;
mod rank;
mod recurrence;
mod root;
mod shape;
mod sorted;
mod spectral;
mod spectrum;
mod turn;
mod wavelet;
mod window;

pub use extractor::{Extractor, FeatureOptions, PsdRule, Scratch};
pub use window::Window;

use crate::error::unknown_id;
use crate::measure::Reading;
use crate::units::Unit;
use crate::{Error, Result};

/// One number about a window.
#[derive(Debug, Clone, Copy)]
pub struct Feature {
    /// Unique, lower case; see [`Feature::column`].
    pub id: &'static str,
    /// In words.
    pub name: &'static str,
    /// What the value is shown in; readings are SI.
    pub unit: Unit,
    /// `p` where a signal `k` times as large has a value `k^p` times as large; `None` where an absolute
    /// threshold, a logarithm of a voltage or a mixed power is in it.
    pub gain_power: Option<i32>,
    /// Whether it is part of the default selection.
    pub default: bool,
    /// Fewer samples than these leave it undefined.
    pub min_samples: usize,
    /// The measurement.
    pub compute: fn(&Window<'_>) -> Reading,
    /// Who defined it, or that it is our choice.
    pub source: &'static str,
    /// The formula in one line.
    pub definition: &'static str,
}

impl Feature {
    /// The name of its column: the id and, where it has one, the unit (`mav_uv`, `mnf_hz`, `zc`).
    pub fn column(&self) -> String {
        if self.unit.suffix.is_empty() {
            self.id.to_owned()
        } else {
            format!("{}_{}", self.id, self.unit.suffix)
        }
    }

    /// A row of the default selection that needs one sample.
    const fn row(
        (id, name): (&'static str, &'static str),
        unit: Unit,
        gain_power: Option<i32>,
        source: &'static str,
        definition: &'static str,
        compute: fn(&Window<'_>) -> Reading,
    ) -> Self {
        Feature { id, name, unit, gain_power, default: true, min_samples: 1, compute, source, definition }
    }
    /// The same, needing `n` samples.
    const fn min(mut self, n: usize) -> Self {
        self.min_samples = n;
        self
    }
    /// The same, only on request: costly, or its definition differs too much between authors.
    const fn on_request(mut self) -> Self {
        self.default = false;
        self
    }
}

/// Blocks of rows, in the order of the reference.
const BLOCKS: &[&[Feature]] = &[
    amplitude::ROWS,
    amplitude::DIFFERENCE_ROWS,
    counts::ROWS,
    shape::ROWS,
    model::ROWS,
    spectral::ROWS,
    entropy::ROWS,
    fractal::ROWS,
    complexity::ROWS,
    wavelet::ROWS,
];

const COUNT: usize = {
    let (mut n, mut b) = (0, 0);
    while b < BLOCKS.len() {
        n += BLOCKS[b].len();
        b += 1;
    }
    n
};

static ALL: [Feature; COUNT] = {
    let mut all = [BLOCKS[0][0]; COUNT];
    let (mut n, mut b) = (0, 0);
    while b < BLOCKS.len() {
        let mut i = 0;
        while i < BLOCKS[b].len() {
            all[n] = BLOCKS[b][i];
            n += 1;
            i += 1;
        }
        b += 1;
    }
    all
};

/// All features.
pub static FEATURES: &[Feature] = &ALL;

/// The rows that `select` names without those that `exclude` names, in table order, each once.
///
/// A word is an id, a column's name, `default` or `all`; an empty `select` is `default`. Errors: a word that
/// is none of these (the nearest id is named), or nothing left over.
pub fn select(select: &[String], exclude: &[String]) -> Result<Vec<&'static Feature>> {
    let mut chosen = vec![false; FEATURES.len()];
    if select.is_empty() {
        mark("default", &mut chosen, true)?;
    }
    for word in select {
        mark(word, &mut chosen, true)?;
    }
    for word in exclude {
        mark(word, &mut chosen, false)?;
    }
    let features: Vec<_> = FEATURES.iter().zip(chosen).filter_map(|(f, c)| c.then_some(f)).collect();
    if features.is_empty() {
        return Err(Error::option("features", "all that were selected are excluded; at least one is needed"));
    }
    Ok(features)
}

fn mark(word: &str, chosen: &mut [bool], to: bool) -> Result<()> {
    let word = word.trim();
    let mut known = false;
    for (f, c) in FEATURES.iter().zip(chosen) {
        if word == "all" || (word == "default" && f.default) || word == f.id || word == f.column() {
            *c = to;
            known = true;
        }
    }
    if known { Ok(()) } else { Err(unknown_id("feature", word, FEATURES.iter().map(|f| f.id))) }
}
