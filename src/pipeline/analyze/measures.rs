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

const MARKER: &str = "IFCN 2019, recalled; method in ncs::marker";
const CONDUCTION: &str = "IFCN 2019, recalled; method in ncs::conduction";
const BLOCK: &str = "criteria by set: data/reference/conduction_block.csv";
const SIDES: &str = "limits: data/reference/ncs_differences.csv";
const ROBINSON: &str = "Robinson 1998; data/reference/cts_tests.csv";
const LATE: &str = "IFCN 2019, recalled; method in ncs::f_wave and ncs::h_reflex";
const REPETITIVE: &str = "method in ncs::repetitive; limits: data/reference/nmj_rules.csv";
const SCAN: &str = "method in ncs::scan";
const MUNIX: &str = "Nandedkar 2004, recalled; method in ncs::munix";
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
    measure(
        "onset_latency",
        "ms",
        "onset latency: take-off of the negative phase, 0.5 % of its peak",
        MARKER,
    ),
    measure("peak_latency", "ms", "peak latency", MARKER),
    measure(
        "amplitude_baseline_to_negative_peak",
        "mV or uV",
        "amplitude, baseline to negative peak",
        MARKER,
    ),
    measure("amplitude_peak_to_peak", "mV or uV", "amplitude, peak to peak", MARKER),
    measure("negative_peak_duration", "ms", "duration of the negative peak: onset to first return", MARKER),
    measure("negative_peak_area", "mV*ms or uV*ms", "area of the negative peak", MARKER),
    measure("total_duration", "ms", "total duration: onset to the last return to the baseline", MARKER),
    measure("distal_duration", "ms", "distal duration: onset to the end of the last negative phase", MARKER),
    measure("conduction_velocity", "m/s", "conduction velocity", CONDUCTION),
    measure(
        "conduction_velocity_at_target",
        "m/s",
        "velocity at the target temperature: corrected, shown only",
        CONDUCTION,
    ),
    measure(
        "velocity_drop",
        "m/s",
        "drop of velocity: that of the distal segment less this one's",
        CONDUCTION,
    ),
    measure(
        "residual_latency",
        "ms",
        "residual latency: distal latency less the nerve's own share of it",
        CONDUCTION,
    ),
    measure(
        "terminal_latency_index",
        "1",
        "terminal latency index: distal distance over velocity and distal latency",
        CONDUCTION,
    ),
    measure(
        "conduction_block",
        "%",
        "conduction block: fall of area or amplitude from distal to proximal",
        BLOCK,
    ),
    measure(
        "temporal_dispersion",
        "%",
        "temporal dispersion: rise of the negative duration from distal to proximal",
        BLOCK,
    ),
    measure("amplitude_ratio", "1", "amplitude, proximal over distal", BLOCK),
    measure("area_ratio", "1", "negative area, proximal over distal", BLOCK),
    measure("duration_ratio", "1", "negative duration, proximal over distal", BLOCK),
    measure("onset_latency_side_difference", "ms", "side difference: onset latencies, left and right", SIDES),
    measure(
        "amplitude_side_difference",
        "%",
        "side difference: fall of amplitude from the larger side to the smaller",
        SIDES,
    ),
    measure(
        "median_ulnar_palm_difference",
        "ms",
        "peak latencies from the palm, median less ulnar",
        ROBINSON,
    ),
    measure(
        "median_ulnar_ring_difference",
        "ms",
        "peak latencies of the ring finger, median less ulnar",
        ROBINSON,
    ),
    measure(
        "median_radial_thumb_difference",
        "ms",
        "peak latencies of the thumb, median less radial",
        ROBINSON,
    ),
    measure(
        "lumbrical_interosseous_difference",
        "ms",
        "onset latencies, second lumbrical less interosseous",
        ROBINSON,
    ),
    measure(
        "combined_sensory_index",
        "ms",
        "combined sensory index: sum of the palm, ring and thumb differences",
        ROBINSON,
    ),
    measure("f_min_latency", "ms", "least F-wave latency", LATE),
    measure("f_mean_latency", "ms", "mean F-wave latency", LATE),
    measure("f_median_latency", "ms", "median F-wave latency", LATE),
    measure("f_max_latency", "ms", "greatest F-wave latency", LATE),
    measure("f_persistence", "%", "F-wave persistence", LATE),
    measure("f_chronodispersion", "ms", "greatest less least F-wave latency", LATE),
    measure("f_sweeps", "1", "number of F-wave sweeps counted", LATE),
    measure("f_amplitude", "uV", "mean F-wave amplitude, peak to peak", LATE),
    measure("f_m_ratio", "%", "mean F over M amplitude, peak to peak", LATE),
    measure("f_repeating_neurons", "%", "repeating neurons of the different ones (index RN)", LATE),
    measure("f_repeater_sweeps", "%", "sweeps with a repeater of those with an F wave (index Freps)", LATE),
    measure("a_wave", "1", "number of A waves", LATE),
    measure("f_min_side_difference", "ms", "difference of the least F latencies, left and right", SIDES),
    measure("h_latency", "ms", "H-reflex latency", LATE),
    measure("h_amplitude", "mV", "largest H, baseline to negative peak", LATE),
    measure("m_amplitude", "mV", "largest M, baseline to negative peak", LATE),
    measure("h_m_ratio", "%", "largest H over largest M", LATE),
    measure("h_stimulus", "mA", "stimulus of the largest H", LATE),
    measure("h_side_difference", "ms", "difference of H latencies, left and right", SIDES),
    measure(
        "decrement",
        "%",
        "decrement of amplitude, first against fourth response; positive is a fall",
        REPETITIVE,
    ),
    measure("decrement_area", "%", "decrement of area, first against fourth response", REPETITIVE),
    measure(
        "decrement_lowest",
        "%",
        "decrement of amplitude, first against the lowest of the second to fifth",
        REPETITIVE,
    ),
    measure("increment", "%", "rise of the first response after exercise over that at rest", REPETITIVE),
    measure("cmap_scan_maximum", "mV", "largest response of the scan", SCAN),
    measure("cmap_scan_units", "1", "number of motor units fitted to the scan", SCAN),
    measure("cmap_scan_effective_units", "1", "units of equal size that would vary as much", SCAN),
    measure("cmap_scan_n50", "1", "largest units that make half the response", SCAN),
    measure("cmap_scan_mean_unit", "uV", "mean size of the fitted units", SCAN),
    measure("cmap_scan_largest_unit", "uV", "size of the largest fitted unit", SCAN),
    measure(
        "cmap_scan_relative_spread",
        "%",
        "relative spread of a threshold from stimulus to stimulus",
        SCAN,
    ),
    measure("cmap_scan_s5", "mA", "stimulus of 5 % of the largest response", SCAN),
    measure("cmap_scan_s50", "mA", "stimulus of 50 % of the largest response", SCAN),
    measure("cmap_scan_s95", "mA", "stimulus of 95 % of the largest response", SCAN),
    measure("cmap_scan_d50", "1", "number of largest steps that make half the response", SCAN),
    measure("cmap_scan_stepix", "1", "STEPIX, a step index of the unit number", SCAN),
    measure("cmap_scan_ampix", "uV", "AMPIX, largest response over STEPIX", SCAN),
    measure("munix", "1", "motor unit number index: an index, never a number of units", MUNIX),
    measure("musix", "uV", "motor unit size index", MUNIX),
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
