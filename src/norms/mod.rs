//! Reference tables: muscles and nerves, published limits, and who says so.

mod anatomy;
pub mod context;
mod demyelination;
mod grading;
mod mup;
mod myotome;
pub mod ncs;
mod patterns;
mod repeatability;
mod sets;

pub(crate) use anatomy::rows;
pub use anatomy::{MUSCLES, Muscle, NERVES, Nerve, muscle, muscle_id, nerve, nerve_id};
pub use demyelination::{
    Count, DEMYELINATION_CRITERIA, DEMYELINATION_SETS, DemyelinationCriterion, DemyelinationSet,
    demyelination_criteria,
};
pub use grading::{CTS_GRADES, CtsGradeRow};
pub use mup::{MUP_LIMITS, limits_of, mup_limits};
pub use myotome::{
    MYOTOME_EVIDENCE, MYOTOMES, Myotome, MyotomeEvidence, Root, SNAP_ROOTS, SnapRoot, Weight, roots_of,
    snap_roots, weight,
};
pub use patterns::{PATTERNS, Pattern, pattern};
pub use repeatability::{REPEATABILITY, Repeatability, repeatability};
pub use sets::{NORM_SETS, NormSet, version_of};
