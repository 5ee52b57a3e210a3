//! Spontaneous activity: the whole trace with a mark at every discharge, and each train at full resolution.

use super::colour::{GRID, INK, SECOND, TRACE};
use super::frame::{extent, padded, plain};
use super::gallery;
use super::sheet::{Panel, Side, round_down, sheet};
use crate::Result;
use crate::pipeline::analyze::ChannelView;
use crate::pipeline::analyze::needle::{Event, NeedleView};

/// Height of a row of marks and of a train's strip, px.
const ROW: f64 = 20.0;
const STRIP: f64 = 132.0;

fn named(event: &Event) -> String {
    format!("{} {}", event.mark, event.kind.replace('_', " "))
}

/// The whole trace, and below it a row a train with a tick at every discharge; a bar from its first to its last.
/// `None` when nothing was found.
pub fn events(channel: &ChannelView, view: &NeedleView) -> Result<Option<String>> {
    const LEFT: f64 = 230.0;
    let (Some(first), Some(last)) = (channel.waveform.first(), channel.waveform.last()) else {
        return Ok(None);
    };
    if view.events.is_empty() {
        return Ok(None);
    }
    let (low, high) = extent(channel.waveform.iter().flat_map(|c| [-c.1, -c.2]));
    let rows = ROW * view.events.len() as f64 + 8.0;
    let trace = Panel {
        x: first.0..last.0.max(first.0 + 1e-6),
        y: padded(low, high),
        place: (LEFT, 24.0, 734.0, 130.0),
    };
    let whole = Panel { place: (LEFT, 24.0, 734.0, 130.0 + rows), ..trace.clone() };
    let svg = sheet(24.0 + 130.0 + rows + 36.0, |page| {
        whole.along(page, "time (s)", 24.0)?;
        trace.upward(page, &format!("{}, negative up", channel.unit), true)?;
        trace.columns(page, &channel.waveform, -1.0, TRACE)?;
        for (i, event) in view.events.iter().enumerate() {
            let base = 154.0 + 4.0 + ROW * (i + 1) as f64 - 4.0;
            page.text((8.0, base - 6.0), &named(event), 12.0, Side::Right)?;
            let (a, b) = (trace.at(event.span_s.0, 0.0).0, trace.at(event.span_s.1, 0.0).0);
            page.line([(LEFT, base), (LEFT + 734.0, base)], GRID, 1)?;
            page.line([(a, base), (b, base)], SECOND, 4)?;
            page.raster(event.times_s.iter().map(|t| trace.at(*t, 0.0).0), base, base - 11.0)?;
        }
        Ok(())
    })?;
    Ok(Some(svg))
}

/// A row a train: a stretch of it with its discharges marked, and its mean potential. `None` when nothing was
/// found.
pub fn trains(view: &NeedleView) -> Result<Option<String>> {
    if view.events.is_empty() {
        return Ok(None);
    }
    let svg = sheet(STRIP * view.events.len() as f64, |page| {
        for (i, event) in view.events.iter().enumerate() {
            let top = STRIP * i as f64;
            let (from, to) =
                (event.strip.first().map_or(0.0, |p| p.0), event.strip.last().map_or(1.0, |p| p.0));
            let (low, high) = extent(event.strip.iter().map(|p| -p.1));
            let strip = Panel {
                x: from..to.max(from + 1e-6),
                y: padded(low, high),
                place: (10.0, top + 34.0, 646.0, STRIP - 44.0),
            };
            page.text((10.0, top + 10.0), &format!("{}, from {from:.3} s", named(event)), 12.0, Side::Right)?;
            strip.curve(page, &event.strip, -1.0, TRACE, 2)?;
            for t in event.times_s.iter().filter(|t| strip.x.contains(t)) {
                page.tip((strip.at(*t, 0.0).0, top + 33.0), true, SECOND)?;
            }
            let size = round_down((0.4 * (strip.y.end - strip.y.start)).max(f64::MIN_POSITIVE));
            let ms = round_down(0.075 * (strip.x.end - strip.x.start)) * 1e3;
            let (across, up) = (format!("{} ms", plain(&ms)), format!("{} µV", plain(&size)));
            strip.scale(page, (ms * 1e-3, &across), (size, &up))?;
            if event.potential.peaks.is_some() {
                page.line([(726.0, top + 8.0), (726.0, top + STRIP - 10.0)], INK, 1)?;
                let (from, to) = extent(event.potential.average.iter().map(|p| p.0));
                page.text((738.0, top + 10.0), "mean potential", 11.0, Side::Right)?;
                gallery::draw(page, &event.potential, (from, to), (738.0, top + 26.0, 230.0, STRIP - 40.0))?;
            }
        }
        Ok(())
    })?;
    Ok(Some(svg))
}
