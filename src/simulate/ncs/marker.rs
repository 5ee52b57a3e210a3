//! Markers of a noise-free response on the fine grid.

use super::waveform::Grid;
use crate::truth::ncs::ResponseTruth;

/// Onset: first time at this share of the negative peak.
pub(super) const ONSET_SHARE: f64 = 0.005;
/// A trough before the onset is told from this share of the negative peak. Ours.
const TROUGH_SHARE: f64 = 0.03;
/// A negativity before a trough is part of the initial positivity below this share. Ours: three times the trough's
/// share is what a single unit's own positive phase would need.
const NEGLIGIBLE_SHARE: f64 = 0.05;
/// End of the response: last time at this share of the negative peak, of either sign.
const END_SHARE: f64 = 0.02;
/// A response below this is none, V. Ours: far below any noise.
pub(super) const LEAST: f64 = 0.1e-6;

/// Where `x` first rises through `level` from point `from`, in points.
#[expect(clippy::cast_precision_loss, reason = "lengths of sweeps")]
fn rise(x: &[f64], from: usize, level: f64) -> Option<f64> {
    let i = from + x[from..].iter().position(|v| *v >= level)?;
    if i == 0 {
        return Some(0.0);
    }
    let (before, after) = (x[i - 1], x[i]);
    Some(i as f64 - (after - level) / (after - before).max(f64::MIN_POSITIVE))
}

/// Where the negative phase may begin: behind an initial positivity, which is a trough of [`TROUGH_SHARE`] with
/// nothing but a negligible negativity before it.
fn behind_positivity(x: &[f64], peak: f64) -> usize {
    let negligible = x.iter().position(|v| *v >= NEGLIGIBLE_SHARE * peak).unwrap_or(0);
    let trough = (0..negligible).fold(0, |best, i| if x[i] < x[best] { i } else { best });
    if x.get(trough).is_some_and(|v| *v <= -TROUGH_SHARE * peak) { trough } else { 0 }
}

/// Position of the onset, in points; `None` of nothing.
fn onset_position(x: &[f64], peak: f64) -> Option<f64> {
    (peak >= LEAST).then(|| rise(x, behind_positivity(x, peak), ONSET_SHARE * peak)).flatten()
}

/// First time that the response's negative phase reaches the onset's share of its peak, s.
pub(super) fn onset(x: &[f64], grid: Grid) -> Option<f64> {
    onset_position(x, negative_peak(x)).map(|p| grid.start + p * grid.step)
}

/// Largest value.
pub(super) fn negative_peak(x: &[f64]) -> f64 {
    x.iter().copied().fold(0.0, f64::max)
}

/// Measures the response; absent where nothing reaches [`LEAST`]. Sweeps and noise are left at 0.
#[expect(clippy::cast_precision_loss, reason = "lengths of sweeps")]
pub(super) fn measure(x: &[f64], grid: Grid) -> ResponseTruth {
    let peak = negative_peak(x);
    let Some(position) = onset_position(x, peak) else {
        return ResponseTruth::default();
    };
    let ms = |points: f64| (grid.start + points * grid.step) * 1e3;
    let top = x.iter().enumerate().fold(0, |best, (i, v)| if *v > x[best] { i } else { best });
    // The first point at or after the onset; what lies before it is an initial positivity.
    let first = (0..x.len()).find(|i| *i as f64 >= position).unwrap_or(0);
    let trough = (0..first).fold(0, |best, i| if x[i] < x[best] { i } else { best });
    let back = (top..x.len()).find(|i| x[*i] <= 0.0);
    let back = back.map_or(x.len() as f64, |i| i as f64 - x[i] / (x[i] - x[i - 1]).min(-f64::MIN_POSITIVE));
    let last = (first..x.len()).rev().find(|i| x[*i].abs() >= END_SHARE * peak).unwrap_or(top);
    let until = (first..x.len()).take_while(|i| (*i as f64) < back);
    let area: f64 = until.map(|i| x[i].max(0.0)).sum::<f64>() * grid.step;
    let least = x.iter().copied().fold(0.0, f64::min);
    ResponseTruth {
        present: true,
        onset_ms: Some(ms(position)),
        peak_ms: Some(ms(top as f64)),
        positive_trough_ms: (x[trough] <= -TROUGH_SHARE * peak).then(|| ms(trough as f64)),
        amplitude_uv: Some(peak * 1e6),
        amplitude_peak_to_peak_uv: Some((peak - least) * 1e6),
        negative_peak_duration_ms: Some((back - position) * grid.step * 1e3),
        negative_peak_area_uvms: Some(area * 1e9),
        total_duration_ms: Some((last as f64 - position) * grid.step * 1e3),
        ..ResponseTruth::default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::waveform::{PEAK, add_unit};
    use super::*;

    #[test]
    fn markers_of_one_unit_are_those_of_the_formula() {
        let grid = Grid::fine(0.06);
        let mut x = vec![0.0; grid.len];
        add_unit(&mut x, grid, 0.003, 0.01, 0.002);
        let m = measure(&x, grid);
        let near = |a: Option<f64>, b: f64, by: f64| assert!((a.unwrap() - b).abs() < by, "{a:?} {b}");
        // 2u = 0.005 of the peak near 0: 2.3 µs behind the start.
        near(m.onset_ms, 3.0023, 0.0002);
        near(m.peak_ms, 3.0 + 2.0 * (2.0 - std::f64::consts::SQRT_2), 0.006);
        near(m.amplitude_uv, 10_000.0 * PEAK, 0.5);
        near(m.negative_peak_duration_ms, 4.0, 0.004);
        // ∫ from 0 to 2 of u (2 - u) e^-u = 4 e^-2.
        near(m.negative_peak_area_uvms, 10_000.0 * 2.0 * 4.0 * (-2.0_f64).exp(), 2.0);
        assert_eq!(m.positive_trough_ms, None);
        assert_eq!(measure(&vec![0.0; 100], grid), ResponseTruth::default());
    }
}
