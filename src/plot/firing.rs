//! When units fire: raster and rate, and their intervals.

use super::colour::{FAINT, GRID, INK, SECOND, TRACE};
use super::sheet::{Panel, Side, sheet};
use crate::Result;
use crate::pipeline::analyze::needle::{Histogram, NeedleView, UnitView};

/// Where the diagram begins and how wide it is, px.
const LEFT: f64 = 150.0;
const ACROSS: f64 = 812.0;
/// Height of a unit's row, px.
const ROW: f64 = 46.0;
/// An interval longer than this ends the line of the rate, s: the unit paused.
const PAUSE_S: f64 = 0.4;

/// A row a unit: a tick at each discharge, and above it one over each interval. `None` without units.
pub fn firing(view: &NeedleView, span_s: (f64, f64)) -> Result<Option<String>> {
    if view.units.is_empty() || span_s.1 <= span_s.0 {
        return Ok(None);
    }
    let means = view.units.iter().filter_map(|u| u.histogram.as_ref()?.mean_ms).map(|ms| 1e3 / ms);
    let most = (1.6 * means.fold(0.0, f64::max)).clamp(15.0, 100.0);
    let below = 8.0 + ROW * view.units.len() as f64;
    let whole = Panel { x: span_s.0..span_s.1, y: 0.0..1.0, place: (LEFT, 8.0, ACROSS, below - 8.0) };
    let svg = sheet(below + 36.0, |page| {
        whole.along(page, "time (s)", 8.0)?;
        for (i, unit) in view.units.iter().enumerate() {
            let top = 8.0 + ROW * i as f64;
            let rates =
                Panel { x: whole.x.clone(), y: 0.0..most, place: (LEFT, top + 4.0, ACROSS, ROW - 20.0) };
            page.text((10.0, top + 14.0), &format!("unit {}", unit.id), 12.0, Side::Right)?;
            page.text((10.0, top + 30.0), &said(unit), 11.0, Side::Right)?;
            for level in [0.0, 10.0 * (most / 20.0).floor().max(1.0)] {
                let y = rates.at(whole.x.start, level).1;
                page.line([(LEFT, y), (LEFT + ACROSS, y)], GRID, 1)?;
                page.text((LEFT - 4.0, y), &format!("{level:.0}"), 9.0, Side::Left)?;
            }
            for part in unit.rates.chunk_by(|_, b| b.1 * PAUSE_S > 1.0) {
                rates.curve(page, part, 1.0, TRACE, 2)?;
            }
            let base = top + ROW - 4.0;
            let across = unit.times_s.iter().map(|t| whole.at(*t, 0.0).0);
            page.raster(across, base, base - 9.0)?;
        }
        Ok(())
    })?;
    Ok(Some(svg))
}

fn said(unit: &UnitView) -> String {
    let mean = unit.histogram.as_ref().and_then(|h| h.mean_ms);
    let rate = mean.map_or("no rate".into(), |ms| format!("{:.1} Hz", 1e3 / ms));
    format!("{} times, {rate}", unit.times_s.len())
}

/// A histogram of intervals a unit, with the normal distribution of its mean and SD. `None` without any.
pub fn intervals(view: &NeedleView) -> Result<Option<String>> {
    const CELLS: usize = 4;
    const HEIGHT: f64 = 150.0;
    let shown: Vec<(&UnitView, &Histogram)> =
        view.units.iter().filter_map(|u| Some((u, u.histogram.as_ref()?))).collect();
    if shown.is_empty() {
        return Ok(None);
    }
    let width = 970.0 / CELLS as f64;
    let svg = sheet(HEIGHT * shown.len().div_ceil(CELLS) as f64, |page| {
        for (i, (unit, h)) in shown.iter().enumerate() {
            let corner = (10.0 + width * (i % CELLS) as f64, HEIGHT * (i / CELLS) as f64);
            let all: usize = h.counts.iter().sum::<usize>() + h.beyond;
            let scale = |sd: f64| all as f64 * h.bar_ms / (sd.max(1e-3) * std::f64::consts::TAU.sqrt());
            let tallest = h.counts.iter().max().copied().unwrap_or(0).max(1) as f64;
            let tallest = tallest.max(h.sd_ms.map_or(0.0, scale).min(3.0 * tallest)).ceil();
            let end = h.bar_ms * h.counts.len() as f64;
            let place = (corner.0 + 24.0, corner.1 + 38.0, width - 44.0, HEIGHT - 68.0);
            let cell = Panel { x: 0.0..end, y: 0.0..1.15 * tallest, place };
            cell.along(page, "", place.1)?;
            page.text((corner.0 + 22.0, cell.at(0.0, tallest).1), &format!("{tallest}"), 9.0, Side::Left)?;
            for (bar, count) in h.counts.iter().enumerate().filter(|(_, n)| **n > 0) {
                let from = cell.at(bar as f64 * h.bar_ms, *count as f64);
                let to = cell.at((bar + 1) as f64 * h.bar_ms, 0.0);
                page.area(from, (to.0 - 0.5, to.1), FAINT)?;
                page.line([(from.0, to.1), from, (to.0 - 0.5, from.1), (to.0 - 0.5, to.1)], INK, 1)?;
            }
            let title = format!("unit {}: {all} intervals (ms)", unit.id);
            page.text(corner_text(corner, 9.0), &title, 12.0, Side::Right)?;
            if let (Some(mean), Some(sd)) = (h.mean_ms, h.sd_ms) {
                let cv =
                    format!("mean {mean:.1}, CV {:.0} %, {} beyond {end:.0}", 100.0 * sd / mean, h.beyond);
                page.text(corner_text(corner, 24.0), &cv, 11.0, Side::Right)?;
                let density = |x: f64| scale(sd) * (-0.5 * ((x - mean) / sd.max(1e-3)).powi(2)).exp();
                let points = (0..=120).map(|k| f64::from(k) * end / 120.0).map(|x| cell.at(x, density(x)));
                page.line(points, SECOND, 3)?;
                let x = cell.at(mean, 0.0).0;
                page.line([(x, place.1), (x, place.1 + place.3)], SECOND, 2)?;
            }
        }
        Ok(())
    })?;
    Ok(Some(svg))
}

fn corner_text(corner: (f64, f64), down: f64) -> (f64, f64) {
    (corner.0, corner.1 + down)
}
