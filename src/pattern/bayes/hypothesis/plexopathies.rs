//! Lesions of the plexus, torn roots, neuralgic amyotrophy.

use super::super::diffuse::Diffuse;
use super::super::key::Key;
use super::super::lesion::Lesion;
use super::super::plexus::Plexus;
use super::super::root::RootLesion;
use super::before::Before;
use super::{Component, Hypothesis, one, prior, root};
use crate::norms::Root;
use crate::study::Side;

pub(super) fn add(before: &Before<'_>, out: &mut Vec<Hypothesis>) {
    let elements = [
        ("plexopathy_upper_trunk", Plexus::Trunk("upper"), true),
        ("plexopathy_middle_trunk", Plexus::Trunk("middle"), true),
        ("plexopathy_lower_trunk", Plexus::Trunk("lower"), true),
        ("plexopathy_lateral_cord", Plexus::Cord("lateral"), true),
        ("plexopathy_posterior_cord", Plexus::Cord("posterior"), true),
        ("plexopathy_medial_cord", Plexus::Cord("medial"), true),
        ("thoracic_outlet_neurogenic", Plexus::Outlet, true),
        ("plexopathy_lumbar", Plexus::Lumbar, false),
        ("plexopathy_sacral", Plexus::Sacral, false),
    ];
    for side in [Side::Right, Side::Left] {
        let sided = |upper| before.side(side) * before.region(Some(upper));
        for (id, element, upper) in elements {
            let way = vec![(1.0, Component::One(Lesion::Plexus(element, side)))];
            out.push(one(id, Some(side.name()), prior(id) * sided(upper), way));
        }
        // Torn roots come in these spans.
        let spans = [("C5", "C6"), ("C5", "C7"), ("C8", "T1"), ("C7", "T1"), ("C5", "T1")];
        let torn = spans.map(|(from, to)| {
            let roots: Vec<Root> = root(from).to(root(to)).collect();
            (0.2, Component::One(Lesion::Root(RootLesion::torn(&roots), side)))
        });
        out.push(one(
            "root_avulsion",
            Some(side.name()),
            prior("root_avulsion") * sided(true),
            torn.to_vec(),
        ));
        let nerve = match side {
            Side::Right => right_arm_branch,
            Side::Left => left_arm_branch,
        };
        let amyotrophy = Component::Patchy { nerve, with: Diffuse::AnyNerve, least: 2 };
        let id = "neuralgic_amyotrophy";
        out.push(one(id, Some(side.name()), prior(id) * sided(true), vec![(1.0, amyotrophy)]));
    }
}

/// Nerves of one arm that neuralgic amyotrophy picks from (PX16): motor branches; sensory responses often stay.
fn arm_branch(key: Key) -> Option<&'static str> {
    match key {
        Key::Needle(m, _) if m.region == "upper_limb" => {
            Some(if matches!(m.branch, "anterior_interosseous" | "posterior_interosseous") {
                m.branch
            } else {
                m.nerve
            })
        }
        Key::Needle(m, _) if m.nerve == "spinal_accessory" => Some(m.nerve),
        _ => None,
    }
}
fn right_arm_branch(key: Key) -> Option<&'static str> {
    arm_branch(key).filter(|_| key.side() == Side::Right)
}
fn left_arm_branch(key: Key) -> Option<&'static str> {
    arm_branch(key).filter(|_| key.side() == Side::Left)
}
