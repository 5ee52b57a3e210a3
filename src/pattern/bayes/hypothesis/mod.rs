//! The explanations that are weighed, with what is assumed of each before any finding.
//!
//! Priors: `data/reference/pattern_priors.csv`, shares of the persons referred. What was not examined at all is not
//! among the explanations: its probability would be the prior, and a report that shows it would say something of a
//! place where nobody looked.

mod before;
mod combined;
mod diffuse;
mod nerves;
mod plexopathies;
mod roots;

use self::before::Before;
use super::diffuse::Diffuse;
use super::key::Key;
use super::lesion::Lesion;
use super::patchy::NerveOf;
use crate::norms::{self, Pattern, Root, rows};
use crate::study::Subject;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// How a lesion, or several, explain the findings.
#[derive(Debug, Clone)]
pub(super) enum Component {
    One(Lesion),
    /// Two at once, each of its own severity.
    Two(Lesion, Lesion),
    /// Any of the nerves of the list, at least `least` of them, each with the same chance.
    Patchy {
        nerve: NerveOf,
        with: Diffuse,
        least: usize,
    },
}

/// An explanation.
#[derive(Debug, Clone)]
pub(super) struct Hypothesis {
    /// Ids of the result file; two lesions at once have two.
    pub(super) ids: Vec<&'static str>,
    /// Rows of `patterns.csv` that it is judged by.
    pub(super) patterns: Vec<&'static Pattern>,
    pub(super) level: Option<String>,
    /// Of a radiculopathy, top first.
    pub(super) roots: Vec<Root>,
    pub(super) side: Option<&'static str>,
    /// Share, not yet of sum 1.
    pub(super) prior: f64,
    /// Ways in which it comes, with their shares.
    pub(super) components: Vec<(f64, Component)>,
}

static PRIORS: LazyLock<BTreeMap<&'static str, f64>> = LazyLock::new(|| {
    let row = |[pattern, weight, _, _]: [&'static str; 4]| (pattern, weight.parse().unwrap_or(0.0));
    rows(include_str!("../../../../data/reference/pattern_priors.csv")).map(row).collect()
});

fn prior(pattern: &str) -> f64 {
    PRIORS.get(pattern).copied().unwrap_or(0.0)
}

fn root(name: &str) -> Root {
    // Names of the lists above: a test goes through them.
    Root::named(name).unwrap_or_else(|| panic!("{name} is no root"))
}

/// Every explanation, `normal` first; those that no element of `tested` speaks of are left out.
pub(super) fn all(subject: &Subject, tested: &[Key]) -> Vec<Hypothesis> {
    let before = Before::new(subject, tested);
    let mut out = vec![one("normal", None, prior("normal"), Vec::new())];
    roots::add(&before, &mut out);
    plexopathies::add(&before, &mut out);
    nerves::add(&before, &mut out);
    diffuse::add(&before, tested, &mut out);
    combined::add(&before, &mut out);
    out.retain(|h| h.components.is_empty() || h.is_tested(tested));
    out
}

fn one(
    pattern: &'static str,
    side: Option<&'static str>,
    prior: f64,
    components: Vec<(f64, Component)>,
) -> Hypothesis {
    Hypothesis {
        ids: vec![pattern],
        patterns: norms::pattern(pattern).into_iter().collect(),
        level: None,
        roots: Vec::new(),
        side,
        prior,
        components,
    }
}

impl Hypothesis {
    /// Each of its lesions touches something that was tested.
    fn is_tested(&self, tested: &[Key]) -> bool {
        const TELLS: f64 = 0.1;
        let touches =
            |lesion: &Lesion| tested.iter().any(|k| lesion.parts(*k).iter().any(|p| p.weight > TELLS));
        self.components.iter().any(|(_, c)| match c {
            Component::One(lesion) => touches(lesion),
            Component::Two(a, b) => touches(a) && touches(b),
            Component::Patchy { nerve, with, least } => {
                let mut names: Vec<_> = tested
                    .iter()
                    .filter(|k| !with.parts(**k).is_empty())
                    .filter_map(|k| Some((nerve(*k)?, k.side())))
                    .collect();
                names.sort_unstable();
                names.dedup();
                names.len() >= *least
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::norms::MUSCLES;
    use crate::study::Side;

    #[test]
    fn every_assessable_pattern_has_a_prior_and_an_explanation() {
        let everything: Vec<Key> = MUSCLES
            .iter()
            .flat_map(|m| [Key::Needle(m, Side::Right), Key::Needle(m, Side::Left)])
            .chain(norms::ncs::NCS_STUDIES.iter().flat_map(|s| {
                [Side::Right, Side::Left]
                    .into_iter()
                    .flat_map(move |side| [Key::Snap(s, side), Key::Cmap(s, side), Key::Decrement(s, side)])
            }))
            .collect();
        let all = all(&Subject::default(), &everything);
        for p in norms::PATTERNS.iter().filter(|p| p.role != "not_assessable" && p.id != "inconclusive") {
            let found = all.iter().any(|h| h.patterns.iter().any(|o| o.id == p.id));
            assert!(found, "{}", p.id);
        }
        assert!(all.iter().all(|h| h.prior > 0.0 && h.prior < 1.0 && !h.patterns.is_empty()));
        for h in &all {
            let sum: f64 = h.components.iter().map(|c| c.0).sum();
            assert!(h.components.is_empty() || (sum - 1.0).abs() < 1e-9, "{:?}: {sum}", h.ids);
        }
    }

    #[test]
    fn what_was_not_examined_is_no_explanation() {
        let ta = norms::muscle("tibialis_anterior").unwrap();
        let all = all(&Subject::default(), &[Key::Needle(ta, Side::Right)]);
        assert!(all.iter().all(|h| !h.ids.contains(&"carpal_tunnel")));
        assert!(all.iter().all(|h| h.side != Some("left")));
        assert!(all.iter().any(|h| h.level.as_deref() == Some("L5")));
    }
}
