//! Maximum, stimuli at given shares of it, and steps.

use super::Scan;
use crate::ncs::Measured;

/// Largest response and the stimuli for shares of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Levels {
    /// Largest response, V.
    pub peak: Measured,
    /// Stimulus for 5 % of it, A.
    pub s5: Measured,
    /// For 50 %, A.
    pub s50: Measured,
    /// For 95 %, A.
    pub s95: Measured,
}

/// Steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Steps {
    /// Noise.
    pub noise: Measured,
}
