//! Pictures as SVG text, by plotters; computes nothing but where things lie on the page.
//!
//! Conventions: needle and evoked traces are drawn with negative up, and the axis says so. Colour is never
//! the only mark. The text of a picture is ours; labels from files stand in the page around it, escaped.

mod colour;
mod frame;
mod heat;
mod trace;

pub use heat::spectrogram;
pub use trace::{course, detail, envelope, spectrum, turns_and_amplitude, waveform};
