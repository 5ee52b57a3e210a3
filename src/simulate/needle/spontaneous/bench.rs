//! What all kinds of activity need: the recording, the workshop, the needle's surroundings.

use super::super::Plan;
use super::super::draw::Draw;
use super::super::fibre::{Course, Fibre};
use super::super::measures::measure;
use super::super::muscle::Pathology;
use super::super::pool::UNITS;
use super::super::site::{self, Layout, Territory};
use super::super::source::{Member, Peak, Source, Workshop};
use super::Activity;
use crate::truth::{RecordingTruth, SpontaneousTruth};

/// Trials until a source is as tall as its kind is.
const TRIALS: usize = 24;
/// What is put in stands at least so many times above the noise's RMS: what nobody can see is no truth. Ours.
const CLEAR: f64 = 9.0;

/// A discharge: when, and how tall in multiples of its source.
pub(super) type Beat = (f64, f64);

/// A rest recording in the making.
pub(super) struct Bench<'a> {
    pub(super) plan: &'a Plan,
    pub(super) signal: &'a mut [f64],
    pub(super) workshop: &'a mut Workshop,
    pub(super) truth: &'a mut RecordingTruth,
    pub(super) draw: &'a mut Draw,
    pub(super) seconds: f64,
}

impl<'a> Bench<'a> {
    #[expect(clippy::cast_precision_loss, reason = "lengths of signals")]
    pub(super) fn new(
        plan: &'a Plan,
        signal: &'a mut [f64],
        workshop: &'a mut Workshop,
        truth: &'a mut RecordingTruth,
        draw: &'a mut Draw,
    ) -> Self {
        let seconds = signal.len() as f64 / workshop.sampling_frequency;
        Bench { plan, signal, workshop, truth, draw, seconds }
    }

    /// A source of `make` whose height lies between `low` and `high` (V), or the last one tried brought
    /// there by a factor; and that factor.
    pub(super) fn fitting(
        &mut self,
        (low, high): (f64, f64),
        peak: Peak,
        mut make: impl FnMut(&mut Draw) -> Vec<Member>,
    ) -> (Source, f64) {
        let low = low.max(CLEAR * self.plan.noise.white.hypot(self.plan.noise.pink));
        let high = high.max(2.0 * low);
        let mut trial = 0;
        loop {
            trial += 1;
            let members = make(self.draw);
            let source = self.workshop.source(&members, &self.plan.electrode, None, peak);
            if (low..=high).contains(&source.amplitude) {
                return (source, 1.0);
            }
            if trial >= TRIALS && source.amplitude > 0.0 {
                let scale = self.draw.log_uniform(low, high) / source.amplitude;
                return (source, scale);
            }
            if trial >= 4 * TRIALS {
                return (source, 1.0);
            }
        }
    }

    /// Adds the beats and writes the train down; those outside the recording are left out.
    pub(super) fn play(&mut self, kind: Activity, source: &Source, scale: f64, beats: &[Beat]) {
        let inside: Vec<Beat> =
            beats.iter().copied().filter(|(t, _)| (0.0..self.seconds).contains(t)).collect();
        for &(t, height) in &inside {
            source.add(self.signal, t, 0.0, scale * height, self.draw);
        }
        self.tell(kind, source, scale, &inside);
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "inside the potential")]
    fn tell(&mut self, kind: Activity, source: &Source, scale: f64, beats: &[Beat]) {
        if beats.is_empty() {
            return;
        }
        let scaled: Vec<f64> = source.mean.iter().map(|x| x * scale).collect();
        let peak = (source.peak * source.frequency).round() as usize;
        let muap = measure(&scaled, source.frequency, peak).muap;
        self.truth.spontaneous.push(SpontaneousTruth {
            kind: kind.id().into(),
            discharge_times_s: beats.iter().map(|(t, _)| (t * 1e6).round() / 1e6).collect(),
            amplitude_uv: muap.amplitude_uv,
            duration_ms: muap.duration_ms,
        });
    }

    /// A stretch of the recording that lasts `least` seconds or more, where it is so long.
    pub(super) fn stretch(&mut self, least: f64) -> (f64, f64) {
        let length = self.draw.uniform(least.min(self.seconds), self.seconds);
        let start = self.draw.uniform(0.0, self.seconds - length);
        (start, start + length)
    }
}

/// Where the needle lies: makes fibres and units around it.
#[derive(Clone, Copy)]
pub(super) struct Ground<'a>(pub(super) &'a Plan);

impl Ground<'_> {
    /// One fibre, seen across `near` mm, its end-plate `end_plate` mm away along it.
    pub(super) fn fibre(
        self,
        draw: &mut Draw,
        near: (f64, f64),
        end_plate: f64,
        diameter_um: f64,
        course: Course,
    ) -> Fibre {
        let angle = draw.uniform(-1.2, 1.2);
        let distance = draw.log_uniform(near.0, near.1);
        let (low, high) = self.0.anatomy.lengths;
        Fibre {
            x: distance * angle.cos(),
            y: distance * angle.sin(),
            diameter_um,
            end_plate,
            lengths: [draw.uniform(low, high).max(end_plate.abs() + 4.0), draw.uniform(low, high).max(8.0)],
            delay: 1e-3,
            course,
        }
    }

    /// A motor unit of the muscle whose territory holds the needle.
    pub(super) fn unit(self, draw: &mut Draw) -> Vec<Member> {
        let plan = self.0;
        let whole = Pathology { loss: 0.0, ..plan.pathology };
        let Some(mut territory) = Self::territory(plan, &whole, draw) else { return Vec::new() };
        // From its own centre to a place inside it.
        let n = u32::try_from(territory.fibres.len().max(1)).unwrap_or(u32::MAX);
        let (x, y) = territory
            .fibres
            .iter()
            .fold((0.0, 0.0), |(x, y), f| (x + f.0 / f64::from(n), y + f.1 / f64::from(n)));
        let (dx, dy) = draw.disc(2.2);
        territory.fibres.iter_mut().for_each(|f| *f = (f.0 - x + dx, f.1 - y + dy, f.2));
        let layout = Layout::draw(plan.anatomy, draw);
        site::members(&territory, (0.0, 0.0), plan.anatomy, &whole, layout, draw)
    }

    fn territory(plan: &Plan, pathology: &Pathology, draw: &mut Draw) -> Option<Territory> {
        let number = 1 + draw.below(UNITS / 2);
        site::territories(plan.anatomy, pathology, number, draw).pop()
    }
}
