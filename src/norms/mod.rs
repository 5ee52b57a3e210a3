//! Reference tables: muscles and nerves, and who says so.

mod anatomy;

pub use anatomy::{MUSCLES, Muscle, NERVES, Nerve, muscle, muscle_id, nerve, nerve_id};
