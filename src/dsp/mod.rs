//! Filters, spectra, envelopes, averaging. Knows slices and sampling frequencies, not recordings.
//!
//! Options → `design(fs)?` does all checks → an immutable plan → `apply`, which cannot fail.

pub mod ar;
pub mod average;
pub mod dpss;
pub mod envelope;
pub mod hilbert;
pub mod iir;
pub mod mains;
pub mod multitaper;
pub mod resample;
pub mod simd;
pub mod spectrum;
pub mod stft;
pub mod turns;
pub mod vector;
pub mod wavelet;
mod wavelet_filters;
pub mod window;
