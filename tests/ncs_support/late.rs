//! The late-response fixture, and sweeps made on the spot.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "each test binary uses its own part")]

use myotome::ncs::Sweeps;
use myotome::units::{Hertz, Seconds};
use serde_json::Value;

/// A study of the fixture.
pub struct Study {
    pub seed: u64,
    pub sweeps: Sweeps,
    pub truth: Value,
}

/// The studies of one kind, `f`, `h` or `r`. Made by another implementation, `tests/golden/make_late.py`.
pub fn studies(kind: &str) -> Vec<Study> {
    let all: Vec<Value> = serde_json::from_str(include_str!("../golden/late.json")).unwrap();
    let of_kind = all.into_iter().filter(|s| s["test"] == kind);
    of_kind
        .map(|s| {
            let rows = s["recorded_tenths_of_uv"].as_array().unwrap();
            let recorded = rows.iter().map(|row| numbers(row).iter().map(|v| v * 1e-7).collect()).collect();
            let start = Seconds(s["start_s"].as_f64().unwrap());
            let fs = Hertz(s["sampling_frequency_hz"].as_f64().unwrap());
            let sweeps = Sweeps::from_recorded(recorded, start, fs).unwrap();
            Study { seed: s["seed"].as_u64().unwrap(), sweeps, truth: s["truth"].clone() }
        })
        .collect()
}

/// A list of numbers; `null` is left out.
pub fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().filter_map(Value::as_f64).collect()
}

/// Noise of SD 1 and known start: sums of twelve numbers of a linear congruence.
pub fn noise(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed.wrapping_mul(2).wrapping_add(1);
    move || {
        let mut sum = -6.0;
        for _ in 0..12 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            sum += (state >> 11) as f64 / (1u64 << 53) as f64;
        }
        sum
    }
}

/// A potential's shape, 1 at its negative peak, from its onset on; time in units of its time constant.
pub fn potential(u: f64) -> f64 {
    if u <= 0.0 { 0.0 } else { u * (2.0 - u) * (-u).exp() / 0.461_2 }
}

/// `n` sweeps from `start` on, negative up, V: `f(sweep, time)` and noise.
pub fn sweeps(
    n: usize,
    samples: usize,
    start: f64,
    fs: f64,
    rms: f64,
    f: impl Fn(usize, f64) -> f64,
) -> Sweeps {
    let mut noise = noise(7);
    let recorded = (0..n)
        .map(|i| (0..samples).map(|k| -(f(i, start + k as f64 / fs) + rms * noise())).collect())
        .collect();
    Sweeps::from_recorded(recorded, Seconds(start), Hertz(fs)).unwrap()
}
