//! From files to results, in parallel.
