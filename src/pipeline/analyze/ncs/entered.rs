//! Entered numbers that cannot be, or contradict each other: said, and not judged.

use super::rows::spoil;
use crate::ncs::Measured;
use crate::ncs::conduction::is_possible;
use crate::ncs::marker::ResponseKind;
use crate::result::MeasureRow;

/// An entered velocity and the one of the entered latencies may differ by this share: both are rounded. Ours.
const ROUNDED: f64 = 0.1;

fn entered<'a>(rows: &'a [MeasureRow], id: &str) -> Option<&'a MeasureRow> {
    rows.iter().find(|r| r.id == id && r.origin == "entered" && r.value.is_some())
}

fn doubt(rows: &mut [MeasureRow], ids: &[&str], why: String) {
    let why = Some(why);
    rows.iter_mut().filter(|r| ids.contains(&r.id.as_str())).for_each(|r| spoil(r, [&why]));
}

/// Doubts the entered numbers of one site.
pub(super) fn doubt_site(rows: &mut [MeasureRow], kind: ResponseKind) {
    let value = |rows: &[MeasureRow], id: &str| entered(rows, id).and_then(|r| r.value);
    let (onset, peak) = (value(rows, "onset_latency"), value(rows, "peak_latency"));
    const BASE: &str = "amplitude_baseline_to_negative_peak";
    let (size, span) = (value(rows, BASE), value(rows, "amplitude_peak_to_peak"));
    for id in ["onset_latency", "peak_latency"] {
        if value(rows, id).is_some_and(|v| v <= 0.0) {
            doubt(rows, &[id], "no response comes with the stimulus".into());
        }
    }
    if let (Some(on), Some(pk)) = (onset, peak)
        && on >= pk
    {
        doubt(
            rows,
            &["onset_latency", "peak_latency"],
            format!("onset of {on} ms is not before the peak, {pk} ms"),
        );
    }
    // Above 50 mV or 1 mV no such response was seen.
    let most = if kind == ResponseKind::Cmap { 50.0 } else { 1000.0 };
    for id in [BASE, "amplitude_peak_to_peak"] {
        match value(rows, id) {
            Some(v) if v > most => {
                doubt(rows, &[id], format!("{v} is no plausible amplitude; check the unit"))
            }
            Some(v) if v <= 0.0 && (onset.is_some() || peak.is_some()) => {
                let why = format!(
                    "an amplitude of {v} beside a latency; an absent response is `response = \"absent\"`"
                );
                doubt(rows, &[id, "onset_latency", "peak_latency"], why);
            }
            _ => {}
        }
    }
    if let (Some(a), Some(b)) = (size, span)
        && b < a
    {
        doubt(
            rows,
            &[BASE, "amplitude_peak_to_peak"],
            format!("{b} peak to peak is less than {a} to the negative peak"),
        );
    }
}

/// Doubts entered numbers that should rise in this order.
pub(super) fn doubt_order(rows: &mut [MeasureRow], ids: &[&str]) {
    let given: Vec<(&str, f64)> =
        ids.iter().filter_map(|id| Some((*id, entered(rows, id)?.value?))).collect();
    for pair in given.windows(2) {
        let [(low, a), (high, b)] = pair else { continue };
        if a > b {
            let why = format!("{} {a} is above {} {b}", low.replace('_', " "), high.replace('_', " "));
            doubt(rows, &[low, high], why);
        }
    }
}

/// Why an entered velocity is doubtful, beside the one of latencies and distance.
pub(super) fn of_velocity(entered: f64, computed: &Measured) -> Option<String> {
    if !is_possible(entered) {
        return Some("no nerve conducts so: check the velocity".into());
    }
    let v = computed.value()?;
    let by = (ROUNDED * v).max(computed.uncertainty.unwrap_or(0.0));
    ((entered - v).abs() > by)
        .then(|| format!("entered as {entered} m/s, while latencies and distance give {v:.1} m/s"))
}
