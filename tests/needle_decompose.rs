//! Decomposition on simulated recordings with known discharges, and on what holds no unit.

#![expect(clippy::unwrap_used, reason = "a step that fails is a failed test")]

use myotome::evaluate::match_times;
use myotome::needle::decompose::{DecomposeOptions, Decomposition};
use myotome::simulate::needle::{self, Options, State};
use myotome::study::Level;
use myotome::trace::Trace;
use myotome::truth::RecordingTruth;
use myotome::units::Hertz;

fn decompose(x: &[f64], fs: f64) -> Decomposition {
    let plan = DecomposeOptions::default().design(Hertz(fs)).unwrap();
    plan.apply(Trace::new(x, Hertz(fs)).unwrap())
}

/// A slight contraction: its samples and its truth.
fn slight(options: Options) -> (Vec<f64>, RecordingTruth) {
    let options = Options { levels: vec![Level::Slight], rest: 0, sites: 1, ..options };
    let study = needle::study(&options).unwrap();
    let truth = study.truth.recordings[0].clone();
    (study.recordings[0].samples().to_vec(), truth)
}

/// Of the units of at least `least` times the RMS: true discharges, agreed ones, and discharges of their trains.
fn score(truth: &RecordingTruth, found: &Decomposition, least: f64) -> (usize, usize, usize) {
    let mut sum = (0, 0, 0);
    for unit in truth.motor_units.iter().filter(|u| u.muap.amplitude_uv >= least * truth.rms_uv) {
        let agreed = |times: &[f64]| match_times(&unit.discharge_times_s, times).agreed;
        let best = found.trains.iter().max_by_key(|t| agreed(&t.times_s));
        sum.0 += unit.discharge_times_s.len();
        sum.1 += best.map_or(0, |t| agreed(&t.times_s));
        sum.2 += best.map_or(0, |t| t.times_s.len());
    }
    sum
}

#[test]
fn tall_units_are_found_with_nearly_all_their_discharges_whatever_the_sampling_frequency() {
    let mut all = (0, 0, 0);
    for (seed, fs) in [(41, 20_000.0), (42, 48_000.0), (43, 23_437.5)] {
        let base = Options { seed, state: Some(State::Normal), seconds: 6.0, ..Options::default() };
        let (x, truth) = slight(Options { sampling_frequency: Hertz(fs), ..base });
        let found = decompose(&x, fs);
        let one = score(&truth, &found, 2.5);
        all = (all.0 + one.0, all.1 + one.1, all.2 + one.2);
        // Sorted by height, times rising, everything finite, and the trains explain the trace.
        let span =
            |t: &[f64]| t.iter().fold(0.0_f64, |m, v| m.max(*v)) - t.iter().fold(0.0_f64, |m, v| m.min(*v));
        assert!(found.trains.windows(2).all(|t| span(&t[0].template) >= span(&t[1].template)));
        for t in &found.trains {
            assert!(t.times_s.windows(2).all(|w| w[0] < w[1]) && t.times_s.len() == t.sureness.len());
            assert!(t.sureness.iter().all(|s| (0.0..=1.0).contains(s)));
            assert!(t.template.iter().all(|v| v.is_finite()) && t.reference < t.template.len());
        }
        assert!(found.explained > 0.8, "{}", found.explained);
        assert_eq!(found.residual.len(), x.len());
    }
    let (sensitivity, precision) = (all.1 as f64 / all.0 as f64, all.1 as f64 / all.2 as f64);
    assert!(all.0 > 300 && sensitivity > 0.9 && precision > 0.9, "{all:?} {sensitivity} {precision}");
}

#[test]
fn a_creeping_needle_does_not_lose_the_units() {
    let base = Options { seed: 51, state: Some(State::Normal), seconds: 8.0, ..Options::default() };
    let (x, truth) = slight(Options { drift_mm: Some(0.15), ..base });
    let (n, agreed, taken) = score(&truth, &decompose(&x, 20_000.0), 2.5);
    assert!(n > 100 && 10 * agreed > 8 * n && 10 * agreed > 8 * taken, "{n} {agreed} {taken}");
}

/// Discharges of one unit, a fibre of which blocks in two of five, in noise.
fn blocking(fs: f64) -> (Vec<f64>, Vec<f64>) {
    let mut state = 7_u64;
    let mut draw = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(state >> 33).unwrap()) / f64::from(1_u32 << 31)
    };
    let bell = |t: f64, middle: f64, width: f64| (-0.5 * ((t - middle) / width).powi(2)).exp();
    let mut times = vec![0.1];
    while times.last().is_some_and(|t| *t < 11.8) {
        times.push(times.last().unwrap() + 0.11 * (0.75 + 0.5 * draw()));
    }
    let blocked: Vec<bool> = times.iter().map(|_| draw() < 0.4).collect();
    let of_one = |ms: f64, blocked: bool| {
        let own = -200e-6 * bell(ms, 0.0, 0.25) + 120e-6 * bell(ms, 0.7, 0.3);
        let fibre = 330e-6 * bell(ms, 2.0, 0.12) - 150e-6 * bell(ms, 2.4, 0.15);
        own + if blocked { 0.0 } else { fibre }
    };
    let samples = 240_000_u32;
    let mut x = Vec::new();
    for i in 0..samples {
        let t = f64::from(i) / fs;
        let near = times.iter().zip(&blocked).filter(|(at, _)| (t - **at).abs() < 0.008);
        let potential: f64 = near.map(|(at, blocked)| of_one(1e3 * (t - at), *blocked)).sum();
        x.push(6e-6 * (draw() - 0.5) + potential);
    }
    (x, times)
}

#[test]
fn a_unit_with_a_fibre_that_blocks_is_one_train() {
    let (x, times) = blocking(20_000.0);
    let found = decompose(&x, 20_000.0);
    let agreed: Vec<usize> = found.trains.iter().map(|t| match_times(&times, &t.times_s).agreed).collect();
    assert_eq!(agreed.len(), 1, "{agreed:?} of {}", times.len());
    assert!(20 * agreed[0] > 19 * times.len(), "{agreed:?} of {}", times.len());
}

#[test]
fn the_same_trace_gives_the_same_trains_and_gain_changes_no_time() {
    let base = Options { seed: 61, state: Some(State::Normal), seconds: 4.0, ..Options::default() };
    let (x, _) = slight(base);
    let (a, b) = (decompose(&x, 20_000.0), decompose(&x, 20_000.0));
    assert!(!a.trains.is_empty() && a.trains == b.trains);
    let doubled: Vec<f64> = x.iter().map(|v| 2.0 * v).collect();
    let c = decompose(&doubled, 20_000.0);
    let times = |d: &Decomposition| d.trains.iter().map(|t| t.times_s.clone()).collect::<Vec<_>>();
    assert_eq!(times(&a), times(&c));
}

#[test]
fn what_holds_no_unit_gives_no_train() {
    let fs = 20_000.0;
    let mut state = 1_u64;
    let mut noise = || {
        let mut sum = 0.0;
        for _ in 0..12 {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            sum += (state >> 33) as f64 / f64::from(1_u32 << 31);
        }
        (sum - 6.0) * 3e-6
    };
    let white: Vec<f64> = (0..80_000).map(|_| noise()).collect();
    let hum: Vec<f64> = (0..80_000)
        .map(|i| 100e-6 * (std::f64::consts::TAU * 50.0 * f64::from(i) / fs).sin() + noise())
        .collect();
    for x in [vec![], vec![1e-3], vec![0.0; 7], vec![0.0; 40_000], vec![2e-3; 40_000], white, hum] {
        let found = decompose(&x, fs);
        assert!(found.trains.is_empty(), "{} samples: {} trains", x.len(), found.trains.len());
        assert!(found.noise.is_finite() && found.explained.is_finite() && found.residual.len() == x.len());
    }
    // A step, a single spike, a square wave, huge values: any answer but no panic and nothing that is not finite.
    let mut spike = vec![0.0; 40_000];
    spike[20_000] = 1.0;
    let step: Vec<f64> = (0..40_000).map(|i| if i < 20_000 { 0.0 } else { 5e-3 }).collect();
    let square: Vec<f64> = (0..40_000).map(|i| if i % 400 < 200 { 5e-3 } else { -5e-3 }).collect();
    let huge: Vec<f64> = (0..40_000).map(|i| if i % 2000 == 0 { 1e150 } else { -1e150 }).collect();
    for x in [spike, step, square, huge] {
        let found = decompose(&x, fs);
        assert!(found.trains.iter().all(|t| t.template.iter().all(|v| v.is_finite())));
    }
    assert!(DecomposeOptions::default().design(Hertz(1000.0)).is_err());
}
