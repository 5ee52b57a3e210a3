//! The page of all studies.

use super::{Cohort, Line};
use crate::pipeline::analyze::DISCLAIMER;
use crate::report::{Caption, page, table, words};
use maud::{Markup, html};

/// Lines on the page; the CSV file has all. Ours: a page of thousands of rows is slow to open and never read.
const SHOWN: usize = 200;

/// `index.html` of lines that are in order.
pub(super) fn html(cohort: &Cohort) -> String {
    let n = cohort.lines.len();
    let title =
        format!("{} and {}", words::counted(n, "result"), words::counted(cohort.failed.len(), "failure"));
    let shown = &cohort.lines[..n.min(SHOWN)];
    let body = html! {
        p.notice { strong { "Not a diagnosis. " } (DISCLAIMER) }
        h2 id="table" { "All results, the most abnormal first" }
        p.quiet {
            "The order: the least probable to be normal, then the most abnormal results; what has no probability comes last. Every line is in " a href="index.csv" { "index.csv" } "."
            @if n > SHOWN { " This page shows the first " (SHOWN) " of " (n) "." }
        }
        (table(("All results", Caption::Unseen), "", &HEAD, [html! { @for line in shown { (row(line)) } }]))
        @if !cohort.failed.is_empty() {
            h2 id="failures" { "Failures" }
            (table(("Failures", Caption::Unseen), "", &["Input", "Reason"], [html! { @for (input, why) in &cohort.failed { tr { th.path scope="row" { (input) } td.text { (why) } } } }]))
        }
        (distributions(cohort))
    };
    let mut stops = vec![("table", "All results")];
    if !cohort.failed.is_empty() {
        stops.push(("failures", "Failures"));
    }
    stops.push(("distributions", "Distributions"));
    page::shell(&title, &stops, &body)
}

const HEAD: [&str; 9] = [
    "Study",
    "First suggestion",
    "Probability",
    "Criteria",
    "Family",
    "Conduction: abnormal of judged",
    "Muscles: abnormal of examined",
    "Warnings",
    "Failures",
];

fn row(line: &Line) -> Markup {
    let of = |(abnormal, all): (usize, usize)| {
        html! { @if all > 0 { @if abnormal > 0 { strong { (abnormal) } } @else { "0" } " of " (all) } }
    };
    html! {
        tr {
            th.path scope="row" { a href={ (link(&line.folder)) "/report.html" } { (line.title) } }
            td { (line.suggestion) } td.n { (line.probability.map_or(String::new(), words::probability)) }
            td { (line.criteria) } td { (line.family) } td.n { (of(line.conduction)) } td.n { (of(line.muscles)) }
            td.n { (line.warnings) } td.n { @if line.failures > 0 { strong { "✖ " (line.failures) } } @else { "0" } }
        }
    }
}

/// A folder's name as part of an address: what has a meaning there stands as its code, so that no name leads elsewhere.
fn link(folder: &str) -> String {
    let byte = |b: u8| match b {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'_' | b'-' => char::from(b).to_string(),
        _ => format!("%{b:02X}"),
    };
    format!("./{}", folder.bytes().map(byte).collect::<String>())
}

/// How many results have what.
fn distributions(cohort: &Cohort) -> Markup {
    let count = |is: &dyn Fn(&Line) -> bool| cohort.lines.iter().filter(|l| is(l)).count();
    let mut families: Vec<(String, usize)> = Vec::new();
    for line in &cohort.lines {
        let name = if line.family.is_empty() { "not judged" } else { line.family.as_str() };
        let name = if name == "none" { "normal or inconclusive" } else { name };
        match families.iter_mut().find(|f| f.0 == name) {
            Some(family) => family.1 += 1,
            None => families.push((name.to_owned(), 1)),
        }
    }
    families.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let steps = [(0.0, 0.25), (0.25, 0.5), (0.5, 0.75), (0.75, 0.9), (0.9, 1.1)];
    let probabilities = steps.map(|(from, to)| {
        let name = if to > 1.0 { format!("{from} to 1") } else { format!("{from} to below {to}") };
        (name, count(&|l| l.probability.is_some_and(|p| from <= p && p < to)))
    });
    let warnings = [(0, 0), (1, 2), (3, 9), (10, usize::MAX)].map(|(from, to)| {
        let name = match (from, to) {
            (0, _) => "none".to_owned(),
            (_, usize::MAX) => format!("{from} or more"),
            _ => format!("{from} to {to}"),
        };
        (name, count(&|l| (from..=to).contains(&l.warnings)))
    });
    html! {
        h2 id="distributions" { "Distributions" }
        (counts("Family of the first suggestion", &families))
        (counts("Probability of the first suggestion", &probabilities))
        (counts("Signal-quality warnings", &warnings))
    }
}

fn counts(name: &str, all: &[(String, usize)]) -> Markup {
    let most = all.iter().map(|a| a.1).max().unwrap_or(0).max(1);
    let rows = html! {
        @for (what, n) in all { tr { th scope="row" { (what) } td.n { (n) } td.track aria-hidden="true" { @if *n > 0 { div.bar style=(format!("width:{:.1}%", 100.0 * *n as f64 / most as f64)) {} } } } }
    };
    table((name, Caption::Shown), "bars", &["", "Results", ""], [rows])
}

#[cfg(test)]
mod tests {
    use super::super::tests::line;
    use super::*;

    #[test]
    fn names_lead_nowhere_else_and_only_the_worst_are_shown() {
        assert_eq!(link("a b?c#d"), "./a%20b%3Fc%23d");
        assert_eq!(link("javascript:alert(1)"), "./javascript%3Aalert%281%29");
        let mut cohort = Cohort::default();
        cohort.lines.extend((0..SHOWN + 5).map(|i| line(&format!("study-{i}"), Some(0.5), 0)));
        cohort.lines[0].title = "<script>alert(1)</script>".into();
        cohort.failed.push(("<script>".into(), "<script>".into()));
        let page = html(&cohort);
        assert!(!page.contains("<script"));
        assert_eq!(page.matches("/report.html\"").count(), SHOWN);
        assert!(page.contains("shows the first 200 of 205"));
    }
}
