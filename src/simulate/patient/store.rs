//! The study folder of a patient.

use super::{Done, Plan};
use crate::output::write_atomic;
use crate::truth::patient::Truth;
use crate::{Error, Result, study, truth};
use std::path::Path;

/// A simulated patient.
#[derive(Debug, Clone, PartialEq)]
pub struct Study {
    /// The study file's text.
    pub toml: String,
    /// What was put in.
    pub truth: Truth,
}

/// Puts a study together.
pub(super) fn make(plan: &Plan, done: &[Done], truth: Truth) -> Result<Study> {
    let mut toml = plan.head();
    for test in done {
        toml += &plan.table(test);
    }
    Ok(Study { toml, truth })
}

/// Writes a study folder: `study.toml`, `truth.json`, recordings. An earlier simulation in it is replaced.
///
/// # Errors
/// [`Error::Option`] when the folder holds a study that was not simulated; [`Error::Io`].
pub fn write(study: &Study, folder: &Path) -> Result<()> {
    let (toml, json) = (folder.join(study::FILE_NAME), folder.join(truth::FILE_NAME));
    if toml.exists() && !json.exists() {
        let why =
            format!("`{}` holds a study that was not simulated; choose another folder", folder.display());
        return Err(Error::option("out", why));
    }
    std::fs::create_dir_all(folder).map_err(|e| Error::io(folder, e))?;
    write_atomic(&toml, |w| w.write_all(study.toml.as_bytes()))?;
    write_atomic(&json, |w| {
        serde_json::to_writer(&mut *w, &study.truth)?;
        w.write_all(b"\n")
    })
}
