//! Radiculopathies: each root, two or three neighbours, both sides.

use super::super::lesion::Lesion;
use super::super::root::{Myotomes, RootLesion};
use super::before::Before;
use super::{Component, Hypothesis, prior, root};
use crate::norms::{self, Pattern, Root};
use crate::study::Side;

/// Roots that have an own pattern, top first, and how two neighbours at once stand to one alone.
const CERVICAL: [&str; 5] = ["C5", "C6", "C7", "C8", "T1"];
const LUMBOSACRAL: [&str; 6] = ["L2", "L3", "L4", "L5", "S1", "S2"];
/// Two neighbouring roots against the mean of each alone. Ours.
const TWO_LEVELS: f64 = 0.12;
/// Neighbours that are hard to tell apart and often go together (`radiculopathy_c8_t1`, `_s1_s2`, `_l2_l4`).
const MERGED: f64 = 0.35;
/// The same root on both sides, against one side.
const BOTH_SIDES: f64 = 0.08;
/// Half-root shifts of the myotomes up or down, each (PHILLIPS1991: 28 % of legs in all).
const SHIFTED: f64 = 0.13;

/// Ways in which one root's lesion comes.
fn ways(roots: &[Root], side: Side) -> Vec<(f64, Component)> {
    let way = |share: f64, m: Myotomes| (share, Component::One(Lesion::Root(RootLesion::of(roots, m), side)));
    let mut rest = 1.0 - 2.0 * SHIFTED;
    let mut out = vec![way(SHIFTED, Myotomes::Shifted(-1)), way(SHIFTED, Myotomes::Shifted(1))];
    if roots == [root("C6")] {
        // Half look like C5, half like C7 (LEVIN1996); a later series gives C6 muscles of its own (FURUKAWA2021).
        for like in ["C5", "C7"] {
            out.push(way(0.2, Myotomes::Like(root(like))));
            rest -= 0.2;
        }
    }
    out.push(way(rest, Myotomes::Usual));
    out
}

fn of_roots(roots: &[Root], side: Side, prior: f64) -> Hypothesis {
    let names: Vec<&str> = roots.iter().map(|r| r.name()).collect();
    let joined = names.join("/");
    let patterns: Vec<&'static Pattern> = match joined.as_str() {
        "C8/T1" => norms::pattern("radiculopathy_c8_t1").into_iter().collect(),
        "S1/S2" => norms::pattern("radiculopathy_s1_s2").into_iter().collect(),
        "L2/L3/L4" => norms::pattern("radiculopathy_l2_l4").into_iter().collect(),
        _ => names
            .iter()
            .filter_map(|n| norms::pattern(&format!("radiculopathy_{}", n.to_lowercase())))
            .collect(),
    };
    Hypothesis {
        ids: vec!["radiculopathy"],
        patterns,
        level: Some(joined),
        roots: roots.to_vec(),
        side: Some(side.name()),
        prior,
        components: ways(roots, side),
    }
}

pub(super) fn root_prior(root: Root) -> f64 {
    prior(&format!("radiculopathy_{}", root.name().to_lowercase()))
}

pub(super) fn add(before: &Before<'_>, out: &mut Vec<Hypothesis>) {
    for (names, upper) in [(&CERVICAL[..], true), (&LUMBOSACRAL[..], false)] {
        let roots: Vec<Root> = names.iter().map(|n| root(n)).collect();
        let region = before.region(Some(upper)) * before.root();
        for side in [Side::Right, Side::Left] {
            let sided = region * before.side(side);
            for r in &roots {
                out.push(of_roots(&[*r], side, root_prior(*r) * sided));
            }
            for pair in roots.windows(2) {
                let merged = matches!((pair[0].name(), pair[1].name()), ("C8", "T1") | ("S1", "S2"));
                let share = if merged { MERGED } else { TWO_LEVELS };
                let mean = 0.5 * (root_prior(pair[0]) + root_prior(pair[1]));
                out.push(of_roots(pair, side, share * mean * sided));
            }
            if !upper {
                let mean = roots[..3].iter().map(|r| root_prior(*r)).sum::<f64>() / 3.0;
                out.push(of_roots(&roots[..3], side, TWO_LEVELS * mean * sided));
            }
        }
        for r in &roots {
            let usual = |side| Lesion::Root(RootLesion::of(&[*r], Myotomes::Usual), side);
            let both = Component::Two(usual(Side::Right), usual(Side::Left));
            let mut h = of_roots(&[*r], Side::Right, root_prior(*r) * region * BOTH_SIDES);
            h.side = Some("bilateral");
            h.components = vec![(1.0, both)];
            out.push(h);
        }
    }
}
