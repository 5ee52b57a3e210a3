//! What the needle found in each muscle, in the examiner's words: the table of the needle examination, and what other
//! parts of the page say of a muscle.

use super::muscle::{self, GRADED, grades};
use super::{Caption, table as table_of, words};
use crate::norms::{self, Muscle, Weight};
use crate::pipeline::analyze::Analysis;
use crate::result::{MuapSummary, NeedleRow};
use maud::{Markup, html};

/// A cell: blank where nothing was done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Cell {
    /// `0`, `2+`, `normal`, `increased`, `?` for what was done and cannot be judged.
    pub(super) text: String,
    /// Bold, and with a mark that needs no colour.
    pub(super) abnormal: bool,
    /// By a person.
    entered: bool,
}

impl Cell {
    fn of(text: &str, entered: bool) -> Cell {
        let abnormal =
            ["increased", "decreased", "reduced", "early", "outliers high", "outliers low", "none"];
        Cell { text: text.to_owned(), abnormal: abnormal.contains(&text), entered }
    }
    pub(super) fn is_blank(&self) -> bool {
        self.text.is_empty()
    }
    /// `↑` above, `↓` below, `◆` without a side.
    fn mark(&self) -> &'static str {
        match self.text.as_str() {
            _ if !self.abnormal => "",
            "increased" | "outliers high" => "\u{a0}↑",
            "decreased" | "outliers low" | "reduced" | "none" => "\u{a0}↓",
            "early" => "\u{a0}◆",
            _ => "", // a grade has its own plus
        }
    }
    /// The words of examiners' tables, which are narrow.
    fn short(&self) -> &str {
        match self.text.as_str() {
            "increased" => "incr",
            "decreased" => "decr",
            "outliers high" | "outliers low" => "outliers",
            other => other,
        }
    }
    /// `by_hand`: the whole row was entered, and says so once.
    fn markup(&self, by_hand: bool) -> Markup {
        html! {
            @if self.abnormal { strong { (self.short()) (self.mark()) } } @else { (self.text) }
            @if self.entered && !self.is_blank() && !by_hand { "\u{a0}e" }
        }
    }
}

/// A muscle in the examiner's words.
pub(super) struct Examined<'a> {
    pub(super) row: &'a NeedleRow,
    pub(super) known: Option<&'static Muscle>,
    pub(super) insertional: Cell,
    /// In the order of [`GRADED`].
    pub(super) graded: [Cell; 3],
    pub(super) other: Cell,
    pub(super) amplitude: Cell,
    pub(super) duration: Cell,
    pub(super) polyphasia: Cell,
    pub(super) recruitment: Cell,
}

/// Entered yes-or-no findings that stand under "other".
const OTHERS: [&str; 5] = [
    "complex repetitive discharges",
    "myotonic discharges",
    "myokymic discharges",
    "neuromyotonic discharges",
    "cramp",
];

impl<'a> Examined<'a> {
    pub(super) fn of(row: &'a NeedleRow) -> Self {
        let entered = |what: &str| {
            let by_hand = row.evidence.iter().filter(|e| e.source.starts_with("entered"));
            by_hand.filter_map(|e| e.finding.strip_prefix(what)?.strip_prefix(": ")).next()
        };
        let summary = |parameter: &str| row.summary.iter().find(|s| s.parameter == parameter && s.n > 0);
        let word = |what: &str, parameter: &str| match (entered(what), summary(parameter)) {
            (Some(word), _) => Cell::of(word, true),
            (None, Some(s)) => Cell::of(verdict(s), false),
            (None, None) => Cell::default(),
        };
        let grade = |(id, ..): (&str, &str, &str), value: Option<u8>| {
            let text = value.map_or(String::new(), |g| if g > 0 { format!("{g}+") } else { "0".into() });
            Cell { text, abnormal: value.is_some_and(|g| g > 0), entered: row.entered.contains(&id) }
        };
        let values = grades(&row.grades);
        let recruitment = match (entered("recruitment"), row.grades.recruitment.as_str()) {
            (Some(word), _) => Cell::of(word, true),
            (None, "not_assessable")
                if row.interference.is_empty() && row.summary.iter().all(|s| s.n == 0) =>
            {
                Cell::default()
            }
            (None, "not_assessable") => Cell::of("?", false),
            (None, word) => Cell::of(word, false),
        };
        Examined {
            row,
            known: norms::muscle(&row.muscle),
            insertional: entered("insertional activity").map_or(Cell::default(), |w| Cell::of(w, true)),
            graded: std::array::from_fn(|i| grade(GRADED[i], values[i])),
            other: other(row, entered),
            amplitude: word("motor unit potential amplitude", "amplitude"),
            duration: word("motor unit potential duration", "duration"),
            polyphasia: word("polyphasia", "polyphasic_share"),
            recruitment,
        }
    }

    /// Every finding with its name, blank ones too.
    fn named(&self) -> [(&'static str, &Cell); 9] {
        [
            ("insertional activity", &self.insertional),
            ("fibrillation potentials", &self.graded[0]),
            ("positive sharp waves", &self.graded[1]),
            ("fasciculation potentials", &self.graded[2]),
            ("other activity at rest", &self.other),
            ("potential amplitude", &self.amplitude),
            ("potential duration", &self.duration),
            ("polyphasia", &self.polyphasia),
            ("recruitment", &self.recruitment),
        ]
    }

    /// Abnormal findings in words: `fibrillation potentials 2+, recruitment reduced`; empty where there are none.
    pub(super) fn abnormal(&self) -> String {
        let found = self.named().into_iter().filter(|(_, c)| c.abnormal);
        found.map(|(name, c)| format!("{name} {}", c.text)).collect::<Vec<_>>().join(", ")
    }

    /// Whether anything was found out and none of it is abnormal or unjudged.
    pub(super) fn is_normal(&self) -> bool {
        let mut all = self.named().into_iter().map(|n| n.1).filter(|c| !c.is_blank()).peekable();
        all.peek().is_some() && all.all(|c| !c.abnormal && c.text != "?")
    }

    /// `Tibialis anterior, right`.
    pub(super) fn title(&self) -> String {
        title(self.row)
    }

    /// Whether everything that is known of the muscle was entered by a person.
    fn by_hand(&self) -> bool {
        self.named().iter().all(|(_, c)| c.is_blank() || c.entered)
    }

    /// Rest and activity in one word each, for pictures: the highest of the grades, and what the potentials show.
    pub(super) fn at_rest(&self) -> Cell {
        // Fasciculation potentials are no sign of lost fibres and stand in the table alone.
        let highest = self.graded[..2].iter().filter(|c| !c.is_blank()).max_by(|a, b| a.text.cmp(&b.text));
        highest.cloned().unwrap_or_default()
    }

    /// `n`, `N` neurogenic, `M` myopathic, `P` polyphasic only, `R` recruited less, `E` recruited early, `?`; blank where
    /// no potential was seen.
    pub(super) fn in_activity(&self) -> Cell {
        let cell =
            |text: &str| Cell { text: text.into(), abnormal: !matches!(text, "n" | "?"), entered: false };
        match self.row.impression {
            "normal" => return cell("n"),
            "neurogenic" => return cell("N"),
            "myopathic" => return cell("M"),
            _ => {}
        }
        let sizes = [&self.amplitude, &self.duration];
        let is = |words: &[&str]| sizes.iter().any(|c| words.contains(&c.text.as_str()));
        let all = [&self.amplitude, &self.duration, &self.polyphasia, &self.recruitment];
        match self.recruitment.text.as_str() {
            _ if all.iter().all(|c| c.is_blank()) => Cell::default(),
            _ if is(&["increased", "outliers high"]) => cell("N"),
            _ if is(&["decreased", "outliers low"]) => cell("M"),
            "reduced" | "none" => cell("R"),
            "early" => cell("E"),
            _ if self.polyphasia.abnormal => cell("P"),
            _ if all.iter().any(|c| c.text == "?" || c.text == "borderline") => cell("?"),
            _ => cell("n"),
        }
    }
}

fn other<'a>(row: &'a NeedleRow, entered: impl Fn(&str) -> Option<&'a str>) -> Cell {
    let by_hand: Vec<(&str, &str)> = OTHERS.iter().filter_map(|o| Some((*o, entered(o)?))).collect();
    let mut seen: Vec<String> =
        by_hand.iter().filter(|(_, word)| *word == "present").map(|(name, _)| (*name).to_owned()).collect();
    let entered = !by_hand.is_empty() && row.density.iter().all(|d| d.trains == 0);
    let measured = row.density.iter().filter(|d| d.trains > 0 && GRADED.iter().all(|g| g.2 != d.kind));
    for name in measured.map(|d| d.kind.replace('_', " ")) {
        if !seen.iter().any(|s| s.trim_end_matches('s') == name) {
            seen.push(name);
        }
    }
    let rested = row.density.iter().any(|d| d.sites_recorded > 0);
    let text = match (seen.is_empty(), rested || !by_hand.is_empty()) {
        (false, _) => seen.join(", "),
        (true, true) => "0".into(),
        (true, false) => String::new(),
    };
    // What end plates do and what has no name is no abnormal finding.
    let abnormal = seen.iter().any(|s| !s.starts_with("end plate") && s != "unknown");
    Cell { text, abnormal, entered }
}

/// A measured parameter in the examiner's word.
fn verdict(s: &MuapSummary) -> &'static str {
    let many = |n: usize| s.outlier_verdict == "abnormal" && n >= 3;
    match (s.verdict, words::beyond(s.mean, &s.limit)) {
        ("abnormal", "H") => "increased",
        ("abnormal", "L") => "decreased",
        _ if many(s.outliers_above) => "outliers high",
        _ if many(s.outliers_below) => "outliers low",
        ("borderline", _) => "borderline",
        ("normal", _) => "normal",
        _ => "?",
    }
}

/// `L4 L5 (S1)`: main roots, those of a small part in brackets.
pub(super) fn roots(muscle: &str) -> String {
    let one = |(root, weight): (norms::Root, Weight)| match weight {
        Weight::Major => root.name().to_owned(),
        Weight::Minor => format!("({})", root.name()),
    };
    norms::roots_of(muscle).map(one).collect::<Vec<_>>().join(" ")
}

/// Every muscle of the analysis that has a row.
pub(super) fn all(analysis: &Analysis) -> impl Iterator<Item = (usize, Examined<'_>)> {
    analysis.muscles.iter().enumerate().map(|(i, m)| (i, Examined::of(&analysis.report.needle[m.row])))
}

const HEAD: [&str; 14] = [
    "Side",
    "Muscle",
    "Nerve",
    "Root",
    "Insert.",
    "Fib",
    "PSW",
    "Fasc",
    "Other",
    "Ampl.",
    "Dur.",
    "Polyph.",
    "Recruit.",
    "Impression",
];

/// The examiner's table: a row a muscle, entered words and measured verdicts in the same columns.
pub(super) fn table(analysis: &Analysis) -> Markup {
    let rows = html! {
        @for (i, e) in all(analysis) {
            @let by_hand = e.by_hand();
            tr {
                td { (e.row.side) }
                th scope="row" {
                    @if muscle::is_recorded(analysis, &analysis.muscles[i]) { a href={ "#muscle-" (i) } { (name(e.row)) } } @else { (name(e.row)) }
                    @if by_hand { "\u{a0}e" }
                }
                td { (e.known.map_or(String::new(), |m| m.nerve.replace('_', " "))) }
                td.nowrap { (e.known.map_or(String::new(), |m| roots(m.id))) }
                td { (e.insertional.markup(by_hand)) }
                @for cell in e.graded.iter().chain([&e.other, &e.amplitude, &e.duration, &e.polyphasia, &e.recruitment]) { td { (cell.markup(by_hand)) } }
                td { (impression(e.row)) }
            }
        }
    };
    html! {
        @if !analysis.muscles.is_empty() {
            (table_of(("Needle examination", Caption::Unseen), "units", &HEAD, [rows]))
            p.quiet {
                "Blank: not done. ?: done and not judged. Bold: abnormal; 1+ to 4+, ↑ increased, ↓ decreased, ◆ early. e: entered by a person; no \
                 impression is drawn from entered findings alone. Roots in brackets supply a small part. Insert.: insertional activity; Fib: \
                 fibrillation potentials; PSW: positive sharp waves; Fasc: fasciculation potentials; Ampl., Dur., Polyph.: amplitude, duration and \
                 polyphasia of motor unit potentials; Recruit.: recruitment."
            }
        }
    }
}

fn impression(row: &NeedleRow) -> Markup {
    let abnormal = matches!(row.impression, "neurogenic" | "myopathic");
    let graded_only =
        row.impression == "indeterminate" && row.probabilities.is_none() && !row.entered.is_empty();
    html! {
        @if abnormal { strong { (row.impression) " change" } }
        @else if !graded_only { (words::impression(row.impression)) }
    }
}

fn name(row: &NeedleRow) -> String {
    match norms::muscle(&row.muscle) {
        Some(known) => known.name.to_owned(),
        None if row.muscle.is_empty() => "unknown muscle".into(),
        None => row.muscle.replace('_', " "),
    }
}

/// `Tibialis anterior, right`.
pub(super) fn title(row: &NeedleRow) -> String {
    if row.side.is_empty() { name(row) } else { format!("{}, {}", name(row), row.side) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::result::Evidence;

    fn entered(findings: &[(&str, &str)]) -> NeedleRow {
        let evidence = |(what, word): &(&str, &str)| Evidence {
            finding: format!("{what}: {word}"),
            speaks_for: "none",
            verdict: "cannot be judged",
            source: "entered in the study file".into(),
            weight_db: None,
        };
        NeedleRow {
            evidence: findings.iter().map(evidence).collect(),
            ..NeedleRow::of(Some("tibialis_anterior"), Some("right"), "", "")
        }
    }

    #[test]
    fn what_was_not_done_is_blank_and_never_normal() {
        let row = entered(&[]);
        let e = Examined::of(&row);
        assert!(e.named().iter().all(|(_, c)| c.is_blank() && !c.abnormal));
        assert!(!e.is_normal() && e.abnormal().is_empty());
        assert!(e.at_rest().is_blank() && e.in_activity().is_blank());
    }

    #[test]
    fn changes_of_potentials_have_their_letter() {
        let amplitude = "motor unit potential amplitude";
        for (findings, letter) in [
            (vec![(amplitude, "normal")], "n"),
            (vec![(amplitude, "increased"), ("recruitment", "reduced")], "N"),
            (vec![("motor unit potential duration", "decreased"), ("recruitment", "early")], "M"),
            (vec![(amplitude, "normal"), ("recruitment", "reduced")], "R"),
            (vec![(amplitude, "normal"), ("polyphasia", "increased")], "P"),
            (vec![("insertional activity", "increased")], ""),
        ] {
            let row = entered(&findings);
            assert_eq!(Examined::of(&row).in_activity().text, letter, "{findings:?}");
        }
    }

    #[test]
    fn the_higher_of_two_grades_stands_for_rest_and_fasciculations_do_not() {
        let mut row = entered(&[("complex repetitive discharges", "not seen")]);
        row.grades.positive_sharp_wave = Some(3);
        row.grades.fibrillation = Some(1);
        row.grades.fasciculation = Some(4);
        let e = Examined::of(&row);
        assert_eq!((e.at_rest().text.as_str(), e.other.text.as_str(), e.other.abnormal), ("3+", "0", false));
        assert_eq!(
            e.abnormal(),
            "fibrillation potentials 1+, positive sharp waves 3+, fasciculation potentials 4+"
        );
    }

    #[test]
    fn small_parts_stand_in_brackets() {
        let said = roots("tibialis_anterior");
        assert!(said.contains("L5") && !said.contains("(L5)"), "{said}");
    }
}
