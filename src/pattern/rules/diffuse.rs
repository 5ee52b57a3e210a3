//! Functions about motor neurons, muscle fibres and the neuromuscular junction.

use super::functions::{Arguments, Context, Function, Takes, row, said};
use super::nerve;
use super::outcome::Outcome;
use super::pairs::{self, Pair};
use super::polyneuropathy::{is_entrapment, studies_of};
use super::root::majors;
use super::tables::group;
use crate::norms::Muscle;
use crate::norms::ncs::{NCS_STUDIES, StudyKind};
use crate::pattern::facts::{Datum, MuscleFact, SIDES};
use crate::pattern::three::Three;
use crate::study::Recruitment;

pub(super) static FUNCTIONS: &[Function] = &[
    row("chronic_and_ongoing", Takes::Numbers(1), |c, a| {
        some_muscles(c, a.count(0), |m| both(m.large(), ongoing(m)))
    }),
    row("fasciculation_in_large", Takes::Numbers(1), |c, a| {
        some_muscles(c, a.count(0), |m| both(m.large(), m.fasciculation.map(|g| g > 0)))
    }),
    row("regions", Takes::Numbers(2), regions),
    row("split_hand_below", Takes::Numbers(1), split_hand),
    row("some_short_small", Takes::Numbers(1), |c, a| some_muscles(c, a.count(0), MuscleFact::short_small)),
    row("some_early_recruitment", Takes::Numbers(1), |c, a| {
        some_muscles(c, a.count(0), |m| m.recruitment.map(|r| r == Recruitment::Early))
    }),
    row("some_irritable", Takes::Numbers(1), |c, a| {
        some_muscles(c, a.count(0), |m| both(m.short_small(), m.active()))
    }),
    row("some_myotonic", Takes::Numbers(1), |c, a| some_muscles(c, a.count(0), |m| m.myotonic_discharge)),
    row("sensory_normal", Takes::Numbers(1), sensory_normal),
    row("sensory_low", Takes::Numbers(1), sensory_low),
    row("number_abnormal", Takes::Measure(0), |c, a| number(c, a, |d| d.is_abnormal())),
    row("number_normal", Takes::Measure(0), |c, a| number(c, a, |d| d.is_normal())),
    row("number_judged", Takes::Measure(0), |c, a| number(c, a, |d| d.is_abnormal() || d.is_normal())),
    row("number_over", Takes::Measure(1), number_over),
    row("block_ratio", Takes::Measure(2), block_ratio),
];

fn both(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(true), Some(true)) => Some(true),
        (Some(false), _) | (_, Some(false)) => Some(false),
        _ => None,
    }
}

/// Fibrillation potentials, positive sharp waves or fasciculation potentials.
fn ongoing(m: &MuscleFact) -> Option<bool> {
    match (m.active(), m.fasciculation.map(|g| g > 0)) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (None, None) => None,
        _ => Some(false),
    }
}

/// At least so many muscles, whichever. Not met where twice as many were looked at and too few have it.
fn some_muscles(c: &Context<'_>, needed: usize, holds: impl Fn(&MuscleFact) -> Option<bool>) -> Outcome {
    let with = |want: bool| c.muscles().filter(|m| holds(m) == Some(want)).map(said).collect::<Vec<String>>();
    let (yes, no) = (with(true), with(false));
    if yes.len() >= needed {
        Outcome::met(yes)
    } else if yes.len() + no.len() >= 2 * needed {
        Outcome::not_met([yes, no].concat())
    } else {
        Outcome::unknown(vec!["further muscles (needle)".into()]).so_far(yes)
    }
}

/// Regions of the body with neurogenic change. Numbers: regions; normal muscles of a limb region that speak against
/// it there. One muscle makes the bulbar and the thoracic region, two of different root and nerve a limb region.
fn regions(c: &Context<'_>, a: &Arguments) -> Outcome {
    let one = |name: &str, is: &dyn Fn(&Muscle) -> bool| {
        let known = c.muscles().filter(|m| is(m.muscle) && m.neurogenic().is_some());
        let (yes, no): (Vec<_>, Vec<_>) = known.partition(|m| m.neurogenic() == Some(true));
        let words =
            |of: &[&MuscleFact]| of.iter().map(|m| format!("{name}: {}", said(m))).collect::<Vec<_>>();
        if !yes.is_empty() {
            Outcome::met(words(&yes))
        } else if no.is_empty() {
            Outcome::unknown(vec![format!("a muscle of the {name} region (needle)")])
        } else {
            Outcome::not_met(words(&no))
        }
    };
    let two = |name: &str, region: &'static str| {
        let pair = Pair {
            member: &|m| m.region == region,
            differ: &|x, y| x.nerve != y.nerve && majors(x) != majors(y),
            enough_normal: a.count(1),
            name: &format!("the {name} region"),
            apart: "another root and nerve",
        };
        pairs::judge(c.muscles(), &pair)
    };
    let bulbar = group("bulbar", "muscles").unwrap_or_default();
    let parts = vec![
        one("bulbar", &|m| bulbar.contains(&m.id)),
        two("cervical", "upper_limb"),
        one("thoracic", &|m| matches!(m.nerve, "posterior_ramus_thoracic" | "thoracoabdominal")),
        two("lumbosacral", "lower_limb"),
    ];
    Outcome::at_least(a.count(0), parts)
}

/// Product of the median and first interosseous responses over that of the small-finger abductor, mV. Number: below.
fn split_hand(c: &Context<'_>, a: &Arguments) -> Outcome {
    let index = |side| {
        let [apb, fdi, adm] = ["median_motor_apb", "ulnar_motor_fdi", "ulnar_motor_adm"]
            .map(|s| c.facts.distal(s, side, nerve::SIZES[0]));
        let (apb, fdi, adm) = (apb?, fdi?, adm?);
        let divisor = adm.value().filter(|v| *v > 0.0)?;
        let value = apb.value()? * fdi.value()? / divisor;
        let words = [apb, fdi, adm].map(nerve::said).join("; ");
        Some((value < a.number(0), format!("index {} mV from {words}", nerve::short(value))))
    };
    let answers: Vec<(bool, String)> = SIDES.iter().filter_map(|s| index(*s)).collect();
    match answers.iter().find(|x| x.0).or(answers.first()) {
        Some((true, words)) => Outcome::met(vec![words.clone()]),
        Some((false, words)) => Outcome::not_met(vec![words.clone()]),
        None => Outcome::unknown(vec!["motor responses of APB, FDI and ADM of one hand".into()]),
    }
}

fn sensory_answers(
    c: &Context<'_>,
    holds: fn(&crate::pattern::facts::Facts<'_>, &str, crate::study::Side) -> Option<(bool, String)>,
) -> (Vec<String>, Vec<String>) {
    let unsure = studies_of("often_absent");
    let studies = NCS_STUDIES.iter().filter(|s| s.kind == StudyKind::Sensory && !unsure.contains(&s.id));
    let (mut yes, mut no) = (Vec::new(), Vec::new());
    for study in studies {
        for side in c.sides() {
            match holds(c.facts, study.id, *side) {
                Some((true, words)) => yes.push(words),
                Some((false, words)) => no.push(words),
                None => {}
            }
        }
    }
    (yes, no)
}

/// So many sensory responses are normal.
fn sensory_normal(c: &Context<'_>, a: &Arguments) -> Outcome {
    let (yes, no) = sensory_answers(c, nerve::normal);
    if yes.len() >= a.count(0) {
        Outcome::met(yes)
    } else if no.is_empty() {
        Outcome::unknown(vec!["sensory responses (against a limit)".into()]).so_far(yes)
    } else {
        Outcome::not_met(no)
    }
}

/// So many sensory responses are low or absent, those that are often absent in health left out.
fn sensory_low(c: &Context<'_>, a: &Arguments) -> Outcome {
    let (yes, no) = sensory_answers(c, nerve::low);
    if yes.len() >= a.count(0) {
        Outcome::met(yes)
    } else if no.is_empty() {
        Outcome::unknown(vec!["sensory responses (against a limit)".into()]).so_far(yes)
    } else {
        Outcome::not_met(no)
    }
}

/// Rows of a measure, on the sides of the pattern.
fn rows<'f>(c: &'f Context<'_>, id: &'f str) -> impl Iterator<Item = &'f Datum<'f>> {
    c.facts.data.iter().filter(move |d| d.row.id == id && d.side.is_none_or(|s| c.sides().contains(&s)))
}

/// A number of that measure that was held against its limit.
fn number(c: &Context<'_>, a: &Arguments, holds: fn(&Datum<'_>) -> bool) -> Outcome {
    let id = a.name(0);
    let judged = || rows(c, id).filter(|d| d.is_abnormal() || d.is_normal());
    let with = |want: bool| judged().filter(|d| holds(d) == want).map(nerve::said).collect::<Vec<_>>();
    let (yes, no) = (with(true), with(false));
    if !yes.is_empty() {
        Outcome::met(yes)
    } else if no.is_empty() {
        Outcome::unknown(vec![format!("{} (against its limit)", id.replace('_', " "))])
    } else {
        Outcome::not_met(no)
    }
}

/// A number of that measure over the rule's own limit.
fn number_over(c: &Context<'_>, a: &Arguments) -> Outcome {
    let id = a.name(0);
    let judged = || rows(c, id).filter(|d| d.row.verdict != "not_assessable" && d.value().is_some());
    let with = |want: bool| {
        let over = |d: &&Datum<'_>| d.value().is_some_and(|v| v > a.number(0)) == want;
        judged().filter(over).map(nerve::said).collect::<Vec<_>>()
    };
    let (yes, no) = (with(true), with(false));
    if !yes.is_empty() {
        Outcome::met(yes)
    } else if no.is_empty() {
        Outcome::unknown(vec![id.replace('_', " ")])
    } else {
        Outcome::not_met(no)
    }
}

/// A ratio over a piece of nerve outside sites of entrapment below a limit, the duration rising by no more than stated.
/// Numbers: ratio below; duration ratio at most.
fn block_ratio(c: &Context<'_>, a: &Arguments) -> Outcome {
    let id = a.name(0);
    let mut parts = Vec::new();
    for d in rows(c, id).filter(|d| !is_entrapment(d) && d.row.verdict != "not_assessable") {
        let (Some(study), Some(side), Some(ratio)) = (d.study, d.side, d.value()) else { continue };
        let duration =
            c.facts.segment(study.id, side, "duration_ratio", d.segment).filter(|r| r.value().is_some());
        let words = std::iter::once(d).chain(duration).map(nerve::said).collect::<Vec<_>>();
        let low = ratio < a.number(0);
        parts.push(match duration.and_then(Datum::value) {
            _ if !low => Outcome::not_met(words),
            Some(rise) if rise <= a.number(1) => Outcome::met(words),
            Some(_) => Outcome::not_met(words),
            None => Outcome::unknown(vec![format!(
                "{} {} duration ratio",
                side.name(),
                study.id.replace('_', " ")
            )]),
        });
    }
    if parts.is_empty() {
        return Outcome::unknown(vec!["motor studies with proximal stimulation".into()]);
    }
    if parts.iter().any(|p| p.truth == Three::Met) {
        parts.retain(|p| p.truth == Three::Met);
    }
    Outcome::at_least(1, parts)
}
