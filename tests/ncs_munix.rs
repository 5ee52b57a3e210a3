//! The motor unit number index: exact where its definition is, monotone in the number of simulated units, and
//! told from what it is not.

#![allow(clippy::unwrap_used, reason = "what fails in a test is a failed test")]
#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "small numbers"
)]

use myotome::measure::Reading;
use myotome::ncs::Sweep;
use myotome::ncs::munix::{Munix, MunixOptions, Rejected, munix};
use myotome::trace::Trace;
use myotome::units::{Hertz, Seconds};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Distribution, StandardNormal, StandardUniform};

const FS: f64 = 10_000.0;

struct Draw(ChaCha8Rng);

impl Draw {
    fn new(seed: u64) -> Self {
        Draw(ChaCha8Rng::seed_from_u64(seed))
    }
    fn normal(&mut self) -> f64 {
        StandardNormal.sample(&mut self.0)
    }
    fn uniform(&mut self) -> f64 {
        StandardUniform.sample(&mut self.0)
    }
}

/// A potential of a unit: negative then positive, no net area; `t` in s, `tau` its time constant.
fn potential(t: f64, tau: f64) -> f64 {
    let u = t / tau;
    if u > 0.0 { u * (2.0 - u) * (-u).exp() } else { 0.0 }
}

/// A sweep with 10 ms before the stimulus and the sum of `parts` (amplitude, latency, time constant).
fn cmap(parts: &[(f64, f64, f64)]) -> Vec<f64> {
    let at = |i: usize| i as f64 / FS - 0.01;
    (0..800).map(|i| parts.iter().map(|(a, d, tau)| a * potential(at(i) - d, *tau)).sum()).collect()
}

fn measure(sweep: &[f64], stretches: &[Vec<f64>]) -> Munix {
    let sweep = Sweep::new(sweep, Seconds(-0.01), Hertz(FS)).unwrap();
    let traces: Vec<Trace<'_>> = stretches.iter().map(|s| Trace::new(s, Hertz(FS)).unwrap()).collect();
    munix(sweep, &traces, &MunixOptions::default()).unwrap()
}

#[test]
fn equal_potentials_that_never_overlap_give_their_number() {
    for units in [20usize, 47, 90] {
        let one = 0.0001;
        let sweep = cmap(&vec![(one, 0.002, 0.0012); units]);
        // Discharges 15 to 45 ms apart, of whichever unit: denser and denser.
        let stretches: Vec<Vec<f64>> = (0..12)
            .map(|k| {
                let apart = 150 + 25 * (12 - k) as usize;
                let mut x = vec![0.0; 5000];
                for start in (100..4800).step_by(apart) {
                    for (i, x) in x[start..].iter_mut().enumerate() {
                        *x += 0.0003 * potential(i as f64 / FS, 0.0012);
                    }
                }
                x.iter().map(|v| 1e-3 + v).collect()
            })
            .collect();
        // The shape of both is the same, three times the size: counts are a third.
        let result = measure(&sweep, &stretches);
        for e in &result.epochs {
            let expected = units as f64 / 3.0;
            assert!((e.count - expected).abs() < 1e-3 * expected, "{units}: {e:?}");
        }
    }
}

#[test]
fn the_index_of_equal_units_without_overlap_is_their_number() {
    // Potentials of 1 mV so that discharges 16 to 50 ms apart pass the least area of an epoch.
    let sweep = cmap(&vec![(0.001, 0.002, 0.0012); 15]);
    let stretches: Vec<Vec<f64>> = (0..24)
        .map(|k| {
            let mut x = vec![-2e-4; 5000];
            for start in (60..4850).step_by(160 + 4 * k) {
                for (i, x) in x[start..].iter_mut().enumerate() {
                    *x += 0.001 * potential(i as f64 / FS, 0.0012);
                }
            }
            x
        })
        .collect();
    let result = measure(&sweep, &stretches);
    let value = result.munix.value().unwrap();
    // The potentials' tails reach a little into each other: a thousandth.
    assert!((value - 15.0).abs() < 0.02, "{value}");
    assert!(result.munix.uncertainty.unwrap() < 0.05);
    let size = result.musix.value().unwrap();
    assert!((size - result.cmap_amplitude / value).abs() < 1e-12);
    assert!(result.used().count() >= 20, "{:?}", result.epochs);
}

/// A pool: CMAP and stretches of 1 s at forces from slight to nearly full, with noise.
fn pool(seed: u64, units: usize, size: f64, noise: f64) -> (Vec<f64>, Vec<Vec<f64>>) {
    let mut d = Draw::new(seed);
    let parts: Vec<(f64, f64, f64)> = (0..units)
        .map(|_| {
            (size * (0.5 * d.normal()).exp(), 0.003 + 0.0004 * d.normal(), 0.0018 * (0.12 * d.normal()).exp())
        })
        .collect();
    let mut sweep = cmap(&parts);
    sweep.iter_mut().for_each(|v| *v += noise * d.normal() + 2e-5);
    let mut order: Vec<usize> = (0..units).collect();
    order.sort_by(|a, b| parts[*a].0.total_cmp(&parts[*b].0));
    let stretches = (1..=12)
        .map(|force| {
            let n = FS as usize;
            let mut x: Vec<f64> = (0..n).map(|_| noise * d.normal()).collect();
            let active = (units * force / 12).max(1);
            for (rank, unit) in order[..active].iter().enumerate() {
                let rate = 8.0 + 12.0 * (active - rank) as f64 / units as f64;
                let mut t = d.uniform() / rate;
                let (size, _, tau) = parts[*unit];
                while t < 1.0 {
                    let start = (t * FS) as usize;
                    for (i, x) in x[start.min(n)..].iter_mut().take(300).enumerate() {
                        *x -= size * potential(i as f64 / FS, tau);
                    }
                    t += (1.0 + 0.15 * d.normal()).max(0.3) / rate;
                }
            }
            x
        })
        .collect();
    (sweep, stretches)
}

#[test]
fn the_index_rises_with_the_number_of_units_and_is_no_number() {
    let index = |units: usize, size: f64| {
        let one = |seed: u64| {
            let (sweep, stretches) = pool(seed + 100, units, size, 8e-6);
            let result = measure(&sweep, &stretches);
            assert!(result.munix.uncertainty.unwrap() > 0.0);
            result.munix.value().unwrap()
        };
        (0..4).map(one).sum::<f64>() / 4.0
    };
    let mut last = 0.0;
    for units in [10, 15, 25, 40, 60, 90, 120] {
        let mean = index(units, 3e-4);
        println!("{units} units: index {mean:.1}");
        assert!(mean > last, "{units}: {mean} after {last}");
        last = mean;
    }
    // The same number of units, a third of the size: the index follows the response's amplitude.
    let small = index(120, 1e-4);
    println!("120 small units: index {small:.1}");
    assert!(small < 0.7 * last, "{small} {last}");
}

#[test]
fn offset_drift_and_power_line_hardly_matter() {
    let (sweep, stretches) = pool(5, 80, 3e-4, 5e-6);
    let clean = measure(&sweep, &stretches).munix.value().unwrap();
    let spoilt: Vec<Vec<f64>> = stretches
        .iter()
        .map(|s| {
            let at = |i: usize| i as f64 / FS;
            let line = |t: f64| 1.5e-4 * (std::f64::consts::TAU * 50.0 * t + 0.4).sin();
            s.iter().enumerate().map(|(i, v)| v + 4e-4 + 2e-4 * at(i) + line(at(i))).collect()
        })
        .collect();
    let sweep: Vec<f64> = sweep.iter().map(|v| v + 3e-4).collect();
    let result = measure(&sweep, &spoilt);
    let value = result.munix.value().unwrap();
    println!("clean {clean:.1}, spoilt {value:.1}");
    assert!((value / clean - 1.0).abs() < 0.1, "{clean} {value}");
}

#[test]
fn what_cannot_be_said_is_said_so() {
    let why = |m: &Munix| match m.munix.reading {
        Reading::Undefined(why) => why,
        other => panic!("{other:?}"),
    };
    let (sweep, stretches) = pool(9, 40, 3e-4, 5e-6);
    assert_eq!(why(&measure(&sweep, &[])), "no epoch of interference was accepted");
    let small: Vec<f64> = sweep.iter().map(|v| v * 0.02).collect();
    assert_eq!(why(&measure(&small, &stretches)), "CMAP below 0.5 mV");
    assert_eq!(why(&measure(&vec![0.0; 800], &stretches)), "CMAP below 0.5 mV");
    let silent = measure(&sweep, &[vec![1e-3; 5000]]);
    assert_eq!(silent.epochs[0].rejected, Some(Rejected::Silent));
    let one_force = measure(&sweep, &vec![stretches[8].clone(); 4]);
    assert!(one_force.doubts.iter().any(|d| d.contains("hardly varied")), "{:?}", one_force.doubts);
    let faint = measure(&sweep, &[stretches[0].iter().map(|v| v * 1e-3).collect()]);
    assert!(faint.epochs.iter().all(|e| e.rejected == Some(Rejected::Area)), "{:?}", faint.epochs);
    // 0.7 s are one epoch: the rest is too short. 0.8 s are two.
    assert_eq!(measure(&sweep, &[stretches[5][..7000].to_vec()]).epochs.len(), 1);
    assert_eq!(measure(&sweep, &[stretches[5][..8000].to_vec()]).epochs.len(), 2);
}

#[test]
fn a_trembling_contraction_is_doubted() {
    let (sweep, stretches) = pool(11, 60, 3e-4, 5e-6);
    let tremor: Vec<Vec<f64>> = stretches
        .iter()
        .map(|s| {
            let gate = |i: usize| (std::f64::consts::TAU * 5.0 * i as f64 / FS).sin().max(0.02);
            s.iter().enumerate().map(|(i, v)| v * 3.0 * gate(i)).collect()
        })
        .collect();
    let said = |m: &Munix| m.doubts.iter().any(|d| d.contains("tremor"));
    assert!(said(&measure(&sweep, &tremor)));
    assert!(!said(&measure(&sweep, &stretches)));
}

#[test]
fn options_out_of_range_are_refused() {
    let sweep = cmap(&[(1e-3, 0.002, 0.001)]);
    let sweep = Sweep::new(&sweep, Seconds(-0.01), Hertz(FS)).unwrap();
    let default = MunixOptions::default();
    for bad in [
        MunixOptions { epoch: Seconds(0.0), ..default },
        MunixOptions { epoch: Seconds(f64::NAN), ..default },
        MunixOptions { shortest: Seconds(0.6), ..default },
        MunixOptions { cmap: (Seconds(0.02), Seconds(0.01)), ..default },
        MunixOptions { cmap: (Seconds(1.0), Seconds(2.0)), ..default },
    ] {
        assert!(munix(sweep, &[], &bad).is_err(), "{bad:?}");
    }
}
