//! What a muscle is like on the day of the examination: fibres without a nerve, taken over, large units.
//!
//! Times after `denervation_timeline.csv`: fibrillation after 7 to 10 days beside the spine, 14 to 21 in proximal, 21 to 42
//! in distal limb muscles; young units from 42 to 84 days; large ones from about 120; fibrillation fades over 90 to 180 days
//! in proximal muscles and stays longer in distal ones.

use super::lesion::Taken;
use super::process::{Kind, is_hand, length_of};
use super::{Cause, Plan, stream};
use crate::norms::{MUSCLES, Muscle};
use crate::simulate::draw::Draw;
use crate::study::Side;

/// A muscle's state; shares of its motor axons or fibres.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct State {
    pub(super) lost: f64,
    /// Fibres without a nerve that fibrillate by now.
    pub(super) denervated: f64,
    /// Fibres taken over: by young branches, and by grown ones.
    pub(super) young: f64,
    pub(super) mature: f64,
    pub(super) blocked: f64,
    pub(super) myopathic: f64,
    pub(super) irritable: bool,
    pub(super) myotonic: bool,
    /// Fasciculation: how likely, 0 to 1.
    pub(super) twitching: f64,
    /// CMAP amplitude over the healthy one once the lost axons' ends are gone.
    pub(super) output: f64,
}

/// Days until fibres that lost their nerve fibrillate, and days in which a third of them is left.
fn times(muscle: &Muscle, draw: &mut Draw) -> (f64, f64) {
    let length = length_of(muscle);
    match muscle.region {
        "paraspinal" => (draw.uniform(7.0, 10.0), 140.0),
        _ if length >= 0.9 || is_hand(muscle) => (draw.uniform(21.0, 36.0), 260.0),
        _ if length >= 0.2 => (draw.uniform(16.0, 27.0), 180.0),
        _ => (draw.uniform(14.0, 21.0), 110.0),
    }
}

/// From 0 at `from` to 1 at `to`.
pub(super) fn ramp(x: f64, from: f64, to: f64) -> f64 {
    ((x - from) / (to - from)).clamp(0.0, 1.0)
}

/// Place of a muscle in the table; one past the end for an unknown one.
pub(super) fn index_of(id: &str) -> u64 {
    MUSCLES.iter().position(|m| m.id == id).unwrap_or(MUSCLES.len()) as u64
}

impl Plan {
    /// What each cause takes from a muscle.
    pub(super) fn taken(&self, muscle: &Muscle, side: Side) -> Vec<(Taken, &Cause)> {
        let index = index_of(muscle.id);
        let of = |cause: &Cause| match cause {
            Cause::Lesion(l) => l.muscle(muscle, index, side, &self.person, self.options.seed),
            Cause::Process(p) => p.muscle(muscle, index, side, self.options.seed),
        };
        self.causes.iter().map(|c| (of(c), c)).collect()
    }

    /// The muscle's state.
    pub(super) fn state(&self, muscle: &Muscle, side: Side) -> State {
        let index = index_of(muscle.id);
        let side_number = u64::from(side == Side::Right);
        let mut draw = Draw::new(self.options.seed, stream::COURSE + 2 * index + side_number);
        let (starts, third) = times(muscle, &mut draw);
        let mut alive = 1.0;
        let mut free = 1.0;
        let mut out = State { output: 1.0, ..State::default() };
        for (taken, cause) in self.taken(muscle, side) {
            let (days, ongoing) = (cause.days(), cause.ongoing());
            let lost = taken.lost;
            // Of a nearly complete loss nobody is left to take over.
            let third = if lost > 0.85 { 2.5 * third } else { third };
            let visible = ramp(days, starts - 1.0, starts + 5.0);
            let left = (ongoing + (1.0 - ongoing) * (-(days - starts).max(0.0) / third).exp()).min(1.0);
            let taken_over = lost * (1.0 - left);
            out.denervated += alive * lost * left * visible;
            out.young += alive * taken_over * ramp(days, 42.0, 84.0);
            out.mature += alive
                * (lost * (1.0 - ongoing)).min(taken_over + 0.3 * lost * ramp(days, 60.0, 200.0))
                * ramp(days, 75.0, 260.0);
            // Axons that were taken from beyond the lesion conduct until they have degenerated.
            let gone = lost * ramp(days, 3.0, 7.0);
            out.output *= 1.0 - gone + 0.75 * taken_over.min(gone);
            alive *= 1.0 - lost;
            free *= 1.0 - taken.blocked;
            if let Cause::Process(p) = cause {
                out.myopathic = out.myopathic.max(p.myopathic(muscle, index, side, self.options.seed));
                match p.kind {
                    Kind::Myopathy { irritable, myotonic } => {
                        (out.irritable, out.myotonic) = (irritable, myotonic)
                    }
                    Kind::MotorNeuron => out.twitching = if lost > 0.02 { 0.75 } else { 0.25 },
                    Kind::Multifocal if taken.blocked > 0.0 => out.twitching = 0.3,
                    _ => {}
                }
            }
        }
        out.lost = 1.0 - alive;
        out.blocked = 1.0 - free;
        if out.irritable {
            out.denervated = out.denervated.max(0.35 * out.myopathic);
        }
        out.output *= 1.0 - 0.5 * out.myopathic;
        out
    }
}
