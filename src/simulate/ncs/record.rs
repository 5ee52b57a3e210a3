//! From noise-free responses to what a device records: sweeps with artefact, noise, mains, in its layout.

use super::options::{Degenerate, Options, Source};
use super::subject::Subject;
use super::waveform::Grid;
use crate::simulate::coloured::{pink, root_mean_square};
use crate::simulate::draw::Draw;
use std::f64::consts::TAU;

/// How the recordings of one test are stored; [`Source`] with everything decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// Delimited text.
    Text,
    /// EDF+D.
    Records,
    /// Continuous WFDB with annotations.
    AnnotatedWfdb,
    /// Continuous EDF+C with annotations.
    AnnotatedEdf,
    /// Continuous WFDB, the times in the study file.
    Times,
}

impl Layout {
    /// The layout of a test.
    pub(super) fn of(source: Source, draw: &mut Draw) -> Self {
        let (any, second) = (draw.below(5), draw.chance(0.5));
        match source {
            Source::Text => Layout::Text,
            Source::Records => Layout::Records,
            Source::Annotations if second => Layout::AnnotatedWfdb,
            Source::Annotations => Layout::AnnotatedEdf,
            Source::Times => Layout::Times,
            Source::Mixed => {
                [Layout::Text, Layout::Records, Layout::AnnotatedWfdb, Layout::AnnotatedEdf, Layout::Times]
                    [any]
            }
        }
    }
    pub(super) fn extension(self) -> &'static str {
        match self {
            Layout::Text => "csv",
            Layout::Records | Layout::AnnotatedEdf => "edf",
            Layout::AnnotatedWfdb | Layout::Times => "hea",
        }
    }
    /// Whether sweeps lie apart from each other.
    pub(super) fn is_sweeps(self) -> bool {
        matches!(self, Layout::Text | Layout::Records)
    }
}

/// What is recorded how.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting {
    pub(super) layout: Layout,
    pub(super) fs: f64,
    /// Sweep from the stimulus, s: start, not above 0, and end.
    pub(super) window: (f64, f64),
    /// Between stimuli, s.
    pub(super) interval: f64,
    pub(super) sweeps: usize,
    /// White noise, V RMS.
    pub(super) noise: f64,
    /// Stimulus artefact, V: fast and slow part.
    pub(super) artefact: (f64, f64),
    /// Time constant of the slow part, s.
    pub(super) artefact_tau: f64,
    pub(super) mains: f64,
    pub(super) mains_frequency: f64,
    /// Whether electrodes move.
    pub(super) moves: bool,
}

/// Time constant of the artefact's fast part, s, and of the slow part where nothing is wrong (reference text 7.5).
const FAST_TAU: f64 = 0.25e-3;
const SLOW_TAU: f64 = 1.5e-3;

impl Setting {
    /// Setting of a motor recording; `window_end` in s.
    pub(super) fn motor(
        options: &Options,
        subject: &Subject,
        layout: Layout,
        window_end: f64,
        draw: &mut Draw,
    ) -> Self {
        let sign = if draw.chance(0.5) { 1.0 } else { -1.0 };
        let artefact = (sign * draw.log_uniform(0.5e-3, 8e-3), sign * draw.uniform(0.0, 60e-6));
        let long = (sign * draw.uniform(1e-3, 4e-3), draw.uniform(2.5e-3, 6e-3));
        let over = options.spoilt(Degenerate::Artefact);
        Setting {
            layout,
            fs: options.sampling_frequency.0,
            window: (-subject.pre, window_end),
            interval: 0.5,
            sweeps: 1,
            noise: subject.noise.0,
            artefact: if over { (artefact.0, long.0) } else { artefact },
            artefact_tau: if over { long.1 } else { SLOW_TAU },
            mains: subject.mains,
            mains_frequency: subject.mains_frequency,
            moves: options.spoilt(Degenerate::Movement),
        }
    }
    /// Setting of a sensory recording.
    pub(super) fn sensory(
        options: &Options,
        subject: &Subject,
        layout: Layout,
        window_end: f64,
        draw: &mut Draw,
    ) -> Self {
        let motor = Setting::motor(options, subject, layout, window_end, draw);
        let over = options.spoilt(Degenerate::Artefact);
        // Tenths of the motor ones: electrodes and currents are smaller.
        let slow = if over { 0.06 } else { 0.07 };
        Setting {
            artefact: (0.12 * motor.artefact.0, slow * motor.artefact.1),
            artefact_tau: if over { 0.5 * motor.artefact_tau } else { motor.artefact_tau },
            interval: 0.137,
            sweeps: options.sensory_sweeps,
            noise: subject.noise.1,
            ..motor
        }
    }
}

/// Part of each process of the 1/f noise in the white noise. Ours: the eight processes at 20 kHz then have a quarter
/// of its RMS.
const SLOW_SHARE: f64 = 0.09;

/// Recorded sweeps, V, active minus reference.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Recorded {
    pub(super) fs: f64,
    /// Time of each sweep's first sample from its stimulus.
    pub(super) starts: Vec<f64>,
    /// For continuous layouts the sweeps follow each other without a gap.
    pub(super) samples: Vec<Vec<f64>>,
    /// Of each stimulus from the recording's start, s.
    pub(super) stimuli: Vec<f64>,
    /// Sweep from the stimulus, s.
    pub(super) window: (f64, f64),
    /// RMS of the noise without mains and artefact, V.
    pub(super) noise: f64,
}

/// Records `setting.sweeps` responses. `response` adds the noise-free response to the stimulus of that number, negative
/// up, on the grid of times that it is given.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "lengths of recordings")]
#[expect(clippy::cast_precision_loss, reason = "lengths of recordings")]
pub(super) fn record(
    setting: &Setting,
    draw: &mut Draw,
    mut response: impl FnMut(usize, Grid, &mut [f64]),
) -> Recorded {
    let fs = setting.fs;
    let n = setting.sweeps;
    let before = (-setting.window.0 * fs).round();
    let window = (-before / fs, setting.window.1);
    let length = ((window.1 - window.0) * fs).round().max(2.0) as usize;
    // A continuous recording's first stimulus lies between two samples.
    let lead = 0.02 + draw.unit() / fs - window.0;
    let interval = setting.interval.max(window.1 - window.0);
    let stimuli: Vec<f64> = (0..n).map(|k| ((lead + k as f64 * interval) * 1e6).round() * 1e-6).collect();
    let edge = |k: usize| match k {
        0 => 0,
        k if k < n => ((stimuli[k] + window.0) * fs).round() as usize,
        _ => ((stimuli[n - 1] + window.1.max(interval + window.0)) * fs).round() as usize,
    };
    let grids: Vec<Grid> = (0..n)
        .map(|k| match setting.layout.is_sweeps() {
            true => Grid { start: window.0, step: 1.0 / fs, len: length },
            false => {
                let (from, to) = (edge(k), edge(k + 1));
                Grid { start: from as f64 / fs - stimuli[k], step: 1.0 / fs, len: to - from }
            }
        })
        .collect();
    let total: usize = grids.iter().map(|g| g.len).sum();
    let mut noise = pink(total, fs, draw);
    noise.iter_mut().for_each(|x| *x = setting.noise * (SLOW_SHARE * *x + draw.normal(0.0, 1.0)));
    let rms = root_mean_square(&noise);
    let mut phase = draw.uniform(0.0, TAU);
    let harmonic = (draw.uniform(0.0, 0.3), draw.uniform(0.0, TAU));
    let mut offset = draw.uniform(-1.0, 1.0) * 2.0 * setting.noise;
    let mut samples = Vec::with_capacity(n);
    let mut done = 0;
    for (k, grid) in grids.iter().enumerate() {
        let mut x = vec![0.0; grid.len];
        response(k, *grid, &mut x);
        let strength = draw.normal(1.0, 0.02);
        let jump = if setting.moves { Some(movement(grid.time(grid.len), draw)) } else { None };
        if setting.layout.is_sweeps() {
            phase = draw.uniform(0.0, TAU);
            offset = draw.uniform(-1.0, 1.0) * 2.0 * setting.noise;
        }
        for (i, x) in x.iter_mut().enumerate() {
            let t = grid.time(i);
            if t >= 0.0 {
                *x += strength
                    * (setting.artefact.0 * (-t / FAST_TAU).exp()
                        + setting.artefact.1 * (-t / setting.artefact_tau).exp());
            }
            let angle = TAU * setting.mains_frequency * (done + i) as f64 / fs + phase;
            *x += setting.mains * (angle.sin() + harmonic.0 * (3.0 * angle + harmonic.1).sin());
            *x += noise[done + i] + offset;
            if let Some((at, size, tau)) = jump
                && t >= at
            {
                *x += size * 40.0 * setting.noise * (-(t - at) / tau).exp();
            }
            // Files hold active minus reference.
            *x = -*x;
        }
        done += grid.len;
        samples.push(x);
    }
    let starts = grids.iter().map(|g| g.start).collect();
    Recorded { fs, starts, samples, stimuli, window, noise: rms }
}

/// A shift of an electrode: when, how large (about 1), how fast it settles.
fn movement(end: f64, draw: &mut Draw) -> (f64, f64, f64) {
    let size = draw.normal(0.0, 1.0) + if draw.chance(0.5) { 1.0 } else { -1.0 };
    (draw.uniform(-0.004, 0.6 * end), size, draw.log_uniform(3e-3, 60e-3))
}

impl Recorded {
    /// What an amplifier does that saturates at `limit` V.
    pub(super) fn saturate(&mut self, limit: f64) {
        self.samples.iter_mut().flatten().for_each(|x| *x = x.clamp(-limit, limit));
    }
    /// Multiplies everything: a wrong gain.
    pub(super) fn multiply(&mut self, by: f64) {
        self.samples.iter_mut().flatten().for_each(|x| *x *= by);
    }
}
