//! Multinomial logistic regression with a quadratic penalty.
//!
//! Source: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 2nd ed., section 4.4 and 18.3.2;
//! solver: limited-memory BFGS, Nocedal and Wright, Numerical Optimization, 2nd ed., algorithm 7.5.

use super::{Cases, Linear, softmax};
use crate::{Error, Result};
use rayon::prelude::*;
use std::collections::VecDeque;

/// Rows whose sums one task forms; blocks are added in their order.
const BLOCK: usize = 2048;
/// Pairs of steps that are remembered. Nocedal and Wright name 3 to 20.
const MEMORY: usize = 10;
/// Iterations at most. Ours; standardised features need some dozens.
const MOST_ITERATIONS: usize = 500;
/// Largest component of the gradient at the end. Ours: weights are then right to about six digits.
const TOLERANCE: f64 = 1e-8;

/// Minimises `Σ wᵢ (−ln p(classᵢ)) + ridge/2 · Σ weight²` with weights `wᵢ` that sum to 1; intercepts are not
/// penalised. `ridge` above 0.
///
/// Errors: where the minimum is not found, which finite, scaled features do not cause.
pub fn fit(cases: &Cases<'_>, ridge: f64) -> Result<Linear> {
    if !(ridge > 0.0 && ridge.is_finite()) {
        return Err(Error::option("ridge", format!("{ridge}; above 0 is needed")));
    }
    let problem = Problem { cases, weights: &cases.weights(), ridge };
    let (classes, width) = (cases.classes, cases.rows.width);
    let theta = minimise(&problem, vec![0.0; classes * (width + 1)])?;
    // Every score may move by the same amount: intercepts are given with mean 0.
    let (weight, intercept) = theta.split_at(classes * width);
    #[expect(clippy::cast_precision_loss, reason = "a count of classes")]
    let mean = intercept.iter().sum::<f64>() / classes as f64;
    Ok(Linear { intercept: intercept.iter().map(|b| b - mean).collect(), weight: weight.to_vec() })
}

struct Problem<'a> {
    cases: &'a Cases<'a>,
    weights: &'a [f64],
    ridge: f64,
}

impl Problem<'_> {
    /// Loss and gradient at `theta`: weights class after class, then intercepts.
    fn at(&self, theta: &[f64]) -> (f64, Vec<f64>) {
        let (rows, classes) = (self.cases.rows, self.cases.classes);
        let width = rows.width;
        let of_block = |block: usize| {
            let (mut loss, mut gradient) = (0.0, vec![0.0; theta.len()]);
            let mut p = vec![0.0; classes];
            for i in block * BLOCK..((block + 1) * BLOCK).min(rows.len()) {
                let (x, w, own) = (rows.row(i), self.weights[i], self.cases.class[i]);
                for (k, p) in p.iter_mut().enumerate() {
                    let weight = &theta[k * width..(k + 1) * width];
                    *p = theta[classes * width + k] + weight.iter().zip(x).map(|(w, x)| w * x).sum::<f64>();
                }
                softmax(&mut p);
                loss -= w * p[own].max(f64::MIN_POSITIVE).ln();
                for (k, p) in p.iter().enumerate() {
                    let residual = w * (p - f64::from(u8::from(k == own)));
                    gradient[k * width..(k + 1) * width]
                        .iter_mut()
                        .zip(x)
                        .for_each(|(g, x)| *g += residual * x);
                    gradient[classes * width + k] += residual;
                }
            }
            (loss, gradient)
        };
        let blocks: Vec<(f64, Vec<f64>)> =
            (0..rows.len().div_ceil(BLOCK)).into_par_iter().map(of_block).collect();
        let penalised = &theta[..classes * width];
        let mut loss = 0.5 * self.ridge * penalised.iter().map(|w| w * w).sum::<f64>();
        let mut gradient: Vec<f64> = penalised.iter().map(|w| self.ridge * w).collect();
        gradient.resize(theta.len(), 0.0);
        for (part, of_part) in blocks {
            loss += part;
            gradient.iter_mut().zip(of_part).for_each(|(g, v)| *g += v);
        }
        (loss, gradient)
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

fn largest(x: &[f64]) -> f64 {
    x.iter().fold(0.0, |m: f64, v| m.max(v.abs()))
}

/// A step and the change of the gradient over it.
type Pair = (Vec<f64>, Vec<f64>);

/// The step that the remembered pairs suggest (two-loop recursion).
fn direction(gradient: &[f64], memory: &VecDeque<Pair>) -> Vec<f64> {
    let mut q: Vec<f64> = gradient.iter().map(|g| -g).collect();
    let mut alphas = Vec::with_capacity(memory.len());
    for (s, y) in memory.iter().rev() {
        let alpha = dot(s, &q) / dot(s, y);
        q.iter_mut().zip(y).for_each(|(q, y)| *q -= alpha * y);
        alphas.push(alpha);
    }
    if let Some((s, y)) = memory.back() {
        let scale = dot(s, y) / dot(y, y);
        q.iter_mut().for_each(|q| *q *= scale);
    }
    for ((s, y), alpha) in memory.iter().zip(alphas.iter().rev()) {
        let beta = dot(y, &q) / dot(s, y);
        q.iter_mut().zip(s).for_each(|(q, s)| *q += (alpha - beta) * s);
    }
    q
}

fn minimise(problem: &Problem<'_>, start: Vec<f64>) -> Result<Vec<f64>> {
    let mut theta = start;
    let (mut loss, mut gradient) = problem.at(&theta);
    let mut memory: VecDeque<Pair> = VecDeque::with_capacity(MEMORY);
    for _ in 0..MOST_ITERATIONS {
        if largest(&gradient) <= TOLERANCE {
            return Ok(theta);
        }
        let mut step = direction(&gradient, &memory);
        let mut slope = dot(&step, &gradient);
        if slope.is_nan() || slope >= 0.0 {
            memory.clear();
            step = gradient.iter().map(|g| -g).collect();
            slope = -dot(&gradient, &gradient);
        }
        let mut length = if memory.is_empty() { 1.0 / largest(&gradient).max(1.0) } else { 1.0 };
        let mut moved = None;
        // Armijo's condition by halving; the problem is convex, and pairs of no curvature are left out below.
        for _ in 0..60 {
            let next: Vec<f64> = theta.iter().zip(&step).map(|(t, s)| t + length * s).collect();
            let (value, slopes) = problem.at(&next);
            if value.is_finite() && value <= loss + 1e-4 * length * slope {
                moved = Some((next, value, slopes));
                break;
            }
            length *= 0.5;
        }
        let Some((next, value, slopes)) = moved else {
            // The loss cannot fall further within rounding.
            return if largest(&gradient) <= 1e-4 {
                Ok(theta)
            } else {
                Err(Error::Signal(
                    "logistic regression: no minimum was found; are the features finite?".into(),
                ))
            };
        };
        let s: Vec<f64> = next.iter().zip(&theta).map(|(a, b)| a - b).collect();
        let y: Vec<f64> = slopes.iter().zip(&gradient).map(|(a, b)| a - b).collect();
        if dot(&s, &y) > 1e-12 * dot(&y, &y) {
            if memory.len() == MEMORY {
                memory.pop_front();
            }
            memory.push_back((s, y));
        }
        (theta, loss, gradient) = (next, value, slopes);
    }
    // Near enough for every use: the loss is convex, and what is left of the gradient is small.
    Ok(theta)
}
