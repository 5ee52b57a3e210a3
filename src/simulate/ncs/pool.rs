//! The motor units of a muscle and the way of their impulses.

use super::anatomy::Motor;
use super::marker::{self, negative_peak};
use super::pathology::{Damage, MotorLesion, Pathology};
use super::subject::Subject;
use super::waveform::{EXTENT, Grid, PEAK, add_positivity, add_unit};
use crate::simulate::draw::Draw;

/// Spread of unit sizes: SD of their logarithm (reference text 7.5).
const SIZE_SPREAD: f64 = 0.6;
/// SD of velocity over its mean: 3.5 of 50 m/s.
const VELOCITY_SPREAD: f64 = 0.07;
/// The same above the last site over that below, so that F waves scatter as published (range over 32 stimuli: ulnar
/// 3.9, tibial 5.5 ms).
const PROXIMAL_SPREAD: f64 = 0.5;
/// Unit values are cut off at this many SDs (30 and 62 of 50 ± 3.5 m/s are further out).
const CUT: f64 = 2.8;
/// Growth of the logarithm of an F response's probability with velocity, per SD. Ours.
const FAVOUR: f64 = 0.5;
/// SD of the terminal delay, s, and of the logarithm of a unit's duration.
const TERMINAL_SPREAD: f64 = 0.35e-3;
const TAU_SPREAD: f64 = 0.12;
/// Of a unit's potential, s (reference text 7.5), and its spread between muscles.
const TAU: f64 = 2.4e-3;
/// Shortest terminal delay, s. Ours: the junction's own.
const LEAST_TERMINAL: f64 = 0.4e-3;
/// How often the electrode lies off the end plates. Ours.
const OFF_END_PLATE: f64 = 0.12;
/// Rounds of fitting velocity and delay to what was drawn: the error after each is a tenth of that before.
const ROUNDS: usize = 4;

/// A motor unit with its axon.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    /// Factor of g, V.
    pub(super) a: f64,
    pub(super) tau: f64,
    pub(super) terminal: f64,
    /// Through the distal piece, those between sites, and the one to the cord, s.
    pub(super) delays: Vec<f64>,
    pub(super) blocked: Vec<bool>,
    /// Threshold of the axon, 0 to 1 of the range.
    pub(super) threshold: f64,
    /// Probability of an F response.
    pub(super) backfire: f64,
    /// Factor on the junctions' margin.
    pub(super) margin: f64,
}

impl Unit {
    /// From site `site` to the start of the potential, s; `None` when blocked.
    pub(super) fn arrival(&self, site: usize) -> Option<f64> {
        let pieces = site + 1;
        (!self.blocked[..pieces].contains(&true))
            .then(|| self.terminal + self.delays[..pieces].iter().sum::<f64>())
    }
    /// Peak to peak, V.
    pub(super) fn extent(&self) -> f64 {
        EXTENT * self.a
    }
}

/// A muscle's units.
#[derive(Debug, Clone)]
pub(super) struct Pool {
    pub(super) anatomy: &'static Motor,
    pub(super) units: Vec<Unit>,
    pub(super) lost: usize,
    /// True distance of each site, to the electrode or the previous site, mm.
    pub(super) distances_mm: Vec<f64>,
    pub(super) pieces: Vec<Damage>,
    /// Initial positivity over the unit's peak, and how long before the negativity it begins, s.
    off: Option<(f64, f64)>,
    pub(super) a_wave: f64,
}

fn within(draw: &mut Draw, sd: f64) -> f64 {
    draw.within(0.0, sd, -CUT * sd, CUT * sd)
}

/// Gamma of shape 2 with the given SD: the sum of two exponentials of mean SD / √2.
pub(super) fn gamma(sd: f64, draw: &mut Draw) -> f64 {
    let mean = sd * std::f64::consts::FRAC_1_SQRT_2;
    draw.exponential(mean) + draw.exponential(mean)
}

impl Pool {
    /// Draws a healthy pool that has the latency, velocity and amplitude of this person, and then does to it what the
    /// lesion and the temperature do. `index`: of the nerve in the table.
    pub(super) fn new(
        index: usize,
        anatomy: &'static Motor,
        subject: &Subject,
        pathology: &Pathology,
        draw: &mut Draw,
    ) -> Self {
        let velocity = subject.velocity(anatomy.velocity, anatomy.arm, draw);
        // Latency and velocity go together: part of the terminal delay is conduction.
        let latency = draw.within(anatomy.latency.0, anatomy.latency.1, 0.65 * anatomy.latency.0, 1e3)
            * (anatomy.velocity.0 / velocity).sqrt()
            * 1e-3;
        let amplitude = subject.amplitude(anatomy.amplitude, anatomy.amplitude_age, 40.0, draw) * 1e-3;
        let mean = draw.within(anatomy.units.0, anatomy.units.1, 40.0, 220.0);
        let tau = TAU * draw.within(1.0, 0.08, 0.75, 1.3);
        let off = draw.chance(OFF_END_PLATE);
        let off = (draw.uniform(0.05, 0.18), draw.uniform(0.3e-3, 0.8e-3), off);
        let off = off.2.then_some((off.0, off.1));
        let mut person = Draw::new(draw.bits(), 0);
        let distances_mm: Vec<f64> = anatomy
            .sites
            .iter()
            .map(|s| {
                let mean = if s.grows { subject.scaled(s.distance_mm) } else { s.distance_mm };
                (mean + person.within(0.0, s.spread_mm, -2.5 * s.spread_mm, 2.5 * s.spread_mm)).round()
            })
            .collect();
        let between: f64 = distances_mm[1..].iter().sum();
        let to_cord = (subject.height_cm * 10.0 * anatomy.to_cord * person.within(1.0, 0.02, 0.95, 1.05)
            - between)
            .max(50.0);
        let mut healthy = Healthy { anatomy, off, velocity, terminal: 0.0, units: Vec::new() };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "40 to 220")]
        let n = mean.round() as usize;
        for _ in 0..n {
            healthy.units.push(Raw {
                size: within(draw, SIZE_SPREAD).exp(),
                speed: 1.0 + within(draw, VELOCITY_SPREAD),
                delay: within(draw, TERMINAL_SPREAD),
                tau: tau * within(draw, TAU_SPREAD).exp(),
            });
        }
        let scale = healthy.fit(latency, velocity, amplitude);
        let mut lengths = distances_mm.clone();
        lengths.push(to_cord);
        let lesion = pathology.motor(index, anatomy, &lengths, draw);
        let mut pool = Pool {
            anatomy,
            units: Vec::with_capacity(n),
            lost: 0,
            distances_mm,
            pieces: lesion.pieces.clone(),
            off: off.map(|(share, lead)| (share, lead * subject.lengthening(anatomy.arm))),
            a_wave: lesion.a_wave,
        };
        let backfire = backfires(anatomy, &healthy.units, &lesion, draw);
        let kept = survivors(&healthy.units, lesion.loss, draw);
        for (k, raw) in healthy.units.iter().enumerate() {
            let mut own = Draw::new(draw.bits(), 0);
            if kept[k] {
                let unit = healthy.unit(raw, scale, &lengths, &lesion, subject, &mut own);
                pool.units.push(Unit { backfire: backfire[k], ..unit });
            } else {
                pool.lost += 1;
            }
        }
        // Large axons have the lower thresholds, loosely.
        pool
    }

    /// Adds the responses of those that `answers` lets through, `a` times the factor it gives, to a stimulus at `site`.
    pub(super) fn respond(&self, site: usize, out: &mut [f64], grid: Grid, answers: impl Fn(&Unit) -> f64) {
        for unit in &self.units {
            let factor = answers(unit);
            if let Some(at) = unit.arrival(site)
                && factor > 0.0
            {
                self.add(unit, at, factor, out, grid);
            }
        }
    }
    /// Adds one unit's potential that begins at `at`.
    pub(super) fn add(&self, unit: &Unit, at: f64, factor: f64, out: &mut [f64], grid: Grid) {
        potential(out, grid, at, factor * unit.a, unit.tau, self.off);
    }
    /// Time by which all responses to `site` are over, s.
    pub(super) fn end(&self, site: usize) -> f64 {
        let ends = self.units.iter().filter_map(|u| Some(u.arrival(site)? + 9.0 * u.tau));
        ends.fold(0.015, f64::max)
    }
}

fn potential(out: &mut [f64], grid: Grid, at: f64, a: f64, tau: f64, off: Option<(f64, f64)>) {
    let Some((share, lead)) = off else { return add_unit(out, grid, at, a, tau) };
    add_positivity(out, grid, at, share * PEAK * a, 0.6 * lead);
    add_unit(out, grid, at + lead, a, tau);
}

/// A unit before distance, lesion and temperature.
struct Raw {
    size: f64,
    /// Over the pool's velocity.
    speed: f64,
    /// From the mean terminal delay.
    delay: f64,
    tau: f64,
}

struct Healthy {
    anatomy: &'static Motor,
    off: Option<(f64, f64)>,
    /// Of the mean unit, m/s.
    velocity: f64,
    /// Mean terminal delay, s.
    terminal: f64,
    units: Vec<Raw>,
}

impl Healthy {
    fn terminal_of(&self, raw: &Raw) -> f64 {
        (self.terminal + raw.delay).max(LEAST_TERMINAL)
    }
    /// Response to a stimulus `mm` from the electrode, sizes as drawn.
    fn response(&self, mm: f64) -> (Vec<f64>, Grid) {
        let grid = Grid::fine(mm * 1e-3 / (0.75 * self.velocity) + self.terminal + 0.008);
        let mut x = vec![0.0; grid.len];
        for raw in &self.units {
            let at = self.terminal_of(raw) + mm * 1e-3 / (raw.speed * self.velocity);
            potential(&mut x, grid, at, raw.size, raw.tau, self.off);
        }
        (x, grid)
    }
    /// Finds velocity and delay at which the response's onset has the latency and velocity drawn; gives the factor
    /// from sizes to volts.
    fn fit(&mut self, latency: f64, velocity: f64, amplitude: f64) -> f64 {
        let near = self.anatomy.sites[0].distance_mm;
        let far = near + self.anatomy.sites[1].distance_mm;
        self.terminal = (latency - near * 1e-3 / velocity + 0.7e-3).max(LEAST_TERMINAL);
        let mut scale = 1.0;
        for _ in 0..ROUNDS {
            let ((x, grid), (y, far_grid)) = (self.response(near), self.response(far));
            let (Some(first), Some(second)) = (marker::onset(&x, grid), marker::onset(&y, far_grid)) else {
                break;
            };
            let measured = (far - near) * 1e-3 / (second - first).max(1e-4);
            self.velocity = (self.velocity * velocity / measured).clamp(0.3 * velocity, 2.0 * velocity);
            self.terminal = (self.terminal + latency - first).max(LEAST_TERMINAL);
            scale = amplitude / negative_peak(&x).max(f64::MIN_POSITIVE);
        }
        scale
    }
    fn unit(
        &self,
        raw: &Raw,
        scale: f64,
        lengths_mm: &[f64],
        lesion: &MotorLesion,
        subject: &Subject,
        draw: &mut Draw,
    ) -> Unit {
        let warmth = subject.warmth(self.anatomy.arm);
        let speed = raw.speed * self.velocity * warmth;
        let alike = (1.0 + PROXIMAL_SPREAD * (raw.speed - 1.0)) * self.velocity * warmth;
        let mut delays = Vec::with_capacity(lengths_mm.len());
        let mut blocked = Vec::with_capacity(lengths_mm.len());
        for (i, (mm, damage)) in lengths_mm.iter().zip(&lesion.pieces).enumerate() {
            let here = match self.anatomy.sites.get(i) {
                Some(site) => speed * site.speed,
                None => alike * self.anatomy.proximal_speed,
            };
            let mut delay = mm * 1e-3 / here;
            if damage.length_mm > 0.0 {
                delay += damage.length_mm.min(*mm) * 1e-3 / here * (1.0 / damage.slow.max(0.05) - 1.0);
            }
            delays.push(delay + gamma(damage.spread, draw));
            blocked.push(draw.chance(damage.block));
        }
        Unit {
            a: raw.size * scale * lesion.sprouting * draw.within(1.0, 0.05, 0.8, 1.2),
            tau: raw.tau * subject.lengthening(self.anatomy.arm),
            terminal: self.terminal_of(raw) * lesion.terminal / warmth,
            delays,
            blocked,
            threshold: (draw.unit() + 0.5 * (1.0 - raw.speed) / VELOCITY_SPREAD * 0.2).clamp(0.0, 1.0),
            backfire: 0.0,
            margin: draw.within(0.0, 0.15, -0.4, 0.4).exp(),
        }
    }
}

/// Which units live. The fastest is kept where it can be (reference text 7.5), in three of four.
fn survivors(units: &[Raw], loss: f64, draw: &mut Draw) -> Vec<bool> {
    let mut kept: Vec<bool> = units.iter().map(|_| !draw.chance(loss)).collect();
    let fastest = units.iter().enumerate().max_by(|a, b| a.1.speed.total_cmp(&b.1.speed));
    if draw.chance(0.75)
        && loss < 0.95
        && let Some((k, _)) = fastest
    {
        kept[k] = true;
    }
    kept
}

/// Each unit's probability of an F response: unequal, and such that the healthy pool has the persistence drawn.
fn backfires(anatomy: &Motor, units: &[Raw], lesion: &MotorLesion, draw: &mut Draw) -> Vec<f64> {
    let n = units.len();
    let share = draw.within(anatomy.persistence.0, anatomy.persistence.1, 25.0, 99.7) / 100.0;
    // Large, fast motor neurons answer more often.
    let favour = |u: &Raw| FAVOUR * (u.speed - 1.0) / VELOCITY_SPREAD;
    let weights: Vec<f64> = units.iter().map(|u| (draw.normal(0.0, 0.9) + favour(u)).exp()).collect();
    let sum: f64 = weights.iter().sum();
    let rate = -(1.0 - share).ln() * lesion.backfire;
    let mut p: Vec<f64> = weights.iter().map(|w| (1.0 - (-rate * w / sum).exp()).min(0.5)).collect();
    for _ in 0..3 {
        let (k, often, repeats) = (draw.below(n), draw.uniform(0.1, 0.45), draw.chance(0.6));
        if lesion.repeaters && repeats {
            p[k] = p[k].max(often);
        }
    }
    p
}
