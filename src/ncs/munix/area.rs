//! Areas and powers, and what must be taken away before them.

use crate::dsp::mains::MainsOptions;
use crate::ncs::Sweep;
use crate::trace::Trace;
use crate::units::{Hertz, Seconds};
use crate::{Error, Result};
use realfft::RealFftPlanner;
use std::ops::Range;

/// What a stretch holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Content {
    /// ∫|x|dt, V·s.
    pub(super) area: f64,
    /// ∫x²dt, V²·s.
    pub(super) power: f64,
    /// Largest value, V.
    pub(super) peak: f64,
    /// Share of 20-ms windows whose RMS is at least a fifth of the largest one's.
    pub(super) active: f64,
    /// Share of the envelope's variance at one frequency from 3 to 12 Hz and its neighbours.
    pub(super) repeating: f64,
}

/// Windows of the envelope, s.
const WINDOW: f64 = 0.02;
/// A window is active from this share of the largest RMS on. Ours.
const ACTIVE: f64 = 0.2;
/// Frequencies of tremor, Hz: physiological and pathological (Deuschl et al. 1998, Mov Disord 13 Suppl 3:2).
const TREMOR: Range<f64> = 3.0..12.0;

#[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
fn float(n: usize) -> f64 {
    n as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive, bounded by its use")]
fn count(x: f64) -> usize {
    x.round() as usize
}

impl Content {
    pub(super) fn of(x: &[f64], fs: f64) -> Self {
        let area = x.iter().map(|v| v.abs()).sum::<f64>() / fs;
        let power = x.iter().map(|v| v * v).sum::<f64>() / fs;
        let peak = x.iter().copied().fold(0.0, f64::max);
        let envelope: Vec<f64> = x
            .chunks(count(WINDOW * fs).max(1))
            .map(|w| (w.iter().map(|v| v * v).sum::<f64>() / float(w.len())).sqrt())
            .collect();
        let most = envelope.iter().copied().fold(0.0, f64::max);
        let active = envelope.iter().filter(|e| **e >= ACTIVE * most).count();
        Content {
            area,
            power,
            peak,
            active: float(active) / float(envelope.len().max(1)),
            repeating: repeating(&envelope),
        }
    }
}

/// Largest share of the envelope's variance within 1 Hz of one frequency of tremor. Epochs are short: a
/// direct sum over quarter hertz is enough.
fn repeating(envelope: &[f64]) -> f64 {
    let n = float(envelope.len().max(1));
    let mean = envelope.iter().sum::<f64>() / n;
    let variance: f64 = envelope.iter().map(|e| (e - mean).powi(2)).sum();
    if variance <= 0.0 {
        return 0.0;
    }
    let steps = count((TREMOR.end - TREMOR.start) * 4.0);
    (0..=steps)
        .map(|i| {
            let step = std::f64::consts::TAU * (TREMOR.start + float(i) / 4.0) * WINDOW;
            let (mut re, mut im) = (0.0, 0.0);
            for (k, e) in envelope.iter().enumerate() {
                let (sin, cos) = (step * float(k)).sin_cos();
                re += (e - mean) * cos;
                im += (e - mean) * sin;
            }
            // Share of the variance that a sinusoid of this frequency explains.
            2.0 * (re * re + im * im) / n / variance
        })
        .fold(0.0, f64::max)
}

fn median(x: &[f64]) -> f64 {
    let mut x = x.to_vec();
    x.sort_unstable_by(f64::total_cmp);
    let n = x.len();
    if n == 0 { 0.0 } else { (x[n / 2] + x[(n - 1) / 2]) / 2.0 }
}

/// Length of the windows that may be silent, s, and how many of them must be.
const SILENCE: f64 = 0.005;
const SILENT_SHARE: f64 = 0.1;
/// Windows are silent where their standard deviation is below this share of the epoch's. Ours: in an
/// interference pattern without gaps the quietest tenth is at a third or more.
const SILENT: f64 = 0.15;

/// Takes offset and drift away: the line through what is silent between the potentials, or, where nothing is,
/// the line through all. A potential's mean need not be zero, so the first is right where it can be had; a
/// dense pattern has passed the amplifier's high-pass and has mean zero.
pub(super) fn baseline(x: &mut [f64], fs: f64) {
    let all: Vec<((f64, f64), f64)> = x.iter().enumerate().map(|(i, v)| ((float(i), *v), 1.0)).collect();
    let (offset, slope) = line_through(&all);
    let epoch = (all.iter().map(|((t, v), _)| (v - offset - slope * t).powi(2)).sum::<f64>()
        / float(all.len().max(1)))
    .sqrt();
    let length = count(SILENCE * fs).max(4);
    let mut windows: Vec<(f64, (f64, f64))> = x
        .chunks_exact(length)
        .enumerate()
        .map(|(i, w)| {
            let mean = w.iter().sum::<f64>() / float(length);
            let square = w.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / float(length);
            (square.sqrt(), (float(i * length) + float(length - 1) / 2.0, mean))
        })
        .collect();
    windows.sort_by(|a, b| a.0.total_cmp(&b.0));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a count")]
    let quiet = (SILENT_SHARE * float(windows.len())) as usize;
    let (offset, slope) = match windows.get(quiet) {
        Some(w) if w.0 < SILENT * epoch && quiet > 0 => {
            // The tail of a potential is not silence: the quieter a window, the more it counts.
            let (limit, floor) = (1.5 * w.0, 1e-6 * epoch);
            let silent = windows.iter().take_while(|v| v.0 <= limit);
            let silent: Vec<_> = silent.map(|(sd, at)| (*at, 1.0 / (sd * sd + floor * floor))).collect();
            line_through(&silent)
        }
        _ => (offset, slope),
    };
    for (i, v) in x.iter_mut().enumerate() {
        *v -= offset + slope * float(i);
    }
}

/// Least-squares line through weighted points: its value at 0 and its slope.
fn line_through(points: &[((f64, f64), f64)]) -> (f64, f64) {
    let weight: f64 = points.iter().map(|p| p.1).sum();
    if weight <= 0.0 {
        return (0.0, 0.0);
    }
    let mean = |f: fn(&(f64, f64)) -> f64| points.iter().map(|(p, w)| w * f(p)).sum::<f64>() / weight;
    let (mean_t, mean_y) = (mean(|p| p.0), mean(|p| p.1));
    let square: f64 = points.iter().map(|((t, _), w)| w * (t - mean_t).powi(2)).sum();
    let product: f64 = points.iter().map(|((t, y), w)| w * (t - mean_t) * (y - mean_y)).sum();
    let slope = if square > 0.0 { product / square } else { 0.0 };
    (mean_y - slope * mean_t, slope)
}

/// Least baseline in front of the stimulus that is one, s; else the sweep's end is taken.
const BASELINE: f64 = 0.002;
/// The CMAP reaches from its peak to where it stays within so many standard deviations of the baseline for so
/// long, s. Ours: the noise of a long tail would add to its area.
const REACH: f64 = 3.0;
const QUIET: f64 = 0.002;

/// Area, power and peak of the CMAP: its baseline taken away, from where it first to where it last stands out
/// of the noise.
pub(super) fn cmap(sweep: Sweep<'_>, window: (Seconds, Seconds)) -> Result<Content> {
    let fs = sweep.sampling_frequency().0;
    let x = sweep.samples();
    let (from, to) = (sweep.index(window.0.0), sweep.index(window.1.0));
    if to < from + 2 {
        let what = format!("no CMAP between {} and {} s of the sweep", window.0.0, window.1.0);
        return Err(Error::Signal(what));
    }
    let before = sweep.index(0.0);
    let quiet = if float(before) >= BASELINE * fs {
        &x[..before]
    } else {
        // A tenth of the window, at its end.
        &x[to - ((to - from) / 10).max(1)..to]
    };
    let level = median(quiet);
    let deviations: Vec<f64> = quiet.iter().map(|v| (v - level).abs()).collect();
    let noise = median(&deviations) * 1.4826;
    let inside: Vec<f64> = x[from..to].iter().map(|v| v - level).collect();
    let peak = (0..inside.len()).max_by(|a, b| inside[*a].abs().total_cmp(&inside[*b].abs())).unwrap_or(0);
    let quiet_run = count(QUIET * fs).max(1);
    let out = |i: usize| inside[i].abs() > REACH * noise;
    if !out(peak) {
        return Ok(Content::of(&[], fs));
    }
    let (mut first, mut last) = (peak, peak);
    while let Some(next) = (last + 1..(last + 1 + quiet_run).min(inside.len())).rev().find(|i| out(*i)) {
        last = next;
    }
    while let Some(next) = (first.saturating_sub(quiet_run)..first).find(|i| out(*i)) {
        first = next;
    }
    // One sample more on each side: the edges belong to the potential.
    let inside = &inside[first.saturating_sub(1)..(last + 2).min(inside.len())];
    Ok(Content::of(inside, fs))
}

/// Band that the line is held against, Hz, and how far it must stand out of the largest line of the
/// muscle there (in power). Ours: regular firing makes lines too, and no harmonic of it stands out so far.
const BAND: Range<f64> = 15.0..250.0;
const STANDS_OUT: f64 = 4.0;
/// Half-width of the line, Hz, and its multiples.
const LINE_HALF_WIDTH: f64 = 1.6;
const HARMONICS: usize = 3;

/// The stretch without power-line interference, where that stands out of the spectrum.
pub(super) fn without_mains(trace: &Trace<'_>, wanted: bool) -> Vec<f64> {
    let (mut x, fs) = (trace.samples().to_vec(), trace.sampling_frequency());
    if wanted && let Some(nominal) = line(&x, fs.0) {
        let options =
            MainsOptions { nominal: Some(Hertz(nominal)), harmonics: HARMONICS, ..Default::default() };
        // A stretch too short for the fit keeps what it has; it is too short for an epoch as well.
        if let Ok(plan) = options.design(fs) {
            let _ = plan.subtract(&mut x);
        }
    }
    x
}

/// 50 or 60 where that line stands out of the amplitude spectrum (Hann window).
fn line(x: &[f64], fs: f64) -> Option<f64> {
    let n = x.len();
    if float(n) < 0.2 * fs || fs < 2.0 * BAND.end {
        return None;
    }
    let mean = x.iter().sum::<f64>() / float(n);
    let step = std::f64::consts::TAU / float(n);
    let mut input: Vec<f64> =
        x.iter().enumerate().map(|(i, v)| (v - mean) * (1.0 - (step * float(i)).cos())).collect();
    let plan = RealFftPlanner::<f64>::new().plan_fft_forward(n);
    let mut spectrum = plan.make_output_vec();
    plan.process(&mut input, &mut spectrum).ok()?;
    let largest = |take: &dyn Fn(f64) -> bool| {
        let bins = spectrum.iter().enumerate();
        let kept = bins.filter(|(i, _)| {
            let f = float(*i) * fs / float(n);
            BAND.contains(&f) && take(f)
        });
        kept.map(|(_, c)| c.norm_sqr()).fold(0.0, f64::max)
    };
    let near = |f: f64, nominal: f64| (f - nominal).abs() <= LINE_HALF_WIDTH;
    [50.0, 60.0].into_iter().find(|nominal| {
        let multiple = |f: f64| (1..=HARMONICS).any(|h| near(f, nominal * float(h)));
        largest(&|f| near(f, *nominal)) > STANDS_OUT * largest(&|f| !multiple(f))
    })
}
