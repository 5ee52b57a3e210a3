//! Stored values and limits of a channel, so that reading gives the same physical samples.

use super::super::codes::{self, Mends};
use super::super::header::Kind;
use super::text;
use crate::recording::{Channel, Samples, Scaling};
use crate::{Error, Result};

/// A channel as it is stored.
#[derive(Debug)]
pub(super) struct Stored {
    /// Values inside the type's range.
    pub(super) values: Vec<i32>,
    /// Digital minimum and maximum.
    pub(super) digital: (i64, i64),
    /// Physical minimum and maximum as written.
    pub(super) physical: (String, String),
    /// Physical dimension as written; blank where the channel is uncalibrated.
    pub(super) dimension: String,
}

/// Units of voltage that a channel may be moved to, most usual in EMG first.
const VOLTAGES: [(&str, f64); 4] = [("uV", 1e-6), ("mV", 1e-3), ("V", 1.0), ("nV", 1e-9)];
/// How many limits on each side are tried for one that 8 characters hold exactly; our choice.
const TRIED: i64 = 2048;
/// Worst relative difference at which the file's own unit is kept; 8 characters hold 6 to 7 digits.
const GOOD: f64 = 1e-6;

/// Stored form of `channel`.
pub(super) fn store(channel: &Channel, kind: Kind, mends: &mut Mends) -> Result<Stored> {
    let scaling = channel.scaling;
    let integers: Option<(Vec<i64>, Scaling)> = match &channel.samples {
        Samples::I16(v) => Some((v.iter().map(|&x| i64::from(x)).collect(), scaling)),
        Samples::I32(v) => Some((v.iter().map(|&x| i64::from(x)).collect(), scaling)),
        Samples::F32(_) | Samples::F64(_) => lattice(channel),
    };
    if let Some((values, scaling)) = integers
        && let Some(stored) = exact(channel, &values, scaling, kind, mends)
    {
        return Ok(stored);
    }
    quantise(channel, kind, mends)
}

/// Finite values of the file's unit, a missing one replaced by the one before it (at the start by 0).
fn filled(channel: &Channel) -> Vec<f64> {
    let mut values = channel.physical();
    let mut last = 0.0;
    for v in &mut values {
        if v.is_finite() {
            last = *v;
        } else {
            *v = last;
        }
    }
    values
}

/// Floats that are decimal numbers of few places, as text files give them, are integers in disguise.
fn lattice(channel: &Channel) -> Option<(Vec<i64>, Scaling)> {
    let values = filled(channel);
    let single = matches!(channel.samples, Samples::F32(_)) && channel.scaling == Scaling::Identity;
    'places: for places in 0..=9 {
        let gain = 10_f64.powi(places);
        let mut out = Vec::with_capacity(values.len());
        for &v in &values {
            let stored = (v * gain).round();
            #[expect(clippy::cast_possible_truncation, reason = "single values are compared as such")]
            let same = if single { (stored / gain) as f32 == v as f32 } else { stored / gain == v };
            if !same || stored.abs() > 1e9 {
                continue 'places;
            }
            #[expect(clippy::cast_possible_truncation, reason = "at most 1e9")]
            out.push(stored as i64);
        }
        return Some((out, Scaling::Divide { baseline: 0.0, gain }));
    }
    None
}

/// Limits under trial.
struct Window {
    digital: (i64, i64),
    physical: (String, String),
    /// Worst relative difference at the extremes of the data.
    worst: f64,
}

/// Keeps the integers, moved as a whole where the type needs it; `None` when they do not fit the type.
fn exact(
    channel: &Channel,
    values: &[i64],
    scaling: Scaling,
    kind: Kind,
    mends: &mut Mends,
) -> Option<Stored> {
    let (least, most) = kind.range();
    let (low, high) = (*values.iter().min()?, *values.iter().max()?);
    let shift = if low >= least && high <= most {
        0
    } else if high - low <= most - least {
        low - least
    } else {
        return None;
    };
    let wanted = channel.digital_limits.map(|(a, b)| (a - shift, b - shift));
    let own = channel.unit.text.clone();
    let mut units = vec![(own, 1.0)];
    if let Some(volts) = channel.unit.volts_per_unit
        && channel.uncalibrated.is_none()
    {
        units.extend(
            VOLTAGES.iter().filter(|(_, v)| *v != volts).map(|(name, v)| ((*name).to_owned(), volts / v)),
        );
    }
    let mut best: Option<(Window, String)> = None;
    for (unit, factor) in units {
        #[expect(clippy::cast_precision_loss, reason = "stored values have at most 32 bits")]
        let value = |d: i64| scaling.apply((d + shift) as f64) * factor;
        let Some(window) = window((low - shift, high - shift), wanted, kind, value) else { continue };
        let good = window.worst <= GOOD;
        if best.as_ref().is_none_or(|(b, _)| window.worst < b.worst) {
            best = Some((window, unit));
        }
        if good {
            break;
        }
    }
    let (window, unit) = best?;
    let name = Some(channel.label.as_str());
    // Roundings of the arithmetic itself are no loss.
    if window.worst > 1e-12 {
        mends.tell(&codes::SCALING, name, 1, format!("worst relative difference {:.1e}", window.worst));
    }
    #[expect(clippy::cast_possible_truncation, reason = "inside the type's range, checked above")]
    let values = values.iter().map(|v| (v - shift) as i32).collect();
    let dimension = dimension(channel, &unit, mends);
    Some(Stored { values, digital: window.digital, physical: window.physical, dimension })
}

/// The limits around `data` that give back `value` best: those the source had, the whole type, or
/// any near the ends whose physical values have 8 characters or less.
fn window(
    data: (i64, i64),
    wanted: Option<(i64, i64)>,
    kind: Kind,
    value: impl Fn(i64) -> f64,
) -> Option<Window> {
    let (least, most) = kind.range();
    let judge = |dmin: i64, dmax: i64| {
        let physical = (text::number(value(dmin))?, text::number(value(dmax))?);
        let (pmin, pmax): (f64, f64) = (physical.0.parse().ok()?, physical.1.parse().ok()?);
        #[expect(clippy::cast_precision_loss, reason = "at most 24 bits")]
        let (low, high) = (dmin as f64, dmax as f64);
        let factor = (pmax - pmin) / (high - low);
        let offset = pmax / factor - high;
        let read = Scaling::Multiply { offset, factor };
        let size = value(data.0).abs().max(value(data.1).abs());
        #[expect(clippy::cast_precision_loss, reason = "at most 24 bits")]
        let difference = |d: i64| (read.apply(d as f64) - value(d)).abs();
        let worst = difference(data.0).max(difference(data.1));
        let worst = if worst == 0.0 { 0.0 } else { worst / size.max(f64::MIN_POSITIVE) };
        (factor.is_normal() && worst.is_finite()).then_some(Window { digital: (dmin, dmax), physical, worst })
    };
    let fits = |&(a, b): &(i64, i64)| a >= least && b <= most && a <= data.0 && b >= data.1 && a < b;
    // Ranges of usual converters: their physical limits tend to be round numbers.
    let usual = [(least, most), (-32_768, 32_767), (-32_767, 32_767), (-2048, 2047), (0, 4095)];
    let simple = wanted.into_iter().chain(usual).filter(fits);
    let mut best: Option<Window> = None;
    for (dmin, dmax) in simple {
        if let Some(w) = judge(dmin, dmax)
            && best.as_ref().is_none_or(|b| w.worst < b.worst)
        {
            best = Some(w);
        }
    }
    if best.as_ref().is_some_and(|b| b.worst <= 4.0 * f64::EPSILON) {
        return best;
    }
    // Each end by itself: an error at one end is passed on in proportion to the distance from the other.
    let rounding = |d: i64| {
        let v = value(d);
        text::number(v).and_then(|t| t.parse::<f64>().ok()).map_or(f64::INFINITY, |t| (t - v).abs())
    };
    let nearest = |ends: &mut dyn Iterator<Item = i64>| {
        ends.map(|d| (rounding(d), d)).min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, d)| d)
    };
    let (last_low, last_high) = (data.0.min(most - 1), data.1.max(least + 1));
    let dmin = nearest(
        &mut (least..=last_low.min(least + TRIED)).chain([0].into_iter().filter(|z| *z <= last_low)),
    )?;
    let dmax = nearest(&mut (last_high.max(most - TRIED)..=most).rev())?;
    match judge(dmin, dmax) {
        Some(w) if dmin < dmax && best.as_ref().is_none_or(|b| w.worst < b.worst) => Some(w),
        _ => best,
    }
}

fn dimension(channel: &Channel, unit: &str, mends: &mut Mends) -> String {
    if channel.uncalibrated.is_some() {
        // A blank dimension is how the specification says uncalibrated.
        return String::new();
    }
    let known =
        VOLTAGES.iter().find(|(_, v)| channel.unit.text == unit && channel.unit.volts_per_unit == Some(*v));
    let (short, _) = text::field(known.map_or(unit, |(name, _)| name), 8);
    if unit != channel.unit.text {
        let detail = format!("{short} instead of {}", channel.unit.text);
        mends.tell(&codes::UNIT, Some(&channel.label), 1, detail);
    } else if known.is_none() && short != text::ascii(unit) {
        mends.tell(&codes::UNIT, Some(&channel.label), 1, format!("`{unit}` becomes `{short}`"));
    }
    short
}

/// Spreads the values over the whole type.
fn quantise(channel: &Channel, kind: Kind, mends: &mut Mends) -> Result<Stored> {
    let mut values = filled(channel);
    let extremes =
        |v: &[f64]| v.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), &x| (a.min(x), b.max(x)));
    let (mut low, mut high) = extremes(&values);
    let mut unit = channel.unit.text.clone();
    let size = low.abs().max(high.abs());
    // 8 characters hold few digits of numbers far below 1: take the unit in which they are between 1 and 1e5.
    if let Some(volts) = channel.unit.volts_per_unit
        && channel.uncalibrated.is_none()
        && !(1.0..1e5).contains(&size)
        && let Some((name, v)) = VOLTAGES
            .iter()
            .find(|(_, v)| (1.0..1e5).contains(&(size * volts / v)))
            .or_else(|| VOLTAGES.iter().find(|(_, v)| size > 0.0 && *v < 1e-8 && size * volts < *v))
    {
        for x in &mut values {
            *x *= volts / v;
        }
        (low, high) = extremes(&values);
        unit = (*name).to_owned();
    }
    if low == high {
        high = low + low.abs().max(1.0);
    }
    let beyond = || Error::Unsupported {
        format: kind.id(),
        what: format!("{}: values from {low} to {high} do not fit limits of 8 characters", channel.label),
    };
    let outward = |edge: f64, away: f64| {
        (0..200_i32).find_map(|k| {
            let text = text::number(edge + away * (f64::from(k).exp2() - 1.0))?;
            let value: f64 = text.parse().ok()?;
            ((value - edge) * away >= 0.0).then_some((text, value))
        })
    };
    let small = (high - low) * 1e-6;
    let (pmin_text, pmin) = outward(low, -small).ok_or_else(beyond)?;
    let (pmax_text, pmax) = outward(high, small).ok_or_else(beyond)?;
    let (least, most) = kind.range();
    #[expect(clippy::cast_precision_loss, reason = "at most 24 bits")]
    let (dmin, dmax) = (least as f64, most as f64);
    let factor = (pmax - pmin) / (dmax - dmin);
    let offset = pmax / factor - dmax;
    if !factor.is_normal() || !offset.is_finite() {
        return Err(beyond());
    }
    #[expect(clippy::cast_possible_truncation, reason = "clamped to 24 bits")]
    let values = values.iter().map(|p| (p / factor - offset).round().clamp(dmin, dmax) as i32).collect();
    let dimension = dimension(channel, &unit, mends);
    let detail = format!("step {factor} {dimension}");
    mends.tell(&codes::QUANTISED, Some(&channel.label), channel.len() as u64, detail);
    Ok(Stored { values, digital: (least, most), physical: (pmin_text, pmax_text), dimension })
}
