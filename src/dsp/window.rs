//! Tapers.

use std::f64::consts::PI;

/// A taper by name.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "the variants are the names")]
pub enum Window {
    Rectangular,
    Hann,
}

impl Window {
    /// `n` values of the periodic form (for spectra): the symmetric form of `n + 1` values without its last.
    pub fn periodic(self, n: usize) -> Vec<f64> {
        #[expect(clippy::cast_precision_loss, reason = "window lengths stay far below 2^52")]
        let phase = |i: usize| 2.0 * PI * i as f64 / n as f64;
        match self {
            Window::Rectangular => vec![1.0; n],
            Window::Hann => (0..n).map(|i| 0.5 - 0.5 * phase(i).cos()).collect(),
        }
    }
}
