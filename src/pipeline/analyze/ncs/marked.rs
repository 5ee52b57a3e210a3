//! Sweeps of one site joined and marked, and what is drawn of them.

use super::view::{MarkerView, TraceView};
use crate::ncs::average::{Supramaximal, SweepAverage, SweepAverageOptions, supramaximal};
use crate::ncs::marker::{Doubt, Manual, Marker, MarkerName, MarkerOptions, Response, ResponseKind, Scratch};
use crate::ncs::{Found, Measured, Sweep, Sweeps};
use crate::study::RecordingRef;
use crate::units::{Hertz, Seconds};
use crate::{Error, Result};

/// An artefact of this share of the peak at the onset takes the verdict from the latency. Ours: told from 5 % on.
const OVERLAP: f64 = 0.1;
/// Points of a trace that is drawn: more than a page shows.
const POINTS: usize = 2000;

/// Sweeps marked.
pub(super) struct Marked {
    pub(super) response: Response,
    samples: Vec<f64>,
    start: f64,
    fs: f64,
    pub(super) notes: Vec<String>,
    submaximal: Option<String>,
}

fn manual(reference: &RecordingRef) -> Manual {
    let at = |key: &str| reference.markers.get(key).map(|ms| Seconds(ms / 1e3));
    Manual {
        onset: at("onset_ms"),
        peak: at("peak_ms"),
        negative_peak: at("negative_peak_ms"),
        positive_peak: at("positive_peak_ms"),
        end: at("end_ms"),
    }
}

/// Whether every marker set by hand lies in the sweep, behind the stimulus.
fn in_sweep(manual: &Manual, sweeps: &Sweeps) -> Result<()> {
    let first = sweeps.get(0);
    let end = first.time(first.samples().len() as f64 - 1.0);
    let set = [
        ("onset_ms", manual.onset),
        ("peak_ms", manual.peak),
        ("negative_peak_ms", manual.negative_peak),
        ("positive_peak_ms", manual.positive_peak),
        ("end_ms", manual.end),
    ];
    for (name, at) in set {
        if let Some(Seconds(at)) = at
            && !(at > 0.0 && at <= end)
        {
            let why = format!(
                "{} ms lies outside the sweep behind the stimulus, 0 to {:.1} ms",
                at * 1e3,
                end * 1e3
            );
            return Err(Error::option(format!("marker {name}"), why));
        }
    }
    Ok(())
}

/// Averages where there are several sweeps, and marks.
pub(super) fn mark(found: &Found, reference: &RecordingRef, kind: ResponseKind) -> Result<Marked> {
    let fs = found.sweeps.sampling_frequency();
    let options = MarkerOptions { manual: manual(reference), ..MarkerOptions::of(kind) };
    in_sweep(&options.manual, &found.sweeps)?;
    let marker = options.design(fs)?;
    let (samples, notes, submaximal) = joined(found, kind, &marker)?;
    let sweep = Sweep::new(&samples, found.sweeps.start(), fs)?;
    let response = marker.apply(&sweep, &mut Scratch::default())?;
    Ok(Marked { response, start: found.sweeps.start().0, fs: fs.0, notes, submaximal, samples })
}

/// One sweep of several: its samples, how it was made, and whether the stimulus seems too weak.
fn joined(
    found: &Found,
    kind: ResponseKind,
    marker: &Marker,
) -> Result<(Vec<f64>, Vec<String>, Option<String>)> {
    let sweeps = &found.sweeps;
    if sweeps.len() == 1 {
        return Ok((sweeps.get(0).samples().to_vec(), Vec::new(), None));
    }
    let (mut notes, mut submaximal) = (Vec::new(), None);
    let averaged = if kind == ResponseKind::Cmap {
        let mut scratch = Scratch::default();
        if let Supramaximal::StillRising { rise } = supramaximal(sweeps, marker, &mut scratch)? {
            submaximal = Some(format!(
                "the last stimulus still gave {:.0} % more than the one before it: suggests submaximal stimulation",
                100.0 * rise
            ));
        }
        let full = full(sweeps, marker, &mut scratch)?;
        if full.len() < sweeps.len() {
            notes.push(format!(
                "{} of {} sweeps are as large as the largest and are averaged",
                full.len(),
                sweeps.len()
            ));
        }
        SweepAverageOptions::default().apply(&full)?
    } else {
        SweepAverageOptions::default().apply(sweeps)?
    };
    notes.push(said(&averaged));
    Ok((averaged.sweep.get(0).samples().to_vec(), notes, submaximal))
}

/// The sweeps whose response is as large as the largest: those of a supramaximal stimulus. All, where no response
/// is there.
fn full(sweeps: &Sweeps, marker: &Marker, scratch: &mut Scratch) -> Result<Sweeps> {
    /// Responses to supramaximal stimuli are alike within this. Ours, as in [`supramaximal`].
    const ALIKE: f64 = 0.95;
    let mut sizes = Vec::with_capacity(sweeps.len());
    for sweep in sweeps.iter() {
        sizes.push(marker.apply(&sweep, scratch)?.amplitude.value().unwrap_or(0.0));
    }
    let largest = sizes.iter().copied().fold(0.0, f64::max);
    let kept = sweeps.iter().zip(&sizes).filter(|(_, size)| **size >= ALIKE * largest);
    // `Sweeps` turns what was recorded; these are turned already.
    let samples = kept.map(|(s, _)| s.samples().iter().map(|v| -v).collect()).collect();
    Sweeps::from_recorded(samples, sweeps.start(), sweeps.sampling_frequency())
}

/// `average of 10 sweeps, noise 0.32 uV; left out: sweep 4 (RMS is 5.1 times the median)`.
fn said(a: &SweepAverage) -> String {
    let noise = a.noise.map_or(String::new(), |n| format!(", noise {:.2} uV", n * 1e6));
    let out: Vec<String> = a.rejected.iter().map(|(i, why)| format!("sweep {} ({why})", i + 1)).collect();
    let out = if out.is_empty() { String::new() } else { format!("; left out: {}", out.join(", ")) };
    format!("average of {}{noise}{out}", super::counted(a.used.len(), "sweep"))
}

impl Marked {
    pub(super) fn marker(&self, name: MarkerName) -> Option<f64> {
        let r = &self.response;
        match name {
            MarkerName::Onset => r.onset.value(),
            MarkerName::Peak | MarkerName::NegativePeak => r.peak.value(),
            MarkerName::PositivePeak => r.positive_peak,
            MarkerName::End => r.negative_end.value(),
        }
    }

    /// What stands beside a row: the doubts that concern its number.
    pub(super) fn doubts(&self, id: &str) -> Vec<String> {
        let concerns = |d: &&Doubt| match d {
            Doubt::InitialPositivity(_)
            | Doubt::ArtefactOverlapsOnset(_)
            | Doubt::OnsetsDisagree(_)
            | Doubt::NoBaseline
            | Doubt::AtWindowEdge
            | Doubt::EarlierPhase => id == "onset_latency",
            Doubt::Reversed(_) => {
                id == "onset_latency" || id.starts_with("amplitude") || id.ends_with("area")
            }
            Doubt::EndsBeforeResponse => id == "total_duration",
            Doubt::EndsBeforeNegativePhase => id.ends_with("duration") || id.ends_with("area"),
            Doubt::Saturation | Doubt::Implausible(_) => id.starts_with("amplitude") || id.ends_with("area"),
            // What was taken off is said once, in the notes.
            Doubt::Mains(_) => false,
            _ => true,
        };
        let mut out: Vec<String> = self.response.doubts.iter().filter(concerns).map(Doubt::said).collect();
        if id.starts_with("amplitude") || id.ends_with("area") {
            out.extend(self.submaximal.clone());
        }
        out
    }

    /// Whether a number must not be called normal or abnormal: it is more, or less, than what was read.
    pub(super) fn withdraws(&self, id: &str) -> bool {
        self.response.doubts.iter().any(|d| match d {
            Doubt::Saturation | Doubt::Implausible(_) => id.starts_with("amplitude") || id.ends_with("area"),
            Doubt::Reversed(_) => {
                id == "onset_latency" || id.starts_with("amplitude") || id.ends_with("area")
            }
            Doubt::ArtefactOverlapsOnset(share) => id == "onset_latency" && *share > OVERLAP,
            _ => false,
        })
    }

    /// What was done to the response that no number suffers from.
    pub(super) fn done(&self) -> Vec<String> {
        let mains = |d: &&Doubt| matches!(d, Doubt::Mains(_));
        self.response.doubts.iter().filter(mains).map(Doubt::said).collect()
    }

    pub(super) fn view(&self, unit: &'static str) -> TraceView {
        let scale = if unit == "mV" { 1e3 } else { 1e6 };
        let r = &self.response;
        let time = |i: usize| self.time(i);
        let clean = |i: usize| self.clean(i) * scale;
        let step = self.samples.len().div_ceil(POINTS).max(1);
        let points = (0..self.samples.len()).step_by(step).map(|i| (time(i) * 1e3, clean(i))).collect();
        let value = |at: f64| {
            let sweep = Sweep::new(&self.samples, Seconds(self.start), Hertz(self.fs)).ok();
            sweep.map_or(0.0, |s| clean(s.index(at).min(self.samples.len() - 1)))
        };
        let named = [
            ("onset", MarkerName::Onset),
            ("peak", MarkerName::Peak),
            ("end", MarkerName::End),
            ("positive peak", MarkerName::PositivePeak),
        ];
        let markers = named.into_iter().filter_map(|(word, name)| {
            let at = self.marker(name)?;
            Some(MarkerView { name: word, at_ms: at * 1e3, value: value(at), manual: r.is_manual(name) })
        });
        TraceView { unit, points, markers: markers.collect() }
    }

    #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
    fn time(&self, i: usize) -> f64 {
        self.start + i as f64 / self.fs
    }

    /// A sample less offset and artefact, V.
    fn clean(&self, i: usize) -> f64 {
        self.samples[i] - self.response.baseline - self.response.artefact.at(self.time(i))
    }

    /// Onset to the end of the last negative phase (EAN/PNS 2021, recalled): what limits of a distal response's
    /// duration are about.
    pub(super) fn distal_duration(&self) -> Measured {
        const METHOD: &str =
            "onset to the end of the last negative phase above 2 % of the peak and 3 times the noise";
        let r = &self.response;
        let (Some(onset), Some(peak), Some(size)) = (r.onset.value(), r.peak.value(), r.amplitude.value())
        else {
            return Measured { method: METHOD, ..r.negative_duration };
        };
        let Some(total) = r.total_end.value() else {
            return Measured::undefined("the end of the response is not known", METHOD);
        };
        let level = (3.0 * r.noise).max(0.02 * size);
        let inside = |t: f64| t >= peak && t <= total;
        let last = (0..self.samples.len()).rev().find(|&i| inside(self.time(i)) && self.clean(i) > level);
        let end =
            last.and_then(|i| (i..self.samples.len()).find(|&j| self.clean(j) <= 0.0)).map(|j| self.time(j));
        match end {
            Some(end) => {
                let spread = r.negative_duration.uncertainty.unwrap_or(1.0 / self.fs);
                Measured::new(end - onset, spread, METHOD, "not a finite duration")
            }
            None => Measured::undefined("the sweep ends before the last negative phase", METHOD),
        }
    }
}
