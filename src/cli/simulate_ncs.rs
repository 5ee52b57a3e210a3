//! Options of `myotome simulate ncs`.

use clap::Args;
use myotome::Result;
use myotome::simulate::ncs::{Degenerate, Limbs, Options, Source, State, Test};
use myotome::units::Hertz;
use std::path::PathBuf;

/// Options of `simulate ncs`.
#[derive(Debug, Args)]
pub(crate) struct Ncs {
    /// Seed of everything that is drawn
    #[arg(long)]
    pub(super) seed: u64,
    /// Folder for the study; with --count a folder for each in it: 001, 002, …
    #[arg(long, value_name = "DIR")]
    pub(super) out: PathBuf,
    /// How many studies, their seeds derived from --seed
    #[arg(long, value_name = "K")]
    pub(super) count: Option<u64>,
    /// normal, axonal, demyelinating, conduction_block, carpal_tunnel, ulnar_elbow, fibular_head, radiculopathy,
    /// myasthenia or lems; always on the right
    #[arg(long)]
    state: Option<String>,
    /// How far the state has gone, 0 to 1
    #[arg(long, allow_negative_numbers = true)]
    severity: Option<f64>,
    /// Age in years
    #[arg(long, allow_negative_numbers = true)]
    age: Option<f64>,
    /// Height in cm
    #[arg(long, allow_negative_numbers = true)]
    height: Option<f64>,
    /// Tests: motor, sensory, f_wave, h_reflex, repetitive_stimulation, cmap_scan, munix; all when not given
    #[arg(long, value_name = "TEST", value_delimiter = ',')]
    tests: Vec<String>,
    /// both, upper or lower
    #[arg(long, default_value = "both")]
    limbs: String,
    /// Sampling frequency of evoked responses, Hz
    #[arg(long, value_name = "HZ", default_value_t = 20_000.0, allow_negative_numbers = true)]
    sampling_frequency: f64,
    /// How responses are stored: text (a column a sweep), records (EDF+D, a record a sweep), annotations
    /// (continuous, a note at each stimulus), times (continuous, the times in study.toml), or mixed
    #[arg(long, default_value = "text")]
    source: String,
    /// Sweeps of each sensory response
    #[arg(long, value_name = "N", default_value_t = 10)]
    sensory_sweeps: usize,
    /// Stimuli of each F-wave study
    #[arg(long, value_name = "N", default_value_t = 20)]
    f_sweeps: usize,
    /// Baseline shown before the stimulus, ms
    #[arg(long, value_name = "MS", allow_negative_numbers = true)]
    pre_stimulus: Option<f64>,
    /// White noise of the amplifier, µV RMS
    #[arg(long, value_name = "UV", allow_negative_numbers = true)]
    noise: Option<f64>,
    /// Negative peak over noise of motor and averaged sensory responses, instead of --noise
    #[arg(long, value_name = "RATIO", allow_negative_numbers = true)]
    snr: Option<f64>,
    /// Mains, µV
    #[arg(long, value_name = "UV", allow_negative_numbers = true)]
    mains: Option<f64>,
    /// Error of the distances in study.toml, mm (SD)
    #[arg(long, value_name = "MM", default_value_t = 2.0, allow_negative_numbers = true)]
    distance_error: f64,
    /// What spoils the recordings: saturated, artefact_over_onset, submaximal, absent, wrong_gain, movement,
    /// cold_limb, missing_distance
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    degenerate: Vec<String>,
}

impl Ncs {
    pub(super) fn options(&self) -> Result<Options> {
        let tests: Vec<Test> = self.tests.iter().map(|t| Test::of("tests", t)).collect::<Result<_>>()?;
        let standard = Options::default();
        Ok(Options {
            seed: self.seed,
            state: self.state.as_deref().map(|s| State::of("state", s)).transpose()?,
            severity: self.severity,
            age_years: self.age,
            height_cm: self.height,
            tests: if tests.is_empty() { standard.tests } else { tests },
            limbs: Limbs::of("limbs", &self.limbs)?,
            sampling_frequency: Hertz(self.sampling_frequency),
            source: Source::of("source", &self.source)?,
            sensory_sweeps: self.sensory_sweeps,
            f_sweeps: self.f_sweeps,
            pre_stimulus: self.pre_stimulus.map(|ms| ms * 1e-3),
            noise: self.noise.map(|uv| uv * 1e-6),
            signal_to_noise: self.snr,
            mains: self.mains.map(|uv| uv * 1e-6),
            distance_error: self.distance_error * 1e-3,
            degenerate: self
                .degenerate
                .iter()
                .map(|d| Degenerate::of("degenerate", d))
                .collect::<Result<_>>()?,
        })
    }
}
