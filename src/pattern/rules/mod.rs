//! Published criteria, rule by rule: each is an expression of a small three-valued language over the facts of a study,
//! read from a table. A finding that is not there decides nothing; a rule is then open, and says what is missing.
//!
//! What is met stays met when a further test is added: no rule takes a missing test for a normal one, except those of
//! the normal and of the incomplete study, which speak of the study as it is.

mod course;
mod diffuse;
mod functions;
mod judge;
mod language;
mod muscle;
mod needed;
mod nerve;
mod outcome;
mod pairs;
mod piece;
mod plexus;
mod polyneuropathy;
mod root;
mod tables;
mod tier;
mod whole;

pub use functions::SetVerdict;
pub use judge::{Judged, has_side, joined, judge, judge_those, two_levels};
pub use tables::{CRITERIA, Criteria, RULES, Rule, criteria, rule};
