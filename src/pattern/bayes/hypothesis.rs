//! The explanations that are weighed, with what is assumed of each before any finding.
//!
//! Priors: `data/reference/pattern_priors.csv`, shares of the persons referred. What was not examined at all is not
//! among the explanations: its probability would be the prior, and a report that shows it would say something of a
//! place where nobody looked.

use super::diffuse::Diffuse;
use super::key::Key;
use super::lesion::Lesion;
use super::named;
use super::plexus::Plexus;
use super::root::{Myotomes, RootLesion};
use crate::norms::{self, Pattern, Root, rows};
use crate::study::{Region, Side, Subject, SubjectSide};
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
        nerve: fn(Key) -> Option<&'static str>,
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
    rows(include_str!("../../../data/reference/pattern_priors.csv")).map(row).collect()
});

/// Roots that have an own pattern, top first, and how two neighbours at once stand to one alone.
const CERVICAL: [&str; 5] = ["C5", "C6", "C7", "C8", "T1"];
const LUMBOSACRAL: [&str; 6] = ["L2", "L3", "L4", "L5", "S1", "S2"];
/// Two neighbouring roots against the mean of each alone. Ours.
const TWO_LEVELS: f64 = 0.12;
/// Neighbours that are hard to tell apart and often go together (`radiculopathy_c8_t1`, `_s1_s2`, `_l2_l4`).
const MERGED: f64 = 0.35;
/// The same root on both sides, against one side.
const BOTH_SIDES: f64 = 0.08;
/// The same nerve on both sides, against one side: compression is often bilateral at the wrist, less so elsewhere.
const BOTH_COMPRESSED: [(&str, f64); 4] =
    [("carpal_tunnel", 0.45), ("ulnar_elbow", 0.15), ("meralgia", 0.1), ("tarsal_tunnel", 0.1)];
const BOTH_NERVES: f64 = 0.005;
/// Two lesions of one arm against their chance alone.
const TOGETHER: f64 = 1.5;
/// A polyneuropathy, most of all a diabetic one, makes the median nerve at the wrist vulnerable. Ours.
const WITH_POLYNEUROPATHY: f64 = 3.5;
/// Share of persons whose lesion is on the side, and in the region, of the complaint. Ours.
const OF_THE_SIDE: f64 = 0.93;
const OTHER_REGION: f64 = 0.12;
/// The priors are shares of all persons; about half are referred for each region, and their lesions are in it.
const OF_THE_REGION: f64 = 1.8;
/// A disorder of the junction where nobody stimulated repetitively. Ours.
const UNSUSPECTED: f64 = 0.25;
/// Half-root shifts of the myotomes up or down, each (PHILLIPS1991: 28 % of legs in all).
const SHIFTED: f64 = 0.13;

fn prior(pattern: &str) -> f64 {
    PRIORS.get(pattern).copied().unwrap_or(0.0)
}

/// What is known of a person before the findings.
struct Before<'a> {
    subject: &'a Subject,
    /// The question is about the arm and neck (or the leg and back); `None` where it is about both or neither.
    upper: Option<bool>,
}

impl<'a> Before<'a> {
    fn new(subject: &'a Subject, tested: &[Key]) -> Self {
        let upper = match subject.complaint_region {
            Some(Region::Cervical) => Some(true),
            Some(Region::Lumbosacral) => Some(false),
            Some(Region::Other) => None,
            // Not stated: where everything was looked for.
            None => {
                let limbs: Vec<bool> = tested.iter().filter_map(|k| limb(*k)).collect();
                match (limbs.contains(&true), limbs.contains(&false)) {
                    (true, false) => Some(true),
                    (false, true) => Some(false),
                    _ => None,
                }
            }
        };
        Before { subject, upper }
    }
}

/// Whether a test is of the arm or neck; `None` for one of neither.
fn limb(key: Key) -> Option<bool> {
    match key {
        Key::Needle(m, _) => match m.region {
            "upper_limb" | "neck" => Some(true),
            "lower_limb" => Some(false),
            _ => m.nerve.strip_prefix("posterior_ramus_").and_then(|level| match level {
                "cervical" => Some(true),
                "lumbosacral" => Some(false),
                _ => None,
            }),
        },
        Key::HReflex(_) => Some(false),
        Key::Comparison(_) => Some(true),
        _ => norms::ncs::is_lower_limb(key.study()?.nerve).map(|leg| !leg),
    }
}

impl Before<'_> {
    fn side(&self, side: Side) -> f64 {
        let complaint = match self.subject.complaint_side {
            Some(SubjectSide::Left) => Side::Left,
            Some(SubjectSide::Right) => Side::Right,
            // Half of those who complain of both sides have a lesion of one.
            Some(SubjectSide::Bilateral) => return 0.25,
            None => return 0.5,
        };
        if side == complaint { OF_THE_SIDE } else { 1.0 - OF_THE_SIDE }
    }
    /// `upper`: in the arm or its roots; `None` for a disease of no one place.
    fn region(&self, upper: Option<bool>) -> f64 {
        match (self.upper, upper) {
            (Some(complaint), Some(lesion)) if complaint == lesion => OF_THE_REGION,
            (Some(_), Some(_)) => OTHER_REGION,
            _ => 1.0,
        }
    }
    /// Of a disease of both sides, by what is complained of. Ours.
    fn symmetric(&self) -> f64 {
        match self.subject.complaint_side {
            Some(SubjectSide::Bilateral) => 1.6,
            Some(_) => 0.6,
            None => 1.0,
        }
    }
    /// Of a root, where the complaint is of neither neck nor back. Ours.
    fn root(&self) -> f64 {
        if self.subject.complaint_region == Some(Region::Other) { 0.4 } else { 1.0 }
    }
    /// Acute diseases have no long course, chronic ones no short one (patterns.csv: under 4 weeks, over 8 weeks).
    fn course(&self, acute: bool) -> f64 {
        match self.subject.days_since_onset {
            Some(d) if d <= 28.0 => {
                if acute {
                    1.0
                } else {
                    0.08
                }
            }
            Some(d) if d <= 56.0 => 0.45,
            Some(_) => {
                if acute {
                    0.04
                } else {
                    1.0
                }
            }
            None => 0.7,
        }
    }
}

fn root(name: &str) -> Root {
    // Names of the lists above: a test goes through them.
    Root::named(name).unwrap_or_else(|| panic!("{name} is no root"))
}

/// Every explanation, `normal` first; those that no element of `tested` speaks of are left out.
pub(super) fn all(subject: &Subject, tested: &[Key]) -> Vec<Hypothesis> {
    let before = Before::new(subject, tested);
    let mut out = vec![one("normal", None, prior("normal"), Vec::new())];
    radiculopathies(&before, &mut out);
    plexopathies(&before, &mut out);
    nerves(&before, &mut out);
    diffuse(&before, tested, &mut out);
    combined(&before, &mut out);
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

fn root_prior(root: Root) -> f64 {
    prior(&format!("radiculopathy_{}", root.name().to_lowercase()))
}

fn radiculopathies(before: &Before<'_>, out: &mut Vec<Hypothesis>) {
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

fn plexopathies(before: &Before<'_>, out: &mut Vec<Hypothesis>) {
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

/// Whether the pattern of a nerve lies in the arm; `None` for one in neither limb.
fn is_upper(pattern: &Pattern) -> Option<bool> {
    let of_muscle = pattern.key_muscles.iter().find_map(|m| match norms::muscle(m)?.region {
        "upper_limb" | "neck" => Some(true),
        "lower_limb" => Some(false),
        _ => None,
    });
    of_muscle.or_else(|| (pattern.id == "meralgia").then_some(false))
}

fn nerves(before: &Before<'_>, out: &mut Vec<Hypothesis>) {
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

fn diffuse(before: &Before<'_>, tested: &[Key], out: &mut Vec<Hypothesis>) {
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
    out.push(one("polyradiculopathy", None, p, ways));
}

/// Two common lesions at once.
fn combined(before: &Before<'_>, out: &mut Vec<Hypothesis>) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::norms::MUSCLES;

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
