//! What the moving needle evokes: a dense burst of fibre potentials that ends with the movement, or outlasts it
//! where the membrane is irritable.

use super::super::fibre::Course;
use super::super::options::State;
use super::super::source::{Member, Peak};
use super::Activity;
use super::bench::{Bench, Ground};
use crate::truth::ArtefactTruth;

/// One to three bursts.
pub(super) fn burst(bench: &mut Bench<'_>, state: State) {
    let irritable = matches!(state, State::Subacute | State::Acute);
    let count = 1 + bench.draw.below(3);
    for k in 0..count {
        // The first as the needle comes to its place.
        let start =
            if k == 0 { bench.draw.uniform(0.0, 0.2) } else { bench.draw.uniform(0.0, bench.seconds) };
        // Longer than 0.3 s is increased (table of spontaneous activity).
        let length = if irritable { bench.draw.uniform(0.3, 0.8) } else { bench.draw.uniform(0.08, 0.25) };
        let end = (start + length).min(bench.seconds);
        for _ in 0..4 + bench.draw.below(5) {
            let ground = Ground(bench.plan);
            let diameter = bench.draw.within(46.0, 10.0, 25.0, 65.0);
            let end_plate = bench.draw.uniform(2.0, 15.0);
            let (source, scale) = bench.fitting((50e-6, 800e-6), Peak::Negative, |draw| {
                let fibre = ground.fibre(draw, (0.10, 0.6), end_plate, diameter, Course::Passes);
                vec![Member { fibre, jitter: 0.0, block: 0.0 }]
            });
            let rate = bench.draw.uniform(30.0, 90.0);
            let mut t = start + bench.draw.exponential(0.5 / rate);
            while t < end {
                source.add(bench.signal, t, 0.0, scale * bench.draw.uniform(0.6, 1.0), bench.draw);
                t += 0.006 + bench.draw.exponential(1.0 / rate);
            }
        }
        bench.truth.artefacts.push(ArtefactTruth {
            kind: Activity::Insertional.id().into(),
            start_s: start,
            end_s: end,
        });
    }
}
