//! Needle recordings: 10 s at 20 kHz with six motor units; throughput is in samples.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use myotome::needle::decompose::DecomposeOptions;
use myotome::needle::interference::InterferenceOptions;
use myotome::needle::muap;
use myotome::needle::spontaneous::SpontaneousOptions;
use myotome::needle::train::Train;
use myotome::trace::Trace;
use myotome::units::Hertz;
use std::hint::black_box;

const RATE: Hertz = Hertz(20_000.0);
const SAMPLES: usize = 200_000;
/// Peak to peak, V; width of the main spike, s; discharges a second. Ours: a slight contraction.
const UNITS: [(f64, f64, f64); 6] = [
    (900e-6, 0.30e-3, 9.0),
    (700e-6, 0.45e-3, 8.2),
    (520e-6, 0.35e-3, 10.3),
    (400e-6, 0.60e-3, 7.4),
    (300e-6, 0.40e-3, 11.2),
    (220e-6, 0.55e-3, 9.7),
];

/// Uniform from -1 to 1.
fn draw(state: &mut u64) -> f64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 11) as f64 / (1u64 << 52) as f64 - 1.0
}

/// A potential of three phases, each unit's with proportions of its own, 0 at the negative peak.
fn potential(unit: usize, t: f64) -> f64 {
    let (amplitude, width, _) = UNITS[unit];
    let bump = |at: f64, w: f64| (-0.5 * ((t - at) / w).powi(2)).exp();
    let first = 0.25 + 0.05 * unit as f64;
    let last = 0.50 - 0.06 * unit as f64;
    let shape = -bump(0.0, width)
        + first * bump(-2.4 * width, 1.3 * width)
        + last * bump((2.2 + 0.3 * unit as f64) * width, 1.8 * width);
    amplitude / 1.4 * shape
}

/// The sample at a time, s.
#[expect(clippy::cast_possible_truncation, reason = "within the trace")]
fn sample(t: f64) -> usize {
    (t * RATE.0) as usize
}

/// The trace, V, and the discharges of each unit, s.
fn contraction() -> (Vec<f64>, Vec<Vec<f64>>) {
    let mut state = 5;
    let mut x: Vec<f64> = (0..SAMPLES).map(|_| 5e-6 * draw(&mut state)).collect();
    let mut all = Vec::new();
    for (unit, (_, _, rate)) in UNITS.iter().enumerate() {
        let (mut t, mut times) = (0.05 + 0.013 * unit as f64, Vec::new());
        while t < 9.95 {
            times.push(t);
            let first = sample(t - 0.01);
            for (i, value) in x.iter_mut().enumerate().skip(first).take(400) {
                *value += potential(unit, i as f64 / RATE.0 - t);
            }
            t += (1.0 + 0.25 * draw(&mut state)) / rate;
        }
        all.push(times);
    }
    (x, all)
}

/// Regular fibrillation potentials on noise, V.
fn rest() -> Vec<f64> {
    let mut state = 6;
    let mut x: Vec<f64> = (0..SAMPLES).map(|_| 5e-6 * draw(&mut state)).collect();
    for k in 0..75 {
        let t = 0.1 + 0.13 * f64::from(k);
        for (i, value) in x.iter_mut().enumerate().skip(sample(t - 0.005)).take(200) {
            *value += 0.15 * potential(0, i as f64 / RATE.0 - t);
        }
    }
    x
}

fn needle(c: &mut Criterion) {
    let (x, times) = contraction();
    let trace = Trace::new(&x, RATE).expect("a good rate");
    let quiet = rest();
    let quiet = Trace::new(&quiet, RATE).expect("a good rate");
    let trains: Vec<Train> = (0..UNITS.len())
        .map(|unit| Train {
            sureness: vec![1.0; times[unit].len()],
            times_s: times[unit].clone(),
            template: (0..400).map(|i| potential(unit, (f64::from(i) - 200.0) / RATE.0)).collect(),
            reference: 200,
            ..Train::default()
        })
        .collect();
    let mut group = c.benchmark_group("needle");
    group.throughput(Throughput::Elements(SAMPLES as u64));
    group.sample_size(10);
    let plan = DecomposeOptions::default().design(RATE).expect("good options");
    group.bench_function("decompose/6 units", |b| b.iter(|| plan.apply(black_box(trace))));
    group.bench_function("muap/6 units", |b| b.iter(|| muap::measure(black_box(trace), &trains)));
    let plan = SpontaneousOptions { at_rest: true }.design(RATE).expect("good options");
    group.bench_function("spontaneous/rest", |b| b.iter(|| plan.apply(black_box(quiet))));
    let plan = InterferenceOptions::default().design(RATE).expect("good options");
    group.bench_function("interference/1 s", |b| b.iter(|| plan.apply(black_box(trace))));
    group.finish();
}

criterion_group!(benches, needle);
criterion_main!(benches);
