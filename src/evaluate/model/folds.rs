//! Splitting subjects, never windows.

use crate::classify::learn::forest::below;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde::Serialize;

/// How subjects are held out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Folds {
    /// So many parts, each with its share of every class; at least 2.
    Parts(usize),
    /// Each subject by itself.
    LeaveOneOut,
}

/// Puts things in random order (Fisher and Yates).
pub(super) fn shuffle<T>(items: &mut [T], random: &mut ChaCha8Rng) {
    for i in (1..items.len()).rev() {
        items.swap(i, below(random.next_u64(), i + 1));
    }
}

/// Random numbers for one purpose.
pub(super) fn random(seed: u64, stream: u64) -> ChaCha8Rng {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(stream);
    random
}

/// The fold of each subject, from the class of each. Every fold gets its share of every class: class sizes of
/// two folds differ by at most one. The same seed gives the same folds.
pub fn assign(class_of: &[usize], folds: Folds, seed: u64) -> Vec<usize> {
    let parts = match folds {
        Folds::LeaveOneOut => return (0..class_of.len()).collect(),
        Folds::Parts(k) => k.max(2),
    };
    let mut random = random(seed, 0);
    let (mut out, mut next) = (vec![0; class_of.len()], 0);
    for class in 0..class_of.iter().max().map_or(0, |c| c + 1) {
        let mut members: Vec<usize> = (0..class_of.len()).filter(|s| class_of[*s] == class).collect();
        shuffle(&mut members, &mut random);
        for s in members {
            out[s] = next % parts;
            next += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fold_has_its_share_of_every_class() {
        for (n, parts) in [(10, 5), (23, 4), (100, 10), (7, 3)] {
            let class_of: Vec<usize> = (0..n).map(|s| s * s % 3).collect();
            for seed in 0..20 {
                let fold = assign(&class_of, Folds::Parts(parts), seed);
                for class in 0..3 {
                    let size = |f: usize| (0..n).filter(|s| class_of[*s] == class && fold[*s] == f).count();
                    let sizes: Vec<usize> = (0..parts).map(size).collect();
                    let (low, high) = (sizes.iter().min().unwrap(), sizes.iter().max().unwrap());
                    assert!(high - low <= 1, "{sizes:?}");
                }
                assert_eq!(fold, assign(&class_of, Folds::Parts(parts), seed), "seeded");
            }
        }
        let all = [0; 40];
        assert_ne!(assign(&all, Folds::Parts(4), 1), assign(&all, Folds::Parts(4), 2));
        assert_eq!(assign(&[0, 1, 0], Folds::LeaveOneOut, 1), [0, 1, 2]);
    }
}
