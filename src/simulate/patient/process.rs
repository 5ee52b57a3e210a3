//! Diffuse processes: polyneuropathies, motor neuron disease, diseases of muscle and junction.

use super::lesion::Taken;
use crate::norms::Muscle;
use crate::simulate::draw::Draw;
use crate::study::Side;

/// What goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Length-dependent loss of axons.
    Axonal,
    /// Acute demyelination.
    Acute,
    /// Acute loss of axons, with or without sensory ones.
    AcuteAxonal {
        sensory: bool,
    },
    /// Chronic demyelination.
    Chronic,
    /// Even slowing from birth.
    Hereditary,
    /// Block of single motor nerves.
    Multifocal,
    /// Loss of sensory ganglion cells.
    Ganglia,
    MotorNeuron,
    Myopathy {
        irritable: bool,
        myotonic: bool,
    },
    Postsynaptic,
    Presynaptic,
}

/// A process in a person.
#[derive(Debug, Clone)]
pub(super) struct Process {
    pub(super) kind: Kind,
    pub(super) severity: f64,
    pub(super) days: f64,
    /// Side of what begins on one.
    pub(super) side: Side,
    pub(super) stream: u64,
    /// Of motor neuron disease: bulbar, cervical, thoracic, lumbosacral.
    pub(super) regions: [bool; 4],
    /// Slowing of all nerves together over the healthy velocity.
    pub(super) slow: f64,
    /// Whether the sural response is spared although those of the arm are not.
    pub(super) sural_spared: bool,
    /// Motor nerves with a block: study, side, site above it.
    pub(super) blocked: Vec<(&'static str, Side, &'static str)>,
}

/// What it does to a motor nerve.
#[derive(Debug, Clone, Copy)]
pub(super) struct Conduction {
    /// Factors on distal latency, velocity, distal duration.
    pub(super) latency: f64,
    pub(super) velocity: f64,
    pub(super) duration: f64,
    /// Factor on the F wave's way beyond the last site; on its persistence.
    pub(super) proximal: f64,
    pub(super) persistence: f64,
    /// Factor on amplitudes from distal block.
    pub(super) distal: f64,
}

impl Conduction {
    pub(super) const HEALTHY: Conduction = Conduction {
        latency: 1.0,
        velocity: 1.0,
        duration: 1.0,
        proximal: 1.0,
        persistence: 1.0,
        distal: 1.0,
    };
}

/// How far from the spine a muscle lies, 0 to 1: what a length-dependent process sees. Ours, by the nerves' lengths.
pub(super) fn length_of(muscle: &Muscle) -> f64 {
    const FOOT: &[&str] = &[
        "abductor_hallucis",
        "abductor_digiti_quinti_pedis",
        "first_dorsal_interosseous_pedis",
        "flexor_digiti_minimi_brevis_pedis",
        "extensor_digitorum_brevis",
        "extensor_hallucis_brevis",
    ];
    match muscle.region {
        _ if FOOT.contains(&muscle.id) => 1.0,
        "lower_limb" if matches!(muscle.nerve, "fibular" | "tibial") => 0.72,
        "lower_limb" if matches!(muscle.nerve, "superior_gluteal" | "inferior_gluteal") => 0.12,
        "lower_limb" => 0.22,
        "upper_limb" if is_hand(muscle) => 0.50,
        "upper_limb" if is_forearm(muscle) => 0.22,
        "upper_limb" => 0.08,
        _ => 0.02,
    }
}

pub(super) fn is_hand(muscle: &Muscle) -> bool {
    let branch = matches!(muscle.branch, "median_recurrent" | "ulnar_deep");
    branch || matches!(muscle.id, "abductor_digiti_minimi" | "lumbrical_2")
}
pub(super) fn is_forearm(muscle: &Muscle) -> bool {
    let elbow = ["triceps_brachii", "anconeus", "brachioradialis"].contains(&muscle.id);
    matches!(muscle.nerve, "radial" | "median" | "ulnar") && !elbow && !is_hand(muscle)
}

/// The same of a sensory study.
fn length_of_study(study: &str) -> f64 {
    match study {
        "medial_plantar_mixed" | "lateral_plantar_mixed" | "dorsal_sural_sensory" => 1.05,
        "sural_sensory" | "superficial_fibular_sensory" => 0.92,
        "saphenous_sensory" => 0.8,
        "lfcn_sensory" => 0.3,
        "mac_sensory" | "lac_sensory" => 0.3,
        "radial_sensory_snuffbox" | "dorsal_ulnar_sensory" => 0.46,
        _ => 0.55,
    }
}

/// Region of motor neuron disease.
fn region(muscle: &Muscle) -> usize {
    match muscle.region {
        "cranial" | "neck" => 0,
        "upper_limb" => 1,
        "lower_limb" | "pelvic" => 3,
        _ if muscle.id.starts_with("paraspinal_c") || muscle.id == "paraspinal_t1" => 1,
        _ if muscle.id.starts_with("paraspinal_l") || muscle.id == "paraspinal_s1" => 3,
        _ => 2,
    }
}

impl Process {
    fn draw(&self, seed: u64, index: u64, side: Side) -> Draw {
        Draw::new(seed, self.stream + 2 * index + u64::from(side == Side::Right))
    }

    /// Motor axons of a muscle; `index`: of the muscle in the table.
    pub(super) fn muscle(&self, muscle: &Muscle, index: u64, side: Side, seed: u64) -> Taken {
        let mut draw = self.draw(seed, index, side);
        let (own, at) = (draw.uniform(0.8, 1.2), draw.unit());
        let (s, length) = (self.severity, length_of(muscle));
        let lost = match self.kind {
            Kind::Axonal => 1.05 * s * length.powf(1.25) * own,
            Kind::Acute => 0.12 * s * own,
            // Axons of acute forms die back or stand still: both look the same early on.
            Kind::AcuteAxonal { .. } => (0.25 + 0.7 * s) * (0.6 + 0.4 * length) * own,
            Kind::Chronic => 0.55 * s * length * own,
            Kind::Hereditary => 0.85 * s * length.powf(1.2) * own,
            Kind::MotorNeuron => self.motor_neurons(muscle, side, own, at),
            _ => 0.0,
        };
        let blocked = match self.kind {
            Kind::Acute => 0.6 * s * at,
            Kind::Chronic => 0.3 * s * at,
            Kind::Multifocal => {
                let hit = self.blocked.iter().any(|(study, on, _)| {
                    *on == side
                        && (study.starts_with(muscle.nerve)
                            || study.starts_with(muscle.branch) && !muscle.branch.is_empty())
                });
                if hit { (0.35 + 0.5 * s) * own } else { 0.0 }
            }
            _ => 0.0,
        };
        // A block of long standing takes axons as well.
        let lost = if self.kind == Kind::Multifocal { 0.35 * blocked } else { lost };
        Taken { lost: lost.clamp(0.0, 0.97), blocked: blocked.clamp(0.0, 0.97) }
    }

    fn motor_neurons(&self, muscle: &Muscle, side: Side, own: f64, at: f64) -> f64 {
        let reached = self.regions[region(muscle)];
        // The thenar side of the hand goes first; the other side of the body follows.
        let hand = match muscle.id {
            "abductor_pollicis_brevis" | "first_dorsal_interosseous" | "opponens_pollicis" => 1.3,
            "abductor_digiti_minimi" => 0.65,
            _ => 1.0,
        };
        let first = if side == self.side { 1.0 } else { 0.75 };
        match reached {
            true if at < 0.88 => (0.2 + 0.6 * self.severity) * hand * first * own,
            true => 0.05,
            false if at < 0.15 => 0.12 * own,
            false => 0.0,
        }
    }

    /// How far a disease of the muscle itself has gone, 0 to 1.
    pub(super) fn myopathic(&self, muscle: &Muscle, index: u64, side: Side, seed: u64) -> f64 {
        let own = self.draw(seed, index, side).uniform(0.75, 1.25);
        let near = match muscle.region {
            "upper_limb" if is_hand(muscle) => 0.12,
            "upper_limb" if is_forearm(muscle) => 0.40,
            "lower_limb" if length_of(muscle) > 0.9 => 0.10,
            "lower_limb" if length_of(muscle) > 0.5 => 0.45,
            "cranial" => 0.4,
            _ => 1.0,
        };
        match self.kind {
            Kind::Myopathy { .. } => ((0.25 + 0.75 * self.severity) * near * own).min(1.0),
            // Junctions that fail make units small in severe cases.
            Kind::Postsynaptic => 0.35 * self.severity.powi(2) * near.max(0.4) * own,
            Kind::Presynaptic => 0.45 * self.severity * near.max(0.5) * own,
            _ => 0.0,
        }
    }

    /// Axons of a sensory study, and factors on its velocity; `index`: of the study.
    pub(super) fn sensory(&self, study: &str, index: u64, side: Side, seed: u64) -> (f64, f64) {
        let mut draw = self.draw(seed, 5000 + index, side);
        let (own, speed) = (draw.uniform(0.8, 1.2), draw.uniform(0.95, 1.05));
        let (s, length) = (self.severity, length_of_study(study));
        let sural = study.contains("sural") && self.sural_spared;
        let (lost, velocity) = match self.kind {
            Kind::Axonal => (1.15 * s * length.powf(1.15) * own, 1.0 - 0.12 * s * length),
            // Dispersion and block take amplitude as if axons were gone.
            Kind::Acute if sural => (0.1 * s, 0.97),
            Kind::Acute => ((0.15 + 0.75 * s) * own, 1.0 - 0.25 * s),
            Kind::AcuteAxonal { sensory: true } => ((0.2 + 0.7 * s) * own, 1.0),
            Kind::Chronic if sural => (0.2 * s * own, 0.93),
            Kind::Chronic => ((0.25 + 0.7 * s) * own, 1.0 - 0.45 * s),
            Kind::Hereditary => ((0.35 + 0.6 * s) * own, 0.52),
            Kind::Ganglia => ((0.30 + 0.7 * s) * draw.uniform(0.65, 1.3), 1.0),
            _ => (0.0, 1.0),
        };
        let speed = if velocity < 1.0 { velocity * speed } else { 1.0 };
        (lost.clamp(0.0, 0.99), speed)
    }

    /// What it does to conduction in a motor nerve; `index`: of the study.
    pub(super) fn motor(&self, index: u64, side: Side, seed: u64) -> Conduction {
        let mut draw = self.draw(seed, 7000 + index, side);
        let (u, w, x) = (draw.uniform(0.5, 1.3), draw.unit(), draw.uniform(0.7, 1.3));
        let s = self.severity;
        match self.kind {
            Kind::Acute => {
                // In the first days only late responses fail.
                let reached = ((self.days - 2.0) / 10.0).clamp(0.15, 1.0);
                Conduction {
                    latency: 1.0 + 1.6 * s * u * reached,
                    velocity: 1.0 - 0.42 * s * x * reached,
                    duration: 1.0 + 0.9 * s * u * reached,
                    proximal: 1.0 + (0.25 + 0.7 * s) * x,
                    persistence: if w < 0.35 * s + 0.1 { 0.0 } else { 1.0 - 0.6 * s * x.min(1.0) },
                    distal: 1.0 - 0.55 * s * u.min(1.0) * reached,
                }
            }
            Kind::Chronic => Conduction {
                latency: 1.0 + 1.2 * (0.3 + s) * u,
                velocity: (1.0 - (0.18 + 0.42 * s) * x).clamp(0.3, 1.0),
                duration: 1.0 + 0.8 * s * u,
                proximal: 1.0 + (0.2 + 0.7 * s) * x,
                persistence: 1.0 - 0.45 * s * x.min(1.0),
                distal: 1.0 - 0.35 * s * u.min(1.0),
            },
            Kind::Hereditary => Conduction {
                latency: (1.55 + 0.35 * s) / self.slow.sqrt() * draw.uniform(0.95, 1.05),
                velocity: self.slow * draw.uniform(0.95, 1.05),
                duration: 1.15,
                proximal: 1.0 / self.slow,
                persistence: 0.8,
                distal: 1.0,
            },
            Kind::Axonal => Conduction {
                velocity: 1.0 - 0.13 * s,
                latency: 1.0 + 0.08 * s,
                persistence: 1.0 - 0.3 * s,
                ..Conduction::HEALTHY
            },
            Kind::AcuteAxonal { .. } => {
                Conduction { persistence: 1.0 - 0.7 * s * x.min(1.0), ..Conduction::HEALTHY }
            }
            Kind::MotorNeuron => Conduction { persistence: 1.0 - 0.3 * s, ..Conduction::HEALTHY },
            _ => Conduction::HEALTHY,
        }
    }

    /// Share that is blocked between a site and the one before it, and the rise of the duration there, as a factor.
    pub(super) fn block(&self, study: &str, site: &str, index: u64, side: Side, seed: u64) -> (f64, f64) {
        let own = Draw::new(seed, self.stream + 90_000 + index * 8 + site.len() as u64).unit();
        let mut draw = self.draw(seed, 8000 + index * 8 + site.len() as u64, side);
        let (u, hit) = (draw.uniform(0.25, 0.85), draw.unit());
        let s = self.severity;
        match self.kind {
            Kind::Acute | Kind::Chronic => {
                let block = if hit < 0.15 + 0.35 * s { s * u } else { 0.08 * s };
                (block, 1.0 + 0.5 * s * own)
            }
            Kind::Multifocal if self.blocked.iter().any(|b| (b.0, b.1, b.2) == (study, side, site)) => {
                (0.45 + 0.5 * s * u, 1.0 + 0.2 * own)
            }
            _ => (0.0, 1.0),
        }
    }
}

impl Kind {
    /// In `truth.json`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::Axonal => "length_dependent_axon_loss",
            Kind::Acute => "acute_demyelination",
            Kind::AcuteAxonal { sensory: true } => "acute_motor_and_sensory_axon_loss",
            Kind::AcuteAxonal { sensory: false } => "acute_motor_axon_loss",
            Kind::Chronic => "chronic_demyelination",
            Kind::Hereditary => "uniform_demyelination",
            Kind::Multifocal => "multifocal_motor_block",
            Kind::Ganglia => "sensory_ganglia",
            Kind::MotorNeuron => "motor_neurons",
            Kind::Myopathy { irritable: true, .. } => "muscle_irritable",
            Kind::Myopathy { irritable: false, .. } => "muscle",
            Kind::Postsynaptic => "postsynaptic",
            Kind::Presynaptic => "presynaptic",
        }
    }
}
