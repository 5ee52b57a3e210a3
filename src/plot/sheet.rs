//! A blank sheet for pictures of several panels: lines, text and marks at places of the page.
//!
//! Convention: places are px of the page, [`WIDTH`] wide, from the upper left corner; inside, a sheet is
//! [`FINE`] times as large, because the backend draws at whole px only.

use super::colour::{GRID, INK};
use super::frame::{WIDTH, fonts, plain, ticks, turned};
use crate::{Error, Result};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::ops::Range;

/// Px of the drawing a px of the page.
const FINE: f64 = 2.0;

/// What drawing gives.
pub(super) type Drawn = std::result::Result<(), String>;

/// Which side of its place a text stands on.
#[derive(Clone, Copy)]
pub(super) enum Side {
    Right,
    Left,
    Middle,
}

/// The sheet.
pub(super) struct Sheet<'a> {
    area: DrawingArea<SVGBackend<'a>, Shift>,
}

/// Draws a sheet of `height` px and gives the SVG text.
pub(super) fn sheet(height: f64, draw: impl FnOnce(&Sheet<'_>) -> Drawn) -> Result<String> {
    fonts();
    let mut svg = String::new();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few thousand px")]
    let size = (WIDTH * FINE as u32, (height * FINE).round() as u32);
    {
        let sheet = Sheet { area: SVGBackend::with_string(&mut svg, size).into_drawing_area() };
        let drawn = draw(&sheet).and_then(|()| sheet.area.present().map_err(|e| e.to_string()));
        drawn.map_err(|e| Error::Signal(format!("drawing: {e}")))?;
    }
    // Shown at the page's size; the drawing's own size stays in the view box.
    let outer = format!("width=\"{}\" height=\"{}\"", size.0, size.1);
    Ok(svg.replacen(&outer, &format!("width=\"{WIDTH}\" height=\"{height:.0}\""), 1))
}

#[expect(clippy::cast_possible_truncation, reason = "a place on the page; out of range saturates")]
fn fine(at: (f64, f64)) -> (i32, i32) {
    ((at.0 * FINE).round() as i32, (at.1 * FINE).round() as i32)
}

impl Sheet<'_> {
    /// A line through places, `width` half px wide. Repeated places are drawn once.
    pub(super) fn line(
        &self,
        places: impl IntoIterator<Item = (f64, f64)>,
        colour: RGBColor,
        width: u32,
    ) -> Drawn {
        let mut line: Vec<(i32, i32)> = places.into_iter().map(fine).collect();
        line.dedup();
        if line.len() < 2 {
            return Ok(());
        }
        self.area.draw(&PathElement::new(line, colour.stroke_width(width))).map_err(|e| e.to_string())
    }
    /// Text beside a place, its middle at the place's height.
    pub(super) fn text(&self, at: (f64, f64), text: &str, size: f64, side: Side) -> Drawn {
        let h = match side {
            Side::Right => HPos::Left,
            Side::Left => HPos::Right,
            Side::Middle => HPos::Center,
        };
        // The backend counts a font's size from ascender to descender; pages count the em.
        let style = ("sans-serif", size * FINE * 1.24).into_font().color(&INK).pos(Pos::new(h, VPos::Center));
        self.area.draw(&Text::new(text.to_owned(), fine(at), style)).map_err(|e| e.to_string())
    }
    /// A filled area between two corners.
    pub(super) fn area(&self, from: (f64, f64), to: (f64, f64), colour: RGBColor) -> Drawn {
        self.area.draw(&Rectangle::new([fine(from), fine(to)], colour.filled())).map_err(|e| e.to_string())
    }
    /// A filled triangle whose tip is at a place; `down` says where it points.
    pub(super) fn tip(&self, at: (f64, f64), down: bool, colour: RGBColor) -> Drawn {
        let up = if down { -7.0 } else { 7.0 };
        let corners = [at, (at.0 - 4.0, at.1 + up), (at.0 + 4.0, at.1 + up)].map(fine);
        self.area.draw(&Polygon::new(corners.to_vec(), colour.filled())).map_err(|e| e.to_string())
    }
    /// Ticks of a raster: one line that runs along `base` and up to `top` at each of `across`.
    pub(super) fn raster(&self, across: impl Iterator<Item = f64>, base: f64, top: f64) -> Drawn {
        self.line(across.flat_map(|x| [(x, base), (x, top), (x, base)]), INK, 2)
    }
}

/// A part of the sheet with coordinates of its own.
#[derive(Clone)]
pub(super) struct Panel {
    /// From the left to the right edge.
    pub(super) x: Range<f64>,
    /// From the lower to the upper edge.
    pub(super) y: Range<f64>,
    /// Left, top, width and height, px.
    pub(super) place: (f64, f64, f64, f64),
}

impl Panel {
    /// Where a point lies; what is outside is moved to the edge.
    pub(super) fn at(&self, x: f64, y: f64) -> (f64, f64) {
        let share = |v: f64, r: &Range<f64>| ((v - r.start) / (r.end - r.start)).clamp(0.0, 1.0);
        let (left, top, width, height) = self.place;
        (left + width * share(x, &self.x), top + height * (1.0 - share(y, &self.y)))
    }
    fn bottom(&self) -> f64 {
        self.place.1 + self.place.3
    }
    fn right(&self) -> f64 {
        self.place.0 + self.place.2
    }
    /// Lines and numbers of the upward axis; `negative_up` turns the sign of the numbers. `name` stands above.
    pub(super) fn upward(&self, sheet: &Sheet<'_>, name: &str, negative_up: bool) -> Drawn {
        for tick in ticks(&self.y, self.place.3 / 32.0) {
            let y = self.at(self.x.start, tick).1;
            sheet.line([(self.place.0, y), (self.right(), y)], GRID, 1)?;
            let text = if negative_up { turned(&tick) } else { plain(&tick) };
            sheet.text((self.place.0 - 5.0, y), &text, 11.0, Side::Left)?;
        }
        sheet.line([(self.place.0, self.place.1), (self.place.0, self.bottom())], INK, 2)?;
        sheet.text((self.place.0 + 4.0, self.place.1 - 8.0), name, 12.0, Side::Right)
    }
    /// The axis along the lower edge; `grid_top` is how far up its lines go.
    pub(super) fn along(&self, sheet: &Sheet<'_>, name: &str, grid_top: f64) -> Drawn {
        let bottom = self.bottom();
        for tick in ticks(&self.x, (self.place.2 / 60.0).max(2.0)) {
            let x = self.at(tick, self.y.start).0;
            sheet.line([(x, bottom), (x, grid_top)], GRID, 1)?;
            sheet.line([(x, bottom), (x, bottom + 4.0)], INK, 2)?;
            sheet.text((x, bottom + 12.0), &plain(&tick), 11.0, Side::Middle)?;
        }
        sheet.line([(self.place.0, bottom), (self.right(), bottom)], INK, 2)?;
        if name.is_empty() {
            return Ok(());
        }
        sheet.text((self.place.0 + 0.5 * self.place.2, bottom + 27.0), name, 12.0, Side::Middle)
    }
    /// A curve; `sign` −1 draws negative up.
    pub(super) fn curve(
        &self,
        sheet: &Sheet<'_>,
        points: &[(f64, f64)],
        sign: f64,
        colour: RGBColor,
        width: u32,
    ) -> Drawn {
        sheet.line(points.iter().map(|p| self.at(p.0, sign * p.1)), colour, width)
    }
    /// Columns from their least to their greatest value; a gap in time ends the line.
    pub(super) fn columns(
        &self,
        sheet: &Sheet<'_>,
        columns: &[(f64, f64, f64)],
        sign: f64,
        colour: RGBColor,
    ) -> Drawn {
        let step = columns.windows(2).map(|w| w[1].0 - w[0].0).fold(f64::INFINITY, f64::min);
        for part in columns.chunk_by(|a, b| b.0 - a.0 <= 3.0 * step) {
            let ends = part.iter().flat_map(|c| [(c.0, sign * c.1), (c.0, sign * c.2)]);
            sheet.line(ends.map(|p| self.at(p.0, p.1)), colour, 1)?;
        }
        Ok(())
    }
    /// Bars of `across` and `up` units right of the panel, in 52 px, with their sizes.
    pub(super) fn scale(&self, sheet: &Sheet<'_>, across: (f64, &str), up: (f64, &str)) -> Drawn {
        let width = across.0 / (self.x.end - self.x.start) * self.place.2;
        let height = up.0 / (self.y.end - self.y.start) * self.place.3;
        let (left, bottom) = (self.right() + 6.0, self.bottom() - 14.0);
        sheet.line([(left, bottom - height), (left, bottom), (left + width, bottom)], INK, 3)?;
        sheet.text((left, bottom + 10.0), across.1, 10.0, Side::Right)?;
        sheet.text((left + 4.0, bottom - 0.6 * height), up.1, 10.0, Side::Right)
    }
}

/// The greatest of 1, 2, 5 times a power of ten that is at most `size`; `size` must be above 0.
pub(super) fn round_down(size: f64) -> f64 {
    let decade = 10f64.powf(size.log10().floor());
    [5.0, 2.0, 1.0].into_iter().map(|m| m * decade).find(|v| *v <= size).unwrap_or(decade)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_round_sizes() {
        let panel = Panel { x: 0.0..10.0, y: -1.0..1.0, place: (100.0, 50.0, 200.0, 80.0) };
        assert_eq!(panel.at(5.0, 0.0), (200.0, 90.0));
        assert_eq!(panel.at(-3.0, 9.0), (100.0, 50.0), "what is outside is at the edge");
        for (size, round) in [(7.3, 5.0), (213.0, 200.0), (0.19, 0.1), (1.0, 1.0)] {
            assert!((round_down(size) - round).abs() < 1e-9, "{size}");
        }
    }

    #[test]
    fn a_sheet_is_shown_at_the_size_of_the_page() {
        let svg = sheet(100.0, |s| s.line([(0.0, 0.0), (10.0, 20.5)], INK, 2)).unwrap();
        assert!(
            svg.contains("width=\"980\" height=\"100\"") && svg.contains("viewBox=\"0 0 1960 200\""),
            "{svg}"
        );
        assert!(svg.contains("20,41"), "{svg}");
    }
}
