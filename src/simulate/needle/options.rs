//! What can be asked of the simulator.

use super::artefact::Artefact;
use super::electrode::Electrode;
use super::spontaneous::Activity;
use crate::study::Level;
use crate::units::Hertz;
use crate::{Error, Result};

/// State of the muscle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Healthy.
    Normal,
    /// Nerve lesion of less than three weeks: units are lost, nothing has grown yet.
    Acute,
    /// Weeks to months: young branches, jitter, blocking, denervated fibres.
    Subacute,
    /// More than six months: large, grouped units.
    Chronic,
    /// Fibres are lost, the others vary in size.
    Myopathic,
    /// Junctions jitter and block.
    NeuromuscularJunction,
}

impl State {
    /// Every state with its word.
    pub const WORDS: &'static [(&'static str, State)] = &[
        ("normal", State::Normal),
        ("acute", State::Acute),
        ("subacute", State::Subacute),
        ("chronic", State::Chronic),
        ("myopathic", State::Myopathic),
        ("neuromuscular_junction", State::NeuromuscularJunction),
    ];
    /// The word.
    pub fn name(self) -> &'static str {
        Self::WORDS.iter().find(|(_, s)| *s == self).map_or("normal", |(word, _)| word)
    }
    /// The class it belongs to, as in `truth.json`.
    pub fn class(self) -> &'static str {
        match self {
            State::Normal => "normal",
            State::Acute | State::Subacute | State::Chronic => "neurogenic",
            State::Myopathic => "myopathic",
            State::NeuromuscularJunction => "neuromuscular_junction",
        }
    }
}

/// Format of the recordings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// WFDB, format 16.
    Wfdb,
    /// EDF+.
    Edf,
    /// WAV; the study file says the unit.
    Wav,
    /// Rest in WAV, slight contractions in WFDB, the others in EDF+.
    Mixed,
}

impl Format {
    /// Every format with its word.
    pub const WORDS: &'static [(&'static str, Format)] =
        &[("wfdb", Format::Wfdb), ("edf", Format::Edf), ("wav", Format::Wav), ("mixed", Format::Mixed)];
    /// The format of a recording of that level, `None` at rest.
    pub(super) fn of(self, level: Option<Level>) -> Self {
        match (self, level) {
            (Format::Mixed, None) => Format::Wav,
            (Format::Mixed, Some(Level::Slight)) => Format::Wfdb,
            (Format::Mixed, Some(_)) => Format::Edf,
            (own, _) => own,
        }
    }
    /// Extension of the file that is named in the study.
    pub fn extension(self) -> &'static str {
        match self {
            Format::Wfdb => "hea",
            Format::Edf | Format::Mixed => "edf",
            Format::Wav => "wav",
        }
    }
}

/// Most recordings of a kind. Ours.
const MOST: usize = 40;
/// Most samples of a recording: two minutes at 50 kHz. Ours.
const LONGEST: f64 = 6e6;

/// What to simulate. Whatever is `None` is drawn from the seed.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Seed of everything.
    pub seed: u64,
    /// State of the muscle.
    pub state: Option<State>,
    /// How far the state has gone, 0 to 1.
    pub severity: Option<f64>,
    /// Muscle id.
    pub muscle: String,
    /// Years, 1 to 110. It stands in the study file and changes nothing else.
    pub age_years: Option<f64>,
    /// Needle.
    pub electrode: Electrode,
    /// 2 kHz to 200 kHz.
    pub sampling_frequency: Hertz,
    /// Length of a recording, s; 0.5 to 120.
    pub seconds: f64,
    /// Slight contractions, each at a new place of the needle; at most 40.
    pub sites: usize,
    /// Levels of contraction; the slight one `sites` times.
    pub levels: Vec<Level>,
    /// Recordings at rest; at most 40.
    pub rest: usize,
    /// What each recording at rest holds; empty: what the state usually shows.
    pub spontaneous: Vec<Activity>,
    /// What spoils every recording.
    pub artefacts: Vec<Artefact>,
    /// Most that the needle moves in a slight contraction, mm; 0 to 0.5.
    pub drift_mm: Option<f64>,
    /// White noise of the amplifier, V RMS; 0 to 1 mV.
    pub noise: Option<f64>,
    /// Of the amplifier, one pole.
    pub highpass: Hertz,
    /// Of the amplifier, two poles.
    pub lowpass: Hertz,
    /// Format of the recordings.
    pub format: Format,
}

impl Default for Options {
    /// A study at 20 kHz: two recordings at rest, two slight contractions, a moderate and a maximal one, 10 s
    /// each; 10 Hz to 10 kHz.
    fn default() -> Self {
        Options {
            seed: 0,
            state: None,
            severity: None,
            muscle: "tibialis_anterior".into(),
            age_years: None,
            electrode: Electrode::Concentric,
            sampling_frequency: Hertz(20_000.0),
            seconds: 10.0,
            sites: 2,
            levels: vec![Level::Slight, Level::Moderate, Level::Maximal],
            rest: 2,
            spontaneous: Vec::new(),
            artefacts: Vec::new(),
            drift_mm: None,
            noise: None,
            highpass: Hertz(10.0),
            lowpass: Hertz(10_000.0),
            format: Format::Wfdb,
        }
    }
}

fn range(name: &str, value: f64, low: f64, high: f64, unit: &str) -> Result<()> {
    if (low..=high).contains(&value) {
        return Ok(());
    }
    Err(Error::option(name, format!("{value}{unit}; {low} to {high} is possible")))
}

impl Options {
    /// Checks everything.
    pub(super) fn check(&self) -> Result<()> {
        range("sampling frequency", self.sampling_frequency.0, 2000.0, 200_000.0, " Hz")?;
        range("seconds", self.seconds, 0.5, 120.0, "")?;
        if let Some(severity) = self.severity {
            range("severity", severity, 0.0, 1.0, "")?;
        }
        if let Some(age) = self.age_years {
            range("age", age, 1.0, 110.0, " years")?;
        }
        if let Some(drift) = self.drift_mm {
            range("drift", drift, 0.0, 0.5, " mm")?;
        }
        if let Some(noise) = self.noise {
            range("noise", noise * 1e6, 0.0, 1000.0, " uV")?;
        }
        range("high-pass", self.highpass.0, 0.1, 1000.0, " Hz")?;
        range("low-pass", self.lowpass.0, 1000.0, 50_000.0, " Hz")?;
        for (name, n) in [("sites", self.sites), ("rest", self.rest), ("levels", self.levels.len())] {
            if n > MOST {
                return Err(Error::option(name, format!("{n}; at most {MOST} are possible")));
            }
        }
        let samples = self.seconds * self.sampling_frequency.0;
        if samples > LONGEST {
            let why = format!("{samples} samples a recording; at most {LONGEST} are possible");
            return Err(Error::option("seconds", why));
        }
        if self.rest == 0 && !self.levels.iter().any(|l| *l != Level::Slight || self.sites > 0) {
            return Err(Error::option("levels", "no recording is asked for"));
        }
        if matches!(self.format, Format::Wav | Format::Mixed) && self.sampling_frequency.0.fract() != 0.0 {
            return Err(Error::option("sampling frequency", "a WAV file holds whole Hz"));
        }
        Ok(())
    }
}
