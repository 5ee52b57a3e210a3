//! Rows of the result file about patterns over nerves, muscles and roots.

use super::Where;
use serde::Serialize;

/// One explanation of the findings, or what cannot be judged.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PatternRow {
    /// Of `data/reference/patterns.csv`; a radiculopathy without its level; two lesions joined by `+`.
    pub id: String,
    /// For people.
    pub name: String,
    /// Family of the pattern: `radiculopathy`, `plexopathy`, `mononeuropathy`, `polyneuropathy`, …; of two lesions both,
    /// joined by `+`.
    pub family: String,
    /// `L5`, `C8/T1`; null where the pattern has none.
    pub level: Option<String>,
    /// `left`, `right`, `bilateral`; null where the pattern has none.
    pub side: Option<String>,
    /// After all findings, 0 to 1; the explanations exclude each other and sum to 1. Null where there can be none.
    pub probability: Option<f64>,
    /// Share of the persons referred that this is assumed of, before any finding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prior: Option<f64>,
    /// Published criteria.
    pub rule: RuleVerdict,
    /// Findings for and against, the weightiest first.
    pub evidence: Vec<PatternEvidence>,
    /// Sum that the weights are parts of: 10·log10 of P(findings | this) / P(findings | normal), deciban.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_db: Option<f64>,
    /// Abnormal findings that this does not explain.
    pub unexplained: Vec<String>,
    /// Tests that its criteria ask for and that were not done.
    pub missing: Vec<String>,
    /// What would make it more or less likely, with the probability after.
    pub would_change: Vec<String>,
    /// Severity, grade, time course and wording that belong to it; may be empty.
    pub remarks: Vec<String>,
}

/// What the published criteria say.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleVerdict {
    /// `met`, `not_met` or `indeterminate`.
    pub verdict: &'static str,
    /// How firm: `consistent`, `suggestive`, `not_enough`, `too_early`; empty where the criteria have no such steps.
    pub tier: &'static str,
    /// Each clause.
    pub criteria: Vec<Criterion>,
}

/// One clause of the criteria.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Criterion {
    /// Rule id such as `R1`.
    pub id: String,
    /// What it asks for, in words.
    pub text: String,
    /// `required`, `supporting`, `contradicting` or `criteria_set`.
    pub role: &'static str,
    /// `met`, `not_met` or `indeterminate`.
    pub verdict: &'static str,
    /// The findings that decided it, or what is missing.
    pub why: String,
    /// Ids of `data/SOURCES.md`.
    pub source: String,
    /// `published`, `recalled`, `mixed`, `project`.
    pub status: String,
}

/// One finding with its weight for a pattern.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PatternEvidence {
    /// With value, unit, limit and its source.
    pub finding: String,
    /// `for`, `against` or `neutral`: the sign of `weight_db`, `neutral` where it is small.
    pub direction: &'static str,
    /// The larger in size of the two below, deciban.
    pub weight_db: f64,
    /// 10·log10 of P(all findings) / P(all without this one), less the same of a normal study: what it says against
    /// "nothing is wrong".
    pub against_normal_db: f64,
    /// 10·log10 of the ratio of the odds with and without it: what it says against all other explanations together.
    pub against_others_db: f64,
    /// The test it comes from.
    #[serde(rename = "where")]
    pub place: Where,
}

/// A test that was not done and would tell most.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NextTest {
    /// `needle`, `motor`, `sensory`, `h_reflex`, …
    pub test: &'static str,
    /// Of a needle or motor test.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub muscle: Option<String>,
    /// Of a conduction study.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nerve: Option<String>,
    /// Where a sensory response is recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recording_site: Option<String>,
    /// `left` or `right`.
    pub side: String,
    /// Expected fall of the uncertainty over the explanations, bit.
    pub expected_information_bits: f64,
    /// What either result would do, in words.
    pub separates: String,
}

/// How many abnormal results chance alone gives.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ByChance {
    /// Results that were held against a limit or graded.
    pub tested: usize,
    /// Of these, abnormal.
    pub abnormal: usize,
    /// Abnormal ones that a healthy person would have.
    pub expected: f64,
    /// Probability of at least one in a healthy person, 0 to 1.
    pub at_least_one: f64,
    /// What is assumed of one test.
    pub assumption: String,
}

/// A circumstance that can mislead, and what was done about it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pitfall {
    /// Id such as `cold_limb`.
    pub id: String,
    /// What was seen, and where.
    pub seen: String,
    /// What follows: what was left out, or what to check.
    pub done: String,
    /// Ids of `data/SOURCES.md`.
    pub source: String,
}
