//! Random forest with probabilities.
//!
//! Each tree is grown on subjects drawn with replacement inside each class: windows of one subject are alike, so
//! the subject is what is drawn (our choice; Breiman draws cases). A probability is the mean of the shares in the
//! leaves.
//!
//! Source: Breiman 2001, doi:10.1023/A:1010933404324; probabilities: Malley et al. 2012, doi:10.3414/ME00-01-0052.

mod bins;
mod tree;

pub use tree::Tree;

use self::bins::Bins;
use self::tree::Growth;
use super::{Cases, Rows};
use crate::{Error, Result};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Trees at most, in a file as in a fit. Ours.
pub const MOST_TREES: usize = 10_000;
/// Rows that one task predicts.
const BLOCK: usize = 512;

/// How a forest is grown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ForestOptions {
    /// Number of trees, 1 to [`MOST_TREES`].
    pub trees: usize,
    /// Least share of the whole weight in a leaf, 0 to 0.5.
    pub least_share: f64,
    /// Features looked at for each split; `None` for the square root of their number.
    pub features: Option<usize>,
    /// Levels at most; `None` for no limit of its own.
    pub depth: Option<usize>,
    /// Draw subjects with replacement; else every tree sees all.
    pub draw: bool,
    /// Of the random numbers.
    pub seed: u64,
}

impl Default for ForestOptions {
    fn default() -> Self {
        ForestOptions { trees: 200, least_share: 0.01, features: None, depth: None, draw: true, seed: 1 }
    }
}

/// Trees that vote.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Forest {
    /// At least one.
    pub trees: Vec<Tree>,
    /// Number of classes.
    pub classes: usize,
}

/// A whole number below `n` from 64 random bits; 0 when `n` is 0.
#[expect(clippy::cast_possible_truncation, reason = "below n")]
pub(crate) fn below(bits: u64, n: usize) -> usize {
    ((u128::from(bits) * n as u128) >> 64) as usize
}

/// Grows a forest. Trees are grown in parallel, each from its own stream of random numbers.
///
/// Errors: options out of range.
pub fn fit(cases: &Cases<'_>, options: &ForestOptions) -> Result<Forest> {
    if !(1..=MOST_TREES).contains(&options.trees) {
        return Err(Error::option("trees", format!("{}; 1 to {MOST_TREES} is possible", options.trees)));
    }
    if !(0.0..=0.5).contains(&options.least_share) {
        return Err(Error::option("least share", format!("{}; 0 to 0.5 is possible", options.least_share)));
    }
    let (bins, weights, width) = (Bins::new(cases.rows), cases.weights(), cases.rows.width);
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a small count"
    )]
    let root = (width as f64).sqrt().round() as usize;
    let growth = Growth {
        classes: cases.classes,
        least_share: options.least_share,
        features: options.features.unwrap_or(root).clamp(1, width),
        depth: options.depth.unwrap_or(usize::MAX),
    };
    let subjects = subjects_of_classes(cases);
    let grow = |tree: usize| {
        let mut random = ChaCha8Rng::seed_from_u64(options.seed);
        random.set_stream(tree as u64);
        if !options.draw {
            return Tree::grow(&bins, cases.class, &weights, growth, &mut random);
        }
        let times = draw(&subjects, &mut random);
        let drawn: Vec<f64> = weights.iter().zip(cases.subject).map(|(w, s)| w * times[*s]).collect();
        Tree::grow(&bins, cases.class, &drawn, growth, &mut random)
    };
    let trees = (0..options.trees).into_par_iter().map(grow).collect();
    Ok(Forest { trees, classes: cases.classes })
}

/// Subjects of each class.
fn subjects_of_classes(cases: &Cases<'_>) -> Vec<Vec<usize>> {
    let mut out = vec![Vec::new(); cases.classes];
    let mut seen = vec![false; cases.subject.iter().max().map_or(0, |s| s + 1)];
    for (&s, &c) in cases.subject.iter().zip(cases.class) {
        if !std::mem::replace(&mut seen[s], true) {
            out[c].push(s);
        }
    }
    out
}

/// How often each subject was drawn.
fn draw(subjects: &[Vec<usize>], random: &mut ChaCha8Rng) -> Vec<f64> {
    let most = subjects.iter().flatten().max().map_or(0, |s| s + 1);
    let mut times = vec![0.0; most];
    for class in subjects {
        for _ in class {
            times[class[below(random.next_u64(), class.len())]] += 1.0;
        }
    }
    times
}

impl Forest {
    /// Probabilities of each class, row after row.
    pub fn probabilities(&self, rows: Rows<'_>) -> Vec<f64> {
        let mut out = vec![0.0; rows.len() * self.classes];
        #[expect(clippy::cast_precision_loss, reason = "a count of trees")]
        let share = 1.0 / self.trees.len().max(1) as f64;
        out.par_chunks_mut(BLOCK * self.classes).enumerate().for_each(|(block, out)| {
            for (i, p) in out.chunks_exact_mut(self.classes).enumerate() {
                let x = rows.row(block * BLOCK + i);
                self.trees.iter().for_each(|t| t.add(x, p));
                p.iter_mut().for_each(|p| *p *= share);
            }
        });
        out
    }

    /// Whether it can be walked safely.
    pub(super) fn check(&self, classes: usize, width: usize) -> std::result::Result<(), String> {
        if self.classes != classes || !(1..=MOST_TREES).contains(&self.trees.len()) {
            return Err(format!(
                "{} classes and {} trees; {classes} and 1 to {MOST_TREES} are needed",
                self.classes,
                self.trees.len()
            ));
        }
        let broken = |(i, t): (usize, &Tree)| t.check(classes, width).err().map(|e| format!("tree {i}: {e}"));
        self.trees.iter().enumerate().find_map(broken).map_or(Ok(()), Err)
    }
}
