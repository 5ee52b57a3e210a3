//! The textbook studies: each meets the published criteria of its own pattern.

#![allow(clippy::unwrap_used, reason = "a test may stop where its ground gives way")]

mod rule_support;
mod shared;

use myotome::pattern::facts::Facts;
use myotome::pattern::rules::judge;
use rule_support::{analyze_text, textbook};
use std::fmt::Write as _;

/// Studies that cannot meet their own pattern's criteria here, and why.
const NOT_MET: &[(&str, &str)] = &[
    ("gbs_aidp", "its sets of demyelination criteria are judged elsewhere"),
    ("cidp", "its sets of demyelination criteria are judged elsewhere"),
];

#[test]
fn each_textbook_study_meets_the_criteria_of_its_own_pattern() {
    let Some(studies) = textbook() else { return };
    let folder = shared::temporary("textbook");
    let mut wrong = String::new();
    assert!(studies.len() > 40);
    for (id, text, accepted) in &studies {
        let (study, measures, needle) = analyze_text(text, &folder.join(id));
        let judged = judge(&Facts::new(&study, &measures, &needle), &|_| None);
        let own = |p: &str| p == id || accepted.iter().any(|a| a == p);
        let met = judged.iter().any(|j| own(j.pattern.id) && j.verdict.verdict == "met");
        let excused = NOT_MET.iter().any(|(p, _)| p == id);
        if met == excused {
            writeln!(wrong, "## {id}: met {met}").unwrap();
            for j in judged.iter().filter(|j| j.pattern.id == id) {
                writeln!(wrong, "  {:?} {}", j.side, j.verdict.verdict).unwrap();
                for c in j.verdict.criteria.iter().filter(|c| c.role == "required") {
                    writeln!(wrong, "    {} {}: {}", c.id, c.verdict, c.why).unwrap();
                }
            }
        }
        if std::env::var_os("MYOTOME_SHOW").is_some() {
            let others: Vec<String> = judged
                .iter()
                .filter(|j| j.verdict.verdict == "met")
                .map(|j| {
                    format!(
                        "{} {:?} {}",
                        j.pattern.id,
                        j.side.map(myotome::study::Side::name),
                        j.verdict.tier
                    )
                })
                .collect();
            println!("{id}: {}", others.join(", "));
        }
    }
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(wrong.is_empty(), "{wrong}");
}
