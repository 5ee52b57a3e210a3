//! Needle EMG: interference pattern and screening.

pub mod interference;
