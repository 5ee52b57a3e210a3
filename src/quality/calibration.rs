//! Whether amplitudes mean what they say.

use super::view::{ChannelView, Number, count, format_4, on_samples};
use crate::measure::{Finding, Severity};
use crate::recording::ChannelKind;

/// Above this (strict) no biological potential is: even a stimulus artefact rarely reaches the amplifier's
/// range of about 1 V. Our choice.
const MOST_V: f64 = 1.0;
/// A P99 of |x − mean| below this (strict) is under the noise of any EMG amplifier (1 to 5 µV RMS in the
/// EMG band). Our choice: a factor of two below the least noise, so P99 ≈ 2.6 RMS gives a factor of five.
const LEAST_V: f64 = 1e-6;

/// Count 1, share 1: it concerns all samples.
pub(super) fn uncalibrated(view: &ChannelView<'_>) -> Vec<Finding> {
    let channel = view.channel;
    let (severity, why) = match &channel.uncalibrated {
        Some(why) => (Severity::Warning, why.clone()),
        None if view.kind != ChannelKind::Other && !channel.unit.is_voltage() => {
            let unit = &channel.unit.text;
            let why = if unit.is_empty() {
                "the file states no unit".to_owned()
            } else {
                format!("the unit `{unit}` is no voltage")
            };
            (Severity::Warning, why)
        }
        None => return Vec::new(),
    };
    let detail = format!(
        "{why}; amplitudes are not in volts and are held against no limit (--unit and --gain say it)"
    );
    vec![view.finding("uncalibrated", severity, 1, 1.0, detail)]
}

/// Count and share: samples out of the range.
pub(super) fn implausible_unit(view: &ChannelView<'_>) -> Vec<Finding> {
    let (channel, stats) = (view.channel, view.stats);
    let Some(volts) = channel.unit.volts_per_unit else { return Vec::new() };
    if channel.uncalibrated.is_some()
        || view.kind == ChannelKind::Other
        || stats.n == 0
        || stats.min == stats.max
    {
        return Vec::new();
    }
    let step = channel.scaling.step() * volts;
    let excursion = (stats.max - stats.mean).max(stats.mean - stats.min) * step;
    if excursion > MOST_V {
        let limit = MOST_V / step;
        let above = on_samples!(&channel.samples, x => outside(x, view, limit));
        let detail = format!(
            "reaches {} V from its mean; no EMG does, so the unit `{}` or the gain is probably wrong, or the value is a fault",
            format_4(excursion),
            channel.unit.text
        );
        let share = count(above) / count(stats.n);
        return vec![view.finding("implausible_unit", Severity::Warning, above as u64, share, detail)];
    }
    // At most 1 % beyond the limit is what P99 below it means; a signal whose SD is above cannot be so.
    if stats.sd * step > 10.0 * LEAST_V {
        return Vec::new();
    }
    let above = on_samples!(&channel.samples, x => outside(x, view, LEAST_V / step));
    if count(above) >= 0.01 * count(stats.n) {
        return Vec::new();
    }
    let detail = format!(
        "99 % of the samples lie within 1 uV of the mean (SD {} uV), less than the noise of an amplifier: the unit `{}` or the gain is probably wrong",
        format_4(stats.sd * step * 1e6),
        channel.unit.text
    );
    let share = 1.0 - count(above) / count(stats.n);
    vec![view.finding("implausible_unit", Severity::Warning, (stats.n - above) as u64, share, detail)]
}

fn outside<T: Number>(x: &[T], view: &ChannelView<'_>, limit: f64) -> usize {
    let mean = view.stats.mean;
    let of = |s: &crate::recording::Segment| {
        x[s.first..s.first + s.len].iter().filter(|v| (v.value() - mean).abs() > limit).count()
    };
    view.stretches.iter().map(of).sum()
}

/// Count: distinct steps told, always 1; share: unused part of the codes.
pub(super) fn quantisation(view: &ChannelView<'_>) -> Vec<Finding> {
    let Some(lattice) = view.lattice() else { return Vec::new() };
    let detail = format!(
        "only one code in {} is used: the values come from a coarser converter, and the true step is {}",
        format_4(lattice.step),
        view.in_unit(lattice.step * view.channel.scaling.step())
    );
    vec![view.finding("quantisation", Severity::Note, 1, 1.0 - 1.0 / lattice.step, detail)]
}
