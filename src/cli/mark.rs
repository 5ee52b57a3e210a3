//! `myotome mark`.

use super::exit::{Outcome, tell};
use super::reading::Reading;
use clap::{Args, ValueEnum};
use myotome::format::ReadOptions;
use myotome::ncs::marker::ResponseKind;
use myotome::pipeline::inputs;
use myotome::pipeline::mark::{self, MarkOptions, Onset};
use myotome::{Error, Result, output};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(crate) struct Mark {
    /// Recordings of evoked sweeps, or folders of them
    #[arg(required = true)]
    pub(crate) inputs: Vec<PathBuf>,
    /// Write a .csv file instead of standard output
    #[arg(long)]
    pub(crate) out: Option<PathBuf>,
    /// Overwrite an existing --out file that is no table of markers
    #[arg(long)]
    pub(crate) force: bool,
    /// Time of the stimulus in a sweep, ms from its first sample [default: what the file says, else 0]
    #[arg(long, value_name = "MS", allow_negative_numbers = true, conflicts_with = "sweep_window")]
    pub(crate) stimulus_ms: Option<f64>,
    /// A sweep's time from the stimulus, ms, such as -5:95; its start counts
    #[arg(long, value_name = "FROM:TO", allow_hyphen_values = true, value_parser = span)]
    pub(crate) sweep_window: Option<(f64, f64)>,
    /// Where a response may begin and peak, ms from the stimulus [default: by response]
    #[arg(long, value_name = "FROM-TO", value_parser = span)]
    pub(crate) search: Option<(f64, f64)>,
    /// Baseline of the threshold, ms from the stimulus, such as -20:-1 [default: all up to -1]
    #[arg(long, value_name = "FROM:TO", allow_hyphen_values = true, value_parser = span)]
    pub(crate) baseline: Option<(f64, f64)>,
    /// Negative peaks are stored as positive numbers
    #[arg(long)]
    pub(crate) negative_up: bool,
    /// How the onset is found
    #[arg(long, value_enum, default_value_t = OnsetBy::Hinge)]
    pub(crate) onset: OnsetBy,
    /// Which response it is
    #[arg(long, value_enum, default_value_t = ResponseIs::Cmap)]
    pub(crate) response: ResponseIs,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

/// How an onset is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OnsetBy {
    /// Fitted rise through 0.5 % of the peak, with its uncertainty
    Hinge,
    /// Larger of 5 standard deviations of the baseline and 2 % of the peak
    Threshold,
}

/// A response.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ResponseIs {
    Cmap,
    Snap,
    Mixed,
}

/// Two times: `1-100`, or `-20:-1` where one is negative.
fn span(text: &str) -> std::result::Result<(f64, f64), String> {
    let wrong = || format!("`{text}`; two times in ms are needed, such as 1-100 or -20:-1");
    let (from, to) = text.split_once(':').or_else(|| text.split_once('-')).ok_or_else(wrong)?;
    match (from.trim().parse::<f64>(), to.trim().parse::<f64>()) {
        (Ok(from), Ok(to)) if from < to && from.is_finite() && to.is_finite() => Ok((from, to)),
        _ => Err(wrong()),
    }
}

pub(crate) fn run(args: &Mark) -> Result<Outcome> {
    let read = args.reading.options()?;
    let options = options(args)?;
    let files = inputs::expand(&args.inputs)?;
    let mut outcome = Outcome::default();
    let mut all = |out: &mut dyn Write, target: &Path| {
        measure(&files, args, &read, &options, &mut outcome, out, target)
    };
    match args.out.as_deref() {
        None => {
            let mut out = std::io::stdout().lock();
            all(&mut out, Path::new("standard output"))?;
        }
        Some(path) => {
            may_overwrite(path, args.force)?;
            let mut wrong = None;
            let written = output::write_atomic(path, |out| {
                all(out, path).map_err(|e| {
                    wrong = Some(e);
                    std::io::Error::other("not finished")
                })
            });
            wrong.map_or(written, Err)?;
        }
    }
    Ok(outcome)
}

fn measure(
    files: &[inputs::Input],
    args: &Mark,
    read: &ReadOptions,
    options: &MarkOptions,
    outcome: &mut Outcome,
    out: &mut dyn Write,
    target: &Path,
) -> Result<()> {
    let io = |e| Error::io(target, e);
    out.write_all(mark::HEADER.as_bytes()).map_err(io)?;
    for file in files {
        let mut stopped = None;
        let done = mark::of_file(&file.path, read, options, &mut |text| {
            out.write_all(text).map_err(|e| {
                // Whoever reads may have read enough: that ends the command, not this file alone.
                stopped = Some(io(e));
                Error::Signal("stopped".into())
            })
        });
        if let Some(e) = stopped {
            return Err(e);
        }
        match done {
            Ok(sweeps) => {
                outcome.done += 1;
                if !args.reading.quiet && args.out.is_some() {
                    tell(&format!("{}: {sweeps} sweeps", file.path.display()));
                }
            }
            Err(e) => outcome.refuse(&file.path, file.named, args.reading.quiet, &e),
        }
    }
    out.flush().map_err(io)
}

fn options(args: &Mark) -> Result<MarkOptions> {
    let ms = |(from, to): (f64, f64)| (1e-3 * from, 1e-3 * to);
    if args.onset == OnsetBy::Hinge && args.baseline.is_some() {
        let why = "is the threshold's; the hinge finds the quiet parts of a sweep itself (--onset threshold)";
        return Err(Error::option("--baseline", why));
    }
    if args.stimulus_ms.is_some_and(|t| !t.is_finite()) {
        return Err(Error::option("--stimulus-ms", "a number is needed"));
    }
    Ok(MarkOptions {
        onset: match args.onset {
            OnsetBy::Hinge => Onset::Hinge,
            OnsetBy::Threshold => Onset::Threshold,
        },
        kind: match args.response {
            ResponseIs::Cmap => ResponseKind::Cmap,
            ResponseIs::Snap => ResponseKind::Snap,
            ResponseIs::Mixed => ResponseKind::Mixed,
        },
        start: args.stimulus_ms.map(|t| -1e-3 * t).or(args.sweep_window.map(|w| 1e-3 * w.0)),
        search: args.search.map(ms),
        baseline: args.baseline.map(ms),
        negative_up: args.negative_up,
        threads: args.reading.jobs.unwrap_or(0),
    })
}

/// A table of markers may be made anew; any other file stays unless the user insists.
fn may_overwrite(path: &Path, force: bool) -> Result<()> {
    let mut head = [0; 20];
    let n = match std::fs::File::open(path) {
        Err(_) => return Ok(()),
        Ok(mut file) => file.read(&mut head).unwrap_or(0),
    };
    if n == 0 || head[..n].starts_with(b"file,sweep,response,") || force {
        return Ok(());
    }
    let why = format!("{} exists and is no table of markers; add --force to overwrite it", path.display());
    Err(Error::option("--out", why))
}
