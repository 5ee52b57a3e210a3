//! How firm a radiculopathy is, and the remarks that belong to it.

use super::course;
use super::functions::{Context, said};
use super::judge::judge_rule;
use super::language::Node;
use super::muscle::only_shape_or_recruitment;
use super::nerve;
use super::root::{abnormal_of_roots, majors};
use super::tables::{Rule, group, rule};
use crate::norms::Pattern;
use crate::pattern::facts::MuscleFact;
use crate::pattern::three::Three;

/// The steps, the firmest first.
const STEPS: [&str; 3] = ["consistent", "suggestive", "not_enough"];

/// The step; empty for patterns without steps and where nothing was found.
pub(super) fn of(
    c: &Context<'_>,
    pattern: &Pattern,
    truth: Three,
    against: &[&Rule],
    remarks: &mut Vec<String>,
) -> &'static str {
    if pattern.group != "radiculopathy" {
        return "";
    }
    let met = |id: &str| judge_rule(c, id).truth == Three::Met;
    cautions(c, remarks);
    let abnormal: Vec<&MuscleFact> = abnormal_of_roots(c).collect();
    let active = abnormal.iter().any(|m| m.active() == Some(true));
    if truth == Three::Met {
        let generalised = !c.generalised.is_empty();
        if generalised {
            let names = c.generalised.iter().map(|g| g.replace('_', " ")).collect::<Vec<_>>().join(", ");
            remarks.push(format!("the criteria of {names} are met as well and may explain this"));
        }
        remarks.extend(course::remark(c).map(|r| format!("time course: {r}")));
        if judge_rule(c, "R2").truth == Three::NotMet {
            remarks.push("muscles of a neighbouring root are abnormal too: name no single level".into());
        }
        let two = met("R1");
        // A low response of the territory points beyond the ganglion: more than another rival.
        let diverted = against.iter().any(|r| r.id == "PX1");
        let mut step =
            usize::from(!(two && active)) + usize::from(!against.is_empty()) + usize::from(diverted);
        if generalised || two && !met("R21") {
            step = 2;
        }
        return STEPS[step.min(2)];
    }
    let early = met("G3") && !c.muscles().any(|m| m.is_limb() && m.active() == Some(true));
    if early {
        remarks.push(format!("too early, no fibrillation potentials yet: {}", judge_rule(c, "G3").why()));
        return "too_early";
    }
    if met("R6") || met("R1") {
        return if met("R6") { "suggestive" } else { "not_enough" };
    }
    if !abnormal.is_empty() {
        remarks.push("too few abnormal muscles of this root: not enough".into());
        return "not_enough";
    }
    if met("R4") {
        remarks.push(
            "activity in paraspinal muscles alone: not enough, they are common without a root lesion".into(),
        );
        return "not_enough";
    }
    let of_root = |m: &&MuscleFact| m.is_limb() && majors(m.muscle).iter().any(|r| c.roots.contains(r));
    if let Some(m) = c.muscles().filter(of_root).find(|m| only_shape_or_recruitment(m)) {
        remarks.push(format!("polyphasia or recruitment alone: not enough ({})", said(m)));
        return "not_enough";
    }
    let reflex = c.roots.iter().any(|r| matches!(r.name(), "S1" | "S2")) && met("R9");
    if reflex || met("R10") {
        remarks.push("a late response alone: not enough".into());
        return "not_enough";
    }
    ""
}

/// Age above which two muscles are not enough where one is a small muscle of the foot: a number of its row.
fn foot_age() -> f64 {
    match rule("R21").map(|r| &r.node) {
        Some(Node::Call(_, numbers)) => numbers.number(1),
        _ => f64::NAN,
    }
}

/// What a reader must know of the findings, whatever the verdict.
fn cautions(c: &Context<'_>, remarks: &mut Vec<String>) {
    let foot = group("foot_intrinsics", "muscles").unwrap_or_default();
    let of_root = |m: &&MuscleFact| foot.contains(&m.muscle.id) && abnormal_of_roots(c).any(|o| o == *m);
    for m in c.muscles().filter(of_root) {
        let old = c.facts.subject.age_years.is_none_or(|a| a > foot_age());
        let what = if old { "not enough as one of two muscles" } else { "count it with care" };
        remarks
            .push(format!("activity in small muscles of the foot is common in health, {what} ({})", said(m)));
    }
    let l5 = c.roots.iter().any(|r| r.name() == "L5") && c.roots.len() <= 3;
    if l5 {
        for side in c.sides() {
            let response = nerve::low(c.facts, "superficial_fibular_sensory", *side);
            if let Some((true, words)) = response {
                remarks.push(format!(
                    "the ganglion of L5 may lie inside the canal: a low superficial fibular response alone does not \
                     exclude the root ({words})"
                ));
            }
        }
    }
}
