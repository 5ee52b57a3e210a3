//! What is no muscle: pulses, and what keeps time with the power line.

use super::band::Bands;
use super::features::Features;
use crate::trace::Trace;

/// A step, s, and the share of the whole swing made within it from which a potential is a pulse (strict). A fibre at
/// the electrode's surface takes 100 µs and more for its steepest part; by a coarser clock a step holds more of it.
/// Ours: simulated fibres and units make up to 0.48 of their swing within 100 µs and 0.72 within 200 µs.
const STEEP: [(f64, f64); 3] = [(60e-6, 0.55), (100e-6, 0.7), (200e-6, 0.88)];
/// Widest half height of a muscle's potential, s, least swing of the baseline that is a movement, V, and share of the
/// discharges amid such (strict). Ours: a positive sharp wave's tail swings by less.
const WIDEST: f64 = 5e-3;
const SWING: f64 = 100e-6;
const MOVED: f64 = 0.7;
/// CV of the intervals that no muscle reaches at these rates: stimulators and pacemakers.
const CLOCK: f64 = 0.0015;
const CLOCK_BELOW: f64 = 5.0;
/// How near a rate must be to a multiple of the power line's frequency: of the one measured, of the nominal one.
const NEAR: f64 = 0.0005;
const NOMINAL: f64 = 0.002;
/// How far a power line is from its nominal frequency, Hz; a line further off may be the train itself.
const GRID: f64 = 0.06;

/// Why a train is no muscle; `None` where nothing speaks for it.
pub(super) fn artefact(f: &Features, trace: Trace<'_>, bands: &Bands) -> Option<String> {
    let mains = bands.mains;
    let r = &f.regularity;
    if let Some(steep) = steepness(&f.times, trace).filter(|s| s.of_a_pulse() > 1.0) {
        return Some(format!(
            "{:.0} % of the swing within {:.0} µs: a pulse, no fibre rises so fast",
            100.0 * steep.share,
            1e6 * steep.within_s
        ));
    }
    if f.shape.width > WIDEST {
        return Some(format!("{:.1} ms wide at half height: slower than a muscle's", 1e3 * f.shape.width));
    }
    let share = moved(f, bands);
    if share > MOVED {
        let percent = 100.0 * share;
        return Some(format!(
            "{percent:.0} % of them lie within slow swings of the baseline, as when something moves"
        ));
    }
    let cv = r.cv_all?;
    if f.times.len() >= 5 && f.rate < CLOCK_BELOW && cv < CLOCK {
        return Some(format!("intervals equal to {:.2} %: a clock", 100.0 * cv));
    }
    // Without a line in the trace its frequency is not known as well, and a discharge may keep that time by chance.
    let short = f.shape.duration.is_none_or(|d| d < 4e-3);
    let grid = mains.filter(|m| (m - 50.0).abs() < GRID || (m - 60.0).abs() < GRID);
    let lines =
        [(grid, NEAR), (Some(50.0).filter(|_| short), NOMINAL), (Some(60.0).filter(|_| short), NOMINAL)];
    let line = lines.into_iter().find_map(|(line, near)| {
        let line = line?;
        let multiple = f.rate / line;
        let whole =
            if multiple >= 1.0 { multiple / multiple.round() } else { multiple * (1.0 / multiple).round() };
        ((multiple > 0.45 && multiple < 8.0) && (whole - 1.0).abs() < near).then_some(line)
    })?;
    (f.times.len() >= 20 && r.cv.is_some_and(|v| v < 0.02))
        .then(|| format!("{:.2} discharges a second keep time with the power line of {line:.2} Hz", f.rate))
}

/// Share of the discharges amid slow swings that are as large as half of them.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "samples inside the trace")]
fn moved(f: &Features, bands: &Bands) -> f64 {
    let limit = SWING.max(0.5 * f.shape.amplitude);
    let reach = bands.samples(0.05);
    let amid = |t: &&f64| {
        let at = (**t * bands.rate).max(0.0) as usize;
        let piece = bands.slow.get(at.saturating_sub(reach)..(at + reach).min(bands.slow.len()));
        piece.is_some_and(|p| p.iter().any(|v| v.abs() > limit))
    };
    f.times.iter().filter(amid).count() as f64 / f.times.len().max(1) as f64
}

/// How much of a potential's swing is made at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Steepness {
    /// Largest share of the swing within a step, 0 to 1, the median over the discharges.
    share: f64,
    /// The step, s: 60 µs, or one sample where that is longer.
    within_s: f64,
}

impl Steepness {
    /// The share over that from which it is a pulse: above 1 no fibre rises so fast.
    pub(super) fn of_a_pulse(&self) -> f64 {
        let after = STEEP.partition_point(|s| s.0 < self.within_s).clamp(1, STEEP.len() - 1);
        let ((t0, s0), (t1, s1)) = (STEEP[after - 1], STEEP[after]);
        self.share / (s0 + (s1 - s0) * ((self.within_s - t0) / (t1 - t0)).max(0.0))
    }
}

/// Steepness of the discharges at `times`; `None` where one sample is longer than a muscle's rise, or without one.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "samples inside the trace")]
pub(super) fn steepness(times: &[f64], trace: Trace<'_>) -> Option<Steepness> {
    let (x, fs) = (trace.samples(), trace.sampling_frequency().0);
    let [(shortest, _), _, (longest, _)] = STEEP;
    let step = ((shortest * fs).round() as usize).max(1);
    let within_s = (step as f64 / fs).max(shortest);
    if within_s > longest {
        return None;
    }
    let reach = (1.5e-3 * fs) as usize;
    let shares: Vec<f64> = times
        .iter()
        .step_by(times.len().div_ceil(40).max(1))
        .filter_map(|t| {
            let at = (t * fs).round() as usize;
            let piece = x.get(at.checked_sub(reach)?..at + reach)?;
            let (low, high) = piece.iter().fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(*v), h.max(*v)));
            let jump = piece.windows(step + 1).map(|w| (w[step] - w[0]).abs()).fold(0.0, f64::max);
            (high > low).then(|| jump / (high - low))
        })
        .collect();
    super::stats::median_of(&shares).map(|share| Steepness { share, within_s })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Hertz;

    /// Over that of a pulse: a wave (of a time in s) that comes ten times a second.
    fn over(fs: f64, wave: impl Fn(f64) -> f64) -> Option<f64> {
        let x: Vec<f64> = (0..100_000)
            .map(|i| {
                let t = f64::from(i) / fs;
                wave(t - (10.0 * t).round() / 10.0)
            })
            .collect();
        let times: Vec<f64> = (1..20).map(|k| 0.1 * f64::from(k)).collect();
        steepness(&times, Trace::new(&x, Hertz(fs)).unwrap()).map(|s| s.of_a_pulse())
    }

    #[test]
    fn a_pulse_is_told_from_a_fibre_at_every_rate() {
        let pulse = |t: f64| if t < 0.0 { 0.0 } else { 1e-3 * (-t / 1e-3).exp() };
        // Peak to peak in 0.3 ms: as steep as a fibre at the electrode's surface.
        let fibre = |t: f64| -1e-3 * (t / 0.15e-3) * (-0.5 * (t / 0.15e-3).powi(2)).exp();
        for fs in [5000.0, 8000.0, 10_000.0, 20_000.0, 48_000.0] {
            assert!(over(fs, pulse).unwrap() > 1.0, "{fs}");
            assert!(over(fs, fibre).unwrap() < 1.0, "{fs}: {:?}", over(fs, fibre));
        }
        assert_eq!(over(4000.0, pulse), None);
    }
}
