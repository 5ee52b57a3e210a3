//! The person: age, build, temperature, what nerves of one person have in common, how the legs are supplied.

use super::Options;
use crate::norms::Root;
use crate::simulate::draw::Draw;
use crate::study::Side;

/// How the muscles of a leg are supplied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Supply {
    /// As the tables say.
    Usual,
    /// From one root higher.
    Prefixed,
    /// From one root lower.
    Postfixed,
}

impl Supply {
    pub(super) fn name(self) -> &'static str {
        match self {
            Supply::Usual => "usual",
            Supply::Prefixed => "prefixed",
            Supply::Postfixed => "postfixed",
        }
    }
}

/// A person.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) age: f64,
    pub(super) male: bool,
    pub(super) height_cm: f64,
    pub(super) bmi: f64,
    /// Skin, °C.
    pub(super) arm_c: f64,
    pub(super) leg_c: f64,
    /// What this person's velocities and amplitudes have in common, in SDs.
    pub(super) fast: f64,
    pub(super) strong: f64,
    /// Left, right.
    legs: [Supply; 2],
    /// Share of a leg's supply that is shifted by a root.
    pub(super) shift: f64,
    /// Paraspinal fibrillation without complaints.
    pub(super) loose_paraspinals: bool,
    /// An old loss of a leg's root without complaints: root, side, share.
    pub(super) silent: Option<(Root, Side, f64)>,
    /// H reflexes that the person never had, or no longer has.
    pub(super) no_h: bool,
}

/// Pre- or postfixed supply, share of legs (Phillips and Park 1991: 27.9 %), halved between the two; and how often the
/// second leg is drawn for itself, which makes 30 % of the persons unlike on their sides (same source: 29.8 %).
const SHIFTED: f64 = 0.279;
const OWN_SIDE: f64 = 0.70;

fn supply(draw: &mut Draw) -> Supply {
    let shifted = draw.chance(SHIFTED);
    match (shifted, draw.chance(0.5)) {
        (false, _) => Supply::Usual,
        (true, true) => Supply::Prefixed,
        (true, false) => Supply::Postfixed,
    }
}

impl Person {
    pub(super) fn draw(options: &Options, draw: &mut Draw) -> Self {
        let male = draw.chance(0.5);
        let age = draw.within(53.0, 15.0, 18.0, 92.0).round();
        let height_cm = draw.within(if male { 176.5 } else { 163.5 }, 6.5, 146.0, 201.0).round();
        let bmi = draw.within(27.0, 4.5, 17.5, 45.0);
        let age = options.age_years.unwrap_or(age);
        let tenth = |x: f64| (x * 10.0).round() / 10.0;
        // Skin of rested limbs: 34.6 ± 0.9 and 33.4 ± 1.1 °C; laboratories are a little cooler, and now and then nobody
        // warms a cold limb.
        let arm_c = draw.within(33.8, 0.9, 31.8, 36.0);
        let leg_c = draw.within(32.6, 0.9, 31.0, 35.5);
        let cold = draw.chance(0.03);
        let chill = if cold { draw.uniform(3.0, 6.0) } else { 0.0 };
        let first = supply(draw);
        let second = supply(draw);
        let legs = [first, if draw.chance(OWN_SIDE) { second } else { first }];
        // 14.5 % of persons without complaints, more with age (Date et al. 1996).
        let paraspinal = ((age - 25.0) * 0.0052).clamp(0.02, 0.32);
        let loose_paraspinals = draw.chance(paraspinal);
        let old = draw.chance(if age >= 55.0 { 0.035 } else { 0.01 });
        let root = if draw.chance(0.5) { "L5" } else { "S1" };
        let side = if draw.chance(0.5) { Side::Left } else { Side::Right };
        let share = draw.uniform(0.25, 0.6);
        let silent = if old { Root::named(root).map(|r| (r, side, share)) } else { None };
        // Recordable on both sides in 92 % at 60 to 88 years.
        let no_h = draw.chance(if age >= 60.0 { 0.07 } else { 0.015 });
        Person {
            age,
            male,
            height_cm,
            bmi: tenth(bmi),
            arm_c: tenth(arm_c - chill),
            leg_c: tenth(leg_c - chill),
            fast: draw.normal(0.0, 1.0),
            strong: draw.normal(0.0, 1.0),
            legs,
            shift: draw.uniform(0.4, 0.9),
            loose_paraspinals,
            silent,
            no_h,
        }
    }

    pub(super) fn leg(&self, side: Side) -> Supply {
        self.legs[usize::from(side == Side::Right)]
    }
    pub(super) fn skin(&self, arm: bool) -> f64 {
        if arm { self.arm_c } else { self.leg_c }
    }
}
