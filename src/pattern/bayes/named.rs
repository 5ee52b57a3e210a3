//! Lesions of named nerves: `data/reference/pattern_lesions.csv`.

use super::key::Key;
use super::lesion::Part;
use super::state::{Curve, State};
use crate::norms::{Muscle, nerve, rows};
use std::collections::BTreeMap;
use std::sync::LazyLock;

struct Row {
    pattern: &'static str,
    finding: &'static str,
    target: &'static str,
    part: Part,
}

/// Rows by pattern and finding.
static INDEX: LazyLock<BTreeMap<(&'static str, &'static str), Vec<&'static Row>>> = LazyLock::new(|| {
    let mut out: BTreeMap<_, Vec<&'static Row>> = BTreeMap::new();
    for row in TABLE.iter() {
        out.entry((row.pattern, row.finding)).or_default().push(row);
    }
    out
});

/// Rows in the table's order; of several that speak of one element, the last stands.
///
/// # Panics
/// On a word that the table may not hold: a mistake in our table.
static TABLE: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let row = |[pattern, finding, target, state, weight, curve, _, _]: [&'static str; 8]| {
        let known = State::named(state).zip(Curve::named(curve)).zip(weight.parse::<f64>().ok());
        let Some(((state, curve), weight)) = known else {
            panic!("a row of our table is not understood: {pattern}, {finding}, {target}")
        };
        Row { pattern, finding, target, part: Part::new(state, weight, curve) }
    };
    rows(include_str!("../../../data/reference/pattern_lesions.csv")).map(row).collect()
});

/// Every nerve pattern of the table, once, in its order.
pub(super) fn patterns() -> Vec<&'static str> {
    let mut out: Vec<&'static str> = Vec::new();
    for row in TABLE.iter() {
        if !out.contains(&row.pattern) {
            out.push(row.pattern);
        }
    }
    out
}

/// Whether a muscle's nerve or branch is `stem` or comes off it.
pub(super) fn supplied_by(m: &Muscle, stem: &str) -> bool {
    let mut at = if m.branch.is_empty() { m.nerve } else { m.branch };
    // A branch of the table always leads to the nerve, the nerve to its own stem.
    for start in [at, m.nerve] {
        at = start;
        for _ in 0..6 {
            if at == stem {
                return true;
            }
            match nerve(at) {
                Some(n) if !n.parent.is_empty() => at = n.parent,
                _ => break,
            }
        }
    }
    false
}

/// States that the pattern's lesion may put an element into.
pub(super) fn parts(pattern: &str, key: Key) -> Vec<Part> {
    let (finding, exact, piece) = match key {
        Key::Needle(m, _) => ("needle", m.id, ""),
        Key::Snap(s, _) => ("snap", s.id, ""),
        Key::Speed(s, _) => ("speed", s.id, ""),
        Key::Cmap(s, _) => ("cmap", s.id, ""),
        Key::Dml(s, _) => ("dml", s.id, ""),
        Key::Velocity(s, piece, _) => ("velocity", s.id, piece),
        Key::Block(s, piece, _) => ("block", s.id, piece),
        Key::Dispersion(s, piece, _) => ("dispersion", s.id, piece),
        Key::FWave(s, _) => ("f", s.id, ""),
        Key::HReflex(_) => ("h", "soleus", ""),
        Key::Comparison(_) => ("comparison", "median", ""),
        Key::Decrement(..) | Key::Increment(..) => return Vec::new(),
    };
    let meant = |row: &&&Row| match (row.target.strip_prefix("nerve:"), key) {
        (Some(stem), Key::Needle(m, _)) => supplied_by(m, stem),
        _ if piece.is_empty() => row.target == exact,
        _ => row.target.split_once(':') == Some((exact, piece)),
    };
    let rows = INDEX.get(&(pattern, finding)).map_or(&[][..], Vec::as_slice);
    let row = rows.iter().rev().find(meant);
    row.filter(|r| r.part.weight > 0.0).map(|r| r.part).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::norms::ncs::NCS_STUDIES;
    use crate::norms::{muscle, pattern};
    use crate::study::Side;

    #[test]
    fn every_target_is_known() {
        assert!(TABLE.len() > 100);
        for row in TABLE.iter() {
            assert!(pattern(row.pattern).is_some(), "{}", row.pattern);
            let study = row.target.split(':').next().unwrap();
            let known = match row.finding {
                "needle" => match row.target.strip_prefix("nerve:") {
                    Some(n) => nerve(n).is_some(),
                    None => muscle(row.target).is_some_and(|m| m.id == row.target),
                },
                "h" => row.target == "soleus",
                "comparison" => row.target == "median",
                _ => NCS_STUDIES.iter().any(|s| s.id == study),
            };
            assert!(known, "{} {}", row.finding, row.target);
        }
    }

    #[test]
    fn branches_belong_to_their_nerve_and_exceptions_stand() {
        let weight = |pattern: &str, id: &str| {
            let key = Key::Needle(muscle(id).unwrap(), Side::Right);
            parts(pattern, key).first().map_or(0.0, |p| p.weight)
        };
        assert!(weight("radial_spiral_groove", "extensor_indicis_proprius") > 0.9);
        assert!(weight("radial_spiral_groove", "triceps_brachii") < 1e-12);
        assert!(weight("sciatic_neuropathy", "tibialis_anterior") > 0.9);
        assert!(weight("sciatic_neuropathy", "gastrocnemius_medial") > 0.7);
        assert!(weight("sciatic_neuropathy", "gluteus_maximus") < 1e-12);
        assert!(weight("fibular_head", "biceps_femoris_short") < 1e-12);
        assert!(weight("fibular_head", "peroneus_longus") > 0.7);
        assert!(weight("carpal_tunnel", "pronator_teres") < 1e-12);
    }
}
