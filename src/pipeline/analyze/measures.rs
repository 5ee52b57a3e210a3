//! The table of measures.

use crate::feature::fatigue;

/// One row of [`MEASURES`].
#[derive(Debug, Clone, Copy)]
pub struct MeasureDefinition {
    /// Id in the result file.
    pub id: &'static str,
    /// Unit in the result file.
    pub unit: &'static str,
    /// What it is.
    pub name: &'static str,
    /// Where the definition comes from.
    pub source: &'static str,
}

const ENTERED: &str = "entered in the study file; definition as there";
const ACTIVITY: &str = "needle recordings: windows of 50 ms, see the method of each row (ours)";
const IFCN: &str = "Stålberg and others 2019 (IFCN), recalled; details in needle::muap";
const SONOO: &str = "Sonoo and Stålberg 1993 (SONOO1993), published";
const OUTLIER: &str = "KNF_EMG and Stålberg 1994: three or more of 20 beyond the limits of single potentials";
const NANDEDKAR: &str = "Nandedkar 1986, recalled; mean over the epochs";

const fn measure(
    id: &'static str,
    unit: &'static str,
    name: &'static str,
    source: &'static str,
) -> MeasureDefinition {
    MeasureDefinition { id, unit, name, source }
}

/// Measures that a result file may hold beside the features (`myotome list features`), which appear in it
/// as medians over the windows of a recording.
pub static MEASURES: &[MeasureDefinition] = &ALL;

/// Those that are defined here; the indices of fatigue follow them.
const OWN: &[MeasureDefinition] = &[
    measure("onset_latency", "ms", "onset latency", ENTERED),
    measure("peak_latency", "ms", "peak latency", ENTERED),
    measure(
        "amplitude_baseline_to_negative_peak",
        "mV or uV",
        "amplitude, baseline to negative peak",
        ENTERED,
    ),
    measure("amplitude_peak_to_peak", "uV", "amplitude, peak to peak", ENTERED),
    measure("negative_peak_duration", "ms", "duration of the negative peak", ENTERED),
    measure("negative_peak_area", "mV*ms", "area of the negative peak", ENTERED),
    measure("conduction_velocity", "m/s", "conduction velocity", ENTERED),
    measure("f_min_latency", "ms", "least F-wave latency", ENTERED),
    measure("f_mean_latency", "ms", "mean F-wave latency", ENTERED),
    measure("f_max_latency", "ms", "greatest F-wave latency", ENTERED),
    measure("f_persistence", "%", "F-wave persistence", ENTERED),
    measure("f_sweeps", "1", "number of F-wave sweeps", ENTERED),
    measure("h_latency", "ms", "H-reflex latency", ENTERED),
    measure("h_m_ratio", "%", "largest H over largest M", ENTERED),
    measure("decrement", "%", "decrement of the fourth response", ENTERED),
    measure("active_share", "%", "share of the recording with needle activity", ACTIVITY),
    measure("longest_rest", "s", "longest stretch without needle activity", ACTIVITY),
    measure("active_mnf", "Hz", "mean frequency of the active part", ACTIVITY),
    measure("active_mdf", "Hz", "median frequency of the active part", ACTIVITY),
    measure("high_low_ratio", "1", "power above 500 Hz over power from 20 to 500 Hz, active part", ACTIVITY),
    measure("spikiness", "1", "excess kurtosis of the sharpened trace", ACTIVITY),
    measure("motor_unit_count", "1", "motor units found", "needle::decompose"),
    measure("muap_amplitude", "uV", "motor unit potential: amplitude, peak to peak", IFCN),
    measure("muap_duration", "ms", "motor unit potential: duration", IFCN),
    measure("muap_onset", "ms", "motor unit potential: onset from the main negative peak", IFCN),
    measure("muap_end", "ms", "motor unit potential: end from the main negative peak", IFCN),
    measure("muap_area", "uV*ms", "motor unit potential: area", IFCN),
    measure("muap_thickness", "ms", "motor unit potential: area over amplitude", SONOO),
    measure("muap_size_index", "1", "motor unit potential: size index", SONOO),
    measure("muap_phases", "1", "motor unit potential: phases", IFCN),
    measure("muap_turns", "1", "motor unit potential: turns", IFCN),
    measure("muap_rise_time", "ms", "motor unit potential: rise time of the main spike", IFCN),
    measure("muap_spike_duration", "ms", "motor unit potential: duration of the spike", IFCN),
    measure("muap_jitter", "us", "motor unit potential: jitter, mean consecutive difference", IFCN),
    measure("muap_polyphasic_share", "%", "potentials with more than four phases", IFCN),
    measure("muap_satellites", "1", "motor unit potential: satellites", IFCN),
    measure("muap_amplitude_outliers", "1", "potentials beyond the limits of amplitude", OUTLIER),
    measure("muap_duration_outliers", "1", "potentials beyond the limits of duration", OUTLIER),
    measure("muap_area_outliers", "1", "potentials beyond the limits of area", OUTLIER),
    measure("muap_thickness_outliers", "1", "potentials beyond the limits of thickness", OUTLIER),
    measure("muap_size_index_outliers", "1", "potentials beyond the limits of the size index", OUTLIER),
    measure("muap_phases_outliers", "1", "potentials beyond the limits of phases", OUTLIER),
    measure("muap_turns_outliers", "1", "potentials beyond the limits of turns", OUTLIER),
    measure("muap_jitter_outliers", "1", "potentials beyond the limits of jitter", OUTLIER),
    measure("muap_polyphasic_share_outliers", "1", "potentials beyond the limits of phases", OUTLIER),
    measure("muap_satellites_outliers", "1", "potentials beyond the limits of satellites", OUTLIER),
    measure("firing_rate", "Hz", "firing rate of a motor unit", "needle::train"),
    measure("firing_interval_cv", "%", "variability of a motor unit's intervals", "needle::train"),
    measure("ip_turns", "1/s", "interference pattern: turns a second", "Stålberg 1983, recalled"),
    measure(
        "ip_mean_amplitude",
        "uV",
        "interference pattern: amplitude between turns",
        "Stålberg 1983, recalled",
    ),
    measure("ip_small_segments", "1/s", "interference pattern: number of small segments", NANDEDKAR),
    measure(
        "ip_short_intervals",
        "%",
        "interference pattern: intervals between turns below 1.5 ms",
        "Fuglsang-Frederiksen, recalled",
    ),
    measure("ip_activity", "%", "interference pattern: time in steep segments", NANDEDKAR),
    measure("ip_envelope", "uV", "interference pattern: envelope", NANDEDKAR),
    measure("ip_upper_centile_amplitude", "uV", "interference pattern: upper centile amplitude", NANDEDKAR),
    measure(
        "ip_peak_ratio",
        "1/(s*uV)",
        "interference pattern: peak ratio",
        "Fuglsang-Frederiksen, recalled",
    ),
    measure("fibrillation_grade", "1", "fibrillation potentials, grade 0 to 4", "classify::muscle"),
    measure("positive_sharp_wave_grade", "1", "positive sharp waves, grade 0 to 4", "classify::muscle"),
    measure("fasciculation_grade", "1", "fasciculation potentials, grade 0 to 4", "classify::muscle"),
    measure("activation_episodes", "1", "number of activation episodes", "onset detection, see method"),
    measure(
        "activation_share",
        "%",
        "share of the judged recording inside activation episodes",
        "onset detection, see method",
    ),
];

const ALL: [MeasureDefinition; OWN.len() + fatigue::INDICES.len()] = {
    let mut all = [OWN[0]; OWN.len() + fatigue::INDICES.len()];
    let mut i = 0;
    while i < all.len() {
        all[i] = if i < OWN.len() {
            OWN[i]
        } else {
            let f = &fatigue::INDICES[i - OWN.len()];
            measure(f.id, f.unit, f.name, f.source)
        };
        i += 1;
    }
    all
};
