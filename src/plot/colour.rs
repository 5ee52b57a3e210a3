//! Colours that people with any colour vision can tell apart, and that stay apart in grey.

use plotters::style::RGBColor;

/// Traces (Okabe and Ito 2008, "blue").
pub(super) const TRACE: RGBColor = RGBColor(0, 90, 150);
/// A second series (same set, "vermillion").
pub(super) const SECOND: RGBColor = RGBColor(200, 80, 0);
/// Areas behind traces.
pub(super) const SHADE: RGBColor = RGBColor(255, 236, 190);
/// Grid lines.
pub(super) const GRID: RGBColor = RGBColor(225, 225, 225);
/// Single sweeps and bars behind a line.
pub(super) const FAINT: RGBColor = RGBColor(175, 185, 195);
/// Text and axes.
pub(super) const INK: RGBColor = RGBColor(40, 40, 40);

/// Anchors of a map from dark to bright in even steps of lightness (viridis of Smith and van der Walt 2015).
const ANCHORS: [[f64; 3]; 9] = [
    [68.0, 1.0, 84.0],
    [71.0, 44.0, 122.0],
    [59.0, 81.0, 139.0],
    [44.0, 113.0, 142.0],
    [33.0, 144.0, 141.0],
    [39.0, 173.0, 129.0],
    [92.0, 200.0, 99.0],
    [170.0, 220.0, 50.0],
    [253.0, 231.0, 37.0],
];

/// The colour of `share`, 0 (dark) to 1 (bright); clamped.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "inside the table and 0 … 255")]
pub(super) fn map(share: f64) -> [u8; 3] {
    let at = share.clamp(0.0, 1.0) * (ANCHORS.len() - 1) as f64;
    let below = (at.floor() as usize).min(ANCHORS.len() - 2);
    let part = at - below as f64;
    std::array::from_fn(|c| {
        (ANCHORS[below][c] + part * (ANCHORS[below + 1][c] - ANCHORS[below][c])).round() as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_map_gets_brighter_all_the_way() {
        let light = |c: [u8; 3]| 0.299 * f64::from(c[0]) + 0.587 * f64::from(c[1]) + 0.114 * f64::from(c[2]);
        let values: Vec<f64> = (0..=20).map(|i| light(map(f64::from(i) / 20.0))).collect();
        assert!(values.windows(2).all(|w| w[1] > w[0]), "{values:?}");
        assert_eq!((map(-1.0), map(2.0)), ([68, 1, 84], [253, 231, 37]));
    }
}
