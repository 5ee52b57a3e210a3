//! Published sets of criteria of demyelination, each by itself: rows of two sets are never joined.
//!
//! A criterion is asked of each motor nerve of an arm or leg, left and right apart. The median nerve at the wrist, the
//! ulnar at the elbow and the fibular at the fibular head are left out of every set (PN10). Percentages are of the limit
//! that the number itself was held against; the set of norms is named with it.

mod features;
mod judge;
mod motor;
mod sensory;
mod words;

pub use features::{acute_axonal, axonal_features, demyelinating_features, sural_sparing, uniform_slowing};

use self::judge::{Aside, Seen, in_nerve};
use self::motor::{MotorNerve, nerves};
use super::facts::Facts;
use super::three::Three;
use crate::norms::{
    Count, DEMYELINATION_SETS, DemyelinationCriterion, DemyelinationSet, demyelination_criteria,
};
use crate::result::Criterion;

/// What a set says of a study.
#[derive(Debug, Clone, PartialEq)]
pub struct SetVerdict {
    /// Id of the set.
    pub id: &'static str,
    /// `CIDP` or `GBS`.
    pub disease: &'static str,
    /// Whether it speaks of demyelination; sensory, axonal and inexcitable classes do not.
    pub counts: bool,
    /// By the set's own count rule, in full: a weaker step alone is `grade`.
    pub verdict: Three,
    /// The highest step reached: `strong`, `weak` (EAN/PNS 2021); `definite`, `probable`, `possible` (EFNS/PNS 2010).
    /// `weak` and `possible` rest on one nerve and stand beside a verdict that is not met. Empty for none.
    pub grade: &'static str,
    /// How its criteria add up, in words.
    pub rule: &'static str,
    /// Each criterion.
    pub criteria: Vec<Criterion>,
    /// How many of them could be judged.
    pub judged: usize,
    /// What would have to be measured to judge the criteria that could not be.
    pub missing: Vec<String>,
    /// Ids of `data/SOURCES.md`.
    pub source: &'static str,
    /// `published`, `recalled` or `mixed`.
    pub status: &'static str,
}

/// A criterion over all nerves.
#[derive(Debug, Clone)]
struct Judged {
    criterion: &'static DemyelinationCriterion,
    /// One per nerve of the study; `None` where the nerve is left out.
    nerves: Vec<Option<Seen>>,
    verdict: Three,
    why: String,
}

impl Judged {
    fn is(&self, nerve: usize, verdict: Three) -> bool {
        self.nerves[nerve].as_ref().is_some_and(|s| s.verdict == verdict)
    }
    fn count(&self, verdict: Three) -> usize {
        (0..self.nerves.len()).filter(|n| self.is(*n, verdict)).count()
    }
}

/// Every set, in the table's order.
pub fn sets(facts: &Facts<'_>) -> Vec<SetVerdict> {
    sets_without(facts, &[])
}

/// The same, without the numbers that a pitfall explains: places in the measures with the pitfall's id. A criterion that
/// only such a number meets cannot be judged.
pub fn sets_without(facts: &Facts<'_>, aside: &[(usize, &'static str)]) -> Vec<SetVerdict> {
    let nerves = nerves(facts);
    DEMYELINATION_SETS.iter().map(|set| one(set, facts, &nerves, aside)).collect()
}

fn one(
    set: &'static DemyelinationSet,
    facts: &Facts<'_>,
    nerves: &[MotorNerve<'_>],
    aside: Aside<'_>,
) -> SetVerdict {
    let judged = criteria_of(set.id, nerves, aside);
    let (verdict, grade, rows) = if set.counts {
        let (verdict, grade) = counted(set, &judged, nerves);
        (verdict, grade, judged.iter().map(|j| row(j.criterion, j.verdict, j.why.clone())).collect())
    } else {
        let rows: Vec<Criterion> = demyelination_criteria(set.id)
            .map(|c| {
                let (verdict, why) = sensory::class(c, facts, nerves, aside);
                row(c, verdict, why)
            })
            .collect();
        (Three::any(rows.iter().map(|r| of_word(r.verdict))), "", rows)
    };
    let mut missing: Vec<String> = Vec::new();
    for seen in judged.iter().flat_map(|j| j.nerves.iter().flatten()).filter(|s| s.verdict == Three::Unknown)
    {
        if !missing.contains(&seen.text) {
            missing.push(seen.text.clone());
        }
    }
    if nerves.is_empty() {
        missing.push("no motor nerve of an arm or a leg was studied".into());
    }
    SetVerdict {
        id: set.id,
        disease: set.disease,
        counts: set.counts,
        verdict,
        grade,
        rule: set.rule,
        judged: rows.iter().filter(|r| r.verdict != "indeterminate").count(),
        criteria: rows,
        missing,
        source: set.source,
        status: set.status,
    }
}

fn of_word(word: &str) -> Three {
    match word {
        "met" => Three::Met,
        "not_met" => Three::NotMet,
        _ => Three::Unknown,
    }
}

fn row(c: &DemyelinationCriterion, verdict: Three, why: String) -> Criterion {
    Criterion {
        id: c.id.to_owned(),
        text: words::of(c),
        role: "criteria_set",
        verdict: verdict.word(),
        why,
        source: c.source.to_owned(),
        status: c.status.to_owned(),
    }
}

/// The motor criteria of a set over all nerves.
fn criteria_of(set: &str, nerves: &[MotorNerve<'_>], aside: Aside<'_>) -> Vec<Judged> {
    let mut all: Vec<Judged> = demyelination_criteria(set)
        .map(|c| Judged {
            criterion: c,
            nerves: nerves.iter().map(|n| by_its_row(c, n, aside)).collect(),
            verdict: Three::Unknown,
            why: String::new(),
        })
        .collect();
    for i in 0..all.len() {
        let verdict = verdict_of(&all, i, nerves.len());
        all[i].why = why(&all[i], verdict);
        all[i].verdict = verdict;
    }
    all
}

/// A nerve with a row of its own in the set (the tibial one, whose response falls and spreads in healthy persons) is held
/// against that row, and counts together with the others.
fn by_its_row(c: &DemyelinationCriterion, nerve: &MotorNerve<'_>, aside: Aside<'_>) -> Option<Seen> {
    let pair = |o: &&DemyelinationCriterion| {
        o.param == c.param && o.id != c.id && (o.only.is_empty() != c.only.is_empty())
    };
    in_nerve(c, nerve, aside)
        .or_else(|| demyelination_criteria(c.set).filter(pair).find_map(|o| in_nerve(o, nerve, aside)))
}

/// Whether enough nerves meet the criterion, and another one another criterion where that is asked for.
fn verdict_of(all: &[Judged], i: usize, nerves: usize) -> Three {
    let (judged, c) = (&all[i], all[i].criterion);
    let studied = judged.nerves.iter().flatten().count();
    let needed = c.min_nerves.max(1);
    if studied < needed {
        return Three::Unknown;
    }
    let plain = Three::at_least(needed, judged.count(Three::Met), judged.count(Three::Unknown));
    if c.min_other_params == 0 || plain == Three::NotMet {
        return plain;
    }
    // "Another criterion in another nerve": the nerve that brings it is not one of those counted.
    let other = |n: usize, verdict: Three| {
        all.iter().any(|o| {
            o.criterion.param != c.param
                && !(c.exclude.contains(&"other_f_absent") && o.criterion.param == "f_absent")
                && o.is(n, verdict)
        })
    };
    let mut best = Three::NotMet;
    for n in 0..nerves {
        let brings = match () {
            () if other(n, Three::Met) => Three::Met,
            () if other(n, Three::Unknown) => Three::Unknown,
            () => continue,
        };
        let without = |v: Three| judged.count(v) - usize::from(judged.is(n, v));
        match (brings, Three::at_least(needed, without(Three::Met), without(Three::Unknown))) {
            (Three::Met, Three::Met) => return Three::Met,
            (_, Three::NotMet) => {}
            _ => best = Three::Unknown,
        }
    }
    best
}

/// The findings that decided, or what is missing.
fn why(j: &Judged, verdict: Three) -> String {
    let texts = |v: Three| -> Vec<&str> {
        j.nerves.iter().flatten().filter(|s| s.verdict == v).map(|s| s.text.as_str()).collect()
    };
    let (met, unknown, not) = (texts(Three::Met), texts(Three::Unknown), texts(Three::NotMet));
    let studied = met.len() + unknown.len() + not.len();
    let mut out = Vec::new();
    if studied == 0 {
        return "no nerve that this criterion is asked of was studied".into();
    }
    if studied < j.criterion.min_nerves {
        out.push(format!("asks for {} nerves, {studied} studied", j.criterion.min_nerves));
    }
    if !met.is_empty() {
        out.push(format!("in {} of {studied}: {}", met.len(), met.join("; ")));
    }
    if !met.is_empty() && verdict != Three::Met && j.criterion.min_other_params > 0 {
        out.push("no other criterion of the set in another nerve for certain".into());
    }
    if !unknown.is_empty() && (verdict == Three::Unknown || met.len() + not.len() == 0) {
        out.push(format!("cannot be judged: {}", unknown.join("; ")));
    }
    if met.is_empty() && !not.is_empty() {
        out.push(format!("not in {}: {}", not.len(), not.join("; ")));
    }
    out.join(". ")
}

/// Verdict and step of a set that speaks of demyelination.
fn counted(set: &DemyelinationSet, judged: &[Judged], nerves: &[MotorNerve<'_>]) -> (Three, &'static str) {
    let main = |j: &&Judged| j.criterion.grade != "probable";
    let verdict = match set.count {
        Count::Nerves => in_so_many_nerves(set.needed, judged, nerves),
        Count::Rows | Count::Groups => {
            let mut groups: Vec<(&str, Vec<Three>)> = Vec::new();
            for j in judged {
                let key = if set.count == Count::Groups { j.criterion.group } else { j.criterion.id };
                match groups.iter_mut().find(|(g, _)| *g == key) {
                    Some((_, all)) => all.push(j.verdict),
                    None => groups.push((key, vec![j.verdict])),
                }
            }
            let of: Vec<Three> = groups.into_iter().map(|(_, all)| Three::any(all)).collect();
            let count = |v: Three| of.iter().filter(|o| **o == v).count();
            Three::at_least(set.needed, count(Three::Met), count(Three::Unknown))
        }
    };
    let in_one_nerve = judged.iter().filter(main).any(|j| j.count(Three::Met) > 0);
    let grade = match set.id {
        "EANPNS2021" if verdict == Three::Met => "strong",
        "EANPNS2021" if in_one_nerve => "weak",
        "EFNS2010" if judged.iter().filter(main).any(|j| j.verdict == Three::Met) => "definite",
        "EFNS2010" if verdict == Three::Met => "probable",
        "EFNS2010" if in_one_nerve => "possible",
        _ => "",
    };
    (verdict, grade)
}

/// One feature or more in so many nerves; or two in the only nerve that can be excited, if others were tried.
fn in_so_many_nerves(needed: usize, judged: &[Judged], nerves: &[MotorNerve<'_>]) -> Three {
    if nerves.len() < needed {
        return Three::Unknown;
    }
    let any = |n: usize, v: Three| judged.iter().any(|j| j.is(n, v));
    let met = (0..nerves.len()).filter(|n| any(*n, Three::Met)).count();
    let unknown = (0..nerves.len()).filter(|n| !any(*n, Three::Met) && any(*n, Three::Unknown)).count();
    let plain = Three::at_least(needed, met, unknown);
    let excitable: Vec<usize> = (0..nerves.len())
        .filter(|n| !nerves[*n].studies.iter().all(motor::MotorStudy::is_inexcitable))
        .collect();
    if plain != Three::Met
        && let [only] = excitable[..]
        && nerves.len() > 1
    {
        // Its distal response must exceed a tenth of the lower limit.
        let large = nerves[only].studies.iter().find_map(motor::MotorStudy::amplitude_percent);
        let features = judged.iter().filter(|j| j.is(only, Three::Met)).count();
        return match large {
            Some(a) if features >= 2 && a > 10.0 => Three::Met,
            Some(_) => plain,
            None => Three::Unknown,
        };
    }
    plain
}
