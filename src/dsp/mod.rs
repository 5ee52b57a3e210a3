//! Filters, spectra, envelopes, averaging. Knows slices and sampling frequencies, not recordings.
//!
//! Options → `design(fs)?` does all checks → an immutable plan → `apply`, which cannot fail.

pub mod iir;
pub mod mains;
pub mod resample;
pub mod simd;
pub mod spectrum;
pub mod window;
