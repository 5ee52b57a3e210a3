//! Leak alarms, a row each: signs that a figure rests on something else than the muscles.
//!
//! An alarm does not say that something is wrong; it says that a figure must not be believed until it is explained.

use super::data::Data;
use super::figure::Case;
use super::leak;
use super::options::Options;
use super::quick::Shuffled;
use crate::Result;

/// What a check rests on.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// The table.
    pub data: &'a Data,
    /// How the model is tested.
    pub options: &'a Options,
    /// Held-out subjects.
    pub cases: &'a [Case],
    /// Labels shuffled by subject, the model untuned; `None` when not asked for.
    pub shuffled: Option<&'a Shuffled>,
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing found.
    Ok,
    /// Threshold reached.
    Alarm,
    /// Too little is there to look at.
    CannotBeJudged,
}

impl Verdict {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Ok => "ok",
            Verdict::Alarm => "ALARM",
            Verdict::CannotBeJudged => "cannot be judged",
        }
    }
}

/// A verdict with the numbers behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// The verdict.
    pub verdict: Verdict,
    /// What was seen, or what is missing.
    pub seen: String,
}

impl Judged {
    pub(super) fn unless(alarm: bool, seen: String) -> Self {
        Judged { verdict: if alarm { Verdict::Alarm } else { Verdict::Ok }, seen }
    }
    pub(super) fn cannot(why: impl Into<String>) -> Self {
        Judged { verdict: Verdict::CannotBeJudged, seen: why.into() }
    }
}

/// A check.
#[derive(Debug, Clone, Copy)]
pub struct Alarm {
    /// Unique, lower case.
    pub id: &'static str,
    /// What it looks for.
    pub what: &'static str,
    /// When it is raised.
    pub threshold: &'static str,
    /// Where the check comes from.
    pub source: &'static str,
    /// The check.
    pub judge: fn(&Evidence<'_>) -> Result<Judged>,
}

/// All checks.
pub static ALARMS: &[Alarm] = &[
    Alarm {
        id: "too_good",
        what: "subjects are classified better than people and published models manage",
        threshold: "accuracy by subject at least 0.95",
        source: "ours; published figures by subject lie between 0.55 and 0.86, higher ones come without a split by subject",
        judge: leak::too_good,
    },
    Alarm {
        id: "shuffled_labels",
        what: "the test itself: with labels shuffled by subject nothing can be learned",
        threshold: "mean over shuffles farther from chance than 0.1 and than three of its standard errors, upwards",
        source: "Ojala and Garriga 2010, J Mach Learn Res 11:1833",
        judge: leak::shuffled_labels,
    },
    Alarm {
        id: "amplitude_alone",
        what: "amplitude alone tells the classes apart: gain, electrode or distance may differ between groups",
        threshold: "balanced accuracy of amplitude features at least 0.15 above chance, p at most 0.01 over shuffles",
        source: "ours; raised too where the classes truly differ in amplitude",
        judge: leak::amplitude_alone,
    },
    Alarm {
        id: "noise_alone",
        what: "mains, noise or warnings of the quality checks alone tell the classes apart",
        threshold: "balanced accuracy of those columns at least 0.15 above chance, p at most 0.01 over shuffles",
        source: "own measurement on a public needle set, where the share of mains differed between groups",
        judge: leak::noise_alone,
    },
    Alarm {
        id: "duplicate_rows",
        what: "the same window stands under two subjects",
        threshold: "any pair of rows of two subjects that are equal to six digits in every feature",
        source: "ours; copies of one recording under several names are known from public sets",
        judge: leak::duplicate_rows,
    },
    Alarm {
        id: "tied_to_format",
        what: "the class follows from how it was recorded or stored",
        threshold: "one such property predicts the class at least 0.15 above chance, p at most 0.01 over shuffles",
        source: "ours; classes of public sets differ in sampling frequency, length or format",
        judge: leak::tied_to_format,
    },
    Alarm {
        id: "dominant_subject",
        what: "one subject has most windows of a class",
        threshold: "more than 30 % of a class's windows from one subject",
        source: "ours",
        judge: leak::dominant_subject,
    },
    Alarm {
        id: "subject_identity",
        what: "the features tell which person it is: windows are not independent, and only the number of subjects counts",
        threshold: "inside the classes, half of each recording tells whose the other half is, more than half way from chance to 1",
        source: "ours, after Saeb et al. 2017, doi:10.1093/gigascience/gix019",
        judge: leak::subject_identity,
    },
    Alarm {
        id: "label_in_a_feature",
        what: "one feature alone separates a class without any overlap",
        threshold: "means of all subjects of the class on one side of all others, at least ten subjects on each",
        source: "ours; a column may hold the label in another form",
        judge: leak::label_in_a_feature,
    },
];

/// Runs every check.
pub fn judge(evidence: &Evidence<'_>) -> Result<Vec<(&'static Alarm, Judged)>> {
    ALARMS.iter().map(|a| Ok((a, (a.judge)(evidence)?))).collect()
}
