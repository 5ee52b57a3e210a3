//! Noise that falls with frequency, and its strength.

use super::draw::Draw;
use std::f64::consts::PI;

/// 1/f noise: sums of one-pole processes of equal power whose corners lie three to a decade apart, from 1 Hz.
pub(super) fn pink(n: usize, fs: f64, draw: &mut Draw) -> Vec<f64> {
    let mut out = vec![0.0; n];
    let mut corner = 1.0;
    while corner < fs / 6.0 {
        let pole = (-2.0 * PI * corner / fs).exp();
        let gain = (1.0 - pole * pole).sqrt();
        let mut state = draw.normal(0.0, 1.0);
        for x in &mut out {
            state = pole * state + gain * draw.normal(0.0, 1.0);
            *x += state;
        }
        corner *= 3.0;
    }
    out
}

/// 0 for nothing.
#[expect(clippy::cast_precision_loss, reason = "lengths of signals")]
pub(super) fn root_mean_square(x: &[f64]) -> f64 {
    (x.iter().map(|v| v * v).sum::<f64>() / x.len().max(1) as f64).sqrt()
}
