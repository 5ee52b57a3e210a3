//! The frame that all pictures share: size, font, axes.

use super::colour::{GRID, INK};
use crate::{Error, Result};
use plotters::coord::Shift;
use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint, Ranged};
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
    /// Where ticks stand.
    pub(super) ticks: Vec<f64>,
    /// Text of a tick.
    pub(super) tick: &'a dyn Fn(&f64) -> String,
}

impl<'a> Axis<'a> {
    /// An axis whose ticks are multiples of 1, 2 or 5 times a power of ten.
    pub(super) fn linear(range: Range<f64>, name: &'a str, tick: &'a dyn Fn(&f64) -> String) -> Self {
        let ticks = ticks(&range, 8.0);
        Axis { range, name, ticks, tick }
    }
}

impl<'a> Axis<'a> {
    /// An axis of logarithms to base 10 that shows the numbers, with ticks at 1, 2 and 5 in each decade.
    pub(super) fn logarithmic(range: Range<f64>, name: &'a str) -> Self {
        let decades = -3..7;
        let all = decades.flat_map(|d| [1.0, 2.0, 5.0].map(|m: f64| m.log10() + f64::from(d)));
        let ticks = all.filter(|t| range.contains(t)).collect();
        Axis { range, name, ticks, tick: &power }
    }
}

/// 10 to the power of a tick, with three significant digits.
fn power(value: &f64) -> String {
    let number = 10f64.powf(*value);
    let size = 10f64.powf(2.0 - number.log10().floor());
    plain(&((number * size).round() / size))
}

/// About `count` multiples of 1, 2 or 5 times a power of ten inside `range`.
pub(super) fn ticks(range: &Range<f64>, count: f64) -> Vec<f64> {
    let span = range.end - range.start;
    if !(span.is_finite() && span > 0.0) {
        return Vec::new();
    }
    let rough = span / count.max(1.0);
    let decade = 10f64.powf(rough.log10().floor());
    let step =
        [1.0, 2.0, 5.0, 10.0].into_iter().map(|m| m * decade).find(|s| *s >= rough).unwrap_or(10.0 * decade);
    let first = (range.start / step).ceil();
    (0..20).map(|i| (first + f64::from(i)) * step).take_while(|t| *t <= range.end).collect()
}

/// A linear coordinate whose ticks are given.
pub(super) struct Ticked {
    line: RangedCoordf64,
    ticks: Vec<f64>,
}

impl Ticked {
    fn new(axis: &Axis<'_>) -> Self {
        Ticked { line: axis.range.clone().into(), ticks: axis.ticks.clone() }
    }
}

impl Ranged for Ticked {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;
    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        self.line.map(value, limit)
    }
    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.ticks.clone()
    }
    fn range(&self) -> Range<f64> {
        self.line.range()
    }
}

/// A chart with two linear axes.
pub(super) type Chart<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<Ticked, Ticked>>;

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
        .build_cartesian_2d(Ticked::new(x), Ticked::new(y))
        .map_err(|e| e.to_string())?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(GRID)
        .axis_style(INK)
        .x_desc(x.name)
        .y_desc(y.name)
        .x_labels(x.ticks.len())
        .y_labels(y.ticks.len())
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
pub(super) fn fonts() {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        for (range, first, count) in
            [(0.0..36.96, 0.0, 8), (-3.2e3..7.3e3, -2e3, 5), (4.475..4.68, 4.5, 4), (1.0..1.0, 0.0, 0)]
        {
            let got = ticks(&range, 8.0);
            assert_eq!(got.len(), count, "{range:?}: {got:?}");
            if let Some(tick) = got.first() {
                assert!((tick - first).abs() < 1e-9, "{range:?}: {got:?}");
            }
        }
    }
}
