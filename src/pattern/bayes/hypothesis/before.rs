//! What is known of a person before any finding: the side and region of the complaint, the time since onset.

use super::super::key::Key;
use crate::norms;
use crate::study::{Region, Side, Subject, SubjectSide};

/// Share of persons whose lesion is on the side, and in the region, of the complaint. Ours.
const OF_THE_SIDE: f64 = 0.93;
const OTHER_REGION: f64 = 0.12;
/// The priors are shares of all persons; about half are referred for each region, and their lesions are in it.
const OF_THE_REGION: f64 = 1.8;

/// What is known of a person before the findings.
pub(super) struct Before<'a> {
    subject: &'a Subject,
    /// The question is about the arm and neck (or the leg and back); `None` where it is about both or neither.
    upper: Option<bool>,
}

impl<'a> Before<'a> {
    pub(super) fn new(subject: &'a Subject, tested: &[Key]) -> Self {
        let upper = match subject.complaint_region {
            Some(Region::Cervical) => Some(true),
            Some(Region::Lumbosacral) => Some(false),
            Some(Region::Other) => None,
            // Not stated: where everything was looked for.
            None => {
                let limbs: Vec<bool> = tested.iter().filter_map(|k| limb(*k)).collect();
                match (limbs.contains(&true), limbs.contains(&false)) {
                    (true, false) => Some(true),
                    (false, true) => Some(false),
                    _ => None,
                }
            }
        };
        Before { subject, upper }
    }
}

/// Whether a test is of the arm or neck; `None` for one of neither.
fn limb(key: Key) -> Option<bool> {
    match key {
        Key::Needle(m, _) => match m.region {
            "upper_limb" | "neck" => Some(true),
            "lower_limb" => Some(false),
            _ => m.nerve.strip_prefix("posterior_ramus_").and_then(|level| match level {
                "cervical" => Some(true),
                "lumbosacral" => Some(false),
                _ => None,
            }),
        },
        Key::HReflex(_) => Some(false),
        Key::Comparison(_) => Some(true),
        _ => norms::ncs::is_lower_limb(key.study()?.nerve).map(|leg| !leg),
    }
}

impl Before<'_> {
    pub(super) fn side(&self, side: Side) -> f64 {
        let complaint = match self.subject.complaint_side {
            Some(SubjectSide::Left) => Side::Left,
            Some(SubjectSide::Right) => Side::Right,
            // Half of those who complain of both sides have a lesion of one.
            Some(SubjectSide::Bilateral) => return 0.25,
            None => return 0.5,
        };
        if side == complaint { OF_THE_SIDE } else { 1.0 - OF_THE_SIDE }
    }
    /// `upper`: in the arm or its roots; `None` for a disease of no one place.
    pub(super) fn region(&self, upper: Option<bool>) -> f64 {
        match (self.upper, upper) {
            (Some(complaint), Some(lesion)) if complaint == lesion => OF_THE_REGION,
            (Some(_), Some(_)) => OTHER_REGION,
            _ => 1.0,
        }
    }
    /// Of a disease of both sides, by what is complained of. Ours.
    pub(super) fn symmetric(&self) -> f64 {
        match self.subject.complaint_side {
            Some(SubjectSide::Bilateral) => 1.6,
            Some(_) => 0.6,
            None => 1.0,
        }
    }
    /// Of a root, where the complaint is of neither neck nor back. Ours.
    pub(super) fn root(&self) -> f64 {
        if self.subject.complaint_region == Some(Region::Other) { 0.4 } else { 1.0 }
    }
    /// Acute diseases have no long course, chronic ones no short one (patterns.csv: under 4 weeks, over 8 weeks).
    pub(super) fn course(&self, acute: bool) -> f64 {
        match self.subject.days_since_onset {
            Some(d) if d <= 28.0 => {
                if acute {
                    1.0
                } else {
                    0.08
                }
            }
            Some(d) if d <= 56.0 => 0.45,
            Some(_) => {
                if acute {
                    0.04
                } else {
                    1.0
                }
            }
            None => 0.7,
        }
    }
}
