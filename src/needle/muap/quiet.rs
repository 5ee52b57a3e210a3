//! What lies under all units and is slow: drift and power-line interference.

use super::shift::count;
use super::unit::samples;
use crate::dsp::mains::MainsOptions;
use crate::dsp::turns::quantile;
use crate::units::Hertz;

/// Sampling frequency at which the slow part is looked at, Hz.
const SLOW_HZ: f64 = 1000.0;
/// Stretch over which drift is a straight line, s: ten times the spike part of a potential, ours.
const STRETCH_S: f64 = 0.2;

/// Takes drift and the power line's first harmonics out of a trace whose units are already subtracted.
pub(super) fn take_out_background(residual: &mut [f64], fs: f64) {
    let block = samples(1.0 / SLOW_HZ, fs);
    let mut slow: Vec<f64> = residual.chunks(block).map(|b| b.iter().sum::<f64>() / count(b.len())).collect();
    if slow.len() < 40 {
        return;
    }
    let before = slow.clone();
    let stretch = samples(STRETCH_S, fs / count(block)).min(slow.len());
    let levels: Vec<f64> = slow.chunks(stretch).map(|c| quantile(&mut c.to_vec(), 0.5)).collect();
    for (j, v) in slow.iter_mut().enumerate() {
        *v -= between(&levels, (count(j) + 0.5) / count(stretch) - 0.5);
    }
    // Refused only for what is too short, where it does not matter.
    let options = MainsOptions { harmonics: 3, ..MainsOptions::default() };
    if let Ok(mains) = options.design(Hertz(fs / count(block))) {
        let _ = mains.subtract(&mut slow);
    }
    let taken: Vec<f64> = before.iter().zip(&slow).map(|(b, s)| b - s).collect();
    for (j, v) in residual.iter_mut().enumerate() {
        *v -= between(&taken, (count(j) + 0.5) / count(block) - 0.5);
    }
}

/// The value between the items of a list, the ends held.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held inside the list")]
fn between(list: &[f64], at: f64) -> f64 {
    let at = at.clamp(0.0, count(list.len().saturating_sub(1)));
    let i = at as usize;
    let (a, b) = (list[i], list[(i + 1).min(list.len() - 1)]);
    a + (b - a) * at.fract()
}
