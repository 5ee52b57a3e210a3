//! Limits of nerve conduction: which set says what about a study, a parameter and a person.
//!
//! A limit is looked for set by set, in [`Limits::order`]; the first set that knows the study and the parameter
//! answers, and rows of two sets are never joined. A laboratory's own file replaces every built-in set.

mod absent;
mod block;
mod comparison;
mod laboratory;
mod limits;
mod lines;
mod means;
mod parameters;
mod regression;
mod strata;
mod studies;
mod temperature;

pub use block::{
    BLOCK_CRITERIA, BlockCriterion, DistalDuration, Judged, Quantity, Ratios, distal_duration, judge_block,
};
pub use comparison::{
    COMPARISONS, Comparison, DIFFERENCES, Difference, Kind, NMJ_RULES, NmjRule, difference,
};
pub use limits::{Answer, Limits, Query, Row};
pub use means::{Mean, mean};
pub use studies::{NCS_STUDIES, NcsStudy, StudyKind, is_lower_limb, segment, study};
pub use temperature::{Slope, slope, target_c};
