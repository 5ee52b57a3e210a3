//! Spontaneous activity: trains of discharges at rest, told apart by shape and regularity.

mod artefact;
mod band;
mod burst;
mod classify;
mod context;
mod cramp;
mod detect;
mod end_plate;
mod features;
mod find;
mod group;
mod hum;
mod insertion;
mod judge;
mod kinds;
mod link;
mod pursuit;
mod regularity;
mod rhythm;
mod shape;
mod split;
mod stats;

use crate::Result;
use crate::trace::Trace;
use crate::units::Hertz;

/// What a train of discharges is held to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are those of the field")]
pub enum Kind {
    FibrillationPotential,
    PositiveSharpWave,
    FasciculationPotential,
    ComplexRepetitiveDischarge,
    MyotonicDischarge,
    MyokymicDischarge,
    NeuromyotonicDischarge,
    CrampPotential,
    EndPlateNoise,
    EndPlateSpike,
    /// Not spontaneous: a motor unit under voluntary control.
    Voluntary,
    /// Not spontaneous: evoked by moving the needle, ends within 300 ms.
    InsertionalActivity,
    /// No muscle.
    Artefact,
    Unknown,
}

/// One train, or a stretch of end-plate noise.
#[derive(Debug, Clone, PartialEq)]
pub struct Discharge {
    /// What it is held to be.
    pub kind: Kind,
    /// Posterior of that kind, 0 to 1.
    pub confidence: f64,
    /// Times of the main peak from the trace's start, s; rising.
    pub times_s: Vec<f64>,
    /// First to last discharge, s.
    pub span_s: (f64, f64),
    /// Discharges a second while it lasts, 1/s.
    pub rate: f64,
    /// Coefficient of variation of its intervals, gaps left out; `None` with fewer than three.
    pub interval_cv: Option<f64>,
    /// Peak to peak, V.
    pub amplitude: f64,
    /// s; `None` where it cannot be measured.
    pub duration: Option<f64>,
    /// Whether the first phase is positive; `None` where it cannot be told.
    pub initial_positive: Option<bool>,
    /// Mean potential, V, at the trace's sampling frequency, and the index of its main peak.
    pub template: Vec<f64>,
    /// Index in `template` of the main peak.
    pub reference: usize,
    /// The evidence in words, strongest first: what was measured and what it speaks for.
    pub why: Vec<String>,
}

/// What the caller says.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct SpontaneousOptions {
    /// Whether the examiner says that the muscle was at rest.
    pub at_rest: bool,
}

/// The plan: checked, immutable.
#[derive(Debug, Clone)]
pub struct Finder {
    options: SpontaneousOptions,
}

/// What was found in one recording.
#[derive(Debug, Clone, Default)]
pub struct Spontaneous {
    /// In order of their first discharge.
    pub discharges: Vec<Discharge>,
    /// Noise of the trace where nothing happens, robust SD, V.
    pub noise: f64,
    /// Stretches that were judged to be at rest, s.
    pub rest_s: Vec<(f64, f64)>,
    /// What must be said beside it.
    pub notes: Vec<String>,
}

impl Kind {
    /// The result file's word; `unknown` for what it has none for.
    pub fn id(self) -> &'static str {
        match self {
            Kind::FibrillationPotential => "fibrillation_potential",
            Kind::PositiveSharpWave => "positive_sharp_wave",
            Kind::FasciculationPotential => "fasciculation_potential",
            Kind::ComplexRepetitiveDischarge => "complex_repetitive_discharge",
            Kind::MyotonicDischarge => "myotonic_discharge",
            Kind::MyokymicDischarge => "myokymic_discharge",
            Kind::NeuromyotonicDischarge => "neuromyotonic_discharge",
            Kind::CrampPotential => "cramp_potential",
            Kind::EndPlateNoise => "end_plate_noise",
            Kind::EndPlateSpike => "end_plate_spike",
            Kind::Voluntary => "voluntary",
            Kind::InsertionalActivity => "insertional_activity",
            Kind::Artefact => "artefact",
            Kind::Unknown => "unknown",
        }
    }
}

impl SpontaneousOptions {
    /// Makes the plan.
    pub fn design(&self, sampling_frequency: Hertz) -> Result<Finder> {
        Hertz::sampling_frequency(sampling_frequency.0)?;
        Ok(Finder { options: *self })
    }
}

impl Finder {
    /// Finds what is spontaneous in a trace in volts.
    pub fn apply(&self, trace: Trace<'_>) -> Spontaneous {
        judge::judge(trace, &self.options)
    }
}
