//! `myotome features`.

use super::args::Features;
use super::exit::{self, Outcome, tell};
use super::progress::Progress;
use myotome::feature::Feature;
use myotome::measure::Severity;
use myotome::pipeline::features::{self, Table};
use myotome::pipeline::{batch, inputs, table};
use myotome::{Error, Result, output};
use std::io::{Read, Write};
use std::path::Path;

pub(crate) fn run(args: &Features) -> Result<Outcome> {
    let read = args.reading.options()?;
    let recipe = args.recipe.recipe()?;
    let selected = recipe.check()?;
    let quality = args.reading.quality();
    let files = inputs::expand(&args.inputs)?;
    let mut outcome = Outcome::default();
    let mut progress = Progress::new(files.len(), args.reading.quiet);
    let mut measure = |take: &mut dyn FnMut(Done) -> Result<()>| -> Result<()> {
        let csv = args.out.as_deref().is_none_or(|p| !is_parquet(p));
        let mut stopped = Ok(());
        batch::ordered(
            &files,
            |input| {
                let table = features::of_file(&input.path, &read, &recipe, &selected, &quality)?;
                let text = if csv { table::csv_rows(&table) } else { Vec::new() };
                Ok(Done { table, text })
            },
            |i, done: Result<Done>| {
                progress.step();
                match done {
                    Ok(done) => {
                        outcome.done += 1;
                        if !args.reading.quiet {
                            warn(&progress, &done.table);
                        }
                        stopped = take(done);
                    }
                    Err(Error::In { source, .. }) if !files[i].named && is_no_recording(&source) => {}
                    Err(e) => outcome.fail(&e),
                }
                stopped.is_ok()
            },
        );
        stopped
    };
    match args.out.as_deref() {
        None => {
            exit::print(&table::csv_header(&selected))?;
            let mut out = std::io::stdout().lock();
            measure(&mut |done| out.write_all(&done.text).map_err(|e| Error::io("standard output", e)))?;
            out.flush().map_err(|e| Error::io("standard output", e))?;
        }
        Some(path) => {
            may_overwrite(path, args.force)?;
            if is_parquet(path) {
                parquet(path, &selected, &mut measure)?;
            } else {
                let mut wrong = Ok(());
                output::write_atomic(path, |out| {
                    out.write_all(table::csv_header(&selected).as_bytes())?;
                    wrong = measure(&mut |done| out.write_all(&done.text).map_err(|e| Error::io(path, e)));
                    if wrong.is_err() { Err(std::io::Error::other("not finished")) } else { Ok(()) }
                })
                .or_else(|e| std::mem::replace(&mut wrong, Ok(())).and(Err(e)))?;
            }
            if !args.reading.quiet {
                tell(&format!("{} recordings measured: {}", outcome.done, path.display()));
            }
        }
    }
    Ok(outcome)
}

/// One file, measured.
struct Done {
    table: Table,
    text: Vec<u8>,
}

type Take<'a> = dyn FnMut(Done) -> Result<()> + 'a;

#[cfg(feature = "parquet")]
fn parquet(path: &Path, selected: &[&'static Feature], measure: &mut dyn FnMut(&mut Take<'_>) -> Result<()>) -> Result<()> {
    let mut wrong = None;
    let written = output::write_atomic(path, |out| {
        let mut attempt = || -> Result<()> {
            let mut writer = myotome::pipeline::parquet::Writer::new(out, selected)?;
            measure(&mut |done| writer.append(&done.table))?;
            writer.finish()
        };
        attempt().map_err(|e| {
            wrong = Some(e);
            std::io::Error::other("not finished")
        })
    });
    wrong.map_or(written, Err)
}

#[cfg(not(feature = "parquet"))]
fn parquet(path: &Path, _: &[&'static Feature], _: &mut dyn FnMut(&mut Take<'_>) -> Result<()>) -> Result<()> {
    Err(Error::option("--out", format!("{}: this program was built without Parquet; .csv works", path.display())))
}

fn is_parquet(path: &Path) -> bool {
    path.extension().is_some_and(|e| e.eq_ignore_ascii_case("parquet"))
}

fn is_no_recording(error: &Error) -> bool {
    matches!(error, Error::Unsupported { format: "file", .. })
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
    Err(Error::option("--out", format!("{} exists and is no feature table; add --force to overwrite it", path.display())))
}

fn warn(progress: &Progress, table: &Table) {
    for finding in table.findings.iter().filter(|f| f.severity >= Severity::Warning) {
        let channel = finding.channel.as_deref().map_or(String::new(), |c| format!(" [{c}]"));
        progress.line(&format!("{}{channel}: {}: {}", table.file, finding.check, finding.detail));
    }
}
