//! Candidates of motor unit potentials: potentials of one shape that come back, averaged and measured.
//!
//! Not a decomposition: superpositions are left out instead of resolved, so discharges are missing from the
//! trains and small units may not be found. Good for the shape of the units that were found, not for how
//! many there are.
//!
//! Steps and their sources (our formulation after Stashuk 1999 and McGill 2005): sharpen by a lagged second
//! difference; threshold on local extrema; group by shape, first seen leads; average by the median; measure.

use crate::dsp::turns::{quantile, turns};
use crate::trace::Trace;

/// One unit's potential.
#[derive(Debug, Clone, PartialEq)]
pub struct Mup {
    /// Discharges averaged or counted, from the trace's start, s.
    pub times_s: Vec<f64>,
    /// Peak to peak, V.
    pub amplitude: f64,
    /// Onset to end, s; `None` when the average does not come back to its baseline.
    pub duration: Option<f64>,
    /// Between the peaks of the largest deflection, s; resolved no finer than one sample. `None` for one peak.
    pub rise_time: Option<f64>,
    /// ∫|x| over the duration, V·s.
    pub area: Option<f64>,
    /// Baseline crossings between excursions of at least 25 µV, plus 1.
    pub phases: usize,
    /// Reversals of at least 25 µV within the potential.
    pub turns: usize,
    /// 1 over the usual interval, Hz: the mean of those within a fifth of the most common one of 30 to 300 ms,
    /// so that missed discharges do not count as slow firing. `None` with fewer than five such.
    pub rate: Option<f64>,
}

/// Noise and threshold of the sharpened trace.
pub(super) struct Sharp {
    pub(super) samples: Vec<f64>,
    pub(super) noise: f64,
}

/// Lagged second difference 2x[n] − x[n+L] − x[n−L] with its peak near 3 kHz (or half the sampling frequency),
/// zero phase, polarity kept; and the 20th percentile over windows of 50 ms of its robust SD.
pub(super) fn sharpen(x: &[f64], fs: f64) -> Sharp {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of samples")]
    let (lag, window) = (((fs / 6000.0).round() as usize).max(1), ((fs * 0.05) as usize).max(8));
    let mut samples = vec![0.0; x.len()];
    for i in lag..x.len().saturating_sub(lag) {
        samples[i] = 2.0 * x[i] - x[i + lag] - x[i - lag];
    }
    let mut levels: Vec<f64> = samples
        .chunks_exact(window)
        .map(|w| 1.4826 * quantile(&mut w.iter().map(|v| v.abs()).collect::<Vec<_>>(), 0.5))
        .collect();
    let noise = quantile(&mut levels, 0.2);
    Sharp { samples, noise: if noise.is_finite() { noise } else { 0.0 } }
}

/// Relative squared distance below which (strict) two potentials count as one shape. 0.15 to 0.30 is usual;
/// the upper end loses fewer discharges, and the median that averages them forgives a few foreign ones.
const SAME: f64 = 0.3;
/// Fewest discharges that are averaged: Stålberg 1986 asks for 10, better 20.
const FEWEST: usize = 10;
/// Most events, shapes and averaged discharges; ours, they bound the work.
const MOST: (usize, usize, usize) = (4000, 48, 120);

/// Counts of samples for one sampling frequency.
struct Sizes {
    /// Half the window that shapes are compared in, 3 ms.
    half: usize,
    /// Furthest shift between two shapes, 0.4 ms.
    shift: usize,
    /// Half the averaged window, 15 ms.
    wide: usize,
    /// Every which sample shapes are compared at: about 12 kHz are enough to tell them apart.
    stride: usize,
    fs: f64,
}

/// The candidates, tallest first. Empty for a trace without any, or below 2 kHz.
pub fn candidates(trace: Trace<'_>) -> Vec<Mup> {
    let fs = trace.sampling_frequency().0;
    if fs < 2000.0 {
        return Vec::new();
    }
    let x = trace.samples();
    let sharp = sharpen(x, fs);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of samples")]
    let n = |ms: f64| ((ms * 1e-3 * fs).round() as usize).max(1);
    let sizes = Sizes { half: n(3.0), shift: n(0.4), wide: n(15.0), stride: n(1.0 / 12.0), fs };
    let events = events(&sharp, &sizes, x.len());
    let mut groups = group(x, &events, &sizes);
    groups.retain(|g| g.len() >= FEWEST);
    let mut found: Vec<Mup> = groups.iter().filter_map(|g| measure(x, g, &sizes)).collect();
    found.sort_by(|a, b| b.amplitude.total_cmp(&a.amplitude));
    let mut kept: Vec<Mup> = Vec::new();
    for mup in found {
        if !kept.iter().any(|other| locked(&other.times_s, &mup.times_s)) {
            kept.push(mup);
        }
    }
    kept
}

/// Peaks of the sharpened trace above max(4 σ, 0.15 of its 99th percentile), at least 4 ms apart, the
/// sharpest first, none at the trace's edges.
fn events(sharp: &Sharp, sizes: &Sizes, len: usize) -> Vec<usize> {
    let size: Vec<f64> = sharp.samples.iter().map(|v| v.abs()).collect();
    let threshold = (4.0 * sharp.noise).max(0.15 * quantile(&mut size.clone(), 0.99));
    let edge = sizes.wide + sizes.shift + 1;
    if threshold <= 0.0 || len <= 2 * edge {
        return Vec::new();
    }
    let is_peak = |&i: &usize| size[i] > threshold && size[i] >= size[i - 1] && size[i] > size[i + 1];
    let mut peaks: Vec<usize> = (edge..len - edge).filter(is_peak).collect();
    peaks.sort_by(|&a, &b| size[b].total_cmp(&size[a]).then(a.cmp(&b)));
    let apart = sizes.half * 4 / 3;
    let mut taken = vec![false; len];
    let mut out = Vec::new();
    for peak in peaks {
        if !taken[peak] {
            taken[peak - apart..=peak + apart].fill(true);
            out.push(peak);
            if out.len() == MOST.0 {
                break;
            }
        }
    }
    out
}

/// A window of the trace at every `stride`-th sample, without its mean.
fn cut(x: &[f64], centre: usize, sizes: &Sizes) -> Vec<f64> {
    let window = x[centre - sizes.half..=centre + sizes.half].iter().step_by(sizes.stride);
    #[expect(clippy::cast_precision_loss, reason = "a count of samples")]
    let mean = window.clone().sum::<f64>() / window.len() as f64;
    window.map(|v| v - mean).collect()
}

fn energy(x: &[f64]) -> f64 {
    x.iter().map(|v| v * v).sum()
}

/// Squared distance over the smaller energy.
fn relative(a: &[f64], b: &[f64]) -> f64 {
    let apart: f64 = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum();
    apart / energy(a).min(energy(b)).max(f64::MIN_POSITIVE)
}

/// Windows around an event at all small shifts, each with its centre and energy.
fn windows(x: &[f64], event: usize, sizes: &Sizes) -> Vec<(Vec<f64>, usize, f64)> {
    let centres = (event - sizes.shift..=event + sizes.shift).step_by(sizes.stride.div_ceil(2));
    let each = centres.map(|c| (cut(x, c, sizes), c));
    each.map(|(w, c)| (energy(&w), w, c)).map(|(e, w, c)| (w, c, e)).collect()
}

/// Least relative squared distance over the windows, and the centre there.
fn distance(windows: &[(Vec<f64>, usize, f64)], shape: &[f64]) -> (f64, usize) {
    let own = energy(shape);
    let mut best = (f64::MAX, 0);
    for (window, centre, energy) in windows {
        // (‖a‖ − ‖b‖)² bounds the distance from below: most shapes are passed over by their size.
        let bound = (energy.sqrt() - own.sqrt()).powi(2) / energy.min(own).max(f64::MIN_POSITIVE);
        if bound < SAME && bound < best.0 {
            let d = relative(window, shape);
            if d < best.0 {
                best = (d, *centre);
            }
        }
    }
    best
}

/// Groups events by shape in two passes: first seen leads, then all are held against the groups' means.
fn group(x: &[f64], events: &[usize], sizes: &Sizes) -> Vec<Vec<usize>> {
    let nearest = |shapes: &[Vec<f64>], event: usize| {
        let windows = windows(x, event, sizes);
        let each = shapes.iter().enumerate().map(|(k, s)| (k, distance(&windows, s)));
        each.min_by(|a, b| a.1.0.total_cmp(&b.1.0)).filter(|(_, (d, _))| *d < SAME)
    };
    let mut shapes: Vec<Vec<f64>> = Vec::new();
    let mut counts: Vec<f64> = Vec::new();
    for &event in events {
        if let Some((k, (_, centre))) = nearest(&shapes, event) {
            counts[k] += 1.0;
            let weight = 1.0 / counts[k];
            for (s, v) in shapes[k].iter_mut().zip(cut(x, centre, sizes)) {
                *s += (v - *s) * weight;
            }
        } else if shapes.len() < MOST.1 {
            shapes.push(cut(x, event, sizes));
            counts.push(1.0);
        }
    }
    // Groups with too few members are superpositions or chance.
    let mut shapes: Vec<Vec<f64>> =
        shapes.into_iter().zip(counts).filter(|(_, n)| *n >= 5.0).map(|(s, _)| s).collect();
    // One unit can lead twice when its shape varied at first.
    let most = sizes.shift.div_ceil(sizes.stride);
    let alike = |a: &[f64], b: &[f64]| {
        (0..=most).any(|s| {
            let n = a.len().saturating_sub(s);
            relative(&a[s..], &b[..n]) < SAME || relative(&a[..n], &b[s..]) < SAME
        })
    };
    let mut k = 1;
    while k < shapes.len() {
        if shapes[..k].iter().any(|s| alike(s, &shapes[k])) {
            shapes.remove(k);
        } else {
            k += 1;
        }
    }
    let mut groups = vec![Vec::new(); shapes.len()];
    for &event in events {
        if let Some((k, (_, centre))) = nearest(&shapes, event) {
            groups[k].push(centre);
        }
    }
    groups.iter_mut().for_each(|g| g.sort_unstable());
    groups
}

/// Whether train `b` follows or leads `a` at a fixed lag within 15 ms: a late part of the same potential.
fn locked(a: &[f64], b: &[f64]) -> bool {
    let lag = |t: &f64| {
        let i = a.partition_point(|u| u < t);
        let near = [i.checked_sub(1), Some(i)].into_iter().flatten().filter_map(|k| a.get(k));
        near.map(|u| t - u).min_by(|x, y| x.abs().total_cmp(&y.abs()))
    };
    let lags: Vec<f64> = b.iter().filter_map(lag).filter(|l| l.abs() < 0.015).collect();
    let middle = quantile(&mut lags.clone(), 0.5);
    // Half of the train within 0.5 ms of one lag; by chance it would be a few per cent.
    2 * lags.iter().filter(|l| (*l - middle).abs() < 0.5e-3).count() > b.len()
}

/// Averages and measures one group. `None` when the average is no potential: lower than 50 µV (half of the
/// usual turn limit; ours), or its largest deflection touches the window's edge.
#[expect(clippy::cast_precision_loss, reason = "counts of samples")]
fn measure(x: &[f64], centres: &[usize], sizes: &Sizes) -> Option<Mup> {
    let fs = sizes.fs;
    let step = centres.len().div_ceil(MOST.2);
    let used: Vec<usize> = centres.iter().copied().step_by(step).collect();
    let mut column = Vec::new();
    let mut noise = Vec::new();
    let mut average: Vec<f64> = (0..=2 * sizes.wide)
        .map(|k| {
            column.clear();
            column.extend(used.iter().map(|c| x[c + k - sizes.wide]));
            let middle = quantile(&mut column, 0.5);
            let mut apart: Vec<f64> = column.iter().map(|v| (v - middle).abs()).collect();
            noise.push(1.4826 * quantile(&mut apart, 0.5));
            middle
        })
        .collect();
    let edge = (sizes.wide / 5).max(1);
    let mut ends: Vec<f64> =
        average[..edge].iter().chain(&average[average.len() - edge..]).copied().collect();
    let baseline = quantile(&mut ends, 0.5);
    average.iter_mut().for_each(|v| *v -= baseline);
    // 1.2533: a median is that much noisier than a mean.
    let noise = 1.2533 * quantile(&mut noise, 0.3) / (used.len() as f64).sqrt();

    let core = sizes.wide - 2 * sizes.half..=sizes.wide + 2 * sizes.half;
    let (low, high) =
        core.clone().fold((f64::MAX, f64::MIN), |(l, h), i| (l.min(average[i]), h.max(average[i])));
    let amplitude = high - low;
    if !amplitude.is_finite() || amplitude < 50e-6 {
        return None;
    }
    let peak = core.clone().max_by(|&a, &b| average[a].abs().total_cmp(&average[b].abs()))?;
    // Amplitude and slope limits after Stålberg 1986; the constants vary by machine. Ours: 10 µV and 10 µV
    // in 1 ms, or three times the average's noise, for 1 ms.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of samples")]
    let hold = ((1e-3 * fs).round() as usize).max(1);
    let limit = (3.0 * noise).max(10e-6);
    let flat = |i: usize| {
        average[i].abs() < limit && (average[i + hold] - average[i]).abs() < limit.max(4.3 * noise)
    };
    let end = (peak..average.len() - 2 * hold).find(|&i| (i..i + hold).all(flat));
    let start = (hold..=peak).rev().find(|&i| (i - hold..i).all(flat));
    let inside = start.zip(end);
    let (from, to) = inside.unwrap_or((*core.start(), *core.end()));
    let body = &average[from..=to];
    let mut found = Vec::new();
    turns(body, 25e-6, &mut found);
    let within = found.len();
    // The main spike: the largest deflection between neighbouring turns, the window's ends among them.
    let core = &average[core];
    turns(core, 25e-6, &mut found);
    let rise = found
        .windows(2)
        .max_by(|a, b| (a[1].value - a[0].value).abs().total_cmp(&(b[1].value - b[0].value).abs()));
    let rise_time = rise.map(|p| (p[1].index - p[0].index) as f64 / fs);
    let mut signs: Vec<f64> = body.iter().filter(|v| v.abs() >= 25e-6).map(|v| v.signum()).collect();
    signs.dedup();
    let times_s: Vec<f64> = centres.iter().map(|&c| c as f64 / fs).collect();
    let rate = rate(&times_s);
    Some(Mup {
        times_s,
        amplitude,
        duration: inside.map(|(a, b)| (b - a) as f64 / fs),
        rise_time,
        area: inside.map(|_| body.iter().map(|v| v.abs()).sum::<f64>() / fs),
        phases: signs.len().max(1),
        turns: within,
        rate,
    })
}

/// See [`Mup::rate`].
#[expect(clippy::cast_precision_loss, reason = "a count of intervals")]
fn rate(times_s: &[f64]) -> Option<f64> {
    let within = times_s.windows(2).map(|p| p[1] - p[0]).filter(|d| (0.03..=0.3).contains(d));
    let mut intervals: Vec<f64> = within.collect();
    intervals.sort_by(f64::total_cmp);
    let around =
        |m: f64| intervals.partition_point(|d| *d < 0.8 * m)..intervals.partition_point(|d| *d <= 1.2 * m);
    // The first of the fullest, so the shortest interval wins over its multiples.
    let best = intervals.iter().map(|&m| around(m)).rev().max_by_key(ExactSizeIterator::len)?;
    let usual = &intervals[best];
    (usual.len() >= 5).then(|| usual.len() as f64 / usual.iter().sum::<f64>())
}
