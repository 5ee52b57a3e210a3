//! Complex repetitive discharges: a group of fibres that excite each other across their membranes in a fixed
//! order, again and again, as regularly as a machine.

use super::super::fibre::{Course, Fibre};
use super::super::source::{Member, Peak};
use super::Activity;
use super::bench::{Beat, Bench, Ground};

/// One or two runs.
pub(super) fn discharge(bench: &mut Bench<'_>) {
    for _ in 0..1 + bench.draw.below(2) {
        run(bench);
    }
}

fn run(bench: &mut Bench<'_>) {
    let rate = bench.draw.log_uniform(6.0, 80.0);
    let fibres = 3 + bench.draw.below(8);
    // From the first to the last fibre: a complex ends before the next begins.
    let spread = bench.draw.uniform(0.004, 0.024).min(0.45 / rate);
    let ground = Ground(bench.plan);
    let end_plate = bench.draw.uniform(5.0, 12.0);
    let (source, scale) = bench.fitting((100e-6, 1000e-6), Peak::Negative, |draw| {
        (0..fibres)
            .map(|k| {
                let diameter = draw.within(45.0, 12.0, 25.0, 70.0);
                let fibre = ground.fibre(draw, (0.12, 0.7), end_plate, diameter, Course::Passes);
                let delay = if k == 0 { 0.0 } else { draw.uniform(0.0, spread) };
                Member { fibre: Fibre { delay: 1e-3 + delay, ..fibre }, jitter: 0.0, block: 0.0 }
            })
            .collect()
    });
    let jitter = bench.draw.log_uniform(5e-6, 60e-6).min(2e-3 / rate);
    let (from, to) = bench.stretch((24.0 / rate).max(0.8));
    // The rate may jump once, when the circuit changes.
    let jump = bench.draw.chance(0.2).then(|| bench.draw.uniform(from, to));
    let factor = bench.draw.uniform(0.7, 0.9);
    let mut beats: Vec<Beat> = Vec::new();
    let mut t = from;
    while t < to {
        beats.push((t, 1.0));
        let now = if jump.is_some_and(|j| t > j) { rate * factor } else { rate };
        t += 1.0 / now + bench.draw.normal(0.0, jitter);
    }
    bench.play(Activity::ComplexRepetitive, &source, scale, &beats);
}
