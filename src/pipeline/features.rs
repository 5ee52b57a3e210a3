//! The feature table of one recording: a row per window and channel.

use super::conditioning::{self, Conditioned};
use super::recipe::Recipe;
use crate::Result;
use crate::feature::{Extractor, Feature, Scratch};
use crate::format::{self, ReadOptions};
use crate::measure::{Finding, Reading, Severity};
use crate::quality::QualityOptions;
use crate::recording::{Channel, Recording};
use crate::units::Unit;
use rayon::prelude::*;
use std::borrow::Cow;
use std::path::Path;

/// Windows that one task measures: long enough to hide the cost of handing it out.
const WINDOWS_A_TASK: usize = 128;

/// The rows of one channel.
#[derive(Debug, Clone)]
pub struct ChannelRows {
    /// Channel label.
    pub label: String,
    /// Ids of the checks that found something to warn of, joined by `;`; stands beside every number.
    pub quality: String,
    /// Start and end of each window, s.
    pub times: Vec<(f64, f64)>,
    /// Windows × features, row after row, in shown units; NaN stands for undefined inside this table only.
    values: Vec<f64>,
}

/// All rows of one recording.
#[derive(Debug, Clone)]
pub struct Table {
    /// The file as the user named it.
    pub file: String,
    /// In file order.
    pub channels: Vec<ChannelRows>,
    /// What the reader and the checks found.
    pub findings: Vec<Finding>,
    /// Columns a row.
    pub width: usize,
}

impl Table {
    /// The features of window `row` of `channel` in shown units, `None` where undefined.
    pub fn row<'a>(&self, channel: &'a ChannelRows, row: usize) -> impl Iterator<Item = Option<f64>> + 'a {
        channel.values[row * self.width..(row + 1) * self.width].iter().map(|v| (!v.is_nan()).then_some(*v))
    }
    /// Column `column` of `channel`, undefined values as `None`.
    pub fn column<'a>(
        &self,
        channel: &'a ChannelRows,
        column: usize,
    ) -> impl Iterator<Item = Option<f64>> + 'a {
        channel.values.iter().skip(column).step_by(self.width).map(|v| (!v.is_nan()).then_some(*v))
    }
    /// Some neighbouring columns of `channel`, row by row; NaN where undefined.
    #[cfg(feature = "parquet")]
    pub(super) fn cells<'a>(
        &self,
        channel: &'a ChannelRows,
        columns: std::ops::Range<usize>,
    ) -> impl Iterator<Item = &'a [f64]> {
        channel.values.chunks_exact(self.width).map(move |row| &row[columns.clone()])
    }
    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.channels.iter().map(|c| c.times.len()).sum()
    }
}

/// Reads `path` and measures every window of every channel.
pub fn of_file(
    path: &Path,
    read: &ReadOptions,
    recipe: &Recipe,
    features: &[&'static Feature],
    quality: &QualityOptions,
) -> Result<Table> {
    let recording = format::read(path, read)?;
    of_recording(&recording, recipe, features, quality).map_err(|e| e.in_file(&recording.file))
}

/// A channel as it was measured.
#[derive(Debug, Clone)]
pub struct Prepared<'a> {
    /// Repaired where a check can repair it.
    pub channel: Cow<'a, Channel>,
    /// What its numbers were taken from.
    pub conditioned: Conditioned,
}

/// Measures every window of every channel. Channels are repaired where a check can repair them.
pub fn of_recording(
    recording: &Recording,
    recipe: &Recipe,
    features: &[&'static Feature],
    quality: &QualityOptions,
) -> Result<Table> {
    Ok(measured(recording, recipe, features, quality, false)?.0)
}

/// The same with every channel's samples, in file order, for whoever measures more of them.
pub fn with_samples<'a>(
    recording: &'a Recording,
    recipe: &Recipe,
    features: &[&'static Feature],
    quality: &QualityOptions,
) -> Result<(Table, Vec<Prepared<'a>>)> {
    measured(recording, recipe, features, quality, true)
}

/// Without `keep` no samples are handed on: those of a long recording of many channels would fill the memory.
fn measured<'a>(
    recording: &'a Recording,
    recipe: &Recipe,
    features: &[&'static Feature],
    quality: &QualityOptions,
    keep: bool,
) -> Result<(Table, Vec<Prepared<'a>>)> {
    let findings = conditioning::findings(recording, recipe, quality)?;
    let repaired: Vec<Cow<'_, Channel>> = recording.channels.iter().map(conditioning::repaired).collect();
    let groups = alike(&repaired);
    let measured: Vec<Vec<(usize, ChannelRows, Option<Conditioned>)>> = groups
        .par_iter()
        .map(|group| {
            let channels: Vec<&Channel> = group.iter().map(|&i| repaired[i].as_ref()).collect();
            let conditioned = conditioning::condition(&channels, recipe)?;
            let rows = group.par_iter().zip(conditioned).map(|(&i, c)| {
                let warned = warnings(&findings, &repaired[i].label);
                let rows = rows(&repaired[i], &c, recipe, features, warned)?;
                Ok((i, rows, keep.then_some(c)))
            });
            rows.collect::<Result<Vec<_>>>()
        })
        .collect::<Result<_>>()?;
    let mut rows: Vec<(usize, ChannelRows, Option<Conditioned>)> = measured.into_iter().flatten().collect();
    rows.sort_by_key(|(i, ..)| *i);
    let (mut channels, mut kept) = (Vec::new(), Vec::new());
    for ((_, rows, conditioned), channel) in rows.into_iter().zip(repaired) {
        channels.push(rows);
        kept.extend(conditioned.map(|conditioned| Prepared { channel, conditioned }));
    }
    Ok((Table { file: recording.file.clone(), channels, findings, width: features.len() }, kept))
}

/// Indices of channels that can share vector lanes: same rate, length and gaps; at most eight a group, so
/// that groups can go to different threads.
fn alike(channels: &[Cow<'_, Channel>]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (i, c) in channels.iter().enumerate() {
        let same = |other: &Channel| {
            other.sampling_frequency == c.sampling_frequency
                && other.len() == c.len()
                && other.segments == c.segments
                && other.missing == c.missing
        };
        match groups.iter_mut().find(|g| g.len() < crate::dsp::simd::LANES && same(&channels[g[0]])) {
            Some(group) => group.push(i),
            None => groups.push(vec![i]),
        }
    }
    groups
}

/// Ids of the checks that warn of `label`, or of the file as a whole.
fn warnings(findings: &[Finding], label: &str) -> String {
    let mut ids: Vec<&str> = findings
        .iter()
        .filter(|f| f.severity >= Severity::Warning && f.channel.as_deref().is_none_or(|c| c == label))
        .map(|f| f.check)
        .collect();
    ids.sort_unstable();
    ids.dedup();
    ids.join(";")
}

/// Index of each window's first sample: every `step` samples of each segment; a channel that is shorter
/// than a window, all in all, gives one window over all of it.
fn windows(channel: &Channel, window: usize, step: usize) -> Vec<(usize, usize, f64)> {
    let mut out = Vec::new();
    #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
    for segment in &channel.segments {
        let time = |offset: usize| segment.onset_s + offset as f64 / channel.sampling_frequency.0;
        if segment.len < window {
            if segment.len > 0 {
                out.push((segment.first, segment.len, segment.onset_s));
            }
            continue;
        }
        out.extend((0..=segment.len - window).step_by(step).map(|o| (segment.first + o, window, time(o))));
    }
    out
}

fn rows(
    channel: &Channel,
    conditioned: &Conditioned,
    recipe: &Recipe,
    features: &[&'static Feature],
    quality: String,
) -> Result<ChannelRows> {
    let fs = channel.sampling_frequency;
    let (window, step) = recipe.samples(fs);
    let mut options = recipe.feature_options();
    options.lsb_v = channel.volts_per_step();
    let windows = windows(channel, window, step);
    let volts = channel.is_calibrated_voltage();
    // What a number in volts stands for is not known without a calibration, so none is given.
    let shown: Vec<Option<f64>> =
        features.iter().map(|f| (volts || !needs_volts(f)).then_some(f.unit.per_si)).collect();
    let width = features.len();
    let mut values = vec![f64::NAN; windows.len() * width];
    let plan = options.design(features.to_vec(), fs, window)?;
    values
        .par_chunks_mut((WINDOWS_A_TASK * width).max(1))
        .zip(windows.par_chunks(WINDOWS_A_TASK))
        .try_for_each(|(values, windows)| -> Result<()> {
            let (mut scratch, mut readings) = (Scratch::default(), Vec::with_capacity(width));
            for (row, &(first, len, _)) in values.chunks_exact_mut(width).zip(windows) {
                let samples = &conditioned.samples[first..first + len];
                let short: Extractor;
                let plan = if len == window {
                    &plan
                } else {
                    short = options.design(features.to_vec(), fs, len)?;
                    &short
                };
                plan.apply(samples, &mut scratch, &mut readings);
                for ((cell, reading), scale) in row.iter_mut().zip(&readings).zip(&shown) {
                    if let (Reading::Value(v), Some(scale)) = (reading, scale) {
                        *cell = v * scale;
                    }
                }
            }
            Ok(())
        })?;
    #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
    let times = windows.iter().map(|&(_, len, start)| (start, start + len as f64 / fs.0)).collect();
    Ok(ChannelRows { label: channel.label.clone(), quality, times, values })
}

/// Whether a feature's value, or a threshold inside its definition, is in volts.
fn needs_volts(feature: &Feature) -> bool {
    feature.gain_power != Some(0) || feature.unit.symbol.contains('V') && feature.unit != Unit::ONE
}
