//! What the pictures of a needle recording show: every printed number has its mark here.

use super::line::{COLUMNS, Line, thinned};
use super::rows::{is_spontaneous, span};
use super::site::Site;
use crate::needle::decompose::Decomposition;
use crate::needle::muap::Muap;
use crate::needle::spontaneous::Discharge;
use crate::needle::train::Train;
use crate::trace::Trace;

/// Points of a line: abscissa, and amplitude in µV.
pub type Curve = Vec<(f64, f64)>;

/// Units of a recording that are pictured, tallest first; more make a page that nobody reads.
const UNITS: usize = 12;
/// Trains of spontaneous discharges that have a strip of their own.
const EVENTS: usize = 8;
/// Superimposed sweeps of a unit.
const SWEEPS: usize = 6;
/// Stretch at full resolution, s: five or six discharges of a unit at 10 Hz.
const ZOOM_S: f64 = 0.5;
/// Window of a potential around its main negative peak, ms.
const POTENTIAL_MS: (f64, f64) = (-12.0, 20.0);
/// Width of a histogram's bar and its end, ms.
const BAR_MS: f64 = 5.0;
const LONGEST_MS: f64 = 300.0;

/// Pictures of one channel. Times are from the recording's start.
#[derive(Debug, Clone, Default)]
pub struct NeedleView {
    /// The stretch of [`NeedleView::raw`], where the most units fire; `None` without any unit.
    pub zoom_s: Option<(f64, f64)>,
    /// The trace there: s and µV.
    pub raw: Curve,
    /// The trace minus all units there.
    pub residual: Curve,
    /// The whole residual: s, least and greatest value of a column, µV.
    pub residual_overview: Vec<(f64, f64, f64)>,
    /// The tallest units.
    pub units: Vec<UnitView>,
    /// Units that are not pictured.
    pub units_left_out: usize,
    /// Trains of spontaneous discharges, and those told apart from them.
    pub events: Vec<Event>,
    /// Trains that have no strip.
    pub events_left_out: usize,
}

/// One unit.
#[derive(Debug, Clone)]
pub struct UnitView {
    /// As in the result file.
    pub id: usize,
    /// All discharges, s.
    pub times_s: Vec<f64>,
    /// Time of a discharge, s, and one over the interval before it, Hz.
    pub rates: Curve,
    /// Intervals.
    pub histogram: Option<Histogram>,
    /// Its potential.
    pub potential: Option<Sweep>,
}

/// A potential with its marks; times in ms from the reference point, amplitudes in µV.
#[derive(Debug, Clone, Default)]
pub struct Sweep {
    /// The average.
    pub average: Curve,
    /// Single sweeps.
    pub superimposed: Vec<Curve>,
    /// Onset and end, where they were found.
    pub onset_ms: Option<f64>,
    /// See `onset_ms`.
    pub end_ms: Option<f64>,
    /// What each method says of the onset and the end.
    pub other_marks_ms: Vec<f64>,
    /// The most negative and the most positive point between them: their distance is the amplitude.
    pub peaks: Option<[(f64, f64); 2]>,
    /// Satellites: start and end.
    pub satellites_ms: Vec<(f64, f64)>,
}

/// A histogram of intervals with the normal distribution of their mean and SD.
#[derive(Debug, Clone, PartialEq)]
pub struct Histogram {
    /// Width of a bar, ms; the first begins at 0.
    pub bar_ms: f64,
    /// Intervals a bar.
    pub counts: Vec<usize>,
    /// Intervals longer than the last bar: pauses and missed discharges.
    pub beyond: usize,
    /// Of the intervals, missed discharges taken into account, ms.
    pub mean_ms: Option<f64>,
    /// Likewise.
    pub sd_ms: Option<f64>,
}

/// A train of spontaneous discharges, or what was told apart from them.
#[derive(Debug, Clone)]
pub struct Event {
    /// `S1`, `S2`, … for the rows of `spontaneous`; `T1`, … for those of `told_apart`.
    pub mark: String,
    /// Kind as in the result file.
    pub kind: &'static str,
    /// All discharges, s; none for end-plate noise.
    pub times_s: Vec<f64>,
    /// First to last, s.
    pub span_s: (f64, f64),
    /// A stretch of the trace with some of them: s and µV.
    pub strip: Curve,
    /// The mean potential.
    pub potential: Sweep,
}

impl NeedleView {
    /// Of a measured site; `trace` is what was judged.
    pub(super) fn of(site: &Site, trace: Trace<'_>, found: Option<&Decomposition>) -> Self {
        let line = Line { x: trace.samples(), fs: trace.sampling_frequency().0, onset: site.onset_s };
        let mut view = NeedleView::default();
        if let Some(found) = found {
            view.units_left_out = site.trains.len().saturating_sub(UNITS);
            let trains = site.trains.iter().zip(&site.muaps).take(UNITS).enumerate();
            view.units = trains.map(|(i, (t, m))| unit(i + 1, t, m.as_ref().ok(), &line)).collect();
            if let Some((from, to)) = busiest(&view.units, site.onset_s, trace.duration_s()) {
                view.zoom_s = Some((from, to));
                view.raw = line.between(from, to);
                let rest = Line { x: &found.residual, ..line };
                view.residual = rest.between(from, to);
                view.residual_overview = rest.columns();
            }
        }
        let discharges: &[Discharge] = site.spontaneous.as_ref().map_or(&[], |s| &s.discharges);
        let (mut spontaneous, mut apart) = (0, 0);
        let marked = discharges.iter().map(|d| {
            let (letter, n) =
                if is_spontaneous(d.kind) { ('S', &mut spontaneous) } else { ('T', &mut apart) };
            *n += 1;
            (format!("{letter}{n}"), d)
        });
        // What is spontaneous has its strip before what is not.
        let mut marked: Vec<_> = marked.collect();
        marked.sort_by_key(|(_, d)| !is_spontaneous(d.kind));
        view.events_left_out = marked.len().saturating_sub(EVENTS);
        view.events = marked.into_iter().take(EVENTS).map(|(mark, d)| event(mark, d, &line)).collect();
        view
    }
}

/// The stretch in which the most units fire, of those the one with the most discharges, the earliest.
fn busiest(units: &[UnitView], onset: f64, duration: f64) -> Option<(f64, f64)> {
    let first = units.first()?.times_s.first()?;
    let length = ZOOM_S.min(duration);
    let mut best = ((0, 0), *first - 0.5 * length);
    let mut start = onset;
    while start + length <= onset + duration {
        let inside = units.iter().map(|u| {
            let from = u.times_s.partition_point(|t| *t < start);
            u.times_s[from..].partition_point(|t| *t < start + length)
        });
        let counts: Vec<usize> = inside.collect();
        let score = (counts.iter().filter(|n| **n > 0).count(), counts.iter().sum());
        if score > best.0 {
            best = (score, start);
        }
        start += 0.1;
    }
    let start = best.1.clamp(onset, onset + duration - length);
    Some((start, start + length))
}

fn unit(id: usize, train: &Train, muap: Option<&Muap>, line: &Line<'_>) -> UnitView {
    let times_s: Vec<f64> = train.times_s.iter().map(|t| t + line.onset).collect();
    let rates = times_s.windows(2).filter(|w| w[1] > w[0]).map(|w| (w[1], 1.0 / (w[1] - w[0]))).collect();
    UnitView {
        id,
        rates,
        histogram: histogram(train),
        potential: muap.map(|m| potential(m, line.fs)),
        times_s,
    }
}

fn histogram(train: &Train) -> Option<Histogram> {
    let intervals: Vec<f64> = train.times_s.windows(2).map(|w| (w[1] - w[0]) * 1e3).collect();
    if intervals.is_empty() {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of bars")]
    let mut counts = vec![0; (LONGEST_MS / BAR_MS) as usize];
    let mut beyond = 0;
    for interval in intervals {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
        let bar = (interval / BAR_MS).clamp(0.0, 1e6) as usize;
        match counts.get_mut(bar) {
            Some(count) => *count += 1,
            None => beyond += 1,
        }
    }
    let mean_ms = train.interval_s.map(|v| v * 1e3);
    let sd_ms = mean_ms.zip(train.interval_cv).map(|(mean, cv)| mean * cv);
    Some(Histogram { bar_ms: BAR_MS, counts, beyond, mean_ms, sd_ms })
}

/// Samples around index `reference` in ms and µV.
fn around(x: &[f64], reference: usize, fs: f64, window_ms: (f64, f64)) -> Curve {
    let ms = |i: usize| (i as f64 - reference as f64) / fs * 1e3;
    let inside = |i: &usize| (window_ms.0..=window_ms.1).contains(&ms(*i));
    let first = (0..x.len()).find(inside).unwrap_or(0);
    let end = (0..x.len()).rev().find(inside).map_or(0, |i| i + 1).max(first);
    thinned(first..end, COLUMNS / 6, |i| x[i]).into_iter().map(|i| (ms(i), x[i] * 1e6)).collect()
}

fn potential(m: &Muap, fs: f64) -> Sweep {
    let ms = |s: Option<f64>| s.map(|v| v * 1e3);
    let (onset_ms, end_ms) = (ms(m.onset.at_s), ms(m.end.at_s));
    // A potential or satellite that lasts longer than the usual window is shown whole.
    let last = m.satellites.iter().map(|s| s.end_s * 1e3).chain(end_ms).fold(POTENTIAL_MS.1 - 3.0, f64::max);
    let first = m.satellites.iter().map(|s| s.start_s * 1e3).chain(onset_ms);
    let first = first.fold(POTENTIAL_MS.0 + 3.0, f64::min);
    let window = (first - 3.0, last + 3.0);
    let by = m.onset.by.iter().chain(&m.end.by);
    Sweep {
        average: around(&m.average, m.reference, fs, window),
        superimposed: m
            .superimposed
            .iter()
            .take(SWEEPS)
            .map(|s| around(s, m.reference, fs, window))
            .collect(),
        peaks: peaks(&m.average, m.reference, fs, (onset_ms, end_ms)),
        onset_ms,
        end_ms,
        other_marks_ms: by.filter_map(|(_, at)| ms(*at)).collect(),
        satellites_ms: m.satellites.iter().map(|s| (s.start_s * 1e3, s.end_s * 1e3)).collect(),
    }
}

/// The most negative and the most positive sample between two marks, ms and µV.
fn peaks(
    x: &[f64],
    reference: usize,
    fs: f64,
    marks_ms: (Option<f64>, Option<f64>),
) -> Option<[(f64, f64); 2]> {
    let ms = |i: usize| (i as f64 - reference as f64) / fs * 1e3;
    let inside = |i: &usize| marks_ms.0.is_none_or(|m| ms(*i) >= m) && marks_ms.1.is_none_or(|m| ms(*i) <= m);
    let all = || (0..x.len()).filter(inside);
    let low = all().min_by(|a, b| x[*a].total_cmp(&x[*b]))?;
    let high = all().max_by(|a, b| x[*a].total_cmp(&x[*b]))?;
    Some([low, high].map(|i| (ms(i), x[i] * 1e6)))
}

fn event(mark: String, d: &Discharge, line: &Line<'_>) -> Event {
    // About four discharges, in the middle of the train; 0.2 s is a screen of the needle examiner.
    let length = if d.rate > 0.0 { (4.0 / d.rate).clamp(0.2, 1.0) } else { 0.2 };
    let middle = d.times_s.get(d.times_s.len() / 2).copied().unwrap_or(0.5 * (d.span_s.0 + d.span_s.1));
    let start = (middle + line.onset - 0.5 * length).max(line.onset);
    let potential = Sweep {
        average: around(&d.template, d.reference, line.fs, POTENTIAL_MS),
        peaks: (span(&d.template) > 0.0)
            .then(|| peaks(&d.template, d.reference, line.fs, (None, None)))
            .flatten(),
        ..Sweep::default()
    };
    Event {
        mark,
        kind: d.kind.id(),
        times_s: d.times_s.iter().map(|t| t + line.onset).collect(),
        span_s: (d.span_s.0 + line.onset, d.span_s.1 + line.onset),
        strip: line.between(start, start + length),
        potential,
    }
}
