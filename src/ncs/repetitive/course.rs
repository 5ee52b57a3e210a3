//! The course of the amplitudes: smooth as a junction's fatigue, or not.
//!
//! Released quanta fall quickly over the first potentials and recover slowly (the U shape): c₀ + c₁ ρ^(k−1) + c₂ (k−1)
//! follows both. What does not follow it is no junction's doing: movement, a slipping electrode, a stimulus that was not
//! always supramaximal.

use super::potential::{MeasuredTrain, Potential, RepetitiveOptions};
use crate::ncs::Doubt;
use crate::ncs::late::median;

/// What speaks against a train.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlagKind {
    /// The shape changes: movement, another electrode position, other fibres.
    Shape,
    /// The potential shifts in time.
    Shift,
    /// The amplitudes jump.
    Irregular,
    /// Amplitude and area do not fall or rise alike.
    AmplitudeAgainstArea,
    /// At the amplifier's limit.
    Clipped,
    /// There is no response to some or all stimuli.
    Absent,
}

/// A reason not to believe a train.
#[derive(Debug, Clone, PartialEq)]
pub struct Flag {
    /// Of what kind.
    pub kind: FlagKind,
    /// Numbers, from 1, of the potentials concerned.
    pub potentials: Vec<usize>,
    /// In words, with the values seen.
    pub text: String,
}

/// Noise SDs of a measured amplitude that an irregularity must exceed as well. Ours.
const NOISE_FACTOR: f64 = 4.0;
/// A train that grows beyond this share of the first follows the smooth course less closely (it ends in a plateau), and is
/// allowed this many times the irregularity. Ours.
const GROWS_FROM: f64 = 1.2;
const GROWING_FACTOR: f64 = 2.0;
/// Units that count in a muscle's response: one SD of their random failing is allowed beside the limit. Ours.
const UNITS: f64 = 150.0;
/// Rates of the fast fall tried.
const RATES: [f64; 9] = [0.05, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85];
/// Falls of amplitude and area agree within this share (signal-analysis notes of the project: 5 %), beyond noise.
const AGREE: f64 = 0.05;
/// Movement of the level before the potentials that is worth a word, share of the first amplitude. Ours.
const LEVEL_SHARE: f64 = 0.05;

pub(super) fn judge(options: &RepetitiveOptions, train: &MeasuredTrain) -> Vec<Flag> {
    let p = &train.potentials;
    let mut out = Vec::new();
    let mut flag = |kind, potentials: Vec<usize>, text: String| {
        if !potentials.is_empty() {
            out.push(Flag { kind, potentials, text });
        }
    };
    let numbers =
        |test: &dyn Fn(usize) -> bool| (0..p.len()).filter(|i| test(*i)).map(|i| i + 1).collect::<Vec<_>>();
    flag(FlagKind::Clipped, numbers(&|i| train.clipped[i]), "at the amplifier's limit".into());
    let absent = |i: usize| matches!(p[i].amplitude.reading, crate::measure::Reading::Absent);
    flag(FlagKind::Absent, numbers(&absent), "no response".into());
    let least = p.iter().filter_map(|p| p.correlation).fold(1.0, f64::min);
    flag(
        FlagKind::Shape,
        numbers(&|i| !absent(i) && p[i].correlation.is_some_and(|c| c < options.least_correlation)),
        format!("correlation with the common shape down to {least:.3}"),
    );
    let shift = |i: usize| (p[i].shift - p[0].shift).abs();
    let shifted = (0..p.len()).map(shift).fold(0.0, f64::max);
    flag(
        FlagKind::Shift,
        numbers(&|i| !absent(i) && shift(i) > options.largest_shift.0),
        format!("shifted against the first by up to {:.2} ms", 1e3 * shifted),
    );
    let (irregular, text) = irregular(options, p);
    flag(FlagKind::Irregular, irregular, text);
    let (apart, text) = apart(p);
    flag(FlagKind::AmplitudeAgainstArea, apart, text);
    out
}

/// Values and half-widths, shares of the first; `None` where a potential has none.
fn shares(
    p: &[Potential],
    what: impl Fn(&Potential) -> (Option<f64>, Option<f64>),
) -> Option<Vec<(f64, f64)>> {
    let first = what(p.first()?).0.filter(|a| *a > 0.0)?;
    p.iter().map(|p| Some((what(p).0? / first, what(p).1? / first))).collect()
}

fn irregular(options: &RepetitiveOptions, p: &[Potential]) -> (Vec<usize>, String) {
    let Some(shares) = shares(p, |p| (p.amplitude.value(), p.amplitude.uncertainty)) else {
        return (Vec::new(), String::new());
    };
    let y: Vec<f64> = shares.iter().map(|s| s.0).collect();
    let noise = shares.iter().map(|s| s.1 / 1.96).fold(0.0, f64::max);
    // A train may grow: what matters is the jump in what is then there.
    let scale = y.iter().copied().fold(1.0, f64::max);
    let left = residuals(&y);
    let grows = if scale > GROWS_FROM { GROWING_FACTOR } else { 1.0 };
    let limit = (options.largest_irregularity * grows * scale).max(NOISE_FACTOR * noise);
    let largest = left.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
    let which = (0..y.len())
        .filter(|i| left[*i].abs() > limit.hypot(blocking(y[*i] - left[*i])))
        .map(|i| i + 1)
        .collect();
    (which, format!("{:.1} % off a smooth course", 100.0 * largest / scale))
}

/// What a train may depart from its course by where a share of it is left: junctions fail at random, each by itself, so that
/// the sum scatters as the number of those that transmit does.
fn blocking(left: f64) -> f64 {
    let share = left.clamp(0.0, 1.0);
    (share * (1.0 - share) / UNITS).sqrt()
}

/// What the best smooth course leaves; zeros for trains too short to tell.
fn residuals(y: &[f64]) -> Vec<f64> {
    if y.len() < 5 {
        return vec![0.0; y.len()];
    }
    let mut best: Option<(f64, Vec<f64>)> = None;
    for rate in RATES {
        let Some(left) = fit(y, rate) else { continue };
        let sum = left.iter().map(|r| r * r).sum::<f64>();
        if best.as_ref().is_none_or(|b| sum < b.0) {
            best = Some((sum, left));
        }
    }
    best.map_or_else(|| vec![0.0; y.len()], |b| b.1)
}

fn fit(y: &[f64], rate: f64) -> Option<Vec<f64>> {
    let columns = [
        vec![1.0; y.len()],
        (0..y.len()).map(|k| rate.powf(k as f64)).collect(),
        (0..y.len()).map(|k| k as f64).collect::<Vec<f64>>(),
    ];
    let c = crate::ncs::late::least_squares(&columns, y, &vec![1.0; y.len()], &[0.0; 3])?;
    Some((0..y.len()).map(|k| y[k] - c.iter().zip(&columns).map(|(c, x)| c * x[k]).sum::<f64>()).collect())
}

fn apart(p: &[Potential]) -> (Vec<usize>, String) {
    let a = shares(p, |p| (p.amplitude.value(), p.amplitude.uncertainty));
    let b = shares(p, |p| (p.area.value(), p.area.uncertainty));
    let (Some(a), Some(b)) = (a, b) else { return (Vec::new(), String::new()) };
    let apart = |i: usize| (a[i].0 - b[i].0).abs();
    let limit = |i: usize| (AGREE * a[i].0.max(1.0)).max(2.0 * a[i].1.hypot(b[i].1));
    let which: Vec<usize> = (0..p.len()).filter(|i| apart(*i) > limit(*i)).map(|i| i + 1).collect();
    let most = (0..p.len()).map(apart).fold(0.0, f64::max);
    (which, format!("falls of amplitude and area differ by up to {:.1} %", 100.0 * most))
}

pub(super) fn doubts(options: &RepetitiveOptions, train: &MeasuredTrain) -> Vec<Doubt> {
    let _ = options;
    let mut out = Vec::new();
    let p = &train.potentials;
    if p.len() < 5 {
        let text = format!("{} stimuli; a smooth course cannot be told from jumps in fewer than 5", p.len());
        out.push(Doubt::new("few_stimuli", text));
    }
    let moved = p.iter().map(|p| p.baseline.abs()).fold(0.0, f64::max);
    let size = median(&mut p.iter().filter_map(|p| p.amplitude.value()).collect::<Vec<_>>());
    if size > 0.0 && moved > LEVEL_SHARE * size {
        let text = format!("the level before the potentials moves by up to {:.0} uV", 1e6 * moved);
        out.push(Doubt::new("baseline_moves", text));
    }
    if let Some(mains) = train.mains {
        let amplitude = 1e6 * mains.sd * std::f64::consts::SQRT_2;
        out.push(Doubt::new(
            "mains",
            format!("{} Hz mains of {amplitude:.0} uV were subtracted", mains.frequency),
        ));
    }
    out
}
