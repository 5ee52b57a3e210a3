//! What is no muscle, and what spoils a recording.

use super::draw::Draw;
use crate::truth::{ArtefactTruth, RecordingTruth};
use std::f64::consts::{PI, TAU};

/// A kind of artefact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Artefact {
    /// Mains hum of 20 to 150 µV with harmonics.
    Mains,
    /// Slow swings as the electrode or the limb moves.
    Movement,
    /// The converter's range ends below the signal.
    Clipping,
    /// The converter's numbers run over.
    Wrap,
    /// Pulses of a stimulator at a steady rate.
    Stimulator,
    /// Pulses of a pacemaker.
    Pacemaker,
    /// Nothing but hum: the needle lies outside the muscle.
    HumOnly,
    /// A line.
    Flat,
    /// No active fibre within a millimetre of the needle.
    FarFromFibre,
}

impl Artefact {
    /// Every kind with its word.
    pub const WORDS: &'static [(&'static str, Artefact)] = &[
        ("mains", Artefact::Mains),
        ("movement", Artefact::Movement),
        ("clipping", Artefact::Clipping),
        ("wrap", Artefact::Wrap),
        ("stimulator", Artefact::Stimulator),
        ("pacemaker", Artefact::Pacemaker),
        ("hum_only", Artefact::HumOnly),
        ("flat", Artefact::Flat),
        ("far_from_fibre", Artefact::FarFromFibre),
    ];
    /// The word.
    pub fn name(self) -> &'static str {
        Self::WORDS.iter().find(|(_, a)| *a == self).map_or("unknown", |(word, _)| word)
    }

    /// Adds it to a recording in V that has passed the amplifier, and tells it. What a converter does to it is
    /// in [`Artefact::converter`].
    pub(super) fn add(self, x: &mut [f64], fs: f64, truth: &mut RecordingTruth, draw: &mut Draw) {
        let seconds = truth.duration_s;
        let mut tell = |start_s: f64, end_s: f64| {
            truth.artefacts.push(ArtefactTruth {
                kind: self.name().into(),
                start_s,
                end_s: end_s.min(seconds),
            });
        };
        match self {
            Artefact::Mains | Artefact::HumOnly => {
                let frequency = if draw.chance(0.7) { 50.0 } else { 60.0 };
                let height = draw.log_uniform(20e-6, 150e-6);
                hum(x, fs, frequency, height, draw);
                tell(0.0, seconds);
            }
            Artefact::Movement => {
                for _ in 0..1 + draw.below(4) {
                    let length = draw.uniform(0.15, 0.8).min(0.5 * seconds);
                    let start = draw.uniform(0.0, seconds - length);
                    swing(x, fs, start, length, draw);
                    tell(start, start + length);
                }
            }
            Artefact::Stimulator => {
                let (rate, height) = (draw.log_uniform(1.0, 30.0), draw.log_uniform(0.3e-3, 3e-3));
                pulses(
                    x,
                    fs,
                    rate,
                    Pulse { height, width: 0.2e-3, decay: draw.uniform(0.3e-3, 1.5e-3) },
                    draw,
                );
                tell(0.0, seconds);
            }
            Artefact::Pacemaker => {
                let (rate, height) = (draw.uniform(1.0, 1.4), draw.log_uniform(0.2e-3, 2e-3));
                pulses(x, fs, rate, Pulse { height, width: draw.uniform(0.4e-3, 1.5e-3), decay: 4e-3 }, draw);
                tell(0.0, seconds);
            }
            Artefact::Flat => {
                x.fill(draw.uniform(-20e-6, 20e-6));
                tell(0.0, seconds);
            }
            Artefact::Clipping | Artefact::Wrap | Artefact::FarFromFibre => tell(0.0, seconds),
        }
    }

    /// What the converter does to a recording whose greatest height is `most` (V).
    pub(super) fn converter(self, most: f64, draw: &mut Draw) -> Converter {
        match self {
            Artefact::Clipping => Converter::Clips(most * draw.uniform(0.3, 0.65)),
            Artefact::Wrap => Converter::Wraps(most * draw.uniform(0.55, 0.85)),
            _ => Converter::Holds,
        }
    }

    /// Whether nothing of the muscle is left in the recording.
    pub(super) fn hides_muscle(self) -> bool {
        matches!(self, Artefact::HumOnly | Artefact::Flat)
    }
}

/// What a converter does beyond its range, V.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Converter {
    /// The range holds the signal.
    Holds,
    /// Stays at the end of its range.
    Clips(f64),
    /// Comes back from the other end.
    Wraps(f64),
}

#[expect(clippy::cast_precision_loss, reason = "lengths of signals")]
fn hum(x: &mut [f64], fs: f64, frequency: f64, height: f64, draw: &mut Draw) {
    let parts: Vec<(f64, f64, f64)> = [(1.0, 1.0), (2.0, 0.15), (3.0, 0.4), (5.0, 0.25), (7.0, 0.12)]
        .iter()
        .filter(|(harmonic, _)| harmonic * frequency < 0.45 * fs)
        .map(|&(harmonic, most)| {
            let share = if harmonic == 1.0 { 1.0 } else { draw.uniform(0.0, most) };
            (TAU * harmonic * frequency / fs, share, draw.uniform(0.0, TAU))
        })
        .collect();
    for (i, x) in x.iter_mut().enumerate() {
        *x +=
            height * parts.iter().map(|(w, share, phase)| share * (w * i as f64 + phase).sin()).sum::<f64>();
    }
}

/// A few slow waves under a cosine bell.
#[expect(clippy::cast_precision_loss, reason = "lengths of signals")]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "inside the recording")]
fn swing(x: &mut [f64], fs: f64, start: f64, length: f64, draw: &mut Draw) {
    let height = draw.log_uniform(0.3e-3, 3e-3);
    let waves: Vec<(f64, f64, f64)> = (0..4)
        .map(|_| (draw.log_uniform(2.0, 30.0), draw.uniform(0.2, 0.6), draw.uniform(0.0, TAU)))
        .collect();
    let (first, end) = ((start * fs) as usize, (((start + length) * fs) as usize).min(x.len()));
    for (i, x) in x.iter_mut().enumerate().take(end).skip(first) {
        let t = i as f64 / fs - start;
        let bell = (PI * t / length).sin().powi(2);
        *x += height * bell * waves.iter().map(|(f, share, p)| share * (TAU * f * t + p).sin()).sum::<f64>();
    }
}

struct Pulse {
    height: f64,
    width: f64,
    decay: f64,
}

/// Steady pulses, each followed by a decay of the other sign.
#[expect(clippy::cast_precision_loss, reason = "lengths of signals")]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "inside the recording")]
fn pulses(x: &mut [f64], fs: f64, rate: f64, pulse: Pulse, draw: &mut Draw) {
    let mut t = draw.unit() / rate;
    while t * fs < x.len() as f64 {
        let first = (t * fs) as usize;
        let end = (((t + pulse.width + 6.0 * pulse.decay) * fs) as usize + 1).min(x.len());
        for (i, x) in x.iter_mut().enumerate().take(end).skip(first) {
            let since = i as f64 / fs - t;
            *x += pulse.height
                * if since < pulse.width { 1.0 } else { -0.3 * (-(since - pulse.width) / pulse.decay).exp() };
        }
        t += 1.0 / rate;
    }
}
