//! `myotome analyze`.

use super::exit::{Outcome, print, printable, tell};
use super::progress::Progress;
use super::reading::Reading;
use super::recipe::RecipeArgs;
use clap::Args;
use myotome::classify::learn::file;
use myotome::norms::ncs::Limits;
use myotome::pipeline::analyze::previous::Earlier;
use myotome::pipeline::analyze::{self, Analysis, Options, ReadyModel};
use myotome::pipeline::{batch, inputs};
use myotome::report::{self, Cohort, Line};
use myotome::result::Input;
use myotome::study::{FILE_NAME, Study};
use myotome::{Error, Result};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(Debug, Args)]
pub(crate) struct Analyze {
    /// Study folders, study.toml files, clinical tables (CSV), recordings, or folders of recordings
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
    /// An earlier study of the same subject to compare with: its folder, study.toml, or report.json
    #[arg(long, value_name = "EARLIER")]
    pub(crate) previous: Option<PathBuf>,
    /// A model that `myotome evaluate model --save` wrote: what it says stands beside the rules; may be given again
    #[arg(long, value_name = "FILE")]
    pub(crate) model: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) recipe: RecipeArgs,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

/// What is analysed into one folder.
#[derive(Debug)]
enum Work {
    /// A study or a recording on disk, and whether the user named it.
    File(PathBuf, bool),
    /// A study of a clinical table.
    OfTable(Box<Study>, Input),
}

impl Work {
    /// As messages call it.
    fn name(&self) -> String {
        match self {
            Work::File(path, _) => path.display().to_string(),
            Work::OfTable(study, input) => study
                .id
                .as_ref()
                .map_or_else(|| input.file.clone(), |id| format!("{}, study {id}", input.file)),
        }
    }

    fn analyse(&self, options: &Options) -> Result<Analysis> {
        let done = match self {
            Work::File(path, _) => analyze::run(path, options),
            Work::OfTable(study, input) => analyze::run_study(study.as_ref().clone(), input.clone(), options),
        };
        done.map_err(|e| e.in_file(&self.name()))
    }
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
        models: args.model.iter().map(|path| ready(path)).collect::<Result<_>>()?,
    };
    options.recipe.check()?;
    let mut outcome = Outcome::default();
    let mut cohort = Cohort::default();
    let work = work(&args.inputs, &mut outcome, &mut cohort)?;
    let earlier = match &args.previous {
        Some(_) if work.len() > 1 => {
            let why = format!("belongs to one study, and {} inputs are given", work.len());
            return Err(Error::option("--previous", why));
        }
        Some(path) => Some(Earlier::read(path, &options)?),
        None => None,
    };
    let folders = folders(&args.out, &work);
    let mut progress = Progress::new(work.len(), args.reading.quiet);
    let mut printed = Ok(());
    let jobs: Vec<(&Work, PathBuf)> = work.iter().zip(folders).collect();
    batch::ordered(
        &jobs,
        |(work, folder)| -> Result<(String, Line, Vec<String>)> {
            let mut analysis = work.analyse(&options)?;
            if let Some(earlier) = &earlier {
                analysis.compare(earlier)?;
            }
            let page = report::write(&analysis, folder)?;
            let text = if args.json {
                report::json_line(&analysis)?
            } else {
                printable(&report::text(&analysis, &page))
            };
            let name = folder.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
            Ok((text, Line::of(&analysis, &name), analysis.failed))
        },
        |i, result| {
            progress.step();
            match result {
                Ok((text, line, failed)) => {
                    cohort.lines.push(line);
                    outcome.done += 1;
                    // Recordings of a study that failed; the study was done without them.
                    outcome.failed += failed.len();
                    failed.iter().for_each(|why| tell(&format!("error: {why}")));
                    printed = print(&text);
                }
                Err(e) => {
                    let before = outcome.failed;
                    match &work[i] {
                        Work::File(path, named) => outcome.refuse(path, *named, args.reading.quiet, &e),
                        Work::OfTable(..) => outcome.fail(&e),
                    }
                    // What was left out of a folder is no failure.
                    if outcome.failed > before {
                        cohort.failed.push((work[i].name(), e.to_string()));
                    }
                }
            }
            printed.is_ok()
        },
    );
    printed?;
    // One study has its own page; several have one that leads to each.
    if cohort.lines.len() + cohort.failed.len() > 1 {
        let page = cohort.write(&args.out)?;
        if !args.reading.quiet {
            tell(&format!("all results: {}", page.display()));
        }
    }
    Ok(outcome)
}

fn ready(path: &Path) -> Result<Arc<ReadyModel>> {
    Ok(Arc::new(ReadyModel::new(file::load(path)?)?))
}

/// What to analyse: clinical tables are opened into their studies, and what is wrong in one is told here.
fn work(paths: &[PathBuf], outcome: &mut Outcome, cohort: &mut Cohort) -> Result<Vec<Work>> {
    let mut fail = |path: &Path, e: &Error| {
        outcome.fail(e);
        cohort.failed.push((path.display().to_string(), e.to_string()));
    };
    let mut out = Vec::new();
    for (path, named) in studies_and_recordings(paths)? {
        match analyze::read_sheet(&path) {
            Ok(None) => out.push(Work::File(path, named)),
            Ok(Some((sheet, input))) => {
                sheet.refused.iter().for_each(|e| fail(&path, e));
                out.extend(sheet.studies.into_iter().map(|s| Work::OfTable(Box::new(s), input.clone())));
            }
            Err(e) => fail(&path, &e),
        }
    }
    Ok(out)
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
fn folders(out: &Path, work: &[Work]) -> Vec<PathBuf> {
    let mut taken = BTreeSet::new();
    work.iter()
        .map(|work| {
            let stem = match work {
                Work::File(path, _) => stem(path),
                Work::OfTable(study, input) => {
                    study.id.as_deref().map_or_else(|| stem(Path::new(&input.file)), folder_name)
                }
            };
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

fn stem(path: &Path) -> String {
    let named = if path.ends_with(FILE_NAME) { path.parent().unwrap_or(path) } else { path };
    // `.` and `..` have no name of their own.
    let real = if named.file_name().is_none() { named.canonicalize().ok() } else { None };
    let named = real.as_deref().unwrap_or(named);
    let stem = if named.is_dir() { named.file_name() } else { named.file_stem() };
    stem.map_or_else(|| "study".to_owned(), |s| s.to_string_lossy().into_owned())
}

/// A study's id as the name of a folder: letters, digits, `-`, `_` and inner points stay, anything else becomes `_`.
pub(crate) fn folder_name(id: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '_' };
    let name: String = id.chars().map(plain).collect();
    let name = name.trim_matches('.');
    if name.is_empty() { "study".to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::folder_name;

    #[test]
    fn an_id_never_leads_out_of_its_folder() {
        for (id, name) in [
            ("P-017", "P-017"),
            ("../../etc", "_.._etc"),
            ("..", "study"),
            ("a/b\\c:d", "a_b_c_d"),
            (".hidden", "hidden"),
            ("Müller 3", "Müller_3"),
            ("", "study"),
        ] {
            assert_eq!(folder_name(id), name, "{id}");
        }
    }
}
