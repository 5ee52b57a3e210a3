//! Turns against amplitude: every epoch of a muscle.

use super::colour::{INK, TRACE};
use super::frame::{Axis, Chart, extent, picture};
use crate::Result;
use crate::result::Epoch;
use plotters::prelude::*;

/// Marks of the recordings of a muscle, in order; from the seventh on the last one.
pub const GLYPHS: [&str; 6] = ["circle", "cross", "triangle", "dot", "plus", "square"];

/// Mean amplitude between turns against turns a second, both logarithmic, one point an epoch; each recording
/// has its own glyph of [`GLYPHS`]. `None` without an epoch that has both.
pub fn turns_and_amplitude(recordings: &[&[Epoch]]) -> Result<Option<String>> {
    let points = |epochs: &[Epoch]| {
        let both = epochs.iter().filter_map(|e| Some((e.turns_per_s, e.mean_amplitude_uv?)));
        let positive = both.filter(|(turns, amplitude)| *turns > 0.0 && *amplitude > 0.0);
        positive.map(|(turns, amplitude)| (turns.log10(), amplitude.log10())).collect::<Vec<_>>()
    };
    let clouds: Vec<Vec<(f64, f64)>> = recordings.iter().map(|r| points(r)).collect();
    if clouds.iter().all(Vec::is_empty) {
        return Ok(None);
    }
    // At least 10 to 1000 turns/s and 100 to 1000 µV, so that pictures of different muscles compare.
    let (left, right) = extent(clouds.iter().flatten().map(|p| p.0));
    let (low, high) = extent(clouds.iter().flatten().map(|p| p.1));
    let x = Axis::logarithmic(left.min(1.0) - 0.05..right.max(3.0) + 0.05, "turns per second");
    let y = Axis::logarithmic(low.min(2.0) - 0.05..high.max(3.0) + 0.05, "mean amplitude, µV");
    let svg = picture(330, &x, &y, |chart| {
        clouds
            .iter()
            .enumerate()
            .try_for_each(|(i, points)| glyphs(chart, points, GLYPHS[i.min(GLYPHS.len() - 1)]))
    })?;
    Ok(Some(svg))
}

fn glyphs(chart: &mut Chart<'_, '_>, points: &[(f64, f64)], glyph: &str) -> std::result::Result<(), String> {
    let line = TRACE.stroke_width(2);
    let drawn = match glyph {
        "circle" => chart.draw_series(points.iter().map(|p| Circle::new(*p, 5, line))).map(|_| ()),
        "cross" => {
            chart.draw_series(points.iter().map(|p| Cross::new(*p, 5, INK.stroke_width(2)))).map(|_| ())
        }
        "triangle" => chart.draw_series(points.iter().map(|p| TriangleMarker::new(*p, 6, line))).map(|_| ()),
        "dot" => chart.draw_series(points.iter().map(|p| Circle::new(*p, 3, INK.filled()))).map(|_| ()),
        "plus" => chart
            .draw_series(points.iter().map(|p| {
                EmptyElement::at(*p)
                    + PathElement::new(vec![(-6, 0), (6, 0)], line)
                    + PathElement::new(vec![(0, -6), (0, 6)], line)
            }))
            .map(|_| ()),
        _ => chart
            .draw_series(
                points.iter().map(|p| EmptyElement::at(*p) + Rectangle::new([(-5, -5), (5, 5)], line)),
            )
            .map(|_| ()),
    };
    drawn.map_err(|e| e.to_string())
}
