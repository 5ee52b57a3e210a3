//! `myotome evaluate`.

use super::exit::{Outcome, print, printable, tell};
use super::progress::Progress;
use super::reading::Reading;
use clap::{Args, Subcommand};
use myotome::evaluate::{self, StudyScore, Style};
use myotome::pipeline::{analyze, batch};
use myotome::{Error, Result};
use std::path::PathBuf;

/// What is scored.
#[derive(Debug, Subcommand)]
pub(crate) enum Evaluate {
    /// Needle recordings: motor units, their potentials, spontaneous activity, the muscle's impression
    #[command(
        after_help = "Examples:\n  myotome evaluate needle simulated/\n  myotome evaluate needle simulated/ --reports myotome-reports --per-unit\n  myotome evaluate needle --simulate 1001 --count 12"
    )]
    Needle(EvaluateNeedle),
    /// Nerve conduction studies: latencies, amplitudes, velocities, block, late responses, trains, scans
    #[command(
        after_help = "Examples:\n  myotome evaluate ncs simulated/\n  myotome evaluate ncs simulated/ --reports myotome-reports\n  myotome evaluate ncs --simulate 1001 --count 12"
    )]
    Ncs(super::evaluate_ncs::EvaluateNcs),
}

#[derive(Debug, Args)]
pub(crate) struct EvaluateNeedle {
    /// Folders of simulated studies (truth.json beside study.toml), or folders that hold some
    #[arg(required_unless_present = "simulate")]
    pub(crate) studies: Vec<PathBuf>,
    /// Simulate studies from this seed into a temporary folder and score those
    #[arg(long, value_name = "SEED", conflicts_with_all = ["studies", "reports"])]
    pub(crate) simulate: Option<u64>,
    /// How many muscles to simulate, their states in turn, and as many that are at rest only
    #[arg(long, value_name = "N", default_value_t = 60, requires = "simulate")]
    pub(crate) count: u64,
    /// Score DIR/<study folder's name>/report.json, of any program that writes it, instead of analysing
    #[arg(long, value_name = "DIR")]
    pub(crate) reports: Option<PathBuf>,
    /// A row for each true motor unit and each false train as well
    #[arg(long)]
    pub(crate) per_unit: bool,
    /// Print Markdown; with --simulate the page docs/ACCURACY.md
    #[arg(long, conflicts_with = "json")]
    pub(crate) markdown: bool,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

/// Ours: more than anybody waits for.
pub(super) const MOST_STUDIES: u64 = 100_000;

pub(crate) fn run(args: &Evaluate) -> Result<Outcome> {
    match args {
        Evaluate::Needle(needle) => of_needle(needle),
        Evaluate::Ncs(ncs) => super::evaluate_ncs::run(ncs),
    }
}

fn of_needle(args: &EvaluateNeedle) -> Result<Outcome> {
    let options = analyze::Options {
        read: args.reading.options()?,
        quality: args.reading.quality(),
        ..analyze::Options::default()
    };
    if !(1..=MOST_STUDIES).contains(&args.count) {
        return Err(Error::option("--count", format!("{}; 1 to {MOST_STUDIES} is possible", args.count)));
    }
    let Some(seed) = args.simulate else {
        let folders = evaluate::folders(&args.studies)?;
        return score(args, &folders, |folder| match &args.reports {
            Some(reports) => Ok(vec![evaluate::of_report(folder, reports)?]),
            None => Ok(vec![evaluate::of_study(folder, &options)?]),
        });
    };
    let temporary = Temporary::new()?;
    let numbers: Vec<u64> = (1..=args.count).collect();
    score(args, &numbers, |number| {
        let folders = evaluate::make_studies(seed, *number, &temporary.0)?;
        let scores = folders.iter().map(|folder| evaluate::of_study(folder, &options)).collect();
        for folder in &folders {
            // A long series would fill the disk.
            let _ = std::fs::remove_dir_all(folder);
        }
        scores
    })
}

/// A folder of our own that goes when it is no longer needed.
pub(super) struct Temporary(pub(super) PathBuf);

impl Temporary {
    pub(super) fn new() -> Result<Self> {
        let path = std::env::temp_dir().join(format!("myotome-evaluate-{}", std::process::id()));
        std::fs::create_dir_all(&path).map_err(|e| Error::io(&path, e))?;
        Ok(Temporary(path))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Scores every item and prints the tables of those that could be scored.
fn score<T: Sync>(
    args: &EvaluateNeedle,
    items: &[T],
    of: impl Fn(&T) -> Result<Vec<StudyScore>> + Sync,
) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let mut progress = Progress::new(items.len(), args.reading.quiet);
    let mut scores: Vec<StudyScore> = Vec::new();
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
    if scores.is_empty() {
        return Ok(outcome);
    }
    let silent = scores.iter().flat_map(|s| &s.recordings).filter(|r| !r.reported).count();
    if silent > 0 {
        tell(&format!("{silent} recordings are in the truth but not in the results: all in them is missed"));
    }
    print(&written(args, &scores)?)?;
    Ok(outcome)
}

fn written(args: &EvaluateNeedle, scores: &[StudyScore]) -> Result<String> {
    if args.json {
        let value = evaluate::to_json(scores, args.per_unit);
        let text = serde_json::to_string(&value).map_err(|e| Error::Signal(format!("JSON: {e}")))?;
        return Ok(text + "\n");
    }
    if let (true, Some(seed)) = (args.markdown, args.simulate) {
        let command = format!("myotome evaluate needle --simulate {seed} --count {} --markdown", args.count);
        return Ok(evaluate::document(&command, scores));
    }
    let style = if args.markdown { Style::Markdown } else { Style::Text };
    let recordings: usize = scores.iter().map(|s| s.recordings.len()).sum();
    let tables = evaluate::tables(scores, args.per_unit);
    let tables: String = tables.iter().map(|t| t.render(style)).collect();
    Ok(printable(&format!("{} studies, {recordings} recordings\n\n{tables}", scores.len())))
}
