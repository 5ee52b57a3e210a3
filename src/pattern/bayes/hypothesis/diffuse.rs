//! Diseases of no one place.

use super::super::diffuse::Diffuse;
use super::super::key::Key;
use super::super::lesion::Lesion;
use super::before::Before;
use super::{Component, Hypothesis, one, prior, root};
use crate::norms::Root;

/// A disorder of the junction where nobody stimulated repetitively. Ours.
const UNSUSPECTED: f64 = 0.25;

/// The named nerve of a test, branches counted to their nerve, the two divisions of the sciatic apart.
fn named_nerve(key: Key) -> Option<&'static str> {
    let id = match key {
        Key::Needle(m, _) if m.region == "paraspinal" => return None,
        Key::Needle(m, _) => m.nerve,
        Key::HReflex(_) => "tibial",
        _ => key.study()?.nerve,
    };
    Some(match id {
        "superficial_fibular" | "deep_fibular" => "fibular",
        "medial_plantar" | "lateral_plantar" => "tibial",
        "superficial_radial" | "posterior_interosseous" => "radial",
        "dorsal_ulnar_cutaneous" | "ulnar_deep" => "ulnar",
        "lateral_antebrachial_cutaneous" => "musculocutaneous",
        "anterior_interosseous" | "median_recurrent" => "median",
        "saphenous" => "femoral",
        other => other,
    })
}

pub(super) fn add(before: &Before<'_>, tested: &[Key], out: &mut Vec<Hypothesis>) {
    // Who is suspected of it gets repetitive stimulation.
    let stimulated = tested.iter().any(|k| matches!(k, Key::Decrement(..) | Key::Increment(..)));
    let junction = if stimulated { 1.0 } else { UNSUSPECTED };
    let mut put = |id: &'static str, factor: f64, disease: Diffuse| {
        let way = vec![(1.0, Component::One(Lesion::Diffuse(disease)))];
        out.push(one(id, None, prior(id) * factor * before.symmetric(), way));
    };
    put("axonal_polyneuropathy", 1.0, Diffuse::AxonalPolyneuropathy);
    put("gbs_aidp", before.course(true), Diffuse::AcquiredDemyelination);
    put("gbs_axonal", before.course(true), Diffuse::AcuteAxonal);
    put("cidp", before.course(false), Diffuse::AcquiredDemyelination);
    put("hereditary_demyelinating", before.course(false), Diffuse::Hereditary);
    put("sensory_ganglionopathy", 1.0, Diffuse::Ganglionopathy);
    put("motor_neuron_disease", before.course(false), Diffuse::MotorNeuron);
    put("myopathy", 1.0, Diffuse::Myopathy);
    put("nmj_postsynaptic", junction, Diffuse::Postsynaptic);
    put("nmj_presynaptic", junction, Diffuse::Presynaptic);
    let patchy = |with, least| vec![(1.0, Component::Patchy { nerve: named_nerve, with, least })];
    let id = "mononeuropathy_multiplex";
    out.push(one(id, None, prior(id), patchy(Diffuse::AnyNerve, 2)));
    let id = "multifocal_motor_block";
    out.push(one(id, None, prior(id), patchy(Diffuse::AnyMotorNerve, 1)));
    // Stenosis and its like take several roots of a region.
    let spans = [("L2", "S1"), ("L4", "S1"), ("L3", "L5"), ("C5", "T1"), ("C5", "C7"), ("C6", "C8")];
    let ways: Vec<(f64, Component)> = spans
        .iter()
        .map(|(from, to)| {
            let upper = from.starts_with('C');
            let share = before.region(Some(upper)) / 6.0;
            let roots: Vec<Root> = root(from).to(root(to)).collect();
            (share, Component::One(Lesion::Diffuse(Diffuse::Polyradiculopathy(roots))))
        })
        .collect();
    let sum: f64 = ways.iter().map(|w| w.0).sum();
    let ways = ways.into_iter().map(|(p, c)| (p / sum, c)).collect();
    let p = prior("polyradiculopathy") * sum * before.symmetric() * before.root();
    out.push(one("polyradiculopathy", Some("bilateral"), p, ways));
}
