//! Needle EMG: interference pattern and screening.

mod activity;
mod criteria;
pub mod interference;
pub mod limits;
pub mod mup;
pub mod screening;

pub use activity::Activity;
