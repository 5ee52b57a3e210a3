//! The functions that expressions call, and what a rule is asked about.

use super::outcome::Outcome;
use super::{diffuse, muscle, nerve, piece, plexus, polyneuropathy, root, whole};
use crate::norms::Root;
use crate::pattern::facts::{Facts, MuscleFact, SIDES};
use crate::pattern::three::Three;
use crate::study::Side;

/// What a function is called with.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Arguments {
    /// A leading count, or the numbers.
    pub(super) numbers: Vec<f64>,
    /// Muscles, studies, roots, or a study and a piece of nerve.
    pub(super) names: Vec<&'static str>,
}

impl Arguments {
    /// The `i`th number; the parser saw to it that it is there.
    pub(super) fn number(&self, i: usize) -> f64 {
        self.numbers.get(i).copied().unwrap_or(f64::NAN)
    }
    /// The `i`th number as a count.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "small whole numbers of our table"
    )]
    pub(super) fn count(&self, i: usize) -> usize {
        self.numbers.get(i).map_or(0, |n| n.max(0.0) as usize)
    }
    /// How many of the names must hold: the leading count, or all.
    pub(super) fn needed(&self) -> usize {
        if self.numbers.is_empty() { self.names.len() } else { self.count(0) }
    }
    /// The `i`th name.
    pub(super) fn name(&self, i: usize) -> &'static str {
        self.names.get(i).copied().unwrap_or_default()
    }
}

/// How the words between the brackets are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// A count where not all are needed, then muscles or groups of them.
    Muscles,
    /// A count where not all are needed, then conduction studies or groups of them.
    Studies,
    /// Roots.
    Levels,
    /// So many numbers.
    Numbers(usize),
    /// A conduction study, a piece of nerve, then so many numbers.
    Piece(usize),
    /// A measure, then so many numbers.
    Measure(usize),
}

/// A function.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) name: &'static str,
    pub(super) takes: Takes,
    pub(super) judge: fn(&Context<'_>, &Arguments) -> Outcome,
}

pub(super) const fn row(
    name: &'static str,
    takes: Takes,
    judge: fn(&Context<'_>, &Arguments) -> Outcome,
) -> Function {
    Function { name, takes, judge }
}

/// Every function, by what it is about.
pub(super) static FUNCTIONS: [&[Function]; 8] = [
    muscle::FUNCTIONS,
    nerve::FUNCTIONS,
    piece::FUNCTIONS,
    root::FUNCTIONS,
    plexus::FUNCTIONS,
    polyneuropathy::FUNCTIONS,
    diffuse::FUNCTIONS,
    whole::FUNCTIONS,
];

pub(super) fn function(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().flat_map(|f| f.iter()).find(|f| f.name == name)
}

/// What is known of a set of demyelination criteria outside entrapment sites: the verdict and the findings behind it.
pub type SetVerdict<'a> = dyn Fn(&str) -> Option<(Three, String)> + 'a;

/// What a rule is judged on: the facts, and which pattern of which side is asked about.
pub(super) struct Context<'a> {
    pub(super) facts: &'a Facts<'a>,
    /// `None`: both sides.
    pub(super) side: Option<Side>,
    /// Of a radiculopathy; every root for several roots; empty for other patterns.
    pub(super) roots: Vec<Root>,
    /// Trunk, cord or plexus of a plexopathy, such as `upper_trunk`; else empty.
    pub(super) element: &'static str,
    /// Sets of demyelination criteria of the pattern.
    pub(super) sets: &'a [&'static str],
    pub(super) demyelination: &'a SetVerdict<'a>,
    /// Generalised patterns whose required rules are all met.
    pub(super) generalised: &'a [&'static str],
}

impl Context<'_> {
    /// The sides that the pattern is about.
    pub(super) fn sides(&self) -> &'static [Side] {
        const RIGHT: &[Side] = &[Side::Right];
        const LEFT: &[Side] = &[Side::Left];
        match self.side {
            Some(Side::Right) => RIGHT,
            Some(Side::Left) => LEFT,
            None => &SIDES,
        }
    }
    /// Muscles of those sides.
    pub(super) fn muscles(&self) -> impl Iterator<Item = &MuscleFact> {
        self.sides().iter().flat_map(|s| self.facts.on(*s))
    }
    /// `right deltoid`; without a side where both are asked about.
    pub(super) fn named(&self, id: &str) -> String {
        let plain = id.replace('_', " ");
        self.side.map_or_else(|| plain.clone(), |s| format!("{} {plain}", s.name()))
    }
}

/// `right deltoid: fibrillation 2, …`.
pub(super) fn said(m: &MuscleFact) -> String {
    format!("{}: {}", m.name(), m.short())
}
