//! How what is reached falls with less to go by.

use super::super::statistics::bootstrap;
use super::super::table::Table;
use super::figure::{FIGURES, Figure};
use super::score::Score;

/// Figures along an axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// `severity`, `days`, `muscles`.
    pub id: &'static str,
    /// Heading, with what is on the axis.
    pub title: &'static str,
    /// Names of the bins.
    pub bins: Vec<String>,
    /// Middles of the bins, on the axis.
    pub at: Vec<f64>,
    /// Studies in each bin.
    pub studies: Vec<usize>,
    /// Each figure's id, name and values with their 95 % interval, one per bin.
    pub lines: Vec<(&'static str, &'static str, Vec<Option<Point>>)>,
}

/// A value and its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Point {
    pub value: f64,
    pub interval: Option<(f64, f64)>,
    pub studies: usize,
}

/// Edges of the bins; the last bin is open.
const SEVERITY: [f64; 5] = [0.0, 0.2, 0.4, 0.6, 0.8];
const DAYS: [f64; 7] = [0.0, 14.0, 21.0, 42.0, 90.0, 180.0, 365.0];
const MUSCLES: [f64; 6] = [0.0, 3.0, 5.0, 6.0, 7.0, 9.0];
/// Figures that are shown along the axes, of patients with a lesion of a root.
const SHOWN: [&str; 3] = ["sensitivity", "level_near", "family_right"];

fn figure(id: &str) -> Option<&'static Figure> {
    FIGURES.iter().find(|f| f.id == id)
}

/// The curves over severity, time since onset and number of limb muscles, of the patients with a lesion of a root.
pub fn curves(scores: &[Score]) -> Vec<Curve> {
    #[expect(clippy::cast_precision_loss, reason = "a few muscles")]
    let all = [
        curve("severity", "Lesions of a root by severity (0 to 1)", &SEVERITY, &|s| Some(s.severity), scores),
        curve("days", "Lesions of a root by days since onset", &DAYS, &|s| s.days, scores),
        curve(
            "muscles",
            "Lesions of a root by limb muscles under the needle",
            &MUSCLES,
            &|s| Some(s.muscles as f64),
            scores,
        ),
    ];
    all.into_iter().filter(|c| !c.studies.is_empty()).collect()
}

fn curve(
    id: &'static str,
    title: &'static str,
    edges: &[f64],
    of: &dyn Fn(&Score) -> Option<f64>,
    scores: &[Score],
) -> Curve {
    let mut out =
        Curve { id, title, bins: Vec::new(), at: Vec::new(), studies: Vec::new(), lines: Vec::new() };
    let shown: Vec<&Figure> = SHOWN.iter().filter_map(|id| figure(id)).collect();
    out.lines = shown.iter().map(|f| (f.id, f.name, Vec::new())).collect();
    for (k, low) in edges.iter().enumerate() {
        let high = edges.get(k + 1).copied();
        let inside =
            |s: &&Score| s.radicular && of(s).is_some_and(|v| v >= *low && high.is_none_or(|h| v < h));
        let part: Vec<Score> = scores.iter().filter(inside).cloned().collect();
        if part.is_empty() {
            continue;
        }
        let values = part.iter().filter_map(of);
        out.at.push({
            let all: Vec<f64> = values.collect();
            super::super::statistics::median(&all).unwrap_or(*low)
        });
        out.bins.push(high.map_or_else(|| format!("{low} and more"), |h| format!("{low} to {h}")));
        out.studies.push(part.len());
        let refs: Vec<&Score> = part.iter().collect();
        for (line, f) in out.lines.iter_mut().zip(&shown) {
            let value = (f.compute)(&refs);
            let interval = bootstrap(&part, |draw| Some((f.compute)(draw)?.0));
            line.2.push(value.map(|(value, studies)| Point { value, interval, studies }));
        }
    }
    out
}

impl Curve {
    /// As a table: a row a figure, a column a bin.
    pub(super) fn table(&self) -> Table {
        let head = std::iter::once(String::new())
            .chain(self.bins.iter().zip(&self.studies).map(|(bin, n)| format!("{bin} (n = {n})")));
        let percent = |v: f64| format!("{:.0}", 100.0 * v);
        let cell = |p: &Option<Point>| match p {
            None => "–".to_owned(),
            Some(Point { value, interval: Some((low, high)), .. }) => {
                format!("{} ({} to {})", percent(*value), percent(*low), percent(*high))
            }
            Some(p) => percent(p.value),
        };
        let row = |(_, name, points): &(&str, &str, Vec<Option<Point>>)| {
            std::iter::once(format!("{name}, %")).chain(points.iter().map(cell)).collect()
        };
        Table {
            title: self.title.to_owned(),
            head: head.collect(),
            rows: self.lines.iter().map(row).collect(),
        }
    }
}
