//! What a channel is, from its file and from its signal.

#![expect(clippy::cast_possible_truncation, reason = "small counts of samples")]

use myotome::classify::{Sureness, kind_of, muscle_named_in};
use myotome::recording::{Annotation, Channel, ChannelKind, Recording, Samples, Segment};
use myotome::units::{Hertz, SignalUnit};
use std::path::{Path, PathBuf};

/// Normal deviates, seeded.
fn noise(seed: u64, n: usize) -> Vec<f64> {
    let mut state = seed;
    let mut uniform = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((state >> 33) as f64 + 0.5) / f64::from(1_u32 << 31)
    };
    (0..n).map(|_| (-2.0 * uniform().ln()).sqrt() * (std::f64::consts::TAU * uniform()).cos()).collect()
}

/// Trains of potentials at several rates: derivatives of a Gaussian of width `ms`, heights up to `uv`.
fn trains(fs: f64, seconds: f64, ms: f64, uv: f64, units: usize) -> Vec<f64> {
    let n = (fs * seconds) as usize;
    let mut x: Vec<f64> = noise(7, n).iter().map(|v| v * 3.0).collect();
    for unit in 0..units {
        let (period, height) = (0.07 + 0.013 * unit as f64, uv * (1.0 - 0.5 * unit as f64 / units as f64));
        let mut t = 0.01 * unit as f64 + 0.05;
        while t < seconds - 0.05 {
            for k in 0..(0.03 * fs) as usize {
                let u = (k as f64 / fs - 0.015) / (ms * 1e-3);
                x[(t * fs) as usize + k] -= height * 1.65 * u * (-0.5 * u * u).exp();
            }
            t += period * (1.0 + 0.15 * (t * 37.0).sin());
        }
    }
    x
}

/// Noise of surface bandwidth (first-order corners at 30 and 250 Hz), on and off every second.
fn strong_surface(fs: f64, seconds: f64) -> Vec<f64> {
    let white = noise(3, (fs * seconds) as usize);
    let (up, down) = ((-188.5 / fs).exp(), 1.0 - (-1570.8_f64 / fs).exp());
    let (mut low, mut low2, mut slow) = (0.0, 0.0, 0.0);
    let step = |(i, w): (usize, f64)| {
        low += down * (w - low);
        low2 += down * (low - low2);
        slow = up * slow + (1.0 - up) * low2;
        let on = if ((i as f64 / fs) as usize).is_multiple_of(2) { 400.0 } else { 10.0 };
        on * (low2 - slow) + 1.0 * w
    };
    white.into_iter().enumerate().map(step).collect()
}

fn channel(label: &str, fs: f64, microvolts: Vec<f64>) -> Channel {
    Channel::new(label, Hertz(fs), SignalUnit::parse("uV"), Samples::F64(microvolts))
}

fn data(path: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let file = std::env::var_os("MYOTOME_DATA").map_or_else(beside, PathBuf::from).join(path);
    if file.exists() {
        return Some(file);
    }
    println!("skipped: no test data at {}", file.display());
    None
}

#[test]
fn sharp_separate_potentials_are_a_needle_at_any_usual_rate() {
    for fs in [4000.0, 10_000.0, 23_437.5, 48_000.0] {
        for units in [2, 5, 12] {
            let c = channel("EMG", fs, trains(fs, 6.0, 0.25, 600.0, units));
            let got = kind_of(&Recording::default(), &c);
            assert_eq!(
                (got.kind, got.sureness),
                (ChannelKind::Needle, Sureness::Likely),
                "{fs} {units} {got:?}"
            );
        }
    }
}

#[test]
fn slow_potentials_and_noise_of_surface_bandwidth_are_surface() {
    for fs in [2000.0, 4000.0, 10_000.0] {
        let sparse = channel("EMG", fs, trains(fs, 6.0, 2.5, 300.0, 1));
        let strong = channel("EMG", fs, strong_surface(fs, 8.0));
        for c in [sparse, strong] {
            let got = kind_of(&Recording::default(), &c);
            assert_eq!(got.kind, ChannelKind::Surface, "{fs} {got:?}");
        }
    }
    let low = channel("EMG", 1259.259, trains(1259.259, 4.0, 0.5, 600.0, 3));
    assert_eq!(kind_of(&Recording::default(), &low).kind, ChannelKind::Surface);
}

#[test]
fn the_file_decides_before_the_signal() {
    let needle_like = || channel("EMG", 10_000.0, trains(10_000.0, 4.0, 0.25, 600.0, 3));
    let recording = |comment: &str| Recording { comments: vec![comment.into()], ..Recording::default() };
    let kind = |r: &Recording, c: &Channel| kind_of(r, c).kind;
    assert_eq!(kind(&recording("bipolar surface electrodes"), &needle_like()), ChannelKind::Surface);
    let slow = channel("EMG", 4000.0, trains(4000.0, 4.0, 2.5, 300.0, 1));
    let got =
        kind_of(&recording("EMG from 25mm concentric needle electrode placed in tibialis anterior"), &slow);
    assert_eq!((got.kind, got.sureness), (ChannelKind::Needle, Sureness::Stated));
    // Both words decide nothing; the signal does.
    assert_eq!(kind(&recording("surface reference, needle active"), &needle_like()), ChannelKind::Needle);
    let mut stated = needle_like();
    stated.kind = ChannelKind::Evoked;
    assert_eq!(kind(&Recording::default(), &stated), ChannelKind::Evoked);
    for (label, unit) in [("ACC1.X", "g"), ("Force", "N"), ("TRIG", "uV"), ("ECG", "mV"), ("Gyro X", "deg/s")]
    {
        let mut c = needle_like();
        (c.label, c.unit) = (label.into(), SignalUnit::parse(unit));
        assert_eq!(kind(&Recording::default(), &c), ChannelKind::Other, "{label}");
    }
    let mut swept = needle_like();
    swept.segments = (0..40).map(|k| Segment { first: k * 1000, len: 1000, onset_s: k as f64 }).collect();
    assert_eq!(kind(&Recording::default(), &swept), ChannelKind::Evoked);
    let stimulus = Annotation { onset_s: 1.0, duration_s: None, text: "Stim 20 mA".into(), channel: None };
    let r = Recording { annotations: vec![stimulus], ..Recording::default() };
    assert_eq!(kind(&r, &needle_like()), ChannelKind::Evoked);
}

#[test]
fn nothing_to_go_by_is_said() {
    for x in [vec![], vec![0.0; 3], vec![0.0; 40_000], noise(1, 40_000)] {
        let got = kind_of(&Recording::default(), &channel("1", 4000.0, x));
        assert_eq!((got.kind, got.sureness), (ChannelKind::Emg, Sureness::Guess), "{got:?}");
    }
    let fast = kind_of(&Recording::default(), &channel("1", 20_000.0, vec![0.0; 40_000]));
    assert_eq!((fast.kind, fast.sureness), (ChannelKind::Needle, Sureness::Guess));
}

#[test]
fn needle_records_at_4_khz_are_found_from_their_signal_alone() {
    let Some(folder) = data("emgdb") else { return };
    for name in ["healthy", "myopathy", "neuropathy"] {
        let bytes = std::fs::read(folder.join(format!("emg_{name}.dat"))).unwrap();
        let x = bytes.chunks_exact(2).map(|b| f64::from(i16::from_le_bytes([b[0], b[1]])) / 10.0).collect();
        let got = kind_of(&Recording::default(), &channel("EMG", 4000.0, x));
        assert_eq!((got.kind, got.sureness), (ChannelKind::Needle, Sureness::Likely), "{name} {got:?}");
    }
}

#[test]
fn a_muscle_is_found_in_a_comment_when_it_is_the_only_one() {
    let c = channel("EMG", 4000.0, vec![0.0; 10]);
    let named = |text: &str, c: &Channel| {
        let r = Recording { comments: vec![text.into()], ..Recording::default() };
        muscle_named_in(&r, c).map(|m| m.id)
    };
    assert_eq!(named("electrode placed in tibialis anterior", &c), Some("tibialis_anterior"));
    assert_eq!(named("tibialis anterior, then vastus lateralis", &c), None);
    assert_eq!(named("Ta da", &c), None);
    assert_eq!(named("", &channel("TA", 4000.0, vec![])), Some("tibialis_anterior"));
}
