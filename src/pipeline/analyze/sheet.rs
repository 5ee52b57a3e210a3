//! Clinical tables as inputs: told from recordings by their header, and read with the names of our tables.

use super::recording::sha256;
use crate::result::Input;
use crate::study::sheet::{self, HEAD_BYTES, Sheet};
use crate::{Error, Result, norms};
use std::io::Read;
use std::path::Path;

/// What the result file calls the format of a clinical table.
pub const SHEET_FORMAT: &str = "clinical table";

/// The studies of a clinical table, and the file as the results name it; `None` where the file is none.
///
/// A clinical table has a text's extension and the header that [`sheet::is_sheet`] looks for; anything else is left
/// to the readers of recordings.
///
/// # Errors
/// As [`sheet::read`].
pub fn read_sheet(path: &Path) -> Result<Option<(Sheet, Input)>> {
    let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase());
    if !matches!(ending.as_deref(), Some("csv" | "tsv" | "txt")) || !path.is_file() {
        return Ok(None);
    }
    let io = |e| Error::io(path, e);
    let mut head = Vec::new();
    let file = std::fs::File::open(path).map_err(io)?;
    file.take(HEAD_BYTES as u64).read_to_end(&mut head).map_err(io)?;
    if !sheet::is_sheet(&head) {
        return Ok(None);
    }
    let found = sheet::read(path, &norms::muscle_id, &norms::nerve_id)?;
    let bytes = std::fs::read(path).map_err(io)?;
    let input =
        Input { file: path.display().to_string(), sha256: sha256(&bytes), format: SHEET_FORMAT.into() };
    Ok(Some((found, input)))
}
