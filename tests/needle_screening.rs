//! The screening of one needle recording: simulated trains with known amplitudes, refusals, and the public
//! records.

#![expect(clippy::cast_possible_truncation, reason = "small counts of samples")]

use myotome::needle::mup::candidates;
use myotome::needle::screening::{Context, Screening, screen};
use myotome::norms::{MUP_LIMITS, mup_limits};
use myotome::trace::Trace;
use myotome::units::Hertz;
use std::path::{Path, PathBuf};

/// Uniform numbers from 0 to 1, seeded.
struct Random(u64);

impl Random {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((self.0 >> 33) as f64 + 0.5) / f64::from(1_u32 << 31)
    }
    fn normal(&mut self) -> f64 {
        (-2.0 * self.uniform().ln()).sqrt() * (std::f64::consts::TAU * self.uniform()).cos()
    }
}

/// A unit: peak to peak in V, a sharp negative spike between two slow positive waves; `long_ms` is the SD of
/// the slow part, which makes the duration.
struct Unit {
    height: f64,
    sharp_ms: f64,
    long_ms: f64,
    /// When a second spike of 0.7 times the height and the other polarity comes, ms; makes shapes differ.
    second_ms: f64,
    rate: f64,
}

impl Unit {
    fn at(&self, t: f64) -> f64 {
        let spike = |t: f64| {
            let u = t / (self.sharp_ms * 1e-3);
            -0.62 * u * (-0.5 * u * u + 0.5).exp()
        };
        let v = t / (self.long_ms * 1e-3);
        let slow = -0.12 * (1.0 - v * v) * (-0.5 * v * v).exp();
        self.height * (spike(t) - 0.7 * spike(t - self.second_ms * 1e-3) + slow)
    }
}

/// Trains of `units` with intervals of a CV of 0.15 in white noise of 3 µV; the last 2 s are rest.
fn record(units: &[Unit], fs: f64, seconds: f64, seed: u64) -> Vec<f64> {
    let mut random = Random(seed);
    let mut x: Vec<f64> = (0..(fs * seconds) as usize).map(|_| 3e-6 * random.normal()).collect();
    for unit in units {
        let mut t = 0.05 + random.uniform() / unit.rate;
        while t < seconds - 2.05 {
            let first = ((t - 0.02) * fs).ceil() as usize;
            let end = first + (0.04 * fs) as usize;
            for (k, v) in x.iter_mut().enumerate().take(end).skip(first) {
                *v += unit.at(k as f64 / fs - t);
            }
            t += ((1.0 + 0.15 * random.normal()) / unit.rate).max(0.03);
        }
    }
    x
}

/// Five units around a height (V), a sharpness and a length (ms).
fn five(height: f64, sharp_ms: f64, long_ms: f64) -> Vec<Unit> {
    (0..5)
        .map(|k| {
            let k = f64::from(k);
            Unit {
                height: height * (0.7 + 0.15 * k),
                sharp_ms: sharp_ms * (0.9 + 0.05 * k),
                long_ms: long_ms * (1.1 - 0.05 * k),
                second_ms: 6.0 * sharp_ms * (k - 2.0 + 0.3),
                rate: 7.0 + 0.9 * k,
            }
        })
        .collect()
}

fn context(muscle: &str) -> Context {
    Context {
        calibrated: true,
        effort: None,
        muscle: Some(muscle.to_owned()),
        limits: mup_limits(muscle),
        all_limits: MUP_LIMITS.clone(),
        ..Context::default()
    }
}

fn screened(x: &[f64], fs: f64, context: &Context) -> Screening {
    let s = screen(Trace::new(x, Hertz(fs)).expect("finite samples"), context);
    let words = ["normal", "neurogenic", "myopathic", "indeterminate", "not_interpretable"];
    assert!(words.contains(&s.impression));
    for e in &s.evidence {
        assert!(["met", "not met", "cannot be judged"].contains(&e.verdict), "{e:?}");
        assert!(["neurogenic", "myopathic", "normal", "none"].contains(&e.speaks_for), "{e:?}");
        assert!(!e.source.is_empty() && !e.finding.contains("NaN") && !e.finding.contains("inf"), "{e:?}");
    }
    s
}

#[test]
fn potentials_are_found_with_their_amplitudes_and_rates() {
    let fs = 20_000.0;
    let units = five(700e-6, 0.2, 2.2);
    let x = record(&units, fs, 17.0, 5);
    let found = candidates(Trace::new(&x, Hertz(fs)).unwrap());
    assert_eq!(found.len(), 5, "{found:#?}");
    let height = |unit: &Unit| {
        let shape = (-400..400).map(|k| unit.at(f64::from(k) / fs));
        shape.clone().fold(f64::MIN, f64::max) - shape.fold(f64::MAX, f64::min)
    };
    let mut units: Vec<&Unit> = units.iter().collect();
    units.sort_by(|a, b| height(b).total_cmp(&height(a)));
    for (mup, unit) in found.iter().zip(units) {
        let truth = height(unit);
        assert!((mup.amplitude / truth - 1.0).abs() < 0.06, "{} against {truth}", mup.amplitude);
        assert!((mup.rate.unwrap() / unit.rate - 1.0).abs() < 0.15, "{:?} against {}", mup.rate, unit.rate);
        assert!(mup.rise_time.unwrap() < 0.6e-3 && (5e-3..15e-3).contains(&mup.duration.unwrap()), "{mup:?}");
        assert!(mup.times_s.len() as f64 > 0.5 * unit.rate * 15.0);
    }
}

#[test]
fn tall_potentials_suggest_neurogenic_and_short_low_ones_myopathic() {
    let muscle = context("biceps_brachii");
    let mut outcomes = Vec::new();
    for (height, sharp, long) in [(3e-3, 0.25, 3.0), (160e-6, 0.12, 0.5), (460e-6, 0.2, 2.2)] {
        let x = record(&five(height, sharp, long), 20_000.0, 17.0, 11);
        let s = screened(&x, 20_000.0, &muscle);
        assert!(s.caveats.iter().any(|c| c.contains("spontaneous activity is not assessed")));
        assert_eq!(s.epochs.len(), 17);
        assert!((1.9..3.0).contains(&s.activity.longest_rest_s), "{:?}", s.activity);
        outcomes.push((s.impression, s.evidence, s.potentials));
    }
    let text = format!("{outcomes:#?}");
    assert_eq!(
        outcomes.iter().map(|o| o.0).collect::<Vec<_>>(),
        ["neurogenic", "myopathic", "normal"],
        "{text}"
    );
    assert!(outcomes[0].1.iter().any(|e| e.verdict == "met" && e.source.contains("published")));
    assert!(outcomes[2].1.iter().any(|e| e.source.contains("shown, not judged")));
}

#[test]
fn a_slow_rate_judges_no_low_amplitude_and_an_unknown_muscle_is_never_normal() {
    let x = record(&five(160e-6, 0.25, 1.2), 4000.0, 17.0, 3);
    let s = screened(&x, 4000.0, &context("biceps_brachii"));
    assert_ne!(s.impression, "neurogenic");
    assert!(!s.evidence.iter().any(|e| e.finding.contains("amplitude") && e.speaks_for == "myopathic"));
    assert!(s.caveats.iter().any(|c| c.contains("4000 Hz")));
    let x = record(&five(460e-6, 0.2, 2.2), 20_000.0, 17.0, 11);
    let s = screened(&x, 20_000.0, &Context { calibrated: true, ..context("soleus") });
    assert_eq!(s.impression, "indeterminate");
    let bare = Context { calibrated: true, ..Context::default() };
    assert_eq!(screened(&x, 20_000.0, &bare).impression, "indeterminate");
}

#[test]
fn what_cannot_be_interpreted_is_refused_with_the_reason() {
    let fs = 10_000.0;
    let good = record(&five(700e-6, 0.25, 2.2), fs, 8.0, 1);
    let say = |x: &[f64], fs: f64, context: &Context, impression: &str, word: &str| {
        let s = screened(x, fs, context);
        assert_eq!(s.impression, impression, "{:?}", s.caveats);
        assert!(s.caveats.iter().any(|c| c.contains(word)), "{word}: {:?}", s.caveats);
    };
    let ta = context("tibialis_anterior");
    let refused = Context { refusals: vec!["mains: 60 % of the power".into()], ..ta.clone() };
    say(&good, fs, &refused, "not_interpretable", "60 %");
    say(&good[..5000], fs, &ta, "not_interpretable", "too short");
    say(&[], fs, &ta, "not_interpretable", "too short");
    say(&good, 1000.0, &ta, "not_interpretable", "2 kHz");
    say(&vec![0.0; 50_000], fs, &ta, "indeterminate", "only rest");
    say(&record(&[], fs, 6.0, 2), fs, &ta, "indeterminate", "only rest");
    say(&good, fs, &Context { calibrated: false, ..ta.clone() }, "indeterminate", "not calibrated");
    for (effort, why) in [("rest", "recorded at rest"), ("maximal", "potentials overlap")] {
        say(&good, fs, &Context { effort: Some(effort), ..ta.clone() }, "indeterminate", why);
    }
    let noted = Context { notes: vec!["3 wrapped samples were repaired".into()], ..ta };
    let s = screened(&good, fs, &noted);
    assert!(s.caveats[0].contains("repaired"));
}

#[test]
fn odd_signals_give_an_answer_without_panicking() {
    let fs = 5000.0;
    let n = 20_000;
    let ramp: Vec<f64> = (0..n).map(|i| f64::from(i) * 1e-3).collect();
    let square: Vec<f64> = (0..n).map(|i| if i / 100 % 2 == 0 { 1e-3 } else { -1e-3 }).collect();
    let hum: Vec<f64> = (0..n).map(|i| 1e-3 * (f64::from(i) * 0.0628).sin()).collect();
    let huge: Vec<f64> = (0..n).map(|i| if i % 500 == 0 { 1e150 } else { 0.0 }).collect();
    let tiny: Vec<f64> = (0..n).map(|i| if i % 7 == 0 { 1e-300 } else { -1e-300 }).collect();
    for x in [ramp, square, hum, huge, tiny] {
        for m in screened(&x, fs, &context("deltoid")).measures {
            assert!(m.reading.value().is_none_or(f64::is_finite), "{m:?}");
        }
    }
}

#[test]
fn the_public_records_give_no_wrong_impression() {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let folder = std::env::var_os("MYOTOME_DATA").map_or_else(beside, PathBuf::from).join("emgdb");
    if !folder.exists() {
        println!("skipped: no test data at {}", folder.display());
        return;
    }
    for (name, allowed) in [
        ("healthy", ["normal", "indeterminate"]),
        ("myopathy", ["myopathic", "indeterminate"]),
        ("neuropathy", ["neurogenic", "indeterminate"]),
    ] {
        let bytes = std::fs::read(folder.join(format!("emg_{name}.dat"))).unwrap();
        let x: Vec<f64> =
            bytes.chunks_exact(2).map(|b| f64::from(i16::from_le_bytes([b[0], b[1]])) * 1e-7).collect();
        let s = screened(&x, 4000.0, &context("tibialis_anterior"));
        assert!(allowed.contains(&s.impression), "{name}: {} {:#?}", s.impression, s.evidence);
        assert!(s.potentials.len() >= 3 && s.epochs.len() >= 12, "{name}");
    }
}
