//! The published criteria of an explanation: looked up, joined where it is of two lesions, sides or levels, with grade
//! and wording.

use super::bayes::Explanation;
use super::demyelination::{self, SetVerdict};
use super::facts::{Facts, SIDES};
use super::grade;
use super::pitfalls::Guarded;
use super::rules::{self, Judged};
use super::three::Three;
use crate::norms::Pattern;
use crate::result::PatternRow;
use crate::study::Side;

/// Pattern of a study in which too little was tested.
pub(super) const INCONCLUSIVE: &str = "inconclusive";

/// Criteria of a study, read once.
pub(super) struct Read<'a> {
    facts: &'a Facts<'a>,
    judged: Vec<Judged>,
    grades: Vec<grade::CtsGrade>,
}

impl<'a> Read<'a> {
    /// Criteria of the `explanations`, and of a study without findings.
    pub(super) fn new(facts: &'a Facts<'a>, guarded: &Guarded, explanations: &[Explanation]) -> Self {
        let sets = demyelination::sets_without(facts, &guarded.set_aside);
        let asked = |pattern: &Pattern, side: Option<Side>| {
            pattern.id == INCONCLUSIVE
                || explanations.iter().any(|e| {
                    e.patterns.iter().any(|p| p.id == pattern.id) && side.is_none_or(|s| is_of(e.side, s))
                })
        };
        let of_id = |id: &str| sets.iter().find(|s| s.id == id).map(of_set);
        let judged = rules::judge_those(facts, &of_id, &asked);
        Read { facts, judged, grades: grade::carpal_tunnel(facts) }
    }

    /// Verdict of "too little was tested".
    pub(super) fn inconclusive(&self) -> Option<&Judged> {
        self.judged.iter().find(|j| j.pattern.id == INCONCLUSIVE)
    }

    /// Writes verdict, missing tests and remarks into the row of an explanation.
    pub(super) fn put(&self, e: &Explanation, row: &mut PatternRow) {
        let parts: Vec<&Judged> = e.patterns.iter().flat_map(|p| self.of(p.id, e.side)).collect();
        row.rule = match parts[..] {
            [one] => one.verdict.clone(),
            _ => rules::joined(&parts.iter().map(|j| &j.verdict).collect::<Vec<_>>()),
        };
        for part in &parts {
            add(&mut row.missing, &part.missing);
            add(&mut row.remarks, &part.remarks);
        }
        if e.ids.contains(&"carpal_tunnel") {
            let of_side = |g: &&grade::CtsGrade| is_of(e.side, g.side);
            let said = |g: &grade::CtsGrade| format!("{} hand: {}", g.side.name(), g.words());
            add(&mut row.remarks, &self.grades.iter().filter(of_side).map(said).collect::<Vec<_>>());
        }
        for side in SIDES.into_iter().filter(|s| is_of(e.side, *s)) {
            let severity = match e.ids[..] {
                ["ulnar_elbow", ..] => grade::ulnar(self.facts, side),
                ["fibular_head", ..] => grade::fibular(self.facts, side),
                _ => None,
            };
            let said =
                severity.map(|s| format!("{} side: {} ({}; {})", side.name(), s.words, s.why, s.source));
            add(&mut row.remarks, &said.into_iter().collect::<Vec<_>>());
        }
    }

    /// Rows of a pattern; both sides where the explanation is of both, the one without a side where it has none.
    fn of(&self, pattern: &str, side: Option<&str>) -> Vec<&Judged> {
        let own: Vec<&Judged> = self.judged.iter().filter(|j| j.pattern.id == pattern).collect();
        own.into_iter().filter(|j| j.side.is_none_or(|s| is_of(side, s))).collect()
    }
}

fn is_of(named: Option<&str>, side: Side) -> bool {
    named.is_some_and(|n| n == "bilateral" || n == side.name())
}

/// Adds what is not there yet.
fn add(to: &mut Vec<String>, from: &[String]) {
    for text in from {
        if !to.contains(text) {
            to.push(text.clone());
        }
    }
}

/// A set of criteria of demyelination, in the words of the rules.
fn of_set(set: &SetVerdict) -> (Three, String) {
    let truth = set.verdict;
    let met: Vec<String> =
        set.criteria.iter().filter(|c| c.verdict == "met").map(|c| c.why.clone()).collect();
    let why = match (truth, met.is_empty()) {
        (Three::Unknown, _) => format!("not measured: {}", set.missing.join("; ")),
        (_, true) => format!("{}: no criterion is met", set.rule),
        _ => met.join("; "),
    };
    (truth, why)
}
