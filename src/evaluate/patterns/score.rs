//! One study: what was put in, what was said, and what the study file itself allows to say.

use super::found::{Found, is_radicular, roots};
use super::independent::{is_in, two_muscles};
use crate::norms::Root;
use crate::study::Study;
use crate::truth::patient::{LesionTruth, Truth};
use std::collections::BTreeSet;

/// One study's score.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Score {
    /// The folder's name.
    pub name: String,
    /// Ids of the true lesions joined by `+`; `normal`.
    pub pattern: String,
    /// Families of the true lesions; one or two.
    pub families: BTreeSet<String>,
    /// Of the first true lesion of a root, else of the first lesion; 0 to 1, 0 of `normal`.
    pub severity: f64,
    /// Days since onset, of the same; `None` of `normal`.
    pub days: Option<f64>,
    /// Limb muscles under the needle.
    pub muscles: usize,
    /// Muscles under the needle that have truly lost axons: what there is to be found.
    pub denervated: usize,
    /// Whether a true lesion is of roots.
    pub radicular: bool,
    /// True roots; empty where there is none or no level.
    pub roots: BTreeSet<Root>,
    /// Side of the true lesion of roots.
    pub side: Option<String>,
    /// Summed probability of all entries of roots; `None` where no probability was given.
    pub p_radicular: Option<f64>,
    /// Summed probability of the entries with exactly the true lesions, whatever their level and side.
    pub p_true: Option<f64>,
    /// The entry with the greatest probability.
    pub first: Option<First>,
    /// Whether a clause `R1` of an entry of roots is met; `None` where none was judged.
    pub clause_met: Option<bool>,
    /// Whether the criteria of an entry of roots are met as a whole; `None` where no entry is of roots.
    pub criteria_met: Option<bool>,
    /// The two-muscle rule read from the study file.
    pub two_muscles: Option<bool>,
    /// Cited findings, and those that are not in the study.
    pub cited: usize,
    /// See `cited`.
    pub invented: usize,
}

/// The first suggestion.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct First {
    /// Two lesions joined by `+`.
    pub id: String,
    /// One or two.
    pub families: BTreeSet<String>,
    /// Empty without a level.
    pub roots: BTreeSet<Root>,
    /// `left`, `right`, `bilateral`.
    pub side: Option<String>,
    /// 0 to 1.
    pub probability: f64,
    /// Whether its lesions are exactly the true ones.
    pub right: bool,
}

/// Family of a pattern of the table, of an id without its level; the id itself for one that is not in it.
pub fn family(id: &str) -> String {
    if is_radicular(id) {
        return "radiculopathy".to_owned();
    }
    crate::norms::pattern(id).map_or_else(|| id.to_owned(), |p| p.group.to_owned())
}

fn families(id: &str) -> BTreeSet<String> {
    id.split('+').filter(|p| !p.is_empty()).map(family).collect()
}

/// Scores what was found in a study.
pub fn score(name: &str, truth: &Truth, study: &Study, found: &[Found]) -> Score {
    let of_roots = truth.lesions.iter().find(|l| is_radicular(&l.pattern));
    let main: Option<&LesionTruth> = of_roots.or(truth.lesions.first());
    let ids: BTreeSet<&str> = truth.pattern.split('+').collect();
    let sum = |is: &dyn Fn(&Found) -> bool| {
        let given = found.iter().filter(|f| is(f)).filter_map(|f| f.probability);
        // A sum of nothing is -0 otherwise.
        given.fold(0.0, |all, p| all + p).clamp(0.0, 1.0)
    };
    let given = found.iter().any(|f| f.probability.is_some());
    let radicular: Vec<&Found> = found.iter().filter(|f| f.is_radicular()).collect();
    let clauses: Vec<bool> = radicular
        .iter()
        .flat_map(|f| &f.criteria)
        .filter(|c| c.0 == "R1" && c.1 != "indeterminate")
        .map(|c| c.1 == "met")
        .collect();
    // Entries of one probability: the one that the program put first.
    let first = found
        .iter()
        .filter(|f| f.probability.is_some())
        .reduce(|a, b| if b.probability > a.probability { b } else { a });
    let mut places: Vec<_> = found.iter().flat_map(|f| &f.cited).collect();
    places.sort_unstable();
    places.dedup();
    Score {
        name: name.to_owned(),
        pattern: truth.pattern.clone(),
        families: families(&truth.pattern),
        severity: main.map_or(0.0, |l| l.severity),
        days: main.map(|l| l.days_since_onset),
        muscles: truth.limb_muscles,
        denervated: truth.muscles.iter().filter(|m| m.neurogenic).count(),
        radicular: of_roots.is_some(),
        roots: roots(of_roots.and_then(|l| l.level.as_deref()).unwrap_or("")),
        side: of_roots.and_then(|l| l.side.clone()),
        p_radicular: given.then(|| sum(&Found::is_radicular)),
        p_true: given.then(|| sum(&|f| f.parts() == ids)),
        first: first.map(|f| First {
            id: f.id.clone(),
            families: families(&f.id),
            roots: f.roots(),
            side: f.side.clone(),
            probability: f.probability.unwrap_or_default(),
            right: f.parts() == ids,
        }),
        clause_met: (!clauses.is_empty()).then(|| clauses.contains(&true)),
        criteria_met: (!radicular.is_empty()).then(|| radicular.iter().any(|f| f.verdict == "met")),
        two_muscles: two_muscles(study),
        cited: places.len(),
        invented: places.iter().filter(|c| !is_in(study, c)).count(),
    }
}

impl Score {
    /// Whether the first suggestion is, or holds, a lesion of roots.
    pub fn called_radicular(&self) -> Option<bool> {
        self.first.as_ref().map(|f| is_radicular(&f.id))
    }
    /// How much of the families is right: those in common over the larger number of families. Of two lesions one right
    /// family counts half, and so does a second family that is not there.
    pub fn family_right(&self) -> Option<f64> {
        let first = self.first.as_ref()?;
        let common = self.families.intersection(&first.families).count();
        #[expect(clippy::cast_precision_loss, reason = "one or two")]
        Some(common as f64 / self.families.len().max(first.families.len()).max(1) as f64)
    }
    /// A true lesion of stated roots that the first suggestion calls one: its roots.
    fn levelled(&self) -> Option<&First> {
        let first = self.first.as_ref()?;
        (!self.roots.is_empty() && is_radicular(&first.id)).then_some(first)
    }
    /// Whether exactly the true roots are named.
    pub fn level_exact(&self) -> Option<bool> {
        self.levelled().map(|f| f.roots == self.roots)
    }
    /// Whether a true root is among the named ones: `C8/T1` for C8.
    pub fn level_within(&self) -> Option<bool> {
        self.levelled().map(|f| f.roots.intersection(&self.roots).next().is_some())
    }
    /// Whether a named root is a true one or its neighbour.
    pub fn level_near(&self) -> Option<bool> {
        let near = |a: &Root, b: &Root| a == b || a.below(1) == Some(*b) || a.below(-1) == Some(*b);
        self.levelled().map(|f| f.roots.iter().any(|a| self.roots.iter().any(|b| near(a, b))))
    }
    /// Whether the side of a true lesion of roots that is called one is right.
    pub fn side_right(&self) -> Option<bool> {
        let first = self.first.as_ref()?;
        (self.radicular && is_radicular(&first.id)).then(|| first.side == self.side)
    }
}
