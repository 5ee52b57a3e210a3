//! Which root, nerve or disease the findings of a study suggest, and why: published criteria and a probability side by
//! side, over an anatomical model of muscles, nerves, plexus and roots.

pub mod chance;
pub mod demyelination;
pub mod facts;
pub mod grade;
pub mod not_assessed;
pub mod pitfalls;
pub mod three;
