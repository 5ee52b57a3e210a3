//! Potentials that are known, at known times, in noise that is known.

#![expect(clippy::cast_possible_truncation, reason = "counts of samples of small signals")]

use super::*;
use crate::units::Hertz;

const FS: f64 = 20_000.0;

/// Seeded numbers: uniform in 0 to 1, and Gaussian.
struct Random(u64);
impl Random {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}

/// Height (V), time (s) and width (s) of Gaussian bumps.
type Bumps = &'static [(f64, f64, f64)];

const TALL: Bumps =
    &[(250e-6, -0.7e-3, 0.3e-3), (-800e-6, 0.0, 0.2e-3), (300e-6, 0.8e-3, 0.5e-3), (20e-6, 2.5e-3, 1.5e-3)];
const MIDDLE: Bumps =
    &[(60e-6, -2.0e-3, 0.8e-3), (-260e-6, 0.0, 0.3e-3), (120e-6, 0.9e-3, 0.3e-3), (-90e-6, 2.0e-3, 0.4e-3)];
const SMALL: Bumps = &[(20e-6, -1.0e-3, 0.4e-3), (-60e-6, 0.0, 0.4e-3), (30e-6, 1.5e-3, 0.8e-3)];

fn value(bumps: Bumps, t: f64) -> f64 {
    bumps.iter().map(|(a, at, width)| a * (-((t - at) / width).powi(2)).exp()).sum()
}

/// The potential sampled over 40 ms, its peak near the middle.
fn sampled(bumps: Bumps, fs: f64) -> Vec<f64> {
    let n = (0.04 * fs) as usize;
    (0..n).map(|i| value(bumps, i as f64 / fs - 0.02)).collect()
}

fn add(x: &mut [f64], bumps: Bumps, at: f64, fs: f64) {
    let first = ((at - 0.02) * fs).ceil().max(0.0) as usize;
    let last = (((at + 0.03) * fs) as usize).min(x.len());
    for (i, v) in x.iter_mut().enumerate().take(last).skip(first) {
        *v += value(bumps, i as f64 / fs - at);
    }
}

fn firing(rng: &mut Random, from: f64, to: f64, interval: f64) -> Vec<f64> {
    let mut times = Vec::new();
    let mut t = from + interval * rng.uniform();
    while t < to {
        times.push(t);
        t += interval * (1.0 + 0.13 * rng.normal()).max(0.4);
    }
    times
}

fn train(times_s: &[f64]) -> Train {
    Train { times_s: times_s.to_vec(), ..Train::default() }
}

fn noise(rng: &mut Random, seconds: f64, fs: f64, sd: f64) -> Vec<f64> {
    (0..(seconds * fs) as usize).map(|_| sd * rng.normal()).collect()
}

/// Three units that overlap again and again.
fn three(seed: u64) -> (Vec<f64>, Vec<Vec<f64>>) {
    let mut rng = Random(seed);
    let mut x = noise(&mut rng, 8.0, FS, 3e-6);
    let all: Vec<Vec<f64>> = [0.09, 0.075, 0.11].iter().map(|i| firing(&mut rng, 0.0, 8.0, *i)).collect();
    for (bumps, times) in [TALL, MIDDLE, SMALL].into_iter().zip(&all) {
        times.iter().for_each(|t| add(&mut x, bumps, *t, FS));
    }
    (x, all)
}

fn measured(x: &[f64], fs: f64, trains: &[Train]) -> Vec<Result<Muap, &'static str>> {
    measure(Trace::new(x, Hertz(fs)).unwrap(), trains)
}

fn close(got: &Muap, bumps: Bumps, fs: f64, amplitude: f64, duration_s: f64) {
    let (body, truth) = noise_free(&sampled(bumps, fs), fs).unwrap();
    let length = (body.end() - body.start()) as f64 / fs;
    assert!(
        (got.amplitude / truth.amplitude - 1.0).abs() < amplitude,
        "{} {}",
        got.amplitude,
        truth.amplitude
    );
    let duration = got.duration.value().unwrap();
    assert!((duration - length).abs() < duration_s, "{duration} {length} {:?} {:?}", got.onset, got.end);
    assert_eq!((got.phases, got.turns), (truth.phases, truth.turns));
    assert!((got.area.value().unwrap() / truth.area - 1.0).abs() < 0.05, "{:?} {}", got.area, truth.area);
    if let (Reading::Value(a), Reading::Value(b)) = (got.rise_time, truth.rise_time) {
        assert!((a - b).abs() < 60e-6, "rise {a} {b}");
    }
}

#[test]
fn overlapping_units_are_each_measured_as_if_alone() {
    let (x, all) = three(1);
    let trains: Vec<Train> = all.iter().map(|t| train(t)).collect();
    let got = measured(&x, FS, &trains);
    for ((got, bumps), (amplitude, times)) in
        got.iter().zip([TALL, MIDDLE, SMALL]).zip([0.01, 0.02, 0.04].into_iter().zip(&all))
    {
        let got = got.as_ref().unwrap();
        close(got, bumps, FS, amplitude, 0.5e-3);
        assert!(got.sweeps > times.len() / 2 && got.doubts.is_empty(), "{} {:?}", got.sweeps, got.doubts);
        assert!(got.noise > 0.1e-6 && got.noise < 1.5e-6, "{}", got.noise);
        let lowest = got.average.iter().copied().fold(f64::MAX, f64::min);
        assert_eq!(got.average[got.reference], lowest, "the reference is the main negative peak");
        assert_eq!(got.onset.by.len(), 3);
        assert!(got.satellites.is_empty(), "{:?}", got.satellites);
    }
}

#[test]
fn missed_and_false_discharges_and_inexact_times_are_forgiven() {
    let (x, all) = three(2);
    let mut rng = Random(77);
    let trains: Vec<Train> = all
        .iter()
        .map(|times| {
            let mut out: Vec<f64> = Vec::new();
            for t in times {
                if rng.uniform() > 0.1 {
                    out.push(t + 0.6e-3 * (rng.uniform() - 0.5));
                }
                if rng.uniform() < 0.03 {
                    out.push(8.0 * rng.uniform());
                }
            }
            out.sort_by(f64::total_cmp);
            train(&out)
        })
        .collect();
    for ((got, bumps), amplitude) in
        measured(&x, FS, &trains).iter().zip([TALL, MIDDLE, SMALL]).zip([0.03, 0.03, 0.08])
    {
        close(got.as_ref().unwrap(), bumps, FS, amplitude, 1.0e-3);
    }
}

#[test]
fn mains_offset_and_drift_do_not_move_the_markers() {
    let (mut x, all) = three(3);
    for (i, v) in x.iter_mut().enumerate() {
        let t = i as f64 / FS;
        *v += 300e-6 + 20e-6 * (std::f64::consts::TAU * 50.03 * t).sin() + 60e-6 * (1.1 * t).sin();
    }
    let trains: Vec<Train> = all.iter().map(|t| train(t)).collect();
    for ((got, bumps), amplitude) in
        measured(&x, FS, &trains).iter().zip([TALL, MIDDLE, SMALL]).zip([0.01, 0.02, 0.05])
    {
        close(got.as_ref().unwrap(), bumps, FS, amplitude, 0.7e-3);
    }
}

/// A satellite 9 ms after the spike is told apart.
#[test]
fn a_satellite_is_listed_and_not_counted_in() {
    const WITH: Bumps = &[
        (250e-6, -0.7e-3, 0.3e-3),
        (-800e-6, 0.0, 0.2e-3),
        (300e-6, 0.8e-3, 0.5e-3),
        (-70e-6, 9e-3, 0.3e-3),
    ];
    let mut rng = Random(5);
    let mut x = noise(&mut rng, 6.0, FS, 3e-6);
    let times = firing(&mut rng, 0.0, 6.0, 0.09);
    times.iter().for_each(|t| add(&mut x, WITH, *t, FS));
    let got = measured(&x, FS, &[train(&times)]).remove(0).unwrap();
    close(&got, WITH, FS, 0.01, 0.3e-3);
    assert!(got.duration.value().unwrap() < 5e-3, "{:?}", got.duration);
    let [s] = got.satellites[..] else { panic!("{:?}", got.satellites) };
    assert!(s.start_s > 8e-3 && s.end_s < 10e-3 && (s.amplitude - 70e-6).abs() < 7e-6, "{s:?}");
}

/// Two spikes 1.2 ms apart; the second comes by `sd` earlier or later.
fn two_spikes(sd: f64, n: usize, fs: f64) -> Result<Muap, &'static str> {
    const FIRST: Bumps = &[(-500e-6, 0.0, 0.12e-3), (150e-6, -0.3e-3, 0.15e-3), (150e-6, 0.3e-3, 0.15e-3)];
    const SECOND: Bumps = &[(-350e-6, 0.0, 0.12e-3), (100e-6, -0.3e-3, 0.15e-3), (100e-6, 0.3e-3, 0.15e-3)];
    let mut rng = Random(11);
    let seconds = 0.1 * n as f64 + 0.2;
    let mut x = noise(&mut rng, seconds, fs, 3e-6);
    let times: Vec<f64> = (0..n).map(|i| 0.1 + 0.1 * i as f64 + 0.01 * rng.uniform()).collect();
    for t in &times {
        add(&mut x, FIRST, *t, fs);
        add(&mut x, SECOND, t + 1.2e-3 + sd * rng.normal(), fs);
    }
    measured(&x, fs, &[train(&times)]).remove(0)
}

#[test]
fn jitter_is_the_mean_consecutive_difference_that_was_put_in() {
    for sd in [20e-6, 40e-6] {
        let got = two_spikes(sd, 150, FS).unwrap();
        let want = 1.128 * sd;
        let jitter = got.jitter.value().unwrap();
        // 150 differences have a relative error of about 7 %.
        assert!((jitter / want - 1.0).abs() < 0.2, "{jitter} {want}");
        assert!(got.consecutive_amplitude_difference.value().unwrap() > 0.02, "{got:?}");
    }
    let still = two_spikes(0.0, 150, FS).unwrap();
    assert!(still.jitter.value().unwrap() < 4e-6, "{:?}", still.jitter);
    assert!(still.consecutive_amplitude_difference.value().unwrap() < 0.01);
    assert!(still.cross_correlation.value().unwrap() > 0.99);
}

#[test]
fn what_the_sampling_frequency_or_the_count_does_not_carry_is_refused() {
    let at_12k = two_spikes(30e-6, 80, 12_000.0).unwrap();
    assert!(matches!(at_12k.jitter, Reading::Undefined(_)) && at_12k.rise_time.value().is_some());
    let at_4k = two_spikes(30e-6, 80, 4000.0).unwrap();
    let all =
        [at_4k.jitter, at_4k.rise_time, at_4k.consecutive_amplitude_difference, at_4k.cross_correlation];
    assert!(all.iter().all(|r| matches!(r, Reading::Undefined(_))), "{all:?}");
    assert!(at_4k.duration.value().is_some());
    assert!(two_spikes(30e-6, 80, 1500.0).is_err());
    assert!(matches!(two_spikes(30e-6, 45, FS).unwrap().jitter, Reading::Undefined(_)));
    assert!(two_spikes(30e-6, 8, FS).is_err());
    let few = two_spikes(30e-6, 14, FS).unwrap();
    assert!(few.sweeps <= 14 && few.doubts.contains(&"fewer than 20 clean sweeps"), "{:?}", few.doubts);
}

#[test]
fn degenerate_traces_and_trains_give_a_reason() {
    let times: Vec<f64> = (0..40).map(|i| 0.05 * f64::from(i)).collect();
    let odd = vec![f64::NAN, -1.0, 0.0, 1e-5, 0.5, 0.5, 0.2, 1e9, f64::INFINITY, 1.999_99];
    let trains = [train(&times), train(&[]), train(&odd), train(&times)];
    let mut rng = Random(9);
    let noisy = noise(&mut rng, 2.0, FS, 3e-6);
    for x in [vec![], vec![1.0], vec![0.0; 40_000], vec![5e-3; 40_000], vec![0.0; 30], noisy] {
        for fs in [2000.0, 4000.0, FS, 100_000.0] {
            let got = measured(&x, fs, &trains);
            assert_eq!(got.len(), 4);
            assert!(got.iter().all(Result::is_err), "{} samples at {fs}", x.len());
        }
    }
    assert!(measured(&[0.0; 100], FS, &[]).is_empty());
    // Squares of these are infinite: no panic, and no number that is none.
    let huge: Vec<f64> =
        (0..40_000).map(|i| if i % 700 < 9 { -1e300 } else { 1e299 * rng.normal() }).collect();
    let spikes: Vec<f64> = (0..57).map(|i| f64::from(i) * 700.0 / FS).collect();
    for got in measured(&huge, FS, &[train(&spikes), train(&times)]).into_iter().flatten() {
        assert!(got.amplitude.is_finite() && got.noise.is_finite() && got.onset.spread_s.is_finite());
    }
}

#[test]
fn a_train_at_the_edges_is_measured_on_what_lies_inside() {
    let mut rng = Random(21);
    let mut x = noise(&mut rng, 1.5, FS, 2e-6);
    let times: Vec<f64> = (0..16).map(|i| 0.001 + 0.0995 * f64::from(i)).collect();
    times.iter().for_each(|t| add(&mut x, MIDDLE, *t, FS));
    let got = measured(&x, FS, &[train(&times)]).remove(0).unwrap();
    assert!(got.sweeps < 16, "{}", got.sweeps);
    close(&got, MIDDLE, FS, 0.02, 0.7e-3);
}

#[test]
fn the_same_train_twice_does_not_count_the_unit_twice() {
    let (x, all) = three(4);
    let trains: Vec<Train> = [0, 0, 1, 2].iter().map(|k: &usize| train(&all[*k])).collect();
    let got = measured(&x, FS, &trains);
    let tall = got[0].as_ref().or(got[1].as_ref()).unwrap();
    close(tall, TALL, FS, 0.02, 0.7e-3);
}

/// A potential of straight lines, by hand: 30, −500, 100 µV.
#[test]
fn a_potential_without_noise_is_measured_by_hand() {
    let fs = 100_000.0;
    let corners: [(f64, f64); 5] = [(10.0, 0.0), (11.0, 30.0), (11.4, -500.0), (12.0, 100.0), (14.0, 0.0)];
    let x: Vec<f64> = (0..4000)
        .map(|i| {
            let t = f64::from(i) * 0.01;
            let k = corners.windows(2).position(|p| p[0].0 <= t && t < p[1].0);
            k.map_or(0.0, |k| {
                let (a, b) = (corners[k], corners[k + 1]);
                1e-6 * (a.1 + (b.1 - a.1) * (t - a.0) / (b.0 - a.0))
            })
        })
        .collect();
    let (body, shape) = noise_free(&x, fs).unwrap();
    // 6 µV are reached 0.2 ms after the first corner and last held 0.12 ms before the last.
    assert!(
        (*body.start() as f64 - 1020.0).abs() <= 1.0 && (*body.end() as f64 - 1388.0).abs() <= 1.0,
        "{body:?}"
    );
    assert!((shape.amplitude * 1e6 - 600.0).abs() < 2.0);
    assert_eq!((shape.phases, shape.turns), (3, 3));
    assert!((shape.rise_time.value().unwrap() - 0.4e-3).abs() < 10e-6, "{:?}", shape.rise_time);
    assert!((shape.spike_duration.value().unwrap() - 1.0e-3).abs() < 15e-6, "{:?}", shape.spike_duration);
    assert!((shape.area * 1e9 - 338.4).abs() < 1.0, "{}", shape.area);
    // 30 + 530 + 600 + 100 over 600.
    assert!((shape.irregularity.value().unwrap() - 2.1).abs() < 0.01, "{:?}", shape.irregularity);
    assert!(noise_free(&[0.0; 100], fs).is_none() && noise_free(&[], fs).is_none());
    assert!((size_index(1e-3, 1.5e-3) - 1.5).abs() < 1e-12);
}
