//! What is no muscle: pulses, and what keeps time with the power line.

use super::band::Bands;
use super::features::Features;
use crate::trace::Trace;

/// Share of the whole swing made within [`STEP_S`] from which a potential is a pulse (strict). A fibre at the
/// electrode's surface takes 100 µs and more for its steepest part. Ours.
const STEEP: f64 = 0.55;
const STEP_S: f64 = 60e-6;
/// Widest half height of a muscle's potential, s, least swing of the baseline that is a movement, V, and share of the
/// discharges amid such (strict). Ours: a positive sharp wave's tail swings by less.
const WIDEST: f64 = 5e-3;
const SWING: f64 = 100e-6;
const MOVED: f64 = 0.7;
/// Below it one sample is longer than a muscle's rise, and steepness says nothing, Hz.
const LEAST_RATE: f64 = 15_000.0;
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
    if let Some(share) = steepness(&f.times, trace).filter(|s| *s > STEEP) {
        return Some(format!(
            "{:.0} % of the swing within {:.0} µs: a pulse, no fibre rises so fast",
            100.0 * share,
            1e6 * STEP_S
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

/// Largest part of the swing that is made within a step, the median over the discharges.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "samples inside the trace")]
pub(super) fn steepness(times: &[f64], trace: Trace<'_>) -> Option<f64> {
    let (x, fs) = (trace.samples(), trace.sampling_frequency().0);
    if fs < LEAST_RATE {
        return None;
    }
    let step = ((STEP_S * fs).round() as usize).max(1);
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
    super::stats::median_of(&shares)
}
