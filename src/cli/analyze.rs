//! `myotome analyze`.

use super::exit::{Outcome, print, printable, tell};
use super::progress::Progress;
use super::reading::Reading;
use super::recipe::RecipeArgs;
use clap::Args;
use myotome::norms::ncs::Limits;
use myotome::pipeline::analyze::{self, Options};
use myotome::pipeline::{batch, inputs};
use myotome::study::FILE_NAME;
use myotome::{Result, report};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(Debug, Args)]
pub(crate) struct Analyze {
    /// Study folders, study.toml files, recordings, or folders of recordings
    #[arg(required = true)]
    pub(crate) inputs: Vec<PathBuf>,
    /// Folder for the results: each input gets a folder of its own in it
    #[arg(long, default_value = "myotome-reports")]
    pub(crate) out: PathBuf,
    /// Print report.json instead of the summary, a line each
    #[arg(long)]
    pub(crate) json: bool,
    /// Limits of nerve conduction of a laboratory, a CSV file: they replace the built-in sets
    #[arg(long, value_name = "FILE")]
    pub(crate) norms: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) recipe: RecipeArgs,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

pub(crate) fn run(args: &Analyze) -> Result<Outcome> {
    let options = Options {
        read: args.reading.options()?,
        recipe: args.recipe.recipe()?,
        quality: args.reading.quality(),
        limits: match &args.norms {
            Some(path) => Arc::new(Limits::from_file(path)?),
            None => Arc::default(),
        },
    };
    options.recipe.check()?;
    let files = studies_and_recordings(&args.inputs)?;
    let folders = folders(&args.out, &files);
    let mut outcome = Outcome::default();
    let mut progress = Progress::new(files.len(), args.reading.quiet);
    let mut printed = Ok(());
    let jobs: Vec<(PathBuf, PathBuf)> = files.iter().map(|f| f.0.clone()).zip(folders).collect();
    batch::ordered(
        &jobs,
        |(path, folder)| -> Result<(String, Vec<String>)> {
            let analysis =
                analyze::run(path, &options).map_err(|e| e.in_file(&path.display().to_string()))?;
            let page = report::write(&analysis, folder)?;
            let text = if args.json {
                report::json_line(&analysis)?
            } else {
                printable(&report::text(&analysis, &page))
            };
            Ok((text, analysis.failed))
        },
        |i, result| {
            progress.step();
            match result {
                Ok((text, failed)) => {
                    outcome.done += 1;
                    // Recordings of a study that failed; the study was done without them.
                    outcome.failed += failed.len();
                    failed.iter().for_each(|why| tell(&format!("error: {why}")));
                    printed = print(&text);
                }
                Err(e) => outcome.refuse(&files[i].0, files[i].1, args.reading.quiet, &e),
            }
            printed.is_ok()
        },
    );
    printed?;
    Ok(outcome)
}

/// Paths with whether the user named them: a folder with a study file is a study, any other folder is
/// gone through for studies and recordings.
fn studies_and_recordings(paths: &[PathBuf]) -> Result<Vec<(PathBuf, bool)>> {
    let mut out = Vec::new();
    for path in paths {
        if path.is_dir() && !path.join(FILE_NAME).is_file() {
            let mut studies: Vec<PathBuf> = Vec::new();
            if let Ok(entries) = std::fs::read_dir(path) {
                studies.extend(entries.flatten().map(|e| e.path()).filter(|p| p.join(FILE_NAME).is_file()));
            }
            studies.sort();
            let found = match inputs::expand(std::slice::from_ref(path)) {
                Err(_) if !studies.is_empty() => Vec::new(),
                found => found?,
            };
            let outside = found.into_iter().filter(|i| !studies.iter().any(|s| i.path.starts_with(s)));
            let outside: Vec<_> = outside.map(|i| (i.path, false)).collect();
            out.extend(studies.into_iter().map(|s| (s, true)));
            out.extend(outside);
        } else {
            out.push((inputs::record(path), true));
        }
    }
    Ok(out)
}

/// A folder for each input, named after it; equal names get a number.
fn folders(out: &Path, files: &[(PathBuf, bool)]) -> Vec<PathBuf> {
    let mut taken = BTreeSet::new();
    files
        .iter()
        .map(|(path, _)| {
            let named = if path.ends_with(FILE_NAME) { path.parent().unwrap_or(path) } else { path };
            // `.` and `..` have no name of their own.
            let real = if named.file_name().is_none() { named.canonicalize().ok() } else { None };
            let named = real.as_deref().unwrap_or(named);
            let stem = if named.is_dir() { named.file_name() } else { named.file_stem() };
            let stem = stem.map_or_else(|| "study".to_owned(), |s| s.to_string_lossy().into_owned());
            let mut name = stem.clone();
            let mut n = 2;
            while !taken.insert(name.clone()) {
                name = format!("{stem}-{n}");
                n += 1;
            }
            out.join(name)
        })
        .collect()
}
