//! The rules, the patterns' criteria and the groups of names: `data/reference/pattern_rules.csv`,
//! `pattern_criteria.csv` and `pattern_groups.csv`.

use super::language::{Node, parse};
use crate::norms::rows;
use std::sync::LazyLock;

/// A rule, one row of the table.
#[derive(Debug)]
pub struct Rule {
    /// Such as `R1`.
    pub id: &'static str,
    /// Short, lower case.
    pub name: &'static str,
    /// What it asks for, in words.
    pub text: &'static str,
    /// `needed`, `supports`, `against`, `limits`, `method` or `information`.
    pub usage: &'static str,
    /// In the rules' language.
    pub expression: &'static str,
    /// Ids of `data/SOURCES.md`.
    pub source: &'static str,
    /// `published`, `recalled`, `mixed` or `project`.
    pub status: &'static str,
    pub(super) node: Node,
}

/// What a pattern's criteria are made of, one row of the table.
#[derive(Debug)]
pub struct Criteria {
    /// Id of a pattern.
    pub pattern: &'static str,
    /// Trunk, cord or plexus of a plexopathy; else empty.
    pub element: &'static str,
    /// Rules that must all be met.
    pub required: Vec<&'static str>,
    /// Rules that speak for it.
    pub supporting: Vec<&'static str>,
    /// Rules that speak for a rival.
    pub contradicting: Vec<&'static str>,
    /// Sets of demyelination criteria of which one must be met.
    pub sets: Vec<&'static str>,
}

struct Group {
    id: &'static str,
    kind: &'static str,
    members: Vec<&'static str>,
}

const RULES_CSV: &str = include_str!("../../../data/reference/pattern_rules.csv");

fn list(cell: &'static str) -> Vec<&'static str> {
    cell.split(';').filter(|a| !a.is_empty()).collect()
}

static GROUPS: LazyLock<Vec<Group>> = LazyLock::new(|| {
    let row = |[id, kind, members, _, _]: [&'static str; 5]| Group { id, kind, members: list(members) };
    rows(include_str!("../../../data/reference/pattern_groups.csv")).map(row).collect()
});

/// Every rule, in the table's order.
///
/// # Panics
/// At the first use, on an expression that cannot be read: a mistake in our table.
pub static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let row = |[id, name, text, usage, expression, source, status]: [&'static str; 7]| {
        let node = parse(expression).unwrap_or_else(|why| panic!("rule {id}: {why}"));
        Rule { id, name, text, usage, expression, source, status, node }
    };
    rows(RULES_CSV).map(row).collect()
});

/// Criteria of every pattern, in the table's order.
pub static CRITERIA: LazyLock<Vec<Criteria>> = LazyLock::new(|| {
    let row = |r: [&'static str; 6]| Criteria {
        pattern: r[0],
        element: r[1],
        required: list(r[2]),
        supporting: list(r[3]),
        contradicting: list(r[4]),
        sets: list(r[5]),
    };
    rows(include_str!("../../../data/reference/pattern_criteria.csv")).map(row).collect()
});

/// The rule of an id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|r| r.id == id)
}

/// Ids of the rules, for the parser: it runs before the rules are there.
pub(super) fn rule_ids() -> impl Iterator<Item = &'static str> {
    rows::<7>(RULES_CSV).map(|r| r[0])
}

/// The criteria of a pattern.
pub fn criteria(pattern: &str) -> Option<&'static Criteria> {
    CRITERIA.iter().find(|c| c.pattern == pattern)
}

/// Members of a group of `muscles` or `studies`.
pub(super) fn group(id: &str, kind: &str) -> Option<&'static [&'static str]> {
    GROUPS.iter().find(|g| g.id == id && g.kind == kind).map(|g| g.members.as_slice())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::norms::ncs::NCS_STUDIES;
    use crate::norms::{MUSCLES, PATTERNS};
    use crate::pattern::rules::functions::FUNCTIONS;

    #[test]
    fn every_rule_is_read_stands_once_and_has_words_and_a_source() {
        assert!(RULES.len() > 100);
        for r in RULES.iter() {
            assert_eq!(RULES.iter().filter(|o| o.id == r.id).count(), 1, "{}", r.id);
            assert!(!r.name.is_empty() && r.text.len() > 10 && !r.source.is_empty(), "{}", r.id);
            assert!(
                ["needed", "supports", "against", "limits", "method", "information"].contains(&r.usage),
                "{}",
                r.id
            );
            assert!(["published", "recalled", "mixed", "project"].contains(&r.status), "{}", r.id);
        }
    }

    #[test]
    fn every_pattern_has_criteria_that_name_known_rules() {
        assert_eq!(CRITERIA.len(), PATTERNS.len());
        for p in PATTERNS.iter() {
            let c = criteria(p.id).unwrap_or_else(|| panic!("{}", p.id));
            assert!(!c.required.is_empty(), "{}", p.id);
            for id in c.required.iter().chain(&c.supporting).chain(&c.contradicting) {
                assert!(rule(id).is_some(), "{id} of {}", p.id);
            }
        }
    }

    #[test]
    fn groups_name_known_things_and_functions_stand_once() {
        assert!(!GROUPS.is_empty());
        for g in GROUPS.iter() {
            for m in &g.members {
                let known = match g.kind {
                    "muscles" => MUSCLES.iter().any(|k| k.id == *m),
                    "studies" => NCS_STUDIES.iter().any(|k| k.id == *m),
                    other => panic!("{other}"),
                };
                assert!(known, "{m} of {}", g.id);
            }
        }
        let names: Vec<&str> = FUNCTIONS.iter().flat_map(|f| f.iter()).map(|f| f.name).collect();
        assert!(names.iter().all(|n| names.iter().filter(|o| *o == n).count() == 1));
    }

    /// A rule that asked for itself would never end.
    #[test]
    fn rules_ask_for_no_rule_that_asks_for_them() {
        fn deepest(node: &Node, left: usize) {
            assert!(left > 0, "a circle of rules");
            match node {
                Node::AtLeast(_, parts) => parts.iter().for_each(|p| deepest(p, left)),
                Node::Not(part) => deepest(part, left),
                Node::Rule(id) => deepest(&rule(id).unwrap().node, left - 1),
                Node::Call(..) => {}
            }
        }
        RULES.iter().for_each(|r| deepest(&r.node, 10));
    }
}
