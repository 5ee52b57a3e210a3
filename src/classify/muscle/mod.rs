//! What the recordings of one muscle suggest together: limits, grades, impression.

pub mod calibrate;
mod evidence;
mod features;
mod grades;
mod impression;
pub mod model;
mod pattern;
mod potentials;
mod recruitment;
#[cfg(test)]
mod sample;
mod summary;
#[cfg(test)]
mod tests;

pub use features::Feature;

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

/// The numbers that the impression is made of; for fitting and for showing.
pub fn features(muscle: &Muscle<'_>) -> Vec<Feature> {
    let chosen = potentials::choose(muscle);
    features::of(muscle, &chosen, &recruitment::judge(muscle), &grades::grade(muscle))
}

/// Judges a muscle. Never fails: what cannot be said is `indeterminate` or `not_interpretable`, and why.
pub fn judge(muscle: &Muscle<'_>) -> Judgement {
    let chosen = potentials::choose(muscle);
    let graded = grades::grade(muscle);
    let recruited = recruitment::judge(muscle);
    let limits = crate::norms::limits_of(muscle.id, muscle.age_years);
    let summary = summary::summarise(&chosen.used, &limits);
    let mut evidence = recruited.evidence.clone();
    evidence.extend(pattern::evidence(muscle, None));
    let mut caveats = graded.notes.clone();
    caveats.extend(pattern::caveats(muscle));
    let features = features::of(muscle, &chosen, &recruited, &graded);
    let said = impression::conclude(muscle, &chosen, &features);
    evidence.extend(said.evidence);
    caveats.extend(said.caveats);
    evidence::sort(&mut evidence);
    Judgement {
        grades: Grades {
            fibrillation: graded.fibrillation,
            positive_sharp_wave: graded.positive_sharp_wave,
            fasciculation: graded.fasciculation,
            recruitment: recruited.verdict.to_owned(),
        },
        density: graded.density,
        summary,
        impression: said.impression,
        probabilities: said.probabilities,
        evidence,
        caveats,
    }
}
