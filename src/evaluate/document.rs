//! `docs/ACCURACY.md`: the tables of an evaluation with what must be known to read them.

use super::figure::FIGURES;
use super::study::StudyScore;
use super::table::{Style, show_target, tables};
use std::fmt::Write;

/// First line of the page.
pub const TITLE: &str = "# How well it measures: simulated needle recordings";
/// Headings of the page, in order.
pub const HEADINGS: &[&str] = &["## Results", "## Definitions", "## The data", "## Limits"];

const DATA: &str = "\
The recordings are made by this program's own simulator (`myotome simulate needle`; equations and their sources \
stand in its modules): a pool of motor units with Fuglevand's recruitment and firing, single fibres as line sources \
in a volume conductor, a concentric needle, jitter, needle creep, amplifier noise, mains, artefacts. Each study is \
one muscle of one made-up person: recordings at rest and under slight to maximal contraction, the state of the muscle \
in turn; severity, age, noise and needle are drawn from the study's seed. As many studies are at rest only, each kind of \
spontaneous activity in turn, and with silence, insertional activity or a badly relaxed muscle in between. The same \
command makes the same recordings. The \
seeds of this page were not used while the methods were built. The truth (`truth.json`) is seen by the scoring only.
";

const LIMITS: &str = "\
- **No person was recorded. These figures are no clinical accuracy.** They say how well the methods recover what \
was put in, under a model that is simpler than muscle. Simulator and methods share the same reference text, and so \
perhaps its errors; real recordings are worse.
- Units below what is called detectable are in the recordings and make finding the others harder; that they are \
not found counts nowhere. No program finds all motor units of a recording from one needle.
- In a strong contraction hardly any unit stands out; the table by level shows what is left. The formal condition of \
being detectable (5 SD of the amplifier's noise) then holds for units that are far below the others.
- The intervals come from drawing whole studies anew; they say nothing about other simulators or about patients.
- The truth of onset and end is measured on the noise-free potential by one published criterion among several; \
another criterion would move both.
- Muscles with a disorder of the neuromuscular junction are shown in the table of impressions but count in no \
accuracy: no impression of the three is right for them.
";

/// A line of the definitions.
pub(super) fn defined(name: &str, group: &str, definition: &str, goal: &str) -> String {
    let goal = if goal.is_empty() { String::new() } else { format!(" Goal: {goal}.") };
    format!("- **{name}** ({}): {definition}.{goal}\n", group.to_lowercase())
}

/// Writes the page. `command` makes it again.
pub fn document(command: &str, scores: &[StudyScore]) -> String {
    let recordings: usize = scores.iter().map(|s| s.recordings.len()).sum();
    let units: usize = scores.iter().flat_map(|s| &s.recordings).map(|r| r.units.len()).sum();
    let mut out = format!(
        "{TITLE}\n\nThis page is generated; do not edit it. Version {}, made by\n\n```\n{command}\n```\n\n{} studies, \
         {recordings} recordings, {units} motor units that fired. A figure's interval (95 %) is drawn over studies.\n\n",
        env!("CARGO_PKG_VERSION"),
        scores.len(),
    );
    let [results, definitions, data, limits] = HEADINGS else { return out };
    let _ = write!(out, "{results}\n\n");
    for table in tables(scores, false) {
        out += &table.render(Style::Markdown);
    }
    let _ = write!(
        out,
        "{definitions}\n\nDischarges agree when they lie within ±1 ms after one constant lag of at most ±10 ms is taken \
         out of a whole train; each discharge agrees with one other at most. Rate of agreement: agreed / (agreed + \
         missed + extra). Found trains are assigned to true units so that the sum of their rates of agreement is \
         largest. Figures of decomposition and of potentials rest on rest and weak contractions, as single units are measured \
         in the clinic; the table by level has the stronger ones.\n\n"
    );
    for figure in FIGURES {
        out += &defined(figure.name, figure.group, figure.definition, &show_target(figure));
    }
    let _ = write!(out, "\n{data}\n\n{DATA}\n{limits}\n\n{LIMITS}");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_its_headings_in_order_and_defines_every_figure() {
        let page = document("myotome evaluate needle --simulate 1", &[]);
        let mut from = 0;
        for heading in HEADINGS {
            let at = page[from..].find(&format!("\n{heading}\n"));
            from += at.unwrap_or_else(|| panic!("no {heading} after byte {from}"));
        }
        for figure in FIGURES {
            assert!(page.contains(figure.definition), "{}", figure.id);
        }
        assert!(page.starts_with(TITLE) && page.contains("\nmyotome evaluate needle --simulate 1\n"));
    }
}
