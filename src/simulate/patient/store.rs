//! The study folder of a patient.

use super::recorded::File;
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
    pub(super) files: Vec<File>,
}

/// Puts a study together.
pub(super) fn make(plan: &Plan, done: &[Done], truth: Truth) -> Result<Study> {
    let mut out = Study { toml: plan.head(), truth, files: Vec::new() };
    for (number, test) in done.iter().enumerate() {
        if plan.is_recorded(number as u64) {
            let (text, files) = plan.recorded(test)?;
            out.toml += &text;
            out.files.extend(files);
        } else {
            out.toml += &plan.table(test);
        }
    }
    Ok(out)
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
    for file in &study.files {
        file.write(folder)?;
    }
    write_atomic(&toml, |w| w.write_all(study.toml.as_bytes()))?;
    write_atomic(&json, |w| {
        serde_json::to_writer(&mut *w, &study.truth)?;
        w.write_all(b"\n")
    })
}
