//! `myotome simulate`.

use super::exit::{Outcome, print, tell};
use clap::{Args, Subcommand};
use myotome::pipeline::batch;
use myotome::simulate::needle::{self, Activity, Artefact, Electrode, Format, Options, State, word};
use myotome::simulate::{ncs, patient, series_seed};
use myotome::study::Level;
use myotome::units::Hertz;
use myotome::{Error, Result};
use std::path::{Path, PathBuf};

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
    Needle(Box<Needle>),
    /// A patient's nerve conduction study: study.toml, recordings, truth.json
    #[command(
        after_help = "Motor and sensory responses, F waves, H reflexes, repetitive stimulation, a CMAP scan and recordings for MUNIX; every marker of the noise-free responses is in truth.json. What is not given is drawn from the seed. The same seed and options give the same bytes.\n\nExamples:\n  myotome simulate ncs --seed 1 --out made\n  myotome simulate ncs --seed 7 --state carpal_tunnel --limbs upper --tests motor,sensory --out made\n  myotome simulate ncs --seed 7 --snr 10 --source mixed --count 20 --out made"
    )]
    Ncs(Box<super::simulate_ncs::Ncs>),
    /// A whole patient: person, lesion, the tests an examiner does; values and grades in study.toml, truth.json
    #[command(
        after_help = "What is not given is drawn from the seed: conditions by their prevalence among those referred, about a third of them normal. The same seed and options give the same bytes.\n\nExamples:\n  myotome simulate patient --seed 1 --out made\n  myotome simulate patient --seed 7 --pattern radiculopathy --level L5 --severity 0.7 --days 60 --out made\n  myotome simulate patient --seed 7 --count 1000 --out made"
    )]
    Patient(Box<super::simulate_patient::Patient>),
}

/// Options of `simulate needle`.
#[derive(Debug, Args)]
pub(crate) struct Needle {
    /// Seed of everything that is drawn
    #[arg(long)]
    seed: u64,
    /// Folder for the study; with --count a folder for each in it: 001, 002, …
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// How many studies, their seeds derived from --seed
    #[arg(long, value_name = "K")]
    count: Option<u64>,
    /// normal, acute, subacute, chronic, myopathic or neuromuscular_junction
    #[arg(long)]
    state: Option<String>,
    /// How far the state has gone, 0 to 1
    #[arg(long, allow_negative_numbers = true)]
    severity: Option<f64>,
    /// Muscle: id, abbreviation or alias
    #[arg(long, default_value = "tibialis_anterior")]
    muscle: String,
    /// Age in years
    #[arg(long, allow_negative_numbers = true)]
    age: Option<f64>,
    /// concentric, monopolar or single_fibre
    #[arg(long, default_value = "concentric")]
    electrode: String,
    /// Sampling frequency, Hz
    #[arg(long, value_name = "HZ", default_value_t = 20_000.0, allow_negative_numbers = true)]
    sampling_frequency: f64,
    /// Length of each recording
    #[arg(long, default_value_t = 10.0, allow_negative_numbers = true)]
    seconds: f64,
    /// Slight contractions, each at a new place of the needle
    #[arg(long, value_name = "N", default_value_t = 2)]
    sites: usize,
    /// Contractions: slight, moderate, maximal
    #[arg(long, value_delimiter = ',', default_value = "slight,moderate,maximal")]
    levels: Vec<String>,
    /// Recordings at rest
    #[arg(long, value_name = "N", default_value_t = 2)]
    rest: usize,
    /// No contractions
    #[arg(long)]
    rest_only: bool,
    /// What each recording at rest holds, one or more: fibrillation, positive_sharp_wave, endplate_noise,
    /// endplate_spike, fasciculation, complex_repetitive_discharge, myotonic_discharge, myokymic_discharge,
    /// neuromyotonic_discharge, cramp_potential, insertional_activity, continuous_motor_unit_single_discharge,
    /// voluntary, none; by the state when not given
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    spontaneous: Vec<String>,
    /// What spoils every recording: mains, movement, clipping, wrap, stimulator, pacemaker, hum_only, flat,
    /// far_from_fibre
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    artefact: Vec<String>,
    /// Most that the needle creeps during a slight contraction, mm
    #[arg(long, value_name = "MM", allow_negative_numbers = true)]
    drift: Option<f64>,
    /// White noise of the amplifier, µV RMS
    #[arg(long, value_name = "UV", allow_negative_numbers = true)]
    noise: Option<f64>,
    /// High-pass of the amplifier, Hz
    #[arg(long, value_name = "HZ", default_value_t = 10.0, allow_negative_numbers = true)]
    highpass: f64,
    /// Low-pass of the amplifier, Hz
    #[arg(long, value_name = "HZ", default_value_t = 10_000.0, allow_negative_numbers = true)]
    lowpass: f64,
    /// wfdb, edf, wav, or mixed: rest in WAV, slight contractions in WFDB, the others in EDF+
    #[arg(long, default_value = "wfdb")]
    format: String,
}

impl Needle {
    fn options(&self) -> Result<Options> {
        Ok(Options {
            seed: self.seed,
            state: self.state.as_deref().map(|s| word("state", s, State::WORDS)).transpose()?,
            severity: self.severity,
            muscle: self.muscle.clone(),
            age_years: self.age,
            electrode: word("electrode", &self.electrode, Electrode::WORDS)?,
            sampling_frequency: Hertz(self.sampling_frequency),
            seconds: self.seconds,
            sites: self.sites,
            levels: if self.rest_only { Vec::new() } else { words("levels", &self.levels, Level::WORDS)? },
            rest: self.rest,
            spontaneous: words("spontaneous", &self.spontaneous, Activity::WORDS)?,
            artefacts: words("artefact", &self.artefact, Artefact::WORDS)?,
            drift_mm: self.drift,
            noise: self.noise.map(|n| n * 1e-6),
            highpass: Hertz(self.highpass),
            lowpass: Hertz(self.lowpass),
            format: word("format", &self.format, Format::WORDS)?,
        })
    }
}

fn words<T: Copy>(option: &str, asked: &[String], known: &[(&'static str, T)]) -> Result<Vec<T>> {
    asked.iter().map(|a| word(option, a, known)).collect()
}

pub(crate) fn run(args: &Simulate) -> Result<Outcome> {
    match &args.kind {
        SimulateKind::Needle(args) => {
            let options = args.options()?;
            // What is wrong with the options is told before anything is written.
            options.design()?;
            let one = |seed, folder: &Path| {
                let options = Options { seed, ..options.clone() };
                needle::write(&needle::study(&options)?, folder)
            };
            series(args.seed, args.count, &args.out, one)
        }
        SimulateKind::Ncs(args) => {
            let options = args.options()?;
            options.design()?;
            let one = |seed, folder: &Path| {
                let options = ncs::Options { seed, ..options.clone() };
                ncs::write(&ncs::study(&options)?, folder)
            };
            series(args.seed, args.count, &args.out, one)
        }
        SimulateKind::Patient(args) => {
            let options = args.options()?;
            options.design()?;
            let one = |seed, folder: &Path| {
                let options = patient::Options { seed, ..options.clone() };
                patient::write(&patient::study(&options)?, folder)
            };
            series(args.seed, args.count, &args.out, one)
        }
    }
}

/// One study in `out`, or `count` studies in folders of it.
fn series(
    seed: u64,
    count: Option<u64>,
    out: &Path,
    one: impl Fn(u64, &Path) -> Result<()> + Sync,
) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let Some(count) = count else {
        one(seed, out)?;
        print(&format!("{}\n", out.display()))?;
        outcome.done = 1;
        return Ok(outcome);
    };
    if !(1..=100_000).contains(&count) {
        return Err(Error::option("count", format!("{count}; 1 to 100000 is possible")));
    }
    let numbers: Vec<u64> = (1..=count).collect();
    // In parallel: most of the time goes into writing.
    let made = |number: &u64| one(series_seed(seed, *number), &out.join(format!("{number:03}")));
    batch::ordered(&numbers, made, |_, result| {
        match result {
            Ok(()) => outcome.done += 1,
            Err(e) => outcome.fail(&e),
        }
        true
    });
    print(&format!("{}\n", out.display()))?;
    tell(&format!("{} studies", outcome.done));
    Ok(outcome)
}
