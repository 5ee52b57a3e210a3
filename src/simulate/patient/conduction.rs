//! Conduction studies of a patient: healthy values of this person, what lesions and processes do to them, and how an
//! examiner measures them.
//!
//! Two fifths of the variance of a healthy value are the person's, three tenths the nerve's on both sides, three tenths the
//! side's and the day's: sides then differ as published (ulnar latency ± 0.6 ms, amplitude ± 3.6 mV).

use super::healthy::{At, MOTOR, Motor, SENSORY, Sensory};
use super::lesion::What;
use super::muscle::{index_of, ramp};
use super::process::{Conduction, Kind};
use super::site::Piece;
use super::{Cause, Plan, stream};
use crate::norms::ncs::NCS_STUDIES;
use crate::simulate::draw::Draw;
use crate::study::Side;

/// Skin temperature at which the published values were taken, °C: arm, leg.
const REFERENCE: (f64, f64) = (33.6, 32.4);
/// Slower by so many m/s per °C, later by so many ms per °C (0.2: ACN2006T; velocities: textbook range 1.5 to 2.5).
const SLOPE_MS: f64 = 0.20;
const SLOPE_VELOCITY: f64 = 1.8;
/// SD of a tape measure between two sites, mm, and of a marker, ms.
const TAPE: f64 = 4.0;
const MARKER: f64 = 0.06;
/// Smallest CMAP that is called a response, mV.
const LEAST_MV: f64 = 0.08;

/// One stimulation.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stimulated {
    pub(super) site: &'static str,
    /// As it was measured.
    pub(super) distance_mm: f64,
    /// Latency, amplitude (mV or µV), duration (motor) or peak latency (sensory); `None` without a response.
    pub(super) response: Option<Evoked>,
}

/// A response.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Evoked {
    pub(super) latency_ms: f64,
    pub(super) amplitude: f64,
    /// Negative peak's duration; of a sensory response the time from onset to peak.
    pub(super) duration_ms: f64,
}

/// A motor or sensory study as done.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Conducted {
    pub(super) stimulated: Vec<Stimulated>,
    /// Axons lost, largest block, added delay.
    pub(super) lost: f64,
    pub(super) blocked: f64,
    pub(super) added_ms: f64,
}

pub(super) fn motor_row(study: &str) -> Option<&'static Motor> {
    MOTOR.iter().find(|m| m.study == study)
}
pub(super) fn sensory_row(study: &str) -> Option<&'static Sensory> {
    SENSORY.iter().find(|s| s.study == study)
}
pub(super) fn study_index(study: &str) -> u64 {
    NCS_STUDIES.iter().position(|s| s.id == study).unwrap_or(NCS_STUDIES.len()) as u64
}

/// Standard normal deviates of a study: velocity, latency, amplitude, presence (0 to 1).
pub(super) struct Deviates {
    pub(super) velocity: f64,
    pub(super) latency: f64,
    pub(super) amplitude: f64,
    pub(super) presence: f64,
}

impl Plan {
    pub(super) fn deviates(&self, study: &str, side: Side) -> Deviates {
        let at = stream::NERVE + 4 * study_index(study);
        let mut nerve = Draw::new(self.options.seed, at);
        let mut own = Draw::new(self.options.seed, at + 1 + u64::from(side == Side::Right));
        let mut join = |person: f64| {
            let z =
                0.4_f64.sqrt() * person + 0.3_f64.sqrt() * (nerve.normal(0.0, 1.0) + own.normal(0.0, 1.0));
            z.clamp(-2.7, 2.7)
        };
        let velocity = join(self.person.fast);
        let latency = join(-self.person.fast);
        let amplitude = join(self.person.strong);
        Deviates { velocity, latency, amplitude, presence: nerve.unit() }
    }

    /// A healthy velocity at this height and age: 2 m/s less per 10 cm in the leg, 0.7 in the arm; 0.07 a year from 40 on.
    fn velocity(&self, (mean, sd): (f64, f64), arm: bool, z: f64) -> f64 {
        let p = &self.person;
        let height = (p.height_cm - 170.0) / 10.0 * if arm { 0.7 } else { 1.8 };
        let age = 0.07 * (p.age - 48.0);
        // What height and age explain is part of the published spread.
        (mean - height - age + 0.88 * sd * z).max(0.6 * mean)
    }
    fn chill(&self, arm: bool) -> f64 {
        (if arm { REFERENCE.0 } else { REFERENCE.1 }) - self.person.skin(arm)
    }

    /// Joint effect of all processes on a motor study.
    fn process_on(&self, index: u64, side: Side) -> Conduction {
        let mut out = Conduction::HEALTHY;
        for cause in &self.causes {
            if let Cause::Process(p) = cause {
                let c = p.motor(index, side, self.options.seed);
                out.latency *= c.latency;
                out.velocity *= c.velocity;
                out.duration *= c.duration;
                out.proximal *= c.proximal;
                out.persistence *= c.persistence;
                out.distal *= c.distal;
            }
        }
        out
    }
    pub(super) fn conduction_of(&self, study: &str, side: Side) -> Conduction {
        self.process_on(study_index(study), side)
    }

    /// Delay that lesions add in a piece, ms; and what reaches the muscle from beyond the piece, share.
    pub(super) fn piece(&self, row: &Motor, piece: Piece, side: Side) -> (f64, f64) {
        let index = index_of(row.muscle);
        let muscle = crate::norms::muscle(row.muscle);
        let (mut delay, mut through) = (0.0, 1.0);
        for cause in &self.causes {
            let Cause::Lesion(l) = cause else { continue };
            let What::Nerve(site) = l.what else { continue };
            if l.side != side {
                continue;
            }
            let Some(slowing) = site.motor.iter().find(|s| s.study == row.study && s.piece == piece) else {
                continue;
            };
            let vigour = Draw::new(self.options.seed, l.stream + 6000).uniform(0.85, 1.15);
            delay += (slowing.least + slowing.most * l.severity.powf(slowing.power)) * vigour;
            let taken =
                muscle.map(|m| l.muscle(m, index, side, &self.person, self.options.seed)).unwrap_or_default();
            // Lost axons still conduct beyond the lesion in the first days: it looks like a block.
            let waiting = taken.lost * (1.0 - ramp(l.days, 3.0, 7.0));
            through *= (1.0 - taken.blocked) * (1.0 - waiting);
        }
        (delay, through)
    }

    /// A motor study from the first `sites` sites on.
    pub(super) fn motor(&self, row: &'static Motor, side: Side, sites: usize) -> Conducted {
        let seed = self.options.seed;
        let index = study_index(row.study);
        let z = self.deviates(row.study, side);
        let process = self.process_on(index, side);
        let chill = self.chill(row.arm);
        let state = crate::norms::muscle(row.muscle).map(|m| self.state(m, side)).unwrap_or_default();
        let mut tape = Draw::new(seed, stream::TAPE + 2 * index + u64::from(side == Side::Right));
        let lost = state.lost;
        let velocity = self.velocity(row.velocity, row.arm, z.velocity)
            * process.velocity
            * (1.0 - 0.14 * lost)
            * (1.0 - SLOPE_VELOCITY * chill / row.velocity.0).clamp(0.6, 1.2);
        let own = 0.6 * -z.velocity + 0.8 * z.latency;
        let (delay, through) = self.piece(row, Piece::Distal, side);
        let mut latency = (row.latency.0 + row.latency.1 * own).max(0.55 * row.latency.0)
            * process.latency
            * (1.0 + 0.12 * lost)
            + SLOPE_MS * chill
            + delay;
        let age = 1.0 - row.amplitude.2 * (self.person.age - 40.0);
        let healthy = row.amplitude.0 * age.clamp(0.4, 1.15) * (row.amplitude.1 * z.amplitude).exp();
        let mut amplitude =
            healthy * state.output * process.distal * through * self.junction_output(row.muscle, side);
        let mut duration = tape.within(row.duration.0, row.duration.1, 3.0, 16.0) * process.duration;
        let (mut added, mut blocked) = (delay, 1.0 - through);
        let mut stimulated = Vec::new();
        for (k, at) in row.sites.iter().take(sites.max(1)).enumerate() {
            let mm = (at.mm * if at.grows { self.person.height_cm / 170.0 } else { 1.0 }).round();
            let error = tape.within(0.0, TAPE, -2.5 * TAPE, 2.5 * TAPE);
            // The first distance is a standard one: the electrode is put there.
            let stated = if k == 0 { mm } else { (mm + tape.normal(0.0, 9.0)).round().max(60.0) };
            if k > 0 {
                let piece = self.segment(row, at, index, side, velocity, stated + error, &mut tape);
                latency += piece.0;
                amplitude *= piece.1;
                duration *= piece.2;
                added += piece.3;
                blocked = f64::max(blocked, 1.0 - piece.4);
            }
            let seen = latency + tape.within(0.0, MARKER, -2.0 * MARKER, 2.0 * MARKER);
            let response = (amplitude >= LEAST_MV).then_some(Evoked {
                latency_ms: seen,
                amplitude: amplitude * tape.within(1.0, 0.02, 0.95, 1.05),
                duration_ms: duration,
            });
            stimulated.push(Stimulated { site: at.site, distance_mm: stated, response });
        }
        Conducted { stimulated, lost, blocked, added_ms: added }
    }

    /// Time through the piece to `at`, factors on amplitude and duration, added delay, what gets through.
    #[expect(clippy::too_many_arguments, reason = "one piece of a study's loop")]
    fn segment(
        &self,
        row: &Motor,
        at: &At,
        index: u64,
        side: Side,
        velocity: f64,
        mm: f64,
        tape: &mut Draw,
    ) -> (f64, f64, f64, f64, f64) {
        let (delay, through) = self.piece(row, Piece::To(at.site), side);
        let fall = tape.within(at.fall.0, at.fall.1, 0.0, 0.45);
        let (mut block, mut spread) = (0.0, 1.02);
        for cause in &self.causes {
            if let Cause::Process(p) = cause {
                let (b, d) = p.block(row.study, at.site, index, side, self.options.seed);
                block = 1.0 - (1.0 - block) * (1.0 - b);
                spread *= d;
            }
        }
        let all = through * (1.0 - block);
        // Spreading out in time takes amplitude as well.
        let flat = (1.0 / spread).powf(0.5);
        (mm / (velocity * at.speed) + delay, (1.0 - fall) * all * flat, spread, delay, all)
    }

    /// A sensory or mixed study.
    pub(super) fn sensory(&self, row: &'static Sensory, side: Side) -> Conducted {
        let seed = self.options.seed;
        let index = study_index(row.study);
        let z = self.deviates(row.study, side);
        let mut tape = Draw::new(seed, stream::TAPE + 2 * index + u64::from(side == Side::Right));
        let chill = self.chill(row.arm);
        let (mut kept, mut factor, mut delay, mut lost) = (1.0, 1.0, 0.0, 0.0);
        for cause in &self.causes {
            match cause {
                Cause::Lesion(l) => {
                    let taken = l.sensory(row.study, index, side, seed);
                    // Sensory responses fall from the sixth to the eleventh day.
                    kept *= 1.0 - taken.lost * ramp(l.days, 6.0, 11.0);
                    lost = 1.0 - (1.0 - lost) * (1.0 - taken.lost);
                    if let What::Nerve(site) = l.what
                        && l.side == side
                        && let Some(a) = site.across.iter().find(|a| a.0 == row.study)
                    {
                        let vigour = Draw::new(seed, l.stream + 6000).uniform(0.85, 1.15);
                        let own = tape.within(1.0, 0.08, 0.8, 1.2);
                        delay += (a.1 + a.2 * l.severity.powf(a.3)) * vigour * own;
                        // Fast axons suffer first: the response spreads out.
                        kept *= (1.0 - 0.75 * l.severity.powf(1.3)).max(0.02);
                    }
                }
                Cause::Process(p) => {
                    let (gone, slow) = p.sensory(row.study, index, side, seed);
                    let days = if p.kind == Kind::Axonal { 1e4 } else { p.days };
                    kept *= 1.0 - gone * ramp(days, 2.0, 11.0);
                    lost = 1.0 - (1.0 - lost) * (1.0 - gone);
                    factor *= slow;
                }
            }
        }
        let velocity = self.velocity(row.velocity, row.arm, z.velocity)
            * factor
            * (1.0 - SLOPE_VELOCITY * chill / row.velocity.0).clamp(0.6, 1.2);
        let error = tape.within(0.0, 0.5 * TAPE, -2.0 * TAPE, 2.0 * TAPE);
        let latency = (row.mm + error) / velocity + delay + tape.within(0.0, 0.5 * MARKER, -0.1, 0.1);
        // Cold makes potentials larger; fat makes them smaller.
        let other = 1.0 + 0.03 * chill - 0.012 * (self.person.bmi - 26.0);
        let age = (-row.amplitude.2 * (self.person.age - 40.0)).exp().min(1.25);
        let healthy = row.amplitude.0 * (row.amplitude.1 * z.amplitude).exp() * age * other.clamp(0.6, 1.3);
        let missing = row.absent.0 + (row.absent.1 - row.absent.0) * ramp(self.person.age, 40.0, 75.0);
        let amplitude = if z.presence < missing { 0.0 } else { healthy * kept };
        let noise = tape.uniform(0.7, 1.6);
        let rise = row.rise * tape.within(1.0, 0.08, 0.75, 1.3) * (1.0 + 0.25 * delay / 2.0)
            / factor.max(0.5)
            * (1.0 + 0.05 * chill);
        let response =
            (amplitude > noise).then_some(Evoked { latency_ms: latency, amplitude, duration_ms: rise });
        let stimulated = vec![Stimulated { site: row.site, distance_mm: row.mm, response }];
        Conducted { stimulated, lost, blocked: 0.0, added_ms: delay }
    }
}
