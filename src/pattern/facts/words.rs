//! A muscle's findings in words.

use super::muscle::MuscleFact;
use crate::study::Polyphasia;

impl MuscleFact {
    /// What is beyond normal, in words; `normal` where nothing is, with what was looked at.
    pub fn short(&self) -> String {
        if self.is_changed() {
            let beyond = |part: &&str| {
                !part.ends_with("normal") && !part.ends_with(" 0") && *part != "recordings indeterminate"
            };
            return self.words().split(", ").filter(beyond).collect::<Vec<_>>().join(", ");
        }
        let potentials = self.amplitude.is_some() || self.duration.is_some() || self.impression.is_some();
        match (self.active(), potentials || self.recruitment.is_some()) {
            (Some(false), true) => "normal at rest and in activity".into(),
            (Some(false), false) => "normal at rest".into(),
            (None, true) => "normal in activity, not graded at rest".into(),
            _ => self.words(),
        }
    }
    /// The findings in words: `fibrillation 2, positive sharp waves 2, reduced recruitment`.
    pub fn words(&self) -> String {
        let mut out = Vec::new();
        let mut grade = |what: &str, g: Option<u8>| {
            if let Some(g) = g {
                out.push(format!("{what} {g}"));
            }
        };
        grade("fibrillation", self.fibrillation);
        grade("positive sharp waves", self.positive_sharp_wave);
        grade("fasciculation", self.fasciculation.filter(|g| *g > 0));
        for (what, c) in [("amplitude", self.amplitude), ("duration", self.duration)] {
            out.extend(c.map(|c| format!("potentials' {what} {}", c.name())));
        }
        out.extend(
            self.polyphasia.filter(|p| *p == Polyphasia::Increased).map(|_| "polyphasia increased".into()),
        );
        out.extend(self.recruitment.map(|r| format!("recruitment {}", r.name())));
        for (what, b) in [
            ("complex repetitive discharges", self.complex_repetitive_discharge),
            ("myotonic discharges", self.myotonic_discharge),
            ("myokymic discharges", self.myokymic_discharge),
            ("neuromyotonic discharges", self.neuromyotonic_discharge),
            ("cramp", self.cramp),
        ] {
            out.extend(b.filter(|b| *b).map(|_| what.to_owned()));
        }
        if let Some(i) = self.impression
            && self.amplitude.is_none()
            && self.duration.is_none()
        {
            out.push(format!("recordings {}", i.word));
        }
        if out.is_empty() { "no finding stated".into() } else { out.join(", ") }
    }
}
