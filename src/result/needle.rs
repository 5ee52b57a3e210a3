//! Rows of the result file that are about a needle recording or a muscle.

use super::Limit;
use serde::Serialize;

/// One epoch of the interference pattern.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the contract names the fields")]
pub struct Epoch {
    pub start_s: f64,
    pub end_s: f64,
    pub turns_per_s: f64,
    /// `None` with fewer than two turns.
    pub mean_amplitude_uv: Option<f64>,
    pub small_segments_per_s: f64,
    /// Share of the time with steep segments, 0 to 1.
    pub activity: f64,
    pub envelope_uv: Option<f64>,
    pub upper_centile_amplitude_uv: Option<f64>,
    /// Share of the intervals between turns that are shorter than 1.5 ms, 0 to 1.
    pub short_interval_share: Option<f64>,
}

/// One motor unit of a recording.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the contract names the fields")]
pub struct MotorUnit {
    /// From 1, tallest first.
    pub id: usize,
    /// Of the main negative peak, from the recording's start.
    pub discharge_times_s: Vec<f64>,
    pub muap: Muap,
    /// While it fires; missed discharges taken into account.
    pub rate_hz: Option<f64>,
    /// Coefficient of variation of the intervals.
    pub interval_cv: Option<f64>,
    /// Share of discharges that the intervals say were missed.
    pub missed_share: Option<f64>,
    /// How sure the discharges are on average, 0 to 1.
    pub sureness: f64,
    pub quantifiable: bool,
    /// Why not, in words.
    pub unfit: Vec<String>,
}

/// Measures of a motor unit potential; what is undefined is null, and `undefined` says why.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the contract names the fields")]
pub struct Muap {
    pub amplitude_uv: f64,
    pub duration_ms: Option<f64>,
    pub area_uvms: Option<f64>,
    pub phases: usize,
    pub turns: usize,
    pub thickness_ms: Option<f64>,
    pub size_index: Option<f64>,
    pub rise_time_ms: Option<f64>,
    pub spike_duration_ms: Option<f64>,
    pub irregularity: Option<f64>,
    /// Number of satellites.
    pub satellites: usize,
    /// Jiggle: consecutive amplitude difference, normalised.
    pub consecutive_amplitude_difference: Option<f64>,
    /// Jiggle: correlation of consecutive sweeps.
    pub cross_correlation: Option<f64>,
    /// Mean consecutive difference.
    pub jitter_us: Option<f64>,
    /// From the main negative peak.
    pub onset_ms: Option<f64>,
    /// From the main negative peak.
    pub end_ms: Option<f64>,
    /// Between the methods.
    pub onset_spread_ms: f64,
    pub end_spread_ms: f64,
    pub sweeps: usize,
    /// SD of the average's noise.
    pub noise_uv: f64,
    /// Why the potential is to be taken with care.
    pub doubts: Vec<String>,
    /// Name of a measure → why it has no value.
    pub undefined: std::collections::BTreeMap<String, String>,
}

/// One train of spontaneous discharges, or a stretch of end-plate noise.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the contract names the fields")]
pub struct SpontaneousRow {
    pub kind: &'static str,
    pub discharge_times_s: Vec<f64>,
    pub rate_hz: f64,
    pub amplitude_uv: f64,
    /// Posterior of the kind, 0 to 1.
    pub confidence: f64,
    pub start_s: f64,
    pub end_s: f64,
    pub interval_cv: Option<f64>,
    pub duration_ms: Option<f64>,
    /// `positive`, `negative` or null.
    pub first_phase: Option<&'static str>,
    /// The evidence in words, strongest first.
    pub why: Vec<String>,
}

/// What the grade of a kind of spontaneous activity rests on.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names say it, with their unit")]
pub struct Density {
    pub kind: &'static str,
    pub trains: usize,
    /// Recordings with such trains, of those at rest.
    pub sites: usize,
    pub sites_recorded: usize,
    pub discharges_per_s: f64,
    /// Share of the time at rest that is inside such a train, 0 to 1.
    pub share_of_time: f64,
}

/// One parameter over the potentials of a muscle.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct MuapSummary {
    /// `amplitude`, `duration`, `area`, `thickness`, `size_index`, `phases`, `turns`, `polyphasic_share`, `jitter`.
    pub parameter: &'static str,
    pub unit: &'static str,
    pub n: usize,
    pub mean: Option<f64>,
    pub sd: Option<f64>,
    /// Limit of the mean.
    pub limit: Limit,
    pub verdict: &'static str,
    /// Limit of single potentials.
    pub outlier_limit: Limit,
    pub outliers_below: usize,
    pub outliers_above: usize,
    pub outlier_verdict: &'static str,
    /// Distance of the mean from the set's, in SD, where a distribution is known.
    pub z: Option<f64>,
}

/// Grades of a muscle; `None` where nothing was graded.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the contract names the fields")]
pub struct Grades {
    pub fibrillation: Option<u8>,
    pub positive_sharp_wave: Option<u8>,
    pub fasciculation: Option<u8>,
    pub recruitment: String,
}

/// Probabilities of the impression; they sum to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the contract names the fields")]
pub struct Probabilities {
    pub normal: f64,
    pub neurogenic: f64,
    pub myopathic: f64,
}

/// One piece of evidence behind an impression.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evidence {
    /// What was found, with the value, the limit and its source.
    pub finding: String,
    /// `neurogenic`, `myopathic`, `normal` or `none`: what it speaks for.
    pub speaks_for: &'static str,
    /// `met`, `not met` or `cannot be judged`.
    pub verdict: &'static str,
    /// Whose limit, and whether it was checked against the source.
    pub source: String,
    /// How much it moves the impression towards what it speaks for, against the next best: 10·log10 of the ratio
    /// of probabilities, deciban. `None` where it has no weight in the probabilities.
    pub weight_db: Option<f64>,
}

/// How well a recording was taken apart into its units.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names say it, with their unit")]
pub struct Decomposed {
    /// The stretch that was decomposed.
    pub start_s: f64,
    pub end_s: f64,
    /// Robust SD where no unit is near.
    pub noise_uv: f64,
    /// Share of the power above the noise that the units explain, 0 to 1.
    pub explained: f64,
}

impl NeedleRow {
    /// A row without findings yet.
    pub fn of(muscle: Option<&str>, side: Option<&str>, file: &str, channel: &str) -> Self {
        NeedleRow {
            muscle: muscle.unwrap_or_default().to_owned(),
            side: side.unwrap_or_default().to_owned(),
            file: file.to_owned(),
            channel: channel.to_owned(),
            motor_units: Vec::new(),
            spontaneous: Vec::new(),
            told_apart: Vec::new(),
            decomposition: None,
            density: Vec::new(),
            summary: Vec::new(),
            interference: Vec::new(),
            grades: Grades {
                fibrillation: None,
                positive_sharp_wave: None,
                fasciculation: None,
                recruitment: "not_assessable".into(),
            },
            entered: Vec::new(),
            impression: "indeterminate",
            probabilities: None,
            evidence: Vec::new(),
            caveats: Vec::new(),
        }
    }
}

/// Needle findings of one channel, or of a muscle as a whole when `file` is empty.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the contract names the fields")]
pub struct NeedleRow {
    pub muscle: String,
    pub side: String,
    pub file: String,
    pub channel: String,
    pub motor_units: Vec<MotorUnit>,
    pub spontaneous: Vec<SpontaneousRow>,
    /// Trains held not to be spontaneous: `voluntary`, `insertional_activity`, `artefact`.
    pub told_apart: Vec<SpontaneousRow>,
    /// `None` where nothing was decomposed.
    pub decomposition: Option<Decomposed>,
    /// What each grade rests on.
    pub density: Vec<Density>,
    /// Potentials of the muscle held against limits; empty for a single recording without a muscle.
    pub summary: Vec<MuapSummary>,
    pub interference: Vec<Epoch>,
    pub grades: Grades,
    /// Names of the grades that a person entered; they stand in place of the measured ones.
    pub entered: Vec<&'static str>,
    /// `normal`, `neurogenic`, `myopathic`, `indeterminate` or `not_interpretable`.
    pub impression: &'static str,
    /// `None` where no calibrated probability exists.
    pub probabilities: Option<Probabilities>,
    pub evidence: Vec<Evidence>,
    /// What this one recording cannot show.
    pub caveats: Vec<String>,
}
