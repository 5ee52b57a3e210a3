//! Time per window of 250 ms at 2 kHz, by group of features. One iteration is one window.

use criterion::{Criterion, criterion_group, criterion_main};
use myotome::feature::{FeatureOptions, Scratch, select};
use myotome::units::Hertz;
use std::hint::black_box;

const FS: f64 = 2000.0;
const WINDOW: usize = 500;
const STEP: usize = 250;

struct Case {
    name: &'static str,
    select: &'static [&'static str],
    exclude: &'static [&'static str],
}

const CASES: &[Case] = &[
    Case { name: "default_without_sampen", select: &[], exclude: &["sampen"] },
    Case { name: "default", select: &[], exclude: &[] },
    Case { name: "sampen", select: &["sampen"], exclude: &[] },
    Case { name: "apen", select: &["apen"], exclude: &[] },
    Case { name: "sums", select: &["mav", "rms", "mmav1", "mmav2", "tm3", "vorder"], exclude: &[] },
    Case { name: "moments", select: &["var", "skewness", "kurtosis_excess"], exclude: &[] },
    Case { name: "log", select: &["log"], exclude: &[] },
    Case { name: "roots", select: &["emav", "ewl", "msr"], exclude: &[] },
    Case {
        name: "differences",
        select: &["wl", "zc", "ssc", "wamp", "fzc", "hjorth_complexity"],
        exclude: &[],
    },
    Case { name: "turns", select: &["turns"], exclude: &[] },
    Case { name: "quantiles", select: &["iqr", "mad"], exclude: &[] },
    Case { name: "ar", select: &["ar1", "cc4"], exclude: &[] },
    Case { name: "spectrum", select: &["mnf"], exclude: &[] },
    Case {
        name: "spectrum_all",
        select: &[
            "mnf",
            "mdf",
            "rolloff_95",
            "rolloff_85",
            "psr",
            "fr",
            "band_power_20_60",
            "band_power_60_120",
            "band_power_120_250",
            "band_power_250_450",
            "flatness",
            "spread",
        ],
        exclude: &[],
    },
];

/// Noise through a resonance near 100 Hz, some 100 µV strong, in bursts.
fn signal() -> Vec<f64> {
    let mut state = 42u64;
    let mut draw = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1u64 << 53) as f64 - 0.5
    };
    let (mut a, mut b) = (0.0, 0.0);
    (0..120_000)
        .map(|i| {
            let new = 1.6 * a - 0.75 * b + draw() + draw() + draw();
            (b, a) = (a, new);
            new * 60e-6 * (0.1 + (f64::from(i) * 0.0005).sin().abs())
        })
        .collect()
}

fn features(c: &mut Criterion) {
    let x = signal();
    let words = |w: &[&str]| w.iter().map(|&s| s.to_owned()).collect::<Vec<_>>();
    for case in CASES {
        let chosen = select(&words(case.select), &words(case.exclude)).expect("the table names features");
        let extractor = FeatureOptions::default().design(chosen, Hertz(FS), WINDOW).expect("it is possible");
        let (mut scratch, mut out, mut at) = (Scratch::default(), Vec::new(), 0);
        c.bench_function(case.name, |b| {
            b.iter(|| {
                extractor.apply(&x[at..at + WINDOW], &mut scratch, &mut out);
                at = if at + STEP + WINDOW > x.len() { 0 } else { at + STEP };
                black_box(&mut out);
            });
        });
    }
}

criterion_group!(benches, features);
criterion_main!(benches);
