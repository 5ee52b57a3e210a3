//! `myotome convert`.

use super::analyze::folder_name;
use super::exit::{Outcome, tell};
use super::reading::Reading;
use clap::Args;
use myotome::format::{self, WriteOptions};
use myotome::measure::Severity;
use myotome::pipeline::{analyze, inputs};
use myotome::study::sheet::Sheet;
use myotome::study::{FILE_NAME, to_toml};
use myotome::{Error, Result, output, quality};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(crate) struct Convert {
    /// The recording, or clinical table (CSV), to read
    pub(crate) input: PathBuf,
    /// The file to write, its extension says the format; of a clinical table the folder for its studies
    pub(crate) output: PathBuf,
    /// Write repaired samples where a check can repair them (integer wrap)
    #[arg(long)]
    pub(crate) repair: bool,
    /// Overwrite an existing file
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

pub(crate) fn run(args: &Convert) -> Result<Outcome> {
    let read = args.reading.options()?;
    let input = inputs::record(&args.input);
    match analyze::read_sheet(&input) {
        Ok(None) => {}
        Ok(Some((sheet, _))) => return studies(sheet, &args.output, args.force),
        Err(e) => {
            let mut outcome = Outcome::default();
            outcome.fail(&e);
            return Ok(outcome);
        }
    }
    if args.output.exists() {
        if same(&input, &args.output) {
            return Err(Error::option(
                "OUT",
                format!("{} is the input itself, which is never changed", args.output.display()),
            ));
        }
        if !args.force {
            return Err(Error::option(
                "OUT",
                format!("{} exists; add --force to overwrite it", args.output.display()),
            ));
        }
    }
    let mut outcome = Outcome::default();
    let mut recording = match format::read(&input, &read) {
        Ok(recording) => recording,
        Err(e) => {
            outcome.fail(&e);
            return Ok(outcome);
        }
    };
    let mut notes = recording.findings.clone();
    for channel in &mut recording.channels {
        let Some(mut repair) = quality::repair(channel) else { continue };
        repair.finding.detail += if args.repair {
            "; written repaired"
        } else {
            "; written as stored: --repair writes them repaired"
        };
        if args.repair {
            *channel = repair.channel;
        }
        notes.push(repair.finding);
    }
    match format::write(&recording, &args.output, &WriteOptions::default()) {
        Ok(lost) => notes.extend(lost),
        Err(e @ Error::Option { .. }) => return Err(e),
        Err(e) => {
            outcome.fail(&e.in_file(&args.output.display().to_string()));
            return Ok(outcome);
        }
    }
    if !args.reading.quiet {
        for note in notes {
            let word = if note.severity >= Severity::Warning { "warning" } else { "note" };
            let channel = note.channel.map_or(String::new(), |c| format!("[{c}] "));
            tell(&format!("{word}: {}: {channel}{}", note.check, note.detail));
        }
    }
    outcome.done = 1;
    Ok(outcome)
}

/// A study file for each study of a table: in a folder of its own, or in `out` where the table names none.
fn studies(sheet: Sheet, out: &Path, force: bool) -> Result<Outcome> {
    if out.is_file() {
        let why = format!("{} is a file; a folder for the studies belongs here", out.display());
        return Err(Error::option("OUT", why));
    }
    let mut taken = BTreeSet::new();
    let mut files = Vec::new();
    for study in &sheet.studies {
        let mut folder = out.to_path_buf();
        if let Some(id) = &study.id {
            let name = folder_name(id);
            let mut own = name.clone();
            let mut n = 2;
            while !taken.insert(own.to_lowercase()) {
                own = format!("{name}-{n}");
                n += 1;
            }
            folder.push(own);
        }
        files.push((study, folder));
    }
    // Nothing is written where something would be lost.
    if let Some((_, there)) = files.iter().find(|(_, f)| f.join(FILE_NAME).exists() && !force) {
        let why = format!("{} exists; add --force to overwrite it", there.join(FILE_NAME).display());
        return Err(Error::option("OUT", why));
    }
    let mut outcome = Outcome::default();
    sheet.refused.iter().for_each(|e| outcome.fail(e));
    for (study, folder) in files {
        std::fs::create_dir_all(&folder).map_err(|e| Error::io(&folder, e))?;
        output::write_atomic(&folder.join(FILE_NAME), |w| w.write_all(to_toml(study).as_bytes()))?;
        outcome.done += 1;
    }
    Ok(outcome)
}

fn same(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}
