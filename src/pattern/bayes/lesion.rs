//! What a disease does to each thing that can be tested.

use super::diffuse::Diffuse;
use super::key::Key;
use super::named;
use super::plexus::Plexus;
use super::root::RootLesion;
use super::state::{Curve, State};
use crate::study::Side;

/// An element is in `state` with probability `weight` × curve(severity).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Part {
    pub(super) state: State,
    pub(super) weight: f64,
    pub(super) curve: Curve,
}

impl Part {
    pub(super) fn new(state: State, weight: f64, curve: Curve) -> Part {
        Part { state, weight, curve }
    }
}

/// One disease at one place.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Lesion {
    /// Of one or more roots of a side.
    Root(RootLesion, Side),
    /// Of a part of a plexus.
    Plexus(Plexus, Side),
    /// Of a named nerve: rows of `pattern_lesions.csv`.
    Named(&'static str, Side),
    /// Of no one place.
    Diffuse(Diffuse),
}

impl Lesion {
    /// States that it may put an element into; empty where it spares it.
    pub(super) fn parts(&self, key: Key) -> Vec<Part> {
        match self {
            Lesion::Root(_, side) | Lesion::Plexus(_, side) | Lesion::Named(_, side)
                if key.side() != *side =>
            {
                Vec::new()
            }
            Lesion::Root(root, _) => root.parts(key),
            Lesion::Plexus(plexus, _) => plexus.parts(key),
            Lesion::Named(pattern, _) => named::parts(pattern, key),
            Lesion::Diffuse(diffuse) => diffuse.parts(key),
        }
    }
}

/// What axon loss of a muscle's supply with `weight` does to the tests that record from that muscle: its response and,
/// where many axons are lost, its fastest fibres.
pub(super) fn recorded(key: Key, weight: f64, cmap: f64) -> Vec<Part> {
    let part = |w: f64, curve| vec![Part::new(State::AxonLoss, (w * weight).min(0.97), curve)];
    match key {
        _ if weight <= 0.0 => Vec::new(),
        Key::Cmap(..) => part(cmap, Curve::Axonal),
        Key::Dml(..) | Key::Velocity(..) => part(0.25, Curve::Axonal),
        Key::FWave(..) => vec![Part::new(State::Proximal, 0.8 * weight, Curve::Full)],
        _ => Vec::new(),
    }
}
