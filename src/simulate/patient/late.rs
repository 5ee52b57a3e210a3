//! Late responses and repetitive stimulation of a patient.

use super::conduction::{motor_row, study_index};
use super::healthy::{FWave, H_REFLEX};
use super::lesion::What;
use super::process::Kind;
use super::site::Piece;
use super::{Cause, Plan, stream};
use crate::simulate::draw::Draw;
use crate::study::Side;

/// F waves as measured; `None` without any.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct FWaves {
    pub(super) least_ms: f64,
    pub(super) mean_ms: f64,
    pub(super) most_ms: f64,
    pub(super) persistence: f64,
    pub(super) sweeps: f64,
}

/// An H reflex.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Reflex {
    pub(super) latency_ms: f64,
    pub(super) ratio_percent: f64,
}

/// Trains of repetitive stimulation: amplitudes at rest, and the first ones right after exercise.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Trains {
    pub(super) rest_mv: Vec<f64>,
    pub(super) exercised_mv: Vec<f64>,
}

/// Responses of a train.
const RESPONSES: usize = 10;

impl Plan {
    /// Loss of a muscle's axons by root lesions alone, and the delay that they add in the root, ms.
    fn roots_of(&self, muscle: &str, side: Side) -> (f64, f64) {
        let Some(known) = crate::norms::muscle(muscle) else { return (0.0, 0.0) };
        let (mut kept, mut delay) = (1.0, 0.0);
        for (taken, cause) in self.taken(known, side) {
            let Cause::Lesion(l) = cause else { continue };
            if matches!(
                l.what,
                What::Root { .. } | What::Plexus(_) | What::Trunk(_) | What::Cord(_) | What::Outlet
            ) {
                kept *= 1.0 - taken.lost;
                let own = Draw::new(self.options.seed, l.stream + 6100).unit();
                // Fast axons that remain conduct at their own pace: the least latency changes little.
                delay += 3.0 * own * l.severity * f64::from(u8::from(taken.lost > 0.15));
            }
        }
        (1.0 - kept, delay)
    }

    pub(super) fn f_waves(&self, row: &FWave, side: Side) -> Option<FWaves> {
        let motor = motor_row(row.study)?;
        let z = self.deviates(row.study, side);
        let process = self.conduction_of(row.study, side);
        let number = 2 * study_index(row.study) + u64::from(side == Side::Right);
        let mut draw = Draw::new(self.options.seed, stream::F_WAVE + number);
        let sweeps = if draw.chance(0.5) { 10.0 } else { 20.0 };
        let state = crate::norms::muscle(motor.muscle).map(|m| self.state(m, side)).unwrap_or_default();
        let (by_roots, root_delay) = self.roots_of(motor.muscle, side);
        let own = -0.75 * z.velocity + 0.66 * draw.normal(0.0, 1.0);
        let healthy = row.least.0
            + row.least.1 * own.clamp(-2.5, 2.5)
            + row.least.2 * (self.person.height_cm - 170.0)
            + 0.03 * (self.person.age - 48.0);
        let distal = motor.latency.0;
        let mut focal = self.piece(motor, Piece::Distal, side).0;
        let mut through = 1.0;
        for at in &motor.sites[1..] {
            let (delay, open) = self.piece(motor, Piece::To(at.site), side);
            focal += 2.0 * delay;
            through *= open;
            for cause in &self.causes {
                if let Cause::Process(p) = cause {
                    through *=
                        1.0 - p.block(row.study, at.site, study_index(row.study), side, self.options.seed).0;
                }
            }
        }
        let (_, open) = self.piece(motor, Piece::Distal, side);
        through *= open;
        let least = distal * process.latency
            + (healthy - distal)
                * (0.4 / process.velocity + 0.6 * process.proximal.max(1.0 / process.velocity).min(3.0))
            + focal
            + root_delay;
        let mean = draw.within(row.persistence.0, row.persistence.1, 35.0, 100.0);
        let lost = 1.0 - (1.0 - state.lost) * (1.0 - 0.6 * by_roots);
        let share = mean * (1.0 - 1.05 * lost).max(0.0) * through.powf(0.7) * process.persistence;
        let seen = (0..if sweeps > 15.0 { 20 } else { 10 }).filter(|_| draw.chance(share / 100.0)).count();
        if seen == 0 || state.output < 0.02 {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "at most 20")]
        let persistence = 100.0 * seen as f64 / sweeps;
        // Few waves rarely hold the fastest unit.
        #[expect(clippy::cast_precision_loss, reason = "at most 20")]
        let late = row.to_mean * (3.0 / (2.0 + seen as f64)).min(1.0) * 0.5;
        let spread = draw.within(row.to_most.0, row.to_most.1, 1.0, 12.0) * process.duration;
        Some(FWaves {
            least_ms: least + late,
            mean_ms: least + late + row.to_mean.min(0.6 * spread) * process.duration,
            most_ms: least + late + spread.max(row.to_mean),
            persistence,
            sweeps,
        })
    }

    /// The soleus reflex of a side.
    pub(super) fn h_reflex(&self, side: Side) -> Option<Reflex> {
        let seed = self.options.seed;
        let mut person = Draw::new(seed, stream::H_REFLEX);
        let mut draw = Draw::new(seed, stream::H_REFLEX + 1 + u64::from(side == Side::Right));
        let p = &self.person;
        let (mean, sd, per_cm, per_year) = H_REFLEX;
        let common = mean
            + per_cm * (p.height_cm - 170.0)
            + per_year * (p.age - 50.0)
            + sd * (0.8 * person.normal(0.0, 1.0) - 0.6 * p.fast).clamp(-2.5, 2.5);
        let ratio = person.log_uniform(15.0, 70.0);
        // Sides differ by 0.69 ms on average (SD 0.46): normal with this SD on each side.
        let (mut latency, mut strength) =
            (common + draw.within(0.0, 0.58, -1.3, 1.3), draw.uniform(0.75, 1.25));
        // Asymmetry of healthy amplitudes: ratio of sides 0.74 on average.
        let mut absent = p.no_h;
        for cause in &self.causes {
            let (u, w) = (draw.unit(), draw.unit());
            match cause {
                Cause::Lesion(l) if l.side == side => {
                    let s = l.severity;
                    let part = match l.what {
                        // Sensory roots are hurt with or without the motor ones.
                        What::Root { root, .. } if root.name() == "S1" => 1.0,
                        What::Root { root, .. } if root.name() == "S2" => 0.3,
                        What::Plexus("sacral") => 0.9,
                        What::Nerve(site) if site.id == "sciatic_neuropathy" => 0.7,
                        What::Nerve(site) if site.id == "tibial_trunk" => 0.5,
                        _ => 0.0,
                    };
                    absent |= u < part * (0.05 + 0.80 * s);
                    latency += part * (0.5 + 3.6 * s * w);
                    strength *= 1.0 - 0.6 * part * s;
                }
                Cause::Process(process) => {
                    let s = process.severity;
                    let (gone, slow) = match process.kind {
                        Kind::Axonal => (0.15 + 0.9 * s, 1.0 + 0.08 * s),
                        Kind::Acute => (0.45 + 0.5 * s, 1.0 + 0.5 * s),
                        Kind::Chronic => (0.5 + 0.5 * s, 1.25 + 0.5 * s),
                        Kind::Hereditary => (0.9, 1.8),
                        Kind::AcuteAxonal { .. } | Kind::Ganglia => (0.3 + 0.6 * s, 1.0),
                        _ => (0.0, 1.0),
                    };
                    // Both sides together.
                    absent |= person.unit() < gone;
                    latency *= slow;
                }
                Cause::Lesion(_) => {}
            }
        }
        let reflex = Reflex { latency_ms: latency, ratio_percent: (ratio * strength).clamp(1.0, 95.0) };
        (!absent).then_some(reflex)
    }

    /// CMAP over the healthy one where junctions fail at rest.
    pub(super) fn junction_output(&self, muscle: &str, side: Side) -> f64 {
        let mut draw = Draw::new(self.options.seed, stream::JUNCTION + super::muscle::index_of(muscle));
        let own = draw.uniform(0.8, 1.25);
        let _ = side;
        self.causes.iter().fold(1.0, |all, cause| match cause {
            Cause::Process(p) if p.kind == Kind::Presynaptic => {
                all * ((0.55 - 0.42 * p.severity) * own).min(0.9)
            }
            Cause::Process(p) if p.kind == Kind::Postsynaptic => all * (1.0 - 0.12 * p.severity.powi(2)),
            _ => all,
        })
    }

    /// Repetitive stimulation at 3 Hz.
    pub(super) fn trains(&self, study: &str, side: Side) -> Option<Trains> {
        let row = motor_row(study)?;
        let first = self.motor(row, side, 1).stimulated.first()?.response?.amplitude;
        let number = 2 * study_index(study) + u64::from(side == Side::Right);
        let mut draw = Draw::new(self.options.seed, stream::JUNCTION + 1000 + number);
        // Facial and proximal muscles fail first.
        let near = match study {
            "facial_motor_nasalis" => 1.15,
            "accessory_motor_trapezius" => 1.1,
            _ => 0.75,
        };
        let own = draw.uniform(0.6, 1.3);
        let (mut fall, mut gain) = (draw.normal(0.005, 0.012), draw.uniform(0.02, 0.18));
        for cause in &self.causes {
            let Cause::Process(p) = cause else { continue };
            let s = p.severity;
            match p.kind {
                Kind::Postsynaptic => {
                    (fall, gain) = (fall + (0.04 + 0.42 * s) * near * own, draw.uniform(0.0, 0.35))
                }
                Kind::Presynaptic => {
                    (fall, gain) = (fall + (0.10 + 0.25 * s) * own, draw.uniform(0.7, 1.4) * (0.6 + 2.0 * s));
                }
                Kind::MotorNeuron => fall += 0.06 * s * own,
                _ => {}
            }
        }
        let train = |start: f64, fall: f64, draw: &mut Draw| -> Vec<f64> {
            let shape = [0.0, 0.55, 0.85, 1.0, 0.99, 0.95, 0.92, 0.90, 0.88, 0.87];
            let one = |k: &f64| (start * (1.0 - fall * k) * draw.within(1.0, 0.008, 0.97, 1.03)).max(0.01);
            shape[..RESPONSES].iter().map(one).collect()
        };
        let rest_mv = train(first, fall.clamp(-0.03, 0.9), &mut draw);
        let exercised_mv = train(first * (1.0 + gain), (0.45 * fall).clamp(-0.03, 0.9), &mut draw);
        Some(Trains { rest_mv, exercised_mv })
    }
}
