//! Probabilities over explanations: an anatomical model with latent severity and time since onset.
//!
//! Every number that was found is an [`Element`] (the needle findings of a muscle; the size, the speed, the block … of
//! a response). An element is in one of a few [`State`]s, and `data/reference/pattern_emission.csv` says how often each
//! result is seen in each state. An explanation (a hypothesis) says with which probability each element is in which
//! state, given its severity: from the anatomy for roots and plexus, from `pattern_lesions.csv` for single nerves, by
//! rule for diffuse disease. What was not tested is no element and so weighs nothing.
//!
//! P(findings | explanation) = Σ over time and severity of P(time) P(severity) Π over elements of
//! Σ over states P(state | explanation, severity) P(result | state, time). Two muscles of one root are therefore not
//! independent: they share severity and time. All probabilities of the model are assumptions unless their row names a
//! source; the tables carry the status.

mod build;
mod constitution;
mod diffuse;
mod element;

mod emission;
mod evaluate;
mod hypothesis;
mod key;
mod lesion;
mod mix;
mod named;
mod next;
mod patchy;
mod plexus;
mod root;
mod said;
mod state;
mod time;
mod weighed;

pub use element::Element;
pub use key::Key;
pub use next::{Outlook, outlook};
pub use state::State;
pub use weighed::{Explanation, Weighed, Weight, weigh};
