//! Imports go downwards only, and modules of one layer do not see each other.

#![expect(clippy::unwrap_used, reason = "a test may stop where its ground gives way")]

use std::fs;
use std::path::{Path, PathBuf};

/// Layer of each module below `src/`; the table of `docs` in `src/lib.rs`.
const LAYERS: &[(&str, u32)] = &[
    ("units", 0),
    ("error", 0),
    ("output", 0),
    ("trace", 1),
    ("recording", 1),
    ("study", 1),
    ("measure", 1),
    ("result", 1),
    ("truth", 1),
    ("format", 2),
    ("dsp", 2),
    ("feature", 3),
    ("needle", 3),
    ("ncs", 3),
    ("quality", 3),
    ("norms", 4),
    ("classify", 4),
    ("pattern", 4),
    ("simulate", 5),
    ("pipeline", 5),
    ("report", 6),
    ("plot", 6),
    ("evaluate", 6),
];

/// Pairs on one layer that may see each other, and why.
const ALLOWED: &[(&str, &str)] = &[
    ("recording", "measure"), // a recording carries what its reader found
    ("result", "measure"),    // the result file's rows are made of findings
    ("classify", "norms"),    // a recording can name the muscle that it is of
    ("pattern", "norms"),     // criteria and probabilities rest on the tables
    ("report", "plot"),       // a page holds pictures
    ("output", "error"),      // the foundation shares its one error
    ("units", "error"),
];

fn layer(module: &str) -> Option<u32> {
    LAYERS.iter().find(|(name, _)| *name == module).map(|(_, layer)| *layer)
}

fn rust_files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            rust_files(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

/// Modules named as `crate::x` in code (comments and docs left out).
fn imports(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    for line in text.lines().filter(|l| !l.trim_start().starts_with("//")) {
        for (at, _) in line.match_indices("crate::") {
            let rest = &line[at + "crate::".len()..];
            let name = |text: &str| {
                text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>()
            };
            match rest.strip_prefix('{') {
                Some(list) => out.extend(list.split(',').map(|part| name(part.trim()))),
                None => out.push(name(rest)),
            }
        }
    }
    out
}

#[test]
fn imports_go_downwards_only() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    let mut checked = 0;
    for file in files {
        let relative = file.strip_prefix(&src).unwrap();
        let first = relative.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
        let module = first.trim_end_matches(".rs").to_owned();
        if matches!(module.as_str(), "lib" | "main" | "cli") {
            continue;
        }
        let own = layer(&module).unwrap_or_else(|| panic!("{module}: not in the table of layers"));
        for import in imports(&fs::read_to_string(&file).unwrap()) {
            let Some(other) = layer(&import) else { continue };
            checked += 1;
            let allowed = ALLOWED.contains(&(module.as_str(), import.as_str()));
            assert!(
                other < own || import == module || allowed,
                "{}: {module} (layer {own}) imports {import} (layer {other})",
                relative.display()
            );
        }
    }
    assert!(checked > 30, "only {checked} imports seen: the test no longer reads them");
}

#[test]
fn an_upward_import_would_be_seen() {
    assert_eq!(
        imports("use crate::report::Page;\n// use crate::plot\nlet x = crate::dsp::simd::widest(f);"),
        ["report", "dsp"]
    );
    assert_eq!(imports("use crate::{Error, format, quality};"), ["Error", "format", "quality"]);
}
