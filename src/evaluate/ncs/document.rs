//! The part of `docs/ACCURACY.md` on nerve conduction: the tables with what must be known to read them.

use super::super::document::defined;
use super::super::table::Style;
use super::figure::FIGURES;
use super::score::Score;
use super::table::{show_goal, tables};
use std::fmt::Write;

/// First line of the part.
pub const TITLE: &str = "# How well it measures: simulated nerve conduction studies";
/// Headings of the part, in order.
pub const HEADINGS: &[&str] = &["## Results", "## Definitions", "## The data", "## Limits"];

const DATA: &str = "\
The recordings are made by this program's own simulator (`myotome simulate ncs`; equations and their sources stand in \
its modules): responses summed over fibres with their own velocities and delays, healthy pools fitted to published means \
and spreads, lesions that take, slow, disperse and block fibres, F waves of single units, H reflexes with collision, \
junctions with a safety margin, thresholds that jitter; artefact, noise and mains. Each study is one made-up person, the \
state in turn; severity, age, height, temperature, nerves, noise and how the responses are stored are drawn from the \
study's seed, sampling frequency and signal-to-noise go in turn. Beside each stands a study that one thing spoils. The \
same command makes the same recordings. The seeds of this page were not used while the methods were built. The truth \
(`truth.json`) is seen by the scoring only.
";

const LIMITS: &str = "\
- **No person was recorded. These figures are no clinical accuracy.** They say how well the methods recover what was put \
in, under a model that is simpler than nerve and muscle. Simulator and methods share the same reference text, and so \
perhaps its errors; real recordings are worse.
- There are no anomalous innervation, no stimulus spread to neighbouring nerves, no amplifier filters in the simulation.
- The truth of an onset is the first time that the noise-free response reaches 0.5 % of its negative peak; another \
criterion would move it.
- A submaximal stimulus cannot be told from one sweep: such recordings are in no figure.
- Verdicts on block and dispersion are scored where the truth is clear; between, sets of criteria disagree.
- MUNIX is an index: its ratio to the number of units is shown, and has no goal.
- The intervals come from drawing whole studies anew; they say nothing about other simulators or about patients.
";

/// Writes the part. `command` makes it again.
pub fn document(command: &str, scores: &[Score]) -> String {
    let responses: usize = scores.iter().map(|s| s.responses.len()).sum();
    let mut out = format!(
        "{TITLE}\n\nThis part is generated; do not edit it. Version {}, made by\n\n```\n{command}\n```\n\n{} studies, \
         {responses} motor and sensory responses. A figure's interval (95 %) is drawn over studies.\n\n",
        env!("CARGO_PKG_VERSION"),
        scores.len(),
    );
    let [results, definitions, data, limits] = HEADINGS else { return out };
    let _ = write!(out, "{results}\n\n");
    for table in tables(scores) {
        out += &table.render(Style::Markdown);
    }
    let _ = write!(out, "{definitions}\n\n");
    for figure in FIGURES {
        out += &defined(figure.name, figure.group, figure.definition, &show_goal(figure));
    }
    let _ = write!(out, "\n{data}\n\n{DATA}\n{limits}\n\n{LIMITS}");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_has_its_headings_in_order_and_defines_every_figure() {
        let page = document("myotome evaluate ncs --simulate 1", &[]);
        let mut from = 0;
        for heading in HEADINGS {
            let at = page[from..].find(&format!("\n{heading}\n"));
            from += at.unwrap_or_else(|| panic!("no {heading} after byte {from}"));
        }
        for figure in FIGURES {
            assert!(page.contains(figure.definition), "{}", figure.id);
        }
        assert!(page.starts_with(TITLE));
    }
}
