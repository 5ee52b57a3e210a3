//! Statistical models over feature tables: learners, calibration, prediction sets, and the model file.
//!
//! A *case* is one window of one subject. Whatever is fitted weighs every class the same, and inside a class
//! every subject the same, however many windows there are: the shares of classes in a table that somebody
//! collected are not those of a clinic, and a long recording is still one person (our choice). Probabilities
//! therefore hold for classes that are equally likely beforehand.
//!
//! Sums run in the order of the rows, or of blocks of fixed length: results do not depend on the number of
//! threads.

pub mod calibrate;
pub mod conformal;
pub mod file;
pub mod forest;
pub mod lda;
mod learner;
mod linear;
pub mod logistic;
mod model;
mod prepare;
mod solve;

pub use learner::{Fitted, LEARNERS, Learner, learner};
pub use linear::Linear;
pub use model::{FeatureRef, Model, Prediction};
pub use prepare::Preparation;

/// Numbers row after row.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a> {
    /// Row after row; finite.
    pub values: &'a [f64],
    /// Numbers a row, at least 1.
    pub width: usize,
}

impl<'a> Rows<'a> {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.values.len() / self.width.max(1)
    }
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// One row.
    ///
    /// # Panics
    /// Where there is no such row.
    pub fn row(&self, i: usize) -> &'a [f64] {
        &self.values[i * self.width..(i + 1) * self.width]
    }
}

/// What a learner is given.
#[derive(Debug, Clone, Copy)]
pub struct Cases<'a> {
    /// Features, a row each case.
    pub rows: Rows<'a>,
    /// Class of each case, below `classes`.
    pub class: &'a [usize],
    /// Subject of each case; a subject has one class.
    pub subject: &'a [usize],
    /// Number of classes, at least 2.
    pub classes: usize,
}

impl Cases<'_> {
    /// Weight of each case; they sum to 1. Classes weigh the same, subjects of a class the same, windows of a
    /// subject the same.
    #[expect(clippy::cast_precision_loss, reason = "counts")]
    pub fn weights(&self) -> Vec<f64> {
        let most = self.subject.iter().max().map_or(0, |s| s + 1);
        let (mut windows, mut class_of) = (vec![0_usize; most], vec![usize::MAX; most]);
        for (&s, &c) in self.subject.iter().zip(self.class) {
            windows[s] += 1;
            class_of[s] = c;
        }
        let mut subjects = vec![0_usize; self.classes];
        class_of.iter().filter(|c| **c < self.classes).for_each(|c| subjects[*c] += 1);
        let present = subjects.iter().filter(|n| **n > 0).count();
        let of = |(&s, &c): (&usize, &usize)| 1.0 / (present * subjects[c] * windows[s]) as f64;
        self.subject.iter().zip(self.class).map(of).collect()
    }
}

/// Least probability that a logarithm is taken of. Ours: a model of a few dozen subjects cannot know more.
pub const LEAST: f64 = 1e-6;

/// Turns scores into probabilities that sum to 1.
pub(crate) fn softmax(scores: &mut [f64]) {
    let most = scores.iter().copied().fold(f64::MIN, f64::max);
    let mut sum = 0.0;
    for s in scores.iter_mut() {
        *s = (*s - most).exp();
        sum += *s;
    }
    scores.iter_mut().for_each(|s| *s /= sum);
}

/// Place of the largest; the first of equals.
pub fn most_probable(p: &[f64]) -> usize {
    p.iter().enumerate().fold(0, |best, (i, v)| if *v > p[best] { i } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_and_subjects_weigh_the_same_whatever_the_number_of_windows() {
        // Subject 0 has three windows, 1 and 2 one each; class 0 has subject 0 and 1.
        let (subject, class) = ([0, 0, 0, 1, 2], [0, 0, 0, 0, 1]);
        let rows = Rows { values: &[0.0; 5], width: 1 };
        let w = Cases { rows, class: &class, subject: &subject, classes: 2 }.weights();
        let expected = [1.0 / 12.0, 1.0 / 12.0, 1.0 / 12.0, 0.25, 0.5];
        assert!(w.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-15), "{w:?}");
    }

    #[test]
    fn softmax_sums_to_one_for_any_size_of_score() {
        for scores in [[1e5, 0.0, -1e5], [0.0; 3], [-700.0, -701.0, -699.0]] {
            let mut p = scores;
            softmax(&mut p);
            assert!((p.iter().sum::<f64>() - 1.0).abs() < 1e-12 && p.iter().all(|v| v.is_finite()), "{p:?}");
        }
        assert_eq!(most_probable(&[0.2, 0.4, 0.4]), 1);
    }
}
