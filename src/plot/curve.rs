//! Curves over a stimulus, a number or an area: scans, recruitment, decrement.

use super::colour::{INK, SECOND, TRACE};
use super::frame::{extent, padded};
use super::sheet::{Panel, Side, sheet};
use crate::Result;
use crate::pipeline::analyze::ncs::CurveView;

/// How a picture of curves is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marks {
    /// Points only.
    Points,
    /// Points joined by a line.
    Joined,
}

const HEIGHT: f64 = 260.0;

/// Curves of one horizontal axis, the first in dots, the second in crosses or as a line, any other in
/// open squares; axes from 0 up. `None`
/// without points.
pub fn curves(curves: &[CurveView], marks: Marks) -> Result<Option<String>> {
    let Some(first) = curves.iter().find(|c| !c.points.is_empty()) else { return Ok(None) };
    let (left, right) = extent(curves.iter().flat_map(|c| c.points.iter().map(|p| p.0)));
    let (low, high) = extent(curves.iter().flat_map(|c| c.points.iter().map(|p| p.1)));
    let x = padded(left, right);
    let y = padded(low.min(0.0), high.max(0.0));
    let svg = sheet(HEIGHT + 50.0, |page| {
        let panel = Panel { x, y, place: (70.0, 24.0, 860.0, HEIGHT - 24.0) };
        panel.upward(page, &first.y_unit.replace('u', "µ"), false)?;
        panel.along(page, &first.x_unit, 24.0)?;
        let mut across = 300.0;
        for (i, curve) in curves.iter().filter(|c| !c.points.is_empty()).enumerate() {
            let colour = [TRACE, SECOND, INK][i.min(2)];
            // A model is a line; what was measured are marks.
            let line = curve.name.contains("model") || curve.name.contains("regression");
            if line || marks == Marks::Joined {
                panel.curve(page, &curve.points, 1.0, colour, 2)?;
            }
            let mark = |(cx, cy): (f64, f64)| {
                if i == 0 {
                    page.area((cx - 1.6, cy - 1.6), (cx + 1.6, cy + 1.6), colour)
                } else if i > 1 {
                    let (l, r, t, b) = (cx - 3.0, cx + 3.0, cy - 3.0, cy + 3.0);
                    page.line([(l, t), (r, t), (r, b), (l, b), (l, t)], colour, 1)
                } else {
                    page.line([(cx - 3.0, cy - 3.0), (cx + 3.0, cy + 3.0)], colour, 2)?;
                    page.line([(cx - 3.0, cy + 3.0), (cx + 3.0, cy - 3.0)], colour, 2)
                }
            };
            if !line {
                for p in &curve.points {
                    mark(panel.at(p.0, p.1))?;
                }
            }
            // The legend, above.
            if line {
                page.line([(across - 12.0, 10.0), (across + 6.0, 10.0)], colour, 3)?;
            } else {
                mark((across, 10.0))?;
            }
            page.text((across + 12.0, 10.0), &curve.name, 11.0, Side::Right)?;
            across += 30.0 + 7.5 * curve.name.chars().count() as f64;
        }
        page.line([(70.0, HEIGHT), (930.0, HEIGHT)], INK, 1)
    })?;
    Ok(Some(svg))
}

/// Bars of sizes, largest first, under a word on what they are. `None` without any.
pub fn sizes(sizes_uv: &[f64], what: &str) -> Result<Option<String>> {
    let top = extent(sizes_uv.iter().copied()).1;
    if sizes_uv.is_empty() || top <= 0.0 {
        return Ok(None);
    }
    const SHORT: f64 = 130.0;
    let svg = sheet(SHORT + 46.0, |page| {
        let n = sizes_uv.len() as f64;
        let panel = Panel { x: 0.0..n, y: 0.0..1.08 * top, place: (70.0, 22.0, 860.0, SHORT - 22.0) };
        panel.upward(page, "µV", false)?;
        panel.along(page, what, SHORT)?;
        for (i, v) in sizes_uv.iter().enumerate() {
            let (from, to) = (panel.at(i as f64 + 0.1, *v), panel.at(i as f64 + 0.9, 0.0));
            page.area(from, (to.0.max(from.0 + 0.6), to.1), TRACE)?;
        }
        Ok(())
    })?;
    Ok(Some(svg))
}
