//! The explanations after the findings.

use super::build;
use super::element::Element;
use super::evaluate::{Outcome, Problem, STEP};
use super::hypothesis::{self, Component, Hypothesis};
use super::key::Key;
use super::time::Times;
use crate::norms::{Pattern, Root};
use crate::pattern::Caution;
use crate::pattern::facts::Facts;

/// What one finding does to one explanation, deciban.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weight {
    /// 10·log10 of the ratio of the odds with and without the finding.
    pub against_others: f64,
    /// 10·log10 of the ratio of P(findings) with and without it, less the same for "normal".
    pub against_normal: f64,
}

impl Weight {
    /// The larger in size. A finding may say much against "nothing is wrong" and little about which lesion it is (a
    /// denervated muscle that two explanations share), or the reverse (a normal one that separates them).
    pub fn larger(self) -> f64 {
        if self.against_normal.abs() >= self.against_others.abs() {
            self.against_normal
        } else {
            self.against_others
        }
    }
}

/// One explanation.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// Ids of the result file; two lesions at once have two.
    pub ids: Vec<&'static str>,
    /// Rows of `patterns.csv` that its criteria are looked up by.
    pub patterns: Vec<&'static Pattern>,
    /// `L5`, `C8/T1`.
    pub level: Option<String>,
    /// Of a radiculopathy, top first.
    pub roots: Vec<Root>,
    /// `left`, `right`, `bilateral`.
    pub side: Option<&'static str>,
    /// Before the findings, 0 to 1.
    pub prior: f64,
    /// After them, 0 to 1.
    pub probability: f64,
    /// 10·log10 of P(findings | this) / P(findings | normal).
    pub total_db: f64,
    /// By element.
    pub weights: Vec<Weight>,
    /// By element: P(it is involved | this, findings).
    pub involved: Vec<f64>,
    /// Mean severity after the findings, 0 to 1.
    pub severity: f64,
    pub(super) components: Vec<(f64, Component)>,
}

/// What was found, and what it makes of every explanation.
#[derive(Debug, Clone)]
pub struct Weighed {
    /// In the order of the study.
    pub elements: Vec<Element>,
    /// The most probable first; their probabilities sum to 1.
    pub explanations: Vec<Explanation>,
}

/// Weighs the facts. `caution`: numbers to leave out and muscles to take as weak.
pub fn weigh(facts: &Facts<'_>, caution: &Caution) -> Weighed {
    let elements = build::elements(facts, caution);
    let tested: Vec<Key> = elements.iter().map(|e| e.key).collect();
    let hypotheses = hypothesis::all(facts.subject, &tested);
    let problem = Problem::new(&elements, Times::new(facts.subject.days_since_onset), &[]);
    let outcomes: Vec<Outcome> = hypotheses.iter().map(|h| problem.outcome(&h.components)).collect();
    let explanations = posterior(hypotheses, &outcomes, elements.len());
    Weighed { elements, explanations }
}

fn posterior(hypotheses: Vec<Hypothesis>, outcomes: &[Outcome], elements: usize) -> Vec<Explanation> {
    // All in the greatest power: what is that much less probable is 0.
    let greatest = outcomes.iter().map(|o| o.power).max().unwrap_or(0);
    let scaled: Vec<Outcome> = outcomes.iter().map(|o| in_power(o, greatest)).collect();
    let powers: Vec<i32> = outcomes.iter().map(|o| o.power).collect();
    let own = outcomes;
    let outcomes = &scaled[..];
    let prior_sum: f64 = hypotheses.iter().map(|h| h.prior).sum();
    let normal =
        outcomes.iter().zip(&hypotheses).find(|(_, h)| h.components.is_empty()).map(|(o, _)| o.clone());
    let normal = normal.unwrap_or_default();
    let joint = |h: &Hypothesis, o: &Outcome| h.prior / prior_sum * o.total;
    let joints: Vec<f64> = hypotheses.iter().zip(outcomes).map(|(h, o)| joint(h, o)).collect();
    let all: f64 = joints.iter().sum();
    let without_all: Vec<f64> = (0..elements)
        .map(|e| hypotheses.iter().zip(outcomes).map(|(h, o)| h.prior / prior_sum * o.without[e]).sum())
        .collect();
    let mut out: Vec<Explanation> = hypotheses
        .into_iter()
        .zip(outcomes)
        .zip(joints)
        .zip(own.iter().zip(&powers))
        .map(|(((h, o), joint), (exact, power))| {
            let prior = h.prior / prior_sum;
            let weights = (0..elements)
                .map(|e| {
                    let own = prior * o.without[e];
                    Weight {
                        against_others: decibans(odds(joint, all) / odds(own, without_all[e])),
                        against_normal: decibans(gain(exact, e) / gain(&normal, e)),
                    }
                })
                .collect();
            Explanation {
                prior,
                probability: joint / all,
                total_db: total_db(exact.total, *power) - total_db(normal.total, normal.power),
                weights,
                involved: o.involved.clone(),
                severity: o.severity,
                ids: h.ids,
                patterns: h.patterns,
                level: h.level,
                roots: h.roots,
                side: h.side,
                components: h.components,
            }
        })
        .collect();
    // Equal ones keep the catalogue's order.
    out.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    out
}

/// The same outcome in a greater power.
fn in_power(o: &Outcome, power: i32) -> Outcome {
    let less = STEP.powi(o.power - power);
    let mut out = o.clone();
    out.total *= less;
    out.without.iter_mut().for_each(|w| *w *= less);
    out
}

/// 10·log10 of a number with its power.
fn total_db(total: f64, power: i32) -> f64 {
    10.0 * (total.max(f64::MIN_POSITIVE).log10() + f64::from(power) * STEP.log10())
}

/// P(findings) with one element over that without it.
fn gain(o: &Outcome, element: usize) -> f64 {
    o.total / o.without.get(element).copied().unwrap_or(o.total).max(f64::MIN_POSITIVE)
}

fn odds(part: f64, all: f64) -> f64 {
    part.max(f64::MIN_POSITIVE) / (all - part).max(1e-12 * all).max(f64::MIN_POSITIVE)
}

/// 10·log10, within ±200: beyond, a number says no more.
fn decibans(ratio: f64) -> f64 {
    (10.0 * ratio.max(1e-20).log10()).clamp(-200.0, 200.0)
}

impl Weighed {
    /// Probability of the explanations that satisfy `is`.
    pub fn probability(&self, is: impl Fn(&Explanation) -> bool) -> f64 {
        self.explanations.iter().filter(|e| is(e)).map(|e| e.probability).sum()
    }
}
