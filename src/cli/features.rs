//! `myotome features`.

use super::exit::{self, Outcome, tell};
use super::progress::Progress;
use super::reading::Reading;
use super::recipe::RecipeArgs;
use clap::Args;
use myotome::feature::Feature;
use myotome::format::ReadOptions;
use myotome::measure::Severity;
use myotome::pipeline::features::{self, Table};
use myotome::pipeline::recipe::Recipe;
use myotome::pipeline::{batch, inputs, table};
use myotome::quality::QualityOptions;
use myotome::{Error, Result, output};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(crate) struct Features {
    /// Recordings or folders of recordings
    #[arg(required = true)]
    pub(crate) inputs: Vec<PathBuf>,
    /// Write a .csv or .parquet file instead of standard output
    #[arg(long)]
    pub(crate) out: Option<PathBuf>,
    /// Overwrite an existing --out file that is no feature table
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) recipe: RecipeArgs,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

pub(crate) fn run(args: &Features) -> Result<Outcome> {
    let recipe = args.recipe.recipe()?;
    let mut job = Job {
        args,
        read: args.reading.options()?,
        selected: recipe.check()?,
        recipe,
        quality: args.reading.quality(),
        files: inputs::expand(&args.inputs)?,
        outcome: Outcome::default(),
    };
    match args.out.as_deref() {
        None => {
            exit::print(&table::csv_header(&job.selected))?;
            let mut out = std::io::stdout().lock();
            job.measure(&mut |done| out.write_all(&done.text).map_err(|e| Error::io("standard output", e)))?;
            out.flush().map_err(|e| Error::io("standard output", e))?;
        }
        Some(path) => {
            known_extension(path)?;
            may_overwrite(path, args.force)?;
            let mut wrong = None;
            let written = output::write_atomic(path, |out| {
                let result =
                    if is_parquet(path) { parquet(path, out, &mut job) } else { csv(path, out, &mut job) };
                result.map_err(|e| {
                    wrong = Some(e);
                    std::io::Error::other("not finished")
                })
            });
            wrong.map_or(written, Err)?;
            if !args.reading.quiet {
                let n = job.outcome.done;
                let recordings = if n == 1 { "recording" } else { "recordings" };
                tell(&format!("{n} {recordings} measured: {}", path.display()));
            }
        }
    }
    Ok(job.outcome)
}

/// One file, measured.
struct Done {
    table: Table,
    text: Vec<u8>,
}

/// What is to be done, and how far it went.
struct Job<'a> {
    args: &'a Features,
    read: ReadOptions,
    recipe: Recipe,
    selected: Vec<&'static Feature>,
    quality: QualityOptions,
    files: Vec<inputs::Input>,
    outcome: Outcome,
}

impl Job<'_> {
    /// Measures every file and hands each to `take` in order; stops when `take` fails.
    fn measure(&mut self, take: &mut dyn FnMut(Done) -> Result<()>) -> Result<()> {
        let quiet = self.args.reading.quiet;
        let csv = self.args.out.as_deref().is_none_or(|p| !is_parquet(p));
        let mut progress = Progress::new(self.files.len(), quiet);
        let mut stopped = Ok(());
        let (read, recipe, selected, quality) = (&self.read, &self.recipe, &self.selected, &self.quality);
        let (files, outcome) = (&self.files, &mut self.outcome);
        batch::ordered(
            files,
            |input| {
                let table = features::of_file(&input.path, read, recipe, selected, quality)?;
                let text = if csv { table::csv_rows(&table) } else { Vec::new() };
                Ok(Done { table, text })
            },
            |i, done: Result<Done>| {
                progress.step();
                match done {
                    Ok(done) => {
                        outcome.done += 1;
                        if !quiet {
                            warn(&progress, &done.table);
                        }
                        stopped = take(done);
                    }
                    Err(e) => outcome.refuse(&files[i].path, files[i].named, quiet, &e),
                }
                stopped.is_ok()
            },
        );
        stopped
    }
}

type Out<'a> = &'a mut (dyn Write + Send);

fn csv(path: &Path, out: Out<'_>, job: &mut Job<'_>) -> Result<()> {
    let io = |e| Error::io(path, e);
    out.write_all(table::csv_header(&job.selected).as_bytes()).map_err(io)?;
    job.measure(&mut |done| out.write_all(&done.text).map_err(io))
}

#[cfg(feature = "parquet")]
fn parquet(_: &Path, out: Out<'_>, job: &mut Job<'_>) -> Result<()> {
    let mut writer = myotome::pipeline::parquet::Writer::new(out, &job.selected)?;
    job.measure(&mut |done| writer.append(&done.table))?;
    writer.finish()
}

#[cfg(not(feature = "parquet"))]
fn parquet(path: &Path, _: Out<'_>, _: &mut Job<'_>) -> Result<()> {
    Err(Error::option(
        "--out",
        format!("{}: this program was built without Parquet; .csv works", path.display()),
    ))
}

fn is_parquet(path: &Path) -> bool {
    path.extension().is_some_and(|e| e.eq_ignore_ascii_case("parquet"))
}

/// A table is CSV or Parquet; a name without extension (`/dev/null`, a pipe) gets CSV.
fn known_extension(path: &Path) -> Result<()> {
    let known = |e: &std::ffi::OsStr| e.eq_ignore_ascii_case("csv") || e.eq_ignore_ascii_case("parquet");
    match path.extension() {
        Some(e) if !known(e) => {
            Err(Error::option("--out", format!("{}: .csv or .parquet is needed", path.display())))
        }
        _ => Ok(()),
    }
}

/// A feature table may be made anew; any other file stays unless the user insists.
fn may_overwrite(path: &Path, force: bool) -> Result<()> {
    let mut head = [0; 16];
    let n = match std::fs::File::open(path) {
        Err(_) => return Ok(()),
        Ok(mut file) => file.read(&mut head).unwrap_or(0),
    };
    let ours = n == 0 || head[..n].starts_with(b"file,channel,") || head[..n].starts_with(b"PAR1");
    if ours || force {
        return Ok(());
    }
    Err(Error::option(
        "--out",
        format!("{} exists and is no feature table; add --force to overwrite it", path.display()),
    ))
}

/// A line for each check that warned; the `quality` column says which channels it concerns.
fn warn(progress: &Progress, table: &Table) {
    let warnings: Vec<_> = table.findings.iter().filter(|f| f.severity >= Severity::Warning).collect();
    for (i, finding) in warnings.iter().enumerate() {
        if warnings[..i].iter().any(|f| f.check == finding.check) {
            continue;
        }
        let more = match warnings.iter().filter(|f| f.check == finding.check).count() - 1 {
            0 => String::new(),
            n => format!(", and {n} more"),
        };
        let channel = finding.channel.as_deref().map_or(String::new(), |c| format!(" [{c}{more}]"));
        progress.line(&format!("{}{channel}: {}: {}", table.file, finding.check, finding.detail));
    }
}
