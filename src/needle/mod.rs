//! Needle EMG: interference pattern and screening.

mod activity;
mod criteria;
pub mod decompose;
pub mod interference;
pub mod limits;
pub mod muap;
pub mod mup;
pub mod recruitment;
pub mod screening;
pub mod spontaneous;
pub mod train;

pub use activity::Activity;
