//! Pages; computes nothing.
