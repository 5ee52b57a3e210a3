//! What a state does to nerves, roots and junctions. Ranges: ours, around reference text 7.5 and the clinical
//! tables; always on the right side.

use super::anatomy::{Motor, Sensory};
use super::options::State;
use crate::simulate::draw::Draw;

/// What a piece of nerve suffers.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Damage {
    /// Length that is slowed, mm.
    pub(super) length_mm: f64,
    /// Velocity there over the healthy one, above 0 where `length_mm` is.
    pub(super) slow: f64,
    /// SD of the extra delay (gamma, never below 0), s.
    pub(super) spread: f64,
    /// Probability that a fibre is blocked.
    pub(super) block: f64,
}

/// What a motor nerve suffers.
#[derive(Debug, Clone, Default)]
pub(super) struct MotorLesion {
    /// Share of units lost.
    pub(super) loss: f64,
    /// Factor on the survivors' potentials.
    pub(super) sprouting: f64,
    /// Factor on terminal delays.
    pub(super) terminal: f64,
    /// Distal piece, pieces between sites, piece to the cord.
    pub(super) pieces: Vec<Damage>,
    /// Factor on the probabilities of F responses.
    pub(super) backfire: f64,
    /// Probability of an A wave.
    pub(super) a_wave: f64,
    /// Whether single units answer in many sweeps.
    pub(super) repeaters: bool,
}

/// What the soleus reflex of one side suffers.
#[derive(Debug, Clone, Copy)]
pub(super) struct ReflexLesion {
    /// s.
    pub(super) delay: f64,
    /// Factor on the reflex's strength, 0: absent.
    pub(super) strength: f64,
    /// Share of motor units lost.
    pub(super) loss: f64,
    /// Velocity over the healthy one.
    pub(super) slow: f64,
}

/// Neuromuscular junctions: transmission succeeds where margin × depletion × facilitation is above 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct Junctions {
    /// Median margin; SD of its logarithm.
    pub(super) margin: (f64, f64),
    /// How much of the normal depletion shows.
    pub(super) depletion: f64,
    /// Facilitation right after exercise.
    pub(super) facilitation: f64,
    /// Margin minutes after exercise.
    pub(super) exhaustion: f64,
}

/// The state, drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pathology {
    pub(super) state: State,
    pub(super) severity: f64,
    /// Root of a radiculopathy.
    pub(super) level: &'static str,
    /// Which of the motor nerves are blocked.
    blocked: [bool; 4],
    /// How much of the slowing is there besides severity, about 1.
    vigour: f64,
    pub(super) junctions: Junctions,
}

fn mix(at_0: f64, at_1: f64, s: f64) -> f64 {
    at_0 + (at_1 - at_0) * s
}

impl Pathology {
    /// `levels`: the roots that the limbs examined can show, at least one.
    pub(super) fn new(state: State, severity: f64, levels: &[&'static str], draw: &mut Draw) -> Self {
        let first = draw.below(4);
        let second = (first + 1 + draw.below(3)) % 4;
        let two = draw.chance(0.5);
        let blocked = [0, 1, 2, 3].map(|i| i == first || (two && i == second));
        let level = levels[draw.below(levels.len())];
        let vigour = draw.uniform(0.85, 1.15);
        let s = severity;
        let facilitation = draw.uniform(1.05, 1.25);
        let (own, more) = (draw.uniform(0.92, 1.08), draw.uniform(1.8, 3.0));
        let junctions = match state {
            State::Myasthenia => Junctions {
                margin: (mix(2.05, 1.15, s) * own, 0.35),
                depletion: 1.0,
                facilitation: facilitation + 0.15,
                exhaustion: 0.87,
            },
            State::Lems => Junctions {
                margin: (mix(0.85, 0.45, s) * own, 0.35),
                depletion: 0.45,
                facilitation: more,
                exhaustion: 0.95,
            },
            _ => Junctions { margin: (4.0 * own, 0.30), depletion: 1.0, facilitation, exhaustion: 0.92 },
        };
        Pathology { state, severity, level, blocked, vigour, junctions }
    }

    /// What nerve `index` of the table suffers.
    pub(super) fn motor(
        &self,
        index: usize,
        nerve: &Motor,
        lengths_mm: &[f64],
        draw: &mut Draw,
    ) -> MotorLesion {
        let s = self.severity;
        let mut lesion = MotorLesion {
            sprouting: 1.0,
            terminal: 1.0,
            backfire: 1.0,
            pieces: vec![Damage { slow: 1.0, ..Damage::default() }; lengths_mm.len()],
            a_wave: 0.03,
            ..MotorLesion::default()
        };
        // All is drawn whatever is used, so that states of one seed are comparable.
        let u: Vec<f64> = (0..8).map(|_| draw.unit()).collect();
        let at = |i: usize, low: f64, high: f64| mix(low, high, u[i]);
        match self.state {
            State::Axonal => {
                let share = if nerve.arm { 0.4 } else { 1.0 };
                lesion.loss = (s * share * at(0, 0.5, 1.05)).min(1.0);
                lesion.sprouting = 1.0 + at(1, 0.2, 0.9) * lesion.loss;
                (lesion.a_wave, lesion.repeaters) = (0.25, true);
            }
            State::Demyelinating => {
                let slow = (mix(0.85, 0.38, s) * at(0, 0.92, 1.08) * self.vigour).clamp(0.25, 0.95);
                lesion.terminal = at(1, 1.0, 1.4) / slow;
                let last = lengths_mm.len() - 1;
                for (i, (piece, length)) in lesion.pieces.iter_mut().zip(lengths_mm).enumerate() {
                    let spread = mix(0.2, 2.8, s) * draw.uniform(0.4, 1.3) * (length / 300.0).min(1.3);
                    let blocks = draw.chance(0.3) && i > 0 && i < last;
                    let block = s * draw.uniform(0.2, 0.8);
                    *piece = Damage {
                        length_mm: *length,
                        slow,
                        spread: spread * 1e-3,
                        block: if blocks { block } else { 0.0 },
                    };
                }
                lesion.loss = 0.3 * s * u[2];
                (lesion.a_wave, lesion.backfire) = (0.5, 1.0 - 0.5 * s);
            }
            State::ConductionBlock if self.blocked[index] => {
                let piece = 1 + usize::from(lengths_mm.len() > 3 && u[0] > 0.5);
                lesion.pieces[piece] = Damage {
                    length_mm: 50.0,
                    slow: at(1, 0.5, 0.9),
                    spread: at(2, 0.1, 0.5) * 1e-3,
                    block: at(3, 0.5, 0.95) * mix(0.6, 1.0, s),
                };
                lesion.a_wave = 0.2;
            }
            State::CarpalTunnel if nerve.nerve == "median" => {
                lesion.pieces[0] = Damage { block: 0.25 * s * u[0], ..self.tunnel() };
                lesion.loss = ((s - 0.4) * at(1, 0.4, 1.3)).clamp(0.0, 0.98);
                lesion.sprouting = 1.0 + 0.3 * lesion.loss;
            }
            State::UlnarElbow if nerve.nerve == "ulnar" => {
                lesion.pieces[2] = Damage {
                    length_mm: 40.0,
                    slow: mix(0.70, 0.22, s) * self.vigour,
                    spread: mix(0.1, 1.2, s * u[0]) * 1e-3,
                    block: 0.8 * s * u[1],
                };
                lesion.loss = 0.7 * s * u[2];
                lesion.sprouting = 1.0 + 0.4 * lesion.loss;
            }
            State::FibularHead if nerve.nerve == "fibular" => {
                lesion.pieces[2] = Damage {
                    length_mm: 40.0,
                    slow: mix(0.75, 0.30, s) * self.vigour,
                    spread: mix(0.1, 1.0, s * u[0]) * 1e-3,
                    block: s * at(1, 0.1, 0.95),
                };
                lesion.loss = 0.6 * s * u[2];
            }
            State::Radiculopathy if nerve.root == self.level => {
                lesion.loss = s * at(0, 0.1, 0.75);
                lesion.sprouting = 1.0 + at(1, 0.0, 0.8) * lesion.loss;
                let last = lengths_mm.len() - 1;
                lesion.pieces[last] = Damage {
                    length_mm: 40.0,
                    slow: mix(0.8, 0.25, s * at(2, 0.5, 1.0)),
                    spread: mix(0.2, 1.4, s) * 1e-3,
                    block: 0.4 * s * u[3],
                };
                lesion.backfire = 1.0 - 0.6 * s;
                (lesion.a_wave, lesion.repeaters) = (0.12, true);
            }
            _ => {}
        }
        lesion
    }

    /// Compression at the wrist, 30 mm (reference text 7.5).
    fn tunnel(&self) -> Damage {
        Damage {
            length_mm: 30.0,
            slow: (mix(0.62, 0.13, self.severity) * self.vigour).min(0.9),
            spread: mix(0.05, 0.6, self.severity) * 1e-3,
            block: 0.0,
        }
    }

    /// Share of axons lost and damage of a sensory nerve.
    pub(super) fn sensory(&self, nerve: &Sensory, draw: &mut Draw) -> (f64, Damage) {
        let s = self.severity;
        let (u, w) = (draw.unit(), draw.unit());
        let healthy = Damage { slow: 1.0, ..Damage::default() };
        match self.state {
            State::Axonal => ((s * nerve.length_share * mix(0.6, 1.15, u)).min(1.0), healthy),
            State::Demyelinating => {
                let slow = (mix(0.88, 0.42, s) * mix(0.92, 1.08, u) * self.vigour).clamp(0.25, 0.95);
                let spread = mix(0.05, 0.7, s) * 1e-3;
                (0.6 * s * w, Damage { length_mm: nerve.distance_mm, slow, spread, block: 0.0 })
            }
            // Sensory axons are more sensitive and their potential suffers more from dispersion.
            State::CarpalTunnel if nerve.carpal_tunnel => {
                let tunnel = self.tunnel();
                ((s * mix(0.2, 1.1, u)).min(1.0), Damage { spread: 0.4 * tunnel.spread, ..tunnel })
            }
            State::UlnarElbow if nerve.distal_to == "elbow" => ((s * mix(0.2, 1.05, u)).min(1.0), healthy),
            State::FibularHead if nerve.distal_to == "fibular_head" => (s * mix(0.0, 0.8, u), healthy),
            _ => (0.0, healthy),
        }
    }

    /// Soleus reflex of a side.
    pub(super) fn reflex(&self, right: bool, draw: &mut Draw) -> ReflexLesion {
        let s = self.severity;
        let (u, w) = (draw.unit(), draw.unit());
        let healthy = ReflexLesion { delay: 0.0, strength: 1.0, loss: 0.0, slow: 1.0 };
        match self.state {
            // Side difference in S1 lesions 1.3 to 4.1 ms (Braddom and Johnson 1974).
            State::Radiculopathy if right && self.level == "S1" => ReflexLesion {
                delay: mix(0.8, 4.1, mix(0.5 * s, s, u)) * 1e-3,
                strength: if w < s - 0.45 { 0.0 } else { mix(0.8, 0.25, s) },
                loss: 0.5 * s * u,
                ..healthy
            },
            State::Demyelinating => ReflexLesion {
                slow: (mix(0.88, 0.45, s) * self.vigour).min(0.95),
                strength: if w < s - 0.4 { 0.0 } else { mix(0.8, 0.3, s) },
                ..healthy
            },
            State::Axonal => ReflexLesion {
                slow: mix(1.0, 0.9, s),
                strength: if w < s - 0.3 { 0.0 } else { mix(0.9, 0.3, s) },
                loss: 0.6 * s,
                ..healthy
            },
            _ => healthy,
        }
    }
}
