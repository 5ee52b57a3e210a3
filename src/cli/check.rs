//! `myotome check`.

use super::exit::{Outcome, print, printable};
use super::reading::Reading;
use clap::Args;
use myotome::format::{ReadOptions, Source};
use myotome::measure::Severity;
use myotome::pipeline::{batch, inputs, kinds};
use myotome::result::QualityRow;
use myotome::{Error, Result, format, quality};
use std::fmt::Write;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Recordings or folders of recordings
    #[arg(required = true)]
    pub(crate) inputs: Vec<PathBuf>,
    /// A JSON array of findings
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

pub(crate) fn run(args: &Check) -> Result<Outcome> {
    // A broken rule is what this command is to tell, so the reader must not stop at it.
    let read = ReadOptions { strict: false, ..args.reading.options()? };
    let checks = args.reading.quality();
    let files = inputs::expand(&args.inputs)?;
    let (mut outcome, mut rows, mut failed) = (Outcome::default(), Vec::new(), Ok(()));
    batch::ordered(
        &files,
        |input| -> Result<Vec<QualityRow>> {
            let source = Source::open(&input.path, read.max_memory)?;
            if let Some(mem) = format::read_table(&source, &read) {
                return Ok(mem?.findings.iter().map(|f| QualityRow::new(&source.name, f)).collect());
            }
            let mut recording = format::read_source(&source, &read)?;
            kinds::settle(&mut recording, checks.kind);
            let findings = quality::run(&recording, &checks);
            Ok(findings.iter().map(|f| QualityRow::new(&recording.file, f)).collect())
        },
        |i, found| {
            match found {
                Ok(found) => {
                    outcome.done += 1;
                    if args.json {
                        rows.extend(found);
                    } else {
                        failed = print(&page(&files[i].path.display().to_string(), &found));
                        rows.extend(found);
                    }
                }
                Err(e) => outcome.refuse(&files[i].path, files[i].named, args.reading.quiet, &e),
            }
            failed.is_ok()
        },
    );
    failed?;
    outcome.broken = args.reading.strict && rows.iter().any(|r| r.severity >= Severity::Warning);
    if args.json {
        let text = serde_json::to_string(&rows).map_err(|e| Error::Signal(e.to_string()))?;
        print(&(text + "\n"))?;
    }
    Ok(outcome)
}

fn page(file: &str, rows: &[QualityRow]) -> String {
    let mut out = format!("{file}\n");
    for severity in [Severity::Refuse, Severity::Warning, Severity::Note] {
        for row in rows.iter().filter(|r| r.severity == severity) {
            let word = match severity {
                Severity::Refuse => "REFUSE ",
                Severity::Warning => "warning",
                Severity::Note => "note   ",
            };
            let channel = if row.channel.is_empty() { String::new() } else { format!("[{}] ", row.channel) };
            let _ = writeln!(out, "  {word}  {}: {channel}{}", row.check, row.detail);
        }
    }
    if rows.iter().all(|r| r.severity == Severity::Note) {
        out += "  no check found anything to warn of\n";
    }
    printable(&out)
}
