//! `myotome evaluate`: what it has in common for all kinds of studies.

use super::evaluate_model::EvaluateModel;
use super::evaluate_ncs::EvaluateNcs;
use super::evaluate_needle::EvaluateNeedle;
use super::evaluate_patterns::EvaluatePatterns;
use super::exit::{Outcome, print, printable};
use super::progress::Progress;
use super::reading::Reading;
use clap::{Args, Subcommand};
use myotome::evaluate::{Style, folders};
use myotome::pipeline::{analyze, batch};
use myotome::{Error, Result};
use std::path::{Path, PathBuf};

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
    Ncs(EvaluateNcs),
    /// Statistical models on a feature table, tested on subjects they have not seen
    #[command(
        after_help = "A table is what `myotome features` writes, with columns of your own for subject and label, or with a\nsecond table (--subjects) that maps file to subject and label. Subjects are split, never windows.\n\nExamples:\n  myotome evaluate model features.csv --label group --subject patient\n  myotome evaluate model features.parquet --subjects who.csv --label group --subject patient --model forest --save model.json --out evaluation"
    )]
    Model(Box<EvaluateModel>),
    /// Whole patients: what is suggested over nerves, muscles and roots, its probabilities and criteria
    #[command(
        after_help = "Examples:\n  myotome evaluate patterns simulated/\n  myotome evaluate patterns simulated/ --reports myotome-reports --json --per-study\n  myotome evaluate patterns --simulate 1001 --count 2000 --plots curves"
    )]
    Patterns(EvaluatePatterns),
}

/// Where the studies come from and how the tables are written.
#[derive(Debug, Args)]
pub(super) struct Source {
    /// Folders of simulated studies (truth.json beside study.toml), or folders that hold some
    #[arg(required_unless_present = "simulate")]
    studies: Vec<PathBuf>,
    /// Simulate studies from this seed into a temporary folder and score those
    #[arg(long, value_name = "SEED", conflicts_with_all = ["studies", "reports"])]
    simulate: Option<u64>,
    /// How many people to simulate; for needle and ncs their states in turn, and beside each a hard study: at rest only,
    /// or one that a thing spoils
    #[arg(long, value_name = "N", default_value_t = 60, requires = "simulate")]
    count: u64,
    /// Score DIR/<study folder's name>/report.json, of any program that writes it, instead of analysing
    #[arg(long, value_name = "DIR")]
    reports: Option<PathBuf>,
    /// Print Markdown; with --simulate the part of docs/ACCURACY.md
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    reading: Reading,
}

/// How studies of one kind are made and scored.
pub(super) struct Kind<S> {
    /// Makes the studies of one number from a seed into a folder.
    pub(super) make: fn(u64, u64, &Path) -> Result<Vec<PathBuf>>,
    /// Scores a study by analysing it.
    pub(super) of_study: fn(&Path, &analyze::Options) -> Result<S>,
    /// Scores a study by the result in a folder.
    pub(super) of_report: fn(&Path, &Path) -> Result<S>,
}

/// How the scores of one kind are written.
pub(super) struct Written<'a> {
    /// The word after `myotome evaluate`.
    pub(super) kind: &'static str,
    pub(super) json: &'a dyn Fn() -> serde_json::Value,
    /// The page, from the command that makes it.
    pub(super) document: &'a dyn Fn(&str) -> String,
    pub(super) tables: &'a dyn Fn(Style) -> String,
}

/// Ours: more than anybody waits for.
const MOST_STUDIES: u64 = 100_000;

pub(crate) fn run(args: &Evaluate) -> Result<Outcome> {
    match args {
        Evaluate::Needle(needle) => super::evaluate_needle::run(needle),
        Evaluate::Ncs(ncs) => super::evaluate_ncs::run(ncs),
        Evaluate::Model(model) => super::evaluate_model::run(model),
        Evaluate::Patterns(patterns) => super::evaluate_patterns::run(patterns),
    }
}

impl Source {
    /// Scores every study that was asked for; those that cannot be scored are in the outcome.
    pub(super) fn score<S: Send>(&self, kind: &Kind<S>) -> Result<(Outcome, Vec<S>)> {
        let options = self.options()?;
        if !(1..=MOST_STUDIES).contains(&self.count) {
            return Err(Error::option("--count", format!("{}; 1 to {MOST_STUDIES} is possible", self.count)));
        }
        let Some(seed) = self.simulate else {
            let folders = folders(&self.studies)?;
            return Ok(self.each(&folders, |folder| match &self.reports {
                Some(reports) => Ok(vec![(kind.of_report)(folder, reports)?]),
                None => Ok(vec![(kind.of_study)(folder, &options)?]),
            }));
        };
        let temporary = Temporary::new()?;
        let numbers: Vec<u64> = (1..=self.count).collect();
        Ok(self.each(&numbers, |number| {
            let folders = (kind.make)(seed, *number, &temporary.0)?;
            let scores = folders.iter().map(|folder| (kind.of_study)(folder, &options)).collect();
            for folder in &folders {
                // A long series would fill the disk.
                let _ = std::fs::remove_dir_all(folder);
            }
            scores
        }))
    }

    /// Does something for each of the first `count` numbers of the series that is simulated, in a folder of its own; what
    /// fails is in the outcome.
    pub(super) fn each_number<S: Send>(
        &self,
        count: u64,
        of: impl Fn(u64, u64, &Path, &analyze::Options) -> Result<S> + Sync,
    ) -> Result<(Outcome, Vec<S>)> {
        let Some(seed) = self.simulate.filter(|_| count > 0) else {
            return Ok((Outcome::default(), Vec::new()));
        };
        let options = self.options()?;
        let temporary = Temporary::new()?;
        let numbers: Vec<u64> = (1..=count.min(self.count)).collect();
        Ok(self.each(&numbers, |number| Ok(vec![of(seed, *number, &temporary.0, &options)?])))
    }

    fn options(&self) -> Result<analyze::Options> {
        Ok(analyze::Options {
            read: self.reading.options()?,
            quality: self.reading.quality(),
            ..analyze::Options::default()
        })
    }

    fn each<T: Sync, S: Send>(
        &self,
        items: &[T],
        of: impl Fn(&T) -> Result<Vec<S>> + Sync,
    ) -> (Outcome, Vec<S>) {
        let mut outcome = Outcome::default();
        let mut progress = Progress::new(items.len(), self.reading.quiet);
        let mut scores = Vec::new();
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
        (outcome, scores)
    }

    /// Prints the scores in the form that was asked for.
    pub(super) fn print(&self, how: &Written<'_>) -> Result<()> {
        if self.json {
            let text =
                serde_json::to_string(&(how.json)()).map_err(|e| Error::Signal(format!("JSON: {e}")))?;
            return print(&(text + "\n"));
        }
        if let (true, Some(seed)) = (self.markdown, self.simulate) {
            let (kind, count) = (how.kind, self.count);
            return print(&(how.document)(&format!(
                "myotome evaluate {kind} --simulate {seed} --count {count} --markdown"
            )));
        }
        let style = if self.markdown { Style::Markdown } else { Style::Text };
        print(&printable(&(how.tables)(style)))
    }
}

/// A folder of our own that goes when it is no longer needed.
struct Temporary(PathBuf);

impl Temporary {
    fn new() -> Result<Self> {
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
