//! The commands. What can be typed after each stands with it, in field units; SI everywhere else.

use super::analyze::Analyze;
use super::check::Check;
use super::convert::Convert;
use super::evaluate::Evaluate;
use super::features::Features;
use super::info::Info;
use super::list::List;
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
        after_help = "Examples:\n  myotome analyze data/demo\n  myotome analyze needle.hea --out reports\n  myotome analyze ta.wav --unit uV --gain 10 --kind needle"
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
    /// Write a recording in another format
    #[command(
        after_help = "The extension of OUT says the format: .csv .npy .wav .edf .bdf .hea\n\nExample:\n  myotome convert old.edf new.csv"
    )]
    Convert(Convert),
    /// Score results against the truth of simulated studies
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
<<<<<<< HEAD
=======

#[derive(Debug, Args)]
pub(crate) struct Analyze {
    /// Study folders, study.toml files, recordings, or folders of recordings
    #[arg(required = true)]
    pub(crate) inputs: Vec<PathBuf>,
    /// Folder for the results: each input gets a folder of its own in it
    #[arg(long, default_value = "myotome-reports")]
    pub(crate) out: PathBuf,
    /// Print report.json instead of the summary, a line each
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) recipe: RecipeArgs,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

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

#[derive(Debug, Args)]
pub(crate) struct Info {
    /// Recordings or folders of recordings
    #[arg(required = true)]
    pub(crate) inputs: Vec<PathBuf>,
    /// One JSON object per file, a line each
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

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

/// What is scored.
#[derive(Debug, Subcommand)]
pub(crate) enum Evaluate {
    /// Needle recordings: motor units, their potentials, spontaneous activity, the muscle's impression
    #[command(
        after_help = "Examples:\n  myotome evaluate needle simulated/\n  myotome evaluate needle simulated/ --reports myotome-reports --per-unit\n  myotome evaluate needle --simulate 1001 --count 12"
    )]
    Needle(EvaluateNeedle),
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

#[derive(Debug, Args)]
pub(crate) struct Simulate {
    #[command(subcommand)]
    pub(crate) kind: SimulateKind,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SimulateKind {
    /// A muscle under the needle: study.toml, recordings, truth.json
    #[command(
        after_help = "What is not given is drawn from the seed. The same seed and options give the same bytes.\n\nExamples:\n  myotome simulate needle --seed 1 --out made\n  myotome simulate needle --seed 7 --state chronic --severity 0.6 --count 20 --out made"
    )]
    Needle(Box<super::simulate::Needle>),
}

/// A table to list.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Listing {
    Formats,
    Features,
    Checks,
    Measures,
    Patterns,
    Muscles,
    Nerves,
    Norms,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    pub(crate) what: Listing,
    /// A JSON array
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Completions {
    pub(crate) shell: clap_complete::Shell,
}

/// What kind of recording it is.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Kind {
    Needle,
    Surface,
    Evoked,
}

impl From<Kind> for ChannelKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Needle => ChannelKind::Needle,
            Kind::Surface => ChannelKind::Surface,
            Kind::Evoked => ChannelKind::Evoked,
        }
    }
}

/// What the user says of files that do not say it themselves, and how to go about reading.
#[derive(Debug, Args)]
#[command(next_help_heading = "Reading")]
pub(crate) struct Reading {
    /// Unit of channels whose file states none (V, mV, uV)
    #[arg(long)]
    pub(crate) unit: Option<String>,
    /// Stored numbers per unit, for channels whose file states no scale
    #[arg(long, allow_negative_numbers = true)]
    pub(crate) gain: Option<f64>,
    /// Sampling frequency in Hz, for files that do not state it
    #[arg(long, value_name = "HZ", allow_negative_numbers = true)]
    pub(crate) sampling_frequency: Option<f64>,
    /// What kind of recording it is; found out from the file otherwise
    #[arg(long, value_enum)]
    pub(crate) kind: Option<Kind>,
    /// Read headerless interleaved numbers: i16le i16be i32le f32le f64le
    #[arg(long, value_name = "TYPE", requires = "sampling_frequency")]
    pub(crate) raw: Option<String>,
    /// Channels of a headerless file
    #[arg(long, default_value_t = 1)]
    pub(crate) channels: usize,
    /// Columns of a text file to take, by label or number from 0, separated by commas
    #[arg(long, value_delimiter = ',')]
    pub(crate) columns: Vec<String>,
    /// Decimal mark of a text file
    #[arg(long)]
    pub(crate) decimal: Option<char>,
    /// Encoding of a text file, for instance windows-1252
    #[arg(long)]
    pub(crate) encoding: Option<String>,
    /// Refuse what would otherwise be mended with a warning; `check` then ends with code 1
    #[arg(long)]
    pub(crate) strict: bool,
    /// Limit on the memory for one file: bytes, or with k, M, G
    #[arg(long, value_name = "BYTES", value_parser = bytes)]
    pub(crate) max_memory: Option<u64>,
    /// Threads; all cores when not given. The results do not depend on it
    #[arg(long, value_name = "N")]
    pub(crate) jobs: Option<usize>,
    /// No warnings and no progress bar on standard error
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

impl Reading {
    /// The options for the readers. Also sets the number of threads.
    pub(crate) fn options(&self) -> Result<ReadOptions> {
        if let Some(jobs) = self.jobs {
            if jobs == 0 {
                return Err(Error::option("--jobs", "0; at least 1 is needed"));
            }
            // Only fails when the pool exists already, which no command makes before this.
            let _ = rayon::ThreadPoolBuilder::new().num_threads(jobs).build_global();
        }
        if let Some(hz) = self.sampling_frequency
            && !(hz > 0.0 && hz.is_finite())
        {
            return Err(Error::option("--sampling-frequency", format!("{hz} Hz; above 0 is needed")));
        }
        if let Some(gain) = self.gain
            && (gain == 0.0 || !gain.is_finite())
        {
            return Err(Error::option("--gain", format!("{gain}; a number other than 0 is needed")));
        }
        if self.channels == 0 {
            return Err(Error::option("--channels", "0; at least 1 is needed"));
        }
        let unit = self.unit.as_deref().map(SignalUnit::parse);
        if let Some(unit) = &unit
            && !unit.is_voltage()
        {
            return Err(Error::option("--unit", format!("`{}`; V, mV, uV or nV is needed", unit.text)));
        }
        let raw = match self.raw.as_deref() {
            None => None,
            Some(word) => {
                let known = RawEncoding::ALL;
                let found = known.iter().find(|(name, _)| *name == word);
                Some(
                    found
                        .ok_or_else(|| myotome::error::unknown_id("--raw", word, known.iter().map(|k| k.0)))?
                        .1,
                )
            }
        };
        let defaults = ReadOptions::default();
        Ok(ReadOptions {
            strict: self.strict,
            max_memory: self.max_memory.unwrap_or(defaults.max_memory),
            unit,
            gain: self.gain,
            sampling_frequency: self.sampling_frequency,
            raw,
            channels: self.channels,
            columns: self.columns.clone(),
            decimal: self.decimal,
            encoding: self.encoding.clone(),
        })
    }

    /// The options for the quality checks.
    pub(crate) fn quality(&self) -> QualityOptions {
        QualityOptions { kind: self.kind.map(ChannelKind::from) }
    }
}

/// Filters, windows and features.
#[derive(Debug, Args)]
#[command(next_help_heading = "Measuring")]
pub(crate) struct RecipeArgs {
    /// A TOML file with the steps; options given here go before it
    #[arg(long, value_name = "FILE")]
    pub(crate) recipe: Option<PathBuf>,
    /// Butterworth band-pass (order 4), zero-phase, Hz
    #[arg(long, value_name = "LOW-HIGH", value_parser = band)]
    pub(crate) bandpass: Option<(f64, f64)>,
    /// Notch, zero-phase, Hz
    #[arg(long, value_name = "HZ", allow_negative_numbers = true)]
    pub(crate) notch: Option<f64>,
    /// Filter forwards only
    #[arg(long)]
    pub(crate) causal: bool,
    /// Window, ms [default: 250]
    #[arg(long, value_name = "MS", allow_negative_numbers = true)]
    pub(crate) window: Option<f64>,
    /// From window to window, ms [default: 125]
    #[arg(long, value_name = "MS", allow_negative_numbers = true)]
    pub(crate) step: Option<f64>,
    /// Features to compute; `all` for every one (myotome list features)
    #[arg(long, value_delimiter = ',')]
    pub(crate) select: Vec<String>,
    /// Features to leave out
    #[arg(long, value_delimiter = ',')]
    pub(crate) exclude: Vec<String>,
    /// Threshold of zc, ssc, wamp and myop, µV [default: 10]
    #[arg(long, value_name = "UV", allow_negative_numbers = true)]
    pub(crate) threshold: Option<f64>,
}

impl RecipeArgs {
    /// The recipe file, overridden by what was typed.
    pub(crate) fn recipe(&self) -> Result<Recipe> {
        let mut recipe = self.recipe.as_deref().map_or_else(|| Ok(Recipe::default()), Recipe::read)?;
        recipe.bandpass_hz = self.bandpass.or(recipe.bandpass_hz);
        recipe.notch_hz = self.notch.or(recipe.notch_hz);
        recipe.causal |= self.causal;
        recipe.window_ms = self.window.unwrap_or(recipe.window_ms);
        recipe.step_ms = self.step.unwrap_or(recipe.step_ms);
        recipe.threshold_uv = self.threshold.unwrap_or(recipe.threshold_uv);
        if !self.select.is_empty() {
            recipe.select.clone_from(&self.select);
        }
        if !self.exclude.is_empty() {
            recipe.exclude.clone_from(&self.exclude);
        }
        Ok(recipe)
    }
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

fn band(text: &str) -> std::result::Result<(f64, f64), String> {
    let wrong = || format!("`{text}`; two frequencies are needed, such as 20-450");
    let (low, high) = text.split_once('-').ok_or_else(wrong)?;
    match (low.trim().parse::<f64>(), high.trim().parse::<f64>()) {
        (Ok(low), Ok(high)) => Ok((low, high)),
        _ => Err(wrong()),
    }
}

fn bytes(text: &str) -> std::result::Result<u64, String> {
    let text = text.trim();
    let (digits, factor) = match text.chars().last().map(|c| c.to_ascii_lowercase()) {
        Some('k') => (&text[..text.len() - 1], 1 << 10),
        Some('m') => (&text[..text.len() - 1], 1 << 20),
        Some('g') => (&text[..text.len() - 1], 1u64 << 30),
        _ => (text, 1),
    };
    let number: u64 =
        digits.trim().parse().map_err(|_| format!("`{text}`; a number of bytes is needed, such as 512M"))?;
    number.checked_mul(factor).filter(|n| *n > 0).ok_or_else(|| format!("`{text}` is out of range"))
}
>>>>>>> mark
