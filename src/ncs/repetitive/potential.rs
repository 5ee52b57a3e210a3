//! One CMAP of a train: baseline, negative peak, area.

use super::RepetitivePlan;
use crate::measure::Reading;
use crate::ncs::late::{Baseline, Mains, clipped, least_squares, median, quiet_sd, smooth, smooth_width};
use crate::ncs::{Measured, Sweeps};
use crate::units::{Hertz, Seconds};
use crate::{Error, Result};

/// What the caller asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RepetitiveOptions {
    /// Where the CMAPs' negative peak lies, s from the stimulus. Default 1.5 to 25 ms.
    pub window: (Seconds, Seconds),
    /// Least amplitude of a CMAP in noise SDs, 3 to 100. Default 6.
    pub least_noise_ratio: f64,
    /// Least correlation of a potential with the others' shape, 0 to 1. Default 0.98.
    pub least_correlation: f64,
    /// Largest departure of an amplitude from a smooth course, share of the first. Default 0.03.
    pub largest_irregularity: f64,
    /// Largest shift of a potential against the others, s. Default 0.3 ms.
    pub largest_shift: Seconds,
}

impl Default for RepetitiveOptions {
    fn default() -> Self {
        RepetitiveOptions {
            window: (Seconds(0.0015), Seconds(0.025)),
            least_noise_ratio: 6.0,
            least_correlation: 0.98,
            largest_irregularity: 0.03,
            largest_shift: Seconds(0.0003),
        }
    }
}

impl RepetitiveOptions {
    /// Makes the plan.
    ///
    /// # Errors
    /// An option out of its range; a sampling frequency below 1 kHz.
    pub fn design(&self, sampling_frequency: Hertz) -> Result<RepetitivePlan> {
        let fs = Hertz::sampling_frequency(sampling_frequency.0)?.0;
        let need = |ok: bool, name: &str, why: String| {
            if ok { Ok(()) } else { Err(Error::option(name, why)) }
        };
        need(fs >= 1000.0, "sampling frequency", format!("{fs} Hz; CMAPs need 1000 Hz or more"))?;
        let (a, b) = (self.window.0.0, self.window.1.0);
        let ok = a >= 0.0 && b > a + 0.001 && b <= 0.5;
        need(ok, "CMAP window", format!("{a} to {b} s; from 0, at least 1 ms long, to at most 0.5 s"))?;
        let k = self.least_noise_ratio;
        need((3.0..=100.0).contains(&k), "least CMAP to noise ratio", format!("{k}; 3 to 100"))?;
        let c = self.least_correlation;
        need((0.0..=1.0).contains(&c), "least correlation", format!("{c}; 0 to 1"))?;
        let i = self.largest_irregularity;
        need(i > 0.0 && i <= 1.0, "largest irregularity", format!("{i}; above 0 to 1"))?;
        let s = self.largest_shift.0;
        need(s > 0.0 && s <= 0.01, "largest shift", format!("{s} s; above 0 to 10 ms"))?;
        Ok(RepetitivePlan { options: *self, fs })
    }
}

/// One potential of a train.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Potential {
    /// Baseline to negative peak, V.
    pub amplitude: Measured,
    /// Area of the negative phase, V·s.
    pub area: Measured,
    /// Negative peak, s from the stimulus.
    pub peak_latency: Measured,
    /// Level before the potential against the train's median level, V.
    pub baseline: f64,
    /// Correlation with the train's common shape, −1 to 1; `None` where one of them is flat.
    pub correlation: Option<f64>,
    /// Shift against the common shape, s; positive is later.
    pub shift: f64,
}

/// A train measured, with what its judgement needs.
pub(super) struct MeasuredTrain {
    pub(super) potentials: Vec<Potential>,
    pub(super) clipped: Vec<bool>,
    pub(super) mains: Option<Mains>,
}

const AMPLITUDE: &str = "baseline to negative peak, parabola over 0.5 ms around the peak";
const AREA: &str = "negative phase, between the crossings of the baseline around the peak";
const PEAK: &str = "parabola over 0.5 ms around the peak";
const CUT_OFF: &str = "cut off at the amplifier's limit";
const NO_CMAP: &str = "not finite";

/// The onset is taken where the common shape last lies below this share of its peak, and a margin before it, s:
/// before it the sweep is baseline. Ours.
const ONSET_SHARE: f64 = 0.02;
const ONSET_MARGIN_S: f64 = 0.0003;
/// Half the stretch of the parabola through the peak, s: a CMAP's peak is some ms wide. Ours.
const PEAK_HALF_S: f64 = 0.00025;
/// Smoothing of the common shape for finding its marks, s.
const MARK_S: f64 = 0.0002;
/// SD of a potential's shape against the common one, as a share of it. Ours.
const SHAPE_SD: f64 = 0.03;
/// Least stretch before the stimulus that gives the level, s. Ours.
const BEFORE_S: f64 = 0.001;
/// Noise SD assumed of a median sweep when its level is fitted, V. Ours.
const LEVEL_NOISE: f64 = 3e-6;
/// Samples after the stimulus that its artefact spoils, s. Ours.
const BLANK_S: f64 = 0.0006;

/// Measures every potential.
pub(super) fn measure(options: &RepetitiveOptions, fs: f64, sweeps: &Sweeps) -> Result<MeasuredTrain> {
    let own = sweeps.sampling_frequency().0;
    if (own - fs).abs() > 1e-6 * own {
        return Err(Error::Signal(format!("sweeps at {own} Hz, the plan is for {fs} Hz")));
    }
    let first = sweeps.get(0);
    let len = first.samples().len();
    let (from, to) = (first.index(options.window.0.0), first.index(options.window.1.0));
    if from + 8 > to {
        let why = format!(
            "sweeps from {:.1} to {:.1} ms hold too little of the window of the response",
            1e3 * sweeps.start().0,
            1e3 * first.time(len as f64)
        );
        return Err(Error::Signal(why));
    }
    let x: Vec<&[f64]> = sweeps.iter().map(|s| s.samples()).collect();
    let marks = Marks::find(&x, fs, from, to, first.index(BLANK_S).min(len), first.index(-0.0002));
    // Each potential is the common shape, larger or smaller, on a baseline of its own: so the whole sweep tells of the
    // baseline, and a few milliseconds before the stimulus need not.
    let deviations = marks.deviations(&x);
    let seen = vec![marks.seen.clone(); x.len()];
    let mains = Baseline::find_mains(&deviations, &seen, &marks.shape, 1.0, fs);
    let baseline = Baseline::new(&marks.shape, 1.0, fs, mains);
    let mut rest = Vec::with_capacity(x.len());
    let mut noise = Vec::with_capacity(x.len());
    let mut levels = Vec::with_capacity(x.len());
    for (x, d) in x.iter().zip(&deviations) {
        let rough = quiet_sd(d, &marks.quiet).max(1e-7);
        let base = baseline.fit_beside_shape(d, &marks.weights(rough), rough);
        let r: Vec<f64> = x.iter().zip(&base).map(|(x, b)| x - b - marks.level).collect();
        let d: Vec<f64> = d.iter().zip(&base).map(|(d, b)| d - b).collect();
        noise.push(quiet_sd(&d, &marks.quiet));
        levels.push(base[marks.onset.min(len - 1)]);
        rest.push(r);
    }
    let sigma = median(&mut noise).max(1e-9);
    let common = marks.common(&rest);
    let middle = median(&mut levels.clone());
    let clipped: Vec<bool> =
        x.iter().map(|x| clipped(x).iter().any(|(a, b)| *a < marks.end && *b > marks.onset)).collect();
    let mut potentials = Vec::with_capacity(x.len());
    for (i, r) in rest.iter().enumerate() {
        let mut p = one(options, r, &marks, fs, sigma, |t| first.time(t));
        let (correlation, shift) = super::shape::compare(r, &common, &marks, fs, sigma);
        p.correlation = correlation;
        p.shift = shift;
        p.baseline = levels[i] - middle;
        if clipped[i] {
            p.amplitude = Measured::undefined(CUT_OFF, AMPLITUDE);
            p.area = Measured::undefined(CUT_OFF, AREA);
        }
        potentials.push(p);
    }
    Ok(MeasuredTrain { potentials, clipped, mains })
}

/// Places that all potentials of the train share, samples.
pub(super) struct Marks {
    pub(super) onset: usize,
    pub(super) peak: usize,
    /// End of the negative phase.
    pub(super) end: usize,
    pub(super) from: usize,
    pub(super) to: usize,
    /// Samples before the response: of the baseline alone.
    quiet: Vec<bool>,
    /// Samples without the stimulus artefact.
    seen: Vec<bool>,
    /// Level that the response rests on, V.
    level: f64,
    /// The common response on zero, zero in the artefact.
    shape: Vec<f64>,
    median: Vec<f64>,
}

impl Marks {
    fn find(x: &[&[f64]], fs: f64, from: usize, to: usize, blank: usize, before: usize) -> Marks {
        let len = x[0].len();
        let mut column = vec![0.0; x.len()];
        let common: Vec<f64> = (0..len)
            .map(|t| {
                column.iter_mut().zip(x).for_each(|(c, x)| *c = x[t]);
                median(&mut column)
            })
            .collect();
        let s = smooth(&common, smooth_width(MARK_S, fs));
        let peak = (from..to).max_by(|a, b| s[*a].total_cmp(&s[*b])).unwrap_or(from);
        let level = if before > 3 { median(&mut s[..before].to_vec()) } else { quiet_level(&s, blank, peak) };
        let height = s[peak] - level;
        let mut onset = peak;
        while onset > blank && s[onset - 1] - level > ONSET_SHARE * height {
            onset -= 1;
        }
        let onset = onset.saturating_sub(smooth_width(ONSET_MARGIN_S, fs)).max(blank.min(peak));
        let mut end = peak;
        while end < len && s[end] > level {
            end += 1;
        }
        let own = before >= smooth_width(BEFORE_S, fs);
        let quiet: Vec<bool> =
            (0..len).map(|t| if own { t < before } else { t >= blank && t < onset }).collect();
        let seen: Vec<bool> = (0..len).map(|t| t < before || t >= blank).collect();
        let level = if own {
            median(&mut common[..before].to_vec())
        } else {
            under_artefact(&common, blank, onset, fs)
        };
        let shape = (0..len).map(|t| if t >= blank { common[t] - level } else { 0.0 }).collect();
        Marks { onset, peak, end, from, to, quiet, seen, level, shape, median: common }
    }

    /// How far each sample tells of the baseline: little where the response is large, as its shape may change.
    fn weights(&self, noise: f64) -> Vec<f64> {
        let weight = |shape: f64| noise * noise / (noise * noise + (SHAPE_SD * shape).powi(2));
        self.shape.iter().zip(&self.seen).map(|(s, seen)| if *seen { weight(*s) } else { 0.0 }).collect()
    }

    fn deviations(&self, x: &[&[f64]]) -> Vec<Vec<f64>> {
        x.iter().map(|x| x.iter().zip(&self.median).map(|(x, m)| x - m).collect()).collect()
    }

    fn common(&self, rest: &[Vec<f64>]) -> Vec<f64> {
        let mut column = vec![0.0; rest.len()];
        (0..self.shape.len())
            .map(|t| {
                column.iter_mut().zip(rest).for_each(|(c, x)| *c = x[t]);
                median(&mut column)
            })
            .collect()
    }
}

/// Level between artefact and response without samples before the stimulus: of the flattest stretch of half a
/// millisecond or so before the rise, the one where least happens.
fn quiet_level(s: &[f64], blank: usize, peak: usize) -> f64 {
    let width = ((peak.saturating_sub(blank)) / 6).max(2);
    (blank..peak.saturating_sub(width))
        .map(|t| {
            let w = &s[t..t + width];
            let (low, high) = w.iter().fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(*v), h.max(*v)));
            (high - low, median(&mut w.to_vec()))
        })
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map_or(0.0, |b| b.1)
}

/// Level under the artefact's decay, from the samples between it and the response: two exponentials and a level. The
/// time constants are those of amplifier and skin, 0.05 to 0.5 and 0.5 to 5 ms, taken at their middle.
fn under_artefact(common: &[f64], blank: usize, onset: usize, fs: f64) -> f64 {
    let Some(y) = common.get(blank..onset).filter(|y| y.len() > 6) else {
        return common.get(blank).copied().unwrap_or(0.0);
    };
    let t: Vec<f64> = (0..y.len()).map(|i| i as f64 / fs).collect();
    let columns = [
        vec![1.0; y.len()],
        t.iter().map(|t| (-t / 0.00025).exp()).collect(),
        t.iter().map(|t| (-t / 0.0015).exp()).collect::<Vec<f64>>(),
    ];
    // Priors: levels and artefacts of up to a millivolt against a noise of some µV.
    let precision = [1e-4, 1e-3, 2e-4].map(|sd: f64| (LEVEL_NOISE / sd).powi(2));
    least_squares(&columns, y, &vec![1.0; y.len()], &precision).map_or(0.0, |c| c[0])
}

/// Parabola through samples around `at`: position and height of its vertex.
fn vertex(x: &[f64], at: usize, half: usize) -> Option<(f64, f64, f64)> {
    let half = half.max(1).min(at).min(x.len() - 1 - at);
    if half == 0 {
        return None;
    }
    let n = (2 * half + 1) as f64;
    let (mut s2, mut s4, mut y0, mut y1, mut y2) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for (k, y) in x[at - half..=at + half].iter().enumerate() {
        let u = k as f64 - half as f64;
        s2 += u * u;
        s4 += u.powi(4);
        y0 += y;
        y1 += u * y;
        y2 += u * u * y;
    }
    let det = n * s4 - s2 * s2;
    let c = (n * y2 - s2 * y0) / det;
    let a = (s4 * y0 - s2 * y2) / det;
    let b = y1 / s2;
    // Noise share of the height at the centre.
    let share = (s4 / det).sqrt();
    if c >= 0.0 {
        return Some((at as f64, a, share));
    }
    let u = (-b / (2.0 * c)).clamp(-(half as f64), half as f64);
    Some((at as f64 + u, a + b * u + c * u * u, share))
}

fn one(
    options: &RepetitiveOptions,
    r: &[f64],
    marks: &Marks,
    fs: f64,
    sigma: f64,
    time: impl Fn(f64) -> f64,
) -> Potential {
    let s = smooth(r, smooth_width(MARK_S, fs));
    let reach = smooth_width(0.002, fs);
    let (a, b) = (marks.peak.saturating_sub(reach).max(marks.from), (marks.peak + reach).min(marks.to));
    let top = (a..b).max_by(|a, b| s[*a].total_cmp(&s[*b])).unwrap_or(marks.peak);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a fraction of a millisecond"
    )]
    let half = (PEAK_HALF_S * fs).round().max(1.0) as usize;
    let base = sigma / (marks.quiet.iter().filter(|q| **q).count().max(1) as f64).sqrt();
    let absent = Potential {
        amplitude: Measured::absent(AMPLITUDE),
        area: Measured::absent(AREA),
        peak_latency: Measured::absent(PEAK),
        baseline: 0.0,
        correlation: None,
        shift: 0.0,
    };
    let Some((at, height, share)) = vertex(r, top, half) else { return absent };
    if height < options.least_noise_ratio * sigma || height <= 0.0 {
        return absent;
    }
    // The negative phase: from the last crossing before the peak to the first after it.
    let mut begin = top;
    while begin > marks.onset && s[begin - 1] > 0.0 {
        begin -= 1;
    }
    let mut end = top;
    while end + 1 < r.len() && s[end + 1] > 0.0 {
        end += 1;
    }
    let area: f64 = r[begin..=end].iter().sum::<f64>() / fs;
    let samples = (end + 1 - begin) as f64;
    let area_sd = (sigma * samples.sqrt()).hypot(base * samples) / fs;
    let complete = end + 1 < r.len();
    Potential {
        amplitude: Measured::new(height, 1.96 * (sigma * share).hypot(base), AMPLITUDE, NO_CMAP),
        area: if complete {
            Measured::new(area, 1.96 * area_sd, AREA, NO_CMAP)
        } else {
            Measured::undefined("the sweep ends within the negative phase", AREA)
        },
        peak_latency: Measured {
            reading: Reading::finite(time(at), NO_CMAP),
            uncertainty: None,
            method: PEAK,
        },
        ..absent
    }
}
