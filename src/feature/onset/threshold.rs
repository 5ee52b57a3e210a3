//! Methods with one threshold on an amplitude.

use super::baseline::rest;
use super::{Found, Plan, Scratch, runs};
use crate::units::Hertz;

/// Corner of the low-pass filter of [`hodges_bui`].
pub(super) const CORNER: Hertz = Hertz(50.0);

/// |x − mean| to `out`.
fn rectify(x: &[f64], out: &mut Vec<f64>) {
    #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
    let mean = x.iter().sum::<f64>() / x.len().max(1) as f64;
    out.clear();
    out.extend(x.iter().map(|v| (v - mean).abs()));
}

/// The moving average of the rectified trace is above the threshold.
pub(super) fn single(plan: &Plan, x: &[f64], scratch: &mut Scratch) -> Found {
    rectify(x, &mut scratch.series);
    plan.smoothing.apply(&scratch.series, &mut scratch.work, &mut scratch.smooth);
    let threshold = rest(plan, &scratch.smooth, plan.fs.0, 1)?.threshold(plan.h);
    let mut out = Vec::new();
    runs::runs(x.len(), |i| scratch.smooth[i] > threshold, &mut out);
    runs::tidy(&mut out, plan.least, plan.gap);
    Ok(out)
}

/// All windows whose mean of the low-passed rectified trace is above the threshold, taken together: the
/// first one's first sample is the onset, the last one's last sample the end.
pub(super) fn hodges_bui(plan: &Plan, x: &[f64], scratch: &mut Scratch) -> Found {
    rectify(x, &mut scratch.series);
    if let Some(filter) = &plan.lowpass {
        if plan.options.causal {
            let mut state =
                crate::dsp::iir::State::steady(filter, scratch.series.first().copied().unwrap_or(0.0));
            filter.apply(&mut scratch.series, &mut state);
        } else if filter.apply_zero_phase(&mut scratch.series, &mut scratch.filter).is_err() {
            return Err("too few samples for the low-pass filter");
        }
    }
    let threshold = rest(plan, &scratch.series, plan.fs.0, 1)?.threshold(plan.h);
    plan.windows.apply(&scratch.series, &mut scratch.work, &mut scratch.smooth);
    let mut out = Vec::new();
    runs::runs(scratch.smooth.len(), |i| scratch.smooth[i] > threshold, &mut out);
    for e in &mut out {
        e.end += plan.windows.width() - 1;
    }
    runs::join(&mut out, 1);
    // A window that touches the threshold once is as long as itself; what counts is how long it stays
    // above.
    out.retain(|e| e.end - e.start + 1 - plan.windows.width() >= plan.least);
    runs::join(&mut out, plan.gap);
    Ok(out)
}
