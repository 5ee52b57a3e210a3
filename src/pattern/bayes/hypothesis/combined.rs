//! Two common lesions at once.

use super::super::diffuse::Diffuse;
use super::super::lesion::Lesion;
use super::super::root::{Myotomes, RootLesion};
use super::before::Before;
use super::roots::root_prior;
use super::{Component, Hypothesis, prior, root};
use crate::norms::{self, Root};
use crate::study::Side;

/// Two lesions of one arm against their chance alone.
const TOGETHER: f64 = 1.5;
/// A polyneuropathy, most of all a diabetic one, makes the median nerve at the wrist vulnerable. Ours.
const WITH_POLYNEUROPATHY: f64 = 3.5;

pub(super) fn add(before: &Before<'_>, out: &mut Vec<Hypothesis>) {
    let mut put = |ids: [&'static str; 2],
                   patterns: [String; 2],
                   level: Option<Root>,
                   side: Option<&'static str>,
                   prior: f64,
                   pair: Component| {
        out.push(Hypothesis {
            ids: ids.to_vec(),
            patterns: patterns.iter().filter_map(|p| norms::pattern(p)).collect(),
            level: level.map(|r| r.name().to_owned()),
            roots: level.into_iter().collect(),
            side,
            prior,
            components: vec![(1.0, pair)],
        });
    };
    let usual = |r: Root, side| Lesion::Root(RootLesion::of(&[r], Myotomes::Usual), side);
    let root_id = |r: Root| format!("radiculopathy_{}", r.name().to_lowercase());
    for side in [Side::Right, Side::Left] {
        let sided = before.side(side);
        let nerve_and_root = [
            ("carpal_tunnel", &["C5", "C6", "C7", "C8", "T1"][..], true),
            ("ulnar_elbow", &["C7", "C8", "T1"][..], true),
            ("fibular_head", &["L5"][..], false),
        ];
        for (nerve, roots, upper) in nerve_and_root {
            for r in roots.iter().map(|n| root(n)) {
                let p = TOGETHER * prior(nerve) * root_prior(r) * sided * before.region(Some(upper));
                let pair = Component::Two(Lesion::Named(nerve, side), usual(r, side));
                put(
                    [nerve, "radiculopathy"],
                    [nerve.into(), root_id(r)],
                    Some(r),
                    Some(side.name()),
                    p,
                    pair,
                );
            }
        }
        let p = TOGETHER * prior("carpal_tunnel") * prior("ulnar_elbow") * sided * before.region(Some(true));
        let pair = Component::Two(Lesion::Named("carpal_tunnel", side), Lesion::Named("ulnar_elbow", side));
        let ids = ["carpal_tunnel", "ulnar_elbow"];
        put(ids, ids.map(String::from), None, Some(side.name()), p, pair);
        let poly = || Lesion::Diffuse(Diffuse::AxonalPolyneuropathy);
        let base = prior("axonal_polyneuropathy") * before.symmetric();
        for r in ["C6", "C7", "C8", "L4", "L5", "S1"].map(root) {
            let upper = r.name().starts_with('C');
            let p = TOGETHER * base * root_prior(r) * sided * before.region(Some(upper));
            let pair = Component::Two(poly(), usual(r, side));
            let ids = ["axonal_polyneuropathy", "radiculopathy"];
            put(ids, [ids[0].into(), root_id(r)], Some(r), Some(side.name()), p, pair);
        }
        for (nerve, together) in
            [("carpal_tunnel", WITH_POLYNEUROPATHY), ("ulnar_elbow", TOGETHER), ("fibular_head", TOGETHER)]
        {
            let p = together * base * prior(nerve) * sided;
            let pair = Component::Two(poly(), Lesion::Named(nerve, side));
            let ids = ["axonal_polyneuropathy", nerve];
            put(ids, ids.map(String::from), None, Some(side.name()), p, pair);
        }
    }
}
