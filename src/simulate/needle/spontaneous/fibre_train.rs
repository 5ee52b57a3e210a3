//! Trains of single fibres: fibrillation potentials, positive sharp waves, myotonic discharges.

use super::super::fibre::Course;
use super::super::source::{Member, Peak};
use super::Activity;
use super::bench::{Beat, Bench, Ground};

/// A fibre without junction: it begins its discharges itself.
fn alone(fibre: super::super::fibre::Fibre) -> Vec<Member> {
    vec![Member { fibre, jitter: 0.0, block: 0.0 }]
}

/// A train of fibrillation potentials or positive sharp waves: very regular, slowing.
pub(super) fn denervated(bench: &mut Bench<'_>, kind: Activity) {
    let sharp = kind == Activity::PositiveSharpWave;
    let plan = bench.plan;
    let diameter = bench.draw.within(32.0, 6.0, 22.0, 46.0);
    let end_plate = bench.draw.uniform(7.0, 22.0);
    // Tails of 5 to 30 ms.
    let recovery = bench.draw.log_uniform(8.0, 30.0);
    let (course, range, near, peak) = if sharp {
        (Course::Stops { recovery }, (60e-6, 700e-6), (0.08, 0.25), Peak::Positive)
    } else {
        (Course::Passes, (30e-6, 400e-6), (0.10, 0.55), Peak::Negative)
    };
    let ground = Ground(plan);
    let (source, scale) =
        bench.fitting(range, peak, |draw| alone(ground.fibre(draw, near, end_plate, diameter, course)));
    let rate = bench.draw.log_uniform(1.5, 13.0);
    let cv = bench.draw.uniform(0.015, 0.06);
    let slowing = bench.draw.uniform(0.0, 0.05);
    // Long enough to be a train: a dozen discharges.
    let (from, to) = bench.stretch((14.0 / rate).max(2.5));
    let mut beats: Vec<Beat> = Vec::new();
    let mut t = from + bench.draw.unit() / rate;
    while t < to {
        beats.push((t, 1.0));
        let now = rate * (-slowing * (t - from)).exp();
        t += bench.draw.normal(1.0, cv).max(0.5) / now;
    }
    bench.play(kind, &source, scale, &beats);
}

/// A myotonic run: rate and amplitude wax and wane.
pub(super) fn myotonic(bench: &mut Bench<'_>) {
    let plan = bench.plan;
    let diameter = bench.draw.within(48.0, 8.0, 30.0, 65.0);
    let end_plate = bench.draw.uniform(6.0, 18.0);
    let sharp = bench.draw.chance(0.4);
    // At these rates a long tail would run into the next wave.
    let recovery = bench.draw.uniform(1.5, 3.0);
    let (course, near, peak) = if sharp {
        (Course::Stops { recovery }, (0.10, 0.35), Peak::Positive)
    } else {
        (Course::Passes, (0.12, 0.5), Peak::Negative)
    };
    let ground = Ground(plan);
    let (source, scale) = bench
        .fitting((60e-6, 900e-6), peak, |draw| alone(ground.fibre(draw, near, end_plate, diameter, course)));
    let length = bench.draw.uniform(1.2, 6.0).min(0.9 * bench.seconds);
    let from = bench.draw.uniform(0.0, bench.seconds - length);
    let low = bench.draw.uniform(15.0, 30.0);
    let high = low * bench.draw.uniform(2.2, 3.6);
    let top = if bench.draw.chance(0.7) { bench.draw.uniform(0.2, 0.5) } else { 0.05 };
    let depth = bench.draw.uniform(0.45, 0.75);
    // With the rate, or against it: the faster, the smaller.
    let against = bench.draw.chance(0.4);
    let cv = bench.draw.uniform(0.01, 0.04);
    let mut beats: Vec<Beat> = Vec::new();
    let mut t = from;
    while t < from + length {
        let part = (t - from) / length;
        let wave = if part < top { part / top } else { (1.0 - part) / (1.0 - top) };
        let wave = (wave * std::f64::consts::FRAC_PI_2).sin();
        let height = if against { 1.0 - depth * wave } else { 1.0 - depth + depth * wave };
        beats.push((t, height * bench.draw.normal(1.0, 0.015)));
        t += bench.draw.normal(1.0, cv).max(0.5) / (low + (high - low) * wave);
    }
    bench.play(Activity::Myotonic, &source, scale, &beats);
}
