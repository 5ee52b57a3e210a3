//! What a marker finds, and what makes it doubtful.

use crate::ncs::Measured;

/// Which response is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponseKind {
    /// Compound muscle action potential.
    Cmap,
    /// Sensory nerve action potential.
    Snap,
    /// Mixed nerve action potential.
    Mixed,
}

/// Whether there is a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// A negative peak stands clear of the noise.
    Present,
    /// Looked for in a sweep that would have shown it, and not there.
    Absent,
    /// The sweep cannot tell, and why.
    Undefined(&'static str),
}

/// A marker of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkerName {
    /// Take-off of the negative phase.
    Onset,
    /// Latency of the response, where the laboratory reads it by hand.
    Peak,
    /// Negative peak for the amplitude; the same as `Peak` unless both were set.
    NegativePeak,
    /// Lowest point for the amplitude peak to peak.
    PositivePeak,
    /// End of the negative phase.
    End,
}

/// A reason to look before believing a number.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Doubt {
    /// A positive phase of this share of the peak comes before the onset: the active electrode lies off the
    /// end plate, or the potential is volume conducted. The onset is the take-off of the negative phase.
    InitialPositivity(f64),
    /// Samples at the recorder's limit: the amplitude is at least what is given.
    Saturation,
    /// The stimulus artefact at the onset is this share of the peak.
    ArtefactOverlapsOnset(f64),
    /// The peak is this many times the noise only.
    LowSignalToNoise(f64),
    /// The sweep ends before the negative phase does.
    EndsBeforeNegativePhase,
    /// The sweep ends before the response does.
    EndsBeforeResponse,
    /// Power-line interference of this amplitude (V) was subtracted.
    Mains(f64),
    /// No sample before the response shows the baseline.
    NoBaseline,
    /// The detectors of the onset lie this far apart, s.
    OnsetsDisagree(f64),
    /// An amplitude (V) that no such response has: is the unit right?
    Implausible(f64),
    /// The response begins at the edge of the window that is searched.
    AtWindowEdge,
    /// A smaller phase comes before the largest one; the onset is that of the first.
    EarlierPhase,
    /// The positive phase before the negative one is the larger, by this factor: electrodes reversed, or the active one
    /// off the muscle.
    Reversed(f64),
}

impl Doubt {
    /// A short word, for tables.
    pub fn id(&self) -> &'static str {
        match self {
            Doubt::InitialPositivity(_) => "initial_positivity",
            Doubt::Saturation => "saturation",
            Doubt::ArtefactOverlapsOnset(_) => "artefact_overlaps_onset",
            Doubt::LowSignalToNoise(_) => "low_snr",
            Doubt::EndsBeforeNegativePhase => "ends_before_negative_phase",
            Doubt::EndsBeforeResponse => "ends_before_response",
            Doubt::Mains(_) => "mains",
            Doubt::NoBaseline => "no_baseline",
            Doubt::OnsetsDisagree(_) => "onsets_disagree",
            Doubt::Implausible(_) => "implausible_amplitude",
            Doubt::AtWindowEdge => "at_window_edge",
            Doubt::EarlierPhase => "earlier_phase",
            Doubt::Reversed(_) => "reversed",
        }
    }

    /// In words.
    pub fn said(&self) -> String {
        match self {
            Doubt::InitialPositivity(share) => format!(
                "initial positivity of {:.0} % of the peak; the onset is the negative take-off",
                100.0 * share
            ),
            Doubt::Saturation => "the recorder's limit was reached; the response is larger".into(),
            Doubt::ArtefactOverlapsOnset(share) => {
                format!("the stimulus artefact at the onset is {:.0} % of the peak", 100.0 * share)
            }
            Doubt::LowSignalToNoise(snr) => format!("the peak is {snr:.1} times the noise"),
            Doubt::EndsBeforeNegativePhase => "the sweep ends before the negative phase".into(),
            Doubt::EndsBeforeResponse => "the sweep ends before the response".into(),
            Doubt::Mains(v) => format!("power-line interference of {:.1} uV was subtracted", 1e6 * v),
            Doubt::NoBaseline => "no baseline before the response".into(),
            Doubt::OnsetsDisagree(s) => format!("the onset detectors lie {:.2} ms apart", 1e3 * s),
            Doubt::Implausible(v) => format!("{v:.3e} V is no plausible amplitude; check the unit"),
            Doubt::AtWindowEdge => "the response begins at the edge of the search window".into(),
            Doubt::Reversed(share) => format!(
                "the positive phase before the negative peak is {share:.1} times as large: electrodes reversed or misplaced?"
            ),
            Doubt::EarlierPhase => {
                "a smaller phase comes before the largest; the onset is the first's".into()
            }
        }
    }
}

/// Take-off of a response with an initial positivity, both ways of reading it (s from the stimulus).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TakeOff {
    /// Lowest point of the initial positivity: where a surface antidromic SNAP's latency is read.
    pub positive_trough: Option<f64>,
    /// Where the trace leaves its baseline: the foot of the initial positivity, or the onset without one.
    pub baseline_departure: Option<f64>,
}

/// A fitted stimulus artefact: Σ amplitude · exp(−t / time constant), V and s.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Artefact {
    /// (amplitude at the stimulus, time constant) of each exponential.
    pub exponentials: Vec<(f64, f64)>,
}

impl Artefact {
    /// Its value at a time from the stimulus; 0 before it.
    pub fn at(&self, time_s: f64) -> f64 {
        if time_s < 0.0 {
            return 0.0;
        }
        self.exponentials.iter().map(|(a, tau)| a * (-time_s / tau).exp()).sum()
    }
}

/// A response, measured. Times in s from the stimulus, amplitudes in V, negative up.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    /// Whether there is one; if not, all measures say so too.
    pub presence: Presence,
    /// Peak over noise; what the largest candidate had when absent.
    pub snr: f64,
    /// RMS of the noise of single samples, V.
    pub noise: f64,
    /// Height above which a peak would have been told from the noise, V; what is less is not seen.
    pub detectable: f64,
    /// Baseline at the onset, V: everything that was subtracted there except the artefact.
    pub baseline: f64,
    /// Take-off of the negative phase: where it reaches 0.5 % of the peak.
    pub onset: Measured,
    /// Other ways to read the take-off.
    pub take_off: TakeOff,
    /// Latency of the negative peak.
    pub peak: Measured,
    /// End of the negative phase: first return to the baseline behind the peak.
    pub negative_end: Measured,
    /// Last return to the baseline.
    pub total_end: Measured,
    /// Baseline to negative peak.
    pub amplitude: Measured,
    /// Negative peak to the lowest point of the response.
    pub amplitude_peak_to_peak: Measured,
    /// Time of that lowest point.
    pub positive_peak: Option<f64>,
    /// Onset to the end of the negative phase.
    pub negative_duration: Measured,
    /// Onset to the last return.
    pub total_duration: Measured,
    /// Integral of the negative phase, V·s.
    pub negative_area: Measured,
    /// What each detector of the onset gave.
    pub onset_by: [(&'static str, Option<f64>); 3],
    /// Markers that were set by hand.
    pub manual: Vec<MarkerName>,
    /// Reasons to look.
    pub doubts: Vec<Doubt>,
    /// What was subtracted as stimulus artefact.
    pub artefact: Artefact,
}

impl Response {
    /// Whether a marker was set by hand.
    pub fn is_manual(&self, marker: MarkerName) -> bool {
        self.manual.contains(&marker)
    }

    /// Takes back that it is absent: every measure is undefined for this reason.
    pub fn withdraw(&mut self, why: &'static str) {
        let none = Response::without(Presence::Undefined(why), self.snr, self.noise, self.baseline);
        *self =
            Response { artefact: std::mem::take(&mut self.artefact), detectable: self.detectable, ..none };
    }

    /// All measures with one answer.
    pub(super) fn without(presence: Presence, snr: f64, noise: f64, baseline: f64) -> Self {
        let method = "no negative peak stands clear of the noise";
        let none = match presence {
            Presence::Undefined(why) => Measured::undefined(why, "not measured"),
            _ => Measured::absent(method),
        };
        Response {
            presence,
            snr,
            noise,
            detectable: 0.0,
            baseline,
            onset: none,
            take_off: TakeOff { positive_trough: None, baseline_departure: None },
            peak: none,
            negative_end: none,
            total_end: none,
            amplitude: none,
            amplitude_peak_to_peak: none,
            positive_peak: None,
            negative_duration: none,
            total_duration: none,
            negative_area: none,
            onset_by: [("hinge", None), ("threshold", None), ("tangent", None)],
            manual: Vec::new(),
            doubts: Vec::new(),
            artefact: Artefact::default(),
        }
    }
}
