//! What a recording is.
