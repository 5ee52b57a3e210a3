//! Offset and slow wander.

use super::view::{ChannelView, Number, count, on_samples};
use crate::measure::{Finding, Severity};
use crate::recording::ChannelKind;

/// |mean| above this many SD (strict) is told. Our choice: an EMG is symmetric about its baseline within a
/// fraction of its SD, and three leave room for rest recordings on a small amplifier offset.
const OFFSET_SD: f64 = 3.0;
/// Length of the means whose wander is the drift, s: slower than 1 Hz is no EMG. Our choice.
const DRIFT_S: f64 = 1.0;
/// Share of the variance above which (strict) drift is told, and above which it is a warning. Our choice.
const DRIFT_NOTE: f64 = 0.5;
const DRIFT_WARNING: f64 = 0.9;

/// Count 1; share: mean² of the mean square.
pub(super) fn dc_offset(view: &ChannelView<'_>) -> Vec<Finding> {
    let stats = view.stats;
    if view.kind == ChannelKind::Other || stats.sd == 0.0 {
        return Vec::new();
    }
    let scaling = view.channel.scaling;
    let (mean, sd) = (scaling.apply(stats.mean), stats.sd * scaling.step());
    if mean.abs() <= OFFSET_SD * sd {
        return Vec::new();
    }
    let share = mean * mean / (mean * mean + sd * sd);
    let uncalibrated =
        if view.channel.is_calibrated_voltage() { "" } else { " (often the converter's midpoint)" };
    let detail = format!(
        "mean {}, SD {}{uncalibrated}; remove the mean before rms, mav, zero crossings or areas",
        view.in_unit(mean),
        view.in_unit(sd)
    );
    vec![view.finding("dc_offset", Severity::Note, 1, share, detail)]
}

/// Count: 1-s blocks; share: variance of their means of the whole variance, less what unrelated samples
/// would show. A stretch shorter than four blocks says nothing.
pub(super) fn drift(view: &ChannelView<'_>) -> Vec<Finding> {
    let stats = view.stats;
    if view.kind == ChannelKind::Other || stats.sd == 0.0 {
        return Vec::new();
    }
    let block = (view.fs() * DRIFT_S).round().max(1.0);
    if count(stats.n) < 4.0 * block {
        return Vec::new();
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at least 1, at most n / 4")]
    let means = on_samples!(&view.channel.samples, x => block_means(x, view, block as usize));
    if means.len() < 4 {
        return Vec::new();
    }
    let middle = means.iter().sum::<f64>() / count(means.len());
    let wander = means.iter().map(|m| (m - middle).powi(2)).sum::<f64>() / count(means.len());
    let share = wander / (stats.sd * stats.sd);
    if share.is_nan() || share <= DRIFT_NOTE {
        return Vec::new();
    }
    let severity = if share > DRIFT_WARNING { Severity::Warning } else { Severity::Note };
    let (lo, hi) = means.iter().fold((f64::MAX, f64::MIN), |(a, b), &m| (a.min(m), b.max(m)));
    let detail = format!(
        "1-s means wander between {} and {}, {:.0} % of the variance; high-pass before measuring amplitudes",
        view.amount(lo),
        view.amount(hi),
        share * 100.0
    );
    vec![view.finding("drift", severity, means.len() as u64, share, detail)]
}

fn block_means<T: Number>(x: &[T], view: &ChannelView<'_>, block: usize) -> Vec<f64> {
    let mut out = Vec::new();
    for s in &view.stretches {
        for part in x[s.first..s.first + s.len].chunks_exact(block) {
            out.push(T::sum(part) / count(block));
        }
    }
    out
}
