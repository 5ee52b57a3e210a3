//! What the recordings of one muscle suggest together: limits, grades, impression.

use crate::needle::interference::Pattern;
use crate::needle::muap::Muap;
use crate::needle::spontaneous::Spontaneous;
use crate::needle::train::Train;
use crate::result::{Density, Evidence, Grades, MuapSummary, Probabilities};
use crate::units::Hertz;

/// One recording of the muscle, measured.
#[derive(Debug, Clone)]
pub struct Site<'a> {
    /// As the study names it; for the evidence.
    pub file: &'a str,
    /// `rest`, `slight`, `moderate` or `maximal`, where the examiner says so.
    pub level: Option<&'a str>,
    /// Of the recording.
    pub sampling_frequency: Hertz,
    /// Length that was judged, s.
    pub duration_s: f64,
    /// Share of it that is active, 0 to 1.
    pub active_share: f64,
    /// Trains of motor units; empty at rest.
    pub trains: &'a [Train],
    /// Their potentials, one a train.
    pub muaps: &'a [Result<Muap, &'static str>],
    /// Interference pattern.
    pub patterns: &'a [Pattern],
    /// Spontaneous activity; `None` where it was not looked for.
    pub spontaneous: Option<&'a Spontaneous>,
    /// Why nothing of this recording may be interpreted; empty when it may.
    pub refusals: &'a [String],
}

/// A muscle and its recordings.
#[derive(Debug, Clone)]
pub struct Muscle<'a> {
    /// Muscle id, where known.
    pub id: Option<&'a str>,
    /// Age, years.
    pub age_years: Option<f64>,
    /// Its recordings.
    pub sites: &'a [Site<'a>],
}

/// What they suggest.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// Grades 0 to 4 and recruitment.
    pub grades: Grades,
    /// What the grades rest on.
    pub density: Vec<Density>,
    /// Potentials held against limits.
    pub summary: Vec<MuapSummary>,
    /// `normal`, `neurogenic`, `myopathic`, `indeterminate` or `not_interpretable`.
    pub impression: &'static str,
    /// `None` where nothing can be said.
    pub probabilities: Option<Probabilities>,
    /// Each contribution, strongest first.
    pub evidence: Vec<Evidence>,
    /// What cannot be said, and what weakens it.
    pub caveats: Vec<String>,
}

/// Judges a muscle. Never fails: what cannot be said is `indeterminate` or `not_interpretable`, and why.
pub fn judge(muscle: &Muscle<'_>) -> Judgement {
    let _ = muscle;
    Judgement {
        grades: Grades {
            fibrillation: None,
            positive_sharp_wave: None,
            fasciculation: None,
            recruitment: "not_assessable".into(),
        },
        density: Vec::new(),
        summary: Vec::new(),
        impression: "indeterminate",
        probabilities: None,
        evidence: Vec::new(),
        caveats: Vec::new(),
    }
}
