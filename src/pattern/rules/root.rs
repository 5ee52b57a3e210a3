//! Functions about roots: two muscles, paraspinals, sensory responses of the territory, late responses.

use super::functions::{Arguments, Context, Function, Takes, row, said};
use super::muscle::normal;
use super::nerve;
use super::outcome::Outcome;
use super::pairs::{self, Pair, is_left_out, stem};
use crate::norms::ncs::{NCS_STUDIES, StudyKind};
use crate::norms::{MYOTOMES, Muscle, NERVES, Root, SNAP_ROOTS, Weight, weight};
use crate::pattern::facts::{MuscleFact, SIDES, other};
use crate::pattern::three::Three;
use crate::study::Side;
use std::collections::HashMap;
use std::sync::LazyLock;

pub(super) static FUNCTIONS: &[Function] = &[
    row("two_muscles", Takes::Numbers(2), two_muscles),
    row("outside_stem", Takes::Numbers(2), outside_stem),
    row("adjacent_normal", Takes::Numbers(0), adjacent_normal),
    row("limb_and_paraspinal", Takes::Numbers(1), limb_and_paraspinal),
    row("paraspinal_active", Takes::Numbers(0), |c, _| paraspinal(c, &c.roots)),
    row("level", Takes::Levels, level),
    row("snap_low_in_territory", Takes::Numbers(1), snap_low),
    row("cmap_low_in_root", Takes::Numbers(0), cmap_low),
    row("h_reflex_one_sided", Takes::Numbers(0), h_reflex),
    row("f_late", Takes::Numbers(0), f_late),
    row("several_roots_both_sides", Takes::Numbers(2), several_roots),
    row("several_roots", Takes::Numbers(1), roots_of_a_side),
    row("selective", Takes::Numbers(2), selective),
    row("avulsed", Takes::Numbers(2), avulsed),
];

/// `C8/T1`, or "a root" where every one is asked about.
pub(super) fn named(roots: &[Root]) -> String {
    match roots {
        [] => "the pattern".into(),
        few if few.len() <= 3 => few.iter().map(|r| r.name()).collect::<Vec<_>>().join("/"),
        _ => "one root".into(),
    }
}

/// Main roots by muscle: asked for thousands of times in one study.
static MAJOR: LazyLock<HashMap<&'static str, Vec<Root>>> = LazyLock::new(|| {
    let mut out: HashMap<&'static str, Vec<Root>> = HashMap::new();
    for row in MYOTOMES.iter().filter(|m| m.weight == Weight::Major) {
        out.entry(row.muscle).or_default().push(row.root);
    }
    out
});

/// Main roots of a muscle, in the order of the table.
pub(super) fn majors(muscle: &Muscle) -> &'static [Root] {
    MAJOR.get(muscle.id).map_or(&[], Vec::as_slice)
}

fn is_major(muscle: &Muscle, root: Root) -> bool {
    majors(muscle).contains(&root)
}

/// Limb muscles of the pattern's roots with neurogenic change.
pub(super) fn abnormal_of_roots<'f>(c: &'f Context<'_>) -> impl Iterator<Item = &'f MuscleFact> {
    c.muscles().filter(|m| {
        m.is_limb() && m.neurogenic() == Some(true) && c.roots.iter().any(|r| is_major(m.muscle, *r))
    })
}

/// One answer for several roots and sides: met by one; not met where all are decided against.
fn over(c: &Context<'_>, judge: impl Fn(Root, Side) -> Outcome) -> Outcome {
    let mut parts = Vec::new();
    for side in c.sides() {
        parts.extend(c.roots.iter().map(|root| judge(*root, *side)));
    }
    if parts.is_empty() { Outcome::unknown(Vec::new()) } else { Outcome::at_least(1, parts) }
}

fn pair_of_root(
    c: &Context<'_>,
    a: &Arguments,
    differ: &dyn Fn(&Muscle, &Muscle) -> bool,
    apart: &str,
) -> Outcome {
    over(c, |root, side| {
        let counted = c.facts.on(side).filter(|m| !is_left_out(c, m, a.number(1)));
        let pair = Pair {
            member: &|m| is_major(m, root),
            differ,
            enough_normal: a.count(0),
            name: root.name(),
            apart,
        };
        pairs::judge(counted, &pair)
    })
}

/// Two muscles with neurogenic change that share a root and have different nerves. Numbers: normal muscles of other
/// nerves that speak against it; age above which the small muscles of the foot do not count.
fn two_muscles(c: &Context<'_>, a: &Arguments) -> Outcome {
    pair_of_root(c, a, &|x, y| x.nerve != y.nerve, "another nerve")
}

/// The same with different stem nerves, or one such muscle and an active paraspinal of the level.
fn outside_stem(c: &Context<'_>, a: &Arguments) -> Outcome {
    let limb = pair_of_root(c, a, &|x, y| stem(x.nerve) != stem(y.nerve), "another stem nerve");
    let with_paraspinal =
        limb_and_paraspinal(c, &Arguments { numbers: vec![a.number(1)], names: Vec::new() });
    Outcome::at_least(1, vec![limb, with_paraspinal])
}

/// Muscles mainly of the root above and of that below are normal.
fn adjacent_normal(c: &Context<'_>, _: &Arguments) -> Outcome {
    let (Some(first), Some(last)) = (c.roots.first(), c.roots.last()) else {
        return Outcome::unknown(Vec::new());
    };
    let has_limb_muscles = |r: &Root| {
        crate::norms::MUSCLES
            .iter()
            .any(|m| matches!(m.region, "upper_limb" | "lower_limb") && is_major(m, *r))
    };
    let neighbours = [first.below(-1), last.below(1)].into_iter().flatten().filter(has_limb_muscles);
    let parts = neighbours.map(|root| {
        let own = |m: &&MuscleFact| {
            m.is_limb() && is_major(m.muscle, root) && !c.roots.iter().any(|r| is_major(m.muscle, *r))
        };
        let (yes, no): (Vec<_>, Vec<_>) =
            c.muscles().filter(own).filter(|m| normal(m).is_some()).partition(|m| normal(m) == Some(true));
        if let Some(m) = no.first() {
            Outcome::not_met(vec![said(m)])
        } else if yes.is_empty() {
            Outcome::unknown(vec![format!("a muscle mainly of {} (needle)", root.name())])
        } else {
            Outcome::met(yes.iter().map(|m| said(m)).collect())
        }
    });
    let parts: Vec<Outcome> = parts.collect();
    Outcome::at_least(parts.len(), parts)
}

/// Fibrillation potentials or positive sharp waves in paraspinals of a level: their segments overlap.
pub(super) fn paraspinal(c: &Context<'_>, roots: &[Root]) -> Outcome {
    let of_level = |m: &&MuscleFact| {
        m.is_paraspinal() && m.active().is_some() && roots.iter().any(|r| weight(m.muscle.id, *r).is_some())
    };
    let (yes, no): (Vec<_>, Vec<_>) = c.muscles().filter(of_level).partition(|m| m.active() == Some(true));
    let words = |of: &[&MuscleFact]| of.iter().map(|m| said(m)).collect::<Vec<_>>();
    if !yes.is_empty() {
        Outcome::met(words(&yes))
    } else if no.is_empty() {
        Outcome::unknown(vec![c.named(&format!("paraspinals of {} (needle)", named(roots)))])
    } else {
        Outcome::not_met(words(&no))
    }
}

/// A limb muscle and a paraspinal of the same level. Number: the age of [`two_muscles`].
fn limb_and_paraspinal(c: &Context<'_>, a: &Arguments) -> Outcome {
    over(c, |root, side| {
        let of_root = |m: &&MuscleFact| {
            m.is_limb()
                && is_major(m.muscle, root)
                && !is_left_out(c, m, a.number(0))
                && m.neurogenic().is_some()
        };
        let (yes, no): (Vec<_>, Vec<_>) =
            c.facts.on(side).filter(of_root).partition(|m| m.neurogenic() == Some(true));
        let words = |of: &[&MuscleFact]| of.iter().map(|m| said(m)).collect::<Vec<_>>();
        let limb = match (yes.is_empty(), no.len()) {
            (false, _) => Outcome::met(words(&yes)),
            (true, 0 | 1) => {
                Outcome::unknown(vec![format!("muscles of {} (needle)", root.name())]).so_far(words(&no))
            }
            _ => Outcome::not_met(words(&no)),
        };
        let sided = Context { side: Some(side), roots: vec![root], ..*c };
        Outcome::at_least(2, vec![limb, paraspinal(&sided, &[root])])
    })
}

fn level(c: &Context<'_>, a: &Arguments) -> Outcome {
    let own = a.names.iter().filter_map(|n| Root::named(n)).any(|r| c.roots.contains(&r));
    if own { Outcome::met(Vec::new()) } else { Outcome::not_met(Vec::new()) }
}

/// Sensory studies whose fibres come through the pattern's roots, trunk, cord or plexus. Mixed responses tell of the
/// wrist or ankle, not of a root.
fn territory(c: &Context<'_>, share: f64) -> Vec<&'static str> {
    let of = |r: &&crate::norms::SnapRoot| {
        let inside = if c.element.is_empty() {
            c.roots.contains(&r.root)
        } else {
            super::plexus::passes(c.element, &[r.trunk], &[r.cord], r.plexus)
        };
        let sensory = NCS_STUDIES.iter().any(|s| s.id == r.study && s.kind == StudyKind::Sensory);
        inside && sensory && r.share.is_none_or(|s| s * 100.0 >= share)
    };
    let mut out: Vec<&'static str> = SNAP_ROOTS.iter().filter(of).map(|r| r.study).collect();
    out.dedup();
    out
}

/// A sensory response of the territory is low or absent. Number: the share of its fibres, %, that must come through.
fn snap_low(c: &Context<'_>, a: &Arguments) -> Outcome {
    let studies = territory(c, a.number(0));
    let mut parts: Vec<Outcome> = studies.iter().map(|s| nerve::one(c, s, nerve::low)).collect();
    // Those that were not done do not hold back a "no" of those that were.
    if parts.iter().any(|p| p.truth != Three::Unknown) {
        parts.retain(|p| p.truth != Three::Unknown);
    }
    if parts.is_empty() {
        return Outcome::unknown(vec!["a sensory response of the territory".into()]);
    }
    Outcome::at_least(1, parts)
}

/// A motor response recorded from a muscle of the root is low.
fn cmap_low(c: &Context<'_>, _: &Arguments) -> Outcome {
    let of_root = |recording: &str| c.roots.iter().any(|r| weight(recording, *r) == Some(Weight::Major));
    let studies = NCS_STUDIES.iter().filter(|s| s.kind == StudyKind::Motor && of_root(s.recording));
    let mut parts: Vec<Outcome> = studies.map(|s| nerve::one(c, s.id, nerve::low)).collect();
    if parts.iter().any(|p| p.truth != Three::Unknown) {
        parts.retain(|p| p.truth != Three::Unknown);
    }
    if parts.is_empty() { Outcome::unknown(Vec::new()) } else { Outcome::at_least(1, parts) }
}

/// The H reflex is absent or late on the pattern's side alone.
fn h_reflex(c: &Context<'_>, _: &Arguments) -> Outcome {
    let of = |side: Side| c.facts.distal("h_reflex_soleus", side, "h_latency");
    let part = |side: Side| {
        let own = of(side)?;
        let opposite = of(other(side));
        let both = |d: &crate::pattern::facts::Datum<'_>| {
            let mut found = vec![nerve::said(own)];
            found.extend(opposite.map(nerve::said));
            if d.side.is_none() {
                found.push(nerve::said(d));
            }
            found
        };
        let compared = c.facts.between_sides("h_side_difference").next();
        let there = opposite.is_some_and(|o| !o.is_absent() && o.value().is_some());
        if (own.is_absent() || own.is_abnormal()) && there && !opposite.is_some_and(|o| o.is_abnormal()) {
            return Some((true, both(own)));
        }
        let later = Some(own.value()? > opposite?.value()?);
        let d = compared?;
        match (d.is_abnormal(), d.is_normal(), later) {
            (true, _, Some(true)) => Some((true, both(d))),
            (true, ..) | (_, true, _) => Some((false, both(d))),
            _ => None,
        }
    };
    let answers: Vec<_> = c.sides().iter().filter_map(|s| part(*s)).collect();
    match answers.iter().find(|a| a.0).or(answers.first()) {
        Some((true, found)) => Outcome::met(found.clone()),
        Some((false, found)) => Outcome::not_met(found.clone()),
        None => Outcome::unknown(vec!["H reflex of both sides".into()]),
    }
}

/// Least F latency beyond its limit, or no F wave, where the distal motor latency is normal.
fn f_late(c: &Context<'_>, _: &Arguments) -> Outcome {
    const PAIRS: [(&str, &str); 4] = [
        ("f_wave_median", "median_motor_apb"),
        ("f_wave_ulnar", "ulnar_motor_adm"),
        ("f_wave_fibular", "fibular_motor_edb"),
        ("f_wave_tibial", "tibial_motor_ah"),
    ];
    let mut parts = Vec::new();
    for side in c.sides() {
        for (f, motor) in PAIRS {
            let recorded = NCS_STUDIES.iter().find(|s| s.id == f).map_or("", |s| s.recording);
            if !c.roots.is_empty() && !c.roots.iter().any(|r| weight(recorded, *r) == Some(Weight::Major)) {
                continue;
            }
            let Some(d) = c.facts.distal(f, *side, "f_min_latency") else { continue };
            let Some((long, words)) = nerve::dml_long(c.facts, motor, *side) else { continue };
            let late = d.is_abnormal() || d.is_absent();
            let found = vec![nerve::said(d), words];
            if late && !long {
                parts.push(Outcome::met(found));
            } else if late || d.is_normal() {
                parts.push(Outcome::not_met(found));
            }
        }
    }
    if parts.is_empty() {
        Outcome::unknown(vec!["F wave and motor study of the same muscle".into()])
    } else {
        Outcome::at_least(1, parts)
    }
}

/// Abnormal limb muscles of a side that make a pair of one root; `None` where too few were examined to say.
fn paired<'f>(c: &'f Context<'_>, a: &Arguments, side: Side) -> Option<Vec<&'f MuscleFact>> {
    let counted = |m: &&MuscleFact| m.is_limb() && !is_left_out(c, m, a.number(1));
    let known: Vec<&MuscleFact> =
        c.facts.on(side).filter(counted).filter(|m| m.neurogenic().is_some()).collect();
    let abnormal: Vec<&MuscleFact> = known.iter().filter(|m| m.neurogenic() == Some(true)).copied().collect();
    let partner = |m: &&&MuscleFact| {
        abnormal.iter().any(|o| {
            m.muscle.nerve != o.muscle.nerve && majors(m.muscle).iter().any(|r| is_major(o.muscle, *r))
        })
    };
    let paired: Vec<&MuscleFact> = abnormal.iter().filter(partner).copied().collect();
    (!paired.is_empty() || (abnormal.is_empty() && known.len() >= a.count(0))).then_some(paired)
}

/// Abnormal limb muscles of a side that no single root supplies as a whole.
fn spread<'f>(c: &'f Context<'_>, side: Side) -> Vec<&'f MuscleFact> {
    let abnormal: Vec<&MuscleFact> =
        c.facts.on(side).filter(|m| m.is_limb() && m.neurogenic() == Some(true)).collect();
    let (Some(first), Some(last)) = (Root::named("C5"), Root::named("S2")) else { return Vec::new() };
    let one = first.to(last).any(|r| abnormal.iter().all(|m| is_major(m.muscle, r)));
    if one { Vec::new() } else { abnormal }
}

/// Two muscles of a root on each side, and together of more than one root. Numbers as for [`two_muscles`].
fn several_roots(c: &Context<'_>, a: &Arguments) -> Outcome {
    let sides = SIDES.map(|s| paired(c, a, s));
    let words = |of: &[&MuscleFact]| of.iter().map(|m| said(m)).collect::<Vec<_>>();
    let found: Vec<String> = sides.iter().flatten().flat_map(|m| words(m)).collect();
    if sides.iter().flatten().any(Vec::is_empty) {
        let side = SIDES.iter().zip(&sides).find(|(_, m)| m.as_ref().is_some_and(Vec::is_empty));
        let name = side.map_or("one", |(s, _)| s.name());
        return Outcome::not_met(vec![format!(
            "no neurogenic change in the limb muscles of the {name} side"
        )]);
    }
    if sides.iter().all(Option::is_some) && SIDES.iter().any(|s| !spread(c, *s).is_empty()) {
        return Outcome::met(found);
    }
    Outcome::unknown(vec!["muscles of further roots on both sides (needle)".into()]).so_far(found)
}

/// Abnormal muscles of one side that no single root supplies. Number: at least so many.
fn roots_of_a_side(c: &Context<'_>, a: &Arguments) -> Outcome {
    let found = c.sides().iter().map(|s| spread(c, *s)).find(|m| m.len() >= a.count(0).max(2));
    match found {
        Some(muscles) => Outcome::met(muscles.iter().map(|m| said(m)).collect()),
        None => Outcome::unknown(vec!["muscles of further roots (needle)".into()]),
    }
}

/// The change is confined: limb muscles of the same limb outside the roots are normal, and a sensory response of that
/// limb is. A disease of all nerves, muscles or motor neurons would not spare them. Where the criteria of such a
/// disease are met and that is not shown, it explains the change better. Numbers: muscles, sensory responses.
fn selective(c: &Context<'_>, a: &Arguments) -> Outcome {
    let upper = c.roots.first().is_some_and(|r| Root::named("T1").is_some_and(|t1| *r <= t1));
    let region = if upper { "upper_limb" } else { "lower_limb" };
    let anywhere = c.side.is_none();
    let limb = |m: &&MuscleFact| if anywhere { m.is_limb() } else { m.muscle.region == region };
    let outside = |m: &&MuscleFact| anywhere || !c.roots.iter().any(|r| is_major(m.muscle, *r));
    let spared: Vec<String> =
        c.muscles().filter(limb).filter(outside).filter(|m| normal(m) == Some(true)).map(said).collect();
    let studies = NCS_STUDIES.iter().filter(|s| {
        s.kind == StudyKind::Sensory
            && (anywhere || NERVES.iter().any(|n| n.id == s.nerve && n.region == region))
    });
    let responses: Vec<String> = studies
        .flat_map(|s| c.sides().iter().filter_map(|side| nerve::normal(c.facts, s.id, *side)))
        .filter_map(|(yes, words)| yes.then_some(words))
        .collect();
    let mut missing = Vec::new();
    if spared.len() < a.count(0) {
        missing.push("a normal muscle of the same limb that the root does not supply (needle)".into());
    }
    if responses.len() < a.count(1) {
        missing.push("a normal sensory response of the same limb".into());
    }
    let found = [spared, responses].concat();
    if missing.is_empty() {
        Outcome::met(found)
    } else if c.generalised.is_empty() {
        Outcome::unknown(missing).so_far(found)
    } else {
        let names =
            c.generalised.iter().map(|id| format!("the criteria of {} are met", id.replace('_', " ")));
        Outcome::not_met(names.collect())
    }
}

/// Dense activity or no recruitment in muscles of a root, active paraspinals of it, and a normal sensory response of
/// its territory. Numbers: the grade that is dense; muscles.
fn avulsed(c: &Context<'_>, a: &Arguments) -> Outcome {
    let (Some(first), Some(last)) = (Root::named("C5"), Root::named("T1")) else {
        return Outcome::unknown(Vec::new());
    };
    let dense = |m: &MuscleFact| {
        let graded = m.activity().map(|g| f64::from(g) >= a.number(0));
        let still = m.recruitment.map(|r| r == crate::study::Recruitment::None);
        match (graded, still) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (None, None) => None,
            _ => Some(false),
        }
    };
    let parts = first.to(last).map(|root| {
        let sided = Context { roots: vec![root], element: "", ..*c };
        let of_root = |m: &&MuscleFact| m.is_limb() && is_major(m.muscle, root) && dense(m).is_some();
        let (yes, no): (Vec<_>, Vec<_>) = c.muscles().filter(of_root).partition(|m| dense(m) == Some(true));
        let words = |of: &[&MuscleFact]| of.iter().map(|m| said(m)).collect::<Vec<_>>();
        let limb = if yes.len() >= a.count(1) {
            Outcome::met(words(&yes))
        } else if no.len() >= a.count(1) {
            Outcome::not_met(words(&no))
        } else {
            Outcome::unknown(vec![format!("muscles of {} (needle)", root.name())])
        };
        let responses: Vec<Outcome> =
            territory(&sided, 50.0).iter().map(|s| nerve::one(&sided, s, nerve::normal)).collect();
        let sensory = if responses.is_empty() {
            Outcome::unknown(vec![format!("a sensory response of {}", root.name())])
        } else {
            Outcome::at_least(1, responses)
        };
        Outcome::at_least(3, vec![limb, paraspinal(&sided, &[root]), sensory])
    });
    Outcome::at_least(1, parts.collect())
}
