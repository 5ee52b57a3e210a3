//! Which table of a study file knows which key.

pub(super) const ROOT: &[&str] = &[
    "schema",
    "id",
    "subject",
    "scores",
    "motor",
    "sensory",
    "f_wave",
    "h_reflex",
    "repetitive_stimulation",
    "cmap_scan",
    "munix",
    "needle",
];
pub(super) const SUBJECT: &[&str] = &[
    "age_years",
    "sex",
    "height_cm",
    "weight_kg",
    "complaint_side",
    "complaint_region",
    "days_since_onset",
    "symptoms",
    "previous_back_surgery",
    "diabetes",
    "upper_motor_neuron_signs",
];
pub(super) const SCORES: &[&str] = &[
    "start_back_total",
    "start_back_psychosocial",
    "dn4",
    "s_dn4",
    "lanss",
    "s_lanss",
    "pain_detect",
    "id_pain",
];
pub(super) const MOTOR: &[&str] =
    &["nerve", "side", "muscle", "skin_temperature_c", "stimulation", "response"];
pub(super) const SENSORY: &[&str] =
    &["nerve", "side", "recording_site", "technique", "skin_temperature_c", "stimulation", "response"];
pub(super) const STIMULATION: &[&str] = &["site", "distance_mm", "recording", "values", "response"];
pub(super) const F_WAVE: &[&str] = &[
    "nerve",
    "side",
    "muscle",
    "site",
    "distance_mm",
    "skin_temperature_c",
    "recording",
    "values",
    "response",
];
pub(super) const H_REFLEX: &[&str] = &[
    "nerve",
    "side",
    "muscle",
    "site",
    "skin_temperature_c",
    "recording",
    "stimulus_ma",
    "values",
    "response",
];
pub(super) const REPETITIVE: &[&str] = &[
    "nerve",
    "side",
    "muscle",
    "site",
    "frequency_hz",
    "exercise_s",
    "seconds_after_exercise",
    "skin_temperature_c",
    "recording",
    "values",
    "response",
];
pub(super) const CMAP_SCAN: &[&str] =
    &["nerve", "side", "muscle", "site", "skin_temperature_c", "file", "recording", "response"];
pub(super) const MUNIX: &[&str] =
    &["nerve", "side", "muscle", "site", "skin_temperature_c", "recording", "contraction", "response"];
pub(super) const NEEDLE: &[&str] = &["muscle", "side", "rest", "contraction", "findings"];
pub(super) const FINDINGS: &[&str] = &[
    "insertional",
    "muap_amplitude",
    "muap_duration",
    "polyphasia",
    "recruitment",
    "fibrillation",
    "positive_sharp_wave",
    "fasciculation",
    "complex_repetitive_discharge",
    "myotonic_discharge",
    "myokymic_discharge",
    "neuromyotonic_discharge",
    "cramp",
];
pub(super) const RECORDING: &[&str] = &[
    "file",
    "channel",
    "unit",
    "gain_per_unit",
    "sampling_frequency_hz",
    "stimulus_times_s",
    "sweep_window_ms",
    "markers",
];
pub(super) const CONTRACTION: &[&str] = &[
    "file",
    "level",
    "channel",
    "unit",
    "gain_per_unit",
    "sampling_frequency_hz",
    "stimulus_times_s",
    "sweep_window_ms",
    "markers",
];
pub(super) const MARKERS: &[&str] =
    &["onset_ms", "peak_ms", "negative_peak_ms", "positive_peak_ms", "end_ms"];
