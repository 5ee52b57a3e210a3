//! The made-up person and the room: drawn once a study.

use super::options::{Degenerate, Options};
use crate::simulate::draw::Draw;

/// Skin temperatures that the healthy means hold at, °C. Skin of healthy limbs in a warm room: 34.6 (SD 0.9) and
/// 33.4 (SD 1.1); laboratories ask for at least 32 and 30.
const REFERENCE_ARM: f64 = 33.5;
const REFERENCE_LEG: f64 = 32.5;
/// Growth of velocity with temperature, 1/°C (reference text 4.9: 0.04 to 0.05).
const KAPPA: f64 = 0.045;
/// Durations change with this part of it (reference text 7.5).
const DURATION_SHARE: f64 = 0.7;

/// Person and room.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject {
    pub(super) age: f64,
    pub(super) height_cm: f64,
    pub(super) male: bool,
    pub(super) arm_c: f64,
    pub(super) leg_c: f64,
    /// White noise of motor and of sensory recordings, V RMS.
    pub(super) noise: (f64, f64),
    pub(super) mains: f64,
    pub(super) mains_frequency: f64,
    /// Start of sweeps before the stimulus, s.
    pub(super) pre: f64,
    /// Velocity of this person's nerves over the mean, in SDs: nerves of one person are alike.
    pub(super) fast: f64,
    /// The same for amplitudes.
    pub(super) strong: f64,
}

impl Subject {
    pub(super) fn draw(options: &Options, draw: &mut Draw) -> Self {
        let male = draw.chance(0.5);
        let height = draw.within(if male { 177.0 } else { 165.0 }, 6.5, 148.0, 200.0).round();
        let age = draw.uniform(20.0, 80.0).round();
        let (warm, cold) = (
            (draw.within(33.6, 0.8, 31.5, 35.5), draw.within(32.5, 0.9, 30.2, 34.8)),
            (draw.uniform(22.5, 26.0), draw.uniform(21.5, 25.5)),
        );
        let (arm_c, leg_c) = if options.spoilt(Degenerate::ColdLimb) { cold } else { warm };
        let tenth = |x: f64| (x * 10.0).round() / 10.0;
        // Reference text 7.5: 3 to 15 µV for CMAPs, 1 to 2 µV for SNAPs.
        let noise = (draw.log_uniform(3e-6, 15e-6), draw.log_uniform(1e-6, 2e-6));
        let mains = draw.uniform(0.0, 3e-6);
        let mains_frequency = if draw.chance(0.7) { 50.0 } else { 60.0 } + draw.normal(0.0, 0.02);
        // Most devices show the baseline before the stimulus, some begin with it.
        let pre = [0.005, 0.005, 0.005, 0.005, 0.002, 0.0][draw.below(6)];
        Subject {
            age: options.age_years.unwrap_or(age),
            height_cm: options.height_cm.unwrap_or(height),
            male,
            arm_c: tenth(arm_c),
            leg_c: tenth(leg_c),
            noise: options.noise.map_or(noise, |n| (n, n)),
            mains: options.mains.unwrap_or(mains),
            mains_frequency,
            pre: options.pre_stimulus.unwrap_or(pre),
            fast: draw.normal(0.0, 1.0),
            strong: draw.normal(0.0, 1.0),
        }
    }
    pub(super) fn temperature(&self, arm: bool) -> f64 {
        if arm { self.arm_c } else { self.leg_c }
    }
    /// Factor on velocities at the limb's temperature.
    pub(super) fn warmth(&self, arm: bool) -> f64 {
        let reference = if arm { REFERENCE_ARM } else { REFERENCE_LEG };
        (KAPPA * (self.temperature(arm) - reference)).exp()
    }
    /// Factor on durations.
    pub(super) fn lengthening(&self, arm: bool) -> f64 {
        self.warmth(arm).powf(-DURATION_SHARE)
    }
    /// Length that grows with height.
    pub(super) fn scaled(&self, mm: f64) -> f64 {
        mm * self.height_cm / 172.0
    }
    /// A healthy velocity of this person, m/s: 2 m/s less per 10 cm of height in the leg and a third of that in the
    /// arm (guideline: 2 to 3 m/s), 0.1 m/s less per year above 45; half of the spread is the person's.
    pub(super) fn velocity(&self, (mean, sd): (f64, f64), arm: bool, draw: &mut Draw) -> f64 {
        let height = (self.height_cm - 172.0) / 10.0 * if arm { 0.7 } else { 2.0 };
        let age = 0.1 * (self.age - 45.0).max(0.0) - 0.05 * (45.0 - self.age).max(0.0);
        let own = self.spread(self.fast, draw);
        (mean - height - age + sd * own).max(0.7 * mean)
    }
    /// A healthy amplitude of this person, in the unit of the median.
    pub(super) fn amplitude(&self, (median, sd): (f64, f64), fall: f64, from: f64, draw: &mut Draw) -> f64 {
        let age = (1.0 - fall * (self.age - from)).clamp(0.45, 1.15);
        median * age * (sd * self.spread(self.strong, draw)).exp()
    }
    /// Standard normal, half of its variance the person's; at most ±2.3.
    fn spread(&self, own: f64, draw: &mut Draw) -> f64 {
        ((own + draw.normal(0.0, 1.0)) * std::f64::consts::FRAC_1_SQRT_2).clamp(-2.3, 2.3)
    }
}
