//! What was put into a simulated needle recording: `truth.json`, schema `myotome.needle-truth/1`.
//!
//! Written by `simulate`, read by `evaluate`; nothing else in the program sees it. Field units stand in the
//! names. Times are seconds from the recording's start.

pub mod ncs;
pub mod patient;

use serde::{Deserialize, Serialize};

/// The schema's name and version.
pub const SCHEMA: &str = "myotome.needle-truth/1";
/// The file's name inside a simulated study's folder.
pub const FILE_NAME: &str = "truth.json";

/// `truth.json`: one simulated muscle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it, with their unit")]
pub struct Truth {
    pub schema: String,
    /// Version of the program that simulated.
    pub version: String,
    pub seed: u64,
    pub note: String,
    /// Muscle id.
    pub muscle: String,
    /// `normal`, `neurogenic`, `myopathic` or `neuromuscular_junction`.
    pub class: String,
    /// `normal`, `acute`, `subacute`, `chronic`, `myopathic`, `neuromuscular_junction`.
    pub state: String,
    /// 0 to 1; how far the state has gone.
    pub severity: f64,
    pub recordings: Vec<RecordingTruth>,
}

/// One recording.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it, with their unit")]
pub struct RecordingTruth {
    /// Inside the study's folder.
    pub file: String,
    /// `rest`, `slight`, `moderate` or `maximal`.
    pub level: String,
    pub sampling_frequency_hz: f64,
    pub duration_s: f64,
    /// RMS of the recording as written.
    pub rms_uv: f64,
    /// RMS of what is no muscle: amplifier, mains.
    pub noise_rms_uv: f64,
    pub motor_units: Vec<UnitTruth>,
    pub spontaneous: Vec<SpontaneousTruth>,
    pub artefacts: Vec<ArtefactTruth>,
}

/// One motor unit that discharged in the recording.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it, with their unit")]
pub struct UnitTruth {
    /// Place in the order of recruitment, from 1.
    pub id: usize,
    pub fibres: usize,
    /// Times of the mean potential's main negative peak.
    pub discharge_times_s: Vec<f64>,
    pub muap: MuapTruth,
    /// The mean noise-free potential at the recording's sampling frequency.
    pub potential_uv: Vec<f64>,
    /// Sample of `potential_uv` that lies at a discharge time.
    pub potential_reference: usize,
}

/// Measures of the noise-free mean potential, by the definitions of `needle::muap`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it, with their unit")]
pub struct MuapTruth {
    pub amplitude_uv: f64,
    pub duration_ms: f64,
    pub area_uvms: f64,
    pub thickness_ms: f64,
    pub size_index: f64,
    pub rise_time_ms: f64,
    pub phases: usize,
    pub turns: usize,
    /// Jitter that was put in: SD of one neuromuscular junction, µs.
    pub junction_sd_us: f64,
}

/// One train of spontaneous discharges, or a stretch of end-plate noise.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it, with their unit")]
pub struct SpontaneousTruth {
    /// A `spontaneous.kind` of the result file.
    pub kind: String,
    /// Of each potential's main peak (negative; positive for a positive sharp wave).
    pub discharge_times_s: Vec<f64>,
    pub amplitude_uv: f64,
    pub duration_ms: f64,
}

/// Something that is no muscle.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it, with their unit")]
pub struct ArtefactTruth {
    /// `mains`, `movement`, `clipping`, `wrap`, `stimulator`, `pacemaker`, `insertional_activity`, …
    pub kind: String,
    pub start_s: f64,
    pub end_s: f64,
}
