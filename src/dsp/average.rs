//! Stimulus-locked averages.
