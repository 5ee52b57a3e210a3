//! One number of nerve conduction.

use crate::norms::ncs::{NcsStudy, StudyKind, segment, study};
use crate::result::MeasureRow;
use crate::study::Side;

/// How a number stands to its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Within.
    Normal,
    /// Too near to tell.
    Borderline,
    /// Beyond, or absent where it must be there.
    Abnormal,
    /// No limit, or a number that may not be judged.
    Unknown,
}

/// A row of the result file about nerve conduction, with what it belongs to looked up.
#[derive(Debug, Clone)]
pub struct Datum<'a> {
    /// Place of the row in the result file's measures.
    pub index: usize,
    /// The row.
    pub row: &'a MeasureRow,
    /// The conduction study of the table; `None` for one that it does not know.
    pub study: Option<&'static NcsStudy>,
    /// `None` for a comparison between the sides.
    pub side: Option<Side>,
    /// The table's name of the piece of nerve; empty for a number of a site, or a piece without a name.
    pub segment: &'static str,
    /// Against its limit.
    pub verdict: Verdict,
}

/// Tests that are about nerves.
const TESTS: [&str; 7] =
    ["motor", "sensory", "f_wave", "h_reflex", "repetitive_stimulation", "cmap_scan", "munix"];

impl<'a> Datum<'a> {
    /// `None` for a row that is not about nerve conduction.
    pub(super) fn of(index: usize, row: &'a MeasureRow) -> Option<Self> {
        let place = &row.place;
        let test = *TESTS.iter().find(|t| **t == place.test)?;
        let known = study_of(test, row);
        let named = match (known, place.segment.as_deref().and_then(|s| s.split_once('-'))) {
            (Some(s), Some((distal, proximal))) => segment(s, distal, proximal),
            _ => "",
        };
        let side = place.side.as_deref().and_then(side_named);
        Some(Datum { index, row, study: known, side, segment: named, verdict: verdict(row) })
    }

    /// Looked for and not there.
    pub fn is_absent(&self) -> bool {
        self.row.status == "absent"
    }
    /// The number in its field unit.
    pub fn value(&self) -> Option<f64> {
        self.row.value
    }
    /// Beyond its limit, or absent.
    pub fn is_abnormal(&self) -> bool {
        self.verdict == Verdict::Abnormal
    }
    /// Within its limit.
    pub fn is_normal(&self) -> bool {
        self.verdict == Verdict::Normal
    }
    /// Value over its lower limit; `None` where it has none. An absent response is 0.
    pub fn over_lower(&self) -> Option<f64> {
        let lower = self.row.limit.lower.filter(|l| *l > 0.0)?;
        if self.is_absent() { Some(0.0) } else { Some(self.row.value? / lower) }
    }
    /// Value over its upper limit; `None` where it has none, or no value.
    pub fn over_upper(&self) -> Option<f64> {
        Some(self.row.value? / self.row.limit.upper.filter(|u| *u > 0.0)?)
    }
    /// Taken at the study's distal site, or of no site at all.
    pub fn is_distal(&self) -> bool {
        let place = &self.row.place;
        place.segment.is_none()
            && match (&place.site, self.study) {
                (Some(site), Some(study)) if study.kind == StudyKind::Motor => site == study.distal_site(),
                _ => true,
            }
    }
}

/// The side of its word.
pub(super) fn side_named(word: &str) -> Option<Side> {
    Side::WORDS.iter().find(|(name, _)| *name == word).map(|(_, side)| *side)
}

fn verdict(row: &MeasureRow) -> Verdict {
    match row.verdict {
        "normal" => Verdict::Normal,
        "borderline" => Verdict::Borderline,
        "abnormal" => Verdict::Abnormal,
        _ => Verdict::Unknown,
    }
}

fn study_of(test: &str, row: &MeasureRow) -> Option<&'static NcsStudy> {
    let place = &row.place;
    let nerve = place.nerve.as_deref()?;
    let kinds: &[StudyKind] = match test {
        "sensory" => &[StudyKind::Sensory, StudyKind::Mixed],
        "f_wave" | "h_reflex" => &[StudyKind::LateResponse],
        _ => &[StudyKind::Motor],
    };
    let recording = if test == "sensory" { place.recording_site.as_deref() } else { place.muscle.as_deref() };
    study(kinds, nerve, recording?, place.site.as_deref().filter(|_| test == "sensory"))
}
