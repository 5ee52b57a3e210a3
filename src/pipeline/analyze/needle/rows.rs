//! From measurements to rows of the result file.

use super::site::Site;
use crate::measure::Reading;
use crate::needle::muap;
use crate::needle::spontaneous::{Discharge, Kind};
use crate::needle::train::Train;
use crate::result::{Epoch, MotorUnit, Muap, NeedleRow, SpontaneousRow};
use std::collections::BTreeMap;

/// The row of one recording's channel; nothing of the muscle as a whole.
pub(super) fn needle(site: &Site) -> NeedleRow {
    let context = &site.context;
    let mut row = NeedleRow::of(context.muscle.as_deref(), context.side, &context.name, &site.channel);
    let onset = site.onset_s;
    row.motor_units = site
        .trains
        .iter()
        .zip(&site.muaps)
        .enumerate()
        .map(|(i, (train, muap))| unit(i + 1, train, muap.as_ref(), onset))
        .collect();
    row.decomposition.clone_from(&site.decomposed);
    for discharge in site.spontaneous.iter().flat_map(|s| &s.discharges) {
        let list = if is_spontaneous(discharge.kind) { &mut row.spontaneous } else { &mut row.told_apart };
        list.push(spontaneous(discharge, onset));
    }
    row.interference = site.patterns.iter().map(Epoch::from).collect();
    for epoch in &mut row.interference {
        epoch.start_s += onset;
        epoch.end_s += onset;
    }
    if !site.refusals.is_empty() {
        row.impression = "not_interpretable";
    }
    row.caveats = site.refusals.iter().map(|r| format!("not interpreted: {r}")).collect();
    row.caveats.extend(site.notes.iter().cloned());
    row
}

/// Whether a kind is spontaneous activity, or unknown.
pub(super) fn is_spontaneous(kind: Kind) -> bool {
    !matches!(kind, Kind::Voluntary | Kind::InsertionalActivity | Kind::Artefact)
}

fn unit(id: usize, train: &Train, muap: Result<&muap::Muap, &&'static str>, onset: f64) -> MotorUnit {
    let mut unfit = train.unfit.clone();
    let muap = match muap {
        Ok(m) => measured(m),
        Err(why) => {
            unfit.push(format!("potential: {why}"));
            Muap { amplitude_uv: span(&train.template) * 1e6, ..none(why) }
        }
    };
    MotorUnit {
        id,
        discharge_times_s: train.times_s.iter().map(|t| t + onset).collect(),
        muap,
        rate_hz: train.rate(),
        interval_cv: train.interval_cv,
        missed_share: train.missed_share,
        sureness: train.mean_sureness(),
        quantifiable: unfit.is_empty(),
        unfit,
    }
}

/// Least to greatest value.
pub(super) fn span(x: &[f64]) -> f64 {
    let high = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let low = x.iter().copied().fold(f64::INFINITY, f64::min);
    if high >= low { high - low } else { 0.0 }
}

fn none(why: &str) -> Muap {
    let names = ["duration", "area", "thickness", "size_index", "rise_time", "jitter"];
    Muap { undefined: names.map(|n| (n.to_owned(), why.to_owned())).into(), ..Muap::default() }
}

fn measured(m: &muap::Muap) -> Muap {
    let mut undefined = BTreeMap::new();
    let mut value = |name: &str, reading: Reading, per_si: f64| match reading {
        Reading::Value(v) => Some(v * per_si),
        Reading::Absent => None,
        Reading::Undefined(why) => {
            undefined.insert(name.to_owned(), why.to_owned());
            None
        }
    };
    let mut out = Muap {
        amplitude_uv: m.amplitude * 1e6,
        duration_ms: value("duration", m.duration, 1e3),
        area_uvms: value("area", m.area, 1e9),
        phases: m.phases,
        turns: m.turns,
        thickness_ms: value("thickness", m.thickness, 1e3),
        size_index: value("size_index", m.size_index, 1.0),
        rise_time_ms: value("rise_time", m.rise_time, 1e3),
        spike_duration_ms: value("spike_duration", m.spike_duration, 1e3),
        irregularity: value("irregularity", m.irregularity, 1.0),
        satellites: m.satellites.len(),
        consecutive_amplitude_difference: value(
            "consecutive_amplitude_difference",
            m.consecutive_amplitude_difference,
            1.0,
        ),
        cross_correlation: value("cross_correlation", m.cross_correlation, 1.0),
        jitter_us: value("jitter", m.jitter, 1e6),
        onset_ms: m.onset.at_s.map(|v| v * 1e3),
        end_ms: m.end.at_s.map(|v| v * 1e3),
        onset_spread_ms: m.onset.spread_s * 1e3,
        end_spread_ms: m.end.spread_s * 1e3,
        sweeps: m.sweeps,
        noise_uv: m.noise * 1e6,
        doubts: m.doubts.iter().map(|d| (*d).to_owned()).collect(),
        undefined: BTreeMap::new(),
    };
    out.undefined = undefined;
    out
}

fn spontaneous(d: &Discharge, onset: f64) -> SpontaneousRow {
    SpontaneousRow {
        kind: d.kind.id(),
        discharge_times_s: d.times_s.iter().map(|t| t + onset).collect(),
        rate_hz: d.rate,
        amplitude_uv: d.amplitude * 1e6,
        confidence: d.confidence,
        start_s: d.span_s.0 + onset,
        end_s: d.span_s.1 + onset,
        interval_cv: d.interval_cv,
        duration_ms: d.duration.map(|v| v * 1e3),
        first_phase: d.initial_positive.map(|p| if p { "positive" } else { "negative" }),
        why: d.why.clone(),
    }
}
