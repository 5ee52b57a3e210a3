//! H reflexes.

use super::late::{Late, Listed, rows_of, scaled, sweeps_of, trace_of, value_at};
use super::rows::Person;
use super::view::{CurveView, MarkerView, SweepsView};
use super::{Ncs, counted};
use crate::Result;
use crate::measure::Reading;
use crate::ncs::h_reflex::{HReflex, HReflexOptions};
use crate::ncs::{Found, Measured};
use crate::pipeline::analyze::Options;
use crate::study::Study;
use crate::units::Unit;

const H_ROWS: &[Listed] = &[
    ("h_latency", Unit::MILLISECOND, Some("h_latency"), Some("latency_ms")),
    ("h_amplitude", Unit::MILLIVOLT, None, None),
    ("m_amplitude", Unit::MILLIVOLT, None, None),
    ("h_m_ratio", Unit::PERCENT, None, Some("h_m_ratio_percent")),
    ("h_stimulus", Unit::MILLIAMPERE, None, None),
];

/// Measures every `[[h_reflex]]`.
pub(super) fn all(study: &Study, person: &Person<'_>, options: &Options, out: &mut Ncs) -> Result<()> {
    for h in &study.h_reflex {
        // The reflex of routine studies, where the study file names neither nerve nor muscle.
        let late = Late {
            test: "h_reflex",
            nerve: h.nerve.as_deref().unwrap_or("tibial"),
            side: h.side,
            muscle: h.muscle.as_deref().unwrap_or("soleus"),
            site: h.site.as_deref(),
            skin_c: h.skin_temperature_c,
            reference: h.recording.as_ref(),
            response: h.response,
        };
        let (spot, mut view) = (late.spot(), late.view());
        let found = sweeps_of(study, late.reference, options, &mut view, out)?;
        let measured = match &found {
            Some(Ok(found)) => {
                let told = Some(h.stimulus_ma.as_slice()).filter(|ma| ma.len() == found.sweeps.len());
                if !h.stimulus_ma.is_empty() && told.is_none() {
                    view.notes.push(format!(
                        "{} stimuli are given for {}: not used",
                        h.stimulus_ma.len(),
                        counted(found.sweeps.len(), "sweep")
                    ));
                }
                let plan = HReflexOptions::default().design(found.sweeps.sampling_frequency())?;
                match plan.apply(&found.sweeps, told) {
                    Ok(reflex) => {
                        show_h(&mut view, found, &reflex);
                        Some(Ok(reflex))
                    }
                    Err(why) => Some(Err(why.to_string())),
                }
            }
            Some(Err(why)) => Some(Err(why.clone())),
            None => None,
        };
        let doubts = match &measured {
            Some(Ok(reflex)) => reflex.doubts.clone(),
            _ => Vec::new(),
        };
        let numbers = measured.as_ref().map(|m| m.as_ref().map(numbers_of_h).map_err(Clone::clone));
        view.rows = rows_of(person, &spot, H_ROWS, &h.values, late.response, numbers.as_ref(), &doubts);
        if !view.rows.is_empty() || !view.notes.is_empty() {
            out.view.h_reflex.push(view);
        }
    }
    Ok(())
}

/// In the order of [`H_ROWS`], SI.
fn numbers_of_h(r: &HReflex) -> Vec<Measured> {
    let stimulus = match r.stimulus_at_h_max_ma {
        Some(ma) => {
            Measured { reading: Reading::Value(ma / 1e3), uncertainty: None, method: "of the largest H" }
        }
        None => Measured::undefined("the stimuli are not known, or there is no H", "of the largest H"),
    };
    vec![r.latency, r.h_max, r.m_max, scaled(r.h_m_ratio_percent, 0.01), stimulus]
}

fn show_h(view: &mut SweepsView, found: &Found, reflex: &HReflex) {
    let known = reflex.sweeps.iter().all(|s| s.stimulus_ma.is_some());
    let curve = |name: &str| CurveView {
        name: name.to_owned(),
        x_unit: if known { "stimulus (mA)" } else { "number of the sweep" }.into(),
        y_unit: "mV".into(),
        points: Vec::new(),
    };
    let (mut m, mut h) = (curve("M"), curve("H"));
    for (i, (sweep, seen)) in found.sweeps.iter().zip(&reflex.sweeps).enumerate() {
        let mut trace =
            trace_of(sweep.samples(), found.sweeps.start().0, found.sweeps.sampling_frequency().0, "mV");
        if let Some(at) = seen.h_latency.value().filter(|_| seen.h) {
            let value = value_at(&trace, at * 1e3);
            trace.markers.push(MarkerView { name: "H", at_ms: at * 1e3, value, manual: false });
        }
        #[expect(clippy::cast_precision_loss, reason = "a few dozen sweeps")]
        let x = seen.stimulus_ma.filter(|_| known).unwrap_or((i + 1) as f64);
        m.points.push((x, seen.m_amplitude.value().unwrap_or(0.0) * 1e3));
        h.points.push((x, seen.h_amplitude.value().filter(|_| seen.h).unwrap_or(0.0) * 1e3));
        let at = seen.stimulus_ma.map_or(String::new(), |ma| format!("{ma} mA"));
        view.labels.push(if seen.h { format!("{at} H") } else { at });
        view.sweeps.push(trace);
    }
    for c in [&mut m, &mut h] {
        c.points.sort_by(|a, b| a.0.total_cmp(&b.0));
    }
    view.curves = vec![m, h];
    if let Some(why) = reflex.rejected {
        view.notes.push(format!("no H reflex is counted: {why}"));
    }
    view.notes.extend(reflex.doubts.iter().map(|d| d.text.clone()));
}
