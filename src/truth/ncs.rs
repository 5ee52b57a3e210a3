//! What was put into a simulated nerve conduction study: `truth.json`, schema `myotome.ncs-truth/1`.
//!
//! Every marker is that of the noise-free response, negative up, evaluated every 5 µs between the fibres' own
//! equations; nothing was measured on what was recorded. Latencies are from the stimulus. Distances are those along the nerve;
//! `stated_distance_mm` is what the study file says, with the error of a tape measure.

use serde::{Deserialize, Serialize};

/// The schema's name and version.
pub const SCHEMA: &str = "myotome.ncs-truth/1";

/// `truth.json`: one simulated patient.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it, with their unit")]
pub struct Truth {
    pub schema: String,
    /// Version of the program that simulated.
    pub version: String,
    pub seed: u64,
    pub note: String,
    /// `normal`, `axonal`, `demyelinating`, `conduction_block`, `carpal_tunnel`, `ulnar_elbow`, `fibular_head`,
    /// `radiculopathy`, `myasthenia` or `lems`.
    pub state: String,
    /// 0 to 1; how far the state has gone.
    pub severity: f64,
    /// Root of a radiculopathy: `C8`, `L5` or `S1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// What spoils the recordings, of `simulate ncs --degenerate`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub degenerate: Vec<String>,
    pub age_years: f64,
    pub height_cm: f64,
    pub sampling_frequency_hz: f64,
    /// Onset: the first time the response reaches this share of its negative peak.
    pub onset_share_percent: f64,
    /// An F wave counts as present from this peak-to-peak amplitude.
    pub f_threshold_uv: f64,
    pub motor: Vec<MotorTruth>,
    pub sensory: Vec<SensoryTruth>,
    pub f_wave: Vec<FWaveTruth>,
    pub h_reflex: Vec<HReflexTruth>,
    pub repetitive_stimulation: Vec<RepetitiveTruth>,
    pub cmap_scan: Vec<ScanTruth>,
    pub munix: Vec<MunixTruth>,
}

/// Markers of one noise-free response, negative up.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it, with their unit")]
pub struct ResponseTruth {
    /// Whether any fibre answered.
    pub present: bool,
    /// First crossing of `onset_share_percent` of the negative peak; `None` when absent, as all that follow.
    pub onset_ms: Option<f64>,
    pub peak_ms: Option<f64>,
    /// Of the trough before the onset, where it is at least 3 % of the negative peak.
    pub positive_trough_ms: Option<f64>,
    /// Baseline to negative peak.
    pub amplitude_uv: Option<f64>,
    pub amplitude_peak_to_peak_uv: Option<f64>,
    /// Onset to the first return to the baseline after the negative peak.
    pub negative_peak_duration_ms: Option<f64>,
    /// Of what lies above the baseline within the negative peak's duration.
    pub negative_peak_area_uvms: Option<f64>,
    /// Onset to the last time the response is 2 % of its negative peak or more, of either sign.
    pub total_duration_ms: Option<f64>,
    /// Stimuli that were recorded.
    pub sweeps: usize,
    /// RMS of one sweep's noise without mains and artefact.
    pub noise_rms_uv: f64,
    /// Negative peak over the noise of the sweeps' average; 0 when absent.
    pub snr: f64,
}

/// One stimulation site.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it, with their unit")]
pub struct StimulationTruth {
    pub site: String,
    /// Inside the study's folder.
    pub file: String,
    /// To the active electrode for the first site, else to the previous site.
    pub distance_mm: f64,
    /// `None`: the study file does not say it.
    pub stated_distance_mm: Option<f64>,
    /// Share of the nerve's fibres that the stimulus excites.
    pub recruited_percent: f64,
    pub response: ResponseTruth,
}

/// The piece of nerve between two stimulation sites.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it, with their unit")]
pub struct SegmentTruth {
    /// `<distal site>-<proximal site>`.
    pub segment: String,
    pub distance_mm: f64,
    pub stated_distance_mm: Option<f64>,
    /// True distance over the difference of the true onsets.
    pub conduction_velocity_m_s: Option<f64>,
    /// Share of the conducting units' amplitude that the piece blocks.
    pub block_share_percent: f64,
    /// SD of the extra delays that the piece adds.
    pub dispersion_sd_ms: f64,
    /// Of the noise-free responses, distal to proximal.
    pub amplitude_fall_percent: Option<f64>,
    pub area_fall_percent: Option<f64>,
    pub duration_rise_percent: Option<f64>,
}

/// A motor study.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it, with their unit")]
pub struct MotorTruth {
    pub nerve: String,
    pub side: String,
    pub muscle: String,
    pub skin_temperature_c: f64,
    /// Motor units alive, and how many were lost.
    pub units: usize,
    pub units_lost: usize,
    pub stimulation: Vec<StimulationTruth>,
    pub segments: Vec<SegmentTruth>,
}

/// A sensory or mixed study.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it, with their unit")]
pub struct SensoryTruth {
    pub nerve: String,
    pub side: String,
    pub recording_site: String,
    /// `antidromic` or `orthodromic`.
    pub technique: String,
    pub skin_temperature_c: f64,
    /// True distance over the true onset.
    pub conduction_velocity_m_s: Option<f64>,
    pub stimulation: Vec<StimulationTruth>,
}

/// F waves of one nerve.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it, with their unit")]
pub struct FWaveTruth {
    pub nerve: String,
    pub side: String,
    pub muscle: String,
    pub site: String,
    pub file: String,
    pub skin_temperature_c: f64,
    /// One per stimulus: the F wave's latency where one is present.
    pub latencies_ms: Vec<Option<f64>>,
    /// One per stimulus: peak to peak, 0 where no unit answered.
    pub amplitudes_uv: Vec<f64>,
    /// Share of the recorded sweeps with an F wave of `f_threshold_uv` or more.
    pub persistence_percent: f64,
    /// The same in the long run: 1 - Π(1 - p) over the units above the threshold.
    pub expected_persistence_percent: f64,
    pub min_latency_ms: Option<f64>,
    pub mean_latency_ms: Option<f64>,
    pub max_latency_ms: Option<f64>,
    /// Onset of the M response.
    pub m_latency_ms: Option<f64>,
    pub noise_rms_uv: f64,
    pub a_waves: Vec<AWaveTruth>,
    pub repeaters: Vec<RepeaterTruth>,
}

/// A response of constant latency and shape behind the M response that is no F wave.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it, with their unit")]
pub struct AWaveTruth {
    pub latency_ms: f64,
    pub amplitude_uv: f64,
    /// Sweeps that hold it, from 0.
    pub sweeps: Vec<usize>,
}

/// The same F wave more than once.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it, with their unit")]
pub struct RepeaterTruth {
    pub latency_ms: f64,
    /// Sweeps in which exactly the same units answered, from 0.
    pub sweeps: Vec<usize>,
}

/// An H-reflex series.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it, with their unit")]
pub struct HReflexTruth {
    pub side: String,
    pub file: String,
    pub skin_temperature_c: f64,
    pub stimulus_ma: Vec<f64>,
    pub present: bool,
    /// Onset of the largest H.
    pub latency_ms: Option<f64>,
    /// Baseline to negative peak, of each sweep.
    pub h_amplitudes_uv: Vec<f64>,
    pub m_amplitudes_uv: Vec<f64>,
    /// Largest H over largest M.
    pub h_m_ratio_percent: Option<f64>,
    pub noise_rms_uv: f64,
}

/// A train of repetitive stimulation.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it, with their unit")]
pub struct RepetitiveTruth {
    pub nerve: String,
    pub side: String,
    pub muscle: String,
    pub file: String,
    pub frequency_hz: f64,
    pub exercise_s: Option<f64>,
    pub seconds_after_exercise: Option<f64>,
    /// Baseline to negative peak of each response; what a moving electrode did to it is in it.
    pub amplitudes_uv: Vec<f64>,
    /// The same without the artefact: what the junctions did.
    pub junction_amplitudes_uv: Vec<f64>,
    /// Junctions' fall from the first to each response, positive = fall.
    pub decrements_percent: Vec<f64>,
    /// Of the fourth.
    pub decrement_percent: f64,
    /// First response over that of the train at rest, less one.
    pub increment_percent: Option<f64>,
    /// `movement` or nothing.
    pub artefact: Option<String>,
    pub noise_rms_uv: f64,
}

/// A CMAP scan.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it, with their unit")]
pub struct ScanTruth {
    pub nerve: String,
    pub side: String,
    pub muscle: String,
    pub file: String,
    pub units: usize,
    /// (Σ size)² / Σ size².
    pub effective_units: f64,
    pub unit_sizes_uv: Vec<f64>,
    /// In the order of `unit_sizes_uv`.
    pub thresholds_ma: Vec<f64>,
    /// SD of a threshold from stimulus to stimulus over the threshold.
    pub relative_spread: f64,
    pub noise_uv: f64,
    pub maximum_mv: f64,
    /// Current at which the units recruited so far make up 5, 50, 95 % of the maximum.
    pub s5_ma: f64,
    pub s50_ma: f64,
    pub s95_ma: f64,
}

/// A recording for MUNIX.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it, with their unit")]
pub struct MunixTruth {
    pub nerve: String,
    pub side: String,
    pub muscle: String,
    pub file: String,
    pub units: usize,
    pub mean_unit_uv: f64,
    pub cmap_amplitude_uv: f64,
    /// Units that fired in each contraction.
    pub recruited: Vec<usize>,
}
