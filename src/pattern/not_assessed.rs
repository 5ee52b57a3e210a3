//! What a study cannot see, and what of it was not examined.

use super::facts::{Facts, SIDES};
use crate::norms::{PATTERNS, snap_roots};
use crate::result::{Criterion, PatternRow, RuleVerdict};
use crate::study::{Region, Side, SubjectSide};

/// Days after which fibrillation is usually there (G3).
const LATE_ENOUGH: f64 = 21.0;

/// Rules behind each pattern that no study can judge: pattern, rules, why, source.
const REASONS: &[(&str, &str, &str, &str)] = &[
    (
        "not_assessable_small_fibre",
        "PN5",
        "conduction studies measure large fibres: a normal one does not speak against small-fibre disease",
        "KNF_PN",
    ),
    (
        "not_assessable_central",
        "G5",
        "lesions of the brain or cord leave conduction and needle findings as they are, save slow firing",
        "PRESTON",
    ),
    (
        "not_assessable_sensory_root",
        "G6",
        "a lesion of the sensory root before its ganglion leaves sensory responses and muscles normal",
        "WILBOURN1998",
    ),
    ("not_assessable_too_early", "G3", "", "PRESTON"),
    (
        "not_assessable_axial_pain",
        "R15",
        "pain of the spine without signs in a limb has no finding here",
        "AAPMR_CW",
    ),
    (
        "not_assessable_nociplastic",
        "G5",
        "pain without a lesion of nerve or muscle has no finding here",
        "PRESTON",
    ),
    (
        "not_assessable_visceral_autonomic",
        "PN5",
        "autonomic fibres are not tested by these studies",
        "PRESTON",
    ),
    (
        "not_assessable_cranial_pain",
        "G5",
        "facial pain needs the blink reflex and pictures; neither is part of this study",
        "PRESTON",
    ),
];

/// Patterns that this study cannot judge, each with the reason; their probability is null. The one about the time since
/// onset stands only where that time is short or not stated.
pub fn patterns(facts: &Facts<'_>) -> Vec<PatternRow> {
    REASONS.iter().filter_map(|(id, rule, why, source)| row(facts, id, rule, why, source)).collect()
}

fn row(facts: &Facts<'_>, id: &str, rule: &str, why: &str, source: &str) -> Option<PatternRow> {
    let pattern = PATTERNS.iter().find(|p| p.id == id)?;
    let early = too_early(facts);
    let why = match (id, early) {
        ("not_assessable_too_early", None) => return None,
        ("not_assessable_too_early", Some(said)) => said,
        _ => why.to_owned(),
    };
    let criterion = Criterion {
        id: rule.to_owned(),
        text: pattern.name.to_owned(),
        role: "required",
        verdict: "indeterminate",
        why: why.clone(),
        source: source.to_owned(),
        status: pattern.status.to_owned(),
    };
    Some(PatternRow {
        id: pattern.id.to_owned(),
        name: pattern.name.to_owned(),
        family: pattern.group.to_owned(),
        level: None,
        side: None,
        probability: None,
        prior: None,
        rule: RuleVerdict { verdict: "indeterminate", tier: "", criteria: vec![criterion] },
        evidence: Vec::new(),
        total_db: None,
        unexplained: Vec::new(),
        missing: Vec::new(),
        would_change: Vec::new(),
        remarks: Vec::new(),
    })
}

/// Why it may be too early; `None` late enough after onset.
fn too_early(facts: &Facts<'_>) -> Option<String> {
    match facts.subject.days_since_onset {
        Some(d) if d < LATE_ENOUGH => {
            Some(format!("{d:.0} days since onset: fibrillation usually takes {LATE_ENOUGH:.0}; repeat then"))
        }
        Some(_) => None,
        None => Some(format!(
            "the day of onset is not stated: within {LATE_ENOUGH:.0} days of a deficit a normal needle study is not final"
        )),
    }
}

/// Whether everything that was judged is within its limits, and something was.
pub fn is_normal(facts: &Facts<'_>) -> bool {
    !facts.is_empty()
        && !facts.data.iter().any(super::facts::Datum::is_abnormal)
        && !facts.muscles.iter().any(super::facts::MuscleFact::is_changed)
        && (facts.data.iter().any(super::facts::Datum::is_normal)
            || facts.muscles.iter().any(|m| m.active().is_some()))
}

/// What was not examined, and what a normal study leaves open.
pub fn statements(facts: &Facts<'_>) -> Vec<String> {
    let mut out = Vec::new();
    if facts.is_empty() {
        out.push("no nerve conduction and no muscle: nothing can be judged".to_owned());
        return out;
    }
    let mut of = |test: &str, text: &str| {
        if !facts.data.iter().any(|d| d.row.place.test == test) {
            out.push(text.to_owned());
        }
    };
    of("motor", "motor nerve conduction was not done");
    of("sensory", "sensory nerve conduction was not done");
    of("f_wave", "F waves were not done");
    if facts.muscles.is_empty() {
        out.push("no muscle was examined by needle".to_owned());
    } else if !facts.muscles.iter().any(super::facts::MuscleFact::is_paraspinal) {
        out.push("no paraspinal muscle was examined".to_owned());
    }
    let leg = facts.data.iter().filter_map(|d| d.study).any(|s| s.nerve == "tibial" || s.nerve == "fibular")
        || facts.muscles.iter().any(|m| m.muscle.region == "lower_limb");
    if leg && !facts.data.iter().any(|d| d.row.place.test == "h_reflex") {
        out.push("the H reflex was not done".to_owned());
    }
    sides(facts, &mut out);
    regions(facts, &mut out);
    dermatomes(facts, &mut out);
    let rest_only: Vec<String> = facts
        .muscles
        .iter()
        .filter(|m| m.is_limb() && m.large().is_none() && m.recruitment.is_none())
        .map(super::facts::MuscleFact::name)
        .collect();
    if !rest_only.is_empty() {
        out.push(format!("motor unit potentials were not judged in {}", rest_only.join(", ")));
    }
    if facts.subject.days_since_onset.is_none() {
        out.push("the day of onset is not stated: whether it is too early cannot be said".to_owned());
    }
    if is_normal(facts) {
        out.push(
            "a normal study does not exclude a sensory-only, very early or mild radiculopathy (R18)"
                .to_owned(),
        );
        out.push(
            "a normal study does not speak of small fibres (PN5) or of the brain and cord (G5)".to_owned(),
        );
        out.push(
            "a lesion of a sensory root before its ganglion leaves every finding here normal (G6)".to_owned(),
        );
    }
    out
}

fn examined(facts: &Facts<'_>, side: Side) -> bool {
    facts.data.iter().any(|d| d.side == Some(side)) || facts.on(side).next().is_some()
}

fn sides(facts: &Facts<'_>, out: &mut Vec<String>) {
    for side in SIDES.into_iter().filter(|s| !examined(facts, *s)) {
        let asked = match facts.subject.complaint_side {
            Some(SubjectSide::Bilateral) => true,
            Some(SubjectSide::Left) => side == Side::Left,
            Some(SubjectSide::Right) => side == Side::Right,
            None => false,
        };
        let more = if asked { ", though the complaint is there" } else { ": no comparison of the sides" };
        out.push(format!("{} side not examined{more}", side.name()));
    }
}

fn regions(facts: &Facts<'_>, out: &mut Vec<String>) {
    let nerve = |region: &str| {
        facts
            .data
            .iter()
            .any(|d| d.study.and_then(|s| crate::norms::nerve(s.nerve)).is_some_and(|n| n.region == region))
    };
    let muscle = |region: &str| facts.muscles.iter().any(|m| m.muscle.region == region);
    let arms = nerve("upper_limb") || muscle("upper_limb");
    let legs = nerve("lower_limb") || muscle("lower_limb");
    let wanted = |region: Region| facts.subject.complaint_region == Some(region);
    if !arms {
        let more = if wanted(Region::Cervical) { ", though the complaint is cervical" } else { "" };
        out.push(format!("the arms were not examined{more}"));
    }
    if !legs {
        let more = if wanted(Region::Lumbosacral) { ", though the complaint is lumbosacral" } else { "" };
        out.push(format!("the legs were not examined{more}"));
    }
    if !nerve("cranial") && !muscle("cranial") {
        out.push("no cranial nerve or muscle was examined".to_owned());
    }
}

/// Roots with an abnormal muscle whose sensory response was not looked for on that side.
fn dermatomes(facts: &Facts<'_>, out: &mut Vec<String>) {
    for side in SIDES {
        let mut roots = Vec::new();
        for m in facts.on(side).filter(|m| m.is_limb() && m.neurogenic() == Some(true)) {
            for (root, weight) in crate::norms::roots_of(m.muscle.id) {
                if weight == crate::norms::Weight::Major && !roots.contains(&root) {
                    roots.push(root);
                }
            }
        }
        roots.sort_unstable();
        for root in roots {
            let studies: Vec<&str> =
                crate::norms::SNAP_ROOTS.iter().filter(|s| s.root == root).map(|s| s.study).collect();
            let done = facts.data.iter().any(|d| {
                d.side == Some(side) && d.study.is_some_and(|s| snap_roots(s.id).any(|r| r.root == root))
            });
            if !studies.is_empty() && !done {
                out.push(format!(
                    "no sensory study of the {} dermatome on the {} side",
                    root.name(),
                    side.name()
                ));
            }
        }
    }
}
