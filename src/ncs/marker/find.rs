//! The largest negative peak of a window, and where it rises.

use std::ops::Range;

/// A peak that stands out on both sides.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Candidate {
    /// Sample of the peak.
    pub(super) peak: usize,
    /// By how much it stands above the lowest points before and behind it, the lesser of the two.
    pub(super) height: f64,
}

/// The sample of `window` that stands highest above what lies before it (from `from` on) and behind it, and above
/// `base`. A decaying artefact rises from nothing, a drift falls to nothing: neither stands out.
pub(super) fn candidate(
    x: &[f64],
    from: usize,
    window: Range<usize>,
    base: f64,
    lowest_behind: &mut Vec<f64>,
) -> Option<Candidate> {
    let end = window.end.min(x.len());
    let from = from.min(window.start);
    if window.start >= end {
        return None;
    }
    lowest_behind.clear();
    lowest_behind.resize(end - window.start, 0.0);
    let mut low = super::noise::extremes(&x[end - 1..]).0;
    // Branches that are nearly always foretold are faster here than minima that wait for one another.
    for i in (window.start..end).rev() {
        if x[i] < low {
            low = x[i];
        }
        lowest_behind[i - window.start] = low;
    }
    let mut before = super::noise::extremes(&x[from..window.start]).0;
    let mut best: Option<Candidate> = None;
    let mut highest = 0.0;
    for i in window.start..end {
        let v = x[i];
        if v < before {
            before = v;
        }
        if v - base > highest && v - before > highest {
            let height = (v - before).min(v - lowest_behind[i - window.start]).min(v - base);
            if height > highest {
                highest = height;
                best = Some(Candidate { peak: i, height });
            }
        }
    }
    best
}

/// Position of the last rise through `level` before `peak`, between the samples; `None` when the trace is above it
/// from `from` on.
pub(super) fn last_rise(x: &[f64], from: usize, peak: usize, level: f64) -> Option<f64> {
    let below = (from..peak).rev().find(|i| x[*i] <= level)?;
    let (a, b) = (x[below], x[below + 1]);
    let share = if b > a { ((level - a) / (b - a)).clamp(0.0, 1.0) } else { 1.0 };
    #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
    Some(below as f64 + share)
}
