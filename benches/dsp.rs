//! Time per call of filters, spectra and envelopes on 10 s of noise; throughput is in samples.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use myotome::dsp::envelope::{Average, Ends, EnvelopeOptions};
use myotome::dsp::hilbert::analytic;
use myotome::dsp::iir::{FilterOptions, FilterScratch, NotchOptions};
use myotome::dsp::resample::ResampleOptions;
use myotome::dsp::spectrum::{PsdOptions, PsdScratch};
use myotome::dsp::turns::turns;
use myotome::dsp::window::Window;
use myotome::units::{Hertz, Seconds};
use std::hint::black_box;

const FS: Hertz = Hertz(10_000.0);
const SAMPLES: usize = 100_000;

/// What is timed.
type Timed = Box<dyn FnMut()>;

struct Case {
    name: &'static str,
    channels: usize,
    /// One-time work outside, timed work in the returned closure.
    prepare: fn(Vec<Vec<f64>>) -> Timed,
}

const CASES: &[Case] = &[
    Case { name: "bandpass_zero_phase/8_channels", channels: 8, prepare: bandpass },
    Case { name: "bandpass_zero_phase/1_channel", channels: 1, prepare: bandpass },
    Case { name: "notch_zero_phase/8_channels", channels: 8, prepare: notch },
    Case { name: "welch/half_second", channels: 1, prepare: welch },
    Case { name: "hilbert", channels: 1, prepare: |x| Box::new(move || drop(black_box(analytic(&x[0])))) },
    Case { name: "moving_rms/50ms", channels: 1, prepare: moving_rms },
    Case { name: "resample/1_over_5", channels: 1, prepare: resample },
    Case { name: "turns/100uv", channels: 1, prepare: turn },
];

fn filter(mut x: Vec<Vec<f64>>, plan: myotome::dsp::iir::Sections) -> Timed {
    let mut scratch = FilterScratch::default();
    Box::new(move || {
        let mut channels: Vec<&mut [f64]> = x.iter_mut().map(Vec::as_mut_slice).collect();
        plan.apply_zero_phase_many(&mut channels, &mut scratch).expect("long enough");
    })
}

fn bandpass(x: Vec<Vec<f64>>) -> Timed {
    filter(x, FilterOptions::bandpass(4, Hertz(20.0), Hertz(450.0)).design(FS).expect("in range"))
}

fn notch(x: Vec<Vec<f64>>) -> Timed {
    filter(x, NotchOptions::new(Hertz(50.0)).design(FS).expect("in range"))
}

fn welch(x: Vec<Vec<f64>>) -> Timed {
    let options = PsdOptions { segment: 5000, overlap: 2500, window: Window::Hann, remove_mean: true };
    let plan = options.design(FS).expect("in range");
    let (mut scratch, mut out) = (PsdScratch::default(), Vec::new());
    Box::new(move || plan.apply(black_box(&x[0]), &mut scratch, &mut out))
}

fn moving_rms(x: Vec<Vec<f64>>) -> Timed {
    let options = EnvelopeOptions { average: Average::Rms, window: Seconds(0.05), ends: Ends::Shorten };
    let plan = options.design(FS).expect("in range");
    let (mut scratch, mut out) = (Vec::new(), Vec::new());
    Box::new(move || plan.apply(black_box(&x[0]), &mut scratch, &mut out))
}

fn resample(x: Vec<Vec<f64>>) -> Timed {
    let plan = ResampleOptions { up: 1, down: 5 }.design().expect("in range");
    let mut out = Vec::new();
    Box::new(move || plan.apply(black_box(&x[0]), &mut out))
}

fn turn(x: Vec<Vec<f64>>) -> Timed {
    let mut out = Vec::new();
    Box::new(move || turns(black_box(&x[0]), 100e-6, &mut out))
}

/// White noise of about 300 µV, one stream a channel.
fn noise(channels: usize) -> Vec<Vec<f64>> {
    let mut state = 1u64;
    let mut draw = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 40) as f64 / f64::from(1u32 << 23) - 1.0) * 500e-6
    };
    (0..channels).map(|_| (0..SAMPLES).map(|_| draw()).collect()).collect()
}

fn dsp(c: &mut Criterion) {
    let mut group = c.benchmark_group("dsp");
    for case in CASES {
        let mut run = (case.prepare)(noise(case.channels));
        group.throughput(Throughput::Elements((SAMPLES * case.channels) as u64));
        group.bench_function(case.name, |b| b.iter(&mut run));
    }
    group.finish();
}

criterion_group!(benches, dsp);
criterion_main!(benches);
