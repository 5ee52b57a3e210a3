//! The part of `docs/ACCURACY.md` on patterns: the tables with what must be known to read them.

use super::super::document::defined;
use super::super::table::{Style, Table};
use super::figure::FIGURES;
use super::score::Score;
use super::table::{show_goal, tables};
use crate::simulate::patient::PREVALENCES;
use std::fmt::Write;

/// First line of the part.
pub const TITLE: &str = "# How well it reasons: simulated patients";
/// Headings of the part, in order.
pub const HEADINGS: &[&str] = &["## Results", "## Definitions", "## The data", "## Limits"];

const CAPTION: &str =
    "**Simulated patients test the reasoning, not clinical accuracy.** No person was examined.";

const DATA: &str = "\
The patients are made by this program's own simulator (`myotome simulate patient`; what it assumes and whose it is stands \
in its modules), which knows nothing of how patterns are judged: a person, a lesion of a root, plexus or nerve or a diffuse \
process with its severity and age, the axons that each muscle and sensory nerve loses by the person's own supply, \
fibrillation and reinnervation over time, the tests that an examiner does for the question, and values and grades with \
the errors of measuring and of healthy people. Patients are drawn by the prevalences below, so a third of the lesions of \
roots are mild, early or of sensory roots alone, and cannot be seen by any method. The same command makes the same \
patients. The truth (`truth.json`) is seen by the scoring only.
";

const LIMITS: &str = "\
- **These figures are no clinical accuracy.** They say how well the reasoning recovers what was put in, under a model that \
is simpler than patients. Simulator and reasoning rest on the same published tables of anatomy and limits, and so perhaps \
share their errors; their parameters were set apart from each other.
- Whoever examines is one person with one habit; there is no anomalous innervation, no wrong side, no wrong site.
- The prevalences are ours. Probabilities are calibrated for such a mix at best.
- A level counts only where the first suggestion is a lesion of a root: mild lesions that are missed are not in it.
- The intervals come from drawing whole studies anew; they say nothing about other simulators or about patients.
";

/// Writes the part. `command` makes it again; `more` tables stand behind the others.
pub fn document(command: &str, scores: &[Score], more: &[Table]) -> String {
    let radicular = scores.iter().filter(|s| s.radicular).count();
    let mut out = format!(
        "{TITLE}\n\nThis part is generated; do not edit it. Version {}, made by\n\n```\n{command}\n```\n\n{CAPTION}\n\n{} \
         patients, {radicular} with a lesion of a root. A figure's interval (95 %) is drawn over studies.\n\n",
        env!("CARGO_PKG_VERSION"),
        scores.len(),
    );
    let [results, definitions, data, limits] = HEADINGS else { return out };
    let _ = write!(out, "{results}\n\n");
    for table in tables(scores).iter().chain(more) {
        out += &table.render(Style::Markdown);
    }
    let _ = write!(out, "{definitions}\n\n");
    for figure in FIGURES {
        out += &defined(figure.name, figure.group, figure.definition, &show_goal(figure));
    }
    let _ = write!(out, "\n{data}\n\n{DATA}\n");
    let total: f64 = PREVALENCES.iter().map(|p| p.1).sum();
    let mut table = Table::new("Patients by condition", &["condition", "share"]);
    table.rows = PREVALENCES
        .iter()
        .map(|(id, p)| vec![id.replace('_', " "), format!("{:.1} %", 100.0 * p / total)])
        .collect();
    out += &table.render(Style::Markdown);
    let _ = write!(out, "{limits}\n\n{LIMITS}");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_has_its_headings_in_order_and_defines_every_figure() {
        let page = document("myotome evaluate patterns --simulate 1", &[], &[]);
        let mut from = 0;
        for heading in HEADINGS {
            let at = page[from..].find(&format!("\n{heading}\n"));
            from += at.unwrap_or_else(|| panic!("no {heading} after byte {from}"));
        }
        for figure in FIGURES {
            assert!(page.contains(figure.definition), "{}", figure.id);
        }
        assert!(page.starts_with(TITLE) && page.contains("not clinical accuracy"));
    }
}
