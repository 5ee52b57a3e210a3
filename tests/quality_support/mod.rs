//! Simulated channels and raw test records for the quality tests.
#![allow(dead_code, unreachable_pub, missing_docs, reason = "each test binary uses its own part")]
#![allow(
    clippy::cast_possible_truncation,
    clippy::unwrap_used,
    reason = "simulated values; a failure is a panic"
)]

use myotome::recording::{Channel, ChannelKind, Recording, Samples, Scaling};
use myotome::units::{Hertz, SignalUnit};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::path::PathBuf;

/// Uniform and normal numbers from a seed.
pub struct Random(ChaCha8Rng);

impl Random {
    pub fn new(seed: u64) -> Self {
        Random(ChaCha8Rng::seed_from_u64(seed))
    }
    pub fn uniform(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }
    pub fn between(&mut self, lo: f64, hi: f64) -> f64 {
        lo + (hi - lo) * self.uniform()
    }
    pub fn normal(&mut self) -> f64 {
        (-2.0 * (1.0 - self.uniform()).ln()).sqrt() * (std::f64::consts::TAU * self.uniform()).cos()
    }
    pub fn below(&mut self, n: usize) -> usize {
        (self.uniform() * n as f64) as usize
    }
}

/// Needle EMG, µV: trains of units with triphasic potentials, amplitude lognormal about `peak_uv`, over white noise.
pub fn needle(
    random: &mut Random,
    fs: f64,
    seconds: f64,
    units: usize,
    peak_uv: f64,
    noise_uv: f64,
) -> Vec<f64> {
    let n = (fs * seconds) as usize;
    let mut x: Vec<f64> = (0..n).map(|_| noise_uv * random.normal()).collect();
    for _ in 0..units {
        let amplitude = peak_uv * (0.5 * random.normal()).exp();
        let width = random.between(0.15e-3, 0.6e-3);
        let interval = 1.0 / random.between(5.0, 15.0);
        let variation = random.between(0.08, 0.2);
        let mut at = random.between(0.0, 4.0 * interval);
        while at < seconds {
            let from = ((at - 8e-3) * fs).max(0.0) as usize;
            let scale = amplitude * (1.0 + 0.03 * random.normal());
            for (i, v) in x.iter_mut().enumerate().take(((at + 12e-3) * fs) as usize).skip(from) {
                let u = (i as f64 / fs - at) / width;
                // A steep biphasic spike, negative first, with a slow terminal part.
                *v += scale * (1.2 * u * (-0.5 * u * u).exp() - 0.6 * (-0.5 * u * u).exp());
                let slow = (i as f64 / fs - at - 3e-3) / 2e-3;
                *v += 0.15 * scale * (-0.5 * slow * slow).exp();
            }
            at += interval * (1.0 + variation * random.normal()).max(0.3);
        }
    }
    x
}

/// Surface EMG, µV: noise shaped by a resonance at `centre` Hz with an amplitude that comes and goes.
pub fn surface(random: &mut Random, fs: f64, seconds: f64, centre: f64, rms_uv: f64) -> Vec<f64> {
    let n = (fs * seconds) as usize;
    let r = (-std::f64::consts::PI * 1.2 * centre / fs).exp();
    let (a1, a2) = (2.0 * r * (std::f64::consts::TAU * centre / fs).cos(), -r * r);
    let (mut y1, mut y2, mut x2, mut x1) = (0.0, 0.0, 0.0, 0.0);
    let mut out = Vec::with_capacity(n);
    for _ in 0..n {
        let x0 = random.normal();
        let y = x0 - x2 + a1 * y1 + a2 * y2;
        (y2, y1, x2, x1) = (y1, y, x1, x0);
        out.push(y);
    }
    let rms = (out.iter().map(|v| v * v).sum::<f64>() / n as f64).sqrt();
    let contraction = random.between(0.1, 0.6);
    for (i, v) in out.iter_mut().enumerate() {
        let envelope = 0.1 + (std::f64::consts::PI * contraction * i as f64 / fs).sin().powi(2);
        *v = *v / rms * rms_uv * envelope + 1.5 * random.normal();
    }
    out
}

/// Evoked sweeps one after another, µV: a decaying stimulus artefact and a biphasic response every 0.5 s.
pub fn evoked(random: &mut Random, fs: f64, seconds: f64, peak_uv: f64) -> Vec<f64> {
    let n = (fs * seconds) as usize;
    let latency = random.between(3e-3, 30e-3);
    let artefact = random.between(0.0, 0.5) * peak_uv;
    (0..n)
        .map(|i| {
            let t = (i as f64 / fs) % 0.5;
            let u = (t - latency) / 2e-3;
            let response = if u > 0.0 { -peak_uv * u * (2.0 - u) * (-u).exp() } else { 0.0 };
            response + artefact * (-t / 0.4e-3).exp() + 3.0 * random.normal()
        })
        .collect()
}

/// `x` (µV) in 16 bit with `uv_per_step`; nothing goes beyond the range.
pub fn quantised(x: &[f64], uv_per_step: f64, fs: f64, kind: ChannelKind) -> Channel {
    let codes = x.iter().map(|v| (v / uv_per_step).round().clamp(-32768.0, 32767.0) as i16).collect();
    coded(codes, uv_per_step, fs, kind)
}

pub fn coded(codes: Vec<i16>, uv_per_step: f64, fs: f64, kind: ChannelKind) -> Channel {
    let mut c = Channel::new("EMG", Hertz(fs), SignalUnit::parse("uV"), Samples::I16(codes));
    c.scaling = Scaling::Divide { baseline: 0.0, gain: 1.0 / uv_per_step };
    c.storage_bits = Some(16);
    c.kind = kind;
    c
}

pub fn recording(channels: Vec<Channel>) -> Recording {
    Recording { file: "test".into(), format: "test", channels, ..Recording::default() }
}

pub fn data(part: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("MYOTOME_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let path = folder.join(part);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: no test data {part}");
    None
}

/// A record of `emgdb`, decoded here: 16-bit little-endian numbers of 0.1 µV at 4000 Hz.
pub fn emgdb(name: &str) -> Option<Channel> {
    let bytes = std::fs::read(data(&format!("emgdb/{name}.dat"))?).unwrap();
    let codes = bytes.as_chunks::<2>().0.iter().map(|b| i16::from_le_bytes(*b)).collect();
    Some(coded(codes, 0.1, 4000.0, ChannelKind::Needle))
}
