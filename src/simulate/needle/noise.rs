//! What an amplifier adds.

use super::draw::Draw;
use super::source::highpass;
use crate::dsp::iir::{FilterOptions, State};
use crate::simulate::coloured::pink;
pub(super) use crate::simulate::coloured::root_mean_square;
use crate::units::Hertz;
use std::f64::consts::TAU;

/// Strength of each kind, V.
#[derive(Debug, Clone, Copy)]
pub(super) struct Noise {
    /// RMS within the amplifier's band.
    pub(super) white: f64,
    /// RMS above 1 Hz or so.
    pub(super) pink: f64,
    /// Amplitude of the mains' fundamental.
    pub(super) mains: f64,
    /// Hz.
    pub(super) mains_frequency: f64,
}

impl Noise {
    /// Reference text 7.3: white 1 to 5 µV, pink 2 µV; the mains of a well prepared recording, up to 2 µV.
    pub(super) fn draw(white: Option<f64>, draw: &mut Draw) -> Self {
        Noise {
            white: white.unwrap_or_else(|| draw.log_uniform(1.2e-6, 4e-6)),
            pink: draw.uniform(0.5e-6, 2e-6),
            mains: draw.uniform(0.0, 2e-6),
            mains_frequency: if draw.chance(0.7) { 50.0 } else { 60.0 },
        }
    }

    /// `n` samples of noise before the amplifier's high-pass.
    #[expect(clippy::cast_precision_loss, reason = "lengths of signals")]
    pub(super) fn make(&self, n: usize, fs: Hertz, lowpass: Hertz, draw: &mut Draw) -> Vec<f64> {
        let mut x: Vec<f64> = (0..n).map(|_| draw.normal(0.0, 1.0)).collect();
        if lowpass.0 < 0.45 * fs.0
            && let Ok(filter) = FilterOptions::lowpass(2, lowpass).design(fs)
        {
            filter.apply(&mut x, &mut State::zero(&filter));
        }
        scale(&mut x, self.white);
        let mut pink = pink(n, fs.0, draw);
        scale(&mut pink, self.pink);
        let phases: Vec<f64> = (0..4).map(|_| draw.uniform(0.0, TAU)).collect();
        let shares = [1.0, draw.uniform(0.0, 0.1), draw.uniform(0.0, 0.35), draw.uniform(0.0, 0.15)];
        for (i, (x, p)) in x.iter_mut().zip(&pink).enumerate() {
            let t = i as f64 / fs.0;
            // Fundamental, second, third and fifth.
            let hum: f64 = [1.0, 2.0, 3.0, 5.0]
                .iter()
                .zip(phases.iter().zip(shares))
                .map(|(h, (phase, share))| share * (TAU * h * self.mains_frequency * t + phase).sin())
                .sum();
            *x += p + self.mains * hum;
        }
        x
    }
}

fn scale(x: &mut [f64], rms: f64) {
    let now = root_mean_square(x);
    if now > 0.0 {
        x.iter_mut().for_each(|x| *x *= rms / now);
    }
}

/// The amplifier's high-pass over a recording, run in on its first second turned around.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a sampling frequency")]
pub(super) fn settle(x: &mut Vec<f64>, corner: Hertz, fs: Hertz) {
    let run_in = (fs.0 as usize).min(x.len());
    let mut long: Vec<f64> = x[..run_in].iter().rev().copied().collect();
    long.extend_from_slice(x);
    highpass(&mut long, corner.0, fs.0);
    *x = long.split_off(run_in);
}
