//! Figures of a classifier, a row each. A case is a subject that the model had not seen.
//!
//! Figures of probabilities weigh every class the same, as training does.

use super::super::statistics::mean;
use crate::classify::learn::most_probable;

/// Bins of the calibration error: one for each ten subjects, at most this many. Ours.
const MOST_BINS: usize = 15;
/// Subjects in a bin at least. Ours.
const LEAST_IN_BIN: usize = 10;
/// Least probability in a log-loss: one case alone then costs at most 34.5.
const LEAST: f64 = 1e-15;

/// A held-out subject.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Place among the subjects.
    pub subject: usize,
    /// True class.
    pub class: usize,
    /// The fold in which it was held out.
    pub fold: usize,
    /// Final probabilities.
    pub probabilities: Vec<f64>,
    /// Whether each class is in the set.
    pub set: Vec<bool>,
    /// Why the model abstains; empty when it does not.
    pub why: Vec<String>,
    /// Number of windows.
    pub windows: usize,
    /// How many windows have the true class as their most probable one.
    pub windows_right: usize,
    /// Mean log-loss of the windows, before calibration.
    pub windows_log_loss: f64,
}

impl Case {
    /// Most probable class.
    pub fn guess(&self) -> usize {
        most_probable(&self.probabilities)
    }
    /// Whether that is the true one.
    pub fn right(&self) -> bool {
        self.guess() == self.class
    }
    /// Whether the model gives an answer.
    pub fn told(&self) -> bool {
        self.why.is_empty()
    }
}

/// A figure.
#[derive(Debug, Clone, Copy)]
pub struct Figure {
    /// Unique, lower case.
    pub id: &'static str,
    /// In words.
    pub name: &'static str,
    /// Shares are shown in percent.
    pub is_share: bool,
    /// The definition in one line.
    pub definition: &'static str,
    /// From cases and the number of classes; `None` where it cannot be said.
    pub compute: fn(&[&Case], usize) -> Option<f64>,
    /// Who defined it.
    pub source: &'static str,
}

/// All figures.
pub static FIGURES: &[Figure] = &[
    Figure {
        id: "balanced_accuracy",
        name: "balanced accuracy",
        is_share: true,
        definition: "mean over classes of the share of subjects whose most probable class is the true one",
        compute: |cases, classes| by_class(cases, classes, |c| f64::from(u8::from(c.right()))),
        source: "Brodersen et al. 2010, doi:10.1109/ICPR.2010.764",
    },
    Figure {
        id: "accuracy",
        name: "accuracy",
        is_share: true,
        definition: "share of subjects whose most probable class is the true one",
        compute: |cases, _| mean(&each(cases, |c| f64::from(u8::from(c.right())))),
        source: "common",
    },
    Figure {
        id: "auc",
        name: "area under the curve",
        is_share: false,
        definition: "probability that a subject of the class gets a higher probability of it than one of the others, ties half; of the second class for two, mean over classes against the rest for more",
        compute: auc,
        source: "Hanley and McNeil 1982, doi:10.1148/radiology.143.1.7063747",
    },
    Figure {
        id: "log_loss",
        name: "log-loss",
        is_share: false,
        definition: "mean of −ln of the true class's probability, each class weighing the same",
        compute: |cases, classes| {
            let cases: Vec<(&[f64], usize)> =
                cases.iter().map(|c| (c.probabilities.as_slice(), c.class)).collect();
            log_loss(&cases, classes)
        },
        source: "Good 1952",
    },
    Figure {
        id: "brier",
        name: "Brier score",
        is_share: false,
        definition: "mean of Σ (probability − 1 for the true class, − 0 for the others)², 0 to 2, each class weighing the same",
        compute: |cases, classes| by_class(cases, classes, brier),
        source: "Brier 1950",
    },
    Figure {
        id: "calibration_error",
        name: "expected calibration error",
        is_share: true,
        definition: "Σ weight of the bin × |mean of the largest probability − share right|, bins of equally many subjects, at least ten in each; each class weighs the same",
        compute: |cases, classes| {
            let bins = reliability(cases, classes)?;
            Some(bins.iter().map(|b| b.weight * (b.confidence - b.right).abs()).sum())
        },
        source: "Guo et al. 2017; equal counts after Nixon et al. 2019",
    },
    Figure {
        id: "answered",
        name: "share answered",
        is_share: true,
        definition: "share of subjects for which the model does not abstain: exactly one class in its set, inside the range it was trained on",
        compute: |cases, _| mean(&each(cases, |c| f64::from(u8::from(c.told())))),
        source: "ours",
    },
    Figure {
        id: "accuracy_answered",
        name: "accuracy where answered",
        is_share: true,
        definition: "share right among those answered",
        compute: |cases, _| {
            let told: Vec<&Case> = cases.iter().copied().filter(|c| c.told()).collect();
            mean(&each(&told, |c| f64::from(u8::from(c.right()))))
        },
        source: "ours",
    },
    Figure {
        id: "set_holds_truth",
        name: "sets with the true class",
        is_share: true,
        definition: "share of subjects whose set of possible classes holds the true one; to be held against 1 − the error that was allowed",
        compute: |cases, _| mean(&each(cases, |c| f64::from(u8::from(c.set[c.class])))),
        source: "Vovk, Gammerman and Shafer 2005",
    },
    Figure {
        id: "windows_balanced_accuracy",
        name: "balanced accuracy of windows",
        is_share: true,
        definition: "mean over classes of the mean over subjects of the share of windows that are right",
        compute: |cases, classes| by_class(cases, classes, windows_right),
        source: "ours",
    },
    Figure {
        id: "windows_log_loss",
        name: "log-loss of windows",
        is_share: false,
        definition: "mean over classes of the mean over subjects of the windows' log-loss, before calibration",
        compute: |cases, classes| by_class(cases, classes, |c| c.windows_log_loss),
        source: "ours",
    },
];

#[expect(clippy::cast_precision_loss, reason = "counts")]
fn windows_right(c: &Case) -> f64 {
    c.windows_right as f64 / c.windows.max(1) as f64
}

fn each(cases: &[&Case], of: impl Fn(&Case) -> f64) -> Vec<f64> {
    cases.iter().map(|c| of(c)).collect()
}

/// Mean over classes of the mean over cases; `None` where a class has no case.
#[expect(clippy::cast_precision_loss, reason = "a count of classes")]
fn by_class(cases: &[&Case], classes: usize, of: impl Fn(&Case) -> f64) -> Option<f64> {
    let mut sum = 0.0;
    for k in 0..classes {
        let own: Vec<&Case> = cases.iter().copied().filter(|c| c.class == k).collect();
        sum += mean(&each(&own, &of))?;
    }
    Some(sum / classes as f64)
}

fn brier(c: &Case) -> f64 {
    let squared = |(k, p): (usize, &f64)| (p - f64::from(u8::from(k == c.class))).powi(2);
    c.probabilities.iter().enumerate().map(squared).sum()
}

/// Log-loss with each class weighing the same; `None` where a class has no case.
#[expect(clippy::cast_precision_loss, reason = "counts")]
pub fn log_loss(cases: &[(&[f64], usize)], classes: usize) -> Option<f64> {
    let (mut sum, mut count) = (vec![0.0; classes], vec![0_usize; classes]);
    for (p, class) in cases {
        sum[*class] -= p[*class].max(LEAST).ln();
        count[*class] += 1;
    }
    let means = sum.iter().zip(&count).map(|(s, n)| (*n > 0).then(|| s / *n as f64));
    Some(means.collect::<Option<Vec<_>>>()?.iter().sum::<f64>() / classes as f64)
}

/// Share of the cases of class `k` that are told to be of class `k`; `None` without cases.
pub fn recall(cases: &[&Case], k: usize) -> Option<f64> {
    let own: Vec<&Case> = cases.iter().copied().filter(|c| c.class == k).collect();
    mean(&each(&own, |c| f64::from(u8::from(c.right()))))
}

fn auc(cases: &[&Case], classes: usize) -> Option<f64> {
    let of = |k: usize| {
        let scored: Vec<(f64, bool)> = cases.iter().map(|c| (c.probabilities[k], c.class == k)).collect();
        area(&scored)
    };
    if classes == 2 {
        return of(1);
    }
    mean(&(0..classes).map(of).collect::<Option<Vec<_>>>()?)
}

/// Probability that a positive case has a higher score than a negative one, ties half (by ranks).
#[expect(clippy::cast_precision_loss, reason = "counts")]
pub fn area(scored: &[(f64, bool)]) -> Option<f64> {
    let mut sorted = scored.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let positive = sorted.iter().filter(|s| s.1).count() as f64;
    let negative = sorted.len() as f64 - positive;
    if positive == 0.0 || negative == 0.0 {
        return None;
    }
    let (mut below, mut sum) = (0.0, 0.0);
    for ties in sorted.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        let own = ties.iter().filter(|s| s.1).count() as f64;
        let others = ties.len() as f64 - own;
        sum += own * (below + 0.5 * others);
        below += others;
    }
    Some(sum / (positive * negative))
}

/// Subjects of like confidence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bin {
    /// Subjects.
    pub n: usize,
    /// Share of the whole weight.
    pub weight: f64,
    /// Mean of the largest probability.
    pub confidence: f64,
    /// Share right.
    pub right: f64,
}

/// The reliability table; `None` without cases.
#[expect(clippy::cast_precision_loss, reason = "counts")]
pub fn reliability(cases: &[&Case], classes: usize) -> Option<Vec<Bin>> {
    let n = cases.len();
    let mut count = vec![0_usize; classes];
    cases.iter().for_each(|c| count[c.class] += 1);
    let present = count.iter().filter(|n| **n > 0).count();
    let mut sorted: Vec<(f64, f64, f64)> = cases
        .iter()
        .map(|c| {
            let weight = 1.0 / (present * count[c.class]) as f64;
            (c.probabilities[c.guess()], f64::from(u8::from(c.right())), weight)
        })
        .collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let bins = (n / LEAST_IN_BIN).clamp(1, MOST_BINS);
    let bin = |b: usize| {
        let part = &sorted[b * n / bins..(b + 1) * n / bins];
        let weight: f64 = part.iter().map(|c| c.2).sum();
        let of = |f: fn(&(f64, f64, f64)) -> f64| part.iter().map(|c| f(c) * c.2).sum::<f64>() / weight;
        Bin { n: part.len(), weight, confidence: of(|c| c.0), right: of(|c| c.1) }
    };
    (n > 0).then(|| (0..bins).map(bin).collect())
}

/// Accuracy among the most confident subjects, for each share of them: `(coverage, least confidence, accuracy)`.
#[expect(clippy::cast_precision_loss, reason = "counts")]
pub fn coverage_curve(cases: &[&Case]) -> Vec<(f64, f64, f64)> {
    let mut sorted: Vec<(f64, bool)> =
        cases.iter().map(|c| (c.probabilities[c.guess()], c.right())).collect();
    sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let at = |tenth: usize| {
        let n = (sorted.len() * tenth).div_ceil(10);
        let right = sorted[..n].iter().filter(|c| c.1).count();
        let last = sorted[..n].last()?;
        Some((n as f64 / sorted.len() as f64, last.0, right as f64 / n as f64))
    };
    let mut out: Vec<(f64, f64, f64)> = (1..=10).filter_map(at).collect();
    out.dedup();
    out
}

/// How many subjects of each true class (row) got each guess; with the number of abstentions at the end of a row.
pub fn confusion(cases: &[&Case], classes: usize) -> Vec<Vec<usize>> {
    let mut out = vec![vec![0; classes + 1]; classes];
    cases.iter().for_each(|c| out[c.class][if c.told() { c.guess() } else { classes }] += 1);
    out
}

#[cfg(test)]
#[path = "figure_tests.rs"]
mod tests;
