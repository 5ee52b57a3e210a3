//! The frame that all pictures share: size, font, axes.

use super::colour::{GRID, INK};
use crate::{Error, Result};
use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::{FontStyle, register_font};
use std::ops::Range;
use std::sync::Once;

/// Width of every picture, px; pages scale it.
pub(super) const WIDTH: u32 = 980;

/// One axis.
pub(super) struct Axis<'a> {
    /// From and to; the picture's left or lower end first.
    pub(super) range: Range<f64>,
    /// Name with unit.
    pub(super) name: &'a str,
    /// Text of a tick.
    pub(super) tick: &'a dyn Fn(&f64) -> String,
}

/// A chart with two linear axes.
pub(super) type Chart<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// Draws an empty frame of `height` px, lets `draw` fill it, and gives the SVG text.
pub(super) fn picture(
    height: u32,
    x: &Axis<'_>,
    y: &Axis<'_>,
    draw: impl FnOnce(&mut Chart<'_, '_>) -> std::result::Result<(), String>,
) -> Result<String> {
    fonts();
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (WIDTH, height)).into_drawing_area();
        on(&area, x, y, draw).map_err(|e| Error::Signal(format!("drawing: {e}")))?;
    }
    Ok(svg)
}

fn on(
    area: &DrawingArea<SVGBackend<'_>, Shift>,
    x: &Axis<'_>,
    y: &Axis<'_>,
    draw: impl FnOnce(&mut Chart<'_, '_>) -> std::result::Result<(), String>,
) -> std::result::Result<(), String> {
    let text = ("sans-serif", 13).into_font().color(&INK);
    let mut chart = ChartBuilder::on(area)
        .margin(8)
        .margin_right(16)
        .x_label_area_size(38)
        .y_label_area_size(72)
        .build_cartesian_2d(x.range.clone(), y.range.clone())
        .map_err(|e| e.to_string())?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(GRID)
        .axis_style(INK)
        .x_desc(x.name)
        .y_desc(y.name)
        .x_labels(12)
        .y_labels(6)
        .x_label_formatter(x.tick)
        .y_label_formatter(y.tick)
        .label_style(text.clone())
        .axis_desc_style(text)
        .draw()
        .map_err(|e| e.to_string())?;
    draw(&mut chart)?;
    area.present().map_err(|e| e.to_string())
}

/// Text is measured with this font; no font of the system is asked for.
fn fonts() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        for style in [FontStyle::Normal, FontStyle::Bold] {
            // Registering fails only for bytes that are no font; drawing would then say so.
            let _ = register_font("sans-serif", style, dejavu::sans::regular());
        }
    });
}

/// A tick as a plain number with as few digits as tell it apart.
pub(super) fn plain(value: &f64) -> String {
    let rounded = (value * 1e6).round() / 1e6;
    if rounded == 0.0 { "0".into() } else { format!("{rounded}") }
}

/// The same with the sign turned, for axes that are drawn upside down.
pub(super) fn turned(value: &f64) -> String {
    plain(&-value)
}

/// `low` to `high` with a margin; never empty.
pub(super) fn padded(low: f64, high: f64) -> Range<f64> {
    let span = high - low;
    let pad = if span > 0.0 { 0.05 * span } else { low.abs().max(1.0) * 0.1 };
    low - pad..high + pad
}

/// Least and greatest of `values`; `0..1` when there are none.
pub(super) fn extent(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let mut all = values.filter(|v| v.is_finite());
    let Some(first) = all.next() else { return (0.0, 1.0) };
    all.fold((first, first), |(low, high), v| (low.min(v), high.max(v)))
}
