//! Grades of muscles then and now.

use super::read::{Measured, Muscle};
use crate::result::GradeRow;
use std::collections::BTreeMap;

/// Muscles in the order of the new result; findings that neither study graded are left out. A muscle that one of the
/// studies holds twice is not compared.
pub(super) fn rows(old: &Measured, new: &Measured) -> Vec<GradeRow> {
    let (before, now) = (by_name(old), by_name(new));
    let mut out = Vec::new();
    for muscle in new.muscles() {
        let name = (muscle.muscle.as_str(), muscle.side.as_str());
        let (Some([earlier]), Some([_])) =
            (before.get(&name).map(Vec::as_slice), now.get(&name).map(Vec::as_slice))
        else {
            continue;
        };
        for ((finding, old), (_, new)) in findings(earlier).into_iter().zip(findings(muscle)) {
            if old.is_none() && new.is_none() {
                continue;
            }
            let verdict = match (&old, &new) {
                (Some(old), Some(new)) if old == new => "same",
                (Some(_), Some(_)) => "differs",
                _ => "cannot_be_judged",
            };
            let (muscle, side) = (muscle.muscle.clone(), muscle.side.clone());
            out.push(GradeRow { muscle, side, finding, old, new, verdict });
        }
    }
    out
}

fn by_name(measured: &Measured) -> BTreeMap<(&str, &str), Vec<&Muscle>> {
    let mut out: BTreeMap<_, Vec<&Muscle>> = BTreeMap::new();
    for muscle in measured.muscles() {
        out.entry((muscle.muscle.as_str(), muscle.side.as_str())).or_default().push(muscle);
    }
    out
}

fn findings(m: &Muscle) -> [(&'static str, Option<String>); 5] {
    let grade = |g: Option<u8>| g.map(|g| g.to_string());
    let word = |w: &str, none: &[&str]| (!w.is_empty() && !none.contains(&w)).then(|| w.to_owned());
    [
        ("fibrillation", grade(m.grades.fibrillation)),
        ("positive_sharp_wave", grade(m.grades.positive_sharp_wave)),
        ("fasciculation", grade(m.grades.fasciculation)),
        ("recruitment", word(&m.grades.recruitment, &["not_assessable"])),
        ("impression", word(&m.impression, &["indeterminate", "not_interpretable"])),
    ]
}
