//! What can be asked of the simulator.

use crate::simulate::word;
use crate::units::Hertz;
use crate::{Error, Result};

/// Words of an enum, for options and files.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$doc])* $variant),* }

        impl $name {
            /// Every variant with its word.
            pub const WORDS: &'static [(&'static str, $name)] = &[$(($word, $name::$variant)),*];
            /// The word.
            pub fn name(self) -> &'static str {
                match self { $($name::$variant => $word),* }
            }
            /// The variant of a word; an unknown one is an error that names the nearest.
            pub fn of(option: &str, asked: &str) -> Result<Self> {
                word(option, asked, Self::WORDS)
            }
        }
    };
}

words! {
    /// What is wrong with the patient; always on the right.
    State {
        /// Healthy.
        Normal = "normal",
        /// Length-dependent loss of motor and sensory axons.
        Axonal = "axonal",
        /// Slowing and temporal dispersion of all nerves.
        Demyelinating = "demyelinating",
        /// Conduction block of one or two nerves away from entrapment sites.
        ConductionBlock = "conduction_block",
        /// Compression of the median nerve at the wrist.
        CarpalTunnel = "carpal_tunnel",
        /// Compression of the ulnar nerve at the elbow.
        UlnarElbow = "ulnar_elbow",
        /// Compression of the fibular nerve at the fibular head.
        FibularHead = "fibular_head",
        /// One root, C8, L5 or S1: late responses and motor axons, never sensory responses.
        Radiculopathy = "radiculopathy",
        /// Too few receptors at the junction.
        Myasthenia = "myasthenia",
        /// Too little transmitter at the junction (Lambert-Eaton).
        Lems = "lems",
    }
}
words! {
    /// A test of the study.
    Test {
        /// Motor conduction.
        Motor = "motor",
        /// Sensory and mixed conduction.
        Sensory = "sensory",
        /// F waves.
        FWave = "f_wave",
        /// H reflex, both sides.
        HReflex = "h_reflex",
        /// Repetitive stimulation, at rest and after exercise.
        Repetitive = "repetitive_stimulation",
        /// CMAP scan.
        Scan = "cmap_scan",
        /// CMAP and interference patterns for MUNIX.
        Munix = "munix",
    }
}
words! {
    /// Which limbs.
    Limbs {
        /// Arm and leg.
        Both = "both",
        /// Arm only.
        Upper = "upper",
        /// Leg only.
        Lower = "lower",
    }
}
words! {
    /// How evoked responses are stored.
    Source {
        /// Delimited text: `time_ms` and a column per sweep.
        Text = "text",
        /// EDF+D, one sweep a record.
        Records = "records",
        /// Continuous WFDB or EDF+C (in turn) with annotations at the stimuli.
        Annotations = "annotations",
        /// Continuous WFDB; the study file says the times of the stimuli.
        Times = "times",
        /// One of these, drawn for each recording.
        Mixed = "mixed",
    }
}
words! {
    /// What spoils the recordings.
    Degenerate {
        /// The amplifier saturates below the peak.
        Saturated = "saturated",
        /// The stimulus artefact reaches over the onset.
        Artefact = "artefact_over_onset",
        /// The stimulus excites a part of the fibres.
        Submaximal = "submaximal",
        /// No response at all.
        Absent = "absent",
        /// The file's numbers are ten times too large or too small.
        WrongGain = "wrong_gain",
        /// Electrodes move during the recording.
        Movement = "movement",
        /// Limbs of 22 to 26 °C.
        ColdLimb = "cold_limb",
        /// The study file holds no distances.
        MissingDistance = "missing_distance",
    }
}

impl Limbs {
    /// Roots whose lesion these limbs show.
    pub(super) fn roots(self) -> &'static [&'static str] {
        match self {
            Limbs::Both => &["C8", "L5", "S1"],
            Limbs::Upper => &["C8"],
            Limbs::Lower => &["L5", "S1"],
        }
    }
}

/// What to simulate. Whatever is `None` is drawn from the seed.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Seed of everything.
    pub seed: u64,
    /// What is wrong with the patient.
    pub state: Option<State>,
    /// How far it has gone, 0 to 1.
    pub severity: Option<f64>,
    /// Years, 18 to 95.
    pub age_years: Option<f64>,
    /// 140 to 205 cm.
    pub height_cm: Option<f64>,
    /// Tests to make.
    pub tests: Vec<Test>,
    /// Limbs to examine.
    pub limbs: Limbs,
    /// Of evoked responses; 5 to 100 kHz.
    pub sampling_frequency: Hertz,
    /// How evoked responses are stored.
    pub source: Source,
    /// Sweeps of each sensory response; 1 to 100.
    pub sensory_sweeps: usize,
    /// Stimuli of an F-wave study; 1 to 200.
    pub f_sweeps: usize,
    /// Start of a sweep before the stimulus, s; 0 to 0.02.
    pub pre_stimulus: Option<f64>,
    /// White noise of the amplifier, V RMS; 0 to 1 mV. Drawn: 3 to 15 µV for motor, 1 to 2 µV for sensory responses.
    pub noise: Option<f64>,
    /// Negative peak over noise of motor and of averaged sensory responses, in place of `noise`; 1 to 10000.
    pub signal_to_noise: Option<f64>,
    /// Amplitude of the mains, V; 0 to 1 mV.
    pub mains: Option<f64>,
    /// SD of the distances' error, m; 0 to 0.03.
    pub distance_error: f64,
    /// What spoils the recordings.
    pub degenerate: Vec<Degenerate>,
}

impl Default for Options {
    /// All tests of arm and leg at 20 kHz in text, 10 sweeps of a sensory response, 20 F-wave stimuli; distances
    /// with an error of 2 mm.
    fn default() -> Self {
        Options {
            seed: 0,
            state: None,
            severity: None,
            age_years: None,
            height_cm: None,
            tests: Test::WORDS.iter().map(|w| w.1).collect(),
            limbs: Limbs::Both,
            sampling_frequency: Hertz(20_000.0),
            source: Source::Text,
            sensory_sweeps: 10,
            f_sweeps: 20,
            pre_stimulus: None,
            noise: None,
            signal_to_noise: None,
            mains: None,
            distance_error: 0.002,
            degenerate: Vec::new(),
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
        let optional = |name, value: Option<f64>, low, high, unit| {
            value.map_or(Ok(()), |v| range(name, v, low, high, unit))
        };
        optional("severity", self.severity, 0.0, 1.0, "")?;
        optional("age", self.age_years, 18.0, 95.0, " years")?;
        optional("height", self.height_cm, 140.0, 205.0, " cm")?;
        range("sampling frequency", self.sampling_frequency.0, 5000.0, 100_000.0, " Hz")?;
        optional("pre-stimulus", self.pre_stimulus.map(|v| v * 1e3), 0.0, 20.0, " ms")?;
        optional("noise", self.noise.map(|v| v * 1e6), 0.0, 1000.0, " uV")?;
        optional("snr", self.signal_to_noise, 1.0, 1e4, "")?;
        optional("mains", self.mains.map(|v| v * 1e6), 0.0, 1000.0, " uV")?;
        range("distance error", self.distance_error * 1e3, 0.0, 30.0, " mm")?;
        for (name, n, most) in
            [("sensory sweeps", self.sensory_sweeps, 100), ("F sweeps", self.f_sweeps, 200)]
        {
            if !(1..=most).contains(&n) {
                return Err(Error::option(name, format!("{n}; 1 to {most} are possible")));
            }
        }
        if self.noise.is_some() && self.signal_to_noise.is_some() {
            return Err(Error::option("snr", "noise is given too; one of both is possible"));
        }
        if self.tests.is_empty() {
            return Err(Error::option("tests", "no test is asked for"));
        }
        Ok(())
    }
    /// Whether a test is asked for.
    pub(super) fn has(&self, test: Test) -> bool {
        self.tests.contains(&test)
    }
    /// Whether recordings are spoilt so.
    pub(super) fn spoilt(&self, by: Degenerate) -> bool {
        self.degenerate.contains(&by)
    }
}
