//! Patients made to be scored.

use crate::Result;
use crate::simulate::patient::{self, Options};
use std::path::{Path, PathBuf};

/// Makes patient `number` (from 1) of a series in a folder of its own inside `root`: drawn by prevalence, as values. The
/// same seed and number give the same bytes.
///
/// # Errors
/// What writing meets.
pub fn make_studies(seed: u64, number: u64, root: &Path) -> Result<Vec<PathBuf>> {
    let options = Options { seed: patient::series_seed(seed, number), ..Options::default() };
    let folder = root.join(format!("{number:05}"));
    patient::write(&patient::study(&options)?, &folder)?;
    Ok(vec![folder])
}
