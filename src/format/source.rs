//! A file's bytes, and the way to the files beside it.

use super::ReadOptions;
use crate::error::At;
use crate::{Error, Result};
use std::path::{Path, PathBuf};

/// A file's bytes, and the way to the files beside it.
#[derive(Debug, Clone)]
pub struct Source {
    /// As the user named it.
    pub name: String,
    /// All bytes.
    pub bytes: Vec<u8>,
    /// Folder that files named inside this file must lie in; `None` when there is none (tests, fuzzing).
    pub folder: Option<PathBuf>,
}

impl Source {
    /// Reads a file, after holding its size against `max_memory`.
    pub fn open(path: &Path, max_memory: u64) -> Result<Self> {
        let io = |source| Error::io(path, source);
        let metadata = std::fs::metadata(path).map_err(io)?;
        if metadata.is_dir() {
            return Err(Error::io(path, std::io::Error::other("is a folder, not a recording")));
        }
        if metadata.len() > max_memory {
            return Err(Error::Limit { name: "memory", asked: metadata.len(), allowed: max_memory }
                .in_file(&path.display().to_string()));
        }
        let bytes = std::fs::read(path).map_err(io)?;
        let folder =
            path.parent().map(|p| if p.as_os_str().is_empty() { PathBuf::from(".") } else { p.into() });
        Ok(Source { name: path.display().to_string(), bytes, folder })
    }
    /// Bytes that lie in no folder.
    pub fn from_bytes(name: &str, bytes: Vec<u8>) -> Self {
        Source { name: name.to_owned(), bytes, folder: None }
    }
    /// Lower-case extension of the name, without the dot.
    pub fn extension(&self) -> String {
        Path::new(&self.name).extension().map_or_else(String::new, |e| e.to_string_lossy().to_lowercase())
    }
    /// Name without folder and extension.
    pub fn stem(&self) -> String {
        Path::new(&self.name).file_stem().map_or_else(String::new, |s| s.to_string_lossy().into_owned())
    }
    /// Opens a file that this one names. Only plain relative names inside the folder: no absolute path, no
    /// `..`, no link that leads out of it.
    pub fn sibling(&self, name: &str, options: &ReadOptions) -> Result<Source> {
        Source::open(&self.sibling_path(name)?, options.max_memory)
    }
    /// Path of a file that this one names and that is there, under the rules of [`Source::sibling`].
    pub fn sibling_path(&self, name: &str) -> Result<PathBuf> {
        let refuse = |why: &str| {
            Err(Error::malformed(
                "file",
                At::Field(format!("name `{name}`")),
                format!("{why}; files are opened only inside the recording's own folder"),
            ))
        };
        let Some(folder) = &self.folder else { return refuse("there is no folder") };
        let relative = Path::new(name);
        let plain = relative.components().all(|c| matches!(c, std::path::Component::Normal(_)));
        if name.is_empty() || !plain || name.contains(['\0', '\\']) || name.contains("://") {
            return refuse("not a plain relative name");
        }
        let path = folder.join(relative);
        let io = |source| Error::io(&path, source);
        let (real, root) =
            (path.canonicalize().map_err(io)?, folder.canonicalize().map_err(|e| Error::io(folder, e))?);
        if !real.starts_with(root) {
            return refuse("leads out of the folder");
        }
        Ok(path)
    }
}
