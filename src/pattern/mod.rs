//! Which root, nerve or disease the findings of a study suggest, and why: published criteria and a probability side by
//! side, over an anatomical model of muscles, nerves, plexus and roots.

pub mod bayes;
pub mod chance;
mod criteria;
pub mod demyelination;
mod disagree;
pub mod facts;
pub mod grade;
mod judge;
pub mod not_assessed;
pub mod pitfalls;
pub mod three;

pub use judge::{Judgement, judge};

use crate::study::Side;

/// What the judges must leave out or take as weak.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Caution {
    /// Places of numbers, in the result file's measures, that weigh nothing.
    pub aside: Vec<usize>,
    /// Muscles whose spontaneous activity is common for another reason.
    pub weak: Vec<(&'static str, Side)>,
}
pub mod rules;
