//! Two abnormal muscles that share something: the form of the rule for roots and of that for plexus elements.

use super::functions::{Context, said};
use super::outcome::Outcome;
use super::tables::group;
use crate::norms::{self, Muscle};
use crate::pattern::facts::MuscleFact;

/// What a pair must share, and how it must differ.
pub(super) struct Pair<'p> {
    /// Muscles that belong to what is asked about.
    pub(super) member: &'p dyn Fn(&Muscle) -> bool,
    /// Whether two muscles count as two.
    pub(super) differ: &'p dyn Fn(&Muscle, &Muscle) -> bool,
    /// Normal muscles that differ from all abnormal ones and together speak against it.
    pub(super) enough_normal: usize,
    /// Of what is asked about, such as `L5`.
    pub(super) name: &'p str,
    /// How the two differ, such as `another nerve`.
    pub(super) apart: &'p str,
}

/// The stem that a nerve branches from.
pub(super) fn stem(nerve: &'static str) -> &'static str {
    let mut at = nerve;
    // The tree is a few branches deep; a table that ran in a circle would end here too.
    for _ in 0..8 {
        match norms::NERVES.iter().find(|n| n.id == at).map(|n| n.parent) {
            Some(parent) if !parent.is_empty() => at = parent,
            _ => break,
        }
    }
    at
}

/// Above any person's age: no muscle is left out.
const NEVER: f64 = 130.0;

/// Whether a muscle of the sole or the back of the foot is left out: common changes of healthy feet.
pub(super) fn is_left_out(c: &Context<'_>, m: &MuscleFact, age: f64) -> bool {
    let foot = group("foot_intrinsics", "muscles").is_some_and(|g| g.contains(&m.muscle.id));
    foot && age < NEVER && c.facts.subject.age_years.is_none_or(|a| a > age)
}

/// The muscles that the rule counts, split into those with and without neurogenic change.
fn counted<'f>(
    muscles: impl Iterator<Item = &'f MuscleFact>,
    pair: &Pair<'_>,
) -> (Vec<&'f MuscleFact>, Vec<&'f MuscleFact>) {
    let all = muscles.filter(|m| m.is_limb() && (pair.member)(m.muscle) && m.neurogenic().is_some());
    all.partition(|m| m.neurogenic() == Some(true))
}

/// Met with two abnormal muscles that differ. Not met where enough normal ones stand where a second could be;
/// open where fewer were examined.
pub(super) fn judge<'f>(muscles: impl Iterator<Item = &'f MuscleFact>, pair: &Pair<'_>) -> Outcome {
    let (abnormal, normal) = counted(muscles, pair);
    let words = |of: &[&MuscleFact]| of.iter().map(|m| said(m)).collect::<Vec<_>>();
    let apart = |a: &Muscle, b: &Muscle| (pair.differ)(a, b);
    let has_partner = |m: &&&MuscleFact| abnormal.iter().any(|o| apart(m.muscle, o.muscle));
    let paired: Vec<&MuscleFact> = abnormal.iter().filter(has_partner).copied().collect();
    if !paired.is_empty() {
        return Outcome::met(words(&paired));
    }
    // Nothing abnormal: two normal ones that would have made a pair. One that is: normal ones apart from it.
    let against: Vec<&MuscleFact> = if abnormal.is_empty() {
        normal.iter().filter(|m| normal.iter().any(|o| apart(m.muscle, o.muscle))).copied().collect()
    } else {
        normal.iter().filter(|m| abnormal.iter().all(|o| apart(m.muscle, o.muscle))).copied().collect()
    };
    let possible = norms::MUSCLES.iter().filter(|m| {
        matches!(m.region, "upper_limb" | "lower_limb")
            && (pair.member)(m)
            && !abnormal.is_empty()
            && abnormal.iter().all(|o| apart(m, o.muscle))
    });
    let needed = if abnormal.is_empty() { 2 } else { pair.enough_normal.min(possible.count()) };
    if against.len() >= needed {
        let mut found = words(&abnormal);
        found.extend(words(&against));
        if against.is_empty() {
            found.push(format!("no muscle of {} has {}", pair.name, pair.apart));
        }
        return Outcome::not_met(found);
    }
    let missing = if abnormal.is_empty() {
        format!("two muscles of {}, one of them of {} (needle)", pair.name, pair.apart)
    } else {
        format!("a muscle of {} of {} (needle)", pair.name, pair.apart)
    };
    let mut found = words(&abnormal);
    found.extend(words(&normal));
    Outcome::unknown(vec![missing]).so_far(found)
}
