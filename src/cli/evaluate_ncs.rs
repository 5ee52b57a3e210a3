//! `myotome evaluate ncs`.

use super::evaluate::{MOST_STUDIES, Temporary};
use super::exit::{Outcome, print, printable};
use super::progress::Progress;
use super::reading::Reading;
use clap::Args;
use myotome::evaluate::ncs::{self, Score};
use myotome::evaluate::{Style, folders};
use myotome::pipeline::{analyze, batch};
use myotome::{Error, Result};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct EvaluateNcs {
    /// Folders of simulated studies (truth.json beside study.toml), or folders that hold some
    #[arg(required_unless_present = "simulate")]
    studies: Vec<PathBuf>,
    /// Simulate studies from this seed into a temporary folder and score those
    #[arg(long, value_name = "SEED", conflicts_with_all = ["studies", "reports"])]
    simulate: Option<u64>,
    /// How many patients to simulate, their states in turn, and as many whose recordings are spoilt
    #[arg(long, value_name = "N", default_value_t = 60, requires = "simulate")]
    count: u64,
    /// Score DIR/<study folder's name>/report.json, of any program that writes it, instead of analysing
    #[arg(long, value_name = "DIR")]
    reports: Option<PathBuf>,
    /// Each response's true and found numbers as well; with --json
    #[arg(long, requires = "json")]
    per_response: bool,
    /// Print Markdown; with --simulate the part of docs/ACCURACY.md on nerve conduction
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    reading: Reading,
}

pub(super) fn run(args: &EvaluateNcs) -> Result<Outcome> {
    let options = analyze::Options {
        read: args.reading.options()?,
        quality: args.reading.quality(),
        ..analyze::Options::default()
    };
    if !(1..=MOST_STUDIES).contains(&args.count) {
        return Err(Error::option("--count", format!("{}; 1 to {MOST_STUDIES} is possible", args.count)));
    }
    let Some(seed) = args.simulate else {
        let folders = folders(&args.studies)?;
        return score(args, &folders, |folder| match &args.reports {
            Some(reports) => Ok(vec![ncs::of_report(folder, reports)?]),
            None => Ok(vec![ncs::of_study(folder, &options)?]),
        });
    };
    let temporary = Temporary::new()?;
    let numbers: Vec<u64> = (1..=args.count).collect();
    score(args, &numbers, |number| {
        let folders = ncs::make_studies(seed, *number, &temporary.0)?;
        let scores = folders.iter().map(|folder| ncs::of_study(folder, &options)).collect();
        for folder in &folders {
            // A long series would fill the disk.
            let _ = std::fs::remove_dir_all(folder);
        }
        scores
    })
}

/// Scores every item and prints the tables of those that could be scored.
fn score<T: Sync>(
    args: &EvaluateNcs,
    items: &[T],
    of: impl Fn(&T) -> Result<Vec<Score>> + Sync,
) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let mut progress = Progress::new(items.len(), args.reading.quiet);
    let mut scores: Vec<Score> = Vec::new();
    batch::ordered(items, of, |_, result| {
        progress.step();
        match result {
            Ok(some) => {
                outcome.done += 1;
                scores.extend(some);
            }
            Err(e) => outcome.fail(&e),
        }
        true
    });
    if !scores.is_empty() {
        print(&written(args, &scores)?)?;
    }
    Ok(outcome)
}

fn written(args: &EvaluateNcs, scores: &[Score]) -> Result<String> {
    if args.json {
        let value = ncs::to_json(scores, args.per_response);
        let text = serde_json::to_string(&value).map_err(|e| Error::Signal(format!("JSON: {e}")))?;
        return Ok(text + "\n");
    }
    if let (true, Some(seed)) = (args.markdown, args.simulate) {
        let command = format!("myotome evaluate ncs --simulate {seed} --count {} --markdown", args.count);
        return Ok(ncs::document(&command, scores));
    }
    let style = if args.markdown { Style::Markdown } else { Style::Text };
    let tables: String = ncs::tables(scores).iter().map(|t| t.render(style)).collect();
    Ok(printable(&format!("{} studies\n\n{tables}", scores.len())))
}
