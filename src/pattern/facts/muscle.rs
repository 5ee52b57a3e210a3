//! What the needle found in one muscle.

use super::datum::side_named;
use crate::norms::{self, Muscle};
use crate::result::{NeedleRow, Probabilities};
use crate::study::{Change, Findings, Polyphasia, Recruitment, Side, Study};

/// What a muscle's recordings as a whole look like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Impression {
    /// `normal`, `neurogenic`, `myopathic`, `indeterminate` or `not_interpretable`.
    pub word: &'static str,
    /// Calibrated; `None` where there is none.
    pub probabilities: Option<Probabilities>,
}

/// Needle findings of one muscle on one side; `None` is "not examined".
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the names of the findings in the study file; grades are 0 to 4")]
pub struct MuscleFact {
    pub muscle: &'static Muscle,
    pub side: Side,
    pub insertional: Option<Change>,
    pub fibrillation: Option<u8>,
    pub positive_sharp_wave: Option<u8>,
    pub fasciculation: Option<u8>,
    pub complex_repetitive_discharge: Option<bool>,
    pub myotonic_discharge: Option<bool>,
    pub myokymic_discharge: Option<bool>,
    pub neuromyotonic_discharge: Option<bool>,
    pub cramp: Option<bool>,
    pub amplitude: Option<Change>,
    pub duration: Option<Change>,
    pub polyphasia: Option<Polyphasia>,
    pub recruitment: Option<Recruitment>,
    /// Of recordings; `None` where there are none.
    pub impression: Option<Impression>,
}

/// Every muscle of the study that has findings.
pub(super) fn all(study: &Study, needle: &[NeedleRow]) -> Vec<MuscleFact> {
    let mut out: Vec<MuscleFact> = Vec::new();
    for row in needle.iter().filter(|r| r.file.is_empty()) {
        let (Some(muscle), Some(side)) = (norms::muscle(&row.muscle), side_named(&row.side)) else {
            continue;
        };
        // A muscle that stands twice is one muscle: what is more abnormal counts.
        let entered: Vec<&Findings> = study
            .needle
            .iter()
            .filter(|n| n.muscle.as_deref() == Some(muscle.id) && n.side == Some(side))
            .filter_map(|n| n.findings.as_ref())
            .collect();
        let mut fact = MuscleFact::measured(muscle, side, row);
        let each = entered.into_iter().map(|findings| {
            let mut one = MuscleFact::unknown(muscle, side);
            one.enter(findings);
            one
        });
        let graded = each.reduce(|mut a, b| {
            a.join(b);
            a
        });
        if let Some(graded) = graded {
            fact.stand_under(graded);
        }
        match out.iter_mut().find(|m| m.muscle.id == muscle.id && m.side == side) {
            Some(there) => there.join(fact),
            None => out.push(fact),
        }
    }
    out.retain(MuscleFact::is_examined);
    out
}

impl MuscleFact {
    /// Nothing is known yet.
    pub fn unknown(muscle: &'static Muscle, side: Side) -> Self {
        MuscleFact {
            muscle,
            side,
            insertional: None,
            fibrillation: None,
            positive_sharp_wave: None,
            fasciculation: None,
            complex_repetitive_discharge: None,
            myotonic_discharge: None,
            myokymic_discharge: None,
            neuromyotonic_discharge: None,
            cramp: None,
            amplitude: None,
            duration: None,
            polyphasia: None,
            recruitment: None,
            impression: None,
        }
    }

    fn measured(muscle: &'static Muscle, side: Side, row: &NeedleRow) -> Self {
        let mut out = MuscleFact::unknown(muscle, side);
        out.fibrillation = row.grades.fibrillation;
        out.positive_sharp_wave = row.grades.positive_sharp_wave;
        out.fasciculation = row.grades.fasciculation;
        out.recruitment =
            Recruitment::WORDS.iter().find(|(w, _)| *w == row.grades.recruitment).map(|(_, r)| *r);
        let judged = row.probabilities.is_some() && row.impression != "not_interpretable";
        if judged {
            out.impression = Some(Impression { word: row.impression, probabilities: row.probabilities });
        }
        let seen = |kind: &str| {
            let rested = row.density.iter().any(|d| d.sites_recorded > 0);
            rested.then(|| row.density.iter().any(|d| d.kind == kind && d.trains > 0))
        };
        out.complex_repetitive_discharge = seen("complex_repetitive_discharge");
        out.myotonic_discharge = seen("myotonic_discharge");
        out.myokymic_discharge = seen("myokymic_discharge");
        out.neuromyotonic_discharge = seen("neuromyotonic_discharge");
        out.cramp = seen("cramp_potential");
        let change = |parameter: &str| {
            let s = row.summary.iter().find(|s| s.parameter == parameter)?;
            match (s.verdict, s.mean, s.limit.lower, s.limit.upper) {
                ("normal", ..) => Some(Change::Normal),
                ("abnormal", Some(mean), _, Some(upper)) if mean > upper => Some(Change::Increased),
                ("abnormal", Some(mean), Some(lower), _) if mean < lower => Some(Change::Decreased),
                _ => None,
            }
        };
        out.amplitude = change("amplitude");
        out.duration = change("duration");
        out
    }

    /// What a person graded stands over what was measured.
    fn stand_under(&mut self, graded: MuscleFact) {
        macro_rules! put {
            ($($field:ident),*) => { $(self.$field = graded.$field.or(self.$field);)* };
        }
        put!(
            insertional,
            fibrillation,
            positive_sharp_wave,
            fasciculation,
            complex_repetitive_discharge,
            myotonic_discharge,
            myokymic_discharge,
            neuromyotonic_discharge,
            cramp,
            amplitude,
            duration,
            polyphasia,
            recruitment
        );
    }

    /// Writes what a person graded.
    fn enter(&mut self, f: &Findings) {
        self.insertional = f.insertional;
        self.fibrillation = f.fibrillation;
        self.positive_sharp_wave = f.positive_sharp_wave;
        self.fasciculation = f.fasciculation;
        self.complex_repetitive_discharge = f.complex_repetitive_discharge;
        self.myotonic_discharge = f.myotonic_discharge;
        self.myokymic_discharge = f.myokymic_discharge;
        self.neuromyotonic_discharge = f.neuromyotonic_discharge;
        self.cramp = f.cramp;
        self.amplitude = f.muap_amplitude;
        self.duration = f.muap_duration;
        self.polyphasia = f.polyphasia;
        self.recruitment = f.recruitment;
    }

    /// The more abnormal of two examinations of the same muscle.
    fn join(&mut self, o: MuscleFact) {
        fn change(a: Option<Change>, b: Option<Change>) -> Option<Change> {
            match (a, b) {
                (Some(Change::Normal) | None, b @ Some(_)) => b,
                (a, _) => a,
            }
        }
        self.insertional = change(self.insertional, o.insertional);
        self.amplitude = change(self.amplitude, o.amplitude);
        self.duration = change(self.duration, o.duration);
        self.fibrillation = self.fibrillation.max(o.fibrillation);
        self.positive_sharp_wave = self.positive_sharp_wave.max(o.positive_sharp_wave);
        self.fasciculation = self.fasciculation.max(o.fasciculation);
        self.complex_repetitive_discharge =
            self.complex_repetitive_discharge.max(o.complex_repetitive_discharge);
        self.myotonic_discharge = self.myotonic_discharge.max(o.myotonic_discharge);
        self.myokymic_discharge = self.myokymic_discharge.max(o.myokymic_discharge);
        self.neuromyotonic_discharge = self.neuromyotonic_discharge.max(o.neuromyotonic_discharge);
        self.cramp = self.cramp.max(o.cramp);
        self.polyphasia = self.polyphasia.max(o.polyphasia);
        self.recruitment = match (self.recruitment, o.recruitment) {
            (Some(Recruitment::Normal) | None, b @ Some(_)) => b,
            (a, _) => a,
        };
        self.impression = self.impression.or(o.impression);
    }

    fn is_examined(&self) -> bool {
        *self != MuscleFact::unknown(self.muscle, self.side)
    }

    /// Fibrillation potentials or positive sharp waves; `None` where neither was looked for.
    pub fn active(&self) -> Option<bool> {
        self.activity().map(|g| g > 0)
    }
    /// The higher of the two grades.
    pub fn activity(&self) -> Option<u8> {
        self.fibrillation.max(self.positive_sharp_wave)
    }
    /// Short or small potentials and none that are long or large.
    pub fn short_small(&self) -> Option<bool> {
        if self.amplitude.is_none() && self.duration.is_none() {
            return self.impression_is("myopathic");
        }
        let any = |c: Change| self.amplitude == Some(c) || self.duration == Some(c);
        Some(any(Change::Decreased) && !any(Change::Increased))
    }
    /// Long or large potentials.
    pub fn large(&self) -> Option<bool> {
        if self.amplitude.is_none() && self.duration.is_none() {
            return self.impression_is("neurogenic");
        }
        let any = |c: Change| self.amplitude == Some(c) || self.duration == Some(c);
        Some(any(Change::Increased))
    }
    /// What the recordings look like, where they tell; a clear other impression is "no".
    fn impression_is(&self, word: &str) -> Option<bool> {
        match self.impression?.word {
            "normal" | "neurogenic" | "myopathic" => Some(self.impression?.word == word),
            _ => None,
        }
    }
    /// Neurogenic change: fibrillation potentials or positive sharp waves without short small units, or long or large
    /// potentials. Polyphasia or recruitment alone do not count. `None` where neither part was examined.
    pub fn neurogenic(&self) -> Option<bool> {
        let small = self.short_small() == Some(true);
        match (self.active(), self.large()) {
            (_, Some(true)) => Some(true),
            (Some(true), _) => Some(!small),
            (None, None) => None,
            _ => Some(false),
        }
    }
    /// Every part that was examined is normal, and spontaneous activity was.
    pub fn is_normal(&self) -> bool {
        self.active() == Some(false) && !self.is_changed()
    }
    /// Anything beyond normal, polyphasia and recruitment included.
    pub fn is_changed(&self) -> bool {
        let change = |c: Option<Change>| c.is_some_and(|c| c != Change::Normal);
        self.active() == Some(true)
            || self.fasciculation.is_some_and(|g| g > 0)
            || change(self.amplitude)
            || change(self.duration)
            || self.large() == Some(true)
            || self.short_small() == Some(true)
            || self.polyphasia == Some(Polyphasia::Increased)
            || self.recruitment.is_some_and(|r| r != Recruitment::Normal)
            || [
                self.complex_repetitive_discharge,
                self.myotonic_discharge,
                self.myokymic_discharge,
                self.neuromyotonic_discharge,
            ]
            .contains(&Some(true))
    }
    /// A muscle of the trunk's posterior rami.
    pub fn is_paraspinal(&self) -> bool {
        self.muscle.region == "paraspinal"
    }
    /// A muscle of an arm or a leg.
    pub fn is_limb(&self) -> bool {
        matches!(self.muscle.region, "upper_limb" | "lower_limb")
    }
    /// `right tibialis anterior`.
    pub fn name(&self) -> String {
        format!("{} {}", self.side.name(), self.muscle.id.replace('_', " "))
    }
}
