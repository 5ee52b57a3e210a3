//! Needle recordings: each measured by itself, then the muscle judged over all of them.
//!
//! Convention: everything is measured on the longest stretch of a recording without a gap; times in rows and
//! pictures are from the recording's start.

mod entered;
mod line;
mod measures;
mod muscle;
mod rows;
mod site;
mod undecided;
mod view;

pub(super) use entered::grades as entered_grades;
pub(super) use muscle::{Judged, judge};
pub(super) use site::{Site, measure};
pub use view::{Curve, Event, Histogram, NeedleView, Sweep, UnitView};

/// Longest stretch that is decomposed and searched for spontaneous activity, s. Ours; it bounds the work, and
/// an examiner keeps the needle in one place for less.
const MOST_SECONDS: f64 = 120.0;
/// Shortest recording that is measured, s. Ours: about ten discharges of one unit at 10 Hz.
const LEAST_SECONDS: f64 = 1.0;

/// What the examiner says that the muscle did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Effort {
    /// Nothing; the needle was moved and held still.
    Rest,
    /// It contracted, with or without a level.
    Contraction,
    /// Nobody says: the signal decides.
    #[default]
    Unknown,
}
