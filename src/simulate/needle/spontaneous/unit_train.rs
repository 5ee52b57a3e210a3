//! Spontaneous discharges of motor units and axons, and units that fire because the muscle is badly relaxed.

use super::super::contraction;
use super::super::source::{Peak, Source};
use super::Activity;
use super::bench::{Beat, Bench, Ground};

fn unit(bench: &mut Bench<'_>, range: (f64, f64)) -> (Source, f64) {
    let ground = Ground(bench.plan);
    bench.fitting(range, Peak::Negative, |draw| ground.unit(draw))
}

/// One to four units, each at random; at least three discharges in all.
pub(super) fn fasciculations(bench: &mut Bench<'_>) {
    let units = 1 + bench.draw.below(4);
    let rate = bench.draw.log_uniform(0.15, 2.0).max(5.0 / bench.seconds.max(5.0))
        / f64::from(u8::try_from(units).unwrap_or(1));
    for _ in 0..units {
        let (source, scale) = unit(bench, (250e-6, 3000e-6));
        let mut beats: Vec<Beat> = Vec::new();
        let mut t = bench.draw.exponential(1.0 / rate).min(0.8 * bench.seconds);
        while t < bench.seconds {
            beats.push((t, 1.0));
            t += 0.03 + bench.draw.exponential(1.0 / rate);
        }
        bench.play(Activity::Fasciculation, &source, scale, &beats);
    }
}

/// Units that fire in groups, the groups half rhythmic.
pub(super) fn myokymia(bench: &mut Bench<'_>) {
    for _ in 0..1 + bench.draw.below(2) {
        let (source, scale) = unit(bench, (200e-6, 2000e-6));
        let bursts = bench.draw.log_uniform(0.5, 3.0).max(3.0 / bench.seconds);
        let within = bench.draw.uniform(20.0, 60.0);
        let most = (0.6 * within / bursts).clamp(2.0, 12.0);
        let mut beats: Vec<Beat> = Vec::new();
        let mut start = bench.draw.unit() / bursts;
        while start < bench.seconds {
            let count = bench.draw.uniform(2.0, most + 1.0).floor();
            let (mut t, mut k) = (start, 0.0);
            while k < count {
                beats.push((t, 1.0));
                t += bench.draw.normal(1.0, 0.1).max(0.5) / within;
                k += 1.0;
            }
            start = (start + bench.draw.normal(1.0, 0.15).max(0.4) / bursts).max(t + 1.5 / within);
        }
        bench.play(Activity::Myokymic, &source, scale, &beats);
    }
}

/// Runs of a motor axon at 150 to 300 Hz that shrink; abrupt at both ends.
pub(super) fn neuromyotonia(bench: &mut Bench<'_>) {
    let (source, scale) = unit(bench, (250e-6, 2000e-6));
    let mut beats: Vec<Beat> = Vec::new();
    let mut start = bench.draw.uniform(0.0, 0.3 * bench.seconds);
    for _ in 0..1 + bench.draw.below(4) {
        let rate = bench.draw.uniform(150.0, 290.0);
        let length = bench.draw.uniform(0.3, 1.8).min(0.5 * bench.seconds);
        let left = bench.draw.uniform(0.15, 0.5);
        let mut t = start;
        while t < start + length {
            let part = (t - start) / length;
            beats.push((t, left.powf(part)));
            t += bench.draw.normal(1.0, 0.015) / (rate * (1.0 - 0.12 * part));
        }
        start += length + bench.draw.uniform(0.3, 3.0);
    }
    bench.play(Activity::Neuromyotonic, &source, scale, &beats);
}

/// Many units that come one after the other, fire fast and irregularly, and stop together or nearly so.
pub(super) fn cramp(bench: &mut Bench<'_>) {
    let length = bench.draw.uniform(0.5, 0.9) * bench.seconds;
    let from = bench.draw.uniform(0.0, bench.seconds - length);
    let units = 7 + bench.draw.below(9);
    let build = bench.draw.uniform(0.2, 0.5) * length;
    for k in 0..units {
        let (source, scale) = unit(bench, (120e-6, 1800e-6));
        let part = f64::from(u8::try_from(k).unwrap_or(0)) / f64::from(u8::try_from(units).unwrap_or(1));
        let start = from + build * part + bench.draw.uniform(0.0, 0.1);
        let end = from + length - bench.draw.exponential(0.1 * length).min(0.4 * length);
        let rate = bench.draw.uniform(40.0, 75.0);
        let cv = bench.draw.uniform(0.15, 0.3);
        let mut beats: Vec<Beat> = Vec::new();
        let mut t = start;
        while t < end {
            beats.push((t, 1.0));
            // It comes up to its rate within half a second.
            let now = rate * (0.6 + 0.8 * (t - start)).min(1.0);
            t += bench.draw.normal(1.0, cv).max(0.4) / now;
        }
        bench.play(Activity::Cramp, &source, scale, &beats);
    }
}

/// A unit that goes on by itself: 1.3 to 18.1 Hz, CV about 3.5 % (table of spontaneous activity).
pub(super) fn continuous(bench: &mut Bench<'_>) {
    let (source, scale) = unit(bench, (200e-6, 2000e-6));
    let rate = bench.draw.log_uniform(2.0, 18.0);
    let cv = bench.draw.uniform(0.025, 0.045);
    let mut beats: Vec<Beat> = Vec::new();
    let mut t = bench.draw.unit() / rate;
    while t < bench.seconds {
        beats.push((t, 1.0));
        t += bench.draw.normal(1.0, cv) / rate;
    }
    bench.play(Activity::ContinuousUnit, &source, scale, &beats);
}

/// One or two units under the will for a while: the muscle is badly relaxed. They stand among the motor units.
pub(super) fn voluntary(bench: &mut Bench<'_>) {
    for id in 1..=1 + bench.draw.below(2) {
        let (source, scale) = unit(bench, (150e-6, 1500e-6));
        let (from, to) = bench.stretch(1.5);
        let rate = bench.draw.uniform(5.0, 9.0);
        let cv = bench.draw.uniform(0.15, 0.25);
        let mut times = Vec::new();
        let mut t = from + bench.draw.unit() / rate;
        while t < to {
            source.add(bench.signal, t, 0.0, scale, bench.draw);
            times.push(t);
            t += bench.draw.normal(1.0, cv).max(0.4) / rate;
        }
        if !times.is_empty() {
            let mut unit = contraction::unit(&source, scale, times, bench.plan.pathology.jitter);
            (unit.id, unit.fibres) = (id, source.members);
            bench.truth.motor_units.push(unit);
        }
    }
}
