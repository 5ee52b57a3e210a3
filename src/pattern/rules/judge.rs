//! Criteria of one pattern on one side.

use super::functions::{Context, SetVerdict};
use super::language::Node;
use super::outcome::Outcome;
use super::polyneuropathy::one_set;
use super::tables::{Criteria, RULES, Rule, criteria, rule};
use super::{needed, tier};
use crate::norms::{PATTERNS, Pattern, Root};
use crate::pattern::facts::{Facts, SIDES};
use crate::pattern::three::Three;
use crate::result::{Criterion, RuleVerdict};
use crate::study::Side;

/// A pattern, judged by its published criteria.
#[derive(Debug, Clone)]
pub struct Judged {
    /// What was asked about.
    pub pattern: &'static Pattern,
    /// `None` for a pattern without a side.
    pub side: Option<Side>,
    /// The verdict and each clause.
    pub verdict: RuleVerdict,
    /// Kinds of test that the pattern asks for and that were not done, then what an open required clause asks for.
    pub missing: Vec<String>,
    /// Time course, cautions and what else belongs to the wording.
    pub remarks: Vec<String>,
}

/// Judges every pattern of the table, on each side where it has one. `demyelination` says of a set of criteria whether
/// it is met outside sites of entrapment, and by what; `None` where that cannot be judged.
pub fn judge(facts: &Facts<'_>, demyelination: &SetVerdict<'_>) -> Vec<Judged> {
    judge_those(facts, demyelination, &|_, _| true)
}

/// The same of the patterns and sides that are `asked` about.
pub fn judge_those(
    facts: &Facts<'_>,
    demyelination: &SetVerdict<'_>,
    asked: &dyn Fn(&Pattern, Option<Side>) -> bool,
) -> Vec<Judged> {
    let general = generalised(facts, demyelination);
    let mut out = Vec::new();
    for pattern in PATTERNS.iter() {
        let Some(criteria) = criteria(pattern.id) else { continue };
        let sides: Vec<Option<Side>> =
            if has_side(pattern) { SIDES.iter().map(|s| Some(*s)).collect() } else { vec![None] };
        for side in sides.into_iter().filter(|side| asked(pattern, *side)) {
            let context = context(facts, demyelination, pattern, criteria, side, &general);
            out.push(one(&context, pattern, criteria));
        }
    }
    out
}

/// Radiculopathies of a level, plexopathies and mononeuropathies are of a side.
pub fn has_side(pattern: &Pattern) -> bool {
    match pattern.group {
        "radiculopathy" => pattern.level != "multiple",
        "plexopathy" | "mononeuropathy" => true,
        _ => false,
    }
}

/// Diseases of all nerves, motor neurons or muscles whose required rules are all met.
fn generalised(facts: &Facts<'_>, demyelination: &SetVerdict<'_>) -> Vec<&'static str> {
    let of_all = |p: &&Pattern| matches!(p.group, "polyneuropathy" | "motor_neuron" | "myopathy");
    let met = |p: &&Pattern| {
        criteria(p.id).is_some_and(|criteria| {
            let c = context(facts, demyelination, p, criteria, None, &[]);
            Three::all(criteria.required.iter().map(|id| judge_rule(&c, id).truth)) == Three::Met
        })
    };
    PATTERNS.iter().filter(of_all).filter(met).map(|p| p.id).collect()
}

fn context<'a>(
    facts: &'a Facts<'a>,
    demyelination: &'a SetVerdict<'a>,
    pattern: &Pattern,
    criteria: &'static Criteria,
    side: Option<Side>,
    generalised: &'a [&'static str],
) -> Context<'a> {
    let roots = match (pattern.group, pattern.level) {
        ("radiculopathy", "multiple") => match (Root::named("C5"), Root::named("S2")) {
            (Some(first), Some(last)) => first.to(last).collect(),
            _ => Vec::new(),
        },
        ("radiculopathy", level) => level.split(';').filter_map(Root::named).collect(),
        _ => Vec::new(),
    };
    Context {
        facts,
        side,
        roots,
        element: criteria.element,
        sets: &criteria.sets,
        demyelination,
        generalised,
    }
}

/// A rule by its id; one that is not in the table is open.
pub(super) fn judge_rule(c: &Context<'_>, id: &str) -> Outcome {
    rule(id).map_or_else(|| Outcome::unknown(Vec::new()), |r| evaluate(c, &r.node))
}

fn evaluate(c: &Context<'_>, node: &Node) -> Outcome {
    match node {
        Node::AtLeast(needed, parts) => {
            Outcome::at_least(*needed, parts.iter().map(|p| evaluate(c, p)).collect())
        }
        Node::Not(part) => evaluate(c, part).not(),
        Node::Rule(id) => judge_rule(c, id),
        Node::Call(function, arguments) => (function.judge)(c, arguments),
    }
}

fn clause(rule: &Rule, role: &'static str, outcome: &Outcome) -> Criterion {
    Criterion {
        id: rule.id.into(),
        text: rule.text.into(),
        role,
        verdict: outcome.truth.word(),
        why: outcome.why(),
        source: rule.source.into(),
        status: rule.status.into(),
    }
}

fn one(c: &Context<'_>, pattern: &'static Pattern, criteria: &'static Criteria) -> Judged {
    let mut rows = Vec::new();
    let mut missing = needed::missing(c, pattern);
    let mut against = Vec::new();
    let lists = [
        ("required", &criteria.required),
        ("supporting", &criteria.supporting),
        ("contradicting", &criteria.contradicting),
    ];
    let mut truths = Vec::new();
    for (role, ids) in lists {
        for rule in ids.iter().filter_map(|id| RULES.iter().find(|r| r.id == *id)) {
            let outcome = judge_rule(c, rule.id);
            if role == "required" {
                truths.push(outcome.truth);
                missing.extend(
                    outcome.missing.iter().filter(|m| !missing.contains(m)).cloned().collect::<Vec<_>>(),
                );
            }
            if role == "contradicting" && outcome.truth == Three::Met {
                against.push(rule);
            }
            rows.push(clause(rule, role, &outcome));
        }
    }
    for set in &criteria.sets {
        let outcome = one_set(c, set);
        rows.push(Criterion {
            id: (*set).into(),
            text: "demyelination criteria of this set, sites of entrapment left out".into(),
            role: "criteria_set",
            verdict: outcome.truth.word(),
            why: outcome.why(),
            source: pattern.source.into(),
            status: pattern.status.into(),
        });
    }
    let truth = Three::all(truths);
    let mut remarks: Vec<String> =
        against.iter().map(|r| format!("{} speaks for another pattern: {}", r.id, r.text)).collect();
    let step = tier::of(c, pattern, truth, &against, &mut remarks);
    let verdict = RuleVerdict { verdict: truth.word(), tier: step, criteria: rows };
    Judged { pattern, side: c.side, verdict, missing, remarks }
}

/// Two or more lesions at once: met where each is, not met where one is not, else open. The least firm step counts.
pub fn joined(parts: &[&RuleVerdict]) -> RuleVerdict {
    const STEPS: [&str; 4] = ["consistent", "suggestive", "not_enough", "too_early"];
    let truth = Three::all(parts.iter().map(|p| Three::named(p.verdict)));
    let steps = parts.iter().filter_map(|p| STEPS.iter().position(|s| *s == p.tier));
    let mut rows: Vec<Criterion> = Vec::new();
    for row in parts.iter().flat_map(|p| &p.criteria) {
        if !rows.contains(row) {
            rows.push(row.clone());
        }
    }
    let tier = steps.max().and_then(|i| STEPS.get(i)).copied().unwrap_or_default();
    RuleVerdict {
        verdict: if parts.is_empty() { "indeterminate" } else { truth.word() },
        tier,
        criteria: rows,
    }
}

/// Two radiculopathies of neighbouring levels of one side as one pattern; `None` where they are not neighbours.
pub fn two_levels(a: &Judged, b: &Judged) -> Option<RuleVerdict> {
    let (first, second) = (Root::named(a.pattern.level)?, Root::named(b.pattern.level)?);
    let neighbours = first.below(1) == Some(second) || second.below(1) == Some(first);
    let radicular = a.pattern.group == "radiculopathy" && b.pattern.group == "radiculopathy";
    (neighbours && radicular && a.side == b.side).then(|| joined(&[&a.verdict, &b.verdict]))
}
