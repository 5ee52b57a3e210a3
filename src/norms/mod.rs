//! Reference tables: muscles and nerves, published limits, and who says so.

mod anatomy;
mod mup;

pub use anatomy::{MUSCLES, Muscle, NERVES, Nerve, muscle, muscle_id, nerve, nerve_id};
pub use mup::{MUP_LIMITS, mup_limits};
