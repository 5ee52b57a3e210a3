//! Series of a channel, ready to be drawn.

use super::view::{ChannelView, Grid};
use crate::Result;
use crate::dsp::envelope::{Average, Ends, EnvelopeOptions};
use crate::dsp::spectrum::{PsdOptions, PsdScratch, Scaling};
use crate::dsp::stft::{StftOptions, StftScratch};
use crate::dsp::window::Window;
use crate::recording::{Channel, Segment};
use crate::units::{Hertz, Seconds};

/// Columns of a waveform or spectrogram picture: more than a page shows, few enough for a small file.
const COLUMNS: usize = 1600;
/// Rows of a spectrogram picture.
const ROWS: usize = 160;
/// Length of the stretch shown at full resolution, s: what a needle examiner sees on one screen.
const DETAIL_S: f64 = 0.2;
/// Most samples of that stretch.
const DETAIL_SAMPLES: usize = 8192;
/// Window of the moving RMS, s.
const ENVELOPE_S: f64 = 0.05;

/// Everything about a channel that needs no knowledge of its kind. `samples` are what is measured and drawn:
/// filtered as the recipe says, in volts, or as the file stores them where they are uncalibrated; NaN where
/// nothing can be measured.
pub(super) fn of(channel: &Channel, samples: &[f64]) -> Result<ChannelView> {
    let fs = channel.sampling_frequency;
    let calibrated = channel.is_calibrated_voltage();
    let uncalibrated = channel.uncalibrated.is_some() || channel.unit.text.is_empty();
    let (unit, factor) = match (calibrated, uncalibrated) {
        (true, _) => ("µV".to_owned(), 1e6),
        (false, true) => ("as stored (uncalibrated)".to_owned(), 1.0),
        (false, false) => (channel.unit.text.clone(), 1.0),
    };
    let x: Vec<f64> = samples.iter().map(|v| v * factor).collect();
    let stretches = channel.measurable();
    let longest = stretches.iter().max_by_key(|s| s.len).copied();
    let mut view = ChannelView {
        label: channel.label.clone(),
        kind: channel.kind,
        kind_reasons: Vec::new(),
        unit,
        calibrated,
        uncalibrated,
        sampling_frequency_hz: fs.0,
        duration_s: stretches.iter().map(|s| seconds(s.len, fs)).sum(),
        warnings: Vec::new(),
        waveform: waveform(&x, &stretches, fs),
        detail: Vec::new(),
        envelope: Vec::new(),
        episodes: Vec::new(),
        episodes_method: String::new(),
        fatigue: Vec::new(),
        spectrum: Vec::new(),
        spectrogram: Grid::default(),
        courses: Vec::new(),
        summaries: Vec::new(),
        needle: None,
        pictures: None,
    };
    // Spectra and envelopes are those of the longest stretch without a gap.
    if let Some(stretch) = longest {
        let samples = &x[stretch.first..stretch.first + stretch.len];
        if samples.iter().all(|v| v.is_finite()) {
            view.envelope = envelope(samples, &stretch, fs)?;
            view.detail = detail(samples, &stretch, fs);
            view.spectrum = spectrum(samples, fs)?;
            view.spectrogram = spectrogram(samples, &stretch, fs)?;
        }
    }
    Ok(view)
}

#[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
fn seconds(samples: usize, fs: Hertz) -> f64 {
    samples as f64 / fs.0
}

/// Samples of `s` seconds, at least 1.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 1 … 1e9")]
fn samples_of(s: f64, fs: Hertz) -> usize {
    (s * fs.0).round().clamp(1.0, 1e9) as usize
}

/// Least and greatest value of each picture column, so that no peak is lost.
fn waveform(x: &[f64], stretches: &[Segment], fs: Hertz) -> Vec<(f64, f64, f64)> {
    let total: usize = stretches.iter().map(|s| s.len).sum();
    let width = total.div_ceil(COLUMNS).max(1);
    let mut out = Vec::new();
    for stretch in stretches {
        let samples = &x[stretch.first..stretch.first + stretch.len];
        for (i, column) in samples.chunks(width).enumerate() {
            let finite = column.iter().copied().filter(|v| v.is_finite());
            let range = finite
                .fold(None, |r: Option<(f64, f64)>, v| Some(r.map_or((v, v), |(a, b)| (a.min(v), b.max(v)))));
            if let Some((low, high)) = range {
                out.push((stretch.onset_s + seconds(i * width, fs), low, high));
            }
        }
    }
    out
}

fn envelope(x: &[f64], stretch: &Segment, fs: Hertz) -> Result<Vec<(f64, f64)>> {
    let window = Seconds(ENVELOPE_S.max(1.0 / fs.0));
    let plan = EnvelopeOptions { average: Average::Rms, window, ends: Ends::Shorten }.design(fs)?;
    let (mut scratch, mut out) = (Vec::new(), Vec::new());
    plan.apply(x, &mut scratch, &mut out);
    let step = out.len().div_ceil(COLUMNS).max(1);
    Ok(out.iter().enumerate().step_by(step).map(|(i, v)| (stretch.onset_s + seconds(i, fs), *v)).collect())
}

/// The stretch around the sample farthest from the median.
fn detail(x: &[f64], stretch: &Segment, fs: Hertz) -> Vec<(f64, f64)> {
    let mut sorted = x.to_vec();
    let middle = sorted.len() / 2;
    let (_, median, _) = sorted.select_nth_unstable_by(middle, f64::total_cmp);
    let far = |v: &f64| (v - *median).abs();
    let peak = x.iter().enumerate().max_by(|a, b| far(a.1).total_cmp(&far(b.1))).map_or(0, |(i, _)| i);
    let len = samples_of(DETAIL_S, fs).min(DETAIL_SAMPLES).min(x.len());
    let first = peak.saturating_sub(len / 2).min(x.len() - len);
    (first..first + len).map(|i| (stretch.onset_s + seconds(i, fs), x[i])).collect()
}

fn spectrum(x: &[f64], fs: Hertz) -> Result<Vec<(f64, f64)>> {
    let segment = samples_of(0.5, fs).min(x.len());
    if segment < 4 {
        return Ok(Vec::new());
    }
    let plan =
        PsdOptions { segment, overlap: segment / 2, window: Window::Hann, remove_mean: true }.design(fs)?;
    let mut out = Vec::new();
    plan.apply(x, &mut PsdScratch::default(), &mut out);
    Ok(plan.frequencies().into_iter().zip(out).skip(1).collect())
}

/// Hann segments of 64 ms (at least 32 samples), at most [`COLUMNS`] of them; bins joined to [`ROWS`] rows.
fn spectrogram(x: &[f64], stretch: &Segment, fs: Hertz) -> Result<Grid> {
    let segment = samples_of(0.064, fs).max(32);
    if x.len() < segment {
        return Ok(Grid::default());
    }
    let columns = (COLUMNS / 2).min(1 + 4 * (x.len() - segment) / segment);
    let options = StftOptions {
        segment,
        overlap: 0,
        window: Window::Hann,
        remove_mean: true,
        scaling: Scaling::Density,
    };
    let plan = options.design(fs)?;
    let bins = plan.bins();
    let join = bins.div_ceil(ROWS).max(1);
    let rows = bins.div_ceil(join);
    let frequencies = plan.frequencies();
    let mut grid = Grid {
        times_s: Vec::with_capacity(columns),
        frequencies_hz: (0..rows).map(|r| frequencies[(r * join + join / 2).min(bins - 1)]).collect(),
        decibels: vec![0.0; rows * columns],
    };
    let (mut scratch, mut power) = (StftScratch::default(), Vec::new());
    for column in 0..columns {
        let first = if columns == 1 { 0 } else { (x.len() - segment) * column / (columns - 1) };
        plan.power_of(&x[first..first + segment], &mut scratch, &mut power);
        grid.times_s.push(stretch.onset_s + seconds(first + segment / 2, fs));
        for (row, bins) in power.chunks(join).enumerate() {
            #[expect(clippy::cast_precision_loss, reason = "a few bins")]
            let mean = bins.iter().sum::<f64>() / bins.len() as f64;
            // −200 dB is far below any converter's noise and keeps a flat signal finite.
            grid.decibels[row * columns + column] = 10.0 * mean.max(1e-20).log10();
        }
    }
    Ok(grid)
}
