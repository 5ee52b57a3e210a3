//! A recording taken apart: the trace with the marks of its units, and what is left of it without them.

use super::colour::{GRID, INK, SECOND, SHADE, TRACE};
use super::frame::{extent, padded};
use super::sheet::{Drawn, Panel, Sheet, Side, sheet};
use crate::Result;
use crate::pipeline::analyze::ChannelView;
use crate::pipeline::analyze::needle::{NeedleView, UnitView};

/// Where panels begin and how wide they are, px.
const LEFT: f64 = 72.0;
const ACROSS: f64 = 892.0;
/// Height of a row of marks, px.
const ROW: f64 = 17.0;
/// Name of an axis with the electrophysiologist's sign.
const AXIS: &str = "µV, negative up";

/// The stretch in which the most units fire: trace, a row of numbered marks a unit, residual. `None` without
/// units.
pub fn stretch(view: &NeedleView) -> Result<Option<String>> {
    let Some((from, to)) = view.zoom_s else { return Ok(None) };
    let inside = |u: &&UnitView| u.times_s.iter().any(|t| (from..=to).contains(t));
    let firing: Vec<&UnitView> = view.units.iter().filter(inside).collect();
    let (low, high) = extent(view.raw.iter().map(|p| -p.1));
    let range = padded(low, high);
    let left = extent(view.residual.iter().map(|p| -p.1));
    let (left_low, left_high) = {
        let r = padded(left.0, left.1);
        (r.start, r.end)
    };
    let rows = 24.0 + 210.0 + 6.0;
    let below = rows + ROW * firing.len() as f64 + 24.0;
    // One gain for both: the residual's panel is as much lower as its span is smaller, within reason.
    let share = (left_high - left_low).max(0.3 * (range.end - range.start)) / (range.end - range.start);
    let height = 210.0 * share.min(1.0);
    let middle = 0.5 * (left_low + left_high);
    let half = 0.5 * share.min(1.0) * (range.end - range.start);
    let raw = Panel { x: from..to, y: range, place: (LEFT, 24.0, ACROSS, 210.0) };
    let rest = Panel { x: from..to, y: middle - half..middle + half, place: (LEFT, below, ACROSS, height) };
    let svg = sheet(below + height + 36.0, |page| {
        rest.along(page, "time (s)", 24.0)?;
        raw.upward(page, &format!("trace, {AXIS}"), true)?;
        rest.upward(page, &format!("residual: trace minus all units, {AXIS}, same gain"), true)?;
        for (row, unit) in firing.iter().enumerate() {
            marks(page, &raw, unit, rows + ROW * row as f64)?;
        }
        raw.curve(page, &view.raw, -1.0, TRACE, 2)?;
        rest.curve(page, &view.residual, -1.0, TRACE, 2)
    })?;
    Ok(Some(svg))
}

/// A row: the unit's number at each of its discharges, right of a tick that stands at the very time.
fn marks(page: &Sheet<'_>, raw: &Panel, unit: &UnitView, top: f64) -> Drawn {
    let number = unit.id.to_string();
    let bottom = top + ROW - 3.0;
    page.text((LEFT - 5.0, top + 0.5 * ROW), &format!("unit {number}"), 11.0, Side::Left)?;
    page.line([(LEFT, bottom), (LEFT + ACROSS, bottom)], GRID, 1)?;
    for t in unit.times_s.iter().filter(|t| raw.x.contains(t)) {
        let x = raw.at(*t, raw.y.start).0;
        page.line([(x, 24.0), (x, top)], GRID, 1)?;
        page.line([(x, top), (x, bottom)], SECOND, 3)?;
        page.text((x + 2.5, top + 0.45 * ROW), &number, 11.0, Side::Right)?;
    }
    Ok(())
}

/// The whole recording and its residual; the bracket marks the stretch that is shown large.
pub fn overview(channel: &ChannelView, view: &NeedleView) -> Result<Option<String>> {
    let (Some(first), Some(last)) = (channel.waveform.first(), channel.waveform.last()) else {
        return Ok(None);
    };
    let across = first.0..last.0.max(first.0 + 1e-6);
    let (low, high) = extent(channel.waveform.iter().flat_map(|c| [-c.1, -c.2]));
    let up = padded(low, high);
    let raw = Panel { x: across.clone(), y: up.clone(), place: (LEFT, 24.0, ACROSS, 120.0) };
    let rest = Panel { x: across, y: up, place: (LEFT, 170.0, ACROSS, 120.0) };
    let both = !view.residual_overview.is_empty();
    let svg = sheet(if both { 326.0 } else { 180.0 }, |page| {
        let lowest = if both { &rest } else { &raw };
        if let Some((from, to)) = view.zoom_s {
            let (a, b) = (raw.at(from, 0.0).0, raw.at(to, 0.0).0);
            page.area((a, 24.0), (b, 144.0), SHADE)?;
            page.line([(a, 150.0), (a, 145.0), (b, 145.0), (b, 150.0)], SECOND, 3)?;
        }
        lowest.along(page, "time (s)", 24.0)?;
        raw.upward(page, &format!("{}, negative up", channel.unit), true)?;
        raw.columns(page, &channel.waveform, -1.0, TRACE)?;
        if both {
            rest.upward(page, &format!("residual, {AXIS}, same gain"), true)?;
            rest.columns(page, &view.residual_overview, -1.0, INK)?;
        }
        Ok(())
    })?;
    Ok(Some(svg))
}
