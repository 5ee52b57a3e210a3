//! The model file, schema `myotome.model/1`: JSON.

use super::model::Model;
use crate::error::At;
use crate::feature::FEATURES;
use crate::{Error, Result, output};
use serde::{Deserialize, Serialize};
use sha2::Digest;
use std::path::Path;

/// Name and version of the schema.
pub const SCHEMA: &str = "myotome.model/1";
/// Bytes of a model file at most. Ours: a forest of any use is far smaller.
pub const MOST_BYTES: u64 = 256 << 20;

/// `model.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelFile {
    /// [`SCHEMA`].
    pub schema: String,
    /// Name for people: the learner and the table.
    pub name: String,
    /// Version of the program that trained it.
    pub version: String,
    /// What it was trained on.
    pub training: Training,
    /// The steps from a recording to a row: fields of `pipeline::recipe::Recipe`.
    pub recipe: serde_json::Value,
    /// Figures from cross-validation over subjects, before the model was trained on all of them.
    pub cross_validated: serde_json::Value,
    /// The model.
    pub model: Model,
}

/// What a model was trained on, and how.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Training {
    /// The feature table's file name.
    pub table: String,
    /// SHA-256 of the table's bytes.
    pub table_sha256: String,
    /// Windows.
    pub windows: usize,
    /// Subjects of each class, in the model's order.
    pub subjects_per_class: Vec<usize>,
    /// Id of the learner.
    pub learner: String,
    /// Name and value of the number that was tuned inside the training subjects.
    pub tuned: (String, f64),
    /// Options: folds, calibration and the rest.
    pub options: serde_json::Value,
    /// Seed of every random number.
    pub seed: u64,
    /// Leak alarms that were raised: their ids.
    pub alarms: Vec<String>,
}

/// A model file as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// What it holds.
    pub file: ModelFile,
    /// As the user named it.
    pub path: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

/// SHA-256 in lower-case hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    sha2::Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

/// The same of a file, a piece at a time.
pub fn sha256_of(path: &Path) -> std::io::Result<String> {
    use std::io::Read;
    let (mut file, mut hash) = (std::fs::File::open(path)?, sha2::Sha256::new());
    let mut piece = vec![0; 1 << 20];
    loop {
        let n = file.read(&mut piece)?;
        if n == 0 {
            return Ok(hash.finalize().iter().map(|b| format!("{b:02x}")).collect());
        }
        hash.update(&piece[..n]);
    }
}

/// Reads and checks a model file.
///
/// Errors: too large, not JSON of the schema, or parts that do not fit each other, with the part's name.
pub fn load(path: &Path) -> Result<Loaded> {
    let size = std::fs::metadata(path).map_err(|e| Error::io(path, e))?.len();
    if size > MOST_BYTES {
        return Err(Error::Limit { name: "model file", asked: size, allowed: MOST_BYTES });
    }
    let bytes = std::fs::read(path).map_err(|e| Error::io(path, e))?;
    let name = path.display().to_string();
    let file = parse(&bytes).map_err(|e| e.in_file(&name))?;
    Ok(Loaded { file, path: name, sha256: sha256(&bytes) })
}

/// The same from bytes.
pub fn parse(bytes: &[u8]) -> Result<ModelFile> {
    let wrong = |at: At, what: String| Error::malformed("model", at, what);
    /// Only the schema, to tell an older or another file from a broken one.
    #[derive(Deserialize)]
    struct Head {
        schema: String,
    }
    let line = |e: &serde_json::Error| At::Line(e.line() as u64);
    let head: Head =
        serde_json::from_slice(bytes).map_err(|e| wrong(line(&e), format!("no model file: {e}")))?;
    if head.schema != SCHEMA {
        return Err(wrong(At::Field("schema".into()), format!("`{}`; `{SCHEMA}` is read", head.schema)));
    }
    let file: ModelFile = serde_json::from_slice(bytes).map_err(|e| wrong(line(&e), e.to_string()))?;
    file.model.check().map_err(|e| wrong(At::Field("model".into()), e))?;
    if file.training.subjects_per_class.len() != file.model.classes.len() {
        let what = format!(
            "subjects of {} classes; the model has {}",
            file.training.subjects_per_class.len(),
            file.model.classes.len()
        );
        return Err(wrong(At::Field("training".into()), what));
    }
    for f in &file.model.features {
        let known = FEATURES.iter().find(|k| k.id == f.id);
        let Some(known) = known else {
            let what = format!("`{}` is no feature of this version", f.id);
            return Err(wrong(At::Field("features".into()), what));
        };
        if known.column() != f.column || known.unit.symbol != f.unit {
            let what = format!(
                "`{}` in {}; here it is `{}` in {}",
                f.column,
                f.unit,
                known.column(),
                known.unit.symbol
            );
            return Err(wrong(At::Field("features".into()), what));
        }
    }
    Ok(file)
}

/// Writes a model file.
pub fn save(file: &ModelFile, path: &Path) -> Result<()> {
    let text = serde_json::to_string(file).map_err(|e| Error::Signal(format!("model file: {e}")))?;
    output::write_atomic(path, |out| out.write_all(text.as_bytes()).and_then(|()| out.write_all(b"\n")))
}
