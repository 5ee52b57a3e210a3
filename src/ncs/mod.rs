//! Nerve conduction: evoked responses measured.
//!
//! # Conventions
//! * Files hold active minus reference; everything here is **negative up**: [`Sweep`] and [`Sweeps`] hold
//!   −(active − reference), so that a negative deflection of the nerve's or muscle's potential is a positive
//!   number. [`Sweeps::from_recorded`] turns once.
//! * Times are seconds from the stimulus.
//! * An uncertainty is the half-width of a 95 % interval: the truth lies within value ± uncertainty in 95 of
//!   100 cases.

pub mod average;
pub mod conduction;
pub mod marker;
pub mod munix;
pub mod scan;
mod source;
mod sweep;
pub mod threshold;

pub use source::{Found, sweeps};
mod doubt;
pub mod f_wave;
pub mod h_reflex;
mod late;
pub mod repetitive;
pub use doubt::Doubt;
pub use sweep::{Sweep, Sweeps};

use crate::measure::Reading;

/// A measured number with its uncertainty and the way to it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// SI; the pure number where the measure has no unit.
    pub reading: Reading,
    /// Half-width of the 95 % interval, in the reading's unit; `None` where it cannot be stated.
    pub uncertainty: Option<f64>,
    /// How it was measured, in words.
    pub method: &'static str,
}

impl Measured {
    /// A value, or `Undefined(why)` when it is not finite; an uncertainty that is not finite is none.
    pub fn new(value: f64, uncertainty: f64, method: &'static str, why: &'static str) -> Self {
        let uncertainty = Some(uncertainty).filter(|u| u.is_finite() && value.is_finite());
        Measured { reading: Reading::finite(value, why), uncertainty, method }
    }
    /// Looked for and not there.
    pub fn absent(method: &'static str) -> Self {
        Measured { reading: Reading::Absent, uncertainty: None, method }
    }
    /// Cannot be said.
    pub fn undefined(why: &'static str, method: &'static str) -> Self {
        Measured { reading: Reading::Undefined(why), uncertainty: None, method }
    }
    /// The number, if there is one.
    pub fn value(&self) -> Option<f64> {
        self.reading.value()
    }
}
