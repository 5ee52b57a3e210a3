//! What an examiner grades in a muscle: its state, seen with an examiner's errors, and what healthy muscles show.
//!
//! Healthy muscles: fibrillation in the foot's muscles (abductor hallucis 10 % below 60 years and 30 % above, 21 % of all),
//! in lumbar paraspinals (14.5 % of persons without complaints, rising with age: `Person`), elsewhere rarely; polyphasia
//! more with age, so that rules that count it lose specificity as published (Tong et al. 2011). Readers agree on activity at
//! rest with a kappa of about 0.68 (Savage et al. 2014): errors of one grade, and more of them at grade 1.

use super::muscle::{State, index_of};
use super::process::length_of;
use super::{Plan, stream};
use crate::norms::Muscle;
use crate::simulate::draw::Draw;
use crate::study::{Change, Findings, Polyphasia, Recruitment, Side};

/// Share of fibres without a nerve at which an examiner finds grade 1 half of the time, and grades per tenfold. Ours.
const FIRST: f64 = 0.03;
const PER_DECADE: f64 = 2.8;

/// 0 below `from`, 1 above `to`, a smooth step between.
fn likely(x: f64, middle: f64, width: f64) -> f64 {
    1.0 / (1.0 + (-(x - middle) / width).exp())
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0 to 4")]
fn grade(denervated: f64, draw: &mut Draw) -> u8 {
    let (noise, error) = (draw.normal(0.0, 0.4), draw.unit());
    if denervated < 0.004 {
        return 0;
    }
    let g = 0.5 + PER_DECADE * (denervated / FIRST).log10() + noise;
    let step = if error < 0.10 { -1.0 } else { f64::from(u8::from(error > 0.95)) };
    (g.round() + if g >= 0.5 { step } else { 0.0 }).clamp(0.0, 4.0) as u8
}

/// How often a healthy muscle shows fibrillation or positive sharp waves.
fn healthy_fibrillation(muscle: &Muscle, plan: &Plan) -> f64 {
    let old = plan.person.age >= 60.0;
    match muscle.id {
        "abductor_hallucis" => {
            if old {
                0.30
            } else {
                0.10
            }
        }
        "abductor_digiti_quinti_pedis"
        | "first_dorsal_interosseous_pedis"
        | "flexor_digiti_minimi_brevis_pedis" => {
            if old {
                0.28
            } else {
                0.12
            }
        }
        "extensor_digitorum_brevis" | "extensor_hallucis_brevis" => {
            if old {
                0.15
            } else {
                0.06
            }
        }
        _ if muscle.region == "paraspinal" => {
            let lumbar = muscle.nerve == "posterior_ramus_lumbosacral";
            match (plan.person.loose_paraspinals, lumbar) {
                (true, true) => 0.8,
                (true, false) => 0.35,
                (false, _) => 0.01,
            }
        }
        _ if length_of(muscle) > 0.4 && old => 0.03,
        _ if old => 0.015,
        _ => 0.008,
    }
}

impl Plan {
    /// What is graded; and whether it is neurogenic apart from errors of reading.
    pub(super) fn findings(&self, muscle: &Muscle, side: Side) -> (Findings, State, bool) {
        let state = self.state(muscle, side);
        let number = 2 * index_of(muscle.id) + u64::from(side == Side::Right);
        let mut draw = Draw::new(self.options.seed, stream::GRADES + number);
        let healthy = draw.chance(healthy_fibrillation(muscle, self));
        let own = u8::from(healthy) * if draw.chance(0.8) { 1 } else { 2 };
        let (fib, psw) = (grade(state.denervated, &mut draw), grade(state.denervated, &mut draw));
        let both = draw.chance(0.5);
        let fibrillation = fib.max(own);
        let positive_sharp_wave = psw.max(if both { own } else { 0 });
        let active = fibrillation.max(positive_sharp_wave) > 0;
        let insertional = draw.chance(if active { 0.85 } else { 0.03 });
        let benign = if length_of(muscle) > 0.6 { 0.04 } else { 0.008 };
        let fasciculation = if draw.chance(state.twitching.max(benign)) {
            if state.twitching > 0.5 && draw.chance(0.5) { 2 } else { 1 }
        } else {
            0
        };
        let repetitive = draw.chance(
            0.06 * f64::from(u8::from(state.mature > 0.25))
                + 0.12 * state.myopathic * f64::from(u8::from(state.irritable)),
        );
        let myotonic = state.myotonic && draw.chance(0.85);
        let units = self.units(muscle, &state, &mut draw);
        let told = draw.chance(0.95);
        let findings = Findings {
            insertional: Some(if insertional { Change::Increased } else { Change::Normal }),
            fibrillation: Some(fibrillation),
            positive_sharp_wave: Some(positive_sharp_wave),
            fasciculation: Some(fasciculation),
            complex_repetitive_discharge: Some(repetitive),
            myotonic_discharge: myotonic.then_some(true),
            muap_amplitude: told.then_some(units.0),
            muap_duration: told.then_some(units.1),
            polyphasia: told.then_some(units.2),
            recruitment: Some(units.3),
            ..Findings::default()
        };
        let neurogenic = state.lost > 0.02 && state.denervated > FIRST
            || state.mature > 0.15
            || state.lost.max(state.blocked) > 0.4;
        (findings, state, neurogenic)
    }

    /// Amplitude, duration, polyphasia and recruitment of the units.
    fn units(
        &self,
        muscle: &Muscle,
        state: &State,
        draw: &mut Draw,
    ) -> (Change, Change, Polyphasia, Recruitment) {
        let missed = draw.chance(0.10);
        let u: [f64; 5] = std::array::from_fn(|_| draw.unit());
        let age = self.person.age;
        // Few see units in paraspinal muscles: they are hard to make work.
        let seen = if muscle.region == "paraspinal" { 0.35 } else { 1.0 };
        let small = state.myopathic;
        let working = 1.0 - (1.0 - state.lost) * (1.0 - state.blocked);
        if working > 0.97 {
            return (Change::Normal, Change::Normal, Polyphasia::Normal, Recruitment::None);
        }
        let large = seen * likely(state.mature, 0.17, 0.045);
        let poly = (seen * likely(state.young, 0.10, 0.03))
            .max(likely(small, 0.35, 0.08))
            .max(if age >= 55.0 { 0.09 } else { 0.04 });
        let shift = |up: f64, down: f64, u: f64| match u {
            _ if u < up.max(0.012) => Change::Increased,
            _ if u > 1.0 - down.max(0.008) => Change::Decreased,
            _ => Change::Normal,
        };
        let less = likely(small, 0.32, 0.07) * f64::from(u8::from(small > 0.05));
        let few = likely(working, 0.33, 0.06) * f64::from(u8::from(working > 0.03));
        let recruitment = match (missed, u[3]) {
            (false, u3) if u3 < few => Recruitment::Reduced,
            (false, u3) if u3 < less && small > 0.1 => Recruitment::Early,
            // Pain and poor effort look like few units to some.
            (_, u3) if u3 > 0.98 => Recruitment::Reduced,
            _ => Recruitment::Normal,
        };
        let poly = if u[2] < poly { Polyphasia::Increased } else { Polyphasia::Normal };
        // One look at the same units: amplitude and duration go together.
        let duration = if u[4] < 0.75 { u[0] } else { u[1] };
        (shift(large, less, u[0]), shift(large, less, duration), poly, recruitment)
    }
}
