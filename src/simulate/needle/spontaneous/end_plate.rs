//! What a needle in the end-plate zone records: noise of miniature potentials, and spikes of single fibres.

use super::super::fibre::Course;
use super::super::source::{Member, Peak};
use super::Activity;
use super::bench::{Beat, Bench, Ground};
use crate::truth::SpontaneousTruth;

/// A hiss of small negative potentials, hundreds a second.
#[expect(clippy::cast_precision_loss, reason = "lengths of signals")]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "inside the recording")]
pub(super) fn noise(bench: &mut Bench<'_>) {
    let rate = bench.draw.log_uniform(120.0, 500.0);
    let height = bench.draw.uniform(12e-6, 40e-6);
    let (from, to) = if bench.draw.chance(0.6) { (0.0, bench.seconds) } else { bench.stretch(2.0) };
    let fs = bench.workshop.sampling_frequency;
    let mut times = Vec::new();
    let mut t = from;
    // A rise and an exponential fall, peak at τ: 0.5 to 2 ms long (text 2.1). Several fibres, so several sizes.
    let tau = bench.draw.uniform(0.2e-3, 0.45e-3);
    loop {
        // No two at the same microsecond.
        t += 1e-5 + bench.draw.exponential(1.0 / rate);
        if t >= to {
            break;
        }
        let size = -height * bench.draw.log_uniform(0.5, 1.4);
        let tau = tau * bench.draw.uniform(0.8, 1.25);
        let first = ((t - tau) * fs).ceil().max(0.0) as usize;
        let end = (((t + 9.0 * tau) * fs) as usize).min(bench.signal.len());
        for i in first..end {
            let u = (i as f64 / fs - t) / tau + 1.0;
            bench.signal[i] += size * u * (1.0 - u).exp();
        }
        times.push((t * 1e6).round() / 1e6);
    }
    bench.truth.spontaneous.push(SpontaneousTruth {
        kind: Activity::EndPlateNoise.id().into(),
        discharge_times_s: times,
        amplitude_uv: height * 1e6,
        duration_ms: 5.0 * tau * 1e3,
    });
}

/// Irregular spikes of one or two fibres that begin under the needle: initially negative.
pub(super) fn spikes(bench: &mut Bench<'_>) {
    for _ in 0..1 + bench.draw.below(2) {
        let ground = Ground(bench.plan);
        let diameter = bench.draw.within(48.0, 8.0, 35.0, 65.0);
        let end_plate = bench.draw.uniform(-0.25, 0.25);
        let (source, scale) = bench.fitting((80e-6, 350e-6), Peak::Negative, |draw| {
            let fibre = ground.fibre(draw, (0.10, 0.45), end_plate, diameter, Course::Passes);
            vec![Member { fibre, jitter: 0.0, block: 0.0 }]
        });
        let rate = bench.draw.log_uniform(6.0, 45.0);
        // Intervals: a dead time and an exponential rest; CV 0.5 to 1.
        let cv = bench.draw.uniform(0.5, 0.95);
        let (from, to) = bench.stretch(3.0);
        let mut beats: Vec<Beat> = Vec::new();
        let mut t = from;
        loop {
            t += ((1.0 - cv) / rate).max(0.006) + bench.draw.exponential(cv / rate);
            if t >= to {
                break;
            }
            beats.push((t, 1.0));
        }
        bench.play(Activity::EndPlateSpike, &source, scale, &beats);
    }
}
