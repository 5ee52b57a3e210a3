//! Reads electromyography (EMG) and nerve-conduction (NCS) recordings, measures them, and shows the
//! evidence behind every number.
//!
//! # Layers
//! Modules import downwards only; `tests/layers.rs` keeps it so.
//!
//! | layer | modules | holds |
//! |---|---|---|
//! | 0 | [`units`] [`error`] [`output`] | newtypes, the one [`Error`], atomic writing |
//! | 1 | [`trace`] [`recording`] [`study`] [`measure`] [`result`] [`truth`] | what things are; no computing |
//! | 2 | [`format`](mod@format) · [`dsp`] | readers and writers · filters, spectra, envelopes |
//! | 3 | [`feature`] · [`needle`] · [`ncs`] · [`quality`] | numbers out of a trace |
//! | 4 | [`norms`] · [`classify`] · [`pattern`] | reference tables · what a recording is, statistical models · what a study suggests |
//! | 5 | [`simulate`] · [`pipeline`] | recordings with their truth · file × channel parallelism, from files to results |
//! | 6 | `report` · `plot` · [`evaluate`] | showing; computes nothing · scores against the truth of simulations, and of models on subjects they have not seen |
//!
//! # Conventions
//! SI inside (V, s, Hz); field units (µV, ms) only at the edges and then in the name. The sampling
//! frequency travels with the samples and has no default. `NaN` and infinities never leave a function:
//! what cannot be computed is [`measure::Reading::Undefined`] with the reason.
//!
//! Not a medical device; nothing here is a diagnosis.

pub mod classify;
pub mod dsp;
pub mod error;
pub mod evaluate;
pub mod feature;
pub mod format;
pub mod measure;
pub mod ncs;
pub mod needle;
pub mod norms;
pub mod output;
pub mod pattern;
pub mod pipeline;
#[cfg(feature = "plots")]
pub mod plot;
pub mod quality;
pub mod recording;
#[cfg(feature = "plots")]
pub mod report;
pub mod result;
pub mod simulate;
pub mod study;
pub mod trace;
pub mod truth;
pub mod units;

pub use error::{Error, Result};

/// The README's example is compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeExample;
