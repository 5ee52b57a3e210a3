//! The commands. What can be typed after each stands with it, in field units; SI everywhere else.

use super::analyze::Analyze;
use super::check::Check;
use super::convert::Convert;
use super::evaluate::Evaluate;
use super::features::Features;
use super::info::Info;
use super::list::List;
use super::mark::Mark;
use super::shell::Completions;
use super::simulate::Simulate;
use clap::{Parser, Subcommand};

/// Reads EMG and nerve-conduction recordings, measures them, and shows the evidence behind every number.
///
/// Not a medical device; not for diagnosis or treatment decisions.
#[derive(Debug, Parser)]
#[command(name = "myotome", version, propagate_version = true, max_term_width = 110)]
pub(crate) struct Myotome {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Measure a study or recordings: report.html, report.json, and a summary
    #[command(
        after_help = "Examples:\n  myotome analyze data/demo\n  myotome analyze needle.hea --out reports\n  myotome analyze ta.wav --unit uV --gain 10 --kind needle\n  myotome analyze values.csv --out reports\n  myotome analyze april/ --previous january/\n  myotome analyze needle.edf --model model.json"
    )]
    Analyze(Analyze),
    /// One row per window and channel: CSV on standard output, CSV or Parquet with --out
    #[command(
        after_help = "Examples:\n  myotome features recordings/ --bandpass 20-450 --notch 50 --out features.parquet\n  myotome features walk.edf --select mav,rms,mnf,mdf > walk.csv"
    )]
    Features(Features),
    /// Onset, peak, amplitude, area and duration of evoked sweeps: CSV, a row each
    #[command(
        after_help = "A sweep is a row of an NPY array, or a column of a text table with its time in the first one.\n\nExamples:\n  myotome mark cmap.npy --sampling-frequency 20000 --unit uV --stimulus-ms 20 --out markers.csv\n  myotome mark sural.csv --response snap --search 1-8"
    )]
    Mark(Mark),
    /// What a file holds
    Info(Info),
    /// Format and signal-quality findings
    Check(Check),
    /// Write a recording in another format, or a clinical table as study files
    #[command(
        after_help = "The extension of OUT says the format: .csv .npy .wav .edf .bdf .hea\nA clinical table gives a folder with a study.toml for each study in it.\n\nExamples:\n  myotome convert old.edf new.csv\n  myotome convert values.csv studies/"
    )]
    Convert(Convert),
    /// Score results against the truth of simulated studies, or train and test statistical models
    #[command(subcommand)]
    Evaluate(Evaluate),
    /// Make recordings whose truth is known
    Simulate(Simulate),
    /// The tables behind everything: formats, features, checks, …
    List(List),
    /// Completions for a shell, on standard output
    Completions(Completions),
    /// The manual page, on standard output
    Man,
}
