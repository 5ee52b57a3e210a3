//! Several studies in one call: `index.html` with the general table first, and `index.csv` with every line.

mod page;
mod sheet;

use super::{examined, muscle, ncs, suggest, words};
use crate::measure::Severity;
use crate::pipeline::analyze::Analysis;
use crate::{Error, Result, output};
use std::cmp::Ordering;
use std::path::{Path, PathBuf};

/// A study or recording that was done, in one line.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The study's id or the file's name.
    pub title: String,
    /// Folder of its results, inside the folder of all.
    pub folder: String,
    /// The first suggestion in words; empty where nothing was judged.
    pub suggestion: String,
    /// Of the first suggestion, 0 to 1.
    pub probability: Option<f64>,
    /// Of "normal", 0 to 1; `None` where no probability exists.
    pub normal: Option<f64>,
    /// What the criteria of the first suggestion say; empty where there are none.
    pub criteria: String,
    /// Family of the first suggestion; empty where nothing was judged.
    pub family: String,
    /// Numbers of nerve conduction beyond their limit, and those that have one.
    pub conduction: (usize, usize),
    /// Muscles with abnormal findings, and muscles examined.
    pub muscles: (usize, usize),
    /// Signal-quality warnings.
    pub warnings: usize,
    /// Recordings or channels that were refused, and recordings that could not be read.
    pub failures: usize,
}

impl Line {
    /// The line of `analysis`, whose results lie in `folder` of the folder of all.
    pub fn of(analysis: &Analysis, folder: &str) -> Line {
        let report = &analysis.report;
        let rows = ncs::every(&analysis.ncs);
        let [abnormal, borderline, normal] =
            ["abnormal", "borderline", "normal"].map(|v| ncs::of_verdict(&rows, v).len());
        let examined: Vec<_> = examined::all(analysis).map(|m| m.1).collect();
        let changed =
            examined.iter().filter(|e| !e.abnormal().is_empty() || e.in_activity().abnormal).count();
        let of = |severity: Severity| report.quality.iter().filter(|q| q.severity == severity).count();
        let mut line = Line {
            title: analysis.title.clone(),
            folder: folder.to_owned(),
            suggestion: String::new(),
            probability: None,
            normal: None,
            criteria: String::new(),
            family: String::new(),
            conduction: (abnormal, abnormal + borderline + normal),
            muscles: (changed, examined.len()),
            warnings: of(Severity::Warning),
            failures: of(Severity::Refuse) + analysis.failed.len(),
        };
        if let Some((_, first, p)) = suggest::judged(&report.patterns).next() {
            line.suggestion = suggest::title(first);
            line.probability = Some(p);
            line.criteria = suggest::verdict(first);
            line.family = first.family.replace('_', " ");
            line.normal = suggest::judged(&report.patterns).find(|one| one.1.id == "normal").map(|one| one.2);
        } else if let [only] = examined.as_slice() {
            // A lone recording: what its muscle suggests.
            line.suggestion =
                format!("{}: {}", muscle::name(only.row), words::impression(only.row.impression));
            if let Some(p) = only.row.probabilities {
                line.probability = Some(p.normal.max(p.neurogenic).max(p.myopathic));
                line.normal = Some(p.normal);
            }
        }
        line
    }

    /// Abnormal results of what was judged.
    fn abnormal(&self) -> usize {
        self.conduction.0 + self.muscles.0
    }

    /// The most abnormal first: the least probable to be normal, then those with the most abnormal results; what has no
    /// probability comes behind what has one. Names make the order whole.
    fn order(&self, other: &Line) -> Ordering {
        let normal = |line: &Line| line.normal.unwrap_or(if line.probability.is_some() { 0.0 } else { 2.0 });
        normal(self)
            .total_cmp(&normal(other))
            .then(other.abnormal().cmp(&self.abnormal()))
            .then_with(|| (&self.title, &self.folder).cmp(&(&other.title, &other.folder)))
    }
}

/// Everything of one call.
#[derive(Debug, Clone, Default)]
pub struct Cohort {
    /// What was done, in any order.
    pub lines: Vec<Line>,
    /// Inputs that failed, with the reason.
    pub failed: Vec<(String, String)>,
}

impl Cohort {
    /// Writes `index.html` and `index.csv` into `folder`, which is made if it is not there. Gives the path of the page.
    ///
    /// # Errors
    /// [`Error::Io`] where a file cannot be written; what was there before stays.
    pub fn write(mut self, folder: &Path) -> Result<PathBuf> {
        self.lines.sort_by(Line::order);
        std::fs::create_dir_all(folder).map_err(|e| Error::io(folder, e))?;
        let (page, sheet) = (page::html(&self), sheet::csv(&self));
        let path = folder.join("index.html");
        output::write_atomic(&folder.join("index.csv"), |out| out.write_all(sheet.as_bytes()))?;
        output::write_atomic(&path, |out| out.write_all(page.as_bytes()))?;
        Ok(path)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(crate) fn line(title: &str, normal: Option<f64>, abnormal: usize) -> Line {
        Line {
            title: title.into(),
            folder: format!("{title} 1"),
            suggestion: "L5, \"right\"".into(),
            probability: normal.map(|p| 1.0 - p),
            normal,
            criteria: "criterion met".into(),
            family: "radiculopathy".into(),
            conduction: (abnormal, 10),
            muscles: (0, 0),
            warnings: 1,
            failures: 0,
        }
    }

    #[test]
    fn the_most_abnormal_comes_first_and_what_was_not_judged_last() {
        let mut all = [
            line("b", None, 9),
            line("a", Some(0.9), 0),
            line("d", Some(0.1), 1),
            line("c", Some(0.1), 1),
            line("e", Some(0.1), 4),
        ];
        all.sort_by(Line::order);
        assert_eq!(all.map(|l| l.title), ["e", "c", "d", "a", "b"]);
    }
}
