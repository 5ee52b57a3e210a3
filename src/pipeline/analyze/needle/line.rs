//! Samples as lines of a picture: few points, and no peak lost.

use super::view::Curve;

/// Columns of a line over the page's width: two points each keep every peak.
pub(super) const COLUMNS: usize = 900;
/// Samples, their rate, and the time of the first.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    pub(super) x: &'a [f64],
    pub(super) fs: f64,
    pub(super) onset: f64,
}

impl Line<'_> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the samples")]
    fn index(&self, t: f64) -> usize {
        ((t - self.onset) * self.fs).round().clamp(0.0, self.x.len() as f64) as usize
    }
    fn time(&self, i: usize) -> f64 {
        self.onset + i as f64 / self.fs
    }
    /// Every sample, or the least and greatest of each column in the order in which they come.
    pub(super) fn between(&self, from: f64, to: f64) -> Curve {
        let (first, end) = (self.index(from), self.index(to));
        let point = |i: usize| (self.time(i), self.x[i] * 1e6);
        thinned(first..end, COLUMNS, |i| self.x[i]).into_iter().map(point).collect()
    }
    /// Least and greatest value of each column.
    pub(super) fn columns(&self) -> Vec<(f64, f64, f64)> {
        let width = self.x.len().div_ceil(COLUMNS).max(1);
        let column = |(k, c): (usize, &[f64])| {
            let low = c.iter().copied().fold(f64::MAX, f64::min);
            let high = c.iter().copied().fold(f64::MIN, f64::max);
            (self.time(k * width), low * 1e6, high * 1e6)
        };
        self.x.chunks(width).enumerate().map(column).collect()
    }
}

/// Indices of `range`: all of them, or the least and the greatest value of each of `columns` parts.
pub(super) fn thinned(
    range: std::ops::Range<usize>,
    columns: usize,
    value: impl Fn(usize) -> f64,
) -> Vec<usize> {
    if range.len() <= 2 * columns {
        return range.collect();
    }
    let width = range.len().div_ceil(columns);
    let mut out = Vec::with_capacity(2 * columns);
    for first in range.clone().step_by(width) {
        let part = first..(first + width).min(range.end);
        let low = part.clone().min_by(|a, b| value(*a).total_cmp(&value(*b)));
        let high = part.max_by(|a, b| value(*a).total_cmp(&value(*b)));
        let (Some(low), Some(high)) = (low, high) else { continue };
        out.extend(if low < high { [low, high] } else { [high, low] });
    }
    out.dedup();
    out
}
