//! Lesions of named nerves, of one side or both.

use super::super::lesion::Lesion;
use super::super::named;
use super::before::Before;
use super::{Component, Hypothesis, one, prior};
use crate::norms::{self, Pattern};
use crate::study::Side;

/// The same nerve on both sides, against one side: compression is often bilateral at the wrist, less so elsewhere.
const BOTH_COMPRESSED: [(&str, f64); 4] =
    [("carpal_tunnel", 0.45), ("ulnar_elbow", 0.15), ("meralgia", 0.1), ("tarsal_tunnel", 0.1)];
const BOTH_NERVES: f64 = 0.005;

/// Whether the pattern of a nerve lies in the arm; `None` for one in neither limb.
fn is_upper(pattern: &Pattern) -> Option<bool> {
    let of_muscle = pattern.key_muscles.iter().find_map(|m| match norms::muscle(m)?.region {
        "upper_limb" | "neck" => Some(true),
        "lower_limb" => Some(false),
        _ => None,
    });
    of_muscle.or_else(|| (pattern.id == "meralgia").then_some(false))
}

pub(super) fn add(before: &Before<'_>, out: &mut Vec<Hypothesis>) {
    for id in named::patterns() {
        let region = before.region(norms::pattern(id).and_then(is_upper));
        for side in [Side::Right, Side::Left] {
            let way = vec![(1.0, Component::One(Lesion::Named(id, side)))];
            out.push(one(id, Some(side.name()), prior(id) * region * before.side(side), way));
        }
        let share = BOTH_COMPRESSED.iter().find(|c| c.0 == id).map_or(BOTH_NERVES, |c| c.1);
        let both = Component::Two(Lesion::Named(id, Side::Right), Lesion::Named(id, Side::Left));
        out.push(one(id, Some("bilateral"), prior(id) * region * share, vec![(1.0, both)]));
    }
}
