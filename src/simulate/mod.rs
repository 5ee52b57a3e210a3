//! Simulated recordings with their truth. Seeded: the same options give the same bytes.
//!
//! No person was recorded; what is measured on simulations says how well the measuring works, not how well
//! it works on patients.

pub mod needle;
