//! Signal-quality checks: rows of [`CHECKS`].
