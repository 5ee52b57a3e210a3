//! Pictures as SVG text, by plotters; computes nothing but where things lie on the page.
//!
//! Conventions: needle and evoked traces are drawn with negative up, and the axis says so. Colour is never
//! the only mark. The text of a picture is ours; labels from files stand in the page around it, escaped.

mod cloud;
mod colour;
mod curve;
mod evoked;
mod firing;
mod frame;
mod gallery;
mod heat;
mod myotome;
mod probability;
mod sheet;
mod strip;
mod trace;
mod units;

pub use cloud::{GLYPHS, turns_and_amplitude};
pub use curve::{Marks, curves, sizes};
pub use evoked::{raster, stack, train};
pub use firing::{firing, intervals};
pub use gallery::gallery;
pub use heat::spectrogram;
pub use myotome::{Mark, MyotomeGrid, MyotomeRow, RootColumn, myotome};
pub use probability::{coverage, reliability};
pub use strip::{events, trains};
pub use trace::{course, detail, envelope, spectrum, waveform};
pub use units::{overview, stretch};
