//! From what the user names to the files to read.

use crate::format::{FORMATS, Source, qtrac};
use crate::{Error, Result};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// One file to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Its path.
    pub path: PathBuf,
    /// Whether the user named it; a file found in a folder that is no recording is left out quietly.
    pub named: bool,
}

/// Expands files, WFDB record names (a path without `.hea`), Qtrac lists (`.MEF`) and folders, in the order given; a folder's
/// files are sorted by path. Signal files that belong to a header beside them are not listed twice, and
/// tables about recordings (`*_channels.tsv`, `participants.tsv`, …) are left out.
///
/// Errors: a path that does not exist, or a folder without any file of a known extension.
pub fn expand(paths: &[PathBuf]) -> Result<Vec<Input>> {
    let mut out = Vec::new();
    for path in paths {
        if path.is_dir() {
            let found = folder(path);
            if found.is_empty() {
                let why =
                    std::io::Error::other("the folder holds no file with the extension of a known format");
                return Err(Error::io(path, why));
            }
            out.extend(found.into_iter().map(|path| Input { path, named: false }));
        } else if extension(path).as_deref() == Some("mef") && path.is_file() {
            out.extend(listed(path)?.into_iter().map(|path| Input { path, named: true }));
        } else {
            out.push(Input { path: record(path), named: true });
        }
    }
    Ok(out)
}

/// The files that a Qtrac list names, in its order.
fn listed(list: &Path) -> Result<Vec<PathBuf>> {
    // Ours: far more than a list of the 10 000 files that it may name takes.
    let source = Source::open(list, 4 << 20)?;
    let names = qtrac::read_list(&source).map_err(|e| e.in_file(&source.name))?;
    names.iter().map(|n| qtrac::locate(&source, n).map_err(|e| e.in_file(&source.name))).collect()
}

/// `dir/rec` → `dir/rec.hea` where only that exists; anything else as it is.
pub fn record(path: &Path) -> PathBuf {
    if path.exists() {
        return path.to_owned();
    }
    let mut header = path.as_os_str().to_owned();
    header.push(".hea");
    let header = PathBuf::from(header);
    if header.is_file() { header } else { path.to_owned() }
}

fn folder(path: &Path) -> Vec<PathBuf> {
    let known: BTreeSet<&str> =
        FORMATS.iter().filter(|f| f.is_read()).flat_map(|f| f.extensions).copied().collect();
    let mut files: Vec<PathBuf> = walkdir::WalkDir::new(path)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|e| e.depth() == 0 || !e.file_name().to_string_lossy().starts_with('.'))
        .flatten()
        .filter(|e| e.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .filter(|p| extension(p).is_some_and(|e| known.contains(e.as_str())) && !is_sidecar(p))
        .collect();
    let headers: Vec<PathBuf> =
        files.iter().filter(|p| extension(p).as_deref() == Some("hea")).cloned().collect();
    let owned: BTreeSet<PathBuf> = headers.iter().flat_map(|h| named_by(h)).collect();
    files.retain(|p| !owned.contains(p));
    files
}

/// Tables about recordings, not recordings, by the names that the Brain Imaging Data Structure gives them
/// (BIDS 1.10, "modality agnostic files" and "electromyography").
fn is_sidecar(path: &Path) -> bool {
    let name = path.file_name().map(|n| n.to_string_lossy().to_lowercase()).unwrap_or_default();
    let kinds = ["channels", "electrodes", "events", "scans", "sessions", "participants", "samples"];
    name.strip_suffix(".tsv").is_some_and(|stem| {
        kinds.iter().any(|k| stem == *k || stem.strip_suffix(k).is_some_and(|s| s.ends_with('_')))
    })
}

/// Files beside a WFDB header that its lines name, signal files and segments alike. The header's first
/// 64 KiB are enough to list what matters here; the reader itself checks everything.
fn named_by(header: &Path) -> Vec<PathBuf> {
    use std::io::Read;
    let mut text = Vec::new();
    let read = std::fs::File::open(header).and_then(|f| f.take(1 << 16).read_to_end(&mut text));
    if read.is_err() {
        return Vec::new();
    }
    let folder = header.parent().unwrap_or(Path::new(""));
    String::from_utf8_lossy(&text)
        .split(['\n', '\r'])
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_whitespace().next())
        .skip(1)
        .flat_map(|name| [folder.join(name), folder.join(format!("{name}.hea"))])
        .collect()
}

fn extension(path: &Path) -> Option<String> {
    path.extension().map(|e| e.to_string_lossy().to_lowercase())
}
