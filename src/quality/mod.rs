//! Signal-quality checks: rows of [`CHECKS`], run over a recording before anything is measured.
//!
//! Checks work on the values as stored: places are seconds from the recording's start, amplitudes are in
//! the channel's unit where it has one. Missing samples and gaps are left out. On a channel whose kind is
//! [`ChannelKind::Other`] (trigger, force, …) what a signal check finds is a note at most, because a
//! constant or two-valued signal is what such a channel may well hold.
//!
//! Thresholds without a source are our choice; the comment at the constant says why.

mod calibration;
mod clipping;
mod duplicate;
mod gap;
mod glitch;
mod integer_wrap;
mod lattice;
mod mains;
mod number;
mod offset;
mod rate;
mod repeated;
mod silent;
mod smooth_wrap;
mod view;

use crate::measure::{Finding, Severity};
use crate::recording::{ChannelKind, Recording};
use rayon::prelude::*;

pub use integer_wrap::{Repair, repair};
pub use view::ChannelView;

/// Who raises a check's findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Raised {
    /// The reader, while decoding; this module only names it.
    Reader,
    /// The writer, of what its format cannot hold.
    Writer,
    /// A look at one channel.
    Signal,
    /// A look at all channels together.
    Recording,
}

/// One row of [`CHECKS`]. All that is known about a check, stated here and nowhere else.
#[derive(Debug)]
pub struct Check {
    /// As in [`Finding::check`].
    pub id: &'static str,
    /// Name for people.
    pub name: &'static str,
    /// Method, limits, and what count and share mean.
    pub what: &'static str,
    /// Who raises it.
    pub raised_by: Raised,
    /// Looks at one channel; `None` unless [`Raised::Signal`].
    pub run: Option<fn(&ChannelView<'_>) -> Vec<Finding>>,
    /// Where method and limits come from.
    pub source: &'static str,
}

const fn reader(id: &'static str, name: &'static str, what: &'static str) -> Check {
    Check { id, name, what, raised_by: Raised::Reader, run: None, source: "the format's specification" }
}

const OWN: &str = "own choice, reasons in the code";

/// Every check, in the order in which findings are given.
pub static CHECKS: &[Check] = &[
    reader("header", "header breaks a rule", "what the reader mended or doubted in the header"),
    reader(
        "truncated",
        "file is too short or too long",
        "data announced and not there (share of the announced data), or data there and not announced; only what is both is read",
    ),
    reader(
        "layout",
        "parts of the file",
        "what the file holds besides the signals that are read: further tables or chunks, empty columns, a reading of the layout that was chosen",
    ),
    reader(
        "corrupt_rows",
        "damaged rows",
        "rows, records or numbers that could not be decoded, or were told apart by rule; share of all rows",
    ),
    reader("annotation", "damaged annotations", "annotations that could not be decoded"),
    reader(
        "irregular_time",
        "uneven times",
        "a time column whose steps are not even: samples are taken as evenly spaced; share of the steps",
    ),
    Check {
        id: "conversion",
        name: "lost in writing",
        what: "what the written format cannot hold: rounded values, texts, units, gaps or annotations left out or changed",
        raised_by: Raised::Writer,
        run: None,
        source: "the written format's specification",
    },
    reader(
        "checksum",
        "checksum",
        "sum stated in the file against the sum of the samples; a wrapped record keeps it",
    ),
    Check {
        id: "integer_wrap",
        name: "integer wrap",
        what: "warning: values that overflowed and wrapped around the type's range, told by the code lattice or by smoothness; samples, repairable unless a note",
        raised_by: Raised::Signal,
        run: Some(integer_wrap::run),
        source: OWN,
    },
    Check {
        id: "gap",
        name: "gaps and missing samples",
        what: "warning: interruptions (segments) and samples marked missing; count of interruptions, share of the time or samples lost",
        raised_by: Raised::Signal,
        run: Some(gap::run),
        source: OWN,
    },
    Check {
        id: "uncalibrated",
        name: "not calibrated",
        what: "warning: the values are not in a trustworthy unit, so amplitudes are not in volts",
        raised_by: Raised::Signal,
        run: Some(calibration::uncalibrated),
        source: OWN,
    },
    Check {
        id: "implausible_unit",
        name: "implausible unit",
        what: "warning: amplitude above 1 V or P99 of |x - mean| below 1 uV: the stated unit is probably wrong",
        raised_by: Raised::Signal,
        run: Some(calibration::implausible_unit),
        source: OWN,
    },
    Check {
        id: "low_sampling_frequency",
        name: "sampling frequency too low",
        what: "needle below 10 kHz: no jitter, jiggle, near-fibre work or rise time (warning), below 2 kHz nothing (refuse); surface below 1 kHz (warning)",
        raised_by: Raised::Signal,
        run: Some(rate::run),
        source: "SENIAM, doi:10.1016/S1050-6411(00)00027-4; AANEM needle bandwidth 10 Hz to 10 kHz",
    },
    Check {
        id: "near_silent",
        name: "flat or near-silent",
        what: "refuse: all samples equal; warning: SD below 0.5 steps of the converter, or one value held for 0.5 s; samples of the longest run",
        raised_by: Raised::Signal,
        run: Some(silent::run),
        source: OWN,
    },
    Check {
        id: "clipping",
        name: "clipping",
        what: "warning: runs of equal extreme values that end abruptly or lie at the limit of the range; samples at the rail, refuse from 25 %",
        raised_by: Raised::Signal,
        run: Some(clipping::run),
        source: OWN,
    },
    Check {
        id: "mains",
        name: "power-line interference",
        what: "share of the power above 5 Hz within 0.8 Hz of 50 or 60 Hz and harmonics, where the lines stand out: over 20 % warning, over 50 % refuse; lines that stand out",
        raised_by: Raised::Signal,
        run: Some(mains::run),
        source: "+-0.8 Hz, 20 % and 50 %: own choice after a survey of public needle recordings",
    },
    Check {
        id: "first_sample",
        name: "garbage in the first samples",
        what: "warning: first one or two steps above 6 x P99 of all steps; samples",
        raised_by: Raised::Signal,
        run: Some(glitch::first_sample),
        source: "own choice after 37 of 71 recordings of a public needle collection",
    },
    Check {
        id: "glitch",
        name: "single-sample spikes",
        what: "warning: isolated samples far off both neighbours and off anything else in the signal; samples",
        raised_by: Raised::Signal,
        run: Some(glitch::glitch),
        source: OWN,
    },
    Check {
        id: "dc_offset",
        name: "offset",
        what: "note: |mean| above 3 SD; count 1, share = mean^2 / mean square",
        raised_by: Raised::Signal,
        run: Some(offset::dc_offset),
        source: OWN,
    },
    Check {
        id: "drift",
        name: "drift",
        what: "note: wander of 1-s means holds over half of the variance; warning: over 90 %; share of the variance",
        raised_by: Raised::Signal,
        run: Some(offset::drift),
        source: OWN,
    },
    Check {
        id: "quantisation",
        name: "coarse codes",
        what: "note: step between the codes that are used; share of codes that are not",
        raised_by: Raised::Signal,
        run: Some(calibration::quantisation),
        source: OWN,
    },
    Check {
        id: "repeated_stretch",
        name: "stretch that stands twice",
        what: "note: at least 0.1 s and 256 samples that stand again, exactly, later than 1 s on; warning: over 1 % of the samples; integers only, periodic signals excepted; samples of the copies",
        raised_by: Raised::Signal,
        run: Some(repeated::run),
        source: OWN,
    },
    Check {
        id: "duplicate_channel",
        name: "duplicate channel",
        what: "warning: exact, scaled or inverted copy of an earlier channel (shifted copies are not looked for); share 1",
        raised_by: Raised::Recording,
        run: None,
        source: OWN,
    },
];

/// What the user says that the file does not.
#[derive(Debug, Clone, Default)]
pub struct QualityOptions {
    /// What EMG channels record; overrides the file except for channels that are no EMG.
    pub kind: Option<ChannelKind>,
}

/// All findings: the reader's first, then channel by channel in the order of [`CHECKS`], then those about
/// channels together. Not repeated: what the reader already said of a channel under the same check, and gaps between
/// segments that it told of the file; its notes give way to what a check says of the same channel.
pub fn run(recording: &Recording, options: &QualityOptions) -> Vec<Finding> {
    let views: Vec<ChannelView<'_>> =
        recording.channels.par_iter().map(|channel| ChannelView::new(channel, options)).collect();
    let told_of_file = recording.findings.iter().any(|f| f.check == "gap" && f.channel.is_none());
    let per_channel: Vec<Vec<Finding>> = views
        .par_iter()
        .map(|view| {
            let said = |id| said(recording, &view.channel.label, id);
            let checks = CHECKS.iter().filter_map(|c| Some((c.id, c.run?))).filter(|(id, _)| !said(id));
            let mut found: Vec<Finding> = checks.flat_map(|(_, run)| run(view)).collect();
            if told_of_file {
                found.retain(|f| f.check != "gap" || f.severity > Severity::Note);
            }
            if view.kind == ChannelKind::Other {
                found.iter_mut().for_each(|f| f.severity = Severity::Note);
            }
            found
        })
        .collect();
    let own: Vec<Finding> = per_channel.into_iter().flatten().collect();
    let better = |told: &Finding| {
        let same = |f: &Finding| f.check == told.check && f.channel == told.channel;
        told.channel.is_some() && told.severity == Severity::Note && own.iter().any(same)
    };
    let mut out: Vec<Finding> = recording.findings.iter().filter(|f| !better(f)).cloned().collect();
    out.extend(own);
    out.extend(duplicate::run(&views));
    out
}

/// Whether the reader raised this check on this channel already, as more than a note.
fn said(recording: &Recording, label: &str, id: &str) -> bool {
    recording
        .findings
        .iter()
        .any(|f| f.check == id && f.channel.as_deref() == Some(label) && f.severity >= Severity::Warning)
}

/// Whether `channel` may be measured at all: `Err` with the reasons when a finding of severity
/// [`Severity::Refuse`] concerns the channel or the file.
pub fn interpretable(findings: &[Finding], channel: &str) -> Result<(), String> {
    let why: Vec<&str> = findings
        .iter()
        .filter(|f| f.severity == Severity::Refuse && f.channel.as_deref().is_none_or(|c| c == channel))
        .map(|f| f.detail.as_str())
        .collect();
    if why.is_empty() { Ok(()) } else { Err(why.join("; ")) }
}

#[cfg(test)]
mod tests;
