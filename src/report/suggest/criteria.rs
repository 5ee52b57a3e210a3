//! Published criteria, pattern by pattern.

use super::{UNLIKELY, title};
use crate::report::{Caption, table, words};
use crate::result::{Criterion, PatternRow, RuleVerdict};
use maud::{Markup, html};

/// The clause that the verdict hangs on; `None` where no single one does.
fn deciding(rule: &RuleVerdict) -> Option<&Criterion> {
    let of =
        |role: &str, verdict: &str| rule.criteria.iter().find(|c| c.role == role && c.verdict == verdict);
    // A contradiction that holds outweighs what is required.
    let against = of("contradicting", "met").filter(|_| rule.verdict != "met");
    against.or_else(|| of("required", rule.verdict)).or_else(|| of("criteria_set", rule.verdict))
}

/// The section; what is neither likely nor met is folded away.
pub(super) fn section(patterns: &[PatternRow]) -> Markup {
    let with: Vec<&PatternRow> = patterns.iter().filter(|p| !p.rule.criteria.is_empty()).collect();
    let worth = |p: &&&PatternRow| p.rule.verdict == "met" || p.probability.is_some_and(|p| p >= UNLIKELY);
    let (first, rest): (Vec<&PatternRow>, Vec<&PatternRow>) = with.iter().partition(worth);
    html! {
        section aria-labelledby="criteria" {
            h2 id="criteria" { "Criteria" }
            p.quiet { "Published criteria, clause by clause. A clause that rests on a test that was not done cannot be judged. Status: where the clause comes from; recalled clauses were not checked against their source." }
            @if with.is_empty() { p { "No pattern that was judged has criteria." } }
            @for (i, p) in first.iter().enumerate() { details open[i == 0] { (summary(p)) (clauses(p)) } }
            @if !rest.is_empty() {
                details {
                    summary { (words::counted(rest.len(), "more pattern")) " that are unlikely and whose criteria are not met" }
                    @for p in &rest { details { (summary(p)) (clauses(p)) } }
                }
            }
        }
    }
}

fn summary(p: &PatternRow) -> Markup {
    let tier = p.rule.tier.replace('_', " ");
    let decided = deciding(&p.rule).map(|c| format!(" – {}: {}", c.id, brief(&words::micro(&c.why))));
    html! {
        summary { (words::marked(p.rule.verdict)) @if !tier.is_empty() { " (" (tier) ")" } ": " (title(p)) (decided.unwrap_or_default()) }
    }
}

/// The beginning of a long reason, whole words; the table has all of it.
fn brief(why: &str) -> String {
    const LONG: usize = 110;
    let Some((end, _)) = why.char_indices().nth(LONG) else { return why.to_owned() };
    let end = why[..end].rfind(' ').unwrap_or(end);
    format!("{} …", why[..end].trim_end_matches([',', ';']))
}

/// What the verdict hangs on at once; clauses that add nothing to it one click away.
fn clauses(p: &PatternRow) -> Markup {
    let bears = |c: &&Criterion| matches!(c.role, "required" | "criteria_set") || c.verdict == "met";
    let (first, rest): (Vec<&Criterion>, Vec<&Criterion>) = p.rule.criteria.iter().partition(bears);
    let name = format!("Criteria of {}", title(p));
    html! {
        @if !first.is_empty() { (rows(&name, &first)) }
        @if !rest.is_empty() {
            details open[first.is_empty()] {
                summary { (words::counted(rest.len(), "more clause")) ": supporting or contradicting, not met or cannot be judged" }
                (rows(&format!("{name}, further clauses"), &rest))
            }
        }
    }
}

fn rows(name: &str, all: &[&Criterion]) -> Markup {
    let rows = html! {
        @for c in all {
            tr {
                th scope="row" { (c.id) } td { (c.text) } td { (c.role.replace('_', " ")) }
                td { @if c.verdict == "met" { strong { (words::marked(c.verdict)) } } @else { (words::marked(c.verdict)) } }
                td.text { (words::micro(&c.why)) } td { (c.source.replace(';', "; ")) @if !c.status.is_empty() { " (" (c.status) ")" } }
            }
        }
    };
    let head = ["Clause", "Asks for", "Role", "Verdict", "Why", "Source (status)"];
    table((name, Caption::Unseen), "units clauses", &head, [rows])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clause(id: &str, role: &'static str, verdict: &'static str) -> Criterion {
        let text = String::new;
        Criterion { id: id.into(), text: text(), role, verdict, why: text(), source: text(), status: text() }
    }

    #[test]
    fn a_long_reason_is_cut_between_words() {
        assert_eq!(brief("short"), "short");
        let said = brief(&"größer ".repeat(40));
        assert!(said.ends_with("größer …") && said.chars().count() <= 112, "{said}");
        assert!(brief(&"ö".repeat(300)).ends_with("ö …"));
    }

    #[test]
    fn the_clause_that_decides_is_named() {
        let rule = |verdict, criteria| RuleVerdict { verdict, tier: "", criteria };
        let of = |r: &RuleVerdict| deciding(r).map(|c| c.id.clone());
        let clauses = || vec![clause("R1", "required", "met"), clause("R2", "required", "indeterminate")];
        assert_eq!(of(&rule("indeterminate", clauses())).as_deref(), Some("R2"));
        assert_eq!(of(&rule("met", clauses())).as_deref(), Some("R1"));
        let against = vec![clause("R1", "required", "met"), clause("R9", "contradicting", "met")];
        assert_eq!(of(&rule("not_met", against)).as_deref(), Some("R9"));
        assert_eq!(of(&rule("not_met", vec![clause("R3", "supporting", "not_met")])), None);
    }
}
