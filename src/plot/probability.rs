//! Probabilities against what came true.

use super::colour::{GRID, INK, TRACE};
use super::frame::{Axis, Chart, picture, plain};
use crate::Result;
use plotters::prelude::*;

const HEIGHT: u32 = 420;

/// Share right against the mean probability that was given, a point a bin, over the line where both are equal.
/// `None` without points.
pub fn reliability(points: &[(f64, f64)]) -> Result<Option<String>> {
    let x = Axis::linear(-0.02..1.02, "mean of the largest probability", &plain);
    unit_square(points, &x, "share right", true)
}

/// Accuracy against the share of subjects that are answered, the most certain first. `None` without points.
pub fn coverage(points: &[(f64, f64)]) -> Result<Option<String>> {
    let x = Axis::linear(-0.02..1.02, "share answered, the most certain first", &plain);
    unit_square(points, &x, "accuracy", false)
}

fn unit_square(points: &[(f64, f64)], x: &Axis<'_>, name: &str, diagonal: bool) -> Result<Option<String>> {
    if points.is_empty() {
        return Ok(None);
    }
    let y = Axis::linear(-0.02..1.02, name, &plain);
    let svg = picture(HEIGHT, x, &y, |chart: &mut Chart<'_, '_>| {
        let wrong = |e: DrawingAreaErrorKind<_>| format!("{e}");
        if diagonal {
            let line = LineSeries::new([(0.0, 0.0), (1.0, 1.0)], GRID.stroke_width(3));
            chart.draw_series(line).map_err(wrong)?;
        }
        chart.draw_series(LineSeries::new(points.iter().copied(), TRACE.stroke_width(2))).map_err(wrong)?;
        chart.draw_series(points.iter().map(|p| Circle::new(*p, 5, INK.filled()))).map_err(wrong)?;
        Ok(())
    })?;
    Ok(Some(svg))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_a_mark_and_nothing_is_no_picture() {
        assert_eq!(reliability(&[]).unwrap(), None);
        let svg = reliability(&[(0.4, 0.5), (0.7, 0.6)]).unwrap().unwrap();
        assert!(svg.matches("<circle").count() == 2 && svg.contains("share right"), "{svg}");
        assert!(coverage(&[(1.0, 0.7)]).unwrap().unwrap().contains("accuracy"));
    }
}
