//! Evoked sweeps of 200 ms at 20 kHz: markers and the plain threshold; throughput is in sweeps.

#![expect(clippy::unwrap_used, reason = "a bench may stop where its ground gives way")]
#![expect(clippy::cast_possible_truncation, reason = "a made-up signal far inside the range")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use myotome::ncs::Sweep;
use myotome::ncs::marker::{MarkerOptions, ResponseKind, Scratch};
use myotome::ncs::threshold::ThresholdOptions;
use myotome::units::{Hertz, Seconds};
use std::hint::black_box;

const RATE: Hertz = Hertz(20_000.0);
const START: Seconds = Seconds(-0.02);
const SAMPLES: usize = 4000;

/// A muscle response of 5 mV, 8 µV of noise, 5 µV of mains, an artefact; µV.
fn recorded() -> Vec<i16> {
    let mut state = 1u64;
    let mut noise = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        14.0 * ((state >> 11) as f64 / (1u64 << 52) as f64 - 1.0)
    };
    (0..SAMPLES)
        .map(|i| {
            let t = i as f64 / 20.0 - 20.0;
            let u = ((t - 6.0) / 1.5).max(0.0);
            let artefact = if t >= 0.0 { 2000.0 * (-t / 0.1).exp() } else { 0.0 };
            let response = 5000.0 * u * (1.0 - u).exp() * (0.75 * u.min(8.0)).cos();
            (response + artefact + 5.0 * (0.314 * t).sin() + noise()) as i16
        })
        .collect()
}

fn ncs(c: &mut Criterion) {
    let stored = recorded();
    let mut group = c.benchmark_group("ncs");
    group.throughput(Throughput::Elements(1));
    let options = ThresholdOptions {
        start: START,
        samples: SAMPLES,
        baseline: (START, Seconds(-0.001)),
        search: (Seconds(0.001), Seconds(0.1)),
    };
    let threshold = options.design(RATE).unwrap();
    let bytes: Vec<[u8; 2]> = stored.iter().map(|v| v.to_le_bytes()).collect();
    group.bench_function("threshold", |b| b.iter(|| threshold.apply(black_box(&bytes), 1.0)));
    let volts: Vec<f64> = stored.iter().map(|v| 1e-6 * f64::from(*v)).collect();
    let sweep = Sweep::new(&volts, START, RATE).unwrap();
    let options = MarkerOptions {
        earliest: Seconds(0.001),
        latest: Seconds(0.1),
        ..MarkerOptions::of(ResponseKind::Cmap)
    };
    let (marker, mut scratch) = (options.design(RATE).unwrap(), Scratch::default());
    group.bench_function("marker", |b| b.iter(|| marker.apply(black_box(&sweep), &mut scratch).unwrap()));
    group.finish();
}

criterion_group!(benches, ncs);
criterion_main!(benches);
