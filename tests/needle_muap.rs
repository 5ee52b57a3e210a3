//! Potentials of simulated units, measured in recordings with all of them, against their noise-free selves.
//!
//! The simulation is its own: fibres as tripoles that pass the electrode, each with its place, velocity, delay and
//! jitter, in noise and in the hum of far units. Nothing is shared with what measures but the definitions.

#![expect(clippy::unwrap_used, reason = "a test may stop where its ground gives way")]
#![expect(clippy::cast_possible_truncation, reason = "counts of samples of small signals")]

use myotome::needle::muap::{self, Muap};
use myotome::needle::train::Train;
use myotome::trace::Trace;
use myotome::units::Hertz;

const FS: f64 = 20_000.0;
const SECONDS: f64 = 5.0;
/// Samples of one potential and the place of its reference.
const WIDTH: usize = 800;
const CENTRE: f64 = 0.018;

struct Random(u64);
impl Random {
    fn uniform(&mut self, low: f64, high: f64) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        low + (high - low) * (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform(0.0, 1.0)).sum::<f64>() - 6.0
    }
}

/// One fibre: distance (mm), velocity (mm/ms), passing time (ms from the reference) and strength.
#[derive(Clone)]
struct Fibre {
    distance: f64,
    velocity: f64,
    passes: f64,
    strength: f64,
}

impl Fibre {
    /// µV at `t` ms: source, sink and source, 0.5 and 1.5 mm apart, in a medium that conducts five times better
    /// along the fibres.
    fn value(&self, t: f64) -> f64 {
        let z = self.velocity * (t - self.passes);
        let pole = |at: f64| (5.24 * self.distance * self.distance + (z - at) * (z - at)).sqrt().recip();
        self.strength * (0.75 * pole(0.5) - pole(0.0) + 0.25 * pole(-1.5))
    }
}

struct Unit {
    fibres: Vec<Fibre>,
    jitter_ms: f64,
    times: Vec<f64>,
    potential: Vec<f64>,
}

fn potential(fibres: &[Fibre]) -> Vec<f64> {
    (0..WIDTH)
        .map(|i| 1e-6 * fibres.iter().map(|f| f.value(1e3 * (i as f64 / FS - CENTRE))).sum::<f64>())
        .collect()
}

fn unit(rng: &mut Random, nearest_mm: f64) -> Unit {
    let spread_ms = rng.uniform(0.3, 1.3);
    let fibres: Vec<Fibre> = (0..16)
        .map(|k| Fibre {
            distance: nearest_mm + if k == 0 { 0.0 } else { rng.uniform(0.05, 2.0) },
            velocity: rng.uniform(2.8, 4.2),
            passes: if k == 0 { 0.0 } else { spread_ms * rng.normal() },
            strength: rng.uniform(150.0, 350.0),
        })
        .collect();
    let interval = rng.uniform(0.07, 0.12);
    let mut times = Vec::new();
    let mut t = rng.uniform(0.0, interval);
    while t < SECONDS {
        times.push(t);
        t += interval * (1.0 + 0.14 * rng.normal()).max(0.3);
    }
    Unit { potential: potential(&fibres), fibres, jitter_ms: rng.uniform(0.015, 0.03), times }
}

fn add(x: &mut [f64], unit: &Unit, rng: &mut Random) {
    for at in &unit.times {
        let mut fibres = unit.fibres.clone();
        fibres.iter_mut().for_each(|f| f.passes += unit.jitter_ms * rng.normal());
        let first = (at - CENTRE) * FS;
        for i in first.ceil().max(0.0) as usize..((first + WIDTH as f64) as usize).min(x.len()) {
            let t = 1e3 * (i as f64 / FS - at);
            x[i] += 1e-6 * fibres.iter().map(|f| f.value(t)).sum::<f64>();
        }
    }
}

/// Five near units, three far ones that no train tells of, noise of 2 to 4 µV.
fn recording(seed: u64) -> (Vec<f64>, Vec<Unit>) {
    let mut rng = Random(seed);
    let sd = rng.uniform(2e-6, 4e-6);
    let mut x: Vec<f64> = (0..(SECONDS * FS) as usize).map(|_| sd * rng.normal()).collect();
    let units: Vec<Unit> = (0..5)
        .map(|_| {
            let near = rng.uniform(0.08, 0.35);
            unit(&mut rng, near)
        })
        .collect();
    for unit in &units {
        add(&mut x, unit, &mut rng);
    }
    for _ in 0..3 {
        let far = unit(&mut rng, 3.0);
        add(&mut x, &far, &mut rng);
    }
    (x, units)
}

fn measured(x: &[f64], units: &[Unit]) -> Vec<Result<Muap, &'static str>> {
    let trains: Vec<Train> =
        units.iter().map(|u| Train { times_s: u.times.clone(), ..Train::default() }).collect();
    muap::measure(Trace::new(x, Hertz(FS)).unwrap(), &trains)
}

fn median(mut v: Vec<f64>) -> f64 {
    v.sort_by(f64::total_cmp);
    v[v.len() / 2]
}

#[test]
fn simulated_units_are_measured_within_the_bounds() {
    let (mut amplitude, mut duration, mut phases, mut turns) = (Vec::new(), Vec::new(), 0, 0);
    let mut smallest = f64::MAX;
    for seed in [301, 302, 303] {
        let (x, units) = recording(seed);
        for (unit, got) in units.iter().zip(measured(&x, &units)) {
            let got = got.unwrap();
            let (body, truth) = muap::noise_free(&unit.potential, FS).unwrap();
            let length = (body.end() - body.start()) as f64 / FS;
            amplitude.push((got.amplitude / truth.amplitude - 1.0).abs());
            duration.push((got.duration.value().unwrap() - length).abs());
            phases += usize::from(got.phases == truth.phases);
            turns += usize::from(got.turns == truth.turns);
            smallest = smallest.min(truth.amplitude);
        }
    }
    let n = amplitude.len();
    assert_eq!(n, 15);
    assert!(smallest < 400e-6, "small units are among them: {smallest}");
    let gross = duration.iter().filter(|d| **d > 5e-3).count();
    let (a, d) = (median(amplitude.clone()), median(duration.clone()));
    assert!(a < 0.03, "amplitude {a}: {amplitude:?}");
    assert!(d < 0.7e-3 && gross == 0, "duration {d}: {duration:?}");
    assert!(10 * phases >= 9 * n && 10 * turns >= 9 * n, "phases {phases}, turns {turns} of {n}");
}
