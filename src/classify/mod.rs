//! What a recording is: needle, surface, evoked, or no muscle signal; what a muscle suggests; statistical models.

mod content;
mod kind;
pub mod learn;
pub mod muscle;

pub use content::{Content, content};
pub use kind::{Opinion, Sureness, kind_of, muscle_named_in};
