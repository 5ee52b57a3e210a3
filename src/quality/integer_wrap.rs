//! Integer overflow that wrapped around the type's range: found, counted, and unwrapped by ±2^bits.
//!
//! Two tells. The code lattice ([`super::lattice`]): a value shifted by 2^bits falls off the pattern of codes that
//! a coarser converter leaves, which decides sample by sample, however steep the signal. Where there is no such
//! pattern, a step over half the range that is small when taken the other way round: decisive only where
//! all true steps are small against half the range. What neither decides is told and left as it is.

use super::lattice::Lattice;
use super::view::{ChannelView, count, format_4};
use super::{QualityOptions, smooth_wrap};
use crate::measure::{Finding, Severity};
use crate::recording::{Channel, Samples};

/// The in-range part must reach this share of half the range (not strict): a signal that stays far from
/// its rails cannot have gone over them. Our choice; potentials that wrap are the largest of many.
const REACH: f64 = 0.5;
/// Of the values off the lattice this share (not strict) must lie on the lattice shifted by 2^bits; damage of
/// other kinds falls anywhere. Our choice.
const EXPLAINED: f64 = 0.9;
/// Off-lattice values needed before the lattice alone decides: chance puts one on a shifted lattice
/// in about one of seven at a step of 16 codes, three in a row in one of 300.
const LEAST_OFF: usize = 3;

/// A channel with its wrapped samples put right.
#[derive(Debug, Clone, PartialEq)]
pub struct Repair {
    /// The same channel, stored as [`Samples::I32`], without stated digital limits.
    pub channel: Channel,
    /// Indices of the samples that were changed, rising.
    pub samples: Vec<usize>,
    /// What was found, as [`super::run`] gives it.
    pub finding: Finding,
}

/// Wrapped samples, each with the multiple of 2^bits that is missing, and what remained open.
#[derive(Debug, Default)]
pub(super) struct Wraps {
    pub(super) shifts: Vec<(usize, i64)>,
    pub(super) ambiguous: Vec<usize>,
    pub(super) tell: &'static str,
}

/// Count: wrapped samples, open ones among them; share: of the samples.
pub(super) fn run(view: &ChannelView<'_>) -> Vec<Finding> {
    let Some(bits) = bits(view.channel) else { return Vec::new() };
    let wraps = locate(view, bits);
    finding(view, bits, &wraps).into_iter().collect()
}

/// Unwraps what can be decided; `None` when there is nothing to repair. Samples are never moved otherwise.
pub fn repair(channel: &Channel) -> Option<Repair> {
    let bits = bits(channel)?;
    let view = ChannelView::new(channel, &QualityOptions::default());
    let wraps = locate(&view, bits);
    let mut values: Vec<i32> = match &channel.samples {
        Samples::I16(x) => x.iter().map(|&v| i32::from(v)).collect(),
        Samples::I32(x) => x.clone(),
        _ => return None,
    };
    let mut samples = Vec::new();
    for &(i, k) in &wraps.shifts {
        // A 32-bit value cannot be moved inside 32 bits; `bits` leaves such channels out.
        if let Ok(v) = i32::try_from(i64::from(values[i]) + (k << bits)) {
            values[i] = v;
            samples.push(i);
        }
    }
    if samples.is_empty() {
        return None;
    }
    let finding = finding(&view, bits, &wraps)?;
    let channel = Channel {
        samples: Samples::I32(values),
        digital_limits: None,
        storage_bits: None,
        ..channel.clone()
    };
    Some(Repair { channel, samples, finding })
}

/// Bits of the range around which values wrap. 32-bit numbers are left alone: no converter fills them.
fn bits(channel: &Channel) -> Option<u32> {
    let of_type = match channel.samples {
        Samples::I16(_) => Some(16),
        _ => None,
    };
    let bits = channel.storage_bits.or(of_type)?;
    (channel.samples.is_integer() && (6..=28).contains(&bits)).then_some(bits)
}

fn locate(view: &ChannelView<'_>, bits: u32) -> Wraps {
    let half = f64::from(bits - 1).exp2();
    let reach = view.stats.max.max(-view.stats.min);
    if view.stats.n < 16 || reach < REACH * half || reach > half {
        return Wraps::default();
    }
    if let Some(lattice) = view.lattice()
        && let Some(wraps) = by_lattice(view, &lattice, 2.0 * half)
    {
        return wraps;
    }
    if view.stats.step <= half {
        return Wraps::default();
    }
    smooth_wrap::locate(view, 2.0 * half)
}

/// `None` when the lattice cannot tell the shifts apart.
fn by_lattice(view: &ChannelView<'_>, lattice: &Lattice, turn: f64) -> Option<Wraps> {
    let apart = |shift: f64| lattice.separation(shift * turn) > 2.0 * lattice.tolerance;
    // Without a difference between once up and once down the direction would be a guess.
    if !apart(1.0) || !apart(2.0) {
        return None;
    }
    let shifts: &[(i64, f64)] = if apart(3.0) && apart(4.0) {
        &[(1, 1.0), (-1, -1.0), (2, 2.0), (-2, -2.0)]
    } else {
        &[(1, 1.0), (-1, -1.0)]
    };
    let mut wraps = Wraps { tell: "code lattice", ..Wraps::default() };
    let mut reach: f64 = 0.0;
    let mut visit = |i: usize, x: f64| {
        if lattice.holds(x) {
            reach = reach.max(x.abs());
            return;
        }
        // The nearest shifted lattice; twice round only where once does not fit.
        let fits = shifts.iter().find(|(_, k)| lattice.holds(x + k * turn));
        match fits {
            Some(&(k, _)) => wraps.shifts.push((i, k)),
            None => wraps.ambiguous.push(i),
        }
    };
    match &view.channel.samples {
        Samples::I16(x) => each(x, view, &mut visit),
        Samples::I32(x) => each(x, view, &mut visit),
        _ => return None,
    }
    let (explained, off) = (wraps.shifts.len(), wraps.shifts.len() + wraps.ambiguous.len());
    if explained < LEAST_OFF || count(explained) < EXPLAINED * count(off) || reach < REACH * turn / 2.0 {
        // Stray codes, or none: nothing speaks for a wrap, and steps would say no more than the lattice.
        return Some(Wraps::default());
    }
    // What is off every lattice may be a rounding fault by one code; it is left and not counted as a wrap
    // unless it lies nowhere near.
    let near = 1.0 + lattice.tolerance;
    let samples = &view.channel.samples;
    wraps.ambiguous.retain(|&i| lattice.distance(samples.get(i)) > near);
    Some(wraps)
}

fn each<T: Copy + Into<f64>>(x: &[T], view: &ChannelView<'_>, visit: &mut impl FnMut(usize, f64)) {
    for s in &view.stretches {
        for (i, &v) in (s.first..).zip(&x[s.first..s.first + s.len]) {
            visit(i, v.into());
        }
    }
}

fn finding(view: &ChannelView<'_>, bits: u32, wraps: &Wraps) -> Option<Finding> {
    let (sure, open) = (wraps.shifts.len(), wraps.ambiguous.len());
    if sure + open == 0 {
        return None;
    }
    let n = count(view.stats.n);
    #[expect(clippy::cast_precision_loss, reason = "at most a few turns of at most 2^28")]
    let turned = |&(i, k): &(usize, i64)| view.channel.samples.get(i) + (k << bits) as f64;
    let mut detail = Vec::new();
    if sure > 0 {
        let farthest = wraps.shifts.iter().map(turned).max_by(|a, b| a.abs().total_cmp(&b.abs()))?;
        let first = wraps.shifts[0];
        let places: Vec<usize> = wraps.shifts.iter().map(|s| s.0).collect();
        detail.push(format!(
            "{sure} samples ({} %) wrapped around {bits} bits (tell: {}), at {}; the first reads {} and is {}, the farthest is {}: peaks, amplitudes and areas of the largest potentials are wrong; repair unwraps them by 2^{bits} steps",
            format_4(100.0 * count(sure) / n),
            wraps.tell,
            view.places(&places),
            view.amount(view.channel.samples.get(first.0)),
            view.amount(turned(&first)),
            view.amount(farthest),
        ));
    }
    if open > 0 {
        detail.push(format!(
            "{open} samples may have wrapped, at {}; steps are too large to decide, so they are left",
            view.places(&wraps.ambiguous)
        ));
    }
    let severity = if sure > 0 { Severity::Warning } else { Severity::Note };
    let share = count(sure + open) / n;
    Some(view.finding("integer_wrap", severity, (sure + open) as u64, share, detail.join("; ")))
}
