//! Roots, the muscles and sensory responses that they supply, and how often each was abnormal in proven lesions.

use super::anatomy::rows;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A spinal nerve root, from C2 to S4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Root(u8);

/// In the order of the spine.
const NAMES: [&str; 28] = [
    "C2", "C3", "C4", "C5", "C6", "C7", "C8", "T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9", "T10",
    "T11", "T12", "L1", "L2", "L3", "L4", "L5", "S1", "S2", "S3", "S4",
];

impl Root {
    /// The root of a name such as `L5`.
    pub fn named(name: &str) -> Option<Root> {
        NAMES.iter().position(|n| *n == name).and_then(|i| u8::try_from(i).ok()).map(Root)
    }
    /// `L5`.
    pub fn name(self) -> &'static str {
        NAMES[usize::from(self.0)]
    }
    /// The root `steps` below (or above, where negative); `None` beyond the table.
    pub fn below(self, steps: i8) -> Option<Root> {
        let at = i16::from(self.0) + i16::from(steps);
        u8::try_from(at).ok().filter(|i| usize::from(*i) < NAMES.len()).map(Root)
    }
    /// From `self` down to `last`, both included.
    pub fn to(self, last: Root) -> impl Iterator<Item = Root> {
        (self.0..=last.0).map(Root)
    }
}

/// How much of a muscle a root supplies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// A small part.
    Minor,
    /// A main part.
    Major,
}

/// A muscle and one of its roots, one row of `data/reference/myotomes.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct Myotome {
    pub muscle: &'static str,
    pub root: Root,
    pub weight: Weight,
    /// Ids of `data/SOURCES.md`.
    pub source: &'static str,
    pub status: &'static str,
}

/// How often a muscle was abnormal in proven lesions of one root, one row of `data/reference/myotome_evidence.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct MyotomeEvidence {
    pub root: Root,
    pub muscle: &'static str,
    pub abnormal: u16,
    pub tested: u16,
    /// `fibrillation` or `denervation_or_weakness`.
    pub criterion: &'static str,
    pub source: &'static str,
    pub status: &'static str,
}

/// A sensory study and one of the roots, trunks and cords that its fibres pass, one row of
/// `data/reference/snap_roots.csv`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct SnapRoot {
    /// Id of a study of `NCS_STUDIES`.
    pub study: &'static str,
    /// Of the ganglion.
    pub root: Root,
    pub plexus: &'static str,
    /// Empty in the leg.
    pub trunk: &'static str,
    /// Empty in the leg.
    pub cord: &'static str,
    /// Share of the fibres, 0 to 1; `None` where no source says it.
    pub share: Option<f64>,
    pub source: &'static str,
    pub status: &'static str,
}

/// A root of our own tables.
///
/// # Panics
/// On a name that is no root: a mistake in our table.
fn root(name: &str) -> Root {
    Root::named(name).unwrap_or_else(|| panic!("a row of our table names the root {name}"))
}

/// Every row, in the table's order.
pub static MYOTOMES: LazyLock<Vec<Myotome>> = LazyLock::new(|| {
    let row = |[muscle, name, weight, source, status, _]: [&'static str; 6]| Myotome {
        muscle,
        root: root(name),
        weight: if weight == "2" { Weight::Major } else { Weight::Minor },
        source,
        status,
    };
    rows(include_str!("../../data/reference/myotomes.csv")).map(row).collect()
});

/// Every row, in the table's order.
pub static MYOTOME_EVIDENCE: LazyLock<Vec<MyotomeEvidence>> = LazyLock::new(|| {
    let count = |cell: &str| cell.parse().unwrap_or_default();
    let row =
        |[name, muscle, abnormal, tested, criterion, source, status]: [&'static str; 7]| MyotomeEvidence {
            root: root(name),
            muscle,
            abnormal: count(abnormal),
            tested: count(tested),
            criterion,
            source,
            status,
        };
    rows(include_str!("../../data/reference/myotome_evidence.csv")).map(row).collect()
});

/// Every row, in the table's order.
pub static SNAP_ROOTS: LazyLock<Vec<SnapRoot>> = LazyLock::new(|| {
    let row = |[study, name, plexus, trunk, cord, share, source, status]: [&'static str; 8]| SnapRoot {
        study,
        root: root(name),
        plexus,
        trunk,
        cord,
        share: share.parse::<f64>().ok().map(|percent| percent / 100.0),
        source,
        status,
    };
    rows(include_str!("../../data/reference/snap_roots.csv")).map(row).collect()
});

/// Roots of a muscle with their weight.
pub fn roots_of(muscle: &str) -> impl Iterator<Item = (Root, Weight)> {
    BY_MUSCLE.get(muscle).into_iter().flatten().copied()
}

/// Rows by muscle.
static BY_MUSCLE: LazyLock<BTreeMap<&'static str, Vec<(Root, Weight)>>> = LazyLock::new(|| {
    let mut out: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for m in MYOTOMES.iter() {
        out.entry(m.muscle).or_default().push((m.root, m.weight));
    }
    out
});

/// Weight of a root in a muscle; `None` where it supplies none of it.
pub fn weight(muscle: &str, root: Root) -> Option<Weight> {
    roots_of(muscle).find(|(r, _)| *r == root).map(|(_, w)| w)
}

/// Rows of a sensory study.
pub fn snap_roots(study: &str) -> impl Iterator<Item = &'static SnapRoot> {
    SNAP_ROOTS.iter().filter(move |r| r.study == study)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::norms::MUSCLES;
    use crate::norms::ncs::NCS_STUDIES;

    #[test]
    fn rows_name_known_muscles_and_studies_and_whole_counts() {
        assert!(MYOTOMES.len() > 300 && MYOTOME_EVIDENCE.len() > 40 && SNAP_ROOTS.len() > 30);
        for m in MYOTOMES.iter() {
            assert!(MUSCLES.iter().any(|k| k.id == m.muscle), "{}", m.muscle);
            assert_eq!(MYOTOMES.iter().filter(|o| o.muscle == m.muscle && o.root == m.root).count(), 1);
        }
        for e in MYOTOME_EVIDENCE.iter() {
            assert!(MUSCLES.iter().any(|k| k.id == e.muscle), "{}", e.muscle);
            assert!(e.abnormal <= e.tested && e.tested > 0);
        }
        for s in SNAP_ROOTS.iter() {
            assert!(NCS_STUDIES.iter().any(|k| k.id == s.study), "{}", s.study);
            assert!(s.share.is_none_or(|p| p > 0.0 && p <= 1.0));
        }
    }

    #[test]
    fn roots_keep_their_order() {
        let l5 = Root::named("L5").unwrap();
        assert_eq!(l5.below(1).map(Root::name), Some("S1"));
        assert_eq!(l5.below(-1).map(Root::name), Some("L4"));
        assert_eq!(Root::named("S4").unwrap().below(1), None);
        assert_eq!(Root::named("C5").unwrap().to(Root::named("C7").unwrap()).count(), 3);
        assert_eq!(weight("tibialis_anterior", l5), Some(Weight::Major));
        assert_eq!(weight("deltoid", l5), None);
        assert_eq!(Root::named("X1"), None);
    }
}
