//! Functions about elements of a plexus: trunks, cords, the plexus of the leg.

use super::functions::{Arguments, Context, Function, Takes, row, said};
use super::outcome::Outcome;
use super::pairs::{self, Pair};
use super::root::majors;
use crate::norms::Muscle;
use crate::pattern::facts::MuscleFact;

pub(super) static FUNCTIONS: &[Function] = &[
    row("one_element", Takes::Numbers(1), one_element),
    row("paraspinals_normal", Takes::Numbers(0), paraspinals_normal),
];

/// Whether fibres that take these ways pass the element: `upper_trunk`, `medial_cord`, `lumbar`, `sacral`, `brachial`.
pub(super) fn passes(element: &str, trunks: &[&str], cords: &[&str], plexus: &str) -> bool {
    if let Some(trunk) = element.strip_suffix("_trunk") {
        trunks.contains(&trunk)
    } else if let Some(cord) = element.strip_suffix("_cord") {
        cords.contains(&cord)
    } else {
        plexus == element
    }
}

/// Two abnormal muscles of different nerves and not of one and the same set of roots that share the element; the
/// middle trunk carries one root. Number: normal muscles of other nerves that speak against it.
fn one_element(c: &Context<'_>, a: &Arguments) -> Outcome {
    if c.element.is_empty() {
        return Outcome::unknown(Vec::new());
    }
    let name = c.element.replace('_', " ");
    let single = c.element == "middle_trunk";
    let several = |x: &Muscle, y: &Muscle| {
        let mut roots = [majors(x), majors(y)].concat();
        roots.sort();
        roots.dedup();
        single || roots.len() > 1
    };
    let pair = Pair {
        member: &|m| passes(c.element, &m.trunks, &m.cords, m.plexus),
        differ: &|x, y| x.nerve != y.nerve && several(x, y),
        enough_normal: a.count(0),
        name: &name,
        apart: if single { "another nerve" } else { "another nerve, of more than one root" },
    };
    pairs::judge(c.muscles(), &pair)
}

/// Paraspinals of the plexus' region are normal.
fn paraspinals_normal(c: &Context<'_>, _: &Arguments) -> Outcome {
    let leg = matches!(c.element, "lumbar" | "sacral");
    let rami = if leg { "posterior_ramus_lumbosacral" } else { "posterior_ramus_cervical" };
    let of_region = |m: &&MuscleFact| m.is_paraspinal() && m.muscle.nerve == rami && m.active().is_some();
    let (no, yes): (Vec<_>, Vec<_>) = c.muscles().filter(of_region).partition(|m| m.active() == Some(true));
    let words = |of: &[&MuscleFact]| of.iter().map(|m| said(m)).collect::<Vec<_>>();
    match (yes.is_empty(), no.is_empty()) {
        (_, false) => Outcome::not_met(words(&no)),
        (false, true) => Outcome::met(words(&yes)),
        (true, true) => Outcome::unknown(vec![c.named("paraspinals (needle)")]),
    }
}
