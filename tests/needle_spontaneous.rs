//! Spontaneous activity: a small recording of each kind, made here from closed forms that the finder does not
//! know, false alarms on what is no activity, and input of no use.

#![expect(clippy::unwrap_used, reason = "a step that fails is a failed test")]
#![expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small counts of samples")]

use myotome::needle::spontaneous::{Discharge, Kind, Spontaneous, SpontaneousOptions};
use myotome::trace::Trace;
use myotome::units::Hertz;

/// Uniform and normal numbers, seeded.
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

/// A potential in units of its largest peak over time from that peak, ms.
type Shape = fn(f64) -> f64;

fn bell(t: f64, at: f64, width: f64) -> f64 {
    (-0.5 * ((t - at) / width).powi(2)).exp()
}
/// Positive, negative, positive; 3 ms.
fn fibre(t: f64) -> f64 {
    0.45 * bell(t, -0.75, 0.3) - bell(t, 0.0, 0.22) + 0.3 * bell(t, 0.8, 0.4)
}
/// A sharp positive peak, then a long shallow negative wave.
fn sharp_wave(t: f64) -> f64 {
    let tail =
        if t > 0.6 { -0.28 * (1.0 - (-(t - 0.6) / 1.0).exp()) * (-(t - 0.6) / 6.0).exp() } else { 0.0 };
    bell(t, 0.0, 0.35) + tail
}
/// Eight fibres of a motor unit, 10 ms.
fn unit(t: f64) -> f64 {
    0.3 * bell(t, -2.4, 0.9) - bell(t, 0.0, 0.35) + 0.35 * bell(t, 1.0, 0.4) - 0.4 * bell(t, 1.9, 0.35)
        + 0.22 * bell(t, 3.4, 1.3)
        - 0.05 * bell(t, 6.0, 1.5)
}
/// Starts negative.
fn spike_at_the_end_plate(t: f64) -> f64 {
    -bell(t, 0.0, 0.3) + 0.4 * bell(t, 1.1, 0.5)
}
/// Six fibres one after the other over 18 ms, the largest in the middle.
fn complex(t: f64) -> f64 {
    let parts = [(-9.0, 0.5), (-6.2, 0.35), (-3.1, 0.6), (0.0, 1.0), (3.9, 0.45), (8.3, 0.3)];
    parts.iter().map(|(at, size)| size * fibre(t - at)).sum()
}

/// Adds `shape` of `size` V at each time (s), its sizes scaled.
fn add(x: &mut [f64], fs: f64, shape: Shape, size: f64, times: &[(f64, f64)]) {
    for (t, scale) in times {
        let first = ((t - 0.02) * fs).max(0.0) as usize;
        let end = (((t + 0.06) * fs).max(0.0) as usize).min(x.len());
        for (k, v) in x.iter_mut().enumerate().take(end).skip(first) {
            *v += size * scale * shape((k as f64 / fs - t) * 1e3);
        }
    }
}

/// Intervals of a mean and a CV from `start` to `end`; all of size 1.
fn train(random: &mut Random, start: f64, end: f64, rate: f64, cv: f64) -> Vec<(f64, f64)> {
    let (mut t, mut out) = (start, Vec::new());
    while t < end {
        out.push((t, 1.0));
        t += (1.0 + cv * random.normal()).max(0.3) / rate;
    }
    out
}

/// Times after each other by chance, never nearer than `dead` s.
fn chance(random: &mut Random, end: f64, rate: f64, dead: f64) -> Vec<(f64, f64)> {
    let (mut t, mut out) = (0.1, Vec::new());
    loop {
        t += dead - random.uniform().ln() / rate;
        if t >= end {
            return out;
        }
        out.push((t, 1.0));
    }
}

const SECONDS: f64 = 8.0;

/// White noise of 2.5 µV and a hum of 6 µV.
fn quiet(random: &mut Random, fs: f64) -> Vec<f64> {
    (0..(SECONDS * fs) as usize)
        .map(|k| 2.5e-6 * random.normal() + 6e-6 * (std::f64::consts::TAU * 50.0 * k as f64 / fs).sin())
        .collect()
}

fn find(x: &[f64], fs: f64) -> Spontaneous {
    let finder = SpontaneousOptions { at_rest: true }.design(Hertz(fs)).expect("a rate above zero");
    finder.apply(Trace::new(x, Hertz(fs)).expect("finite samples"))
}

/// Kinds that are spontaneous activity of the muscle.
fn spontaneous(found: &Spontaneous) -> Vec<&Discharge> {
    let not = [Kind::Voluntary, Kind::InsertionalActivity, Kind::Artefact, Kind::Unknown];
    found.discharges.iter().filter(|d| !not.contains(&d.kind)).collect()
}

/// Share of agreement (F1) of all times of a kind with the truth, within 1 ms after the median lag.
fn agreement(found: &[&Discharge], kind: Kind, truth: &[(f64, f64)]) -> f64 {
    let mut got: Vec<f64> =
        found.iter().filter(|d| d.kind == kind).flat_map(|d| d.times_s.iter().copied()).collect();
    got.sort_by(f64::total_cmp);
    let nearest = |t: f64| got.iter().map(|g| g - t).min_by(|a, b| a.abs().total_cmp(&b.abs()));
    let mut lags: Vec<f64> = truth.iter().filter_map(|t| nearest(t.0)).collect();
    if lags.is_empty() {
        return 0.0;
    }
    lags.sort_by(f64::total_cmp);
    let lag = lags[lags.len() / 2];
    if lag.abs() > 0.01 {
        return 0.0;
    }
    let hits = truth.iter().filter(|t| nearest(t.0 + lag).is_some_and(|d| d.abs() <= 1e-3)).count();
    2.0 * hits as f64 / (truth.len() + got.len()) as f64
}

fn expect_only(x: &[f64], fs: f64, kind: Kind, truth: &[(f64, f64)], least: f64) {
    let found = find(x, fs);
    let active = spontaneous(&found);
    let kinds: Vec<_> = active.iter().map(|d| (d.kind, d.times_s.len(), d.why.clone())).collect();
    assert!(
        !active.is_empty() && active.iter().all(|d| d.kind == kind),
        "{kind:?} at {fs} Hz: {kinds:#?}; all: {:#?}",
        found.discharges.iter().map(|d| (d.kind, d.times_s.clone(), &d.why)).collect::<Vec<_>>()
    );
    let f1 = agreement(&active, kind, truth);
    assert!(f1 >= least, "{kind:?} at {fs} Hz: agreement {f1}");
    for d in active {
        assert!(!d.why.is_empty() && (0.0..=1.0).contains(&d.confidence));
        assert!(d.times_s.windows(2).all(|w| w[0] <= w[1]) && d.reference < d.template.len());
        assert!(d.span_s.0 <= d.span_s.1 && d.rate.is_finite() && d.amplitude > 0.0);
    }
}

#[test]
fn fibrillation_potentials_are_found_at_any_rate_of_sampling() {
    for (seed, fs) in [(1, 10_000.0), (2, 20_000.0), (3, 48_000.0)] {
        let mut random = Random(seed);
        let mut x = quiet(&mut random, fs);
        let mut truth = train(&mut random, 0.4, SECONDS - 0.1, 4.7, 0.03);
        add(&mut x, fs, fibre, 80e-6, &truth);
        let other = train(&mut random, 1.0, 6.0, 9.3, 0.04);
        add(&mut x, fs, fibre, 160e-6, &other);
        truth.extend(other);
        expect_only(&x, fs, Kind::FibrillationPotential, &truth, 0.95);
    }
}

#[test]
fn positive_sharp_waves_are_told_from_fibrillation_potentials() {
    let fs = 20_000.0;
    let mut random = Random(5);
    let mut x = quiet(&mut random, fs);
    let waves = train(&mut random, 0.3, SECONDS - 0.1, 6.1, 0.03);
    add(&mut x, fs, sharp_wave, 150e-6, &waves);
    expect_only(&x, fs, Kind::PositiveSharpWave, &waves, 0.97);
    let fibres = train(&mut random, 0.2, SECONDS - 0.1, 3.3, 0.04);
    add(&mut x, fs, fibre, 120e-6, &fibres);
    let found = find(&x, fs);
    let active = spontaneous(&found);
    assert!(agreement(&active, Kind::PositiveSharpWave, &waves) > 0.95);
    assert!(agreement(&active, Kind::FibrillationPotential, &fibres) > 0.95);
}

#[test]
fn fasciculations_come_by_chance() {
    let fs = 20_000.0;
    let mut random = Random(8);
    let mut x = quiet(&mut random, fs);
    let truth = chance(&mut random, SECONDS - 0.1, 1.6, 0.1);
    add(&mut x, fs, unit, 900e-6, &truth);
    expect_only(&x, fs, Kind::FasciculationPotential, &truth, 0.97);
}

#[test]
fn a_complex_that_repeats_like_a_machine_is_a_complex_repetitive_discharge() {
    let fs = 20_000.0;
    let mut random = Random(9);
    let mut x = quiet(&mut random, fs);
    let truth = train(&mut random, 1.0, 7.0, 22.3, 0.001);
    add(&mut x, fs, complex, 300e-6, &truth);
    expect_only(&x, fs, Kind::ComplexRepetitiveDischarge, &truth, 0.95);
}

#[test]
fn what_waxes_and_wanes_is_myotonic() {
    let fs = 20_000.0;
    let mut random = Random(10);
    let mut x = quiet(&mut random, fs);
    let (mut t, mut truth) = (0.5, Vec::new());
    while t < 6.5 {
        let wave = (std::f64::consts::PI * (t - 0.5) / 6.0).sin().max(0.0);
        truth.push((t, 0.3 + 0.7 * wave));
        t += (1.0 + 0.02 * random.normal()) / (25.0 + 60.0 * wave);
    }
    add(&mut x, fs, fibre, 300e-6, &truth);
    expect_only(&x, fs, Kind::MyotonicDischarge, &truth, 0.95);
}

#[test]
fn groups_of_a_motor_unit_are_myokymic() {
    let fs = 20_000.0;
    let mut random = Random(11);
    let mut x = quiet(&mut random, fs);
    let mut truth = Vec::new();
    for burst in train(&mut random, 0.3, SECONDS - 0.4, 1.7, 0.1) {
        truth.extend(train(&mut random, burst.0, burst.0 + 0.14, 35.0, 0.05));
    }
    add(&mut x, fs, unit, 700e-6, &truth);
    expect_only(&x, fs, Kind::MyokymicDischarge, &truth, 0.95);
}

#[test]
fn a_fast_run_that_fades_is_neuromyotonic() {
    let fs = 20_000.0;
    let mut random = Random(12);
    let mut x = quiet(&mut random, fs);
    let mut truth = Vec::new();
    for start in [0.8, 3.1, 5.6] {
        let mut run = train(&mut random, start, start + 0.9, 210.0, 0.01);
        for d in &mut run {
            d.1 = 1.0 - 0.6 * (d.0 - start) / 0.9;
        }
        truth.extend(run);
    }
    add(&mut x, fs, unit, 800e-6, &truth);
    expect_only(&x, fs, Kind::NeuromyotonicDischarge, &truth, 0.95);
}

#[test]
fn many_fast_irregular_units_are_a_cramp() {
    let fs = 20_000.0;
    let mut random = Random(13);
    let mut x = quiet(&mut random, fs);
    let squeezed: Shape = |t| unit(1.5 * t);
    let truth = train(&mut random, 1.0, 6.5, 46.0, 0.2);
    add(&mut x, fs, unit, 900e-6, &truth);
    let other = train(&mut random, 1.4, 6.0, 55.0, 0.2);
    add(&mut x, fs, squeezed, 400e-6, &other);
    let found = find(&x, fs);
    let active = spontaneous(&found);
    assert!(!active.is_empty() && active.iter().all(|d| d.kind == Kind::CrampPotential), "{active:#?}");
}

#[test]
fn the_end_plate_is_heard_as_hiss_and_spikes() {
    let fs = 20_000.0;
    let mut random = Random(14);
    let mut x = quiet(&mut random, fs);
    let spikes = chance(&mut random, SECONDS - 0.1, 22.0, 0.005);
    add(&mut x, fs, spike_at_the_end_plate, 220e-6, &spikes);
    expect_only(&x, fs, Kind::EndPlateSpike, &spikes, 0.95);
    let mut x = quiet(&mut random, fs);
    let mut hiss = chance(&mut random, SECONDS - 0.1, 170.0, 0.0005);
    for d in &mut hiss {
        d.1 = (0.25 * random.normal()).exp();
    }
    add(&mut x, fs, |t| -bell(t, 0.0, 0.3), 30e-6, &hiss);
    expect_only(&x, fs, Kind::EndPlateNoise, &hiss, 0.85);
}

#[test]
fn voluntary_units_are_not_spontaneous_whatever_the_examiner_says() {
    let fs = 20_000.0;
    for (seed, rate, cv) in [(15, 8.5, 0.15), (16, 12.0, 0.2), (17, 6.0, 0.035)] {
        let mut random = Random(seed);
        let mut x = quiet(&mut random, fs);
        let truth = train(&mut random, 0.5, SECONDS - 0.2, rate, cv);
        add(&mut x, fs, unit, 600e-6, &truth);
        for at_rest in [true, false] {
            let finder = SpontaneousOptions { at_rest }.design(Hertz(fs)).unwrap();
            let found = finder.apply(Trace::new(&x, Hertz(fs)).unwrap());
            let all: Vec<_> = found.discharges.iter().collect();
            assert!(spontaneous(&found).is_empty(), "{rate} a second, CV {cv}: {all:#?}");
            assert!(agreement(&all, Kind::Voluntary, &truth) > 0.97);
        }
    }
}

#[test]
fn noise_hum_pulses_and_movement_raise_no_alarm() {
    let fs = 20_000.0;
    for seed in 20..26 {
        let mut random = Random(seed);
        let x = quiet(&mut random, fs);
        assert!(find(&x, fs).discharges.is_empty(), "noise of seed {seed}");
        let mut pulses = x.clone();
        let rate = 1.0 + random.uniform();
        for (t, _) in train(&mut random, 0.3, SECONDS - 0.1, rate, 1e-6) {
            let k = (t * fs) as usize;
            (pulses[k], pulses[k + 1], pulses[k + 2]) = (800e-6, 700e-6, -400e-6);
        }
        assert!(spontaneous(&find(&pulses, fs)).is_empty(), "pulses of seed {seed}");
        let mut moved = x.clone();
        for (k, v) in moved.iter_mut().enumerate() {
            let t = k as f64 / fs - 3.0;
            *v += 2e-3 * (-0.5 * (t / 0.1).powi(2)).exp() * (std::f64::consts::TAU * 6.0 * t).sin();
        }
        assert!(spontaneous(&find(&moved, fs)).is_empty(), "movement of seed {seed}");
    }
}

#[test]
fn input_of_no_use_is_survived() {
    for fs in [1.0, 100.0, 4_000.0, 20_000.0] {
        for x in [
            vec![],
            vec![1e-6],
            vec![0.0; 8000],
            vec![3e-3; 8000],
            (0..8000).map(|k| if k % 2 == 0 { 1e300 } else { -1e300 }).collect(),
            (0..8000).map(|k| f64::from(k) * 1e-9).collect(),
            (0..8000).map(|k| if k % 100 < 50 { 1e-3 } else { -1e-3 }).collect(),
            (0..8000).map(|k| if k == 4000 { 1.0 } else { 0.0 }).collect(),
            (0..8000).map(|k| (f64::from(k) * 0.3).sin() * 1e-320).collect::<Vec<f64>>(),
        ] {
            let found = find(&x, fs);
            for d in &found.discharges {
                let numbers = [d.confidence, d.rate, d.amplitude, d.span_s.0, d.span_s.1];
                assert!(numbers.iter().chain(&d.times_s).chain(&d.template).all(|v| v.is_finite()), "{d:?}");
            }
            assert!(found.noise.is_finite());
        }
    }
    assert!(SpontaneousOptions::default().design(Hertz(f64::NAN)).is_err());
}

#[test]
fn at_4_khz_a_regular_train_is_still_found() {
    let fs = 4_000.0;
    let mut random = Random(30);
    let mut x = quiet(&mut random, fs);
    let truth = train(&mut random, 0.3, SECONDS - 0.1, 5.2, 0.03);
    add(&mut x, fs, fibre, 150e-6, &truth);
    expect_only(&x, fs, Kind::FibrillationPotential, &truth, 0.95);
}

#[test]
fn the_same_input_gives_the_same_answer() {
    let mut random = Random(31);
    let mut x = quiet(&mut random, 10_000.0);
    add(&mut x, 10_000.0, fibre, 100e-6, &train(&mut random, 0.2, 7.0, 7.0, 0.05));
    let (a, b) = (find(&x, 10_000.0), find(&x, 10_000.0));
    assert_eq!(a.discharges, b.discharges);
}
