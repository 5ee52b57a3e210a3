//! `.MEF`: a list of `.MEM` files, one base name a line.

use super::lines;
use crate::error::At;
use crate::format::Source;
use crate::{Error, Result};
use std::path::PathBuf;

/// Ours: files that a list may name; groups in the literature have a few hundred.
const MOST: usize = 10_000;
/// Longest name of a file on any usual file system, bytes.
const LONGEST: usize = 255;

/// The base names of a list, in order; empty lines are passed over.
///
/// # Errors
/// [`Error::Malformed`](crate::Error::Malformed) with the line: a name that is no plain name of a file, more
/// than 10 000 names, none at all.
pub fn read_list(source: &Source) -> Result<Vec<String>> {
    let text = lines::decode(&source.bytes);
    let mut out = Vec::new();
    for (i, line) in text.lines().enumerate() {
        let name = line.trim_matches(|c: char| c.is_whitespace() || c == '\u{1a}');
        if name.is_empty() {
            continue;
        }
        let malformed = |what| Error::malformed("qtrac", At::Line(i as u64 + 1), what);
        if name.contains(['/', '\\', ':', '\t']) || name.contains(char::is_control) || name.len() > LONGEST {
            return Err(malformed("a list holds plain names of files in its own folder, one a line"));
        }
        if out.len() == MOST {
            return Err(malformed("a list of more than 10000 files"));
        }
        out.push(name.to_owned());
    }
    if out.is_empty() {
        return Err(Error::malformed("qtrac", At::File, "the list names no file"));
    }
    Ok(out)
}

/// Where the file lies that a list names: beside it, with the extension `.MEM` in any case, or with it in
/// the name already. Only in the list's own folder.
///
/// # Errors
/// As [`Source::sibling_path`]; no such file.
pub fn locate(list: &Source, name: &str) -> Result<PathBuf> {
    let with = |e: &str| format!("{name}.{e}");
    let own = name.to_lowercase().ends_with(".mem").then(|| name.to_owned());
    let mut last = None;
    for candidate in own.into_iter().chain([with("MEM"), with("mem")]) {
        match list.sibling_path(&candidate) {
            Ok(path) => return Ok(path),
            Err(e) => last = Some(e),
        }
    }
    // Another mix of cases: the file of the folder that differs in nothing else.
    let wanted = with("mem").to_lowercase();
    let entries = list.folder.as_ref().and_then(|f| std::fs::read_dir(f).ok());
    let names = entries.into_iter().flatten().flatten().filter_map(|e| e.file_name().into_string().ok());
    if let Some(found) = names.filter(|n| n.to_lowercase() == wanted).min() {
        return list.sibling_path(&found);
    }
    Err(last.unwrap_or_else(|| Error::malformed("qtrac", At::File, format!("no file `{name}.MEM`"))))
}
