//! Needle EMG: motor units and their potentials, spontaneous activity, interference pattern.

pub mod activity;
pub mod decompose;
pub mod interference;
pub mod limits;
pub mod muap;
pub mod recruitment;
pub mod spontaneous;
pub mod train;

pub use activity::Activity;
