//! Trains, potentials and recordings for the tests of a muscle's judgement.

use super::Site;
use crate::measure::Reading;
use crate::needle::muap::{Marker, Muap};
use crate::needle::train::Train;
use crate::units::Hertz;

pub(super) const FS: f64 = 20_000.0;

/// A regular train.
pub(super) fn train(from: f64, to: f64, rate: f64) -> Train {
    let times_s: Vec<f64> = (0..).map(|k| from + f64::from(k) / rate).take_while(|t| *t < to).collect();
    Train {
        sureness: vec![0.9; times_s.len()],
        times_s,
        interval_s: Some(1.0 / rate),
        interval_cv: Some(0.12),
        missed_share: Some(0.0),
        ..Train::default()
    }
}

/// A potential of so many µV, ms and phases; `shape` makes one differ from another.
pub(super) fn muap(shape: usize, amplitude_uv: f64, duration_ms: f64, phases: usize) -> Muap {
    let (amplitude, duration) = (amplitude_uv * 1e-6, duration_ms * 1e-3);
    let thickness = 0.15 * duration;
    let wave = |i: usize| {
        let t = (i as f64 - 100.0) / FS;
        let width = (0.4 + 0.15 * (shape % 13) as f64) * 1e-3;
        let late = (t - 1e-3 * (1.0 + (shape % 7) as f64)) / width;
        amplitude * (0.3 * (-late * late).exp() - 0.7 * (-(t / width).powi(2)).exp())
    };
    Muap {
        average: (0..300).map(wave).collect(),
        reference: 100,
        sweeps: 50,
        noise: 2e-6,
        doubts: Vec::new(),
        superimposed: Vec::new(),
        onset: Marker::default(),
        end: Marker::default(),
        amplitude,
        duration: Reading::Value(duration),
        area: Reading::Value(thickness * amplitude),
        thickness: Reading::Value(thickness),
        size_index: Reading::Value(2.0 * (amplitude * 1e3).log10() + thickness * 1e3),
        phases,
        turns: phases,
        rise_time: Reading::Value(0.3e-3),
        spike_duration: Reading::Value(3e-3),
        irregularity: Reading::Value(3.0),
        satellites: Vec::new(),
        consecutive_amplitude_difference: Reading::Value(0.05),
        cross_correlation: Reading::Value(0.99),
        jitter: Reading::Undefined("not measured"),
    }
}

/// A recording of 8 s.
pub(super) fn site_of<'a>(
    level: &'a str,
    trains: &'a [Train],
    muaps: &'a [Result<Muap, &'static str>],
) -> Site<'a> {
    Site {
        file: level,
        level: Some(level),
        sampling_frequency: Hertz(FS),
        duration_s: 8.0,
        active_share: if level == "rest" { 0.0 } else { 0.9 },
        trains,
        muaps,
        patterns: &[],
        spontaneous: None,
        refusals: &[],
    }
}
