//! From files to results, in parallel.
//!
//! Work is spread over files, channels and blocks of windows; results come back in input order, and no sum
//! crosses a thread, so the bytes do not depend on the number of threads.

pub mod analyze;
pub mod batch;
pub mod columns;
pub mod conditioning;
pub mod features;
pub mod inputs;
pub mod kinds;
pub mod mark;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod recipe;
pub mod table;
