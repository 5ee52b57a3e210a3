//! Kinds of test that a pattern asks for and that were not done.

use super::functions::Context;
use crate::norms::{self, Pattern};
use crate::pattern::facts::{Datum, MuscleFact, SIDES};

/// A kind of test, in words, and whether it was done.
struct Kind {
    id: &'static str,
    words: &'static str,
    done: fn(&Context<'_>, &Place) -> bool,
}

/// Where the pattern lies: `upper_limb`, `lower_limb`, or empty for the whole body.
struct Place {
    limb: &'static str,
}

fn data<'f>(c: &'f Context<'_>, p: &'f Place, test: &'static str) -> impl Iterator<Item = &'f Datum<'f>> {
    c.facts.data.iter().filter(move |d| {
        let there = d.is_absent() || d.value().is_some();
        let side = d.side.is_none_or(|s| c.sides().contains(&s));
        let nerve = d.study.and_then(|s| norms::NERVES.iter().find(|n| n.id == s.nerve));
        let region = nerve.map_or("", |n| n.region);
        d.row.place.test == test && there && side && (p.limb.is_empty() || region == p.limb)
    })
}

fn muscles<'f>(c: &'f Context<'_>) -> impl Iterator<Item = &'f MuscleFact> {
    c.muscles()
}

const KINDS: &[Kind] = &[
    Kind { id: "ncs_motor", words: "motor conduction", done: |c, p| data(c, p, "motor").next().is_some() },
    Kind {
        id: "ncs_sensory",
        words: "sensory conduction",
        done: |c, p| data(c, p, "sensory").next().is_some(),
    },
    Kind {
        id: "ncs_mixed",
        words: "mixed palmar or plantar conduction",
        done: |c, p| data(c, p, "sensory").any(|d| d.study.is_some_and(|s| s.id.contains("_mixed"))),
    },
    Kind {
        id: "ncs_proximal_motor",
        words: "motor conduction with proximal stimulation",
        done: |c, p| data(c, p, "motor").any(|d| d.row.place.segment.is_some()),
    },
    Kind { id: "f_wave", words: "F waves", done: |c, p| data(c, p, "f_wave").next().is_some() },
    Kind {
        id: "h_reflex",
        words: "H reflex of both sides",
        done: |c, _| {
            let of = |side| c.facts.of_study("h_reflex_soleus", side).next().is_some();
            SIDES.iter().all(|s| of(*s))
        },
    },
    Kind {
        id: "needle_limb",
        words: "needle examination of limb muscles",
        done: |c, p| muscles(c).any(|m| m.is_limb() && (p.limb.is_empty() || m.muscle.region == p.limb)),
    },
    Kind {
        id: "needle_paraspinal",
        words: "needle examination of paraspinal muscles",
        done: |c, _| muscles(c).any(MuscleFact::is_paraspinal),
    },
    Kind {
        id: "needle_bulbar",
        words: "needle examination of bulbar muscles",
        done: |c, _| muscles(c).any(|m| m.muscle.region == "cranial"),
    },
    Kind {
        id: "needle_thoracic",
        words: "needle examination of the thoracic region",
        done: |c, _| {
            muscles(c).any(|m| matches!(m.muscle.nerve, "posterior_ramus_thoracic" | "thoracoabdominal"))
        },
    },
    Kind {
        id: "rns_low",
        words: "repetitive stimulation at a low rate",
        done: |c, _| c.facts.data.iter().any(|d| d.row.id == "decrement"),
    },
    Kind {
        id: "exercise_increment",
        words: "motor response before and after exercise",
        done: |c, _| c.facts.data.iter().any(|d| d.row.id == "increment"),
    },
    Kind {
        id: "side_comparison",
        words: "the same conduction study on the other side",
        done: |c, _| c.facts.data.iter().any(|d| d.row.id.ends_with("side_difference")),
    },
];

/// What the pattern asks for and the study lacks, in the order of the table.
pub(super) fn missing(c: &Context<'_>, pattern: &Pattern) -> Vec<String> {
    let of_muscle = |id: &str| norms::MUSCLES.iter().find(|m| m.id == id).map(|m| m.region);
    let limb = pattern.key_muscles.iter().filter_map(|id| of_muscle(id)).find(|r| r.ends_with("_limb"));
    let place = Place { limb: if c.side.is_some() { limb.unwrap_or_default() } else { "" } };
    let asked = KINDS.iter().filter(|k| pattern.needed_tests.contains(&k.id));
    asked.filter(|k| !(k.done)(c, &place)).map(|k| k.words.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::norms::PATTERNS;

    #[test]
    fn every_kind_of_test_that_a_pattern_asks_for_is_known() {
        let asked: Vec<&str> = PATTERNS.iter().flat_map(|p| p.needed_tests.iter().copied()).collect();
        assert!(asked.len() > 100);
        for kind in asked {
            assert!(KINDS.iter().any(|k| k.id == kind), "{kind}");
        }
    }
}
