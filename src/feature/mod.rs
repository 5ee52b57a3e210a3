//! Spectral and amplitude features of one window: rows of [`FEATURES`].
