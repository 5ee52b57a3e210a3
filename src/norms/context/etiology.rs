//! What electrodiagnosis can say of an aetiology, and the patterns it shows as: `data/reference/etiologies.csv`.

use crate::norms::rows;
use std::sync::LazyLock;

/// What electrodiagnosis can do for an aetiology.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Its findings support it.
    Supports,
    /// Its findings support it and say where the lesion lies.
    SupportsAndLocalises,
    /// Only a part of it shows; a study without findings excludes nothing.
    SupportsPartly,
    /// It may look like a lesion that it is not.
    Mimic,
    /// It does not show.
    NotAssessed,
}

impl Role {
    const WORDS: [(&'static str, Role); 5] = [
        ("supports", Role::Supports),
        ("supports_localises", Role::SupportsAndLocalises),
        ("supports_partly", Role::SupportsPartly),
        ("mimic", Role::Mimic),
        ("not_assessed", Role::NotAssessed),
    ];

    /// As the table and the results name it.
    pub fn name(self) -> &'static str {
        Role::WORDS.iter().find(|(_, role)| *role == self).map_or("", |(word, _)| word)
    }
}

/// An aetiology, one row of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Etiology {
    /// Unique.
    pub id: &'static str,
    /// `metabolic`, `compression`, `spine`, …
    pub group: &'static str,
    /// For people.
    pub name: &'static str,
    /// What electrodiagnosis can do.
    pub role: Role,
    /// What is found, in words.
    pub expected: &'static str,
    /// Ids of patterns, levels as `radiculopathy_c8_t1`; `not_assessable_…` for what no test shows.
    pub patterns: Vec<&'static str>,
    /// Ids of `data/SOURCES.md`.
    pub source: &'static str,
    /// `published`, `recalled` or `mixed`.
    pub status: &'static str,
}

impl Etiology {
    /// Whether a study without findings leaves it open for sure: it shows in part, or not at all.
    pub fn is_left_open_by_a_normal_study(&self) -> bool {
        !matches!(self.role, Role::Supports | Role::SupportsAndLocalises)
            || self.patterns.iter().any(|p| p.starts_with("not_assessable"))
    }
}

/// Every aetiology, in the table's order.
pub static ETIOLOGIES: LazyLock<Vec<Etiology>> =
    LazyLock::new(|| rows(include_str!("../../../data/reference/etiologies.csv")).map(etiology).collect());

/// # Panics
/// If the role is unknown: a mistake in our table.
fn etiology(r: [&'static str; 9]) -> Etiology {
    let role = Role::WORDS.iter().find(|(word, _)| *word == r[3]).map(|(_, role)| *role);
    assert!(role.is_some(), "{}: unknown role {}", r[0], r[3]);
    Etiology {
        id: r[0],
        group: r[1],
        name: r[2],
        role: role.unwrap_or(Role::NotAssessed),
        expected: r[4],
        patterns: r[5].split(';').filter(|p| !p.is_empty()).collect(),
        source: r[6],
        status: r[7],
    }
}

/// The aetiologies that a pattern may belong to, in the table's order; none for an unknown pattern.
///
/// `pattern` is an id as the result file has it, `radiculopathy` for every level, or with a level
/// (`radiculopathy_c8`, which a merged level such as `radiculopathy_c8_t1` includes). Two lesions at once, joined by
/// `+`, have the aetiologies of both.
pub fn etiologies_of(pattern: &str) -> impl Iterator<Item = &'static Etiology> {
    let asked: Vec<String> = pattern.split('+').map(|p| p.trim().to_lowercase()).collect();
    ETIOLOGIES.iter().filter(move |e| e.patterns.iter().any(|known| asked.iter().any(|a| is_of(known, a))))
}

fn is_of(known: &str, asked: &str) -> bool {
    const ROOT: &str = "radiculopathy";
    if known == asked {
        return true;
    }
    let level = |id: &str| id.strip_prefix(ROOT)?.strip_prefix('_').map(levels);
    match (level(known), level(asked)) {
        (Some(_), None) => asked == ROOT,
        (Some(known), Some(asked)) => known.iter().any(|k| asked.contains(k)),
        _ => false,
    }
}

/// `c8_t1` is two levels, `l2_l4` and `s1_s2` all from the first to the last.
fn levels(text: &str) -> Vec<String> {
    let parts: Vec<&str> = text.split('_').collect();
    if let [from, to] = parts[..]
        && let (Some(a), Some(b)) = (number_in(from), number_in(to))
        && from.as_bytes().first() == to.as_bytes().first()
    {
        return (a..=b).map(|n| format!("{}{n}", &from[..1])).collect();
    }
    parts.into_iter().map(str::to_owned).collect()
}

/// The number of `l4`; `None` for what is no level.
fn number_in(level: &str) -> Option<u8> {
    let letter = level.as_bytes().first()?;
    matches!(letter, b'c' | b't' | b'l' | b's').then(|| level[1..].parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(pattern: &str) -> Vec<&'static str> {
        etiologies_of(pattern).map(|e| e.id).collect()
    }

    #[test]
    fn every_row_is_whole() {
        assert!(ETIOLOGIES.len() > 50);
        for e in ETIOLOGIES.iter() {
            assert_eq!(ETIOLOGIES.iter().filter(|o| o.id == e.id).count(), 1, "{}", e.id);
            assert!(!e.expected.is_empty() && !e.patterns.is_empty() && !e.source.is_empty(), "{}", e.id);
            assert!(["published", "recalled", "mixed"].contains(&e.status), "{}", e.id);
            for p in &e.patterns {
                assert!(ids(p).contains(&e.id), "{p}");
            }
            // What is not assessed belongs to patterns that no test shows, and only to such.
            if e.role == Role::NotAssessed {
                assert!(e.patterns.iter().all(|p| p.starts_with("not_assessable")), "{}", e.id);
            }
        }
    }

    #[test]
    fn a_pattern_has_its_aetiologies_whatever_its_level() {
        assert!(ids("carpal_tunnel").contains(&"tunnel_neuropathy"));
        assert!(
            ids("radiculopathy").contains(&"lumbar_stenosis")
                || ids("polyradiculopathy").contains(&"lumbar_stenosis")
        );
        assert!(ids("radiculopathy").contains(&"cervical_radiculopathy"));
        assert!(ids("radiculopathy_c8").contains(&"cervical_radiculopathy"));
        assert!(!ids("radiculopathy_c8").contains(&"lumbar_radiculopathy"));
        assert!(ids("radiculopathy_l3").contains(&"lumbar_radiculopathy"));
        assert!(ids("radiculopathy_l5").contains(&"spondylolisthesis"));
        assert!(!ids("radiculopathy_l4").contains(&"spondylolisthesis"));
        let both = ids("carpal_tunnel+radiculopathy");
        assert!(both.contains(&"tunnel_neuropathy") && both.contains(&"cervical_radiculopathy"));
        for unknown in ["", "+", "radiculopathy_", "radiculopathy_é", "radiculopathy_x9", "nothing"] {
            assert!(ids(unknown).is_empty(), "{unknown}");
        }
    }

    #[test]
    fn a_normal_study_leaves_open_what_shows_in_part() {
        let open =
            |id: &str| ETIOLOGIES.iter().find(|e| e.id == id).unwrap().is_left_open_by_a_normal_study();
        assert!(open("lumbar_radiculopathy") && open("multiple_sclerosis") && open("syringomyelia"));
        assert!(open("deficiency_polyneuropathy"), "the cord is not seen");
        assert!(!open("cidp"));
    }
}
