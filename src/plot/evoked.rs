//! Evoked responses: traces stacked from distal to proximal, negative up, with markers at the printed numbers.

use super::colour::{FAINT, GRID, INK, SECOND, TRACE};
use super::frame::{extent, plain};
use super::sheet::{Drawn, Panel, Sheet, Side, round_down, sheet};
use crate::Result;
use crate::pipeline::analyze::ncs::{ConductionView, MarkerView, TraceView};

/// Left edge, width, and height of a trace's row, px.
const LEFT: f64 = 190.0;
const ACROSS: f64 = 700.0;
const ROW: f64 = 110.0;
/// Shown before the stimulus, ms, and behind the last marker, as a share of its latency and ms.
const BEFORE_MS: f64 = 2.0;
const BEHIND: (f64, f64) = (0.35, 4.0);
/// Without markers this much is shown, ms.
const USUAL_MS: f64 = 30.0;

/// The traces of a study's sites, one gain and one time scale. `None` without any trace.
pub fn stack(view: &ConductionView) -> Result<Option<String>> {
    let shown: Vec<(&str, &TraceView)> =
        view.sites.iter().filter_map(|s| Some((s.site.as_str(), s.trace.as_ref()?))).collect();
    if shown.is_empty() {
        return Ok(None);
    }
    let (low, high) = window(&shown);
    let gain = gain(&shown, low, high);
    let unit = shown[0].1.unit.replace('u', "µ");
    let bottom = 20.0 + ROW * shown.len() as f64;
    let svg = sheet(bottom + 40.0, |page| {
        let whole = Panel { x: low..high, y: 0.0..1.0, place: (LEFT, 20.0, ACROSS, bottom - 20.0) };
        whole.along(page, "ms from the stimulus", 20.0)?;
        page.text((LEFT, 8.0), "negative up", 11.0, Side::Right)?;
        let stimulus = whole.at(0.0, 0.0).0;
        page.line([(stimulus, 20.0), (stimulus, bottom)], FAINT, 2)?;
        for (i, (site, trace)) in shown.iter().enumerate() {
            let top = 20.0 + ROW * i as f64;
            let row = Panel {
                x: low..high,
                y: -0.45 * gain..1.0 * gain,
                place: (LEFT, top + 6.0, ACROSS, ROW - 10.0),
            };
            page.text((10.0, top + 0.55 * ROW), &site.replace('_', " "), 12.0, Side::Right)?;
            draw(page, &row, trace)?;
            if i + 1 == shown.len() {
                let size = round_down(0.4 * gain);
                let ms = round_down(0.12 * (high - low));
                let text = (format!("{} ms", plain(&ms)), format!("{} {unit}", plain(&size)));
                row.scale(page, (ms, &text.0), (size, &text.1))?;
            }
        }
        Ok(())
    })?;
    Ok(Some(svg))
}

/// From before the stimulus to behind the last marker.
fn window(shown: &[(&str, &TraceView)]) -> (f64, f64) {
    let (first, last) = extent(shown.iter().flat_map(|(_, t)| t.points.iter().map(|p| p.0)));
    let marked = shown.iter().flat_map(|(_, t)| &t.markers).map(|m| m.at_ms);
    let end = marked.fold(f64::NAN, f64::max);
    let end = if end.is_finite() { end * (1.0 + BEHIND.0) + BEHIND.1 } else { USUAL_MS };
    let low = first.max(-BEFORE_MS);
    (low, end.min(last).max(low + 1.0))
}

/// Height of a row in units: the largest marked value, else the largest behind the artefact.
fn gain(shown: &[(&str, &TraceView)], low: f64, high: f64) -> f64 {
    let marked = shown.iter().flat_map(|(_, t)| &t.markers).map(|m| m.value.abs()).fold(0.0, f64::max);
    if marked > 0.0 {
        return 1.15 * marked;
    }
    // The artefact lies in the first millisecond.
    let behind = |p: &&(f64, f64)| p.0 > (low + 2.0).max(1.0) && p.0 < high;
    let all = shown.iter().flat_map(|(_, t)| t.points.iter().filter(behind).map(|p| p.1.abs()));
    1.5 * all.fold(0.0, f64::max).max(f64::MIN_POSITIVE)
}

fn draw(page: &Sheet<'_>, row: &Panel, trace: &TraceView) -> Drawn {
    let zero = row.at(row.x.start, 0.0).1;
    page.line([(row.place.0, zero), (row.place.0 + row.place.2, zero)], GRID, 1)?;
    let inside: Vec<(f64, f64)> =
        trace.points.iter().copied().filter(|p| p.0 >= row.x.start && p.0 <= row.x.end).collect();
    row.curve(page, &inside, 1.0, TRACE, 3)?;
    trace.markers.iter().try_for_each(|m| marker(page, row, m))
}

/// An upright line with its name; hollow for one that was set by hand is said by a star.
fn marker(page: &Sheet<'_>, row: &Panel, m: &MarkerView) -> Drawn {
    if m.at_ms < row.x.start || m.at_ms > row.x.end {
        return Ok(());
    }
    let (x, y) = row.at(m.at_ms, m.value);
    let (up, down) = ((y - 13.0).max(row.place.1), (y + 9.0).min(row.place.1 + row.place.3));
    page.line([(x, up), (x, down)], SECOND, 3)?;
    let star = if m.manual { "*" } else { "" };
    let text = format!("{}{star}", short(m.name));
    page.text((x + 2.0, up - 4.0), &text, 10.0, Side::Right)
}

/// A marker's letter in the picture.
fn short(name: &str) -> &str {
    match name {
        "onset" => "on",
        "peak" => "pk",
        "positive peak" => "+",
        other => other,
    }
}

/// Sweeps one under the other at one gain, and superimposed below; markers stand on them. `None` without any.
pub fn raster(sweeps: &[TraceView], labels: &[String], from_ms: f64) -> Result<Option<String>> {
    /// Most sweeps of a picture, and height of one, px.
    const MOST: usize = 40;
    const LINE: f64 = 22.0;
    const OVER: f64 = 150.0;
    let shown = &sweeps[..sweeps.len().min(MOST)];
    let Some(first) = shown.first() else { return Ok(None) };
    let (low, high) = extent(shown.iter().flat_map(|t| t.points.iter().map(|p| p.0)));
    let low = low.max(from_ms);
    if high <= low {
        return Ok(None);
    }
    let inside = |t: &TraceView| -> Vec<(f64, f64)> {
        let behind: Vec<_> = t.points.iter().copied().filter(|p| p.0 >= low).collect();
        // Each sweep about its own middle.
        let mut sorted: Vec<f64> = behind.iter().map(|p| p.1).collect();
        sorted.sort_by(f64::total_cmp);
        let base = sorted.get(sorted.len() / 2).copied().unwrap_or(0.0);
        behind.into_iter().map(|(t, v)| (t, v - base)).collect()
    };
    let lines: Vec<Vec<(f64, f64)>> = shown.iter().map(inside).collect();
    let mut sizes: Vec<f64> = lines.iter().map(|l| extent(l.iter().map(|p| p.1.abs())).1).collect();
    sizes.sort_by(f64::total_cmp);
    let gain = sizes.last().copied().unwrap_or(1.0).max(f64::MIN_POSITIVE);
    let unit = first.unit.replace('u', "µ");
    let below = 20.0 + LINE * lines.len() as f64;
    let svg = sheet(below + OVER + 44.0, |page| {
        let whole = Panel { x: low..high, y: 0.0..1.0, place: (LEFT, 20.0, ACROSS, below + OVER - 20.0) };
        whole.along(page, "ms from the stimulus", 20.0)?;
        page.text((LEFT, 8.0), "negative up; below: all superimposed", 11.0, Side::Right)?;
        for (i, line) in lines.iter().enumerate() {
            let top = 20.0 + LINE * i as f64;
            let row = Panel { x: low..high, y: -gain..gain, place: (LEFT, top - 8.0, ACROSS, LINE + 16.0) };
            let label = labels.get(i).map_or("", String::as_str);
            page.text((10.0, top + 0.5 * LINE), &format!("{}: {label}", i + 1), 10.0, Side::Right)?;
            row.curve(page, line, 1.0, TRACE, 2)?;
            for m in shown[i].markers.iter().filter(|m| m.at_ms >= low) {
                let (x, _) = row.at(m.at_ms, 0.0);
                page.line([(x, top + 3.0), (x, top + LINE - 3.0)], SECOND, 3)?;
            }
        }
        let over = Panel { x: low..high, y: -gain..gain, place: (LEFT, below + 4.0, ACROSS, OVER - 8.0) };
        for line in &lines {
            over.curve(page, line, 1.0, TRACE, 1)?;
        }
        let size = round_down(0.5 * gain);
        let ms = round_down(0.12 * (high - low));
        over.scale(page, (ms, &format!("{} ms", plain(&ms))), (size, &format!("{} {unit}", plain(&size))))
    })?;
    Ok(Some(svg))
}

/// Responses of a train beside each other at one gain, each with its number. `None` without any.
pub fn train(sweeps: &[TraceView]) -> Result<Option<String>> {
    const HEIGHT: f64 = 170.0;
    const MOST: usize = 12;
    let shown = &sweeps[..sweeps.len().min(MOST)];
    let Some(first) = shown.first() else { return Ok(None) };
    // From behind the artefact to the end of the last marker's wave.
    let last = shown.iter().flat_map(|t| &t.markers).map(|m| m.at_ms).fold(f64::NAN, f64::max);
    let high = if last.is_finite() { 2.2 * last + 4.0 } else { USUAL_MS };
    let low = 0.0;
    let inside = |t: &TraceView| -> Vec<(f64, f64)> {
        t.points.iter().copied().filter(|p| p.0 >= low && p.0 <= high).collect()
    };
    let marked = shown.iter().flat_map(|t| &t.markers).map(|m| m.value.abs()).fold(0.0, f64::max);
    let gain = if marked > 0.0 { 1.15 * marked } else { return Ok(None) };
    let width = 900.0 / shown.len() as f64;
    let unit = first.unit.replace('u', "µ");
    let svg = sheet(HEIGHT + 30.0, |page| {
        for (i, trace) in shown.iter().enumerate() {
            let left = 10.0 + width * i as f64;
            let cell =
                Panel { x: low..high, y: -0.6 * gain..gain, place: (left, 20.0, width - 8.0, HEIGHT - 30.0) };
            let zero = cell.at(low, 0.0).1;
            page.line([(left, zero), (left + width - 8.0, zero)], GRID, 1)?;
            page.text((left + 0.5 * width, 10.0), &format!("{}", i + 1), 11.0, Side::Middle)?;
            cell.curve(page, &inside(trace), 1.0, TRACE, 3)?;
            for m in &trace.markers {
                let (x, y) = cell.at(m.at_ms, m.value);
                page.line([(x - 7.0, y), (x + 7.0, y)], SECOND, 3)?;
            }
            if i + 1 == shown.len() {
                let size = round_down(0.4 * gain);
                let ms = round_down(0.5 * high);
                cell.scale(
                    page,
                    (ms, &format!("{} ms", plain(&ms))),
                    (size, &format!("{} {unit}", plain(&size))),
                )?;
            }
        }
        page.line([(10.0, HEIGHT), (910.0, HEIGHT)], INK, 1)?;
        page.text(
            (10.0, HEIGHT + 14.0),
            "negative up; the bar on each response is its measured peak",
            11.0,
            Side::Right,
        )
    })?;
    Ok(Some(svg))
}
