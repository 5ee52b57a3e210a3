//! Recordings of responses whose latency, size and duration are given: what a simulated patient's nerves were found to do,
//! as sweeps. Potentials are those of the module; a population of them is fitted to the numbers.

use super::marker;
use super::motor::store;
use super::record::{Layout, Recorded, Setting, record};
use super::store::Stored;
use super::waveform::{EXTENT, Grid, add_axon, add_unit};
use crate::simulate::draw::Draw;

/// A response to make; s and V.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::simulate) struct Given {
    pub(in crate::simulate) onset: f64,
    /// Baseline to negative peak.
    pub(in crate::simulate) amplitude: f64,
    /// Of a motor response the negative peak's duration, of a sensory one the time from onset to peak.
    pub(in crate::simulate) duration: f64,
}

/// Units of a motor response and axons of a sensory one. Ours: enough for a smooth sum.
const UNITS: usize = 40;
const AXONS: usize = 120;
/// Rounds of fitting; the error after each is a fraction of that before.
const ROUNDS: usize = 8;
/// White noise of motor and of sensory sweeps, V.
const NOISE: (f64, f64) = (6e-6, 1.2e-6);
/// Sampling frequency of every recording, Hz.
const FS: f64 = 20_000.0;
/// Sweeps that a sensory response is averaged from.
const SENSORY_SWEEPS: usize = 8;
/// Most of an F wave, V peak to peak, least and most. Around the means of 347 and 384 µV in healthy persons.
const F_SIZE: (f64, f64) = (80e-6, 500e-6);

/// Potentials with their places; times and widths in s.
struct Shape {
    motor: bool,
    /// From the first, 0 to 1.
    places: Vec<f64>,
    begin: f64,
    spread: f64,
    width: f64,
    scale: f64,
}

impl Shape {
    fn fit(given: Given, motor: bool, draw: &mut Draw) -> Self {
        let n = if motor { UNITS } else { AXONS };
        // Half of the duration comes from the spread between fibres in a motor response, less in a sensory one.
        let (spread, width) = if motor { (0.28, 0.36) } else { (0.9, 0.75) };
        let mut shape = Shape {
            motor,
            places: (0..n).map(|_| draw.unit()).collect(),
            begin: given.onset,
            spread: spread * given.duration,
            width: width * given.duration,
            scale: given.amplitude,
        };
        for _ in 0..ROUNDS {
            let grid = Grid::fine(shape.begin + shape.spread + 12.0 * given.duration + 0.002);
            let mut x = vec![0.0; grid.len];
            shape.add(&mut x, grid, 1.0);
            let made = marker::measure(&x, grid);
            let (Some(onset), Some(peak), Some(amplitude)) = (made.onset_ms, made.peak_ms, made.amplitude_uv)
            else {
                break;
            };
            let lasts = if motor { made.negative_peak_duration_ms.unwrap_or(0.0) } else { peak - onset };
            shape.begin += given.onset - onset * 1e-3;
            let by = (given.duration / (lasts * 1e-3).max(1e-5)).clamp(0.5, 2.0);
            shape.spread *= by;
            shape.width *= by;
            shape.scale *= given.amplitude / (amplitude * 1e-6).max(f64::MIN_POSITIVE);
        }
        shape
    }

    fn add(&self, out: &mut [f64], grid: Grid, factor: f64) {
        #[expect(clippy::cast_precision_loss, reason = "a count of fibres")]
        let a = factor * self.scale / self.places.len() as f64;
        for place in &self.places {
            let at = self.begin + place * self.spread;
            if self.motor {
                add_unit(out, grid, at, a, self.width)
            } else {
                add_axon(out, grid, at, a, self.width)
            }
        }
    }
    fn end(&self) -> f64 {
        self.begin + self.spread + 9.0 * self.width
    }
}

fn setting(sweeps: usize, noise: f64, end: f64, draw: &mut Draw) -> Setting {
    let sign = if draw.chance(0.5) { 1.0 } else { -1.0 };
    Setting {
        layout: Layout::Text,
        fs: FS,
        window: (-0.005, (end * 200.0).ceil() / 200.0),
        interval: 0.5,
        sweeps,
        noise,
        artefact: (sign * draw.log_uniform(0.2e-3, 2e-3), 0.0),
        artefact_tau: 1.0e-3,
        mains: draw.uniform(0.0, 1e-6),
        mains_frequency: 50.0,
        moves: false,
    }
}

/// A motor study: a sweep for each site, `None` without a response.
pub(in crate::simulate) fn motor(name: &str, sites: &[(&str, Option<Given>)], draw: &mut Draw) -> Stored {
    let shapes: Vec<_> = sites.iter().map(|s| s.1.map(|g| Shape::fit(g, true, draw))).collect();
    let end = shapes.iter().flatten().map(Shape::end).fold(0.045, f64::max) + 0.005;
    let recorded: Vec<(String, Recorded)> = sites
        .iter()
        .zip(&shapes)
        .map(|((site, _), shape)| {
            let one = record(&setting(1, NOISE.0, end, draw), draw, |_, grid, x| {
                if let Some(shape) = shape {
                    shape.add(x, grid, 1.0);
                }
            });
            ((*site).to_owned(), one)
        })
        .collect();
    only(store(name, Layout::Text, recorded, 0))
}

/// A sensory or mixed study.
pub(in crate::simulate) fn sensory(name: &str, given: Option<Given>, draw: &mut Draw) -> Stored {
    let shape = given.map(|g| Shape::fit(g, false, draw));
    let end = shape.as_ref().map_or(0.0, Shape::end).max(0.015) + 0.005;
    let recorded = record(&setting(SENSORY_SWEEPS, NOISE.1, end, draw), draw, |_, grid, x| {
        if let Some(shape) = &shape {
            shape.add(x, grid, 1.0);
        }
    });
    only(store(name, Layout::Text, vec![("sweep".to_owned(), recorded)], 2))
}

/// F waves: the M response, how many sweeps, the latencies of the waves that come (at most one a sweep), s.
pub(in crate::simulate) fn f_waves(
    name: &str,
    m: Option<Given>,
    sweeps: usize,
    latencies: &[f64],
    draw: &mut Draw,
) -> Stored {
    let shape = m.map(|g| Shape::fit(g, true, draw));
    let latest = latencies.iter().copied().fold(0.0, f64::max);
    let end = (latest + 0.025).max(0.06);
    let mut of_sweep: Vec<Option<f64>> = latencies.iter().take(sweeps).map(|l| Some(*l)).collect();
    of_sweep.resize(sweeps, None);
    for i in (1..sweeps).rev() {
        of_sweep.swap(i, draw.below(i + 1));
    }
    let waves: Vec<Option<(f64, f64, f64)>> = of_sweep
        .iter()
        .map(|l| l.map(|l| (l, draw.log_uniform(F_SIZE.0, F_SIZE.1) / EXTENT, draw.uniform(1.6e-3, 2.4e-3))))
        .collect();
    let recorded = record(&setting(sweeps, 0.5 * NOISE.0, end, draw), draw, |k, grid, x| {
        if let Some(shape) = &shape {
            shape.add(x, grid, 1.0);
        }
        if let Some((at, a, tau)) = waves[k] {
            add_unit(x, grid, at, a, tau);
        }
    });
    only(store(name, Layout::Text, vec![("sweep".to_owned(), recorded)], 1))
}

/// An H reflex over rising currents: the largest M response, the reflex (its ratio to M in its amplitude) or none. The
/// recording and its currents, mA.
pub(in crate::simulate) fn h_reflex(
    name: &str,
    m: Given,
    h: Option<Given>,
    draw: &mut Draw,
) -> (Stored, Vec<f64>) {
    const CURRENTS: usize = 14;
    let (direct, late) = (Shape::fit(m, true, draw), h.map(|g| Shape::fit(g, true, draw)));
    let end = late.as_ref().map_or(0.0, Shape::end).max(0.065) + 0.005;
    let afferent = draw.uniform(5.0, 9.0);
    let rising = std::iter::successors(Some(0.8 * afferent), |i| Some(1.12 * i));
    let currents: Vec<f64> = rising.take(CURRENTS).map(|i| (i * 10.0).round() / 10.0).collect();
    // Afferents answer first; the antidromic impulses of stronger stimuli put the reflex out.
    let step = |i: f64, middle: f64| 1.0 / (1.0 + (-(i / middle).ln() / 0.07).exp());
    let recorded = record(&setting(CURRENTS, NOISE.0, end, draw), draw, |k, grid, x| {
        let i = currents[k];
        let motor = step(i, 1.9 * afferent);
        direct.add(x, grid, motor);
        if let Some(late) = &late {
            late.add(x, grid, step(i, afferent) * (1.0 - motor));
        }
    });
    (only(store(name, Layout::Text, vec![("sweep".to_owned(), recorded)], 0)), currents)
}

/// A train of motor responses of these amplitudes, V.
pub(in crate::simulate) fn train(name: &str, first: Given, amplitudes: &[f64], draw: &mut Draw) -> Stored {
    let shape = Shape::fit(first, true, draw);
    let recorded =
        record(&setting(amplitudes.len(), NOISE.0, shape.end() + 0.01, draw), draw, |k, grid, x| {
            shape.add(x, grid, amplitudes[k] / first.amplitude);
        });
    only(store(name, Layout::Text, vec![("response".to_owned(), recorded)], 0))
}

/// Text holds all in one file.
fn only(mut files: Vec<Stored>) -> Stored {
    files.remove(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_has_the_numbers_that_it_was_given() {
        for (motor, onset, amplitude, duration) in [
            (true, 3.4e-3, 8e-3, 5.5e-3),
            (true, 9.0e-3, 0.6e-3, 9.0e-3),
            (false, 2.5e-3, 25e-6, 0.75e-3),
            (false, 4.2e-3, 4e-6, 1.2e-3),
        ] {
            let given = Given { onset, amplitude, duration };
            let shape = Shape::fit(given, motor, &mut Draw::new(3, 1));
            let grid = Grid::fine(0.06);
            let mut x = vec![0.0; grid.len];
            shape.add(&mut x, grid, 1.0);
            let made = marker::measure(&x, grid);
            assert!((made.onset_ms.unwrap() - onset * 1e3).abs() < 0.05, "{given:?}: {made:?}");
            assert!(
                (made.amplitude_uv.unwrap() / (amplitude * 1e6) - 1.0).abs() < 0.02,
                "{given:?}: {made:?}"
            );
            let lasts = if motor {
                made.negative_peak_duration_ms.unwrap()
            } else {
                made.peak_ms.unwrap() - made.onset_ms.unwrap()
            };
            assert!((lasts / (duration * 1e3) - 1.0).abs() < 0.05, "{given:?}: {made:?}");
        }
    }
}
