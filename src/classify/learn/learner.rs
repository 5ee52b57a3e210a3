//! The learners, a row each.

use super::forest::{self, Forest, ForestOptions};
use super::{Cases, Linear, Rows, lda, logistic};
use crate::Result;
use crate::error::unknown_id;
use serde::{Deserialize, Serialize};

/// A way of learning classes from features.
#[derive(Debug, Clone, Copy)]
pub struct Learner {
    /// Unique, lower case.
    pub id: &'static str,
    /// In words.
    pub name: &'static str,
    /// The one number that is tuned.
    pub tuned: &'static str,
    /// Its values that are tried, from the most to the least restrained; the middle one is taken where nothing
    /// can be tuned. Ours.
    pub grid: &'static [f64],
    /// Fits with a value of the grid, a number of trees, and a seed; what a learner has no use for it ignores.
    pub fit: fn(&Cases<'_>, f64, usize, u64) -> Result<Fitted>,
    /// Who described it.
    pub source: &'static str,
}

impl Learner {
    /// The value of the grid that is taken where nothing can be tuned.
    pub fn usual(&self) -> f64 {
        self.grid[self.grid.len() / 2]
    }
}

/// What a learner gives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fitted {
    /// Logistic regression and discriminant analysis.
    Linear(Linear),
    /// Random forest.
    Forest(Forest),
}

impl Fitted {
    /// Probabilities of each class, row after row.
    pub fn probabilities(&self, rows: Rows<'_>) -> Vec<f64> {
        match self {
            Fitted::Linear(l) => l.probabilities(rows),
            Fitted::Forest(f) => f.probabilities(rows),
        }
    }

    pub(super) fn check(&self, classes: usize, width: usize) -> std::result::Result<(), String> {
        match self {
            Fitted::Linear(l) => l.check(classes, width),
            Fitted::Forest(f) => f.check(classes, width),
        }
    }
}

/// All learners.
pub static LEARNERS: &[Learner] = &[
    Learner {
        id: "logistic",
        name: "multinomial logistic regression with a quadratic penalty",
        tuned: "penalty",
        grid: &[1.0, 0.1, 0.01, 0.001],
        fit: |cases, ridge, _, _| Ok(Fitted::Linear(logistic::fit(cases, ridge)?)),
        source: "Hastie, Tibshirani and Friedman 2009, sections 4.4 and 18.3.2",
    },
    Learner {
        id: "lda",
        name: "linear discriminant analysis with a shrunk covariance",
        tuned: "shrinkage",
        grid: &[0.9, 0.5, 0.2, 0.05],
        fit: |cases, shrinkage, _, _| Ok(Fitted::Linear(lda::fit(cases, shrinkage)?)),
        source: "Fisher 1936; Ledoit and Wolf 2004, doi:10.1016/S0047-259X(03)00096-4",
    },
    Learner {
        id: "forest",
        name: "random forest of probability trees",
        tuned: "least share of the weight in a leaf",
        grid: &[0.05, 0.01, 0.002],
        fit: |cases, least_share, trees, seed| {
            let options = ForestOptions { trees, least_share, seed, ..ForestOptions::default() };
            Ok(Fitted::Forest(forest::fit(cases, &options)?))
        },
        source: "Breiman 2001, doi:10.1023/A:1010933404324; Malley et al. 2012, doi:10.3414/ME00-01-0052",
    },
];

/// The learner of an id; an unknown one is an error that names the nearest.
pub fn learner(id: &str) -> Result<&'static Learner> {
    let found = LEARNERS.iter().find(|l| l.id == id);
    found.ok_or_else(|| unknown_id("--model", id, LEARNERS.iter().map(|l| l.id)))
}
