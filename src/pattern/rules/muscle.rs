//! Functions over named muscles. A muscle that was not examined leaves them open.

use super::functions::{Arguments, Context, Function, Takes, row, said};
use super::outcome::Outcome;
use crate::pattern::facts::MuscleFact;
use crate::pattern::three::Three;
use crate::study::{Polyphasia, Recruitment};

pub(super) static FUNCTIONS: &[Function] = &[
    row("neurogenic", Takes::Muscles, |c, a| each(c, a, MuscleFact::neurogenic)),
    row("normal", Takes::Muscles, |c, a| each(c, a, normal)),
    row("active", Takes::Muscles, |c, a| each(c, a, MuscleFact::active)),
    row("short_small", Takes::Muscles, |c, a| each(c, a, MuscleFact::short_small)),
    row("large", Takes::Muscles, |c, a| each(c, a, MuscleFact::large)),
    row("examined", Takes::Muscles, |c, a| each(c, a, |m| m.neurogenic().map(|_| true))),
    row("myokymic", Takes::Muscles, |c, a| each(c, a, |m| m.myokymic_discharge)),
    row("early_recruitment", Takes::Muscles, |c, a| {
        each(c, a, |m| m.recruitment.map(|r| r == Recruitment::Early))
    }),
];

/// Normal in every part that was examined; open where spontaneous activity was not looked for.
pub(super) fn normal(m: &MuscleFact) -> Option<bool> {
    if m.is_changed() { Some(false) } else { m.active().map(|_| true) }
}

/// Increased polyphasia, or recruitment other than normal, and nothing else.
pub(super) fn only_shape_or_recruitment(m: &MuscleFact) -> bool {
    let shape = m.polyphasia == Some(Polyphasia::Increased);
    let recruitment = m.recruitment.is_some_and(|r| r != Recruitment::Normal);
    (shape || recruitment) && m.neurogenic() != Some(true) && m.short_small() != Some(true)
}

/// At least so many of the named muscles.
fn each(c: &Context<'_>, a: &Arguments, holds: fn(&MuscleFact) -> Option<bool>) -> Outcome {
    let needed = a.needed();
    let parts: Vec<Outcome> = a.names.iter().map(|id| one(c, id, holds)).collect();
    let met = parts.iter().filter(|p| p.truth == Three::Met).count();
    let mut out = Outcome::at_least(needed, parts);
    if out.truth == Three::Unknown && needed < a.names.len() {
        // Any of several would do: one line instead of a line each.
        let open = std::mem::take(&mut out.missing).join(", ");
        out.missing.push(format!("{} of: {open}", needed - met));
    }
    out
}

/// One muscle, on either side where the pattern has none.
fn one(c: &Context<'_>, id: &str, holds: fn(&MuscleFact) -> Option<bool>) -> Outcome {
    let facts: Vec<&MuscleFact> = c.sides().iter().filter_map(|s| c.facts.muscle(id, *s)).collect();
    let with =
        |want: bool| facts.iter().filter(|m| holds(m) == Some(want)).map(|m| said(m)).collect::<Vec<_>>();
    let (yes, no) = (with(true), with(false));
    if !yes.is_empty() {
        Outcome::met(yes)
    } else if !no.is_empty() {
        Outcome::not_met(no)
    } else {
        Outcome::unknown(vec![format!("{} (needle)", c.named(id))])
    }
}
