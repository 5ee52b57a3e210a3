//! Where criteria and probabilities do not agree, and why. They answer different questions: the criteria ask whether a
//! published minimum of findings is there, the probabilities what explains all findings best.

use crate::result::PatternRow;

/// Criteria that are met by an explanation below this probability disagree with it.
const UNLIKELY: f64 = 0.15;
/// An explanation from this probability on whose criteria are not met disagrees with them.
const LIKELY: f64 = 0.5;
/// So many are said.
const MOST: usize = 6;

/// In words, the weightiest first; `patterns` most probable first.
pub(super) fn between(patterns: &[PatternRow]) -> Vec<String> {
    let mut out = Vec::new();
    let is_lesion = |p: &&PatternRow| p.family != "none";
    if let Some(top) = patterns.first().filter(is_lesion)
        && top.probability.is_some_and(|p| p >= LIKELY)
        && top.rule.verdict != "met"
    {
        out.push(unmet(top));
    }
    // Of one pattern the most probable form stands for the others.
    let mut said: Vec<&str> = Vec::new();
    for p in patterns.iter().filter(is_lesion) {
        let unlikely = p.probability.is_some_and(|x| x < UNLIKELY);
        if p.rule.verdict == "met" && unlikely && !p.id.contains('+') && !said.contains(&p.name.as_str()) {
            said.push(&p.name);
            out.push(improbable(p, patterns));
        }
    }
    out.truncate(MOST);
    out
}

fn percent(p: &PatternRow) -> String {
    match p.probability.unwrap_or(0.0) {
        p if p > 0.995 => ">0.99".to_owned(),
        p if p < 0.005 => "<0.01".to_owned(),
        p => format!("{p:.2}"),
    }
}

fn unmet(p: &PatternRow) -> String {
    let open = p.rule.criteria.iter().filter(|c| matches!(c.role, "required" | "criteria_set"));
    let deciding: Vec<String> = open
        .filter(|c| c.verdict == p.rule.verdict)
        .map(|c| format!("{}: {}", c.id, c.why))
        .take(2)
        .collect();
    let word = if p.rule.verdict == "not_met" { "are not met" } else { "cannot be judged" };
    let why = if deciding.is_empty() { String::new() } else { format!(" ({})", deciding.join("; ")) };
    format!(
        "{} explains the findings best (probability {}), but its criteria {word}{why}",
        p.name,
        percent(p)
    )
}

fn improbable(p: &PatternRow, patterns: &[PatternRow]) -> String {
    let better = patterns.first().filter(|top| top.name != p.name);
    let because = match better {
        Some(top) => format!("{} explains the findings better (probability {})", top.name, percent(top)),
        None => "other explanations share the findings".to_owned(),
    };
    let against = p.evidence.iter().find(|e| e.direction == "against");
    let against = against.map_or_else(String::new, |e| format!("; against it speaks most: {}", e.finding));
    format!("the criteria of {} are met, but its probability is {}: {because}{against}", p.name, percent(p))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::result::RuleVerdict;

    fn row(name: &str, probability: f64, verdict: &'static str) -> PatternRow {
        PatternRow {
            id: name.into(),
            name: name.into(),
            family: "mononeuropathy".into(),
            level: None,
            side: None,
            probability: Some(probability),
            prior: None,
            rule: RuleVerdict { verdict, tier: "", criteria: Vec::new() },
            evidence: Vec::new(),
            total_db: None,
            unexplained: Vec::new(),
            missing: Vec::new(),
            would_change: Vec::new(),
            remarks: Vec::new(),
        }
    }

    #[test]
    fn agreement_is_silent_and_disagreement_is_said_both_ways() {
        assert!(between(&[row("a", 0.9, "met"), row("b", 0.1, "not_met")]).is_empty());
        let said = between(&[row("a", 0.8, "not_met"), row("b", 0.05, "met")]);
        assert_eq!(said.len(), 2);
        assert!(said[0].contains("are not met") && said[1].contains("a explains the findings better"));
    }
}
