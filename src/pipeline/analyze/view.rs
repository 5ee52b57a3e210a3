//! What a report shows beside the numbers: series that are ready to be drawn.

use super::activation::FatigueResult;
use super::needle::NeedleView;
use crate::feature::Feature;
use crate::recording::{Annotation, ChannelKind};
use crate::study::Subject;

/// Who was examined; no names.
#[derive(Debug, Clone, Default)]
pub struct Who {
    /// Age, sex, height, complaint.
    pub subject: Subject,
}

/// One recording.
#[derive(Debug, Clone)]
pub struct RecordingView {
    /// As the user or the study names it.
    pub file: String,
    /// What was recorded, in words: muscle, side, level; empty for a lone file.
    pub what: String,
    /// `rest` or the level of a contraction, where a study says it.
    pub level: Option<&'static str>,
    /// Format id.
    pub format: &'static str,
    /// Start, where the file says it.
    pub start: Option<String>,
    /// Age and sex, where the file says them.
    pub subject: String,
    /// Free text of the file. Untrusted: escape before showing.
    pub comments: Vec<String>,
    /// Notes in time. Untrusted: escape before showing.
    pub annotations: Vec<Annotation>,
    /// In file order.
    pub channels: Vec<ChannelView>,
}

/// A rectangular picture: `values[row × columns + column]`.
#[derive(Debug, Clone, Default)]
pub struct Grid {
    /// Centre of each column, s.
    pub times_s: Vec<f64>,
    /// Centre of each row, Hz.
    pub frequencies_hz: Vec<f64>,
    /// dB relative to 1 unit²/Hz; the unit is the channel's shown unit.
    pub decibels: Vec<f64>,
}

/// An activation episode.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Episode {
    /// s.
    pub start_s: f64,
    /// s.
    pub end_s: f64,
}

/// One feature over time.
#[derive(Debug, Clone)]
pub struct Course {
    /// The feature.
    pub feature: &'static Feature,
    /// Middle of each window, s, and the value in shown units; undefined windows left out.
    pub points: Vec<(f64, f64)>,
}

/// One feature over all windows.
#[derive(Debug, Clone)]
pub struct Summary {
    /// The feature.
    pub feature: &'static Feature,
    /// Median, 5th and 95th percentile in shown units; `None` when no window has a value.
    pub percentiles: Option<[f64; 3]>,
    /// Windows with a value, and all windows.
    pub windows: (usize, usize),
}

/// One channel.
#[derive(Debug, Clone)]
pub struct ChannelView {
    /// Label. Untrusted: escape before showing.
    pub label: String,
    /// What kind of signal it is held to be.
    pub kind: ChannelKind,
    /// Why.
    pub kind_reasons: Vec<String>,
    /// Unit of the amplitudes below: `µV`, or the file's own where it is no voltage.
    pub unit: String,
    /// Whether the amplitudes are volts that can be trusted.
    pub calibrated: bool,
    /// Whether the file says no trustworthy unit; neither this nor `calibrated` holds for, say, a force in N.
    pub uncalibrated: bool,
    /// Hz.
    pub sampling_frequency_hz: f64,
    /// s.
    pub duration_s: f64,
    /// What stands beside every number of this channel: warnings and repairs.
    pub warnings: Vec<String>,
    /// Whole trace: time, least and greatest value of a picture column.
    pub waveform: Vec<(f64, f64, f64)>,
    /// A short stretch at full resolution, around the strongest activity: time and value.
    pub detail: Vec<(f64, f64)>,
    /// Moving RMS: time and value.
    pub envelope: Vec<(f64, f64)>,
    /// Activation episodes.
    pub episodes: Vec<Episode>,
    /// How episodes were found.
    pub episodes_method: String,
    /// Fatigue over the activation episodes, of surface recordings.
    pub fatigue: Vec<FatigueResult>,
    /// Power spectral density by Welch's method: Hz and unit²/Hz.
    pub spectrum: Vec<(f64, f64)>,
    /// Spectrogram.
    pub spectrogram: Grid,
    /// Features over time, for pictures.
    pub courses: Vec<Course>,
    /// All features.
    pub summaries: Vec<Summary>,
    /// Row of the result file, where the channel is a needle recording.
    pub needle: Option<usize>,
    /// What the pictures of a needle recording show.
    pub pictures: Option<NeedleView>,
}

/// A muscle and where its recordings are.
#[derive(Debug, Clone)]
pub struct MuscleView {
    /// Its row in the result file: of the muscle as a whole, or of the one recording.
    pub row: usize,
    /// Whether a study named it.
    pub of_study: bool,
    /// For each recorded channel its place among the recordings and channels, and its row.
    pub sites: Vec<((usize, usize), usize)>,
}
