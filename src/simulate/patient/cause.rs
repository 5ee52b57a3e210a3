//! From conditions to what is hurt.

use super::condition::Spread;
use super::lesion::{Lesion, What};
use super::options::Asked;
use super::process::{Kind, Process};
use super::site::site;
use super::{condition, stream};
use crate::norms::Root;
use crate::simulate::draw::Draw;
use crate::study::{Side, SubjectSide};

/// One thing that is hurt or goes on.
#[derive(Debug, Clone)]
pub(super) enum Cause {
    Lesion(Lesion),
    Process(Process),
}

impl Cause {
    pub(super) fn days(&self) -> f64 {
        match self {
            Cause::Lesion(l) => l.days,
            Cause::Process(p) => p.days,
        }
    }
    /// Share of a loss that is always fresh.
    pub(super) fn ongoing(&self) -> f64 {
        match self {
            Cause::Lesion(l) => l.ongoing,
            Cause::Process(p) => match p.kind {
                Kind::MotorNeuron => 0.45,
                Kind::Axonal => 0.25,
                Kind::Chronic => 0.3,
                Kind::Multifocal => 0.2,
                Kind::Hereditary => 0.06,
                _ => 0.0,
            },
        }
    }
}

/// A condition of a patient, everything drawn.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub(super) asked: Asked,
    pub(super) side: Option<SubjectSide>,
    pub(super) severity: f64,
    pub(super) days: f64,
}

pub(super) fn other(side: Side) -> Side {
    if side == Side::Right { Side::Left } else { Side::Right }
}

impl Case {
    pub(super) fn new(
        asked: Asked,
        fixed: (Option<SubjectSide>, Option<f64>, Option<f64>),
        first: Option<SubjectSide>,
        draw: &mut Draw,
    ) -> Self {
        let one = if draw.chance(0.53) { SubjectSide::Right } else { SubjectSide::Left };
        let level = condition::level(draw);
        // Mild ones are sent as often as severe ones.
        let severity = (0.04 + 0.96 * draw.beta(1.15, 1.3)).min(1.0);
        let (from, to) = asked.condition.days;
        let days = draw.log_uniform(from, to).round();
        let side = match asked.condition.spread {
            Spread::One => Some(match (fixed.0, first) {
                (Some(SubjectSide::Bilateral), _) => one,
                (Some(side), _) => side,
                // What comes together brings the patient by one side.
                (None, Some(side @ (SubjectSide::Left | SubjectSide::Right))) => side,
                _ => one,
            }),
            Spread::Both => Some(SubjectSide::Bilateral),
            Spread::Whole => None,
        };
        let levels = if asked.condition.id == "radiculopathy" && asked.levels.is_empty() {
            level
        } else {
            asked.levels
        };
        let asked = Asked { condition: asked.condition, levels };
        Case { asked, side, severity: fixed.1.unwrap_or(severity), days: fixed.2.unwrap_or(days) }
    }

    /// `L5`, `C6/C7`.
    pub(super) fn level(&self) -> Option<String> {
        let names: Vec<&str> = self.asked.levels.iter().map(|r| r.name()).collect();
        (!names.is_empty()).then(|| names.join("/"))
    }

    /// What is hurt; `number`: of the condition in the patient.
    pub(super) fn causes(&self, number: u64, draw: &mut Draw) -> Vec<Cause> {
        let side = match self.side {
            Some(SubjectSide::Left) => Side::Left,
            Some(SubjectSide::Right) => Side::Right,
            _ => {
                if draw.chance(0.5) {
                    Side::Right
                } else {
                    Side::Left
                }
            }
        };
        let mut made = Maker { case: self, side, number, made: Vec::new(), draw };
        made.all();
        made.made
    }
}

struct Maker<'a> {
    case: &'a Case,
    side: Side,
    number: u64,
    made: Vec<Cause>,
    draw: &'a mut Draw,
}

impl Maker<'_> {
    fn stream(&self) -> u64 {
        stream::CAUSES + (self.number * 20 + self.made.len() as u64) * 200_000
    }

    fn lesion(&mut self, what: What, side: Side, severity: f64, loss: f64, block: f64) {
        let ongoing = match what {
            // Half of the roots come to rest, the others go on being pressed.
            What::Root { complete: false, .. } => {
                let (goes_on, part) = (self.draw.chance(0.5), self.draw.uniform(0.05, 0.35));
                if goes_on { part } else { 0.1 * part }
            }
            What::Outlet => 0.15,
            What::Nerve(s)
                if matches!(s.id, "carpal_tunnel" | "ulnar_elbow" | "ulnar_wrist" | "tarsal_tunnel") =>
            {
                self.draw.uniform(0.05, 0.35)
            }
            _ => 0.0,
        };
        let stream = self.stream();
        let lesion = Lesion { what, side, severity, loss, block, days: self.case.days, ongoing, stream };
        self.made.push(Cause::Lesion(lesion));
    }

    fn root(&mut self, root: Root, side: Side, severity: f64) {
        // Pain without loss of motor axons is a radiculopathy too, most often in mild ones.
        let sensory_only = self.draw.chance(0.45 * (1.0 - severity));
        let loss =
            (0.12 + 0.75 * severity) * self.draw.uniform(0.85, 1.1) * if sensory_only { 0.08 } else { 1.0 };
        self.lesion(What::Root { root, complete: false }, side, severity, loss, 0.0);
    }

    fn nerve(&mut self, id: &str, side: Side, severity: f64) {
        let Some(site) = site(id) else { return };
        let (from, to) = site.loss;
        let axonal = self.draw.uniform(0.55, 1.05);
        let loss = ((from + (to - from) * severity) * axonal).clamp(0.0, 0.97);
        let block = site.block * severity * self.draw.uniform(0.1, 1.0);
        self.lesion(What::Nerve(site), side, severity, loss, block);
    }

    fn plexus(&mut self, what: What) {
        let loss = ((0.2 + 0.75 * self.case.severity) * self.draw.uniform(0.85, 1.1)).min(0.97);
        self.lesion(what, self.side, self.case.severity, loss, 0.0);
    }

    fn process(&mut self, kind: Kind) {
        let s = self.case.severity;
        let mut regions = [false; 4];
        if kind == Kind::MotorNeuron {
            // It begins in one region and spreads.
            let order = [[1, 3, 0, 2], [3, 1, 2, 0], [0, 1, 2, 3], [1, 0, 3, 2]][self.draw.below(4)];
            let reached = if s < 0.2 {
                1
            } else if s < 0.4 {
                2
            } else if s < 0.65 {
                3
            } else {
                4
            };
            order[..reached].iter().for_each(|r| regions[*r] = true);
        }
        let mut blocked = Vec::new();
        if kind == Kind::Multifocal {
            const PLACES: [(&str, &str); 5] = [
                ("median_motor_apb", "elbow"),
                ("ulnar_motor_adm", "below_elbow"),
                ("ulnar_motor_adm", "axilla"),
                ("median_motor_apb", "axilla"),
                ("fibular_motor_edb", "below_fibular_head"),
            ];
            let n = 1 + self.draw.below(3);
            for k in 0..n {
                let (study, at) = PLACES[self.draw.below(PLACES.len())];
                let side = if k > 0 && self.draw.chance(0.3) { other(self.side) } else { self.side };
                if !blocked.contains(&(study, side, at)) {
                    blocked.push((study, side, at));
                }
            }
        }
        let slow = self.draw.uniform(0.34, 0.60);
        let spared = if kind == Kind::Acute { 0.55 } else { 0.3 };
        let sural_spared = self.draw.chance(spared);
        let stream = self.stream();
        self.made.push(Cause::Process(Process {
            kind,
            severity: s,
            days: self.case.days,
            side: self.side,
            stream,
            regions,
            slow,
            sural_spared,
            blocked,
        }));
    }

    fn all(&mut self) {
        let s = self.case.severity;
        let side = self.side;
        match self.case.asked.condition.id {
            "normal" => {}
            "radiculopathy" => {
                for (k, root) in self.case.asked.levels.iter().enumerate() {
                    let less = if k > 0 { self.draw.uniform(0.6, 1.0) } else { 1.0 };
                    self.root(*root, side, s * less);
                }
            }
            "polyradiculopathy" => {
                let arm = self.draw.chance(0.2);
                let roots: &[&str] = if arm { &["C5", "C6", "C7", "C8"] } else { &["L3", "L4", "L5", "S1"] };
                for side in [Side::Left, Side::Right] {
                    for name in roots {
                        let (reached, own) = (self.draw.chance(0.80), self.draw.uniform(0.5, 1.1));
                        if let (true, Some(root)) = (reached, Root::named(name)) {
                            self.root(root, side, (s * own).clamp(0.05, 1.0));
                        }
                    }
                }
            }
            "plexopathy_upper_trunk" => self.plexus(What::Trunk("upper")),
            "plexopathy_middle_trunk" => self.plexus(What::Trunk("middle")),
            "plexopathy_lower_trunk" => self.plexus(What::Trunk("lower")),
            "plexopathy_lateral_cord" => self.plexus(What::Cord("lateral")),
            "plexopathy_posterior_cord" => self.plexus(What::Cord("posterior")),
            "plexopathy_medial_cord" => self.plexus(What::Cord("medial")),
            "plexopathy_lumbar" => self.plexus(What::Plexus("lumbar")),
            "plexopathy_sacral" => self.plexus(What::Plexus("sacral")),
            "thoracic_outlet_neurogenic" => self.plexus(What::Outlet),
            "neuralgic_amyotrophy" => self.patchy(),
            "root_avulsion" => {
                let roots: &[&str] = match self.draw.below(3) {
                    0 => &["C5", "C6"],
                    1 => &["C8", "T1"],
                    _ => &["C5", "C6", "C7", "C8", "T1"],
                };
                for root in roots.iter().filter_map(|r| Root::named(r)) {
                    self.lesion(What::Root { root, complete: true }, side, 1.0, 0.75 + 0.22 * s, 0.0);
                }
            }
            "femoral_neuropathy" => {
                let id = if self.draw.chance(0.6) { "femoral_inguinal" } else { "femoral_neuropathy" };
                self.nerve(id, side, s);
            }
            "suprascapular_neuropathy" => {
                let low = self.draw.chance(0.3);
                self.nerve(
                    if low { "suprascapular_notch_lower" } else { "suprascapular_neuropathy" },
                    side,
                    s,
                );
            }
            "mononeuropathy_multiplex" => self.multiplex(),
            "axonal_polyneuropathy" => self.process(Kind::Axonal),
            "gbs_aidp" => self.process(Kind::Acute),
            "gbs_axonal" => {
                let sensory = self.draw.chance(0.35);
                self.process(Kind::AcuteAxonal { sensory });
            }
            "cidp" => self.process(Kind::Chronic),
            "multifocal_motor_block" => self.process(Kind::Multifocal),
            "sensory_ganglionopathy" => self.process(Kind::Ganglia),
            "hereditary_demyelinating" => self.process(Kind::Hereditary),
            "motor_neuron_disease" => self.process(Kind::MotorNeuron),
            "myopathy" => {
                let (irritable, myotonic) = (self.draw.chance(0.5), self.draw.chance(0.1));
                self.process(Kind::Myopathy { irritable, myotonic });
            }
            "nmj_postsynaptic" => self.process(Kind::Postsynaptic),
            "nmj_presynaptic" => self.process(Kind::Presynaptic),
            nerve => self.nerve(nerve, side, s),
        }
    }

    /// Single nerves of one shoulder and arm, each as it happens.
    fn patchy(&mut self) {
        const PLACES: [&str; 7] = [
            "long_thoracic_neuropathy",
            "suprascapular_neuropathy",
            "axillary_neuropathy",
            "anterior_interosseous",
            "musculocutaneous_neuropathy",
            "posterior_interosseous",
            "accessory_neuropathy",
        ];
        let first = self.draw.below(PLACES.len());
        let n = 2 + self.draw.below(3);
        for k in 0..n {
            let own = self.draw.uniform(0.6, 1.2);
            // Three and seven have no common divisor: no place twice.
            let place = PLACES[(first + 3 * k) % PLACES.len()];
            self.nerve(place, self.side, (self.case.severity * own).clamp(0.1, 1.0));
        }
    }

    /// Named nerves of several limbs out of step.
    fn multiplex(&mut self) {
        const PLACES: [&str; 6] =
            ["fibular_trunk", "ulnar_trunk", "median_trunk", "sural_trunk", "tibial_trunk", "radial_trunk"];
        let n = 2 + self.draw.below(3);
        let mut done = Vec::new();
        for k in 0..3 * n {
            let side = if self.draw.chance(0.5) { Side::Left } else { Side::Right };
            let place = PLACES[self.draw.below(PLACES.len())];
            let own = self.draw.uniform(0.6, 1.2);
            if done.len() < n && !done.contains(&(place, side)) {
                done.push((place, side));
                let most = if k == 0 { 0.3_f64 } else { 0.15 };
                self.nerve(place, side, (self.case.severity * own).max(most).min(1.0));
            }
        }
    }
}
