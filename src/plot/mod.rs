//! Pictures; computes nothing.
