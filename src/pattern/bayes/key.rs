//! What an element is of: the place in the body that an explanation asks about.

use crate::norms::Muscle;
use crate::norms::ncs::NcsStudy;
use crate::study::Side;

/// One thing that can be tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// A muscle, by needle.
    Needle(&'static Muscle, Side),
    /// Size of a sensory or mixed response.
    Snap(&'static NcsStudy, Side),
    /// Latency and velocity of a sensory or mixed response.
    Speed(&'static NcsStudy, Side),
    /// Size of a motor response at its distal site.
    Cmap(&'static NcsStudy, Side),
    /// Distal motor latency.
    Dml(&'static NcsStudy, Side),
    /// Motor velocity of a piece of nerve, by its name in the tables (may be empty).
    Velocity(&'static NcsStudy, &'static str, Side),
    /// Conduction block of a piece of nerve.
    Block(&'static NcsStudy, &'static str, Side),
    /// Temporal dispersion of a piece of nerve.
    Dispersion(&'static NcsStudy, &'static str, Side),
    /// F waves of a motor study.
    FWave(&'static NcsStudy, Side),
    /// H reflex of the soleus.
    HReflex(Side),
    /// Median nerve at the wrist against its neighbours.
    Comparison(Side),
    /// Fall of the response in a slow train.
    Decrement(&'static NcsStudy, Side),
    /// Rise of the response after exercise.
    Increment(&'static NcsStudy, Side),
}

impl Key {
    /// Side of the test.
    pub fn side(self) -> Side {
        match self {
            Key::Needle(_, s)
            | Key::Snap(_, s)
            | Key::Speed(_, s)
            | Key::Cmap(_, s)
            | Key::Dml(_, s)
            | Key::Velocity(_, _, s)
            | Key::Block(_, _, s)
            | Key::Dispersion(_, _, s)
            | Key::FWave(_, s)
            | Key::HReflex(s)
            | Key::Comparison(s)
            | Key::Decrement(_, s)
            | Key::Increment(_, s) => s,
        }
    }

    /// The conduction study, where it is of one.
    pub fn study(self) -> Option<&'static NcsStudy> {
        match self {
            Key::Snap(s, _)
            | Key::Speed(s, _)
            | Key::Cmap(s, _)
            | Key::Dml(s, _)
            | Key::Velocity(s, _, _)
            | Key::Block(s, _, _)
            | Key::Dispersion(s, _, _)
            | Key::FWave(s, _)
            | Key::Decrement(s, _)
            | Key::Increment(s, _) => Some(s),
            Key::Needle(..) | Key::HReflex(_) | Key::Comparison(_) => None,
        }
    }
}
