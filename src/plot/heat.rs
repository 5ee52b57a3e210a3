//! The spectrogram: a bitmap inside a frame.

use super::colour::map;
use super::frame::{Axis, picture, plain};
use crate::pipeline::analyze::Grid;
use crate::{Error, Result};
use base64::Engine;

/// Brightest to darkest colour, dB: what lies deeper below the strongest cell is drawn as dark.
const DEPTH_DB: f64 = 60.0;

/// Power over time and frequency; bright is strong. `None` when there is nothing to draw.
pub fn spectrogram(grid: &Grid) -> Result<Option<String>> {
    let (columns, rows) = (grid.times_s.len(), grid.frequencies_hz.len());
    if columns < 2 || rows < 2 {
        return Ok(None);
    }
    let top = grid.decibels.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut pixels = Vec::with_capacity(3 * rows * columns);
    for row in (0..rows).rev() {
        for column in 0..columns {
            pixels.extend(map(1.0 + (grid.decibels[row * columns + column] - top) / DEPTH_DB));
        }
    }
    let image = base64::engine::general_purpose::STANDARD.encode(png(columns, rows, &pixels)?);
    let x = Axis::linear(grid.times_s[0]..grid.times_s[columns - 1], "time (s)", &plain);
    let y = Axis::linear(grid.frequencies_hz[0]..grid.frequencies_hz[rows - 1], "frequency (Hz)", &plain);
    let mut place = (0..0, 0..0);
    let svg = picture(260, &x, &y, |chart| {
        place = chart.plotting_area().get_pixel_range();
        Ok(())
    })?;
    let (across, down) = place;
    let element = format!(
        "<image x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" preserveAspectRatio=\"none\" href=\"data:image/png;base64,{image}\"/>\n</svg>",
        across.start + 1,
        down.start,
        across.end - across.start - 1,
        down.end - down.start,
    );
    let end = svg.rfind("</svg>").ok_or_else(|| Error::Signal("drawing: the picture has no end".into()))?;
    Ok(Some(svg[..end].to_owned() + &element))
}

fn png(width: usize, height: usize, rgb: &[u8]) -> Result<Vec<u8>> {
    let wrong = |e: png::EncodingError| Error::Signal(format!("drawing: {e}"));
    let side =
        |n: usize| u32::try_from(n).map_err(|_| Error::Signal("drawing: the picture is too large".into()));
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, side(width)?, side(height)?);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().map_err(wrong)?;
    writer.write_image_data(rgb).map_err(wrong)?;
    writer.finish().map_err(wrong)?;
    Ok(out)
}
