//! From a channel to stored integers with a gain and a baseline: WFDB knows
//! physical = (stored − baseline) / gain only, with an integer baseline.

use crate::recording::{Channel, Samples, Scaling};

/// Samples that no reader may take for others: the least 32-bit integer marks missing ones.
const LEAST: i64 = i32::MIN as i64 + 1;
/// Greatest stored magnitude of a channel that is scaled to 16 bits.
const FULL_SCALE_16: f64 = 32767.0;
/// Steps tried to make a fractional offset whole. Our choice; EDF ranges give halves most often.
const MAX_MULTIPLE: i32 = 64;

/// A channel as it will be stored.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stored {
    /// One per sample; what stands for missing samples means nothing.
    pub(super) values: Vec<i32>,
    /// Samples that are missing, among them those that were not finite.
    pub(super) missing: Vec<bool>,
    /// Steps per unit; 0 = uncalibrated.
    pub(super) gain: f64,
    /// Stored value of physical zero.
    pub(super) baseline: i64,
    /// What is lost, in words; `None` when reading gives the same numbers to the last bit.
    pub(super) loss: Option<String>,
}

impl Stored {
    /// Least and greatest value that is not missing.
    pub(super) fn limits(&self) -> Option<(i32, i32)> {
        let there = || self.values.iter().zip(&self.missing).filter(|(_, gone)| !**gone).map(|(v, _)| *v);
        there().min().zip(there().max())
    }
}

/// Stores `channel` with as little loss as the format allows: integers as they are, whatever their scale;
/// floats on a grid that holds all of them, else in 16 bits.
pub(super) fn store(channel: &Channel) -> Stored {
    let mut missing = vec![false; channel.len()];
    for gap in &channel.missing {
        missing[gap.clone()].fill(true);
    }
    let values: Option<Vec<i32>> = match &channel.samples {
        Samples::I16(v) => Some(v.iter().map(|&x| i32::from(x)).collect()),
        Samples::I32(v) => Some(v.clone()),
        Samples::F32(_) | Samples::F64(_) => None,
    };
    let Some(values) = values else { return store_floats(channel, missing) };
    let as_is =
        |gain, baseline, values| Stored { values, missing: missing.clone(), gain, baseline, loss: None };
    if channel.uncalibrated.is_some() {
        return as_is(0.0, 0, values);
    }
    match channel.scaling {
        Scaling::Identity => as_is(1.0, 0, values),
        Scaling::Divide { baseline, gain } => match whole(baseline) {
            Some(baseline) => as_is(gain, baseline, values),
            None => store_floats(channel, missing),
        },
        Scaling::Multiply { offset, factor } => store_multiplied(&values, &missing, offset, factor)
            .unwrap_or_else(|| store_floats(channel, missing)),
    }
}

/// `value` as an integer of at most 32 bits, if it is one.
#[expect(clippy::cast_possible_truncation, reason = "checked to be a whole number in range")]
fn whole(value: f64) -> Option<i64> {
    (value.fract() == 0.0 && value.abs() <= f64::from(i32::MAX)).then_some(value as i64)
}

/// Integers with physical = (stored + offset) × factor. A fractional offset becomes whole when the values
/// are multiplied; of the gains next to 1 / factor, one that gives each number to the last bit is taken.
fn store_multiplied(values: &[i32], missing: &[bool], offset: f64, factor: f64) -> Option<Stored> {
    if factor == 0.0 || !factor.is_finite() || offset.abs() > f64::from(i32::MAX) / f64::from(MAX_MULTIPLE) {
        return None;
    }
    let reach = values.iter().map(|v| i64::from(*v).abs()).max().unwrap_or(0);
    let fits = |m: &i32| reach * i64::from(*m) < i64::from(i32::MAX);
    let near = |m: &i32| {
        let product = offset * f64::from(*m);
        (product - product.round()).abs() <= 1e-9 * product.abs().max(1.0)
    };
    let multiple = (1..=MAX_MULTIPLE).filter(fits).find(near).unwrap_or(1);
    let baseline = -(offset * f64::from(multiple)).round();
    let stored: Vec<i32> = values.iter().map(|v| v.wrapping_mul(multiple)).collect();
    let first = f64::from(multiple) / factor;
    let mut gains = vec![first, first.next_up(), first.next_down()];
    gains.extend((3..16).filter_map(|digits| format!("{first:.digits$e}").parse::<f64>().ok()));
    let worst = |gain: f64| {
        let differences =
            values.iter().zip(&stored).zip(missing).filter(|(_, gone)| !**gone).map(|((v, s), _)| {
                ((f64::from(*s) - baseline) / gain - (f64::from(*v) + offset) * factor).abs()
            });
        differences.fold(0.0, f64::max)
    };
    let (mut best, mut least) = (first, f64::INFINITY);
    for gain in gains.into_iter().filter(|g| g.is_finite() && *g != 0.0) {
        let difference = worst(gain);
        if difference < least {
            (best, least) = (gain, difference);
        }
        if least == 0.0 {
            break;
        }
    }
    let loss = (least > 0.0).then(|| {
        format!("offset {offset} and factor {factor} become baseline {baseline} and gain {best}; values differ by {least:e} at most")
    });
    Some(Stored { values: stored, missing: missing.to_vec(), gain: best, baseline: whole(baseline)?, loss })
}

/// Real numbers, in the channel's unit.
fn store_floats(channel: &Channel, mut missing: Vec<bool>) -> Stored {
    let physical = channel.physical();
    let lost = physical.iter().zip(&missing).filter(|(v, gone)| !v.is_finite() && !**gone).count();
    for (value, gone) in physical.iter().zip(&mut missing) {
        *gone |= !value.is_finite();
    }
    let single = matches!(channel.samples, Samples::F32(_)) && channel.scaling == Scaling::Identity;
    let (gain, baseline, exact) = match grid(&physical, &missing, single) {
        Some(gain) => (gain, 0.0, true),
        None => {
            let (gain, baseline) = full_scale(&physical, &missing);
            (gain, baseline, false)
        }
    };
    #[expect(clippy::cast_possible_truncation, reason = "the gain was chosen so that all values fit")]
    let digital = |v: f64| (v * gain).round().clamp(LEAST as f64, f64::from(i32::MAX)) as i32;
    #[expect(clippy::cast_possible_truncation, reason = "a whole number of at most 31 bits")]
    let shift = baseline as i32;
    let values = physical
        .iter()
        .zip(&missing)
        .map(|(v, gone)| if *gone { 0 } else { digital(*v).saturating_add(shift) });
    let mut loss = Vec::new();
    if !exact {
        loss.push(format!("values are rounded to steps of {:e} {}", 1.0 / gain, channel.unit.text));
    }
    if lost > 0 {
        loss.push(format!("{lost} values that are not finite become missing"));
    }
    let loss = (!loss.is_empty()).then(|| loss.join("; "));
    Stored { values: values.collect(), missing, gain, baseline: i64::from(shift), loss }
}

/// A gain at which every value is a whole number of steps and comes back to the last bit (of its own
/// precision, where that is single): numbers that were read from text or scaled before mostly have one.
fn grid(physical: &[f64], missing: &[bool], single: bool) -> Option<f64> {
    #[expect(clippy::cast_possible_truncation, reason = "back to the precision that the value had")]
    let comes_back = |value: f64, gain: f64| {
        let steps = (value * gain).round();
        let back = steps / gain;
        steps.abs() < f64::from(i32::MAX) && if single { back as f32 == value as f32 } else { back == value }
    };
    let decimal = (0..10).flat_map(|k| [1.0, 2.0, 5.0].map(|m| m * 10f64.powi(k)));
    let binary = (1..32).map(|k| 2f64.powi(k));
    let all = |gain: &f64| physical.iter().zip(missing).all(|(v, gone)| *gone || comes_back(*v, *gain));
    decimal.chain(binary).find(all)
}

/// Gain and baseline that spread the values over 16 bits. The gain is cut to six digits; a baseline is
/// used only where the signal lies far from zero.
fn full_scale(physical: &[f64], missing: &[bool]) -> (f64, f64) {
    let there = || physical.iter().zip(missing).filter(|(_, gone)| !**gone).map(|(v, _)| *v);
    let (least, greatest) =
        there().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)));
    let reach = least.abs().max(greatest.abs());
    if !(reach > 0.0 && reach.is_finite()) {
        return (1.0, 0.0);
    }
    let (middle, half) = (least / 2.0 + greatest / 2.0, greatest / 2.0 - least / 2.0);
    let six_digits = |gain: f64| {
        let text = format!("{gain:.5e}").parse().unwrap_or(gain);
        if text > gain { text * (1.0 - 1e-5) } else { text }
    };
    // One step is kept in reserve on both sides for the rounding of the baseline.
    let centred = six_digits((FULL_SCALE_16 - 2.0) / half);
    if reach > 2.0 * half && (middle * centred).abs() < f64::from(1 << 30) {
        return (centred, -(middle * centred).round());
    }
    let gain = six_digits(FULL_SCALE_16 / reach);
    // Numbers too large or small to scale at all: one step for the largest.
    if gain.is_normal() { (gain, 0.0) } else { (1.0 / reach, 0.0) }
}
