//! What is left open: abnormal results that chance gives, next tests, what was not assessed.

use crate::report::{Caption, table, words};
use crate::result::{ByChance, NextTest, Report};
use maud::{Markup, html};

/// The section.
pub(super) fn section(report: &Report) -> Markup {
    html! {
        section aria-labelledby="next" {
            h2 id="next" { "Next tests and what is not assessed" }
            (next(&report.next_tests))
            @if let Some(chance) = &report.by_chance { (by_chance(chance)) }
            (super::super::about::not_assessed(report))
        }
    }
}

/// `needle, right tensor fasciae latae`.
pub(in crate::report) fn said(t: &NextTest) -> String {
    let parts = [Some(&t.side), t.nerve.as_ref(), t.muscle.as_ref(), t.recording_site.as_ref()];
    let parts = parts.into_iter().flatten().filter(|p| !p.is_empty()).map(|p| p.replace('_', " "));
    format!("{}, {}", words::test(t.test), parts.collect::<Vec<_>>().join(" "))
}

fn next(tests: &[NextTest]) -> Markup {
    let rows = html! {
        @for t in tests {
            tr { th scope="row" { (said(t)) } td.n { (format!("{:.2}", t.expected_information_bits)) } td.text { (words::micro(&t.separates)) } }
        }
    };
    let head = ["Test that was not done", "Expected information (bit)", "What either result would do"];
    html! {
        @if tests.is_empty() { p { "No further test is named." } }
        @else {
            h3 { "Tests that would tell most" }
            (table(("Tests that would tell most", Caption::Unseen), "", &head, [rows]))
        }
    }
}

fn by_chance(c: &ByChance) -> Markup {
    html! {
        h3 { "Abnormal results by chance" }
        p { "Of " (words::counted(c.tested, "result")) " that were judged, " (c.abnormal) " " (if c.abnormal == 1 { "is" } else { "are" }) " abnormal. In a healthy person "
            (format!("{:.1}", c.expected)) " would be expected, and at least one with a probability of " (words::probability(c.at_least_one)) ". " span.quiet { (c.assumption) } }
    }
}
