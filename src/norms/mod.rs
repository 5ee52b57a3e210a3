//! Reference tables: muscles and nerves, published limits, and who says so.

mod anatomy;
mod mup;
pub mod ncs;
mod sets;

pub(crate) use anatomy::rows;
pub use anatomy::{MUSCLES, Muscle, NERVES, Nerve, muscle, muscle_id, nerve, nerve_id};
pub use mup::{MUP_LIMITS, limits_of, mup_limits};
pub use sets::{NORM_SETS, NormSet, version_of};
