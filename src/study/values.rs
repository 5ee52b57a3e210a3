//! `values = { … }`: numbers measured elsewhere, and what each key stands for.

use crate::units::Unit;

/// One key of a `values` table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ValueKey {
    /// Study tables that know it.
    pub tables: &'static [&'static str],
    /// The key, unit in the name.
    pub key: &'static str,
    /// Id of the measure in the result file.
    pub measure: &'static str,
    /// Unit of the number, as the result file writes it.
    pub unit: Unit,
    /// Least number allowed.
    pub min: f64,
    /// Greatest number allowed.
    pub max: f64,
}

const fn row(
    tables: &'static [&'static str],
    key: &'static str,
    measure: &'static str,
    unit: Unit,
    min: f64,
    max: f64,
) -> ValueKey {
    ValueKey { tables, key, measure, unit, min, max }
}

/// Every key. The bounds are ours and only catch slips of the pen (a wrong unit, a lost decimal point);
/// clinical limits are held in the reference tables.
pub static VALUE_KEYS: &[ValueKey] = &[
    row(&["motor", "sensory"], "onset_latency_ms", "onset_latency", Unit::MILLISECOND, 0.0, 1000.0),
    row(&["sensory"], "peak_latency_ms", "peak_latency", Unit::MILLISECOND, 0.0, 1000.0),
    row(&["motor"], "amplitude_mv", "amplitude_baseline_to_negative_peak", Unit::MILLIVOLT, 0.0, 100.0),
    row(&["sensory"], "amplitude_uv", "amplitude_baseline_to_negative_peak", Unit::MICROVOLT, 0.0, 10_000.0),
    row(&["sensory"], "amplitude_peak_to_peak_uv", "amplitude_peak_to_peak", Unit::MICROVOLT, 0.0, 10_000.0),
    row(&["motor"], "negative_peak_duration_ms", "negative_peak_duration", Unit::MILLISECOND, 0.0, 1000.0),
    row(
        &["motor"],
        "negative_peak_area_mvms",
        "negative_peak_area",
        Unit::MILLIVOLT_MILLISECOND,
        0.0,
        10_000.0,
    ),
    row(
        &["motor", "sensory"],
        "conduction_velocity_m_s",
        "conduction_velocity",
        Unit::METRE_PER_SECOND,
        0.0,
        200.0,
    ),
    row(&["f_wave"], "min_latency_ms", "f_min_latency", Unit::MILLISECOND, 0.0, 1000.0),
    row(&["f_wave"], "mean_latency_ms", "f_mean_latency", Unit::MILLISECOND, 0.0, 1000.0),
    row(&["f_wave"], "max_latency_ms", "f_max_latency", Unit::MILLISECOND, 0.0, 1000.0),
    row(&["f_wave"], "persistence_percent", "f_persistence", Unit::PERCENT, 0.0, 100.0),
    row(&["f_wave"], "sweeps", "f_sweeps", Unit::COUNT, 0.0, 100_000.0),
    row(&["h_reflex"], "latency_ms", "h_latency", Unit::MILLISECOND, 0.0, 1000.0),
    row(&["h_reflex"], "h_m_ratio_percent", "h_m_ratio", Unit::PERCENT, 0.0, 1000.0),
    row(&["repetitive_stimulation"], "decrement_percent", "decrement", Unit::PERCENT, -10_000.0, 100.0),
];

/// Numbers entered by a person or another tool, in the units of their keys.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Values(pub Vec<(&'static ValueKey, f64)>);

impl Values {
    /// The number under `key`, in the key's unit.
    pub fn get(&self, key: &str) -> Option<f64> {
        self.0.iter().find(|(k, _)| k.key == key).map(|&(_, v)| v)
    }
    /// Whether nothing was entered.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The keys of one study table.
pub(super) fn keys_of(table: &str) -> impl Iterator<Item = &'static ValueKey> {
    VALUE_KEYS.iter().filter(move |k| k.tables.contains(&table))
}
