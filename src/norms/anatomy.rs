//! Muscles and nerves: ids, names, and where they come from. The tables lie under `data/reference/`.

use crate::error::unknown_id;
use crate::{Error, Result};
use std::sync::LazyLock;

/// A muscle, one row of `data/reference/muscles.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Muscle {
    /// Lower case, words joined by underscores.
    pub id: &'static str,
    /// For people.
    pub name: &'static str,
    /// As laboratories write it.
    pub abbreviation: &'static str,
    /// Other names that are understood.
    pub aliases: Vec<&'static str>,
    /// Id of the nerve that supplies it.
    pub nerve: &'static str,
    /// Id of the branch, where it has one; else empty.
    pub branch: &'static str,
    /// `brachial`, `lumbar`, `sacral`; `pre_plexus` for a nerve that leaves the roots before the plexus; `none`.
    pub plexus: &'static str,
    /// Trunks of the brachial plexus that its fibres pass, in no order.
    pub trunks: Vec<&'static str>,
    /// Cords of the brachial plexus that its fibres pass, in no order.
    pub cords: Vec<&'static str>,
    /// `upper_limb`, `lower_limb`, `paraspinal`, …
    pub region: &'static str,
    /// Ids of `data/SOURCES.md`.
    pub source: &'static str,
    /// `recalled` where the row was not checked against its source.
    pub status: &'static str,
}

/// A nerve, one row of `data/reference/nerves.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nerve {
    /// Lower case, words joined by underscores.
    pub id: &'static str,
    /// For people.
    pub name: &'static str,
    /// `motor`, `sensory`, `mixed` or `cranial`.
    pub kind: &'static str,
    /// Id of the nerve it branches from, or empty.
    pub parent: &'static str,
    /// `upper_limb`, `lower_limb`, …
    pub region: &'static str,
    /// Ids of `data/SOURCES.md`.
    pub source: &'static str,
    /// `recalled` where the row was not checked against its source.
    pub status: &'static str,
}

/// Every muscle, in the table's order.
pub static MUSCLES: LazyLock<Vec<Muscle>> = LazyLock::new(|| {
    let rows = rows(include_str!("../../data/reference/muscles.csv"));
    let list = |cell: &'static str| cell.split(';').filter(|a| !a.is_empty()).collect();
    let muscle = |r: [&'static str; 13]| Muscle {
        id: r[0],
        name: r[1],
        abbreviation: r[2],
        aliases: list(r[3]),
        nerve: r[4],
        branch: r[5],
        plexus: r[6],
        trunks: list(r[7]),
        cords: list(r[8]),
        region: r[9],
        source: r[10],
        status: r[11],
    };
    rows.map(muscle).collect()
});

/// Every nerve, in the table's order.
pub static NERVES: LazyLock<Vec<Nerve>> = LazyLock::new(|| {
    let rows = rows(include_str!("../../data/reference/nerves.csv"));
    let nerve = |r: [&'static str; 8]| Nerve {
        id: r[0],
        name: r[1],
        kind: r[2],
        parent: r[3],
        region: r[4],
        source: r[5],
        status: r[6],
    };
    rows.map(nerve).collect()
});

/// Names of nerves beside their ids: clinical terms that changed, and what laboratories write. Ours.
const NERVE_ALIASES: &[(&str, &str)] = &[
    ("peroneal", "fibular"),
    ("common_peroneal", "fibular"),
    ("common_fibular", "fibular"),
    ("deep_peroneal", "deep_fibular"),
    ("superficial_peroneal", "superficial_fibular"),
    ("posterior_tibial", "tibial"),
    ("accessory", "spinal_accessory"),
    ("superficial_radial_sensory", "superficial_radial"),
    ("lateral_cutaneous_nerve_of_thigh", "lateral_femoral_cutaneous"),
];

/// The muscle of an id, a name, an abbreviation or an alias, whatever the case and the separators.
pub fn muscle(asked: &str) -> Option<&'static Muscle> {
    // An id as it stands, which most are, needs no second look.
    if let Some(m) = MUSCLES.iter().find(|m| m.id == asked) {
        return Some(m);
    }
    let asked = plain(asked);
    let by = |is: fn(&Muscle, &str) -> bool| MUSCLES.iter().find(|m| is(m, &asked));
    // Ids first: what is written out wins over what is short.
    by(|m, asked| m.id == asked)
        .or_else(|| by(|m, asked| plain(m.abbreviation) == asked))
        .or_else(|| by(|m, asked| plain(m.name) == asked || m.aliases.iter().any(|a| plain(a) == asked)))
}

/// The nerve of an id, a name or an alias, whatever the case and the separators.
pub fn nerve(asked: &str) -> Option<&'static Nerve> {
    if let Some(n) = NERVES.iter().find(|n| n.id == asked) {
        return Some(n);
    }
    let asked = plain(asked);
    let id = NERVE_ALIASES.iter().find(|(alias, _)| *alias == asked).map_or(asked.as_str(), |&(_, id)| id);
    NERVES.iter().find(|n| n.id == id || plain(n.name) == asked)
}

/// The muscle's id; for `Study::resolve_ids`.
///
/// # Errors
/// [`Error::Option`] naming the nearest known name.
pub fn muscle_id(asked: &str) -> Result<String> {
    muscle(asked).map(|m| m.id.to_owned()).ok_or_else(|| {
        let names = MUSCLES.iter().flat_map(|m| [m.id, m.abbreviation].into_iter().chain(m.aliases.clone()));
        unknown("muscle", asked, names)
    })
}

/// The nerve's id; for `Study::resolve_ids`.
///
/// # Errors
/// [`Error::Option`] naming the nearest known name.
pub fn nerve_id(asked: &str) -> Result<String> {
    let names = || NERVES.iter().map(|n| n.id).chain(NERVE_ALIASES.iter().map(|&(alias, _)| alias));
    nerve(asked).map(|n| n.id.to_owned()).ok_or_else(|| unknown("nerve", asked, names()))
}

fn unknown(kind: &str, asked: &str, names: impl Iterator<Item = &'static str>) -> Error {
    let short: String = asked.chars().take(60).flat_map(char::escape_debug).collect();
    unknown_id(kind, &short, names)
}

/// Lower case, every run of other characters than letters and digits one underscore, none at the ends.
fn plain(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("_")
}

/// Rows of one of our own tables, after the header; quoted cells may hold commas.
///
/// # Panics
/// If a row has another number of cells: a mistake in our table.
pub(crate) fn rows<const N: usize>(text: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    text.lines().skip(1).map(|line| {
        let mut cells = [""; N];
        let mut rest = line;
        for (i, cell) in cells.iter_mut().enumerate() {
            let (value, after) = match rest.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
                None => rest.split_at(rest.find(',').unwrap_or(rest.len())),
            };
            *cell = value;
            assert!(after.is_empty() == (i + 1 == N), "a row of our table has not {N} cells: {line}");
            rest = after.strip_prefix(',').unwrap_or(after);
        }
        cells
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_found_by_its_id_abbreviation_and_aliases_and_names_a_known_nerve() {
        assert!(MUSCLES.len() > 100 && NERVES.len() > 40);
        for m in MUSCLES.iter() {
            for name in [m.id, m.abbreviation, m.name].into_iter().chain(m.aliases.iter().copied()) {
                assert_eq!(muscle(name).map(|m| m.id), Some(m.id), "{name}");
                assert_eq!(
                    muscle(&name.to_uppercase().replace('_', " ")).map(|m| m.id),
                    Some(m.id),
                    "{name}"
                );
            }
            assert!(NERVES.iter().any(|n| n.id == m.nerve), "{}", m.nerve);
            assert!(m.branch.is_empty() || NERVES.iter().any(|n| n.id == m.branch), "{}", m.branch);
            assert!(!m.source.is_empty() && !m.status.is_empty());
        }
        for n in NERVES.iter() {
            assert_eq!(nerve(n.id).map(|n| n.id), Some(n.id));
            assert_eq!(nerve(n.name).map(|n| n.id), Some(n.id));
        }
        for (alias, id) in NERVE_ALIASES {
            assert!(NERVES.iter().any(|n| n.id == *id), "{id}");
            assert_eq!(nerve(alias).map(|n| n.id), Some(*id));
        }
    }

    #[test]
    fn an_unknown_name_is_an_error_that_names_the_nearest() {
        let text = muscle_id("tibialis_anteroir").unwrap_err().to_string();
        assert!(text.contains("`tibialis_anterior`"), "{text}");
        let text = nerve_id("medain").unwrap_err().to_string();
        assert!(text.contains("`median`"), "{text}");
        assert!(muscle("").is_none() && nerve("").is_none());
    }
}
