//! Lines: waveform, stretch, envelope, spectrum, features over time.

use super::colour::{SECOND, SHADE, TRACE};
use super::frame::{Axis, Chart, extent, padded, picture, plain, turned};
use crate::Result;
use crate::pipeline::analyze::{ChannelView, Course, Episode};
use crate::recording::ChannelKind;
use plotters::prelude::*;

fn text<E: std::fmt::Display>(error: E) -> String {
    error.to_string()
}

/// Whether a trace is drawn with negative up.
fn negative_up(view: &ChannelView) -> bool {
    matches!(view.kind, ChannelKind::Needle | ChannelKind::Evoked)
}

/// Text of an axis tick.
type Tick = &'static dyn Fn(&f64) -> String;

/// Sign on the page, axis name and tick text of a trace's amplitudes.
fn amplitude_axis(view: &ChannelView) -> (f64, String, Tick) {
    if negative_up(view) {
        (-1.0, format!("{} (negative up)", view.unit), &turned)
    } else {
        (1.0, view.unit.clone(), &plain)
    }
}

fn shade(
    chart: &mut Chart<'_, '_>,
    episodes: &[Episode],
    low: f64,
    high: f64,
) -> std::result::Result<(), String> {
    chart
        .draw_series(
            episodes.iter().map(|e| Rectangle::new([(e.start_s, low), (e.end_s, high)], SHADE.filled())),
        )
        .map_err(text)?;
    // A bar below the trace marks an episode without colour.
    let bar = low + 0.02 * (high - low);
    chart
        .draw_series(
            episodes
                .iter()
                .map(|e| PathElement::new(vec![(e.start_s, bar), (e.end_s, bar)], SECOND.stroke_width(3))),
        )
        .map_err(text)?;
    Ok(())
}

/// The whole trace; each column spans its least to its greatest value. `None` when there is nothing to draw.
pub fn waveform(view: &ChannelView) -> Result<Option<String>> {
    let (Some(first), Some(last)) = (view.waveform.first(), view.waveform.last()) else { return Ok(None) };
    let (sign, name, tick) = amplitude_axis(view);
    let (low, high) = extent(view.waveform.iter().flat_map(|c| [sign * c.1, sign * c.2]));
    let range = padded(low, high);
    let x = Axis::linear(first.0..last.0.max(first.0 + 1e-6), "time (s)", &plain);
    let y = Axis::linear(range.clone(), &name, tick);
    let svg = picture(230, &x, &y, |chart| {
        shade(chart, &view.episodes, range.start, range.end)?;
        // A column is drawn from its least to its greatest value; a gap in time ends the line.
        let step = view.waveform.windows(2).map(|w| w[1].0 - w[0].0).fold(f64::INFINITY, f64::min);
        let mut lines: Vec<Vec<(f64, f64)>> = vec![Vec::new()];
        let mut before = first.0;
        for &(t, a, b) in &view.waveform {
            if t - before > 3.0 * step {
                lines.push(Vec::new());
            }
            if let Some(line) = lines.last_mut() {
                line.extend([(t, sign * a), (t, sign * b)]);
            }
            before = t;
        }
        chart
            .draw_series(lines.into_iter().map(|line| PathElement::new(line, TRACE.stroke_width(1))))
            .map_err(text)?;
        Ok(())
    })?;
    Ok(Some(svg))
}

/// A short stretch at full resolution.
pub fn detail(view: &ChannelView) -> Result<Option<String>> {
    let (Some(first), Some(last)) = (view.detail.first(), view.detail.last()) else { return Ok(None) };
    let (sign, name, tick) = amplitude_axis(view);
    let (low, high) = extent(view.detail.iter().map(|p| sign * p.1));
    let x = Axis::linear(first.0..last.0.max(first.0 + 1e-6), "time (s)", &plain);
    let y = Axis::linear(padded(low, high), &name, tick);
    let svg = picture(230, &x, &y, |chart| {
        let line = view.detail.iter().map(|&(t, v)| (t, sign * v)).collect::<Vec<_>>();
        chart.draw_series([PathElement::new(line, TRACE.stroke_width(1))]).map_err(text)?;
        Ok(())
    })?;
    Ok(Some(svg))
}

/// A line over time.
fn line(points: &[(f64, f64)], episodes: &[Episode], name: &str, from_zero: bool) -> Result<Option<String>> {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return Ok(None) };
    let (low, high) = extent(points.iter().map(|p| p.1));
    let range = if from_zero { 0.0..(high * 1.05).max(f64::MIN_POSITIVE) } else { padded(low, high) };
    let x = Axis::linear(first.0..last.0.max(first.0 + 1e-6), "time (s)", &plain);
    let y = Axis::linear(range.clone(), name, &plain);
    let svg = picture(190, &x, &y, |chart| {
        shade(chart, episodes, range.start, range.end)?;
        chart.draw_series([PathElement::new(points.to_vec(), TRACE.stroke_width(1))]).map_err(text)?;
        Ok(())
    })?;
    Ok(Some(svg))
}

/// Moving RMS.
pub fn envelope(view: &ChannelView) -> Result<Option<String>> {
    line(&view.envelope, &view.episodes, &format!("RMS, {}", view.unit), true)
}

/// A feature over time.
pub fn course(view: &ChannelView, course: &Course) -> Result<Option<String>> {
    let name = format!("{}, {}", course.feature.id, course.feature.unit.symbol.replace('u', "µ"));
    line(&course.points, &view.episodes, &name, true)
}

/// Power spectral density, dB against Hz.
pub fn spectrum(view: &ChannelView) -> Result<Option<String>> {
    let points: Vec<(f64, f64)> =
        view.spectrum.iter().filter(|p| p.1 > 0.0).map(|&(f, p)| (f, 10.0 * p.log10())).collect();
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return Ok(None) };
    let (low, high) = extent(points.iter().map(|p| p.1));
    let unit = format!("dB re 1 ({})²/Hz", view.unit);
    let x = Axis::linear(first.0.min(last.0 - 1e-6)..last.0, "frequency (Hz)", &plain);
    let y = Axis::linear(padded(low.max(high - 100.0), high), &unit, &plain);
    let svg = picture(230, &x, &y, |chart| {
        chart.draw_series([PathElement::new(points, TRACE.stroke_width(1))]).map_err(text)?;
        Ok(())
    })?;
    Ok(Some(svg))
}
