//! Motor unit action potentials: averaged without the other units, marked, measured.
//!
//! Definitions, the same for an average and for a potential without noise ([`noise_free`]): onset and end are the
//! outermost samples that reach [`markers::LIMIT`] and are linked to the main peak without a flat stretch longer than
//! [`markers::GAP_S`]; parts beyond such a stretch are satellites and count for nothing else.

mod align;
mod average;
mod baseline;
mod column;
mod hinge;
mod jiggle;
mod jitter;
pub mod markers;
mod quiet;
mod reliability;
pub mod shape;
mod shift;
#[cfg(test)]
mod tests;
mod unit;

use super::train::Train;
use crate::measure::Reading;
use crate::trace::Trace;

/// A marker on the averaged potential by several methods.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Marker {
    /// Time from the reference point, s: the median of the methods. `None` when none found it.
    pub at_s: Option<f64>,
    /// Distance from the earliest to the latest method, s.
    pub spread_s: f64,
    /// Each method's name and what it says, s.
    pub by: Vec<(&'static str, Option<f64>)>,
}

/// A late or early part of the potential, apart from it by a flat stretch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Satellite {
    /// From the reference point, s.
    pub start_s: f64,
    /// From the reference point, s.
    pub end_s: f64,
    /// Peak to peak, V.
    pub amplitude: f64,
}

/// One unit's potential. Times are from the reference point, the main negative peak.
#[derive(Debug, Clone, PartialEq)]
pub struct Muap {
    /// The average, V, baseline taken out, at the trace's sampling frequency.
    pub average: Vec<f64>,
    /// Index in `average` of the reference point.
    pub reference: usize,
    /// Sweeps in the average.
    pub sweeps: usize,
    /// SD of the average's noise, V.
    pub noise: f64,
    /// Why the potential is to be taken with care; empty when nothing speaks against it.
    pub doubts: Vec<&'static str>,
    /// A few sweeps with the other units taken out, for showing them superimposed.
    pub superimposed: Vec<Vec<f64>>,
    /// Onset.
    pub onset: Marker,
    /// End; satellites are not counted in.
    pub end: Marker,
    /// Peak to peak, V.
    pub amplitude: f64,
    /// s.
    pub duration: Reading,
    /// ∫|x| over the duration, V·s.
    pub area: Reading,
    /// Area over amplitude, s.
    pub thickness: Reading,
    /// 2·log10(amplitude in mV) + area/amplitude in ms.
    pub size_index: Reading,
    /// Baseline crossings plus 1.
    pub phases: usize,
    /// Reversals.
    pub turns: usize,
    /// Of the main spike, s.
    pub rise_time: Reading,
    /// First to last positive peak of the spike, s.
    pub spike_duration: Reading,
    /// Σ|Δx| over amplitude.
    pub irregularity: Reading,
    /// Parts apart from the potential.
    pub satellites: Vec<Satellite>,
    /// Jiggle: normalised median consecutive amplitude difference, noise taken out.
    pub consecutive_amplitude_difference: Reading,
    /// Jiggle: median correlation of consecutive sweeps.
    pub cross_correlation: Reading,
    /// Jitter: mean consecutive difference of the interval between two spikes, s.
    pub jitter: Reading,
}

/// Fewest clean sweeps; below, there is no result. Stålberg et al. 1986 ask for 10, better 20.
pub const FEWEST_SWEEPS: usize = 10;
/// Sweeps that are wanted.
pub const WANTED_SWEEPS: usize = 20;
/// Lowest sampling frequency, Hz: ours, below it a spike falls between the samples.
pub const LOWEST_HZ: f64 = 2000.0;
/// Sweeps kept for showing.
const SHOWN: usize = 20;
/// Spread of the methods from which (strict) a marker is doubted, s. Ours: the gross error of the literature.
const WIDE_S: f64 = 5e-3;

/// Measures the potential of every train; one result a train, in their order, or why there is none.
///
/// The trace is the unfiltered one; the trains should be all that were found, quantifiable or not, because each is
/// taken out before another is averaged. Times outside the trace are passed over. Linear in the number of discharges.
pub fn measure(trace: Trace<'_>, trains: &[Train]) -> Vec<Result<Muap, &'static str>> {
    let fs = trace.sampling_frequency().0;
    if fs < LOWEST_HZ {
        return trains
            .iter()
            .map(|_| Err("below 2 kHz a motor unit potential has too few samples"))
            .collect();
    }
    let joint = average::Joint::solve(trace.samples(), fs, trains);
    joint.units.iter().map(|unit| measure_unit(unit, fs)).collect()
}

fn measure_unit(unit: &unit::Unit, fs: f64) -> Result<Muap, &'static str> {
    let sweeps = unit.clean.iter().filter(|c| **c).count();
    if sweeps < FEWEST_SWEEPS {
        return Err("fewer than 10 clean discharges inside the recording");
    }
    let present = reliability::present(unit, fs);
    let reference = unit.before;
    let marked = markers::Marked { shape: &unit.shape, reference, noise: unit.noise, present: &present, fs };
    let (onset, end, body) = marked.markers();
    let shape = shape::measure(&unit.shape, body.clone(), unit.noise, fs);
    let least = (2.0 * markers::LIMIT).max(6.0 * unit.noise);
    let finite = [shape.amplitude, shape.area, unit.noise].iter().all(|v| v.is_finite());
    if !finite || shape.amplitude < least {
        return Err("the average does not stand out of its noise");
    }
    let mut doubts = Vec::new();
    if sweeps < WANTED_SWEEPS {
        doubts.push("fewer than 20 clean sweeps");
    }
    if onset.spread_s > WIDE_S || end.spread_s > WIDE_S {
        doubts.push("the methods for onset and end are more than 5 ms apart");
    }
    if marked.limit() > markers::LIMIT {
        doubts.push("the noise hides the first and last microvolts of the potential");
    }
    const OPEN: &str = "the average does not come back to its baseline inside its window";
    let closed = |v: f64| {
        if onset.at_s.is_some() && end.at_s.is_some() { Reading::Value(v) } else { Reading::Undefined(OPEN) }
    };
    let duration = match (onset.at_s, end.at_s) {
        (Some(a), Some(b)) => Reading::finite(b - a, OPEN),
        _ => Reading::Undefined(OPEN),
    };
    let thickness = shape.area / shape.amplitude;
    let (consecutive_amplitude_difference, cross_correlation) = jiggle::jiggle(unit, &body, fs);
    let jitter = jitter::jitter(unit, &body, fs);
    let every = sweeps.div_ceil(SHOWN);
    Ok(Muap {
        reference,
        sweeps,
        noise: unit.noise,
        doubts,
        superimposed: unit.clean_sweeps().step_by(every).map(|(_, s)| s.to_vec()).collect(),
        satellites: marked.satellites(&body),
        amplitude: shape.amplitude,
        duration,
        area: closed(shape.area),
        thickness: closed(thickness),
        size_index: closed(size_index(shape.amplitude, thickness)),
        phases: shape.phases,
        turns: shape.turns,
        rise_time: shape.rise_time,
        spike_duration: shape.spike_duration,
        irregularity: shape.irregularity,
        consecutive_amplitude_difference,
        cross_correlation,
        jitter,
        average: unit.shape.clone(),
        onset,
        end,
    })
}

/// 2·log10(amplitude in mV) + thickness in ms (Sonoo and Stålberg 1993).
pub fn size_index(amplitude: f64, thickness: f64) -> f64 {
    2.0 * (amplitude * 1e3).log10() + thickness * 1e3
}

/// Onset and end (indices) and the measures of a potential without noise, as a simulation knows it, by the same
/// definitions; `None` when it nowhere reaches [`markers::LIMIT`].
pub fn noise_free(potential: &[f64], fs: f64) -> Option<(std::ops::RangeInclusive<usize>, shape::Shape)> {
    let peak = (0..potential.len()).min_by(|&a, &b| potential[a].total_cmp(&potential[b]))?;
    let body = markers::linked(potential, peak, markers::LIMIT, unit::samples(markers::GAP_S, fs))?;
    let shape = shape::measure(potential, body.clone(), 0.0, fs);
    Some((body, shape))
}
