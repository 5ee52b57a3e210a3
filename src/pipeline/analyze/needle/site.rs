//! One channel of one needle recording: what can be measured of it, and why the rest cannot.

use super::view::NeedleView;
use super::{Effort, LEAST_SECONDS, MOST_SECONDS, undecided};
use crate::needle::activity::{self, Activity};
use crate::needle::decompose::{DecomposeOptions, Decomposition};
use crate::needle::interference::{InterferenceOptions, Pattern};
use crate::needle::muap::{self, Muap};
use crate::needle::spontaneous::{Spontaneous, SpontaneousOptions};
use crate::needle::train::Train;
use crate::pipeline::analyze::Context;
use crate::recording::Channel;
use crate::result::Decomposed;
use crate::trace::Trace;
use crate::units::Hertz;

/// A channel, measured. Times are from the judged stretch's start.
#[derive(Debug, Clone)]
pub(in super::super) struct Site {
    pub(super) context: Context,
    pub(super) channel: String,
    /// Places among the recordings and channels of the analysis.
    pub(in super::super) place: (usize, usize),
    /// From the file, where the study says none.
    pub(super) age_years: Option<f64>,
    pub(super) sampling_frequency: Hertz,
    /// Start of the judged stretch from the recording's start, s.
    pub(super) onset_s: f64,
    pub(super) duration_s: f64,
    pub(super) activity: Option<Activity>,
    pub(super) decomposed: Option<Decomposed>,
    pub(super) trains: Vec<Train>,
    pub(super) muaps: Vec<Result<Muap, &'static str>>,
    pub(super) patterns: Vec<Pattern>,
    pub(super) spontaneous: Option<Spontaneous>,
    /// Why nothing may be interpreted.
    pub(super) refusals: Vec<String>,
    /// What must be said beside the numbers.
    pub(super) notes: Vec<String>,
}

/// Measures the longest stretch of `samples` (volts); `refused` is why the checks say that nothing may be.
pub(in super::super) fn measure(
    context: &Context,
    channel: &Channel,
    samples: &[f64],
    age_years: Option<f64>,
    warnings: &[String],
    refused: Option<&str>,
) -> (Site, NeedleView) {
    let stretches = channel.measurable();
    let longest = stretches.iter().max_by_key(|s| s.len).copied();
    let x = longest.map_or(&[][..], |s| &samples[s.first..s.first + s.len]);
    let fs = channel.sampling_frequency;
    let mut site = Site {
        context: context.clone(),
        channel: channel.label.clone(),
        place: (0, 0),
        age_years: context.age_years.or(age_years),
        sampling_frequency: fs,
        onset_s: longest.map_or(0.0, |s| s.onset_s),
        duration_s: 0.0,
        activity: None,
        decomposed: None,
        trains: Vec::new(),
        muaps: Vec::new(),
        patterns: Vec::new(),
        spontaneous: None,
        refusals: refused.map(str::to_owned).into_iter().collect(),
        notes: warnings.to_vec(),
    };
    let trace = match Trace::new(x, fs) {
        Ok(trace) => trace,
        Err(why) => {
            site.refusals.push(why.to_string());
            return (site, NeedleView::default());
        }
    };
    site.duration_s = trace.duration_s();
    if trace.duration_s() < LEAST_SECONDS {
        site.refusals.push(format!(
            "{:.2} s without a gap is too short; {LEAST_SECONDS} s is the least",
            trace.duration_s()
        ));
    }
    if !channel.is_calibrated_voltage() {
        // Every threshold and limit of needle EMG is in volts: turns of 100 µV, onsets at 10 µV, amplitudes.
        site.refusals.push("the samples are not calibrated volts: no threshold or limit applies".into());
    }
    if warnings.iter().any(|w| w.starts_with("duplicate_channel")) {
        site.refusals.push("copy of an earlier channel: not counted a second time".into());
    }
    if !site.refusals.is_empty() {
        return (site, NeedleView::default());
    }
    site.activity = Some(activity::activity(trace));
    if stretches.len() > 1 {
        site.notes.push(format!(
            "judged on the longest of {} stretches without a gap, {:.2} s from {:.2} s on",
            stretches.len(),
            site.duration_s,
            site.onset_s
        ));
    }
    let judged = head(trace);
    if judged.duration_s() < trace.duration_s() {
        site.notes.push(format!(
            "units and spontaneous activity were looked for in the first {MOST_SECONDS} s only; the interference \
             pattern is of the whole recording"
        ));
    }
    if context.effort != Effort::Contraction {
        site.search(judged);
    }
    let mut found = None;
    if context.effort != Effort::Rest {
        found = site.decompose(judged);
        site.clipped(channel, longest.map_or(0, |s| s.first), judged);
        match InterferenceOptions::default().design(fs) {
            Ok(plan) => site.patterns = plan.apply(trace),
            Err(why) => site.notes.push(format!("interference pattern: {why}")),
        }
    }
    undecided::settle(&mut site);
    let view = NeedleView::of(&site, judged, found.as_ref());
    (site, view)
}

/// The first [`MOST_SECONDS`] of a trace.
fn head(trace: Trace<'_>) -> Trace<'_> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of samples")]
    let most = (MOST_SECONDS * trace.sampling_frequency().0) as usize;
    let samples = trace.samples();
    Trace::new(&samples[..samples.len().min(most)], trace.sampling_frequency()).unwrap_or(trace)
}

impl Site {
    /// The muscle that the study or the file names.
    pub(in super::super) fn muscle(&self) -> Option<&str> {
        self.context.muscle.as_deref()
    }

    /// Spontaneous activity.
    fn search(&mut self, trace: Trace<'_>) {
        let at_rest = self.context.effort == Effort::Rest;
        match (SpontaneousOptions { at_rest }).design(self.sampling_frequency) {
            Ok(finder) => {
                let found = finder.apply(trace);
                self.notes.extend(found.notes.iter().cloned());
                self.spontaneous = Some(found);
            }
            Err(why) => self.notes.push(format!("spontaneous activity: {why}")),
        }
    }

    /// Trains of motor units and their potentials.
    fn decompose(&mut self, trace: Trace<'_>) -> Option<Decomposition> {
        let plan = match DecomposeOptions::default().design(self.sampling_frequency) {
            Ok(plan) => plan,
            Err(why) => {
                self.notes.push(format!("decomposition: {why}"));
                return None;
            }
        };
        let found = plan.apply(trace);
        self.muaps = muap::measure(trace, &found.trains);
        self.trains.clone_from(&found.trains);
        self.decomposed = Some(Decomposed {
            start_s: self.onset_s,
            end_s: self.onset_s + trace.duration_s(),
            noise_uv: found.noise * 1e6,
            explained: found.explained,
        });
        Some(found)
    }

    /// Marks units whose potentials reach the rail of a clipped recording as unfit: their amplitude, and all
    /// that is made of it, would read low.
    fn clipped(&mut self, channel: &Channel, first: usize, trace: Trace<'_>) {
        /// Share of discharges (strict) that may touch the rail. Ours: a superposition now and then may.
        const TOUCHED: f64 = 0.1;
        if !self.notes.iter().any(|n| n.starts_with("clipping")) {
            return;
        }
        let stored = channel.physical();
        let stored = &stored[first..first + trace.samples().len()];
        let finite = || stored.iter().copied().filter(|v| v.is_finite());
        let (low, high) = (finite().fold(f64::MAX, f64::min), finite().fold(f64::MIN, f64::max));
        let at_rail = |pair: &[f64]| pair[0] == pair[1] && (pair[0] == low || pair[0] == high);
        let fs = self.sampling_frequency.0;
        for train in &mut self.trains {
            let touched = train.times_s.iter().filter(|t| {
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
                let at = |t: f64| (t * fs).clamp(0.0, stored.len() as f64) as usize;
                // 5 ms on both sides hold the spike of any potential.
                stored[at(*t - 5e-3)..at(*t + 5e-3)].windows(2).any(at_rail)
            });
            let touched = touched.count();
            if touched as f64 > TOUCHED * train.times_s.len() as f64 {
                train.unfit.push(format!(
                    "clipped: {touched} of {} discharges touch the rail, so that amplitude and area read low",
                    train.times_s.len()
                ));
            }
        }
    }
}
