//! `myotome convert`.

use super::exit::{Outcome, tell};
use super::reading::Reading;
use clap::Args;
use myotome::format::{self, WriteOptions};
use myotome::measure::Severity;
use myotome::pipeline::inputs;
use myotome::{Error, Result, quality};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(crate) struct Convert {
    /// The recording to read
    pub(crate) input: PathBuf,
    /// The file to write; its extension says the format
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

fn same(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}
