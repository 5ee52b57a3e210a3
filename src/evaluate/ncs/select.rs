//! The things that the figures rest on, and how they are summed up.

use super::super::statistics::{mean, median};
use super::score::{
    FWaveScore, HReflexScore, Pair, ResponseScore, Score, SegmentScore, TrainScore, VISIBLE_SNR,
};

pub(super) fn responses<'a>(s: &'a [&'a Score]) -> impl Iterator<Item = &'a ResponseScore> {
    s.iter().flat_map(|s| &s.responses)
}
pub(super) fn segments_all<'a>(s: &'a [&'a Score]) -> impl Iterator<Item = &'a SegmentScore> {
    s.iter().flat_map(|s| &s.segments)
}
/// Those whose responses stand out.
pub(super) fn segments<'a>(s: &'a [&'a Score]) -> impl Iterator<Item = &'a SegmentScore> {
    segments_all(s).filter(|g| g.snr >= 10.0)
}
pub(super) fn f_waves<'a>(s: &'a [&'a Score]) -> impl Iterator<Item = &'a FWaveScore> {
    s.iter().flat_map(|s| &s.f_waves)
}
pub(super) fn h_reflexes<'a>(s: &'a [&'a Score]) -> impl Iterator<Item = &'a HReflexScore> {
    s.iter().flat_map(|s| &s.h_reflexes)
}
pub(super) fn trains<'a>(s: &'a [&'a Score]) -> impl Iterator<Item = &'a TrainScore> {
    // Of spoilt studies only those with a moving electrode are trains to be judged.
    s.iter().filter(|s| s.degenerate.iter().all(|d| d == "movement")).flat_map(|s| &s.trains)
}
pub(super) fn scans<'a>(s: &'a [&'a Score]) -> impl Iterator<Item = Pair> {
    s.iter().flat_map(|s| s.scans.iter().flatten().copied())
}
pub(super) fn decidable<'a>(s: &'a [&'a Score]) -> impl Iterator<Item = &'a ResponseScore> {
    responses(s).filter(|r| !r.present || r.snr >= VISIBLE_SNR)
}
/// Errors of onset latencies in a band of signal-to-noise, of motor, sensory or all responses.
pub(super) fn onsets<'a>(
    s: &'a [&'a Score],
    (low, high): (f64, f64),
    sensory: Option<bool>,
) -> impl Iterator<Item = f64> {
    responses(s)
        .filter(move |r| (low..high).contains(&r.snr) && sensory.is_none_or(|s| s == r.sensory))
        .filter_map(|r| r.onset_ms)
        .map(|p| p.error())
}
pub(super) fn relative(
    s: &[&Score],
    (low, high): (f64, f64),
    of: fn(&ResponseScore) -> Option<Pair>,
) -> Option<(f64, usize)> {
    let band = responses(s).filter(|r| (low..high).contains(&r.snr));
    median_of(band.filter_map(of).filter(|p| p.truth != 0.0).map(|p| (p.error() / p.truth).abs()))
}
pub(super) fn verdicts<'a>(
    s: &'a [&'a Score],
    of: fn(&SegmentScore) -> (Option<bool>, Option<bool>),
) -> impl Iterator<Item = (bool, bool)> {
    segments(s).filter_map(move |g| {
        let (truth, found) = of(g);
        truth.zip(found)
    })
}

pub(super) fn median_of(x: impl Iterator<Item = f64>) -> Option<(f64, usize)> {
    let x: Vec<f64> = x.collect();
    Some((median(&x)?, x.len()))
}
pub(super) fn mean_of(x: impl Iterator<Item = f64>) -> Option<(f64, usize)> {
    let x: Vec<f64> = x.collect();
    Some((mean(&x)?, x.len()))
}
pub(super) fn spread_of(x: impl Iterator<Item = f64>) -> Option<(f64, usize)> {
    let x: Vec<f64> = x.collect();
    let middle = median(&x)?;
    let far: Vec<f64> = x.iter().map(|v| (v - middle).abs()).collect();
    Some((1.4826 * median(&far)?, x.len()))
}
pub(super) fn root_mean_square(x: impl Iterator<Item = f64>) -> Option<(f64, usize)> {
    let (squares, n) = mean_of(x.map(|v| v * v))?;
    Some((squares.sqrt(), n))
}
pub(super) fn share_of<T>(x: impl Iterator<Item = T>, is: impl Fn(&T) -> bool) -> Option<(f64, usize)> {
    mean_of(x.map(|v| f64::from(u8::from(is(&v)))))
}
pub(super) fn coverage(x: impl Iterator<Item = Pair>) -> Option<(f64, usize)> {
    share_of(x.filter_map(|p| p.is_covered()), |covered| *covered)
}
